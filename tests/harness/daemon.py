"""Run the real daemon in a virtual desktop and read what it says as it says it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

from assistant.config import runtime_folder
from assistant.host.asking import answer_to
from assistant.host.virtual_desktop import PrivateSession
from harness import WAIT_SECONDS
from harness.ear import Ear

MARK = "That was all."


@dataclass
class RunningDaemon:
    """A daemon with the file voice. What it says comes through a pipe, so waiting for it needs no clock."""

    desktop: PrivateSession
    process: asyncio.subprocess.Process
    lines: asyncio.StreamReader
    logged_before: int
    """Characters in its log from daemons before it in the same desktop."""
    said: list[str] = field(default_factory=list)
    """All texts so far, in order, those that were cut included."""
    records: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> str:
        """Return the next text that is said."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                record = await self.record()
                if "text" in record:
                    return self.said[-1]

    async def record(self) -> dict[str, Any]:
        """Return the next text or sound, as the file voice writes it."""
        record: dict[str, Any] = json.loads(await self._line())
        self.records.append(record)
        if "text" in record:
            self.said.append(record["text"])
        return record

    async def _line(self) -> bytes:
        async with asyncio.TaskGroup() as tasks:
            line = tasks.create_task(self.lines.readline(), name="line")
            end = tasks.create_task(self.process.wait(), name="end")
            await asyncio.wait((line, end), return_when=asyncio.FIRST_COMPLETED)
            end.cancel()
            if not line.done():
                line.cancel()
        assert not line.cancelled(), f"the daemon has ended: {self.log()[-500:]}"
        return line.result()

    async def says(self, *words: str) -> str:
        """Wait until one sentence with all these words is said, from now on; return it."""
        heard = []
        try:
            while True:
                text = await self.next()
                heard.append(text)
                if all(word.casefold() in text.casefold() for word in words):
                    return text
        except TimeoutError:
            raise AssertionError(f"waited for {words}, heard {heard}") from None

    async def says_all(self, last: str) -> list[str]:
        """Return the sentences up to and with the one that has these words."""
        start = len(self.said)
        await self.says(last)
        return self.said[start:]

    def ask(self, **request: object) -> dict[str, Any]:
        """Ask it what the command line would ask."""
        return answer_to(runtime_folder(self.desktop.environment) / "control.sock", request)

    async def command(self, command: str) -> None:
        """Give it a command as `sightline COMMAND` does."""
        answer = await asyncio.to_thread(lambda: self.ask(request="command", id=command))
        assert "error" not in answer, answer

    async def use(self, profile: str) -> None:
        """Change to a profile, and wait until it has said so."""
        answer = await asyncio.to_thread(lambda: self.ask(request="profile", name=profile))
        assert "error" not in answer, answer
        await self.next()

    async def reading(self, sentences: int) -> list[str]:
        """Return the next so many sentences."""
        return [await self.next() for _ in range(sentences)]

    async def answer(self, command: str) -> list[str]:
        """Give a command that is answered aloud; return all sentences of the answer."""
        await self._mark()
        start = len(self.said)
        await self.command(command)
        await self.next()
        await self._mark()
        return self.said[start:-1]

    async def _mark(self) -> None:
        """Wait until all answers so far have been said, and what was said unasked has been said or dropped."""
        await asyncio.to_thread(lambda: self.ask(request="say", text=MARK))
        while await self.next() != MARK:
            pass

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit status."""
        async with asyncio.timeout(WAIT_SECONDS):
            return await self.process.wait()

    async def logs(self, words: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until these words are in its log: for what can be neither heard nor seen."""
        async with asyncio.timeout(seconds):
            while words not in self.log():  # noqa: ASYNC110 - a file tells nobody that it has grown
                await asyncio.sleep(0.05)

    def log(self) -> str:
        """Everything it has logged."""
        return _log(self.desktop)[self.logged_before :]


def _log(desktop: PrivateSession) -> str:
    file = desktop.folder / "log" / Path(sys.executable).name
    return file.read_text(encoding="utf-8") if file.exists() else ""


@dataclass(frozen=True)
class Outcome:
    """What a command of the command line has printed, and its exit status."""

    status: int
    out: str
    err: str


async def sightline(desktop: PrivateSession, *arguments: str, text: str = "", seconds: float = WAIT_SECONDS) -> Outcome:
    """Run `sightline …` in the desktop, `text` being its standard input."""
    program = Path(sys.executable).with_name("sightline")
    process = await desktop.start(program, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(seconds):
        out, err = await process.communicate(text.encode())
    assert process.returncode is not None
    return Outcome(process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def daemon_in(desktop: PrivateSession, settings: str = "", **environment: str) -> AsyncIterator[RunningDaemon]:
    """Start the daemon in this desktop with these settings (YAML); it is ready when this is entered."""
    pipe = desktop.folder / "utterances"
    with contextlib.suppress(FileExistsError):
        os.mkfifo(pipe)
        os.chown(pipe, desktop.folder.stat().st_uid, desktop.folder.stat().st_gid)  # root may be nobody in there
    _write_settings(desktop, f"speech: {{voice: file, file: {pipe}}}\n{settings}")
    before = len(_log(desktop))
    async with _reading(pipe) as lines:
        process = await desktop.start(
            sys.executable, "-m", "assistant.daemon", env={"SIGHTLINE_LOG": "DEBUG", **environment}
        )
        running = RunningDaemon(desktop, process, lines, before)
        try:
            await running.says("Sightline")
            yield running
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


@asynccontextmanager
async def audible_daemon_in(desktop: PrivateSession, ear: Ear) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the daemon with a voice that is heard at the sink; its greeting is over when this is entered."""
    _write_settings(desktop, "speech: {voice: espeak-ng}\n")
    process = await desktop.start(sys.executable, "-m", "assistant.daemon")
    try:
        await ear.hears_sound()
        await ear.hears_silence()
        ear.forget()
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _write_settings(desktop: PrivateSession, settings: str) -> None:
    file = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(settings, encoding="utf-8")


@asynccontextmanager
async def _reading(pipe: Path) -> AsyncIterator[asyncio.StreamReader]:
    descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # also a writer, so that it never ends by itself
    reader = asyncio.StreamReader()
    make: Callable[[], asyncio.StreamReaderProtocol] = lambda: asyncio.StreamReaderProtocol(reader)  # noqa: E731
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(make, os.fdopen(descriptor, "rb", buffering=0))
    try:
        yield reader
    finally:
        transport.close()
