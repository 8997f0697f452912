"""Windows of GTK 3 for the tests: `gtk3.py save-changes [--language zh] [--dark] [--count 400]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import gi  # type: ignore[import-not-found, import-untyped, unused-ignore] # it has no types, and lives outside venvs

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: E402

Widget = Any
Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""
KEYS = ("7 8 9 ÷ (", "4 5 6 × )", "1 2 3 − √", "C 0 . + =")


def message(kind: Widget, title: str, text: str, detail: str, *buttons: tuple[str, int], default: int) -> Widget:
    dialog = Gtk.MessageDialog(message_type=kind, text=text, secondary_text=detail)
    dialog.set_title(title)
    for label, answer in buttons:
        dialog.add_button(label, answer)
    dialog.set_default_response(default)
    dialog.connect("response", Gtk.main_quit)
    return dialog


def save_changes(t: Text, _: int) -> Widget:
    return message(
        Gtk.MessageType.WARNING,
        t("Save changes?", "保存更改？"),
        t("Save changes to document “budget.ods” before closing?", "关闭前是否保存对文档“budget.ods”的更改？"),
        t(
            "If you don't save, changes from the last 12 minutes will be lost.",
            "如果不保存，最近 12 分钟的更改将丢失。",
        ),
        (t("Close _Without Saving", "不保存(_W)"), 1),
        (t("_Cancel", "取消(_C)"), 2),
        (t("_Save", "保存(_S)"), 3),
        default=3,
    )


def overwrite(t: Text, _: int) -> Widget:
    return message(
        Gtk.MessageType.QUESTION,
        t("Replace file?", "替换文件？"),
        t("A file named “letter.txt” already exists. Do you want to replace it?", "文件“letter.txt”已存在。是否替换？"),
        t("Replacing it will overwrite its contents.", "替换它将覆盖其内容。"),
        (t("_Cancel", "取消(_C)"), 1),
        (t("_Replace", "替换(_R)"), 2),
        default=1,
    )


def delete(t: Text, _: int) -> Widget:
    return message(
        Gtk.MessageType.WARNING,
        t("Delete for good?", "永久删除？"),
        t("Are you sure you want to permanently delete “photos”?", "您确定要永久删除“photos”吗？"),
        t("If you delete an item, it will be permanently lost.", "如果删除此项目，它将永久丢失。"),
        (t("_Cancel", "取消(_C)"), 1),
        (t("_Delete", "删除(_D)"), 2),
        default=1,
    )


def window(t: Text, title: str, content: Widget) -> Widget:
    shown = Gtk.Window(title=title, border_width=12)
    shown.add(content)
    shown.connect("destroy", Gtk.main_quit)
    return shown


def column(*widgets: Widget) -> Widget:
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=8)
    for widget in widgets:
        box.pack_start(widget, False, False, 0)
    return box


def row(*widgets: Widget) -> Widget:
    box = Gtk.Box(spacing=8)
    for widget in widgets:
        box.pack_start(widget, False, False, 0)
    return box


def password(t: Text, _: int) -> Widget:
    entry = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
    label = Gtk.Label.new_with_mnemonic(t("_Password:", "密码(_P)："))
    label.set_mnemonic_widget(entry)
    unlock = Gtk.Button.new_with_mnemonic(t("_Authenticate", "认证(_A)"))
    unlock.set_can_default(True)
    why = Gtk.Label(label=t("Authentication is needed to install software.", "安装软件需要认证。"))
    shown = window(
        t,
        t("Authentication required", "需要认证"),
        column(why, row(label, entry), row(Gtk.Button.new_with_mnemonic(t("_Cancel", "取消(_C)")), unlock)),
    )
    shown.set_default(unlock)
    entry.grab_focus()
    return shown


def form(t: Text, _: int) -> Widget:
    """Fields with their labels beside them; only the first has a relation. One is required, one invalid."""
    grid = Gtk.Grid(row_spacing=8, column_spacing=12)
    labels = [t("_Name:", "姓名(_N)："), t("Street:", "街道："), t("E-mail:", "电子邮件："), t("Country:", "国家：")]
    country = Gtk.ComboBoxText()
    for name in (t("Austria", "奥地利"), t("China", "中国"), t("Kenya", "肯尼亚")):
        country.append_text(name)
    country.set_active(1)
    fields = [Gtk.Entry(), Gtk.Entry(), Gtk.Entry(text="ada@"), country]
    for number, (label, field) in enumerate(zip(labels, fields, strict=True)):
        beside = Gtk.Label.new_with_mnemonic(label) if number == 0 else Gtk.Label(label=label)
        beside.set_xalign(0)
        grid.attach(beside, 0, number, 1, 1)
        grid.attach(field, 1, number, 1, 1)
        if number == 0:
            beside.set_mnemonic_widget(field)
    fields[2].get_style_context().add_class("error")
    fields[1].set_placeholder_text(t("Street and number", "街道和门牌号"))
    send = Gtk.Button.new_with_mnemonic(t("_Send", "发送(_S)"))
    return window(t, t("Your address", "您的地址"), column(grid, send))


def table(t: Text, _: int) -> Widget:
    store = Gtk.ListStore(str, str, str)
    for name, size, date in (("notes.txt", "2 KB", "Mon"), ("tax.pdf", "310 KB", "Tue"), ("cat.png", "4 MB", "Wed")):
        store.append([name, size, date])
    view = Gtk.TreeView(model=store)
    for number, title in enumerate((t("Name", "名称"), t("Size", "大小"), t("Changed", "修改日期"))):
        view.append_column(Gtk.TreeViewColumn(title, Gtk.CellRendererText(), text=number))
    return window(t, t("Files", "文件"), view)


def sections(t: Text, _: int) -> Widget:
    """A list on the left, its page on the right, as settings have it."""
    rows = Gtk.ListBox()
    for name in (t("Network", "网络"), t("Bluetooth", "蓝牙"), t("Sound", "声音"), t("Displays", "显示器")):
        rows.add(Gtk.Label(label=name, xalign=0))
    rows.select_row(rows.get_row_at_index(1))
    switch = Gtk.Switch(active=True)
    switch.get_accessible().set_name(t("Bluetooth", "蓝牙"))
    return window(t, t("Settings", "设置"), row(rows, column(Gtk.Label(label=t("Bluetooth", "蓝牙")), switch)))


def tabs(t: Text, _: int) -> Widget:
    book = Gtk.Notebook()
    for name, text in (
        (t("General", "常规"), t("Open at login", "登录时打开")),
        (t("Fonts", "字体"), t("Large", "大")),
    ):
        book.append_page(Gtk.CheckButton(label=text), Gtk.Label(label=name))
    return window(t, t("Preferences", "首选项"), book)


def controls(t: Text, _: int) -> Widget:
    """One of each: slider, spin button, progress, check box, radio buttons, switch, link, disabled button."""
    slider = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1)
    slider.set_value(70)
    slider.get_accessible().set_name(t("Compression", "压缩"))
    spin = Gtk.SpinButton.new_with_range(1, 99, 1)
    spin.get_accessible().set_name(t("Copies", "份数"))
    progress = Gtk.ProgressBar(fraction=0.4, text="40 %", show_text=True)
    remember = Gtk.CheckButton.new_with_mnemonic(t("_Remember me", "记住我(_R)"))
    small = Gtk.RadioButton.new_with_mnemonic(None, t("S_mall", "小(_M)"))
    large = Gtk.RadioButton.new_with_mnemonic_from_widget(small, t("_Large", "大(_L)"))
    link = Gtk.LinkButton(uri="https://example.org/", label=t("Read more", "了解更多"))
    disabled = Gtk.Button(label=t("Undo", "撤销"), sensitive=False)
    content = column(slider, spin, progress, remember, small, large, link, disabled)
    return window(t, t("Controls", "控件"), content)


def big(t: Text, count: int) -> Widget:
    """Check boxes in columns of twenty; two widgets each with its label, so about `count` in all."""
    grid = Gtk.Grid()
    for number in range(count):
        grid.attach(
            Gtk.CheckButton(label=t(f"Option {number + 1}", f"选项 {number + 1}")), number // 20, number % 20, 1, 1
        )
    scrolled = Gtk.ScrolledWindow(min_content_width=700, min_content_height=500)
    scrolled.add(grid)
    return window(t, t("Many options", "很多选项"), scrolled)


def groups(t: Text, count: int) -> Widget:
    """Check boxes in frames of twenty, the frames in columns of five."""
    columns = Gtk.Box(spacing=8)
    for first in range(0, count, 20):
        if first % 100 == 0:
            beneath = column()
            columns.add(beneath)
        names = [t(f"Option {number + 1}", f"选项 {number + 1}") for number in range(first, min(first + 20, count))]
        frame = Gtk.Frame(label=t(f"Group {first // 20 + 1}", f"第 {first // 20 + 1} 组"))
        frame.add(column(*(Gtk.CheckButton(label=name) for name in names)))
        beneath.add(frame)
    scrolled = Gtk.ScrolledWindow(min_content_width=700, min_content_height=500)
    scrolled.add(columns)
    return window(t, t("Many groups", "很多组"), scrolled)


def big_dialog(t: Text, count: int) -> Widget:
    """A dialog that asks which of very many things to keep; its buttons are deeper in it than the many."""
    dialog = Gtk.Dialog(title=t("Keep which?", "保留哪些？"))
    grid = Gtk.Grid()
    for number in range(count):
        grid.attach(Gtk.CheckButton(label=t(f"Thing {number + 1}", f"物品 {number + 1}")), 0, number, 1, 1)
    scrolled = Gtk.ScrolledWindow(min_content_width=300, min_content_height=200)
    scrolled.add(grid)
    dialog.get_content_area().pack_start(scrolled, True, True, 0)
    for label, answer in ((t("_Cancel", "取消(_C)"), 1), (t("_Keep", "保留(_K)"), 2)):
        dialog.add_button(label, answer)
    dialog.set_default_response(2)
    dialog.get_widget_for_response(2).grab_focus()
    dialog.connect("response", Gtk.main_quit)
    return dialog


def long_table(t: Text, count: int) -> Widget:
    """A table of very many rows, the middle one chosen and in view."""
    store = Gtk.ListStore(str, str)
    for number in range(count):
        store.append([t(f"File {number + 1}", f"文件 {number + 1}"), f"{number + 1} KB"])
    view = Gtk.TreeView(model=store)
    for number, title in enumerate((t("Name", "名称"), t("Size", "大小"))):
        view.append_column(Gtk.TreeViewColumn(title, Gtk.CellRendererText(), text=number))
    scrolled = Gtk.ScrolledWindow(min_content_width=300, min_content_height=300)
    scrolled.add(view)
    middle = Gtk.TreePath.new_from_indices([count // 2])
    view.connect("map", lambda _: (view.set_cursor(middle), view.scroll_to_cell(middle, None, True, 0.5, 0)))
    return window(t, t("Files", "文件"), scrolled)


def long_list(t: Text, count: int) -> Widget:
    """A list box of very many rows."""
    rows = Gtk.ListBox()
    for number in range(count):
        rows.add(Gtk.Label(label=t(f"Row {number + 1}", f"第 {number + 1} 行"), xalign=0))
    scrolled = Gtk.ScrolledWindow(min_content_width=300, min_content_height=300)
    scrolled.add(rows)
    return window(t, t("Many rows", "很多行"), scrolled)


def menu(t: Text, _: int) -> Widget:
    """A window with a menu bar; F10 opens its first menu."""
    bar = Gtk.MenuBar()
    for title, names in (
        (t("_File", "文件(_F)"), (t("_Open", "打开(_O)"), t("_Close", "关闭(_C)"))),
        (t("_Help", "帮助(_H)"), (t("_About", "关于(_A)"),)),
    ):
        top, below = Gtk.MenuItem.new_with_mnemonic(title), Gtk.Menu()
        for name in names:
            below.append(Gtk.MenuItem.new_with_mnemonic(name))
        top.set_submenu(below)
        bar.append(top)
    return window(t, t("Editor", "编辑器"), column(bar, Gtk.Entry()))


def empty(t: Text, _: int) -> Widget:
    shown = Gtk.Window(title=t("Empty", "空"), default_width=300, default_height=200)
    shown.connect("destroy", Gtk.main_quit)
    return shown


def keypad(t: Text, _: int) -> Widget:
    """The keys of a calculator, and what it shows."""
    grid = Gtk.Grid(row_spacing=4, column_spacing=4)
    for place, keys in enumerate(KEYS):
        for beside, key in enumerate(keys.split()):
            grid.attach(Gtk.Button(label=key, width_request=48), beside, place, 1, 1)
    return window(t, t("Calculator", "计算器"), column(Gtk.Entry(text="3.14"), grid))


def closes_on_key(t: Text, _: int) -> Widget:
    """A window that is gone as soon as any key is pressed."""
    label = Gtk.Label(label=t("Press any key", "按任意键"))
    shown = window(t, t("Short lived", "短暂"), column(label, Gtk.Button(label=t("Wait", "等待"))))
    shown.connect("key-press-event", Gtk.main_quit)
    return shown


def opens_dialog(t: Text, _: int) -> Widget:
    """A document; Enter on its button opens the save-changes dialog over it."""
    shown = Gtk.Window(title=t("budget.ods", "budget.ods"), default_width=500, default_height=350)
    close = Gtk.Button.new_with_mnemonic(t("_Close", "关闭(_C)"))

    def ask(*_: Widget) -> None:
        dialog = save_changes(t, 0)
        dialog.set_transient_for(shown)
        dialog.set_modal(True)
        dialog.show_all()

    close.connect("clicked", ask)
    shown.add(column(Gtk.TextView(), close))
    shown.connect("destroy", Gtk.main_quit)
    close.grab_focus()
    return shown


WINDOWS: dict[str, Callable[[Text, int], Widget]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        *(save_changes, overwrite, delete, password, form, table, sections, tabs, controls, big, empty, keypad),
        *(closes_on_key, opens_dialog, groups, big_dialog, long_table, long_list, menu),
    )
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=WINDOWS)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--count", type=int, default=400)
    chosen = parser.parse_args()
    Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", chosen.dark)
    is_chinese = chosen.language == "zh"
    shown = WINDOWS[chosen.window](lambda english, chinese: chinese if is_chinese else english, chosen.count)
    shown.show_all()
    Gtk.main()


if __name__ == "__main__":
    main()
