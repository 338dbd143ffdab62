"""The shim, compiled once for all crash tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import disk


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that stands between the server and its disk."""
    return disk.build(tmp_path_factory.mktemp("shim"))
