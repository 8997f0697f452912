"""One connection to the X server, in the asyncio loop: events, and what the window manager says of windows.

watch takes property events and key grabs from it, look takes pixels. Every question is a round trip of
about 0.1 ms to a server on this machine; questions about one window travel together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from Xlib import X
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XError
from Xlib.ext import res
from Xlib.protocol import event as x_events
from Xlib.protocol import request
from Xlib.xobject.drawable import Window as XWindow

from assistant.desktop.x11_window import (
    X11Window,
    class_of,
    first_number,
    frame_of,
    has_reply,
    owner_pid,
    property_value,
    text_of,
)
from assistant.errors import SomethingMissing
from assistant.scene import Box

log = logging.getLogger(__name__)

EventHandler = Callable[[Any], None]

_STATES = ("MODAL", "HIDDEN", "FULLSCREEN", "ABOVE", "DEMANDS_ATTENTION", "FOCUSED", "SKIP_TASKBAR", "STICKY")
_KINDS = ("NORMAL", "DIALOG", "UTILITY", "TOOLBAR", "MENU", "SPLASH", "DESKTOP", "DOCK", "NOTIFICATION")
_KINDS_OF_POPUPS = ("DROPDOWN_MENU", "POPUP_MENU", "TOOLTIP", "COMBO", "DND")
_PROPERTIES = (
    "_NET_WM_NAME",
    "WM_NAME",
    "WM_CLASS",
    "_NET_WM_PID",
    "WM_CLIENT_MACHINE",
    "_NET_FRAME_EXTENTS",
    "_NET_WM_WINDOW_TYPE",
    "_NET_WM_STATE",
    "WM_TRANSIENT_FOR",
)
_ROOT_PROPERTIES = ("_NET_ACTIVE_WINDOW", "_NET_CLIENT_LIST", "_NET_CLIENT_LIST_STACKING")
_LONGEST_PROPERTY = 16_384  # in units of four bytes: room for a title of 64 KiB or as many windows


class X11Lost(Exception):
    """The X server, or the connection to it, is gone for good. Never carries its text."""


class X11Connection:
    """One connection to the X server. `async with X11Connection() as x11` connects; SomethingMissing without one.

    When the server goes, `lost` is set, every callback of `on_lost` is called once, and methods raise X11Lost.
    A window that vanishes while it is asked about is no error: the answer is None or empty.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._fd = -1
        self._display: Display | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handlers: list[EventHandler] = []
        self._on_lost: list[Callable[[], None]] = []
        self._masks: dict[int, int] = {}
        self._atoms: dict[str, int] = {}
        self._atom_names: dict[int, str] = {}
        self._drain_is_due = False
        self._is_draining = False
        self.lost = asyncio.Event()

    async def __aenter__(self) -> Self:
        if not (self._name or os.environ.get("DISPLAY")):
            raise SomethingMissing("There is no X11 screen here (DISPLAY is not set).")
        try:
            self._display = await asyncio.to_thread(Display, self._name)
        except (DisplayError, ConnectionClosedError, OSError) as error:
            raise SomethingMissing("The X11 screen that DISPLAY names does not answer.") from error
        self._display.set_error_handler(_note_error)
        self._loop = asyncio.get_running_loop()
        self._fd = self._display.fileno()  # kept: after the server's death fileno() itself raises
        with self.asking():
            self._learn_atoms()
            self.select(self.root.id, X.PropertyChangeMask)
        self._loop.add_reader(self._fd, self.drain)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        display, self._display = self._display, None
        self._stop_reading()
        if display is not None:
            with contextlib.suppress(ConnectionClosedError, OSError):
                display.close()

    # The connection

    @property
    def is_connected(self) -> bool:
        return self._display is not None

    @property
    def display(self) -> Display:
        """python-xlib's own connection, for requests that have no method here; ask it under `asking`."""
        if self._display is None:
            raise X11Lost
        return self._display

    @property
    def root(self) -> XWindow:
        root: XWindow = self.display.screen().root
        return root

    @property
    def is_xwayland(self) -> bool:
        """Whether this server shows only some of the windows: the desktop itself is Wayland."""
        return bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland"

    def on_lost(self, callback: Callable[[], None]) -> None:
        self._on_lost.append(callback)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Guard requests: a server that died under them becomes X11Lost, and no event they read is left lying.

        While waiting for a reply python-xlib may read events into its own queue; the loop would not wake for those.
        """
        try:
            yield
            if self._display is not None:
                self._display.flush()
        except (ConnectionClosedError, OSError) as error:
            self._lose()
            raise X11Lost from error
        finally:
            if self._loop is not None and self._display is not None and not self._drain_is_due:
                self._drain_is_due = True
                self._loop.call_soon(self.drain)

    def drain(self) -> None:
        """Hand every event that has arrived to the listeners, now. Costs microseconds when there is none."""
        self._drain_is_due = False
        if self._is_draining:  # a listener asked something; the outer turn of this loop takes what that read
            return
        self._is_draining = True
        try:
            while self._display is not None and self._display.pending_events():
                event = self._display.next_event()
                for handler in tuple(self._handlers):
                    handler(event)
        except (ConnectionClosedError, OSError):
            self._lose()
        except X11Lost:
            log.debug("the X server went while an event was handled")
        finally:
            self._is_draining = False

    def _lose(self) -> None:
        if self._display is None:
            return
        self._display = None
        self._stop_reading()
        log.warning("the X server is gone")
        self.lost.set()
        for callback in self._on_lost:
            callback()

    def _stop_reading(self) -> None:
        if self._loop is not None and self._fd >= 0:
            self._loop.remove_reader(self._fd)
            self._fd = -1

    # Events

    def listen(self, handler: EventHandler) -> Callable[[], None]:
        """Have `handler` called for every event; returns what ends that. Filter by `event.type`."""
        self._handlers.append(handler)
        return lambda: self._handlers.remove(handler) if handler in self._handlers else None

    def select(self, xid: int, mask: int) -> None:
        """Ask for more events of a window (`X.PropertyChangeMask | …`), beside those already asked for."""
        wanted = self._masks.get(xid, 0) | mask
        if wanted != self._masks.get(xid):
            self._masks[xid] = wanted
            with self.asking():
                self._window(xid).change_attributes(event_mask=wanted)

    def unselect(self, xid: int) -> None:
        """Ask for no more events of a window."""
        if self._masks.pop(xid, 0):
            with self.asking():
                self._window(xid).change_attributes(event_mask=X.NoEventMask)

    # Questions

    def atom(self, name: str) -> int:
        """Return the number of a name, made on the server if it is new."""
        if name not in self._atoms:
            with self.asking():
                self._remember_atom(name, self.display.intern_atom(name))
        return self._atoms[name]

    def active_window(self) -> int | None:
        """Return the window that the window manager calls active, None if there is none."""
        windows = self._numbers(self.root.id, "_NET_ACTIVE_WINDOW")
        return windows[0] or None if windows else None

    def activate(self, xid: int) -> None:
        """Ask the window manager to give a window the keyboard, as a taskbar does; harmless where it is gone."""
        window, by_a_taskbar = self._window(xid), 2
        asked = x_events.ClientMessage(
            window=window, client_type=self.atom("_NET_ACTIVE_WINDOW"), data=(32, (by_a_taskbar, 0, 0, 0, 0))
        )
        with contextlib.suppress(X11Lost), self.asking():
            self.root.send_event(asked, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)

    def windows(self) -> tuple[int, ...]:
        """Return the managed windows, the lowest first where the window manager says how they are stacked."""
        return self._numbers(self.root.id, "_NET_CLIENT_LIST_STACKING") or self._numbers(
            self.root.id, "_NET_CLIENT_LIST"
        )

    def window(self, xid: int) -> X11Window | None:
        """Return what is known of a window, None if it is gone. One round trip."""
        display = self.display.display
        with self.asking():
            properties = {name: self._ask_property(xid, name) for name in _PROPERTIES}
            geometry = request.GetGeometry(display, True, drawable=xid)
            place = request.TranslateCoords(display, True, src_wid=xid, dst_wid=self.root.id, src_x=0, src_y=0)
            attributes = request.GetWindowAttributes(display, True, window=xid)
            owner = self._ask_owner(xid)
            if not all(list(map(has_reply, (geometry, place, attributes)))):
                for asked in properties.values():
                    has_reply(asked)
                return None
            found = {name: property_value(asked) for name, asked in properties.items()}
            pid = owner_pid(owner) or first_number(found["_NET_WM_PID"])
        instance, application = class_of(found["WM_CLASS"])
        return X11Window(
            xid=xid,
            box=Box(place.x, place.y, geometry.width, geometry.height),
            title=text_of(found["_NET_WM_NAME"]) or text_of(found["WM_NAME"], "latin-1"),
            instance=instance,
            application=application,
            pid=pid,
            machine=text_of(found["WM_CLIENT_MACHINE"], "latin-1"),
            frame=frame_of(found["_NET_FRAME_EXTENTS"]),
            kinds=tuple(self._short_names(found["_NET_WM_WINDOW_TYPE"], "_NET_WM_WINDOW_TYPE_")),
            states=frozenset(self._short_names(found["_NET_WM_STATE"], "_NET_WM_STATE_")),
            transient_for=first_number(found["WM_TRANSIENT_FOR"]) or None,
            is_unmanaged=bool(attributes.override_redirect),
            is_viewable=attributes.map_state == X.IsViewable,
        )

    def exists(self, xid: int) -> bool:
        """Whether there is such a window. One round trip."""
        with self.asking():
            return has_reply(request.GetWindowAttributes(self.display.display, True, window=xid))

    def pid_of(self, xid: int) -> int | None:
        """Return the process that made a window. One round trip."""
        with self.asking():
            owner = self._ask_owner(xid)
            stated = property_value(self._ask_property(xid, "_NET_WM_PID"))
            return owner_pid(owner) or first_number(stated)

    def _window(self, xid: int) -> XWindow:
        return self.display.create_resource_object("window", xid)

    def _numbers(self, xid: int, name: str) -> tuple[int, ...]:
        with self.asking():
            value = property_value(self._ask_property(xid, name))
        return () if value is None or isinstance(value, bytes) else tuple(int(number) for number in value)

    def _ask_property(self, xid: int, name: str) -> Any:
        return request.GetProperty(
            self.display.display,
            True,  # deferred: replies are collected later, all in one round trip
            delete=False,
            window=xid,
            property=self._atoms[name],
            type=X.AnyPropertyType,
            long_offset=0,
            long_length=_LONGEST_PROPERTY,
        )

    def _ask_owner(self, xid: int) -> Any:
        if not self.display.has_extension(res.extname):
            return None
        return res.QueryClientIds(
            self.display.display,
            True,
            opcode=self.display.display.get_extension_major(res.extname),
            specs=[{"client": xid, "mask": res.LocalClientPIDMask}],
        )

    def _learn_atoms(self) -> None:
        names = [*_PROPERTIES, *_ROOT_PROPERTIES]
        names += [f"_NET_WM_STATE_{name}" for name in _STATES] + [
            f"_NET_WM_WINDOW_TYPE_{name}" for name in (*_KINDS, *_KINDS_OF_POPUPS)
        ]
        asked = [request.InternAtom(self.display.display, True, name=name, only_if_exists=False) for name in names]
        for name, reply in zip(names, asked, strict=True):
            reply.reply()
            self._remember_atom(name, reply.atom)

    def _remember_atom(self, name: str, number: int) -> None:
        self._atoms[name], self._atom_names[number] = number, name

    def _short_names(self, numbers: Iterable[int] | None, prefix: str) -> Iterator[str]:
        for number in numbers or ():
            if number not in self._atom_names:
                with self.asking(), contextlib.suppress(XError):
                    self._remember_atom(self.display.get_atom_name(number), number)
            name = self._atom_names.get(number, "")
            if name.startswith(prefix):
                yield name.removeprefix(prefix).lower()


def _note_error(error: XError, _request: object) -> None:
    # Windows vanish between an event and our answer to it; that is daily life.
    log.debug("X11: %s", type(error).__name__)
