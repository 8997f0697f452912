"""Tab is pressed: how long until the screen reader asks for speech about the control that has the focus now?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from dbus_fast import Message

from assistant.desktop.accessibility import AccessibilityBus
from assistant.host.living import living_in
from assistant.host.processes import end
from benchmarks.figures import Comparison, Result, Series, Target
from benchmarks.readers import QUIET_SECONDS, START_SECONDS, Reader, readers, test_window
from benchmarks.turns import in_turn, share_of

ROUNDS = 40
WARM_UP = 3
MOVE_SECONDS = 5.0
BETWEEN_SECONDS = 0.15  # Orca goes on after its first words; it shall not still be at the last key
CONTROLS = 150  # more than a run needs, so that the focus never goes round
LONG_SECONDS = 30.0
"""What a text takes that is always still being spoken when the next key is pressed."""

_TITLES = {"gtk3": "GTK 3", "qt": "Qt 6"}


@dataclass(frozen=True, slots=True)
class Move:
    """One focus move, in milliseconds; None where nothing came."""

    after_key: float | None
    after_event: float | None


@dataclass
class Ear:
    """When the bus told this process of each focus that was gained."""

    moments: list[float] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        if len(message.body) > 1 and message.body[1]:
            self.moments.append(perf_counter())

    def first_since(self, moment: float) -> float | None:
        return next((heard for heard in self.moments if heard >= moment), None)


async def run(share: float = 1.0, *, toolkits: Iterable[str] = _TITLES) -> Result:
    """Press Tab in turn in two desktops, one with Sightline and one with Orca."""
    comparisons: list[Comparison] = []
    async with readers() as both:
        for toolkit in toolkits:
            async with AsyncExitStack() as stack:
                ears = [await stack.enter_async_context(window(reader, toolkit)) for reader in both]
                for speaks_seconds in (0.0, LONG_SECONDS) if toolkit == "gtk3" else (0.0,):
                    for reader in both:
                        reader.server.speaks_seconds = speaks_seconds
                    moves = [partial(move, reader, ear) for reader, ear in zip(both, ears, strict=True)]
                    await in_turn(WARM_UP, *moves)
                    ours, theirs = await in_turn(share_of(ROUNDS, share), *moves)
                    comparisons += _comparisons(toolkit, speaks_seconds, ours, theirs, both[1].name)
                for reader in both:
                    reader.server.speaks_seconds = 0.0
    return Result("focus", "The focus moves", tuple(comparisons), _NOTES)


@asynccontextmanager
async def window(reader: Reader, toolkit: str) -> AsyncIterator[Ear]:
    """Open a window of check boxes in a reader's desktop; it is done with its greeting when this is entered."""
    desktop, ear = reader.desktop, Ear()
    with living_in(desktop.environment):
        bus = AccessibilityBus()
        await bus.__aenter__()
    try:
        await bus.subscribe(
            "object:state-changed:focused",
            ear.hear,
            interface="org.a11y.atspi.Event.Object",
            member="StateChanged",
            detail="focused",
        )
        since = perf_counter()
        process = await desktop.start(*test_window(toolkit, "big", f"--count={CONTROLS}"))
        await reader.server.request(lambda asked: "option" in asked.text.casefold(), since=since, seconds=START_SECONDS)
        await reader.server.quiet(QUIET_SECONDS)
        yield ear
        await asyncio.to_thread(end, [process.pid])
        await reader.server.quiet(QUIET_SECONDS)
    finally:
        await bus.__aexit__(None, None, None)


async def move(reader: Reader, ear: Ear) -> Move:
    """Press Tab; return when the new control's name was to be spoken."""
    since = perf_counter()
    reader.desktop.press("Tab")
    request = await reader.server.request(lambda asked: "Option" in asked.text, since=since, seconds=MOVE_SECONDS)
    await reader.server.quiet(BETWEEN_SECONDS)
    event = ear.first_since(since)
    after_key = (request.at - since) * 1000 if request else None
    return Move(after_key, (request.at - event) * 1000 if request and event else None)


def _comparisons(
    toolkit: str, speaks_seconds: float, ours: list[Move], theirs: list[Move], rival: str
) -> list[Comparison]:
    title = f"{_TITLES[toolkit]}, while speaking" if speaks_seconds else _TITLES[toolkit]
    key, event = "Tab pressed → speech request", "focus event arrives → speech request"
    is_headline = toolkit == "gtk3" and not speaks_seconds
    return [
        Comparison(
            f"{key}, {title}",
            Series.of(move.after_key for move in ours),
            rival,
            Series.of(move.after_key for move in theirs),
            target=Target(0.2),
            headline="Tab pressed, until it asks for speech" if is_headline else "",
        ),
        Comparison(
            f"{event}, {title}",
            Series.of(move.after_event for move in ours),
            rival,
            Series.of(move.after_event for move in theirs),
            target=Target(0.1),
        ),
    ]


_NOTES = (
    f"""Each reader has a desktop and a stand-in speech server of its own, alone with its window of {CONTROLS} check
boxes. Tab is pressed in one desktop, then in the other, the order changing every round.""",
    """A request counts when its last word has reached the speech server. Orca's echo of the key does not count.""",
    """The focus event's arrival is taken by a listener of the benchmark's own, on the reader's bus. “While
speaking”: the server is still busy with the last text when the key is pressed.""",
)
