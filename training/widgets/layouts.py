"""Make up windows: a tree of plain dictionaries, which each toolkit's renderer builds in its own way.

A node has a `kind`; containers have `children`. What a control looks like (checked, disabled, …) is in `states`.
Nothing here knows a toolkit.
"""

from __future__ import annotations

from random import Random
from typing import Any

from training.widgets.words import ICONS, KEYS, LANGUAGES, SHORT, SIGNS, caption, sentence

Node = dict[str, Any]
FONTS = (
    "DejaVu Sans",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Cantarell",
    "Nimbus Sans",
    "URW Gothic",
    "DejaVu Serif",
    "DejaVu Sans Mono",
    "Nimbus Roman",
    "URW Bookman",
    "Ubuntu",
    "Roboto",
)


class Maker:
    """Makes one window's nodes; everything comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.language = self.dice.choice(LANGUAGES)
        self.has_focus = False

    # Small parts

    def words(self) -> str:
        return caption(self.dice, self.language)

    def text(self) -> str:
        return sentence(self.dice, self.language)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def states(self, *more: tuple[str, float]) -> list[str]:
        """Draw states: disabled, focused (once in a window), and others with their share."""
        chosen = [name for name, share in more if self.chance(share)]
        if self.chance(0.1):
            chosen.append("disabled")
        elif not self.has_focus and self.chance(0.12):
            self.has_focus = True
            chosen.append("focused")
        return chosen

    def icon(self) -> str:
        return self.dice.choice(ICONS)

    # Controls

    def button(self) -> Node:
        icon = self.icon() if self.chance(0.2) else None
        text = self.dice.choice(SHORT) if icon is None and self.chance(0.06) else self.words()
        return {"kind": "button", "text": text, "icon": icon, "states": self.states(("default", 0.1))}

    def icon_button(self) -> Node:
        flat = self.chance(0.6)
        return {"kind": "icon_button", "text": "", "icon": self.icon(), "flat": flat, "states": self.states()}

    def toggle(self) -> Node:
        return {"kind": "toggle", "text": self.words(), "states": self.states(("checked", 0.5))}

    def check(self) -> Node:
        text = "" if self.chance(0.05) else self.words()
        return {"kind": "check", "text": text, "states": self.states(("checked", 0.5))}

    def radios(self) -> Node:
        count = self.dice.choice((2, 3, 3, 4))
        chosen = self.dice.randrange(count)
        children: list[Node] = []
        for number in range(count):
            states = self.states() + (["checked"] if number == chosen else [])
            children.append({"kind": "radio", "text": self.words(), "states": states})
        return {"kind": self.dice.choice(("row", "column", "column")), "children": children, "spacing": 6}

    def entry(self) -> Node:
        shown = self.dice.choice(("empty", "text", "text", "hint", "password"))
        text = "" if shown == "empty" else self.words()
        return {
            "kind": "entry",
            "text": text,
            "shown": shown,
            "chars": self.dice.randint(6, 30),
            "states": self.states(),
        }

    def combo(self) -> Node:
        choices = [self.words() for _ in range(self.dice.randint(2, 5))]
        return {"kind": "combo", "text": choices[0], "choices": choices, "states": self.states()}

    def edit_combo(self) -> Node:
        return {**self.combo(), "kind": "edit_combo"}

    def spin(self) -> Node:
        return {"kind": "spin", "text": str(self.dice.randint(0, 500)), "states": self.states()}

    def switch(self) -> Node:
        return {"kind": "switch", "text": "", "states": self.states(("checked", 0.5))}

    def slider(self) -> Node:
        ways = {"upright": self.chance(0.12), "number": self.chance(0.3), "marks": self.chance(0.2)}
        return {"kind": "slider", "text": "", "at": self.dice.random(), **ways, "states": self.states()}

    def progress(self) -> Node:
        at = self.dice.choice((0.0, 1.0, *(self.dice.random() for _ in range(6))))
        return {"kind": "progress", "text": f"{at:.0%}" if self.chance(0.4) else "", "at": at, "states": []}

    def link(self) -> Node:
        return {"kind": "link", "text": self.words(), "states": self.states()}

    # Text and decoration

    def label(self) -> Node:
        colon = ":" if self.chance(0.5) else ""
        return {"kind": "label", "text": self.words() + colon, "states": ["disabled"] if self.chance(0.06) else []}

    def heading(self) -> Node:
        return {"kind": "heading", "text": self.words()}

    def paragraph(self) -> Node:
        return {"kind": "paragraph", "text": self.text(), "width": self.dice.randint(180, 460)}

    def picture(self) -> Node:
        return {
            "kind": "picture",
            "icon": self.dice.choice(SIGNS + ICONS[:8]),
            "size": self.dice.choice((24, 32, 48, 64)),
        }

    def separator(self) -> Node:
        return {"kind": "separator"}

    # Groups

    def form(self) -> Node:
        """Labels at the left, their controls at the right."""
        makers = (self.entry, self.entry, self.combo, self.spin, self.slider, self.switch, self.check, self.edit_combo)
        lines = [[self.label(), self.dice.choice(makers)()] for _ in range(self.dice.randint(2, 6))]
        for line in lines:
            if self.chance(0.15):
                line.append(self.button() if self.chance(0.5) else self.icon_button())
        return {"kind": "grid", "lines": lines, "spacing": self.dice.choice((2, 4, 6, 8, 12))}

    def buttons(self) -> Node:
        children = [self.button() for _ in range(self.dice.randint(1, 4))]
        return {
            "kind": "row",
            "children": children,
            "spacing": self.dice.choice((0, 4, 6, 8, 12)),
            "end": self.chance(0.6),
        }

    def keypad(self) -> Node:
        """Keys side by side as a calculator, a dialler or a game has them: all of one size, with a sign on each."""
        columns, rows = self.dice.randint(3, 6), self.dice.randint(2, 5)
        keys: list[Node] = [
            {"kind": "button", "text": sign, "icon": None, "wide": True, "states": self.states()}
            for sign in self.dice.choices(KEYS, k=columns * rows)
        ]
        lines = [keys[start : start + columns] for start in range(0, len(keys), columns)]
        return {"kind": "grid", "lines": lines, "spacing": self.dice.choice((0, 2, 4, 6)), "even": True}

    def icons(self) -> Node:
        """A row of small pictures that can be pressed."""
        children = [self.icon_button() for _ in range(self.dice.randint(3, 9))]
        flat = self.chance(0.6)
        for child in children:
            child["flat"] = flat
        return {"kind": "row", "children": children, "spacing": self.dice.choice((0, 2, 4, 8))}

    def mixed_row(self) -> Node:
        makers = (self.button, self.entry, self.combo, self.icon_button, self.toggle, self.label, self.spin, self.link)
        children = [self.dice.choice(makers)() for _ in range(self.dice.randint(2, 4))]
        return {"kind": "row", "children": children, "spacing": self.dice.choice((2, 6, 10))}

    def checks(self) -> Node:
        return {"kind": "column", "children": [self.check() for _ in range(self.dice.randint(1, 5))], "spacing": 4}

    def links(self) -> Node:
        kind = self.dice.choice(("row", "column"))
        return {"kind": kind, "children": [self.link() for _ in range(self.dice.randint(1, 4))], "spacing": 8}

    def texts(self) -> Node:
        children = [
            self.dice.choice((self.label, self.paragraph, self.heading))() for _ in range(self.dice.randint(1, 4))
        ]
        return {"kind": "column", "children": children, "spacing": 4}

    def message(self) -> Node:
        """What a question dialog has: a sign, a heading, a sentence."""
        column = {"kind": "column", "children": [self.heading(), self.paragraph()], "spacing": 6}
        return {"kind": "row", "children": [self.picture(), column], "spacing": 12}

    def rows(self) -> Node:
        rows = [
            {"text": self.words(), "icon": self.icon() if self.chance(0.5) else None}
            for _ in range(self.dice.randint(2, 9))
        ]
        if self.chance(0.5):
            for row in rows:
                row["icon"] = None
        chosen = self.dice.randrange(len(rows)) if self.chance(0.6) else -1
        size = {"width": self.dice.randint(120, 340), "height": self.dice.randint(90, 260)}
        return {"kind": "list", "rows": rows, "selected": chosen, "framed": self.chance(0.7), **size}

    def table(self) -> Node:
        columns = self.dice.randint(2, 4)
        rows = [[self.words() for _ in range(columns)] for _ in range(self.dice.randint(2, 9))]
        chosen = self.dice.randrange(len(rows)) if self.chance(0.6) else -1
        heads = [self.words() for _ in range(columns)]
        size = {"width": self.dice.randint(220, 500), "height": self.dice.randint(110, 280)}
        return {"kind": "table", "heads": heads, "rows": rows, "selected": chosen, "striped": self.chance(0.3), **size}

    def big_text(self) -> Node:
        text = "\n".join(self.text() for _ in range(self.dice.randint(0, 6)))
        return {
            "kind": "text",
            "text": text,
            "width": self.dice.randint(160, 420),
            "height": self.dice.randint(60, 200),
        }

    def frame(self, depth: int) -> Node:
        return {"kind": "frame", "text": self.words(), "children": [self.column(depth + 1)]}

    def tabs(self, depth: int) -> Node:
        heads = [self.words() for _ in range(self.dice.randint(2, 5))]
        return {
            "kind": "tabs",
            "heads": heads,
            "at": self.dice.randrange(len(heads)),
            "children": [self.column(depth + 1)],
        }

    def side_by_side(self, depth: int) -> Node:
        children = [self.column(depth + 1), self.column(depth + 1)]
        return {"kind": "row", "children": children, "spacing": self.dice.choice((8, 12, 20)), "fill": True}

    def column(self, depth: int = 0) -> Node:
        """Some groups under one another; the deeper, the fewer."""
        simple = (
            self.form, self.form, self.buttons, self.mixed_row, self.checks, self.radios, self.texts, self.texts,
            self.rows, self.table, self.big_text, self.message, self.keypad, self.icons, self.links, self.progress,
            self.slider, self.separator, self.entry, self.combo, self.button,
        )  # fmt: skip
        children: list[Node] = []
        for _ in range(self.dice.choice((2, 3, 3, 4)) if depth == 0 else self.dice.choice((1, 2, 2, 3))):
            if depth < 2 and self.chance(0.22):
                children.append(self.dice.choice((self.frame, self.tabs, self.side_by_side))(depth))
            else:
                children.append(self.dice.choice(simple)())
        return {"kind": "column", "children": children, "spacing": self.dice.choice((4, 6, 8, 12, 18))}

    # Bars and menus

    def menu(self) -> list[Node]:
        items: list[Node] = []
        for _ in range(self.dice.randint(3, 9)):
            if self.chance(0.12) and items and items[-1]["kind"] != "separator":
                items.append({"kind": "separator"})
                continue
            kind = self.dice.choice(("item", "item", "item", "item", "check_item", "radio_item", "submenu"))
            states = (["disabled"] if self.chance(0.15) else []) + (["checked"] if self.chance(0.5) else [])
            items.append({"kind": kind, "text": self.words(), "keys": self.keys(), "icon": None, "states": states})
        return items

    def keys(self) -> str:
        return "<Control>" + self.dice.choice("abcnopsvxz") if self.chance(0.35) else ""

    def bar(self) -> list[Node]:
        makers = [self.icon_button] * 6 + [self.button, self.combo, self.entry, self.toggle, self.separator]
        return [self.dice.choice(makers)() for _ in range(self.dice.randint(3, 9))]


def style(dice: Random) -> dict[str, Any] | None:
    """Make up a look (colours, corners, paddings), or None: the theme's own."""
    if dice.random() < 0.45:
        return None
    dark = dice.random() < 0.4
    tint = [dice.randint(-14, 14) for _ in range(3)]
    level = dice.randint(20, 75) if dark else dice.randint(205, 252)
    step = dice.choice((0, 6, 12, 20)) * dice.choice((-1, 1))
    ink = dice.randint(200, 255) if dark else dice.randint(0, 70)
    accent = [dice.randint(20, 235) for _ in range(3)]
    return {
        "dark": dark,
        "background": _colour(level, tint),
        "base": _colour(level + (dice.choice((-12, 10, 18)) if dark else dice.choice((-12, 0, 10, 30))), tint),
        "button": _colour(level + step, tint),
        "button_end": _colour(level + step + dice.choice((0, 0, 0, -15, 15)), tint),
        "border": _colour(level + (dice.randint(20, 90) if dark else -dice.randint(20, 110)), tint),
        "ink": _colour(ink, [0, 0, 0]),
        "accent": "#{:02x}{:02x}{:02x}".format(*accent),
        "on_accent": "#ffffff" if sum(accent) < 420 else "#101010",
        "radius": dice.choice((0, 0, 2, 3, 4, 5, 8, 14)),
        "border_width": dice.choice((0, 1, 1, 1, 1, 2)),
        "entry_border": dice.choice(("box", "box", "box", "under")),
        "pad_x": dice.randint(4, 22),
        "pad_y": dice.randint(1, 9),
        "shadow": dice.random() < 0.25,
        "mark": dice.randint(11, 22),
        "mark_filled": dice.random() < 0.5,
        "tab": dice.choice(("box", "under", "fill")),
        "bar": dice.randint(3, 22),
        "knob": dice.randint(8, 22),
        "link": dice.choice(("#6cb2ff", "#8ab4f8") if dark else ("#0066cc", "#2a76c6", "#1a0dab", "accent")),
        "underlined": dice.random() < 0.7,
    }  # fmt: skip


def _colour(level: int, tint: list[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(min(max(level + part, 0), 255) for part in tint))


def window(seed: int) -> dict[str, Any]:
    """Make up a window; the same seed makes the same one."""
    maker = Maker(seed)
    dice = maker.dice
    if dice.random() < 0.06:
        content: Node = {"kind": "column", "children": [maker.texts(), maker.picture(), maker.texts()], "spacing": 10}
    else:
        content = maker.column()
    kind = dice.choice(("plain", "plain", "main", "main", "header", "dialog"))
    if kind == "dialog":
        content = {
            "kind": "column",
            "children": [maker.message(), content, maker.buttons()][:: dice.choice((1, 2))],
            "spacing": 12,
        }
    return {
        "seed": seed,
        "language": maker.language,
        "font": [dice.choice(FONTS), dice.choice((8, 9, 9, 10, 10, 10, 11, 11, 12, 14))],
        "title": maker.words(),
        "border": dice.choice((0, 6, 10, 12, 20)),
        "menus": [maker.words() for _ in range(dice.randint(2, 6))] if kind == "main" and maker.chance(0.7) else [],
        "toolbar": maker.bar() if kind == "main" and maker.chance(0.7) else [],
        "header": maker.bar()[:5] if kind == "header" else None,
        "status": maker.text() if kind == "main" and maker.chance(0.4) else "",
        "content": content,
        "popup": maker.menu() if maker.chance(0.14) else None,
        "extra": [dice.choice((0, 0, 0, 60, 160)), dice.choice((0, 0, 0, 40, 120))],
        "style": style(dice),
        "theme": dice.random(),
    }
