"""pyusb carries the bytes to a USB printer past the kernel's driver; it is found by its vendor and product.

For a machine whose kernel has no usblp, or whose printer changes its /dev/usb/lp number. pyusb and the
system's libusb-1.0 are needed only here, and only where such a URL is given.
Source: USB Device Class Definition for Printing Devices 1.1, 4.2 (interface class 7) and 5 (bulk pipes).
"""

from __future__ import annotations

import contextlib
import errno
import time
from dataclasses import dataclass
from typing import Any

from hardware.errors import DeviceError, WriteStopped

PRINTER_CLASS = 7
# USB 2.0, table 9-13: bit 7 of an endpoint is its direction, bits 0 and 1 of its attributes its kind.
TO_HOST, KIND, BULK = 0x80, 0x03, 0x02
# pyusb does not tell how much of a piece that timed out had left, so a piece is small.
PIECE = 512
READ = 4096
DRAIN_MS, DRAIN_TURNS = 10, 64


@dataclass(slots=True)
class _Held:
    """An open printer: its interface, and its pipes."""

    device: Any
    number: int
    out: int
    into: int | None
    had_driver: bool


class UsbTransport:
    """A Transport over the bulk pipes of one printer. `backend` is pyusb's, None for the one it finds.

    Raises a permanent DeviceError `cannot_open` where pyusb is missing: nothing would ever come of it.
    """

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        _pyusb()
        self._vendor, self._product, self._backend = vendor, product, backend
        self._printer: _Held | None = None

    @property
    def url(self) -> str:
        """The device as `usb://VVVV:PPPP`, in hex."""
        return f"usb://{self._vendor:04x}:{self._product:04x}"

    @property
    def is_open(self) -> bool:
        """True while the interface is claimed."""
        return self._printer is not None

    def open(self, timeout_s: float) -> None:
        """Find and claim the printer and drop what it has said; raises `cannot_open` or `port_busy`."""
        del timeout_s
        if self._printer is not None:
            return
        device = self._find()
        try:
            self._printer = _claimed(device)
            self._drain()
        except OSError as error:
            self._printer = None
            _pyusb().util.dispose_resources(device)
            reason = "port_busy" if error.errno == errno.EBUSY else "cannot_open"
            raise DeviceError(f"{self.url}: {error}", reason=reason) from error
        if self._printer is None:
            raise DeviceError(f"{self.url}: not a printer", reason="cannot_open", permanent=True)

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand over all of `data` piece by piece; raises WriteStopped, a piece that failed may have left."""
        deadline = time.monotonic() + timeout_s
        printer = self._held()
        taken = 0
        while taken < len(data):
            piece = data[taken : taken + PIECE]
            try:
                taken += printer.device.write(printer.out, piece, _ms(deadline - time.monotonic()))
            except OSError as error:
                late = isinstance(error, _pyusb().USBTimeoutError)
                reason = "write_timeout" if late else "connection_lost"
                raise WriteStopped(
                    f"{self.url}: {error}", reason=reason, possible=taken + len(piece)
                ) from error

    def read(self, timeout_s: float) -> bytes:
        """Return what the printer has said; raises DeviceError `connection_lost` when it was unplugged."""
        printer = self._held()
        data = b""
        if printer.into is not None:
            try:
                data = bytes(printer.device.read(printer.into, READ, _ms(timeout_s)))
            except _pyusb().USBTimeoutError:
                return b""
            except OSError as error:
                raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error
        if not data:
            # A printer may answer with an empty packet, or have no way to answer: do not spin on it.
            time.sleep(max(0.0, timeout_s))
        return data

    def close(self) -> None:
        """Let go of the interface and hand the printer back to the kernel."""
        printer, self._printer = self._printer, None
        if printer is None:
            return
        util = _pyusb().util
        with contextlib.suppress(OSError):
            util.release_interface(printer.device, printer.number)
        if printer.had_driver:
            with contextlib.suppress(OSError):
                printer.device.attach_kernel_driver(printer.number)
        util.dispose_resources(printer.device)

    def _held(self) -> _Held:
        if self._printer is None:
            raise DeviceError(f"{self.url}: not open", reason="connection_lost")
        return self._printer

    def _find(self) -> Any:
        core = _pyusb()
        try:
            found = core.find(idVendor=self._vendor, idProduct=self._product, backend=self._backend)
        except core.NoBackendError as error:
            missing = "needs the system's library libusb-1.0 (Debian: apt-get install libusb-1.0-0)"
            raise DeviceError(f"{self.url} {missing}", reason="cannot_open", permanent=True) from error
        if found is None:
            raise DeviceError(f"{self.url}: no such device is plugged in", reason="cannot_open")
        return found

    def _drain(self) -> None:
        printer = self._printer
        if printer is None or printer.into is None:
            return
        with contextlib.suppress(_pyusb().USBTimeoutError):
            for _ in range(DRAIN_TURNS):
                if not printer.device.read(printer.into, READ, DRAIN_MS):
                    return


def _claimed(device: Any) -> _Held | None:
    """Claim the printer interface of a device, one that answers if it can; None when it has none.

    Raises OSError.
    """
    settings = [
        (one, out, _pipe(one, TO_HOST))
        for configuration in device
        for one in configuration
        if one.bInterfaceClass == PRINTER_CLASS and (out := _pipe(one, 0)) is not None
    ]
    if not settings:
        return None
    setting, out, into = min(settings, key=lambda found: found[2] is None)
    number: int = setting.bInterfaceNumber
    had_driver = _without_driver(device, number)
    try:
        device.get_active_configuration()
    except OSError:  # it has none yet, and one that has is not set anew: that would reset the printer
        device.set_configuration()
    _pyusb().util.claim_interface(device, number)
    if setting.bAlternateSetting:
        device.set_interface_altsetting(number, setting.bAlternateSetting)
    return _Held(device, number, out, into, had_driver)


def _pipe(setting: Any, direction: int) -> int | None:
    """Return the address of the bulk pipe in a direction."""
    for endpoint in setting:
        address: int = endpoint.bEndpointAddress
        if endpoint.bmAttributes & KIND == BULK and address & TO_HOST == direction:
            return address
    return None


def _without_driver(device: Any, number: int) -> bool:
    """Take the interface from the kernel's usblp; returns whether it had it."""
    # Not every backend of pyusb can ask for kernel drivers; one that cannot has none to take or give back.
    try:
        active: bool = device.is_kernel_driver_active(number)
    except NotImplementedError:
        return False
    if active:
        device.detach_kernel_driver(number)
    return active


def _pyusb() -> Any:
    """Return `usb.core`, which holds `usb.util`; raises a permanent DeviceError where pyusb is missing."""
    try:
        import usb.core
    except ImportError as error:
        raise DeviceError(
            "usb://VENDOR:PRODUCT needs the package pyusb (pip install pyusb)",
            reason="cannot_open",
            permanent=True,
        ) from error
    return usb.core


def _ms(seconds: float) -> int:
    """Return a time limit for pyusb, for which 0 would mean for ever."""
    return max(1, round(seconds * 1000))
