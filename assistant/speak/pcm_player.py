"""Plays a short Sound for voices that have no sound stream of their own, through a program that ends with it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

from assistant.errors import SomethingMissing
from assistant.speak.voice import SAMPLE_RATE, Sound

_PLAYERS = (
    ("pacat", "--playback", "--raw", f"--rate={SAMPLE_RATE}", "--channels=1", "--format=s16le", "--latency-msec=30"),
    ("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(SAMPLE_RATE)),
)


class PcmPlayer:
    """At most one sound at a time; each waits for its turn with what the voice says."""

    def __init__(self, turn: asyncio.Lock) -> None:
        self._turn = turn
        self._stops = 0
        self._process: asyncio.subprocess.Process | None = None

    async def play(self, sound: Sound) -> None:
        """Return when it has been heard; cancelling or `stop` silences it, also while it waits."""
        stops = self._stops
        async with self._turn:
            if sound.samples and stops == self._stops:
                await self._play(sound)

    def stop(self) -> None:
        """Be silent at once."""
        self._stops += 1
        self._end()

    async def _play(self, sound: Sound) -> None:
        player = next((player for player in _PLAYERS if shutil.which(player[0])), None)
        if player is None:
            raise SomethingMissing("No program plays sounds here. Run: sudo apt install pulseaudio-utils")
        process = self._process = await asyncio.create_subprocess_exec(
            *player,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await process.communicate(sound.samples)
        finally:
            self._end()
            await process.wait()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
