"""What `python -m queue_server verify` prints: each line in Chinese, and below it in English."""

from __future__ import annotations

from queue_server.database import Reading
from queue_server.journal import store as journal
from queue_server.journal.chain import ALGORITHM, Fault
from queue_server.proof import actions, words
from queue_server.proof.hall_key import HallKey
from queue_server.wire.words import translator

LANGUAGES = ("zh", "en")
FAULTS: dict[str, str] = {
    "changed": "第 {row} 行与哈希链对不上：它被改过，或者被插进来、换了位置。",
    "missing": "第 {row} 行不见了。",
    "unreadable": "第 {row} 行读不出来，不是本系统写的。",
    "cut_off": "从第 {row} 行起被截掉了。",
    "unlike": "到第 {row} 行为止的哈希与当时公布的校验值不同：整条链被重算过。",
}
WHOLE = "流水完整：{rows} 行，一行没有被改、删、插或换位。"
HEAD = "最新的哈希（{algorithm}）：{head}"
ROOT = "最近公布的校验值：{root}（{hour}，到第 {upto} 行）"
NOT_CHECKED = "没有核对："
SLIP = "小票 {number}，事项 {matter}，{time} 取号"


def of_journal(database: Reading) -> tuple[bool, list[str]]:
    """Walk the whole chain; whether it holds, and the lines that say so."""
    with database.snapshot() as db:
        try:
            end = journal.check_chain(db)
        except Fault as fault:
            return False, _both(FAULTS[fault.how], row=fault.seq)
        seq, _ = journal.last_root(db)
        root = journal.event_at(db, seq)
    lines = _both(WHOLE, rows=end.seq) + _both(HEAD, algorithm=ALGORITHM, head=end.chain.hex())
    if root is not None:
        data = root.data
        lines += _both(ROOT, root=data["root"], hour=words.clock_text(data["hour"]), upto=data["upto"])
    return True, lines


def of_code(database: Reading, key: HallKey, code: str) -> tuple[bool, list[str]]:
    """Check a slip's code or a public hash; raises Refused("slip_code_bad")."""
    proof = actions.check(database, key, code)
    slip = proof.slip
    lines = _both(words.TITLES[proof.ok])
    if slip is not None:
        lines += _both(SLIP, number=slip.number, matter=slip.matter, time=words.clock_text(slip.issued_at))
    answers = [words.answer(proof, translator("server", lang)) for lang in LANGUAGES]
    for pair in zip(*(answer.checks for answer in answers), strict=True):
        lines += [_marked(one.ok, one.text) for one in pair]
    lines += _both(NOT_CHECKED)
    for texts in zip(*(answer.not_checked for answer in answers), strict=True):
        lines += [f"  - {text}" for text in texts]
    return proof.ok, lines


def _marked(ok: bool | None, text: str) -> str:
    return f"  {'?' if ok is None else '+' if ok else '!'} {text}"


def _both(text: str, **facts: object) -> list[str]:
    return [translator("server", lang)(text).format(**facts) for lang in LANGUAGES]
