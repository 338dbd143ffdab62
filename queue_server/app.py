"""The composition root: reads the settings, makes the parts, and joins them into one server."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import gc
import logging
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from queue_server import http
from queue_server.appointments import api as appointments_api
from queue_server.appointments.desk import Desk
from queue_server.appointments.keeping import keep
from queue_server.catalogue import actions as catalogue
from queue_server.catalogue import api as catalogue_api
from queue_server.clock import Clock, SystemClock
from queue_server.database import Database
from queue_server.devices import api as devices_api
from queue_server.devices.actions import DeviceBook
from queue_server.guides import api as guides_api
from queue_server.hall import actions as hall
from queue_server.hall import api as hall_api
from queue_server.hall import rules as hall_rules
from queue_server.hall.leases import AudioLeases
from queue_server.hall.speaking import clips_of
from queue_server.health import api as health
from queue_server.journal import store as journal
from queue_server.journal.roots import HourlyRoot
from queue_server.media import api as media_api
from queue_server.notices import api as notices_api
from queue_server.pages import board, demo, frame, guide, phone, staff, story, supervisor, today, verify
from queue_server.people import api as people_api
from queue_server.people.accounts import demo_accounts
from queue_server.people.actions import Doorman
from queue_server.people.identity import PersonKey
from queue_server.proof import api as proof_api
from queue_server.proof.hall_key import HallKey
from queue_server.ratings import api as ratings_api
from queue_server.serving import Limits, bind, run, serve_app
from queue_server.settings import Settings
from queue_server.stream import api as document
from queue_server.stream.admission import Admission
from queue_server.stream.bridge import Web
from queue_server.stream.frames import Reading
from queue_server.stream.hub import Hub
from queue_server.tickets import api as tickets_api
from queue_server.tickets import store as tickets
from queue_server.tickets.queue import Queue
from queue_server.tickets.rollover import Rollover
from queue_server.tickets.status import token_of, visit_of
from queue_server.tickets.view import WHOLE_HALL, HallView, with_time
from queue_server.wire import EventKind
from queue_server.wire.ready import make_ready

API = "/api/v1"
DATABASE_FILE = "hall.db"
HEAP_STEP = 4 * 1024 * 1024
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Options of glibc's mallopt."""
_log = logging.getLogger("queue_server")


@dataclasses.dataclass(frozen=True)
class Server:
    """The parts of a running server, for the program and for tests."""

    settings: Settings
    database: Database
    queue: Queue
    flask: http.HallFlask
    doorman: Doorman
    places: Places
    rollover: Rollover
    hourly_root: HourlyRoot
    devices: DeviceBook


def open_database(data: Path, clock: Clock | None = None, synchronous: str = "FULL") -> Database:
    """Open the database of a data folder; its clock goes on from the newest journal row."""
    steady = clock or SystemClock()
    database = Database(data / DATABASE_FILE, steady, synchronous=synchronous)
    if isinstance(steady, SystemClock):
        steady.advance_to(journal.last_at(database.read()))
    return database


@contextlib.contextmanager
def opened(data: Path) -> Iterator[Database]:
    """The database of a data folder for one command of the command line."""
    database = open_database(data)
    try:
        yield database
    finally:
        database.close()


def build(settings: Settings, clock: Clock | None = None) -> Server:
    """Make all parts, seed an empty database, and join them; nothing listens yet."""
    make_ready()
    database = open_database(settings.data, clock, settings.synchronous)
    hall.seed(database, settings.hall, "system")
    catalogue.seed(database, settings.catalogue, "system")
    book = hall.HallBook(database, database.clock)
    matters = catalogue.MatterBook(database, book)
    person = PersonKey(settings.data)
    doorman = Doorman(database, counters_at=lambda place: book.plan.counters_at(place))
    address = settings.address
    queue = Queue(
        database=database,
        hall=book,
        matters=matters,
        view=HallView(database, book, matters),
        open_now=lambda at_ms: hall_rules.is_open(book.plan, at_ms, settings.always_open),
        status_url=lambda visit: f"{address}/s/{token_of(person.status_key, visit)}",
        always_open=settings.always_open,
    )
    _watch_policy(database, book, matters)
    if settings.demo:
        demo_accounts(
            database,
            [*book.plan.counters, *book.plan.buses],
            [*book.plan.boards, *(f"voice-{zone}" for zone in book.plan.audio_zones)],
            book.plan.kiosks,
            settings.data,
        )
    devices = DeviceBook(database, settings.device_away_s, lambda: book.plan.counters)
    app = _flask(settings, queue, person, doorman, devices)
    places = Places(queue, person)
    rollover = Rollover(queue, [lambda: keep(Desk(queue)), devices.notice])
    return Server(settings, database, queue, app, doorman, places, rollover, HourlyRoot(database), devices)


def serve(settings: Settings) -> None:
    """Run the server until SIGTERM or Ctrl-C; raises OSError when it cannot listen."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sock = bind(settings.host, settings.port)
    port = sock.getsockname()[1]
    settings = dataclasses.replace(settings, port=port)
    server = build(settings)
    _settle_memory()
    hub = Hub(max_streams=settings.streams)
    server.database.subscribe(hub.publish)
    server.devices.present = hub.present
    admission = Admission(identify=server.doorman.identify, places=server.places)

    def stop() -> None:
        server.rollover.stop()
        server.hourly_root.stop()
        server.database.close()

    limits = Limits(threads=settings.threads, body=settings.body_kb * 1024)
    web = Web(server.flask, server.flask.rides.has)
    application = serve_app(web, hub, admission, server.database, on_stop=stop, limits=limits)
    server.rollover.start()
    server.hourly_root.start()
    run(
        application,
        hub,
        sock,
        server.database.rush,
        on_ready=lambda: print(f"http://{settings.host}:{port} 一窗已开 ready", flush=True),
    )


def _settle_memory() -> None:
    """Give back what seeding and hashing took, and make memory quiet for the day.

    glibc would keep some 20 MB of it for ever. From here on the heap grows in large steps and never
    shrinks: where the machine is itself a guest, each change of its size costs a request many
    milliseconds. What is alive now stays so; the collector need not look through it again.
    """
    gc.collect()
    gc.freeze()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
        for option, size in ((_TOP_PAD, HEAP_STEP), (_TRIM_THRESHOLD, 2**30), (_MMAP_THRESHOLD, HEAP_STEP)):
            libc.mallopt(option, size)


class Places:
    """Which zones a topic of the stream covers, by the plan in force."""

    def __init__(self, queue: Queue, person: PersonKey) -> None:
        self._queue = queue
        self._book = queue.hall
        self._person = person

    def zones(self) -> Container[str]:
        """All zones of the hall."""
        return self._book.plan.zones

    def board_zones(self, board: str) -> Container[str] | None:
        """The zones that a board shows; None for an unknown board."""
        plan = self._book.plan.boards.get(board)
        if plan is None and board == WHOLE_HALL:
            return self._book.plan.zones
        return None if plan is None else plan.zones

    def board_state(self, board: str) -> Reading:
        """What a board shows at this moment, under which plan, and how its calls are said."""
        view, clock, plan = self._queue.view, self._queue.database.clock, self._book.plan
        state = with_time(view.board(board), clock.now_ms())
        return Reading(view.plan_version, state, lambda call: clips_of(plan, board, call))

    def counter_zones(self, counter: str) -> Container[str] | None:
        """The zones that a counter draws from; None for an unknown counter."""
        plan = self._book.plan
        known = plan.counters.get(counter)
        return None if known is None else {plan.groups[group].zone for group in known.groups}

    def bus_counters(self, bus: str) -> Container[str] | None:
        """The counters of a bus; None for an unknown bus."""
        known = self._book.plan.buses.get(bus)
        return None if known is None else known.counters

    def bus_zones(self, bus: str) -> Container[str] | None:
        """The zones that the counters of a bus draw from; None for an unknown bus."""
        plan = self._book.plan
        known = plan.buses.get(bus)
        if known is None:
            return None
        groups = (group for counter in known.counters for group in plan.counters[counter].groups)
        return {plan.groups[group].zone for group in groups}

    def kiosk_zones(self, kiosk: str) -> Container[str] | None:
        """Every kiosk shows all zones."""
        return self._book.plan.zones

    def visit_of(self, token: str) -> int | None:
        """The visit of a status token; raises Refused("status_unknown")."""
        return visit_of(self._person.status_key, token)


def _watch_policy(database: Database, book: hall.HallBook, matters: catalogue.MatterBook) -> None:
    """Take a new plan or catalogue into memory as soon as it is committed."""

    def listen(told: list[Any]) -> None:
        kinds = {getattr(thing, "kind", None) for thing in told}
        if kinds & {EventKind.POLICY_CHANGED, EventKind.CALENDAR_CHANGED}:
            book.refresh()
        if EventKind.CATALOGUE_CHANGED in kinds:
            matters.refresh()

    database.subscribe(listen)


def _flask(
    settings: Settings, queue: Queue, person: PersonKey, doorman: Doorman, devices: DeviceBook
) -> http.HallFlask:
    app = http.HallFlask("queue_server", doorman.identify)
    database, book, key = queue.database, queue.hall, HallKey(settings.data)

    def states() -> dict[str, tuple[str, str | None]]:
        return tickets.counter_states(database.read())

    rooms = (
        people_api.blueprint(doorman, secure_cookies=settings.secure_cookies),
        hall_api.blueprint(
            book, queue.matters, states, database.clock, settings.always_open, settings.address
        ),
        hall_api.policy_blueprint(database, book, lambda: catalogue.sites(database)),
        hall_api.calendar_blueprint(database, book),
        hall_api.audio_blueprint(database, book, AudioLeases(database.clock)),
        appointments_api.blueprint(Desk(queue), person),
        catalogue_api.blueprint(queue.matters),
        tickets_api.blueprint(queue, person),
        proof_api.blueprint(database, key, signs=settings.sign_slips),
        guides_api.blueprint(database, book, lambda: queue.view.help),
        ratings_api.blueprint(database),
        devices_api.blueprint(devices),
        notices_api.blueprint(database, book),
        media_api.blueprint(book, settings.data / "media"),
    )
    for room in rooms:
        app.register_blueprint(room, url_prefix=API)
    app.register_blueprint(frame.blueprint())
    app.register_blueprint(staff.blueprint(book, states))
    app.register_blueprint(supervisor.blueprint(book))
    app.register_blueprint(phone.blueprint(book))
    app.register_blueprint(board.blueprint(book))
    app.register_blueprint(story.blueprint(queue))
    app.register_blueprint(guide.blueprint(book))
    app.register_blueprint(today.blueprint(book))
    app.register_blueprint(verify.blueprint(book, database, key))
    if settings.demo:
        app.register_blueprint(demo.blueprint(book, settings.data, settings.public_url, doorman))
    else:
        app.register_blueprint(staff.front_door())
    app.register_blueprint(health.blueprint(queue, devices))
    app.register_blueprint(document.blueprint(), url_prefix=API)
    return app
