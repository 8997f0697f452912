"""Which window is active: joins what the accessibility bus and the X server say to one answer.

On X11 the window manager's word decides, and the bus tells which accessible that window is: the one that was
activated by the same process at the same time, or else the one that its process calls active. Names are not
compared: GTK 3 names message dialogs after their kind, and two windows may have one title. On Wayland, or
where the X server is gone, the bus decides alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine

from assistant.desktop.target import Accessible, Target
from assistant.watch.applications import Applications
from assistant.watch.bucket import Bucket
from assistant.watch.event import Event, WindowActivated, WindowClosed, WindowExposed
from assistant.watch.x11 import ScreenWatch

log = logging.getLogger(__name__)

SEARCH_AFTER_SECONDS = (0.015, 0.03, 0.06, 0.1, 0.15)
"""When to ask the bus for the window that X11 has activated and nobody on the bus has. Usually the application
says so within 3 ms (measured: GTK 3, GTK 4, Qt); one that has just started registers up to 0.2 s later."""
SIGNS_AT_ONCE, SIGNS_PER_SECOND = 3, 1.0
FRESH_SECONDS = 0.3  # how far apart the two sources may be and still mean one activation
FOLLOW_SECONDS = 0.03  # how much later than the bus, or than the window's opening, X11 may name it active
NOTHING_SECONDS = 0.1  # window managers say "none" for 1 ms between two windows


class ActiveWindow:
    """The one answer. `announce` takes the events; `decided` is called when a pending question is settled."""

    def __init__(
        self,
        applications: Applications,
        screen: ScreenWatch | None,
        *,
        announce: Callable[[Event], None],
        decided: Callable[[], None],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._applications, self._screen = applications, screen
        self._announce, self._decided, self._tasks = announce, decided, tasks
        self._pairs: dict[int, Accessible] = {}
        self._on_bus: Accessible | None = None
        """What the bus activated last."""
        self._on_bus_at = 0.0
        self._xid: int | None = None
        self._pid: int | None = None
        """The process of `_xid`."""
        self._xid_at = 0.0
        self._question: asyncio.Task[None] | None = None
        self._mute: set[int] = set()
        """Processes with windows and nothing on the bus; they are not waited for again."""
        self._checks = 0
        self._signs: dict[str, Bucket] = {}
        self.target: Target | None = None

    @property
    def is_deciding(self) -> bool:
        """Whether another window is active than `target`, and which one is not known yet."""
        return self._checks > 0 or self._question is not None

    # What the sources say

    def on_bus(self, window: Accessible) -> None:
        """The bus says that a window was activated."""
        self._on_bus, self._on_bus_at = window, time.monotonic()
        known = self._applications.known(window.bus_name)
        if known and known.pid:
            self._mute.discard(known.pid)
        self._decide()

    def on_bus_left(self, window: Accessible) -> None:
        """The bus says that a window was deactivated."""
        if self._on_bus == window:
            self._on_bus = None
            if self._xid is None:
                self._ask(self._nothing())

    def on_something_active(self, something: Accessible) -> None:
        """Something became active; GTK 4.8 says no more than this of a dialog, and GTK 3 says it of table cells."""
        if something != self._on_bus:
            self._tasks.create_task(self._check(something), name="is it a window")

    def on_screen(self, xid: int | None) -> None:
        """The window manager says which X window is active."""
        self._xid, self._xid_at = xid, time.monotonic()
        self._pid = self._screen.pid_of(xid) if self._screen and xid else None
        self._decide()

    def on_screen_opened(self, xid: int) -> None:
        """The window manager has taken in another window."""
        is_ours = self._screen and self.target and self.target.pid and not self._question
        if is_ours and self._screen and self.target and self._screen.pid_of(xid) == self.target.pid:
            self._ask(self._await_window())

    def on_window_gone(self, *, window: Accessible | None = None, xid: int | None = None, bus_name: str = "") -> None:
        """A window is gone, or a whole application."""

        def is_gone(accessible: Accessible | None) -> bool:
            return accessible is not None and (accessible == window or accessible.bus_name == bus_name)

        self._signs.pop(bus_name, None)
        self._pairs = {x: a for x, a in self._pairs.items() if not is_gone(a) and x != xid}
        if is_gone(self._on_bus):
            self._on_bus = None
        if xid is not None and self._xid == xid:
            self._xid = self._pid = None
        target = self.target
        if target and (is_gone(target.accessible) or (xid is not None and target.xid == xid)):
            self.target = None
            self._announce(WindowClosed(target))

    def on_screen_lost(self) -> None:
        """The X server is gone: from now on the bus decides."""
        self._screen, self._xid, self._pid = None, None, None
        self._pairs.clear()

    def forget(self) -> None:
        """The bus is a new one: every accessible is void."""
        self._pairs.clear()
        self._mute.clear()
        self._signs.clear()
        self._on_bus = None
        self._end_question()
        self.target = None

    async def find(self) -> None:
        """Find the window that is active already: at the start, and when the bus is back."""
        if self._xid is not None:
            self._xid_at = time.monotonic()
            self._decide()
        elif window := await self._applications.any_active_window():
            self.on_bus(window)

    def is_paired(self, window: Accessible) -> bool:
        """Whether a window is known to be a certain X window."""
        return window in self._pairs.values()

    def on_sign_of_life(self, bus_name: str) -> None:
        """An application says that the focus moved in it; if it is not the active one, its window may be.

        One that has just started says nothing of its activation to a listener that it does not know of yet.
        """
        target = self.target
        if self.is_deciding or (target and target.accessible and target.accessible.bus_name == bus_name):
            return
        if self._signs.setdefault(bus_name, Bucket(SIGNS_AT_ONCE, SIGNS_PER_SECOND)).take():
            return
        if self._xid is None:
            self._tasks.create_task(self._look_into(bus_name), name="is its window active")
        elif target and target.accessible is None:
            self._mute.discard(self._pid or 0)
            self._xid_at = time.monotonic()
            self._ask(self._search(self._xid))

    # The decision

    def _decide(self) -> None:
        if self._xid is not None:
            self._decide_by_screen(self._xid)
        elif self._screen is None or self._screen.is_xwayland:
            self._decide_by_bus()
        else:
            self._ask(self._nothing())

    def _decide_by_screen(self, xid: int) -> None:
        paired = self._pairs.get(xid)
        if paired is None:
            paired = self._same_activation()
        if paired is None:
            if self._pid in self._mute:
                self._settle(None)
            elif not (self.target and self.target.xid == xid) or self._on_bus_is_new():
                self._ask(self._search(xid))
            return
        window = self._on_bus
        if window and window != paired and self._on_bus_is_new() and self.target and self.target.xid == xid:
            self._ask(self._await_screen(xid, paired, window))
        else:
            self._settle(paired)

    def _same_activation(self) -> Accessible | None:
        window = self._on_bus
        if window is None or not self._on_bus_is_new():
            return None
        application = self._applications.known(window.bus_name)
        is_same_process = application is not None and application.pid is not None and application.pid == self._pid
        return window if is_same_process else None

    def _on_bus_is_new(self) -> bool:
        """Whether the bus's window is paired with no X window, and not older than the X window's activation."""
        window = self._on_bus
        is_new = window is not None and self._on_bus_at >= self._xid_at - FRESH_SECONDS
        return is_new and window not in self._pairs.values()

    def _decide_by_bus(self) -> None:
        if self._on_bus is None or (self.target and self.target.accessible == self._on_bus):
            self._end_question()
            self._decided()
        else:
            self._ask(self._admit(self._on_bus))

    def _settle(self, accessible: Accessible | None) -> None:
        """Take it as decided: the active window is this one."""
        self._end_question()
        xid, before = self._xid, self.target
        if xid is not None and accessible is not None:
            self._pairs = {x: a for x, a in self._pairs.items() if a != accessible}
            self._pairs[xid] = accessible
        if before is None or (before.xid, before.accessible) != (xid, accessible):
            application = self._applications.known(accessible.bus_name) if accessible else None
            name = application.name if application else ""
            self.target = Target(
                accessible=accessible,
                xid=xid,
                pid=self._pid or (application.pid if application else None),
                application=name or (self._screen.application_of(xid) if self._screen and xid else ""),
            )
            is_same = before is not None and xid is not None and before.xid == xid
            self._announce(WindowExposed(self.target) if is_same else WindowActivated(self.target))
        self._decided()

    # Questions that need an answer from the bus; a newer one ends an older one.

    def _ask(self, question: Coroutine[None, None, None]) -> None:
        self._end_question()
        self._question = self._tasks.create_task(question, name="which window is active")

    def _end_question(self) -> None:
        question, self._question = self._question, None
        if question and question is not asyncio.current_task():
            question.cancel()

    async def _admit(self, window: Accessible) -> None:
        """Without X11: the window that the bus activated is the active one, unless it is a menu."""
        await self._applications.learn(window.bus_name)
        if await self._applications.is_window(window):
            self._settle(window)
        else:
            self._end_question()
            self._decided()

    async def _nothing(self) -> None:
        """Nothing is active: believe it only if it lasts."""
        await asyncio.sleep(NOTHING_SECONDS)
        if self._on_bus is not None:
            await self._admit(self._on_bus)
            return
        self._end_question()
        self.target = None
        self._decided()

    async def _search(self, xid: int) -> None:
        """Find the accessible of the X window that is active."""
        if self._on_bus is not None:
            await self._applications.learn(self._on_bus.bus_name)
            if found := self._same_activation():
                self._settle(found)
                return
        is_on_bus = False
        for at in SEARCH_AFTER_SECONDS:
            await asyncio.sleep(max(0.0, self._xid_at + at - time.monotonic()))
            for application in await self._applications.of_process(self._pid) if self._pid else ():
                is_on_bus = True
                found = await self._applications.active_window(application.bus_name)
                if found and found not in self._pairs.values():
                    self._settle(found)
                    return
        if not is_on_bus and self._on_bus_is_new():
            self._settle(self._on_bus)  # another name for the process: a sandbox stands between (Flatpak)
            return
        if self._pid and not is_on_bus:
            self._mute.add(self._pid)
        log.info("the active window has no accessible: xid=%#x", xid)
        self._settle(None)

    async def _check(self, something: Accessible) -> None:
        self._checks += 1
        try:
            await self._applications.learn(something.bus_name)
            is_window = await self._applications.is_window(something)
        finally:
            self._checks -= 1
        if is_window and something != self._on_bus:
            self.on_bus(something)
        else:
            self._decided()

    async def _look_into(self, bus_name: str) -> None:
        await asyncio.sleep(SEARCH_AFTER_SECONDS[0])  # usually it says so itself
        known = self._on_bus
        if known and known.bus_name == bus_name:
            return
        found = await self._applications.active_window(bus_name)
        if found and self._on_bus == known and self._xid is None:
            self.on_bus(found)

    async def _await_screen(self, xid: int, paired: Accessible, window: Accessible) -> None:
        """The bus activated another window of the process while the X window stayed.

        X11 may follow in a moment; or it is a menu, and nothing follows; or the old accessible is void.
        """
        if await self._applications.is_window(window):
            await asyncio.sleep(FOLLOW_SECONDS)
            if self._pairs.get(xid) == paired and await self._is_instead_of(window, paired):
                del self._pairs[xid]
                self._end_question()
                self._decide()
                return
        self._end_question()
        self._decided()

    async def _is_instead_of(self, window: Accessible, paired: Accessible) -> bool:
        """Whether the X window is this one: of two that open at once, the bus may have named the other in between."""
        if await self._applications.is_gone(paired):
            return True
        if "active" in await self._applications.states(paired):
            return False
        return "active" in await self._applications.states(window)

    async def _await_window(self) -> None:
        """A window of the active application has opened: where the focus goes now may be in there."""
        await asyncio.sleep(FOLLOW_SECONDS)
        self._end_question()
        self._decided()
