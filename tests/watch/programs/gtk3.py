"""A GTK 3 window with one control of each kind, and keys that make dialogs, alerts and storms."""

from __future__ import annotations

from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402


def message(parent: Any, text: str, *, takes_focus: bool = True) -> Any:
    dialog = Gtk.MessageDialog(transient_for=parent, buttons=Gtk.ButtonsType.YES_NO, text=text)
    dialog.set_title(text)
    dialog.set_focus_on_map(takes_focus)
    dialog.connect("response", lambda shown, _: shown.destroy())
    dialog.show_all()
    return dialog


def storm(label: Any) -> None:
    def change() -> bool:
        for number in range(5):
            label.set_text(f"{number}")
        return True

    GLib.timeout_add(1, change)


window = Gtk.Window(title="Everything")
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
window.add(box)

menu_bar, menu = Gtk.MenuBar(), Gtk.Menu()
file_item = Gtk.MenuItem.new_with_mnemonic("_File")
file_item.set_submenu(menu)
for title in ("New", "Open"):
    menu.append(Gtk.MenuItem.new_with_label(title))
menu_bar.append(file_item)

entry = Gtk.Entry()
check = Gtk.CheckButton.new_with_label("Check")
slider = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1)
combo = Gtk.ComboBoxText()
for word in ("apple", "pear", "plum"):
    combo.append_text(word)
combo.set_active(0)
rows = Gtk.ListStore(str)
for word in ("row one", "row two", "row three"):
    rows.append([word])
table = Gtk.TreeView(model=rows)
table.append_column(Gtk.TreeViewColumn("Rows", Gtk.CellRendererText(), text=0))
restless = Gtk.Label(label="still")
alert = Gtk.InfoBar(no_show_all=True)
alert.get_content_area().add(Gtk.Label(label="Disk nearly full", visible=True))

buttons = {
    "_Dialog": lambda: message(window, "Really?"),
    "_Quietly": lambda: message(window, "By the way", takes_focus=False),
    "_Both": lambda: (message(window, "First"), message(window, "Second")),
    "_Replace": lambda: (message(window, "Gone").destroy(), message(window, "Stays")),
    "_Storm": lambda: storm(restless),
    "_Alert": alert.show,
}
for widget in (menu_bar, entry, check, slider, combo, table, restless, alert):
    box.add(widget)
for title, action in buttons.items():
    button = Gtk.Button.new_with_mnemonic(title)
    button.connect("clicked", lambda _, act=action: act())
    box.add(button)

window.connect("destroy", Gtk.main_quit)
window.show_all()
entry.grab_focus()
Gtk.main()
