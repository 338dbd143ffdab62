"""The one form in which the server says no (RFC 9457, application/problem+json)."""

from __future__ import annotations

from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal or a fault; `code` is stable, `title` and `detail` are in the asker's language.

    `errors` lists the wrong fields of a request, each as `{"field": "$.matter", "problem": "…"}`.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: list[dict[str, Any]] = []
