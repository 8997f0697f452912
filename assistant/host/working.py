"""The worker's side of worker.py: what a child process runs. Light, since each worker loads it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from assistant.errors import SightlineError
from assistant.host.frames import Message, Unpacker, pack

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Answer(Protocol):
    """Sends a message to whoever we work for; from any thread."""

    def __call__(self, message: Message, payload: bytes = b"") -> None: ...


class Handler(Protocol):
    """Does a worker's work."""

    def handle(self, message: Message, payload: bytes) -> None:
        """Begin what a message asks for. Return at once: the next message may say to stop."""
        ...

    def is_well(self) -> bool:
        """Whether the work goes on; a worker that says no is replaced."""
        ...


def work(start: Callable[[Answer, list[str]], Handler]) -> None:
    """Be a worker until whoever we work for goes away.

    `start` gets what to answer with and the program's arguments; a SightlineError that it raises is passed on.
    """
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would keep what was on the screen
    connection = socket.socket(fileno=int(sys.argv[1]))
    answer = _answering(connection)
    try:
        handler = start(answer, sys.argv[2:])
    except SightlineError as error:
        answer(refusal(error))
        sys.exit(error.exit_status)
    answer({"ready": True})
    _serve(connection, answer, handler)
    os._exit(0)  # not sys.exit: threads that play sound, and libraries' own, need not end first


def refusal(error: SightlineError) -> Message:
    """Return the message that raises this error at the other end."""
    return {"error": type(error).__name__, "message": str(error)}


def _serve(connection: socket.socket, answer: Answer, handler: Handler) -> None:
    unpacker = Unpacker()
    while data := connection.recv(1 << 16):
        for message, payload in unpacker.feed(data):
            if message.get("do") != "ping":
                handler.handle(message, payload)
            elif handler.is_well():
                answer({"pong": True})


def _answering(connection: socket.socket) -> Answer:
    lock = threading.Lock()

    def answer(message: Message, payload: bytes = b"") -> None:
        try:
            with lock:
                connection.sendall(pack(message, payload))
        except BrokenPipeError:  # nobody is left to hear it
            os._exit(0)

    return answer


def _die_with_parent() -> None:
    """Have the kernel end us with the process that started us; a closed socket would not end a hung worker."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
