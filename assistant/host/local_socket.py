"""The daemon's side of the command line's requests: one JSON object a line over a Unix socket of this user alone."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

from assistant.errors import SightlineError
from assistant.host.asking import Answer, Request
from assistant.host.talks import ended_together

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1 << 20  # bytes; a text to be spoken, not a file

Answerer = Callable[[Request], Awaitable[Answer]]


@contextlib.contextmanager
def claim(path: Path) -> Iterator[None]:
    """Be the one process that may listen at this path; SightlineError if another is.

    A lock beside the socket goes with its process, so whatever lies at the path then is dead.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SightlineError(
                "Sightline is already running. To stop it: systemctl --user stop sightline, "
                "or press Ctrl+C where it runs."
            ) from error
        path.unlink(missing_ok=True)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def listen(path: Path, answer: Answerer) -> AsyncIterator[None]:
    """Answer requests at a path that was claimed, until left.

    A SightlineError that `answer` raises goes back to the asker as its message and exit status.
    """
    async with ended_together(partial(_converse, answer=answer)) as talk:
        before = os.umask(0o177)  # the socket is born with mode 0600
        try:
            server = await asyncio.start_unix_server(talk, path, limit=LARGEST_REQUEST)
        finally:
            os.umask(before)
        try:
            yield
        finally:
            server.close()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answerer) -> None:
    try:
        if not _is_same_user(writer):
            return
        async for line in reader:
            writer.write(json.dumps(await _answered(line, answer), ensure_ascii=False).encode() + b"\n")
            await writer.drain()
    except (OSError, ValueError) as error:  # the asker went away, or sent a line without end
        log.info("a request ended early: %s", type(error).__name__)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answered(line: bytes, answer: Answerer) -> Answer:
    request = _parsed(line)
    if request is None:
        return {"error": "A request is one JSON object on one line.", "exit_status": 2}
    try:
        return await answer(request)
    except SightlineError as error:
        return {"error": str(error), "exit_status": error.exit_status}


def _parsed(line: bytes) -> Request | None:
    try:
        request = json.loads(line)
    except ValueError:
        return None
    return request if isinstance(request, dict) else None


def _is_same_user(writer: asyncio.StreamWriter) -> bool:
    peer: socket.socket = writer.get_extra_info("socket")
    _pid, uid, _gid = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(uid == os.getuid())
