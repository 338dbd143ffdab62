"""How a device is and what to do about it, in plain words: Chinese here, English in `server.po`."""

from __future__ import annotations

from queue_server.clock import rfc3339
from queue_server.devices.model import SILENT, Device
from queue_server.wire.devices import Bilingual, DeviceHealth, DeviceState
from queue_server.wire.words import translator

CALL_SERVICE = "请联系设备维保人员。"

WORDS: dict[str, tuple[str, str]] = {
    "": ("正常", ""),
    "listening": ("正常，等待扫码", ""),
    "never_asked": ("还没有查询过", ""),
    "never_answers": ("只收指令，不会应答", "请到现场看一眼显示是否正确。"),
    SILENT: ("很久没有消息：程序停了，或网络断了", "请检查这台机器的电源和网线，再重启程序。"),
    "no_answer": ("没有应答", "请检查电源、接线和地址。"),
    "garbled": (
        "有应答但读不懂：波特率、接线或地址不对",
        "请核对波特率和接线，以及地址是否重复。",
    ),
    "busy": ("设备说它正忙", "请稍等；一直这样就断电重启它。"),
    "checksum": ("设备收到的数据有误", "请检查总线终端电阻和线路长度。"),
    "cannot_open": ("端口打不开", "请检查转接器是否插好，端口名是否正确。"),
    "port_busy": ("端口被别的程序占用", "请关掉占用端口的程序。"),
    "connection_lost": ("线路断了", "请检查连线和转接器，接好后会自动恢复。"),
    "write_timeout": ("端口不再接收数据", "请检查设备电源和流控设置。"),
    "paper_near_end": ("纸快用完", "请备好一卷新纸，空闲时更换。"),
    "paper_out": ("缺纸", "请换一卷纸，合上盖子，会自动恢复。"),
    "cover_open": ("盖子没有合上", "请合上打印机的盖子。"),
    "cutter_error": ("切刀卡住", "请断电，取出卡纸，再开机。"),
    "printer_error": ("打印机报错", "请断电重启打印机；仍报错就联系维保人员。"),
    "offline": ("打印机没有联机", "请检查打印机面板，按联机键。"),
    "no_card_module": ("读卡器没有应答", "请检查电源、端口和波特率。"),
    "self_test_failed": ("读卡器安全模块自检失败", CALL_SERVICE),
    "not_authorised": ("读卡器安全模块没有授权", CALL_SERVICE),
    "bad_reply": ("应答不在说明书里", "请记下型号并联系维保人员。"),
    "no_sound_device": ("找不到声卡", "请检查音箱连线和声卡。"),
    "sound_busy": ("声卡被别的程序占用", "请关掉占用声卡的程序。"),
    "no_permission": ("没有使用声卡的权限", "请管理员把运行程序的用户加入 audio 组。"),
    "no_player": ("没有安装播放程序", "请管理员安装 alsa-utils。"),
    "stuck": ("播放卡住，已中止", "请检查声卡；一直这样就重启这台机器。"),
    "bad_clip": ("语音文件不对", "请管理员重新安装语音包。"),
    "player_failed": ("播放出错", "请检查音箱和声卡。"),
    "no_font": ("条屏没有这个字库", "请核对条屏型号，并装入字库。"),
    "unknown_command": ("条屏不认识这个指令", "请核对条屏型号的设置。"),
    "wrong_card": ("条屏型号与设置不符", "请核对条屏型号的设置。"),
}
"""Code: how it is, what to do."""

REFUSES = ("设备拒绝：{code}", "请记下代码并联系维保人员。")


def shown(device: Device) -> DeviceHealth:
    """A device as staff are shown it."""
    sentence, advice = WORDS.get(device.code, REFUSES)
    if device.state in (DeviceState.DEGRADED, DeviceState.AWAY, DeviceState.FAULT) and not device.code:
        sentence, advice = REFUSES
    return DeviceHealth(
        device.device,
        device.kind,
        device.reporter,
        device.state,
        device.code,
        rfc3339(device.since),
        device.counter,
        _both(sentence, device.code),
        _both(advice, device.code),
    )


def _both(text: str, code: str) -> Bilingual:
    english = translator("server", "en")(text) if text else ""
    return Bilingual(text.format(code=code), english.format(code=code))
