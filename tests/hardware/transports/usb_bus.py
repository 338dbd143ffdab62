"""A simulated USB bus: a backend of pyusb's own kind, with a printer of the printer class plugged in."""

from __future__ import annotations

import array
import errno
import time
from dataclasses import dataclass, field
from typing import Any

import usb.backend
import usb.core

from hardware.ticket_printer.simulator import TicketPrinterSimulator

VENDOR, PRODUCT = 0x0416, 0x5011
OUT, INTO = 0x01, 0x82
BULK = 2
LOOK_S = 0.001


@dataclass
class Descriptor:
    """The fields of any descriptor that pyusb reads; those that nobody asks for are 0."""

    fields: dict[str, int]
    extra_descriptors: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> int:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.fields.get(name, 0)


@dataclass
class Setting:
    """One alternate setting of the one interface: its class and its pipes."""

    endpoints: tuple[int, ...] = (OUT, INTO)
    kind: int = 7


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]
    """A bus with one device. `driver` is whether the kernel has it, `held` whether another program does."""

    def __init__(self, printer: TicketPrinterSimulator, settings: tuple[Setting, ...] = (Setting(),)) -> None:
        super().__init__()
        self.printer = printer
        self.settings = settings
        self.configured = 1
        self.chosen = 0
        self.driver, self.held, self.forbidden = True, False, False
        self.claimed = False

    # -- what is plugged in ----------------------------------------------------------------------------

    def enumerate_devices(self) -> list[str]:
        return ["printer"] if self.printer.connected() else []

    def get_device_descriptor(self, dev: str) -> Descriptor:
        return Descriptor(
            {
                "bLength": 18,
                "bDescriptorType": 1,
                "idVendor": VENDOR,
                "idProduct": PRODUCT,
                "bNumConfigurations": 1,
                "bMaxPacketSize0": 64,
            }
        )

    def get_configuration_descriptor(self, dev: str, config: int) -> Descriptor:
        if config:
            raise IndexError(config)
        return Descriptor({"bDescriptorType": 2, "bNumInterfaces": 1, "bConfigurationValue": 1})

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> Descriptor:
        if intf or alt >= len(self.settings):
            raise IndexError(alt)
        setting = self.settings[alt]
        return Descriptor(
            {
                "bDescriptorType": 4,
                "bAlternateSetting": alt,
                "bNumEndpoints": len(setting.endpoints),
                "bInterfaceClass": setting.kind,
                "bInterfaceSubClass": 1,
            }
        )

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> Descriptor:
        address = self.settings[alt].endpoints[ep]
        return Descriptor(
            {
                "bDescriptorType": 5,
                "bEndpointAddress": address,
                "bmAttributes": BULK,
                "wMaxPacketSize": 64,
            }
        )

    # -- who has it ------------------------------------------------------------------------------------

    def open_device(self, dev: str) -> str:
        if self.forbidden:
            raise usb.core.USBError("Access denied (insufficient permissions)", errno=errno.EACCES)
        self._plugged()
        return dev

    def close_device(self, dev_handle: str) -> None:
        self.claimed = False

    def get_configuration(self, dev_handle: str) -> int:
        self._plugged()
        return self.configured

    def set_configuration(self, dev_handle: str, config_value: int) -> None:
        self._plugged()
        self.configured = config_value

    def set_interface_altsetting(self, dev_handle: str, intf: int, altsetting: int) -> None:
        assert self.claimed
        self.chosen = altsetting

    def is_kernel_driver_active(self, dev_handle: str, intf: int) -> bool:
        return self.driver

    def detach_kernel_driver(self, dev_handle: str, intf: int) -> None:
        self.driver = False

    def attach_kernel_driver(self, dev_handle: str, intf: int) -> None:
        assert not self.claimed
        self.driver = True

    def claim_interface(self, dev_handle: str, intf: int) -> None:
        self._plugged()
        if self.held or self.driver:
            raise usb.core.USBError("Resource busy", errno=errno.EBUSY)
        self.claimed = True

    def release_interface(self, dev_handle: str, intf: int) -> None:
        self.claimed = False
        self._plugged()

    # -- its pipes -------------------------------------------------------------------------------------

    def bulk_write(self, dev_handle: str, ep: int, intf: int, data: Any, timeout: int) -> int:
        """As libusb does it: what was taken before the time ran out is not told."""
        assert self.claimed and ep == OUT and timeout > 0
        wire, taken = data.tobytes(), 0
        deadline = time.monotonic() + timeout / 1000
        while True:
            self._plugged()
            taken += self.printer.accept(wire[taken:], time.monotonic())
            if taken == len(wire):
                return taken
            self._plugged()
            if time.monotonic() > deadline:
                raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
            time.sleep(LOOK_S)

    def bulk_read(self, dev_handle: str, ep: int, intf: int, buff: Any, timeout: int) -> int:
        """Wait for what the printer says."""
        assert self.claimed and ep == INTO and timeout > 0
        deadline = time.monotonic() + timeout / 1000
        while True:
            self._plugged()
            said = self.printer.collect(time.monotonic())
            if said:
                buff[: len(said)] = array.array("B", said)
                return len(said)
            if time.monotonic() > deadline:
                raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
            time.sleep(LOOK_S)

    def _plugged(self) -> None:
        if not self.printer.connected():
            raise usb.core.USBError("No such device (it may have been disconnected)", errno=errno.ENODEV)
