"""A window of many check boxes, twenty to a group: `many_widgets.py gtk3 400`. GTK 3 needs the system's Python."""

from __future__ import annotations

import signal
import sys
from typing import Any

IN_GROUP = 20
GROUPS_IN_ROW = 10
TITLE = "Many check boxes"


def gtk3(count: int) -> None:
    import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    gi.require_version("Gtk", "3.0")
    from gi.repository import Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    def group(first: int) -> Any:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        for number in range(first, min(first + IN_GROUP, count)):
            box.pack_start(Gtk.CheckButton(label=f"Option {number + 1}"), False, False, 0)
        frame = Gtk.Frame(label=f"Group {first // IN_GROUP + 1}")
        frame.add(box)
        return frame

    grid = Gtk.Grid()
    for number, first in enumerate(range(0, count, IN_GROUP)):
        grid.attach(group(first), number % GROUPS_IN_ROW, number // GROUPS_IN_ROW, 1, 1)
    scrolled = Gtk.ScrolledWindow(min_content_width=700, min_content_height=500)
    scrolled.add(grid)
    window = Gtk.Window(title=TITLE)
    window.add(scrolled)
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()


def qt(count: int) -> None:
    from PySide6.QtWidgets import (  # noqa: PLC0415
        QApplication,
        QCheckBox,
        QGridLayout,
        QGroupBox,
        QScrollArea,
        QVBoxLayout,
        QWidget,
    )

    def group(first: int) -> QWidget:
        box = QGroupBox(f"Group {first // IN_GROUP + 1}")
        column = QVBoxLayout(box)
        for number in range(first, min(first + IN_GROUP, count)):
            column.addWidget(QCheckBox(f"Option {number + 1}"))
        return box

    application = QApplication([sys.argv[0]])
    groups = QWidget()
    grid = QGridLayout(groups)
    for number, first in enumerate(range(0, count, IN_GROUP)):
        grid.addWidget(group(first), number // GROUPS_IN_ROW, number % GROUPS_IN_ROW)
    scrolled = QScrollArea()
    scrolled.setWidget(groups)
    scrolled.setWindowTitle(TITLE)
    scrolled.resize(700, 500)
    scrolled.show()
    application.exec()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    {"gtk3": gtk3, "qt": qt}[sys.argv[1]](int(sys.argv[2]))
