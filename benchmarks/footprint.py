"""What a screen reader costs: memory, time until it first speaks, processor time while idle and for each focus move."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from assistant.host.processes import end
from benchmarks import focus
from benchmarks.dialog import ZENITY
from benchmarks.figures import Comparison, Result, Series, Target, Unit
from benchmarks.processes import Memory, Usage, memory, usage
from benchmarks.readers import QUIET_SECONDS, START_SECONDS, Reader, desktops, is_speech
from benchmarks.turns import in_turn, share_of

STARTS, WARM_UP = 6, 1
MOVES = 25
IDLE_ROUNDS, IDLE_SECONDS = 2, 10.0


@dataclass(frozen=True, slots=True)
class Life:
    """One start, up to having read a dialog."""

    first_speech_ms: float | None
    memory: Memory


async def run(share: float = 1.0, *, idle_seconds: float = IDLE_SECONDS) -> Result:
    """Start Sightline and Orca in turn; then leave both idle, and then move the focus in turn."""
    async with desktops() as both:
        lives = (partial(live, both[0]), partial(live, both[1]))
        await in_turn(WARM_UP, *lives)  # the first of all writes settings and caches
        starts = await in_turn(share_of(STARTS, share), *lives)
        running = [(await reader.started())[0] for reader in both]
        async with AsyncExitStack() as stack:
            ears = [await stack.enter_async_context(focus.window(reader, "gtk3")) for reader in running]
            idle = [await idle_usage(running, idle_seconds) for _ in range(IDLE_ROUNDS)]
            moves = [partial(cost_of_move, reader, ear) for reader, ear in zip(running, ears, strict=True)]
            await in_turn(focus.WARM_UP, *moves)
            costs = await in_turn(share_of(MOVES, share), *moves)
    return Result("footprint", "Memory, start, processor", _comparisons(starts, idle, costs, both[1].name), _NOTES)


async def live(reader: Reader) -> Life:
    """Start a reader, have it read a dialog, see what it holds, and end it."""
    running, first_speech = await reader.started()
    since = perf_counter()
    dialog = await running.desktop.start(*ZENITY)
    await running.server.request(is_speech, since=since, seconds=START_SECONDS)
    await running.server.quiet(QUIET_SECONDS)
    await asyncio.to_thread(end, [dialog.pid])
    await running.server.quiet(QUIET_SECONDS)
    held = memory(running.pid)
    await running.ended()
    return Life(first_speech, held)


async def idle_usage(running: list[Reader], seconds: float) -> list[Usage]:
    """Return what each reader uses in a while in which nothing happens."""
    before = [usage(reader.pid) for reader in running]
    await asyncio.sleep(seconds)
    return [usage(reader.pid) - earlier for reader, earlier in zip(running, before, strict=True)]


async def cost_of_move(reader: Reader, ear: focus.Ear) -> float:
    """Return the milliseconds on a core that a reader needs for one focus move."""
    before = usage(reader.pid)
    await focus.move(reader, ear)
    return (usage(reader.pid) - before).cpu_ms


def _comparisons(
    starts: list[list[Life]], idle: list[list[Usage]], costs: list[list[float]], rival: str
) -> tuple[Comparison, ...]:
    resident = [[life.memory.resident for life in lives] for lives in starts]
    proportional = [[life.memory.proportional for life in lives] for lives in starts]
    first_words = [[life.first_speech_ms for life in lives] for lives in starts]
    idle_ms = [[both[which].cpu_ms for both in idle] for which in (0, 1)]
    wake_ups = [[float(both[which].switches) for both in idle] for which in (0, 1)]

    def line(
        what: str,
        both: Sequence[Sequence[float | None]],
        unit: Unit,
        target: Target | None = None,
        headline: str = "",
    ) -> Comparison:
        ours, theirs = map(Series.of, both)
        return Comparison(what, ours, rival, theirs, unit, target, headline)

    return (
        line("memory after a dialog, resident (RSS)", resident, "MB", Target(0.8)),
        line("memory after a dialog, proportional (PSS)", proportional, "MB", Target(0.8), "Memory"),
        line("start → first speech request", first_words, "ms", Target(0.5), "Start, until it asks for speech"),
        line("processor time of a focus move", costs, "ms", Target(0.3), "Processor time of a focus move"),
        line("processor time, idle for 10 s", idle_ms, "ms"),
        line("wake-ups, idle for 10 s", wake_ups, "per 10 s", Target(0, is_ratio=False)),
    )


_NOTES = (
    """Sightline is `sightline run`, as its systemd unit starts it. Both speak through a speech-dispatcher (here: the
stand-in), whose memory is not counted; children of the reader are.""",
    """RSS counts shared libraries whole, PSS counts each page in parts for those who share it. MB are 1,000,000 bytes.
Processor time is the scheduler's own count in nanoseconds; wake-ups are context switches of all threads.""",
    """A start is timed from the process's start to the last word of its first text. The first start of each is not
counted, so that files are in the page cache for both.""",
)
