"""Named faults of simulated devices, switched on and off while they run, for all units or for one."""

from __future__ import annotations

from hardware.errors import DeviceError


class Faults:
    """The faults that hold now, written `NAME` for every unit of a line or `NAME@ADDRESS` for one."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known
        self._held: dict[str, None] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The faults as they were set."""
        return tuple(self._held)

    def set(self, text: str) -> None:
        """Switch one on; raises a permanent DeviceError `bad_fault`."""
        name, at, address = text.partition("@")
        if name not in self._known or (at and not address.isdecimal()):
            raise DeviceError(
                f"no fault {text!r}; there are: {', '.join(self._known)}", reason="bad_fault", permanent=True
            )
        self._held[text] = None

    def clear(self, text: str | None) -> None:
        """Switch one off, or all."""
        for held in [text] if text else list(self._held):
            self._held.pop(held, None)

    def has(self, name: str, address: int | None = None) -> bool:
        """Return whether a fault holds for the unit at `address`."""
        return name in self._held or (address is not None and f"{name}@{address}" in self._held)
