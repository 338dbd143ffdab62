"""QR codes as plain modules, for printers without a QR command of their own and for the simulator."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from hardware.ticket_printer.dots import Dots

Modules = tuple[tuple[bool, ...], ...]
QUIET = 4
"""Light modules that a code needs on each side."""
# Bytes that versions 1 to 18 hold at level M (ISO/IEC 18004 table 7).
CAPACITY_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560)


def side(payload: bytes, level: str) -> int:
    """Return how many modules wide the code of `payload` is, without its quiet zone."""
    if level == "M" and len(payload) <= CAPACITY_M[-1]:
        return 21 + 4 * bisect_left(CAPACITY_M, len(payload))
    return len(modules(payload, level))


@lru_cache(maxsize=64)
def modules(payload: bytes, level: str) -> Modules:
    """Return the rows of the smallest QR code (model 2, no quiet zone) that holds `payload` at `level`.

    True is a dark module. Raises ValueError when the payload does not fit into any version.
    """
    # The library is needed by few printers and takes time to load, so it is loaded on first use.
    import qrcode
    from qrcode.exceptions import DataOverflowError

    levels = {
        "L": qrcode.ERROR_CORRECT_L,
        "M": qrcode.ERROR_CORRECT_M,
        "Q": qrcode.ERROR_CORRECT_Q,
        "H": qrcode.ERROR_CORRECT_H,
    }
    code = qrcode.QRCode(error_correction=levels[level], border=0)
    try:
        code.add_data(payload, optimize=0)
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise ValueError(f"{len(payload)} bytes do not fit into a QR code") from error
    return tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())


def code_dots(rows: Modules, dots: int) -> Dots:
    """Return the code with `dots` dots a module."""
    lines = [int("".join(("1" if dark else "0") * dots for dark in row), 2) for row in rows]
    return Dots(tuple(line for line in lines for _ in range(dots)), len(rows) * dots)
