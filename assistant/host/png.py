"""Write a picture as PNG with the standard library alone."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, rgb: bytes) -> bytes:
    """Return a PNG file; `rgb` is height × width × 3 bytes, row by row, uint8.

    https://www.w3.org/TR/png-3/
    """
    stride = width * 3
    rows = b"".join(b"\0" + rgb[start : start + stride] for start in range(0, stride * height, stride))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
