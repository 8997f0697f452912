"""What watch hands to look: which window, which control, by the names that their owners know them by."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple


class Accessible(NamedTuple):
    """An object on the accessibility bus: the application's bus name and the object's path."""

    bus_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Target:
    """One window, as far as it is known: on the accessibility bus, on X11, or both.

    `application` is the accessibility name, else X11's WM_CLASS. It may be logged; a title may not,
    so there is none here.
    """

    accessible: Accessible | None = None
    xid: int | None = None
    pid: int | None = None
    application: str = ""

    @property
    def key(self) -> Hashable:
        """What tells this window from others as long as it is open."""
        return self.accessible or self.xid
