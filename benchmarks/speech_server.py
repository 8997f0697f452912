"""A stand-in for speech-dispatcher: it notes when it is asked to speak and what, and makes no sound.

Both screen readers speak to one of these (SPEECHD_ADDRESS), so that their requests are timed by one clock.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

_EVENTS = {"begin": 701, "end": 702, "cancel": 703}
_ANSWERS = (
    ("GET LANGUAGE", ("251-en", "251 OK GET RETURNED")),
    ("GET OUTPUT_MODULE", ("251-espeak-ng", "251 OK GET RETURNED")),
    ("GET", ("251-0", "251 OK GET RETURNED")),
    ("LIST OUTPUT_MODULES", ("250-espeak-ng", "250 OK MODULE LIST SENT")),
    ("LIST SYNTHESIS_VOICES", ("249-English\ten\tnone", "249 OK VOICE LIST SENT")),
    ("LIST VOICES", ("249-MALE1", "249 OK VOICE LIST SENT")),
    ("HISTORY GET CLIENT_ID", ("245-1", "245 OK CLIENT ID SENT")),
    ("PAUSE", ("211 OK PAUSED",)),
    ("RESUME", ("212 OK RESUMED",)),
    ("BLOCK BEGIN", ("260 OK INSIDE BLOCK",)),
    ("BLOCK END", ("261 OK OUTSIDE BLOCK",)),
)
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Request:
    """Words that were to be spoken, and when the last of them had come (perf_counter)."""

    at: float
    text: str


@dataclass
class SpeechServer:
    """What was asked of the stand-in. `speaks_seconds` is how long it takes over each text."""

    path: Path
    speaks_seconds: float = 0.0
    requests: list[Request] = field(default_factory=list)
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        """For SPEECHD_ADDRESS."""
        return f"unix_socket:{self.path}"

    def asked(self, text: str) -> None:
        """Note a request."""
        self.requests.append(Request(perf_counter(), _MARKUP.sub("", text).strip()))
        self._grown.set()

    async def request(self, wanted: Callable[[Request], bool], *, since: float, seconds: float) -> Request | None:
        """Wait for the first request since a moment whose words are wanted; None if there is none in time."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            self._grown.clear()
            for request in self.requests:
                if request.at >= since and wanted(request):
                    return request
            try:
                async with asyncio.timeout_at(deadline):
                    await self._grown.wait()
            except TimeoutError:
                return None

    async def quiet(self, seconds: float) -> None:
        """Wait until nothing was asked for so long."""
        while True:
            self._grown.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._grown.wait()
            except TimeoutError:
                return


class _Client(asyncio.Protocol):
    """One connection: SSIP, as far as screen readers use it."""

    def __init__(self, server: SpeechServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._text: list[str] | None = None
        self._last = 0
        self._speaking: dict[int, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        for timer in self._speaking.values():
            timer.cancel()

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._receive(line.decode("utf-8", "replace").rstrip("\r"))

    def _receive(self, line: str) -> None:
        if self._text is None:
            self._obey(line.strip())
        elif line == ".":
            text, self._text = " ".join(self._text), None
            self._speak(text)
        else:
            self._text.append(line.removeprefix("."))

    def _obey(self, command: str) -> None:
        upper = command.upper()
        if upper == "SPEAK":
            self._text = []
            self._answer("230 OK RECEIVING DATA")
        elif upper.startswith(("CHAR ", "KEY ", "SOUND_ICON ")):
            self._speak(command)
        elif upper.startswith(("STOP", "CANCEL")):
            self._answer("210 OK STOPPED")
            for number in list(self._speaking):
                self._end(number, "cancel")
        elif upper == "QUIT":
            self._answer("231 HAPPY HACKING")
            if self._transport:
                self._transport.close()
        else:
            self._answer(*next((lines for start, lines in _ANSWERS if upper.startswith(start)), ("208 OK SET",)))

    def _speak(self, text: str) -> None:
        self._server.asked(text)
        self._last += 1
        number = self._last
        self._answer(f"225-{number}", "225 OK MESSAGE QUEUED")
        self._tell(number, "begin")
        loop = asyncio.get_running_loop()
        self._speaking[number] = loop.call_later(self._server.speaks_seconds, self._end, number, "end")

    def _end(self, number: int, kind: str) -> None:
        self._speaking.pop(number).cancel()
        self._tell(number, kind)

    def _tell(self, number: int, kind: str) -> None:
        code = _EVENTS[kind]
        self._answer(f"{code}-{number}", f"{code}-1", f"{code} {kind.upper()}")

    def _answer(self, *lines: str) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write("".join(f"{line}\r\n" for line in lines).encode())


@asynccontextmanager
async def speech_server(path: Path) -> AsyncIterator[SpeechServer]:
    """Listen at a socket until left."""
    asked = SpeechServer(path)
    server = await asyncio.get_running_loop().create_unix_server(lambda: _Client(asked), str(path))
    try:
        yield asked
    finally:
        server.close()
