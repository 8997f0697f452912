"""Give Tk's widgets a made-up look, and pictures to what has no icons; used by tk.py, in the system's Python."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Any

Node = dict[str, Any]


def dress(style: ttk.Style, look: Node) -> None:
    """Give ttk's widgets the made-up colours and paddings, as far as the theme lets them."""
    style.configure(".", background=look["background"], foreground=look["ink"], fieldbackground=look["base"],
                    bordercolor=look["border"], lightcolor=look["button"], darkcolor=look["button_end"],
                    troughcolor=look["base"], selectbackground=look["accent"], insertcolor=look["ink"],
                    arrowcolor=look["ink"], indicatorcolor=look["base"])  # fmt: skip
    style.configure("TButton", background=look["button"], padding=(look["pad_x"], look["pad_y"]), width=-4,
                    relief="raised" if look["border_width"] else "flat",
                    borderwidth=look["border_width"])  # fmt: skip
    style.configure("TEntry", padding=look["pad_y"])
    style.configure("TCombobox", background=look["button"], padding=look["pad_y"])
    style.configure("TNotebook.Tab", background=look["background"], padding=(look["pad_x"], look["pad_y"]))
    style.map("TNotebook.Tab", background=[("selected", look["button"])])
    style.configure("Horizontal.TProgressbar", background=look["accent"], thickness=look["bar"])
    style.configure("Treeview", background=look["base"], foreground=look["ink"])
    style.map("Treeview", background=[("selected", look["accent"])], foreground=[("selected", look["on_accent"])])
    style.configure("Treeview.Heading", background=look["button"], foreground=look["ink"])
    style.map("TButton", background=[("active", look["button"])])


def options(root: tkinter.Tk, look: Node | None) -> None:
    """Give the classic widgets the made-up colours, or Tk's own."""
    if look is None:
        root.tk_setPalette("#d9d9d9")
        return
    root.tk_setPalette(background=look["background"], foreground=look["ink"], selectBackground=look["accent"],
                       activeBackground=look["button"], highlightBackground=look["background"],
                       highlightColor=look["accent"], selectColor=look["base"])  # fmt: skip
    root.option_add("*Button.background", look["button"])
    root.option_add("*Button.relief", "flat" if look["border_width"] == 0 else "raised")
    root.option_add("*Button.borderWidth", look["border_width"])
    root.option_add("*Entry.background", look["base"])
    root.option_add("*Spinbox.background", look["base"])


def glyph(root: tkinter.Tk, name: str, colour: str, size: int = 16) -> tkinter.PhotoImage:
    """Draw a simple picture: Tk has no icon themes. The name chooses the strokes."""
    image = tkinter.PhotoImage(master=root, width=size, height=size)
    seed = sum(ord(letter) * (place + 1) for place, letter in enumerate(name))
    step = size // 8
    try:
        red, green, blue = (part // 256 for part in root.winfo_rgb(colour))
    except tkinter.TclError:
        red, green, blue = 0, 0, 0
    inks = (f"#{red:02x}{green:02x}{blue:02x}", "#3584e4", "#c01c28", "#2ec27e", "#e5a50a")
    for number in range(5):
        x, y = (seed >> number) % 5 * step, (seed >> (number + 2)) % 5 * step
        wide, high = ((seed >> (number + 1)) % 3 + 1) * step, ((seed >> (number + 3)) % 3 + 1) * step
        image.put(inks[seed % 5 if number > 2 else 0], to=(x + step, y + step, x + step + wide, y + step + high))
    return image
