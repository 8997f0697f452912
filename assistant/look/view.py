"""Which children of a long list, a table or a wide container are in view, found without asking for all of them.

No toolkit lists thousands of children of one container in time: the cost grows with their square, and while it lasts
the application does not answer, not even its user. 4000 check boxes in one grid: GTK 3.24 takes 0.7 s, GTK 4.8 1.4 s,
Qt 6.12 2.2 s, each time. One child by its index takes 1 ms there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from assistant.desktop.accessibility import (
    ACCESSIBLE,
    AccessibilityBus,
    ApplicationHangs,
    BusLost,
    CallFailed,
    Reply,
    Request,
    plain,
    property_of,
)
from assistant.desktop.target import Accessible
from assistant.look.node import Application, Node, states_in
from assistant.look.roles import TABLES
from assistant.scene import Box

COMPONENT = "org.a11y.atspi.Component"
WINDOW_COORDINATES = 1  # of the window without its frame, right in every toolkit and under Wayland as well
NULL = "/org/a11y/atspi/null"
LONG = 150
"""Children from which on a list is long: asking for 150 costs less than looking for those in view."""
WIDE = 400
"""Children from which on a container is wide: listing 400 takes GTK 3 4 ms, GTK 4 and Qt 33 ms, and then n²."""
_STEP = 9  # pixels between the points that are tried; rows are higher
_TRIES = 6
_HEADERS = 16  # the first children of a table are the headers of its columns
_MOST = 600  # cells in view at most: 60 rows of 10 columns
_PROBES = 12
_CHUNK = 32


@dataclass(frozen=True, slots=True)
class Seen:
    """Some children of a container by their index, and how many more may be in view."""

    refs: dict[int, Accessible]
    unread: int = 0


def tells_what_is_at_a_point(node: Node, application: Application) -> bool:
    """Whether a list knows which of its children is at a point.

    Views of a model do. All else compares the point with every child, which takes as long as listing them, and a
    web page answers with something inside the child.
    """
    return application.toolkit in {"gtk3", "qt"} and node.role in TABLES | {"tree", "list"}


async def children_in_view(bus: AccessibilityBus, node: Node, until: float) -> Seen | None:
    """Return those children of a long list that are in view; None where it does not tell which is at a point.

    `until` is in the event loop's time.
    """
    ends = await _ends(bus, node, until)
    if ends is None:
        return None
    first, last = ends
    indices = set(range(first, min(last + 1, first + _MOST, node.child_count)))
    if node.role in TABLES:
        indices |= set(range(min(_HEADERS, node.child_count)))
    found = await _children_at(bus, node, sorted(indices), until)
    return Seen(found, len(indices) - len(found))


async def _ends(bus: AccessibilityBus, node: Node, until: float) -> tuple[int, int] | None:
    """Return the indices of the first and the last child in view."""
    (box,) = await bus.call_many([Request(node.ref, COMPONENT, "GetExtents", "u", (WINDOW_COORDINATES,))], until=until)
    if not isinstance(box, list):
        return None
    x, y, width, height = box[0]
    points = [(x + 12, y + 3 + _STEP * step) for step in range(_TRIES)]
    points += [(x + width - 24, y + height - 3 - _STEP * step) for step in range(_TRIES)]
    indices = await _indices_at(bus, node, points, until)
    top = [index for index in indices[:_TRIES] if index is not None]
    bottom = [index for index in indices[_TRIES:] if index is not None]
    if not top and not bottom:
        return None
    first = max((top or bottom)[-1] - LONG // 10, 0)
    last = max(bottom) if bottom else first + LONG
    return first, max(last, first)


async def _indices_at(
    bus: AccessibilityBus, node: Node, points: list[tuple[int, int]], until: float
) -> list[int | None]:
    """Return which child of a list is at each of these points of the window."""
    requests = [
        Request(node.ref, COMPONENT, "GetAccessibleAtPoint", "iiu", (*point, WINDOW_COORDINATES)) for point in points
    ]
    refs = [_ref_in(reply) for reply in await bus.call_many(requests, until=until)]
    there = [ref for ref in refs if ref is not None and ref != node.ref]
    replies = await bus.call_many([Request(ref, ACCESSIBLE, "GetIndexInParent") for ref in there], until=until)
    known = {
        ref: int(reply[0])
        for ref, reply in zip(there, replies, strict=True)
        if isinstance(reply, list) and reply[0] >= 0
    }
    return [known.get(ref) if ref is not None else None for ref in refs]


async def some_children(
    bus: AccessibilityBus, node: Node, application: Application, focus: Accessible | None, until: float
) -> Seen:
    """Return what there is time for of a wide container: what is shown around the focus, else around what is in view.

    Where toolkits say `showing` of what is scrolled away as well (GTK 4, Qt), its beginning is as good as any part.
    """
    count = node.child_count
    begin = await _index_of(bus, node, focus, until)
    if begin is None and application.toolkit not in {"gtk4", "qt"}:
        begin = await _nearest_to_view(bus, node, until)
    known: dict[int, Accessible | None] = {}
    low = high = begin or 0  # what is from `low` to before `high` is known
    is_whole = False
    while not is_whole and asyncio.get_running_loop().time() < until:
        wanted = [*range(high, min(high + _CHUNK, count)), *range(max(low - _CHUNK, 0), low)]
        known |= await _shown_at(bus, node, application, wanted, until)
        if any(index not in known for index in wanted):
            break  # out of time
        is_whole = bool(known) and not any(known[index] for index in wanted)
        low, high = min([low, *wanted]), max([high, *(index + 1 for index in wanted)])
    refs = {index: ref for index, ref in sorted(known.items()) if ref is not None}
    return Seen(refs, 0 if is_whole and refs else count - len(known))


async def _nearest_to_view(bus: AccessibilityBus, node: Node, until: float) -> int | None:
    """Return the index of the child that is nearest to the middle of what is shown of a container.

    A few children all over it tell where they are, then a few around the nearest of them, and so on. Their order
    may be any, forwards, backwards (GTK 3's grid) or in columns, if only neighbours are near each other.
    """
    view = await _boxes(bus, [node.parent.ref if node.parent else node.ref], until)
    low, high, nearest = 0, node.child_count - 1, None
    while view:
        step = max((high - low) // _PROBES, 1)
        refs = await _children_at(bus, node, [*range(low, high, step), high], until)
        boxes = await _boxes(bus, list(refs.values()), until)
        placed = [index for index, ref in refs.items() if ref in boxes]
        if not placed:
            return nearest
        nearest = min(placed, key=lambda index: _distance(boxes[refs[index]], *view.values()))
        if step == 1:
            return nearest
        low, high = max(nearest - step, 0), min(nearest + step, node.child_count - 1)
    return None


async def _boxes(bus: AccessibilityBus, refs: list[Accessible], until: float) -> dict[Accessible, Box]:
    requests = [Request(ref, COMPONENT, "GetExtents", "u", (WINDOW_COORDINATES,)) for ref in refs]
    replies = await bus.call_many(requests, until=until)
    return {ref: Box(*reply[0]) for ref, reply in zip(refs, replies, strict=True) if isinstance(reply, list)}


def _distance(one: Box, other: Box) -> int:
    across = 2 * one.x + one.width - 2 * other.x - other.width
    down = 2 * one.y + one.height - 2 * other.y - other.height
    return abs(across) + abs(down)


async def _shown_at(
    bus: AccessibilityBus, node: Node, application: Application, indices: list[int], until: float
) -> dict[int, Accessible | None]:
    """Return the children at these indices, None for one that is not shown; what there is no time for is left out."""
    refs = await _children_at(bus, node, indices, until)
    replies = await bus.call_many([Request(ref, ACCESSIBLE, "GetState") for ref in refs.values()], until=until)
    needed = "visible" if application.toolkit == "gtk4" else "showing"
    return {
        index: ref if needed in states_in(reply[0]) else None
        for (index, ref), reply in zip(refs.items(), replies, strict=True)
        if isinstance(reply, list)
    }


async def _children_at(bus: AccessibilityBus, node: Node, indices: list[int], until: float) -> dict[int, Accessible]:
    requests = [Request(node.ref, ACCESSIBLE, "GetChildAtIndex", "i", (index,)) for index in indices]
    replies = await bus.call_many(requests, until=until)
    for reply in replies:
        if isinstance(reply, ApplicationHangs | BusLost):
            raise reply
    return {index: ref for index, reply in zip(indices, replies, strict=True) if (ref := _ref_in(reply)) is not None}


async def _index_of(bus: AccessibilityBus, node: Node, focus: Accessible | None, until: float) -> int | None:
    """Return where the focus is among the children of a container, None where it is not."""
    if focus is None or focus.bus_name != node.ref.bus_name:
        return None
    parent, index = await bus.call_many(
        [property_of(focus, ACCESSIBLE, "Parent"), Request(focus, ACCESSIBLE, "GetIndexInParent")], until=until
    )
    if not isinstance(parent, list) or not isinstance(index, list) or Accessible(*plain(parent[0])) != node.ref:
        return None
    return int(index[0]) if 0 <= index[0] < node.child_count else None


def _ref_in(reply: Reply) -> Accessible | None:
    """Return the accessible that a reply names, None where there is none."""
    if isinstance(reply, CallFailed):
        return None
    ref = Accessible(*reply[0])
    return None if ref.path == NULL else ref
