"""Run an engine: `sightline engine` by hand, or as a worker that process.py supervises.

The network is taken away before torch is imported: no library that comes later can open a connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.engine.devices import Wish
from assistant.engine.manifest import model_files
from assistant.errors import WorkerLost
from assistant.host.frames import Message
from assistant.host.sandbox import forbid_network, keep_no_traces
from assistant.host.working import Answer, work

if TYPE_CHECKING:
    from assistant.engine.desk import Desk


def run_engine(model: Path, path: Path, wish: Wish | None = None, *, idle_seconds: float = math.inf) -> int:
    """Serve a model until Control C or SIGTERM; raises what is wrong with the model or the socket.

    If systemd has passed a socket, it is that one instead of one at `path`, and the process ends when nothing was
    asked for `idle_seconds`: systemd starts it again.
    """
    _harden()
    asyncio.run(_run_until_told(model, path, wish or Wish(), idle_seconds))
    return 0


def main() -> None:
    """Be the worker that process.py starts; its arguments are the model, the socket and the wishes."""
    _harden()
    work(_start)


def _harden() -> None:
    keep_no_traces()
    forbid_network()


async def _run_until_told(model: Path, path: Path, wish: Wish, idle_seconds: float) -> None:
    ready: Future[Desk] = Future()
    serving = asyncio.create_task(_serve(model, path, wish, ready, idle_seconds), name="serve")
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _serve(model: Path, path: Path, wish: Wish, ready: Future[Desk], idle_seconds: float = math.inf) -> None:
    """Serve until cancelled; `ready` gets the desk once the model is loaded."""
    model_files(model)  # a wrong folder is told at once, not after the seconds that torch takes
    from assistant.engine.desk import Desk  # noqa: PLC0415 - imports torch, after the network is gone
    from assistant.engine.generate import Author  # noqa: PLC0415
    from assistant.engine.loading import load_model  # noqa: PLC0415
    from assistant.engine.server import listening, serving, socket_of_systemd  # noqa: PLC0415

    desk = Desk(lambda: Author(load_model(model, wish)))
    given = socket_of_systemd()
    if given is not None:
        await desk.open()  # who has asked meanwhile waits in the kernel, and is not told to come again
    with given or listening(path) as listener:
        async with serving(desk, listener, model.name):
            if given is None:
                await desk.open()
            print(f"The engine answers at {given.getsockname() if given else path}.", file=sys.stderr, flush=True)
            ready.set_result(desk)
            if given is None or idle_seconds == math.inf:
                await asyncio.get_running_loop().create_future()
            await desk.unused(idle_seconds)


class _Served:
    """The engine as a worker. Its HTTP has a thread of its own: in this one it is asked whether it is well."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, message: Message, payload: bytes) -> None:
        """Nothing: a message without an answer says that somebody waits, so that we are watched."""

    def is_well(self) -> bool:
        """Whether the model goes on computing, or has nothing to do."""
        return self._desk.is_well


def _start(_: Answer, arguments: list[str]) -> _Served:
    model, path, *wishes = arguments
    ready: Future[Desk] = Future()

    def serve() -> None:
        try:
            asyncio.run(_serve(Path(model), Path(path), Wish.from_arguments(wishes), ready))
        except BaseException as error:  # the thread that waits raises it
            if ready.done():
                raise
            ready.set_exception(error)

    threading.Thread(target=serve, name="engine", daemon=True).start()
    try:
        return _Served(ready.result())
    except OSError as error:
        raise WorkerLost(f"The engine could not start ({type(error).__name__}).") from error


if __name__ == "__main__":
    main()
