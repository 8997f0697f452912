"""The X server gives the number of a closed window to the next program's window."""

from __future__ import annotations

import asyncio

import pytest

from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.watch.event import WindowActivated
from assistant.watch.watch import Watch
from harness import WAIT_SECONDS
from harness.windows import Windows

pytestmark = pytest.mark.desktop


async def activated(watch: Watch) -> WindowActivated:
    async with asyncio.timeout(WAIT_SECONDS):
        async for event in watch:
            if isinstance(event, WindowActivated):
                return event
    raise AssertionError("watch never ends")


async def test_a_window_with_the_number_of_a_closed_one_is_announced_as_its_own(windows: Windows) -> None:
    async with AccessibilityBus() as bus, X11Connection() as x11, Watch(bus, x11) as watch:
        one = await windows.zenity("--question", "--text", "One?")
        await activated(watch)
        await one.close()
        other = await windows.zenity("--question", "--text", "Two?")

        event = await activated(watch)

    assert (event.target.xid, event.target.pid) == (other.xid, other.pid)
    assert other.xid == one.xid
