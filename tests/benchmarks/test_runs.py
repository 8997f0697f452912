"""Every benchmark runs, in small, and brings figures of both sides home. How fast is for the benchmarks to say."""

from __future__ import annotations

import pytest

from benchmarks import dialog, focus, footprint, picture, sight, sight_signs, snapshot, voices
from benchmarks.figures import Result

pytestmark = pytest.mark.desktop

TINY = 0.01


def brought(result: Result) -> list[tuple[int, int, int, int]]:
    """Return for each line how many measurements came and how many never did, ours and the rival's."""
    return [
        (line.ours.count, line.ours.missed, line.rival.count, line.rival.missed)
        for line in result.comparisons
        if line.rival
    ]


async def test_focus_moves_are_timed_in_both_readers() -> None:
    result = await focus.run(TINY, toolkits=("gtk3",))

    assert brought(result) == [(1, 0, 1, 0)] * 4


async def test_dialogs_are_timed_in_both_readers() -> None:
    result = await dialog.run(TINY, kinds=("zenity",))

    assert brought(result) == [(1, 0, 1, 0)]


async def test_a_snapshot_is_timed_beside_a_walk() -> None:
    result = await snapshot.run(TINY, counts=(9,))

    assert brought(result) == [(1, 0, 1, 0)]
    assert "the walk visits 9 nodes" in result.notes[-1]


async def test_every_voice_is_timed_beside_bare_pyttsx3() -> None:
    result = await voices.run(TINY)

    assert set(brought(result)) == {(1, 0, 1, 0)}
    assert {"request → first sound, espeak-ng", "stop → silence, pyttsx3"} <= {line.what for line in result.comparisons}


async def test_memory_start_and_processor_time_of_both_readers_are_taken() -> None:
    result = await footprint.run(TINY, idle_seconds=0.1)

    assert brought(result) == [(1, 0, 1, 0)] * 4 + [(2, 0, 2, 0)] * 2


async def test_a_picture_is_timed_beside_a_grab() -> None:
    result = await picture.run(TINY)

    assert brought(result) == [(1, 0, 1, 0)] * 2
    assert "800×600" in result.comparisons[0].what


@pytest.mark.timeout(400)  # every toolkit's renderer is started once
async def test_text_controls_and_icons_are_read_from_pixels_in_one_run() -> None:
    pytest.importorskip("rapidocr")
    pytest.importorskip("tesserocr")

    result = await sight.run(TINY)

    of_text, of_controls = 9, 2 * 3
    of_signs = 1 if sight_signs.unseen_fonts() else 0  # their fonts come with the set "training"
    assert brought(result) == [(1, 0, 1, 0)] * (of_text + of_controls + of_signs)
    assert {"named controls missed, held-out toolkit, GTK 4", "icons named wrongly, of those named"} <= {
        line.what for line in result.comparisons
    }
    assert next(line for line in result.comparisons if line.what.startswith("words missed")).is_met
