"""Hear what is really played: when sound begins and ends, and whether certain words were said."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.host.sound_sink import RATE, SAMPLE_BYTES, Recording
from assistant.host.virtual_desktop import PrivateSession
from harness import WAIT_SECONDS

Samples = npt.NDArray[np.int16]
Spectrogram = npt.NDArray[np.float64]

LOUD = 150  # of 32767: the sink's silence is exactly 0, espeak-ng's softest sounds are above this
SILENT_SECONDS = 0.5  # longer than a sentence's pause
_WINDOW, _HOP = 512, 220  # 23 ms and 10 ms
_ALIKE = 0.8  # see test_ear: the words themselves score above 0.9, others of the same voice below 0.7


class Ear:
    """An ear at the sound sink. What it heard before a question counts, until `forget`."""

    def __init__(self, desktop: PrivateSession, recording: Recording) -> None:
        self.desktop, self.recording = desktop, recording

    @property
    def heard(self) -> Samples:
        """Everything heard since the last `forget`: 16 bits, one channel, RATE a second."""
        return np.frombuffer(self.recording.pcm, dtype=np.int16)

    def forget(self) -> None:
        """Forget what was heard so far."""
        self.recording.clear()

    async def plays(self, *program: str) -> None:
        """Run a program that plays sound in the desktop, to its end; return when all of it was heard."""
        process = await self.desktop.start(*program)
        async with asyncio.timeout(WAIT_SECONDS):
            await process.wait()
        await self.hears_silence()

    async def hears_sound(self) -> float:
        """Wait until there is sound; return when it began (time.monotonic, to about 10 ms)."""
        return await self._until(self._first_sound)

    async def hears_silence(self, seconds: float = SILENT_SECONDS) -> float:
        """Wait until the last so many seconds were silent; return when the silence began (time.monotonic)."""
        return await self._until(lambda: self._silence(seconds))

    async def hears_more(self, seconds: float) -> None:
        """Wait until so much more has been recorded, whether sound or silence."""
        async with asyncio.timeout(WAIT_SECONDS):
            await self.recording.more(seconds)

    def is_silent(self) -> bool:
        """Whether there was no sound at all since the last `forget`."""
        return self._first_sound() is None

    def heard_words(self, text: str, *, voice: str = "en-us", rate: int = 175, pitch: int = 50) -> bool:
        """Whether these words were said, as espeak-ng says them with this voice, rate and pitch."""
        return self.likeness(text, voice=voice, rate=rate, pitch=pitch) > _ALIKE

    def likeness(self, text: str, *, voice: str = "en-us", rate: int = 175, pitch: int = 50) -> float:
        """How well the best matching stretch of what was heard fits these words: 1 is equal, 0 unlike."""
        return likeness(self.heard, spoken(text, voice, rate, pitch))

    async def _until(self, found: Callable[[], float | None]) -> float:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                self.recording.grown.clear()
                value = found()
                if value is not None:
                    return value
                await self.recording.grown.wait()

    def _first_sound(self) -> float | None:
        for moment, part in self.recording.parts:
            loud = _loud(part)
            if loud.size:
                return moment - (len(part) // SAMPLE_BYTES - int(loud[0])) / RATE
        return None

    def _silence(self, seconds: float) -> float | None:
        silent = 0
        for moment, part in reversed(self.recording.parts):
            loud = _loud(part)
            if loud.size:
                after = len(part) // SAMPLE_BYTES - 1 - int(loud[-1])
                return moment - after / RATE if silent + after >= seconds * RATE else None
            silent += len(part) // SAMPLE_BYTES
        first = self.recording.parts[0][0] if self.recording.parts else None
        return first if silent >= seconds * RATE else None


def likeness(heard: Samples, words: Samples) -> float:
    """Compare spectrograms at every place; return the best normalised correlation."""
    long, short = _spectrogram(heard), _spectrogram(words)
    if len(long) < len(short) or not len(short):
        return 0.0
    wanted = short - short.mean(0)
    likenesses = [np.correlate(there, here, "valid") for there, here in zip(long.T, wanted.T, strict=True)]
    sums, squares = (_stretches(long**power, len(short)) for power in (1, 2))
    strengths = (squares - sums**2 / len(short)).sum(1).clip(0) * (wanted**2).sum()  # rounding takes silence below 0
    return float((np.sum(likenesses, 0) / np.sqrt(strengths + 1e-9)).max())


def _stretches(values: Spectrogram, length: int) -> Spectrogram:
    """Return the sums over every stretch of so many rows."""
    total = np.concatenate([np.zeros((1, values.shape[1])), values.cumsum(0)])
    sums: Spectrogram = total[length:] - total[:-length]
    return sums


@lru_cache
def spoken(text: str, voice: str, rate: int, pitch: int) -> Samples:
    """Return how espeak-ng says a text, without the silence around it."""
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdin", "--stdout"]
    wav = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    samples = np.frombuffer(wav[44 : len(wav) // 2 * 2], dtype=np.int16)
    loud = _loud(samples.tobytes())
    return samples[loud[0] : loud[-1] + 1]


def _loud(part: bytes) -> npt.NDArray[np.int64]:
    samples = np.frombuffer(part, dtype=np.int16).astype(np.int32)
    return np.flatnonzero(np.abs(samples) > LOUD)


def _spectrogram(samples: Samples) -> Spectrogram:
    """Return the logarithm of the power in 24 bands of rising width, one row for each 10 ms."""
    if len(samples) < _WINDOW:
        return np.zeros((0, 24))
    windows = np.lib.stride_tricks.sliding_window_view(samples.astype(float), _WINDOW)[::_HOP] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(windows)) ** 2
    edges = np.geomspace(3, _WINDOW // 2, 25).astype(int)
    bands = [power[:, low : max(high, low + 1)].sum(1) for low, high in itertools.pairwise(edges)]
    spectrogram: Spectrogram = np.log(np.stack(bands, 1) + 1e4)
    return spectrogram
