"""Watch: what the user does and what happens to them, as one stream of events for the daemon.

It joins the accessibility bus, the X server and the keys. It starts to tell from now: the window that is
active already is announced first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from assistant.desktop.accessibility import AccessibilityBus, CallFailed
from assistant.desktop.target import Accessible, Target
from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.errors import SomethingMissing
from assistant.watch.accessibility import BusWatch
from assistant.watch.active import ActiveWindow
from assistant.watch.applications import Applications
from assistant.watch.bystanders import Bystanders
from assistant.watch.event import (
    BusBack,
    BusLost,
    Change,
    CommandGiven,
    Event,
    KeyPressed,
    ScreenLocked,
    ScreenLost,
    ScreenUnlocked,
    WindowActivated,
    WindowExposed,
)
from assistant.watch.focus import Focus
from assistant.watch.keys import KeySource
from assistant.watch.keys_pynput import PynputKeys
from assistant.watch.keys_x11 import X11Keys
from assistant.watch.lock import Lock
from assistant.watch.queue import EventQueue
from assistant.watch.x11 import ScreenWatch

log = logging.getLogger(__name__)


class _Stop(Exception):
    """Ends the tasks of a Watch that is closed."""


class Watch:
    """`async with Watch(bus, x11) as watch: async for event in watch: …`

    It keeps the bus connected (`AccessibilityBus.keep`) while it is open. Without `x11` (Wayland), or after the
    X server is gone, the bus alone decides, and there are no keys: commands come from the command line.
    `keys` maps keys to command ids (`Config.all_keys`); WrongSettings for one that is no key. `stop_on_key`: tell
    of every key that is pressed. `through_pynput`: hear keys through the portable back end instead of grabs.
    """

    def __init__(
        self,
        bus: AccessibilityBus,
        x11: X11Connection | None = None,
        *,
        keys: Mapping[str, str] | None = None,
        stop_on_key: bool = False,
        through_pynput: bool = False,
    ) -> None:
        self._bus = bus
        self._keys: KeySource | None = None
        if through_pynput:
            self._keys = PynputKeys(keys or {}, self)
        elif x11 and not x11.is_xwayland:
            self._keys = X11Keys(x11, keys or {}, self)
        self._stop_on_key = stop_on_key
        self._queue = EventQueue()
        self._lock = Lock(self._on_lock)
        self._tasks = asyncio.TaskGroup()
        self._applications = Applications(bus)
        self._bus_watch = BusWatch(bus, self)
        self._screen = ScreenWatch(x11, self) if x11 else None
        self._active = ActiveWindow(
            self._applications, self._screen, announce=self._announce, decided=self._decided, tasks=self._tasks
        )
        self._focus = Focus(
            self._active,
            announce=self._announce,
            follow=self._bus_watch.follow,
            catch_up=self._catch_up,
        )
        self._bystanders = Bystanders(
            self._active, self._applications, self._screen, announce=self._announce, tasks=self._tasks
        )

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        following = self._tasks.create_task(self._lock.__aenter__(), name="follow the lock")
        try:
            await self._bus_watch.start()
        except* CallFailed as error:
            log.warning("watch: not all events are heard: %s", type(error.exceptions[0]).__name__)
        self._tasks.create_task(self._bus.keep(self._on_bus_changed), name="keep the bus")
        if self._screen:
            try:
                self._screen.start()
            except X11Lost:
                self.on_screen_lost()
        if self._keys:
            await self._open_keys(self._keys)
        if self._active.target is None and not self._active.is_deciding:
            self._tasks.create_task(self._active.find(), name="which window is active")
        await following
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keys:
            await self._keys.__aexit__(kind, error, trace)
        if self._screen:
            self._screen.stop()
        self._bus_watch.stop()
        self._focus.forget()
        await self._lock.__aexit__(kind, error, trace)
        try:
            await self._tasks.__aexit__(_Stop, _Stop(), None)
        except* _Stop:
            pass

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        return await self._queue.get()

    @property
    def active(self) -> Target | None:
        """The active window, None if there is none or it is not known yet."""
        return self._active.target

    @property
    def focus(self) -> Accessible | None:
        """The control that the last FocusMoved named, None if another window was activated since."""
        return self._focus.current

    @property
    def is_locked(self) -> bool:
        """Whether the screen is locked, as far as anybody says so."""
        return self._lock.is_locked

    # Keys

    @property
    def has_keys(self) -> bool:
        """Whether keys are heard at all."""
        return self._keys is not None

    @property
    def refused_keys(self) -> tuple[str, ...]:
        """The commands' keys that another program has."""
        return self._keys.refused if self._keys else ()

    def hear_keys(self, wanted: bool) -> None:
        """Tell of every key that is pressed, or no longer: of use only while something is spoken."""
        if self._keys:
            try:
                self._keys.hear_all(wanted)
            except X11Lost:
                self._keys = None

    async def _open_keys(self, keys: KeySource) -> None:
        try:
            await keys.__aenter__()
        except X11Lost:
            self._keys = None
        except SomethingMissing as error:
            log.warning("%s", error)
            self._keys = None
        else:
            self.hear_keys(self._stop_on_key)

    def on_command(self, command: str) -> None:
        if isinstance(self._keys, X11Keys):
            self._lock.deny()  # a screen that is locked has the keyboard to itself, and grabs of ours bring nothing
        self._announce(CommandGiven(command))

    def on_key(self) -> None:
        self._announce(KeyPressed())

    # The accessibility bus

    def on_window_activated(self, window: Accessible) -> None:
        self._active.on_bus(window)

    def on_window_deactivated(self, window: Accessible) -> None:
        self._active.on_bus_left(window)

    def on_window_created(self, window: Accessible) -> None:
        self._bystanders.on_window_created(window)

    def on_window_destroyed(self, window: Accessible) -> None:
        self._applications.forget_window(window)
        self._active.on_window_gone(window=window)
        self._bystanders.on_window_gone(window=window)

    def on_active(self, something: Accessible) -> None:
        self._active.on_something_active(something)

    def on_focus(self, control: Accessible, has_focus: bool) -> None:
        self._focus.on_focus(control, has_focus)

    def on_current_row(self, container: Accessible, row: Accessible) -> None:
        self._focus.on_current_row(container, row)

    def on_change(self, control: Accessible, change: Change, is_on: bool | None) -> None:
        self._focus.on_change(control, change, is_on)

    def on_shown(self, something: Accessible) -> None:
        self._bystanders.on_shown(something)

    def on_announcement(self, source: Accessible, text: str, is_urgent: bool) -> None:
        self._bystanders.on_announcement(source, text, is_urgent)

    def on_application_came(self, bus_name: str) -> None:
        self._active.on_sign_of_life(bus_name)

    def on_application_left(self, bus_name: str) -> None:
        self._applications.forget(bus_name)
        self._focus.on_application_left(bus_name)
        self._bystanders.on_application_left(bus_name)
        self._active.on_window_gone(bus_name=bus_name)
        self._bystanders.on_window_gone(bus_name=bus_name)

    def _on_bus_changed(self, is_connected: bool) -> None:
        self._applications.forget_all()
        self._bus_watch.forget()
        self._focus.forget()
        self._bystanders.forget()
        self._active.forget()
        self._announce(BusBack() if is_connected else BusLost())
        if is_connected:
            self._tasks.create_task(self._active.find(), name="which window is active")

    # The X server

    def on_screen_window(self, xid: int | None) -> None:
        self._active.on_screen(xid)

    def on_screen_opened(self, xid: int) -> None:
        self._active.on_screen_opened(xid)
        self._bystanders.on_screen_opened(xid)

    def on_screen_closed(self, xid: int) -> None:
        self._active.on_window_gone(xid=xid)
        self._bystanders.on_window_gone(xid=xid)

    def on_screen_lost(self) -> None:
        self._screen = self._keys = None
        self._active.on_screen_lost()
        self._bystanders.on_screen_lost()
        self._announce(ScreenLost())

    # The lock

    def _on_lock(self, is_locked: bool) -> None:
        self._announce(ScreenLocked(self._lock.lockers) if is_locked else ScreenUnlocked())

    # What comes out

    def _announce(self, event: Event) -> None:
        self._queue.put(event)
        if isinstance(event, WindowActivated | WindowExposed):
            self._bystanders.on_event(event)
            self._focus.on_window()

    def _decided(self) -> None:
        self._focus.flush()

    def _catch_up(self) -> None:
        if self._screen:
            self._screen.catch_up()
