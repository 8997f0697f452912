"""An answer refers to no control that does not exist, whatever the model would like to write."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from assistant.engine.answer import AnswerText, markers
from assistant.engine.generate import Author
from assistant.engine.references import OnlyThese, Rule, State, Vocabulary
from harness.asking import FACTS, SAVE, answered, eager, picture, plainly, question, wrong_references

FAMILIES = ["glm46v", "glm4v", "qwen3_vl", "gemma3", "smolvlm", "lfm2_vl"]
OWN = ["merged", "bytes", "words"]


def _trained(pre: Any, decoder: Any, **model: Any) -> Any:
    text = [
        f"Press [{n}] or ([{n}]). [{n}, {n + 1}]; box [[{n}]] 【{n}】 ［{n}］ ３ 保存 [OK] [id: {n}]"
        for n in range(1, 200)
    ]
    tokenizer: Any = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre, decoder
    every = [f"<0x{value:02X}>" for value in range(256)] if model else []
    alphabet = pre_tokenizers.ByteLevel.alphabet() if not model else ["▁"]
    trainer: Any = trainers.BpeTrainer(
        vocab_size=1500, special_tokens=["<end>", "<unk>", *every], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(text * 3, trainer)
    if every:  # the trainer takes them only as special ones, which would add nothing to a text
        settings = json.loads(tokenizer.to_str())
        settings["added_tokens"] = [one for one in settings["added_tokens"] if one["content"] not in every]
        tokenizer = Tokenizer.from_str(json.dumps(settings))
    make: Any = PreTrainedTokenizerFast  # untyped
    fast = make(tokenizer_object=tokenizer, eos_token="<end>")
    fast.add_tokens(["<think>", "</think>"])
    return fast


@cache
def own_tokenizer(name: str) -> Any:
    """Return a tokenizer that has learned whole references: “ [12”, “]).”."""
    if name == "merged":  # nothing is split beforehand: tokens go across brackets, digits and spaces
        return _trained(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False), decoders.ByteLevel())
    if name == "bytes":
        return _trained(pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel())
    fallback: Any = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return _trained(pre_tokenizers.Metaspace(prepend_scheme="never"), fallback, byte_fallback=True, unk_token="<unk>")


@pytest.fixture(scope="session")
def tokenizer_of(author_of: Callable[[str], Author]) -> Callable[[str], Any]:
    return lambda name: own_tokenizer(name) if name in OWN else author_of(name).model.processor.tokenizer


@cache
def vocabulary_of(tokenizer: Any) -> Vocabulary:
    return Vocabulary(tokenizer, markers(tokenizer))


def _temptations(tokenizer: Any, known: Vocabulary) -> list[int]:
    """Return the tokens with which a reference can be written, or half a character of one."""
    wanted = re.compile(rb"[\[\]0-9#]|[^\x00-\x7f]")
    return [number for number in range(len(tokenizer)) if wanted.search(known.bytes[number]) or not known.bytes[number]]


@pytest.mark.parametrize("name", [*FAMILIES, *OWN])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 30), numbers=st.frozensets(st.integers(0, 130), max_size=12))
def test_no_answer_refers_to_what_is_not_there(
    name: str, seed: int, numbers: frozenset[int], tokenizer_of: Callable[[str], Any]
) -> None:
    tokenizer = tokenizer_of(name)
    known = vocabulary_of(tokenizer)
    only, dice = OnlyThese(Rule(known, numbers), 3), random.Random(seed)
    tempting, tokens = _temptations(tokenizer, known), [0, 0, 0]

    for _ in range(40):
        scores = torch.rand((1, len(tokenizer)), generator=torch.Generator().manual_seed(dice.randrange(1 << 30)))
        scores[0, dice.sample(tempting, min(30, len(tempting)))] += 2.0
        chosen = only(torch.tensor([tokens]), scores)
        assert chosen.isfinite().any()
        tokens.append(int(chosen.argmax()))

    text = AnswerText(tokenizer, markers(tokenizer))
    written = text.feed(tokens[3:]) + text.finish()
    assert wrong_references(written, numbers) == []


@pytest.mark.parametrize("name", [*FAMILIES, *OWN])
@pytest.mark.parametrize(
    "text",
    [
        "Press [3] to save.",
        "([12]), [3],[7].",
        "[3, 12] and [ 7 ] and [#3]",
        '{"actions": [{"id": 99, "label": "x"}], "m": [3]}',
        "[OK] [x] [] 99 0 [a9]",
    ],
)
def test_what_exists_may_be_written_in_any_tokens(name: str, text: str, tokenizer_of: Callable[[str], Any]) -> None:
    tokenizer = tokenizer_of(name)
    rule, state = Rule(vocabulary_of(tokenizer), {3, 7, 12}), State()
    scores = torch.zeros((1, len(tokenizer)))

    for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
        assert not rule.forbidden(state, scores)[token]
        after = rule.after(state, token)
        assert after is not None
        state = after


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    "text",
    [
        "[4]",
        "[1]",
        "[123]",
        "[03]",
        " [ 4",
        "[3, 4]",
        "【4】",
        "［4］",
        "[４]",
        "[٤]",
        "[#4]",
        "[id: 4]",
        "[3 4]",
        "[3x]",
    ],
)
def test_what_does_not_exist_may_not_be_written(name: str, text: str) -> None:
    tokenizer = own_tokenizer(name)
    rule, state = Rule(vocabulary_of(tokenizer), {3, 7, 12}), State()
    scores = torch.zeros((1, len(tokenizer)))
    stopped = False

    for token in tokenizer(text, add_special_tokens=False)["input_ids"]:
        stopped = stopped or bool(rule.forbidden(state, scores)[token])
        state = rule.after(state, token) or State()

    assert stopped


def test_the_mask_says_what_the_rule_says_of_every_token() -> None:
    """The mask looks only at tokens that can matter; here all are looked at."""
    for name in OWN:
        tokenizer = own_tokenizer(name)
        known = vocabulary_of(tokenizer)
        rule = Rule(known, {3, 7, 12, 120})
        scores, padding = torch.zeros((1, len(tokenizer) + 5)), set(range(len(tokenizer), len(tokenizer) + 5))
        states = [State(), State("opened"), State("between"), State("spaced"), State("opened", "", b"\xef\xbc")]
        states += [State("number", begun) for begun in ("1", "12", "3")] + [State("outside", "", b"\xe3\x80")]
        for state in states:
            breaks = {token for token in range(len(tokenizer)) if rule.after(state, token) is None}
            masked = set(rule.forbidden(state, scores).nonzero().flatten().tolist()) - padding
            assert breaks <= masked, (name, state)
            if state.place in {"outside", "opened"}:  # else no part of a character is let in
                assert masked == breaks, (name, state)


def test_a_model_that_would_refer_to_anything_refers_to_what_exists(author: Author) -> None:
    texts = ("[", "1", "2", "5", "9")
    free = question(picture(1), SAVE, most_tokens=60, temperature=1.0, seed=5)
    held = question(picture(1), SAVE, most_tokens=60, temperature=1.0, seed=5, references=frozenset({1, 25}))
    with eager(author, *texts, "]"):
        wild, _ = answered(author, free)
        tame, _ = answered(author, held)

    assert wrong_references(wild, {1, 25})
    assert wrong_references(tame, {1, 25}) == []


@pytest.mark.parametrize("lookup", [0, 3])
def test_greedy_answers_that_break_no_rule_stay_as_they_are(author: Author, lookup: int) -> None:
    own = Author(author.model, lookup_tokens=lookup)
    asked = question(picture(1), f"{FACTS} {FACTS}", most_tokens=32)
    held = question(picture(1), f"{FACTS} {FACTS}", most_tokens=32, references=frozenset(range(1, 100_000)))

    text, _ = answered(own, held)

    assert text == plainly(author, asked)


def test_lookup_in_the_prompt_keeps_to_the_rule(author: Author) -> None:
    facts = "[77] [78] [79] [1] [77] [78] [79] [1] "
    plain, with_lookup = Author(author.model, lookup_tokens=0), Author(author.model, lookup_tokens=4)
    asked = question(picture(1), facts * 3, most_tokens=40, references=frozenset({1, 25}))
    with eager(author, "[", "]", "7", "8", "9", "1"):
        first, _ = answered(plain, asked)
        second, _ = answered(with_lookup, asked)

    assert first == second
    assert wrong_references(first, {1, 25}) == []
