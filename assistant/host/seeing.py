"""What can be read from pixels alone, and the messages between the sight worker and whoever asks it. Plain data.

The worker (assistant/sight) is asked with one `see` message, its payload the picture; it answers with a `Seen`. Where
more follows, that says so (`is_complete` is false), and a `more` message gets the next, which holds all that is known
by then. `drop` ends the work on it. A `repr` never shows a word from the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from assistant.errors import WorkerLost
from assistant.host.frames import Message
from assistant.scene import Box

UNKNOWN = ""
"""The meaning of an icon that is none of those known."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text, its box in the picture's pixels. Lines stand in reading order."""

    text: str
    box: Box
    confidence: float = 1.0
    """The mean of its characters', 0 to 1."""
    language: str = ""
    """"en" or "zh", as its script tells; empty for digits and signs alone."""

    def __repr__(self) -> str:
        return f"TextLine({len(self.text)} characters, {tuple(self.box)}, {self.confidence:.2f})"


@dataclass(frozen=True, slots=True)
class Region:
    """What looks like a control. `role` and `states` are AT-SPI's names ("push button", "checked")."""

    role: str
    box: Box
    states: frozenset[str] = frozenset()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class IconGuess:
    """What an icon seems to mean: a name of training/icons/meanings.yaml ("settings"), or `UNKNOWN`."""

    meaning: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one picture so far."""

    lines: tuple[TextLine, ...] = ()
    regions: tuple[Region, ...] = ()
    icons: tuple[IconGuess, ...] = ()
    is_complete: bool = True
    """Whether nothing more will follow."""
    unread: int = 0
    """How many places hold text that is not read yet."""
    timing_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read in a picture.

    `window` names whose picture it is, for this login only: what was read in its last one is not read again.
    """

    width: int
    height: int
    window: str = ""
    scale: float = 1.0
    """Pixels per logical pixel of the toolkit."""
    focus: Box | None = None
    """Text nearest to this is read first."""
    text: bool = True
    controls: bool = True
    icons: tuple[Box, ...] = ()
    """Where an accessible window has icons without a name. In what is found by `controls`, icons are read anyway."""
    within: tuple[Box, ...] = ()
    """Read nothing outside of these, where there are any: pictures in an accessible window."""


def message_of(seen: Seen) -> Message:
    """Return what the worker answers."""
    found: Message = msgspec.to_builtins(seen)
    return found


def seen_of(message: Message) -> Seen:
    """Return what the worker answered; WorkerLost if it is no such thing."""
    try:
        return msgspec.convert({key: value for key, value in message.items() if key != "id"}, Seen)
    except msgspec.ValidationError as error:
        raise WorkerLost("The sight process sent what is no answer.") from error


def see(wanted: Wanted, job: int) -> Message:
    """Return the message that asks the worker; the picture is its payload (height × width × 3 bytes)."""
    return {"do": "see", "job": job, "wanted": msgspec.to_builtins(wanted)}


def wanted_of(message: Message) -> Wanted:
    """Return what a `see` message asks for; ValueError if it is no such thing."""
    return msgspec.convert(message["wanted"], Wanted)


def language_of(text: str) -> str:
    """Return "zh" for a text with Chinese characters, "en" for one with other letters, "" without either."""
    if any(_is_chinese(character) for character in text):
        return "zh"
    return "en" if any(character.isalpha() for character in text) else ""


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around at least one other."""
    every = tuple(boxes)
    left, top = min(box.x for box in every), min(box.y for box in every)
    return Box(left, top, max(box.right for box in every) - left, max(box.bottom for box in every) - top)
