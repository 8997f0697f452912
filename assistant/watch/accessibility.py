"""What the accessibility bus says of windows, focus, controls and notifications, by narrow match rules.

It only listens and understands; what is told on is for watch.py to decide. Spellings and orders below were
seen from GTK 3.24, GTK 4.8, Qt 6.12 and Chromium 156.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Protocol, get_args

from dbus_fast import Message, Variant

from assistant.desktop.accessibility import DESKTOP, AccessibilityBus, SignalHandler
from assistant.desktop.target import Accessible
from assistant.watch.event import Change

log = logging.getLogger(__name__)

OBJECT = "org.a11y.atspi.Event.Object"
WINDOW = "org.a11y.atspi.Event.Window"

_STATES: dict[str, Change] = {state: state for state in get_args(Change) if state not in ("value", "selection")}
_VALUE_EVENT = "object:property-change:accessible-value"
_ASSERTIVE = 2  # AtspiLive


class Listener(Protocol):
    """Who takes what the bus says. Called from the loop; must not wait."""

    def on_window_activated(self, window: Accessible) -> None: ...

    def on_window_deactivated(self, window: Accessible) -> None: ...

    def on_window_created(self, window: Accessible) -> None: ...

    def on_window_destroyed(self, window: Accessible) -> None: ...

    def on_active(self, something: Accessible) -> None:
        """Something became active: a window, or a cell of a table."""

    def on_focus(self, control: Accessible, has_focus: bool) -> None: ...

    def on_current_row(self, container: Accessible, row: Accessible) -> None: ...

    def on_change(self, control: Accessible, change: Change, is_on: bool | None) -> None: ...

    def on_shown(self, something: Accessible) -> None: ...

    def on_announcement(self, source: Accessible, text: str, is_urgent: bool) -> None: ...

    def on_application_came(self, bus_name: str) -> None: ...

    def on_application_left(self, bus_name: str) -> None: ...


class BusWatch:
    """Subscribes a Listener to the bus. `follow` adds one control's own changes, which nobody else's can drown."""

    def __init__(self, bus: AccessibilityBus, listener: Listener) -> None:
        self._bus = bus
        self._listener = listener
        self._followed: Accessible | None = None

    async def start(self) -> None:
        """Subscribe; the subscriptions outlive a lost bus."""
        self._bus.handle(self._on_property, interface=OBJECT, member="PropertyChange")
        async with asyncio.TaskGroup() as tasks:
            for event, interface, member, detail, handler in self._wanted():
                tasks.create_task(
                    self._bus.subscribe(event, handler, interface=interface, member=member, detail=detail),
                    name="subscribe",
                )
            for event in (*(f"object:state-changed:{state}" for state in _STATES), _VALUE_EVENT):
                tasks.create_task(self._bus.expect(event), name="expect")
            # Applications come as children of the registry's desktop; it says so unasked.
            applications = self._bus.subscribe(
                "", self._on_children, interface=OBJECT, member="ChildrenChanged", detail="add", source=DESKTOP
            )
            tasks.create_task(applications, name="subscribe")

    def _wanted(self) -> Iterator[tuple[str, str, str, str | None, SignalHandler]]:
        for member in ("Activate", "Deactivate", "Create", "Destroy"):
            yield f"window:{member.lower()}", WINDOW, member, None, self._on_window
            # GTK 4 writes them small: https://gitlab.gnome.org/GNOME/gtk/-/blob/4.8.3/gtk/a11y/gtkatspicontext.c
            yield f"window:{member.lower()}", WINDOW, member.lower(), None, self._on_window
        for state in ("focused", "active", "showing"):
            yield f"object:state-changed:{state}", OBJECT, "StateChanged", state, self._on_state
        yield "object:active-descendant-changed", OBJECT, "ActiveDescendantChanged", None, self._on_descendant
        yield "object:selection-changed", OBJECT, "SelectionChanged", None, self._on_selection
        yield "object:announcement", OBJECT, "Announcement", None, self._on_announcement
        yield "", "org.freedesktop.DBus", "NameOwnerChanged", None, self._on_owner

    def stop(self) -> None:
        """Tell the listener nothing more."""
        self.follow(None)
        self._bus.drop(self._on_property, self._on_children, *(handler for *_, handler in self._wanted()))

    def follow(self, control: Accessible | None) -> None:
        """Listen to this control's own changes, and no longer to those of the one before."""
        if control == self._followed:
            return
        if self._followed:
            self._bus.unfollow(self._followed, interface=OBJECT)
        if control:
            self._bus.follow(control, interface=OBJECT)
        self._followed = control

    def forget(self) -> None:
        """Take it that the bus is a new one: nothing is followed."""
        self._followed = None

    # Handlers: any program on the bus can send anything, so each looks before it takes.

    def _on_window(self, message: Message) -> None:
        window = _source(message)
        match (message.member or "").lower():
            case "activate":
                self._listener.on_window_activated(window)
            case "deactivate":
                self._listener.on_window_deactivated(window)
            case "create":
                self._listener.on_window_created(window)
            case "destroy":
                self._listener.on_window_destroyed(window)

    def _on_state(self, message: Message) -> None:
        match message.body:
            case ["focused", int(on), *_]:
                self._listener.on_focus(_source(message), bool(on))
            case ["active", 1, *_]:
                self._listener.on_active(_source(message))
            case ["showing", 1, *_]:
                self._listener.on_shown(_source(message))
            case ["indeterminate", 0, *_]:
                pass  # GTK 4 says so of every check box that is ticked
            case [str(state), int(on), *_] if state in _STATES and _source(message) == self._followed:
                self._listener.on_change(self._followed, _STATES[state], bool(on))

    def _on_property(self, message: Message) -> None:
        match message.body:
            case ["accessible-value", *_] if _source(message) == self._followed:
                self._listener.on_change(self._followed, "value", None)

    def _on_selection(self, message: Message) -> None:
        self._listener.on_change(_source(message), "selection", None)

    def _on_descendant(self, message: Message) -> None:
        match message.body:
            case [_, _, _, Variant(value=(str(bus_name), str(path))), *_]:
                self._listener.on_current_row(_source(message), Accessible(bus_name, path))
            case [_, _, _, Variant(value=[str(bus_name), str(path)]), *_]:
                self._listener.on_current_row(_source(message), Accessible(bus_name, path))

    def _on_announcement(self, message: Message) -> None:
        match message.body:
            case [_, int(politeness), _, Variant(value=str(text)), *_]:
                self._listener.on_announcement(_source(message), text, politeness == _ASSERTIVE)

    def _on_children(self, message: Message) -> None:
        match message.body:
            case ["add", _, _, Variant(value=(str(bus_name), _)), *_] if message.path == DESKTOP.path:
                self._listener.on_application_came(bus_name)
            case ["add", _, _, Variant(value=[str(bus_name), _]), *_] if message.path == DESKTOP.path:
                self._listener.on_application_came(bus_name)

    def _on_owner(self, message: Message) -> None:
        match message.body:
            case [str(bus_name), str(), ""]:
                self._listener.on_application_left(bus_name)


def _source(message: Message) -> Accessible:
    return Accessible(message.sender or "", message.path or "")
