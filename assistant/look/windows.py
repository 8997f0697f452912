"""Find windows: on the accessibility bus, on X11, and which of the one is which of the other."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from assistant.desktop.accessibility import ACCESSIBLE, DESKTOP, AccessibilityBus, CallFailed
from assistant.desktop.target import Accessible, Target
from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.desktop.x11_window import X11Window
from assistant.errors import NothingToLookAt
from assistant.look import quirks
from assistant.look.node import Application, states_in
from assistant.look.tree import GONE
from assistant.look.view import NULL

APPLICATION = "org.a11y.atspi.Application"
ROOT = "/org/a11y/atspi/accessible/root"
_DEEPEST = 200


class WindowFinder:
    """Knows the applications on the bus. What they say of themselves is asked once."""

    def __init__(self, bus: AccessibilityBus, x11: X11Connection | None) -> None:
        self._bus, self._x11 = bus, x11
        self._applications: dict[str, Application] = {}

    def forget(self) -> None:
        """Forget all applications: a new bus gives their names to others."""
        self._applications.clear()

    async def application(self, bus_name: str) -> Application:
        """Return what an application says of itself; NothingToLookAt if it does not answer."""
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
                raise NothingToLookAt(GONE) from error
            self._applications[bus_name] = Application(
                bus_name, quirks.application_name(str(name), pid), str(toolkit), str(version), pid
            )
        return self._applications[bus_name]

    async def windows(self) -> list[Target]:
        """Return the shown windows of all applications that tell about themselves."""
        return [target for targets in await self._by_application() for target, _ in targets]

    async def active(self) -> Target:
        """Return the window that has the keyboard; NothingToLookAt if there is none."""
        shown = self._active_on_x11()
        if shown is not None:
            return await self.complete(Target(xid=shown.xid, pid=shown.pid, application=shown.application))
        for targets in await self._by_application():
            for target, states in targets:
                if "active" in states:
                    return target
        raise NothingToLookAt("No window has the keyboard. Press Alt+Tab to go to one.")

    async def complete(self, target: Target) -> Target:
        """Return a target with its other half, as far as it has one: its accessible, or its X11 window."""
        if target.accessible is None and target.xid is not None:
            return await self._with_accessible(target)
        if target.xid is None and target.accessible is not None and self._x11 is not None:
            return await self._with_xid(target, target.accessible)
        return target

    async def window_of(self, accessible: Accessible) -> Accessible:
        """Return the window that an accessible is in; NothingToLookAt if it is gone."""
        inner, outer = accessible, accessible
        try:
            for _ in range(_DEEPEST):
                if outer.path in {ROOT, NULL}:
                    return inner
                inner = outer
                outer = Accessible(*await self._bus.get(outer, ACCESSIBLE, "Parent"))
        except CallFailed as error:
            raise NothingToLookAt(GONE) from error
        return inner

    async def _with_accessible(self, target: Target) -> Target:
        title = self._title(target.xid)
        found: list[tuple[Target, frozenset[str]]] = []
        for targets in await self._by_application(target.pid):
            found.extend(targets)
        if not found:
            return target
        names = await asyncio.gather(*(self._name(candidate.accessible) for candidate, _ in found))
        best = max(
            range(len(found)), key=lambda place: (names[place] == title, "active" in found[place][1], place)
        )  # the last window of several is the newest
        return replace(found[best][0], xid=target.xid)

    async def _with_xid(self, target: Target, accessible: Accessible) -> Target:
        pid = target.pid or (await self.application(accessible.bus_name)).pid
        candidates = [shown for shown in self._shown() if shown.pid == pid]
        name = await self._name(accessible)
        named = [shown for shown in candidates if shown.title == name] or candidates
        if len(named) > 1:
            active = self._active_on_x11()
            named = [shown for shown in named if active and shown.xid == active.xid] or named
        return replace(target, xid=named[0].xid, pid=pid) if len(named) == 1 else replace(target, pid=pid)

    async def _by_application(self, pid: int | None = None) -> list[list[tuple[Target, frozenset[str]]]]:
        try:
            (applications,) = await self._bus.call(DESKTOP, ACCESSIBLE, "GetChildren")
        except CallFailed:
            return []
        return list(await asyncio.gather(*(self._windows_of(ref[0], pid) for ref in applications)))

    async def _windows_of(self, bus_name: str, pid: int | None) -> list[tuple[Target, frozenset[str]]]:
        try:
            application = await self.application(bus_name)
            if pid is not None and application.pid != pid:
                return []
            (children,) = await self._bus.call(Accessible(bus_name, ROOT), ACCESSIBLE, "GetChildren")
        except (CallFailed, NothingToLookAt):
            return []
        refs = [Accessible(*ref) for ref in children if ref[1] != NULL]
        states = await asyncio.gather(*(self._states(ref) for ref in refs))
        return [
            (Target(ref, pid=application.pid, application=application.name), said)
            for ref, said in zip(refs, states, strict=True)
            if said & {"showing", "visible"}
        ]

    async def _states(self, ref: Accessible) -> frozenset[str]:
        try:
            (words,) = await self._bus.call(ref, ACCESSIBLE, "GetState")
        except CallFailed:
            return frozenset()
        return states_in(words)

    async def _name(self, ref: Accessible | None) -> str:
        try:
            return str(await self._bus.get(ref, ACCESSIBLE, "Name")) if ref else ""
        except CallFailed:
            return ""

    # X11

    def on_x11(self, xid: int | None) -> X11Window | None:
        """Return what X11 says of a window, None where there is none."""
        if self._x11 is None or xid is None:
            return None
        try:
            return self._x11.window(xid)
        except X11Lost:
            return None

    def _title(self, xid: int | None) -> str:
        shown = self.on_x11(xid)
        return shown.title if shown else ""

    def _shown(self) -> list[X11Window]:
        if self._x11 is None:
            return []
        try:
            windows = [self._x11.window(xid) for xid in self._x11.windows()]
        except X11Lost:
            return []
        return [window for window in windows if window is not None and window.is_viewable]

    def _active_on_x11(self) -> X11Window | None:
        if self._x11 is None or self._x11.is_xwayland:
            return None
        try:
            return self.on_x11(self._x11.active_window())
        except X11Lost:
            return None
