"""Look: read windows as Scenes, and keep a Scene true when the focus moves in it."""

from __future__ import annotations

import asyncio
import logging
import time
from types import TracebackType
from typing import Self

from dbus_fast import Message

from assistant.config import Config
from assistant.desktop.accessibility import ACCESSIBLE, DESKTOP, AccessibilityBus, CallFailed
from assistant.desktop.target import Accessible, Target
from assistant.desktop.x11 import X11Connection
from assistant.errors import NothingToLookAt
from assistant.look import compose, quirks
from assistant.look.detail import read_details, read_texts
from assistant.look.naming import link_labels
from assistant.look.node import Application, Node, Tree, states_in
from assistant.look.roles import ATOMS, DROPPED, ITEMS, LISTS, PARTS, WINDOWS, WRAPPERS
from assistant.look.snapshot import Snapshot
from assistant.look.tables import read_cells
from assistant.look.tree import Bounds, read_tree
from assistant.scene import Scene, Window

log = logging.getLogger(__name__)

APPLICATION = "org.a11y.atspi.Application"
ROOT = "/org/a11y/atspi/accessible/root"


class Look:
    """Reads windows. `async with Look(bus, x11, config) as look` listens for focus events, without which GTK 3 has
    no cache to read from; without X11 there are no pictures, all else is the same.
    """

    def __init__(self, bus: AccessibilityBus, x11: X11Connection | None = None, config: Config | None = None) -> None:
        self._bus, self._x11, self._config = bus, x11, config or Config()
        self._applications: dict[str, Application] = {}
        self._secrets: set[Accessible] = set()
        self._last_focus: dict[str, Accessible] = {}

    async def __aenter__(self) -> Self:
        await self._bus.subscribe(
            "object:state-changed:focused",
            self._note_focus,
            interface="org.a11y.atspi.Event.Object",
            member="StateChanged",
            detail="focused",
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget what was learned of applications: call this when the bus was lost, because its names start again."""
        self._applications.clear()
        self._secrets.clear()
        self._last_focus.clear()

    def _note_focus(self, message: Message) -> None:
        if message.sender and message.path and len(message.body) > 1 and message.body[1]:
            self._last_focus[message.sender] = Accessible(message.sender, message.path)

    # Looking

    async def scene(self, target: Target, *, picture: bool = False) -> Snapshot:  # noqa: ARG002
        """Return one window as a Scene; NothingToLookAt if it is gone or its application does not answer."""
        started = time.perf_counter()
        window = target.accessible
        if window is None:
            raise NothingToLookAt("This window tells nothing about itself.")
        loop = asyncio.get_running_loop()
        limits = self._config.look
        deadline = loop.time() + limits.tree_ms / 1000
        application = await self.application(window.bus_name)
        if self._is_excluded(application, target):
            return Snapshot(target, Scene(Window(application=application.name or target.application)))
        tree = await read_tree(self._bus, window, application, Bounds(deadline, limits.elements, limits.depth))
        facts, tree.locale = await self._window_facts(tree, target)
        await self._complete(tree, deadline)
        return self._snapshot(target, tree, facts, started)

    async def _complete(self, tree: Tree, deadline: float) -> None:
        wanted = list(_worth_reading(tree.root))
        await read_details(self._bus, tree, wanted, deadline)
        for node in tree.root.walk():
            quirks.mend(node, tree.application)
        compose.prune(tree)
        await read_cells(self._bus, tree, deadline)
        link_labels(tree)
        await read_texts(self._bus, tree, wanted, self._secrets, deadline)

    def _snapshot(self, target: Target, tree: Tree, facts: Window, started: float) -> Snapshot:
        made = compose.compose(tree)
        focus = self._focus(tree, made)
        default = next((element.id for element in made.elements if element.has("is-default")), None)
        took = (time.perf_counter() - started) * 1000
        scene = Scene(
            facts, tuple(made.elements), focus, default, unread=tree.unread, timing_ms={"tree": round(took, 1)}
        )
        ids = {node.ref: number for node, number in made.ids.items()}
        return Snapshot(target, scene, ids, tuple(node.ref for node in made.nodes), tree, tuple(made.nodes))

    def _focus(self, tree: Tree, made: compose.Composition) -> int | None:
        """Return the focused element. Qt and web pages call the current item of every list focused as well."""
        candidates = [node for node in tree.root.walk() if "focused" in node.states and node in made.ids]
        last = self._last_focus.get(tree.root.ref.bus_name)
        sure = [node for node in candidates if node.ref == last] or [
            node for node in candidates if node.role not in ITEMS
        ]
        if not sure and len(candidates) == 1:
            sure = candidates
        if not sure:
            return None
        current = [node for node in candidates if node.role in ITEMS and sure[-1] in node.ancestors()]
        return made.ids[current[0] if sure[-1].role in LISTS and current else sure[-1]]

    async def application(self, bus_name: str) -> Application:
        """Return what an application says of itself; asked once."""
        if bus_name not in self._applications:
            root = Accessible(bus_name, ROOT)
            try:
                name, toolkit, version, pid = await asyncio.gather(
                    self._bus.get(root, ACCESSIBLE, "Name"),
                    self._bus.get(root, APPLICATION, "ToolkitName"),
                    self._bus.get(root, APPLICATION, "Version"),
                    self._bus.process_id(bus_name),
                )
            except CallFailed as error:
                raise NothingToLookAt("The window has closed, or its application does not answer.") from error
            self._applications[bus_name] = Application(
                bus_name, quirks.application_name(str(name), pid), str(toolkit), str(version), pid
            )
        return self._applications[bus_name]

    def _is_excluded(self, application: Application, target: Target) -> bool:
        names = {application.name, target.application}
        return any(self._config.applications[name].excluded for name in names if name in self._config.applications)

    async def _window_facts(self, tree: Tree, target: Target) -> tuple[Window, str]:
        root, application = tree.root, tree.application
        try:
            locale, description = await asyncio.gather(
                self._bus.get(root.ref, ACCESSIBLE, "Locale"), self._bus.get(root.ref, ACCESSIBLE, "Description")
            )
        except CallFailed:
            locale, description = "", root.description
        shown = self._x11.window(target.xid) if self._x11 and target.xid else None
        kind = WINDOWS.get(root.role, "window")  # a bare QWidget is a "filler"
        if kind == "window" and shown is not None and shown.is_dialog:
            kind = "dialog"
        title = root.name
        if shown is not None and (quirks.title_is_a_kind(root.role, application) or not title):
            title = shown.title
        facts = Window(
            title=title,
            application=application.name,
            pid=application.pid,
            toolkit=compose.toolkit_text(application),
            kind=kind,
            role=root.role,
            locale=quirks.locale_of(str(locale)),
            is_modal="modal" in root.states or (shown is not None and "modal" in shown.states),
            description=str(description),
        )
        return facts, facts.locale

    # Finding windows

    async def windows(self) -> list[Target]:
        """Return the windows of all applications that tell about themselves, none of them hidden."""
        found: list[Target] = []
        (applications,) = await self._bus.call(DESKTOP, ACCESSIBLE, "GetChildren")
        lists = await asyncio.gather(*(self._windows_of(Accessible(*ref)) for ref in applications))
        for windows in lists:
            found.extend(windows)
        return found

    async def active_window(self) -> Target:
        """Return the window that has the keyboard; NothingToLookAt if none says so."""
        lists = await self.windows()
        states = await asyncio.gather(*(self._states(target.accessible) for target in lists if target.accessible))
        for target, said in zip(lists, states, strict=True):
            if "active" in said:
                return target
        raise NothingToLookAt("No window has the keyboard. Click into one, or press Alt+Tab.")

    async def _windows_of(self, root: Accessible) -> list[Target]:
        try:
            application = await self.application(root.bus_name)
            (children,) = await self._bus.call(Accessible(root.bus_name, ROOT), ACCESSIBLE, "GetChildren")
        except (CallFailed, NothingToLookAt):
            return []
        refs = [Accessible(*ref) for ref in children if not ref[1].endswith("/null")]
        states = await asyncio.gather(*(self._states(ref) for ref in refs))
        return [
            Target(ref, pid=application.pid, application=application.name)
            for ref, said in zip(refs, states, strict=True)
            if said & {"showing", "visible"}
        ]

    async def _states(self, ref: Accessible) -> frozenset[str]:
        try:
            (words,) = await self._bus.call(ref, ACCESSIBLE, "GetState")
        except CallFailed:
            return frozenset()
        return states_in(words)


def _worth_reading(root: Node) -> list[Node]:
    """Return the nodes whose details are wanted: all but wrappers and what is part of something else."""
    found: list[Node] = []
    waiting = list(reversed(root.children))
    while waiting:
        node = waiting.pop()
        is_part = node.role in PARTS and node.parent is not None and node.parent.role in ATOMS - {"page tab"}
        if not is_part and node.role not in (DROPPED | WRAPPERS) - {"panel", "grouping", "section"}:
            found.append(node)
        waiting.extend(reversed(node.children))
    return found
