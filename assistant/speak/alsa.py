"""Sound straight to ALSA's default device, for machines with no sound server: libasound through ctypes."""

from __future__ import annotations

import ctypes
import functools
import os
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p

BUFFER_MICROSECONDS = 40_000
_PLAYBACK, _S16LE, _INTERLEAVED = 0, 2, 3  # alsa/pcm.h
_PREPARED = 2  # snd_pcm_state_t


class Alsa:
    """An open device."""

    idle_seconds = 1.0  # without a mixer nobody else can play while we hold it

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._library = _library()
        self._pcm = c_void_p()
        self._check(self._library.snd_pcm_open(byref(self._pcm), b"default", _PLAYBACK, 0))
        try:
            self._check(
                self._library.snd_pcm_set_params(self._pcm, _S16LE, _INTERLEAVED, 1, rate, 1, BUFFER_MICROSECONDS)
            )
        except OSError:
            self.close()
            raise

    def write(self, samples: bytes) -> None:
        while samples:
            written = self._library.snd_pcm_writei(self._pcm, samples, len(samples) // 2)
            if written < 0:  # -EPIPE after each pause: it ran dry
                self._check(self._library.snd_pcm_recover(self._pcm, written, 1))
            else:
                samples = samples[2 * written :]

    def delay(self) -> float:
        if self._library.snd_pcm_state(self._pcm) == _PREPARED:  # too little for it to start by itself
            self._check(self._library.snd_pcm_start(self._pcm))
        frames = c_long()
        if self._library.snd_pcm_delay(self._pcm, byref(frames)) < 0:  # it ran dry: all has been heard
            return 0.0
        return max(0.0, frames.value / self._rate)

    def flush(self) -> None:
        self._check(self._library.snd_pcm_drop(self._pcm))
        self._check(self._library.snd_pcm_prepare(self._pcm))

    def hush(self) -> None:
        """Do nothing: a write blocks for 10 ms at most, then comes `flush`."""

    def close(self) -> None:
        self._library.snd_pcm_close(self._pcm)

    def _check(self, status: int) -> None:
        if status < 0:
            raise OSError(-status, os.strerror(-status))


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libasound.so.2")  # OSError where it is not installed
    library.snd_pcm_open.argtypes = [POINTER(c_void_p), c_char_p, c_int, c_int]
    library.snd_pcm_set_params.argtypes = [c_void_p, c_int, c_int, c_uint, c_uint, c_int, c_uint]
    library.snd_pcm_writei.restype = c_long
    library.snd_pcm_writei.argtypes = [c_void_p, c_char_p, c_ulong]
    library.snd_pcm_recover.argtypes = [c_void_p, c_int, c_int]
    library.snd_pcm_delay.argtypes = [c_void_p, POINTER(c_long)]
    for name in ("state", "start", "drop", "prepare", "close"):
        getattr(library, f"snd_pcm_{name}").argtypes = [c_void_p]
    return library
