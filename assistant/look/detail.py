"""Read what the roles in a tree need beyond the tree itself: boxes, labels, keys, values, and last the texts.

Texts come last because only then is it known which of them are secrets (secrets.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NamedTuple

from assistant.desktop.accessibility import (
    ACCESSIBLE,
    AccessibilityBus,
    CallFailed,
    OutOfTime,
    Request,
    plain,
    property_of,
)
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
_VALUES = ("CurrentValue", "MinimumValue", "MaximumValue")
MANY_CONTROLS = 80  # above this no one hears all keys at once: a control's own is read when it gets the focus
LONGEST_TEXT = 2_000  # characters: more is not listened to at once

_WITHOUT_DETAILS = (DROPPED | WRAPPERS) - {"panel", "grouping", "section"}
_WEB = frozenset({"chromium", "gecko", "other"})


class Ask(NamedTuple):
    """A call, and who takes its answer."""

    request: Request
    take: Callable[[list[Any]], None]


async def ask(bus: AccessibilityBus, asks: Iterable[Ask], until: float | None = None) -> bool:
    """Ask all at once; return whether there was time for every answer."""
    asks = list(asks)
    replies = await bus.call_many([one.request for one in asks], until=until)
    for one, reply in zip(asks, replies, strict=True):
        if isinstance(reply, list):
            with contextlib.suppress(ValueError, TypeError):  # an answer in another form than AT-SPI's is none
                one.take(reply)
    return not any(isinstance(reply, OutOfTime) for reply in replies)


async def together(calls: Iterable[Coroutine[Any, Any, None]], until: float) -> bool:
    """Run these together; return whether all ended in time."""
    try:
        async with asyncio.timeout_at(until):
            await asyncio.gather(*calls)
    except TimeoutError:
        return False
    return True


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
    """Fill in boxes, relations, keys, attributes and values of these nodes, the most important first."""
    nodes = sorted(nodes, key=_rank)
    asks = [ask_box(tree.root, tree.application)]
    with_keys = sum(1 for node in nodes if node.role in PRESSED) <= MANY_CONTROLS
    for node in nodes:
        asks += details_of(node, tree.application, with_keys=with_keys or "is-default" in node.states)
    combos = [node for node in nodes if node.role == "combo box" and tree.application.toolkit != "gtk4"]
    in_time = await asyncio.gather(
        ask(bus, asks, deadline), together((read_choice(bus, node) for node in combos), deadline)
    )
    tree.has_details = all(in_time)
    _start_at_window(tree)


def _rank(node: Node) -> int:
    """Return what comes first if there is no time for all: where one is, what Enter does, fields, buttons, the rest."""
    if node.states & {"focused", "is-default"}:
        return 0
    return 1 if node.role in FIELDS else 2 if node.role == "push button" else 3


def _start_at_window(tree: Tree) -> None:
    """Count boxes from the window's own corner where they came in the screen's coordinates (Qt 5)."""
    if quirks.has_wrong_window_coordinates(tree.application) and tree.root.box is not None:
        x, y, *_ = tree.root.box
        for node in tree.root.walk():
            if node.box is not None:
                node.box = node.box._replace(x=node.box.x - x, y=node.box.y - y)


def details_of(node: Node, application: Application, *, with_keys: bool) -> list[Ask]:
    """Return what is to be asked of a node because of its role."""
    toolkit = application.toolkit
    asks = [ask_box(node, application)]
    if _has_relations(node, toolkit):
        asks.append(_ask_relations(node))
    if with_keys and node.role in PRESSED | FIELDS and toolkit in {"gtk3", "qt", "other"}:
        asks.append(ask_keys(node))
    if node.role in FIELDS or (toolkit in _WEB and (node.role in PRESSED | {"heading"})):
        asks.append(_ask_attributes(node))
    is_wordless = node.role in PRESSED and not node.name
    if (node.role in FIELDS or is_wordless) and toolkit != "gtk3" and not node.description:
        asks.append(ask_description(node))
    if node.role in HOLD_VALUE and node.role != "scroll bar":
        asks += ask_value(node)
    return asks


def _has_relations(node: Node, toolkit: Toolkit) -> bool:
    if node.role in NAMED_BESIDE or "invalid-entry" in node.states:
        return True
    return (toolkit == "gtk4" and node.name.startswith("_")) or (toolkit in _WEB and node.role == "label")


async def read_texts(
    bus: AccessibilityBus, tree: Tree, nodes: Iterable[Node], known_secrets: set[Accessible], deadline: float
) -> None:
    """Fill in the texts of entries that are no secrets; of secrets only whether they are filled.

    Where something was left unread, it may have been the label that calls an entry a secret.
    """
    labels = label_names(tree.root)
    entries = [node for node in nodes if node.role in HOLD_TEXT or node.role == SECRET]
    for node in entries:
        guard_secret(node, " ".join(labels.get(node, ())), known_secrets)
        has_been_judged = tree.has_details and (not tree.unread or bool(node.name))
        node.is_known_to_be_no_secret = has_been_judged or "multi-line" in node.states
    await together((read_text(bus, node, tree.application) for node in entries), deadline)


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
        if not node.is_known_to_be_no_secret:
            return
        # GTK 4.8 gives nothing for the usual end of -1
        (text,) = await bus.call(node.ref, TEXT, "GetText", "ii", (0, min(count, LONGEST_TEXT)))
        if is_hidden_text(text):
            node.role = SECRET
            return
        node.text = text.replace("\N{OBJECT REPLACEMENT CHARACTER}", "")


def ask_box(node: Node, application: Application) -> Ask:
    """Ask where a node is in its window."""
    kind = SCREEN_COORDINATES if quirks.has_wrong_window_coordinates(application) else WINDOW_COORDINATES

    def take(reply: list[Any]) -> None:
        (box,) = reply
        if NOWHERE not in box:
            node.box = Box(*box)

    return Ask(Request(node.ref, COMPONENT, "GetExtents", "u", (kind,)), take)


def _ask_relations(node: Node) -> Ask:
    def take(reply: list[Any]) -> None:
        (relations,) = reply
        for kind, targets in relations:  # Qt names a kind several times
            node.relations[kind] = node.relations.get(kind, ()) + tuple(Accessible(*target) for target in targets)

    return Ask(Request(node.ref, ACCESSIBLE, "GetRelationSet"), take)


def ask_keys(node: Node) -> Ask:
    """Ask what can be done with a control, and by which keys."""

    def take(reply: list[Any]) -> None:
        (actions,) = reply
        node.actions = tuple(name for name, _, _ in actions if name)
        node.keys = quirks.keys_of(binding for _, _, binding in actions)

    return Ask(Request(node.ref, ACTION, "GetActions"), take)


def _ask_attributes(node: Node) -> Ask:
    def take(reply: list[Any]) -> None:
        (node.attributes,) = reply

    return Ask(Request(node.ref, ACCESSIBLE, "GetAttributes"), take)


def ask_description(node: Node) -> Ask:
    """Ask what is said of a node beside its name."""

    def take(reply: list[Any]) -> None:
        node.description = str(plain(reply[0]))

    return Ask(property_of(node.ref, ACCESSIBLE, "Description"), take)


def ask_value(node: Node) -> list[Ask]:
    """Ask for a slider's, spin button's or progress bar's value; it is there when all three have been answered."""
    told: dict[str, float] = {}

    def taker(name: str) -> Callable[[list[Any]], None]:
        def take(reply: list[Any]) -> None:
            told[name] = float(plain(reply[0]))
            if len(told) == len(_VALUES) and all(math.isfinite(number) for number in told.values()):
                current, minimum, maximum = (told[name] for name in _VALUES)
                node.value = Value(current, minimum, maximum, node.attributes.get("valuetext", ""))

        return take

    return [Ask(property_of(node.ref, VALUE, name), taker(name)) for name in _VALUES]


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
