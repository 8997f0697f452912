"""The accessibility bus or the X server goes, and Watch goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from dbus_fast import Message, Variant

from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.wayland_desktop import WaylandDesktop
from assistant.watch.event import BusBack, BusLost, FocusMoved, Notification, ScreenLost, WindowActivated
from assistant.watch.watch import Watch
from harness import WAIT_SECONDS
from harness.windows import Windows
from watch.listening import PROGRAMS, listening, program

pytestmark = pytest.mark.desktop


async def test_the_bus_is_lost_and_back_and_a_new_dialog_is_told(fresh_desktop: VirtualDesktop) -> None:
    await enable_accessibility()
    async with listening() as heard:
        await fresh_desktop.restart_accessibility_bus()
        await heard.next(BusLost)
        await heard.next(BusBack)
        process = await fresh_desktop.start("zenity", "--question", "--text", "Go on?")

        activated = await heard.next(WindowActivated)
        focus = await heard.next(FocusMoved)

        assert activated.target.pid == process.pid
        assert activated.target.accessible is not None
        assert focus.accessible.bus_name == activated.target.accessible.bus_name


async def test_without_the_x_server_the_bus_goes_on_telling(fresh_desktop: VirtualDesktop) -> None:
    async with listening(keys={"Super+Alt+W": "window"}, stop_on_key=True) as heard:
        await fresh_desktop.kill_x()
        await heard.next(ScreenLost)
        heard.watch.hear_keys(False)

        announce(heard.bus, "Upload finished")

        assert (await heard.next(Notification)).text == "Upload finished"


async def test_a_dialog_on_wayland_is_told_by_the_bus_alone(wayland_desktop: WaylandDesktop) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        watcher = await wayland_desktop.start(sys.executable, str(PROGRAMS / "told.py"), stdout=subprocess.PIPE)
        assert watcher.stdout
        assert await watcher.stdout.readline() == b"watching\n"
        dialog = await wayland_desktop.start("zenity", "--question", "--text", "Go on?")
        told = (await watcher.stdout.read()).decode().splitlines()

    assert told == [f"WindowActivated ({dialog.pid}, None)", "FocusMoved None"]


async def test_a_watch_that_is_closed_hears_nothing_more(windows: Windows) -> None:
    async with AccessibilityBus() as bus:
        async with Watch(bus) as closed:
            pass
        async with Watch(bus) as open_one:
            window = await windows.open(*program("gtk3"))
            async with asyncio.timeout(WAIT_SECONDS):
                activated = await anext(open_one)

        assert isinstance(activated, WindowActivated)
        assert activated.target.accessible == window.accessible
        assert closed.active is None


def announce(bus: AccessibilityBus, text: str) -> None:
    """Send an announcement, as an application does."""
    assert bus._bus
    body = ["", 1, 0, Variant("s", text), {}]
    path, interface = "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Event.Object"
    bus._bus.send(Message.new_signal(path, interface, "Announcement", "siiva{sv}", body))
