"""What a check says, in plain words: what was looked at, what came out, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Callable

from queue_server.clock import local, parse_rfc3339
from queue_server.proof.model import Checked, Finding, Proof, ProofAnswer

FINDINGS: dict[str, str] = {
    "by_hall": "签名对：这张小票由本大厅的服务器签发，票号、事项和时间没有改过。",
    "by_kiosk": "签名对：这张小票由取号机 {kiosk} 用当天的密钥签发，这把密钥有本大厅的证书；"
    "票号、事项和时间没有改过。",
    "signature_wrong": "签名不对：小票改过，或者不是本大厅的小票。请拿小票到导办台。",
    "day_key_unknown": "签名不对：签发用的当天密钥没有本大厅的证书。请拿小票到导办台。",
    "in_journal": "流水对：第 {row} 行记着 {time} 发出 {number}，事项相同。",
    "not_in_journal": "流水里那一天没有发出 {number}。刚取的票请过几分钟再查；还是没有，请到导办台。",
    "journal_differs": "流水不对：第 {row} 行发出的 {number}，事项或时间与小票不同。请到导办台。",
    "to_root": "流水没有动过：从第 {row} 行到第 {end} 行，没有一行被改、删、插或换位，"
    "与 {hour} 公布的校验值 {root} 一致。",
    "to_end": "流水没有动过：从第 {row} 行到最新的第 {end} 行，没有一行被改、删、插或换位。"
    "下一个整点会公布校验值，到时可以再查。",
    "chain_broken": "流水动过：第 {row} 行与前后对不上。请告诉导办台。",
    "not_looked": "没有查：签名不对的小票，不再查流水。",
    "not_looked_row": "没有查：流水里没有这张票。",
    "root_known": "校验值对：{hour} 公布的就是 {root}，流水第 {end} 行今天算出来还是它。",
    "root_unknown": "本大厅没有公布过校验值 {root}。请核对抄下的数字和字母；没有抄错，请到导办台。",
}

NOT_CHECKED_SLIP: tuple[str, ...] = (
    "这张票之前的流水没有查。管理员用 verify 命令可以从第一行查起。",
    "公布的校验值与您在大屏上看到的是否相同，请您自己比一比。",
    "叫号的先后没有查。每次叫号的理由都写在流水里，可以请导办台查给您看。",
)
NOT_CHECKED_ROOT: tuple[str, ...] = (
    "再早的流水没有查。管理员用 verify 命令可以从第一行查起。",
    "流水里写的事是否属实，校验值看不出；它只保证写下以后没有人动过。",
)
TITLES = {True: "核对无误", False: "对不上"}


def answer(proof: Proof, translate: Callable[[str], str]) -> ProofAnswer:
    """Word a proof in the language of `translate`."""
    unseen = NOT_CHECKED_ROOT if proof.slip is None else NOT_CHECKED_SLIP
    return ProofAnswer(
        ok=proof.ok,
        checks=[Checked(one.about, one.ok, worded(one, translate)) for one in proof.findings],
        not_checked=[translate(text) for text in unseen],
        slip=proof.slip,
        root=proof.root,
    )


def worded(finding: Finding, translate: Callable[[str], str]) -> str:
    """Say one finding; times are said as the hall's clocks show them."""
    facts = {
        key: clock_text(value) if key in {"time", "hour"} else value for key, value in finding.facts.items()
    }
    return translate(FINDINGS[finding.word]).format_map(facts)


def clock_text(at: str) -> str:
    """A time of the wire as the hall's clocks show it: 2026-11-23 10:24."""
    return f"{local(parse_rfc3339(at)):%Y-%m-%d %H:%M}"
