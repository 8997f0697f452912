"""As much HTTP/1.1 as an engine on a Unix socket needs: requests in, whole or streamed answers out, hang-ups noticed.

h11 (https://h11.readthedocs.io) does the protocol; nothing here knows what is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import h11

LARGEST_BODY = 64 << 20  # bytes; a 4K picture as PNG in base64 is rarely over 20
_CHUNK = 1 << 16
_JSON = [("content-type", "application/json")]
_EVENTS = [("content-type", "text/event-stream"), ("cache-control", "no-store")]


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What a client asks."""

    method: str
    path: str
    body: bytes
    peer: str
    """Tells this client process from others."""


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """An answer that is sent whole."""

    status: int
    content: Any


Stream = AsyncIterator[Any]
Handler = Callable[[Request], Awaitable[Reply | Stream]]


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handle: Handler) -> None:
    """Answer one connection's requests until it ends. A client that hangs up cancels what it asked for."""
    connection = _Connection(reader, writer)
    try:
        while await connection.serve_one(handle):
            pass
    except (OSError, h11.ProtocolError):  # it went away, or speaks no HTTP
        pass
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_CHUNK)
        self._peer = _peer(writer)

    async def serve_one(self, handle: Handler) -> bool:
        """Answer one request; return whether another may follow."""
        try:
            request = await self._request()
        except h11.RemoteProtocolError as error:
            await self._send(Reply(error.error_status_hint, _error("This is no request that can be understood.")))
            return False
        if request is None:
            return False
        if isinstance(request, Reply):
            await self._send(request)
            return False
        if not await self._answer(request, handle):
            return False
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            return True
        return False

    async def _request(self) -> Request | Reply | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    await self._write(h11.InformationalResponse(status_code=100, headers=[]))
                self._http.receive_data(await self._reader.read(_CHUNK))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > LARGEST_BODY:
                    return Reply(413, _error("The request is too large."))
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return Request(head.method.decode(), head.target.decode(), bytes(body), self._peer)
            else:
                return None

    async def _answer(self, request: Request, handle: Handler) -> bool:
        """Answer unless the client hangs up first; return whether it stayed."""
        answering = asyncio.create_task(self._handle(request, handle), name="answer")
        listening = asyncio.create_task(self._reader.read(_CHUNK), name="listen for a hang-up")
        try:
            await asyncio.wait((answering, listening), return_when=asyncio.FIRST_COMPLETED)
            if listening.done() and (early := listening.result()):
                self._http.receive_data(early)  # the next request; it waits
                await answering
            return answering.done() and answering.result() is None
        finally:
            for task in (answering, listening):
                task.cancel()
            await asyncio.wait((answering, listening))

    async def _handle(self, request: Request, handle: Handler) -> None:
        answer = await handle(request)
        if isinstance(answer, Reply):
            await self._send(answer)
            return
        await self._write(h11.Response(status_code=200, headers=_EVENTS))
        async with contextlib.aclosing(answer):  # type: ignore[type-var]  # an async generator
            async for item in answer:
                text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
                await self._write(h11.Data(data=b"data: " + text.encode() + b"\n\n"))
        await self._write(h11.EndOfMessage())

    async def _send(self, reply: Reply) -> None:
        body = json.dumps(reply.content, ensure_ascii=False).encode()
        headers = [*_JSON, ("content-length", str(len(body)))]
        await self._write(h11.Response(status_code=reply.status, headers=headers))
        await self._write(h11.Data(data=body))
        await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Event) -> None:
        if data := self._http.send(event):
            self._writer.write(data)
            await self._writer.drain()


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def _peer(writer: asyncio.StreamWriter) -> str:
    peer: socket.socket = writer.get_extra_info("socket")
    pid, uid, _gid = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return f"{uid}:{pid}"
