"""Our client and a real server of somebody else's: `transformers serve`, with a tiny model of random weights."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.config import EngineConfig, ServerUrl
from assistant.errors import ModelFailed
from assistant.host.model_client import ModelClient
from assistant.host.model_question import Picture, Question, Turn
from assistant.host.png import png

pytestmark = pytest.mark.skipif(
    not (find_spec("transformers") and find_spec("uvicorn")), reason="needs the extras vlm and serve"
)

TESTS = Path(__file__).parent.parent
WITHOUT_END = 4000  # tokens; minutes for a server that does not notice that nobody listens any more


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EngineConfig]:
    """The server, ready; as the settings would name it."""
    folder = tmp_path_factory.mktemp("served")
    offline = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HOME": str(folder / "home")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "harness.transformers_serve", str(folder / "model")),
        cwd=TESTS,
        env={**os.environ, **offline},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    reading = None
    try:
        url = await _address(process.stderr)
        reading = asyncio.create_task(process.stderr.read(), name="read what it reports, so that it never waits")
        yield EngineConfig(url=ServerUrl.of(url), model=str(folder / "model"))
    finally:
        process.kill()
        await process.wait()
        if reading is not None:
            await reading


async def _address(report: asyncio.StreamReader) -> str:
    said = b""
    async for line in report:
        said += line
        if found := re.search(rb"running on (http://\S+)", line):
            return found[1].decode()
    raise AssertionError(f"the server ended: {said.decode()[-2000:]}")


def question(*parts: str | Picture, tokens: int = 12) -> Question:
    return Question((Turn("system", ("Answer in one sentence.",)), Turn("user", parts)), tokens=tokens)


def picture() -> Picture:
    return Picture(png(120, 90, b"\x80\xa0\xc0" * 120 * 90))


async def pieces_of(client: ModelClient, asked: Question) -> list[str]:
    async with client.ask(asked) as answer:
        return [text async for text in answer]


async def test_a_picture_is_explained_in_pieces(server: EngineConfig) -> None:
    asked = question(picture(), "1 button OK", "What is this?")
    async with ModelClient(server, print) as client, client.ask(asked) as answer:
        pieces = [text async for text in answer]

    assert len(pieces) > 1
    assert "".join(pieces).strip()
    assert answer.was_cut


async def test_the_same_question_has_the_same_answer(server: EngineConfig) -> None:
    async with ModelClient(server, print) as client:
        first = await pieces_of(client, question("What is this?"))
        second = await pieces_of(client, question("What is this?"))

    assert "".join(first) == "".join(second)


async def test_cancelling_frees_the_server_for_the_next_question(server: EngineConfig) -> None:
    heard = asyncio.Event()

    async def listen(client: ModelClient) -> None:
        async with client.ask(question(picture(), "What is this?", tokens=WITHOUT_END)) as answer:
            async for _text in answer:
                heard.set()

    async with ModelClient(server, print) as client:
        asking = asyncio.create_task(listen(client), name="ask")
        await heard.wait()
        asking.cancel()
        await asyncio.wait([asking])

        assert asking.cancelled()
        assert await pieces_of(client, question("What is this?"))


async def test_a_model_that_it_has_not_is_a_failure(server: EngineConfig, tmp_path: Path) -> None:
    config = EngineConfig(url=server.url, model=str(tmp_path / "none"))
    async with ModelClient(config, print) as client:
        with pytest.raises(ModelFailed):
            await pieces_of(client, question("What is this?"))
