"""Keys through pynput, the portable back end: where there is no X11 connection to grab keys on.

It only listens: the application sees a command's key too. pynput's listener hears every key, in a thread of its
own; what leaves that thread is a command's id, or that some key was pressed, and nothing is kept but which
modifiers are down. The thread is a daemon and is never joined: pynput 1.8 ends it at the next key only.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from assistant.errors import SomethingMissing
from assistant.watch.keys import Key, KeyListener, parse_key

log = logging.getLogger(__name__)

_MODIFIERS = {
    **dict.fromkeys(("ctrl", "ctrl_l", "ctrl_r"), "Ctrl"),
    **dict.fromkeys(("alt", "alt_l", "alt_r"), "Alt"),
    **dict.fromkeys(("shift", "shift_l", "shift_r"), "Shift"),
    **dict.fromkeys(("cmd", "cmd_l", "cmd_r"), "Super"),
}
_NAMED = {"esc": "Escape", "page_up": "PageUp", "page_down": "PageDown", "print_screen": "Print"}
_CHARACTERS = {
    ",": "Comma",
    ".": "Period",
    "/": "Slash",
    "\\": "Backslash",
    ";": "Semicolon",
    "'": "Apostrophe",
    "-": "Minus",
    "=": "Equal",
    "`": "Grave",
    " ": "Space",
}


class PynputKeys:
    """A KeySource over pynput. SomethingMissing where pynput cannot listen."""

    def __init__(self, keys: Mapping[str, str], listener: KeyListener) -> None:
        self._wanted: dict[Key, str] = {parse_key(text): command for text, command in keys.items()}
        self._listener = listener
        self._hears_all = False
        self._down: set[str] = set()
        self._held: Key | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Any = None
        self.refused: tuple[str, ...] = ()
        """Always empty: pynput cannot know who else has a key."""

    async def __aenter__(self) -> Self:
        try:
            keyboard = importlib.import_module("pynput.keyboard")  # here, because importing it opens the display
        except Exception as error:  # the kind depends on the platform's back end
            raise SomethingMissing("pynput cannot hear keys here. Run: pip install 'sightline[keys]'") from error
        self._loop = asyncio.get_running_loop()
        self._thread = keyboard.Listener(on_press=self._on_press, on_release=self._on_release)
        self._thread.daemon = True
        self._thread.start()
        await asyncio.to_thread(self._thread.wait)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop = None  # whatever the thread still hears goes nowhere
        try:
            self._thread.stop()
        except Exception as failure:  # noqa: BLE001 - it raises what its platform raises when the display is gone
            log.info("keys: pynput did not stop: %s", type(failure).__name__)

    def hear_all(self, wanted: bool) -> None:
        self._hears_all = wanted

    # In pynput's thread

    def _on_press(self, pressed: Any, *_: object) -> None:
        if self._hears_all:
            self._tell(self._listener.on_key)
        symbol = self._symbol(pressed)
        if symbol in _MODIFIERS.values():
            self._down.add(symbol)
            return
        key = Key(frozenset(self._down), symbol)
        command = self._wanted.get(key)
        if command and key != self._held:
            self._tell(self._listener.on_command, command)
        self._held = key if command else None

    def _on_release(self, released: Any, *_: object) -> None:
        self._down.discard(self._symbol(released))
        self._held = None

    def _symbol(self, key: Any) -> str:
        name = getattr(key, "name", None)
        if name:
            return _MODIFIERS.get(name) or _NAMED.get(name) or name.capitalize()
        character = getattr(self._thread.canonical(key), "char", None) or ""
        return _CHARACTERS.get(character, character.upper())

    def _tell(self, function: Any, *arguments: str) -> None:
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop has ended meanwhile
            self._loop = None
