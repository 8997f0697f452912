"""The picture of one window alone, covered or not, through XComposite: a grab of the screen would show, and leak,
whatever lies over it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from Xlib import X
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import composite, damage
from Xlib.xobject.drawable import Pixmap
from Xlib.xobject.drawable import Window as XWindow

from assistant.desktop.x11 import X11Connection, X11Lost
from assistant.desktop.x11_window import X11Window
from assistant.look.shm import SharedMemoryFailed, SharedPixels
from assistant.scene import Box, Picture

log = logging.getLogger(__name__)

REPAINT_SECONDS = 0.25  # after its first redirection a window paints itself anew; healthy ones need 5 to 30 ms
_ROWS_AT_ONCE = 50  # 800 pixels × 50 rows stay in the processor's cache: half the time of the whole at once
_YIELD_BYTES = 1_000_000  # converted between two turns of the event loop, about 2 ms
_MARGIN = 2  # pixels blackened around a secret
_BYTES_PER_PIXEL = 4
_USUAL_DEPTHS = (24, 32)


@dataclass(frozen=True, slots=True)
class Shot:
    """A window's pixels: `rgb` is height × width × 3 bytes, nothing blackened yet. Leaves look only as a Picture."""

    width: int
    height: int
    rgb: bytearray

    def __repr__(self) -> str:
        return f"Shot({self.width} × {self.height})"


class Pixels:
    """Takes pictures of windows. `async with Pixels(x11) as pixels`."""

    def __init__(self, x11: X11Connection) -> None:
        self._x11 = x11
        self._redirected: set[int] = set()
        self._shared: SharedPixels | None = None
        self._shares = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    async def shot(self, window: X11Window) -> Shot | None:
        """Return a window as it looks uncovered, None where it cannot be seen: minimised, gone, strange pixels."""
        if not window.is_viewable or window.box.is_empty:
            return None
        was_redirected = window.xid in self._redirected
        try:
            return await self._take(window)
        except XError as error:
            self._redirected.discard(window.xid)
            log.info("no picture: %s", type(error).__name__)
        except X11Lost:
            return None
        # the number may have been another window's, now closed: then this one was never redirected
        return await self.shot(window) if was_redirected else None

    async def _take(self, window: X11Window) -> Shot | None:
        with ExitStack() as stack:
            stack.enter_context(self._x11.asking())
            pixmap, box = await self._pixmap(window)
            if pixmap is None:
                return None
            stack.callback(pixmap.free)
            return await self._read(pixmap, box)

    async def _pixmap(self, window: X11Window) -> tuple[Pixmap | None, Box]:
        """Return what holds a window's pixels, and which part of it is the window."""
        display = self._x11.display
        if not display.has_extension("Composite"):
            return None, window.box
        xwindow = display.create_resource_object("window", window.xid)
        if _has_compositor(display):
            top, x, y = _top_level(display, xwindow)
            return _name_pixmap(top), Box(x, y, window.box.width, window.box.height)
        if window.xid not in self._redirected:
            await self._redirect(xwindow)
        # named anew each time: after a change of size the old pixmap keeps the old picture
        return _name_pixmap(xwindow), Box(0, 0, window.box.width, window.box.height)

    async def _redirect(self, window: XWindow) -> None:
        """Have the server keep a window's pixels apart from now on, and wait until it has painted itself once.

        It stays so until we disconnect: to undo it would make the window flicker.
        """
        with _watching_damage(self._x11, window) as painted:
            composite.redirect_window(window, composite.RedirectAutomatic)  # type: ignore[arg-type] # stubs are wrong
            self._x11.display.sync()
            self._redirected.add(window.id)
            try:
                async with asyncio.timeout(REPAINT_SECONDS):
                    await painted.wait()
            except TimeoutError:
                log.info("a window did not paint itself in time")

    async def _read(self, pixmap: Pixmap, box: Box) -> Shot | None:
        geometry = pixmap.get_geometry()
        width = min(box.width, geometry.width - box.x)
        height = min(box.height, geometry.height - box.y)
        if geometry.depth not in _USUAL_DEPTHS or width <= 0 or height <= 0:
            return None
        with self._image(pixmap, Box(box.x, box.y, width, height)) as bgrx:
            return Shot(width, height, await _to_rgb(bgrx, width, height))

    @contextmanager
    def _image(self, pixmap: Pixmap, box: Box) -> Iterator[memoryview]:
        with ExitStack() as stack:
            try:
                pixels = self._shared_pixels()
                found = stack.enter_context(pixels.image(pixmap.id, *box)) if pixels else None
            except SharedMemoryFailed:
                self._shares, found = False, None
            yield memoryview(pixmap.get_image(*box, X.ZPixmap, 0xFFFFFFFF).data) if found is None else found

    def _shared_pixels(self) -> SharedPixels | None:
        if self._shared is None and self._shares:
            self._shared = SharedPixels(self._x11.display)
        return self._shared


def picture(shot: Shot, secrets: Iterable[Box], scale: float) -> Picture:
    """Return a shot as a Picture, its secrets blackened. The boxes are in the shot's pixels."""
    for box in secrets:
        left, right = max(box.x - _MARGIN, 0), min(box.right + _MARGIN, shot.width)
        top, bottom = max(box.y - _MARGIN, 0), min(box.bottom + _MARGIN, shot.height)
        if left >= right:
            continue
        black = bytes((right - left) * 3)
        for row in range(top, bottom):
            start = (row * shot.width + left) * 3
            shot.rgb[start : start + len(black)] = black
    return Picture(shot.width, shot.height, bytes(shot.rgb), scale)


async def _to_rgb(bgrx: memoryview, width: int, height: int) -> bytearray:
    """Return pixels as red, green, blue, without numpy: strided slices copy at 600 MB/s."""
    rgb = bytearray(width * height * 3)
    step = _ROWS_AT_ONCE * width * _BYTES_PER_PIXEL
    part = bytearray(_ROWS_AT_ONCE * width * 3)
    since = 0
    for start in range(0, width * height * _BYTES_PER_PIXEL, step):
        rows = bytes(bgrx[start : start + step])
        size = len(rows) // _BYTES_PER_PIXEL * 3
        part[0:size:3], part[1:size:3], part[2:size:3] = rows[2::4], rows[1::4], rows[0::4]
        at = start // _BYTES_PER_PIXEL * 3
        rgb[at : at + size] = part if size == len(part) else part[:size]
        since += len(rows)
        if since >= _YIELD_BYTES:
            since = 0
            await asyncio.sleep(0)
    return rgb


def _has_compositor(display: Display) -> bool:
    """Whether a compositing manager keeps the pixels of top-level windows apart already."""
    selection = display.intern_atom(f"_NET_WM_CM_S{display.get_default_screen()}")
    return bool(display.get_selection_owner(selection))


def _top_level(display: Display, window: XWindow) -> tuple[XWindow, int, int]:
    """Return the window manager's frame around a window, and where in it the window is."""
    root, top = display.screen().root, window
    while True:
        parent = top.query_tree().parent
        if parent == 0 or parent.id == root.id:
            break
        top = parent
    place = top.translate_coords(window.id, 0, 0)
    border = top.get_geometry().border_width
    return top, place.x + border, place.y + border


def _name_pixmap(window: XWindow) -> Pixmap:
    pixmap: Pixmap = composite.name_window_pixmap(window)
    return pixmap


@contextmanager
def _watching_damage(x11: X11Connection, window: XWindow) -> Iterator[asyncio.Event]:
    """Lend an event that is set when nearly all of a window has been painted."""
    painted = asyncio.Event()
    display = x11.display
    if not display.has_extension("DAMAGE"):
        yield painted
        return
    display.damage_query_version()
    geometry = window.get_geometry()
    whole = geometry.width * geometry.height
    watch = damage.damage_create(window, damage.DamageReportBoundingBox)

    def note(event: Any) -> None:
        if event.type == display.extension_event.DamageNotify and event.drawable.id == window.id:
            area = event.area
            if area.width * area.height >= 0.9 * whole:
                painted.set()

    stop = x11.listen(note)
    try:
        yield painted
    finally:
        stop()
        display.damage_destroy(watch)
