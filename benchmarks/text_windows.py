"""Windows full of text, in three toolkits: `text_windows.py tk [--language zh] [--dark] [--size 11] [--scale 2]`.

Prints the words it shows as one line of JSON. A line on its input changes one word in it, as a real window would
between two looks; then it prints its words again. GTK and Tk need the system's Python.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 800, 600

MENUS = (("File", "文件"), ("Edit", "编辑"), ("View", "查看"), ("Insert", "插入"), ("Tools", "工具"), ("Help", "帮助"))
SECTIONS = (
    ("Appearance", "外观"), ("Bluetooth", "蓝牙"), ("Date & Time", "日期和时间"), ("Displays", "显示器"),
    ("Keyboard", "键盘"), ("Mouse & Touchpad", "鼠标和触摸板"), ("Network", "网络"), ("Notifications", "通知"),
    ("Power", "电源"), ("Printers", "打印机"), ("Sharing", "共享"), ("Sound", "声音"), ("Users", "用户"),
)  # fmt: skip
FIELDS = (
    (("Full name", "姓名"), ("Margaret Hamilton", "王小明")),
    (("E-mail address", "电子邮件地址"), ("margaret@example.org", "xiaoming@example.org")),
    (("Telephone", "电话"), ("+49 30 901820", "010-65552345")),
    (("Street", "街道"), ("17 Willow Lane", "中山东路 128 号")),
    (("Company", "公司"), ("Northwind Traders Ltd.", "北风贸易有限公司")),
)
CHECKS = (
    ("Remember me on this computer", "在此计算机上记住我"),
    ("Send a copy to my address", "发送一份副本到我的地址"),
    ("Start when I log in", "登录时启动"),
)
HEADS = (("Name", "名称"), ("Size", "大小"), ("Changed", "修改日期"))
ROWS = (
    (("budget.ods", "预算.ods"), ("48.2 kB", "48.2 kB"), ("12 March 2024", "2024年3月12日")),
    (("holiday photos", "假期照片"), ("1,204 items", "1,204 项"), ("yesterday", "昨天")),
    (("letter to bank.odt", "给银行的信.odt"), ("9.6 kB", "9.6 kB"), ("3 hours ago", "3 小时前")),
    (("README.md", "README.md"), ("512 bytes", "512 字节"), ("Monday", "星期一")),
)
NOTE = (
    ("Changes take effect after you log in again.", "更改将在您重新登录后生效。"),
    ("If you delete an item, it will be permanently lost.", "如果删除此项目，它将永久丢失。"),
)
BUTTONS = (("Apply", "应用"), ("Cancel", "取消"), ("Restore Defaults", "恢复默认值"))
STATUS = (("Ready", "就绪"), ("Saved just now", "刚刚已保存"))
DARK, LIGHT, DARK_FIELD = "#242424", "#e6e6e6", "#333333"


@dataclass(frozen=True)
class Wording:
    """What a window says, in one language."""

    menus: Sequence[str]
    sections: Sequence[str]
    fields: Sequence[tuple[str, str]]
    checks: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: Sequence[str]
    buttons: Sequence[str]
    status: Sequence[str]

    def all(self, *, is_changed: bool) -> list[str]:
        """Return everything that is shown."""
        rows = [text for row in self.rows for text in row]
        fields = [text for field in self.fields for text in field]
        shown = (*self.menus, *self.sections, *fields, *self.checks, *self.heads, *rows, *self.note, *self.buttons)
        return [*shown, self.status[is_changed]]


def wording(language: str) -> Wording:
    """Return the words of a language: "en" or "zh"."""
    at = 1 if language == "zh" else 0

    def of(pairs: Sequence[tuple[str, str]]) -> list[str]:
        return [pair[at] for pair in pairs]

    return Wording(
        of(MENUS),
        of(SECTIONS),
        [(label[at], content[at]) for label, content in FIELDS],
        of(CHECKS),
        of(HEADS),
        [of(row) for row in ROWS],
        of(NOTE),
        of(BUTTONS),
        of(STATUS),
    )


def tell(words: Wording, *, is_changed: bool) -> None:
    """Print what is shown."""
    print(json.dumps(words.all(is_changed=is_changed)), flush=True)


def on_line(act: Callable[[], object]) -> None:
    """Do something whenever a line comes in, from another thread."""

    def listen() -> None:
        for _ in sys.stdin:
            act()

    threading.Thread(target=listen, daemon=True).start()


def tk(words: Wording, options: argparse.Namespace) -> None:  # noqa: C901 - one window, from top to bottom
    """Tk: on no accessibility bus."""
    import tkinter  # noqa: PLC0415
    from tkinter import font as fonts  # noqa: PLC0415

    root = tkinter.Tk()
    root.title("Text")
    root.geometry(f"{WIDTH * options.scale}x{HEIGHT * options.scale}")
    for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
        fonts.nametofont(name).configure(family="Noto Sans CJK SC" if options.language == "zh" else "DejaVu Sans")
        fonts.nametofont(name).configure(size=-options.size * options.scale)
    if options.dark:
        root.tk_setPalette(background=DARK, foreground=LIGHT)
    gap = 3 * options.scale
    menu = tkinter.Frame(root)
    menu.pack(side="top", fill="x")
    for text in words.menus:
        tkinter.Label(menu, text=text, padx=8 * options.scale).pack(side="left")
    status = tkinter.Label(root, text=words.status[0], anchor="w", padx=8)
    status.pack(side="bottom", fill="x")
    side = tkinter.Listbox(root, width=22, borderwidth=1)
    side.pack(side="left", fill="y", padx=gap, pady=gap)
    side.insert("end", *words.sections)
    main = tkinter.Frame(root)
    main.pack(side="left", fill="both", expand=True, padx=gap * 3)
    form = tkinter.Frame(main)
    form.pack(fill="x")
    form.columnconfigure(1, weight=1)
    for row, (label, content) in enumerate(words.fields):
        tkinter.Label(form, text=label).grid(row=row, column=0, sticky="w", pady=gap)
        entry = tkinter.Entry(form, background=DARK_FIELD if options.dark else "white")
        entry.insert(0, content)
        entry.grid(row=row, column=1, sticky="ew", padx=gap * 4)
    for text in words.checks:
        tkinter.Checkbutton(main, text=text, anchor="w").pack(fill="x")
    table = tkinter.Frame(main)
    table.pack(fill="x", pady=gap * 2)
    for row, cells in enumerate((words.heads, *words.rows)):
        for column, text in enumerate(cells):
            table.columnconfigure(column, weight=1)
            tkinter.Label(table, text=text, anchor="w").grid(row=row, column=column, sticky="ew", pady=gap)
    for text in words.note:
        tkinter.Label(main, text=text, anchor="w").pack(fill="x")
    buttons = tkinter.Frame(main)
    buttons.pack(side="bottom", fill="x")
    for text in words.buttons:
        tkinter.Button(buttons, text=text).pack(side="right", padx=gap, pady=gap)
    changed = False

    def change() -> None:
        nonlocal changed
        changed = not changed
        status.configure(text=words.status[changed])
        root.update_idletasks()
        root.update()
        tell(words, is_changed=changed)

    on_line(lambda: root.after(0, change))
    root.after_idle(lambda: tell(words, is_changed=False))
    root.mainloop()


def gtk3(words: Wording, options: argparse.Namespace) -> None:
    """GTK 3."""
    import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    gi.require_version("Gtk", "3.0")
    from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    settings = Gtk.Settings.get_default()
    settings.set_property("gtk-application-prefer-dark-theme", options.dark)
    family = "Noto Sans CJK SC" if options.language == "zh" else "DejaVu Sans"
    settings.set_property("gtk-font-name", f"{family} {options.size * options.scale * 72 / 96}")
    settings.set_property("gtk-xft-dpi", 96 * 1024)

    def row_of(box: Any, *widgets: Any, spacing: int = 6) -> Any:
        box.set_spacing(spacing)
        for widget in widgets:
            box.pack_start(widget, False, False, 0)
        return box

    def label(text: str) -> Any:
        return Gtk.Label(label=text, xalign=0)

    menu = row_of(Gtk.Box(), *(Gtk.Label(label=text) for text in words.menus), spacing=16)
    side = Gtk.ListBox()
    for text in words.sections:
        side.add(label(text))
    form = Gtk.Grid(column_spacing=12, row_spacing=6)
    for number, (name, content) in enumerate(words.fields):
        form.attach(label(name), 0, number, 1, 1)
        form.attach(Gtk.Entry(text=content, hexpand=True), 1, number, 1, 1)
    table = Gtk.Grid(column_spacing=40, row_spacing=6)
    for number, cells in enumerate((words.heads, *words.rows)):
        for column, text in enumerate(cells):
            table.attach(label(text), column, number, 1, 1)
    status = label(words.status[0])
    main = row_of(
        Gtk.Box(orientation=Gtk.Orientation.VERTICAL, hexpand=True),
        form,
        *(Gtk.CheckButton(label=text) for text in words.checks),
        table,
        *(label(text) for text in words.note),
        row_of(Gtk.Box(halign=Gtk.Align.END), *(Gtk.Button(label=text) for text in words.buttons)),
    )
    middle = Gtk.Box(spacing=16)
    middle.pack_start(side, False, False, 0)
    middle.pack_start(main, True, True, 0)
    page = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=6)
    page.pack_start(menu, False, False, 0)
    page.pack_start(middle, True, True, 0)
    page.pack_start(status, False, False, 0)
    window = Gtk.Window(title="Text", default_width=WIDTH * options.scale, default_height=HEIGHT * options.scale)
    window.add(page)
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    changed = False

    def told() -> bool:
        tell(words, is_changed=changed)
        return False

    def change() -> bool:
        nonlocal changed
        changed = not changed
        status.set_text(words.status[changed])
        GLib.timeout_add(100, told)
        return False

    on_line(lambda: GLib.idle_add(change))
    GLib.idle_add(told)
    Gtk.main()


def qt(words: Wording, options: argparse.Namespace) -> None:  # noqa: C901, PLR0915 - one window, from top to bottom
    """Qt 6."""
    from PySide6.QtCore import QObject, Qt, Signal  # noqa: PLC0415
    from PySide6.QtGui import QColor, QFont, QPalette  # noqa: PLC0415
    from PySide6.QtWidgets import (  # noqa: PLC0415
        QApplication,
        QCheckBox,
        QFormLayout,
        QHBoxLayout,
        QLabel,
        QLineEdit,
        QListWidget,
        QPushButton,
        QTableWidget,
        QTableWidgetItem,
        QVBoxLayout,
        QWidget,
    )

    application = QApplication([sys.argv[0]])
    application.setStyle("Fusion")
    font = QFont("Noto Sans CJK SC" if options.language == "zh" else "DejaVu Sans")
    font.setPixelSize(options.size * options.scale)
    application.setFont(font)
    if options.dark:
        palette = QPalette(QColor(DARK))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(role, QColor(LIGHT))
        palette.setColor(QPalette.ColorRole.Base, QColor(DARK_FIELD))
        application.setPalette(palette)
    window = QWidget()
    window.setWindowTitle("Text")
    outer = QVBoxLayout(window)
    menu = QHBoxLayout()
    for text in words.menus:
        menu.addWidget(QLabel(text))
    menu.addStretch()
    outer.addLayout(menu)
    middle = QHBoxLayout()
    outer.addLayout(middle, 1)
    side = QListWidget()
    side.addItems(words.sections)
    side.setMaximumWidth(200 * options.scale)
    middle.addWidget(side)
    main = QVBoxLayout()
    middle.addLayout(main, 1)
    form = QFormLayout()
    for name, content in words.fields:
        form.addRow(name, QLineEdit(content))
    main.addLayout(form)
    for text in words.checks:
        main.addWidget(QCheckBox(text))
    table = QTableWidget(len(words.rows), len(words.heads))
    table.setHorizontalHeaderLabels(words.heads)
    table.verticalHeader().hide()
    for row, cells in enumerate(words.rows):
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    main.addWidget(table, 1)
    for text in words.note:
        main.addWidget(QLabel(text))
    buttons = QHBoxLayout()
    buttons.addStretch()
    for text in words.buttons:
        buttons.addWidget(QPushButton(text))
    main.addLayout(buttons)
    status = QLabel(words.status[0])
    outer.addWidget(status)
    window.resize(WIDTH * options.scale, HEIGHT * options.scale)
    window.show()
    changed = False

    class Line(QObject):
        came = Signal()

    def change() -> None:
        nonlocal changed
        changed = not changed
        status.setText(words.status[changed])
        status.repaint()
        tell(words, is_changed=changed)

    line = Line()
    line.came.connect(change)
    on_line(line.came.emit)
    tell(words, is_changed=False)
    application.exec()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("toolkit", choices=("tk", "gtk3", "qt"))
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--size", type=int, default=13, help="of the letters, in pixels")
    parser.add_argument("--scale", type=int, default=1)
    options = parser.parse_args()
    {"tk": tk, "gtk3": gtk3, "qt": qt}[options.toolkit](wording(options.language), options)


if __name__ == "__main__":
    main()
