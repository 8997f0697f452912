"""Keys on X11: key grabs for the commands, XInput 2 raw events for "some key was pressed". No thread, no polling.

A grab swallows the key, so that the application never sees it. What the raw events say is not looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from Xlib import XK, X
from Xlib.error import BadAccess, BadValue, CatchError
from Xlib.ext import ge, xinput

from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.watch.keys import Key, KeyListener, parse_key

log = logging.getLogger(__name__)

_ALL_MODIFIERS = X.ShiftMask | X.ControlMask | X.Mod1Mask | X.Mod2Mask | X.Mod3Mask | X.Mod4Mask | X.Mod5Mask
_SYMBOLS = {
    "Space": "space",
    "Enter": "Return",
    "Backspace": "BackSpace",
    "PageUp": "Prior",
    "PageDown": "Next",
    "Comma": "comma",
    "Period": "period",
    "Slash": "slash",
    "Backslash": "backslash",
    "Semicolon": "semicolon",
    "Apostrophe": "apostrophe",
    "Minus": "minus",
    "Equal": "equal",
    "Grave": "grave",
}


class X11Keys:
    """A KeySource over the shared X11 connection. `keys` maps "Super+Alt+W" to a command's id."""

    def __init__(self, x11: X11Connection, keys: Mapping[str, str], listener: KeyListener) -> None:
        self._x11, self._listener = x11, listener
        self._wanted: dict[Key, str] = {parse_key(text): command for text, command in keys.items()}
        self._grabs: dict[tuple[int, int], str] = {}
        self._locks = 0
        self._released_at: dict[int, int] = {}
        self._end_listening: Callable[[], None] | None = None
        self._regrab: asyncio.Handle | None = None
        self._hears_all = False
        self.refused: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        self._end_listening = self._x11.listen(self._on_event)
        self._grab()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._end_listening:
            self._end_listening()
        if self._regrab:
            self._regrab.cancel()
        with contextlib.suppress(X11Lost):
            self.hear_all(False)
            self._ungrab()

    @property
    def can_hear_all(self) -> bool:
        """Whether this server has XInput 2."""
        return self._x11.display.has_extension(xinput.extname) and self._x11.display.has_extension(ge.extname)

    def hear_all(self, wanted: bool) -> None:
        """Tell of every key that is pressed, or of none but the commands'. Raises X11Lost."""
        if wanted == self._hears_all or (wanted and not self.can_hear_all):
            return
        self._hears_all = wanted
        with self._x11.asking():
            display = self._x11.display
            if wanted:
                # Asking for 2.2, because 2.0 hides raw events while another program grabs the keyboard (menus do).
                xinput.XIQueryVersion(
                    display=display.display,
                    opcode=display.display.get_extension_major(xinput.extname),
                    major_version=2,
                    minor_version=2,
                )
            mask = xinput.RawKeyPressMask if wanted else 0
            xinput.select_events(self._x11.root, [(xinput.AllMasterDevices, [mask])])
            self._x11.display.sync()  # from here on, not from some time soon

    # Grabs

    def _grab(self) -> None:
        with self._x11.asking():
            self._locks = self._mask_of("Num_Lock") | self._mask_of("Scroll_Lock") | X.LockMask
            masks = {
                "Ctrl": X.ControlMask,
                "Shift": X.ShiftMask,
                "Alt": self._mask_of("Alt_L") or X.Mod1Mask,
                "Super": self._mask_of("Super_L") or X.Mod4Mask,
            }
            asked: list[tuple[Key, str, int, int, CatchError]] = []
            for key, command in self._wanted.items():
                modifiers = sum(masks[name] for name in key.modifiers)
                code = self._x11.display.keysym_to_keycode(_keysym(key.symbol))
                caught = CatchError(BadAccess, BadValue)
                for locks in self._lock_masks() if code else ():
                    self._x11.root.grab_key(
                        code, modifiers | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=caught
                    )
                asked.append((key, command, code, modifiers, caught))
            self._x11.display.sync()
        refused = [key for key, _, code, _, caught in asked if not code or caught.get_error()]
        self._grabs = {(code, mods): command for key, command, code, mods, _ in asked if key not in refused}
        self.refused = tuple(str(key) for key in refused)
        if refused:
            log.warning("keys: another program has %s", ", ".join(self.refused))

    def _ungrab(self) -> None:
        with self._x11.asking():
            for code, modifiers in self._grabs:
                for locks in self._lock_masks():
                    self._x11.root.ungrab_key(code, modifiers | locks)
        self._grabs = {}

    def _lock_masks(self) -> Iterator[int]:
        """Yield every combination of Caps Lock, Num Lock and Scroll Lock: a grab is for one exactly."""
        bits = [1 << bit for bit in range(8) if self._locks >> bit & 1]
        for count in range(len(bits) + 1):
            for chosen in itertools.combinations(bits, count):
                yield sum(chosen)

    def _mask_of(self, keysym: str) -> int:
        code = self._x11.display.keysym_to_keycode(XK.string_to_keysym(keysym))
        rows = self._x11.display.get_modifier_mapping()
        return next((1 << number for number, codes in enumerate(rows) if code and code in codes), 0)

    # Events

    def _on_event(self, event: Any) -> None:
        if event.type == ge.GenericEventCode:
            if event.evtype == xinput.RawKeyPress and self._hears_all:
                self._listener.on_key()
        elif event.type == X.KeyPress:
            self._on_press(event.detail, event.state, event.time)
        elif event.type == X.KeyRelease:
            self._released_at[event.detail] = event.time
        elif event.type == X.MappingNotify:
            self._on_mapping(event)

    def _on_press(self, code: int, state: int, at: int) -> None:
        command = self._grabs.get((code, state & _ALL_MODIFIERS & ~self._locks))
        is_repeat = self._released_at.pop(code, None) == at  # the server "releases" a held key as it presses it again
        if command and not is_repeat:
            self._listener.on_command(command)

    def _on_mapping(self, event: Any) -> None:
        if event.request == X.MappingPointer:
            return
        self._x11.display.refresh_keyboard_mapping(event)
        if self._regrab is None:  # setxkbmap sends a burst of these
            self._regrab = asyncio.get_running_loop().call_soon(self._grab_again)

    def _grab_again(self) -> None:
        self._regrab = None
        with contextlib.suppress(X11Lost):
            self._ungrab()
            self._grab()


def _keysym(symbol: str) -> int:
    name = _SYMBOLS.get(symbol, symbol.lower() if len(symbol) == 1 else symbol)
    return XK.string_to_keysym(name)
