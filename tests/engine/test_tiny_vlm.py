"""A model that knows something, through the real engine: its answers are right or wrong, not just there.

It was trained on drawn dialogs (training/tiny_vlm); these are others. What it knows must survive everything that the
engine does with it, and must come from the picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2  # what openai itself uses
import openai
import pytest
import torch

from assistant.engine.desk import Desk
from assistant.engine.devices import Wish
from assistant.engine.generate import Author
from assistant.engine.loading import Model, load_model
from assistant.engine.manifest import check_manifest
from assistant.engine.server import listening, serving
from benchmarks.engine_servers import theirs
from harness.asking import StopAt, data_uri
from training.tiny_vlm.__main__ import FOLDER, main
from training.tiny_vlm.asking import FACTS, SYSTEM, answered, answers, question
from training.tiny_vlm.exam import Item, exam, marks, mean, mean_chance, shuffled

PICTURES = 40
ENOUGH = 0.9
NEAR = 0.1
"""How far a share of 160 answers may be from chance by luck."""
LARGEST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def knowing() -> Author:
    """An author with the trained model."""
    return Author(load_model(FOLDER, Wish(device="cpu", precision="float32", threads=1)))


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Every question about pictures that the model has not seen."""
    return exam(PICTURES)


@pytest.fixture(scope="module")
def alone(knowing: Author, items: list[Item]) -> list[str]:
    """What the model answers to each question when nothing has been read before."""
    said: list[str] = []
    for item in items:
        knowing.prefixes.drop()
        said.append(answered(knowing, question(item))[0])
    return said


@pytest.fixture
async def socket(knowing: Author, tmp_path: Path) -> AsyncIterator[Path]:
    """The socket of an engine that serves the trained model."""
    knowing.prefixes.drop()
    desk = Desk(lambda: knowing)
    with listening(tmp_path / "engine.sock") as listener:
        async with serving(desk, listener, "tiny-vlm"):
            await desk.open()
            yield tmp_path / "engine.sock"


def client_at(socket: Path) -> openai.AsyncOpenAI:
    web = httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(socket)), timeout=60)
    return openai.AsyncOpenAI(api_key="none", base_url="http://engine/v1", http_client=web, max_retries=0)


def request(item: Item, **options: Any) -> dict[str, Any]:
    """Return an item as a client of the chat endpoint asks it."""
    parts = [
        {"type": "image_url", "image_url": {"url": data_uri(item.picture), "detail": "low"}},
        {"type": "text", "text": FACTS},
        {"type": "text", "text": item.question},
    ]
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": parts}]
    return {"model": "any", "messages": messages, "max_tokens": 12, **options}


def good(items: list[Item], said: list[str]) -> bool:
    """Whether enough answers are right, on every topic better than any guess."""
    shares: Mapping[Any, float] = marks(items, said)
    return mean(shares) >= ENOUGH and min(shares.values()) > 0.6


def test_it_is_what_its_list_of_checksums_says_small_and_of_glms_class() -> None:
    check_manifest(FOLDER)

    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < LARGEST_BYTES
    assert "Glm46VForConditionalGeneration" in (FOLDER / "config.json").read_text(encoding="utf-8")


def test_it_sees_what_new_pictures_show(items: list[Item], alone: list[str]) -> None:
    assert good(items, alone), marks(items, alone)


def test_of_other_pictures_it_knows_as_little_as_a_guess(knowing: Author, items: list[Item]) -> None:
    share = mean(marks(items, answers(knowing, shuffled(items))))

    assert abs(share - mean_chance()) < NEAR


def test_it_sees_as_well_when_asked_as_sightline_asks(knowing: Author, items: list[Item]) -> None:
    said = answers(knowing, items, is_ours=True)

    assert good(items, said), marks(items, said)


@pytest.mark.parametrize("tokens", [28, 40])
def test_large_pictures_are_seen_within_their_budget(knowing: Author, tokens: int) -> None:
    large = exam(PICTURES, size=(196, 112), scale=3.0)  # 252 tokens, were they not shrunk
    asked = [question(item, tokens=tokens) for item in large]

    said = [answered(knowing, one)[0] for one in asked]

    assert max(knowing.prompt(one).tokens for one in asked) < tokens + 60
    assert good(large, said), marks(large, said)


def test_what_was_read_once_serves_all_questions_with_the_same_answers(
    knowing: Author, items: list[Item], alone: list[str]
) -> None:
    knowing.prefixes.drop()
    went = [answered(knowing, question(item)) for item in items]

    assert [said for said, _ in went] == alone
    assert sum(outcome.cached_tokens > 0 for _, outcome in went) == 3 * PICTURES


def test_answers_after_cancelled_ones_are_the_same(knowing: Author, items: list[Item], alone: list[str]) -> None:
    knowing.prefixes.drop()
    said: list[str] = []
    for number, item in enumerate(items):
        stopped = items[(number + 5) % len(items)]
        knowing.answer(question(stopped), lambda _: None, StopAt(number % 9))
        said.append(answered(knowing, question(item))[0])

    assert said == alone


async def test_streamed_through_the_socket_the_answers_are_the_same(
    socket: Path, items: list[Item], alone: list[str]
) -> None:
    async with client_at(socket) as client:
        said = [await streamed(client, item) for item in items]

    assert said == alone


async def streamed(client: openai.AsyncOpenAI, item: Item) -> str:
    stream = await client.chat.completions.create(
        **request(item, stream=True), extra_body={"prompt_cache_key": str(item.number)}
    )
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


async def test_clients_at_once_each_get_the_answer_about_their_own_picture(
    socket: Path, items: list[Item], alone: list[str]
) -> None:
    async def ask(place: int) -> str:
        async with client_at(socket) as client:
            while True:
                try:
                    answer = await client.chat.completions.create(**request(items[place], user=str(place)))
                except openai.RateLimitError:
                    await asyncio.sleep(0.01)  # as it is told to: somebody else is being answered
                else:
                    return answer.choices[0].message.content or ""

    places = range(0, len(items), 5)

    assert await asyncio.gather(*map(ask, places)) == [alone[place] for place in places]


@pytest.mark.skipif(not find_spec("uvicorn"), reason="needs transformers[serving]")
async def test_somebody_elses_server_gives_the_same_answers(
    items: list[Item], alone: list[str], tmp_path: Path
) -> None:
    plainly = {"chat_template_kwargs": {"enable_thinking": False}}
    async with theirs(FOLDER, tmp_path) as server:
        asked = [{**request(item), "model": server.model} for item in items[:20]]
        create = server.client.chat.completions.create
        said = [(await create(**one, extra_body=plainly)).choices[0].message.content for one in asked]

    assert said == alone[:20]


def test_the_script_makes_a_model_that_the_engine_loads(tmp_path: Path) -> None:
    status = main(["--share", "0.005", "--pictures", "2", "--threads", "1", "--out", str(tmp_path)])

    check_manifest(tmp_path)
    assert status == 0
    assert "not for users" in (tmp_path / "README.md").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore:.*deprecated")  # torch 2.13 would have us use torchao, which must stay out
def test_it_sees_as_well_with_8_bit_weights(knowing: Author, items: list[Item]) -> None:
    model = load_model(FOLDER, Wish(device="cpu", precision="float32", threads=1))
    quantised: Any = torch.ao.quantization.quantize_dynamic  # it has no types
    network = quantised(model.network, {torch.nn.Linear}, dtype=torch.qint8)
    author = Author(Model(model.name, network, model.processor, model.choice))

    said = answers(author, items)

    assert good(items, said), marks(items, said)


def test_it_sees_as_well_with_an_8_bit_memory_of_what_it_read(items: list[Item]) -> None:
    wish = Wish(device="cpu", precision="float32", threads=1, kv_cache="int8")
    author = Author(load_model(FOLDER, wish))

    said = answers(author, items)

    assert good(items, said), marks(items, said)
