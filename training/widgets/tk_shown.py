"""Show a made-up Tk window and tell what is in it; used by tk.py, in the system's Python."""

from __future__ import annotations

import contextlib
import time
import tkinter
from collections.abc import Callable
from tkinter import font as fonts
from tkinter import ttk
from typing import Any

Node = dict[str, Any]
PATIENCE_SECONDS = 3.0


class Screen:
    """Shows one window after another."""

    def __init__(self, make: Callable[[tkinter.Tk, ttk.Style, Node], Any]) -> None:
        self.make = make
        self.root = tkinter.Tk()
        self.root.withdraw()
        self.style: ttk.Style = ttk.Style(self.root)
        with contextlib.suppress(ImportError):
            from ttkthemes import ThemedStyle  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

            self.style = ThemedStyle(self.root)
        self.themes = ["tk", *sorted(self.style.theme_names())]
        self.window: Any = None

    def show(self, asked: Node) -> Node:
        """Take the last window away, show this one, and tell what is in it."""
        if self.window is not None:
            self.window.top.destroy()
        told = asked["window"]
        self.window = window = self.make(self.root, self.style, asked)
        top = window.top
        top.update_idletasks()
        extra = told["extra"]
        natural = top.winfo_reqwidth(), top.winfo_reqheight()
        wide, high = (min(max(part, 100) + more, 1100) for part, more in zip(natural, extra, strict=True))
        top.geometry(f"{wide}x{high}+0+40")
        end = time.monotonic() + PATIENCE_SECONDS
        while not top.winfo_viewable() and time.monotonic() < end:
            top.update()
        (window.focus or top).focus_force()
        while not top.focus_displayof() and time.monotonic() < end:
            top.update()
        found: list[Node] = []
        top.update()
        over = self._pop(told, found) if told["popup"] else None
        top.update()
        bar = self._bar(top)
        screen = [top.winfo_rootx(), top.winfo_rooty() - bar, top.winfo_width(), top.winfo_height() + bar]
        found = [part for known in window.known for part in self._parts(known, bar)] + found
        for part in found:
            part["box"] = [part["box"][0] - screen[0], part["box"][1] - screen[1], *part["box"][2:]]
            if "mark" in part:
                part["mark"] = [part["mark"][0] - screen[0], part["mark"][1] - screen[1], *part["mark"][2:]]
        if over:
            over = [over[0] - screen[0], over[1] - screen[1], *over[2:]]
        self.root.winfo_pointerxy()  # an answer from the server: it has drawn all of it
        return {"screen": screen, "found": found, "over": over}

    def _bar(self, top: tkinter.Toplevel) -> int:
        """Return the height of the menu bar, which Tk keeps outside the window's own area."""
        return top.winfo_rooty() - 40 if top.cget("menu") else 0

    def _pop(self, told: Node, found: list[Node]) -> list[int]:
        window, seed = self.window, told["seed"]
        menu = window.pop()
        top = window.top
        x = top.winfo_rootx() + seed * 7 % max(top.winfo_width(), 1)
        y = top.winfo_rooty() + seed * 13 % max(top.winfo_height(), 1)
        menu.post(x, y)
        top.update()
        left, upper, wide, high = menu.winfo_rootx(), menu.winfo_rooty(), menu.winfo_width(), menu.winfo_height()
        ends = [menu.yposition(number) for number in range(menu.index("end") + 1)] + [high]
        for number, node in enumerate(told["popup"]):
            if node["kind"] != "separator":
                states = [s for s in node["states"] if s != "checked" or node["kind"] in {"check_item", "radio_item"}]
                box = [left, upper + ends[number], wide, ends[number + 1] - ends[number]]
                found.append({"role": "menu item", "name": node["text"], "states": states, "box": box, "above": True})
        return [left, upper, wide, high]

    def _parts(self, known: tuple[Any, str, Node], bar: int) -> list[Node]:
        widget, role, node = known
        if role == "menu bar":
            return self._menus(node, bar)
        if not widget.winfo_viewable():
            return []
        whole = cut(widget)
        if role == "tab bar":
            return self._tabs(widget, node, whole)
        if role == "list":
            return self._list(widget, node, whole)
        if role == "table":
            return self._table(widget, node, whole)
        states = [state for state in node.get("states", ()) if state != "focused"]
        if widget is self.window.focus:
            states.append("focused")
        part = {"role": role, "name": node["text"], "states": states, "box": whole}
        if role in {"label", "link"}:
            part["box"] = self._text_box(widget, node, whole)
        if role in {"check box", "radio button"}:
            part["mark"], part["box"] = self._mark(widget, node, whole)
        return [part] if whole[2] >= 4 and whole[3] >= 3 else []

    def _font(self, widget: Any) -> fonts.Font:
        name = ""
        with contextlib.suppress(tkinter.TclError):
            name = str(widget.cget("font"))
        return fonts.Font(font=name or "TkDefaultFont")

    def _text_box(self, widget: Any, node: Node, whole: list[int]) -> list[int]:
        if widget.winfo_reqheight() > 2.2 * self._font(widget).metrics("linespace"):
            return whole
        wide, high = self._font(widget).measure(node["text"]), self._font(widget).metrics("linespace")
        return [
            whole[0] + max((whole[2] - wide) // 2, 0),
            whole[1] + max((whole[3] - high) // 2, 0),
            min(wide, whole[2]),
            high,
        ]

    def _menus(self, node: Node, bar: int) -> list[Node]:
        """Return the menu bar's items from their widths: Tk does not tell where they are, only how it lays them out."""
        found, left = [], self.window.top.winfo_rootx()
        family, size = self.window.told["font"]
        measure = fonts.Font(family=family, size=size).measure
        for name in node["heads"]:
            wide = measure(name) + 10
            found.append({"role": "menu", "name": name, "states": [], "box": [left, 40, wide, bar]})
            left += wide
        return found if bar else []

    def _tabs(self, book: Any, node: Node, whole: list[int]) -> list[Node]:
        edges: dict[int, list[int]] = {}
        for y in range(2, 60, 4):
            for x in range(0, whole[2], 2):
                with contextlib.suppress(tkinter.TclError):
                    if "tab" in book.tk.call(book, "identify", "element", x, y) or book.identify(x, y):
                        number = book.index(f"@{x},{y}")
                        box = edges.setdefault(number, [x, y, x, y])
                        edges[number] = [min(box[0], x), min(box[1], y), max(box[2], x), max(box[3], y)]
        return [
            {
                "role": "page tab",
                "name": node["heads"][number],
                "states": ["selected"] * (number == node["at"]),
                "box": [whole[0] + left, whole[1] + upper - 2, right - left + 2, lower - upper + 4],
            }
            for number, (left, upper, right, lower) in sorted(edges.items())
        ]

    def _list(self, view: Any, node: Node, whole: list[int]) -> list[Node]:
        found = []
        for number, row in enumerate(node["rows"]):
            at = view.bbox(number)
            if at is not None and at[3] >= 8:
                high = min(at[3], whole[3] - at[1])
                states = ["selected"] * (number == node["selected"])
                box = [whole[0] + 2, whole[1] + at[1], whole[2] - 4, high]
                found.append({"role": "list item", "name": row["text"], "states": states, "box": box})
        return [part for part in found if part["box"][3] >= 8]

    def _table(self, view: Any, node: Node, whole: list[int]) -> list[Node]:
        found, lowest = [], whole[3]
        for number, (row, item) in enumerate(zip(node["rows"], node["ids"])):  # noqa: B905
            at = view.bbox(item)
            if at:
                lowest = min(lowest, at[1])
                states = ["selected"] * (number == node["selected"])
                box = [whole[0] + 1, whole[1] + at[1], whole[2] - 2, min(at[3], whole[3] - at[1])]
                found.append({"role": "list item", "name": " ".join(row), "states": states, "box": box})
        left = whole[0] + 1
        for number, name in enumerate(node["heads"]):
            wide = view.column(str(number), "width")
            box = [left, whole[1] + 1, min(wide, whole[0] + whole[2] - left), lowest - 1]
            left += wide
            if found and box[2] >= 8:
                found.append({"role": "table column header", "name": name, "states": [], "box": box})
        return found

    def _mark(self, widget: Any, node: Node, whole: list[int]) -> tuple[list[int], list[int]]:
        """Return the box of the mark alone, and of the mark with its text."""
        measured = self._font(widget).measure(node["text"])
        if isinstance(widget, ttk.Widget):
            across = [x for x in range(whole[2]) if "indicator" in widget.identify(x, whole[3] // 2)]
            if not across:
                return [whole[0], whole[1], whole[3], whole[3]], whole
            middle = (across[0] + across[-1]) // 2
            down = [y for y in range(whole[3]) if "indicator" in widget.identify(middle, y)]
            mark = [whole[0] + across[0], whole[1] + down[0], len(across), len(down)]
            return mark, [whole[0], whole[1], min(across[-1] + measured + 8, whole[2]), whole[3]]
        wide = widget.winfo_reqwidth() - measured - 6  # the classic ones: what the text leaves
        left = whole[0] + max((whole[2] - widget.winfo_reqwidth()) // 2, 0)
        high = min(wide, whole[3])
        return [left + 2, whole[1] + (whole[3] - high) // 2, wide - 2, high], [
            left,
            whole[1],
            min(widget.winfo_reqwidth(), whole[2]),
            whole[3],
        ]


def cut(widget: Any) -> list[int]:
    """Return a widget's box on the screen, cut where the widgets around it end."""
    left, upper = widget.winfo_rootx(), widget.winfo_rooty()
    right, lower = left + widget.winfo_width(), upper + widget.winfo_height()
    around = widget.master
    while around is not None and around.winfo_viewable():
        left, upper = max(left, around.winfo_rootx()), max(upper, around.winfo_rooty())
        right = min(right, around.winfo_rootx() + around.winfo_width())
        lower = min(lower, around.winfo_rooty() + around.winfo_height())
        around = around.master
    return [left, upper, max(right - left, 0), max(lower - upper, 0)]
