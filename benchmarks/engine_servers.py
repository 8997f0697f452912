"""The engine and `transformers serve`, each in a process of its own with the same model, asked by the same client."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import random
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx2  # what openai itself uses
import openai
import torch
from PIL import Image

from assistant.engine.loading import OFFLINE
from assistant.engine.manifest import write_manifest
from training.tiny_vlm.dialogs import draw, some_dialog
from training.tiny_vlm.model import Size, make_network, make_processor, save_model
from training.tiny_vlm.talks import our_messages, texts

MID = Size(16, 768, 12, 2048, vision_layers=8, vision_width=512, vision_heads=8, vision_merger=1024, spread=0.06)
"""About 120 million parameters."""
TINY = Size(spread=0.2)  # so that answers vary: at 0.02 a random model says one word for ever
PICTURE = (800, 600)
QUESTIONS = ("What kind of message is this?", "How many buttons are there?")
THREADS = 1
_TESTS = Path(__file__).parent.parent / "tests"
_OURS = (
    "import sys; from pathlib import Path; from assistant.engine.devices import Wish\n"
    "from assistant.engine.run import run_engine\n"
    "wish = Wish(device='cpu', precision='float32', threads=int(sys.argv[3]))\n"
    "sys.exit(run_engine(Path(sys.argv[1]), Path(sys.argv[2]), wish))"
)


@dataclass(frozen=True, slots=True)
class Timed:
    """How one answer came. Milliseconds from the request."""

    first: float
    last: float
    tokens: int

    @property
    def per_token(self) -> float | None:
        """Milliseconds for each token after the first; None where there was but one."""
        return (self.last - self.first) / (self.tokens - 1) if self.tokens > 1 else None


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    client: openai.AsyncOpenAI
    model: str

    async def ask(self, picture: Image.Image, question: str, tokens: int) -> Timed:
        """Ask about a picture, as Sightline does; return how the answer came."""
        started = perf_counter()
        first, count = 0.0, 0
        stream = await self.client.chat.completions.create(
            model=self.model,
            messages=_messages(picture, question),
            max_tokens=tokens,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
            extra_body={"chat_template_kwargs": {"enable_thinking": False}},
        )
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content and not first:
                first = perf_counter() - started
            if chunk.usage:
                count = chunk.usage.completion_tokens
        last = perf_counter() - started
        return Timed(1000 * (first or last), 1000 * last, count)


def build(folder: Path, size: Size) -> Path:
    """Build a model of GLM-4.6V's classes with random weights, and return its folder."""
    processor = make_processor(texts())
    torch.manual_seed(0)
    save_model(make_network(processor.tokenizer, size), processor, folder, torch.float32)
    write_manifest(folder)
    return folder


def picture(seed: int, size: tuple[int, int] = PICTURE) -> Image.Image:
    """Return the picture of a dialog, another one for each seed."""
    dice = random.Random(seed)
    return draw(some_dialog(dice), dice, size)


@asynccontextmanager
async def ours(model: Path, folder: Path) -> AsyncIterator[Server]:
    """Run our engine."""
    socket = folder / "engine.sock"
    async with _process("-c", _OURS, str(model), str(socket), str(THREADS)) as report:
        await _line(report, rb"answers at")
        web = httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(socket)), timeout=600)
        async with openai.AsyncOpenAI(api_key="none", base_url="http://engine/v1", http_client=web) as client:
            yield Server(client, model.name)


@asynccontextmanager
async def theirs(model: Path, folder: Path) -> AsyncIterator[Server]:
    """Run `transformers serve`."""
    async with _process("-m", "harness.transformers_serve", str(model), HF_HOME=str(folder / "home")) as report:
        url = (await _line(report, rb"running on (http://\S+)"))[1].decode()
        async with openai.AsyncOpenAI(api_key="none", base_url=f"{url}/v1", timeout=600) as client:
            yield Server(client, str(model))


@asynccontextmanager
async def _process(*arguments: str, **environment: str) -> AsyncIterator[asyncio.StreamReader]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=_TESTS,
        env={**os.environ, **OFFLINE, **environment, "PYTHONPATH": str(_TESTS.parent)},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert process.stderr is not None
    try:
        yield process.stderr
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _line(report: asyncio.StreamReader, pattern: bytes) -> re.Match[bytes]:
    """Return what a line of a process's report says, and have the rest read, so that it never waits."""
    async for line in report:
        if found := re.search(pattern, line):
            _READING.add(reading := asyncio.create_task(report.read(), name="read the report"))
            reading.add_done_callback(_READING.discard)
            return found
    raise RuntimeError("the server has ended before it was ready")


_READING: set[asyncio.Task[bytes]] = set()


def _messages(image: Image.Image, question: str) -> Any:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    rules, asked = our_messages(question, random.Random(0))
    parts = [{"type": "image_url", "image_url": {"url": url}}, *asked["content"][1:]]
    return [rules, {"role": "user", "content": parts}]
