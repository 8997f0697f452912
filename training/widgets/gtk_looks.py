"""Write GTK style sheets after a made-up look; GTK 3 and GTK 4 understand the same ones."""

from __future__ import annotations

from typing import Any


def css(font: list[Any], style: dict[str, Any] | None) -> str:
    """Return the style sheet: the font, and the made-up look if there is one."""
    heading = ".heading { font-weight: bold; font-size: 130%; }\n"
    text = f'* {{ font-family: "{font[0]}"; font-size: {font[1]}pt; }}\n' + heading
    return text + (_look(style) if style else "")


def _look(style: dict[str, Any]) -> str:
    line = f"{style['border_width']}px solid {style['border']}"
    under = style["entry_border"] == "under"
    fill = f"background-image: linear-gradient(to bottom, {style['button']}, {style['button_end']});"
    shadow = "box-shadow: 0 1px 2px rgba(0,0,0,.4);" if style["shadow"] else "box-shadow: none;"
    link = style["accent"] if style["link"] == "accent" else style["link"]
    tab = {"box": f"border: {line};", "under": f"box-shadow: inset 0 -3px {style['accent']};", "fill": ""}[style["tab"]]
    filled = f"background-color: {style['accent']}; color: {style['on_accent']};" if style["mark_filled"] else ""
    return f"""
    window, dialog, .background, notebook > stack, notebook > header, toolbar, menubar, headerbar, statusbar,
    viewport {{
        background-color: {style["background"]}; background-image: none; color: {style["ink"]}; }}
    label, check, radio {{ color: {style["ink"]}; text-shadow: none; }}
    label:disabled {{ color: mix({style["ink"]}, {style["background"]}, .6); }}
    button {{ {fill} border: {line}; border-radius: {style["radius"]}px; {shadow} text-shadow: none;
        padding: {style["pad_y"]}px {style["pad_x"]}px; min-height: 0; color: {style["ink"]}; }}
    button.flat {{ background: none; border-color: transparent; box-shadow: none; padding: {style["pad_y"] + 1}px; }}
    button:checked {{ background: {style["accent"]}; }} button:checked label {{ color: {style["on_accent"]}; }}
    button:disabled {{ opacity: .6; }}
    button.suggested-action {{ background: {style["accent"]}; }}
    button.suggested-action label {{ color: {style["on_accent"]}; }}
    button.link {{ background: none; border: none; box-shadow: none; padding: 2px; }}
    button.link label {{ color: {link}; text-decoration: {"underline" if style["underlined"] else "none"}; }}
    entry, spinbutton, textview text, .view, treeview.view, list, row {{ background-color: {style["base"]};
        background-image: none; color: {style["ink"]}; }}
    entry, spinbutton {{ border-radius: {0 if under else style["radius"]}px; min-height: 0; box-shadow: none;
        padding: {style["pad_y"]}px 6px; border: {"0" if under else line};
        border-bottom: 2px solid {style["border"]}; }}
    spinbutton entry {{ border: none; }}
    entry:focus, spinbutton:focus {{ border-color: {style["accent"]}; }}
    check, radio {{ min-width: {style["mark"]}px; min-height: {style["mark"]}px; background-color: {style["base"]};
        background-image: none; border: {max(style["border_width"], 1)}px solid {style["border"]}; }}
    check {{ border-radius: {min(style["radius"], 4)}px; }} radio {{ border-radius: 50%; }}
    check:checked, radio:checked {{ {filled} }}
    switch {{ border-radius: {style["radius"] * 2}px; border: {line}; background: {style["button"]}; }}
    switch:checked {{ background: {style["accent"]}; }}
    progressbar trough, progressbar progress {{ min-height: {style["bar"]}px; border-radius: {style["radius"]}px; }}
    scale.horizontal trough {{ min-height: {max(style["bar"] // 3, 2)}px; }}
    progressbar trough, scale trough {{ background: {style["base"]}; border: {line}; }}
    progressbar progress, scale highlight {{ background: {style["accent"]}; border: none; }}
    scale slider {{ min-width: {style["knob"]}px; min-height: {style["knob"]}px; background: {style["button"]};
        border: {max(style["border_width"], 1)}px solid {style["border"]}; border-radius: {style["radius"] * 2}px; }}
    notebook > header tab {{ padding: {style["pad_y"]}px {style["pad_x"]}px; border: none; min-height: 0; }}
    notebook > header tab:checked {{ background-color: {style["button"]}; {tab} }}
    row {{ padding: {style["pad_y"]}px 6px; }}
    row:selected, .view:selected, treeview.view:selected {{
        background-color: {style["accent"]}; color: {style["on_accent"]}; }}
    row:selected label {{ color: {style["on_accent"]}; }}
    frame > border, .frame {{ border: 1px solid {style["border"]}; }}
    menu, popover contents {{ background-color: {style["base"]};
        border: 1px solid {style["border"]}; color: {style["ink"]}; }}
    menuitem {{ padding: {style["pad_y"]}px {style["pad_x"]}px; }}
    """
