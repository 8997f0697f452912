"""A client of speech-dispatcher: its protocol, SSIP, in asyncio. The voice is speechd.py.

https://htmlpreview.github.io/?https://github.com/brailcom/speechd/blob/master/doc/ssip.html

Lines end with CR LF. A reply is lines `250-…` and a last `250 …`; 700 to 799 are events that come at any time.
Commands are sent without waiting for the reply to the one before. Between SPEAK and its text nothing else is
sent, and the text only once the server asks for it: a server that refuses SPEAK would obey the text.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from assistant.errors import WorkerLost

_EVENTS: dict[int, Literal["begin", "end", "cancel"]] = {701: "begin", 702: "end", 703: "cancel"}
_RECEIVING, _QUEUED = 230, 225
_LONGEST_LINE = 1 << 20


class Refused(Exception):
    """The server answered a command with an error. `code` is SSIP's."""

    def __init__(self, code: int) -> None:
        super().__init__(f"speech-dispatcher refused a command ({code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered: 2xx, and the lines without their numbers, the last left out."""

    code: int
    lines: tuple[str, ...]


@dataclass(eq=False, slots=True)
class SpokenMessage:
    """One text on its way. `ended`: whether it was said to its end; WorkerLost if the connection is lost."""

    text: str
    began: asyncio.Event = field(default_factory=asyncio.Event)
    """Also set when it ended without beginning."""
    ended: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def end(self, *, completed: bool) -> None:
        """Settle it, once."""
        self.began.set()
        if not self.ended.done():
            self.ended.set_result(completed)

    def fail(self, error: Exception) -> None:
        """Settle it with an error, once."""
        self.began.set()
        if not self.ended.done():
            self.ended.set_exception(error)
            self.ended.exception()  # nobody need wait any more


@dataclass(frozen=True, slots=True)
class _Command:
    line: str
    reply: asyncio.Future[Reply]
    message: SpokenMessage | None = None


class Ssip(asyncio.Protocol):
    """One connection to a server. Made by `connect`."""

    def __init__(self) -> None:
        self.is_lost = False
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._lines: list[str] = []
        self._to_send: deque[_Command] = deque()
        self._awaited: deque[_Command] = deque()
        self._is_offering_text = False
        self._messages: dict[int, SpokenMessage] = {}

    def command(self, line: str) -> asyncio.Future[Reply]:
        """Send a command; the future raises Refused or WorkerLost."""
        return self._send(_Command(_checked(line), asyncio.get_running_loop().create_future()))

    def speak(self, text: str) -> SpokenMessage:
        """Have a text of one line said with the settings as they are now."""
        message = SpokenMessage(_checked(text))
        self._send(_Command("SPEAK", asyncio.get_running_loop().create_future(), message))
        return message

    def close(self) -> None:
        """Leave the server; it says to the end what it has begun."""
        if self._transport and not self.is_lost:
            self._transport.write(b"QUIT\r\n")
            self._transport.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._receive(line.decode("utf-8", "replace").rstrip("\r"))
        if len(self._received) > _LONGEST_LINE and self._transport:
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.is_lost = True
        for command in (*self._awaited, *self._to_send):
            self._fail(command, _lost())
        for message in self._messages.values():
            message.fail(_lost())
        self._awaited.clear()
        self._to_send.clear()
        self._messages.clear()

    # sending

    def _send(self, command: _Command) -> asyncio.Future[Reply]:
        if self.is_lost:
            self._fail(command, _lost())
        else:
            self._to_send.append(command)
            self._pump()
        return command.reply

    def _pump(self) -> None:
        while self._to_send and not self._is_offering_text:
            command = self._to_send.popleft()
            self._is_offering_text = command.message is not None
            self._write(command.line + "\r\n")
            self._awaited.append(command)

    def _write(self, text: str) -> None:
        assert self._transport
        self._transport.write(text.encode())

    # receiving

    def _receive(self, line: str) -> None:
        code, separator, rest = line[:3], line[3:4], line[4:]
        if not code.isdigit():
            return
        if separator == "-":
            self._lines.append(rest)
            return
        lines, self._lines = tuple(self._lines), []
        if code.startswith("7"):
            self._receive_event(int(code), lines)
        elif self._awaited:
            self._receive_reply(self._awaited.popleft(), Reply(int(code), lines))

    def _receive_reply(self, command: _Command, reply: Reply) -> None:
        if command.message and command.line == "SPEAK":
            self._offered(command.message, reply)
        elif reply.code >= 300:
            self._fail(command, Refused(reply.code))
        elif command.message:
            self._queued(command.message, reply)
        elif not command.reply.done():
            command.reply.set_result(reply)

    def _offered(self, message: SpokenMessage, reply: Reply) -> None:
        self._is_offering_text = False
        if reply.code == _RECEIVING:
            self._write(("" if message.ended.done() else _stuffed(message.text)) + ".\r\n")
            self._awaited.append(_Command("", asyncio.get_running_loop().create_future(), message))
        else:
            message.fail(Refused(reply.code))
        self._pump()

    def _queued(self, message: SpokenMessage, reply: Reply) -> None:
        if reply.code == _QUEUED and reply.lines and reply.lines[0].isdigit():
            self._messages[int(reply.lines[0])] = message
        else:  # 227: nothing in it to say
            message.end(completed=True)

    def _receive_event(self, code: int, lines: tuple[str, ...]) -> None:
        number = int(lines[0]) if lines and lines[0].isdigit() else None
        message = self._messages.get(number) if number is not None else None
        if message is None:
            return
        match _EVENTS.get(code):
            case "begin":
                message.began.set()
            case "end" | "cancel" as kind:
                self._messages = {n: m for n, m in self._messages.items() if m is not message}
                message.end(completed=kind == "end")

    def _fail(self, command: _Command, error: Exception) -> None:
        if command.message:
            command.message.fail(error)
        if not command.reply.done():
            command.reply.set_exception(error)
            command.reply.exception()  # nobody need wait for it


async def connect(address: str) -> Ssip:
    """Connect to a server at `unix_socket:PATH` or `inet_socket:HOST:PORT`; OSError if none answers there."""
    method, _, place = address.partition(":")
    loop = asyncio.get_running_loop()
    if method == "inet_socket":
        host, _, port = place.rpartition(":")
        _, connection = await loop.create_connection(Ssip, host or "127.0.0.1", int(port or 6560))
    else:
        _, connection = await loop.create_unix_connection(Ssip, place)
    return connection


def default_address(runtime: Path) -> str:
    """Return where a user's own server listens: in the login's runtime folder, $XDG_RUNTIME_DIR."""
    return f"unix_socket:{runtime / 'speech-dispatcher' / 'speechd.sock'}"


def _checked(line: str) -> str:
    if not line.strip() or any(mark in line for mark in "\r\n\0"):
        raise ValueError("this is not one line")
    return line


def _stuffed(text: str) -> str:
    """Return a line of text so that it cannot be taken for the "." that ends the text."""
    return ("." if text.startswith(".") else "") + text + "\r\n"


def _lost() -> WorkerLost:
    return WorkerLost("speech-dispatcher ended. It is connected again when something is to be said.")
