"""What measures: the stand-in speech server, the ear at the sink, the count of processor time."""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count
from pathlib import Path
from time import perf_counter

from assistant.host.sound_sink import RATE, Recording
from assistant.speak import ssip
from benchmarks.processes import family, memory, usage
from benchmarks.sound import first_sound, silence
from benchmarks.speech_server import speech_server

PART_SECONDS = 0.01
SOUND = (1000).to_bytes(2, "little") * int(RATE * PART_SECONDS)
QUIET = bytes(len(SOUND))


def recorded(*parts: bytes) -> Recording:
    """Return what was recorded, one part each PART_SECONDS."""
    recording = Recording()
    recording.parts += [(number * PART_SECONDS, part) for number, part in zip(count(), parts, strict=False)]
    return recording


async def test_words_are_noted_when_the_last_of_them_has_come(tmp_path: Path) -> None:
    async with speech_server(tmp_path / "speech") as server:
        since = perf_counter()
        connection = await ssip.connect(server.address)
        message = connection.speak("<b>Save</b> changes?")
        assert await message.ended
        asked = await server.request(lambda request: "Save" in request.text, since=since, seconds=10)
        connection.close()

    assert asked
    assert asked.text == "Save changes?"
    assert since < asked.at < perf_counter()


async def test_what_is_being_spoken_can_be_cancelled(tmp_path: Path) -> None:
    async with speech_server(tmp_path / "speech") as server:
        server.speaks_seconds = 1000
        connection = await ssip.connect(server.address)
        message = connection.speak("A long text")
        await message.began.wait()
        await connection.command("CANCEL SELF")
        is_completed = await message.ended
        connection.close()

    assert not is_completed


async def test_words_that_never_come_are_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with speech_server(tmp_path / "speech") as server:
        assert await server.request(lambda _: True, since=0, seconds=0.01) is None


async def test_sound_begins_with_the_first_part_that_has_any() -> None:
    assert await first_sound(recorded(QUIET, QUIET, SOUND, SOUND)) == 0.02


async def test_silence_begins_with_the_last_sound_and_a_pause_is_none() -> None:
    pause = [QUIET] * 20

    assert await silence(recorded(SOUND, *pause, SOUND, *[QUIET] * 40)) == 21 * PART_SECONDS


async def test_processor_time_and_memory_count_children_too() -> None:
    spin = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7)); print(1); input()'])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", spin, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    await process.stdout.readline()

    parts, used, held = family(process.pid), usage(process.pid), memory(process.pid)
    own = memory(os.getpid())
    await process.communicate(b"\n")

    assert len(parts) == 2
    assert used.cpu_ms > 10  # nobody adds ten million numbers in less
    assert used.switches > 0
    assert 0 < held.proportional <= held.resident
    assert 0 < own.proportional <= own.resident
