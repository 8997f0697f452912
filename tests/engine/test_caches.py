"""What was read, kept in 8 bit: half the memory or less, nearly the same numbers, and everything else as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from assistant.engine.caches import Int8Layer, cache_bytes, fork, new_cache
from assistant.engine.generate import Author
from harness.asking import NAME, SAVE, StopAt, answered, picture, question


@pytest.fixture
def frugal(author: Author) -> Author:
    """An author of each family who keeps what it reads in 8 bit."""
    return Author(replace(author.model, choice=replace(author.model.choice, kv_cache="int8")))


def states(seed: int, tokens: int, width: int = 128) -> torch.Tensor:
    return torch.randn((1, 2, tokens, width), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("width", [16, 64, 80, 128])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_what_is_kept_in_8_bit_comes_back_nearly_the_same(width: int, precision: torch.dtype) -> None:
    keys, values = states(1, 50, width).to(precision), states(2, 50, width).to(precision)

    kept = Int8Layer().update(keys, values)

    for before, after in zip((keys, values), kept, strict=True):
        assert after.dtype == precision
        largest = before.float().abs().amax()
        assert (after.float() - before.float()).abs().max() <= largest / 100


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(1, 9), min_size=1, max_size=5), removed=st.integers(0, 5), seed=st.integers(0, 99))
def test_however_a_prompt_is_cut_up_and_cropped_the_same_is_kept(cuts: list[int], removed: int, seed: int) -> None:
    length = sum(cuts)
    keys, values = states(seed, length), states(seed + 100, length)
    whole, parts = Int8Layer(), Int8Layer()
    wanted = whole.update(keys, values)

    begin = 0
    for cut in cuts:
        got = parts.update(keys[..., begin : begin + cut, :], values[..., begin : begin + cut, :])
        begin += cut
    wrong = states(7, removed)
    parts.update(wrong, wrong)
    parts.crop(-removed)

    assert parts.get_seq_length() == length
    assert all(torch.equal(one, other) for one, other in zip(got, wanted, strict=True))
    assert torch.equal(parts.update(keys, values)[0], whole.update(keys, values)[0])


def test_numbers_that_are_all_zero_or_very_large_stay_finite() -> None:
    for states in (torch.zeros(1, 1, 3, 64), torch.full((1, 1, 3, 64), 1e30), torch.full((1, 1, 3, 64), 1e-38)):
        keys, values = Int8Layer().update(states, states)

        assert keys.isfinite().all()
        assert values.isfinite().all()


def test_a_window_kept_in_8_bit_takes_little_more_than_half_of_16() -> None:
    small = Int8Layer()
    make: Any = DynamicLayer  # untyped
    full = make()
    read = states(1, 1000).bfloat16()
    full.update(read, read)
    small.update(read, read)
    caches = [DynamicCache(), DynamicCache()]
    caches[0].layers, caches[1].layers = [full], [small]

    assert cache_bytes(caches[1]) <= 0.52 * cache_bytes(caches[0])


def test_a_fork_leaves_what_it_goes_on_from(glm: Author) -> None:
    cache = new_cache(glm.model.network, "int8")
    read = states(1, 20, 16)
    for layer in range(2):
        cache.update(read, read, layer)
    before = cache_bytes(cache)

    other = fork(cache)
    other.update(read, read, 0)
    other.crop(-15)

    assert (cache.get_seq_length(), cache_bytes(cache)) == (20, before)


def test_with_8_bit_the_second_question_is_as_if_all_was_read_anew(frugal: Author) -> None:
    first, second = question(picture(1), SAVE, window="a"), question(picture(1), NAME, window="a")
    anew, _ = answered(frugal, second)
    frugal.prefixes.drop()
    answered(frugal, first)

    text, outcome = answered(frugal, second)

    assert outcome.cached_tokens > 40
    assert text == anew


def test_with_8_bit_lookup_in_the_prompt_changes_no_answer(frugal: Author) -> None:
    asked = question(picture(1), f"{SAVE} {SAVE} {SAVE}", most_tokens=24)
    plain, _ = answered(Author(frugal.model, lookup_tokens=0), asked)

    text, _ = answered(Author(frugal.model, lookup_tokens=4), asked)

    assert text == plain


@pytest.mark.parametrize("step", [0, 2, 5, 9])
def test_with_8_bit_cancelling_leaves_the_next_answers_right(frugal: Author, step: int) -> None:
    asked = question(picture(1), SAVE, window="a")
    wanted, _ = answered(frugal, asked)

    outcome = frugal.answer(asked, lambda _: None, StopAt(step))

    assert outcome.finish == "cancelled"
    assert answered(frugal, asked)[0] == wanted


def test_with_8_bit_a_model_says_nearly_the_same(author: Author, frugal: Author) -> None:
    prompt = author.prompt(question(picture(1), SAVE))
    with torch.inference_mode():
        author.read_nothing()
        full = author.model.network(**prompt.inputs, use_cache=True).logits
        author.read_nothing()
        cache = new_cache(author.model.network, "int8")
        small = author.model.network(**prompt.inputs, past_key_values=cache, use_cache=True).logits

    assert (full - small).abs().mean() <= 0.02 * full.std()


def test_a_familys_short_memories_stay_as_they_are(author_of: Callable[[str], Author]) -> None:
    kinds = {
        family: [type(one).__name__ for one in new_cache(author_of(family).model.network, "int8").layers]
        for family in ("glm46v", "gemma3", "lfm2_vl")
    }

    assert kinds["glm46v"] == ["Int8Layer", "Int8Layer"]
    assert kinds["gemma3"] == ["DynamicSlidingWindowLayer", "Int8Layer"]
    assert kinds["lfm2_vl"] == ["LinearAttentionLayer", "Int8Layer"]
