"""A GTK 3 window whose label changes a thousand times a second."""

from __future__ import annotations

import itertools

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

window, label, numbers = Gtk.Window(title="Shouts"), Gtk.Label(), itertools.count()
window.add(label)
window.show_all()
GLib.timeout_add(1, lambda: label.set_text(f"shout number {next(numbers)}") or True)
Gtk.main()
