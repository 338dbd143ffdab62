"""QR codes as plain modules, for printers without a QR command of their own and for the simulator."""

from __future__ import annotations

from functools import lru_cache

Modules = tuple[tuple[bool, ...], ...]


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


def raster(rows: Modules, dots: int) -> tuple[int, int, bytes]:
    """Return (bytes a row, rows, bits) of the code with `dots` dots a module, most significant bit left."""
    side = len(rows) * dots
    row_bytes = (side + 7) // 8
    bits = bytearray()
    for row in rows:
        line = "".join(("1" if dark else "0") * dots for dark in row).ljust(row_bytes * 8, "0")
        bits += int(line, 2).to_bytes(row_bytes, "big") * dots
    return row_bytes, side, bytes(bits)
