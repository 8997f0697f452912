"""A private desktop on a virtual screen, for the demo, the tests and the benchmarks.

It has its own home, X server, D-Bus, accessibility bus, window manager and, if wanted, sound sink, and it
needs no display, no login and no root. When it ends, everything that ran in it ends, whatever happened.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from dbus_fast import Message
from dbus_fast.aio import MessageBus

from assistant.host.png import png
from assistant.host.private_programs import PrivatePrograms
from assistant.host.processes import end, named
from assistant.host.sound_sink import SoundSink
from assistant.host.virtual_screen import VirtualScreen

START_SECONDS = 20.0  # everything is up in about 0.3 s on an idle machine; a busy one may take its time


class PrivateSession(PrivatePrograms):
    """What a private desktop of any kind has: a D-Bus, an accessibility bus, perhaps sound, and its programs."""

    def __init__(self, *, locale: str = "C.UTF-8", sound: bool = False) -> None:
        super().__init__(locale=locale)
        self._has_sound = sound
        self._sink: SoundSink | None = None

    async def __aenter__(self) -> Self:
        self._make_folder()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._start_screen()  # first, so that what D-Bus starts knows its screen
                await self._start_bus()
                if self._has_sound:
                    self._sink = await SoundSink.start(self)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    @property
    def sink(self) -> SoundSink:
        """The null sound sink; only with `sound=True`."""
        assert self._sink is not None, "this desktop was opened without sound"
        return self._sink

    async def restart_accessibility_bus(self) -> None:
        """End the accessibility bus under everybody's feet, and start a new one."""
        inside = self.processes
        services = named(inside, "at-spi-bus-launcher") | named(inside, "at-spi2-registryd")
        services |= {pid for pid in named(inside, "dbus-daemon") if pid != self._bus_pid}
        await asyncio.to_thread(end, services)
        await self.start_accessibility_bus()

    async def start_accessibility_bus(self) -> None:
        """Have the accessibility bus started, as the first program that asks for it does."""
        bus = await MessageBus(bus_address=self.environment["DBUS_SESSION_BUS_ADDRESS"]).connect()
        try:
            await bus.call(
                Message(destination="org.a11y.Bus", path="/org/a11y/bus", interface="org.a11y.Bus", member="GetAddress")
            )
        finally:
            bus.disconnect()

    # Beginning and end

    async def _start_bus(self) -> None:
        address = await self.start_and_read(
            ("--print-address=%d",),
            "dbus-daemon",
            "--session",
            "--nofork",
            "--nopidfile",
            f"--address=unix:path={self.folder / 'run' / 'bus'}",
        )
        self._bus_pid = self._processes[-1].pid
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address

    async def _start_screen(self) -> None:
        raise NotImplementedError  # X11 and Wayland each have their own


class VirtualDesktop(PrivateSession):
    """A private X11 desktop: `async with VirtualDesktop() as desktop: await desktop.start("zenity", "--info")`."""

    def __init__(self, *, size: tuple[int, int] = (1280, 900), locale: str = "C.UTF-8", sound: bool = False) -> None:
        super().__init__(locale=locale, sound=sound)
        self.size = size
        self._screen: VirtualScreen | None = None

    @property
    def screen(self) -> VirtualScreen:
        """Windows, keys and pixels of this desktop."""
        assert self._screen is not None, "the desktop is not open"
        return self._screen

    @property
    def display(self) -> str:
        """The X display (":99")."""
        return self.environment["DISPLAY"]

    def press(self, *chords: str) -> None:
        """Press keys one after another: `press("Tab", "Alt+Y")`."""
        self.screen.press(*chords)

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return png(*self.screen.picture())

    async def kill_x(self) -> None:
        """End the X server under everybody's feet."""
        await asyncio.to_thread(end, [self._x_pid], polite_seconds=0)
        number = self.display.removeprefix(":")
        for left_behind in (Path(f"/tmp/.X{number}-lock"), Path(f"/tmp/.X11-unix/X{number}")):  # noqa: S108
            left_behind.unlink(missing_ok=True)

    async def _start_screen(self) -> None:
        width, height = self.size
        number = await self.start_and_read(
            ("-displayfd", "%d"),
            "Xvfb",
            "-screen",
            "0",
            f"{width}x{height}x24",
            "-nolisten",
            "tcp",
            "-noreset",
        )
        self._x_pid = self._processes[-1].pid
        self.environment["DISPLAY"] = f":{number}"
        self._screen = VirtualScreen(self.display)
        await self.start("openbox", "--sm-disable")
        await self._screen.window_manager()

    async def _end(self) -> None:
        if self._screen:
            self._screen.close()
        await super()._end()
