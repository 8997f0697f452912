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
)
from assistant.desktop.target import Accessible
from assistant.look.node import Application, Node, states_in
from assistant.look.roles import TABLES

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
_PROBES = 24
_CHUNK = 32


@dataclass(frozen=True, slots=True)
class Seen:
    """Some children of a container, in their order, and about how many more are in view."""

    refs: list[Accessible]
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
    return Seen(list(found.values()), len(indices) - len(found))


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
    """Return what there is time for of a wide container: what is shown of it, from the focus or its beginning on.

    Some children all over it are asked whether they are shown, and then the neighbours of those that are.
    """
    count = node.child_count
    probes = await _shown_at(bus, node, application, list(range(0, count, max(count // _PROBES, 1))), until)
    shown = [index for index, ref in probes.items() if ref]
    begin = await _index_of(bus, focus, until) if focus is not None and focus.bus_name == node.ref.bus_name else -1
    if not 0 <= begin < count:
        begin = shown[0] if shown else 0
    known = dict(probes)
    low, high, is_whole = begin, begin, False  # what is from `low` to before `high` is known
    while not is_whole and asyncio.get_running_loop().time() < until:
        wanted = [*range(high, min(high + _CHUNK, count)), *range(max(low - _CHUNK, 0), low)]
        known |= await _shown_at(bus, node, application, [index for index in wanted if index not in known], until)
        if any(index not in known for index in wanted):
            break  # out of time
        is_whole = not any(known[index] for index in wanted)
        low, high = min([low, *wanted]), max([high, *(index + 1 for index in wanted)])
    refs = [ref for _, ref in sorted(known.items()) if ref is not None]
    likely = round(count * len(shown) / max(len(probes), 1))
    return Seen(refs, 0 if is_whole else max(likely - len(refs), 1))


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


async def _index_of(bus: AccessibilityBus, child: Accessible, until: float) -> int:
    (reply,) = await bus.call_many([Request(child, ACCESSIBLE, "GetIndexInParent")], until=until)
    return int(reply[0]) if isinstance(reply, list) else -1


def _ref_in(reply: Reply) -> Accessible | None:
    """Return the accessible that a reply names, None where there is none."""
    if isinstance(reply, CallFailed):
        return None
    ref = Accessible(*reply[0])
    return None if ref.path == NULL else ref
