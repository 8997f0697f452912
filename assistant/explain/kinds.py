"""Kinds of dialogs as files: what a knowledge file may hold, checked when it is read.

`docs/knowledge.md` is the guide for writing one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Self, get_args

from msgspec import Meta, Struct, field

from assistant.errors import WrongSettings
from assistant.explain.asked import Place
from assistant.profile import Style
from assistant.settings import Settings, line_of, read_mapping, validate

Templates = dict[Style, dict[str, tuple[str, ...]]]
ALWAYS_KNOWN = frozenset({"application", "title", "message"})
QUOTED = "quoted"
"""As a slot's pattern: what the window quotes, if it is one thing."""


@dataclass(frozen=True)
class Pattern:
    """A regular expression, compiled when it is first needed: most never are."""

    source: str

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.source, re.MULTILINE)

    @cached_property
    def exact(self) -> re.Pattern[str]:
        """The same for slots, which are read from the text as it is on the screen."""
        return re.compile(self.source, re.IGNORECASE | re.MULTILINE)


class PatternList(tuple[Pattern, ...]):
    """Patterns, written as one or as a list."""

    __slots__ = ()

    @classmethod
    def of(cls, written: object) -> Self:
        return cls(map(Pattern, _texts(written, "expected a pattern or a list of patterns")))


class NameList(tuple[str, ...]):
    """Names, written as one or as a list."""

    __slots__ = ()

    @classmethod
    def of(cls, written: object) -> Self:
        return cls(_texts(written, "expected a name or a list of names"))


class Words(dict[Style, dict[str, tuple[str, ...]]]):
    """Texts by style and language, written `{en: "…", zh: ["…", "…"], child: {en: …}}`: first plain-language ones."""

    @classmethod
    def of(cls, written: object) -> Self:
        if not isinstance(written, Mapping):
            raise ValueError(_EXPECTED_TEXTS)  # noqa: TRY004 - it is the person's mistake
        styles = {key: texts for key, texts in written.items() if key in get_args(Style)}
        plain = {key: texts for key, texts in written.items() if key not in styles}
        if plain and "plain-language" in styles:
            raise ValueError("texts for “plain-language” are given twice")
        if plain:
            styles["plain-language"] = plain
        return cls({style: _by_language(texts) for style, texts in styles.items()})


_EXPECTED_TEXTS = "expected texts by language: “en: …”, and “child: {en: …}” for a style"
NO_NAMES = NameList()
NO_PATTERNS = PatternList()
NO_WORDS = Words()


def _by_language(written: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(written, Mapping):
        raise ValueError(_EXPECTED_TEXTS)  # noqa: TRY004
    return {language: _texts(texts, _EXPECTED_TEXTS) for language, texts in written.items()}


def _texts(written: object, expected: str) -> tuple[str, ...]:
    texts = [written] if isinstance(written, str) else written
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(expected)
    return tuple(texts)


class Conditions(Settings, frozen=True):
    """Conditions on a window. In a `when` all of them must hold; in a `none` not one may, nor a part of one."""

    title: PatternList = NO_PATTERNS
    message: PatternList = NO_PATTERNS
    text: PatternList = NO_PATTERNS
    """In the title or the message."""
    application: PatternList = NO_PATTERNS
    label: PatternList = NO_PATTERNS
    """On some button."""
    buttons: NameList = NO_NAMES
    """Meanings: there is a button for every one of them; in a `none`, for any."""
    any_button: NameList = NO_NAMES
    roles: NameList = NO_NAMES
    """AT-SPI roles: there is an element of every one of them; in a `none`, of any."""


class Case(Conditions, frozen=True):
    """One way to recognise a kind."""

    place: NameList = NameList(("dialog",))
    none: Conditions | None = None
    max_controls: Annotated[int, Meta(ge=0)] = 12
    """A window with more controls than this asks more than one thing."""
    max_text: Annotated[int, Meta(ge=1)] = 1_500
    """Characters of title and message together: past this it is something to read, not a question."""

    def __post_init__(self) -> None:
        unknown = set(self.place).difference(get_args(Place))
        if unknown:
            raise ValueError(f"there is no place “{min(unknown)}”. Places: {', '.join(get_args(Place))}")


class Meaning(Settings, frozen=True):
    """What the label of a button can mean, wherever it stands."""

    labels: tuple[str, ...] = ()
    """Whole labels, in normal spelling; case, mnemonics and “…” don't matter."""
    patterns: PatternList = NO_PATTERNS
    """Patterns for whole labels."""
    does: Words = NO_WORDS
    """What it does where the kind says nothing else."""
    safe: bool = False


class ChoiceWords(Settings, frozen=True):
    """What one choice of a kind leads to."""

    does: Words = NO_WORDS
    warning: Words = NO_WORDS
    safe: bool | None = None
    """None: as the meaning says."""
    irreversible: bool = False
    recommended: bool = False
    adult: bool = False

    def __post_init__(self) -> None:
        if self.irreversible and not self.warning:
            raise ValueError("an irreversible choice needs a “warning”")
        if self.irreversible and self.safe:
            raise ValueError("a choice cannot be both “irreversible” and “safe”")


class Answer(Settings, frozen=True):
    """What a general answer (“Yes”, “OK”) means in this kind, told by the question."""

    means: dict[str, str]
    """General meaning → choice of this kind."""
    text: PatternList = NO_PATTERNS
    """Empty: always."""


class AdviceWords(Settings, frozen=True):
    """What to do, and why."""

    say: Words
    take: str = ""
    """The choice that `{take}` is about."""


class Kind(Settings, frozen=True):
    """One kind of dialog."""

    when: Annotated[tuple[Case, ...], Meta(min_length=1, description="a list of at least one case")]
    asks: Words
    over: NameList = NO_NAMES
    """Kinds that this one is a special case of."""
    choices: dict[str, ChoiceWords | None] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    slots: dict[str, PatternList] = field(default_factory=dict)
    """Patterns whose first group is the slot, found in the title or the message; or `quoted`."""
    advice: AdviceWords | None = None
    claim: bool = False
    quote: bool = False
    adult: bool = False

    def __post_init__(self) -> None:
        self._check_choices()
        known = ALWAYS_KNOWN | self.slots.keys()
        _check_slots("asks", self.asks, known, last_must_be_free=True)
        for meaning, choice in self.choices.items():
            if choice:
                _check_slots(f"choices.{meaning}.does", choice.does, known)
                _check_slots(f"choices.{meaning}.warning", choice.warning, known)
        if self.advice:
            _check_slots("advice.say", self.advice.say, known | ({"take"} if self.advice.take else set()))

    def _check_choices(self) -> None:
        recommended = [meaning for meaning, choice in self.choices.items() if choice and choice.recommended]
        if len(recommended) > 1:
            raise ValueError(f"only one choice can be recommended, not {' and '.join(recommended)}")
        if recommended and not self.advice:
            raise ValueError(f"“{recommended[0]}” is recommended without a reason: add “advice”")
        if self.advice and self.advice.take and self.advice.take not in self.choices:
            raise ValueError(f"“advice.take” names “{self.advice.take}”, which is not among the choices")
        for answer in self.answers:
            for meaning in answer.means.values():
                if meaning not in self.choices:
                    raise ValueError(f"an answer means “{meaning}”, which is not among the choices")


class KnowledgeFile(Settings, frozen=True):
    """One file: kinds of dialogs by id, and meanings of buttons by id."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    buttons: dict[str, Meaning] = field(default_factory=dict)


def read_file(file: Path, *, check_patterns: bool = True) -> KnowledgeFile:
    """Return a knowledge file; WrongSettings with its line and key if something in it cannot be."""
    content = validate(KnowledgeFile, read_mapping(file), file=file)
    if check_patterns:
        for place, pattern in all_patterns(content):
            _check_pattern(pattern, place, file)
    return content


def _check_pattern(pattern: Pattern, place: tuple[str, ...], file: Path) -> None:
    try:
        re.compile(pattern.source)
    except re.error as error:
        problem = f"this pattern is no regular expression: {error.msg}."
        raise WrongSettings(problem, file=file, line=line_of(file, place), key=".".join(place)) from error


def all_patterns(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Pattern]]:
    """Yield every pattern in a part of a file, with its path of keys."""
    if isinstance(value, Pattern):
        yield place, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from all_patterns(getattr(value, name), (*place, name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from all_patterns(item, (*place, str(key)))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from all_patterns(item, (*place, str(number)))


def slots_in(template: str) -> frozenset[str]:
    """Return the names of the slots in a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def _check_slots(
    place: str, words: Templates, known: frozenset[str] | set[str], *, last_must_be_free: bool = False
) -> None:
    for style, language, templates in _each(words):
        for template in templates:
            unknown = slots_in(template) - known
            if unknown:
                raise ValueError(f"{place}: there is no slot “{{{min(unknown)}}}”")
        if last_must_be_free and (not templates or slots_in(templates[-1])):
            raise ValueError(f"{place}: the last text for {style}, {language} must need no slot")


def _each(words: Templates) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for style, by_language in words.items():
        for language, templates in by_language.items():
            yield style, language, templates
