"""Write the style sheets of made-up web pages: each theme draws controls its own way, in a made-up look's colours."""

from __future__ import annotations

from random import Random
from typing import Any

THEMES = (
    "native", "native-dark", "flat", "flat", "round", "bevel", "bevel", "line", "material", "soft", "solid", "compact",
)  # fmt: skip
"""Where one stands twice, it is used twice as often."""

_BASE = """
* { box-sizing: border-box; font-family: inherit; font-size: inherit; line-height: inherit; }
*, *::before, *::after { transition: none !important; animation: none !important; caret-color: transparent; }
body { margin: 0; width: max-content; min-width: 100%; line-height: 1.25; }
.column { display: flex; flex-direction: column; align-items: flex-start; }
.row { display: flex; align-items: center; } .row.end { justify-content: flex-end; width: 100%; }
.row.fill { align-items: flex-start; }
.bar, nav, header { display: flex; align-items: center; padding: 2px; gap: 2px; } nav { gap: 0; padding: 0; }
header b { margin: 0 auto; order: 0; } h2 { font-size: 130%; margin: 0; } h3 { font-size: 100%; margin: 0 0 6px; }
p { margin: 0; } hr { width: 100%; border: none; border-top: 1px solid; opacity: .3; margin: 3px 0; }
label { display: inline-flex; align-items: center; gap: 5px; } .dim, :disabled, .disabled { opacity: .5; }
input, select, textarea, button { color: inherit; margin: 0; } textarea { resize: none; }
input[type=number]::-webkit-inner-spin-button { opacity: 1; }
.push-button { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
.push-button.wide { width: 100%; justify-content: center; min-width: 26px; }
.tabs { align-self: stretch; } .tabs > .heads { display: flex; } .page { padding: 8px; }
.list { overflow: hidden; } .table > .heads { display: flex; } .table .list-item { display: flex; gap: 0; }
.table span, .table-column-header { overflow: hidden; white-space: nowrap; flex: none; }
.list-item { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
#popup { position: absolute; } .menu-item { display: flex; gap: 8px; white-space: nowrap; align-items: center; }
.menu-item b { width: 14px; } .menu-item kbd { margin-left: auto; padding-left: 18px; opacity: .7; }
div.combo-box, div.spin-button { display: inline-flex; align-items: center; }
div.combo-box > input, div.spin-button > input { border: none !important; background: none !important;
  outline: none !important; box-shadow: none !important; padding: 0 !important; min-width: 0; }
div.combo-box { min-width: 90px; justify-content: space-between; gap: 8px; } i { font-style: normal; }
.switch { display: inline-block; } .switch u { display: block; }
.bar.progress-bar { display: block; padding: 0; position: relative; overflow: hidden; }
.progress-bar u { display: block; height: 100%; } .progress-bar span { position: absolute; inset: 0;
  text-align: center; font-size: 80%; line-height: 1; } fieldset { margin: 0; } section { align-self: stretch; }
"""


def css(theme: str, style: dict[str, Any] | None, font: list[Any], dice: Random) -> str:
    """Return a page's style sheet."""
    text = f"body {{ font-family: '{font[0]}', sans-serif; font-size: {font[1] + 3}px; }}" + _BASE
    if theme.startswith("native"):
        return text + _native(theme, style)
    return text + _drawn(theme, style or _usual(dice), dice)


def _native(theme: str, style: dict[str, Any] | None) -> str:
    dark = theme.endswith("dark")
    accent = f"accent-color: {style['accent']};" if style else ""
    ground = "#202124" if dark else "#ffffff"
    rows = "#3b5b8c" if dark else "#cfe2ff"
    ink, line = ("#e8eaed", "#5f6368") if dark else ("#202124", "#c4c7c5")
    return f""":root {{ color-scheme: {"dark" if dark else "light"}; {accent} }}
    body {{ background: {ground}; color: {ink}; }} img.symbolic {{ filter: invert({int(dark)}); }}
    .framed, .page, .tabs > .heads, div.combo-box, #popup, div.spin-button {{ border: 1px solid {line}; }}
    div.combo-box, div.spin-button {{ padding: 1px 4px; gap: 6px; }} .page-tab {{ padding: 4px 10px; }}
    .page-tab.selected {{ border-bottom: 2px solid #1a73e8; }} .list-item, .menu-item {{ padding: 3px 6px; }}
    .list-item.selected {{ background: {rows}; }} .menu {{ padding: 3px 8px; }} #popup {{ background: {ground}; }}
    .table-column-header {{ padding: 2px 6px; border-right: 1px solid {line}; font-weight: bold; }}
    .table span {{ padding: 0 6px; }} .switch {{ width: 34px; height: 18px; border-radius: 9px; background: {line}; }}
    .switch u {{ width: 14px; height: 14px; margin: 2px; border-radius: 50%; background: white; }}
    .switch.checked {{ background: #1a73e8; }} .switch.checked u {{ margin-left: 18px; }}
    .table > .heads {{ border-bottom: 1px solid {line}; }} .flat {{ border: none; background: none; }}"""


def _usual(dice: Random) -> dict[str, Any]:
    """Return a tidy light or dark look where the window has none."""
    dark = dice.random() < 0.4
    ground, base, ink = ("#1f2328", "#2b3036", "#e6e6e6") if dark else ("#f6f7f9", "#ffffff", "#1c1e21")
    button, button_end, border, link = (
        ("#373d44", "#373d44", "#4a5159", "#6cb2ff") if dark else ("#e9ecef", "#e2e5e9", "#c9ced4", "#0a58ca")
    )
    return {
        "dark": dark,
        "background": ground,
        "base": base,
        "button": button,
        "button_end": button_end,
        "border": border,
        "ink": ink,
        "accent": dice.choice(("#0d6efd", "#198754", "#6f42c1", "#d63384", "#fd7e14", "#0aa2c0")),
        "on_accent": "#ffffff",
        "radius": dice.choice((0, 3, 4, 6, 8)),
        "border_width": 1,
        "pad_x": dice.randint(8, 16),
        "pad_y": dice.randint(3, 8),
        "mark": dice.randint(12, 20),
        "mark_filled": True,
        "tab": "under",
        "bar": dice.randint(4, 18),
        "knob": dice.randint(10, 20),
        "link": link,
        "underlined": dice.random() < 0.6,
        "entry_border": "box",
    }


def _drawn(theme: str, look: dict[str, Any], dice: Random) -> str:
    return _variables(theme, look, dice) + _MADE + _by_theme(theme, look, dice) + _focus(dice)


def _variables(theme: str, look: dict[str, Any], dice: Random) -> str:
    """Return the look's colours and sizes under the names that `_MADE` uses."""
    radius = {"round": 999, "bevel": 0, "line": 0, "solid": 2, "compact": 2}.get(theme, look["radius"])
    line = f"{max(look['border_width'], 1)}px solid {look['border']}"
    raised, sunken = line, line
    if theme == "bevel":  # as Motif, Swing and old systems draw: light from the upper left
        width = dice.choice((1, 2, 2))
        raised, sunken = f"{width}px outset {look['button']}", f"{width}px inset {look['button']}"
    pad_y, pad_x = (1, 5) if theme == "compact" else (look["pad_y"], look["pad_x"])
    size, knob = look["mark"], look["knob"]
    thick, inner = max(look["bar"] // 3, 2), dice.choice((size - 4, size))
    has_gradient = theme in {"soft", "bevel"}
    named = {
        "ground": look["background"],
        "base": look["base"],
        "button": look["button"],
        "fill": f"linear-gradient({look['button']}, {look['button_end']})" if has_gradient else look["button"],
        "border": look["border"],
        "ink": look["ink"],
        "accent": look["accent"],
        "on-accent": look["on_accent"],
        "link": look["accent"] if look["link"] == "accent" else look["link"],
        "link-line": "underline" if look["underlined"] else "none",
        "line": line,
        "raised": raised,
        "sunken": sunken,
        "corner": f"{radius}px",
        "box-corner": f"{min(radius, 10 if theme == 'round' else 8)}px",
        "mark-corner": f"{min(look['radius'], 4)}px",
        "knob-corner": f"{min(radius * 2, 50)}%",
        "pad": f"{pad_y}px {pad_x}px",
        "pad-y": f"{pad_y}px",
        "mark": f"{size}px",
        "mark-ink": look["on_accent"] if look["mark_filled"] else look["ink"],
        "mark-fill": look["accent"] if look["mark_filled"] else look["base"],
        "dot": f"{size // 2 - 1}px",
        "sign": f'"{dice.choice("✓✔✕■")}"',
        "sign-size": f"{size - 4}px",
        "track": f"{2 * size + 6}px",
        "inner": f"{inner}px",
        "inset": f"{max((size - inner) // 2, 0)}px",
        "knob": f"{knob}px",
        "knob-fill": look["accent"] if look["mark_filled"] else look["button"],
        "thick": f"{thick}px",
        "knob-up": f"{(thick - knob) // 2}px",
        "bar": f"{look['bar']}px",
        "dark": str(int(look["dark"])),
    }
    return ":root {" + "".join(f"--{name}: {value};" for name, value in named.items()) + "}"


_MADE = """
body { background: var(--ground); color: var(--ink); } img.symbolic { filter: invert(var(--dark)); }
hr { border-color: var(--ink); } fieldset { border: var(--line); }
section { border: var(--line); border-radius: var(--box-corner); padding: 8px; }
header, .bar:not(.progress-bar), nav { background: var(--button); border-bottom: var(--line); }
a { color: var(--link); text-decoration: var(--link-line); }
button { background: var(--fill); border: var(--raised); border-radius: var(--corner); padding: var(--pad);
  min-height: 18px; } button.icon { padding: var(--pad-y); }
input.entry, input.spin-button, select, textarea, div.combo-box, div.spin-button { background: var(--base);
  border: var(--sunken); border-radius: var(--box-corner); padding: var(--pad-y) 6px; color: var(--ink); }
::placeholder { color: var(--ink); opacity: .5; } div.spin-button { gap: 8px; }
input[type=checkbox], input[type=radio] { appearance: none; width: var(--mark); height: var(--mark); flex: none;
  background: var(--base); border: var(--sunken); display: inline-grid; place-content: center; line-height: 1; }
input[type=checkbox] { border-radius: var(--mark-corner); } input[type=radio] { border-radius: 50%; }
input:checked { background: var(--mark-fill); border-color: var(--mark-fill); }
input[type=checkbox]:checked::before { content: var(--sign); color: var(--mark-ink); font-size: var(--sign-size); }
input[type=radio]:checked::before { content: ""; border-radius: 50%; width: var(--dot); height: var(--dot);
  background: var(--mark-ink); }
.switch { width: var(--track); height: calc(var(--mark) + 4px); border-radius: var(--mark); border: var(--sunken);
  background: var(--button); display: inline-flex; align-items: center; }
.switch u { width: var(--inner); height: var(--inner); margin: var(--inset); border-radius: 50%;
  background: var(--base); border: var(--sunken); }
.switch.checked { background: var(--accent); } .switch.checked u { margin-left: auto; }
input[type=range] { appearance: none; background: none; height: calc(var(--knob) + 4px); padding: 0; border: none; }
input[type=range]::-webkit-slider-runnable-track { height: var(--thick); background: var(--border);
  border-radius: min(var(--corner), var(--thick)); }
input[type=range]::-webkit-slider-thumb { appearance: none; width: var(--knob); height: var(--knob);
  border: var(--raised); background: var(--knob-fill); border-radius: var(--knob-corner); margin-top: var(--knob-up); }
.progress-bar { height: var(--bar); background: var(--base); border: var(--sunken);
  border-radius: min(var(--corner), 9px); } .progress-bar u { background: var(--accent); }
.page-tab { padding: var(--pad); border-radius: var(--box-corner) var(--box-corner) 0 0; }
.page { border-top: var(--line); } .menu { padding: var(--pad); }
.list { background: var(--base); } .framed, #popup { border: var(--line); } .list-item { padding: var(--pad-y) 6px; }
.table .list-item, .table-column-header { padding: var(--pad-y) 0; }
.table span, .table-column-header { padding-left: 6px; } .table-column-header { border-right: var(--line); }
.list-item.selected { background: var(--accent); color: var(--on-accent); }
.striped:nth-child(even):not(.selected) { background: var(--button); }
.table > .heads { background: var(--button); border-bottom: var(--line); }
#popup { background: var(--base); box-shadow: 0 2px 6px rgba(0,0,0,.3); padding: 3px; }
.menu-item { padding: var(--pad-y) 8px; }
"""
_BUTTONS = {
    "line": "background: transparent; border: var(--line);",
    "material": "background: var(--accent); color: var(--on-accent); border: none; text-transform: uppercase;"
    " letter-spacing: .5px; box-shadow: 0 1px 3px rgba(0,0,0,.45);",
    "solid": "background: var(--accent); color: var(--on-accent); border: none;",
}
_TABS = {
    "box": ".page-tab.selected { background: var(--base); border: var(--line); border-bottom: none; }",
    "under": ".page-tab.selected { border-bottom: 3px solid var(--accent); }",
    "fill": ".page-tab.selected { background: var(--accent); color: var(--on-accent); }",
}


def _by_theme(theme: str, look: dict[str, Any], dice: Random) -> str:
    """Return what differs from one theme to the next."""
    button = _BUTTONS.get(theme, "border: none;" if theme == "flat" and dice.random() < 0.5 else "")
    rules = [f"button {{ {button} }}"]
    if theme == "material" or look["entry_border"] == "under":
        ground = dice.choice(("transparent", "var(--base)"))
        rules.append(
            "input.entry, input.spin-button, select, textarea, div.combo-box, div.spin-button"
            f" {{ background: {ground}; border: none; border-bottom: 2px solid var(--border); }}"
        )
    if look["tab"] == "box" or theme == "bevel":
        rules.append(".page-tab { background: var(--button); border: var(--line); }")
    rules += [
        _TABS[look["tab"]],
        "button.flat { background: none; border-color: transparent; box-shadow: none; color: inherit; }",
        "button.default, button.pressed { background: var(--accent); color: var(--on-accent); }",
        dice.choice(("", "", ".list-item { border-bottom: var(--line); }")),
    ]
    return "\n".join(rules)


def _focus(dice: Random) -> str:
    ring = dice.choice(
        (
            f"outline: 2px solid var(--accent); outline-offset: {dice.choice((0, 1, 2))}px;",
            f"outline: 1px dotted var(--ink); outline-offset: {dice.choice((-4, -3, -1))}px;",
            (
                "outline: none; border-color: var(--accent);"
                " box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 50%, transparent);"
            ),
        )
    )
    return f"*:focus, *:focus-visible, *:focus-within:is(div.combo-box, div.spin-button) {{ {ring} }}"
