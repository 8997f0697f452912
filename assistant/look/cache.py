"""Read a window of GTK all at once: `Cache.GetItems` hands out what the toolkit knows of all its widgets."""

from __future__ import annotations

import asyncio
from typing import Any

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, OutOfTime, Request, plain, property_of
from assistant.desktop.atspi import role_of
from assistant.desktop.target import Accessible
from assistant.look.node import Application, Node, Tree, states_in
from assistant.look.view import WIDE
from assistant.look.walk import Bounds, Walker, is_leaf, is_shown

CACHE = "/org/a11y/atspi/cache"
CACHE_INTERFACE = "org.a11y.atspi.Cache"
CACHE_SECONDS = 5.0  # it is working; that makes it no hung application
QUICK_SECONDS = 0.04  # what answers as fast as this has no container that is wide
SLOW_SHARE = 0.5  # of the bound: a cache that took as long as this is not asked again
_SCOUTED = 64  # nodes of a level: what has more is no dialog, and its size is spread over many containers
_SCOUTED_LEVELS = 12
_ROUNDS = 40

Items = list[Any]


class Caches:
    """What is known of the caches of applications: how long each took."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def clear(self) -> None:
        self._seconds.clear()

    def is_quick(self, name: str) -> bool:
        return self._seconds.get(name, 1.0) < QUICK_SECONDS

    def is_slow(self, name: str, bound: float) -> bool:
        return self._seconds.get(name, 0.0) > bound * SLOW_SHARE

    def note(self, name: str, seconds: float) -> None:
        self._seconds[name] = seconds


async def read_cache(
    bus: AccessibilityBus, root: Node, application: Application, bounds: Bounds, caches: Caches
) -> Tree | None:
    """Return a window from its application's cache; None where walking is better, or the only way."""
    loop = asyncio.get_running_loop()
    name, bound = root.ref.bus_name, bounds.deadline - loop.time()
    if caches.is_slow(name, bound):
        return None
    if not caches.is_quick(name) and await _has_wide_container(bus, root, bounds.deadline):
        return None
    began = loop.time()
    items = await _items(bus, name, bounds.deadline)
    caches.note(name, loop.time() - began)
    if items is None:
        return None
    if isinstance(items, OutOfTime):
        return Tree(root, application, unread=1)  # it is at it still, and can be asked for nothing more
    return await _read(bus, root, application, bounds, items)


async def _items(bus: AccessibilityBus, name: str, until: float) -> Items | OutOfTime | None:
    request = Request(Accessible(name, CACHE), CACHE_INTERFACE, "GetItems")
    (reply,) = await bus.call_many([request], seconds=CACHE_SECONDS, until=until)
    if isinstance(reply, list):
        return list(reply[0])
    return reply if isinstance(reply, OutOfTime) else None  # GTK 3 has no cache before some program listened


async def _has_wide_container(bus: AccessibilityBus, root: Node, until: float) -> bool:
    """Look ahead at the upper levels of a window: asked for all of a wide container, it would not answer for long."""
    level = [root.ref]
    for _ in range(_SCOUTED_LEVELS):
        counts = await bus.call_many([property_of(ref, ACCESSIBLE, "ChildCount") for ref in level], until=until)
        sizes = [int(plain(reply[0])) if isinstance(reply, list) else 0 for reply in counts]
        if max(sizes, default=0) > WIDE:
            return True
        parents = [ref for ref, size in zip(level, sizes, strict=True) if size > 0]
        if not parents or sum(sizes) > _SCOUTED:
            return False
        lists = await bus.call_many([Request(ref, ACCESSIBLE, "GetChildren") for ref in parents], until=until)
        level = [Accessible(*ref) for reply in lists if isinstance(reply, list) for ref in reply[0]]
    return False


async def _read(
    bus: AccessibilityBus, root: Node, application: Application, bounds: Bounds, items: Items
) -> Tree | None:
    built = build(items, root.ref, application, bounds)
    if built is not None and application.toolkit == "gtk4":
        built = await _read_again(bus, built, bounds)
    if built is None:
        return None
    tree, incomplete = built
    if incomplete:  # GTK 3's tables and lists, wide containers
        walker = Walker(bus, application, bounds, found=sum(1 for _ in tree.root.walk()))
        await walker.run_below(incomplete)
        tree.unread += await walker.take_unread(tree.root)
    return tree


async def _read_again(bus: AccessibilityBus, built: tuple[Tree, list[Node]], bounds: Bounds) -> tuple[Tree, list[Node]]:
    """GTK 4.8's cache has only what was listed once: list what is missing, level by level, and ask it again."""
    asked: set[Accessible] = set()
    for _ in range(_ROUNDS):
        tree, incomplete = built
        missing = [node.ref for node in incomplete if node.ref not in asked and 0 < node.child_count <= WIDE]
        if not missing:
            return built
        asked.update(missing)
        await bus.call_many([Request(ref, ACCESSIBLE, "GetChildren") for ref in missing], until=bounds.deadline)
        items = await _items(bus, tree.root.ref.bus_name, bounds.deadline)
        again = build(items, tree.root.ref, tree.application, bounds) if isinstance(items, list) else None
        if again is None:
            return built
        built = again
    return built


def build(items: Items, window: Accessible, application: Application, bounds: Bounds) -> tuple[Tree, list[Node]] | None:
    """Return the tree of what is shown, and the nodes that the cache has not all children of."""
    by_parent: dict[str, Items] = {}
    root = None
    for item in items:
        if not isinstance(item[3], int):  # a list of children: the form before at-spi2-core 2.36
            return None
        if item[0][1] == window.path:
            root = _node(item, None)
        else:
            by_parent.setdefault(item[2][1], []).append(item)
    if root is None:
        return None
    nodes, unread = [root], 0
    level = [root]
    for depth in range(1, bounds.depth + 2):
        below: list[Node] = []
        for parent in level:
            for item in sorted(by_parent.get(parent.ref.path, ()), key=_index):
                if not is_shown(states_in(item[9]), application):
                    continue
                if len(nodes) >= bounds.elements or depth > bounds.depth:
                    unread += 1 + _shown_below(by_parent, item[0][1], application)
                    continue
                node = _node(item, parent)
                parent.children.append(node)
                below.append(node)
                nodes.append(node)
        level = below
    incomplete = [
        node
        for node in nodes
        if _lacks_children(node, len(by_parent.get(node.ref.path, ()))) and not is_leaf(node, application)
    ]
    return Tree(root, application, unread), incomplete


def _lacks_children(node: Node, known: int) -> bool:
    return node.child_count < 0 or node.child_count > known  # tables and lists say -1


def _node(item: Any, parent: Node | None) -> Node:
    return Node(
        Accessible(*item[0]),
        parent,
        role=role_of(item[7]),
        name=item[6],
        description=item[8],
        states=states_in(item[9]),
        child_count=item[4],
    )


def _index(item: Any) -> int:
    return int(item[3])


def _shown_below(by_parent: dict[str, Items], path: str, application: Application) -> int:
    count, waiting = 0, [path]
    while waiting:
        for item in by_parent.get(waiting.pop(), ()):
            if is_shown(states_in(item[9]), application):
                count += 1
                waiting.append(item[0][1])
    return count
