"""A private desktop on a virtual screen, for the demo, the tests and the benchmarks.

It has its own home, X server, D-Bus, accessibility bus, window manager and, if wanted, sound sink, and it
needs no display, no login and no root. When it ends, everything that ran in it ends, whatever happened.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from dbus_fast import Message
from dbus_fast.aio import MessageBus

from assistant.errors import SomethingMissing
from assistant.host.png import png
from assistant.host.processes import Keeper, end, end_marked, marked, named, new_mark
from assistant.host.sound_sink import SoundSink
from assistant.host.virtual_screen import VirtualScreen

START_SECONDS = 20.0  # everything is up in about 0.3 s on an idle machine; a busy one may take its time
_PACKAGES = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "openbox": "openbox",
    "pulseaudio": "pulseaudio",
    "sway": "sway",
    "unshare": "util-linux",
    "pactl": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
}
_TAKEN_ALONG = ("PATH", "USER", "LOGNAME", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH")  # nothing else of ours gets in
_TOOLKITS = {
    "GDK_BACKEND": "x11",
    "QT_QPA_PLATFORM": "xcb",
    "GSETTINGS_BACKEND": "memory",
    "GSK_RENDERER": "cairo",  # GTK 4 without a graphics card
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "0",
    "GTK_USE_PORTAL": "0",
}


class PrivateSession:
    """What a private desktop of any kind has: a folder, an environment, a D-Bus, and programs that end with it."""

    def __init__(self, *, locale: str = "C.UTF-8", sound: bool = False) -> None:
        self.locale = locale
        self.folder = Path()
        self.environment: dict[str, str] = {}
        """What programs in this desktop are started with."""
        self._has_sound = sound
        self._prefix: tuple[str, ...] = ()
        """What every program is started through."""
        self._sink: SoundSink | None = None
        self._mark = new_mark()
        self._keeper: Keeper | None = None
        self._processes: list[asyncio.subprocess.Process] = []

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

    @property
    def processes(self) -> set[int]:
        """The ids of all processes that run in this desktop now."""
        return marked(self._mark)

    async def start(
        self,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: int | IO[bytes] | None = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> asyncio.subprocess.Process:
        """Start a program in the desktop; what it prints goes to `log/NAME` in the desktop's folder.

        SomethingMissing if there is no such program.
        """
        name = Path(arguments[0]).name
        environment = {**self.environment, **(env or {})}
        if shutil.which(str(arguments[0]), path=environment.get("PATH")) is None:
            raise SomethingMissing(
                f"The program {name} is not installed. Run: sudo apt install {_PACKAGES.get(name, name)}"
            )
        with (self.folder / "log" / name).open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *self._prefix,
                *arguments,
                env=environment,
                cwd=self.folder / "home",
                stdin=stdin,
                stdout=log if stdout is None else stdout,
                stderr=log if stderr is None else stderr,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    async def start_and_read(self, descriptor_option: Sequence[str], *arguments: str) -> str:
        """Start a program that writes one line to a descriptor when it is ready; return the line."""
        reading, writing = os.pipe()
        try:
            option = [part.replace("%d", str(writing)) for part in descriptor_option]
            process = await self.start(*arguments, *option, pass_fds=(writing,))
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            stream = asyncio.StreamReader()
            loop = asyncio.get_running_loop()
            transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), pipe)
            try:
                line = await stream.readline()
            finally:
                transport.close()
        if not line:
            await process.wait()
            raise SomethingMissing(
                f"{arguments[0]} could not start (status {process.returncode}). What it says: {self.log(arguments[0])}"
            )
        return line.decode().strip()

    def log(self, program: str) -> str:
        """Return the end of what a program of this name has printed."""
        return (self.folder / "log" / program).read_text(errors="replace")[-2000:].strip()

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

    def _make_folder(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sightline-desktop-"))
        self._keeper = Keeper(self._mark, self.folder)
        for name in ("home", "run", "tmp", "log"):
            (self.folder / name).mkdir(mode=0o700)
        home = self.folder / "home"
        self.environment = {name: os.environ[name] for name in _TAKEN_ALONG if name in os.environ} | {
            self._mark: "1",
            "HOME": str(home),
            "TMPDIR": str(self.folder / "tmp"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder / 'run' / 'system'}",  # nobody: not the machine's own
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "LANG": self.locale,
            **_TOOLKITS,
        }

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

    async def _end(self) -> None:
        await asyncio.to_thread(end_marked, self._mark)
        for process in self._processes:
            await process.wait()
        self._processes.clear()
        if self._keeper:
            await asyncio.to_thread(self._keeper.close)


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
