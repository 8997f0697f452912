"""What the X server and the window manager say of one window, and how their replies are read. x11.py asks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from Xlib.error import XError

from assistant.scene import Box


@dataclass(frozen=True, slots=True)
class Frame:
    """How wide the window manager's decorations are, in pixels."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True)
class X11Window:
    """What the X server and the window manager say of one window.

    `box` is the window without its decorations, in pixels of the whole screen. `kinds` and `states` are the
    last words of EWMH's names ("dialog", "modal"), https://specifications.freedesktop.org/wm-spec/latest/.
    `pid` is from the server's own books where it keeps them, so that Tk has one too.
    """

    xid: int
    box: Box
    title: str = ""
    instance: str = ""
    application: str = ""
    pid: int | None = None
    machine: str = ""
    frame: Frame = Frame()
    kinds: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    transient_for: int | None = None
    is_unmanaged: bool = False
    """Menus, tooltips, popups: the window manager was told to leave it alone (override-redirect)."""
    is_viewable: bool = False

    def __repr__(self) -> str:
        return f"X11Window(xid={self.xid}, application={self.application!r}, title={len(self.title)} characters)"

    @property
    def is_dialog(self) -> bool:
        """Whether it is a dialog: by its type, or, as EWMH has it, by being transient with no type."""
        return "dialog" in self.kinds or (not self.kinds and self.transient_for is not None)


def has_reply(asked: Any) -> bool:
    """Wait for the reply to a request; False if it was refused, most often because the window is gone."""
    try:
        asked.reply()
    except XError:
        return False
    return True


def property_value(asked: Any) -> Any:
    """Return a property's numbers or bytes, None if there is no such property or window."""
    if not has_reply(asked) or not asked.property_type:
        return None
    _format, value = asked.value
    return value


def owner_pid(asked: Any) -> int | None:
    """Return a window's process from the server's own books, None where it does not tell."""
    if asked is None or not has_reply(asked):
        return None
    return next((int(found.value[0]) for found in asked.ids if len(found.value)), None) or None


def first_number(value: Any) -> int | None:
    """Return the first of a property's numbers."""
    return int(value[0]) if value is not None and not isinstance(value, bytes) and len(value) else None


def text_of(value: Any, encoding: str = "utf-8") -> str:
    """Return a property's text, empty if it has none."""
    return value.decode(encoding, "replace") if isinstance(value, bytes) else ""


def class_of(value: Any) -> tuple[str, str]:
    """Return the instance and the application that WM_CLASS names."""
    parts = text_of(value, "latin-1").split("\0")
    return (parts[0], parts[1]) if len(parts) > 1 else (parts[0], parts[0])


def frame_of(value: Any) -> Frame:
    """Return the decorations that _NET_FRAME_EXTENTS tells of."""
    return Frame(*(int(part) for part in value)) if value is not None and len(value) == 4 else Frame()
