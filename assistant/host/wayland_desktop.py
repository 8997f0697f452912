"""A private Wayland desktop: sway with no screen. Used by tests; look and watch must work in it with no X11.

It has a keyboard, so that windows get the focus, but nobody presses its keys: of what wtype 0.4 presses, GTK 3
takes letters alone. A test moves the focus and activates controls through the accessibility bus.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from assistant.errors import SomethingMissing
from assistant.host.virtual_desktop import PrivateSession

# sway refuses to run as root. So root becomes nobody in a user namespace, and still owns what it owns. Where there are
# no such namespaces, as in Docker by default, it becomes nobody for good, and the desktop's folder with it.
_NOBODY = 65534
_IN_NAMESPACE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--")
_FOR_GOOD = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--")
_SETTINGS = """\
output HEADLESS-1 resolution {width}x{height} position 0 0
xwayland disable
default_border normal
exec echo $WAYLAND_DISPLAY $SWAYSOCK
"""
_HEADLESS = {
    "WLR_BACKENDS": "headless",
    "WLR_LIBINPUT_NO_DEVICES": "1",
    "WLR_RENDERER": "pixman",
    "WLR_HEADLESS_OUTPUTS": "1",
}
_FOREVER_MS = str(2**31 - 1)
_HEADER = struct.Struct("=6sII")  # magic, length, kind: sway-ipc(7)
_MAGIC = b"i3-ipc"
_KINDS = {"command": 0, "subscribe": 2, "tree": 4}


class NobodyCannotRead(SomethingMissing):
    """Root cannot be an ordinary user here, because what is to be run is for root alone."""


class WaylandDesktop(PrivateSession):
    """A private Wayland desktop with sway: `async with WaylandDesktop() as desktop`."""

    def __init__(
        self,
        *,
        size: tuple[int, int] = (1280, 900),
        locale: str = "C.UTF-8",
        sound: bool = False,
        namespaces: bool = True,
    ) -> None:
        super().__init__(locale=locale, sound=sound)
        self.size = size
        self._namespaces = namespaces

    async def command(self, command: str) -> None:
        """Have sway do something: `await desktop.command('[title="Save"] focus')`, see sway(5)."""
        await self._ask("command", command)

    async def window(self, title: str) -> None:
        """Wait until a window whose title contains these words has the keyboard."""
        async with self._sway() as (reader, writer):
            await _send(writer, "subscribe", json.dumps(["window"]))
            await _receive(reader)
            while title not in _focused_title(await self._ask("tree", "")):
                await _receive(reader)

    async def _become_nobody(self) -> None:
        self._prefix = _IN_NAMESPACE
        if self._namespaces and await self._runs("true"):
            return
        self._prefix = _FOR_GOOD
        for place in (self.folder, *self.folder.rglob("*")):
            os.chown(place, _NOBODY, _NOBODY)
        if not await self._runs(sys.executable, "-c", "import assistant"):
            raise NobodyCannotRead(
                "Wayland needs an ordinary user here, and none may read this Python or Sightline. Run this as one."
            )

    async def _runs(self, *program: str) -> bool:
        return await (await self.start(*program)).wait() == 0

    async def _start_screen(self) -> None:
        if os.geteuid() == 0:
            await self._become_nobody()
        self.environment |= {"GDK_BACKEND": "wayland", "QT_QPA_PLATFORM": "wayland"}
        width, height = self.size
        settings = self.folder / "sway"
        settings.write_text(_SETTINGS.format(width=width, height=height))
        sway = await self.start("sway", "-c", settings, env=_HEADLESS, stdout=subprocess.PIPE)
        assert sway.stdout is not None
        said = (await sway.stdout.readline()).decode().split()
        if len(said) != 2:
            raise SomethingMissing(f"sway could not start. What it says: {self.log('sway')}")
        self.environment["WAYLAND_DISPLAY"], self.environment["SWAYSOCK"] = said
        await self.start("wtype", "-s", _FOREVER_MS)  # a seat without a keyboard gives no window the focus

    async def _ask(self, kind: Literal["command", "tree"], payload: str) -> Any:
        async with self._sway() as (reader, writer):
            await _send(writer, kind, payload)
            return await _receive(reader)

    @asynccontextmanager
    async def _sway(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_unix_connection(self.environment["SWAYSOCK"])
        try:
            yield reader, writer
        finally:
            writer.close()


async def _send(writer: asyncio.StreamWriter, kind: str, payload: str) -> None:
    writer.write(_HEADER.pack(_MAGIC, len(payload.encode()), _KINDS[kind]) + payload.encode())
    await writer.drain()


async def _receive(reader: asyncio.StreamReader) -> Any:
    _, length, _ = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    return json.loads(await reader.readexactly(length))


def _focused_title(node: dict[str, Any]) -> str:
    """Return the title of the window that has the keyboard; "" if none has."""
    if node["focused"] and node.get("pid"):
        return node["name"] or ""
    return next(filter(None, map(_focused_title, node["nodes"] + node["floating_nodes"])), "")
