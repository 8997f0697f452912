"""The bounded queue between watch and the daemon: it never waits, and what a newer event made stale is dropped.

Who loses:
- a new focus replaces one that was not taken yet, and the changes of the control that was left;
- a new window replaces the window, focus and changes that were not taken yet;
- a key press, a change or a text of the same kind is there once;
- when the queue is still full, the oldest change goes, then the oldest notification, then the oldest of all
  but commands and the locking of the screen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from assistant.watch.event import (
    CommandGiven,
    ControlChanged,
    DialogOpened,
    Event,
    FocusMoved,
    KeyPressed,
    Notification,
    ScreenLocked,
    ScreenUnlocked,
    WindowActivated,
    WindowClosed,
)

log = logging.getLogger(__name__)

_KEPT = (CommandGiven, ScreenLocked, ScreenUnlocked)

LIMIT = 64  # more than a person can cause while the daemon handles one event


class EventQueue:
    """Events in order, the newest of each kind winning. One reader."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._events: list[Event] = []
        self._filled = asyncio.Event()

    def put(self, event: Event) -> None:
        """Append an event; drop what it made stale."""
        is_stale = _staleness(event)
        self._events = [waiting for waiting in self._events if not is_stale(waiting)]
        self._events.append(event)
        if len(self._events) > self._limit:
            self._drop_one()
        self._filled.set()

    async def get(self) -> Event:
        """Wait for the next event."""
        while not self._events:
            self._filled.clear()
            await self._filled.wait()
        return self._events.pop(0)

    def __len__(self) -> int:
        return len(self._events)

    def _drop_one(self) -> None:
        kinds: tuple[type[Event], ...]
        for kinds in ((ControlChanged,), (Notification, DialogOpened)):
            for number, event in enumerate(self._events):
                if isinstance(event, kinds):
                    del self._events[number]
                    return
        number = next((n for n, event in enumerate(self._events) if not isinstance(event, _KEPT)), 0)
        log.warning("watch: the queue is full, %s dropped", type(self._events[number]).__name__)
        del self._events[number]


def _staleness(event: Event) -> Callable[[Event], bool]:  # noqa: PLR0911 - a table
    match event:
        case WindowActivated():
            return lambda old: isinstance(old, (WindowActivated, FocusMoved, ControlChanged))
        case WindowClosed(target):
            return lambda old: isinstance(old, (WindowActivated, DialogOpened)) and old.target == target
        case FocusMoved():
            return lambda old: isinstance(old, (FocusMoved, ControlChanged))
        case ControlChanged(accessible, change):
            return lambda old: isinstance(old, ControlChanged) and old.accessible == accessible and old.change == change
        case KeyPressed():
            return lambda old: isinstance(old, KeyPressed)
        case CommandGiven():
            return lambda _: False
        case _:
            return lambda old: old == event
