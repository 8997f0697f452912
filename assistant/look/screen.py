"""Which windows are on the screen: their titles and applications alone, nothing of what is in them."""

from __future__ import annotations

import asyncio

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed
from assistant.desktop.atspi import states_of
from assistant.desktop.target import Target
from assistant.desktop.x11 import X11Connection
from assistant.desktop.x11_window import X11Window
from assistant.look.look import Look
from assistant.scene import Window

_NOT_WINDOWS = frozenset({"desktop", "dock", "splash", "tooltip", "notification"})


async def windows_on_screen(
    look: Look, bus: AccessibilityBus, x11: X11Connection | None
) -> tuple[list[Window], int | None]:
    """Return the windows, the uppermost first where that is known, and which of them (from 0) is active."""
    if x11 is not None and x11.is_connected and not x11.is_xwayland:
        return windows_on_x11(x11)
    return await windows_on_bus(bus, await look.windows())


def windows_on_x11(x11: X11Connection) -> tuple[list[Window], int | None]:
    """Return the managed windows, the uppermost first, and which of them (from 0) is active."""
    known = [x11.window(xid) for xid in reversed(x11.windows())]
    shown = [window for window in known if window is not None and not _NOT_WINDOWS.intersection(window.kinds)]
    active = x11.active_window()
    places = [place for place, window in enumerate(shown) if window.xid == active]
    return [_facts(window) for window in shown], places[0] if places else None


async def windows_on_bus(bus: AccessibilityBus, targets: list[Target]) -> tuple[list[Window], int | None]:
    """Return the windows that applications tell of, and which of them (from 0) is active."""
    facts = await asyncio.gather(*(_ask(bus, target) for target in targets))
    places = [place for place, (_, is_active) in enumerate(facts) if is_active]
    return [window for window, _ in facts], places[0] if places else None


async def _ask(bus: AccessibilityBus, target: Target) -> tuple[Window, bool]:
    assert target.accessible is not None
    try:
        name, (states,) = await asyncio.gather(
            bus.get(target.accessible, ACCESSIBLE, "Name"), bus.call(target.accessible, ACCESSIBLE, "GetState")
        )
    except CallFailed:
        return Window(application=target.application, pid=target.pid), False
    window = Window(title=str(name), application=target.application, pid=target.pid)
    return window, "active" in states_of(states)


def _facts(window: X11Window) -> Window:
    return Window(
        title=window.title,
        application=window.application,
        pid=window.pid,
        kind="dialog" if window.is_dialog else "window",
    )
