"""Views that ride on the writer's thread: found by method and path, before Flask has seen the request."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import flask
from werkzeug.routing import BaseConverter, Rule, ValidationError

from queue_server.http.describing import PARAMETER


@dataclasses.dataclass(frozen=True, slots=True)
class Ride:
    """A view that was found, with the values of its path; `rule` is how the path was written down."""

    rule: str
    view: Callable[..., flask.Response]
    values: dict[str, Any]


class Rides:
    """The views of an application that ride, by the paths that Flask knows for them; POST alone."""

    def __init__(self, app: flask.Flask) -> None:
        self._paths = [
            _Path(app, rule)
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ())
            and (about := getattr(app.view_functions[rule.endpoint], "description", None))
            and about.rides
        ]

    def has(self, method: str, path: str) -> bool:
        """Whether the view that answers a request rides."""
        return self.find(method, path) is not None

    def find(self, method: str, path: str) -> Ride | None:
        """The view that answers a request, if it rides; None for all others, that Flask looks up."""
        if method == "POST":
            for known in self._paths:
                found = known.read(path)
                if found is not None:
                    return found
        return None


class _Path:
    """The path of one view: its text, and what Flask's own converters make of the parts in between."""

    def __init__(self, app: flask.Flask, rule: Rule) -> None:
        self._rule = rule.rule
        self._view: Any = app.view_functions[rule.endpoint]
        self._converters: dict[str, BaseConverter] = {}
        pattern, end = "", 0
        for part in PARAMETER.finditer(rule.rule):
            kind, name = part.groups()
            converter = self._converters[name] = app.url_map.converters[kind or "default"](app.url_map)
            pattern += f"{re.escape(rule.rule[end : part.start()])}(?P<{name}>{converter.regex})"
            end = part.end()
        self._match = re.compile(pattern + re.escape(rule.rule[end:])).fullmatch

    def read(self, path: str) -> Ride | None:
        found = self._match(path)
        if found is None:
            return None
        values = found.groupdict()
        try:
            for name, converter in self._converters.items():
                values[name] = converter.to_python(values[name])
        except ValidationError:
            return None
        return Ride(self._rule, self._view, values)
