"""Messages may be read first by many threads at once, once they were made ready."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import sys, threading
import msgspec
from queue_server.wire import Ticket
from queue_server.wire.ready import make_ready
make_ready()
sys.setswitchinterval(1e-6)
raw = b'{"id":1,"visit":1,"leg":1,"number":"A","state":"waiting","matter":{"id":"m","name":"n"},' \\
      b'"zone":"Z","floor":1,"issued_at":"x"}'
go = threading.Barrier(48)
def read():
    go.wait()
    assert msgspec.json.decode(raw, type=Ticket).number == "A"
threads = [threading.Thread(target=read) for _ in range(48)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_the_first_reading_by_many_threads_ends_well() -> None:
    """Without `make_ready` about every second run of this ends in a segmentation fault."""
    for _ in range(8):
        assert subprocess.run([sys.executable, "-c", RACE], check=False).returncode == 0
