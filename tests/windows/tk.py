"""Windows of Tk for the tests, which no accessibility bus knows: `tk.py question [--language zh] [--dark]`."""

from __future__ import annotations

import argparse
import tkinter
from collections.abc import Callable

Text = Callable[[str, str], str]
"""Chooses between English and Chinese."""


def question(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Back up files?", "备份文件？"))
    text = t("Do you want to back up your old files first?", "要先备份旧文件吗？")
    tkinter.Label(root, text=text, padx=20, pady=20).pack()
    for label in (t("Yes", "是"), t("No", "否")):
        tkinter.Button(root, text=label, command=root.destroy).pack(side=tkinter.LEFT, padx=10, pady=10)


def empty(t: Text, root: tkinter.Tk) -> None:
    root.title(t("Empty", "空"))
    root.geometry("300x200")


WINDOWS = {"question": question, "empty": empty}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("window", choices=WINDOWS)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--dark", action="store_true")
    chosen = parser.parse_args()
    root = tkinter.Tk()
    if chosen.dark:
        root.tk_setPalette("#202020")
    is_chinese = chosen.language == "zh"
    WINDOWS[chosen.window](lambda english, chinese: chinese if is_chinese else english, root)
    root.mainloop()


if __name__ == "__main__":
    main()
