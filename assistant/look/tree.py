"""Read one window's tree from the accessibility bus in as few round trips as its toolkit allows.

GTK hands out everything at once (`Cache.GetItems`); all others are walked, many calls in flight, hidden parts left
out unread. Both stop at the bounds and say how much they left.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, ApplicationHangs, CallFailed
from assistant.desktop.atspi import role_of
from assistant.desktop.target import Accessible
from assistant.errors import NothingToLookAt
from assistant.look.node import Application, Node, Tree, states_in
from assistant.look.roles import LEAVES

CACHE = "/org/a11y/atspi/cache"
CACHE_INTERFACE = "org.a11y.atspi.Cache"
NULL = "/org/a11y/atspi/null"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a window is read. `deadline` is in the event loop's time."""

    deadline: float
    elements: int
    depth: int


def is_shown(states: frozenset[str], application: Application) -> bool:
    """Whether a node is on the screen; GTK 4.8 says `showing` of windows alone."""
    return "showing" in states or (application.toolkit == "gtk4" and "visible" in states)


async def read_tree(bus: AccessibilityBus, window: Accessible, application: Application, bounds: Bounds) -> Tree:
    """Return what can be read of a window in time; NothingToLookAt if it is gone or does not answer at all."""
    if application.toolkit in {"gtk3", "gtk4"}:
        tree = await _from_cache(bus, window, application, bounds)
        if tree is not None:
            return tree
    return await walk(bus, window, application, bounds)


# All at once


async def _from_cache(
    bus: AccessibilityBus, window: Accessible, application: Application, bounds: Bounds
) -> Tree | None:
    try:
        async with asyncio.timeout_at(bounds.deadline):
            (items,) = await bus.call(Accessible(window.bus_name, CACHE), CACHE_INTERFACE, "GetItems")
    except ApplicationHangs as error:
        raise NothingToLookAt("The application does not answer. Try again in a moment.") from error
    except TimeoutError as error:
        raise NothingToLookAt("The application does not answer in time. Try again in a moment.") from error
    except CallFailed:  # GTK 3 has no cache before some program listened for events
        return None
    return _build(items, window, application, bounds)


def _build(items: list[Any], window: Accessible, application: Application, bounds: Bounds) -> Tree | None:
    by_parent: dict[str, list[Any]] = {}
    root = None
    for item in items:
        if not isinstance(item[3], int):  # a list of children: the form before at-spi2-core 2.36
            return None
        if item[0][1] == window.path:
            root = Node(window)
            _fill(root, item)
        else:
            by_parent.setdefault(item[2][1], []).append(item)
    if root is None:
        return None
    unread, count = 0, 1
    level = [root]
    for depth in range(1, bounds.depth + 2):
        below: list[Node] = []
        for parent in level:
            for item in sorted(by_parent.get(parent.ref.path, ()), key=_index):
                if not is_shown(states_in(item[9]), application):
                    continue
                if count >= bounds.elements or depth > bounds.depth:
                    unread += 1 + _shown_below(by_parent, item[0][1], application)
                    continue
                node = Node(Accessible(*item[0]), parent=parent)
                _fill(node, item)
                parent.children.append(node)
                below.append(node)
                count += 1
        level = below
    return Tree(root, application, unread)


def _index(item: Any) -> int:
    return int(item[3])


def _fill(node: Node, item: Any) -> None:
    node.name, node.role, node.description = item[6], role_of(item[7]), item[8]
    node.states = states_in(item[9])


def _shown_below(by_parent: dict[str, list[Any]], path: str, application: Application) -> int:
    count, waiting = 0, [path]
    while waiting:
        for item in by_parent.get(waiting.pop(), ()):
            if is_shown(states_in(item[9]), application):
                count += 1
                waiting.append(item[0][1])
    return count


# Step by step


async def walk(bus: AccessibilityBus, top: Accessible, application: Application, bounds: Bounds) -> Tree:
    """Return a tree read node by node, breadth first, as far as the bounds allow."""
    walker = _Walker(bus, application, bounds)
    root = Node(top)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(bounds.deadline):
            await walker.run(root)
    if not root.role:
        raise NothingToLookAt("The window has closed, or its application does not answer.")
    unread = walker.unread + sum(1 for node in list(root.walk()) if not node.role)
    for node in list(root.walk()):
        node.children = [child for child in node.children if child.role]
    return Tree(root, application, unread)


class _Walker:
    """One walk: a task per node that waits for its answers, the bus says how many at a time."""

    def __init__(self, bus: AccessibilityBus, application: Application, bounds: Bounds) -> None:
        self._bus, self._application, self._bounds = bus, application, bounds
        self._found = 1
        self.unread = 0

    async def run(self, root: Node) -> None:
        level = [root]
        for depth in range(self._bounds.depth + 1):
            parents = await self._read_level(level)
            children = await self._children_of(parents, is_last=depth == self._bounds.depth)
            if not children:
                return
            level = children

    async def _read_level(self, level: list[Node]) -> list[Node]:
        """Read these nodes; return those that are shown and may have children."""
        await asyncio.gather(*(self._read(node) for node in level))
        return [node for node in level if node.role and node.role not in LEAVES]

    async def _read(self, node: Node) -> None:
        try:
            role, states, name = await asyncio.gather(
                self._bus.call(node.ref, ACCESSIBLE, "GetRole"),
                self._bus.call(node.ref, ACCESSIBLE, "GetState"),
                self._bus.get(node.ref, ACCESSIBLE, "Name"),
            )
        except CallFailed as error:
            self._leave_out(node, isinstance(error, ApplicationHangs))
            return
        node.states = states_in(states[0])
        if node.parent is not None and not is_shown(node.states, self._application):
            self._leave_out(node, is_unread=False)
            return
        node.role, node.name = role_of(role[0]), str(name)

    def _leave_out(self, node: Node, is_unread: bool) -> None:
        self.unread += is_unread
        if node.parent is not None and node in node.parent.children:
            node.parent.children.remove(node)

    async def _children_of(self, parents: list[Node], *, is_last: bool) -> list[Node]:
        lists = await asyncio.gather(*(self._children(node) for node in parents))
        found: list[Node] = []
        for parent, refs in zip(parents, lists, strict=True):
            for ref in refs:
                if is_last or self._found >= self._bounds.elements:
                    self.unread += 1
                    continue
                self._found += 1
                child = Node(ref, parent=parent)
                parent.children.append(child)
                found.append(child)
        return found

    async def _children(self, node: Node) -> list[Accessible]:
        try:
            (refs,) = await self._bus.call(node.ref, ACCESSIBLE, "GetChildren")
        except CallFailed:
            return []
        return [Accessible(*ref) for ref in refs if ref[1] != NULL]
