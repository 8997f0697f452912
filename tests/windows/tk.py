"""Windows of Tk for the tests, which no accessibility bus knows: `tk.py question [--language zh] [--dark] [--scale 2]`.

With `--truth` the window tells on its output, in one line of JSON, what it shows: role, name, states and box of each
control and text, the box in pixels of the window's inside.
"""

from __future__ import annotations

import argparse
import json
import tkinter
from collections.abc import Callable, Iterator
from tkinter import ttk
from typing import Any

Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""
KEYS = ("7 8 9 ÷ (", "4 5 6 × )", "1 2 3 − √", "C 0 . + =")
Shown = dict[str, Any]

_ROLES = {
    "Button": "push button",
    "TButton": "push button",
    "Entry": "entry",
    "TEntry": "entry",
    "Checkbutton": "check box",
    "TCheckbutton": "check box",
    "Radiobutton": "radio button",
    "TRadiobutton": "radio button",
    "TCombobox": "combo box",
    "Label": "label",
    "TLabel": "label",
    "TScale": "slider",
    "TProgressbar": "progress bar",
}


def question(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Back up files?", "备份文件？"))
    text = t("Do you want to back up your old files first?", "要先备份旧文件吗？")
    tkinter.Label(root, text=text, padx=20, pady=20).pack()
    for label in (t("Yes", "是"), t("No", "否")):
        tkinter.Button(root, text=label, command=root.destroy).pack(side=tkinter.LEFT, padx=10, pady=10)


def empty(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Empty", "空"))
    root.geometry("300x200")


def form(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Your address", "您的地址"))
    fields = [(t("Name", "姓名"), "Ada"), (t("Street", "街道"), ""), (t("City", "城市"), "London")]
    for row, (label, value) in enumerate(fields):
        ttk.Label(root, text=label + t(":", "：")).grid(row=row, column=0, padx=10, pady=8, sticky="w")
        entry = ttk.Entry(root, width=28)
        entry.insert(0, value)
        entry.grid(row=row, column=1, padx=10, pady=8)
        _named(entry, label, value)
    row = len(fields)
    ttk.Label(root, text=t("Country:", "国家：")).grid(row=row, column=0, padx=10, pady=8, sticky="w")
    country = ttk.Combobox(root, values=(t("France", "法国"), t("China", "中国")), width=26)
    country.current(0)
    country.grid(row=row, column=1, padx=10, pady=8)
    _named(country, t("Country", "国家"), t("France", "法国"))
    buttons = ttk.Frame(root)
    buttons.grid(row=row + 1, column=0, columnspan=2, pady=12)
    ttk.Button(buttons, text=t("Cancel", "取消")).pack(side=tkinter.LEFT, padx=8)
    ttk.Button(buttons, text=t("Send", "发送")).pack(side=tkinter.LEFT, padx=8)


def settings(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Settings", "设置"))
    for text, is_on in ((t("Start at login", "登录时启动"), True), (t("Play a sound", "播放声音"), False)):
        box = ttk.Checkbutton(root, text=text)
        box.state(["!alternate", "selected" if is_on else "!selected"])
        box.pack(anchor="w", padx=14, pady=6)
    chosen = tkinter.StringVar(root, "b")
    root.chosen = chosen  # type: ignore[attr-defined]  # else it is collected, and nothing is chosen
    for value, text in (("a", t("Small letters", "小字")), ("b", t("Large letters", "大字"))):
        ttk.Radiobutton(root, text=text, value=value, variable=chosen).pack(anchor="w", padx=14, pady=6)
    ttk.Label(root, text=t("Speed", "速度")).pack(anchor="w", padx=14)
    scale = ttk.Scale(root, from_=0, to=100, value=40, length=220)
    scale.pack(anchor="w", padx=14, pady=4)
    _named(scale, t("Speed", "速度"), "")
    ttk.Button(root, text=t("Restore defaults", "恢复默认")).pack(anchor="e", padx=14, pady=4)
    locked = ttk.Button(root, text=t("Apply", "应用"))
    locked.state(["disabled"])
    locked.pack(anchor="e", padx=14, pady=8)


def download(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Downloading", "正在下载"))
    ttk.Label(root, text=t("Downloading song.ogg", "正在下载 song.ogg")).pack(padx=20, pady=10, anchor="w")
    bar = ttk.Progressbar(root, length=300, value=60)
    bar.pack(padx=20, pady=6)
    _named(bar, t("Downloading song.ogg", "正在下载 song.ogg"), "")
    ttk.Button(root, text=t("Stop", "停止")).pack(padx=20, pady=12, anchor="e")


def keypad(t: Text, root: tkinter.Tk) -> None:
    """The keys of a calculator, and what it shows."""
    root.title(t("Calculator", "计算器"))
    shown = ttk.Entry(root)
    shown.insert(0, "3.14")
    shown.grid(row=0, column=0, columnspan=5, sticky="ew", padx=6, pady=6)
    for place, keys in enumerate(KEYS, start=1):
        for beside, key in enumerate(keys.split()):
            ttk.Button(root, text=key, width=5).grid(row=place, column=beside, padx=2, pady=2)


WINDOWS: dict[str, Callable[[Text, tkinter.Tk], None]] = {
    made.__name__: made for made in (question, empty, form, settings, download, keypad)
}


def _named(widget: tkinter.Widget, name: str, text: str) -> None:
    widget.told = (name, text)  # type: ignore[attr-defined]


def truth(root: tkinter.Misc) -> Iterator[Shown]:
    """Yield what is shown, as it lies in the window."""
    top = root.winfo_toplevel()
    for widget in root.winfo_children():
        role = _ROLES.get(widget.winfo_class())
        if role is not None and widget.winfo_ismapped():
            own = str(widget.cget("text")) if "text" in widget.keys() else ""  # noqa: SIM118 - a widget is no dict
            name, text = getattr(widget, "told", (own, ""))
            box = (
                widget.winfo_rootx() - top.winfo_rootx(),
                widget.winfo_rooty() - top.winfo_rooty(),
                widget.winfo_width(),
                widget.winfo_height(),
            )
            yield {"role": role, "name": name, "text": text, "states": _states(widget), "box": box}
        yield from truth(widget)


def _states(widget: tkinter.Misc) -> list[str]:
    if not isinstance(widget, ttk.Widget):
        return []
    said = (("selected", "checked"), ("focus", "focused"))
    return [name for state, name in said if widget.instate([state])]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=WINDOWS)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--theme", default="clam")
    parser.add_argument("--truth", action="store_true")
    chosen = parser.parse_args()
    root = tkinter.Tk()
    root.tk.call("tk", "scaling", chosen.scale * 1.333)
    style = ttk.Style(root)
    style.theme_use(chosen.theme)
    if chosen.dark:
        root.tk_setPalette("#202020")
        style.configure(".", background="#202020", foreground="#f0f0f0", fieldbackground="#303030")
    is_chinese = chosen.language == "zh"
    WINDOWS[chosen.window](lambda english, chinese: chinese if is_chinese else english, root)
    if chosen.truth:
        root.after(400, lambda: print(json.dumps(list(truth(root))), flush=True))
    root.mainloop()


if __name__ == "__main__":
    main()
