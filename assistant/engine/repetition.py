"""Notice an answer that goes round in circles."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_CIRCLE = 64  # tokens
TIMES = 3
LEAST = 24  # tokens; less may be a row of dots, or a list whose items begin alike


def is_circling(tokens: Sequence[int]) -> bool:
    """Whether the last tokens are the same few, again and again."""
    return any(_repeats(tokens, length) for length in range(1, min(LONGEST_CIRCLE, len(tokens) // TIMES) + 1))


def _repeats(tokens: Sequence[int], length: int) -> bool:
    span = max(LEAST, TIMES * length)
    if len(tokens) < span or tokens[-1] != tokens[-1 - length]:
        return False
    last = tokens[-span:]
    return last[length:] == last[:-length]
