"""A demo hall, for whoever talks to the server from outside."""

from __future__ import annotations

from tests.hall_process import hall

__all__ = ["hall"]
