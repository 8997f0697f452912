"""Which children of a long list or table are in view, found without asking for all of them."""

from __future__ import annotations

import asyncio

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed
from assistant.desktop.target import Accessible
from assistant.look.node import Node
from assistant.look.roles import TABLES

COMPONENT = "org.a11y.atspi.Component"
WINDOW_COORDINATES = 1  # of the window without its frame, right in every toolkit and under Wayland as well
NULL = "/org/a11y/atspi/null"
LONG = 150
"""Children from which on a list is long: asking for 150 costs less than looking for those in view."""
_STEP = 9  # pixels between the points that are tried; rows are higher
_TRIES = 6
_HEADERS = 16  # the first children of a table are the headers of its columns
_MOST = 600  # cells in view at most: 60 rows of 10 columns


async def children_in_view(bus: AccessibilityBus, node: Node) -> list[Accessible]:
    """Return the children of a short list, or those of a long one that are in view; CallFailed if it is gone."""
    count = int(await bus.get(node.ref, ACCESSIBLE, "ChildCount"))
    node.child_count = count
    if count <= LONG:
        (refs,) = await bus.call(node.ref, ACCESSIBLE, "GetChildren")
        return [Accessible(*ref) for ref in refs if ref[1] != NULL]
    first, last = await _ends(bus, node)
    indices = set(range(first, min(last + 1, first + _MOST, count)))
    if node.role in TABLES:
        indices |= set(range(_HEADERS))
    found = await asyncio.gather(*(_child(bus, node, index) for index in sorted(indices)))
    return [ref for ref in found if ref is not None]


async def _ends(bus: AccessibilityBus, node: Node) -> tuple[int, int]:
    """Return the indices of the first and the last child in view."""
    ((x, y, width, height),) = await bus.call(node.ref, COMPONENT, "GetExtents", "u", (WINDOW_COORDINATES,))
    tops = [(x + 12, y + 3 + _STEP * step) for step in range(_TRIES)]
    bottoms = [(x + width - 24, y + height - 3 - _STEP * step) for step in range(_TRIES)]
    at_top = await asyncio.gather(*(_index_at(bus, node, *point) for point in tops))
    at_bottom = await asyncio.gather(*(_index_at(bus, node, *point) for point in bottoms))
    seen_top = [index for index in at_top if index is not None]
    seen_bottom = [index for index in at_bottom if index is not None]
    first = max(seen_top[-1] - LONG // 10, 0) if seen_top else 0
    last = max(seen_bottom) if seen_bottom else first + LONG
    return first, max(last, first)


async def _index_at(bus: AccessibilityBus, node: Node, x: int, y: int) -> int | None:
    """Return which child of a list is at a point of the window."""
    try:
        (ref,) = await bus.call(node.ref, COMPONENT, "GetAccessibleAtPoint", "iiu", (x, y, WINDOW_COORDINATES))
        found = Accessible(*ref)
        if found.path == NULL or found == node.ref:
            return None
        (index,) = await bus.call(found, ACCESSIBLE, "GetIndexInParent")
    except CallFailed:
        return None
    return int(index)


async def _child(bus: AccessibilityBus, node: Node, index: int) -> Accessible | None:
    try:
        (ref,) = await bus.call(node.ref, ACCESSIBLE, "GetChildAtIndex", "i", (index,))
    except CallFailed:
        return None
    return None if ref[1] == NULL else Accessible(*ref)
