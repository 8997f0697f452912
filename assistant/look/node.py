"""Node: one accessible as its toolkit tells it, before it becomes an Element. Only look uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from assistant.desktop.atspi import states_of
from assistant.desktop.target import Accessible
from assistant.scene import Box, Cell, Position, Value

Toolkit = Literal["gtk3", "gtk4", "qt", "chromium", "gecko", "other"]


@dataclass(frozen=True, slots=True)
class Application:
    """What an application says of itself. `name` may be logged."""

    bus_name: str
    name: str = ""
    toolkit_name: str = ""
    toolkit_version: str = ""
    pid: int | None = None

    @property
    def toolkit(self) -> Toolkit:
        """Which set of quirks it has."""
        if self.toolkit_name == "gtk":
            return "gtk3"
        if self.toolkit_name == "GTK":
            return "gtk4"
        known: dict[str, Toolkit] = {"qt": "qt", "chromium": "chromium", "gecko": "gecko"}
        return known.get(self.toolkit_name.lower(), "other")


@dataclass(slots=True, eq=False)
class Node:
    """One accessible. It is filled step by step: the tree first, then what its role needs."""

    ref: Accessible
    parent: Node | None = None
    role: str = ""
    """Empty until it has been read."""
    name: str = ""
    description: str = ""
    states: frozenset[str] = frozenset()
    children: list[Node] = field(default_factory=list)
    child_count: int = 0
    """How many children it says it has, those out of view too; 0 where it was not asked."""
    box: Box | None = None
    text: str = ""
    is_filled: bool | None = None
    is_known_to_be_no_secret: bool = False
    """Whether all was read that could have told that this entry holds a secret."""
    value: Value | None = None
    keys: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    relations: dict[int, tuple[Accessible, ...]] = field(default_factory=dict)
    labels: list[Node] = field(default_factory=list)
    """Which nodes this one labels."""
    is_labelled: bool = False
    error: str = ""
    placeholder: str = ""
    position: Position | None = None
    cell: Cell | None = None
    confidence: float = 1.0
    swallowed_by: Node | None = None
    """The node that stands for this one in the Scene, where this one is part of it."""

    def __repr__(self) -> str:
        return f"Node({self.role!r}, children={len(self.children)})"

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything below it, parents first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def ancestors(self) -> Iterator[Node]:
        """Yield the nodes around this one, innermost first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


@dataclass(slots=True)
class Tree:
    """What was read of one window."""

    root: Node
    application: Application
    unread: int = 0
    locale: str = ""
    has_details: bool = True
    """Whether there was time for all details: boxes, relations, keys."""

    def by_ref(self) -> dict[Accessible, Node]:
        return {node.ref: node for node in self.root.walk()}


@lru_cache(maxsize=4096)
def states_from(low: int, high: int) -> frozenset[str]:
    """Return the names of AT-SPI's states; windows use few combinations of them, so they are kept."""
    return states_of([low, high])


def states_in(words: list[int]) -> frozenset[str]:
    return states_from(words[0], words[1] if len(words) > 1 else 0)
