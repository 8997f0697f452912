"""Where a window's boxes lie in its picture: toolkits count in their own pixels, and not always from its corner."""

from __future__ import annotations

from dataclasses import dataclass

from Xlib import X
from Xlib.error import XError

from assistant.desktop.x11 import X11Connection
from assistant.desktop.x11_window import X11Window
from assistant.look.node import Application, Node
from assistant.scene import Box


@dataclass(frozen=True, slots=True)
class Place:
    """How to turn a toolkit's box into the picture's: times `scale`, then moved by (x, y)."""

    scale: float = 1.0
    x: int = 0
    y: int = 0

    def of(self, box: Box) -> Box:
        if self == AS_IT_IS:
            return box
        left, top = round(box.x * self.scale), round(box.y * self.scale)
        right, bottom = round(box.right * self.scale), round(box.bottom * self.scale)
        return Box(left + self.x, top + self.y, right - left, bottom - top)


AS_IT_IS = Place()


def place_in_picture(x11: X11Connection, window: X11Window, outline: Box | None, application: Application) -> Place:
    """Return how a window's boxes lie in its picture. `outline` is what the toolkit says of the window itself."""
    if outline is None or outline.is_empty:
        return AS_IT_IS
    scale = _scale(window.box.width / outline.width, application)
    if application.toolkit == "gtk3":  # its windows count from the X window's corner, shadow and all
        return Place(scale)
    left, top = _shadow(x11, window) or _even_border(window.box, outline, scale)
    return Place(scale, left, top)


def move_boxes(root: Node, place: Place) -> None:
    """Turn the boxes of a tree into the picture's."""
    if place == AS_IT_IS:
        return
    for node in root.walk():
        if node.box is not None:
            node.box = place.of(node.box)


def _scale(ratio: float, application: Application) -> float:
    """Return the scale from how much wider the X window is: whole numbers in GTK, quarters in Qt and Chromium."""
    step = 1.0 if application.toolkit in {"gtk3", "gtk4"} else 0.25
    return max(round(ratio / step) * step, 1.0)


def _shadow(x11: X11Connection, window: X11Window) -> tuple[int, int] | None:
    """Return how far a window drawn by its toolkit (CSD) stands inside its X window, because of its shadow."""
    name = x11.atom("_GTK_FRAME_EXTENTS")
    with x11.asking():
        try:
            found = x11.display.create_resource_object("window", window.xid).get_full_property(name, X.AnyPropertyType)
        except XError:
            return None
    if found is None or len(found.value) != 4:
        return None
    left, _, top, _ = found.value
    return int(left), int(top)


def _even_border(window: Box, outline: Box, scale: float) -> tuple[int, int]:
    """GTK 4 without a compositing manager draws an even border around its windows, and counts from inside it."""
    extra = round(window.width - outline.width * scale)
    border = extra // 2 if extra > 0 else 0
    return border, border
