"""The slip's layout unless the hall has one of its own; `config/slip.example.txt` is the same text."""

BUILT_IN = """\
# The slip: what stands on the paper, line by line. Copy this file, change it, look at it, then use it:
#   python -m kiosk preview-slip --layout slip.txt --out slip.png
#   python -m kiosk ... --slip slip.txt
# kiosk/slip_template.py and docs/devices.md explain the signs; a layout with an error is not used.
# A slip should have at most 420 bytes: at 9600 baud a byte takes a millisecond.

[zh]
2: [ 补打 {copy} ]
gap if copy: 8
2: {hall}
8: {number}
2: {go}[ {sign}区 ]|{zone}
gap: 14
1: {matter}
1: 还办：{more}
1: 优先：{priority} 请带证件
1: 预约 {booked}
gap: 12
2: {before} |{about}
gap: 16
qr 6: {url}
gap: 12
1 if url unless copy: 扫码看进度；没有手机也一样叫您
1: 没听到不作废，请找导办员
1: {at}  {kiosk}

[en]
2: [ COPY {copy} ]
gap if copy: 8
2: {hall}
8: {number}
2: {go} [ {sign} ]|{zone}
gap: 14
1: {matter}
1: Also: {more}
1: Priority: {priority} (show proof)
1: Booked {booked}
gap: 12
2: {before} |{about}
gap: 16
qr 6: {url}
gap: 12
1 if url unless copy unless priority unless more: Scan to follow. No phone needed.
1 unless copy: Missed? Ask a guide.
1: {at}  {kiosk}

[zh large]
2: [ 补打 {copy} ]
gap if copy: 8
8: {number}
gap: 8
4: {go}|[ {sign}区 ]
gap: 18
2: 坐下等，|叫到再去窗口
gap: 10
2: {about}
gap: 10
2: 不明白？|请问导办员
gap: 18
1: {matter}
1: 还办：{more}
1: 优先：{priority} 请带证件
1: 预约 {booked}
gap: 18
qr 5: {url}
gap: 18
1: 没听到不作废，请找导办员
1: {hall} |{at}

[en large]
2: [ COPY {copy} ]
gap if copy: 8
8: {number}
gap: 8
4: {go} |[ {sign} ]
gap: 18
2: Sit down. |We call you.
gap: 10
2: {about}
gap: 10
2: Questions? |Ask a guide.
gap: 18
1: {matter}
1: Also: {more}
1 unless copy: Priority: {priority} (show proof)
1 if copy: Priority: {priority}
1: Booked {booked}
gap: 18
qr 5: {url}
gap: 18
1 unless priority unless more: Missed? Ask a guide.
1: {hall} |{at}
"""
