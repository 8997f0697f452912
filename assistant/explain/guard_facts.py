"""What is true of a Scene, in the form in which a sentence is checked against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assistant.explain.choices import ENTER, ESCAPE, Options
from assistant.explain.control import name_of
from assistant.explain.guard_numbers import Amount, amounts_in, plain_number
from assistant.explain.guard_stems import stem
from assistant.explain.harmless import alike, harmless
from assistant.explain.language import languages, words
from assistant.explain.reading import Reading, focus_of, read
from assistant.explain.recognition import Phrase, Recognition
from assistant.explain.roles import CONTROLS, TEXTS, is_secret, role_of
from assistant.explain.shown import application_name, says_something, word_count
from assistant.scene import Element, Scene

NAME_CHARACTERS = 100
_MODIFIERS = {"control": "ctrl", "win": "super", "windows": "super", "cmd": "meta", "command": "meta", "option": "alt"}
_UNITS = re.compile(r"[\u3400-\u9fff]|[a-z0-9][a-z0-9'.-]*")
_WORD = re.compile(r"[a-z0-9][\w'.+-]*")
_MODIFIER_NAMES = frozenset({"ctrl", "alt", "shift", "super", "meta", "hyper"})


class Fact(NamedTuple):
    """One text of the window."""

    shown: str
    alike: str
    element: int | None
    is_read: bool
    """Whether it was read from the picture, so that a letter or two may be wrong."""
    is_name: bool


class Found(NamedTuple):
    """Where a text stands in the facts."""

    shown: str
    """As the window writes it."""
    elements: tuple[int, ...]
    is_name: bool
    """Whether it is the whole name of these elements."""


@dataclass(frozen=True)
class Facts:
    """A scene, and what is known of it."""

    scene: Scene
    known: Recognition | None = None

    @cached_property
    def reading(self) -> Reading:
        return read(self.scene)

    @cached_property
    def options(self) -> Options:
        return Options(self.reading, self.known)

    def element(self, number: int) -> Element | None:
        return self.scene.elements[number - 1] if 1 <= number <= len(self.scene.elements) else None

    def elements(self, numbers: Iterable[int]) -> list[Element]:
        return [element for number in numbers if (element := self.element(number))]

    def name(self, element: Element) -> str:
        """Return the name of an element as we speak it, "" if it has none."""
        return harmless(name_of(element), NAME_CHARACTERS)

    # ---- texts

    @cached_property
    def texts(self) -> tuple[Fact, ...]:
        window = self.scene.window
        own = (window.title, window.description, window.application, application_name(window.application, exact=False))
        found = [_fact(text, None) for text in own]
        for element in self.scene.elements:
            found += [_fact(text, element, is_name=is_name) for text, is_name in _texts_of(element)]
        return tuple(fact for fact in found if fact.alike)

    @cached_property
    def names(self) -> Mapping[str, tuple[int, ...]]:
        """Elements by their name, alike. One button's “Save” and another's “save” are the same."""
        found: dict[str, list[int]] = {}
        for element in self.scene.elements:
            for name in {alike(self.name(element)), alike(element.name)}:
                if says_something(name):
                    found.setdefault(name, []).append(element.id)
        return {name: tuple(numbers) for name, numbers in found.items()}

    @cached_property
    def controls(self) -> Mapping[str, tuple[int, ...]]:
        """Controls by their name as it is shown, the longest name first."""
        found: dict[str, list[int]] = {}
        for element in self.scene.elements:
            if role_of(element) in CONTROLS and (name := self.name(element)):
                found.setdefault(name, []).append(element.id)
        return {name: tuple(found[name]) for name in sorted(found, key=len, reverse=True)}

    @cached_property
    def control_names(self) -> frozenset[str]:
        """The names of all controls, alike."""
        return frozenset(map(alike, self.controls))

    def holds(self, text: str) -> Found | None:
        """Say where in the facts a text stands, whole words of it; None if it is not there."""
        wanted = _trimmed(alike(text))
        if not says_something(wanted):
            return None
        if wanted in self.names:
            numbers = self.names[wanted]
            return Found(text, numbers, is_name=True)
        for fact in self.texts:
            if _stands_in(wanted, fact.alike):
                return Found(text, () if fact.element is None else (fact.element,), is_name=False)
        return self._read_with_errors(wanted)

    def _read_with_errors(self, wanted: str) -> Found | None:
        allowed = 0 if len(wanted) < 4 or any(map(str.isdigit, wanted)) else 1 if len(wanted) < 12 else 2
        for fact in self.texts:
            if fact.is_read and allowed and (seen := _nearly(wanted, fact.shown, allowed)):
                return Found(seen, (fact.element,) if fact.element else (), is_name=fact.is_name and seen == fact.shown)
        return None

    def holds_exactly(self, text: str) -> bool:
        """Say whether a link, file or the like stands in the facts, letter by letter."""
        wanted = alike(text).replace(" ", "")
        return any(wanted in fact.alike.replace(" ", "") for fact in self.texts)

    def text_elements(self, text: str) -> tuple[int, ...]:
        """Return the elements in which a text stands."""
        wanted = alike(text).replace(" ", "")
        return tuple(
            fact.element for fact in self.texts if fact.element is not None and wanted in fact.alike.replace(" ", "")
        )

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What our knowledge says of this window: its numbers, keys and names are facts as well."""
        if self.known is None:
            return ()
        phrases = [self.known.asks, *(part for choice in self.known.choices for part in (choice.does, choice.warning))]
        phrases += [self.known.advice.phrase] if self.known.advice else []
        return tuple(text for phrase in phrases for text in _all_of(phrase))

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the facts, small."""
        lines = [*(fact.alike for fact in self.texts), *map(alike, self.told)]
        lines += [
            alike(words(language).role(role_of(element), "technician"))
            for language in languages()
            for element in self.scene.elements
        ]
        found = {word for line in lines for word in _WORD.findall(line)}
        return frozenset(
            part for word in found for part in (word, word.strip("'.+-"), *re.split(r"[.'+_-]", word)) if part
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """All words of the facts, without their endings."""
        return frozenset(map(stem, self.words))

    @cached_property
    def han_pairs(self) -> frozenset[str]:
        """Every two Chinese characters that stand beside each other in the facts."""
        lines = [*(fact.alike for fact in self.texts), *map(alike, self.told)]
        lines += [
            words("zh").role(role_of(element), style)
            for element in self.scene.elements
            for style in ("technician", "child")
        ]
        return frozenset(
            line[n : n + 2] for line in lines for n in range(len(line) - 1) if "\u3400" <= line[n] <= "\u9fff"
        )

    @cached_property
    def statements(self) -> tuple[tuple[Element, tuple[str, ...]], ...]:
        """The texts of the window that state something, each as its words; Chinese by the character."""
        return tuple(
            (element, units_of(element.name))
            for element in self.scene.elements
            if role_of(element) in TEXTS and not element.labels and word_count(element.name) >= 4
        )

    # ---- numbers

    @cached_property
    def amounts(self) -> frozenset[Amount]:
        """Every number of the facts, with its unit where it has one."""
        lines = [*(fact.shown for fact in self.texts), *self.told]
        found = {amount for line in lines for amount in amounts_in(line)}
        return frozenset(found.union(*map(_amounts_of, self.scene.elements)))

    @cached_property
    def places(self) -> frozenset[str]:
        """Numbers that tell where elements stand: “2 of 14”, a row, a column, a level."""
        return frozenset(plain_number(place) for element in self.scene.elements for place in _places_of(element))

    @cached_property
    def counts(self) -> Mapping[str, frozenset[int]]:
        """How many there are of each role, as one may count them: all, those that can be used, those of one list."""
        found: dict[str, set[int]] = {}
        for element in self.scene.elements:
            role = role_of(element)
            found.setdefault(role, set())
            if element.position is not None:
                found[role].add(element.position.size)
            if element.cell is not None:
                found.setdefault("table row", set()).add(element.cell.rows)
                found.setdefault("column header", set()).add(element.cell.columns)
        for role in found:
            same = [element for element in self.scene.elements if role_of(element) == role]
            used = [element for element in self.reading.controls if role_of(element) == role]
            found[role] |= {len(same), len(used), self.reading.counts.get(role, len(used))}
        return {role: frozenset(numbers) for role, numbers in found.items()}

    @cached_property
    def choice_counts(self) -> frozenset[int]:
        """How many choices there are, as one may count them."""
        radios = [element for element in self.scene.elements if role_of(element) == "radio button"]
        return frozenset({len(self.options.all), len(self.options.available), len(radios)})

    # ---- keys

    def owners(self, keys: str) -> tuple[int, ...] | None:
        """Return the elements that a key takes; () if it only stands in a text, None if it does not even."""
        wanted = canonical(keys)
        if wanted == "enter":
            return self._owner(ENTER)
        if wanted == "escape":
            return self._owner(ESCAPE)
        found = tuple(e.id for e in self.scene.elements if any(canonical(own) == wanted for own in e.keys))
        if found:
            return found
        spoken = " ".join(wanted.split("+"))
        texts = [alike(text) for text in self.told] + [fact.alike for fact in self.texts]
        in_text = any(_stands_in(spoken, re.sub(r"control", "ctrl", text.replace("+", " "))) for text in texts)
        return () if in_text else None

    def _owner(self, key: str) -> tuple[int, ...] | None:
        """Return what Enter or Escape takes here; () where nothing is known against pressing it."""
        found = tuple(element.id for element in self.options.all if self.options.key(element) == key)
        if found:
            return found
        focused = focus_of(self.scene)
        if key == ESCAPE:
            return () if self.reading.is_dialog or self.scene.window.kind == "menu" else None
        return (focused.id,) if focused is not None and role_of(focused) in ("push button", "link", "menu item") else ()


def units_of(text: str) -> tuple[str, ...]:
    """Return the words of a text for comparing; Chinese by the character."""
    return tuple(_UNITS.findall(alike(text)))


def canonical(keys: str) -> str:
    """Return a key in one spelling: "ctrl+s", "enter"."""
    parts = [part for part in re.split(r"[+\s–-]+|加|plus", alike(keys).strip()) if part] or ["+"]
    parts = [_MODIFIERS.get(part, part) for part in parts if part not in ("the", "key", "键")]
    names = {"return": "enter", "esc": "escape", "del": "delete", "回车": "enter", "回车键": "enter", "空格": "space"}
    held = sorted(part for part in parts if part in _MODIFIER_NAMES)
    return "+".join([*held, *(names.get(part, part) for part in parts if part not in _MODIFIER_NAMES)])


def _fact(text: str, element: Element | None, *, is_name: bool = False) -> Fact:
    read = element is not None and element.source == "ocr"
    return Fact(harmless(text, 5_000), alike(text), element.id if element else None, read, is_name)


def _texts_of(element: Element) -> Iterator[tuple[str, bool]]:
    yield element.name, True
    yield element.description, False
    yield element.placeholder, False
    if not is_secret(element):
        yield element.text, False
        yield element.value.text if element.value else "", False
    yield element.error, False
    if element.cell:
        yield element.cell.row_header, False
        yield element.cell.column_header, False
    for key in element.keys:
        yield key, False
        yield key.replace("+", " "), False


def _places_of(element: Element) -> Iterator[int]:
    if element.position:
        yield from (element.position.index, element.position.size)
    if element.cell:
        yield from (element.cell.row, element.cell.column, element.cell.rows, element.cell.columns)
    if element.level:
        yield element.level


def _amounts_of(element: Element) -> Iterator[Amount]:
    for count in (element.cell.rows if element.cell else 0, element.position.size if element.position else 0):
        if count:
            yield Amount(plain_number(count), "")  # what a list or table holds, whatever it is called
    if element.value and not is_secret(element):
        value = element.value
        for number in (value.current, value.minimum, value.maximum):
            yield Amount(plain_number(number), "")
        percent = value.percent
        if percent is not None:
            yield Amount(plain_number(round(percent)), "percent")


def _all_of(phrase: Phrase) -> Iterator[str]:
    for by_language in phrase.texts.values():
        yield from by_language.values()


def _trimmed(text: str) -> str:
    return text.strip(" .,:;!?'…").strip()


def _stands_in(wanted: str, text: str) -> bool:
    """Say whether one text is in another and does not begin or end inside a word."""
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not (_is_joined(text[start - 1 : start], wanted[0]) or _is_joined(wanted[-1], text[end : end + 1])):
            return True
        start = text.find(wanted, start + 1)
    return False


def _is_joined(left: str, right: str) -> bool:
    return bool(left and right) and all(c.isalnum() and unicodedata.category(c) != "Lo" for c in (left, right))


def _nearly(wanted: str, shown: str, allowed: int) -> str:
    """Return the part of a text that was read from a picture which differs from what is wanted by a few letters."""
    count = max(1, len(wanted.split()))
    parts = shown.split()
    for start in range(max(1, len(parts) - count + 1)):
        part = " ".join(parts[start : start + count])
        if abs(len(part) - len(wanted)) <= allowed and _distance(_trimmed(alike(part)), wanted, allowed) <= allowed:
            return part
    return ""


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters differ (Levenshtein), or more than `most`."""
    if sum(c.isdigit() for c in one) or sum(c.isdigit() for c in other):
        return most + 1  # a digit that differs is another number
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]
