from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.engine.answer import AnswerText
from assistant.engine.repetition import is_circling

MARKS = ("<|begin_of_box|>", "<|end_of_box|>", "</answer>", "<|user|>", "<answer>", "</think>", "<think>")


class Bytes:
    """A tokenizer whose tokens are bytes."""

    all_special_tokens: Sequence[str] = ()

    def decode(self, ids: list[int], **_: object) -> str:
        return bytes(ids).decode(errors="replace")


def heard(text: str, *, thinks: bool = False, may_think: bool = False, step: int = 1) -> str:
    answer = AnswerText(Bytes(), MARKS, thinks=thinks, may_think=may_think)
    return "".join(_pieces(answer, text.encode(), step)) + answer.finish()


def _pieces(answer: AnswerText, encoded: bytes, step: int) -> Iterator[str]:
    for begin in range(0, len(encoded), step):
        yield answer.feed(encoded[begin : begin + step])


@pytest.mark.parametrize("step", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Save is focused.", "Save is focused."),
        ("<think>Hm.</think>Save.", "Save."),
        ("<think></think>\n\nSave.", "Save."),
        ("Press <|begin_of_box|>Enter<|end_of_box|>.", "Press Enter."),
        ("<answer>Save</answer>", "Save"),
        ("Three < four > two.", "Three < four > two."),
        ("A <thin line.", "A <thin line."),
        ("Save.<|user|>", "Save."),
        ("Save.<|us", "Save.<|us"),
        ("Save.<think>never closed", "Save."),
        ("“设置”按钮，按回车打开。", "“设置”按钮，按回车打开。"),
        ("<think>想一想</think>保存。🙂", "保存。🙂"),
        ("Save.</think> More.", "Save. More."),
    ],
)
def test_neither_thought_nor_marker_is_heard(written: str, wanted: str, step: int) -> None:
    assert heard(written, step=step) == wanted


@pytest.mark.parametrize(("written", "wanted"), [("Hm. Well.</think>\nSave.", "Save."), ("Hm, without an end", "")])
def test_a_thought_that_the_template_began_is_not_heard(written: str, wanted: str) -> None:
    assert heard(written, thinks=True) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("Hm.</think>Save.", "Save."), ("Save is focused.", "Save is focused."), ("<think>Hm, without an end", "")],
)
def test_a_thought_without_a_beginning_is_not_heard_where_one_may_come(written: str, wanted: str) -> None:
    assert heard(written, may_think=True) == wanted


@given(
    some.lists(some.sampled_from([*MARKS, "Save ", "a < b ", "<", "|", "问", "\n", "<th", "ink>"]), max_size=12),
    some.integers(1, 9),
)
def test_no_marker_is_ever_heard_however_it_is_cut(pieces: list[str], step: int) -> None:
    text = heard("".join(pieces), step=step)

    assert heard("".join(pieces), step=1000) == text


@pytest.mark.parametrize(
    ("tokens", "wanted"),
    [
        ([7] * 24, True),
        ([7] * 23, False),
        ([1, 2, 3] * 8, True),
        (list(range(100)), False),
        ([*range(30), *range(30)], False),
        ([*range(30), *range(30), *range(30)], True),
        ([], False),
    ],
)
def test_circles_are_told_from_lists(tokens: list[int], wanted: bool) -> None:
    assert is_circling(tokens) is wanted
