"""Asking a model: a scripted server on loopback or a Unix socket does what servers do, and what they should not."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.config import EngineConfig
from assistant.errors import (
    ModelSilent,
    ModelUnreachable,
    SomethingMissing,
    WrongSettings,
)
from assistant.host.model_client import ModelClient, Patience
from assistant.host.model_question import Question, Turn
from harness.questions import MARKER, QUESTION, answer_of, ask, at, listen_to, say_hello
from harness.scripted_model import Play, Talk, scripted_model

pytestmark = pytest.mark.skipif(not find_spec("openai"), reason="needs the extra vlm")

SHORT = Patience(connect=5, first=0.2, between=0.2)  # for servers that never do what is waited for


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


async def test_our_own_engine_is_told_to_forget_the_screen(tmp_path: Path) -> None:
    config = EngineConfig(socket=tmp_path / "engine.sock", model="screen")
    async with (
        scripted_model(say_hello, socket=tmp_path / "engine.sock") as server,
        ModelClient(config, print) as client,
    ):
        await client.forget()
        await answer_of(client)
        await client.forget()

    assert [asked.path for asked in server.asked] == ["/v1/chat/completions", "/v1/forget"]


def test_the_library_is_not_loaded_before_a_model_is_asked() -> None:
    command = "import sys, assistant.host.model_client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()

    assert not {"openai", "httpx2", "pydantic", "assistant.host.model_library"} & set(loaded)
