"""Snapshot: a Scene, and which accessible each of its elements is, so that a focus event finds its element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.desktop.target import Accessible, Target
from assistant.look.node import Node, Tree
from assistant.scene import Scene


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at one window. `ids` knows also the accessibles that are only a part of an element."""

    target: Target
    scene: Scene
    ids: Mapping[Accessible, int] = field(default_factory=dict)
    accessibles: tuple[Accessible, ...] = ()
    """Of the elements, in the order of their ids."""
    tree: Tree | None = None
    """What the Scene was made of; for look alone."""
    nodes: tuple[Node, ...] = ()

    def __repr__(self) -> str:
        return f"Snapshot({self.target!r}, {self.scene!r})"

    @property
    def focused(self) -> Accessible | None:
        """The accessible that has the focus, None where none in this window has."""
        return self.accessible(self.scene.focus) if self.scene.focus else None

    def accessible(self, number: int) -> Accessible:
        """Return the accessible of an element; IndexError if there is no such element."""
        if number < 1:
            raise IndexError(number)
        return self.accessibles[number - 1]

    def id_of(self, accessible: Accessible) -> int | None:
        """Return the id of the element that this accessible is, or is a part of."""
        return self.ids.get(accessible)
