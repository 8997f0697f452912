"""Voice: what every way of speaking can do, and what is said through it."""

from __future__ import annotations

import unicodedata
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from assistant.profile import VoiceSettings
from assistant.sentence import Origin

SAMPLE_RATE = 22_050
"""Samples a second of a Sound: espeak-ng's own rate, so that most sound is never resampled."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one sentence in one language, and how they shall sound."""

    text: str
    language: str = "en"
    """A BCP 47 tag: "en", "en-GB", "zh"."""
    settings: VoiceSettings = field(default_factory=VoiceSettings)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be spoken: its runs follow each other with no pause."""

    runs: tuple[Run, ...]
    origin: Origin = "facts"

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)

    def __repr__(self) -> str:
        languages = ", ".join(run.language for run in self.runs)
        return f"Utterance({len(self.text)} characters, {languages})"


@dataclass(frozen=True, slots=True)
class Sound:
    """A short sound that is not speech."""

    name: str
    samples: bytes
    """Mono, s16le, SAMPLE_RATE a second."""

    def __repr__(self) -> str:
        return f"Sound({self.name!r}, {len(self.samples) * 1000 // (2 * SAMPLE_RATE)} ms)"


class Voice(AbstractAsyncContextManager["Voice"], Protocol):
    """Something that speaks. Every voice passes tests/speak/test_voices.py.

    Entering it starts what it needs, and raises SomethingMissing where a program or library is not there.
    Leaving it is silence.

    `say` and `play` may be called again while an earlier call still waits: they are heard in the order
    of the calls, one after the other, with no gap but a sentence's pause. So a stream of sentences
    keeps one call ahead of the one that is heard.

    Both return when all has been heard, and raise WorkerLost if it cannot be (what spoke has died and is
    being replaced; the next call may work), SomethingMissing if there is nothing to play sound on
    (one may appear later). Cancelling a call silences it at once and leaves the others.
    """

    name: str
    """As in the settings file: "espeak-ng"."""

    def speaks(self, language: str) -> bool:
        """Whether words in this language can be said so that a listener understands them."""
        ...

    async def say(self, utterance: Utterance) -> None:
        """Return when it has been heard; at once if `stop` drops it."""
        ...

    async def play(self, sound: Sound) -> None:
        """Return when it has been heard; at once if `stop` drops it."""
        ...

    async def stop(self) -> None:
        """Fall silent within 20 ms and drop all that waits; harmless when silent already."""
        ...


def speakable(text: str) -> str:
    """Return text on one line, without what no voice can say: control and invisible characters, broken halves.

    A NUL would cut a C string short and a line break would end a line of a protocol, so every voice
    passes its text through here, whatever was done to it before.
    """
    return " ".join("".join(map(_said, text)).split())


def _said(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character
