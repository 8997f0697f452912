"""How much one application may tell before it has to wait: a token bucket."""

from __future__ import annotations

import time


class Bucket:
    """`size` at once, then `per_second`. A burst passes at once; a storm is thinned."""

    def __init__(self, size: int, per_second: float) -> None:
        self._size, self._per_second = size, per_second
        self._left = float(size)
        self._then = time.monotonic()

    def take(self) -> float:
        """Return 0 if one may pass now, else in how many seconds one may."""
        now = time.monotonic()
        self._left = min(self._size, self._left + (now - self._then) * self._per_second)
        self._then = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0
