"""What the engine's options cost and save: `python -m benchmarks.engine_options [--quick]`.

Each beside the same without it, in turn, with models of random weights (benchmarks/engine.py): a KV cache in 8 bit,
lookup in the prompt, an answer held to the references that exist. So that an answer's words are not the whim of random
weights, it is given: each word is made the likeliest, and the model computes it all the same.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import torch
import transformers
from transformers import LogitsProcessor, LogitsProcessorList
from transformers.cache_utils import DynamicLayer

from assistant.engine.caches import cache_bytes, new_cache
from assistant.engine.devices import KvCache, Wish
from assistant.engine.generate import Author, Question
from assistant.engine.loading import load_model
from assistant.engine.prompt import Turn
from benchmarks.engine_servers import MID, THREADS, TINY, build
from benchmarks.machine import machine

ROUNDS = 5
FACTS = "\n".join(f'{n}. button "{name} the file"' for n, name in enumerate(("Save", "Open", "Close", "Print"), 1)) * 6
COPYING = (
    'It asks about [1], button "Save the file", and [2], button "Open the file", and [3], button "Close the file".'
)
OWN_WORDS = (
    "Choose [1] if what you wrote matters to you; with [3] it would be gone, and nobody could bring it back again."
)
LOOKUPS = (3, 5)


class _Given(LogitsProcessor):
    """Makes an answer's words the likeliest."""

    def __init__(self, prompt_tokens: int, answer: Sequence[int]) -> None:
        self._prompt_tokens, self._answer = prompt_tokens, answer

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        scores = scores.clone()
        scores[0, self._answer[(input_ids.shape[1] - self._prompt_tokens) % len(self._answer)]] = 1e4
        return scores


class _Reciter(Author):
    """An author whose answers are given."""

    answer_text = OWN_WORDS

    def _options(self, question: Question, prompt: Any, compiled: Any) -> dict[str, Any]:
        options = super()._options(question, prompt, compiled)
        ids = self.model.processor.tokenizer(self.answer_text, add_special_tokens=False)["input_ids"]
        rules = options.get("logits_processor", [])
        options["logits_processor"] = LogitsProcessorList([_Given(prompt.tokens, ids), *rules])
        return options | {"max_new_tokens": len(ids)}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_options", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the small model, once: a trial, no figures to show")
    chosen = parser.parse_args(arguments)
    sizes = {"1 M": TINY} if chosen.quick else {"1 M": TINY, "120 M": MID}
    print(f"{machine()['processor']}; {_versions()}; {THREADS} thread; processor time, best of rounds")
    for name, size in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            model = load_model(
                build(Path(folder) / "glm", size), Wish(device="cpu", precision="float32", threads=THREADS)
            )
            for line in measure(model, 1 if chosen.quick else ROUNDS):
                print(f"{name}: {line}", flush=True)
    return 0


def _versions() -> str:
    return f"torch {torch.__version__}, transformers {transformers.__version__}"


def measure(model: Any, rounds: int) -> Iterator[str]:
    """Yield one line for each option."""
    plain = _Reciter(model, lookup_tokens=0)
    yield from _eight_bit(model, plain, rounds)
    for what, text in (("copies the facts", COPYING), ("is in its own words", OWN_WORDS)):
        for tokens in LOOKUPS:
            other = _Reciter(model, lookup_tokens=tokens)
            plain.answer_text = other.answer_text = text
            yield f"lookup of {tokens}, an answer that {what}: {_beside(other, plain, rounds)}"
    plain.answer_text = OWN_WORDS
    held = _question(references=frozenset(range(1, 25)))
    free = _ratio(lambda: _token_ms(plain, held), lambda: _token_ms(plain, _question()), rounds)
    yield f"held to 24 references: {free}"


def _eight_bit(model: Any, plain: _Reciter, rounds: int) -> Iterator[str]:
    other = _Reciter(replace(model, choice=replace(model.choice, kv_cache="int8")), lookup_tokens=0)
    yield f"KV cache in 8 bit: {_beside(other, plain, rounds)}"
    tokens = plain.prompt(_question()).tokens
    full, small = _read(plain, "full"), _read(plain, "int8")
    yield (
        f"KV cache in 8 bit: {small[1] / tokens:.0f} bytes a token beside {full[1] / tokens:.0f} of 32 bit "
        f"({small[1] / full[1]:.2f} ×); {_difference(full[0], small[0])}"
    )
    rounded, _ = _read(plain, "full", is_rounded=True)
    yield f"KV cache in 16 bit, for comparison: {_difference(full[0], rounded)}"


def _difference(one: torch.Tensor, other: torch.Tensor) -> str:
    off, same = (one - other).abs(), (one.argmax(-1) == other.argmax(-1)).float().mean()
    return (
        f"logits differ by {off.mean():.3f} on average, {off.max():.2f} at most, of a spread of {one.std():.2f}; "
        f"the likeliest token is the same at {100 * same:.0f} % of {one.shape[1]} places"
    )


class _Rounded(DynamicLayer):  # type: ignore[no-untyped-call]  # transformers'
    """Keys and values as a cache of 16 bit has them."""

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *_args: Any, **_options: Any) -> Any:
        return super().update(key_states.bfloat16().float(), value_states.bfloat16().float())


def _read(author: Author, kind: KvCache, *, is_rounded: bool = False) -> tuple[torch.Tensor, int]:
    prompt, cache = author.prompt(_question()), new_cache(author.model.network, kind)
    if is_rounded:
        make: Any = _Rounded  # untyped
        cache.layers = [make() for _ in cache.layers]
    with torch.inference_mode():
        author.read_nothing()
        logits: torch.Tensor = author.model.network(**prompt.inputs, past_key_values=cache, use_cache=True).logits
    return logits, cache_bytes(cache)


def _question(references: frozenset[int] | None = None) -> Question:
    turns = (Turn("system", ("You describe screens.",)), Turn("user", (FACTS, "What does it ask?")))
    return Question(turns, window="a", most_tokens=64, cut_circles=False, references=references)


def _beside(one: Author, other: Author, rounds: int) -> str:
    return _ratio(lambda: _token_ms(one, _question()), lambda: _token_ms(other, _question()), rounds)


def _ratio(one: Callable[[], float], other: Callable[[], float], rounds: int) -> str:
    one(), other()
    pairs = [(one(), other()) for _ in range(rounds)]
    with_it, without = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    spread = statistics.median(pair[0] / pair[1] for pair in pairs)
    return f"{with_it:.2f} ms a token beside {without:.2f} ({with_it / without:.2f} ×, median {spread:.2f} ×)"


def _token_ms(author: Author, asked: Question) -> float:
    """Return the processor's time for each word of an answer, its prompt read."""
    author.answer(replace(asked, most_tokens=0), lambda _: None, threading.Event())
    began = process_time()
    outcome = author.answer(asked, lambda _: None, threading.Event())
    return 1000 * (process_time() - began) / outcome.answer_tokens


if __name__ == "__main__":
    sys.exit(main())
