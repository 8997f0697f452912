"""Whether two sentences say the same."""

from __future__ import annotations

import pytest

from assistant.explain.claims import adds_nothing, claims_the_same
from assistant.sentence import Sentence

FACTS = (
    "Zenity asks whether to delete report.odt for good.",
    "No deletes nothing: press Alt N.",
    "程序问要不要删除报告。",
)


@pytest.mark.parametrize(
    "text",
    [
        "The window asks whether to delete report.odt.",
        "Do you want to delete report.odt for good?",
        "It asks if it should delete the report.odt.",
        "窗口问是否要删除报告。",
    ],
)
def test_what_one_fact_tells_is_not_said_again(text: str) -> None:
    assert adds_nothing(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "It looks like a letter.",
        "The file report.odt was not deleted.",
        "The window asks whether to delete report.odt and letter.odt.",
        "No deletes report.odt.",
        "删除报告后不能恢复。",
    ],
)
def test_what_is_new_or_says_the_opposite_is_said(text: str) -> None:
    assert not adds_nothing(text, FACTS)


def test_nothing_is_left_out_where_nothing_was_said() -> None:
    assert not adds_nothing("It is a window.", ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Save keeps your changes.", "Save keeps the changes."),
        ("It looks like the flux comes from a telescope.", "The flux comes from a telescope."),
        ("“保存”会保留修改。", "“保存”会保留这个修改。"),
    ],
)
def test_the_same_in_other_small_words_is_the_same(one: str, other: str) -> None:
    assert claims_the_same(Sentence(one), Sentence(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Save keeps your changes.", "Save loses your changes."),
        ("Save keeps your changes.", "Save does not keep your changes."),
        ("No is harmless.", "No is not harmless."),
        ("It costs 12 euros.", "It costs 13 euros."),
        ("“保存”会保留修改。", "“保存”不会保留修改。"),
    ],
)
def test_another_verb_number_or_a_not_is_another_claim(one: str, other: str) -> None:
    assert not claims_the_same(Sentence(one), Sentence(other))


def test_another_control_is_another_claim() -> None:
    assert not claims_the_same(Sentence("It keeps them.", mentions=(1,)), Sentence("It keeps them.", mentions=(2,)))
