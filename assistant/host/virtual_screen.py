"""Our own eye and hands on a virtual desktop's X server: windows, keys, pictures. Used by VirtualDesktop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, XError
from Xlib.ext import damage, xtest
from Xlib.protocol import event

if TYPE_CHECKING:
    from Xlib.xobject.drawable import Window as XWindow

T = TypeVar("T")

_MODIFIERS = {"Control": "Control_L", "Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L", "Super": "Super_L"}
_KEYS = {"Enter": "Return", "Space": "space", "Page Up": "Prior", "Page Down": "Next", "Backspace": "BackSpace"}
_SHIFTED = 1  # the column of a keycode's keysyms that Shift takes


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that the window manager shows."""

    xid: int
    pid: int | None

    # Its title is asked for when wanted: it is text from the screen.


class ScreenGone(Exception):
    """The X server of a virtual desktop has ended."""


class VirtualScreen:
    """A connection to the desktop's X server in the running event loop. Close it with `close`."""

    def __init__(self, name: str) -> None:
        self._display = Display(name)
        self._display.set_error_handler(lambda *_: None)  # a window may vanish between two requests
        self._root: XWindow = self._display.screen().root
        self._root.change_attributes(event_mask=X.PropertyChangeMask | X.SubstructureNotifyMask)
        self._display.sync()
        self._changed = asyncio.Event()
        self._is_gone = False
        self._descriptor = self._display.fileno()  # kept, because it cannot be asked for once the server has died
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._descriptor, self._read)

    def close(self) -> None:
        """Let go of the X server; harmless when it has died."""
        self._loop.remove_reader(self._descriptor)
        with contextlib.suppress(Exception):  # python-xlib fails in several ways on a dead connection
            self._display.close()

    # Windows

    async def window_manager(self) -> None:
        """Return when a window manager is at work."""
        await self.until(lambda: self._numbers(self._root, "_NET_SUPPORTING_WM_CHECK"))

    async def window(self, title: str = "", *, pid: int | None = None) -> OpenWindow:
        """Wait for a window whose title contains these words, or of this process, to be shown; return it."""
        return await self.new_window(frozenset(), title, pid=pid)

    async def new_window(self, known: frozenset[OpenWindow], title: str = "", *, pid: int | None = None) -> OpenWindow:
        """Wait for a window that is not one of the known ones; return it."""

        def found() -> OpenWindow | None:
            for window in self.windows():
                is_wanted = window not in known and (pid is None or window.pid == pid)
                if is_wanted and title in self.title(window.xid):
                    return window
            return None

        return await self.until(found)

    async def gone(self, window: OpenWindow) -> None:
        """Wait until a window is no longer shown; another program's may have its X id by then."""

        def is_gone() -> bool:
            # while it is being closed it is still listed, and its process cannot be asked for any more
            return not any(w.xid == window.xid and w.pid in (None, window.pid) for w in self.windows())

        await self.until(is_gone)

    async def active(self, xid: int) -> None:
        """Wait until a window has the keyboard."""
        await self.until(lambda: self.active_window() == xid)

    def windows(self) -> tuple[OpenWindow, ...]:
        """Return the windows that the window manager shows, the oldest first."""
        return tuple(OpenWindow(xid, self._pid(xid)) for xid in self._numbers(self._root, "_NET_CLIENT_LIST"))

    def active_window(self) -> int | None:
        """Return the X id of the window that has the keyboard."""
        found = self._numbers(self._root, "_NET_ACTIVE_WINDOW")
        return found[0] if any(found) else None

    def title(self, xid: int) -> str:
        """Return a window's title."""
        window = self._display.create_resource_object("window", xid)
        return self._text(window, "_NET_WM_NAME") or self._text(window, "WM_NAME")

    def geometry(self, xid: int) -> tuple[int, int, int, int]:
        """Return a window's place on the screen without its frame: x, y, width, height."""
        window = self._display.create_resource_object("window", xid)
        size = window.get_geometry()
        place = self._root.translate_coords(window.id, 0, 0)
        return place.x, place.y, size.width, size.height

    def activate(self, xid: int) -> None:
        """Give a window the keyboard."""
        self._ask_window_manager(xid, "_NET_ACTIVE_WINDOW", (2, X.CurrentTime, 0, 0, 0))

    def place(self, xid: int, x: int, y: int, width: int, height: int) -> None:
        """Move a window's upper left corner and give it a size."""
        window = self._display.create_resource_object("window", xid)
        window.configure(x=x, y=y, width=width, height=height, stack_mode=X.Above)
        self._display.sync()

    def close_window(self, xid: int) -> None:
        """Ask a window to close, as the cross in its frame does."""
        self._ask_window_manager(xid, "_NET_CLOSE_WINDOW", (X.CurrentTime, 2, 0, 0, 0))

    # Keys

    def press(self, *chords: str) -> None:
        """Press and release keys one after another: `press("Tab")`, `press("Alt+Y")`, `press("Control+Shift+S")`."""
        for chord in chords:
            *modifiers, key = chord.split("+") if chord != "+" else ["+"]
            keysyms = [XK.string_to_keysym(_MODIFIERS[modifier]) for modifier in modifiers]
            self._strike(keysyms, self._keysym(key))
        self._display.sync()

    def type(self, text: str) -> None:
        """Type a text, in any script."""
        for character in text:
            keysym = {"\n": XK.XK_Return, "\t": XK.XK_Tab}.get(character) or _keysym_of(character)
            self._strike([], keysym)
        self._display.sync()

    def _keysym(self, key: str) -> int:
        name = _KEYS.get(key, key)
        if len(name) == 1:
            return _keysym_of(name.lower())
        keysym = XK.string_to_keysym(name)
        if not keysym:
            raise ValueError("there is no key of this name")
        return keysym

    def _strike(self, modifiers: list[int], keysym: int) -> None:
        keycode, is_shifted = self._keycode(keysym)
        held = [self._display.keysym_to_keycode(modifier) for modifier in modifiers]
        if is_shifted:
            held.append(self._display.keysym_to_keycode(XK.XK_Shift_L))
        for code in (*held, keycode):
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in (keycode, *reversed(held)):
            xtest.fake_input(self._display, X.KeyRelease, code)

    def _keycode(self, keysym: int) -> tuple[int, bool]:
        places = sorted(self._display.keysym_to_keycodes(keysym), key=lambda place: place[1])
        for keycode, column in places:
            if column <= _SHIFTED:
                return keycode, column == _SHIFTED
        return self._lend_key(keysym), False

    def _lend_key(self, keysym: int) -> int:
        """Put a character that the keyboard lacks on a key that has none."""
        first, last = self._display.display.info.min_keycode, self._display.display.info.max_keycode
        mapping = self._display.get_keyboard_mapping(first, last - first + 1)
        free = next(first + place for place, keysyms in reversed(list(enumerate(mapping))) if not any(keysyms))
        self._display.change_keyboard_mapping(free, [(keysym, keysym)])
        self._display.sync()
        self._read()
        return int(free)

    # Picture

    def picture(self, box: tuple[int, int, int, int] | None = None) -> tuple[int, int, bytes]:
        """Return width, height and the pixels of the screen, or of a box of it, as height × width × 3 bytes of RGB."""
        screen = self._display.screen()
        x, y, width, height = box or (0, 0, screen.width_in_pixels, screen.height_in_pixels)
        left, top = max(x, 0), max(y, 0)
        width = min(x + width, screen.width_in_pixels) - left
        height = min(y + height, screen.height_in_pixels) - top
        image = self._root.get_image(left, top, width, height, X.ZPixmap, 0xFFFFFFFF)
        bgrx = image.data if isinstance(image.data, bytes) else image.data.encode("latin-1")
        rgb = bytearray(width * height * 3)
        rgb[0::3], rgb[1::3], rgb[2::3] = bgrx[2::4], bgrx[1::4], bgrx[0::4]
        return width, height, bytes(rgb)

    async def drawn(self, xid: int) -> None:
        """Wait until there is something to be seen in a window: more than one colour."""
        damage.query_version(self._display)
        changes = damage.damage_create(self._root, damage.DamageReportNonEmpty)

        def is_drawn() -> bool:
            damage.damage_subtract(self._root, changes)  # first, so that what is drawn meanwhile is told
            _, _, pixels = self.picture(self.geometry(xid))
            return pixels != pixels[:3] * (len(pixels) // 3)

        try:
            await self.until(is_drawn)
        finally:
            damage.damage_destroy(self._root, changes)

    # Events

    async def until(self, found: Callable[[], T | None]) -> T:
        """Ask again after each change of the screen until there is something; return it. ScreenGone if X dies."""
        while True:
            if self._is_gone:
                raise ScreenGone
            try:
                if value := found():
                    return value
            except ConnectionClosedError:
                raise ScreenGone from None
            self._changed.clear()
            if not self._read():  # our own question may have brought events along
                await self._changed.wait()

    def _read(self) -> bool:
        """Take the events that have come; whether there were any."""
        try:
            count = sum(1 for _ in self._events())
        except (ConnectionClosedError, OSError):
            self._is_gone = True
            self._loop.remove_reader(self._descriptor)
            count = 1
        if count:
            self._changed.set()
        return count > 0

    def _events(self) -> Iterator[object]:
        while self._display.pending_events():
            seen = self._display.next_event()
            if seen.type == X.CreateNotify:  # its title and process may follow later
                seen.window.change_attributes(event_mask=X.PropertyChangeMask)
            elif seen.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(seen)
            yield seen

    # Small things

    def _pid(self, xid: int) -> int | None:
        found = self._numbers(self._display.create_resource_object("window", xid), "_NET_WM_PID")
        return found[0] if found else None

    def _numbers(self, window: XWindow, name: str) -> tuple[int, ...]:
        value = self._property(window, name)
        return () if value is None or isinstance(value, bytes) else tuple(value)

    def _text(self, window: XWindow, name: str) -> str:
        value = self._property(window, name)
        return value.decode(errors="replace") if isinstance(value, bytes) else ""

    def _property(self, window: XWindow, name: str) -> bytes | Sequence[int] | None:
        try:
            found = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        except XError:  # the window has gone
            return None
        return found.value if found else None

    def _ask_window_manager(self, xid: int, message: str, content: tuple[int, int, int, int, int]) -> None:
        window = self._display.create_resource_object("window", xid)
        asked = event.ClientMessage(window=window, client_type=self._display.intern_atom(message), data=(32, content))
        self._root.send_event(asked, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.sync()


def _keysym_of(character: str) -> int:
    """Return a character's keysym: Latin 1 as it is, all others by their code point (X11 protocol, appendix A)."""
    code = ord(character)
    return code if code < 0x100 else 0x01000000 + code
