"""A citizen's session driven by hand through the pure flow, without a clock, a screen or a thread."""

from __future__ import annotations

import dataclasses
import itertools

from kiosk.facts import Facts
from kiosk.flow import step
from kiosk.scene import Act, Action
from kiosk.session import (
    CardRead,
    Event,
    Issued,
    Order,
    Paper,
    Scanned,
    Screen,
    State,
    TakeTicket,
    Ticked,
    Touched,
)
from tests.kiosk.samples import LONGEST, facts, ticket


class Walk:
    """A session driven by hand, with a clock that only the test moves."""

    def __init__(self, known: Facts | None = None) -> None:
        self.facts = known or facts()
        self.state = State()
        self.now = 1000.0
        self.orders: list[Order] = []
        self.keys = (f"key-{n}" for n in itertools.count(1))
        self.happen(Ticked(self.now))

    def happen(self, event: Event) -> tuple[Order, ...]:
        self.state, orders = step(self.state, event, self.facts)
        self.orders += orders
        return orders

    def touch(self, act: Act, arg: str = "", after: float = 1.1) -> tuple[Order, ...]:
        self.now += after
        return self.happen(Touched(Action(act, arg), self.now, next(self.keys)))

    def lay_card(self, number: str) -> tuple[Order, ...]:
        """Lay an ID card on the reader, an unreadable one without a number."""
        self.now += 1.1
        return self.happen(CardRead(number, self.now, next(self.keys)))

    def scan(self, text: str) -> tuple[Order, ...]:
        self.now += 1.1
        return self.happen(Scanned(text, self.now, next(self.keys)))

    def type(self, signs: str, pad: Act = Act.BOOKING) -> Walk:
        """Open a pad and type as quick fingers do."""
        self.touch(Act.START)
        self.touch(pad)
        for sign in signs:
            self.touch(Act.SIGN, sign, after=0.15)
        return self

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.25)
            self.happen(Ticked(self.now))

    def know(self, **changes: object) -> None:
        self.facts = dataclasses.replace(self.facts, **changes)  # type: ignore[arg-type]
        self.happen(Ticked(self.now))

    def on(self, screen: Screen) -> bool:
        """Whether this screen is shown."""
        return self.state.screen is screen

    def slip(self) -> Paper:
        """How the slip stands."""
        return self.state.paper

    def is_fresh(self) -> bool:
        """Whether nothing of a session is left on the attract screen."""
        return dataclasses.replace(self.state, deaf_until=0.0) == State(screen=Screen.ATTRACT)

    def to_confirm(self, matter: str = LONGEST) -> Walk:
        self.touch(Act.START)
        self.touch(Act.ZONE, matter[:2])
        self.touch(Act.MATTER, matter)
        assert self.state.screen is Screen.CONFIRM
        return self

    def take(self) -> TakeTicket:
        (order,) = self.touch(Act.TAKE)
        assert isinstance(order, TakeTicket)
        return order

    def to_ticket(self) -> Walk:
        order = self.to_confirm().take()
        self.happen(Issued(order.key, ticket(), self.now))
        assert self.state.screen is Screen.TICKET
        return self
