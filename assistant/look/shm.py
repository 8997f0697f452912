"""MIT-SHM for python-xlib, which lacks it: the server copies pixels into memory that both see.

Twenty times faster than sending 800×600 pixels through the socket. The memory is open to this user alone, and is
wiped after each picture: nothing unblackened stays.
https://www.x.org/releases/current/doc/xextproto/shm.html
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.protocol import rq

NAME = "MIT-SHM"
_PRIVATE, _CREATE, _REMOVE = 0, 0o1000, 0
_MODE = 0o600
_FAILED = ctypes.c_void_p(-1).value


class _Attach(rq.Request):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(1),
        rq.RequestLength(),
        rq.Card32("segment"),
        rq.Card32("shmid"),
        rq.Bool("read_only"),
        rq.Pad(3),
    )


class _Detach(rq.Request):
    _request = rq.Struct(rq.Card8("opcode"), rq.Opcode(2), rq.RequestLength(), rq.Card32("segment"))


class _GetImage(rq.ReplyRequest):
    _request = rq.Struct(
        rq.Card8("opcode"),
        rq.Opcode(4),
        rq.RequestLength(),
        rq.Drawable("drawable"),
        rq.Int16("x"),
        rq.Int16("y"),
        rq.Card16("width"),
        rq.Card16("height"),
        rq.Card32("plane_mask"),
        rq.Card8("format"),
        rq.Pad(3),
        rq.Card32("segment"),
        rq.Card32("offset"),
    )
    _reply = rq.Struct(
        rq.ReplyCode(),
        rq.Card8("depth"),
        rq.Card16("sequence_number"),
        rq.ReplyLength(),
        rq.Card32("visual"),
        rq.Card32("size"),
        rq.Pad(16),
    )


class SharedMemoryFailed(Exception):
    """The server, or the system, shares no memory with us: take the pixels through the socket."""


class SharedPixels:
    """Memory shared with one X server, as large as the largest picture so far; wiped after each. Close it."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._major = _major_opcode(display)
        self._libc = _libc()
        self._size, self._address, self._segment = 0, 0, 0

    def close(self) -> None:
        """Give the memory back; harmless when there is none."""
        if not self._size:
            return
        self._libc.shmdt(self._address)
        with contextlib.suppress(ConnectionClosedError, OSError):
            _Detach(self._display.display, onerror=_Refused(), opcode=self._major, segment=self._segment)
            self._display.display.free_resource_id(self._segment)
        self._size = 0

    @contextlib.contextmanager
    def image(self, drawable: int, x: int, y: int, width: int, height: int) -> Iterator[memoryview]:
        """Lend a rectangle's pixels, four bytes each (blue, green, red, unused), row by row.

        XError for a drawable that is gone or smaller; SharedMemoryFailed where this cannot work.
        """
        size = width * height * 4
        if size > self._size:
            self.close()
            self._open(size)
        reply = _GetImage(
            display=self._display.display,
            opcode=self._major,
            drawable=drawable,
            x=x,
            y=y,
            width=width,
            height=height,
            plane_mask=0xFFFFFFFF,
            format=X.ZPixmap,
            segment=self._segment,
            offset=0,
        )
        if reply.size != size:
            raise SharedMemoryFailed
        pixels = memoryview((ctypes.c_ubyte * size).from_address(self._address)).cast("B")
        try:
            yield pixels
        finally:
            pixels.release()
            ctypes.memset(self._address, 0, size)

    def _open(self, size: int) -> None:
        shmid = self._libc.shmget(_PRIVATE, size, _CREATE | _MODE)
        if shmid < 0:
            raise SharedMemoryFailed
        address = self._libc.shmat(shmid, None, 0)
        refused = _Refused()
        segment = self._display.display.allocate_resource_id()
        try:
            if address in (None, _FAILED):
                raise SharedMemoryFailed
            _Attach(
                self._display.display,
                onerror=refused,
                opcode=self._major,
                segment=segment,
                shmid=shmid,
                read_only=False,
            )
            self._display.sync()
        finally:
            self._libc.shmctl(shmid, _REMOVE, None)  # it goes with the last of us two, whatever happens
        if refused.is_refused:
            self._libc.shmdt(address)
            raise SharedMemoryFailed
        self._size, self._address, self._segment = size, address, segment


class _Refused:
    """Notes that the server refused a request."""

    def __init__(self) -> None:
        self.is_refused = False

    def __call__(self, *_: object) -> bool:
        self.is_refused = True
        return True


def _major_opcode(display: Display) -> int:
    found = display.query_extension(NAME)
    if found is None or not found.present:
        raise SharedMemoryFailed
    return int(found.major_opcode)


def _libc() -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
    libc.shmdt.argtypes = (ctypes.c_void_p,)
    libc.shmget.argtypes = (ctypes.c_int, ctypes.c_size_t, ctypes.c_int)
    return libc
