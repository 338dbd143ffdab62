"""Reads YAML into spots that know their line.

YAML can hide things: a key written twice silently wins, an alias can grow a small file to any
size, and a loader may build objects. So nodes are walked here by hand: plain values only, no
alias, each key once.
"""

from __future__ import annotations

from typing import Any

import yaml

from queue_server.hall.located import BadFile, Fault, Sink, Spot

MAX_DEPTH = 12
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser reads 8,000 lines in 0.2 s, the Python one in 2 s; a machine may lack the C one."""

_CORE = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}


def read_yaml(text: str, sink: Sink) -> Spot:
    """Parse one YAML document into a tree of spots; raises `BadFile` where it cannot be read at all."""
    if odd := yaml.reader.Reader.NON_PRINTABLE.search(text):
        raise BadFile([Fault(text.count("\n", 0, odd.start()) + 1, "", "control_sign")])
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise BadFile([_as_fault(error)]) from None
    if node is None:
        raise BadFile([Fault(1, "", "not_table")])
    return _locate(node, "", sink)


def _refuse_tricks(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise BadFile([Fault(line, "", "alias")])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise BadFile([Fault(line, "", "too_deep")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _as_fault(error: yaml.YAMLError) -> Fault:
    """Word a syntax error; what began earlier and was never closed is told with its own line."""
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    if start is not None and mark is not None and start.line != mark.line:
        problem += (
            f" ({error.context}, line {start.line + 1})" if isinstance(error, yaml.MarkedYAMLError) else ""
        )
    return Fault(mark.line + 1 if mark is not None else 1, "", "syntax", {"problem": problem})


def _locate(node: yaml.Node, place: str, sink: Sink) -> Spot:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        items = enumerate(node.value, 1)
        return Spot([_locate(item, f"{place}[{index}]", sink) for index, item in items], line)
    if isinstance(node, yaml.MappingNode):
        return Spot(_locate_keys(node, place, sink), line)
    return Spot(_scalar(node), line)


def _locate_keys(node: yaml.MappingNode, place: str, sink: Sink) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for key, item in node.value:
        name = str(key.value)
        inside = f"{place}.{name}" if place else name
        if name in found:
            sink.add(key.start_mark.line + 1, inside, "key_twice", key=name)
        spot = _locate(item, inside, sink)
        # A nested table begins on the line after its key; people look for the key.
        found[name] = Spot(spot.value, key.start_mark.line + 1)
    return found


def _scalar(node: yaml.Node) -> Any:
    """The plain value of a scalar; what is none (a date, a binary) stays a node, which no check takes."""
    if node.tag not in _CORE:
        return node
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        return node
