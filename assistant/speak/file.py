"""The file voice: writes what would be spoken, for demos, tests and whoever wants a record. Its file has mode 0600."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from assistant.errors import SomethingMissing
from assistant.speak.espeak import EspeakVoice
from assistant.speak.voice import Sound, Utterance, Voice, speakable


def file_voice(file: Path) -> Voice:
    """Return the voice for a file: espeak-ng's sound for `.wav`, else JSON lines."""
    return EspeakVoice(file=file) if file.suffix.lower() == ".wav" else TranscriptVoice(file)


class TranscriptVoice:
    """Writes a JSON object for each utterance and sound when it ends.

        {"text": "Save changes?", "language": "en", "origin": "facts", "runs": [["Save changes?", "en"]],
         "began": 12.0, "ended": 12.0, "completed": true}
        {"sound": "started", "began": 12.1, "ended": 12.1, "completed": true}

    Times are seconds of time.monotonic. `completed` is false where `stop` or a cancellation cut it short.
    Speaking takes `seconds_per_character`: none, unless what happens meanwhile matters.
    """

    name = "file"

    def __init__(self, file: Path, *, seconds_per_character: float = 0.0) -> None:
        self._path, self._seconds_per_character = file, seconds_per_character
        self._file: IO[str] | None = None
        self._turn = asyncio.Lock()
        self._stopped = asyncio.Event()
        self._stops = 0

    async def __aenter__(self) -> Self:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise SomethingMissing(
                f"The file for the voice cannot be written: {self._path}. Choose another."
            ) from error
        os.fchmod(descriptor, 0o600)  # also where it was there before
        self._file = os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._file:
            self._file.close()

    def speaks(self, language: str) -> bool:  # noqa: ARG002 - any
        """Anything can be written."""
        return True

    async def say(self, utterance: Utterance) -> None:
        """See Voice."""
        text = speakable(utterance.text)
        if not text:
            return
        record = {
            "text": text,
            "language": utterance.runs[0].language,
            "origin": utterance.origin,
            "runs": [[speakable(run.text), run.language] for run in utterance.runs],
        }
        await self._take(record, len(text) * self._seconds_per_character)

    async def play(self, sound: Sound) -> None:
        """See Voice."""
        await self._take({"sound": sound.name}, 0.0)

    async def stop(self) -> None:
        """See Voice."""
        self._stops += 1
        self._stopped.set()
        self._stopped = asyncio.Event()

    async def _take(self, record: dict[str, Any], seconds: float) -> None:
        stops = self._stops
        async with self._turn:
            if stops != self._stops:
                return
            began = time.monotonic()
            completed = False
            try:
                if seconds:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._stopped.wait(), seconds)
                completed = stops == self._stops
            finally:
                self._write({**record, "began": began, "ended": time.monotonic(), "completed": completed})

    def _write(self, record: dict[str, Any]) -> None:
        if self._file and not self._file.closed:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
