"""Every setting of the server, with a default that works.

A setting comes from the command line, else from the environment (`HALL_PORT` for `port`), else
from here. What belongs to the hall itself (zones, counters, hours) is in the hall's plan.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HALL_FILE = Path(__file__).resolve().parents[1] / "config" / "hall.example.toml"
CATALOGUE_FILE = Path(__file__).resolve().parents[1] / "config" / "catalogue.yaml"


@dataclasses.dataclass(frozen=True)
class Settings:
    """One frozen object, made once at start.

    | field | meaning |
    |---|---|
    | data | the folder that holds the database, its keys and the demo's files |
    | hall | the TOML file that seeds an empty database |
    | catalogue | the YAML file that seeds an empty database |
    | host, port | where the server listens |
    | public_url | the address that citizens' phones reach; printed on slips |
    | demo | make the sample hall with sign-ins, always open |
    | real_hours | keep the hall's opening hours although it is a demo |
    | synchronous | FULL; NORMAL loses acknowledged tickets in a power cut and exists to prove it |
    | streams | most event streams at a time |
    | body_kb | largest request body in KiB |
    | device_away_s | so long a device or program may say nothing before it counts as away |
    | threads | worker threads for requests that do not ride with the writer |
    | sign_slips | sign slips, by the kiosk's key of the day or by the hall, in their QR code |
    | secure_cookies | set when the server stands behind HTTPS |
    """

    data: Path
    hall: Path = HALL_FILE
    catalogue: Path = CATALOGUE_FILE
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    demo: bool = False
    real_hours: bool = False
    synchronous: str = "FULL"
    streams: int = 6000
    body_kb: int = 1024
    device_away_s: int = 90
    threads: int = 128
    sign_slips: bool = True
    secure_cookies: bool = False

    @property
    def always_open(self) -> bool:
        """Whether tickets are issued at any hour."""
        return self.demo and not self.real_hours

    @property
    def address(self) -> str:
        """The address that goes on slips."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def from_environment(given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Make the settings from the command line's values (None: not given) and the environment.

    Raises ValueError with the name of the variable that does not fit.
    """
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    for field in dataclasses.fields(Settings):
        name = f"HALL_{field.name.upper()}"
        if field.name not in values and name in environ:
            values[field.name] = _read(name, environ[name], str(field.type))
    return Settings(**values)


def _read(name: str, text: str, kind: str) -> Any:
    if kind == "bool":
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise ValueError(f"{name} must be 1 or 0, not {text!r}")
        return text.lower() in {"1", "true", "yes"}
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {text!r}") from None
    return Path(text) if kind == "Path" else text
