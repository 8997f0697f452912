"""Words: what Sightline says in one language, read once from words/LANGUAGE.yaml.

A language is added by a file there alone. Texts are templates with {slots}; where two pieces meet, the
joint is mended (no second full stop after a question mark; a space between Chinese and Latin letters).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from assistant.explain.plural import plural_form
from assistant.explain.shown import folded
from assistant.profile import Style

WORDS_FOLDER = Path(__file__).parent / "words"
FALLBACK = "en"

_STYLES = frozenset({"technician", "plain-language", "child"})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CLOSERS = "”’\"'）)】»"
_ENDS = ".!?…。！？：:"
_HAN = re.compile(r"[\u2e80-\u2fdf\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z0-9\u00c0-\u024f]")


@dataclass(frozen=True)
class Words:
    """The words and templates of one language."""

    language: str
    data: Mapping[str, Any]

    def text(self, section: str, key: str, style: Style = "plain-language", /, **slots: object) -> str:
        """Return a template's text with its slots filled; KeyError if there is none."""
        count = slots.get("count")
        form = self.plural(count) if isinstance(count, int) else "other"
        template = choose(self.data[section][key], style, form)
        return self.fill(template, {name: self._written(value) for name, value in slots.items()})

    def sentence(self, key: str, style: Style = "plain-language", /, **slots: object) -> str:
        """Return one of the sentences."""
        return self.text("sentences", key, style, **slots)

    def role(self, role: str, style: Style) -> str:
        """Return what a control of this role is called."""
        return choose(self._role(role)["name"], style, "other")

    def counted(self, role: str, count: int, style: Style) -> str:
        """Return "3 buttons"."""
        template = choose(self._role(role)["count"], style, self.plural(count))
        return self.fill(template, {"count": self.number(count)})

    def state(self, state: str, *, exact: bool) -> str:
        """Return what a state is called, "" if it is not said."""
        return str(self.data["states"][state]["exact" if exact else "everyday"])

    def hint(self, hint: str, style: Style) -> str:
        """Return how to use a control, as a sentence."""
        return choose(self.data["hints"][hint], style, "other")

    def kind(self, kind: str, style: Style) -> str:
        """Return what a kind of window is called."""
        return choose(self.data["kinds"][kind], style, "other")

    def icon(self, meaning: str) -> str:
        """Return what an icon of this meaning looks like, as it stands after “it looks like”."""
        return str(self.data["icons"].get(meaning, meaning.replace("-", " ")))

    def key(self, keys: str) -> str:
        """Return keys as people say them: "Control Shift S" for "Ctrl+Shift+S"."""
        parts = re.split(r"\+(?!$)", keys.strip()) if keys.strip() != "+" else ["+"]
        names: Mapping[str, str] = self.data["keys"]
        spoken = [
            names.get(part) or self.sign(part) or (part.upper() if len(part) == 1 else part) for part in parts if part
        ]
        return str(self.data["key_join"]).join(spoken)

    def sign(self, text: str) -> str:
        """Return what a single sign is called: "divided by" for "÷"; "" where it is none."""
        return str(self.data["signs"].get(text.strip(), ""))

    def join(self, items: Sequence[str], how: str = "and") -> str:
        """Return "A, B and C", or with `how="or"` "A, B, or C"."""
        comma, last = self.data["lists"][how]
        if len(items) == 2 and how == "or":
            last = self.data["lists"]["or_two"]
        result = ""
        for number, item in enumerate(items, start=1):
            between = "" if number == 1 else last if number == len(items) else comma
            result = self._joined(self._joined(result, between), item)
        return result

    def separated(self, items: Sequence[str], how: str = "parts") -> str:
        """Return the items with the separator of a telegram, or of a list of choices."""
        result = ""
        for item in filter(None, items):
            result = self._joined(self._joined(result, self.data["lists"][how]), item) if result else item
        return result

    def quote(self, text: str) -> str:
        """Return a name from the window as it stands in a sentence of ours."""
        template = self.data["name"]
        if template.startswith("“"):
            text = text.replace("“", "‘").replace("”", "’")
        return self.fill(template, {"text": text})

    def number(self, number: float) -> str:
        """Return a number as it is written in this language, without a needless fraction."""
        rounded = f"{number:,.2f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}"
        table = {ord(","): self.data["thousands"], ord("."): self.data["decimal"]}
        return rounded.translate(table) if abs(number) >= 1 or rounded not in ("-0", "0") else "0"

    def percent(self, number: float) -> str:
        """Return a share as people say it."""
        return self.text("units", "percent", number=self.number(round(number)))

    def plural(self, count: int) -> str:
        """Return the plural form for a count: "one", "few", … "other"."""
        return plural_form(count, self.data.get("plural", {}))

    def fill(self, template: str, slots: Mapping[str, str]) -> str:
        """Return a template with its slots filled and the joints mended."""
        result, last = "", None
        for literal, name, _, _ in Formatter().parse(template):
            is_new_sentence = (
                literal == ", " and last == "title" and result[-1:] in tuple("?!？！") and name is not None
            )
            result = f"{result} " if is_new_sentence else self._joined(result, literal)
            last = name
            if name is not None:
                value = slots[name]
                result = self._joined(result, value[:1].upper() + value[1:] if is_new_sentence else value)
        return result

    def ended(self, text: str) -> str:
        """Return a sentence with a full stop, if it has no end."""
        bare = text.rstrip(_CLOSERS)
        return text if not bare or bare[-1] in _ENDS else text + str(self.data["stop"])

    def _joined(self, before: str, after: str) -> str:
        if not before or not after:
            return before + after
        rest = after.lstrip(_CLOSERS)
        if rest[:1] in (".", "。") and before.rstrip(_CLOSERS)[-1:] in tuple(_ENDS):
            after = after[: len(after) - len(rest)] + rest[1:]
        elif before[-1] in ".:" and after.startswith(","):
            before = before[:-1]
        if after and self.data["space_between_scripts"] and _scripts_meet(before[-1], after[0]):
            return f"{before} {after}"
        return before + after

    def _written(self, value: object) -> str:
        return self.number(value) if isinstance(value, int | float) else str(value)

    def _role(self, role: str) -> Mapping[str, Any]:
        roles = self.data["roles"]
        found: Mapping[str, Any] = roles.get(role) or roles["control"]
        return found


def choose(template: Any, style: Style, form: str) -> str:
    """Return the string for a style and a plural form out of a string or a mapping."""
    if isinstance(template, str):
        return template
    if _STYLES.intersection(template):
        return choose(template.get(style, template.get("plain-language", "")), style, form)
    return choose(template.get(form, template["other"]), style, form)


@cache
def words(language: str) -> Words:
    """Return the words of a language; English for one that has no file."""
    return read_words(WORDS_FOLDER / f"{language if language in languages() else FALLBACK}.yaml")


def read_words(file: Path) -> Words:
    """Return the words in a file; what it lacks is said in English."""
    own = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    if file.stem == FALLBACK:
        return Words(FALLBACK, own)
    english = words(FALLBACK).data
    both = {key: _over(own[key], under) if key in own else under for key, under in english.items()}
    return Words(file.stem, {**both, "plural": own.get("plural", {})})


def is_sign(text: str) -> bool:
    """Say whether a name is one sign that has words of its own, as on a key: "÷", "("."""
    return text.strip() in _signs()


@cache
def _signs() -> frozenset[str]:
    return frozenset(sign for language in languages() for sign in words(language).data.get("signs", {}))


@cache
def labels(kind: str) -> frozenset[str]:
    """Return the labels by which a kind of button is known in any language, folded: windows speak their own."""
    return frozenset(
        folded(label) for language in languages() for label in words(language).data.get("labels", {}).get(kind, ())
    )


@cache
def grown_up_words() -> re.Pattern[str]:
    """Return the pattern of words, of all languages, for which a child is to fetch a grown-up."""
    found = sorted(word for language in languages() for word in words(language).data.get("grown_up", ()))
    return re.compile(
        "|".join(rf"\b{word}\b" if word.isascii() else word for word in map(re.escape, found)), re.IGNORECASE
    )


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that Sightline speaks."""
    return tuple(sorted(file.stem for file in WORDS_FOLDER.glob("*.yaml")))


def choose_language(profile_language: str, application_locale: str, session_locale: str) -> str:
    """Return the language to speak: the profile's, else the application's, else the session's, else English.

    "C" and "POSIX" name no language; nor does a locale that Sightline has no words for.
    """
    for locale in (profile_language, application_locale, session_locale):
        language = re.split(r"[_.@-]", locale.strip())[0].lower()
        if language in languages():
            return language
    return FALLBACK


def _over(own: Any, under: Any) -> Any:
    """Return a section with a language's own entries over the English ones."""
    return {**under, **own} if isinstance(own, dict) else own


def _scripts_meet(left: str, right: str) -> bool:
    return bool(_HAN.match(left) and _LATIN.match(right)) or bool(_LATIN.match(left) and _HAN.match(right))
