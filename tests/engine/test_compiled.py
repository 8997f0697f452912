"""A compiled model answers as it does otherwise. Compiled here is only what torch traces: no C++ compiler is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.engine.compiled import can_be_compiled
from assistant.engine.generate import Author
from harness.asking import NAME, SAVE, StopAt, answered, picture, question


@pytest.fixture(scope="module", params=["full", "int8"])
def compiled(request: pytest.FixtureRequest, author_of: Callable[[str], Author]) -> Author:
    model = author_of("glm46v").model
    choice = replace(model.choice, compile=True, kv_cache=request.param)
    return Author(replace(model, choice=choice), compiler="eager")


def test_a_compiled_model_says_the_same_the_first_and_the_second_time(glm: Author, compiled: Author) -> None:
    first, second = question(picture(1), SAVE, window="a"), question(picture(1), NAME, window="a")
    uncompiled = Author(replace(glm.model, choice=replace(compiled.model.choice, compile=False)))
    wanted = [answered(uncompiled, one)[0] for one in (first, second)]

    answers = [answered(compiled, one) for one in (first, second, first)]

    assert [text for text, _ in answers] == [*wanted, wanted[0]]
    assert [outcome.cached_tokens > 40 for _, outcome in answers] == [False, True, True]
    assert compiled.model.network._compiled_call is not None


@pytest.mark.parametrize("step", [0, 3, 7])
def test_a_compiled_model_is_cancelled_and_answers_rightly_after(compiled: Author, step: int) -> None:
    asked = question(picture(1), SAVE, window="a")
    wanted, _ = answered(compiled, asked)

    outcome = compiled.answer(asked, lambda _: None, StopAt(step))

    assert outcome.finish == "cancelled"
    assert answered(compiled, asked)[0] == wanted


def test_what_is_longer_than_the_compiled_cache_is_answered_all_the_same(glm: Author, compiled: Author) -> None:
    long = question(picture(1), "button " * 4200, most_tokens=4)

    text, outcome = answered(compiled, long)

    assert outcome.prompt_tokens > 4096
    assert outcome.answer_tokens == 4
    assert text


def test_a_family_that_forgets_is_not_compiled(author: Author) -> None:
    assert can_be_compiled(author.model.network) == (author.model.family not in {"gemma3", "lfm2_vl"})
