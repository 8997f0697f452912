"""Window, Element, Scene: what is on the screen, as facts. Frozen data, no I/O.

A `repr` of these shows ids, roles and lengths, never a word from the screen, so that no log,
traceback or debugger output can carry one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

Source = Literal["tree", "ocr", "icon", "widget"]
WindowKind = Literal["window", "dialog", "alert", "desktop", "notification", "menu", "unknown"]


class Box(NamedTuple):
    """A rectangle in pixels of the window's picture: its left upper corner is (0, 0)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a slider, spin button, progress bar or scroll bar, in the control's own unit."""

    current: float
    minimum: float = 0.0
    maximum: float = 0.0
    text: str = ""
    """How the application writes it ("70 %"), empty where it does not."""

    @property
    def percent(self) -> float | None:
        """How far along its range the value stands, in percent; None where the range says nothing."""
        span = self.maximum - self.minimum
        share = 100 * (self.current - self.minimum) / span if span > 0 else math.inf
        return share if math.isfinite(share) else None

    def __repr__(self) -> str:
        return f"Value(text={len(self.text)})"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an element stands among its siblings of one kind; the first is 1."""

    index: int
    size: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a table cell stands (the first row and column are 1), and what heads it."""

    row: int
    column: int
    rows: int
    columns: int
    row_header: str = ""
    column_header: str = ""

    def __repr__(self) -> str:
        return f"Cell(row={self.row}, column={self.column}, rows={self.rows}, columns={self.columns})"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What something without a name shows: words, or an icon that seems to mean something ("settings").

    A guess from the picture, so no name: what must be certain never asks for it, and it is always said as what it is.
    """

    meaning: str
    """What its icon seems to mean; empty where it shows words."""
    confidence: float
    """How sure that is, 0 to 1."""
    text: str = ""
    """The words that were read from its picture."""

    def __repr__(self) -> str:
        return f"Likeness({self.meaning!r}, {self.confidence:.2f}, text={len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Element:
    """One thing in a window: a control, a text, a picture, a container.

    `role` and `states` use AT-SPI's names ("push button", "is-default"). `text` is what an entry
    or document holds, or what a combo box has chosen; it is always empty for a password. `labels`
    are the ids of elements that this one labels. `keys` read like "Alt+Y".
    """

    id: int
    role: str
    name: str = ""
    states: frozenset[str] = frozenset()
    description: str = ""
    text: str = ""
    is_filled: bool | None = None
    """Whether an entry holds anything, known also where its text is not read; None where that is unknown."""
    placeholder: str = ""
    value: Value | None = None
    box: Box | None = None
    keys: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    parent: int | None = None
    labels: tuple[int, ...] = ()
    error: str = ""
    """What the application says is wrong with the content of an `invalid-entry`."""
    position: Position | None = None
    cell: Cell | None = None
    level: int | None = None
    """The level of a heading or tree item; the outermost is 1."""
    source: Source = "tree"
    confidence: float = 1.0
    looks_like: Likeness | None = None
    """Only where there is no name."""

    def __repr__(self) -> str:
        return f"Element(id={self.id}, role={self.role!r}, name={len(self.name)} characters)"

    def has(self, state: str) -> bool:
        return state in self.states


@dataclass(frozen=True, slots=True)
class Window:
    """The window a Scene shows. `locale` is the application's ("zh_CN"), empty where it does not say."""

    title: str = ""
    application: str = ""
    pid: int | None = None
    toolkit: str = ""
    kind: WindowKind = "window"
    role: str = ""
    locale: str = ""
    is_modal: bool = False
    description: str = ""
    is_locked_screen: bool = False

    def __repr__(self) -> str:
        return f"Window(application={self.application!r}, kind={self.kind!r}, title={len(self.title)} characters)"


@dataclass(frozen=True, slots=True)
class Picture:
    """The window alone, secrets blacked out: `rgb` is height × width × 3 bytes, row by row, uint8."""

    width: int
    height: int
    rgb: bytes
    scale: float = 1.0
    """Pixels per logical pixel of the toolkit (2.0 on a HiDPI screen)."""

    def __post_init__(self) -> None:
        if len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"a picture of {self.width} × {self.height} needs {self.width * self.height * 3} bytes")

    def __repr__(self) -> str:
        return f"Picture({self.width} × {self.height})"


@dataclass(frozen=True)
class Scene:
    """One look at one window. Elements have ids 1…n in reading order."""

    window: Window
    elements: tuple[Element, ...] = ()
    focus: int | None = None
    default: int | None = None
    picture: Picture | None = None
    unread: int = 0
    """How many more elements there are that the bound on time or number left out."""
    timing_ms: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(element.id != number for number, element in enumerate(self.elements, start=1)):
            raise ValueError("the ids of a scene's elements are 1…n in their order")

    def __repr__(self) -> str:
        return f"Scene({self.window!r}, elements={len(self.elements)}, focus={self.focus})"

    def element(self, number: int) -> Element:
        """Return the element with this id; IndexError if there is none."""
        if number < 1:
            raise IndexError(number)
        return self.elements[number - 1]

    @property
    def focused(self) -> Element | None:
        return self.element(self.focus) if self.focus else None

    @property
    def default_element(self) -> Element | None:
        return self.element(self.default) if self.default else None

    @cached_property
    def children(self) -> dict[int | None, tuple[Element, ...]]:
        """Children in reading order by their parent's id; those of the window are under None."""
        found: dict[int | None, list[Element]] = {}
        for element in self.elements:
            found.setdefault(element.parent, []).append(element)
        return {parent: tuple(elements) for parent, elements in found.items()}

    @cached_property
    def labelled(self) -> frozenset[int]:
        """Ids of the elements that another one labels."""
        return frozenset(number for element in self.elements for number in element.labels)

    def ancestors(self, element: Element) -> Iterator[Element]:
        """Yield the containers of an element, innermost first."""
        while element.parent is not None:
            element = self.element(element.parent)
            yield element
