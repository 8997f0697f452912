"""A private Wayland desktop comes up, as root and as anybody else, and its windows are on the accessibility bus."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.host.wayland_desktop import WaylandDesktop
from harness import WAIT_SECONDS

pytestmark = pytest.mark.desktop

NAMES_A_WINDOW = """
import asyncio, os, sys
from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus
from harness.tree import Tree
async def main():
    async with AccessibilityBus() as bus:
        tree = Tree(bus)
        await tree.listen()
        window = await tree.window(int(sys.argv[1]))
        await tree.focused(window)
        print(os.environ.get("DISPLAY"), os.geteuid(), await bus.get(window, ACCESSIBLE, "Name"))
asyncio.run(main())
"""
TESTS = str(Path(__file__).parent.parent)


async def test_a_gtk_window_is_on_the_accessibility_bus_without_x11(wayland_desktop: WaylandDesktop) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        dialog = await wayland_desktop.start("zenity", "--question", "--title", "Go on?", "--text", "Really?")
        await wayland_desktop.window("Go on?")

        reader = await wayland_desktop.start(
            *(sys.executable, "-c", NAMES_A_WINDOW, str(dialog.pid)),
            env={"PYTHONPATH": TESTS},
            stdout=subprocess.PIPE,
        )
        said, _ = await reader.communicate()

    display, user, title = said.decode().strip().split(" ", 2)
    assert (display, title) == ("None", "Go on?")
    assert int(user) != 0


async def test_the_focus_moves_when_told(wayland_desktop: WaylandDesktop) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        for title in ("One", "Two"):
            await wayland_desktop.start("zenity", "--info", "--title", title, "--text", "Hello")
            await wayland_desktop.window(title)

        await wayland_desktop.command('[title="One"] focus')

        await wayland_desktop.window("One")
