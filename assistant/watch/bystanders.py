"""What happens beside the active window: dialogs that open without the keyboard, notifications, alerts.

Of these a person must hear although they are elsewhere. Only here are applications asked what something is,
and never while the focus waits for it; one that tells too much is asked no more for a while.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from assistant.desktop.target import Accessible, Target
from assistant.watch.active import ActiveWindow
from assistant.watch.applications import DIALOG_ROLES, Applications
from assistant.watch.bucket import Bucket
from assistant.watch.event import DialogOpened, Event, Notification, NotificationKind, WindowActivated, WindowClosed
from assistant.watch.x11 import ScreenWatch

log = logging.getLogger(__name__)

ACTIVATION_SECONDS = 0.25  # a dialog that has not taken the keyboard by then does not want it
SHOWN_AT_ONCE, SHOWN_PER_SECOND = 8, 10.0  # a window that opens shows all its widgets at once; an alert comes alone
TELL_AT_ONCE, TELL_PER_SECOND = 5, 1.0

_KINDS: dict[str, NotificationKind] = {"notification": "notification", "alert": "alert", "info bar": "alert"}


class Bystanders:
    """Tells of dialogs and notifications that come without the keyboard, each once."""

    def __init__(
        self,
        active: ActiveWindow,
        applications: Applications,
        screen: ScreenWatch | None,
        *,
        announce: Callable[[Event], None],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._active, self._applications, self._screen = active, applications, screen
        self._announce, self._tasks = announce, tasks
        self._shown: dict[str, Bucket] = {}
        self._told: dict[str, Bucket] = {}
        self._windows: set[Accessible | int] = set()
        """Windows by accessible and by X id that were announced in any way."""
        self._dialogs: list[Target] = []
        """Those announced here and still open."""

    def on_event(self, event: Event) -> None:
        """Remember what was announced elsewhere."""
        if isinstance(event, WindowActivated):
            self._remember(event.target)

    def on_window_created(self, window: Accessible) -> None:
        if self._screen is None or self._screen.is_xwayland:
            self._tasks.create_task(self._opened(window=window), name="a window opened")

    def on_screen_opened(self, xid: int) -> None:
        self._tasks.create_task(self._opened(xid=xid), name="a window opened")

    def on_window_gone(self, *, window: Accessible | None = None, xid: int | None = None, bus_name: str = "") -> None:
        """Tell that a dialog announced here is gone."""
        self._windows = {w for w in self._windows if w not in (window, xid) and not _belongs(w, bus_name)}
        for target in tuple(self._dialogs):
            is_it = (xid is not None and target.xid == xid) or (window is not None and target.accessible == window)
            if is_it or _belongs(target.accessible, bus_name):
                self._dialogs.remove(target)
                if target != self._active.target:
                    self._announce(WindowClosed(target))

    def on_application_left(self, bus_name: str) -> None:
        self._shown.pop(bus_name, None)
        self._told.pop(bus_name, None)

    def on_shown(self, something: Accessible) -> None:
        """Something appeared on the screen; if it is a notification or an alert, tell of it."""
        if not self._shown.setdefault(something.bus_name, Bucket(SHOWN_AT_ONCE, SHOWN_PER_SECOND)).take():
            self._tasks.create_task(self._look_at(something), name="is it an alert")

    def on_announcement(self, source: Accessible, text: str, is_urgent: bool) -> None:
        """An application announces a text of its own."""
        if text.strip():
            self._tell(Notification(source, "announcement", text, is_urgent))

    def forget(self) -> None:
        """The bus is a new one."""
        self._windows = {window for window in self._windows if isinstance(window, int)}
        self._dialogs.clear()
        self._shown.clear()
        self._told.clear()

    def on_screen_lost(self) -> None:
        self._screen = None

    async def _opened(self, *, window: Accessible | None = None, xid: int | None = None) -> None:
        await asyncio.sleep(ACTIVATION_SECONDS)
        target = await self._dialog_on_screen(xid) if xid is not None else await self._dialog_on_bus(window)
        if target and not self._is_known(target):
            self._remember(target)
            self._dialogs.append(target)
            self._announce(DialogOpened(target))

    async def _dialog_on_bus(self, window: Accessible | None) -> Target | None:
        if window is None or window in self._windows:
            return None
        if await self._applications.role(window) not in DIALOG_ROLES:
            return None
        application = await self._applications.learn(window.bus_name)
        return Target(window, None, application.pid, application.name)

    async def _dialog_on_screen(self, xid: int) -> Target | None:
        if xid in self._windows or self._screen is None:
            return None
        window = self._screen.window(xid)
        if window is None or not window.is_dialog:
            return None
        for application in await self._applications.of_process(window.pid) if window.pid else ():
            for accessible in await self._applications.windows(application.bus_name):
                if accessible in self._windows or self._active.is_paired(accessible):
                    continue
                if await self._applications.role(accessible) in DIALOG_ROLES:
                    return Target(accessible, xid, window.pid, application.name or window.application)
        return Target(None, xid, window.pid, window.application)

    async def _look_at(self, something: Accessible) -> None:
        kind = _KINDS.get(await self._applications.role(something))
        if kind is None:
            return
        if kind == "alert" and something in await self._applications.windows(something.bus_name):
            return  # GTK 3 calls its message dialogs alerts; they are announced as windows
        self._tell(Notification(something, kind))

    def _tell(self, notification: Notification) -> None:
        bus_name = notification.accessible.bus_name
        if self._told.setdefault(bus_name, Bucket(TELL_AT_ONCE, TELL_PER_SECOND)).take():
            log.info("a %s was left out: the application sends too many", notification.kind)
        else:
            self._announce(notification)

    def _is_known(self, target: Target) -> bool:
        return target.accessible in self._windows or target.xid in self._windows

    def _remember(self, target: Target) -> None:
        self._windows |= {w for w in (target.accessible, target.xid) if w is not None}


def _belongs(window: Accessible | int | None, bus_name: str) -> bool:
    return isinstance(window, Accessible) and window.bus_name == bus_name
