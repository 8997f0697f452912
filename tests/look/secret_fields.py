"""A window with one entry that holds a secret: `secret_fields.py gtk3|gtk4|qt hidden|shown|hidden-unnamed`.

`hidden` shows dots, `shown` is a password entry whose "show password" is on, `hidden-unnamed` shows dots and is
called nothing that hints at a secret.
"""

# ruff: noqa: PLC0415 - one of the three toolkits is imported, the others may be missing
from __future__ import annotations

import sys
from typing import Any

SECRET = "xyzzy-secret"
toolkit, field = sys.argv[1:3]
label_text = "Answer" if field == "hidden-unnamed" else "Password"


def gtk3() -> None:
    gtk = _gtk("3.0")
    shown = gtk.Window(title="Secret", default_width=300)
    box = gtk.Box(spacing=8)
    box.add(gtk.Label(label=label_text))
    box.add(gtk.Entry(text=SECRET, visibility=field == "shown"))
    shown.add(box)
    shown.show_all()
    gtk.main()


def gtk4() -> None:
    gtk = _gtk("4.0")
    from gi.repository import GLib  # type: ignore[import-not-found, import-untyped, unused-ignore] # as above

    shown = gtk.Window(title="Secret", default_width=300)
    box = gtk.Box(spacing=8)
    box.append(gtk.Label(label=label_text))
    entry = gtk.Entry(visibility=field == "shown")
    entry.set_text(SECRET)
    box.append(entry)
    shown.set_child(box)
    shown.present()
    GLib.MainLoop().run()


def qt() -> None:
    from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QWidget

    application = QApplication(sys.argv)
    shown = QWidget()
    shown.setWindowTitle("Secret")
    form = QFormLayout(shown)
    entry = QLineEdit(SECRET)
    entry.setEchoMode(QLineEdit.EchoMode.Normal if field == "shown" else QLineEdit.EchoMode.Password)
    form.addRow(label_text, entry)
    shown.show()
    application.exec()


def _gtk(version: str) -> Any:
    import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # no types, and outside venvs

    gi.require_version("Gtk", version)
    from gi.repository import Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # as above

    return Gtk


{"gtk3": gtk3, "gtk4": gtk4, "qt": qt}[toolkit]()
