"""The stage of the demo: opens programs on a virtual desktop and hears from watch which window has come."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from assistant.desktop.target import Accessible, Target
from assistant.host.processes import end
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.watch.event import DialogOpened, FocusMoved, WindowActivated, WindowExposed
from assistant.watch.watch import Watch

AGAIN_SECONDS = 1.0
FOCUS_SECONDS = 0.3
OPEN_SECONDS = 30.0  # a program starts in about one second; the first start on a cold disk takes longer


class Stage:
    """Where dialogs are opened, one after another."""

    def __init__(self, desktop: VirtualDesktop, watch: Watch) -> None:
        self.desktop, self._watch = desktop, watch
        self._programs: list[asyncio.subprocess.Process] = []

    @property
    def focus(self) -> Accessible | None:
        """The control that has the keyboard, as far as watch has told."""
        return self._watch.focus

    async def open(self, *arguments: str, language: str = "", keep_input_open: bool = False) -> Target:
        """Start a program; return its window when watch says that it has the keyboard."""
        process = await self.desktop.start(
            *arguments,
            env={"LANGUAGE": language} if language else {},
            stdin=subprocess.PIPE if keep_input_open else subprocess.DEVNULL,
        )
        self._programs.append(process)
        return await self._window()

    async def next_window(self, do: Callable[[], None]) -> Target:
        """Do something that opens a window; return the window."""
        do()
        return await self._window()

    async def loaded(self, window: Target, file: Path) -> None:
        """Wait until an editor shows a file."""
        xid, screen = window.xid, self.desktop.screen
        assert xid is not None
        async with asyncio.timeout(OPEN_SECONDS):
            await screen.until(lambda: file.name in screen.title(xid))
            await screen.drawn(xid)

    async def change(self, window: Target, text: str) -> None:
        """Type into an editor until its title tells of it: one that is still reading its file drops what is typed."""
        xid, screen = window.xid, self.desktop.screen
        assert xid is not None
        before = screen.title(xid)
        async with asyncio.timeout(OPEN_SECONDS):
            while screen.title(xid) == before:
                screen.type(text)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_SECONDS):
                        await screen.until(lambda: screen.title(xid) != before)

    async def clear(self) -> None:
        """End all programs."""
        await asyncio.to_thread(end, [process.pid for process in self._programs])
        for process in self._programs:
            await process.wait()
        self._programs.clear()

    def type(self, text: str) -> None:
        self.desktop.screen.type(text)

    def press(self, chord: str) -> None:
        self.desktop.press(chord)

    def write(self, name: str, text: str) -> Path:
        """Put a file into the desktop's home."""
        file = self.desktop.folder / "home" / name
        file.write_text(text, encoding="utf-8")
        return file

    async def _window(self) -> Target:
        async with asyncio.timeout(OPEN_SECONDS):
            target = await self._activated()
        with contextlib.suppress(TimeoutError):  # GTK 4 does not say where the focus is at first
            async with asyncio.timeout(FOCUS_SECONDS):
                await self._focused()
        return target

    async def _activated(self) -> Target:
        async for event in self._watch:
            if isinstance(event, WindowActivated | WindowExposed | DialogOpened) and event.target.accessible:
                return event.target
        raise AssertionError("watch never ends")

    async def _focused(self) -> None:
        async for event in self._watch:
            if isinstance(event, FocusMoved):
                return
