"""The applications on the accessibility bus: their processes, names and windows, asked for once and kept."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from assistant.desktop.accessibility import ACCESSIBLE, DESKTOP, AccessibilityBus, ApplicationHangs, CallFailed
from assistant.desktop.atspi import ROLES, states_of
from assistant.desktop.target import Accessible

_ROOT = "/org/a11y/atspi/accessible/root"  # every toolkit's application object
NAME_SECONDS = 0.3  # a name is not worth waiting longer for; asked once for each application
RETRY_SECONDS = 0.01
ASK_SECONDS = 0.3  # the same for a window's state: the person waits to hear of the window

DIALOG_ROLES = frozenset({"alert", "color chooser", "dialog", "file chooser", "font chooser"})
_WINDOW_ROLES = DIALOG_ROLES | {"frame", "window"}


@dataclass(frozen=True, slots=True)
class Application:
    """A program on the bus. `name` is what it calls itself; it may be logged."""

    bus_name: str
    pid: int | None
    name: str


class Applications:
    """Asks the bus about applications. Answers are None or empty where an application does not answer."""

    def __init__(self, bus: AccessibilityBus) -> None:
        self._bus = bus
        self._known: dict[str, Application] = {}
        self._roles: dict[Accessible, str] = {}

    def known(self, bus_name: str) -> Application | None:
        """Return what is known without asking."""
        return self._known.get(bus_name)

    async def learn(self, bus_name: str) -> Application:
        """Return the process and the name of an application, asked for the first time only."""
        known = self._known.get(bus_name)
        if known is None:
            pid, name = await asyncio.gather(self._pid(bus_name), self._name(bus_name))
            known = self._known[bus_name] = Application(bus_name, pid, name)
        return known

    def forget(self, bus_name: str) -> None:
        self._known.pop(bus_name, None)
        self._roles = {window: role for window, role in self._roles.items() if window.bus_name != bus_name}

    def forget_all(self) -> None:
        self._known.clear()
        self._roles.clear()

    def forget_window(self, window: Accessible) -> None:
        self._roles.pop(window, None)

    async def of_process(self, pid: int) -> list[Application]:
        """Return the applications of a process that are on the bus now."""
        found = await asyncio.gather(*(self.learn(root.bus_name) for root in await self._children(DESKTOP)))
        return [application for application in found if application.pid == pid]

    async def windows(self, bus_name: str) -> list[Accessible]:
        """Return the windows of an application."""
        return await self._children(Accessible(bus_name, _ROOT))

    async def any_active_window(self) -> Accessible | None:
        """Return the window that any application calls active."""
        roots = await self._children(DESKTOP)
        found = await asyncio.gather(*(self.active_window(root.bus_name) for root in roots))
        return next((window for window in found if window), None)

    async def active_window(self, bus_name: str) -> Accessible | None:
        """Return the window of an application that it calls active."""
        windows = await self.windows(bus_name)
        states = await asyncio.gather(*(self.states(window) for window in windows))
        return next((w for w, found in zip(windows, states, strict=True) if "active" in found), None)

    async def states(self, of: Accessible) -> frozenset[str]:
        """Return the states of something; empty if it is gone or silent."""
        try:
            (words,) = await self._bus.call(of, ACCESSIBLE, "GetState", seconds=ASK_SECONDS)
        except CallFailed:
            return frozenset()
        return states_of(words)

    async def is_gone(self, something: Accessible) -> bool:
        """Whether its application says that there is no such thing any more."""
        try:
            (words,) = await self._bus.call(something, ACCESSIBLE, "GetState", seconds=ASK_SECONDS)
        except ApplicationHangs:
            return False
        except CallFailed:
            return True
        return "defunct" in states_of(words)

    async def role(self, of: Accessible) -> str:
        """Return AT-SPI's name of a role; empty if it is gone or silent. Kept for windows alone."""
        if of in self._roles:
            return self._roles[of]
        try:
            (number,) = await self._bus.call(of, ACCESSIBLE, "GetRole", seconds=ASK_SECONDS)
        except CallFailed:
            return ""
        role = ROLES[number] if number < len(ROLES) else ""
        if role in _WINDOW_ROLES:
            self._roles[of] = role
        return role

    async def is_window(self, something: Accessible) -> bool:
        """Whether something that was activated is a window, no menu, list or cell.

        GTK 3 calls its popups windows too, but gives them no name.
        """
        role = await self.role(something)
        if role != "window":
            return role in _WINDOW_ROLES
        try:
            return bool(await self._bus.get(something, ACCESSIBLE, "Name"))
        except CallFailed:
            return False

    async def _children(self, of: Accessible) -> list[Accessible]:
        try:
            (children,) = await self._bus.call(of, ACCESSIBLE, "GetChildren", seconds=ASK_SECONDS)
        except CallFailed:
            return []
        return [Accessible(*child) for child in children]

    async def _pid(self, bus_name: str) -> int | None:
        try:
            return await self._bus.process_id(bus_name)
        except CallFailed:
            return None

    async def _name(self, bus_name: str) -> str:
        """Ask until the application answers: GTK 4 sends events before it has anything on the bus to ask."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NAME_SECONDS):
                while True:
                    try:
                        return str(await self._bus.get(Accessible(bus_name, _ROOT), ACCESSIBLE, "Name"))
                    except ApplicationHangs:
                        return ""
                    except CallFailed:
                        await asyncio.sleep(RETRY_SECONDS)
        return ""
