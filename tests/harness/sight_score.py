"""How well a window was read from its pixels: which controls were found, which were invented."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from assistant.scene import Box, Element, Scene

NEAR_NAME = 0.8
ROLES = {
    "push button": "push button",
    "toggle button": "push button",
    "entry": "entry",
    "text": "entry",
    "spin button": "entry",
    "password text": "entry",
    "check box": "check box",
    "switch": "check box",
    "radio button": "radio button",
    "combo box": "combo box",
    "page tab": "page tab",
    "slider": "slider",
    "progress bar": "progress bar",
    "list item": "list item",
    "menu item": "menu item",
    "menu": "menu item",
    "link": "link",
}
"""Roles that look alike count as one."""
_LOOK_ALIKE = str.maketrans("−–‐✕✖∗∧", "---××*^")
"""Signs that nobody can tell apart by looking: a minus and a hyphen."""


class Failure(NamedTuple):
    """A control that was missed, invented or told with another role: in which window, and which."""

    where: str
    what: Literal["missed", "invented", "another role"]
    element: Element


@dataclass
class Score:
    """Counts over windows; `found` and `there` by role."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    wrong_role: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, truth: Scene, read: Scene, where: str = "", nameless: AbstractSet[int] = frozenset()) -> None:
        """Count one window. `nameless` are controls of the truth whose names no pixel shows: a tool bar's icons."""
        there = [element for element in truth.elements if element.role in ROLES and element.name and element.box]
        told = [element for element in read.elements if element.role in ROLES and element.box]
        for element in there:
            role = ROLES[element.role]
            self.there[role] += 1
            name = element.name if element.id not in nameless and _shows_its_name(element, truth) else ""
            if any(_is_found(element, name, other) for other in told):
                self.found[role] += 1
            else:
                self.failures.append(Failure(where, "missed", element))
        for element in told:
            role = ROLES[element.role]
            self.told[role] += 1
            under = [other for other in truth.elements if other.box and other.role in ROLES and lie(element, other)]
            if not under:
                self.invented[role] += 1
                self.failures.append(Failure(where, "invented", element))
            elif all(ROLES[other.role] != role for other in under):
                self.wrong_role[role] += 1
                self.failures.append(Failure(where, "another role", element))

    @property
    def recall(self) -> float:
        """Controls that were found with their role, and their name where it can be seen, of all named ones."""
        return sum(self.found.values()) / max(1, sum(self.there.values()))

    @property
    def invented_share(self) -> float:
        """Controls told where none is, of all that were told."""
        return sum(self.invented.values()) / max(1, sum(self.told.values()))


def _is_found(there: Element, name: str, told: Element) -> bool:
    if ROLES[there.role] != ROLES[told.role] or not lie(told, there):
        return False
    return not name or likeness(name, told.name) >= NEAR_NAME


def _shows_its_name(element: Element, truth: Scene) -> bool:
    """Say whether a control's name can be seen: a slider may have one for the accessibility tree alone."""
    if ROLES[element.role] not in ("entry", "combo box", "slider", "progress bar"):
        return True
    return any(other.role == "label" and likeness(other.name, element.name) >= NEAR_NAME for other in truth.elements)


def lie(one: Element, other: Element) -> bool:
    """Say whether one control lies where the other does: the centre of one is in the other."""
    assert one.box is not None
    assert other.box is not None
    return _holds(one.box, other.box) or _holds(other.box, one.box)


def _holds(box: Box, other: Box) -> bool:
    x, y = other.x + other.width / 2, other.y + other.height / 2
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: what their letters have in common, in order."""
    left, right = _plain(one), _plain(other)
    if not left and not right:
        return float(_signs(one) == _signs(other) != "")  # a calculator's keys: "+", "("
    if not left or not right:
        return 0.0
    row = [0] * (len(right) + 1)
    for letter in left:
        before = 0
        for place, against in enumerate(right, start=1):
            before, row[place] = row[place], before + 1 if letter == against else max(row[place], row[place - 1])
    return 2 * row[-1] / (len(left) + len(right))


def words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts; a Chinese character is a word."""
    found: Counter[str] = Counter()
    for text in texts:
        spaced = "".join(f" {c} " if "\u3400" <= c <= "\u9fff" else c for c in _plain_spaced(text))
        found.update(spaced.split())
    return found


def word_recall(there: Sequence[str], read: Sequence[str]) -> float:
    """Return the share of words that were read, of all that are there."""
    wanted, got = words(there), words(read)
    return sum((wanted & got).values()) / max(1, sum(wanted.values()))


def _signs(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKE).split())


def _plain(text: str) -> str:
    text = re.sub(r"[(（][A-Z][)）]", "", text)  # a Chinese mnemonic is no part of the name
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _plain_spaced(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).casefold())
