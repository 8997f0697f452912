"""A server that speaks OpenAI's protocol as a test tells it to, and says what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVENTS = "text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: Any


class Talk:
    """One request being answered."""

    def __init__(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked, self._reader, self._writer = asked, reader, writer

    async def begin(self, status: int = 200, kind: str = EVENTS, **headers: str) -> None:
        """Send the head of a response whose end is the end of the connection."""
        lines = [f"HTTP/1.1 {status} As told", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def event(self, data: object) -> None:
        await self.send(f"data: {json.dumps(data)}\n\n".encode())

    async def say(self, *texts: str) -> None:
        for text in texts:
            await self.event({"choices": [{"index": 0, "delta": {"content": text}}]})

    async def finish(self, reason: str = "stop") -> None:
        await self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        await self.send(b"data: [DONE]\n\n")

    def die(self) -> None:
        """Reset the connection, as the kernel does for a process that was killed."""
        self._writer.transport.abort()

    async def until_hung_up(self) -> None:
        """Return when the other side has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(1 << 16):
                pass


Play = Callable[[Talk], Awaitable[None]]


@dataclass(slots=True)
class ScriptedModel:
    """Where the server is, and what it was asked."""

    url: str
    asked: list[Asked]


@contextlib.asynccontextmanager
async def scripted_model(
    play: Play, *, socket: Path | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ScriptedModel]:
    """Serve until left, on loopback or at a Unix socket; `play` answers each request."""
    asked: list[Asked] = []
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        task.add_done_callback(talks.discard)
        try:
            asked.append(await _read(reader))
            await play(Talk(asked[-1], reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):  # the client went away, as some tests want
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    if socket is not None:
        server = await asyncio.start_unix_server(talk, socket)
        url = ""
    else:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield ScriptedModel(url, asked)
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:]) if name}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(head[0].split()[1], headers, json.loads(body or b"null"))
