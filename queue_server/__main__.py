"""The command line of the server: run it, add devices and staff, import and export."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from queue_server.people.model import DEVICE_ROLES, STAFF_ROLES
from queue_server.refusals import Refused, sentence
from queue_server.wire.words import translator

Command = Callable[[argparse.Namespace], int | None]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 found something wrong, 2 asked wrongly."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    run: Command = asked.run
    try:
        found = run(asked)
    except Refused as refused:
        print(f"{parser.prog}: {sentence(refused.code, refused.facts)}", file=sys.stderr)
        faults = getattr(refused, "faults", ())
        for fault in faults:
            print(f"  {fault.text(translator('server', 'zh'))}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return found or 0


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m queue_server",
        description="The server of a service hall.",
        epilog="example: python -m queue_server serve --data build/demo-hall --demo",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_serve(commands)
    _add_people(commands)
    _add_files(commands)
    _add_verify(commands)
    _add_simulate(commands)
    return parser


def _add(commands: argparse._SubParsersAction[_Parser], name: str, help_: str, example: str) -> _Parser:
    return commands.add_parser(
        name, help=help_, description=help_, epilog=f"example: python -m queue_server {example}"
    )


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the database")


def _add_serve(commands: argparse._SubParsersAction[_Parser]) -> None:
    serve = _add(commands, "serve", "Run the server.", "serve --data DIR --demo")
    _data(serve)
    serve.add_argument("--hall", type=Path, metavar="FILE.toml", help="seeds an empty database")
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (8080)")
    serve.add_argument("--public-url", metavar="URL", help="address that phones reach; goes on slips")
    serve.add_argument("--demo", action="store_true", default=None, help="sample hall, always open")
    serve.add_argument("--real-hours", action="store_true", default=None, help="demo with opening hours")
    serve.set_defaults(run=_serve)


def _add_people(commands: argparse._SubParsersAction[_Parser]) -> None:
    device = _add(commands, "device", "Register devices.", "device add kiosk-2 --role kiosk --data DIR")
    verbs = device.add_subparsers(required=True, metavar="add|revoke", parser_class=_Parser)
    add = _add(
        verbs,
        "add",
        "Register a device and print its key once.",
        "device add kiosk-2 --role kiosk --data DIR",
    )
    add.add_argument(
        "name", help="of a counter: counter-Z3-01; of a bus of counters: counter-2F-a; of a board: board-1F"
    )
    add.add_argument("--role", required=True, choices=sorted(DEVICE_ROLES))
    _data(add)
    add.set_defaults(run=_device_add)
    revoke = _add(verbs, "revoke", "Make the key of a device void.", "device revoke kiosk-2 --data DIR")
    revoke.add_argument("name")
    _data(revoke)
    revoke.set_defaults(run=_device_revoke)
    staff = _add(commands, "staff", "Register staff.", "staff add limin --role clerk --data DIR")
    verbs = staff.add_subparsers(required=True, metavar="add", parser_class=_Parser)
    add = _add(
        verbs,
        "add",
        "Register a person and print the password once.",
        "staff add limin --role clerk --data DIR",
    )
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=sorted(STAFF_ROLES))
    _data(add)
    add.set_defaults(run=_staff_add)


def _add_files(commands: argparse._SubParsersAction[_Parser]) -> None:
    for name, kind, suffix in (("catalogue", "matters", "yaml"), ("hall", "hall plan", "toml")):
        group = _add(
            commands, name, f"Import or export the {kind}.", f"{name} export FILE.{suffix} --data DIR"
        )
        verbs = group.add_subparsers(required=True, metavar="import|export", parser_class=_Parser)
        for verb in ("import", "export"):
            one = _add(
                verbs, verb, f"{verb.capitalize()} the {kind}.", f"{name} {verb} FILE.{suffix} --data DIR"
            )
            one.add_argument("file", type=Path)
            _data(one)
            one.set_defaults(run=_FILES[name, verb])
        if name == "hall":
            _add_calendar(verbs)


def _add_calendar(hall: argparse._SubParsersAction[_Parser]) -> None:
    example = "hall calendar import 2027.toml --data DIR"
    calendar = _add(hall, "calendar", "Load holidays and closed days.", example)
    verbs = calendar.add_subparsers(required=True, metavar="import", parser_class=_Parser)
    one = _add(verbs, "import", "Load the holidays of a year, or decisions for single dates.", example)
    one.add_argument("file", type=Path)
    _data(one)
    one.set_defaults(run=_calendar_import)


def _add_verify(commands: argparse._SubParsersAction[_Parser]) -> None:
    verify = _add(
        commands,
        "verify",
        "Check the journal's hash chain, or a slip; exit code 1 when something does not agree.",
        "verify --data DIR",
    )
    verify.add_argument(
        "code",
        nargs="?",
        metavar="SLIP_CODE",
        help="what stands behind # in a slip's QR code, or the digits of a hash shown on a board",
    )
    _data(verify)
    verify.set_defaults(run=_verify)


def _add_simulate(commands: argparse._SubParsersAction[_Parser]) -> None:
    simulate = _add(
        commands,
        "simulate",
        "Play days of a hall: people who come by chance, the real rules, a clock that runs fast.",
        "simulate --days 5 --seed 7 --policy config/hall.example.toml --out week.json --log week.csv",
    )
    simulate.add_argument("--days", type=int, required=True, metavar="N", help="how many open days, 1 to 366")
    simulate.add_argument("--seed", type=int, required=True, metavar="S", help="one seed gives one result")
    simulate.add_argument("--policy", type=Path, metavar="FILE", help="hall.toml with the rules to try")
    simulate.add_argument("--load", type=Path, metavar="FILE", help="load model (config/load_model.yaml)")
    simulate.add_argument("--out", type=Path, metavar="FILE.json", help="waits and ends, zone by zone")
    simulate.add_argument("--log", type=Path, metavar="FILE.csv", help="all tickets, one line each")
    simulate.add_argument("--data", type=Path, metavar="DIR", help="keep the database in an empty folder")
    simulate.set_defaults(run=_simulate)


def _serve(asked: argparse.Namespace) -> None:
    from queue_server.app import serve
    from queue_server.settings import from_environment

    given = {key: value for key, value in vars(asked).items() if key != "run"}
    serve(from_environment(given))


def _device_add(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.people.actions import add_device

    with opened(asked.data) as database:
        key = add_device(database, asked.name, asked.role, "system")
    print(key)
    if asked.role == "board":
        # Beside the key, not in its place: the output of this command goes into a key file.
        board = asked.name.removeprefix("board-")
        print(f"web board 网页显示屏: http://SERVER:PORT/board/{board}#key={key}", file=sys.stderr)


def _device_revoke(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.people.actions import revoke_device

    with opened(asked.data) as database:
        revoke_device(database, asked.name, "system")


def _staff_add(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.people.actions import add_staff

    with opened(asked.data) as database:
        print(add_staff(database, asked.name, asked.role, "system"))


def _catalogue_import(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.catalogue.actions import import_file

    with opened(asked.data) as database:
        done = import_file(database, asked.file, "system")
        counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
        print(f"catalogue version {done.version}: {counts}")


def _catalogue_export(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.catalogue.actions import export

    with opened(asked.data) as database:
        asked.file.write_text(export(database), encoding="utf-8")


def _hall_import(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.catalogue.actions import sites
    from queue_server.hall.actions import change

    with opened(asked.data) as database:
        stored = change(database, asked.file.read_text(encoding="utf-8"), "system", sites=sites(database))
        print(f"hall version {stored.version}")
        for note in stored.notes:
            print(f"  {note}")


def _calendar_import(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.hall import calendar_actions, calendar_file
    from queue_server.hall.actions import current, read_file

    with opened(asked.data) as database:
        sessions = [session.id for session in current(database).sessions]
        wish = calendar_file.read_file(read_file(asked.file), sessions)
        changes = calendar_actions.change(database, wish, "system")
        print(f"{len(changes)} dates changed")
        for pair in changes:
            print(f"  {pair.now.date} {pair.was.kind} -> {pair.now.kind}")


def _hall_export(asked: argparse.Namespace) -> None:
    from queue_server.app import opened
    from queue_server.hall.actions import export

    with opened(asked.data) as database:
        asked.file.write_text(export(database), encoding="utf-8")


def _verify(asked: argparse.Namespace) -> int:
    from queue_server.app import DATABASE_FILE
    from queue_server.database import Reading
    from queue_server.proof import report
    from queue_server.proof.hall_key import HallKey

    database = Reading(asked.data / DATABASE_FILE)
    if asked.code is None:
        ok, lines = report.of_journal(database)
    else:
        ok, lines = report.of_code(database, HallKey(asked.data, make=False), asked.code)
    print("\n".join(lines))
    return 0 if ok else 1


def _simulate(asked: argparse.Namespace) -> None:
    from queue_server.reports import command

    given = {name: value for name, value in vars(asked).items() if name != "run"}
    print(command.simulate(**given))


_FILES: dict[tuple[str, str], Command] = {
    ("catalogue", "import"): _catalogue_import,
    ("catalogue", "export"): _catalogue_export,
    ("hall", "import"): _hall_import,
    ("hall", "export"): _hall_export,
}

if __name__ == "__main__":
    sys.exit(main())
