"""Windows of GTK 4 for the tests: `gtk4.py save-changes [--language zh] [--dark] [--count 400]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

Widget = Any
Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""
KEYS = ("7 8 9 ÷ (", "4 5 6 × )", "1 2 3 − √", "C 0 . + =")
LOOP = GLib.MainLoop()


def message(title: str, text: str, detail: str, *buttons: tuple[str, int], default: int) -> Widget:
    dialog = Gtk.MessageDialog(text=text, secondary_text=detail, title=title)
    for label, answer in buttons:
        dialog.add_button(label, answer)
    dialog.set_default_response(default)
    dialog.connect("response", lambda *_: LOOP.quit())
    return dialog


def save_changes(t: Text, _: int) -> Widget:
    return message(
        t("Save changes?", "保存更改？"),
        t("Save changes to “letter.txt” before closing?", "关闭前是否保存对“letter.txt”的更改？"),
        t("Changes which are not saved will be permanently lost.", "未保存的更改将永久丢失。"),
        (t("_Cancel", "取消(_C)"), 1),
        (t("_Discard", "放弃(_D)"), 2),
        (t("_Save", "保存(_S)"), 3),
        default=3,
    )


def window(title: str, content: Widget | None) -> Widget:
    shown = Gtk.Window(title=title, default_width=360, default_height=200)
    if content:
        shown.set_child(content)
    shown.connect("close-request", lambda _: LOOP.quit())
    return shown


def box(orientation: Widget, *widgets: Widget) -> Widget:
    made = Gtk.Box(orientation=orientation, spacing=8)
    for widget in widgets:
        made.append(widget)
    return made


def column(*widgets: Widget) -> Widget:
    return box(Gtk.Orientation.VERTICAL, *widgets)


def row(*widgets: Widget) -> Widget:
    return box(Gtk.Orientation.HORIZONTAL, *widgets)


def password(t: Text, _: int) -> Widget:
    entry = Gtk.PasswordEntry()
    label = Gtk.Label.new_with_mnemonic(t("_Password:", "密码(_P)："))
    label.set_mnemonic_widget(entry)
    cancel = Gtk.Button.new_with_mnemonic(t("_Cancel", "取消(_C)"))
    unlock = Gtk.Button.new_with_mnemonic(t("_Unlock", "解锁(_U)"))
    why = Gtk.Label(label=t("The keyring was locked. Enter its password.", "密钥环已锁定。请输入密码。"))
    shown = window(t("Unlock keyring", "解锁密钥环"), column(why, row(label, entry), row(cancel, unlock)))
    shown.set_default_widget(unlock)
    entry.grab_focus()
    return shown


def form(t: Text, _: int) -> Widget:
    """Fields with their labels beside them; only the first has a relation."""
    grid = Gtk.Grid(row_spacing=8, column_spacing=12)
    labels = (t("_Name:", "姓名(_N)："), t("Street:", "街道："), t("E-mail:", "电子邮件："))
    for number, label in enumerate(labels):
        field = Gtk.Entry(text="ada@" if number == 2 else "")
        beside = Gtk.Label.new_with_mnemonic(label) if number == 0 else Gtk.Label(label=label)
        grid.attach(beside, 0, number, 1, 1)
        grid.attach(field, 1, number, 1, 1)
        if number == 0:
            beside.set_mnemonic_widget(field)
        if number == 1:
            field.update_property([Gtk.AccessibleProperty.REQUIRED], [True])
        if number == 2:
            field.update_state([Gtk.AccessibleState.INVALID], [Gtk.AccessibleInvalidState.TRUE])
    send = Gtk.Button.new_with_mnemonic(t("_Send", "发送(_S)"))
    return window(t("Your address", "您的地址"), column(grid, send))


def tabs(t: Text, _: int) -> Widget:
    """Two pages; the one that is not shown must not be read."""
    stack = Gtk.Stack()
    stack.add_titled(Gtk.CheckButton(label=t("Open at login", "登录时打开")), "general", t("General", "常规"))
    stack.add_titled(Gtk.CheckButton(label=t("Large letters", "大字体")), "fonts", t("Fonts", "字体"))
    return window(t("Preferences", "首选项"), column(Gtk.StackSwitcher(stack=stack), stack))


def controls(t: Text, _: int) -> Widget:
    """One of each: slider, spin button, progress, check box, radio buttons, switch, link, disabled button."""
    slider = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1)
    slider.set_value(70)
    slider.update_property([Gtk.AccessibleProperty.LABEL], [t("Compression", "压缩")])
    spin = Gtk.SpinButton.new_with_range(1, 99, 1)
    spin.update_property([Gtk.AccessibleProperty.LABEL], [t("Copies", "份数")])
    progress = Gtk.ProgressBar(fraction=0.4, text="40 %", show_text=True)
    remember = Gtk.CheckButton.new_with_mnemonic(t("_Remember me", "记住我(_R)"))
    small = Gtk.CheckButton.new_with_mnemonic(t("S_mall", "小(_M)"))
    large = Gtk.CheckButton.new_with_mnemonic(t("_Large", "大(_L)"))
    large.set_group(small)
    small.set_active(True)
    link = Gtk.LinkButton(uri="https://example.org/", label=t("Read more", "了解更多"))
    disabled = Gtk.Button(label=t("Undo", "撤销"), sensitive=False)
    content = column(slider, spin, progress, remember, small, large, link, disabled)
    return window(t("Controls", "控件"), content)


def big(t: Text, count: int) -> Widget:
    """Check boxes in columns of twenty."""
    grid = Gtk.Grid()
    for number in range(count):
        option = Gtk.CheckButton(label=t(f"Option {number + 1}", f"选项 {number + 1}"))
        grid.attach(option, number // 20, number % 20, 1, 1)
    scrolled = Gtk.ScrolledWindow(min_content_width=700, min_content_height=500, child=grid)
    return window(t("Many options", "很多选项"), scrolled)


def groups(t: Text, count: int) -> Widget:
    """Check boxes in frames of twenty, the frames in columns of five."""
    columns = row()
    for first in range(0, count, 20):
        if first % 100 == 0:
            beneath = column()
            columns.append(beneath)
        names = [t(f"Option {number + 1}", f"选项 {number + 1}") for number in range(first, min(first + 20, count))]
        frame = Gtk.Frame(label=t(f"Group {first // 20 + 1}", f"第 {first // 20 + 1} 组"))
        frame.set_child(column(*(Gtk.CheckButton(label=name) for name in names)))
        beneath.append(frame)
    return window(
        t("Many groups", "很多组"), Gtk.ScrolledWindow(min_content_width=700, min_content_height=500, child=columns)
    )


def big_dialog(t: Text, count: int) -> Widget:
    """A dialog that asks which of very many things to keep; its buttons are deeper in it than the many."""
    dialog = Gtk.Dialog(title=t("Keep which?", "保留哪些？"))
    grid = Gtk.Grid()
    for number in range(count):
        grid.attach(Gtk.CheckButton(label=t(f"Thing {number + 1}", f"物品 {number + 1}")), 0, number, 1, 1)
    dialog.get_content_area().append(Gtk.ScrolledWindow(min_content_width=300, min_content_height=200, child=grid))
    for label, answer in ((t("_Cancel", "取消(_C)"), 1), (t("_Keep", "保留(_K)"), 2)):
        dialog.add_button(label, answer)
    dialog.set_default_response(2)
    dialog.get_widget_for_response(2).grab_focus()
    dialog.connect("response", lambda *_: LOOP.quit())
    return dialog


def keypad(t: Text, _: int) -> Widget:
    """The keys of a calculator, and what it shows."""
    grid = Gtk.Grid(row_spacing=4, column_spacing=4)
    for place, keys in enumerate(KEYS):
        for beside, key in enumerate(keys.split()):
            grid.attach(Gtk.Button(label=key, width_request=48), beside, place, 1, 1)
    return window(t("Calculator", "计算器"), column(Gtk.Entry(text="3.14"), grid))


def empty(t: Text, _: int) -> Widget:
    return window(t("Empty", "空"), None)


WINDOWS: dict[str, Callable[[Text, int], Widget]] = {
    made.__name__.replace("_", "-"): made
    for made in (save_changes, password, form, tabs, controls, big, empty, keypad, groups, big_dialog)
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=WINDOWS)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--count", type=int, default=400)
    chosen = parser.parse_args()
    Gtk.init()
    Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", chosen.dark)
    is_chinese = chosen.language == "zh"
    WINDOWS[chosen.window](lambda english, chinese: chinese if is_chinese else english, chosen.count).present()
    LOOP.run()


if __name__ == "__main__":
    main()
