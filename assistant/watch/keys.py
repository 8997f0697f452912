"""Keys as people write them ("Super+Alt+W"), and what a back end that hears them promises. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from assistant.errors import WrongSettings

MODIFIERS = ("Ctrl", "Alt", "Shift", "Super")
NAMED = (
    *("Space", "Tab", "Enter", "Escape", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown"),
    *("Up", "Down", "Left", "Right", "Pause", "Print", "Menu"),
    *("Comma", "Period", "Slash", "Backslash", "Semicolon", "Apostrophe", "Minus", "Equal", "Grave"),
)
_OTHER_NAMES = {"control": "Ctrl", "meta": "Super", "win": "Super", "return": "Enter", "esc": "Escape"}
_SPELLINGS = {name.lower(): name for name in (*MODIFIERS, *NAMED)} | _OTHER_NAMES


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its modifiers. `symbol` is a letter or digit as printed on it, F1…F24, or one of NAMED."""

    modifiers: frozenset[str]
    symbol: str

    def __str__(self) -> str:
        return "+".join((*(name for name in MODIFIERS if name in self.modifiers), self.symbol))


def parse_key(text: str) -> Key:
    """Return the key that a person wrote; WrongSettings if it is none, or would swallow typing."""
    *modifiers, symbol = (_spelt(part) for part in text.split("+"))
    is_symbol = symbol in NAMED or re.fullmatch(r"[A-Z0-9]|F([1-9]|1\d|2[0-4])", symbol)
    if not is_symbol or not set(modifiers) <= set(MODIFIERS) or len(set(modifiers)) < len(modifiers):
        raise WrongSettings(f"“{text}” is no key. Write it like Super+Alt+W or Ctrl+F12.")
    if not set(modifiers) - {"Shift"} and not re.fullmatch(r"F\d+|Pause", symbol):
        raise WrongSettings(f"the key “{text}” is needed for typing. Add Ctrl, Alt or Super.")
    return Key(frozenset(modifiers), symbol)


def _spelt(part: str) -> str:
    part = part.strip()
    return _SPELLINGS.get(part.lower(), part.upper())


class KeyListener(Protocol):
    """Who takes what was pressed. Called from the loop; must not wait."""

    def on_command(self, command: str) -> None: ...

    def on_key(self) -> None:
        """Some key was pressed; which one is not told."""


class KeySource(Protocol):
    """A back end that hears keys while it is open: the commands' always, any key while `hear_all(True)`.

    A command's key is told as any key first, then as its command, once however long it is held.
    """

    @property
    def refused(self) -> tuple[str, ...]:
        """The keys that could not be had, because another program has them."""

    def hear_all(self, wanted: bool) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


MakeKeySource = Callable[[KeyListener], KeySource]
