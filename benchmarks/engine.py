"""The model's process beside `transformers serve` and plain `generate`, with the same models of random weights."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import threading
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter

import torch

from assistant.engine.devices import KvCache, Wish
from assistant.engine.generate import Author, Question
from assistant.engine.loading import load_model
from assistant.engine.pictures import Picture
from assistant.engine.prompt import Turn
from benchmarks.engine_servers import (
    MID,
    PICTURE,
    QUESTIONS,
    THREADS,
    TINY,
    Server,
    Timed,
    build,
    ours,
    picture,
    theirs,
)
from benchmarks.figures import Comparison, Result, Series, Target
from benchmarks.turns import in_turn, share_of
from training.tiny_vlm.model import Size

ROUNDS, WARM_UP = 5, 1
SIZES: Mapping[str, Size] = {"1 M": TINY, "120 M": MID}
ANSWER_TOKENS = 60
CLAUSE_TOKENS = 8
BUDGETS = (64, 256, 512)
LARGE = (1600, 1200)


async def run(share: float = 1.0, sizes: Mapping[str, Size] = SIZES) -> Result:
    """Ask both servers about the same pictures, in turn."""
    rounds, comparisons = share_of(ROUNDS, share), list[Comparison]()
    for name, size in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            model = await asyncio.to_thread(build, Path(folder) / f"glm-{name.replace(' ', '')}", size)
            is_judged = name == [*sizes][-1]
            comparisons += await _beside_serve(name, model, Path(folder), rounds, is_judged=is_judged)
            author = await asyncio.to_thread(_author, model)
            comparisons += [
                _beside_generate(name, author, rounds, is_judged=is_judged),
                *_budgets(name, author, rounds),
                _memory(name, model, author),
            ]
    return Result("engine", "The model's answers", tuple(comparisons), _NOTES)


async def _beside_serve(name: str, model: Path, folder: Path, rounds: int, *, is_judged: bool) -> list[Comparison]:
    async with AsyncExitStack() as stack:
        servers = (
            await stack.enter_async_context(ours(model, folder)),
            await stack.enter_async_context(theirs(model, folder)),
        )
        seeds = {id(server): 0 for server in servers}

        async def both_questions(server: Server) -> tuple[Timed, Timed]:
            seeds[id(server)] += 1
            seen = picture(seeds[id(server)])  # a new window each round, the same one for both
            return await server.ask(seen, QUESTIONS[0], ANSWER_TOKENS), await server.ask(
                seen, QUESTIONS[1], ANSWER_TOKENS
            )

        ways = [lambda server=server: both_questions(server) for server in servers]
        await in_turn(WARM_UP, *ways)
        we, they = await in_turn(rounds, *ways)
    tenth = Target(0.1) if is_judged else None
    serve = "transformers serve"
    return [
        Comparison(
            f"{name}: second question about a window → first token",
            Series.of(second.first for _, second in we),
            serve,
            Series.of(second.first for _, second in they),
            target=tenth,
            headline="second question to the model" if is_judged else "",
        ),
        Comparison(
            f"{name}: first question about a window → first token",
            Series.of(first.first for first, _ in we),
            serve,
            Series.of(first.first for first, _ in they),
        ),
        Comparison(
            f"{name}: each further token",
            Series.of(first.per_token for first, _ in we),
            serve,
            Series.of(first.per_token for first, _ in they),
        ),
        _spoken(f"{name}: question about a window not read yet", [first for first, _ in we]),
        _spoken(f"{name}: question about a window read ahead", [second for _, second in we], is_judged=is_judged),
    ]


def _spoken(what: str, answers: list[Timed], *, is_judged: bool = False) -> Comparison:
    """Compare when a first clause could be spoken with when all could be, in the same answers."""
    return Comparison(
        f"{what} → first {CLAUSE_TOKENS} tokens, a clause to speak",
        Series.of(_until(timed, CLAUSE_TOKENS) for timed in answers),
        "ours, spoken when all is there",
        Series.of(timed.last for timed in answers),
        target=Target(0.2) if is_judged else None,
        headline="first clause of the model's answer" if is_judged else "",
    )


def _until(timed: Timed, tokens: int) -> float | None:
    return None if timed.per_token is None else timed.first + (tokens - 1) * timed.per_token


def _author(model: Path, kv_cache: KvCache = "full") -> Author:
    wish = Wish(device="cpu", precision="float32", threads=THREADS, kv_cache=kv_cache)
    return Author(load_model(model, wish))


def _beside_generate(name: str, author: Author, rounds: int, *, is_judged: bool) -> Comparison:
    """Time a whole answer to something that was not read before, both ways, for each of its tokens."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + WARM_UP):
        asked = _question(number, ANSWER_TOKENS, 256)
        author.prefixes.drop()
        timings = (_answer_ms(author, asked), _generate_ms(author, asked))
        if number >= WARM_UP:
            for series, timing in zip(taken, timings, strict=True):
                series.append(timing)
    ours_taken, plain = (Series(tuple(series)) for series in taken)
    what = f"{name}: a token of a whole answer, its prompt read"
    return Comparison(what, ours_taken, "plain generate", plain, target=Target(1.0) if is_judged else None)


def _answer_ms(author: Author, asked: Question) -> float:
    started = perf_counter()
    outcome = author.answer(asked, lambda _: None, threading.Event())
    return 1000 * (perf_counter() - started) / max(1, outcome.answer_tokens)


def _generate_ms(author: Author, asked: Question) -> float:
    started = perf_counter()
    prompt = author.prompt(asked)
    with torch.inference_mode():
        author.read_nothing()
        ids = author.model.network.generate(**prompt.inputs, max_new_tokens=asked.most_tokens, do_sample=False)
    new = int(ids.shape[1]) - prompt.tokens
    return 1000 * (perf_counter() - started) / max(1, new)


def _budgets(name: str, author: Author, rounds: int) -> list[Comparison]:
    """Time the first token about a large picture under several budgets, beside the largest."""
    taken: dict[int, list[float]] = {tokens: [] for tokens in (*BUDGETS, 1024)}
    for number in range(rounds):
        for tokens, series in taken.items():
            asked = _question(number, 1, tokens, LARGE)
            author.prefixes.drop()
            series.append(author.answer(asked, lambda _: None, threading.Event()).first_token_ms)
    full = Series(tuple(taken.pop(1024)))
    return [
        Comparison(
            f"{name}: a picture of {LARGE[0]}×{LARGE[1]} within {tokens} tokens → first token",
            Series(tuple(series)),
            "within 1,024",
            full,
        )
        for tokens, series in taken.items()
    ]


def _memory(name: str, model: Path, author: Author) -> Comparison:
    """Take how much memory is held for a window that was read, with and without INT8."""
    held = [_held_megabytes(one) for one in (_author(model, "int8"), author)]
    what = f"{name}: memory held for a window that was read, INT8 KV cache"
    return Comparison(what, Series((held[0],)), "KV cache in 32 bit", Series((held[1],)), unit="MB")


def _held_megabytes(author: Author) -> float:
    author.prefixes.drop()
    asked = _question(0, 1, 512, LARGE)
    author.answer(asked, lambda _: None, threading.Event())
    prefix = author.prefixes.of(asked.window)
    assert prefix is not None
    return prefix.bytes / 1e6


def _question(seed: int, most: int, tokens: int, size: tuple[int, int] = PICTURE) -> Question:
    image = picture(seed, size)
    digest = hashlib.sha256(image.tobytes() + str(tokens).encode()).digest()
    seen = Picture(image.size, digest, tokens, None, lambda: image)
    turns = (Turn("system", ("You describe screens.",)), Turn("user", (seen, "It is a dialog. ", QUESTIONS[0])))
    return Question(turns, window=str(seed), most_tokens=most, cut_circles=False)


_NOTES = (
    f"""Models of GLM-4.6V's classes with random weights: what they answer means nothing, what it takes is real. Both
servers run on the processor with {THREADS} thread in 32 bit, have the same folder, and are asked by one client library,
in turn, about pictures of 800×600 with Sightline's own rules, facts and style around the question.""",
    """`transformers serve` reads each request from its first token on; ours goes on from what it has read of a window.
With 1 million parameters the times are those of HTTP and of Python, not of the model: targets are judged with the
larger one.""",
    f"""A model of random weights writes no clauses: eight tokens stand for the first one, of {ANSWER_TOKENS} in all.
What the voice takes from words to sound is the same on both sides and left out; the benchmark “voices” has it.""",
    """A GPU's KV cache has 16 bit: there INT8 saves half of what it saves here. GLM-4.6V-Flash's takes 41 MB for 1,000
tokens in 16 bit, beside 20.6 GB of weights.""",
)
