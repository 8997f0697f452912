"""The player of short sounds: whose turn it is, and what a stop leaves. A program that writes what it gets plays."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.speak.pcm_player import PcmPlayer
from assistant.speak.voice import Sound

ONE, TWO, NONE = Sound("one", b"11"), Sound("two", b"22"), Sound("none", b"")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes]:
    """What was played since the test began."""
    file, program = tmp_path / "played", tmp_path / "pacat"
    file.touch()
    program.write_text(f'#!/bin/sh\ncat >> "{file}"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return file.read_bytes


async def test_sounds_are_played_one_after_another(played: Callable[[], bytes]) -> None:
    player = PcmPlayer(asyncio.Lock())

    await asyncio.gather(player.play(ONE), player.play(NONE), player.play(TWO))

    assert played() == b"1122"


async def test_a_sound_that_waits_while_it_is_stopped_is_not_played_and_the_next_is(
    played: Callable[[], bytes],
) -> None:
    turn = asyncio.Lock()
    player = PcmPlayer(turn)
    async with turn:
        waiting = asyncio.create_task(player.play(ONE))
        await asyncio.sleep(0)  # it waits for its turn now

        player.stop()

    await waiting
    await player.play(TWO)
    assert played() == b"22"
