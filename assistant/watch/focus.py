"""Where the keyboard is inside the active window: one FocusMoved for each move, and at once.

Nothing here asks anybody anything. Events of one batch are taken together, so that of a list and
its current row the last named wins, as Qt means it; GTK 3 says everything twice, which is said once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from assistant.desktop.target import Accessible
from assistant.watch.active import ActiveWindow
from assistant.watch.bucket import Bucket
from assistant.watch.event import Change, ControlChanged, Event, FocusMoved

EARLY_SECONDS = 0.5  # a focus that came before its window was known still counts within this
LEAKED_SECONDS = 0.05  # GTK 4 moves the focus a moment before it says that the window is another
GTK4_SECONDS = 0.0015  # … so there the focus waits a little, else every dialog's button is told of before the dialog
_OTHERS_PATHS = (
    "/org/a11y/atspi/"  # every toolkit's but GTK 4's, https://gitlab.gnome.org/GNOME/gtk/-/tree/4.8.3/gtk/a11y
)
SELECTION_SECONDS = 0.01  # menus tell of a new selection just before the focus moves there; then it is no news
MOVES_AT_ONCE, MOVES_PER_SECOND = 12, 25.0
CHANGES_AT_ONCE, CHANGES_PER_SECOND = 12, 20.0


@dataclass(slots=True)
class _Latest:
    control: Accessible
    at: float
    is_told: bool = False


class Focus:
    """Follows the focus of every application, and tells of the active window's."""

    def __init__(
        self,
        active: ActiveWindow,
        *,
        announce: Callable[[Event], None],
        follow: Callable[[Accessible | None], None],
        catch_up: Callable[[], None],
    ) -> None:
        self._active, self._announce, self._follow, self._catch_up = active, announce, follow, catch_up
        self._latest: dict[str, _Latest] = {}
        self._container: Accessible | None = None
        """The list or table whose current row `current` is."""
        self._moves: dict[str, Bucket] = {}
        self._changes: dict[str, Bucket] = {}
        self._flush_is_due = False
        self._later: asyncio.TimerHandle | None = None
        self._delayed: dict[Change, asyncio.TimerHandle] = {}
        self.current: Accessible | None = None
        """What FocusMoved named last, None when another window was activated since."""
        self.thinned = 0
        """How many moves and changes were left out because one application sent too many."""

    def on_focus(self, control: Accessible, has_focus: bool) -> None:
        """The bus says that a control of any application gained or lost the focus."""
        if has_focus:
            if control == self._container and self.current != control:
                return  # GTK 3 names the table again after its current row
            if control != self.current:  # GTK 3 says so of a cell once more when the next one becomes current
                self._container = control
            self._move(control)
            return
        latest = self._latest.get(control.bus_name)
        if latest and latest.control == control:
            del self._latest[control.bus_name]
        if control == self._container:
            self._container = None
        if control == self.current:
            self.current = None  # when it comes back without another in between, that is news

    def on_current_row(self, container: Accessible, row: Accessible) -> None:
        """The bus says that a list or table has another current row."""
        if self._container in (container, row):  # GTK 3 may call the row focused before it tells whose it is
            self._container = container
            self._move(row)

    def on_change(self, control: Accessible, change: Change, is_on: bool | None) -> None:
        """The bus says that something changed: the control with the focus, or a selection anywhere."""
        target = self._active.target
        if target is None or target.accessible is None or control.bus_name != target.accessible.bus_name:
            return
        if change != "selection" and control != self.current:
            return
        event = ControlChanged(control, change, is_on)
        wait = self._wait(self._changes, control.bus_name, CHANGES_AT_ONCE, CHANGES_PER_SECOND)
        if change in ("selection", "selected"):
            wait = max(wait, SELECTION_SECONDS)
        if before := self._delayed.pop(change, None):
            before.cancel()
        if wait:
            self._delayed[change] = asyncio.get_running_loop().call_later(wait, self._announce, event)
        else:
            self._announce(event)

    def on_window(self) -> None:
        """Another window was activated, and has just been announced: tell of the focus that came before it."""
        self.current = None
        self._drop_changes()
        target = self._active.target
        latest = self._latest.get(target.accessible.bus_name) if target and target.accessible else None
        age = time.monotonic() - latest.at if latest else 0.0
        if latest and age < (LEAKED_SECONDS if latest.is_told else EARLY_SECONDS):
            latest.is_told = False
            self._flush_soon(latest.control)

    def on_application_left(self, bus_name: str) -> None:
        self._latest.pop(bus_name, None)
        self._moves.pop(bus_name, None)
        self._changes.pop(bus_name, None)

    def forget(self) -> None:
        """The bus is a new one."""
        self._latest.clear()
        self.current = self._container = None
        self._drop_changes()

    def flush(self) -> None:
        """Tell of the newest focus in the active window, if it is known which that is, and it is news."""
        self._flush_is_due = False
        self._catch_up()  # what X11 has said already counts: the window may be another by now
        target = self._active.target
        if self._active.is_deciding or target is None or target.accessible is None:
            return
        bus_name = target.accessible.bus_name
        latest = self._latest.get(bus_name)
        if latest is None or latest.is_told:
            return
        if latest.control == self.current:
            latest.is_told = True
            return
        if wait := self._wait(self._moves, bus_name, MOVES_AT_ONCE, MOVES_PER_SECOND):
            self._flush_later(wait)
            return
        latest.is_told = True
        self.current = latest.control
        self._drop_changes()
        self._announce(FocusMoved(latest.control))
        self._follow(latest.control)

    def _move(self, control: Accessible) -> None:
        self._latest[control.bus_name] = _Latest(control, time.monotonic())
        self._active.on_sign_of_life(control.bus_name)
        self._flush_soon(control)

    def _flush_soon(self, control: Accessible) -> None:
        if self._flush_is_due:
            return
        self._flush_is_due = True
        if control.path.startswith(_OTHERS_PATHS):  # in this turn of the loop, after what came with this event
            asyncio.get_running_loop().call_soon(self.flush)
        else:
            asyncio.get_running_loop().call_later(GTK4_SECONDS, self.flush)

    def _flush_later(self, seconds: float) -> None:
        if self._later is None or self._later.when() <= asyncio.get_running_loop().time():
            self._later = asyncio.get_running_loop().call_later(seconds, self.flush)

    def _drop_changes(self) -> None:
        for timer in self._delayed.values():
            timer.cancel()
        self._delayed.clear()

    def _wait(self, buckets: dict[str, Bucket], bus_name: str, size: int, per_second: float) -> float:
        bucket = buckets.setdefault(bus_name, Bucket(size, per_second))
        seconds = bucket.take()
        if seconds:
            self.thinned += 1
        return seconds
