"""When sound begins and ends at a desktop's sound sink.

The sink takes sound in parts of 10 ms; what a part holds counts as heard when the part reaches the recorder.
"""

from __future__ import annotations

import array
import asyncio

from assistant.host.sound_sink import RATE, SAMPLE_BYTES, Recording

LOUD = 150  # of 32767: the sink's silence is exactly 0, espeak-ng's softest sounds are above this
SILENT_SECONDS = 0.3  # longer than any pause in the text that is spoken
WAIT_SECONDS = 20.0


async def first_sound(recording: Recording) -> float | None:
    """Wait for sound; return when it began, on perf_counter's clock. None if there is none."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                recording.grown.clear()
                if (began := next((moment for moment, part in recording.parts if is_loud(part)), None)) is not None:
                    return began
                await recording.grown.wait()
    except TimeoutError:
        return None


async def silence(recording: Recording) -> float | None:
    """Wait until it has been silent for SILENT_SECONDS; return when the last sound was. None if it goes on and on."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                recording.grown.clear()
                if (since := _silent_since(recording)) is not None:
                    return since
                await recording.grown.wait()
    except TimeoutError:
        return None


def is_loud(part: bytes) -> bool:
    """Whether there is sound in it; most parts are silence and cost next to nothing."""
    return bool(part.strip(b"\0")) and any(abs(sample) > LOUD for sample in array.array("h", part))


def _silent_since(recording: Recording) -> float | None:
    silent = 0.0
    for moment, part in reversed(recording.parts):
        if is_loud(part):
            return moment if silent >= SILENT_SECONDS else None
        silent += len(part) / SAMPLE_BYTES / RATE
    return recording.parts[0][0] if silent >= SILENT_SECONDS else None
