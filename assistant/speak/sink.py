"""Sink: where sound goes. One module per outside thing: pulse.py, alsa.py, wav.py."""

from __future__ import annotations

from typing import Protocol


class Sink(Protocol):
    """Takes mono s16le samples. Any method may raise OSError: then it is closed and another is opened."""

    idle_seconds: float
    """How long it may stay open with nothing to play: open costs power, opening costs time."""

    def write(self, samples: bytes) -> None:
        """Block until there is room for them."""
        ...

    def delay(self) -> float:
        """Return the seconds until what was written last has been heard; see that it is played now."""
        ...

    def flush(self) -> None:
        """Drop what has not been heard yet."""
        ...

    def hush(self) -> None:
        """Like `flush`, but called from another thread while `write` blocks; may do nothing."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...
