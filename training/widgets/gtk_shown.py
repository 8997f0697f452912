"""Show a made-up GTK window and tell what is in it; used by gtk.py, in the system's Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gi.repository import Gdk, GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore]

Node = dict[str, Any]
PATIENCE_SECONDS = 3.0


class Screen:
    """Shows one window after another."""

    def __init__(self, version: int, css: Callable[[list[Any], Node | None], str]) -> None:
        self.version, self.css = version, css
        self.window: Any = None
        if version == 4:
            Gtk.init()
            self.display = Gdk.Display.get_default()
        self.settings = Gtk.Settings.get_default()
        self.settings.set_property("gtk-enable-animations", False)
        self.settings.set_property("gtk-cursor-blink", False)
        self.provider = Gtk.CssProvider()
        priority = Gtk.STYLE_PROVIDER_PRIORITY_USER
        if version == 3:
            Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), self.provider, priority)
        else:
            Gtk.StyleContext.add_provider_for_display(self.display, self.provider, priority)

    def show(self, asked: Node, make: Callable[[Node], Any]) -> Node:
        """Take the last window away, show this one, and tell what is in it."""
        if self.window is not None:
            if self.window.popup is not None:
                self.window.popup.popdown()
                self.window.popup.destroy()
            self.window.top.destroy()
        told = asked["window"]
        self.settings.set_property("gtk-theme-name", asked["theme"])
        if asked.get("icons"):
            self.settings.set_property("gtk-icon-theme-name", asked["icons"])
        style = self.css(told["font"], told["style"])
        self.provider.load_from_data(style.encode())
        self.window = window = make(told)
        top = window.top
        self._size(window, told)
        top.show_all() if self.version == 3 else top.show()
        self._settle(top)
        end = time.monotonic() + PATIENCE_SECONDS
        while not top.is_active() and time.monotonic() < end:
            GLib.MainContext.default().iteration(False)
        self._focus(window)
        self._settle(top)
        over = self._pop(window) if window.popup is not None else None
        origin, size = self._origin(top), (top.get_allocated_width(), top.get_allocated_height())
        found = [part for known in window.known for part in self._parts(*known)]
        if over:
            left, upper = over[0] - origin[0], over[1] - origin[1]
            over = [left, upper, *over[2:]]
            found += self._items(window, left, upper)
        scale = top.get_scale_factor()
        for part in found:
            part["box"] = [round(number * scale) for number in part["box"]]
            if "mark" in part:
                part["mark"] = [round(number * scale) for number in part["mark"]]
        screen = [round(number * scale) for number in (*origin, *size)]
        return {"screen": screen, "found": found, "over": over and [round(number * scale) for number in over]}

    def _size(self, window: Any, told: Node) -> None:
        if self.version == 3:
            window.top.get_child().show_all()
            _, natural = window.top.get_preferred_size()
            size = natural.width, natural.height
        else:
            _, natural = window.top.get_child().get_preferred_size()
            size = natural.width, natural.height
        wide, high = (min(max(part, 100) + more, 1100) for part, more in zip(size, told["extra"]))  # noqa: B905
        window.top.set_default_size(wide, high)

    def _settle(self, top: Any) -> None:
        """Wait until the window has been drawn twice, and the server has all of it."""
        clock: Any = None
        end = time.monotonic() + PATIENCE_SECONDS
        drawn: list[int] = []
        handler = 0
        context = GLib.MainContext.default()
        while len(drawn) < 2 and time.monotonic() < end:
            if clock is None and top.get_mapped():
                clock = top.get_frame_clock()
                handler = clock.connect("after-paint", lambda _: drawn.append(1))
            top.queue_draw()
            context.iteration(clock is not None)
        if clock is not None:
            clock.disconnect(handler)
        while context.pending():
            context.iteration(False)
        (top.get_display() if self.version == 3 else self.display).sync()

    def _focus(self, window: Any) -> None:
        window.top.set_focus(None)
        if window.focus is not None:
            window.focus.grab_focus()
            window.top.set_focus_visible(True)

    def _origin(self, top: Any) -> tuple[int, int]:
        if self.version == 3:
            _, x, y = top.get_window().get_origin()
            return x, y
        return 0, 0

    def _pop(self, window: Any) -> list[int]:
        top, menu, seed = window.top, window.popup, window.told["seed"]
        at = Gdk.Rectangle()
        at.x, at.y = seed * 7 % top.get_allocated_width(), seed * 13 % top.get_allocated_height()
        at.width = at.height = 1
        corner = Gdk.Gravity.NORTH_WEST
        menu.popup_at_rect(top.get_window(), at, corner, corner, None)
        self._settle(top)
        shown = menu.get_toplevel()
        if not shown.get_mapped():
            return []
        _, x, y = shown.get_window().get_origin()
        return [x, y, shown.get_allocated_width(), shown.get_allocated_height()]

    def _items(self, window: Any, left: int, upper: int) -> list[Node]:
        found = []
        for item, node in window.items:
            at = item.translate_coordinates(item.get_toplevel(), 0, 0)
            box = [left + at[0], upper + at[1], item.get_allocated_width(), item.get_allocated_height()]
            states = [
                state for state in node["states"] if state != "checked" or node["kind"] in {"check_item", "radio_item"}
            ]
            found.append({"role": "menu item", "name": node["text"], "states": states, "box": box, "above": True})
        return found

    def _parts(self, widget: Any, role: str, node: Node) -> list[Node]:
        if not widget.get_mapped():
            return []
        if role == "table":
            return self._rows(widget, node)
        if role == "header bar":  # its buttons are the toolkit's own: minimise, maximise, close
            return [self._told("push button", "", [], self._box(button)) for button in window_buttons(widget)]
        if role == "menu bar":
            return [
                self._told("menu", name, [], self._box(item))
                for name, item in zip(node["heads"], children(widget), strict=False)
            ]
        states = [state for state in node.get("states", ()) if state != "focused"]
        if self._has_focus(widget, role):
            states.append("focused")
        around = widget
        if role == "page tab" and self.version == 4:
            around = widget.get_parent()
        elif role == "page tab":
            return [self._told(role, node["text"], states, grown(self._box(widget), 8, 5))]
        box = (
            self._text_box(widget) if role in {"label", "link"} and isinstance(widget, Gtk.Label) else self._box(around)
        )
        told = self._told(role, node["text"], states, box)
        if role in {"check box", "radio button"}:
            told["mark"] = self._mark(widget, box)
        return [told] if box[2] >= 4 and box[3] >= 2 else []

    def _has_focus(self, widget: Any, role: str) -> bool:
        focus = self.window.top.get_focus()
        inside = role in {"combo box", "spin button", "entry"} and focus is not None and focus.is_ancestor(widget)
        return bool(focus is widget or inside)

    def _told(self, role: str, name: str, states: list[str], box: list[int]) -> Node:
        return {"role": role, "name": name, "states": states, "box": box}

    def _place(self, widget: Any) -> tuple[int, int]:
        top = self.window.top
        x, y = widget.translate_coordinates(top, 0, 0)[-2:]
        return int(x), int(y)

    def _bounds(self, widget: Any) -> tuple[int, int, int, int]:
        """Return the left, upper, right and lower edge of a widget with its padding and border."""
        if self.version == 4:
            _, box = widget.compute_bounds(self.window.top)
            left, upper = round(box.get_x()), round(box.get_y())
            return left, upper, left + round(box.get_width()), upper + round(box.get_height())
        left, upper = self._place(widget)
        return left, upper, left + widget.get_allocated_width(), upper + widget.get_allocated_height()

    def _box(self, widget: Any) -> list[int]:
        """Return a widget's box in the window, cut where what scrolls it ends."""
        left, upper, right, lower = self._bounds(widget)
        around = widget.get_parent()
        while around is not None and around is not self.window.top:
            if isinstance(around, (Gtk.ScrolledWindow, Gtk.Viewport)):
                limits = self._bounds(around)
                left, upper, right, lower = *map(max, (left, upper), limits), *map(min, (right, lower), limits[2:])
            around = around.get_parent()
        return [left, upper, max(right - left, 0), max(lower - upper, 0)]

    def _text_box(self, label: Any) -> list[int]:
        x, y = label.get_layout_offsets()
        _, ink = label.get_layout().get_pixel_extents()
        if self.version == 3:  # these are in the pixels of the label's own X window
            at = label.get_allocation()
            x, y = x - at.x, y - at.y
        left, upper = self._place(label)
        return [left + x + ink.x, upper + y + ink.y, ink.width, ink.height]

    def _mark(self, widget: Any, box: list[int]) -> list[int]:
        if self.version == 4:
            return self._box(widget.get_first_child())
        label = widget.get_child()
        padding = widget.get_style_context().get_padding(widget.get_state_flags())
        if label is None:
            wide = box[2] - padding.left - padding.right
        else:
            wide = self._place(label)[0] - box[0] - padding.left - 4
        wide = min(wide, box[3])
        return [box[0] + padding.left, box[1] + (box[3] - wide) // 2, wide, wide]

    def _rows(self, view: Any, node: Node) -> list[Node]:
        whole, found = self._box(view), []
        for number, row in enumerate(node["rows"]):
            at = view.get_background_area(Gtk.TreePath(number), None)
            y = view.convert_bin_window_to_widget_coords(at.x, at.y)[1]
            upper = self._place(view)[1] + y
            lower = min(upper + at.height, whole[1] + whole[3])
            if lower - upper >= 8:
                states = ["selected"] * (number == node["selected"])
                found.append(self._told("list item", " ".join(row), states, [whole[0], upper, whole[2], lower - upper]))
        return found


def children(widget: Any) -> list[Any]:
    """Return the children of a GTK 4 widget."""
    child, every = widget.get_first_child(), []
    while child is not None:
        every.append(child)
        child = child.get_next_sibling()
    return every


def window_buttons(bar: Any) -> list[Any]:
    """Return the buttons that a header bar has put there by itself."""
    if not hasattr(bar, "forall"):  # GTK 4
        return [button for controls in _descendants(bar, Gtk.WindowControls) for button in children(controls)]
    found: list[Any] = []

    def visit(widget: Any) -> None:
        if isinstance(widget, Gtk.Button) and widget.get_style_context().has_class("titlebutton"):
            found.append(widget)
        elif isinstance(widget, Gtk.Box):
            widget.forall(visit)

    bar.forall(visit)
    return [button for button in found if button.get_mapped()]


def _descendants(widget: Any, kind: Any) -> list[Any]:
    below = [one for child in children(widget) for one in _descendants(child, kind)]
    return [widget, *below] if isinstance(widget, kind) else below


def grown(box: list[int], x: int, y: int) -> list[int]:
    return [box[0] - x, box[1] - y, box[2] + 2 * x, box[3] + 2 * y]
