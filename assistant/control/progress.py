"""Tell how far a long transfer has come, in lines that a screen reader reads well: few, and each one whole."""

from __future__ import annotations

import time
from collections.abc import Callable

EVERY_PERCENT = 10
EVERY_SECONDS = 60.0


class Progress:
    """Counts bytes and tells a line each tenth of the way, and each minute on a slow one."""

    def __init__(self, total: int, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._tell, self._clock = total, tell, clock
        self._done = self._before = 0
        self._begun_at: float | None = None
        self._told_percent = 0
        self._told_at = clock()

    def add(self, count: int) -> None:
        """Count bytes that came, or that must come again."""
        if self._begun_at is None:
            self._begun_at = self._clock()
        self._done += count
        percent = min(100, 100 * self._done // max(1, self._total))
        now = self._clock()
        if percent >= self._told_percent + EVERY_PERCENT or now >= self._told_at + EVERY_SECONDS:
            self._told_percent, self._told_at = percent - percent % EVERY_PERCENT, now
            self._tell(self._line(percent, now))

    def skip(self, count: int) -> None:
        """Count bytes that were here already: they tell nothing of the speed."""
        self._before += count
        self.add(count)

    def _line(self, percent: int, now: float) -> str:
        assert self._begun_at is not None
        line = f"{percent} percent, {spoken_size(self._done)} of {spoken_size(self._total)}"
        came, seconds = self._done - self._before, now - self._begun_at
        if percent < 100 and came > 0 and seconds >= 1:
            line += f", about {_spoken_time((self._total - self._done) * seconds / came)} left"
        return f"{line}."


def spoken_size(count: float) -> str:
    """Return a number of bytes as people say it: "3.4 gigabytes"."""
    for name, unit in (("gigabytes", 1e9), ("megabytes", 1e6), ("kilobytes", 1e3)):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count:.0f} bytes"


def _spoken_time(seconds: float) -> str:
    if seconds < 90:
        return "a minute"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
