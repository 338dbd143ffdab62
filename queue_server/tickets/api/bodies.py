"""The bodies of the calls at a counter and at the guide's desk."""

from __future__ import annotations

from typing import Annotated

import msgspec

from queue_server.tickets.returning import Target

Id = Annotated[str, msgspec.Meta(max_length=40)]

TRANSFER_REFUSALS = ("transfer_target", "matter_unknown", "zone_unknown", "counter_unknown")


class SeatRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Opening a counter; `take_over` confirms that another clerk leaves it."""

    take_over: bool = False


class CallRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calling a chosen waiting number, with a reason, or a missed one."""

    number: Annotated[str, msgspec.Meta(min_length=2, max_length=8)]
    reason: Annotated[str, msgspec.Meta(max_length=100)] = ""


class FinishRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ending a service; `left` matters of an agent go to the tail, null for what the rule says."""

    left: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None


class ResumeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Going on with a parked number; without one, with the longest parked."""

    number: Annotated[str, msgspec.Meta(max_length=8)] = ""


class TransferRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a ticket goes: exactly one of matter, zone and counter; `first` puts it first in line."""

    matter: Id = ""
    zone: Id = ""
    counter: Id = ""
    first: bool = False

    def target(self) -> Target:
        """The same as the actions see it."""
        return Target(self.matter, self.zone, self.counter, self.first)


class LoanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lending a counter to other queues for a while; no groups end the loan."""

    groups: list[Id]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=600)] = 60


class SkillsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The queues that a clerk may serve; none means all."""

    groups: list[Id]
