"""The facts of a window of 9, 400 and 4000 widgets: our look beside a walk through libatspi, and how both grow."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.target import Target as Window
from assistant.errors import NothingToLookAt
from assistant.host.processes import end
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look
from benchmarks import figures
from benchmarks.figures import Comparison, Result, Series, amount
from benchmarks.looking import looking
from benchmarks.readers import SYSTEM_PYTHON
from benchmarks.turns import in_turn, share_of

HERE = Path(__file__).parent
ROUNDS = {9: 20, 400: 8, 4000: 3}
ZENITY = ("zenity", "--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")
RIVAL = "libatspi walk"
EVERYTHING = Config(look=LookConfig(tree_ms=10_000, elements=100_000))
_TITLES = {"gtk3": "GTK 3", "qt": "Qt 6"}
_TARGETS = {"gtk3": figures.Target(0.05), "qt": figures.Target(0.4)}
_BUSY_SECONDS = 60.0  # GTK 3 needs a while to lay 4000 widgets out


class Both:
    """Our look and the rival's walk at one window."""

    def __init__(self, bus: AccessibilityBus, look: Look, walker: asyncio.subprocess.Process, pid: int) -> None:
        self._bus, self._look, self._walker, self._pid = bus, look, walker, pid
        self._window = Window()
        self.seen = 0
        """Elements in our last Scene."""
        self.unread = 0
        """Nodes that our last look has left out."""
        self.nodes = 0
        """Nodes that the rival's last walk has found."""
        self.calls = 0
        """Calls of our last look."""

    async def find(self) -> None:
        """Find the window, and wait until its program has time for us."""
        async with asyncio.timeout(_BUSY_SECONDS):
            while True:
                try:
                    self._window = await self._look.active_window()
                    await self.ours()
                except NothingToLookAt:
                    continue
                return

    async def ours(self) -> float:
        calls, started = self._bus.calls, perf_counter()
        snapshot = await self._look.scene(self._window)
        took = (perf_counter() - started) * 1000
        self.seen, self.unread = len(snapshot.scene.elements), snapshot.scene.unread
        self.calls = self._bus.calls - calls
        return took

    async def theirs(self) -> float:
        assert self._walker.stdin
        assert self._walker.stdout
        self._walker.stdin.write(f"{self._pid}\n".encode())
        took, nodes = (await self._walker.stdout.readline()).split()
        self.nodes = int(nodes)
        return float(took)


async def run(share: float = 1.0, *, counts: Iterable[int] = ROUNDS) -> Result:
    """Look at windows and walk them, in turn."""
    comparisons, notes = [], []
    async with looking(EVERYTHING) as (desktop, bus, x11, look), Look(bus, x11) as quick_look:
        walker = await _walker(desktop)
        for toolkit, count in ((t, c) for c in counts for t in (("gtk3", "qt") if c != 9 else ("gtk3",))):
            async with _opened(desktop, toolkit, count) as pid:
                both = Both(bus, look, walker, pid)
                await both.find()
                ours, theirs = await in_turn(share_of(ROUNDS[count], share), both.ours, both.theirs)
                comparisons.append(_comparison(toolkit, count, ours, theirs))
                notes.append(
                    f"{_TITLES[toolkit]}, {count} widgets: the walk visits {both.nodes} nodes; our Scene has "
                    f"{both.seen} elements, read in {both.calls} calls."
                )
                if count == max(ROUNDS):
                    bounded = Both(bus, quick_look, walker, pid)
                    await bounded.find()
                    took = await bounded.ours()
                    notes[-1] += (
                        f" Bounded as in the daemon ({Config().look.tree_ms} ms) it takes {amount(took)} ms "
                        f"for {bounded.seen} elements, and {bounded.unread} nodes are said to be left."
                    )
    return Result("snapshot", "The facts of a window", tuple(comparisons), (_NOTE, *notes))


async def _walker(desktop: VirtualDesktop) -> asyncio.subprocess.Process:
    process = await desktop.start(
        SYSTEM_PYTHON, HERE / "libatspi_walk.py", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    await process.stdout.readline()
    return process


@asynccontextmanager
async def _opened(desktop: VirtualDesktop, toolkit: str, count: int) -> AsyncIterator[int]:
    """Open a window of so many widgets; it is drawn when this is entered."""
    python = sys.executable if toolkit == "qt" else SYSTEM_PYTHON
    command = ZENITY if count == 9 else (python, str(HERE / "many_widgets.py"), toolkit, str(count))
    process = await desktop.start(*command)
    async with asyncio.timeout(_BUSY_SECONDS):
        window = await desktop.screen.window(pid=process.pid)
        await desktop.screen.active(window.xid)
        await desktop.screen.drawn(window.xid)
    yield process.pid
    await asyncio.to_thread(end, [process.pid])
    await desktop.screen.gone(window)


def _comparison(toolkit: str, count: int, ours: list[float], theirs: list[float]) -> Comparison:
    what = "zenity question, 9 widgets" if count == 9 else f"{_TITLES[toolkit]}, {count:,} widgets"
    return Comparison(
        what,
        Series.of(ours),
        RIVAL,
        Series.of(theirs),
        target=None if count == 9 else _TARGETS[toolkit],
        headline="A window of 400 widgets is read (GTK 3)" if (toolkit, count) == ("gtk3", 400) else "",
    )


_NOTE = """Check boxes in groups of twenty in a scrolled window. The walk reads name, description, role, states and
extents of every node, with a listener registered and a fresh cache; our look reads what its Scene needs, with its
bounds lifted. GTK calls scrolled-out widgets hidden, so they are in the walk and not in our Scene; Qt does not."""
