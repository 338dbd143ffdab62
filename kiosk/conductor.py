"""Holds the state of the session, feeds it with what happens, and has its orders carried out.

All of it runs on the screen's thread. What other threads learn comes in through `post`, so that there
is one place where the state changes and no lock around it.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable

import msgspec

from hardware.health import Health, HealthState
from kiosk.catalogue import last_copy
from kiosk.clocks import Clocks
from kiosk.facts import Facts, Trouble
from kiosk.flow import SLOW_S, countdown, step
from kiosk.link import Disk, Link
from kiosk.printing import PrinterChoice, Printing
from kiosk.reading import Ears, Readers
from kiosk.scene import Action, Scene
from kiosk.screens import draw
from kiosk.session import (
    CallGuide,
    CardRead,
    CheckInBooking,
    CheckInPerson,
    Event,
    Forget,
    LookUp,
    Order,
    PrintSlip,
    ReportNoSlip,
    Resumed,
    Return,
    Scanned,
    Screen,
    SlipEnded,
    State,
    TakeTicket,
    Ticked,
    Touched,
    Wipe,
    busy,
)
from kiosk.settings import Settings
from kiosk.sheet import View
from kiosk.signing import Signer
from kiosk.slip import slip_facts
from kiosk.slip_file import layout_or_standard
from kiosk.store import Job, Store, Touch
from kiosk.words import Words, clock, local
from queue_server.client import Client, HealthReporter
from queue_server.wire.devices import DeviceKind
from queue_server.wire.times import parse_rfc3339

RESUME_MS = 120_000
"""A touch whose answer a restart has eaten goes on if it is younger; else its ticket goes back."""

PRINTER_WAIT_S = 5.0
"""So long after a start such a touch waits for the printer to be found."""

FORESEE_S = 10.0
"""So often a matter that somebody looks at is asked about again: the queue moves while they read."""

Post = Callable[[Callable[[], None]], None]


@dataclasses.dataclass(frozen=True)
class Stage:
    """What the conductor needs of a screen: show a scene, forget what a session left behind.

    `post` has something done on the screen's thread, and may be called from any thread.
    """

    show: Callable[[Scene], object]
    forget: Callable[[], None]
    post: Post


class Conductor:
    """One kiosk. `state` is the session, `facts` what is known of the hall."""

    def __init__(self, settings: Settings, clocks: Clocks, stage: Stage) -> None:
        self._settings, self._clocks, self._stage = settings, clocks, stage
        self.state = State()
        self.store = Store(settings.data)
        self._signer = Signer(settings.data)
        trouble = Trouble.NO_PRINTER if settings.printer is None else Trouble.BROKEN
        self.facts = last_copy(self.store)(Facts(settings.name, settings.floor, trouble=trouble))
        self._shown: tuple[object, ...] = ()
        self._foreseen: tuple[str, str, str] | None = None
        self._foreseen_at = 0.0
        self._interrupted: list[Touch] = []
        self._take_up_by = 0.0
        self.link = Link(self._client, Disk(self.store, self._signer), clocks, self._learn, self._happen)
        self._devices = HealthReporter(lambda: self._client("zh"))
        ears = Ears(self._card, lambda line: stage.post(lambda: self.scanned(line)), self._reader_health)
        self.readers = Readers(settings.card_reader, settings.scanner, ears)
        self.printing: Printing | None = None
        if settings.printer is not None:
            self.printing = Printing(
                PrinterChoice(settings.printer, layout_or_standard(settings.slip)),
                self.store,
                clocks.wall_ms,
                self._trouble,
                self._slip_ended,
                lambda health: self._devices.note("ticket_printer", DeviceKind.TICKET_PRINTER, health),
            )

    def start(self) -> None:
        """Draw the first screen, start the threads; what a restart interrupted goes on when all is there."""
        self.render()
        self.link.start(self._settings.name)
        self.readers.start()
        if self.printing is not None:
            self.printing.start()
        self._devices.start()
        self._interrupted = self.store.open_touches()
        self._take_up_by = self._clocks.now_s() + PRINTER_WAIT_S
        self._take_up()

    def stop(self) -> None:
        """End the threads."""
        self.link.stop()
        self.readers.stop()
        if self.printing is not None:
            self.printing.stop()
        self._devices.stop()
        self.store.close()

    def tick(self) -> None:
        """Let time pass; call it a few times a second."""
        self._take_up()
        self.step(Ticked(self._clocks.now_s()))

    def _take_up(self) -> None:
        """Go on with the newest touch that a restart interrupted, give back what the others hold.

        Its slip needs the hall's names and a printer that has been found; for the printer it waits a while.
        """
        if not self._interrupted or self.facts.hall is None:
            return
        if self.printing and self.facts.trouble and self._clocks.now_s() < self._take_up_by:
            return
        touches, self._interrupted = self._interrupted, []
        for i, touch in enumerate(touches):
            if i == 0 and self._clocks.wall_ms() - touch.at < RESUME_MS:
                now = self._clocks.now_s()
                resumed = Resumed(
                    touch.key, touch.matter, touch.lang, now, touch.code, touch.priority, touch.errands
                )
                self.step(resumed)
            else:
                self.link.taking.forget(touch.key)

    def touch(self, action: Action) -> None:
        """A target was touched."""
        self.step(Touched(action, self._clocks.now_s(), secrets.token_hex(16)))

    def scanned(self, line: str) -> None:
        """A code scanner typed a line."""
        self.step(Scanned(line, self._clocks.now_s(), secrets.token_hex(16)))

    def step(self, event: Event) -> None:
        """Change the state: the only place where that happens."""
        self.state, orders = step(self.state, event, self.facts)
        for order in orders:
            self._carry_out(order)
        self._foresee()
        self.readers.want_card(self.state.screen is Screen.DOCUMENT and not busy(self.state))
        self.render()

    def _foresee(self) -> None:
        """Ask what a number for the matter on the screen would mean, and forget it with the screen."""
        state, now = self.state, self._clocks.now_s()
        if state.screen not in (Screen.CONFIRM, Screen.PRIORITY, Screen.ERRANDS) or state.reading:
            self._foreseen = None
            if self.facts.prospect is not None:
                self.facts = dataclasses.replace(self.facts, prospect=None)
            return
        wanted = (state.matter, state.lang, state.priority)
        if wanted != self._foreseen or now - self._foreseen_at >= FORESEE_S:
            self._foreseen, self._foreseen_at = wanted, now
            self.link.foresee(*wanted)

    def _client(self, lang: str) -> Client:
        return Client(self._settings.server, self._settings.key, lang=lang)

    # From the threads ---------------------------------------------------------------------------

    def _learn(self, change: Callable[[Facts], Facts]) -> None:
        def apply() -> None:
            self.facts = change(self.facts)
            self.tick()

        self._stage.post(apply)

    def _happen(self, event: Event) -> None:
        self._stage.post(lambda: self.step(event))

    def _trouble(self, trouble: Trouble | None) -> None:
        self._learn(lambda facts: dataclasses.replace(facts, trouble=trouble))

    def _card(self, number: str) -> None:
        fresh = secrets.token_hex(16)
        self._stage.post(lambda: self.step(CardRead(number, self._clocks.now_s(), fresh)))

    def _reader_health(self, kind: DeviceKind, health: Health) -> None:
        self._devices.note(kind.value, kind, health)
        if kind is DeviceKind.CARD_READER:
            works = health.state is HealthState.OK
            self._learn(lambda facts: dataclasses.replace(facts, card_reader=works))

    def _slip_ended(self, ticket: int, printed: bool | None, reason: str) -> None:
        self.link.report_soon()
        self._happen(SlipEnded(ticket, printed, reason, self._clocks.now_s()))

    # Orders ---------------------------------------------------------------------------------------

    def _carry_out(self, order: Order) -> None:
        match order:
            case TakeTicket() | CheckInBooking() | CheckInPerson():
                self._take(order)
            case LookUp() | Return():
                self.link.enquiries.ask(order)
            case PrintSlip():
                self._print(order)
            case ReportNoSlip(ticket_id, reason, key):
                job = Job(f"{ticket_id}/1", ticket_id, 1, None, self._clocks.wall_ms())
                self.link.report_no_slip(job, reason, key)
            case CallGuide(screen, lang):
                self.link.call_guide(screen, lang)
            case Forget(key):
                self.link.taking.forget(key)
            case Wipe():
                self._stage.forget()

    def _take(self, order: TakeTicket | CheckInBooking | CheckInPerson) -> None:
        """Have a ticket asked for; the number of an ID card goes beside the touch, which is kept."""
        touch, number = Touch(order.key, "", order.lang, self._clocks.wall_ms()), ""
        match order:
            case TakeTicket():
                touch = dataclasses.replace(
                    touch, matter=order.matter, priority=order.priority, errands=order.errands
                )
            case CheckInBooking():
                touch = dataclasses.replace(touch, code=order.code)
            case CheckInPerson():
                number = order.number
        self.link.taking.take(touch, number)

    def _print(self, wanted: PrintSlip) -> None:
        """Make the slip's texts and hand them to the printer's thread."""
        ticket, copy = wanted.ticket, wanted.copy
        hall, zone = self.facts.hall, self.facts.zone(ticket.zone)
        if self.printing is None or hall is None or zone is None:
            job = Job(f"{ticket.id}/{copy}", ticket.id, copy, None, self._clocks.wall_ms())
            self.link.report_no_slip(job, "no_printer", wanted.key)
            self._happen(SlipEnded(ticket.id, False, "no_printer", self._clocks.now_s()))
            return
        words = Words(ticket.lang)
        now = self._clocks.wall_ms() + self.facts.clock_ms
        at = f"{local(now, hall.timezone):%Y-%m-%d} {clock(now, hall.timezone)}"
        sign = (zone.sign, words.pick(zone.name, zone.name_en))
        name = words.pick(hall.name, hall.name_en)
        code = self._signer.code(ticket)
        says = slip_facts(ticket, name, sign, at, self._settings.name, code)
        found = self.facts.priority_class(ticket.priority_class or "")
        priority = "" if found is None else words.pick(found["name"], found["name_en"])
        booked = clock(parse_rfc3339(ticket.booked_at), hall.timezone) if ticket.booked_at else ""
        says = msgspec.structs.replace(
            says, copy=wanted.copy, large=wanted.large, priority=priority, booked=booked
        )
        job = Job(f"{ticket.id}/{copy}", ticket.id, copy, msgspec.json.encode(says), self._clocks.wall_ms())
        self.printing.put(job, wanted.key)

    # Drawing --------------------------------------------------------------------------------------

    def render(self) -> None:
        """Draw, if anything that stands on the screen can have changed."""
        now = self._clocks.now_s()
        now_ms = self._clocks.wall_ms() + self.facts.clock_ms
        take = self.state.take
        slow = busy(self.state) and take is not None and now - (take.asked_at or now) > SLOW_S
        retry = None if self.facts.retry_at is None else max(0, round(self.facts.retry_at - now))
        left = countdown(self.state, now)
        shown = (self.state, self.facts, now_ms // 60_000, left, retry, slow)
        if shown == self._shown:
            return
        self._shown = shown
        self._stage.show(draw(View(self.state, self.facts, now_ms, left, retry, slow)))
