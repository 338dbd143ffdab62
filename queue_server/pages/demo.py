"""The demo page (`serve --demo`): pictures of the virtual devices, links, sign-ins, QR codes, faults, pads.

It only looks at files that the demo's programs leave in the data directory, so it works the same
whether those programs run or not:

| file | written by |
|---|---|
| `demo-keys.json` | the server at its first start; only the staff part is ever shown |
| `pictures/kiosk.png`, `pictures/board.png` | kiosk and board, every few seconds |
| `slips/slip-0001.png`, then `.json` | the virtual printer; the .json completes a slip |
| `slips/state.json`, `slips/faults` | the virtual printer's faults: what it has, and what it shall have |
| `devices/card_reader`, `devices/code_scanner` | the virtual readers; `commands` there is what people do |
| `buses/1F-a/state.json`, `buses/1F-a/commands` | a virtual bus: what its devices show, keys to press |
"""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
import qrcode
from flask import Blueprint, Response, abort, jsonify, make_response, request, send_from_directory
from qrcode.image.svg import SvgPathImage

from queue_server.hall.actions import HallBook
from queue_server.http import Caller, body, language
from queue_server.pages.demo_bus import KEYS, SCORES, add_keys, virtual_counters
from queue_server.pages.frame import counter_title, guarded, page
from queue_server.people.actions import Doorman
from queue_server.people.api import with_device_cookie
from queue_server.refusals import Refused
from queue_server.wire.words import translator

SAMPLE_COUNTER = "Z3-01"
SHOWN_SLIPS = 12
PICTURES = ("kiosk", "board")
FAULTS = {
    "paper_out": "没纸",
    "paper_near_end": "纸快完",
    "cover_open": "上盖开着",
    "silent": "不回答",
    "unplugged": "线拔了",
}
"""The virtual printer's own words for its faults, and ours."""

CARDS = {"zhang": "居民身份证", "smith": "外国人永久居留证", "chan": "港澳台居民居住证"}
"""Cards that the virtual reader has at hand, of nobody real."""

USES = re.compile(rf"card ({'|'.join(CARDS)})|lift"), re.compile(r"scan [^\x00-\x1f\x7f]{1,200}")
READERS = dict(zip(("card_reader", "code_scanner"), USES, strict=True))
"""What people may do with each virtual reader of the kiosk."""

ROLES = {
    "clerk": "窗口人员",
    "guide": "导办",
    "supervisor": "管理员",
    "reviewer": "后台审批",
    "issuer": "统一出件",
    "auditor": "监察",
    "admin": "系统管理员",
}

_SLIP = re.compile(r"slip-\d{4,9}")
_NUMBER = re.compile(r"\b[A-Z]\d{3,4}\b")


class SetFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /demo/faults`: one fault of the virtual printer on or off."""

    fault: str
    on: bool


class UseReader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /demo/readers`: a card is laid down or lifted, a code is held up."""

    reader: str
    use: str


def blueprint(hall: HallBook, data: Path, public_url: str, doorman: Doorman) -> Blueprint:
    """Serve `/` and what it shows, from the files in `data`.

    An empty `public_url` means the address under which the asker found this server. `doorman` lets a
    visitor's browser be one of the boards.
    """
    pages = Blueprint("demo", __name__, template_folder="templates")
    pages.after_request(guarded)
    _board_route(pages, hall, doorman)
    slips = data / "slips"

    @pages.get("/")
    def demo() -> Response:
        plan, lang = hall.plan, language()
        _ = translator("server", lang)
        counter = plan.counters.get(SAMPLE_COUNTER) or next(iter(plan.counters.values()))
        return page(
            "demo.html",
            plan,
            modules=("demo.js",),
            sheets=("demo.css",),
            staff=[
                {"role": _(ROLES.get(name, name)), "name": name, "password": word}
                for name, word in staff(data)
            ],
            boards=[
                {"id": board.id, "name": board.name_en if lang == "en" else board.name}
                for board in plan.boards.values()
            ],
            faults=[{"name": name, "text": _(text)} for name, text in FAULTS.items()],
            cards=[{"name": name, "text": _(text)} for name, text in CARDS.items()],
            keys=[{"name": name, "text": _(text)} for name, text in KEYS.items()],
            scores=[{"name": score, "text": _(text)} for score, text in SCORES.items()],
            sample=counter.id,
            sample_title=counter_title(counter, lang),
            public_url=own_address(public_url),
        )

    @pages.get("/demo/state")
    def state() -> Response:
        newest = newest_slips(slips)
        times = {name: written_ms(data / "pictures" / f"{name}.png") for name in PICTURES}
        return jsonify(
            pictures=times,
            slips=newest,
            printer=printer_faults(slips),
            code=status_code(newest),
            readers=readers_at(data / "devices"),
            counters=virtual_counters(hall.plan, data),
        )

    @pages.get("/demo/pictures/<any(kiosk, board):name>.png")
    def picture(name: str) -> Response:
        return send_from_directory(data.resolve() / "pictures", f"{name}.png", max_age=0)

    @pages.get("/demo/slips/<name>.png")
    def slip(name: str) -> Response:
        return send_from_directory(slips.resolve(), f"{known_slip(name)}.png", max_age=0)

    @pages.get("/demo/code/page.svg")
    def page_code() -> Response:
        return svg_code(own_address(public_url))

    @pages.get("/demo/code/<name>.svg")
    def slip_code(name: str) -> Response:
        url = read_slip(slips / f"{known_slip(name)}.json").get("qr")
        return svg_code(url) if url else abort(404)

    _hands(pages, data)
    add_keys(pages, hall, data)
    return pages


def _hands(pages: Blueprint, data: Path) -> None:
    """Add what a visitor may do to the virtual devices."""

    @pages.post("/demo/faults")
    def faults() -> tuple[str, int]:
        set_fault(data / "slips", body(SetFault))
        return "", 204

    @pages.post("/demo/readers")
    def readers() -> tuple[str, int]:
        use_reader(data / "devices", body(UseReader))
        return "", 204


def _board_route(pages: Blueprint, hall: HallBook, doorman: Doorman) -> None:
    @pages.get("/demo/board/<name>")
    def board(name: str) -> Response:
        if name not in hall.plan.boards:
            raise Refused("board_unknown", board=name)
        secret, _ = doorman.give_device_cookie(Caller("device", f"board-{name}", "board"))
        answer = make_response("", 302, {"Location": f"/board/{quote(name)}"})
        return with_device_cookie(answer, secret, secure=False)


def staff(data: Path) -> list[tuple[str, str]]:
    """Read the demo sign-ins (name, password); device keys in the same file are left where they are."""
    try:
        found = json.loads((data / "demo-keys.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return sorted(
        found.get("staff", {}).items(), key=lambda one: list(ROLES).index(one[0]) if one[0] in ROLES else 99
    )


def own_address(public_url: str) -> str:
    """Return the address that a phone should open."""
    return (public_url or request.host_url).rstrip("/") + "/"


def written_ms(path: Path) -> int | None:
    """Return when a file was last written in ms UTC, None if there is none."""
    try:
        return path.stat().st_mtime_ns // 1_000_000
    except FileNotFoundError:
        return None


def newest_slips(folder: Path) -> list[dict[str, Any]]:
    """List the newest complete slips, newest first: file, number, text, time, status address."""
    files = sorted((path for path in folder.glob("slip-*.json") if _SLIP.fullmatch(path.stem)), reverse=True)
    return [_shown(path, read_slip(path)) for path in files[:SHOWN_SLIPS]]


def _shown(path: Path, slip: dict[str, Any]) -> dict[str, Any]:
    text = "\n".join(slip.get("text", []))
    number = _NUMBER.search(text)
    return {
        "file": path.stem,
        "number": number.group() if number else "",
        "text": text,
        "at": slip.get("at", ""),
        "url": slip.get("qr"),
    }


def read_slip(path: Path) -> dict[str, Any]:
    """Read what the virtual printer says of a slip; 404 if it never printed it."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        abort(404)
    return found


def known_slip(name: str) -> str:
    """Let only names of slips through, so that nothing else in the data directory can be read."""
    return name if _SLIP.fullmatch(name) else abort(404)


def status_code(slips: list[dict[str, Any]]) -> dict[str, str] | None:
    """Tell which status page the newest slip opens, if it carries one."""
    url = slips[0]["url"] if slips else None
    if not url or not url.startswith("http"):
        return None
    return {"url": url, "path": urlsplit(url).path, "number": slips[0]["number"]}


def svg_code(text: str) -> Response:
    """Draw a QR code as SVG."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=2, image_factory=SvgPathImage)
    code.add_data(text)
    picture = BytesIO()
    code.make_image().save(picture)
    answer = make_response(picture.getvalue())
    answer.headers["Content-Type"] = "image/svg+xml"
    return answer


def printer_faults(folder: Path) -> list[str] | None:
    """Read the faults that the virtual printer has now; None when no printer runs here."""
    try:
        found: list[str] = json.loads((folder / "state.json").read_text(encoding="utf-8"))["faults"]
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return found


def set_fault(folder: Path, wanted: SetFault) -> None:
    """Tell the virtual printer one fault more or less, through its control file."""
    if wanted.fault not in FAULTS or not folder.is_dir():
        abort(404)
    control = folder / "faults"
    known = set(control.read_text(encoding="utf-8").split()) if control.exists() else set()
    known = known | {wanted.fault} if wanted.on else known - {wanted.fault}
    fresh = folder / ".faults"
    fresh.write_text("".join(f"{name}\n" for name in sorted(known)), encoding="utf-8")
    fresh.replace(control)


def readers_at(folder: Path) -> bool:
    """Whether the kiosk's virtual readers run here."""
    return all((folder / reader / "state.json").exists() for reader in READERS)


def use_reader(folder: Path, wanted: UseReader) -> None:
    """Have something done at a virtual reader, through its file of commands."""
    allowed = READERS.get(wanted.reader)
    place = folder / wanted.reader
    if allowed is None or allowed.fullmatch(wanted.use) is None or not place.is_dir():
        abort(404)
    with (place / "commands").open("a", encoding="utf-8") as commands:
        commands.write(f"{wanted.use}\n")
