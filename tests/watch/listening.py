"""What a Watch tells, for tests: wait for an event, and see all that came before it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed
from assistant.desktop.atspi import states_of
from assistant.desktop.target import Accessible, Target
from assistant.desktop.x11 import X11Connection
from assistant.watch.event import Event, FocusMoved, WindowActivated, WindowExposed
from assistant.watch.watch import Watch
from harness import WAIT_SECONDS

PROGRAMS = Path(__file__).parent / "programs"
_SYSTEM_PYTHON = "/usr/bin/python3"  # it alone has gi
_NAME_OF_PYTHON = {"qt": sys.executable}

Happening = TypeVar("Happening", bound=Event)


def program(toolkit: str) -> tuple[str, str]:
    """Return the command line of one of the windows in tests/watch/programs."""
    return _NAME_OF_PYTHON.get(toolkit, _SYSTEM_PYTHON), str(PROGRAMS / f"{toolkit}.py")


class Listening:
    """Reads a Watch as fast as it tells, so that no event replaces another. `told` is every event taken so far."""

    def __init__(self, watch: Watch, bus: AccessibilityBus, x11: X11Connection | None) -> None:
        self.watch, self.bus, self.x11 = watch, bus, x11
        self.told: list[Event] = []
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    async def read(self) -> None:
        """Read until cancelled."""
        async for event in self.watch:
            self._events.put_nowait(event)

    async def next(self, kind: type[Happening]) -> Happening:
        """Return the next event of a kind; those before it are in `told`."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                event = await self._events.get()
                self.told.append(event)
                if isinstance(event, kind):
                    return event

    async def window(self, title: str) -> WindowActivated:
        """Wait until a window with this title is told to be active; return what told so."""
        assert self.x11
        while True:
            event = await self.next(WindowActivated)
            facts = self.x11.window(event.target.xid) if event.target.xid else None
            if facts and facts.title == title:
                return event

    async def focus(self, name: str) -> list[str]:
        """Wait for the focus on the control of this name; return the names of all it moved to on the way."""
        names: list[str] = []
        while not names or names[-1] != name:
            names.append(await self.name((await self.next(FocusMoved)).accessible))
        return names

    async def name(self, accessible: Accessible | None) -> str:
        assert accessible
        try:
            return str(await self.bus.get(accessible, ACCESSIBLE, "Name"))
        except CallFailed:
            return "(gone)"

    async def is_active(self, target: Target | None) -> bool:
        """Say whether a window's own application calls it active."""
        assert target
        assert target.accessible
        (words,) = await self.bus.call(target.accessible, ACCESSIBLE, "GetState")
        return "active" in states_of(words)

    def count(self, is_wanted: Callable[[Event], bool]) -> int:
        return sum(map(is_wanted, self.told))

    @property
    def activations(self) -> list[Event]:
        return [event for event in self.told if isinstance(event, WindowActivated | WindowExposed)]

    def forget(self) -> None:
        self.told.clear()


@asynccontextmanager
async def listening(
    *, x11: bool = True, keys: Mapping[str, str] | None = None, stop_on_key: bool = False
) -> AsyncIterator[Listening]:
    """Watch the desktop that this process lives in."""
    async with AccessibilityBus() as bus, AsyncExitStack() as stack:
        connection = await stack.enter_async_context(X11Connection()) if x11 else None
        watch = await stack.enter_async_context(Watch(bus, connection, keys=keys, stop_on_key=stop_on_key))
        heard = Listening(watch, bus, connection)
        reader = asyncio.create_task(heard.read(), name="read the watch")
        try:
            yield heard
        finally:
            reader.cancel()
            await asyncio.wait([reader])
