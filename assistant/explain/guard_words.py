"""The words in which a model makes claims, in every language that there is a file for: guard_words/LANGUAGE.yaml.

All languages are searched in every sentence, so that a claim cannot hide in the other one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from assistant.explain.knowledge import knowledge
from assistant.explain.language import FALLBACK

FOLDER = Path(__file__).parent / "guard_words"
MENTION = "[\ue000-\uefff]"
"""One character that stands for a control or a text which was found in the facts."""
KEY = "[\uf000-\uf7ff]"
"""One that stands for a key."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SLOTS = {"M": MENTION, "K": KEY}


@dataclass(frozen=True)
class StateWord:
    """One way to claim a state. `after`: what it is about stands behind it."""

    state: str
    pattern: re.Pattern[str]
    is_true: bool
    is_after: bool
    needs_mention: bool
    false_if: re.Pattern[str] | None


@dataclass(frozen=True)
class Noun:
    """One word for a kind of control, and the roles that fit it; none: any."""

    pattern: re.Pattern[str]
    roles: frozenset[str]
    is_called: bool


@dataclass(frozen=True)
class GuardWords:
    """The words of one language."""

    language: str
    data: Mapping[str, Any]

    def pattern(self, key: str) -> re.Pattern[str]:
        """Return one of the patterns."""
        return _compiled(self.data[key])

    def text(self, key: str, /, **slots: str) -> str:
        """Return one of the texts."""
        return str(self.data[key]).format_map(slots)

    @cached_property
    def states(self) -> tuple[StateWord, ...]:
        return tuple(
            StateWord(
                state=entry["state"],
                pattern=_compiled(_with_slots(entry["find"])),
                is_true=not entry.get("isnt", False),
                is_after=entry.get("after", False),
                needs_mention="about" in entry,
                false_if=_compiled(entry["false_if"]) if "false_if" in entry else None,
            )
            for entry in self.data["states"]
        )

    @cached_property
    def nouns(self) -> tuple[Noun, ...]:
        called = self.data["called"]
        return tuple(
            Noun(_compiled(self._word(entry["find"])), frozenset(entry["roles"]), name in called)
            for name, entry in self.data["nouns"].items()
        )

    @cached_property
    def called(self) -> str:
        """A pattern of the nouns that turn the word before them into a name."""
        return "|".join(f"(?:{self.data['nouns'][name]['find']})" for name in self.data["called"])

    @cached_property
    def units(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Patterns of units, as they stand right behind a number, in front of a word's end."""
        return tuple(
            (unit, re.compile(rf"[\s-]?(?:{find})(?![A-Za-z])", re.IGNORECASE))
            for unit, find in self.data["units"].items()
        )

    @cached_property
    def keys(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Patterns of keys by their name. They mind capitals: “Enter” is a key, “enter” a verb."""
        return tuple((key, re.compile(_latin_word(find))) for key, find in self.data["keys"].items())

    @cached_property
    def undoes(self) -> re.Pattern[str]:
        return _compiled("|".join(f"(?:{find})" for find in self.data["undoes"]))

    @cached_property
    def subjects(self) -> tuple[re.Pattern[str], ...]:
        """Claims that something is missing, required or filled in; the group is what."""
        return tuple(_compiled(find) for find in self.data["subjects"])

    @cached_property
    def begins(self) -> re.Pattern[str]:
        """A button's label where it is spoken of: at the start, before a verb."""
        return re.compile(self.data["begins"].replace("{label}", _labels()))

    @cached_property
    def pressed(self) -> re.Pattern[str]:
        """A button's label after a verb like “choose”."""
        return re.compile(rf"(?:{self.data['verbs']})(?:一下)?\s*(?:the )?({_labels()})(?![A-Za-z])")

    @cached_property
    def named(self) -> re.Pattern[str]:
        """A button's label before a word like “button”."""
        return re.compile(rf"(?<![A-Za-z])({_labels()})\s*(?:{self.called})", re.IGNORECASE)

    @cached_property
    def label_or_name(self) -> re.Pattern[str]:
        """What may be called a control that is not there: a usual label, or capitalised words."""
        name = rf"{MENTION}|{_labels()}|[A-Z][\w']*(?: [A-Z][\w']*)*"
        return re.compile(rf"({name})\s*(?:{self.called})?(?![a-z])")

    def _word(self, find: str) -> str:
        return rf"\b(?:{find})\b" if find.isascii() else find


@cache
def all_words() -> tuple[GuardWords, ...]:
    """Return the words of every language that there is a file for."""
    return tuple(
        GuardWords(file.stem, yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - a safe loader
        for file in sorted(FOLDER.glob("*.yaml"))
    )


@cache
def own_words(language: str) -> GuardWords:
    """Return the words of a language; of English for one that has no file."""
    by_language = {words.language: words for words in all_words()}
    return by_language.get(language, by_language[FALLBACK])


@cache
def any_of(key: str) -> re.Pattern[str]:
    """Return one pattern for what all languages have under a key."""
    return _compiled("|".join(f"(?:{words.data[key]})" for words in all_words() if words.data[key]))


def found(key: str, text: str) -> bool:
    """Say whether a text holds what some language has under a key."""
    return bool(any_of(key).search(text))


@cache
def known_labels() -> frozenset[str]:
    """Return the labels that buttons usually have, in their normal spelling."""
    return frozenset(
        label
        for meaning in knowledge().buttons.values()
        for label in meaning.labels
        if len(label) >= (3 if label.isascii() else 2) or label in ("OK", "No")
    ).union(*(words.data["labels"] for words in all_words()))


@cache
def _labels() -> str:
    return "|".join(map(re.escape, sorted(known_labels(), key=len, reverse=True)))


@cache
def _compiled(find: str) -> re.Pattern[str]:
    return re.compile(find, re.IGNORECASE)


def _with_slots(find: str) -> str:
    return re.sub(r"(?<![A-Za-z\\\[])[MK](?![A-Za-z])", lambda match: _SLOTS[match[0]], find)


def _latin_word(find: str) -> str:
    return rf"(?<![A-Za-z])(?:{find})(?![A-Za-z])"
