"""Give tabs, rows and menus read from pixels what a tree would have them in: a row of tabs, a list, a bar. Pure.

Whoever explains a window tells such things by what holds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.look.order import around
from assistant.scene import Box, Element

HOLDER_OF = {"page tab": "page tab list", "menu": "menu bar", "list item": "list", "menu item": "list"}
SIDE_BY_SIDE = frozenset({"page tab", "menu"})


def grouped(elements: Sequence[Element]) -> list[Element]:
    """Return elements in their order, numbered anew, with what holds those that stand together before them."""
    made: list[Element] = []
    new_ids: dict[int, int] = {}
    for run in _runs(elements):
        parent = None
        if run[0].role in HOLDER_OF:
            made.append(_holder(run, len(made) + 1))
            parent = made[-1].id
        for element in run:
            new_ids[element.id] = len(made) + 1
            made.append(replace(element, id=len(made) + 1, parent=parent))
    return [replace(one, labels=tuple(new_ids[label] for label in one.labels)) for one in made]


def _runs(elements: Sequence[Element]) -> Iterator[list[Element]]:
    run: list[Element] = []
    for element in elements:
        if run and not _goes_on(run[-1], element):
            yield run
            run = []
        run.append(element)
    if run:
        yield run


def _goes_on(before: Element, element: Element) -> bool:
    if element.role != before.role or element.role not in HOLDER_OF or before.box is None or element.box is None:
        return False
    return _share_rows(before.box, element.box) == (element.role in SIDE_BY_SIDE)


def _share_rows(one: Box, other: Box) -> bool:
    common = min(one.bottom, other.bottom) - max(one.y, other.y)
    return 2 * common > min(one.height, other.height)


def _holder(run: Sequence[Element], number: int) -> Element:
    return Element(
        number,
        HOLDER_OF[run[0].role],
        states=frozenset({"enabled", "sensitive"}),
        box=around([element.box for element in run if element.box is not None]),
        source="widget",
        confidence=min(element.confidence for element in run),
    )
