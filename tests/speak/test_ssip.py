"""The SSIP client against a server that we script, for what the real one does rarely or never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from assistant.errors import SomethingMissing, WorkerLost
from assistant.profile import VoiceSettings
from assistant.speak.speechd import SpeechDispatcherVoice
from assistant.speak.ssip import Refused, Ssip, connect
from assistant.speak.voice import Run, Utterance

LIMIT_SECONDS = 30
Answering = Callable[["Server", str], str]


class Server:
    """Keeps what it was sent, and answers as told. Text after SPEAK is kept as one entry, its lines joined."""

    def __init__(self, answering: Answering | None = None) -> None:
        self.received: list[str] = []
        self.changed = asyncio.Condition()
        self.answering = answering
        self.messages = 0
        self.writer: asyncio.StreamWriter | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        while line := (await reader.readline()).decode().removesuffix("\r\n"):
            answer = (self.answering and self.answering(self, line)) or self.usual(line)
            writer.write(answer.encode())
            if answer.startswith("230"):
                await self.note(line)
                line = await text_after(reader)
                writer.write(self.queued(line).encode())
            await self.note(line)
        writer.close()

    def usual(self, line: str) -> str:
        if line == "SPEAK":
            return "230 OK RECEIVING DATA\r\n"
        if line.startswith("GET "):
            return "251-0\r\n251 OK GET RETURNED\r\n"
        return "200 OK\r\n"

    def queued(self, text: str) -> str:
        if text == ".\r\n":
            return "227 OK MESSAGE CANCELED\r\n"
        self.messages += 1
        return f"225-{self.messages}\r\n225 OK MESSAGE QUEUED\r\n" + self.event(701, self.messages, "BEGIN")

    def event(self, code: int, message: int, name: str) -> str:
        return f"{code}-{message}\r\n{code}-1\r\n{code} {name}\r\n"

    def send(self, text: str) -> None:
        assert self.writer
        self.writer.write(text.encode())

    async def note(self, line: str) -> None:
        async with self.changed:
            self.received.append(line)
            self.changed.notify_all()

    async def receives(self, line: str) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: line in self.received)


async def text_after(reader: asyncio.StreamReader) -> str:
    """Return the lines after SPEAK, the last of them "."."""
    lines = [await reader.readline()]
    while lines[-1] not in {b".\r\n", b""}:
        lines.append(await reader.readline())
    return b"".join(lines).decode()


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Callable[[Server], Awaitable[str]]]:
    """Starts servers; gives their addresses."""
    started: list[asyncio.Server] = []
    path = tmp_path / "speechd.sock"

    async def start(server: Server) -> str:
        started.append(await asyncio.start_unix_server(server.serve, path))
        return f"unix_socket:{path}"

    async with asyncio.timeout(LIMIT_SECONDS):
        yield start
    for server in started:
        server.close()


Serve = Callable[[Server], Awaitable[str]]


def en(text: str, settings: VoiceSettings | None = None) -> Utterance:
    return Utterance((Run(text, "en", settings or VoiceSettings()),))


async def heard(server: Server, text: str) -> None:
    """Let a message be heard to its end."""
    await server.receives(f"{text}\r\n.\r\n")
    server.send(server.event(702, server.messages, "END"))


async def test_a_line_of_text_cannot_end_the_text(serve: Serve) -> None:
    server = Server()
    connection = await connect(await serve(server))

    message = connection.speak(".")

    await heard(server, "..")
    assert await message.ended
    connection.close()


@pytest.mark.parametrize("line", ["", " ", "a\r\nQUIT", "a\nQUIT", "a\0"])
async def test_what_is_not_one_line_is_never_sent(line: str) -> None:
    with pytest.raises(ValueError, match="not one line"):
        Ssip().speak(line)


async def test_text_is_not_sent_to_a_server_that_refuses_it(serve: Serve) -> None:
    def refusing(_: Server, line: str) -> str:
        return "332 ERR NOT ALLOWED INSIDE BLOCK\r\n" if line == "SPEAK" else ""

    server = Server(refusing)
    connection = await connect(await serve(server))

    message = connection.speak("QUIT")

    with pytest.raises(Refused):
        await message.ended
    await connection.command("SET SELF RATE 1")
    await server.receives("SET SELF RATE 1")
    assert "QUIT" not in server.received
    connection.close()


async def test_commands_wait_until_the_text_is_sent(serve: Serve) -> None:
    server = Server()
    connection = await connect(await serve(server))

    connection.speak("hello")
    reply = connection.command("CANCEL SELF")

    await reply
    await server.receives("CANCEL SELF")
    assert server.received == ["SPEAK", "hello\r\n.\r\n", "CANCEL SELF"]
    connection.close()


async def test_replies_may_come_in_pieces_and_with_events_between(serve: Serve) -> None:
    def in_pieces(server: Server, line: str) -> str:
        return "251-4" if line == "GET RATE" else ""

    server = Server(in_pieces)
    connection = await connect(await serve(server))
    reply = connection.command("GET RATE")
    await server.receives("GET RATE")

    server.send("2\r\n251 OK\r\n" + server.event(701, 99, "BEGIN"))

    assert (await reply).lines == ("42",)
    connection.close()


async def test_settings_are_sent_only_when_they_change(serve: Serve) -> None:
    server = Server()
    address = await serve(server)
    async with SpeechDispatcherVoice(address) as voice:
        server.received.clear()

        for text, rate in (("one", 300), ("two", 300), ("three", 100)):
            said = asyncio.ensure_future(voice.say(en(text, VoiceSettings(rate=rate, volume=50))))
            await heard(server, text)
            await said

        sent = [line for line in server.received if not line.endswith(".\r\n")]
        assert sent[-4:] == ["SPEAK", "SPEAK", "SET SELF RATE -78", "SPEAK"]
        assert "SET SELF RATE 47" in sent
        assert "SET SELF PITCH 0" not in sent


async def test_every_sentence_is_a_message_and_only_ours_are_cancelled(serve: Serve) -> None:
    server = Server()
    address = await serve(server)
    async with SpeechDispatcherVoice(address) as voice:
        said = asyncio.ensure_future(voice.say(en("hello")))
        await server.receives("hello\r\n.\r\n")

        await voice.stop()

        await said
        assert "SET SELF PRIORITY message" in server.received
        assert [line for line in server.received if line.startswith(("CANCEL", "STOP"))] == ["CANCEL SELF"]


async def test_a_sentence_cancelled_before_its_text_was_wanted_is_never_sent(serve: Serve) -> None:
    def late(_: Server, line: str) -> str:
        return "\r\n" if line == "SPEAK" else ""

    server = Server(late)
    connection = await connect(await serve(server))
    message = connection.speak("hello")
    await server.receives("SPEAK")

    message.end(completed=False)
    server.send("230 OK RECEIVING DATA\r\n")

    await server.receives(".")
    assert not any("hello" in line for line in server.received)
    connection.close()


async def test_when_the_server_ends_the_sentence_is_lost_and_the_next_server_speaks(serve: Serve) -> None:
    first, second = Server(), Server()
    async with SpeechDispatcherVoice(await serve(first)) as voice:
        lost = asyncio.ensure_future(voice.say(en("hello")))
        await first.receives("hello\r\n.\r\n")
        assert first.writer
        await serve(second)

        first.writer.close()

        with pytest.raises(WorkerLost):
            await lost
        said = asyncio.ensure_future(voice.say(en("again")))
        await heard(second, "again")
        await said


async def test_another_programs_cancelling_ends_the_sentence_quietly(serve: Serve) -> None:
    server = Server()
    async with SpeechDispatcherVoice(await serve(server)) as voice:
        said = asyncio.ensure_future(voice.say(en("hello")))
        await server.receives("hello\r\n.\r\n")

        server.send(server.event(703, 1, "CANCELED"))

        await said


@pytest.mark.parametrize("address", ["inet_socket:127.0.0.1:1", "unix_socket:/nowhere/speechd.sock"])
async def test_no_server_is_told_on_entering(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("SPEECHD_ADDRESS", address)

    with pytest.raises(SomethingMissing, match="apt install speech-dispatcher"):
        await SpeechDispatcherVoice().__aenter__()
