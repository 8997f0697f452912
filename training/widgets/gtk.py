"""Render made-up windows with GTK on an X screen: `gtk.py 3|4`, one window a line on standard input.

A line is `{"window": …, "theme": "Arc"}`; the answer is one line with where the window is on the screen and what
the toolkit itself says about each control. The window stays until the next line. Runs in the system's Python.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

from training.widgets import gtk_looks

VERSION = int(sys.argv[1])
gi.require_version("Gtk", f"{VERSION}.0")
gi.require_version("Gdk", f"{VERSION}.0")
from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

Node = dict[str, Any]
BUTTON_LIKE = {"push button", "check box", "radio button", "combo box", "spin button", "toggle button", "link"}


def add(container: Any, *children: Any) -> None:
    for child in children:
        if VERSION == 3:
            container.add(child)
        elif isinstance(container, (Gtk.Box, Gtk.ListBox)):
            container.append(child)
        else:
            container.set_child(child)


def image(name: str, size: int = 16) -> Any:
    return Gtk.Image(icon_name=name, pixel_size=size)


class Window:
    """One window being built; `found` says what is in it once it is shown."""

    def __init__(self, told: Node) -> None:
        self.told = told
        self.top = Gtk.Window(title=told["title"])
        self.known: list[tuple[Any, str, Node]] = []
        self.focus: Any = None
        self.others: list[Any] = []
        """Unseen radio buttons that are chosen instead of the shown ones."""
        whole = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        if told["header"]:
            self.header(told["header"])
        elif VERSION == 4:
            self.top.set_decorated(False)
        if told["menus"]:
            add(whole, self.menu_bar(told["menus"]))
        if told["toolbar"]:
            bar = Gtk.Box(spacing=2)
            bar.get_style_context().add_class("toolbar")
            add(bar, *(self.make(node) for node in told["toolbar"]))
            add(whole, bar)
        content = self.make(told["content"])
        margin(content, told["border"])
        content.set_vexpand(True)
        add(whole, content)
        if told["status"]:
            add(whole, self.make({"kind": "label", "text": told["status"]}))
        add(self.top, whole)
        self.popup = self.menu(told["popup"]) if told["popup"] else None

    # Building

    def make(self, node: Node) -> Any:
        widget = getattr(self, "make_" + node["kind"])(node)
        states = node.get("states", ())
        if "disabled" in states:
            widget.set_sensitive(False)
        if "focused" in states:
            self.focus = widget
        return widget

    def control(self, widget: Any, role: str, node: Node) -> Any:
        self.known.append((widget, role, node))
        if role in BUTTON_LIKE and not node.get("wide"):
            widget.set_valign(Gtk.Align.CENTER)
            widget.set_halign(Gtk.Align.START)
        return widget

    def header(self, nodes: list[Node]) -> None:
        bar = Gtk.HeaderBar()
        if VERSION == 3:
            bar.set_show_close_button(True)
            bar.set_title(self.told["title"])
        for node in nodes:
            (bar.pack_start if node["text"] else bar.pack_end)(self.make(node))
        self.top.set_titlebar(bar)
        self.known.append((bar, "header bar", {}))

    def menu_bar(self, names: list[str]) -> Any:
        if VERSION == 3:
            bar = Gtk.MenuBar()
            for name in names:
                item = Gtk.MenuItem(label=name)
                bar.append(item)
                self.known.append((item, "menu", {"text": name}))
            return bar
        from gi.repository import Gio  # noqa: PLC0415

        menu = Gio.Menu()
        for name in names:
            menu.append_submenu(name, Gio.Menu())
        bar = Gtk.PopoverMenuBar.new_from_model(menu)
        self.known.append((bar, "menu bar", {"heads": names}))
        return bar

    def menu(self, nodes: list[Node]) -> Any:
        if VERSION == 4:
            return None
        menu = Gtk.Menu()
        self.items: list[tuple[Any, Node]] = []
        for node in nodes:
            item = self.menu_item(node)
            if node["kind"] != "separator":
                self.items.append((item, node))
                item.set_sensitive("disabled" not in node["states"])
            menu.append(item)
        menu.show_all()
        return menu

    def menu_item(self, node: Node) -> Any:
        kinds = {"check_item": Gtk.CheckMenuItem, "radio_item": Gtk.RadioMenuItem}
        if node["kind"] == "separator":
            return Gtk.SeparatorMenuItem()
        item = kinds.get(node["kind"], Gtk.MenuItem)(label=node["text"])
        if node["kind"] in kinds:
            item.set_active("checked" in node["states"])
        if node["kind"] == "submenu":
            item.set_submenu(Gtk.Menu())
        if node["keys"]:
            item.get_child().set_accel(*Gtk.accelerator_parse(node["keys"]))
        return item

    def make_column(self, node: Node) -> Any:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=node["spacing"])
        add(box, *(self.make(child) for child in node["children"]))
        return box

    def make_row(self, node: Node) -> Any:
        box = Gtk.Box(spacing=node["spacing"], homogeneous=bool(node.get("fill")))
        if node.get("end"):
            box.set_halign(Gtk.Align.END)
        add(box, *(self.make(child) for child in node["children"]))
        return box

    def make_grid(self, node: Node) -> Any:
        even = bool(node.get("even"))
        across = node["spacing"] + (0 if even else 4)
        grid = Gtk.Grid(row_spacing=node["spacing"], column_spacing=across, column_homogeneous=even)
        grid.set_row_homogeneous(even)
        for row, line in enumerate(node["lines"]):
            for column, child in enumerate(line):
                grid.attach(self.make(child), column, row, 1, 1)
        return grid

    def make_frame(self, node: Node) -> Any:
        frame = Gtk.Frame(label=node["text"])
        inner = self.make(node["children"][0])
        margin(inner, 8)
        add(frame, inner)
        self.known.append((frame.get_label_widget(), "label", node))
        return frame

    def make_tabs(self, node: Node) -> Any:
        book = Gtk.Notebook()
        for number, name in enumerate(node["heads"]):
            page = self.make(node["children"][0]) if number == node["at"] else Gtk.Label(label="")
            margin(page, 8)
            label = Gtk.Label(label=name)
            book.append_page(page, label)
            self.known.append((label, "page tab", {"text": name, "states": ["selected"] * (number == node["at"])}))
            page.show()
        book.set_current_page(node["at"])
        return book

    def make_button(self, node: Node) -> Any:
        button = Gtk.Button(label=node["text"])
        if node["icon"]:
            inner = Gtk.Box(spacing=4)
            add(inner, image(node["icon"]), Gtk.Label(label=node["text"]))
            button = Gtk.Button()
            add(button, inner)
        if "default" in node["states"]:
            button.get_style_context().add_class("suggested-action")
        return self.control(button, "push button", node)

    def make_icon_button(self, node: Node) -> Any:
        button = Gtk.Button()
        add(button, image(node["icon"] + ("-symbolic" if self.told["seed"] % 4 else "")))
        if node["flat"]:
            button.get_style_context().add_class("flat")
        return self.control(button, "push button", node)

    def make_toggle(self, node: Node) -> Any:
        return self.control(Gtk.ToggleButton(label=node["text"], active=is_checked(node)), "push button", node)

    def make_check(self, node: Node) -> Any:
        check = Gtk.CheckButton(label=node["text"] or None, active=is_checked(node))
        return self.control(check, "check box", node)

    def make_radio(self, node: Node) -> Any:
        if VERSION == 3:
            radio = Gtk.RadioButton(label=node["text"])
            if not is_checked(node):
                self.others.append(Gtk.RadioButton(active=True))
                radio.join_group(self.others[-1])
                self.others[-1].set_active(True)
        else:
            radio = Gtk.CheckButton(label=node["text"], group=Gtk.CheckButton(), active=is_checked(node))
        return self.control(radio, "radio button", node)

    def make_entry(self, node: Node) -> Any:
        entry = Gtk.Entry(width_chars=node["chars"])
        if node["shown"] == "hint":
            entry.set_placeholder_text(node["text"])
        else:
            entry.set_text(node["text"])
        entry.set_visibility(node["shown"] != "password")
        entry.set_valign(Gtk.Align.CENTER)
        return self.control(entry, "entry", node)

    def make_combo(self, node: Node) -> Any:
        combo = Gtk.ComboBoxText()
        for choice in node["choices"]:
            combo.append_text(choice)
        combo.set_active(0)
        return self.control(combo, "combo box", node)

    def make_edit_combo(self, node: Node) -> Any:
        combo = Gtk.ComboBoxText.new_with_entry()
        for choice in node["choices"]:
            combo.append_text(choice)
        combo.set_active(0)
        return self.control(combo, "combo box", node)

    def make_spin(self, node: Node) -> Any:
        spin = Gtk.SpinButton.new_with_range(0, 9999, 1)
        spin.set_value(int(node["text"]))
        return self.control(spin, "spin button", node)

    def make_switch(self, node: Node) -> Any:
        return self.control(Gtk.Switch(active=is_checked(node)), "toggle button", node)

    def make_slider(self, node: Node) -> Any:
        way = Gtk.Orientation.VERTICAL if node["upright"] else Gtk.Orientation.HORIZONTAL
        slider = Gtk.Scale.new_with_range(way, 0, 100, 1)
        slider.set_value(node["at"] * 100)
        slider.set_draw_value(node["number"])
        if node["upright"]:
            slider.set_halign(Gtk.Align.START)
        if node["marks"]:
            for at in (0, 25, 50, 75, 100):
                slider.add_mark(at, Gtk.PositionType.BOTTOM, None)
        slider.set_size_request(*((-1, 100) if node["upright"] else (120, -1)))
        return self.control(slider, "slider", node)

    def make_progress(self, node: Node) -> Any:
        bar = Gtk.ProgressBar(fraction=node["at"], show_text=bool(node["text"]), valign=Gtk.Align.CENTER)
        return self.control(bar, "progress bar", node)

    def make_link(self, node: Node) -> Any:
        if self.told["seed"] % 2:
            return self.control(Gtk.LinkButton(uri="https://example.org/", label=node["text"]), "link", node)
        label = Gtk.Label(halign=Gtk.Align.START)
        label.set_markup(f'<a href="https://example.org/">{GLib.markup_escape_text(node["text"])}</a>')
        return self.control(label, "link", node)

    def make_label(self, node: Node) -> Any:
        return self.control(Gtk.Label(label=node["text"], xalign=self.told["seed"] % 5 // 4), "label", node)

    def make_heading(self, node: Node) -> Any:
        label = Gtk.Label(label=node["text"], xalign=0)
        label.get_style_context().add_class("heading")
        return self.control(label, "label", node)

    def make_paragraph(self, node: Node) -> Any:
        label = Gtk.Label(label=node["text"], xalign=0, wrap=True, max_width_chars=node["width"] // 8)
        return self.control(label, "label", node)

    def make_picture(self, node: Node) -> Any:
        return image(node["icon"], node["size"])

    def make_separator(self, _: Node) -> Any:
        return Gtk.Separator()

    def scrolled(self, inner: Any, node: Node) -> Any:
        around = Gtk.ScrolledWindow(overlay_scrolling=self.told["seed"] % 2 == 0)
        if node.get("framed", True):
            around.set_shadow_type(Gtk.ShadowType.IN) if VERSION == 3 else around.set_has_frame(True)
        around.set_size_request(node["width"], node["height"])
        add(around, inner)
        return around

    def make_list(self, node: Node) -> Any:
        box = Gtk.ListBox()
        for number, row in enumerate(node["rows"]):
            line = Gtk.Box(spacing=6)
            if row["icon"]:
                add(line, image(row["icon"]))
            add(line, Gtk.Label(label=row["text"], xalign=0))
            add(box, line)
            states = ["selected"] * (number == node["selected"])
            self.known.append((box.get_row_at_index(number), "list item", {"text": row["text"], "states": states}))
        box.select_row(box.get_row_at_index(node["selected"]) if node["selected"] >= 0 else None)
        return self.scrolled(box, node)

    def make_table(self, node: Node) -> Any:
        store = Gtk.ListStore(*[str] * len(node["heads"]))
        for row in node["rows"]:
            store.append(row)
        view = Gtk.TreeView(model=store)
        for number, name in enumerate(node["heads"]):
            column = Gtk.TreeViewColumn(name, Gtk.CellRendererText(), text=number)
            column.set_clickable(True)
            view.append_column(column)
            self.known.append((column.get_button(), "table column header", {"text": name}))
        if node["selected"] >= 0:
            view.get_selection().select_path(Gtk.TreePath(node["selected"]))
        self.known.append((view, "table", node))
        return self.scrolled(view, node)

    def make_text(self, node: Node) -> Any:
        text = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD)
        text.get_buffer().set_text(node["text"])
        self.known.append((text, "text", node))
        return self.scrolled(text, node)


def margin(widget: Any, size: int) -> None:
    widget.set_margin_top(size)
    widget.set_margin_bottom(size)
    widget.set_margin_start(size)
    widget.set_margin_end(size)


def installed() -> list[str]:
    """Return the themes that there are: GTK would draw any other name in its own."""
    folders = Path("/usr/share/themes").glob(f"*/gtk-{VERSION}.*/gtk.css")
    own = ("Adwaita", "HighContrast", "HighContrastInverse", "Default", "Default-dark", "Default-hc")
    return [*own, *(folder.parent.parent.name for folder in folders)]


def is_checked(node: Node) -> bool:
    return "checked" in node["states"]


if __name__ == "__main__":
    from training.widgets.gtk_shown import Screen

    screen = Screen(VERSION, gtk_looks.css)
    print(json.dumps({"themes": installed()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(screen.show(json.loads(line), Window)), flush=True)
