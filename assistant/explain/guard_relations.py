"""What a sentence makes of things that are all in the window: who may be told to do it, which row, place and kind.

Every word of such a sentence stands in the facts. What it says of them together need not be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.explain.guard_draft import Draft, Refused
from assistant.explain.guard_numbers import spoken_numbers
from assistant.explain.guard_words import all_words, any_of, found
from assistant.explain.harmless import alike
from assistant.explain.roles import MEASURES, is_unavailable, role_of
from assistant.explain.shown import says_something
from assistant.scene import Element

_SHORTEST_CELL = 2


def check_relations(draft: Draft) -> None:
    """Refuse what is not so of the things named: a disabled choice to take, a cell of another row, a wrong place."""
    _check_what_can_be_taken(draft)
    _check_rows(draft)
    _check_places(draft)
    _check_kinds(draft)
    _check_measures(draft)


def check_world(draft: Draft) -> None:
    """Refuse what no window can prove: that it is to be trusted, that something has happened which it does not tell."""
    if found("attributed", draft.text):
        return
    plain = any_of("safe_negated").sub(" ", draft.text)
    if any(_is_of_no_choice(draft, plain[: match.start()]) for match in any_of("trust").finditer(plain)):
        raise Refused("undo")
    if found("lost_now", draft.text) and not found("supposed", draft.text):
        raise Refused("ungrounded")
    for words in all_words():
        for match in words.pattern("happened").finditer(draft.text):
            event = next(group for group in match.groups() if group)
            if not _is_told(draft, event) and not found("conditional", draft.text[: match.start()]):
                raise Refused("ungrounded")


def _is_of_no_choice(draft: Draft, before: str) -> bool:
    """Say whether what is called safe is no choice of the window, and is not denied to be so."""
    is_choice = any(draft.spans[c].is_control for c in before if c in draft.spans)
    return not is_choice and not any(words.pattern("negation").search(before) for words in all_words())


def _is_told(draft: Draft, event: str) -> bool:
    """Say whether a text of the window itself speaks of what has happened."""
    return any(alike(event) in fact.alike for fact in draft.facts.texts)


def _check_what_can_be_taken(draft: Draft) -> None:
    """Refuse to tell a person to take what can't be taken now."""
    if not found("directive", draft.text) or found("do_not", draft.text):
        return
    for place, span in draft.found("mention"):
        elements = draft.facts.elements(span.elements)
        if not (span.is_control and elements and all(map(is_unavailable, elements))):
            continue
        before = draft.text[:place]
        if any(
            re.search(rf"(?:{words.data['verbs']})\s*(?:the |on )?[“\"]?$", before, re.IGNORECASE)
            for words in all_words()
        ):
            raise Refused("state")


def _check_rows(draft: Draft) -> None:
    """Refuse to put together what stands in different rows of a table."""
    if found("and_words", draft.text.rstrip(".。")):
        return
    cells = list(_cells_named(draft))
    if len(cells) > 1 and found("superlative", draft.text):
        raise Refused("ungrounded")
    columns: dict[int, set[int]] = {}
    for column, rows in cells:
        columns[column] = columns.get(column, set()) | rows
    if len(columns) > 1 and not set.intersection(*columns.values()):
        raise Refused("ungrounded")
    if cells and found("superlative", draft.text):
        raise Refused("ungrounded")


def _cells_named(draft: Draft) -> Iterator[tuple[int, set[int]]]:
    """Yield the column, and the rows, of each text of a cell that the sentence holds."""
    text = alike(draft.bare(draft.text))
    told: dict[tuple[str, int], set[int]] = {}
    for element in draft.facts.scene.elements:
        if element.cell is not None and len(element.name) >= _SHORTEST_CELL and says_something(element.name):
            told.setdefault((alike(element.name), element.cell.column), set()).add(element.cell.row)
    for (name, column), rows in told.items():
        if re.search(rf"(?<![a-z0-9.]){re.escape(name)}(?![a-z0-9])", text):
            yield column, rows


def _check_places(draft: Draft) -> None:
    """Refuse “the third item” of what is the second."""
    named = [draft.facts.element(span.elements[0]) for _, span in draft.found("mention") if len(span.elements) == 1]
    if len(named) != 1 or named[0] is None or named[0].position is None:
        return
    position = named[0].position
    for spoken in spoken_numbers(draft.text):
        if spoken.is_ordinal and spoken.amount.number not in (str(position.index), str(position.size)):
            raise Refused("count")


def _check_kinds(draft: Draft) -> None:
    """Refuse “there is a check box” where there is none."""
    roles = {role_of(element) for element in draft.facts.scene.elements}
    for words in all_words():
        for noun in words.nouns:
            if not (noun.is_called and noun.roles) or noun.roles & roles:
                continue
            for match in noun.pattern.finditer(draft.text):
                if words.pattern("there_is").search(draft.text[: match.start()]):
                    raise Refused("control")


def _check_measures(draft: Draft) -> None:
    """Refuse “the progress bar is at 70 percent” where that is the slider's value."""
    numbers = [spoken.amount for spoken in spoken_numbers(draft.text) if spoken.amount.unit in ("", "percent")]
    if len(numbers) != 1 or any(draft.found("mention")):
        return
    for words in all_words():
        for noun in words.nouns:
            if not noun.roles or not noun.roles <= MEASURES | {"scroll bar"} or not noun.pattern.search(draft.text):
                continue
            measured = [e for e in draft.facts.scene.elements if role_of(e) in noun.roles and e.value is not None]
            if measured and not any(_is_at(element, numbers[0].number) for element in measured):
                raise Refused("number")


def _is_at(element: Element, number: str) -> bool:
    value = element.value
    assert value is not None
    percent = value.percent
    said = [value.current, value.maximum, value.minimum, *([] if percent is None else [round(percent)])]
    return float(number) in said or number in value.text
