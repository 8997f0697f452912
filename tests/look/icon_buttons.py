"""A window with icon buttons that have no name: `icon_buttons.py gtk3|gtk4 ICON…`, and one that has a name."""

from __future__ import annotations

import sys

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore]  # it is the system's Python that has it

toolkit, *icons = sys.argv[1:]
gi.require_version("Gtk", "3.0" if toolkit == "gtk3" else "4.0")

from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: E402


def button(icon: str) -> Gtk.Button:
    if toolkit == "gtk3":
        return Gtk.Button.new_from_icon_name(icon, Gtk.IconSize.BUTTON)
    return Gtk.Button.new_from_icon_name(icon)


shown = Gtk.Window(title="Player", default_width=320)
row = Gtk.Box(spacing=8)
for child in (Gtk.Button(label="Play"), *map(button, icons)):
    row.add(child) if toolkit == "gtk3" else row.append(child)
if toolkit == "gtk3":
    shown.add(row)
    shown.show_all()
else:
    shown.set_child(row)
    shown.present()
GLib.MainLoop().run()
