"""A browser for the tests of the pages."""

from __future__ import annotations

from tests.browser import browser, desk

__all__ = ["browser", "desk"]
