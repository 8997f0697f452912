"""Asking a model: a scripted server on loopback or a Unix socket does what servers do, and what they should not."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.config import EngineConfig, ServerUrl
from assistant.errors import (
    ModelBroken,
    ModelBusy,
    ModelFailed,
    ModelRefused,
    ModelSilent,
    ModelUnreachable,
    SightlineError,
    SomethingMissing,
    WrongSettings,
)
from assistant.host.model_client import LARGEST_TEXT, ModelClient, Patience
from assistant.host.model_question import Picture, Question, Turn
from harness.scripted_model import Play, Talk, scripted_model

MARKER = "xyzzy-marker"
QUESTION = Question((Turn("system", ("Be brief.",)), Turn("user", (Picture(b"png bytes"), "1 button OK", MARKER))))
SHORT = Patience(connect=5, first=0.2, between=0.2)  # for servers that never do what is waited for


def at(url: str, **settings: object) -> EngineConfig:
    return EngineConfig(url=ServerUrl.of(url), model="screen", **settings)  # type: ignore[arg-type]  # a test's own


async def answer_of(client: ModelClient, question: Question = QUESTION) -> str:
    async with client.ask(question) as answer:
        return "".join([text async for text in answer])


async def listen_to(client: ModelClient, heard: Callable[[str], None]) -> None:
    async with client.ask(QUESTION) as answer:
        async for text in answer:
            heard(text)


async def ask(play: Play, *, patience: Patience | None = None) -> str:
    """Return the answer of a scripted server to the one question."""
    async with scripted_model(play) as server, ModelClient(at(server.url), print, patience) as client:
        return await answer_of(client)


async def say_hello(talk: Talk) -> None:
    await talk.begin()
    await talk.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
    await talk.say("Save ", "keeps it.")
    await talk.finish()


async def test_an_answer_comes_in_pieces() -> None:
    async with (
        scripted_model(say_hello) as server,
        ModelClient(at(server.url), print) as client,
        client.ask(QUESTION) as answer,
    ):
        pieces = [text async for text in answer]

    assert pieces == ["Save ", "keeps it."]
    assert not answer.was_cut


async def test_our_own_engine_is_asked_at_its_socket(tmp_path: Path) -> None:
    config = EngineConfig(socket=tmp_path / "engine.sock", model="screen")
    async with scripted_model(say_hello, socket=tmp_path / "engine.sock"), ModelClient(config, print) as client:
        assert await answer_of(client) == "Save keeps it."


async def test_the_parts_of_a_question_keep_their_order() -> None:
    async with scripted_model(say_hello) as server, ModelClient(at(server.url), print) as client:
        await answer_of(client)

    body = server.asked[0].body
    assert server.asked[0].path == "/v1/chat/completions"
    assert body["model"] == "screen"
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,cG5nIGJ5dGVz"}},
                {"type": "text", "text": "1 button OK"},
                {"type": "text", "text": MARKER},
            ],
        },
    ]


async def test_a_schema_is_asked_for() -> None:
    question = Question((Turn("user", ("?",)),), schema={"type": "object"})
    async with scripted_model(say_hello) as server, ModelClient(at(server.url), print) as client:
        await answer_of(client, question)

    assert server.asked[0].body["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_a_server_that_takes_plain_requests_only_is_asked_so_from_then_on() -> None:
    async def refuse_extras(talk: Talk) -> None:
        if "chat_template_kwargs" in talk.asked.body:
            await talk.begin(422, "application/json")
        else:
            await say_hello(talk)

    async with scripted_model(refuse_extras) as server, ModelClient(at(server.url), print) as client:
        answers = [await answer_of(client), await answer_of(client)]

    assert answers == ["Save keeps it."] * 2
    assert len(server.asked) == 3


async def test_a_request_tells_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", MARKER)
    monkeypatch.setenv("OPENAI_ORG_ID", MARKER)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Own: {MARKER}")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with scripted_model(say_hello) as server, ModelClient(at(server.url), print) as client:
        await answer_of(client)

    headers = server.asked[0].headers
    assert MARKER not in str(headers)
    assert headers["user-agent"] == "Sightline"
    assert headers.keys() <= {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "content-type",
        "content-length",
        "user-agent",
    }


# The key


def write_key(folder: Path, key: str = "sk-own\n", mode: int = 0o600) -> Path:
    file = folder / "key"
    file.write_text(key)
    file.chmod(mode)
    return file


async def test_the_key_is_sent(tmp_path: Path) -> None:
    key_file = write_key(tmp_path)
    async with scripted_model(say_hello) as server, ModelClient(at(server.url, key_file=key_file), print) as client:
        await answer_of(client)

    assert server.asked[0].headers["authorization"] == "Bearer sk-own"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
async def test_a_key_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    key_file = write_key(tmp_path, mode=mode)
    async with scripted_model(say_hello) as server, ModelClient(at(server.url, key_file=key_file), print) as client:
        with pytest.raises(WrongSettings, match="chmod 600"):
            await answer_of(client)

    assert server.asked == []


@pytest.mark.parametrize("content", ["", "  \n", "two keys", "key\nkey", "schlüssel"])
async def test_a_key_file_holds_one_key(tmp_path: Path, content: str) -> None:
    key_file = write_key(tmp_path, content)
    async with ModelClient(at("http://127.0.0.1:9", key_file=key_file), print) as client:
        with pytest.raises(WrongSettings, match="one key") as refused:
            await client.load()

    assert "key\nkey" not in str(refused.value)


async def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with ModelClient(at("http://127.0.0.1:9", key_file=tmp_path / "none"), print) as client:
        with pytest.raises(SomethingMissing, match="none"):
            await client.load()


# What servers should not do


def status(number: int, **headers: str) -> Play:
    async def play(talk: Talk) -> None:
        await talk.begin(number, "application/json", **headers)
        await talk.send(f'{{"error": {{"message": "{MARKER}"}}}}'.encode())

    return play


def sends(*parts: bytes, kind: str = "text/event-stream") -> Play:
    async def play(talk: Talk) -> None:
        await talk.begin(kind=kind)
        for part in parts:
            await talk.send(part)

    return play


async def die_in_the_middle(talk: Talk) -> None:
    await talk.begin()
    await talk.say(MARKER)
    talk.die()


async def die_before_the_answer(talk: Talk) -> None:
    talk.die()


async def end_in_the_middle(talk: Talk) -> None:
    await talk.begin()
    await talk.say(MARKER)


async def report_an_error(talk: Talk) -> None:
    await talk.begin()
    await talk.say("Save")
    await talk.event({"error": {"message": MARKER}})


async def speak_no_http(talk: Talk) -> None:
    await talk.send(b"220 mail ready " + MARKER.encode() + b"\r\n\r\n")


async def send_a_line_without_end(talk: Talk) -> None:
    await talk.begin()
    while True:
        await talk.send(b"x" * (1 << 20))


ENDED = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
FAILURES = [
    pytest.param(status(429), ModelBusy, id="429"),
    pytest.param(status(503), ModelBusy, id="503"),
    pytest.param(status(401), ModelRefused, id="401"),
    pytest.param(status(403), ModelRefused, id="403"),
    pytest.param(status(404), ModelRefused, id="404"),
    pytest.param(status(413), ModelRefused, id="413"),
    pytest.param(status(400), ModelRefused, id="400"),
    pytest.param(status(500), ModelBroken, id="500"),
    pytest.param(status(418), ModelBroken, id="418"),
    pytest.param(sends(b"<html>xyzzy-marker</html>", kind="text/html"), ModelBroken, id="a page"),
    pytest.param(sends(b'{"choices": []}', kind="application/json"), ModelBroken, id="no stream"),
    pytest.param(sends(b"data: {xyzzy-marker\n\n"), ModelBroken, id="no JSON"),
    pytest.param(sends(b'data: {"choices": "xyzzy-marker"}\n\n'), ModelBroken, id="choices that are text"),
    pytest.param(
        sends(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'), ModelBroken, id="content that is a number"
    ),
    pytest.param(sends(b"data: 7\n\n"), ModelBroken, id="a number"),
    pytest.param(sends(b"data: null\n\n"), ModelBroken, id="null"),
    pytest.param(sends(b"data: \xff\xfe\n\n"), ModelBroken, id="no UTF-8"),
    pytest.param(sends(b"\x00\x01\x02"), ModelBroken, id="noise"),
    pytest.param(sends(), ModelBroken, id="nothing"),
    pytest.param(sends(b"data: [DONE]\n\n"), ModelBroken, id="done at once"),
    pytest.param(die_in_the_middle, ModelBroken, id="dies in the middle"),
    pytest.param(end_in_the_middle, ModelBroken, id="ends in the middle"),
    pytest.param(die_before_the_answer, ModelBroken, id="dies before its answer"),
    pytest.param(report_an_error, ModelBroken, id="an error in the stream"),
    pytest.param(speak_no_http, ModelBroken, id="no HTTP"),
    pytest.param(send_a_line_without_end, ModelBroken, id="a line without end"),
]


@pytest.mark.parametrize(("play", "kind"), FAILURES)
async def test_a_failure_is_told_without_the_words_of_either_side(
    play: Play, kind: type[ModelFailed], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(kind) as failed:
        await ask(play)

    assert MARKER not in "".join(traceback.format_exception(failed.value, chain=True))
    assert MARKER not in caplog.text
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


async def test_nothing_of_question_or_answer_is_logged_even_where_the_library_is_told_to(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def say_the_marker(talk: Talk) -> None:
        await talk.begin()
        await talk.say(MARKER)
        await talk.finish()

    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)

    assert await ask(say_the_marker) == MARKER

    assert MARKER not in caplog.text
    assert "model: asked, turns=2" in caplog.text
    assert MARKER not in repr(QUESTION) + repr(QUESTION.turns)


async def test_what_came_before_a_failure_stands() -> None:
    heard: list[str] = []
    async with scripted_model(end_in_the_middle) as server, ModelClient(at(server.url), print) as client:
        with pytest.raises(ModelBroken):
            await listen_to(client, heard.append)

    assert heard == [MARKER]


@pytest.mark.parametrize("config", [at("http://127.0.0.1:9"), EngineConfig(model="m", socket=Path("/nowhere/s"))])
async def test_where_nothing_listens_it_is_said(config: EngineConfig) -> None:
    async with ModelClient(config, print) as client:
        with pytest.raises(ModelUnreachable, match="Is it running"):
            await answer_of(client)


async def test_pictures_do_not_follow_a_redirect() -> None:
    async with scripted_model(say_hello) as elsewhere:
        with pytest.raises(ModelRefused, match="another address"):
            await ask(status(307, Location=f"{elsewhere.url}/v1/chat/completions"))

    assert elsewhere.asked == []


async def test_an_answer_without_end_is_cut() -> None:
    async def never_stop(talk: Talk) -> None:
        await talk.begin()
        while True:
            await talk.say("again " * 100)

    async with (
        scripted_model(never_stop) as server,
        ModelClient(at(server.url), print) as client,
        client.ask(QUESTION) as answer,
    ):
        length = sum([len(text) async for text in answer])

    assert LARGEST_TEXT <= length < LARGEST_TEXT + 1000
    assert answer.was_cut


async def test_an_answer_that_was_too_long_says_so() -> None:
    async def run_out(talk: Talk) -> None:
        await talk.begin()
        await talk.say("Save keeps")
        await talk.finish("length")

    async with (
        scripted_model(run_out) as server,
        ModelClient(at(server.url), print) as client,
        client.ask(QUESTION) as answer,
    ):
        assert [text async for text in answer] == ["Save keeps"]

    assert answer.was_cut


# Waiting


async def be_silent(talk: Talk) -> None:
    await talk.until_hung_up()


async def begin_and_be_silent(talk: Talk) -> None:
    await talk.begin()
    await talk.until_hung_up()


async def only_sign_of_life(talk: Talk) -> None:
    await talk.begin()
    while True:
        await talk.send(b": ping\n\n")
        await talk.event({"choices": [{"delta": {"reasoning_content": "hm"}}]})


async def stop_in_the_middle(talk: Talk) -> None:
    await talk.begin()
    await talk.say("Save ")
    await talk.until_hung_up()


@pytest.mark.parametrize("play", [be_silent, begin_and_be_silent, only_sign_of_life, stop_in_the_middle])
async def test_silence_is_not_waited_for_longer_than_the_settings_say(play: Play) -> None:
    with pytest.raises(ModelSilent):
        await ask(play, patience=SHORT)


# Cancelling


def signalling(play: Play) -> tuple[Play, asyncio.Event]:
    """Return a play that tells when it has ended."""
    ended = asyncio.Event()

    async def tell(talk: Talk) -> None:
        try:
            await play(talk)
        finally:
            ended.set()

    return tell, ended


async def test_cancelling_in_the_middle_hangs_up_and_the_next_question_is_answered() -> None:
    play, ended = signalling(stop_in_the_middle)
    first = asyncio.Event()
    plays: list[Play] = [play, say_hello]

    async def one_after_the_other(talk: Talk) -> None:
        await plays.pop(0)(talk)

    async with scripted_model(one_after_the_other) as server, ModelClient(at(server.url), print) as client:
        asking = asyncio.create_task(listen_to(client, lambda _text: first.set()))
        await first.wait()
        asking.cancel()
        await asyncio.wait([asking])
        await ended.wait()

        assert asking.cancelled()
        assert await answer_of(client) == "Save keeps it."


@pytest.mark.parametrize("play", [be_silent, begin_and_be_silent])
async def test_cancelling_before_the_first_word_hangs_up(play: Play) -> None:
    reached = asyncio.Event()

    async def tell(talk: Talk) -> None:
        reached.set()
        await play(talk)

    told, ended = signalling(tell)
    async with scripted_model(told) as server, ModelClient(at(server.url), print) as client:
        asking = asyncio.create_task(answer_of(client))
        await reached.wait()
        asking.cancel()
        await ended.wait()
        await asyncio.wait([asking])

    assert asking.cancelled()


async def test_leaving_without_reading_hangs_up() -> None:
    play, ended = signalling(begin_and_be_silent)
    async with scripted_model(play) as server, ModelClient(at(server.url), print) as client:
        async with client.ask(QUESTION):
            pass
        await ended.wait()


# Thinking


async def test_thinking_and_markers_are_not_heard() -> None:
    async def think_aloud(talk: Talk) -> None:
        await talk.begin()
        await talk.say("<th", "ink>What is it? A < B.</th", "ink>\n\n<|begin_of_", "box|>Save<|end_of_box|>", " < 3.")
        await talk.finish()

    assert await ask(think_aloud) == "Save < 3."


async def test_a_server_that_sends_only_the_end_of_its_thinking_is_heard_from_there_the_next_time() -> None:
    async def begin_in_thought(talk: Talk) -> None:
        await talk.begin()
        await talk.say("Hm, a box.", "</think>", "Save keeps it.")
        await talk.finish()

    async with scripted_model(begin_in_thought) as server, ModelClient(at(server.url), print) as client:
        answers = [await answer_of(client), await answer_of(client)]

    assert answers[1] == "Save keeps it."


# Another machine


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 0.0.0.0, which is no loopback address and yet leads to this machine."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    options = ["-addext", "subjectAltName=IP:0.0.0.0", "-keyout", str(file), "-out", str(file.with_name("cert.pem"))]
    subprocess.run([*command.split(), *options], check=True, capture_output=True)
    file.write_text(file.read_text() + file.with_name("cert.pem").read_text())
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def elsewhere(url: str) -> EngineConfig:
    return at(url.replace("http://127.0.0.1", "https://0.0.0.0"), allow_remote=True)


async def test_another_machine_is_announced_once_before_it_is_asked(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    told: list[tuple[str, int]] = []
    async with (
        scripted_model(say_hello, tls=tls) as server,
        ModelClient(elsewhere(server.url), lambda host: told.append((host, len(server.asked)))) as client,
    ):
        answers = [await answer_of(client), await answer_of(client)]

    assert answers == ["Save keeps it."] * 2
    assert told == [("0.0.0.0", 0)]


async def test_a_machine_whose_certificate_is_not_trusted_is_told_nothing(tls: ssl.SSLContext) -> None:
    async with scripted_model(say_hello, tls=tls) as server, ModelClient(elsewhere(server.url), print) as client:
        with pytest.raises(ModelUnreachable, match="not trusted"):
            await answer_of(client)

    assert server.asked == []


async def test_this_machine_is_not_announced() -> None:
    told: list[str] = []
    async with scripted_model(say_hello) as server, ModelClient(at(server.url), told.append) as client:
        await answer_of(client)

    assert told == []


# Around it


async def test_the_models_of_a_server_are_listed() -> None:
    async def list_two(talk: Talk) -> None:
        await talk.begin(kind="application/json")
        await talk.send(b'{"object": "list", "data": [{"id": "a", "object": "model"}, {"id": "b"}]}')

    async with scripted_model(list_two) as server, ModelClient(at(server.url), print) as client:
        assert await client.models() == ("a", "b")


@pytest.mark.parametrize(
    "play", [status(500), sends(b"[]", kind="application/json"), sends(b'{"data": 7}', kind="application/json")]
)
async def test_a_list_that_is_none_is_a_failure(play: Play) -> None:
    async with scripted_model(play) as server, ModelClient(at(server.url), print) as client:
        with pytest.raises(ModelFailed):
            await client.models()


def test_the_library_is_not_loaded_before_a_model_is_asked() -> None:
    command = "import sys, assistant.host.model_client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()

    assert not {"openai", "httpx2", "pydantic", "assistant.host.model_library"} & set(loaded)


@pytest.mark.parametrize("kind", [ModelBroken, ModelBusy, ModelRefused, ModelSilent, ModelUnreachable])
def test_each_failure_has_words_to_be_heard(kind: type[ModelFailed]) -> None:
    assert issubclass(kind, SightlineError)
    assert kind.heard != ModelFailed.heard
