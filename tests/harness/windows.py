"""Open real windows in a virtual desktop and wait until they are there: on the screen and on the accessibility bus."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.desktop.target import Accessible, Target
from assistant.host.processes import end
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.virtual_screen import OpenWindow
from harness import WAIT_SECONDS
from harness.tree import Tree

Toolkit = Literal["gtk3", "gtk4", "qt", "tk", "page", "drawn"]

PROGRAMS = Path(__file__).parent.parent / "windows"
SYSTEM_PYTHON = "/usr/bin/python3"  # it alone has gi
_PYTHONS = {"gtk3": SYSTEM_PYTHON, "gtk4": SYSTEM_PYTHON, "tk": SYSTEM_PYTHON}


@dataclass(frozen=True)
class TestWindow:
    """A window that a test has opened. `accessible` is None where the toolkit exposes none (Tk)."""

    __test__ = False  # its name begins like a test's

    desktop: VirtualDesktop
    process: asyncio.subprocess.Process
    shown: OpenWindow
    accessible: Accessible | None

    @property
    def xid(self) -> int:
        return self.shown.xid

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def target(self) -> Target:
        """The window as watch would name it."""
        return Target(accessible=self.accessible, xid=self.xid, pid=self.pid)

    async def close(self) -> None:
        """End its program and wait until the window has gone."""
        await asyncio.to_thread(end, [self.pid])
        await self.gone()

    async def drawn(self) -> None:
        """Wait until there is something to be seen in it."""
        async with asyncio.timeout(WAIT_SECONDS):
            await self.desktop.screen.drawn(self.xid)

    async def gone(self) -> None:
        """Wait until the window is no longer shown."""
        async with asyncio.timeout(WAIT_SECONDS):
            await self.desktop.screen.gone(self.shown)

    async def ended(self) -> int:
        """Wait for its program to end; return the exit status."""
        async with asyncio.timeout(WAIT_SECONDS):
            return await self.process.wait()


class Windows:
    """Opens windows. What it opened is closed by `close_all`."""

    def __init__(self, desktop: VirtualDesktop, tree: Tree) -> None:
        self.desktop, self.tree = desktop, tree
        self._open: list[TestWindow] = []

    async def gtk3(self, name: str, **options: str | int | bool) -> TestWindow:
        """Open a window of tests/windows/gtk3.py: `await windows.gtk3("save-changes", language="zh", dark=True)`."""
        return await self.program("gtk3", name, **options)

    async def gtk4(self, name: str, **options: str | int | bool) -> TestWindow:
        """Open a window of tests/windows/gtk4.py."""
        return await self.program("gtk4", name, **options)

    async def qt(self, name: str, **options: str | int | bool) -> TestWindow:
        """Open a window of tests/windows/qt.py."""
        return await self.program("qt", name, **options)

    async def tk(self, name: str, **options: str | int | bool) -> TestWindow:
        """Open a window of tests/windows/tk.py; it is on no accessibility bus."""
        return await self.program("tk", name, **options)

    async def page(self, name: str, **options: str | int | bool) -> TestWindow:
        """Open a page of tests/windows/page.py in Chromium, and wait until it has loaded."""
        return await self.program("page", name, **options)

    async def program(self, toolkit: Toolkit, name: str, **options: str | int | bool) -> TestWindow:
        """Open one of our own windows; options become `--language zh`, `--dark`, `--count 400`."""
        python = _PYTHONS.get(toolkit, sys.executable)
        arguments = [python, str(PROGRAMS / f"{toolkit}.py"), name]
        for option, value in options.items():
            if value is not False:
                arguments += [f"--{option}"] + ([] if value is True else [str(value)])
        window = await self.open(*arguments, has_tree=toolkit != "tk")
        if toolkit == "page":
            await self._loaded(window)
        return window

    async def zenity(self, *arguments: str, env: dict[str, str] | None = None, read_output: bool = False) -> TestWindow:
        """Open a zenity dialog: `await windows.zenity("--question", "--text", "Go on?")`."""
        return await self.open("zenity", *arguments, env=env, read_output=read_output)

    async def open(
        self,
        *arguments: str,
        env: dict[str, str] | None = None,
        has_tree: bool = True,
        title: str = "",
        read_output: bool = False,
    ) -> TestWindow:
        """Start a program; return when its window is shown, has the keyboard and is on the accessibility bus.

        With `read_output`, what it prints can be read from `window.process.stdout`.
        """
        screen = self.desktop.screen
        before = frozenset(screen.windows())
        process = await self.desktop.start(*arguments, env=env, stdout=subprocess.PIPE if read_output else None)
        async with asyncio.timeout(WAIT_SECONDS):
            shown = await screen.new_window(before, title)
            await screen.active(shown.xid)
            accessible = await self.tree.window(shown.pid or process.pid) if has_tree else None
            if accessible:
                await self.tree.focused(accessible)
        window = TestWindow(self.desktop, process, shown, accessible)
        self._open.append(window)
        return window

    async def _loaded(self, window: TestWindow) -> None:
        """Wait until a page has its title; before that the window is named after the file."""
        screen = self.desktop.screen
        async with asyncio.timeout(WAIT_SECONDS):
            await screen.until(lambda: not screen.title(window.xid).endswith("page.html"))

    async def next_window(self, before: TestWindow) -> TestWindow:
        """Wait for another window of the same program; return it."""
        screen = self.desktop.screen
        known = frozenset({before.shown})
        others = frozenset({before.accessible} if before.accessible else set())
        async with asyncio.timeout(WAIT_SECONDS):
            shown = await screen.new_window(known, pid=before.pid)
            await screen.active(shown.xid)
            accessible = await self.tree.window(before.pid, other_than=others)
        return TestWindow(self.desktop, before.process, shown, accessible)

    async def close_all(self) -> None:
        """Close whatever was opened."""
        for window in self._open:
            await window.close()
        self._open.clear()
