"""A GTK 4 window with a few controls and a dialog."""

from __future__ import annotations

from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "4.0")
from gi.repository import Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402


def build(application: Any) -> None:
    window = Gtk.ApplicationWindow(application=application, title="Everything")
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    window.set_child(box)
    entry, check = Gtk.Entry(), Gtk.CheckButton.new_with_label("Check")
    button = Gtk.Button.new_with_mnemonic("_Dialog")

    def ask(_: Any) -> None:
        dialog = Gtk.MessageDialog(transient_for=window, modal=True, buttons=Gtk.ButtonsType.YES_NO, text="Really?")
        dialog.set_title("Really?")
        dialog.connect("response", lambda shown, _: shown.destroy())
        dialog.present()

    button.connect("clicked", ask)
    for widget in (entry, check, button, Gtk.DropDown.new_from_strings(["apple", "pear"])):
        box.append(widget)
    window.present()
    entry.grab_focus()


application = Gtk.Application(application_id="org.example.Watched")
application.connect("activate", build)
application.run()
