"""How two boxes lie over each other. Pure."""

from __future__ import annotations

from assistant.scene import Box

INSIDE = 0.6  # the share of a line that lies in a control whose words it is


def covers(outer: Box, inner: Box) -> bool:
    """Say whether most of a box lies in another one."""
    return shared(outer, inner) >= INSIDE * area(inner)


def shared(one: Box, other: Box) -> int:
    """Return how many pixels two boxes have in common."""
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, width) * max(0, height)


def area(box: Box) -> int:
    """Return how many pixels a box has, at least 1."""
    return max(1, box.width * box.height)
