"""Tell boards and tables of signs from keys: so many fields of one size, without a gap between them, are no buttons."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.host.seeing import Region
from assistant.scene import Box

MOST_KEYS = 36  # of one size, side by side: a calculator or a dialler has fewer, a board or a table of letters more
LIKE = 2  # pixels by which fields of one size may differ
GAP = 2  # pixels between fields of one board


def without_boards(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Leave out buttons that are the fields of a board, in their order."""
    buttons = [region for region in regions if region.role == "push button"]
    if len(buttons) <= MOST_KEYS:
        return tuple(regions)
    fields = {id(region) for group in _boards(buttons) if len(group) > MOST_KEYS for region in group}
    return tuple(region for region in regions if id(region) not in fields)


def _boards(buttons: Sequence[Region]) -> list[list[Region]]:
    """Return the buttons in groups of those that touch and are of one size."""
    groups: list[list[Region]] = []
    for button in buttons:
        touching = [group for group in groups if any(_are_fields(button.box, other.box) for other in group)]
        joined = [button, *(region for group in touching for region in group)]
        groups = [group for group in groups if group not in touching] + [joined]
    return groups


def _are_fields(one: Box, other: Box) -> bool:
    if abs(one.width - other.width) > LIKE or abs(one.height - other.height) > LIKE:
        return False
    across = max(one.x, other.x) - min(one.right, other.right)
    down = max(one.y, other.y) - min(one.bottom, other.bottom)
    is_beside = across <= GAP and abs(one.y - other.y) <= LIKE
    is_below = down <= GAP and abs(one.x - other.x) <= LIKE
    return is_beside or is_below
