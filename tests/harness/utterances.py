"""What was uttered through the file voice, heard at once: its file is a pipe, so that nobody need look again."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from harness import WAIT_SECONDS


class Utterances:
    """Reads what a voice with the file `path` writes. `said` keeps all of it."""

    def __init__(self, path: Path, stream: asyncio.StreamReader) -> None:
        self.path, self._stream = path, stream
        self.said: list[str] = []

    async def next(self) -> dict[str, Any]:
        """Wait for the next utterance or sound; return it as the file voice writes it."""
        async with asyncio.timeout(WAIT_SECONDS):
            record: dict[str, Any] = json.loads(await self._stream.readline())
        if "text" in record:
            self.said.append(record["text"])
        return record

    async def until(self, words: str) -> list[str]:
        """Wait for an utterance with these words; return all since the beginning."""
        while not any(words in text for text in self.said):
            await self.next()
        return self.said


@asynccontextmanager
async def utterances(path: Path) -> AsyncIterator[Utterances]:
    """Make a pipe for a file voice, and read it: `async with utterances(tmp_path / "said.jsonl") as heard`."""
    os.mkfifo(path, 0o600)
    # for reading and writing, so that it does not end when a voice that died is replaced
    with os.fdopen(os.open(path, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0) as pipe:
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        try:
            yield Utterances(path, stream)
        finally:
            transport.close()
