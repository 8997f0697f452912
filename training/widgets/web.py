"""Render made-up windows as web pages with Chromium, without a screen: one window a line on standard input.

A line is `{"window": …, "theme": "flat", "picture": FILE}`; the answer is one line with what the page itself says about
each control: role, name, states and box. Many programs draw themselves with a browser, and none of them looks alike.
"""

from __future__ import annotations

import html
import json
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from training.widgets.web_browser import Browser
from training.widgets.web_looks import THEMES, css

Node = dict[str, Any]
ICON_FOLDERS = ("/usr/share/icons/Adwaita", "/usr/share/icons/mate", "/usr/share/icons/menta")


class Page:
    """One window as HTML. Whatever is to be learnt carries its role, name and states as data attributes."""

    def __init__(self, told: Node, theme: str, icons: str) -> None:
        self.told, self.theme, self.icons = told, theme, icons
        self.dice = Random(told["seed"])
        self.is_native = theme.startswith("native")
        """Controls as the browser draws them; else made of plain boxes, as many pages do."""

    def html(self) -> str:
        told = self.told
        parts = [f"<header>{self._bar(told['header'])}<b>{_text(told['title'])}</b></header>"] if told["header"] else []
        if told["menus"]:
            parts.append("<nav>" + "".join(self._known("span", "menu", name) for name in told["menus"]) + "</nav>")
        if told["toolbar"]:
            parts.append(f"<div class=bar>{self._bar(told['toolbar'])}</div>")
        parts.append(f"<main style='padding:{told['border']}px'>{self.make(told['content'])}</main>")
        if told["status"]:
            parts.append(f"<footer>{self.make_label({'text': told['status'], 'states': []})}</footer>")
        if told["popup"]:
            parts.append(self._menu(told["popup"]))
        look = css(self.theme, told["style"], told["font"], self.dice)
        return f"<!doctype html><html><meta charset=utf-8><style>{look}</style><body>{''.join(parts)}</body></html>"

    def make(self, node: Node) -> str:
        return str(getattr(self, "make_" + node["kind"])(node))

    def _all(self, nodes: list[Node]) -> str:
        return "".join(self.make(node) for node in nodes)

    _bar = _all

    def _known(self, tag: str, role: str, name: str, inner: str | None = None, **more: Any) -> str:
        """Return an element that is to be learnt. `states` are told; `also` are further attributes."""
        states = list(more.get("states", ()))
        attributes = f'data-role="{role}" data-name="{_text(name)}" data-states="{" ".join(states)}"'
        flags = " disabled" if "disabled" in states else ""
        flags += " data-focus" if "focused" in states else ""
        flags += " checked aria-checked=true" if "checked" in states else ""
        kind = " ".join([role.replace(" ", "-"), *states, more.get("kind", "")])
        body = _text(name) if inner is None else inner
        void = tag == "input"
        return f'<{tag} class="{kind}" tabindex=0 {attributes}{flags} {more.get("also", "")}>' + (
            "" if void else f"{body}</{tag}>"
        )

    # Controls

    def make_button(self, node: Node) -> str:
        inner = (self._icon(node["icon"]) if node["icon"] else "") + _text(node["text"])
        kind = "wide" if node.get("wide") else ""
        return self._known("button", "push button", node["text"], inner, states=node["states"], kind=kind)

    def make_icon_button(self, node: Node) -> str:
        kind = "flat icon" if node["flat"] else "icon"
        inner = self._icon(node["icon"])
        return self._known("button", "push button", "", inner, states=node["states"], kind=kind)

    def make_toggle(self, node: Node) -> str:
        states = [state for state in node["states"] if state != "checked"]
        kind = "pressed" if "checked" in node["states"] else ""
        return self._known("button", "push button", node["text"], states=states, kind=kind)

    def make_check(self, node: Node) -> str:
        return self._marked(node, "check box", "checkbox")

    def make_radio(self, node: Node) -> str:
        return self._marked(node, "radio button", "radio")

    def _marked(self, node: Node, role: str, kind: str) -> str:
        mark = self._known("input", role, node["text"], states=node["states"], also=f"type={kind}")
        dim = " class=dim" if "disabled" in node["states"] else ""
        return f"<label{dim}>{mark} {_text(node['text'])}</label>"

    def make_entry(self, node: Node) -> str:
        way = "placeholder" if node["shown"] == "hint" else "value"
        kind = "password" if node["shown"] == "password" else "text"
        also = f'type={kind} size={node["chars"]} {way}="{_text(node["text"])}"'
        return self._known("input", "entry", node["text"], states=node["states"], also=also)

    def make_combo(self, node: Node) -> str:
        if self.is_native or self.told["seed"] % 2:
            choices = "".join(f"<option>{_text(choice)}</option>" for choice in node["choices"])
            return self._known("select", "combo box", node["text"], choices, states=node["states"])
        arrow = self.dice.choice("▾▼⌄")
        inner = f"<span>{_text(node['text'])}</span><i>{arrow}</i>"
        return self._known("div", "combo box", node["text"], inner, states=node["states"], kind="select")

    def make_edit_combo(self, node: Node) -> str:
        inner = f'<input value="{_text(node["text"])}" size=12><i>{self.dice.choice("▾▼⌄")}</i>'
        return self._known("div", "combo box", node["text"], inner, states=node["states"], kind="editable")

    def make_spin(self, node: Node) -> str:
        if self.is_native or self.told["seed"] % 3:
            also = f"type=number size=7 style='width:80px' value={node['text']}"
            return self._known("input", "spin button", node["text"], states=node["states"], also=also)
        ends = self.dice.choice(("−+", "-+", "▾▴"))
        inner = f"<i>{ends[0]}</i><input value={node['text']} size=5><i>{ends[1]}</i>"
        return self._known("div", "spin button", node["text"], inner, states=node["states"], kind="stepper")

    def make_switch(self, node: Node) -> str:
        return self._known("div", "toggle button", "", "<u></u>", states=node["states"], kind="switch")

    def make_slider(self, node: Node) -> str:
        width = self.dice.randint(100, 260)
        also = f"type=range value={round(node['at'] * 100)} style='width:{width}px'"
        made = self._known("input", "slider", "", states=node["states"], also=also)
        number = f"<output>{round(node['at'] * 100)}</output>" if node["number"] else ""
        return f"<div class=row style='gap:8px'>{made}{number}</div>"

    def make_progress(self, node: Node) -> str:
        width, at = self.dice.randint(100, 380), node["at"]
        if self.is_native:
            return self._known("progress", "progress bar", "", "", also=f"value={at} max=1 style='width:{width}px'")
        inner = f"<u style='width:{at:.0%}'></u>" + (f"<span>{node['text']}</span>" if node["text"] else "")
        return self._known("div", "progress bar", node["text"], inner, kind="bar", also=f"style='width:{width}px'")

    def make_link(self, node: Node) -> str:
        return self._known("a", "link", node["text"], states=node["states"], also="href='#'")

    # Text and decoration

    def make_label(self, node: Node) -> str:
        return self._known("span", "label", node["text"], states=node.get("states", ()))

    def make_heading(self, node: Node) -> str:
        return f"<h2>{self.make_label(node)}</h2>"

    def make_paragraph(self, node: Node) -> str:
        return f"<p style='max-width:{node['width']}px'>{self.make_label(node)}</p>"

    def make_picture(self, node: Node) -> str:
        return self._icon(node["icon"], node["size"], is_symbolic=False)

    def make_separator(self, _: Node) -> str:
        return "<hr>"

    def _icon(self, name: str, size: int = 16, *, is_symbolic: bool | None = None) -> str:
        plain = self.told["seed"] % 4 > 0 if is_symbolic is None else is_symbolic
        data = icon(name, is_symbolic=plain)
        kind = "symbolic" if plain else "painted"
        return f'<img class={kind} width={size} height={size} src="{data}">' if data else f"<i>{name[:1].upper()}</i>"

    # Groups

    def make_column(self, node: Node) -> str:
        return f"<div class=column style='gap:{node['spacing']}px'>{self._all(node['children'])}</div>"

    def make_row(self, node: Node) -> str:
        kind = "row end" if node.get("end") else "row fill" if node.get("fill") else "row"
        return f"<div class='{kind}' style='gap:{node['spacing']}px'>{self._all(node['children'])}</div>"

    def make_grid(self, node: Node) -> str:
        lines = "".join(f"<tr>{''.join(f'<td>{self.make(c)}</td>' for c in line)}</tr>" for line in node["lines"])
        return f"<table class=form style='border-spacing:{node['spacing'] + 2}px'>{lines}</table>"

    def make_frame(self, node: Node) -> str:
        inner = self._all(node["children"])
        if self.is_native:
            return f"<fieldset><legend>{self.make_label(node)}</legend>{inner}</fieldset>"
        return f"<section><h3>{self.make_label(node)}</h3>{inner}</section>"

    def make_tabs(self, node: Node) -> str:
        heads = "".join(
            self._known("div", "page tab", name, states=["selected"] * (at == node["at"]))
            for at, name in enumerate(node["heads"])
        )
        return (
            f"<div class=tabs><div class=heads>{heads}</div><div class=page>{self._all(node['children'])}</div></div>"
        )

    def make_list(self, node: Node) -> str:
        rows = "".join(
            self._known(
                "div", "list item", row["text"], (self._icon(row["icon"]) if row["icon"] else "") + _text(row["text"]),
                states=["selected"] * (number == node["selected"]),
            )
            for number, row in enumerate(node["rows"])
        )  # fmt: skip
        kind = "list framed" if node["framed"] else "list"
        return f"<div class='{kind}' style='width:{node['width']}px;height:{node['height']}px'>{rows}</div>"

    def make_table(self, node: Node) -> str:
        width = node["width"] // len(node["heads"])
        heads = "".join(
            self._known("div", "table column header", head, also=f"style='width:{width}px'") for head in node["heads"]
        )
        rows = "".join(
            self._known(
                "div", "list item", " ".join(row),
                "".join(f"<span style='width:{width}px'>{_text(cell)}</span>" for cell in row),
                states=["selected"] * (number == node["selected"]), kind="striped" if node["striped"] else "",
            )
            for number, row in enumerate(node["rows"])
        )  # fmt: skip
        size = f"width:{node['width']}px;max-height:{node['height']}px"
        return f"<div class='list framed table' style='{size}'><div class=heads>{heads}</div>{rows}</div>"

    def make_text(self, node: Node) -> str:
        also = f"style='width:{node['width']}px;height:{node['height']}px'"
        return self._known("textarea", "text", node["text"], also=also)

    def _menu(self, nodes: list[Node]) -> str:
        left, top = self.told["seed"] * 7 % 300, self.told["seed"] * 13 % 200
        items = "".join("<hr>" if node["kind"] == "separator" else self._item(node) for node in nodes)
        return f"<div id=popup style='left:{left}px;top:{top}px'>{items}</div>"

    def _item(self, node: Node) -> str:
        can_be_checked = node["kind"] in {"check_item", "radio_item"}
        states = [state for state in node["states"] if state != "checked" or can_be_checked]
        mark = ("✓" if node["kind"] == "check_item" else "●") if "checked" in states else ""
        keys = "▸" if node["kind"] == "submenu" else node["keys"].replace("<Control>", "Ctrl+").upper()
        inner = f"<b>{mark}</b><span>{_text(node['text'])}</span><kbd>{keys}</kbd>"
        return self._known("div", "menu item", node["text"], inner, states=states)


def _text(text: str) -> str:
    return html.escape(text, quote=True)


@cache
def icon(name: str, *, is_symbolic: bool) -> str:
    """Return an icon of the installed themes as a data URL, empty if there is none."""
    import base64  # noqa: PLC0415

    wanted = f"{name}-symbolic.svg" if is_symbolic else f"{name}.png"
    for folder in ICON_FOLDERS:
        found = sorted(Path(folder).rglob(wanted), key=lambda path: abs(_size(path) - 24))
        if found:
            kind = "svg+xml" if is_symbolic else "png"
            return f"data:image/{kind};base64,{base64.b64encode(found[0].read_bytes()).decode()}"
    return ""


def _size(path: Path) -> int:
    sizes = [part.split("x")[0] for part in path.parts if part.split("x")[0].isdigit()]
    return int(sizes[0]) if sizes else 48


def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with Browser(scale) as browser:
        print(json.dumps({"themes": list(THEMES)}), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            page = Page(asked["window"], asked["theme"], asked["icons"])
            print(json.dumps(browser.show(page.html(), asked["window"], Path(asked["picture"]))), flush=True)


if __name__ == "__main__":
    main()
