"""Put a text on the clipboard: on X11 by owning the selection, on Wayland through wl-copy."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import Any

from Xlib import X, Xatom
from Xlib.protocol import event as x_events
from Xlib.xobject.drawable import Window as XWindow

from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.errors import SightlineError, SomethingMissing

WL_COPY_SECONDS = 3.0
_TEXT_TARGETS = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain")


class Clipboard:
    """The user's clipboard. A text stays on it until another program copies something, or we end.

    On X11 a program that copies must itself hand the text to whoever pastes
    (https://www.x.org/releases/current/doc/xorg-docs/icccm/icccm.html#Peer_to_Peer_Communication_by_Means_of_Selections).
    """

    def __init__(self, x11: X11Connection | None) -> None:
        self._x11 = x11
        self._window: XWindow | None = None
        self._text = ""

    async def copy(self, text: str) -> None:
        """Put the text on the clipboard; SomethingMissing where no way to do so is there."""
        if os.environ.get("WAYLAND_DISPLAY"):
            await _wl_copy(text)
        elif self._x11 is not None and self._x11.is_connected:
            self._own(text)
        else:
            raise SomethingMissing("There is no clipboard without X11 or Wayland.")

    def _own(self, text: str) -> None:
        assert self._x11 is not None
        self._text = text
        try:
            with self._x11.asking():
                if self._window is None:
                    self._window = self._x11.root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
                    self._x11.listen(self._on_event)
                self._window.set_selection_owner(self._x11.atom("CLIPBOARD"), X.CurrentTime)
        except X11Lost as error:
            raise SightlineError("The X11 screen is gone, and the clipboard with it.") from error

    def _on_event(self, event: Any) -> None:
        if event.type == X.SelectionRequest and self._window is not None and event.owner.id == self._window.id:
            self._hand_over(event)
        elif event.type == X.SelectionClear:
            self._text = ""  # somebody else copied: nothing of ours need stay in memory

    def _hand_over(self, event: Any) -> None:
        assert self._x11 is not None
        x11 = self._x11
        offered = [x11.atom(name) for name in _TEXT_TARGETS]
        wanted = event.property or event.target  # old programs send no property
        with x11.asking():
            if event.target == x11.atom("TARGETS"):
                event.requestor.change_property(wanted, Xatom.ATOM, 32, [event.target, *offered])
            elif event.target in offered:
                event.requestor.change_property(wanted, event.target, 8, self._text.encode())
            else:
                wanted = X.NONE
            event.requestor.send_event(
                x_events.SelectionNotify(
                    time=event.time,
                    requestor=event.requestor,
                    selection=event.selection,
                    target=event.target,
                    property=wanted,
                )
            )


async def _wl_copy(text: str) -> None:
    program = shutil.which("wl-copy")
    if program is None:
        raise SomethingMissing("To copy on Wayland, install wl-clipboard: sudo apt install wl-clipboard")
    process = await asyncio.create_subprocess_exec(
        program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(process.communicate(text.encode()), WL_COPY_SECONDS)
    except TimeoutError as error:
        process.kill()
        raise SightlineError("The clipboard did not take the text.") from error
    if process.returncode != 0:
        raise SightlineError("The clipboard did not take the text.")
