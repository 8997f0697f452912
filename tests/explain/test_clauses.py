"""Where a streaming answer is cut: soon, at clauses, and never inside what belongs together."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.explain.clauses import LONGEST, Clause, Cutter, clauses


def cut(text: str, *, size: int = 1, was_cut: bool = False) -> list[str]:
    cutter = Cutter()
    found = [clause for start in range(0, len(text), size) for clause in cutter.feed(text[start : start + size])]
    return [clause.text for clause in (*found, *cutter.finish(was_cut=was_cut))]


SENTENCES = [
    ["Save keeps your changes.", "Cancel goes back."],
    ["The file notes.txt was changed in two places.", "Keep both is the default."],
    ["It needs 3.4 gigabytes.", "You have 1,024.5 megabytes left."],
    ["Version 2.0.1 is ready.", "Install it now?"],
    ["Are you sure?", "This can't be undone!", "Press Escape."],
    ["Press S.", "Then press Enter."],
    ["Ask Dr. Smith or Mr. Jones.", "Both know it."],
    ["Close other programs, e.g. Firefox.", "Then try again."],
    ["It wants files etc. as well.", "Nothing is lost."],
    ["See no. 5 and fig. 2 below.", "They show it."],
    ["No.", "This window asks for nothing."],
    ["It ends at 5 p.m.", "Then the machine restarts."],
    ["Wait... then try again.", "It takes a while."],
    ["The window says “Save changes? They will be lost.”", "Choose Save."],
    ["The window says “Delete all files, folders and links?” and waits.", "Choose Cancel."],
    ["It asks (really?) for a password.", "Give none."],
    ["Open https://example.org/a.html?b=1 for help.", "Or don't."],
    ["1. Press Save.", "2. Press Close."],
    ["Calc 问要不要保存对 budget.ods 的修改。", "按回车保存。", "按 Escape 回到文档。"],
    ["选“Close without Saving”会丢掉修改。", "真的要这样吗？！", "不要。"],
    ["窗口上写着“确定删除吗？删了找不回来。”", "选“取消”。"],
    ["版本 3.5 已经准备好。", "现在安装吗？"],
]


@pytest.mark.parametrize("sentences", SENTENCES, ids=lambda sentences: sentences[0][:30])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_sentences_are_cut_where_they_end(sentences: list[str], size: int) -> None:
    is_chinese = "。" in sentences[0]

    assert cut(("" if is_chinese else " ").join(sentences), size=size) == sentences


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The window asks you something, and you can say no.", "The window asks you something,"),
        ("Yes, it does that when you press Enter.", "Yes, it does that when you press Enter."),
        ("It takes 1,000,000 steps to the end.", "It takes 1,000,000 steps to the end."),
        ("The alarm rings at 10:30, not later than that.", "The alarm rings at 10:30,"),
        ("这个窗口在问你要不要保存，你可以选否。", "这个窗口在问你要不要保存，"),
        ("好，现在保存。", "好，现在保存。"),
    ],
)
def test_the_first_clause_is_said_before_its_sentence_has_ended(text: str, first: str) -> None:
    assert cut(text)[0] == first


def test_later_sentences_stay_whole_unless_they_are_long() -> None:
    short = "It asks about a file. Press Enter to keep it, or Escape to leave it."
    long = "It asks about a file. " + "One two three four five six seven eight nine ten eleven twelve, and then some."

    assert cut(short) == ["It asks about a file.", "Press Enter to keep it, or Escape to leave it."]
    assert len(cut(long)) == 3


def test_a_clause_knows_whether_a_sentence_ends_with_it() -> None:
    cutter = Cutter()

    found = [*cutter.feed("The window asks you something, and waits. "), *cutter.finish()]

    assert found == [Clause("The window asks you something,", False), Clause("and waits.", True)]


def test_a_full_stop_is_not_believed_before_what_follows_it() -> None:
    cutter = Cutter()

    assert cutter.feed("It opens notes.") == []
    assert cutter.feed("txt. ") == []
    assert [clause.text for clause in cutter.feed("T")] == ["It opens notes.txt."]


def test_what_was_cut_off_is_not_said() -> None:
    assert cut("Save keeps it. Cancel goes", was_cut=True) == ["Save keeps it."]
    assert cut("Save keeps it. Cancel goes", was_cut=False) == ["Save keeps it.", "Cancel goes"]


def test_markdown_is_not_said_and_code_becomes_a_quotation() -> None:
    text = "## Choices\n- **Save** keeps `budget.ods`\n* Cancel goes back\n\n---\n"

    assert cut(text) == ["Choices", "Save keeps “budget.ods”", "Cancel goes back"]


def test_a_quotation_that_is_never_closed_ends_with_its_line() -> None:
    assert cut('It says "Save. And more.\nThen it waits.') == ['It says "Save. And more.', "Then it waits."]


def test_text_without_any_mark_is_cut_at_a_space() -> None:
    parts = cut("word " * 200)

    assert all(len(part) <= LONGEST for part in parts)
    assert all(part.split() == ["word"] * len(part.split()) for part in parts)


@given(st.text(alphabet='aB1 .,!?。，“”"`()…-\n字', max_size=400), st.integers(1, 30))
def test_however_it_comes_the_words_stay_and_none_is_cut_apart(text: str, size: int) -> None:
    said = "".join(cut(text, size=size))

    assert [character for character in said if character.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(alphabet='aB1 .,!?。，“”"`()…-\n字', max_size=200), st.integers(1, 30))
def test_the_size_of_the_pieces_changes_nothing(text: str, size: int) -> None:
    assert cut(text, size=size) == cut(text, size=1)


class Recorded:
    """An answer of which all is known."""

    def __init__(self, pieces: list[str], *, was_cut: bool = False) -> None:
        self._pieces, self.was_cut, self.is_closed = pieces, was_cut, False

    async def __aiter__(self) -> AsyncIterator[str]:
        try:
            for piece in self._pieces:
                yield piece
        finally:
            self.is_closed = True


async def _first(stream: AsyncGenerator[Clause, None]) -> Clause:
    return await anext(stream)


async def test_a_stream_is_cut_as_it_comes() -> None:
    answer = Recorded(["Save keeps", " it. Can", "cel goes"], was_cut=True)

    said = [clause.text async for clause in clauses(answer)]

    assert said == ["Save keeps it."]


async def test_who_stops_listening_closes_the_answer() -> None:
    answer = Recorded(["One. ", "Two. ", "Three."])
    stream = clauses(answer)
    await _first(stream)

    await stream.aclose()

    assert answer.is_closed


def test_a_clause_shows_nothing_of_its_text() -> None:
    assert "secret" not in repr(Clause("secret", ends_sentence=True))
