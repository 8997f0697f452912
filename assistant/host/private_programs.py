"""The programs of a private desktop: its folder, its environment, and whatever was started in them."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from assistant.errors import SomethingMissing
from assistant.host.processes import Keeper, end_marked, marked, new_mark

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


class PrivatePrograms:
    """A folder, an environment of its own, and programs that end together. PrivateSession opens and ends it."""

    def __init__(self, *, locale: str) -> None:
        self.locale = locale
        self.folder = Path()
        self.environment: dict[str, str] = {}
        """What programs in this desktop are started with."""
        self._prefix: tuple[str, ...] = ()
        """What every program is started through."""
        self._mark = new_mark()
        self._keeper: Keeper | None = None
        self._processes: list[asyncio.subprocess.Process] = []

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

    async def _end(self) -> None:
        await asyncio.to_thread(end_marked, self._mark)
        for process in self._processes:
            await process.wait()
        self._processes.clear()
        if self._keeper:
            await asyncio.to_thread(self._keeper.close)
