"""Wait for windows on the accessibility bus, by its events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from dbus_fast import Message

from assistant.desktop.accessibility import ACCESSIBLE, DESKTOP, AccessibilityBus, CallFailed
from assistant.desktop.atspi import states_of
from assistant.desktop.target import Accessible

T = TypeVar("T")

_OBJECT = "org.a11y.atspi.Event.Object"
_WINDOW = "org.a11y.atspi.Event.Window"
_GTK4 = "/org/gtk/application/"  # GTK 4.8: a dialog never says that it is active, nor that it is showing
_EVENTS = (
    ("object:children-changed", _OBJECT, "ChildrenChanged", None),
    ("object:property-change:accessible-name", _OBJECT, "PropertyChange", "accessible-name"),
    ("object:state-changed:showing", _OBJECT, "StateChanged", "showing"),
    ("object:state-changed:active", _OBJECT, "StateChanged", "active"),
    ("object:state-changed:focused", _OBJECT, "StateChanged", "focused"),
    ("window:activate", _WINDOW, "Activate", None),
    ("window:activate", _WINDOW, "activate", None),  # GTK 4 spells it so
    ("window:create", _WINDOW, "Create", None),
)


class Tree:
    """A listener on the accessibility bus that asks again whenever something there has changed."""

    def __init__(self, bus: AccessibilityBus) -> None:
        self.bus = bus
        self._changed = asyncio.Event()

    async def listen(self) -> None:
        """Begin to listen."""
        for event, interface, member, detail in _EVENTS:
            await self.bus.subscribe(event, self._on_event, interface=interface, member=member, detail=detail)

    async def window(self, pid: int, *, other_than: frozenset[Accessible] = frozenset()) -> Accessible:
        """Wait for a process to have a window on the bus; return it, the active one if there are several."""
        return await self.until(lambda: self._window(pid, other_than))

    async def focused(self, window: Accessible) -> None:
        """Wait until a window says that it has the keyboard."""
        if window.path.startswith(_GTK4):
            return

        async def is_active() -> bool:
            return "active" in await self._states(window)

        await self.until(is_active)

    async def until(self, found: Callable[[], Awaitable[T | None]]) -> T:
        """Ask again after each event until there is something; return it."""
        while True:
            self._changed.clear()
            try:
                if value := await found():
                    return value
            except CallFailed:  # an application that is starting or going
                pass
            await self._changed.wait()

    def _on_event(self, _: Message) -> None:
        self._changed.set()

    async def _window(self, pid: int, other_than: frozenset[Accessible]) -> Accessible | None:
        best = None
        for application in await self._children(DESKTOP):
            if await self.bus.process_id(application.bus_name) != pid:
                continue
            for window in await self._children(application):
                if window in other_than:
                    continue
                states = await self._states(window)
                if "active" in states:
                    return window
                if states & {"showing", "visible"}:
                    best = best or window
        return best

    async def _children(self, of: Accessible) -> list[Accessible]:
        (children,) = await self.bus.call(of, ACCESSIBLE, "GetChildren")
        return [Accessible(*child) for child in children]

    async def _states(self, of: Accessible) -> frozenset[str]:
        (words,) = await self.bus.call(of, ACCESSIBLE, "GetState")
        return states_of(words)
