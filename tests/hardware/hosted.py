"""A simulated device behind a real port, served by a thread for the length of a test."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from hardware.simulation.desk import Desk
from hardware.simulation.device import HostedDevice
from hardware.simulation.host import Host


def wait_for(happened: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Wait until something is so; the limit is generous, since machines are busy."""
    deadline = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@contextlib.contextmanager
def hosted(device: HostedDevice, *, baud: int | None = None, pictures: Path | None = None) -> Iterator[str]:
    """Serve a device on TCP, or with `baud` on a paced pseudo-terminal; gives its URL."""
    host = Host(device, Desk(device, pictures))
    url = host.listen_tcp(0) if baud is None else host.open_pty(baud)
    stopping = threading.Event()
    thread = threading.Thread(target=host.run, args=(stopping.is_set,), daemon=True)
    thread.start()
    try:
        yield url
    finally:
        stopping.set()
        thread.join(5)
        host.close()


def port_of(url: str) -> int:
    """The TCP port of a URL."""
    port = urlsplit(url).port
    assert port is not None
    return port
