"""Measure several things in turn, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

FEWEST = 1


async def in_turn(rounds: int, *ways: Callable[[], Awaitable[T]]) -> list[list[T]]:
    """Do each thing once a round, every second round in reverse order; return what each has brought."""
    brought: list[list[T]] = [[] for _ in ways]
    places = list(range(len(ways)))
    for _ in range(rounds):
        for place in places:
            brought[place].append(await ways[place]())
        places.reverse()
    return brought


def share_of(rounds: int, share: float) -> int:
    """Return how many rounds to do where a share of the usual ones is asked for."""
    return max(FEWEST, round(rounds * share))
