"""The typed client of the server, for kiosks, boards, keypads and tests.

Blocking, thread-safe, and never used on a screen's thread. A refusal of the server is raised as
`Refusal` with its stable code; a server that does not answer as `ServerAway`.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from queue_server.wire import (
    Citizen,
    Event,
    FoundTicket,
    Hall,
    IssueTicket,
    Matter,
    MatterBrief,
    PrintResult,
    Problem,
    Prospect,
    Ticket,
    VisitStatus,
)
from queue_server.wire.appointments import AppointmentAnswer, CheckIn, CheckInByDocument
from queue_server.wire.audio import AudioLease, TakeAudioLease, WaitingNumber, WaitingNumbers
from queue_server.wire.board import BoardState, MediaList, Picture
from queue_server.wire.buses import Bus
from queue_server.wire.day_key import DayKeyAnswer, DayKeyWish
from queue_server.wire.devices import DeviceReport, DeviceReports
from queue_server.wire.ratings import GiveRating, Rating
from queue_server.wire.ready import make_ready

Answer = TypeVar("Answer")
_READY = threading.Lock()

CONNECT_S = 1.0
READ_S = 5.0
STREAM_SILENCE_S = 35.0
"""The server sends a heartbeat at least every 15 s; twice that without a byte is a dead line."""


class ServerAway(Exception):
    """The server could not be reached, did not answer in time, or answered with a fault (5xx)."""


class Refusal(Exception):
    """The server said no; `problem.code` is stable, `problem.title` is for people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.title}")
        self.problem = problem


class StreamReset(Exception):
    """The stream cannot be resumed (another epoch): read the full state again."""


class _Tickets(msgspec.Struct):
    ticket: Ticket


class _Matters(msgspec.Struct):
    matters: list[MatterBrief]


class Client:
    """One device's or program's line to the server.

    `url` is the address of the server without a path; `key` the device key. The language is sent
    with each request and decides in which one refusals are worded.
    """

    def __init__(self, url: str, key: str, *, lang: str = "zh", read_s: float = READ_S) -> None:
        with _READY:
            make_ready()
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}", "Accept-Language": lang},
            timeout=httpx.Timeout(read_s, connect=CONNECT_S),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; a running stream ends with `ServerAway`."""
        self._http.close()

    def hall(self) -> Hall:
        """Read the hall: zones, floors, counters, opening."""
        return self._get("/api/v1/hall", Hall)

    def matters(self) -> list[MatterBrief]:
        """Read all matters in catalogue order."""
        return self._get("/api/v1/matters", _Matters).matters

    def matter(self, matter: str) -> Matter:
        """Read one matter with its checklist."""
        return self._get(f"/api/v1/matters/{matter}", Matter)

    def prospect(self, matter: str, priority_class: str = "") -> Prospect:
        """Read what a number for a matter would mean now; a refusal stands in it, worded."""
        asked = f"?priority_class={quote(priority_class)}" if priority_class else ""
        return self._get(f"/api/v1/matters/{matter}/prospect{asked}", Prospect)

    def board(self, board: str) -> BoardState:
        """Read the full state of a board; go on with `events(board=…, after=state.seq)`."""
        return self._get(f"/api/v1/boards/{board}", BoardState)

    def bus(self) -> Bus:
        """Read the bus of this device; go on with `events(**bus.stream, after=bus.state.seq)`."""
        return self._get("/api/v1/bus", Bus)

    def pictures(self, board: str) -> list[Picture]:
        """List the pictures of a board's media area, in their order."""
        return self._get(f"/api/v1/boards/{board}/media", MediaList).pictures

    def picture(self, board: str, name: str) -> bytes:
        """Read one of these pictures."""
        return self._send("GET", f"/api/v1/boards/{board}/media/{quote(name, safe='')}", None, None).content

    def ticket(self, ticket: int) -> Ticket:
        """Read one ticket."""
        return self._get(f"/api/v1/tickets/{ticket}", _Tickets).ticket

    def issue(self, request: IssueTicket, key: str) -> Ticket:
        """Take a ticket; the same idempotency `key` always gives the same ticket."""
        return self._post("/api/v1/tickets", _Tickets, request, key).ticket

    def take_audio_lease(self, zone: str, player: str, *, audible: bool = True) -> AudioLease:
        """Take or renew the right to speak in an audio zone; refused while another player has it."""
        path = f"/api/v1/audio-zones/{quote(zone, safe='')}/lease"
        return self._post(path, AudioLease, TakeAudioLease(player, audible))

    def waiting_numbers(self, zone: str) -> list[WaitingNumber]:
        """The numbers that wait in an audio zone."""
        return self._get(f"/api/v1/audio-zones/{quote(zone, safe='')}/waiting", WaitingNumbers).waiting

    def give_audio_lease_back(self, zone: str, player: str) -> None:
        """Let another player speak in an audio zone at once."""
        self._send("DELETE", f"/api/v1/audio-zones/{quote(zone, safe='')}/lease/{player}", None, None)

    def check_in(self, code: str, key: str, lang: str | None = None) -> AppointmentAnswer:
        """Turn a booking into a ticket; the same idempotency `key` always gives the same ticket."""
        path = f"/api/v1/appointments/{quote(code, safe='')}/check-in"
        return self._post(path, AppointmentAnswer, CheckIn(lang=lang), key)

    def check_in_by_document(self, id_number: str, key: str, lang: str | None = None) -> AppointmentAnswer:
        """Turn today's booking of a person into a ticket, found by the number of their document."""
        wish = CheckInByDocument(Citizen(id_number), lang)
        return self._post("/api/v1/appointments/check-in", AppointmentAnswer, wish, key)

    def given_for(self, key: str) -> Ticket:
        """Read the ticket that an earlier request of this device got under its idempotency key."""
        return self._get(f"/api/v1/answers/{quote(key, safe='')}", _Tickets).ticket

    def find(self, number: str) -> FoundTicket:
        """Find a ticket of today by its number, with what can be done for its holder."""
        return self._get(f"/api/v1/tickets?number={quote(number, safe='')}", FoundTicket)

    def reinstate(self, ticket: int) -> Ticket:
        """Put a missed ticket back into its queue."""
        return self._post(f"/api/v1/tickets/{ticket}/reinstate", _Tickets, {}).ticket

    def back(self, ticket: int) -> Ticket:
        """The holder of a parked ticket is back."""
        return self._post(f"/api/v1/tickets/{ticket}/back", _Tickets, {}).ticket

    def status(self, token: str) -> VisitStatus:
        """Read where the visit of a slip's address stands."""
        return self._get(f"/api/v1/status/{quote(token, safe='')}", VisitStatus)

    def cancel(self, ticket: int) -> None:
        """Take a ticket out of the queue: nobody waits with it."""
        self._send("POST", f"/api/v1/tickets/{ticket}/cancel", {}, None)

    def print_result(self, ticket: int, result: PrintResult) -> None:
        """Report how the slip of a ticket ended."""
        self._post(f"/api/v1/tickets/{ticket}/print-result", _Tickets, result)

    def slip(self, ticket: int) -> Ticket:
        """Read a ticket as its slip says it, with its citizen's address."""
        return self._get(f"/api/v1/tickets/{ticket}/slip", _Tickets).ticket

    def certify_day_key(self, public: str, day: str) -> DayKeyAnswer:
        """Have this kiosk's key (base64url) certified for a business day; a repeat changes nothing."""
        return self._post("/api/v1/proof/day-key", DayKeyAnswer, DayKeyWish(public, day))

    def ask_for_help(self, screen: str, lang: str) -> None:
        """Page a guide to this kiosk."""
        self._send("POST", "/api/v1/help", {"screen": screen, "lang": lang}, uuid.uuid4().hex)

    def report_health(self, devices: list[DeviceReport]) -> None:
        """Report how all devices of this program are; an empty list says that the program lives."""
        self._send("PUT", "/api/v1/devices/health", DeviceReports(devices), None)

    def counter(self, counter: str, move: str, *, key: str | None = None) -> Ticket | None:
        """Make a move at a counter (`open`, `call-next`, `recall`, …).

        Returns the ticket after the move, or None when there is none.
        """
        answer = self._send("POST", f"/api/v1/counters/{counter}/{move}", {}, key or uuid.uuid4().hex)
        if answer.status_code == httpx.codes.NO_CONTENT:
            return None
        found = _decode(answer.content, dict[str, Any]).get("ticket")
        return None if found is None else msgspec.convert(found, Ticket)

    def rate(self, counter: str, ticket: int, level: int, ago_s: int = 0) -> Rating:
        """Bring the rating of a ticket that was finished at a counter; a repeat changes nothing."""
        return self._post(f"/api/v1/counters/{counter}/rating", Rating, GiveRating(ticket, level, ago_s))

    def events(self, *, after: int, epoch: int, **topic: str) -> Iterator[Event | None]:
        """Yield the events of a topic (`board=`, `counter=`, `zone=`, `kiosk=`) after a journal row.

        Yields None for each heartbeat, so that the reader knows how old its state is. Ends only by
        raising: `ServerAway` when the line breaks, `StreamReset` when the epoch changed.
        """
        headers = {"Last-Event-ID": str(after), "Accept": "text/event-stream"}
        params = {**topic, "epoch": str(epoch)}
        timeout = httpx.Timeout(STREAM_SILENCE_S, connect=CONNECT_S)
        try:
            with self._http.stream(
                "GET", "/api/v1/stream", params=params, headers=headers, timeout=timeout
            ) as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    _raise_for(answer)
                yield from _parse_stream(answer.iter_lines())
        except (httpx.HTTPError, httpx.StreamError, RuntimeError) as error:
            raise ServerAway(str(error)) from error
        raise ServerAway("the stream ended")

    def _get(self, path: str, kind: type[Answer]) -> Answer:
        return _decode(self._send("GET", path, None, None).content, kind)

    def _post(self, path: str, kind: type[Answer], body: object, key: str | None = None) -> Answer:
        return _decode(self._send("POST", path, body, key).content, kind)

    def _send(self, method: str, path: str, body: object, key: str | None) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        content = None if body is None else msgspec.json.encode(body)
        try:
            answer = self._http.request(method, path, content=content, headers=headers)
        except (httpx.HTTPError, RuntimeError) as error:
            raise ServerAway(str(error)) from error
        _raise_for(answer)
        return answer


def _raise_for(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        raise ServerAway(f"the server answered {answer.status_code}") from None
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR and problem.code == "internal":
        raise ServerAway(problem.title)
    raise Refusal(problem)


def _decode(content: bytes, kind: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise ServerAway(f"unreadable answer: {error}") from error


def _parse_stream(lines: Iterator[str]) -> Iterator[Event | None]:
    """Turn the lines of an event stream into events; a comment line is a heartbeat."""
    kind, data = "", ""
    for line in lines:
        if line.startswith(":"):
            yield None
        elif line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip()
        elif not line and data:
            if kind == "reset":
                raise StreamReset(data)
            yield _decode(data.encode(), Event)
            kind, data = "", ""
