"""Who labels whom: by the relations that toolkits give, else by where a label stands."""

from __future__ import annotations

import re

from assistant.desktop.atspi import DESCRIBED_BY, ERROR_MESSAGE, LABEL_FOR, LABELLED_BY
from assistant.desktop.target import Accessible
from assistant.look.node import Node, Tree
from assistant.look.roles import DROPPED, FIELDS, NAMED_BESIDE, PLAIN_WORDS, WRAPPERS
from assistant.scene import Box

GUESSED = 0.7
"""Confidence of a field whose label only stands beside it."""
_FAR = 240  # pixels between a label and its field; wider forms exist, but there the relation usually does too
_LONGEST_LABEL = 80


def link_labels(tree: Tree) -> None:
    """Tell every label what it labels, and name what is labelled."""
    by_ref = tree.by_ref()
    nodes = list(by_ref.values())
    for node in nodes:
        _follow_relations(node, by_ref)
    _link_frames(nodes)
    _guess_by_place(nodes)


def _follow_relations(node: Node, by_ref: dict[Accessible, Node]) -> None:
    around = set(node.ancestors())
    for ref in node.relations.get(LABELLED_BY, ()):
        label = by_ref.get(ref)
        if label is not None and (label.role in PLAIN_WORDS or label not in around) and label.parent is not node:
            _link(label, node)  # a group box that "labels" what is in it is left out (Qt)
    if node.role in PLAIN_WORDS:
        for ref in node.relations.get(LABEL_FOR, ()):
            labelled = by_ref.get(ref)
            if labelled is not None:
                _link(node, labelled)
    node.error = _words_of(node.relations.get(ERROR_MESSAGE, ()), by_ref)
    node.description = node.description or _words_of(node.relations.get(DESCRIBED_BY, ()), by_ref)


def _words_of(refs: tuple[Accessible, ...], by_ref: dict[Accessible, Node]) -> str:
    return " ".join(words_in(by_ref[ref]) for ref in refs if ref in by_ref).strip()


def _link(label: Node, node: Node) -> None:
    if node in label.labels:
        return
    label.labels.append(node)
    node.is_labelled = True
    words = words_in(label).rstrip(":： ")
    node.name = node.name or words


def words_in(node: Node) -> str:
    """Return what a node says, else what the words inside it say, fields left out."""
    if node.name:
        return node.name
    parts = (words_in(child) for child in node.children if child.role not in FIELDS)
    return re.sub(r"\s+", " ", " ".join(part for part in parts if part)).strip()


def _link_frames(nodes: list[Node]) -> None:
    """GTK shows the name of a frame as a label inside it."""
    for node in nodes:
        frame = node.parent
        if frame is None or node.role != "label" or frame.role not in WRAPPERS or node.labels:
            continue
        if node.name and node.name == frame.name:
            node.labels.append(frame)


# By place


def _guess_by_place(nodes: list[Node]) -> None:
    free = [node for node in nodes if _could_label(node)]
    if not free:
        return
    obstacles = [node for node in nodes if node.role in FIELDS and node.box]
    for node in nodes:
        if node.role in NAMED_BESIDE and _has_no_name(node) and node.box and not node.box.is_empty:
            label = _nearest(node, node.box, free, obstacles)
            if label is not None:
                free.remove(label)
                _link(label, node)
                node.confidence = GUESSED


def _has_no_name(node: Node) -> bool:
    return not node.name


def _could_label(node: Node) -> bool:
    return (
        node.role in PLAIN_WORDS
        and not node.labels
        and node.box is not None
        and not node.box.is_empty
        and 0 < len(node.name) <= _LONGEST_LABEL
        and "\n" not in node.name
    )


_LISTS_NEED_A_COLON = NAMED_BESIDE - FIELDS  # else the message of a dialog would be taken for the label of its list


def _nearest(node: Node, box: Box, free: list[Node], obstacles: list[Node]) -> Node | None:
    around = set(node.ancestors())  # a label elsewhere, on a page of tabs say, is another's
    found = [
        (distance, label)
        for label in free
        if _stands_with(label, around)
        and (node.role not in _LISTS_NEED_A_COLON or label.name.endswith((":", "：")))
        and (distance := _distance(box, label.box)) is not None
    ]
    found.sort(key=lambda pair: pair[0])
    for _, label in found[:1]:
        if label.box and not any(_is_between(label.box, box, other.box) for other in obstacles if other is not node):
            return label
    return None


def _distance(field: Box, label: Box | None) -> tuple[bool, int] | None:
    """Return how far a label is from the field that it may name: left of it in its row, else right above it."""
    if label is None:
        return None
    middle = label.y + label.height // 2
    gap = field.x - label.right
    if field.y <= middle <= field.bottom and -2 <= gap <= _FAR:
        return False, gap
    rise = field.y - label.bottom
    if -2 <= rise <= 18 and abs(label.x - field.x) <= 24:
        return True, rise
    return None


def _stands_with(label: Node, around: set[Node]) -> bool:
    """Whether a label is beside the field, or in a column of labels beside the column of fields."""
    column = label.parent
    if column is None or column in around:
        return column is not None
    return column.role in DROPPED | WRAPPERS and not column.name and column.parent in around


def _is_between(label: Box, field: Box, other: Box | None) -> bool:
    if other is None or other.is_empty:
        return False
    left, right = min(label.x, field.x), field.x
    top, bottom = min(label.y, field.y), max(label.bottom, field.y)
    is_left = label.right <= field.x + 2
    if is_left:
        return left < other.x and other.right <= right + 2 and other.y < field.bottom and field.y < other.bottom
    return top < other.y < bottom and other.x < field.right and field.x < other.right
