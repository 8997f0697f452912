"""Sound through PulseAudio, or PipeWire in its clothes: libpulse's simple interface through ctypes."""

from __future__ import annotations

import ctypes
import functools
import os
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

# 120 ms wait at the server, so that a busy machine does not stutter (with 40 it did); `flush` drops them at once.
# The server asks for 50 ms at a time, and sets its device's own delay to (120 - 2 * 50) / 2 = 10 ms.
START_MS, REQUEST_MS, BUFFER_MS, MOST_MS = 10, 50, 120, 240
_PLAYBACK, _S16LE = 1, 3  # pulse/def.h, pulse/sample.h


class _Spec(ctypes.Structure):
    _fields_ = (("format", c_int), ("rate", c_uint32), ("channels", c_uint8))


class _Buffer(ctypes.Structure):
    _fields_ = tuple((name, c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class Pulse:
    """A stream of the sound server."""

    idle_seconds = 10.0  # an open stream keeps the server awake; opening one takes about 3 ms

    def __init__(self, rate: int) -> None:
        os.environ.setdefault("PULSE_PROP", "media.role=a11y")
        self._library = _library()
        bytes_per_ms = 2 * rate / 1000
        buffer = _Buffer(
            maxlength=_even(bytes_per_ms * MOST_MS),
            tlength=_even(bytes_per_ms * BUFFER_MS),
            # Not 0: then what is written after a pause is counted as played in the pause, and never heard.
            prebuf=_even(bytes_per_ms * START_MS),
            minreq=_even(bytes_per_ms * REQUEST_MS),
            fragsize=0xFFFFFFFF,
        )
        error = c_int()
        self._stream = self._library.pa_simple_new(
            None, b"Sightline", _PLAYBACK, None, b"speech", byref(_Spec(_S16LE, rate, 1)), None, byref(buffer),
            byref(error),
        )  # fmt: skip
        if not self._stream:
            raise OSError(error.value, "the sound server refused")

    def write(self, samples: bytes) -> None:
        self._check(self._library.pa_simple_write(self._stream, samples, len(samples), byref(error := c_int())), error)

    def delay(self) -> float:
        error = c_int()
        microseconds: int = self._library.pa_simple_get_latency(self._stream, byref(error))
        if error.value:
            raise OSError(error.value, "the sound server is gone")
        return microseconds / 1e6

    def flush(self) -> None:
        self._check(self._library.pa_simple_flush(self._stream, byref(error := c_int())), error)

    def hush(self) -> None:
        self.flush()  # libpulse takes its own lock, and lets it go while a write waits for room

    def close(self) -> None:
        self._library.pa_simple_free(self._stream)

    def _check(self, status: int, error: c_int) -> None:
        if status < 0:
            raise OSError(error.value, "the sound server is gone")


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libpulse-simple.so.0")  # OSError where it is not installed
    library.pa_simple_new.restype = c_void_p
    library.pa_simple_new.argtypes = [
        c_char_p, c_char_p, c_int, c_char_p, c_char_p, POINTER(_Spec), c_void_p, POINTER(_Buffer), POINTER(c_int),
    ]  # fmt: skip
    library.pa_simple_write.argtypes = [c_void_p, c_char_p, c_size_t, POINTER(c_int)]
    library.pa_simple_flush.argtypes = [c_void_p, POINTER(c_int)]
    library.pa_simple_get_latency.restype = c_uint64
    library.pa_simple_get_latency.argtypes = [c_void_p, POINTER(c_int)]
    library.pa_simple_free.argtypes = [c_void_p]
    library.pa_simple_free.restype = None
    return library


def _even(count: float) -> int:
    return int(count) // 2 * 2
