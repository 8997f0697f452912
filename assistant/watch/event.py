"""What can happen: the events that `Watch` yields to the daemon. Frozen data, no I/O.

None of them carries a name or a title; only a Notification carries text, and its `repr` shows the length alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.desktop.target import Accessible, Target

Change = Literal[
    "checked", "expanded", "selected", "pressed", "indeterminate", "invalid-entry", "sensitive", "value", "selection"
]
"""What changed about a control: a state by AT-SPI's name, its value, or which of its items is selected."""

NotificationKind = Literal["notification", "alert", "announcement"]


@dataclass(frozen=True, slots=True)
class WindowActivated:
    """Another window has the keyboard now. Sent once for each activation, and before any FocusMoved in it.

    Menus and lists that pop up are no windows: the focus goes there, the window remains.
    """

    target: Target


@dataclass(frozen=True, slots=True)
class WindowExposed:
    """The active window was announced without an accessible, and has one now: its program was slow to start."""

    target: Target


@dataclass(frozen=True, slots=True)
class DialogOpened:
    """A dialog opened and did not take the keyboard. One that takes it is a WindowActivated."""

    target: Target


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The active window, or a dialog that was announced, is gone."""

    target: Target


@dataclass(frozen=True, slots=True)
class FocusMoved:
    """The keyboard is on another control of the active window: a widget, or the current row of a list."""

    accessible: Accessible


@dataclass(frozen=True, slots=True)
class ControlChanged:
    """The focused control changed under the user's hands.

    A `selection` names the list that changed, which may be the focused control, its parent (GTK 3 combo boxes)
    or a child of it (Qt's): read the focused control again and compare.
    """

    accessible: Accessible
    change: Change
    is_on: bool | None = None
    """For a state: whether it was gained or lost."""


@dataclass(frozen=True, slots=True)
class Notification:
    """An application, active or not, wants to tell something; say it after what is being said.

    `text` is what it announced itself; empty where `accessible` has to be read.
    """

    accessible: Accessible
    kind: NotificationKind
    text: str = ""
    is_urgent: bool = False

    def __repr__(self) -> str:
        return f"Notification({self.kind!r}, text={len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """The user pressed a command's key: its id, as in commands.py."""

    command: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """Some key was pressed; which one is not known here. A command's key is heard as this first."""


@dataclass(frozen=True, slots=True)
class BusLost:
    """The accessibility bus is gone; nothing is heard of windows until it is back."""


@dataclass(frozen=True, slots=True)
class BusBack:
    """The accessibility bus is back; every Accessible known before is void."""


@dataclass(frozen=True, slots=True)
class ScreenLost:
    """The X server is gone for good: no keys, no pictures."""


@dataclass(frozen=True, slots=True)
class ScreenLocked:
    """The screen is locked: until ScreenUnlocked nothing on it is told, kept or sent to a model."""

    lockers: frozenset[int] = frozenset()
    """The processes that have locked it, as far as they say so: their windows are what the person has to unlock it."""


@dataclass(frozen=True, slots=True)
class ScreenUnlocked:
    """The screen is unlocked again."""


Event = (
    WindowActivated
    | WindowExposed
    | DialogOpened
    | WindowClosed
    | FocusMoved
    | ControlChanged
    | Notification
    | CommandGiven
    | KeyPressed
    | BusLost
    | BusBack
    | ScreenLost
    | ScreenLocked
    | ScreenUnlocked
)
