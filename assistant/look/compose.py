"""Turn what was read of a window into the elements of a Scene: parts into wholes, noise away, in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.look import quirks
from assistant.look.node import Application, Node, Tree
from assistant.look.order import around, in_reading_order
from assistant.look.roles import ATOMS, BUTTONS, DROPPED, FIELDS, ITEMS, LISTS, PARTS, PLAIN_WORDS, SECRET, WRAPPERS
from assistant.scene import Box, Element, Position

_RIGHT_TO_LEFT = ("ar", "he", "fa", "ur", "yi")
_WEB = frozenset({"chromium", "gecko"})


@dataclass(slots=True)
class Composition:
    """The elements of a window, and which node each came from."""

    elements: list[Element]
    nodes: list[Node]
    ids: dict[Node, int]
    """Of every node that is in the Scene, also as a part of an element."""


def prune(tree: Tree) -> None:
    """Take away what takes no room: GTK 4's hidden pages, empty texts, ghosts of web pages."""
    for node in tree.root.walk():
        node.children = [child for child in node.children if not _is_empty(child)]


def _is_empty(node: Node) -> bool:
    if node.role in PLAIN_WORDS and not node.name.strip() and not node.children:
        return True
    return node.box is not None and node.box.is_empty and all(_takes_no_room(child) for child in node.walk())


def _takes_no_room(node: Node) -> bool:
    return node.box is None or node.box.is_empty


def compose(tree: Tree) -> Composition:
    """Return the elements. Changes the tree: parts are swallowed, wrappers lifted away."""
    for node in tree.root.walk():
        _take_attributes(node)
        _mend_descriptions(node)
    _swallow(tree.root)
    nodes: list[Node] = []
    parents: dict[Node, Node | None] = {}
    _flatten(tree.root, None, tree.locale.startswith(_RIGHT_TO_LEFT), nodes, parents)
    ids = {node: number for number, node in enumerate(nodes, start=1)}
    positions = _positions(nodes, parents)
    elements = [_element(node, ids, parents[node], positions.get(node)) for node in nodes]
    for node in tree.root.walk():
        keeper = node.swallowed_by
        while keeper is not None and keeper.swallowed_by is not None:
            keeper = keeper.swallowed_by
        if keeper is not None and keeper in ids:
            ids[node] = ids[keeper]
    return Composition(elements, nodes, ids)


def _take_attributes(node: Node) -> None:
    attributes = node.attributes
    node.placeholder = attributes.get("placeholder-text") or attributes.get("placeholder") or node.placeholder
    if not node.keys:
        node.keys = quirks.keys_of_page(attributes)
    index, size = attributes.get("posinset", ""), attributes.get("setsize", "")
    if index.isdigit() and size.isdigit() and int(size) > 0 and node.role in ITEMS | {"radio button"}:
        node.position = Position(int(index), int(size))


def _mend_descriptions(node: Node) -> None:
    """Say a thing once: a placeholder is no description, and what is wrong is an error."""
    if node.role in FIELDS and node.description and node.description == node.placeholder:
        node.description = ""
    if "invalid-entry" in node.states and not node.error:
        node.error, node.description = node.description, ""  # pages say what is wrong in `aria-describedby` as well


# Parts into wholes


def _swallow(node: Node) -> None:
    """Make what is only a part of a control part of it: the label in a button, the words of a paragraph."""
    for child in node.children:
        _swallow(child)
    if node.parent is None:
        return
    if node.role == "section" and node.children and all(child.role in PARTS for child in node.children):
        node.role = "paragraph"  # a <div> of words
    if node.role == "combo box":
        _swallow_combo(node)
    elif node.role in BUTTONS and any(child.role in BUTTONS for child in node.children):
        _swallow_button(node)
    elif node.role in ATOMS:
        _swallow_words(node)


def _swallow_words(node: Node) -> None:
    parts = _parts(node)
    words = [part for part in parts if part.role in PLAIN_WORDS and part.name and not part.labels]
    if not node.name:
        joint = " " if any(part.role == "static" for part in words) else ", "
        node.name = re.sub(r"\s+", " ", joint.join(part.name for part in words)).strip()
    for part in parts:
        is_said = _bare(part.name) in _bare(node.name)
        if (is_said or part.role not in PLAIN_WORDS) and (not part.labels or node in part.labels):
            part.swallowed_by = node  # what its name does not say remains: a page inside its tab (GTK 3)


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _parts(node: Node) -> list[Node]:
    """Return the words and pictures inside an atom, through wrappers that have no name."""
    found: list[Node] = []
    for child in node.children:
        if child.role in PARTS:
            found.append(child)
            found.extend([] if child.labels else _parts(child))
        elif child.role in WRAPPERS | DROPPED and not child.name:
            found.extend(_parts(child))
    return found


def _swallow_combo(node: Node) -> None:
    """A combo box is one thing: its button, its arrow and the words it shows are parts of it (GTK 4)."""
    shown = [
        child.name for child in node.walk() if child is not node and child.role in PLAIN_WORDS and child.name.strip()
    ]
    if not node.text and shown:
        node.text = shown[0]
    for child in node.walk():
        if child is not node and child.role not in {
            "menu",
            "list",
            "list box",
            "menu item",
            "list item",
            "text",
            "entry",
        }:
            child.swallowed_by = node
            if "focused" in child.states:
                node.states |= {"focused"}
            if "focusable" in child.states:
                node.states |= {"focusable"}


def _swallow_button(node: Node) -> None:
    """GTK 4's menu buttons are a button in a button; the inner one has the name and takes the focus."""
    for child in node.walk():
        if child is not node:
            child.swallowed_by = node
            if child.role in BUTTONS:
                node.name = node.name or child.name
                node.states |= child.states & {"focused", "focusable", "pressed", "checked"}


# Noise away, order in


def _flatten(
    node: Node, parent: Node | None, right_to_left: bool, nodes: list[Node], parents: dict[Node, Node | None]
) -> None:
    for child in in_reading_order(node.children, _outline, right_to_left=right_to_left):
        if child.swallowed_by is None and _is_element(child):
            nodes.append(child)
            parents[child] = parent
            _flatten(child, child, right_to_left, nodes, parents)
        else:
            _flatten(child, parent, right_to_left, nodes, parents)


def _outline(node: Node) -> Box | None:
    if node.box is not None and not node.box.is_empty:
        return node.box
    return around([box for child in node.children if (box := _outline(child)) is not None])


def _is_element(node: Node) -> bool:
    if node.role in DROPPED:
        return bool(node.name) and "focusable" in node.states
    if node.role in WRAPPERS:
        return bool(node.name) and bool(node.children)
    if node.role in {"icon", "image", "paragraph", "section", "label", "static"}:
        return bool(node.name or node.description)
    return True


def _positions(nodes: list[Node], parents: dict[Node, Node | None]) -> dict[Node, Position]:
    """Number the items of every list, menu and row of tabs, and the radio buttons of every group."""
    groups: dict[tuple[Node | None, str], list[Node]] = {}
    for node in nodes:
        if node.role in ITEMS - {"table cell"} or node.role == "radio button":
            role = "menu item" if node.role.endswith("menu item") else node.role
            groups.setdefault((parents[node], role), []).append(node)
    return {
        node: Position(index, len(group))
        for (parent, role), group in groups.items()
        if role == "radio button" or (parent is not None and parent.role in LISTS | {"menu bar", "popup menu"})
        for index, node in enumerate(group, start=1)
    }


def _element(node: Node, ids: dict[Node, int], parent: Node | None, position: Position | None) -> Element:
    is_secret = node.role == SECRET
    level = node.attributes.get("level", "")
    return Element(
        id=ids[node],
        role=node.role,
        name=node.name,
        states=node.states,
        description="" if node.description == node.name else node.description,
        text="" if is_secret else node.text,
        is_filled=node.is_filled,
        placeholder=node.placeholder,
        value=None if is_secret else node.value,
        box=node.box,
        keys=node.keys,
        actions=node.actions,
        parent=ids[parent] if parent is not None else None,
        labels=tuple(sorted(ids[other] for other in node.labels if other in ids)),
        error=node.error,
        position=node.position or position,
        cell=node.cell,
        level=int(level) if level.isdigit() else None,
        confidence=node.confidence,
    )


def element_of(node: Node, element: Element) -> Element:
    """Return an element as its node now is."""
    return Element(
        id=element.id,
        role=node.role,
        name=node.name,
        states=node.states,
        description="" if node.description == node.name else node.description,
        text="" if node.role == SECRET else node.text,
        is_filled=node.is_filled,
        placeholder=element.placeholder,
        value=None if node.role == SECRET else node.value,
        box=node.box,
        keys=node.keys,
        actions=node.actions,
        parent=element.parent,
        labels=element.labels,
        error=element.error,
        position=element.position,
        cell=node.cell,
        level=element.level,
        confidence=element.confidence,
    )


def toolkit_text(application: Application) -> str:
    """Return "GTK 4.8.3"."""
    name = {"gtk3": "GTK", "gtk4": "GTK"}.get(application.toolkit, application.toolkit_name)
    return f"{name} {application.toolkit_version}".strip()
