"""Windows of Qt 6 for the tests: `qt.py save-changes [--language zh] [--dark] [--count 400]`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""
KEYS = ("7 8 9 ÷ (", "4 5 6 × )", "1 2 3 − √", "C 0 . + =")


def message(title: str, text: str, detail: str, *buttons: tuple[str, QMessageBox.ButtonRole]) -> QMessageBox:
    """Return a message box; its first button is the default."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, text)
    box.setInformativeText(detail)
    made = [box.addButton(label, role) for label, role in buttons]
    box.setDefaultButton(made[0])
    return box


def save_changes(t: Text, _: int) -> QWidget:
    return message(
        t("Save changes?", "保存更改？"),
        t("The document has been modified.", "文档已被修改。"),
        t("Do you want to save your changes?", "是否保存更改？"),
        (t("&Save", "保存(&S)"), QMessageBox.ButtonRole.AcceptRole),
        (t("&Discard", "放弃(&D)"), QMessageBox.ButtonRole.DestructiveRole),
        (t("Cancel", "取消"), QMessageBox.ButtonRole.RejectRole),
    )


def overwrite(t: Text, _: int) -> QWidget:
    return message(
        t("Replace file?", "替换文件？"),
        t("letter.txt already exists. Do you want to replace it?", "letter.txt 已存在。是否替换？"),
        "",
        (t("&No", "否(&N)"), QMessageBox.ButtonRole.NoRole),
        (t("&Yes", "是(&Y)"), QMessageBox.ButtonRole.YesRole),
    )


def delete(t: Text, _: int) -> QWidget:
    return message(
        t("Delete for good?", "永久删除？"),
        t("Do you really want to permanently delete these 3 files?", "确实要永久删除这 3 个文件吗？"),
        t("This cannot be undone.", "此操作无法撤销。"),
        (t("&Cancel", "取消(&C)"), QMessageBox.ButtonRole.RejectRole),
        (t("&Delete", "删除(&D)"), QMessageBox.ButtonRole.DestructiveRole),
    )


def window(title: str, *widgets: QWidget) -> QWidget:
    shown = QWidget()
    shown.setWindowTitle(title)
    layout = QVBoxLayout(shown)
    for widget in widgets:
        layout.addWidget(widget)
    return shown


def password(t: Text, _: int) -> QWidget:
    shown = QDialog()
    shown.setWindowTitle(t("Authentication required", "需要认证"))
    layout = QFormLayout(shown)
    layout.addRow(QLabel(t("The wallet is locked. Enter its password.", "钱包已锁定。请输入密码。")))
    entry = QLineEdit()
    entry.setEchoMode(QLineEdit.EchoMode.Password)
    layout.addRow(t("&Password:", "密码(&P)："), entry)
    layout.addRow(QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel))
    entry.setFocus()
    return shown


def form(t: Text, _: int) -> QWidget:
    """Fields with their labels beside them; only the first has a relation."""
    shown = QWidget()
    shown.setWindowTitle(t("Your address", "您的地址"))
    layout = QGridLayout(shown)
    country = QComboBox()
    country.addItems([t("Austria", "奥地利"), t("China", "中国"), t("Kenya", "肯尼亚")])
    country.setCurrentIndex(1)
    labels = (t("&Name:", "姓名(&N)："), t("Street:", "街道："), t("E-mail:", "电子邮件："), t("Country:", "国家："))
    fields = (QLineEdit(), QLineEdit(), QLineEdit("ada@"), country)
    for number, (label, field) in enumerate(zip(labels, fields, strict=True)):
        beside = QLabel(label)
        if number == 0:
            beside.setBuddy(field)
        layout.addWidget(beside, number, 0)
        layout.addWidget(field, number, 1)
    layout.addWidget(QPushButton(t("&Send", "发送(&S)")), len(fields), 1)
    return shown


def table(t: Text, _: int) -> QWidget:
    view = QTableWidget(3, 3)
    view.setHorizontalHeaderLabels([t("Name", "名称"), t("Size", "大小"), t("Changed", "修改日期")])
    view.setVerticalHeaderLabels(["1", "2", "3"])
    rows = (("notes.txt", "2 KB", "Mon"), ("tax.pdf", "310 KB", "Tue"), ("cat.png", "4 MB", "Wed"))
    for line, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            view.setItem(line, place, QTableWidgetItem(cell))
    view.setCurrentCell(0, 0)
    return window(t("Files", "文件"), view)


def sections(t: Text, _: int) -> QWidget:
    names = QListWidget()
    names.addItems([t("Network", "网络"), t("Bluetooth", "蓝牙"), t("Sound", "声音"), t("Displays", "显示器")])
    names.setCurrentRow(1)
    return window(t("Settings", "设置"), names, QCheckBox(t("Bluetooth on", "打开蓝牙")))


def tabs(t: Text, _: int) -> QWidget:
    """Two pages; the one that is not shown must not be read."""
    book = QTabWidget()
    book.addTab(QCheckBox(t("Open at login", "登录时打开")), t("&General", "常规(&G)"))
    book.addTab(QCheckBox(t("Large letters", "大字体")), t("&Fonts", "字体(&F)"))
    return window(t("Preferences", "首选项"), book)


def controls(t: Text, _: int) -> QWidget:
    """One of each: slider, spin button, progress, check box, radio buttons, link, disabled button."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setValue(70)
    slider.setAccessibleName(t("Compression", "压缩"))
    spin = QSpinBox()
    spin.setAccessibleName(t("Copies", "份数"))
    progress = QProgressBar()
    progress.setValue(40)
    small = QRadioButton(t("S&mall", "小(&M)"))
    small.setChecked(True)
    link = QLabel(f'<a href="https://example.org/">{t("Read more", "了解更多")}</a>')
    link.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByKeyboard)
    disabled = QPushButton(t("Undo", "撤销"))
    disabled.setEnabled(False)
    remember = QCheckBox(t("&Remember me", "记住我(&R)"))
    large = QRadioButton(t("&Large", "大(&L)"))
    return window(t("Controls", "控件"), slider, spin, progress, remember, small, large, link, disabled)


def big(t: Text, count: int) -> QWidget:
    """Check boxes in columns of twenty."""
    options = QWidget()
    layout = QGridLayout(options)
    for number in range(count):
        layout.addWidget(QCheckBox(t(f"Option {number + 1}", f"选项 {number + 1}")), number % 20, number // 20)
    scrolled = QScrollArea()
    scrolled.setWidget(options)
    shown = window(t("Many options", "很多选项"), scrolled)
    shown.resize(700, 500)
    return shown


def groups(t: Text, count: int) -> QWidget:
    """Check boxes in group boxes of twenty, five of these in a column."""
    columns = QWidget()
    layout = QGridLayout(columns)
    for first in range(0, count, 20):
        group = QGroupBox(t(f"Group {first // 20 + 1}", f"第 {first // 20 + 1} 组"))
        inside = QVBoxLayout(group)
        for number in range(first, min(first + 20, count)):
            inside.addWidget(QCheckBox(t(f"Option {number + 1}", f"选项 {number + 1}")))
        layout.addWidget(group, first // 20 % 5, first // 100)
    scrolled = QScrollArea()
    scrolled.setWidget(columns)
    shown = window(t("Many groups", "很多组"), scrolled)
    shown.resize(700, 500)
    return shown


def big_dialog(t: Text, count: int) -> QWidget:
    """A dialog that asks which of very many things to keep; its buttons are beside the many."""
    dialog = QDialog()
    dialog.setWindowTitle(t("Keep which?", "保留哪些？"))
    things = QWidget()
    inside = QVBoxLayout(things)
    for number in range(count):
        inside.addWidget(QCheckBox(t(f"Thing {number + 1}", f"物品 {number + 1}")))
    scrolled = QScrollArea()
    scrolled.setWidget(things)
    buttons = QDialogButtonBox()
    buttons.addButton(t("&Cancel", "取消(&C)"), QDialogButtonBox.ButtonRole.RejectRole)
    keep = buttons.addButton(t("&Keep", "保留(&K)"), QDialogButtonBox.ButtonRole.AcceptRole)
    keep.setDefault(True)
    layout = QVBoxLayout(dialog)
    layout.addWidget(scrolled)
    layout.addWidget(buttons)
    keep.setFocus()
    return dialog


def long_list(t: Text, count: int) -> QWidget:
    """A list of very many rows, the middle one chosen and in view."""
    rows = QListWidget()
    rows.addItems([t(f"Row {number + 1}", f"第 {number + 1} 行") for number in range(count)])
    rows.setCurrentRow(count // 2)
    rows.scrollToItem(rows.currentItem(), QListWidget.ScrollHint.PositionAtCenter)
    return window(t("Many rows", "很多行"), rows)


def long_table(t: Text, count: int) -> QWidget:
    """A table of very many rows."""
    view = QTableWidget(count, 2)
    view.setHorizontalHeaderLabels([t("Name", "名称"), t("Size", "大小")])
    for number in range(count):
        view.setItem(number, 0, QTableWidgetItem(t(f"File {number + 1}", f"文件 {number + 1}")))
        view.setItem(number, 1, QTableWidgetItem(f"{number + 1} KB"))
    view.setCurrentCell(count // 2, 0)
    return window(t("Files", "文件"), view)


def keypad(t: Text, _: int) -> QWidget:
    """The keys of a calculator, and what it shows."""
    keys = QWidget()
    grid = QGridLayout(keys)
    for place, row in enumerate(KEYS):
        for beside, key in enumerate(row.split()):
            button = QPushButton(key)
            button.setMinimumWidth(48)
            grid.addWidget(button, place, beside)
    return window(t("Calculator", "计算器"), QLineEdit("3.14"), keys)


def empty(t: Text, _: int) -> QWidget:
    shown = window(t("Empty", "空"))
    shown.resize(300, 200)
    return shown


WINDOWS: dict[str, Callable[[Text, int], QWidget]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        *(save_changes, overwrite, delete, password, form, table, sections, tabs, controls, big, empty, keypad),
        *(groups, big_dialog, long_list, long_table),
    )
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=WINDOWS)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--count", type=int, default=400)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    application = QApplication([sys.argv[0]])
    if chosen.dark:
        application.setStyle("Fusion")  # it takes a whole palette from two colours
        application.setPalette(QPalette(QColor("#303030"), QColor("#202020")))
    is_chinese = chosen.language == "zh"
    shown = WINDOWS[chosen.window](lambda english, chinese: chinese if is_chinese else english, chosen.count)
    shown.show()
    application.exec()


if __name__ == "__main__":
    main()
