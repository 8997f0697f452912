"""The hot path: the focus moved to an element of a window that was just read. One pipelined round trip,
a second one for a text, which is not read before the role has said that it is no password.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed, Request, plain, property_of
from assistant.desktop.atspi import role_of
from assistant.desktop.target import Accessible
from assistant.look import quirks
from assistant.look.compose import element_of
from assistant.look.detail import Ask, ask, ask_description, ask_keys, ask_value, read_choice, read_text
from assistant.look.node import Application, Node, states_in
from assistant.look.roles import FIELDS, HOLD_TEXT, HOLD_VALUE, PRESSED, SECRET
from assistant.look.snapshot import Snapshot
from assistant.scene import Element, Scene


async def refresh(
    bus: AccessibilityBus, snapshot: Snapshot, accessible: Accessible, known_secrets: set[Accessible]
) -> Snapshot | None:
    """Return the snapshot with the focus here and this element read anew; None if it is not in the snapshot."""
    number = snapshot.id_of(accessible)
    if number is None or snapshot.tree is None:
        return None
    node = replace(snapshot.nodes[number - 1])  # a snapshot never changes: the copy is filled
    try:
        await _read(bus, node, accessible, snapshot.tree.application, known_secrets)
    except CallFailed:
        return None
    nodes = (*snapshot.nodes[: number - 1], node, *snapshot.nodes[number:])
    scene = _moved(snapshot.scene, element_of(node, snapshot.scene.element(number)))
    return replace(snapshot, scene=scene, nodes=nodes)


async def _read(
    bus: AccessibilityBus, node: Node, focused: Accessible, application: Application, known_secrets: set[Accessible]
) -> None:
    """Read what may have changed: states and name always, value or text as the role needs."""
    asks: list[Ask] = []
    if node.role in HOLD_VALUE:
        asks += ask_value(node)
    if node.role == "slider" and application.toolkit == "gtk3":
        asks.append(ask_description(node))
    if node.role in PRESSED | FIELDS and not node.keys and application.toolkit in {"gtk3", "qt", "other"}:
        asks.append(ask_keys(node))
    basics = (
        Request(node.ref, ACCESSIBLE, "GetState"),
        Request(node.ref, ACCESSIBLE, "GetRole"),
        property_of(node.ref, ACCESSIBLE, "Name"),
    )
    has_choice = node.role == "combo box" and application.toolkit != "gtk4"
    replies, _, _ = await asyncio.gather(
        bus.call_many(basics), ask(bus, asks), read_choice(bus, node) if has_choice else asyncio.sleep(0)
    )
    told = []
    for reply in replies:
        if isinstance(reply, CallFailed):
            raise reply
        told.append(plain(reply[0]))
    words, role, name = told
    lent = node.states & {"focusable"}  # by the part of it that really takes the focus
    if focused != node.ref:
        lent |= {"focused", "focusable"}
    node.states = states_in(words) | lent
    if role_of(role) == SECRET or node.ref in known_secrets:
        known_secrets.add(node.ref)
        node.role, node.text, node.value = SECRET, "", None
    if node.role in HOLD_TEXT or node.role == SECRET:  # only now that its role is sure
        await read_text(bus, node, application)
    _take_name(node, str(name), application)
    quirks.mend_states(node, application)
    quirks.mend_value(node, application)


def _take_name(node: Node, stated: str, application: Application) -> None:
    """Take a name that has changed, unless what stands there was made by us from labels or content."""
    if not stated or node.is_labelled or node.role in FIELDS or stated.replace("_", "", 1) == node.name:
        return
    fresh = replace(node, name=stated, children=[])
    quirks.mend(fresh, application)
    node.name = fresh.name or node.name


def _moved(scene: Scene, element: Element) -> Scene:
    elements = list(scene.elements)
    if scene.focus and scene.focus != element.id:
        before = elements[scene.focus - 1]
        elements[scene.focus - 1] = replace(before, states=before.states - {"focused"})
    elements[element.id - 1] = element
    return replace(scene, elements=tuple(elements), focus=element.id)
