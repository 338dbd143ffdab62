"""What a web board says aloud: in which audio zone it may speak, and which clips make up a call there."""

from __future__ import annotations

from queue_server.board import Call
from queue_server.board.speech import sentences
from queue_server.hall.model import HallPlan
from queue_server.hall.voice import AudioZonePlan
from queue_server.wire.board import Announcement
from queue_server.wire.hall import Voice


def spoken_by(plan: HallPlan, board: str) -> AudioZonePlan | None:
    """The audio zone in which a board may speak: the largest one whose calls it all shows.

    A board that shows only a part of an audio zone would leave the rest of its calls unsaid.
    """
    found = plan.boards.get(board)
    shown = set(found.zones) if found else set()
    areas = [area for area in plan.audio_zones.values() if area.zones and shown.issuperset(area.zones)]
    return max(areas, key=lambda area: len(area.zones), default=None)


def clips_of(plan: HallPlan, board: str, call: Call) -> Announcement:
    """How a call is said in the board's audio zone; empty for a call that is not said there."""
    area = spoken_by(plan, board)
    if area is None or call.zone not in area.zones:
        return []
    rules = plan.voice
    voice = Voice(rules.one, rules.times, rules.english, rules.stale_s)
    floor = call.floor if len({plan.zones[zone].floor for zone in area.zones}) > 1 else None
    said = sentences(call.number, call.label, floor, lang=call.lang, voice=voice)
    return [[list(part.clips) for part in sentence.parts] for sentence in said]
