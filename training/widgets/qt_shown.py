"""Tell what is in a made-up Qt window, from the toolkit's own geometry; used by qt.py."""

from __future__ import annotations

import importlib
import sys
from typing import Any

BINDING = sys.argv[1]
Core, Qw = (importlib.import_module(f"{BINDING}.Qt{part}") for part in ("Core", "Widgets"))
Qt = Core.Qt
FOCUSED = "focused"
Node = dict[str, Any]


def box_of(widget: Any, rectangle: Any, top: Any) -> list[int]:
    """Return a rectangle of a widget in the window's pixels, cut where the widgets around it end."""
    rectangle = Core.QRect(rectangle)
    while widget is not top:
        rectangle = rectangle & widget.rect()
        rectangle.translate(widget.pos())
        widget = widget.parentWidget()
    ratio = top.devicePixelRatioF()
    numbers = (rectangle.x(), rectangle.y(), rectangle.width(), rectangle.height())
    return [round(number * ratio) for number in numbers]


def parts(widget: Any, role: str, node: Node, top: Any) -> list[Node]:
    """Return what there is to know about a widget, or about each part of one that has many."""
    if role == "menu bar":
        actions = [(action.text(), widget.actionGeometry(action)) for action in widget.actions()]
        return [told("menu", text, [], box_of(widget, at, top)) for text, at in actions]
    if role == "tab bar":
        named = enumerate(node["heads"])
        return [
            told("page tab", name, ["selected"] * (at == node["at"]), box_of(widget, widget.tabRect(at), top))
            for at, name in named
        ]
    if role == "list":
        inside, number = widget.viewport(), range(widget.count())
        every = [(row["text"], widget.visualItemRect(widget.item(at))) for at, row in zip(number, node["rows"])]  # noqa: B905
        return rows(every, inside, node["selected"], top)
    if role == "table":
        return table(widget, node, top)
    if role in {"label", "link"}:
        return [{**told(role, node["text"], list(node.get("states", ())), box_of(widget, text_box(widget), top))}]
    shown = told(role, node["text"], shown_states(widget, node), box_of(widget, widget.rect(), top))
    if role in {"check box", "radio button"}:
        shown["mark"] = box_of(widget, mark_box(widget, role), top)
        hint = widget.sizeHint()
        shown["box"] = box_of(widget, Core.QRect(0, 0, min(hint.width(), widget.width()), widget.height()), top)
    return [shown]


def rows(every: list[tuple[str, Any]], inside: Any, selected: int, top: Any) -> list[Node]:
    wide = [(text, Core.QRect(0, at.y(), inside.width(), at.height()) & inside.rect()) for text, at in every]
    return [
        told("list item", text, ["selected"] * (number == selected), box_of(inside, at, top))
        for number, (text, at) in enumerate(wide)
        if at.height() >= 8
    ]


def table(view: Any, node: Node, top: Any) -> list[Node]:
    head = view.header()
    heads = [
        (text, Core.QRect(head.sectionViewportPosition(at), 0, head.sectionSize(at), head.height()) & head.rect())
        for at, text in enumerate(node["heads"])
    ]
    found = [told("table column header", text, [], box_of(head, at, top)) for text, at in heads if at.width() >= 8]
    every = [(" ".join(row), view.visualItemRect(view.topLevelItem(at))) for at, row in enumerate(node["rows"])]
    return found + rows(every, view.viewport(), node["selected"], top)


def text_box(label: Any) -> Any:
    inside = label.contentsRect()
    if label.wordWrap():
        return label.fontMetrics().boundingRect(
            inside, int(Qt.TextWordWrap | Qt.AlignLeft | Qt.AlignVCenter), label.text()
        )
    hint = label.sizeHint()
    high = min(hint.height(), inside.height())
    top = inside.y() + (inside.height() - high) // 2
    return Core.QRect(inside.x(), top, min(hint.width(), inside.width()), high)


def mark_box(widget: Any, role: str) -> Any:
    option = Qw.QStyleOptionButton()
    option.initFrom(widget)
    option.text = widget.text()
    part = Qw.QStyle.SE_CheckBoxIndicator if role == "check box" else Qw.QStyle.SE_RadioButtonIndicator
    return widget.style().subElementRect(part, option, widget)


def shown_states(widget: Any, node: Node) -> list[str]:
    """Return the states that are really shown: one that could not get the keyboard is not focused."""
    states = [state for state in node.get("states", ()) if state not in {FOCUSED, "default"}]
    if widget.hasFocus():
        states.append(FOCUSED)
    if isinstance(widget, Qw.QPushButton) and widget.isDefault():
        states.append("default")
    return states


def told(role: str, name: str, states: list[str], box: list[int]) -> Node:
    return {"role": role, "name": name, "states": states, "box": box}
