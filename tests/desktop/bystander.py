"""A window that tells of something when it gets SIGUSR1, by an info bar or a dialog without the keyboard (argument)."""

from __future__ import annotations

import signal
import sys
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402


def info_bar(_window: Any) -> None:
    bar.show()


def dialog(window: Any) -> None:
    shown = Gtk.MessageDialog(transient_for=window, buttons=Gtk.ButtonsType.YES_NO, text="Update the kettle now?")
    shown.set_title("Kettle")
    shown.set_focus_on_map(False)
    shown.show_all()


window, bar = Gtk.Window(title="Bystander"), Gtk.InfoBar(no_show_all=True)
bar.get_content_area().add(Gtk.Label(label="Disk nearly full", visible=True))
window.add(bar)
tell = {"info-bar": info_bar, "dialog": dialog}[sys.argv[1]]
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, lambda: tell(window) or True)
window.show_all()
Gtk.main()
