"""The driver prints once, says only what was proved, and names what went wrong: over real TCP and ptys."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from hardware.devices import open_ticket_printer
from hardware.ticket_printer.driver import Timings
from hardware.ticket_printer.job import JobReport, JobState
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.slip import Cut, Line, Qr, Slip
from hardware.ticket_printer.status import Cover, Online, Paper
from tests.hardware.design_slips import STANDARD
from tests.hardware.rig import (
    QUICK,
    BreakingLine,
    KeepAll,
    ScriptedPty,
    pty_printer,
    tcp_printer,
    wait_for,
)

JOB_BYTES = len(build_job(STANDARD, load_profile("generic_80mm"), "j"))
PREFLIGHT = 12
SMALL = Slip((Line.of("C007", 8),))


def slips_on_disk(folder) -> int:
    return len(list(folder.glob("slip-*.json")))


@pytest.fixture(params=["tcp", "pty"])
def line(request, tmp_path):
    """A served printer and its URL, by TCP and by serial line."""
    serve = tcp_printer if request.param == "tcp" else lambda folder: pty_printer(115200, folder)
    with serve(tmp_path) as (served, url):
        yield served, url


@pytest.fixture
def jobs():
    return KeepAll()


def test_a_job_is_proved(line, jobs: KeepAll) -> None:
    served, url = line
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    status = printer.status()
    assert (status.ready, status.trouble, status.paper) == (True, None, Paper.OK)
    report = printer.print("j", STANDARD)
    printer.close()
    assert report == JobReport("j", JobState.CUT_CONFIRMED, None, JOB_BYTES, JOB_BYTES, "gs_h")
    assert jobs.states == [JobState.SEND_STARTED, JobState.CUT_CONFIRMED]
    assert served.device.slips == 1


def test_a_job_is_never_sent_twice(line, jobs: KeepAll) -> None:
    served, url = line
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    first = printer.print("j", SMALL)
    assert printer.print("j", SMALL) == first
    assert served.device.slips == 1
    printer.close()


def test_a_crash_in_mid_job_is_unknown_and_nothing_is_sent(line, jobs: KeepAll) -> None:
    served, url = line
    jobs.save(JobReport("j", JobState.SEND_STARTED, bytes_total=300))
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    report = printer.print("j", SMALL)
    assert (report.state, report.reason, report.printed) == (JobState.UNKNOWN, "interrupted", None)
    assert printer.print("j", SMALL).state is JobState.UNKNOWN
    assert served.device.slips == 0
    printer.close()


def test_nothing_is_sent_if_the_store_fails(line) -> None:
    class FullDisk(KeepAll):
        def save(self, report: JobReport) -> None:
            raise OSError(28, "No space left on device")

    served, url = line
    printer = open_ticket_printer(url, store=FullDisk(), timings=QUICK)
    with pytest.raises(OSError, match="space"):
        printer.print("j", SMALL)
    assert printer.status().ready
    assert served.device.slips == 0
    printer.close()


@pytest.mark.parametrize("fault", ["paper_out", "cover_open", "offline"])
def test_trouble_before_the_job_costs_no_byte(line, jobs: KeepAll, fault: str) -> None:
    served, url = line
    served.type(f"fault {fault}")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    report = printer.print("j", SMALL)
    assert (report.state, report.reason, report.bytes_sent) == (JobState.FAILED_KNOWN, fault, 0)
    assert (report.printed, report.may_retry) == (False, True)
    assert jobs.states == [JobState.FAILED_KNOWN]
    served.type("clear")
    assert served.device.slips == 0
    assert printer.print("j", SMALL).state is JobState.CUT_CONFIRMED
    assert served.device.slips == 1
    printer.close()


def test_status_names_each_part(line) -> None:
    served, url = line
    printer = open_ticket_printer(url, timings=QUICK)
    served.type("fault paper_near_end")
    status = printer.status()
    assert (status.ready, status.near_end) == (True, True)
    served.type("fault cover_open")
    status = printer.status()
    assert (status.cover, status.online, status.ready) == (Cover.OPEN, Online.NO, False)
    served.type("clear")
    assert printer.status().ready
    printer.close()


def test_paper_that_ends_in_mid_job_is_unknown_until_it_is_printed(line, jobs: KeepAll) -> None:
    served, url = line
    served.type(f"fault paper_out:{PREFLIGHT + 150}")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    report = printer.print("j", STANDARD)
    assert (report.state, report.reason) == (JobState.UNKNOWN, "paper_out")
    assert (report.bytes_sent, report.printed, report.may_retry) == (JOB_BYTES, None, False)
    served.type("clear")
    wait_for(lambda: printer.status().ready and jobs.states[-1] is JobState.CUT_CONFIRMED)
    assert jobs.states[:2] == [JobState.SEND_STARTED, JobState.UNKNOWN]
    assert set(jobs.states[2:]) <= {JobState.PRINT_CONFIRMED, JobState.CUT_CONFIRMED}
    assert jobs.saved[-1].reason is None
    assert served.device.slips == 1
    assert printer.print("j", STANDARD).state is JobState.CUT_CONFIRMED
    assert served.device.slips == 1
    printer.close()


def test_a_jammed_cutter_leaves_a_printed_slip(line, jobs: KeepAll) -> None:
    served, url = line
    served.type("fault cut_error")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    report = printer.print("j", SMALL)
    assert (report.state, report.reason, report.printed) == (JobState.PRINT_CONFIRMED, "cutter_error", True)
    second = printer.print("k", SMALL)
    assert (second.state, second.reason) == (JobState.FAILED_KNOWN, "cutter_error")
    served.type("clear")
    wait_for(lambda: printer.status().ready and jobs.states[-1] is JobState.CUT_CONFIRMED)
    printer.close()


def test_a_printer_that_never_answers_is_never_fine(line, jobs: KeepAll) -> None:
    served, url = line
    served.type("fault silent")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    status = printer.status()
    assert (status.ready, status.trouble) == (False, "no_answer")
    assert status.paper is Paper.UNKNOWN
    report = printer.print("j", SMALL)
    assert (report.state, report.reason, report.bytes_sent) == (JobState.FAILED_KNOWN, "no_answer", 0)
    assert served.device.slips == 0
    printer.close()


def test_a_printer_that_falls_silent_after_the_preflight_is_unknown(line, jobs: KeepAll) -> None:
    served, url = line
    served.type(f"fault silent:{PREFLIGHT + 20}")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    started = time.monotonic()
    report = printer.print("j", SMALL)
    assert time.monotonic() - started < QUICK.fence_s + 10
    assert (report.state, report.reason, report.printed) == (JobState.UNKNOWN, "no_answer", None)
    assert printer.print("j", SMALL).state is JobState.UNKNOWN
    printer.close()
    assert served.device.slips == 1  # it did print; nobody could know


@pytest.mark.parametrize("fault", ["garbled", "wrong_baud"])
def test_the_wrong_baud_rate_is_never_fine(line, jobs: KeepAll, fault: str) -> None:
    served, url = line
    served.type(f"fault {fault}")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    status = printer.status()
    assert not status.ready
    assert status.paper is Paper.UNKNOWN
    report = printer.print("j", SMALL)
    assert (report.state, report.bytes_sent) == (JobState.FAILED_KNOWN, 0)
    assert report.reason in ({"garbled"} if fault == "garbled" else {"garbled", "no_answer"})
    assert served.device.slips == 0
    printer.close()


def test_answers_garbled_in_mid_job_are_unknown(line, jobs: KeepAll) -> None:
    served, url = line
    served.type(f"fault garbled:{PREFLIGHT + 20}")
    printer = open_ticket_printer(url, store=jobs, timings=QUICK)
    report = printer.print("j", SMALL)
    assert (report.state, report.reason) == (JobState.UNKNOWN, "garbled")
    printer.close()


def test_a_slow_printer_is_waited_for(jobs: KeepAll) -> None:
    with tcp_printer(speed_mm_s=60.0) as (served, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        started = time.monotonic()
        report = printer.print("j", SMALL)
        assert report.state is JobState.CUT_CONFIRMED
        assert time.monotonic() - started > 0.35
        served.type("fault slow")
        patient = Timings(reply_s=0.3, fence_s=8.0, poll_s=0.2)
        printer = open_ticket_printer(url, store=jobs, timings=patient)
        assert printer.print("k", SMALL).state is JobState.CUT_CONFIRMED
        printer.close()


@pytest.mark.parametrize(
    ("options", "state", "reason", "evidence"),
    [
        ({"fence": "gs_r"}, JobState.CUT_CONFIRMED, None, "gs_r"),
        ({"fence": "none"}, JobState.UNKNOWN, "no_fence", None),
        ({"status": "none"}, JobState.CUT_CONFIRMED, None, "gs_h"),
        ({"cutter": "none"}, JobState.PRINT_CONFIRMED, None, "gs_h"),
        ({"cutter": "none", "fence": "gs_r"}, JobState.PRINT_CONFIRMED, None, "gs_r"),
    ],
)
def test_profiles_of_lesser_printers(jobs: KeepAll, options: dict, state, reason, evidence) -> None:
    from dataclasses import replace

    with tcp_printer() as (_, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        printer.profile = replace(printer.profile, **options)
        report = printer.print("j", SMALL)
        assert (report.state, report.reason, report.evidence) == (state, reason, evidence)
        assert printer.print("k", Slip(SMALL.items, Cut.NONE)).state in (
            JobState.PRINT_CONFIRMED,
            JobState.UNKNOWN,
        )
        printer.close()


def test_no_status_ability_is_never_called_ready(jobs: KeepAll) -> None:
    from dataclasses import replace

    with tcp_printer() as (_, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        printer.profile = replace(printer.profile, status="none")
        assert printer.status().trouble == "no_answer"
        printer.close()


# -- the line breaks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("after", [0, 1, 5, PREFLIGHT - 1, PREFLIGHT])
def test_line_broken_before_the_slip(jobs: KeepAll, tmp_path, how: str, after: int) -> None:
    with tcp_printer(tmp_path) as (served, url):
        line = BreakingLine(url, after, how, heals=False)
        report = open_ticket_printer(line.url, store=jobs, timings=QUICK).print("j", SMALL)
        line.stop()
        assert (report.state, report.bytes_sent) == (JobState.FAILED_KNOWN, 0)
        assert report.reason in ("connection_lost", "cannot_open")
        assert served.device.slips == 0


@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize(
    "sent", [1, 2, 60, 150, 151, 152, 200, 300, JOB_BYTES - 26, JOB_BYTES - 12, JOB_BYTES - 1]
)
def test_line_broken_in_mid_job(jobs: KeepAll, tmp_path, how: str, sent: int) -> None:
    with tcp_printer(tmp_path) as (_, url):
        line = BreakingLine(url, PREFLIGHT + sent, how)
        printer = open_ticket_printer(line.url, store=jobs, timings=QUICK)
        report = printer.print("j", STANDARD)
        # Nothing was proved, unless the fence behind the text had come back before the break.
        assert report.state in (JobState.UNKNOWN, JobState.PRINT_CONFIRMED)
        if report.state is JobState.PRINT_CONFIRMED:
            assert sent >= JOB_BYTES - 26
        assert report.reason == "connection_lost"
        assert not report.may_retry
        assert jobs.states == [JobState.SEND_STARTED, report.state]
        # The next slip comes out whole, whatever the printer was in the middle of.
        assert printer.print("k", SMALL).state is JobState.CUT_CONFIRMED
        printer.close()
        line.stop()
        newest = sorted(tmp_path.glob("slip-*.json"))[-1].read_text()
        assert '"C007"' in newest
        assert "B126" not in newest


@pytest.mark.parametrize("sent", [1, 10, 200, JOB_BYTES - 30])
def test_line_that_goes_dead_without_a_word(jobs: KeepAll, sent: int) -> None:
    with tcp_printer() as (served, url):
        line = BreakingLine(url, PREFLIGHT + sent, "half")
        printer = open_ticket_printer(line.url, store=jobs, timings=QUICK)
        report = printer.print("j", STANDARD)
        assert (report.state, report.reason) == (JobState.UNKNOWN, "no_answer")
        printer.close()
        line.stop()
        assert served.device.slips == 0


@pytest.mark.parametrize("taken", [1, 50, 200, 300])
def test_serial_adapter_pulled_in_mid_job(jobs: KeepAll, taken: int) -> None:
    pty = ScriptedPty()

    def play() -> None:
        for _ in range(4):
            query = b""
            while len(query) < 3:
                query += os.read(pty.master, 3 - len(query))
            os.write(pty.master, b"\x12")
        got = 0
        while got < taken:
            got += len(os.read(pty.master, taken - got))
        pty.pull()

    player = threading.Thread(target=play, daemon=True)
    player.start()
    printer = open_ticket_printer(pty.url, store=jobs, timings=QUICK)
    report = printer.print("j", STANDARD)
    player.join()
    assert (report.state, report.reason) == (JobState.UNKNOWN, "connection_lost")
    assert report.bytes_sent > 0
    again = printer.print("k", STANDARD)
    assert (again.state, again.reason, again.bytes_sent) == (JobState.FAILED_KNOWN, "cannot_open", 0)
    printer.close()


def test_serial_printer_that_stops_taking(jobs: KeepAll) -> None:
    """With XOFF after the preflight no byte leaves, which is known and may be tried again."""
    pty = ScriptedPty()

    def play() -> None:
        for _ in range(4):
            query = b""
            while len(query) < 3:
                query += os.read(pty.master, 3 - len(query))
            os.write(pty.master, b"\x12" if query[2] < 4 else b"\x12\x13")

    player = threading.Thread(target=play, daemon=True)
    player.start()
    quick = Timings(open_s=1.0, reply_s=0.3, write_s=0.3, fence_s=1.0, poll_s=0.2)
    printer = open_ticket_printer(pty.url + "&flow=xonxoff", store=jobs, timings=quick)
    report = printer.print("j", SMALL)
    player.join()
    assert (report.state, report.reason) == (JobState.FAILED_KNOWN, "write_timeout")
    assert (report.bytes_sent, report.may_retry) == (0, True)
    printer.close()
    pty.pull()


@pytest.mark.parametrize("taken", [1, 100, JOB_BYTES - 1])
def test_a_printer_that_stops_taking_in_mid_job(jobs: KeepAll, taken: int) -> None:
    url = f"sim://ticket_printer?fault=stall:{PREFLIGHT + taken}"
    quick = Timings(reply_s=0.3, write_s=0.2, fence_s=1.0, poll_s=0.2)
    report = open_ticket_printer(url, store=jobs, timings=quick).print("j", STANDARD)
    assert (report.state, report.reason) == (JobState.UNKNOWN, "write_timeout")
    assert report.bytes_sent == taken


def test_a_printer_switched_off_and_on_between_jobs(jobs: KeepAll) -> None:
    with tcp_printer() as (served, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        assert printer.print("a", SMALL).state is JobState.CUT_CONFIRMED
        served.type("fault unplugged")
        report = printer.print("b", SMALL)
        assert (report.state, report.printed) == (JobState.FAILED_KNOWN, False)
        assert not printer.status().ready
        served.type("clear")
        assert printer.print("b", SMALL).state is JobState.CUT_CONFIRMED
        served.type("fault unplugged")
        served.type("clear")
        # The old connection is dead; the driver finds out with a question, not with a slip.
        assert printer.print("c", SMALL).state is JobState.CUT_CONFIRMED
        assert served.device.slips == 3
        printer.close()


def test_an_empty_port() -> None:
    printer = open_ticket_printer("tcp://127.0.0.1:1", timings=QUICK)
    assert printer.status().trouble == "cannot_open"
    report = printer.print("j", SMALL)
    assert (report.state, report.reason) == (JobState.FAILED_KNOWN, "cannot_open")


def test_automatic_status_frames_do_not_disturb(jobs: KeepAll) -> None:
    with tcp_printer() as (served, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        assert printer.status().ready
        printer._transport.write(b"\x1da\x0f", 1.0)
        served.type("fault paper_near_end")
        assert printer.status().near_end
        assert printer.print("j", SMALL).state is JobState.CUT_CONFIRMED
        printer.close()


def test_threads_do_not_mix_slips(jobs: KeepAll, tmp_path) -> None:
    with tcp_printer(tmp_path) as (served, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)

        def work(name: str) -> None:
            for number in range(5):
                slip = Slip((Line.of(name, 2), Qr(f"https://x.example/{name}/{number}"), Line.of(name)))
                assert printer.print(f"{name}-{number}", slip).state is JobState.CUT_CONFIRMED

        threads = [threading.Thread(target=work, args=(f"T{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        printer.close()
        assert served.device.slips == 20
        import json

        for path in tmp_path.glob("slip-*.json"):
            record = json.loads(path.read_text())
            assert record["text"][0] == record["text"][1] == record["qr"].split("/")[3]
            assert record["unknown"] == []


# -- time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("baud", [9600, 115200])
def test_a_slip_takes_as_long_as_its_line_and_waits_for_no_poll(jobs: KeepAll, baud: int) -> None:
    """From the call to the proof behind the cut, over a pty paced like the line; paper takes no time here.

    How near to the line it comes is a figure of the benchmark.
    """
    wire_s = (JOB_BYTES + PREFLIGHT) * 10 / baud
    with pty_printer(baud) as (served, url):
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        printer.status()
        taken = []
        for number in range(3):
            started = time.monotonic()
            assert printer.print(f"j{number}", STANDARD).state is JobState.CUT_CONFIRMED
            taken.append(time.monotonic() - started)
        printer.close()
        assert served.device.slips == 3
    assert min(taken) > wire_s * 0.9
    assert min(taken) < wire_s + QUICK.poll_s, taken


def run(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_every_call_has_an_end() -> None:
    """A peer that accepts and never answers costs the stated time, not more."""
    with tcp_printer() as (served, url):
        served.type("fault stall")
        printer = open_ticket_printer(url, timings=QUICK)
        assert run(printer.status) < QUICK.reply_s + 0.5
        assert run(lambda: printer.print("j", SMALL)) < 2 * QUICK.reply_s + 0.5
        printer.close()
