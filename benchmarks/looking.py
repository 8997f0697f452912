"""A virtual desktop of one's own and a Look at its windows, for benchmarks that compare what we read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

from assistant.config import Config
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.desktop.x11 import X11Connection
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look


class Looking(NamedTuple):
    """What is open while a benchmark looks."""

    desktop: VirtualDesktop
    bus: AccessibilityBus
    x11: X11Connection
    look: Look


@asynccontextmanager
async def looking(config: Config) -> AsyncIterator[Looking]:
    """Lend a desktop, in which this process lives meanwhile, and a Look at it."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop())
        stack.enter_context(living_in(desktop.environment))
        await enable_accessibility()
        bus = await stack.enter_async_context(AccessibilityBus())
        x11 = await stack.enter_async_context(X11Connection())
        look = await stack.enter_async_context(Look(bus, x11, config))
        yield Looking(desktop, bus, x11, look)
