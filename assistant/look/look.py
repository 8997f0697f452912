"""Look: read windows as Scenes, and keep a Scene true while the focus moves in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from dbus_fast import Message

from assistant.config import Config
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
from assistant.desktop.target import Accessible, Target
from assistant.desktop.x11 import X11Connection
from assistant.desktop.x11_window import X11Window
from assistant.errors import NothingToLookAt, SomethingMissing, WorkerLost
from assistant.look import compose, locked, merge, pixels, quirks
from assistant.look.cache import Caches
from assistant.look.detail import read_details, read_texts, worth_reading
from assistant.look.naming import link_labels
from assistant.look.node import Application, Node, Tree
from assistant.look.place import Place, move_boxes, place_in_picture
from assistant.look.refresh import refresh
from assistant.look.roles import BUTTONS, FIELDS, ITEMS, LISTS, SECRET, WINDOWS
from assistant.look.sight import Sight
from assistant.look.snapshot import Snapshot
from assistant.look.tables import read_cells
from assistant.look.tree import GONE, read_tree
from assistant.look.walk import Bounds, read_nodes
from assistant.look.windows import WindowFinder
from assistant.scene import Box, Picture, Scene, Window

PARTS_DEPTH = 3  # how far down in a control the part may be that has its focus
TREE_SHARE = 0.6  # of the time: the rest is for boxes, labels and texts
LAST_SECONDS = 0.03  # for the last question, whether the window is still there

log = logging.getLogger(__name__)


class Look:
    """Reads windows. `async with Look(bus, x11, config) as look` listens for focus events, without which GTK 3 has
    no cache to read from. Without X11 there are no pictures; all else is the same.
    """

    def __init__(self, bus: AccessibilityBus, x11: X11Connection | None = None, config: Config | None = None) -> None:
        self._bus, self._x11, self._config = bus, x11, config or Config()
        self._finder = WindowFinder(bus, x11)
        self._secrets: set[Accessible] = set()
        self._caches = Caches()
        self._last_focus: dict[str, Accessible] = {}
        self.locked_by: frozenset[int] | None = None
        """While the screen is locked, the processes that have locked it: their windows alone are read, and each Scene
        says of itself that the screen is locked."""
        self._pixels: pixels.Pixels | None = None
        self._sight = Sight.of(self._config.look)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._bus.subscribe(
            "object:state-changed:focused",
            self._note_focus,
            interface="org.a11y.atspi.Event.Object",
            member="StateChanged",
            detail="focused",
        )
        await self._stack.enter_async_context(self._sight)
        if self._x11 is not None:
            self._pixels = await self._stack.enter_async_context(pixels.Pixels(self._x11))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.forget()
        await self._stack.aclose()

    def forget(self) -> None:
        """Forget what was learned of applications: call this when the bus was lost, because its names start again."""
        self._finder.forget()
        self._secrets.clear()
        self._caches.clear()
        self._last_focus.clear()

    async def forget_pictures(self) -> None:
        """End the worker that reads pictures, and with it all that it knows of them."""
        await self._sight.forget()

    def _note_focus(self, message: Message) -> None:
        if message.sender and message.path and len(message.body) > 1 and message.body[1]:
            self._last_focus[message.sender] = Accessible(message.sender, message.path)

    # Finding windows

    async def windows(self) -> list[Target]:
        """Return the shown windows of all applications that tell about themselves."""
        return await self._finder.windows()

    async def active_window(self) -> Target:
        """Return the window that has the keyboard; NothingToLookAt if none says so."""
        return await self._finder.active()

    # Looking

    async def scene(self, target: Target, *, picture: bool = False) -> Snapshot:
        """Return one window as a Scene; NothingToLookAt if it is gone or its application does not answer.

        An excluded application is not asked for anything. There is no picture where a secret in it could not be
        blackened, because something was left unread or its place is not known; nor of a locked screen.
        """
        if self.locked_by is not None:
            return await self._under_lock(target, self.locked_by)
        snapshot = await self._seen(target, picture=picture)
        return snapshot if self.locked_by is None else locked.unseen(target)  # it has been locked meanwhile

    async def _under_lock(self, target: Target, lockers: frozenset[int]) -> Snapshot:
        deadline = asyncio.get_running_loop().time() + self._config.look.tree_ms / 1000
        target, application = await self._find(target, deadline)
        if not locked.unlocks(application.pid if application else target.pid, lockers):
            return locked.unseen(target)
        return locked.marked(await self._seen(target, picture=False))

    async def _seen(self, target: Target, *, picture: bool) -> Snapshot:
        started = time.perf_counter()
        if self._is_excluded(target.application):
            return _unseen(target)
        deadline = asyncio.get_running_loop().time() + self._config.look.tree_ms / 1000
        target, application = await self._find(target, deadline)
        shown = self._finder.on_x11(target.xid)
        window = target.accessible
        if window is None or application is None:
            return await self._without_tree(target, shown, picture=picture)
        target = replace(target, application=application.name, pid=application.pid)
        if self._is_excluded(application.name) or (shown is not None and self._is_excluded(shown.application)):
            return _unseen(target)
        tree, facts, place = await self._read(window, application, shown, deadline)
        snapshot = self._snapshot(target, tree, facts, started)
        if picture and shown is not None:
            return await self._with_picture(snapshot, shown, place)
        return snapshot

    def tells_nothing(self, scene: Scene) -> bool:
        """Whether a window's tree is empty, or holds nothing but things that are drawn."""
        return merge.tells_nothing(scene)

    async def read(self, snapshot: Snapshot) -> AsyncGenerator[Snapshot, None]:
        """Yield a snapshot with what its picture shows beside its tree, more each time; none where that is nothing.

        Raises SomethingMissing where the extra `ocr` is not installed. Leaving early ends the reading.
        """
        scene, window = snapshot.scene, snapshot.target.xid or snapshot.target.accessible
        wanted = merge.to_read(scene, str(window or ""))
        if wanted is None or scene.picture is None:
            return
        async with contextlib.aclosing(self._sight.see(scene.picture, wanted)) as parts:
            async for seen in parts:
                yield replace(snapshot, scene=merge.merged(scene, seen))

    async def whole(self, target: Target) -> Snapshot:
        """Return one window with its picture, and with all that can be read in it where its tree is silent.

        Raises as `scene` does. Where the extra `ocr` is not installed, or the picture kills its reader, what the tree
        says is all there is; SomethingMissing only where that is nothing.
        """
        snapshot = await self.scene(target, picture=True)
        try:
            async with contextlib.aclosing(self.read(snapshot)) as parts:
                async for snapshot in parts:  # noqa: B007 - the last one is whole
                    pass
        except WorkerLost as error:
            log.warning("not read: %s", type(error).__name__)
        except SomethingMissing:
            if merge.tells_nothing(snapshot.scene):
                raise
        return snapshot

    async def looks_like(
        self, snapshot: Snapshot, accessible: Accessible | None = None
    ) -> AsyncGenerator[Snapshot, None]:
        """Yield a new look at a window with what its controls without a name show, more each time: words, or icons.

        With `accessible`, of that one alone; none where that is nothing. Raises as `scene` does, SomethingMissing where
        the extra `ocr` is not installed, WorkerLost if the worker died of the picture. Leaving early ends the reading.
        """
        fresh = await self.scene(snapshot.target, picture=True)
        wanted = merge.unlabelled_to_read(fresh.scene, fresh.id_of(accessible) if accessible else None)
        if wanted is None or fresh.scene.picture is None:
            return
        async with contextlib.aclosing(self._sight.see(fresh.scene.picture, wanted)) as parts:
            async for seen in parts:
                yield replace(fresh, scene=merge.with_pictures_read(fresh.scene, seen))

    async def _find(self, target: Target, deadline: float) -> tuple[Target, Application | None]:
        """Return a target with its other half, and what its application says of itself."""
        try:
            async with asyncio.timeout_at(deadline):
                target = await self._finder.complete(target)
                if target.accessible is None:
                    return target, None
                return target, await self._finder.application(target.accessible.bus_name)
        except TimeoutError as error:
            raise NothingToLookAt(GONE) from error

    async def focused(self, snapshot: Snapshot, accessible: Accessible) -> Snapshot:
        """Return the snapshot with the focus on an accessible, and its element as it now is: one round trip.

        What is not in the snapshot (a menu that opened, a row that scrolled into view) makes a new look at its window.
        """
        self._last_focus[accessible.bus_name] = accessible
        renewed = await refresh(self._bus, snapshot, accessible, self._secrets)
        if renewed is not None:
            return renewed
        target = snapshot.target
        window = await self._finder.window_of(accessible)
        if target.accessible is None or window != target.accessible:
            target = Target(window, pid=target.pid, application=target.application)
        fresh = await self.scene(target)
        number = fresh.id_of(accessible)
        if number is None:
            number = await self._whole(fresh, accessible)
        if number is None:
            return fresh
        found = replace(fresh, ids={**fresh.ids, accessible: number}, scene=replace(fresh.scene, focus=number))
        return found if accessible in fresh.ids else await refresh(self._bus, found, accessible, self._secrets) or found

    async def _whole(self, snapshot: Snapshot, part: Accessible) -> int | None:
        """Return the element that a part which toolkits hide belongs to: GTK 3 focuses the button in a combo box."""
        for _ in range(PARTS_DEPTH):
            try:
                part = Accessible(*await self._bus.get(part, ACCESSIBLE, "Parent"))
            except CallFailed:
                return None
            number = snapshot.id_of(part)
            if number is not None:
                return number if snapshot.scene.element(number).role in FIELDS | BUTTONS else None
        return None

    async def _read(
        self, window: Accessible, application: Application, shown: X11Window | None, deadline: float
    ) -> tuple[Tree, Window, Place]:
        limits = self._config.look
        root = Node(window)
        locale, description = await self._ask_window(root, deadline)
        now = asyncio.get_running_loop().time()
        bounds = Bounds(
            now + (deadline - now) * TREE_SHARE, limits.elements, limits.depth, self._last_focus.get(window.bus_name)
        )
        tree = await read_tree(self._bus, root, application, bounds, self._caches)
        tree.locale = locale
        wanted = worth_reading(tree.root)
        await read_details(self._bus, tree, wanted, deadline)
        for node in tree.root.walk():
            quirks.mend(node, application)
        compose.prune(tree)
        await read_cells(self._bus, tree, deadline)
        link_labels(tree)
        await read_texts(self._bus, tree, wanted, self._secrets, deadline)
        await self._check_it_is_there(window)
        facts = window_facts(tree, description, shown)
        place = Place()
        if shown is not None and self._x11 is not None:
            place = place_in_picture(self._x11, shown, tree.root.box, application)
            move_boxes(tree.root, place)
        return tree, facts, place

    def _snapshot(self, target: Target, tree: Tree, facts: Window, started: float) -> Snapshot:
        made = compose.compose(tree)
        focus = self._focus(tree, made)
        default = next((element.id for element in made.elements if element.has("is-default")), None)
        took = (time.perf_counter() - started) * 1000
        scene = Scene(
            facts, tuple(made.elements), focus, default, unread=tree.unread, timing_ms={"tree": round(took, 2)}
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
        container = sure[-1]
        current = [node for node in candidates if node.role in ITEMS and container in node.ancestors()]
        if container.role == "page tab list":  # GTK 3 gives the row of tabs the focus
            current = [node for node in container.children if "selected" in node.states and node in made.ids]
        return made.ids[current[0] if container.role in LISTS and current else container]

    def _is_excluded(self, name: str) -> bool:
        return self._config.application(name).excluded

    async def _ask_window(self, root: Node, deadline: float) -> tuple[str, str]:
        """Read a window itself; return its locale and description. This finds out whether it answers at all."""
        asked = [property_of(root.ref, ACCESSIBLE, name) for name in ("Locale", "Description")]
        (failed,), (locale, description) = await asyncio.gather(
            read_nodes(self._bus, [root], deadline), self._bus.call_many(asked, until=deadline)
        )
        if failed or isinstance(description, CallFailed):
            raise NothingToLookAt(GONE) from failed
        stated = plain(locale[0]) if isinstance(locale, list) else ""  # Qt 5 has no such property
        return quirks.locale_of(str(stated)), str(plain(description[0]))

    async def _check_it_is_there(self, window: Accessible) -> None:
        """Raise NothingToLookAt if a window closed while it was read; what is left of it would be half a truth."""
        until = asyncio.get_running_loop().time() + LAST_SECONDS
        (reply,) = await self._bus.call_many([Request(window, ACCESSIBLE, "GetState")], until=until)
        if isinstance(reply, OutOfTime | ApplicationHangs):
            return  # what was read before it hung is true
        if isinstance(reply, CallFailed):
            raise NothingToLookAt(GONE) from reply

    # Pictures

    async def _with_picture(self, snapshot: Snapshot, shown: X11Window, place: Place) -> Snapshot:
        assert snapshot.tree is not None
        secrets = [node.box for node in snapshot.tree.root.walk() if node.role == SECRET]
        if snapshot.scene.unread or None in secrets:
            log.info("no picture: a secret in it could not be blackened, application=%s", snapshot.target.application)
            return snapshot
        started = time.perf_counter()
        boxes = [box for box in secrets if box is not None]
        taken = await self._picture(shown, boxes, place.scale)
        timing = {**snapshot.scene.timing_ms, "capture": round((time.perf_counter() - started) * 1000, 2)}
        return replace(snapshot, scene=replace(snapshot.scene, picture=taken, timing_ms=timing))

    async def _picture(self, shown: X11Window, secrets: list[Box], scale: float) -> Picture | None:
        shot = await self._pixels.shot(shown) if self._pixels else None
        return pixels.picture(shot, secrets, scale) if shot else None

    async def _without_tree(self, target: Target, shown: X11Window | None, *, picture: bool) -> Snapshot:
        """Return what X11 alone tells of a window that is on no accessibility bus (Tk, games)."""
        if shown is None:
            raise NothingToLookAt(GONE)
        if self._is_excluded(shown.application):
            return _unseen(replace(target, application=shown.application))
        facts = Window(
            title=shown.title,
            application=shown.application,
            pid=shown.pid,
            kind="dialog" if shown.is_dialog else "window",
            is_modal="modal" in shown.states,
        )
        taken = await self._picture(shown, [], 1.0) if picture else None
        return Snapshot(replace(target, application=shown.application, pid=shown.pid), Scene(facts, picture=taken))


def window_facts(tree: Tree, description: str, shown: X11Window | None) -> Window:
    """Return what is known of a window as a whole, from its accessible and from X11."""
    root, application = tree.root, tree.application
    kind = WINDOWS.get(root.role, "window")  # a bare QWidget is a "filler"
    if kind == "window" and shown is not None and shown.is_dialog:
        kind = "dialog"
    title = root.name
    if shown is not None and shown.title and (quirks.title_is_a_kind(root.role, application) or not title):
        title = shown.title
    return Window(
        title=title,
        application=application.name,
        pid=application.pid,
        toolkit=compose.toolkit_text(application),
        kind=kind,
        role=root.role,
        locale=tree.locale,
        is_modal="modal" in root.states or (shown is not None and "modal" in shown.states),
        description=description,
    )


def _unseen(target: Target) -> Snapshot:
    """Return what is known of an excluded application: its name."""
    return Snapshot(target, Scene(Window(application=target.application)))
