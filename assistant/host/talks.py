"""The connections that a server talks on: those that go on when it ends are ended with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def ended_together(converse: Converse) -> AsyncIterator[Converse]:
    """Yield what a server is to call for each connection; when left, cancel the talks that go on, and wait for them."""
    talks: set[asyncio.Task[None]] = set()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            talks.add(task)
            task.add_done_callback(talks.discard)
        await converse(reader, writer)

    try:
        yield begin
    finally:
        for task in tuple(talks):
            task.cancel()
        if talks:
            await asyncio.wait(talks)
