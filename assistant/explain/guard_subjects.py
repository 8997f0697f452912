"""What a sentence claims to be missing, required or counted without naming a control: is it in the window?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.explain.guard_draft import Draft, Refused
from assistant.explain.guard_facts import units_of
from assistant.explain.guard_numbers import Amount, plain_number, spoken_numbers
from assistant.explain.guard_words import GuardWords, all_words
from assistant.explain.harmless import alike
from assistant.explain.roles import is_secret
from assistant.scene import Element

_HAN = re.compile(r"[\u3400-\u9fff]")
_STEM_LETTERS = 4


def check_subjects(draft: Draft) -> None:
    """Refuse “the postcode is missing” where nothing in the window is about a postcode."""
    for words in all_words():
        for pattern in words.subjects:
            for match in pattern.finditer(draft.text):
                if not _is_about_window(draft, words, match[1]):
                    raise Refused("name")


def check_counted(draft: Draft) -> None:
    """Refuse “forty copies” where the field “Copies” holds another number."""
    for spoken in spoken_numbers(draft.text):
        after = draft.text[spoken.end : spoken.end + 24]
        for element in draft.facts.scene.elements:
            if spoken.is_ordinal or not _is_counted_by(draft.facts.name(element), after):
                continue
            numbers = set(_numbers_of(element))
            if numbers and spoken.amount.number not in numbers:
                raise Refused("number")


def _is_about_window(draft: Draft, words: GuardWords, subject: str) -> bool:
    generic = words.data["generic"]
    if _HAN.search(subject):
        return any(word in subject for word in generic) or any(
            pair in draft.facts.han_pairs for pair in _pairs(subject)
        )
    last = alike(subject).split()[-1]
    known = draft.facts.words
    return last in generic or last in known or any(_same_stem(last, word) for word in known)


def _same_stem(one: str, other: str) -> bool:
    """Say whether two words differ in their ending alone (“copy”, “copies”; “e-mail”, “email”)."""
    one, other = one.replace("-", ""), other.replace("-", "")
    short = min(len(one), len(other))
    return short >= _STEM_LETTERS and one[: short - 1] == other[: short - 1] and abs(len(one) - len(other)) <= 2


def _pairs(text: str) -> Iterator[str]:
    yield from (text[place : place + 2] for place in range(len(text) - 1) if _HAN.match(text[place]))


def _is_counted_by(name: str, after: str) -> bool:
    """Say whether what stands behind a number is the name of a field that holds one."""
    if not name:
        return False
    if _HAN.search(name):
        return bool(re.match(rf"\s*(?:{re.escape(name[0])})", after)) and name.endswith("数")
    own = units_of(name)
    return bool(own) and units_of(after)[: len(own)] == own


def _numbers_of(element: Element) -> Iterator[str]:
    if is_secret(element):
        return
    if element.value is not None:
        yield plain_number(element.value.current)
    yield from (amount.number for amount in _amounts(element.text))


def _amounts(text: str) -> Iterator[Amount]:
    yield from (spoken.amount for spoken in spoken_numbers(text, is_fact=True))
