"""Sound into a file that only its owner may read: what was said stands in it."""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


class Wav:
    """A WAV file, whole whenever nothing is being said."""

    idle_seconds = threading.TIMEOUT_MAX

    def __init__(self, path: Path, rate: int) -> None:
        self._rate = rate
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(descriptor, 0o600)  # also where it was there before
        self._file = open(descriptor, "r+b")  # noqa: SIM115, PTH123 - open as long as the process
        self._size = 0
        self._write_header()

    def write(self, samples: bytes) -> None:
        self._file.write(samples)
        self._size += len(samples)

    def delay(self) -> float:
        self._write_header()
        return 0.0

    def flush(self) -> None:
        self._write_header()

    def hush(self) -> None:
        """Do nothing: nothing is heard here."""

    def close(self) -> None:
        self._write_header()  # and stay open: it is written on if there is more to say

    def _write_header(self) -> None:
        header = _HEADER.pack(
            b"RIFF", 36 + self._size, b"WAVE", b"fmt ", 16, 1, 1, self._rate, 2 * self._rate, 2, 16, b"data", self._size
        )
        self._file.seek(0)
        self._file.write(header)
        self._file.seek(0, os.SEEK_END)
        self._file.flush()
