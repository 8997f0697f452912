"""Earcons: short soft tones for what a word would take too long to say, made here, not recorded."""

from __future__ import annotations

import math
from array import array
from functools import cache
from typing import Literal

from assistant.speak.voice import SAMPLE_RATE, Sound

Earcon = Literal["started", "nothing-found", "error", "working"]

_PEAK_DBFS = -20.0
_FADE_SECONDS = 0.012  # a tone that begins or ends faster clicks
_OVERTONE = 0.25  # an octave up, so that small loudspeakers and older ears have something of the low tones
_LONGEST = 0.150  # seconds; longer and it is in the way of speech

_TONES: dict[Earcon, tuple[tuple[float, float], ...]] = {
    "started": ((523.25, 0.06), (783.99, 0.08)),
    "nothing-found": ((440.0, 0.13),),
    "working": ((392.0, 0.07),),
    "error": ((329.63, 0.06), (246.94, 0.08)),
}
"""Hertz and seconds, one after the other: rising is good, level is neutral, falling is bad.

The shortest says that work goes on.
"""


@cache
def earcon(name: Earcon) -> Sound:
    """Return the sound of an earcon."""
    samples = array("h")
    for hertz, seconds in _TONES[name]:
        samples.extend(_tone(hertz, round(seconds * SAMPLE_RATE)))
    assert len(samples) <= _LONGEST * SAMPLE_RATE
    return Sound(name, _little_endian(samples))


def _tone(hertz: float, count: int) -> list[int]:
    peak = 32767 * 10 ** (_PEAK_DBFS / 20) / (1 + _OVERTONE)
    step = 2 * math.pi * hertz / SAMPLE_RATE
    return [
        round(peak * _envelope(n, count) * (math.sin(step * n) + _OVERTONE * math.sin(2 * step * n)))
        for n in range(count)
    ]


def _envelope(n: int, count: int) -> float:
    """Rise and fall as half a cosine, so that nothing jumps."""
    nearest_end = min(n, count - 1 - n) / (_FADE_SECONDS * SAMPLE_RATE)
    return 0.5 - 0.5 * math.cos(math.pi * min(nearest_end, 1.0))


def _little_endian(samples: array[int]) -> bytes:
    if array("H", [1]).tobytes() != b"\x01\x00":
        samples.byteswap()
    return samples.tobytes()
