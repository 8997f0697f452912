from __future__ import annotations

import asyncio
import json
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2  # what openai itself uses
import openai
import pytest

from assistant.engine.desk import Desk
from assistant.engine.generate import Author
from assistant.engine.server import listening
from assistant.errors import SightlineError
from harness.asking import FACTS, SAVE, data_uri, drawn, eager, picture, plainly, question, wrong_references

LIMIT_SECONDS = 60


def messages(seed: int = 1, words: str = SAVE, url: str = "") -> list[Any]:
    image = {"url": url or data_uri(drawn(seed)), "detail": "low"}
    parts = [
        {"type": "image_url", "image_url": image},
        {"type": "text", "text": FACTS},
        {"type": "text", "text": words},
    ]
    return [{"role": "system", "content": "You describe screens."}, {"role": "user", "content": parts}]


def client_at(engine: Path) -> openai.AsyncOpenAI:
    web = httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine)), timeout=LIMIT_SECONDS)
    return openai.AsyncOpenAI(api_key="none", base_url="http://engine/v1", http_client=web, max_retries=0)


@pytest.fixture
async def client(engine: Path) -> AsyncIterator[openai.AsyncOpenAI]:
    async with client_at(engine) as client:
        yield client


class Gate:
    """Holds the model before its first layer until it is opened."""

    def __init__(self, author: Author) -> None:
        self.reached = asyncio.Event()
        self._open = threading.Event()
        self._loop = asyncio.get_running_loop()
        layer = author.model.network.model.visual.blocks[0]
        self._hook = layer.register_forward_pre_hook(self._hold, prepend=True)

    def _hold(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self.reached.set)
        self._open.wait(LIMIT_SECONDS)

    def open(self) -> None:
        self._hook.remove()
        self._open.set()


@pytest.fixture
async def gate(glm: Author) -> AsyncIterator[Gate]:
    gate = Gate(glm)
    yield gate
    gate.open()


async def test_an_openai_client_gets_an_answer(client: openai.AsyncOpenAI, glm: Author) -> None:
    answer = await client.chat.completions.create(model="any", messages=messages(), max_tokens=12, temperature=0)

    assert answer.choices[0].message.content == plainly(glm, question(picture(1, tokens=256), SAVE))
    assert answer.choices[0].finish_reason in {"stop", "length"}
    assert answer.usage
    assert answer.usage.completion_tokens <= 12


async def test_a_stream_says_the_same_as_an_answer(client: openai.AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model="any", messages=messages(), max_tokens=12)
    stream = await client.chat.completions.create(
        model="any", messages=messages(), max_tokens=12, stream=True, stream_options={"include_usage": True}
    )

    chunks = [chunk async for chunk in stream]

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == (
        whole.choices[0].message.content
    )
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason
    assert chunks[-1].usage
    assert chunks[-1].usage.prompt_tokens_details
    assert (chunks[-1].usage.prompt_tokens_details.cached_tokens or 0) > 40


async def test_the_model_is_listed_and_is_well(client: openai.AsyncOpenAI, engine: Path) -> None:
    models = await client.models.list()
    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine))) as web:
        health = await web.get("http://engine/healthz")

    assert [model.id for model in models.data] == ["tiny"]
    assert health.json()["status"] == "ok"
    assert health.json()["why"]


def test_only_this_user_can_open_the_socket(engine: Path) -> None:
    assert stat.S_IMODE(engine.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"messages": messages(url="http://127.0.0.1:1/a.png")}, "messages"),
        ({"messages": messages(url="https://example.org/a.png")}, "messages"),
        ({"messages": messages(url="/etc/passwd")}, "messages"),
        ({"messages": messages(url="file:///etc/passwd")}, "messages"),
        ({"messages": messages(url="data:image/png;base64,AAAA")}, "messages"),
        ({"messages": messages(url="data:text/html;base64,AAAA")}, "messages"),
        ({"messages": []}, "messages"),
        ({"max_tokens": 100_000}, "max_tokens"),
        ({"temperature": 9}, "temperature"),
        ({"n": 2}, "n"),
        ({"extra_body": {"sightline": {"references": -1}}}, "sightline.references"),
        ({"extra_body": {"sightline": {"references": ["three"]}}}, "sightline.references"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_openais_error(
    client: openai.AsyncOpenAI, change: dict[str, Any], parameter: str
) -> None:
    asked: dict[str, Any] = {"model": "any", "messages": messages(), "max_tokens": 2}

    with pytest.raises(openai.BadRequestError) as refused:
        await client.chat.completions.create(**(asked | change))

    assert (refused.value.param or "").startswith(parameter)
    assert refused.value.type == "invalid_request_error"


@pytest.mark.parametrize(("told", "wanted"), [(3, {1, 2, 3}), ([7, 12], {7, 12}), (0, set[int]())])
async def test_an_answer_refers_to_what_the_client_has_told_of(
    client: openai.AsyncOpenAI, glm: Author, told: object, wanted: set[int]
) -> None:
    body = {"sightline": {"references": told}}
    with eager(glm, "[", "1", "2", "7", "]"):
        answer = await client.chat.completions.create(
            model="any", messages=messages(), max_tokens=40, temperature=1, seed=3, extra_body=body
        )

    assert "[" in (answer.choices[0].message.content or "")
    assert wrong_references(answer.choices[0].message.content or "", wanted) == []


async def test_a_refusal_never_repeats_what_was_sent(engine: Path) -> None:
    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine))) as web:
        answers = [
            await web.post("http://engine/v1/chat/completions", content=body)
            for body in (b"MARKERWORD", json.dumps({"messages": [{"role": "MARKERWORD", "content": 7}]}).encode())
        ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert not any("MARKERWORD" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/chat/completions", 405), ("POST", "/v1/completions", 404)],
)
async def test_an_unknown_address_is_refused(engine: Path, method: str, path: str, status: int) -> None:
    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine))) as web:
        answer = await web.request(method, f"http://engine{path}")

    assert answer.status_code == status
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_another_clients_question_is_refused_while_one_is_answered(
    client: openai.AsyncOpenAI, gate: Gate
) -> None:
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(
            client.chat.completions.create(model="any", messages=messages(), max_tokens=2, user="one")
        )
        await gate.reached.wait()

        with pytest.raises(openai.RateLimitError):
            await client.chat.completions.create(model="any", messages=messages(2), max_tokens=2, user="two")
        gate.open()

    assert first.result().choices


async def test_a_clients_newest_question_replaces_its_older_one(client: openai.AsyncOpenAI, gate: Gate) -> None:
    ask = client.chat.completions.create
    older = asyncio.create_task(ask(model="any", messages=messages(1), max_tokens=2))
    await gate.reached.wait()
    middle = asyncio.create_task(ask(model="any", messages=messages(2), max_tokens=2))
    newest = asyncio.create_task(ask(model="any", messages=messages(3), max_tokens=2))
    await asyncio.sleep(0)
    gate.open()

    answers = await asyncio.gather(older, middle, newest, return_exceptions=True)

    assert sum(isinstance(answer, openai.ConflictError) for answer in answers) >= 1
    assert sum(not isinstance(answer, BaseException) for answer in answers) >= 1


async def test_a_client_that_hangs_up_stops_the_work(client: openai.AsyncOpenAI, gate: Gate, glm: Author) -> None:
    asking = asyncio.create_task(client.chat.completions.create(model="any", messages=messages(), max_tokens=400))
    await gate.reached.wait()

    asking.cancel()
    await asyncio.wait((asking,))
    gate.open()
    answer = await client.chat.completions.create(model="any", messages=messages(2), max_tokens=12, user="another")

    assert answer.choices[0].message.content == plainly(glm, question(picture(2, tokens=256), SAVE))


async def test_what_was_read_is_forgotten_when_told(client: openai.AsyncOpenAI, engine: Path, glm: Author) -> None:
    await client.chat.completions.create(model="any", messages=messages(), max_tokens=1)
    kept = len(glm.prefixes)

    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine))) as web:
        await web.post("http://engine/v1/forget")

    assert (kept, len(glm.prefixes)) == (1, 0)


async def test_many_clients_at_once_get_right_answers_or_are_told(engine: Path, glm: Author) -> None:
    async def ask(number: int) -> tuple[int, str | None]:
        async with client_at(engine) as client:
            try:
                answer = await client.chat.completions.create(
                    model="any", messages=messages(number % 3), max_tokens=4, user=f"client {number % 4}"
                )
            except (openai.RateLimitError, openai.ConflictError):
                return number, None
            return number, answer.choices[0].message.content

    answers = await asyncio.gather(*map(ask, range(24)))

    wanted = [plainly(glm, question(picture(seed, tokens=256), SAVE, most_tokens=4)) for seed in range(3)]
    answered = [(number, text) for number, text in answers if text is not None]
    assert answered
    assert all(text == wanted[number % 3] for number, text in answered)


async def test_a_second_engine_at_the_same_socket_is_refused(engine: Path) -> None:
    with pytest.raises(SightlineError, match="already listens"), listening(engine):
        pass


async def test_a_model_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    def load() -> Author:
        raise SightlineError("no")

    with pytest.raises(SightlineError):
        await Desk(load).open()
