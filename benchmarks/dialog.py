"""A dialog opens: how long from its being shown until the screen reader asks for the first speech about it?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import Any

from Xlib import X
from Xlib.display import Display

from assistant.host.processes import end
from benchmarks.figures import Comparison, Result, Series, Target
from benchmarks.readers import QUIET_SECONDS, START_SECONDS, Reader, is_speech, readers, test_window
from benchmarks.speech_server import Request
from benchmarks.turns import in_turn, share_of

ROUNDS = {"zenity": 15, "gtk3": 15, "qt": 10}
WARM_UP = 1
ZENITY = ("zenity", "--question", "--title", "Delete file?", "--text", "Do you want to delete report.odt for good?")

Opening = Callable[[Reader, "Shown"], Awaitable[float | None]]


class Shown:
    """When windows were shown in a desktop, as the X server tells everybody who asks."""

    def __init__(self, name: str) -> None:
        self._display = Display(name)
        self._display.set_error_handler(lambda *_: None)  # a window may vanish between two requests
        self._display.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._display.sync()
        self._moments: list[float] = []
        asyncio.get_running_loop().add_reader(self._display.fileno(), self._read)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._display.fileno())
        self._display.close()

    def first_since(self, moment: float) -> float | None:
        return next((shown for shown in self._moments if shown >= moment), None)

    def _read(self) -> None:
        now = perf_counter()
        while self._display.pending_events():
            event: Any = self._display.next_event()
            if event.type == X.MapNotify:
                self._moments.append(now)


async def run(share: float = 1.0, *, kinds: Iterable[str] = ROUNDS) -> Result:
    """Open dialogs in turn in two desktops, one with Sightline and one with Orca."""
    comparisons = []
    async with readers() as both, shown_in(both[0]) as ours_shown, shown_in(both[1]) as theirs_shown:
        for kind in kinds:
            what, headline, opened = _KINDS[kind]
            openings = (partial(opened, both[0], ours_shown), partial(opened, both[1], theirs_shown))
            await in_turn(WARM_UP, *openings)
            ours, theirs = await in_turn(share_of(ROUNDS[kind], share), *openings)
            comparisons.append(
                Comparison(
                    f"dialog shown → first speech request, {what}",
                    Series.of(ours),
                    both[1].name,
                    Series.of(theirs),
                    target=Target(0.4),
                    headline=headline,
                )
            )
    return Result("dialog", "A dialog opens", tuple(comparisons), _NOTES)


@asynccontextmanager
async def shown_in(reader: Reader) -> AsyncIterator[Shown]:
    shown = Shown(reader.desktop.display)
    try:
        yield shown
    finally:
        shown.close()


async def new_program(command: tuple[str, ...], reader: Reader, shown: Shown) -> float | None:
    """Start a program that is a dialog."""
    since = perf_counter()
    process = await reader.desktop.start(*command)
    return await _spoken(reader, shown, since, process.pid)


async def over_its_window(reader: Reader, shown: Shown) -> float | None:
    """Press the button of a window that opens a dialog."""
    since = perf_counter()
    process = await reader.desktop.start(*test_window("gtk3", "opens-dialog"))
    await reader.server.request(is_speech, since=since, seconds=START_SECONDS)
    await reader.server.quiet(QUIET_SECONDS)
    since = perf_counter()
    reader.desktop.press("Enter")
    return await _spoken(reader, shown, since, process.pid)


async def _spoken(reader: Reader, shown: Shown, since: float, pid: int) -> float | None:
    """Wait for the first speech after a window was shown; return how long it took."""

    def is_about_it(asked: Request) -> bool:
        mapped = shown.first_since(since)
        return mapped is not None and asked.at >= mapped and is_speech(asked)

    request = await reader.server.request(is_about_it, since=since, seconds=START_SECONDS)
    mapped = shown.first_since(since)
    await reader.server.quiet(QUIET_SECONDS)
    await asyncio.to_thread(end, [pid])
    await reader.server.quiet(QUIET_SECONDS)
    return (request.at - mapped) * 1000 if request and mapped else None


_KINDS: dict[str, tuple[str, str, Opening]] = {
    "zenity": (
        "zenity (GTK 3), a new program",
        "A dialog opens, until it asks for speech",
        partial(new_program, ZENITY),
    ),
    "gtk3": ("GTK 3, over its own window", "", over_its_window),
    "qt": ("Qt 6, a new program", "", partial(new_program, test_window("qt", "save-changes"))),
}

_NOTES = (
    """From the X server's word that the window is shown (MapNotify) to the last word of the first text that is no echo
of a key. Each dialog is a new program, or a new program's button is pressed; it is ended before the next.""",
)
