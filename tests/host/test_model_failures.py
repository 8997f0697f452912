"""What servers should not do, and what the person is told then: never a word of question or answer."""

from __future__ import annotations

import logging
import traceback
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.config import EngineConfig
from assistant.errors import (
    ModelBroken,
    ModelBusy,
    ModelFailed,
    ModelRefused,
    ModelSilent,
    ModelUnreachable,
    SightlineError,
)
from assistant.host.model_client import LARGEST_TEXT, ModelClient
from harness.questions import MARKER, QUESTION, answer_of, ask, at, listen_to, say_hello
from harness.scripted_model import Play, Talk, scripted_model

pytestmark = pytest.mark.skipif(not find_spec("openai"), reason="needs the extra vlm")


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


@pytest.mark.parametrize(
    "play", [status(500), sends(b"[]", kind="application/json"), sends(b'{"data": 7}', kind="application/json")]
)
async def test_a_list_that_is_none_is_a_failure(play: Play) -> None:
    async with scripted_model(play) as server, ModelClient(at(server.url), print) as client:
        with pytest.raises(ModelFailed):
            await client.models()


@pytest.mark.parametrize("kind", [ModelBroken, ModelBusy, ModelRefused, ModelSilent, ModelUnreachable])
def test_each_failure_has_words_to_be_heard(kind: type[ModelFailed]) -> None:
    assert issubclass(kind, SightlineError)
    assert kind.heard != ModelFailed.heard
