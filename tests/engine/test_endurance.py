"""An engine that is asked again and again, in all ways, keeps its size, its descriptors and its threads.

300 requests here; `SIGHTLINE_REQUESTS=10000 pytest tests/engine/test_endurance.py` asks more, and prints what it saw.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, NamedTuple

import httpx2  # what openai itself uses
import pytest

from assistant.engine.devices import Wish
from assistant.engine.process import EngineProcess, EngineSettings
from harness.asking import FACTS, NAME, SAVE, data_uri, drawn

REQUESTS = int(os.environ.get("SIGHTLINE_REQUESTS", "300"))
LIMIT_SECONDS = 120 + REQUESTS / 10
GROWTH_MIB = 16  # what malloc may keep at hand; 10,000 requests that each leak 2 KiB show
PICTURES = [data_uri(drawn(seed, (112, 112))) for seed in range(6)]


class Size(NamedTuple):
    """What a process holds."""

    mebibytes: float
    descriptors: int
    sockets: int
    threads: int


def size_of(pid: int) -> Size:
    folder = Path(f"/proc/{pid}")
    descriptors = [os.path.realpath(one) for one in (folder / "fd").iterdir()]  # no error if one is closed meanwhile
    pages = int((folder / "statm").read_bytes().split()[1])
    sockets = sum("socket:" in one for one in descriptors)
    return Size(pages * resource.getpagesize() / 2**20, len(descriptors), sockets, len([*(folder / "task").iterdir()]))


@pytest.fixture
async def running(folder_of: Callable[[str], Path], tmp_path: Path) -> AsyncIterator[tuple[EngineProcess, Path]]:
    settings = EngineSettings(
        folder_of("glm46v"), tmp_path / "engine.sock", Wish(device="cpu", precision="float32", threads=1)
    )
    async with asyncio.timeout(LIMIT_SECONDS), EngineProcess(settings) as engine, engine.using() as path:
        yield engine, path


def request(dice: random.Random) -> dict[str, Any]:
    """Return a question: of few windows, so that what was read is reused; some that cannot be asked."""
    window = dice.randrange(6)
    image = {"url": PICTURES[window] if dice.random() > 0.05 else "data:image/png;base64,AAAA", "detail": "low"}
    texts = ({"type": "text", "text": text} for text in (FACTS, dice.choice((SAVE, NAME))))
    return {
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": image}, *texts]}],
        "max_tokens": dice.choice((0, 1, 2, 3)),
        "prompt_cache_key": str(window),
        "stream": True,
        "user": "the only one",
        "sightline": {"references": dice.choice((3, 9))},
    }


async def ask(web: httpx2.AsyncClient, dice: random.Random) -> int:
    """Ask, and read the answer or hang up in the middle of it; return the status."""
    async with web.stream("POST", "http://engine/v1/chat/completions", json=request(dice)) as answer:
        async with aclosing(answer.aiter_bytes()) as pieces:
            async for _ in pieces:
                if dice.random() < 0.1:
                    break
        return int(answer.status_code)


@pytest.mark.timeout(LIMIT_SECONDS + 30)
async def test_many_requests_leave_nothing_behind(running: tuple[EngineProcess, Path]) -> None:
    (engine, path), dice = running, random.Random(1)
    pid, sizes, statuses = engine.pid or 0, list[Size](), set[int]()

    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(path)), timeout=60) as web:
        for number in range(REQUESTS):
            statuses.add(await ask(web, dice))
            if number % (REQUESTS // 10) == REQUESTS // 10 - 1:
                sizes.append(size_of(pid))
        await web.get("http://engine/healthz")  # what hung up last is noticed

    print(*sizes, sep="\n")
    early, last = sizes[2], sizes[-1]
    assert engine.pid == pid
    assert {200, 400} <= statuses
    assert last.mebibytes - early.mebibytes < GROWTH_MIB
    assert last.descriptors <= early.descriptors + 4
    assert last.sockets <= early.sockets + 4
    assert last.threads <= early.threads + 2
