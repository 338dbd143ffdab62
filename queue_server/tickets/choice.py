"""Who is next: the rules of order and fairness, pure, in one sitting to read.

A counter looks at its queues. In each queue two people are at the head: the first without
priority and the first with it. Inside a queue, three rules decide between the two, in this order:

1. **Delay cap.** Everybody with priority who came later and was called before the first ordinary
   person has cost them time: so many services divided by the counters that work for the queue. If
   one more would bring that over the cap, the ordinary person is next.
2. **Interleave.** After one with priority come so many ordinary people before the next.
3. **Virtual arrival.** Otherwise the earlier virtual arrival wins: arrival minus the bonus of the
   class. The bonus is bounded, so it is also the ageing: who waits longer than it wins anyway.

Between queues, the counter's work profile is asked first: its rules in order, WHEN a queue is in
need THEN it is called. Without a rule that holds, the longest virtual wait wins. Before all that, the
counter goes on with whoever was parked there and is back.

Every decision comes with its reason, and with each head that came earlier or stood before and was
not called, with why. A head speaks for all behind it, so that everybody's story can be told
afterwards (`passing.py`) and nobody has to be counted here.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence

from queue_server.hall.model import FairnessRules, WorkProfile

NORMAL, PRIORITY = 0, 1


class Reason(enum.StrEnum):
    """Why somebody was called."""

    LONGEST_WAIT = "longest_wait"
    PRIORITY = "priority"
    INTERLEAVE = "interleave"
    DELAY_CAP = "delay_cap"
    PROFILE = "profile"
    PARKED_BACK = "parked_back"
    CHOSEN = "chosen"
    MISSED_BACK = "missed_back"


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The first waiting ticket of one kind in one queue; times in ms UTC."""

    id: int
    group: str
    kind: int
    sort_key: int
    issued_at: int

    @property
    def order(self) -> tuple[int, int]:
        """Smaller is served sooner."""
        return self.sort_key, self.id


@dataclasses.dataclass(frozen=True, slots=True)
class Need:
    """What a work profile looks at: how many wait in a queue (counted up to the rule's number)."""

    waiting: Callable[[str, int], int]
    now: int


@dataclasses.dataclass(frozen=True, slots=True)
class Fairness:
    """What the rules ask of a queue.

    `normals_since`: ordinary people called since the last one with priority. `delay_s`: what
    priority has cost a head so far, in seconds, and `step_s` what one more would.
    """

    normals_since: Callable[[str], int]
    delay_s: Callable[[Head], float]
    step_s: Callable[[str], float]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Who is next, why, under which rule of the profile, and which heads were passed over and why."""

    head: Head
    reason: Reason
    rule: str = ""
    passed: tuple[tuple[Head, Reason], ...] = ()


def choose(
    heads: Sequence[Head],
    rules: FairnessRules,
    fairness: Fairness,
    profile: WorkProfile | None,
    need: Need,
) -> Choice | None:
    """Choose among the heads of all queues of a counter; None when nobody waits."""
    firsts = [_within(group, pair, rules, fairness) for group, pair in _by_group(heads).items()]
    if not firsts:
        return None
    chosen, rule = _between(firsts, profile, need)
    head = chosen.head
    within = {first.head.group: first for first in firsts}

    def lost(other: Head) -> Reason:
        if rule and other.group != head.group:
            return Reason.PROFILE
        first = within[other.group]
        return Reason.LONGEST_WAIT if first.head.id == other.id else first.reason

    passed = tuple((other, lost(other)) for other in heads if is_passed(other, head))
    return Choice(head, Reason.PROFILE if rule else chosen.reason, rule, passed)


def by_hand(head: Head, reason: Reason, heads: Sequence[Head], rule: str = "") -> Choice:
    """A call that no rule between the heads decided: all whom it passes over lose by its reason."""
    return Choice(head, reason, rule, tuple((other, reason) for other in heads if is_passed(other, head)))


def is_passed(other: Head, called: Head) -> bool:
    """Whether a head that was not called came earlier, or stood before whoever was called.

    An ordinary head that was put first in line may have come last, and yet its place was there before
    whoever was called came: it speaks for those behind it.
    """
    earlier = (other.issued_at, other.id) < (called.issued_at, called.id)
    kept = other.kind == NORMAL and other.sort_key < called.issued_at
    return other.id != called.id and (earlier or kept or other.order < called.order)


def _by_group(heads: Sequence[Head]) -> Mapping[str, dict[int, Head]]:
    groups: dict[str, dict[int, Head]] = {}
    for head in heads:
        groups.setdefault(head.group, {})[head.kind] = head
    return groups


def _within(group: str, pair: dict[int, Head], rules: FairnessRules, fairness: Fairness) -> Choice:
    """Choose between the ordinary and the priority head of one queue."""
    normal, priority = pair.get(NORMAL), pair.get(PRIORITY)
    if normal is None or priority is None:
        only = normal or priority
        if only is None:
            raise ValueError(f"queue {group} without a head")
        return Choice(only, Reason.LONGEST_WAIT)
    if normal.order < priority.order:
        return Choice(normal, Reason.LONGEST_WAIT)
    # By the place of the ordinary head, not by its arrival: whoever was put first in line may have
    # come last, and those behind it came before.
    if priority.issued_at < normal.sort_key:
        return Choice(priority, Reason.LONGEST_WAIT)
    if fairness.delay_s(normal) + fairness.step_s(group) > rules.delay_cap_s:
        return Choice(normal, Reason.DELAY_CAP)
    if fairness.normals_since(group) < rules.normals_per_priority:
        return Choice(normal, Reason.INTERLEAVE)
    return Choice(priority, Reason.PRIORITY)


def _between(firsts: list[Choice], profile: WorkProfile | None, need: Need) -> tuple[Choice, str]:
    """Choose between queues: the first rule of the profile that holds, else the longest wait."""
    longest = min(firsts, key=lambda first: first.head.order)
    for number, rule in enumerate(profile.rules if profile else (), 1):
        found = next((first for first in firsts if first.head.group == rule.group), None)
        if found is None:
            continue
        waited_s = (need.now - found.head.issued_at) / 1000
        long = rule.waited_s > 0 and waited_s >= rule.waited_s
        many = rule.waiting > 0 and need.waiting(rule.group, rule.waiting) >= rule.waiting
        if (long or many) and profile is not None:
            return found, "" if found is longest else f"{profile.id}#{number}"
    return longest, ""
