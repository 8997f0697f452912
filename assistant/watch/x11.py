"""What the X server says of windows: which one is active, which opened, which closed. Property events, no polling."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from Xlib import X

from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.desktop.x11_window import X11Window

log = logging.getLogger(__name__)


class ScreenListener(Protocol):
    """Who takes what the X server says. Called from the loop; must not wait."""

    def on_screen_window(self, xid: int | None) -> None: ...

    def on_screen_opened(self, xid: int) -> None: ...

    def on_screen_closed(self, xid: int) -> None: ...

    def on_screen_lost(self) -> None: ...


class ScreenWatch:
    """Follows the window manager's properties of the root window."""

    def __init__(self, x11: X11Connection, listener: ScreenListener) -> None:
        self._x11, self._listener = x11, listener
        self._active_window: int | None = None
        self._windows: frozenset[int] = frozenset()
        self._end_listening: Callable[[], None] | None = None

    def start(self) -> None:
        """Say which window is active now, and follow it from here. Raises X11Lost."""
        self._properties = {
            self._x11.atom("_NET_ACTIVE_WINDOW"): self._look_at_active,
            self._x11.atom("_NET_CLIENT_LIST"): self._look_at_windows,
        }
        self._root = self._x11.root.id
        self._x11.on_lost(self._listener.on_screen_lost)
        self._end_listening = self._x11.listen(self._on_event)
        self._windows = frozenset(self._x11.windows())
        self._look_at_active()

    def stop(self) -> None:
        if self._end_listening:
            self._end_listening()

    @property
    def is_xwayland(self) -> bool:
        return self._x11.is_xwayland

    def catch_up(self) -> None:
        """Take what the X server has sent and the loop has not read yet."""
        self._x11.drain()

    def pid_of(self, xid: int) -> int | None:
        try:
            return self._x11.pid_of(xid)
        except X11Lost:
            return None

    def window(self, xid: int) -> X11Window | None:
        try:
            return self._x11.window(xid)
        except X11Lost:
            return None

    def application_of(self, xid: int) -> str:
        """Return the application's name as X11 has it, empty where it does not say."""
        window = self.window(xid)
        return window.application if window else ""

    def _on_event(self, event: Any) -> None:
        if event.type == X.PropertyNotify and event.window.id == self._root:
            look = self._properties.get(event.atom)
            if look:
                look()

    def _look_at_active(self) -> None:
        xid = self._x11.active_window()
        if xid is not None and xid != self._active_window and not self._x11.exists(xid):
            xid = None  # openbox goes on naming a window that is closed
        if xid != self._active_window:
            self._active_window = xid
            self._listener.on_screen_window(xid)

    def _look_at_windows(self) -> None:
        windows = frozenset(self._x11.windows())
        opened, closed, self._windows = windows - self._windows, self._windows - windows, windows
        if self._active_window in closed:
            self._active_window = None  # openbox goes on naming it, and the next window may get its number
        for xid in sorted(opened):
            self._listener.on_screen_opened(xid)
        for xid in sorted(closed):
            self._listener.on_screen_closed(xid)
