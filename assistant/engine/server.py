"""The engine's HTTP: OpenAI's chat completions on a Unix socket that only this user can open."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from assistant.engine.chat import ChatRequest, Completion, error_object, parse_request
from assistant.engine.desk import Busy, Desk, Replaced
from assistant.engine.errors import BadRequest
from assistant.engine.generate import Outcome
from assistant.engine.http import Reply, Request, Stream, talk
from assistant.errors import SightlineError, SomethingMissing
from assistant.host.talks import Converse, ended_together

log = logging.getLogger(__name__)

_SD_LISTEN_FDS_START = 3  # sd_listen_fds(3)


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """Listen at a path, with mode 0600, until left."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock, socket.socket(socket.AF_UNIX) as listener:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SightlineError(
                f"An engine already listens at {path}. Stop it, or choose another --socket."
            ) from error
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        except OSError as error:
            raise SomethingMissing(
                f"{path} cannot be listened at ({error.strerror or error}). Choose another --socket."
            ) from error
        finally:
            os.umask(before)
        try:
            listener.listen(16)
            yield listener
        finally:
            path.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def serving(desk: Desk, listener: socket.socket, name: str) -> AsyncIterator[None]:
    """Answer what comes to a listening socket until left, also while the model is still being loaded."""
    front = _Front(desk, name)
    try:
        async with ended_together(partial(talk, handle=front.handle)) as converse:
            server = await _listened(converse, listener)
            try:
                yield
            finally:
                server.close()
    finally:
        await desk.close()


async def _listened(converse: Converse, listener: socket.socket) -> asyncio.Server:
    if sys.version_info >= (3, 13):  # it would remove the path, which may be systemd's
        return await asyncio.start_unix_server(converse, sock=listener, cleanup_socket=False)
    return await asyncio.start_unix_server(converse, sock=listener)


class _Front:
    """Knows what can be asked at which address."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._name = desk, name
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "/healthz"): self._health,
            ("GET", "/v1/models"): self._models,
            ("POST", "/v1/chat/completions"): self._chat,
            ("POST", "/v1/forget"): self._forget,
        }

    async def handle(self, request: Request) -> Reply | Stream:
        path = request.path.partition("?")[0]
        route = self._routes.get((request.method, path))
        if route is None:
            is_known = any(path == known for _, known in self._routes)
            return _refusal(405 if is_known else 404, "There is nothing at this address.", "invalid_request_error")
        try:
            return await route(request)  # type: ignore[no-any-return]
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the client is told, and the engine lives
            return _failure(error)

    async def _health(self, _: Request) -> Reply:
        if self._desk.author is None:
            return Reply(503, {"status": "loading"})
        if not self._desk.is_well:
            return Reply(503, {"status": "stuck"})
        choice = self._desk.author.model.choice
        return Reply(200, {"status": "ok", "model": self._name, "device": choice.kind, "why": list(choice.why)})

    async def _models(self, _: Request) -> Reply:
        model = {"id": self._name, "object": "model", "created": 0, "owned_by": "sightline"}
        return Reply(200, {"object": "list", "data": [model]})

    async def _forget(self, _: Request) -> Reply:
        await self._desk.forget()
        return Reply(200, {"status": "ok"})

    async def _chat(self, request: Request) -> Reply | Stream:
        if self._desk.author is None:
            return _refusal(503, "The model is being loaded.", "server_error", "loading")
        asked = parse_request(request.body)
        answer = _Answer(self._desk, asked, asked.user or request.peer)
        completion = Completion(secrets.token_hex(12), self._name)
        await answer.begin()  # a refusal is told with its status, before any stream begins
        if asked.stream:
            return _streamed(answer, completion, wants_costs=asked.stream_options.include_usage)
        try:
            text = "".join([piece async for piece in answer.pieces()])
            return Reply(200, completion.whole(text, answer.outcome()))
        finally:
            await answer.close()


class _Answer:
    """One question on its way through the desk."""

    def __init__(self, desk: Desk, asked: ChatRequest, client: str) -> None:
        self._desk, self._asked, self._client = desk, asked, client
        self._said: asyncio.Queue[str | None] = asyncio.Queue()  # bounded by `max_tokens`
        self._task: asyncio.Task[Outcome] | None = None
        self._first: str | None = None

    async def begin(self) -> None:
        """Return when the first piece is there, or all of it; raise why there is none."""
        question = await asyncio.to_thread(self._asked.question)  # a large picture takes 100 ms to decode
        asking = self._desk.answer(question, self._client, self._said.put_nowait)
        self._task = asyncio.create_task(asking, name="ask")
        self._task.add_done_callback(lambda _: self._said.put_nowait(None))
        try:
            self._first = await self._said.get()
        except asyncio.CancelledError:
            await self.close()
            raise
        if self._first is None:
            self._task.result()

    async def pieces(self) -> AsyncIterator[str]:
        """Yield the answer's pieces; raise what ended it early."""
        piece = self._first
        while piece is not None:
            yield piece
            piece = await self._said.get()
        self.outcome()

    def outcome(self) -> Outcome:
        assert self._task is not None
        return self._task.result()

    async def close(self) -> None:
        """Stop it if it goes on."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait((self._task,))


async def _streamed(answer: _Answer, completion: Completion, *, wants_costs: bool) -> AsyncIterator[Any]:
    try:
        yield completion.chunk(role="assistant")
        async for piece in answer.pieces():
            yield completion.chunk(piece)
        outcome = answer.outcome()
        yield completion.chunk(finish=outcome.finish)
        if wants_costs:
            yield completion.costs(outcome)
        yield "[DONE]"
    except Exception as error:  # noqa: BLE001 - the status is sent already: the error is the stream's last piece
        yield _failure(error).content
    finally:
        await answer.close()


def _failure(error: Exception) -> Reply:
    if isinstance(error, BadRequest):
        return _refusal(400, str(error), "invalid_request_error", parameter=error.parameter)
    if isinstance(error, Busy):
        return _refusal(429, str(error), "rate_limit_error", "busy")
    if isinstance(error, Replaced):
        return _refusal(409, str(error), "conflict_error", "replaced")
    log.error("engine: %s", type(error).__name__)  # its message may hold what was on the screen
    return _refusal(500, "The engine could not answer.", "server_error", type(error).__name__)


def _refusal(status: int, message: str, kind: str, code: str | None = None, parameter: str = "") -> Reply:
    return Reply(status, error_object(message, kind, code=code, parameter=parameter))


def socket_of_systemd() -> socket.socket | None:
    """Return the listening socket that systemd has passed to this process; None if it has not. Works once."""
    is_ours = os.environ.pop("LISTEN_PID", "") == str(os.getpid())  # taken out, so that no child believes it is meant
    count = os.environ.pop("LISTEN_FDS", "")
    return socket.socket(fileno=_SD_LISTEN_FDS_START) if is_ours and count == "1" else None
