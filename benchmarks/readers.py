"""Screen readers to be measured: Sightline and Orca, each in a private desktop with a speech server of its own."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from assistant.desktop.accessibility import enable_accessibility
from assistant.errors import SomethingMissing
from assistant.host.living import living_in
from assistant.host.processes import end
from assistant.host.virtual_desktop import VirtualDesktop
from benchmarks.machine import orca_version
from benchmarks.speech_server import Request, SpeechServer, speech_server

START_SECONDS = 30.0
QUIET_SECONDS = 0.6  # a reader that has asked for nothing for so long is done with its window
ECHOES = frozenset({"", "tab", "space", "return", "escape", "shift"})
"""What Orca says of the key itself."""

SYSTEM_PYTHON = "/usr/bin/python3"
"""It alone has gi."""

WINDOWS = Path(__file__).parent.parent / "tests" / "windows"


def sightline_command() -> Sequence[str]:
    """Return the command that its systemd unit runs, from the environment that runs the benchmark."""
    return str(Path(sys.executable).with_name("sightline")), "run"


def orca_command() -> Sequence[str]:
    return SYSTEM_PYTHON, "/usr/bin/orca", "--replace"


@dataclass(frozen=True)
class Reader:
    """A screen reader that runs in a desktop."""

    name: str
    desktop: VirtualDesktop
    server: SpeechServer
    command: Sequence[str]
    pid: int = 0

    async def started(self) -> tuple[Reader, float | None]:
        """Start it; return it with the time from its start to its first words, in milliseconds."""
        since = perf_counter()
        process = await self.desktop.start(*self.command, env={"SPEECHD_ADDRESS": self.server.address})
        first = await self.server.request(is_speech, since=since, seconds=START_SECONDS)
        await self.server.quiet(QUIET_SECONDS)
        reader = Reader(self.name, self.desktop, self.server, self.command, process.pid)
        return reader, (first.at - since) * 1000 if first else None

    async def ended(self) -> None:
        """End it."""
        await asyncio.to_thread(end, [self.pid])


@asynccontextmanager
async def desktops() -> AsyncIterator[tuple[Reader, Reader]]:
    """Lend two desktops: one for Sightline and one for Orca, neither started yet.

    Two, because GTK 3 holds every key back until Orca's key listener has answered: side by side, both would be late.
    """
    if shutil.which("orca") is None:
        raise SomethingMissing("Orca is what we compare with. Run: sudo apt install orca")
    async with AsyncExitStack() as stack:
        ours = await _reader(stack, "Sightline", sightline_command())
        yield ours, await _reader(stack, orca_version(), orca_command())


async def _reader(stack: AsyncExitStack, name: str, command: Sequence[str]) -> Reader:
    desktop = await stack.enter_async_context(VirtualDesktop())
    server = await stack.enter_async_context(speech_server(desktop.folder / "run" / "speech.sock"))
    with living_in(desktop.environment):
        await enable_accessibility()
    return Reader(name, desktop, server, command)


@asynccontextmanager
async def readers() -> AsyncIterator[tuple[Reader, Reader]]:
    """Lend Sightline and Orca, both running."""
    async with desktops() as (ours, theirs):
        yield (await ours.started())[0], (await theirs.started())[0]


def is_speech(request: Request) -> bool:
    """Whether these are words of a screen reader's own, and no echo of a key."""
    lowered = request.text.casefold()
    return lowered not in ECHOES and not lowered.startswith(("key ", "char "))


def test_window(toolkit: str, name: str, *options: str) -> tuple[str, ...]:
    """Return the command of one of our own windows."""
    python = sys.executable if toolkit == "qt" else SYSTEM_PYTHON
    return (python, str(WINDOWS / f"{toolkit}.py"), name, *options)
