"""Read one window's tree from the accessibility bus in as few round trips as its toolkit allows.

GTK hands out everything at once (`Cache.GetItems`); all others are walked, many calls in flight, hidden parts left
out unread. Both stop at the bounds and say how much they left.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, ApplicationHangs, CallFailed
from assistant.desktop.atspi import EMBEDS, role_of
from assistant.desktop.target import Accessible
from assistant.errors import NothingToLookAt
from assistant.look.node import Application, Node, Tree, states_in
from assistant.look.roles import BUTTONS, LEAVES, LISTS
from assistant.look.view import NULL, children_in_view

WAKING_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.1, 0.1, 0.2, 0.2)
WALK_SECONDS = 0.15  # kept back for the walk while Chromium wakes
CACHE_SECONDS = 1.5  # one answer for all; GTK 3 needs 0.04 ms a widget, but n² for n in one container: 2 s for 4000
COUNTED, COUNTING_SECONDS = 64, 0.1  # containers that there was no time for are asked for their size alone
GONE = "The window has closed, or its application does not answer. Try again in a moment."
CACHE = "/org/a11y/atspi/cache"
CACHE_INTERFACE = "org.a11y.atspi.Cache"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a window is read. `deadline` is in the event loop's time."""

    deadline: float
    elements: int
    depth: int
    slow_caches: set[str] = field(default_factory=set)
    """Bus names of applications that took too long over their cache; they are walked from then on."""


def is_shown(states: frozenset[str], application: Application) -> bool:
    """Whether a node is on the screen; GTK 4.8 says `showing` of windows alone."""
    return "showing" in states or (application.toolkit == "gtk4" and "visible" in states)


async def read_tree(bus: AccessibilityBus, window: Accessible, application: Application, bounds: Bounds) -> Tree:
    """Return what can be read of a window in time; NothingToLookAt if it is gone or does not answer at all."""
    if application.toolkit in {"gtk3", "gtk4"} and window.bus_name not in bounds.slow_caches:
        tree = await _from_cache(bus, window, application, bounds)
        if tree is not None:
            return tree
    if application.toolkit == "chromium":
        await _wake(bus, window, bounds)
    return await walk(bus, window, application, bounds)


async def _wake(bus: AccessibilityBus, window: Accessible, bounds: Bounds) -> None:
    """Have Chromium build its tree: it does when relations or attributes are read, and only then (seen in 156).

    No event tells when the page has come, so it is asked for again, a few times, within the bounds.
    """
    with contextlib.suppress(CallFailed, TimeoutError):
        async with asyncio.timeout_at(bounds.deadline - WALK_SECONDS):
            for pause in WAKING_SECONDS:
                (relations,) = await bus.call(window, ACCESSIBLE, "GetRelationSet")
                pages = [Accessible(*ref) for kind, refs in relations if kind == EMBEDS for ref in refs]
                counts = [int(await bus.get(page, ACCESSIBLE, "ChildCount")) for page in pages]
                if all(counts) and (counts or await _has_children(bus, window)):
                    return
                await asyncio.sleep(pause)


async def _has_children(bus: AccessibilityBus, window: Accessible) -> bool:
    return int(await bus.get(window, ACCESSIBLE, "ChildCount")) > 0


# All at once


async def _from_cache(
    bus: AccessibilityBus, window: Accessible, application: Application, bounds: Bounds
) -> Tree | None:
    try:
        (items,) = await bus.call(
            Accessible(window.bus_name, CACHE), CACHE_INTERFACE, "GetItems", seconds=CACHE_SECONDS
        )
    except ApplicationHangs as error:
        bounds.slow_caches.add(window.bus_name)
        raise NothingToLookAt(GONE) from error
    except CallFailed:  # GTK 3 has no cache before some program listened for events
        return None
    if asyncio.get_running_loop().time() > bounds.deadline:
        bounds.slow_caches.add(window.bus_name)
    built = _build(items, window, application, bounds)
    if built is None:
        return None
    tree, incomplete = built
    if incomplete:
        await _complete(bus, tree, incomplete, bounds)
    return tree


async def _complete(bus: AccessibilityBus, tree: Tree, incomplete: list[Node], bounds: Bounds) -> None:
    """Walk where the cache has less than there is: GTK 4.8 before it was first asked, GTK 3's tables and lists."""
    walker = Walker(bus, tree.application, bounds, found=sum(1 for _ in tree.root.walk()))
    await walker.run_below(incomplete)
    tree.unread += await walker.take_unread(tree.root)


def _build(
    items: list[Any], window: Accessible, application: Application, bounds: Bounds
) -> tuple[Tree, list[Node]] | None:
    by_parent: dict[str, list[Any]] = {}
    counts: dict[Node, int] = {}
    root = None
    for item in items:
        if not isinstance(item[3], int):  # a list of children: the form before at-spi2-core 2.36
            return None
        if item[0][1] == window.path:
            root = Node(window)
            _fill(root, item)
            counts[root] = item[4]
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
                counts[node] = item[4]
                parent.children.append(node)
                below.append(node)
                count += 1
        level = below
    incomplete = [  # tables and lists say -1
        node for node, count in counts.items() if count < 0 or count > len(by_parent.get(node.ref.path, ()))
    ]
    return Tree(root, application, unread), incomplete


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
    walker = Walker(bus, application, bounds)
    root = Node(top)
    await walker.run(root)
    if not root.role:
        raise NothingToLookAt(GONE)
    return Tree(root, application, await walker.take_unread(root))


class Walker:
    """One walk, level by level; the bus says how many calls are in flight at a time."""

    def __init__(self, bus: AccessibilityBus, application: Application, bounds: Bounds, *, found: int = 1) -> None:
        self._bus, self._application, self._bounds = bus, application, bounds
        self._found = found
        self._unread = 0
        self._unexplored: dict[Node, None] = {}
        """Nodes whose children have not been asked for yet."""

    async def run(self, root: Node) -> None:
        """Read a node and what is below it, until the deadline."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._bounds.deadline):
                await self._run_below(await self._read_level([root]))

    async def run_below(self, parents: list[Node]) -> None:
        """Read what is below nodes that have been read, until the deadline."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._bounds.deadline):
                await self._run_below(parents)

    async def _run_below(self, parents: list[Node]) -> None:
        self._unexplored.update(dict.fromkeys(parents))
        depth = 1 + max((sum(1 for _ in node.ancestors()) for node in parents), default=0)
        while parents:
            level = await self._children_of(parents, is_too_deep=depth > self._bounds.depth)
            parents = await self._read_level(level)
            depth += 1

    async def take_unread(self, root: Node) -> int:
        """Take away the nodes that were found and not read; return how many there are, at least."""
        count = self._unread + await self._count_unexplored()
        for node in root.walk():
            read = [child for child in node.children if child.role]
            count += len(node.children) - len(read)
            node.children = read
        return count

    async def _count_unexplored(self) -> int:
        """Ask the nodes that there was no time for how many children they have; one each if they do not say."""
        nodes = list(self._unexplored)
        counts = dict.fromkeys(nodes, 1)

        async def ask(node: Node) -> None:
            with contextlib.suppress(CallFailed):
                counts[node] = max(int(await self._bus.get(node.ref, ACCESSIBLE, "ChildCount")), 0)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(COUNTING_SECONDS):
                await asyncio.gather(*(ask(node) for node in nodes[:COUNTED]))
        return sum(counts.values())

    async def _read_level(self, level: list[Node]) -> list[Node]:
        """Read these nodes; return those that are shown and may have children."""
        await asyncio.gather(*(self._read(node) for node in level if not node.role))
        parents = [node for node in level if node.role and not self._is_leaf(node)]
        self._unexplored.update(dict.fromkeys(parents))
        return parents

    def _is_leaf(self, node: Node) -> bool:
        return node.role in LEAVES and not (self._application.toolkit == "gtk4" and node.role in BUTTONS)

    async def _read(self, node: Node) -> None:
        try:
            role, states, name = await asyncio.gather(
                self._bus.call(node.ref, ACCESSIBLE, "GetRole"),
                self._bus.call(node.ref, ACCESSIBLE, "GetState"),
                self._bus.get(node.ref, ACCESSIBLE, "Name"),
            )
        except CallFailed as error:
            self._leave_out(node, is_unread=isinstance(error, ApplicationHangs))
            return
        node.states = states_in(states[0])
        if node.parent is not None and not is_shown(node.states, self._application):
            self._leave_out(node, is_unread=False)
            return
        node.role, node.name = role_of(role[0]), str(name)

    def _leave_out(self, node: Node, *, is_unread: bool) -> None:
        self._unread += is_unread
        if node.parent is not None and node in node.parent.children:
            node.parent.children.remove(node)

    async def _children_of(self, parents: list[Node], *, is_too_deep: bool) -> list[Node]:
        lists = await asyncio.gather(*(self._find_children(node, is_too_deep=is_too_deep) for node in parents))
        return [node for found in lists for node in found]

    async def _find_children(self, parent: Node, *, is_too_deep: bool) -> list[Node]:
        """Hang a node's children under it; return those that have not been read."""
        refs = await self._children(parent)
        self._unexplored.pop(parent, None)
        known = {child.ref: child for child in parent.children}
        found: list[Node] = []
        parent.children = []
        for ref in refs:
            child = known.get(ref) or Node(ref, parent=parent)
            if ref not in known:
                if is_too_deep or self._found >= self._bounds.elements:
                    self._unread += 1
                    continue
                self._found += 1
                found.append(child)
            parent.children.append(child)
        return found

    async def _children(self, node: Node) -> list[Accessible]:
        try:
            if node.role in LISTS:
                return await children_in_view(self._bus, node)
            (refs,) = await self._bus.call(node.ref, ACCESSIBLE, "GetChildren")
        except CallFailed:
            return []
        return [Accessible(*ref) for ref in refs if ref[1] != NULL]
