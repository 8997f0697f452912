"""Read what the roles in a tree need beyond the tree itself: boxes, labels, keys, values, and last the texts.

Texts come last because only then is it known which of them are secrets (secrets.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Coroutine, Iterable
from typing import Any

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed
from assistant.desktop.target import Accessible
from assistant.look import quirks
from assistant.look.node import Application, Node, Toolkit, Tree
from assistant.look.roles import (
    ATOMS,
    BUTTONS,
    DROPPED,
    FIELDS,
    HOLD_TEXT,
    HOLD_VALUE,
    NAMED_BESIDE,
    PARTS,
    PRESSED,
    SECRET,
    WRAPPERS,
)
from assistant.look.secrets import is_hidden_text, is_secret, may_be_read
from assistant.look.view import COMPONENT, NULL, WINDOW_COORDINATES
from assistant.scene import Box, Value

ACTION = "org.a11y.atspi.Action"
TEXT = "org.a11y.atspi.Text"
VALUE = "org.a11y.atspi.Value"
SCREEN_COORDINATES = 0
SELECTION = "org.a11y.atspi.Selection"
NOWHERE = -(2**31)
MANY_CONTROLS = 80  # above this no one hears all keys at once: a control's own is read when it gets the focus
MANY_CONTROLS = 80  # above this no one hears all keys at once: a control's own is read when it gets the focus
LONGEST_TEXT = 2_000  # characters: more is not listened to at once

_WITHOUT_DETAILS = (DROPPED | WRAPPERS) - {"panel", "grouping", "section"}
_WEB = frozenset({"chromium", "gecko", "other"})


async def pipelined(calls: Iterable[Coroutine[Any, Any, None]], deadline: float) -> None:
    """Run these together; those that have not ended at the deadline are given up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            await asyncio.gather(*calls)


def worth_reading(root: Node) -> list[Node]:
    """Return the nodes whose details are wanted: all but wrappers and what is part of something else."""
    return [
        node for node in root.walk() if node is not root and not _is_part(node) and node.role not in _WITHOUT_DETAILS
    ]


def _is_part(node: Node) -> bool:
    """Whether a node is nothing but the words or the picture of the control around it."""
    if node.role not in PARTS or node.parent is None or node.parent.role not in ATOMS - {"page tab"}:
        return False
    return node.role != "label" or node.parent.role in BUTTONS | {"link", "list item"}


async def read_details(bus: AccessibilityBus, tree: Tree, nodes: Iterable[Node], deadline: float) -> None:
    """Fill in boxes, relations, keys, attributes and values of these nodes."""
    calls: list[Coroutine[Any, Any, None]] = [read_box(bus, tree.root, tree.application)]
    nodes = list(nodes)
    with_keys = sum(1 for node in nodes if node.role in PRESSED) <= MANY_CONTROLS
    for node in nodes:
        calls.extend(details_of(bus, node, tree.application, with_keys=with_keys or "is-default" in node.states))
    await pipelined(calls, deadline)
    _start_at_window(tree)


def _start_at_window(tree: Tree) -> None:
    """Count boxes from the window's own corner where they came in the screen's coordinates (Qt 5)."""
    if quirks.has_wrong_window_coordinates(tree.application) and tree.root.box is not None:
        x, y, *_ = tree.root.box
        for node in tree.root.walk():
            if node.box is not None:
                node.box = node.box._replace(x=node.box.x - x, y=node.box.y - y)


def details_of(
    bus: AccessibilityBus, node: Node, application: Application, *, with_keys: bool
) -> list[Coroutine[Any, Any, None]]:
    """Return the calls that a node's role needs."""
    toolkit = application.toolkit
    calls = [read_box(bus, node, application)]
    if _has_relations(node, toolkit):
        calls.append(_read_relations(bus, node))
    if with_keys and node.role in PRESSED | FIELDS and toolkit in {"gtk3", "qt", "other"}:
        calls.append(read_keys(bus, node))
    if node.role in FIELDS or (toolkit in _WEB and (node.role in PRESSED | {"heading"})):
        calls.append(_read_attributes(bus, node))
    is_wordless = node.role in PRESSED and not node.name
    if (node.role in FIELDS or is_wordless) and toolkit != "gtk3" and not node.description:
        calls.append(read_description(bus, node))
    if node.role == "combo box" and toolkit != "gtk4":
        calls.append(read_choice(bus, node))
    if node.role in HOLD_VALUE and node.role != "scroll bar":
        calls.append(read_value(bus, node))
    return calls


def _has_relations(node: Node, toolkit: Toolkit) -> bool:
    if node.role in NAMED_BESIDE or "invalid-entry" in node.states:
        return True
    return (toolkit == "gtk4" and node.name.startswith("_")) or (toolkit in _WEB and node.role == "label")


async def read_texts(
    bus: AccessibilityBus, tree: Tree, nodes: Iterable[Node], known_secrets: set[Accessible], deadline: float
) -> None:
    """Fill in the texts of entries that are no secrets; of secrets only whether they are filled."""
    calls: list[Coroutine[Any, Any, None]] = []
    labels = label_names(tree.root)
    for node in nodes:
        if node.role in HOLD_TEXT or node.role == SECRET:
            guard_secret(node, " ".join(labels.get(node, ())), known_secrets)
            calls.append(read_text(bus, node, tree.application))
    await pipelined(calls, deadline)


def label_names(root: Node) -> dict[Node, list[str]]:
    """Return the names of the labels of every labelled node."""
    found: dict[Node, list[str]] = {}
    for label in root.walk():
        for labelled in label.labels:
            found.setdefault(labelled, []).append(label.name)
    return found


def guard_secret(node: Node, labels: str, known_secrets: set[Accessible]) -> None:
    """Turn a node that holds a secret into a `password text`, for good."""
    if node.ref in known_secrets or is_secret(node, labels):
        known_secrets.add(node.ref)
        node.role, node.text = SECRET, ""


async def read_text(bus: AccessibilityBus, node: Node, application: Application) -> None:
    """Read an entry's text, unless it is a secret or might be one: then only whether there is any."""
    with contextlib.suppress(CallFailed):
        count = int(await bus.get(node.ref, TEXT, "CharacterCount"))
        node.is_filled = count > 0
        if node.role == SECRET or not count or not may_be_read(node, application.toolkit):
            return
        # GTK 4.8 gives nothing for the usual end of -1
        (text,) = await bus.call(node.ref, TEXT, "GetText", "ii", (0, min(count, LONGEST_TEXT)))
        if is_hidden_text(text):
            node.role = SECRET
            return
        node.text = text.replace("\N{OBJECT REPLACEMENT CHARACTER}", "")


async def read_box(bus: AccessibilityBus, node: Node, application: Application) -> None:
    """Read where a node is in its window."""
    kind = SCREEN_COORDINATES if quirks.has_wrong_window_coordinates(application) else WINDOW_COORDINATES
    with contextlib.suppress(CallFailed):
        (box,) = await bus.call(node.ref, COMPONENT, "GetExtents", "u", (kind,))
        if NOWHERE not in box:
            node.box = Box(*box)


async def _read_relations(bus: AccessibilityBus, node: Node) -> None:
    with contextlib.suppress(CallFailed):
        (relations,) = await bus.call(node.ref, ACCESSIBLE, "GetRelationSet")
        for kind, targets in relations:  # Qt names a kind several times
            node.relations[kind] = node.relations.get(kind, ()) + tuple(Accessible(*target) for target in targets)


async def read_keys(bus: AccessibilityBus, node: Node) -> None:
    """Read what can be done with a control, and by which keys."""
    with contextlib.suppress(CallFailed):
        (actions,) = await bus.call(node.ref, ACTION, "GetActions")
        node.actions = tuple(name for name, _, _ in actions if name)
        node.keys = quirks.keys_of(binding for _, _, binding in actions)


async def _read_attributes(bus: AccessibilityBus, node: Node) -> None:
    with contextlib.suppress(CallFailed):
        (node.attributes,) = await bus.call(node.ref, ACCESSIBLE, "GetAttributes")


async def read_description(bus: AccessibilityBus, node: Node) -> None:
    """Read what is said of a node beside its name."""
    with contextlib.suppress(CallFailed):
        node.description = str(await bus.get(node.ref, ACCESSIBLE, "Description"))


async def read_choice(bus: AccessibilityBus, node: Node) -> None:
    """Read what a combo box has chosen; GTK 3 and Qt also name it after that where it has no other name."""
    with contextlib.suppress(CallFailed, ValueError):
        chosen = await _selected(bus, node.ref)
        if chosen is None:
            ((ref, *_),) = await bus.call(node.ref, ACCESSIBLE, "GetChildren")
            chosen = await _selected(bus, Accessible(*ref))
        if chosen is not None:
            node.text = str(await bus.get(chosen, ACCESSIBLE, "Name"))
            if node.name == node.text:
                node.name = ""


async def _selected(bus: AccessibilityBus, container: Accessible) -> Accessible | None:
    with contextlib.suppress(CallFailed):
        (ref,) = await bus.call(container, SELECTION, "GetSelectedChild", "i", (0,))
        if ref[1] != NULL:
            return Accessible(*ref)
    return None


async def read_value(bus: AccessibilityBus, node: Node) -> None:
    """Read a slider's, spin button's or progress bar's value."""
    with contextlib.suppress(CallFailed):
        current, minimum, maximum = await asyncio.gather(
            *(bus.get(node.ref, VALUE, name) for name in ("CurrentValue", "MinimumValue", "MaximumValue"))
        )
        if all(math.isfinite(number) for number in (current, minimum, maximum)):
            node.value = Value(float(current), float(minimum), float(maximum), node.attributes.get("valuetext", ""))
