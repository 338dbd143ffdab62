"""`python -m display_board`: help with an example, one line and exit 2 on bad use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from display_board.counters_command import run_bus
from tests.display_board.board_program import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "display_board", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.fixture
def key(tmp_path: Path) -> str:
    file = tmp_path / "board.key"
    file.write_text("abc\n")
    return str(file)


def test_help_shows_an_example() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "python -m display_board --server http://127.0.0.1:8080 --key-file" in done.stdout


def test_the_announcer_has_its_own_help_with_an_example() -> None:
    done = run("announcer", "--help")
    assert done.returncode == 0
    assert "python -m display_board announcer --server http://127.0.0.1:8080 --key-file" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--server", "http://127.0.0.1:1", "--board", "1F"),
        ("--server", "127.0.0.1:8080", "--key-file", "KEY", "--board", "1F"),
        ("--server", "ftp://hall", "--key-file", "KEY", "--board", "1F"),
        ("--server", "http://127.0.0.1:1", "--key-file", "/nowhere/key", "--board", "1F"),
        ("--server", "http://127.0.0.1:1", "--key-file", "EMPTY", "--board", "1F"),
        ("--server", "http://127.0.0.1:1", "--key-file", "KEY", "--board", "1F", "--size", "big"),
        ("--server", "http://127.0.0.1:1", "--key-file", "KEY", "--board", "1F", "--size", "100x100"),
        ("--server", "http://127.0.0.1:1", "--key-file", "KEY", "--board", "1F", "--loud"),
        ("announcer", "--server", "http://127.0.0.1:1", "--key-file", "KEY"),
        ("announcer", "--server", "http://127.0.0.1:1", "--key-file", "/nowhere/key", "--zone", "1F"),
        (
            "announcer",
            "--server",
            "http://127.0.0.1:1",
            "--key-file",
            "KEY",
            "--zone",
            "1F",
            "--speaker",
            "loud://speaker",
        ),
    ],
)
def test_bad_use_is_one_line_and_2(arguments: tuple[str, ...], key: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.key"
    empty.write_text("\n")
    given = [{"KEY": key, "EMPTY": str(empty)}.get(argument, argument) for argument in arguments]
    done = run(*given)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_help_of_a_bus_shows_an_example() -> None:
    done = run("counters", "--help")
    assert done.returncode == 0
    assert "python -m display_board counters --server http://127.0.0.1:8080 --key-file" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--bus", "sim://counter_line"),
        ("--key-file", "KEY"),
        ("--key-file", "KEY", "--bus", "carrier-pigeon://roof"),
        ("--key-file", "KEY", "--bus", "sim://counter_line?baud=fast"),
        ("--key-file", "KEY", "--bus", "sim://counter_line", "--away", "1"),
        ("--key-file", "KEY", "--bus", "sim://counter_line", "--dark", "soon"),
    ],
)
def test_bad_use_of_a_bus_is_one_line_and_2(
    arguments: tuple[str, ...], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [key if argument == "KEY" else argument for argument in arguments]
    with pytest.raises(SystemExit) as left:
        run_bus(["--server", "http://127.0.0.1:1", *given])
    said = capsys.readouterr()
    assert (left.value.code, said.out, len(said.err.splitlines())) == (2, "", 1)
