"""Recognise a window of a known kind, and say what is known of it; None where that is not certain.

The kinds are files: those shipped in `knowledge/`, and the user's own, which come first.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from assistant.config import config_folder
from assistant.errors import WrongSettings
from assistant.explain.asked import Asked, asked_by, asks_for, label, normalised, question_in, quoted, without_quotes
from assistant.explain.kinds import (
    QUOTED,
    Case,
    Conditions,
    Kind,
    Meaning,
    Pattern,
    Templates,
    all_patterns,
    read_file,
    slots_in,
)
from assistant.explain.language import words as spoken_words
from assistant.explain.recognition import Advice, Choice, Phrase, Recognition
from assistant.explain.shown import application_name
from assistant.profile import Style
from assistant.scene import Scene

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "knowledge"
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACE_BEFORE_HAN = re.compile(r"\{application\} (?=[\u3400-\u9fff])")
ACKNOWLEDGE = "acknowledge"
"""The meaning of “OK” or “Close” where nothing else can be answered."""
_SLOT_CHARACTERS = 120
"""A longer name is no help to the ear; the text without it is said."""


@dataclass(frozen=True)
class Knowledge:
    """Kinds by id and meanings of buttons; of two kinds that fit, one from an earlier group wins."""

    groups: tuple[Mapping[str, Kind], ...] = ()
    buttons: Mapping[str, Meaning] = field(default_factory=dict)
    problems: tuple[WrongSettings, ...] = ()
    """Files that were refused. The others serve."""

    @cached_property
    def _labels(self) -> Mapping[str, frozenset[str]]:
        """Meanings by whole label."""
        found: dict[str, set[str]] = {}
        for name, meaning in self.buttons.items():
            for text in meaning.labels:
                found.setdefault(label(text), set()).add(name)
        return {text: frozenset(names) for text, names in found.items()}

    @cached_property
    def _patterns(self) -> Mapping[str, re.Pattern[str]]:
        """One pattern for each meaning that has some."""
        return {
            name: re.compile("|".join(f"(?:{pattern.source})" for pattern in meaning.patterns))
            for name, meaning in self.buttons.items()
            if meaning.patterns
        }

    def meanings(self, text: str) -> frozenset[str]:
        """Return what a button's normalised label can mean."""
        known = self._labels.get(text, frozenset())
        return known.union(name for name, pattern in self._patterns.items() if pattern.fullmatch(text))

    def recognise(self, scene: Scene) -> Recognition | None:
        """Return what is known of this window, None if it is of no known kind or not certainly of one."""
        for asked in asked_by(scene):
            reading = _Reading(asked, self)
            for group in self.groups:
                scores = {name: score for name, kind in group.items() if (score := reading.score(kind))}
                best = _best(scores, group)
                if best:
                    return _recognition(best, group[best], reading)
        return None


@cache
def knowledge() -> Knowledge:
    """Return the shipped kinds and the user's own, read once. Takes some tens of milliseconds the first time."""
    loaded = load_knowledge((config_folder() / "knowledge", SHIPPED))
    for problem in loaded.problems:
        log.warning("knowledge: %s", problem)
    return loaded


def warm() -> None:
    """Read the files and compile their patterns, so that the first dialog does not wait for a tenth of a second."""
    for group in knowledge().groups:
        for kind in group.values():
            for place, pattern in all_patterns(kind):
                _ = pattern.exact if place[0] == "slots" else pattern.regex


def recognise(scene: Scene) -> Recognition | None:
    """Return what our files know about this window, None if it is of no known kind."""
    return knowledge().recognise(scene)


def load_knowledge(folders: Sequence[Path]) -> Knowledge:
    """Read every knowledge file in these folders, the first folder's before the others'; never raises for one."""
    groups: list[Mapping[str, Kind]] = []
    buttons: dict[str, Meaning] = {}
    problems: list[WrongSettings] = []
    for folder in folders:
        kinds: dict[str, Kind] = {}
        for file in sorted(folder.glob("*.yaml")):
            try:
                content = read_file(file, check_patterns=folder != SHIPPED)  # a test checks those that ship
            except WrongSettings as problem:
                problems.append(problem)
                continue
            kinds |= content.kinds
            buttons = {**content.buttons, **buttons}
        groups.append(kinds)
    return Knowledge(tuple(groups), buttons, tuple(problems))


class _Reading:
    """One part of a scene, with what its texts and labels come to worked out once."""

    def __init__(self, asked: Asked, knowledge: Knowledge) -> None:
        self.asked = asked
        self.buttons = knowledge.buttons
        self.title = without_quotes(normalised(asked.title))
        self.message = without_quotes(normalised(asked.message))
        self.text = f"{self.title}\n{self.message}".strip()
        self.application = normalised(asked.application)
        self.meanings = self._acknowledging({number: knowledge.meanings(text) for number, text in asked.labels.items()})
        self.present = frozenset().union(*self.meanings.values())

    def _acknowledging(self, meanings: dict[int, frozenset[str]]) -> dict[int, frozenset[str]]:
        """Where “OK” stands beside no other answer it agrees to nothing: it only says that the message was read."""
        answers = {element.id for element in self.asked.choices if element.role != "link"}
        if any(meanings[number].isdisjoint({"ok", "close", "details"}) for number in answers):
            return meanings
        return {
            number: found | {ACKNOWLEDGE} if found & {"ok", "close"} else found for number, found in meanings.items()
        }

    def score(self, kind: Kind) -> int:
        """How many conditions of its best case hold; 0 if no case does."""
        return max((self._case(case) for case in kind.when), default=0)

    def _case(self, case: Case) -> int:
        if self.asked.place not in case.place or self.asked.controls > case.max_controls:
            return 0
        if len(self.text) > case.max_text:
            return 0
        score = 0
        for weight in self._conditions(case):
            if not weight:
                return 0
            score += weight
        return 0 if case.none and self._excludes(case.none) else score

    def _excludes(self, none: Conditions) -> bool:
        """Whether any part of these conditions holds."""
        if not self.asked.roles.isdisjoint(none.roles) or not self.present.isdisjoint(none.buttons):
            return True
        return any(self._other_conditions(none))

    def _conditions(self, wanted: Conditions) -> Iterator[int]:
        """Yield the weight of each condition that is set, 0 where it fails: words weigh 2, other facts 1.

        What is cheap to tell comes first: most kinds fall at their buttons, and their words are never searched.
        """
        if wanted.roles:
            yield int(self.asked.roles.issuperset(wanted.roles))
        if wanted.buttons:
            yield len(wanted.buttons) if self.present.issuperset(wanted.buttons) else 0
        yield from self._other_conditions(wanted)

    def _other_conditions(self, wanted: Conditions) -> Iterator[int]:
        if wanted.any_button:
            yield int(not self.present.isdisjoint(wanted.any_button))
        if wanted.label:
            yield int(any(_found(wanted.label, text) for text in self.asked.labels.values()))
        if wanted.application:
            yield int(_found(wanted.application, self.application))
        for patterns, text in ((wanted.title, self.title), (wanted.message, self.message), (wanted.text, self.text)):
            if patterns:
                yield 2 * _found(patterns, text)


def _found(patterns: Iterable[Pattern], text: str) -> bool:
    return any(pattern.regex.search(text) for pattern in patterns)


def _best(scores: Mapping[str, int], kinds: Mapping[str, Kind]) -> str | None:
    """Return the kind that fits best; None if there is none, or if two fit equally well."""
    covered = {name for fitting in scores for name in kinds[fitting].over}
    ranked = sorted(((score, name) for name, score in scores.items() if name not in covered), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


# ---- what is known --------------------------------------------------------------------------------------------


def _recognition(name: str, kind: Kind, reading: _Reading) -> Recognition:
    slots = _slots(kind, reading.asked)
    choices = _with_one_recommended(_choices(kind, reading, slots))
    return Recognition(
        kind=name,
        asks=_phrase(kind.asks, slots),
        choices=tuple(choices),
        advice=_advice(kind, slots, {choice.meaning: choice.element_id for choice in reversed(choices)}),
        is_claim=kind.claim,
        reads_message=kind.quote,
        needs_adult=kind.adult,
        slots=slots,
    )


def _slots(kind: Kind, asked: Asked) -> dict[str, str]:
    found = {
        "title": asked.title,
        "message": asked.message,
        "application": application_name(asked.application, exact=False),
    }
    for name, patterns in kind.slots.items():
        found[name] = next((value for pattern in patterns if (value := _slot(pattern, asked))), "")
    return {name: text for name, text in found.items() if text and len(text) <= _SLOT_CHARACTERS and "\n" not in text}


def _slot(pattern: Pattern, asked: Asked) -> str:
    if pattern.source == QUOTED:
        return quoted(asked.title) or quoted(asked.message)
    match = pattern.exact.search(asked.said)
    return match[1].strip() if match else ""


def _choices(kind: Kind, reading: _Reading, slots: Mapping[str, str]) -> Iterator[Choice]:
    answers = _answers(kind, question_in(reading.message) or question_in(reading.title))
    for number, meanings in reading.meanings.items():
        own = meanings & kind.choices.keys()
        told = {answers[meaning] for meaning in meanings if meaning in answers}
        meaning = _one_of(own or told, kind)
        if meaning:
            yield _choice(number, meaning, kind, reading.buttons, slots)


def _with_one_recommended(choices: Iterable[Choice]) -> list[Choice]:
    """Recommend the first of two buttons that do the same ("Block", "Always Block")."""
    kept: list[Choice] = []
    for choice in choices:
        is_second = choice.is_recommended and any(other.is_recommended for other in kept)
        kept.append(replace(choice, is_recommended=False) if is_second else choice)
    return kept


def _one_of(meanings: frozenset[str] | set[str], kind: Kind) -> str | None:
    """Return the meaning of a label; None if it can mean two things that this kind tells apart."""
    first, *others = sorted(meanings) or [""]
    return first if all(kind.choices[other] == kind.choices[first] for other in others) else None


def _answers(kind: Kind, question: str) -> dict[str, str]:
    """Return what “Yes” and the like mean here; one that the question explains in two ways is left out."""
    means: dict[str, set[str]] = {}
    for answer in kind.answers:
        if not answer.text or any(asks_for(pattern.regex, question) for pattern in answer.text):
            for general, meaning in answer.means.items():
                means.setdefault(general, set()).add(meaning)
    return {general: found.pop() for general, found in means.items() if len(found) == 1}


def _choice(number: int, meaning: str, kind: Kind, buttons: Mapping[str, Meaning], slots: Mapping[str, str]) -> Choice:
    words, general = kind.choices[meaning], buttons.get(meaning)
    is_safe = words.safe if words and words.safe is not None else bool(general and general.safe)
    does: Templates = (words.does if words else None) or (general.does if general else {})
    return Choice(
        element_id=number,
        meaning=meaning,
        does=_phrase(does, slots),
        is_irreversible=bool(words and words.irreversible),
        is_safe=is_safe,
        is_recommended=bool(words and words.recommended),
        needs_adult=bool(words and words.adult),
        warning=_phrase(_for_a_child_too(words.warning) if words else {}, slots),
    )


def _for_a_child_too(words: Templates) -> Templates:
    return {"child": words["plain-language"], **words} if "plain-language" in words else words


def _advice(kind: Kind, slots: Mapping[str, str], elements: Mapping[str, int]) -> Advice | None:
    if kind.advice is None:
        return None
    take = elements.get(kind.advice.take)
    phrase = _phrase(kind.advice.say, {**slots, "take": "{take}"} if take else slots)
    return Advice(phrase, take) if phrase.texts else None


def _phrase(words: Templates, slots: Mapping[str, str]) -> Phrase:
    """Fill for each style and language the first template whose slots are all known."""
    texts: dict[Style, dict[str, str]] = {}
    for style, by_language in words.items():
        for language, templates in by_language.items():
            if text := _filled(templates, slots, language):
                texts.setdefault(style, {})[language] = text
    return Phrase(texts)


def _filled(templates: Sequence[str], slots: Mapping[str, str], language: str) -> str:
    """Fill the first template whose slots are known; one that tells more, where only who asks is not known."""
    unnamed = {"application": spoken_words(language).sentence("this_window"), **slots}
    fitting = next((template for template in templates if slots_in(template) <= slots.keys()), "")
    fuller = next((template for template in templates if slots_in(template) <= unnamed.keys()), "")
    if len(slots_in(fuller) - {"application"}) > len(slots_in(fitting)):
        fitting = fuller
    name = unnamed["application"]
    if _HAN.fullmatch(name[-1:]):
        fitting = _SPACE_BEFORE_HAN.sub("{application}", fitting)
    return fitting.format_map(unnamed)
