"""Render made-up windows with Tk on an X screen, with ttk's themes and with the classic widgets ("tk").

One window a line on standard input, `{"window": …, "theme": "clam"}`; the answer is one line with where the window is
on the screen and what it holds. The window stays until the next line. Runs in the system's Python.
"""

from __future__ import annotations

import json
import sys
import tkinter
from tkinter import font as fonts
from tkinter import ttk
from typing import Any

from training.widgets.tk_looks import dress, glyph, options

Node = dict[str, Any]
MARKS = {"check box", "radio button"}


class Window:
    """One window being built; `found` says what is in it once it is shown."""

    def __init__(self, root: tkinter.Tk, style: ttk.Style, asked: Node) -> None:
        self.told, self.root, self.style = asked["window"], root, style
        self.is_classic = asked["theme"] == "tk"
        self.look = self.told["style"]
        self.known: list[tuple[Any, str, Node]] = []
        self.kept: list[Any] = []
        self.focus: Any = None
        self.popup: Any = None
        self.top = tkinter.Toplevel(root)
        self._dress(asked["theme"])
        if self.told["menus"]:
            self.menus(self.told["menus"])
        bar = self.told["toolbar"] or self.told["header"]
        if bar:
            row = self.frame(self.top)
            row.pack(fill="x")
            for node in bar:
                self.make(row, node).pack(
                    side="left", padx=1, pady=1, fill="y" if node["kind"] == "separator" else "none"
                )
        if self.told["status"]:
            self.make(self.top, {"kind": "label", "text": self.told["status"]}).pack(side="bottom", anchor="w")
        content = self.make(self.top, self.told["content"])
        content.pack(fill="both", expand=True, padx=self.told["border"], pady=self.told["border"])

    def _dress(self, theme: str) -> None:
        family, size = self.told["font"]
        for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkHeadingFont"):
            fonts.nametofont(name).configure(family=family, size=size)
        self.bold = fonts.Font(family=family, size=size + 3, weight="bold")
        self.underlined = fonts.Font(family=family, size=size, underline=self.look is None or self.look["underlined"])
        self.style.theme_use("default" if self.is_classic else theme)
        if self.look:
            dress(self.style, self.look)
        self.background = self.style.lookup("TFrame", "background") or "#d9d9d9"
        self.ink = self.style.lookup("TLabel", "foreground") or "#000000"
        self.top.configure(background=self.background)
        if self.is_classic:
            options(self.root, self.look)

    # Building

    def make(self, parent: Any, node: Node) -> Any:
        widget = getattr(self, "make_" + node["kind"])(parent, node)
        states = node.get("states", ())
        if "disabled" in states:
            self._disable(widget)
        if "focused" in states:
            self.focus = widget
        return widget

    def _disable(self, widget: Any) -> None:
        try:
            widget.configure(state="disabled")
        except tkinter.TclError:
            widget.state(["disabled"])

    def control(self, widget: Any, role: str, node: Node) -> Any:
        self.known.append((widget, role, node))
        return widget

    def kit(self, name: str) -> Any:
        """Return the widget class of this window's kind: tkinter's or ttk's."""
        return getattr(tkinter if self.is_classic and hasattr(tkinter, name) else ttk, name)

    def frame(self, parent: Any) -> Any:
        if self.is_classic:
            return tkinter.Frame(parent, background=self.background)
        return ttk.Frame(parent)

    def variable(self, is_on: bool) -> tkinter.IntVar:
        self.kept.append(tkinter.IntVar(self.root, int(is_on)))
        return self.kept[-1]  # type: ignore[no-any-return]

    def menus(self, names: list[str]) -> None:
        family, size = self.told["font"]
        bar = tkinter.Menu(self.top, tearoff=False, borderwidth=0, font=(family, size))
        for name in names:
            bar.add_cascade(label=name, menu=tkinter.Menu(bar, tearoff=False))
        self.top.configure(menu=bar)
        self.known.append((bar, "menu bar", {"heads": names}))

    def pop(self) -> tkinter.Menu:
        menu = tkinter.Menu(self.top, tearoff=False, borderwidth=1)
        for node in self.told["popup"]:
            if node["kind"] == "separator":
                menu.add_separator()
                continue
            given: dict[str, Any] = {
                "label": node["text"],
                "state": "disabled" if "disabled" in node["states"] else "normal",
            }
            given["accelerator"] = node["keys"].replace("<Control>", "Ctrl+").upper()
            if node["kind"] == "submenu":
                menu.add_cascade(menu=tkinter.Menu(menu), **given)
            elif node["kind"] == "item":
                menu.add_command(**given)
            else:
                given["variable"] = self.variable("checked" in node["states"])
                if node["kind"] == "radio_item":
                    menu.add_radiobutton(value=1, **given)
                else:
                    menu.add_checkbutton(**given)
        return menu

    def make_column(self, parent: Any, node: Node) -> Any:
        frame = self.frame(parent)
        for child in node["children"]:
            wide = child["kind"] in {"separator", "frame", "tabs", "progress", "slider", "row", "column", "grid"}
            wide = wide or (child["kind"] == "entry" and self.told["seed"] % 2 == 0)
            self.make(frame, child).pack(fill="x" if wide else "none", anchor="w", pady=node["spacing"] // 2)
        return frame

    def make_row(self, parent: Any, node: Node) -> Any:
        frame = self.frame(parent)
        children = node["children"][::-1] if node.get("end") else node["children"]
        side = "right" if node.get("end") else "left"
        for child in children:
            anchor = "n" if node.get("fill") else "center"
            self.make(frame, child).pack(
                side=side, padx=node["spacing"] // 2, anchor=anchor, expand=bool(node.get("fill"))
            )
        return frame

    def make_grid(self, parent: Any, node: Node) -> Any:
        frame = self.frame(parent)
        for row, line in enumerate(node["lines"]):
            for column, child in enumerate(line):
                sticky = (
                    "nsew"
                    if child.get("wide")
                    else "ew"
                    if child["kind"] in {"entry", "slider", "progress", "combo"}
                    else "w"
                )
                gap = node["spacing"] // 2
                beside = gap if node.get("even") else gap + 2
                self.make(frame, child).grid(row=row, column=column, padx=beside, pady=gap, sticky=sticky)
        if not node.get("even"):
            frame.columnconfigure(1, weight=1)
        return frame

    def make_frame(self, parent: Any, node: Node) -> Any:
        if self.is_classic:
            frame: Any = tkinter.LabelFrame(parent, text=node["text"], background=self.background, foreground=self.ink)
        else:
            frame = ttk.LabelFrame(parent, text=node["text"])
        self.make(frame, node["children"][0]).pack(fill="both", expand=True, padx=6, pady=6)
        return frame

    def make_tabs(self, parent: Any, node: Node) -> Any:
        book: Any = ttk.Notebook(parent)
        for number, name in enumerate(node["heads"]):
            page = ttk.Frame(book)
            if number == node["at"]:
                self.make(page, node["children"][0]).pack(fill="both", expand=True, padx=6, pady=6)
            book.add(page, text=name)
        book.select(node["at"])
        return self.control(book, "tab bar", node)

    def make_button(self, parent: Any, node: Node) -> Any:
        button = self.kit("Button")(parent, text=node["text"])
        if "default" in node["states"]:
            button.configure(default="active")
        if node.get("wide"):
            button.configure(width=3)
        return self.control(button, "push button", node)

    def make_icon_button(self, parent: Any, node: Node) -> Any:
        image = glyph(self.root, node["icon"], self.ink)
        self.kept.append(image)
        flat: dict[str, Any] = {}
        if node["flat"]:
            flat = {"relief": "flat", "borderwidth": 1} if self.is_classic else {"style": "Toolbutton"}
        return self.control(self.kit("Button")(parent, image=image, **flat), "push button", node)

    def make_toggle(self, parent: Any, node: Node) -> Any:
        way: dict[str, Any] = {"indicatoron": False, "padx": 6} if self.is_classic else {"style": "Toolbutton"}
        on = self.variable("checked" in node["states"])
        return self.control(self.kit("Checkbutton")(parent, text=node["text"], variable=on, **way), "push button", node)

    def make_check(self, parent: Any, node: Node) -> Any:
        on = self.variable("checked" in node["states"])
        return self.control(self.kit("Checkbutton")(parent, text=node["text"], variable=on), "check box", node)

    def make_radio(self, parent: Any, node: Node) -> Any:
        on = self.variable("checked" in node["states"])
        return self.control(
            self.kit("Radiobutton")(parent, text=node["text"], variable=on, value=1), "radio button", node
        )

    def make_entry(self, parent: Any, node: Node) -> Any:
        entry = self.kit("Entry")(parent, width=node["chars"], show="•" if node["shown"] == "password" else "")
        entry.insert(0, node["text"])
        return self.control(entry, "entry", node)

    def make_combo(self, parent: Any, node: Node) -> Any:
        if self.is_classic:
            chosen = tkinter.StringVar(self.root, node["text"])
            self.kept.append(chosen)
            return self.control(tkinter.OptionMenu(parent, chosen, *node["choices"]), "combo box", node)
        combo = self.make_edit_combo(parent, node)
        combo.configure(state="readonly")
        return combo

    def make_edit_combo(self, parent: Any, node: Node) -> Any:
        combo = ttk.Combobox(parent, values=node["choices"], width=max(len(node["text"]) + 2, 8))
        combo.set(node["text"])
        return self.control(combo, "combo box", node)

    def make_spin(self, parent: Any, node: Node) -> Any:
        spin = self.kit("Spinbox")(parent, from_=0, to=9999, width=7)
        spin.delete(0, "end")
        spin.insert(0, node["text"])
        return self.control(spin, "spin button", node)

    make_switch = make_check  # Tk has no switch

    def make_slider(self, parent: Any, node: Node) -> Any:
        way = "vertical" if node["upright"] else "horizontal"
        scale = self.kit("Scale")(parent, from_=0, to=100, orient=way)
        if self.is_classic:
            scale.configure(showvalue=node["number"], tickinterval=50 if node["marks"] else 0)
        scale.set(node["at"] * 100)
        return self.control(scale, "slider", node)

    def make_progress(self, parent: Any, node: Node) -> Any:
        return self.control(ttk.Progressbar(parent, value=node["at"] * 100), "progress bar", node)

    def make_link(self, parent: Any, node: Node) -> Any:
        colour = self.look["link"] if self.look else "#0066cc"
        if self.look and colour == "accent":
            colour = self.look["accent"]
        link = tkinter.Label(
            parent,
            text=node["text"],
            foreground=colour,
            background=self.background,
            font=self.underlined,
            padx=0,
            pady=0,
        )
        return self.control(link, "link", node)

    def make_label(self, parent: Any, node: Node) -> Any:
        if self.is_classic:
            label: Any = tkinter.Label(parent, text=node["text"], background=self.background, foreground=self.ink)
        else:
            label = ttk.Label(parent, text=node["text"])
        return self.control(label, "label", node)

    def make_heading(self, parent: Any, node: Node) -> Any:
        label = self.make_label(parent, node)
        label.configure(font=self.bold)
        return label

    def make_paragraph(self, parent: Any, node: Node) -> Any:
        label = self.make_label(parent, node)
        label.configure(wraplength=node["width"], justify="left")
        return label

    def make_picture(self, parent: Any, node: Node) -> Any:
        image = glyph(self.root, node["icon"], self.ink, size=node["size"])
        self.kept.append(image)
        return tkinter.Label(parent, image=image, background=self.background)

    def make_separator(self, parent: Any, _: Node) -> Any:
        return ttk.Separator(parent)

    def around(self, parent: Any, node: Node) -> Any:
        frame = self.frame(parent)
        frame.configure(width=node["width"], height=node["height"])
        frame.pack_propagate(False)
        return frame

    def with_bar(self, frame: Any, view: Any) -> Any:
        if self.told["seed"] % 2:
            bar = self.kit("Scrollbar")(frame, command=view.yview)
            bar.pack(side="right", fill="y")
            view.configure(yscrollcommand=bar.set)
        view.pack(side="left", fill="both", expand=True)
        return frame

    def make_list(self, parent: Any, node: Node) -> Any:
        frame = self.around(parent, node)
        view = tkinter.Listbox(frame, borderwidth=int(node["framed"]), exportselection=False)
        colours = self.look or {}
        if colours:
            view.configure(background=colours["base"], foreground=colours["ink"], selectbackground=colours["accent"])
        view.insert("end", *(row["text"] for row in node["rows"]))
        if node["selected"] >= 0:
            view.selection_set(node["selected"])
        self.control(view, "list", node)
        return self.with_bar(frame, view)

    def make_table(self, parent: Any, node: Node) -> Any:
        frame = self.around(parent, node)
        columns = [str(number) for number in range(len(node["heads"]))]
        view = ttk.Treeview(frame, columns=columns, show="headings")
        for number, name in zip(columns, node["heads"]):  # noqa: B905
            view.heading(number, text=name)
            view.column(number, width=node["width"] // len(columns) - 8)
        rows = [view.insert("", "end", values=row) for row in node["rows"]]
        if node["selected"] >= 0:
            view.selection_set(rows[node["selected"]])
        self.control(view, "table", {**node, "ids": rows})
        return self.with_bar(frame, view)

    def make_text(self, parent: Any, node: Node) -> Any:
        frame = self.around(parent, node)
        text = tkinter.Text(frame, wrap="word")
        if self.look:
            text.configure(background=self.look["base"], foreground=self.look["ink"])
        text.insert("1.0", node["text"])
        self.control(text, "text", node)
        return self.with_bar(frame, text)


def main() -> None:
    from training.widgets.tk_shown import Screen  # noqa: PLC0415

    screen = Screen(Window)
    print(json.dumps({"themes": screen.themes}), flush=True)
    for line in sys.stdin:
        print(json.dumps(screen.show(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
