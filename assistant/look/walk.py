"""Read a tree node by node: level by level, so that what a window is made of comes before what is deep in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from assistant.desktop.accessibility import (
    ACCESSIBLE,
    AccessibilityBus,
    ApplicationHangs,
    CallFailed,
    OutOfTime,
    Request,
    plain,
    property_of,
)
from assistant.desktop.atspi import role_of
from assistant.desktop.target import Accessible
from assistant.look import quirks
from assistant.look.node import Application, Node, states_in
from assistant.look.roles import BUTTONS, LEAVES, LISTS
from assistant.look.view import LONG, NULL, WIDE, children_in_view, some_children, tells_what_is_at_a_point
from assistant.scene import Position

LISTING_SHARE = 0.75  # of the time left: the rest is for reading what was listed
COUNTED, COUNTING_SECONDS = 64, 0.02  # containers that there was no time for are asked for their size alone


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a window is read. `deadline` is in the event loop's time."""

    deadline: float
    elements: int
    depth: int
    focus: Accessible | None = None
    """What had the focus last in this application; it is read even where there is no time for its neighbours."""


def is_shown(states: frozenset[str], application: Application) -> bool:
    """Whether a node is on the screen; GTK 4.8 says `showing` of windows alone."""
    return "showing" in states or (application.toolkit == "gtk4" and "visible" in states)


def is_leaf(node: Node, application: Application) -> bool:
    """Whether nothing is to be learned below a node.

    GTK 4.8's buttons are known by the words in them where their own name is a class's or has the mark of a mnemonic.
    """
    if node.role not in LEAVES:
        return False
    return application.toolkit != "gtk4" or node.role not in BUTTONS or quirks.is_plain_name(node.name)


async def walk(bus: AccessibilityBus, root: Node, application: Application, bounds: Bounds) -> int:
    """Read what is below a node, as far as the bounds allow; return how much they left out, at least."""
    walker = Walker(bus, application, bounds)
    await walker.run_below([root])
    return await walker.take_unread(root)


async def read_nodes(bus: AccessibilityBus, nodes: list[Node], until: float | None) -> list[CallFailed | None]:
    """Fill in role, states and name; return what went wrong with each node. What was not read keeps an empty role."""
    requests: list[Request] = []
    for node in nodes:
        requests.append(Request(node.ref, ACCESSIBLE, "GetRole"))
        requests.append(Request(node.ref, ACCESSIBLE, "GetState"))
        requests.append(property_of(node.ref, ACCESSIBLE, "Name"))
    replies = await bus.call_many(requests, until=until)
    wrong: list[CallFailed | None] = []
    for place, node in enumerate(nodes):
        role, states, name = replies[3 * place : 3 * place + 3]
        failed = next((reply for reply in (role, states, name) if isinstance(reply, CallFailed)), None)
        wrong.append(failed)
        if isinstance(role, list) and isinstance(states, list) and isinstance(name, list):
            node.role, node.states, node.name = role_of(role[0]), states_in(states[0]), str(plain(name[0]))
    return wrong


class Walker:
    """One walk, level by level; the bus says how many calls are in flight at a time."""

    def __init__(self, bus: AccessibilityBus, application: Application, bounds: Bounds, *, found: int = 1) -> None:
        self._bus, self._application, self._bounds = bus, application, bounds
        self._found = found
        self._unread = 0
        self._unexplored: dict[Node, int] = {}
        """Nodes whose children have not been listed yet, and how many they are, at least."""
        self._wide: list[Node] = []

    async def run_below(self, parents: list[Node]) -> None:
        """Read what is below nodes that have been read, until the deadline; long lists and wide containers last."""
        await self._run_narrow(parents)
        while self._wide and self._has_time():
            await self._run_narrow(await self._read_level(await self._list_some(self._wide.pop(0))))

    async def _run_narrow(self, parents: list[Node]) -> None:
        depth = 1 + max((sum(1 for _ in node.ancestors()) for node in parents), default=0)
        while parents and self._has_time():
            self._expect(parents)
            level = await self._children_of(parents, is_too_deep=depth > self._bounds.depth)
            parents = await self._read_level(level)
            depth += 1
        self._expect(parents)

    def _expect(self, parents: list[Node]) -> None:
        self._unexplored.update((node, max(node.child_count, 1)) for node in parents)

    async def take_unread(self, root: Node) -> int:
        """Take away the nodes that were found and not read; return how many there are, at least."""
        await self._count_unexplored()
        count = self._unread + sum(self._unexplored.values())
        for node in root.walk():
            read = [child for child in node.children if child.role]
            count += len(node.children) - len(read)
            node.children = read
        return count

    def _has_time(self) -> bool:
        return asyncio.get_running_loop().time() < self._bounds.deadline

    async def _count_unexplored(self) -> None:
        """Ask some of the nodes that there was no time for how many children they have."""
        nodes = [node for node, count in self._unexplored.items() if count == 1][:COUNTED]
        until = asyncio.get_running_loop().time() + COUNTING_SECONDS
        self._unexplored.update(await self._counts(nodes, until, unknown=1))

    async def _counts(self, nodes: list[Node], until: float, *, unknown: int) -> dict[Node, int]:
        requests = [property_of(node.ref, ACCESSIBLE, "ChildCount") for node in nodes]
        replies = await self._bus.call_many(requests, until=until)
        return {
            node: max(int(plain(reply[0])), 0) if isinstance(reply, list) else unknown
            for node, reply in zip(nodes, replies, strict=True)
        }

    async def _read_level(self, level: list[Node]) -> list[Node]:
        """Read these nodes; return those that are shown and may have children."""
        wrong = await read_nodes(self._bus, level, self._bounds.deadline)
        for node, failed in zip(level, wrong, strict=True):
            if isinstance(failed, OutOfTime):
                continue  # it stays without a role, and is counted
            if failed is not None:
                self._leave_out(node, is_unread=isinstance(failed, ApplicationHangs))
            elif not is_shown(node.states, self._application):
                self._leave_out(node, is_unread=False)
        return [node for node in level if node.role and not is_leaf(node, self._application)]

    def _leave_out(self, node: Node, *, is_unread: bool) -> None:
        self._unread += is_unread
        node.role = ""
        if node.parent is not None:
            node.parent.children = [child for child in node.parent.children if child is not node]

    # Children

    async def _children_of(self, parents: list[Node], *, is_too_deep: bool) -> list[Node]:
        """List the children, but keep wide containers for later: one of them can take all the time there is."""
        counts = await self._counts(parents, self._bounds.deadline, unknown=-1)
        for node, count in counts.items():
            node.child_count = max(count, 0)
            if count == 0:
                del self._unexplored[node]
            elif count > 0:
                self._unexplored[node] = count
        narrow = [node for node in parents if 0 < counts[node] <= (LONG if node.role in LISTS else WIDE)]
        self._wide += [node for node in parents if node not in narrow and counts[node] > 0]
        return await self._list(narrow, is_too_deep=is_too_deep)

    async def _list(self, parents: list[Node], *, is_too_deep: bool) -> list[Node]:
        requests = [Request(node.ref, ACCESSIBLE, "GetChildren") for node in parents]
        replies = await self._bus.call_many(requests, until=self._bounds.deadline)
        found: list[Node] = []
        for node, reply in zip(parents, replies, strict=True):
            if isinstance(reply, OutOfTime):
                continue
            refs = [Accessible(*ref) for ref in reply[0]] if isinstance(reply, list) else []
            found += self._hang(node, refs, is_too_deep=is_too_deep)
        return found

    async def _list_some(self, parent: Node) -> list[Node]:
        """List those children of a long list or a wide container that are in view."""
        now = asyncio.get_running_loop().time()
        until = now + (self._bounds.deadline - now) * LISTING_SHARE / (1 + len(self._wide))
        seen = None
        try:
            if tells_what_is_at_a_point(parent, self._application):
                seen = await children_in_view(self._bus, parent, until)
            if seen is None:
                seen = await some_children(self._bus, parent, self._application, self._bounds.focus, until)
        except CallFailed:
            return []
        self._unread += seen.unread
        found = self._hang(parent, list(seen.refs.values()), is_too_deep=False)
        if parent.role in {"list", "list box"}:
            places = {ref: index for index, ref in seen.refs.items()}
            for child in found:
                child.position = Position(places[child.ref] + 1, parent.child_count)
        return found

    def _hang(self, parent: Node, refs: list[Accessible], *, is_too_deep: bool) -> list[Node]:
        """Hang a node's children under it; return those that have not been read."""
        self._unexplored.pop(parent, None)
        known = {child.ref: child for child in parent.children}
        found: list[Node] = []
        parent.children = []
        for ref in refs:
            if ref.path == NULL:
                continue
            child = known.get(ref) or Node(ref, parent=parent)
            if ref not in known:
                if is_too_deep or self._found >= self._bounds.elements:
                    self._unread += 1
                    continue
                self._found += 1
                found.append(child)
            parent.children.append(child)
        return found


async def add_focus(bus: AccessibilityBus, root: Node, focus: Accessible, until: float) -> None:
    """Hang what has the focus into a tree that there was no time to read as far as that."""
    known = {node.ref: node for node in root.walk()}
    if focus in known:
        return
    node = Node(focus)
    (failed,) = await read_nodes(bus, [node], until)
    outer = focus
    while not failed and outer not in known:
        ((*_, reply),) = [await bus.call_many([property_of(outer, ACCESSIBLE, "Parent")], until=until)]
        if isinstance(reply, CallFailed):
            return
        outer = Accessible(*plain(reply[0]))
        if outer.path == NULL or outer.path.endswith("/root"):
            return  # in another window
    if not failed:
        node.parent = known[outer]
        node.parent.children.append(node)
