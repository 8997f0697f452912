"""Several clients at once, each with windows of its own, some of which hang up: every answer is right, or refused."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from contextlib import aclosing
from functools import cache
from pathlib import Path
from typing import Any

import httpx2  # what openai itself uses
import pytest

from assistant.engine.generate import Author
from harness.asking import FACTS, NAME, SAVE, data_uri, drawn, picture, plainly, question

CLIENTS, TIMES = 4, 7
QUESTIONS = (SAVE, NAME, "Describe the window.")
TOKENS = 5
Case = tuple[int, str]
"""Which picture, and what is asked about it."""


@cache
def uri(seed: int) -> str:
    return data_uri(drawn(seed))


@pytest.fixture(scope="module")
def right() -> dict[Case, str]:
    """What is answered when everything is read anew; filled as it is needed."""
    return {}


def answer_to(case: Case, glm: Author, right: dict[Case, str]) -> str:
    seed, words = case
    if case not in right:
        right[case] = plainly(glm, question(picture(seed, tokens=256), words, most_tokens=TOKENS))
    return right[case]


def body(client: int, case: Case, window: str) -> Mapping[str, Any]:
    seed, words = case
    image = {"type": "image_url", "image_url": {"url": uri(seed), "detail": "low"}}
    texts = [{"type": "text", "text": text} for text in (FACTS, words)]
    messages = [{"role": "system", "content": "You describe screens."}, {"role": "user", "content": [image, *texts]}]
    return {
        "messages": messages,
        "max_tokens": TOKENS,
        "prompt_cache_key": window,
        "user": f"client {client}",
        "stream": True,
    }


async def asked(web: httpx2.AsyncClient, sent: Mapping[str, Any], *, hangs_up: bool) -> str | None:
    """Return the answer; None if it was refused, or if we hung up after its first piece."""
    said: list[str] = []
    async with web.stream("POST", "http://engine/v1/chat/completions", json=sent) as answer:
        if answer.status_code != 200:
            return None
        async with aclosing(answer.aiter_lines()) as lines:  # type: ignore[type-var]  # an async generator
            async for line in lines:
                if not line.startswith("data: {"):
                    continue
                event = json.loads(line.removeprefix("data: "))
                if hangs_up or "error" in event:
                    return None
                said += [choice["delta"].get("content", "") for choice in event["choices"]]
    return "".join(said)


async def client(number: int, seed: int, engine: Path) -> list[tuple[Case, str]]:
    """Ask as somebody does who goes to and fro between windows whose content changes."""
    dice, answers = random.Random(100 * seed + number), list[tuple[Case, str]]()
    async with httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(engine)), timeout=100) as web:
        for _ in range(TIMES):
            case = (dice.randrange(5), dice.choice(QUESTIONS))
            window = dice.choice(("", f"window {dice.randrange(3)}"))  # the clients' names for them are the same
            answer = await asked(web, body(number, case, window), hangs_up=dice.random() < 0.25)
            if answer is not None:
                answers.append((case, answer))
    return answers


@pytest.mark.parametrize("seed", range(5))
async def test_clients_at_once_are_answered_rightly_or_refused(
    seed: int, engine: Path, glm: Author, right: dict[Case, str]
) -> None:
    answers = await asyncio.gather(*(client(number, seed, engine) for number in range(CLIENTS)))

    every = [one for some in answers for one in some]
    assert every
    for case, answer in every:
        assert answer == answer_to(case, glm, right)
