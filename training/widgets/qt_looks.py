"""Write Qt palettes and style sheets after a made-up look; used by qt.py."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

BINDING = sys.argv[1]
Core, Gui, Qw = (importlib.import_module(f"{BINDING}.Qt{part}") for part in ("Core", "Gui", "Widgets"))

Node = dict[str, Any]


def palette(style: Node | None) -> Any:
    if style is None:
        return Qw.QApplication.style().standardPalette()
    colours = Gui.QPalette(Gui.QColor(style["button"]), Gui.QColor(style["background"]))
    chosen = {
        "Window": "background", "Base": "base", "Text": "ink", "WindowText": "ink", "ButtonText": "ink",
        "Button": "button", "Highlight": "accent", "HighlightedText": "on_accent", "AlternateBase": "background",
        "Link": "link",
    }  # fmt: skip
    for role, name in chosen.items():
        colour = style["accent"] if style[name] == "accent" else style[name]
        colours.setColor(getattr(Gui.QPalette, role), Gui.QColor(colour))
    for role in ("Text", "WindowText", "ButtonText"):
        colours.setColor(Gui.QPalette.Disabled, getattr(Gui.QPalette, role), Gui.QColor("#888888"))
    return colours


def sheet(style: Node, folder: Path) -> str:
    """Write a style sheet after the made-up look."""
    mark = tick(style, folder)
    filled = f"background:{style['accent']}" if style["mark_filled"] else ""
    under = style["entry_border"] == "under"
    line = f"{style['border_width']}px solid {style['border']}"
    fill = f"qlineargradient(x1:0,y1:0,x2:0,y2:1,stop:0 {style['button']},stop:1 {style['button_end']})"
    corner, pad = f"border-radius:{style['radius']}px;", f"padding:{style['pad_y']}px {style['pad_x']}px;"
    tab = {
        "box": f"border:{line};",
        "under": f"border:0;border-bottom:3px solid {style['accent']};",
        "fill": "border:0;",
    }
    return f"""
    QPushButton, QToolButton {{ background:{fill}; border:{line}; {corner} {pad} }}
    QToolButton[autoRaise="true"] {{ background:transparent; border:0; padding:{style["pad_y"] + 1}px; }}
    QPushButton:checked {{ background:{style["accent"]}; color:{style["on_accent"]}; }}
    QPushButton:default {{ border:2px solid {style["accent"]}; }}
    QPushButton:focus {{ border:2px solid {style["accent"]}; }}
    QPushButton:disabled, QLineEdit:disabled, QCheckBox:disabled, QRadioButton:disabled {{ color:#888888; }}
    QLineEdit {{ background:{style["base"]}; {corner if not under else ""} padding:{style["pad_y"]}px 5px;
        {"border:0;border-bottom:2px solid " + style["border"] if under else "border:" + line}; }}
    QLineEdit:focus {{ {"border-bottom" if under else "border"}:2px solid {style["accent"]}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width:{style["mark"]}px; height:{style["mark"]}px;
        border:{max(style["border_width"], 1)}px solid {style["border"]}; background:{style["base"]}; }}
    QCheckBox::indicator {{ border-radius:{min(style["radius"], 4)}px; }}
    QRadioButton::indicator {{ border-radius:{style["mark"] // 2 + style["border_width"]}px; }}
    QCheckBox::indicator:checked {{ image:url({mark}); {filled}; }}
    QRadioButton::indicator:checked {{ background:qradialgradient(cx:.5,cy:.5,radius:.5,fx:.5,fy:.5,
        stop:0 {style["accent"]},stop:.55 {style["accent"]},stop:.6 {style["base"]},stop:1 {style["base"]}); }}
    QProgressBar {{ border:{line}; {corner} background:{style["base"]}; text-align:center; min-height:{style["bar"]}px;
        max-height:{style["bar"] + 6}px; }}
    QProgressBar::chunk {{ background:{style["accent"]}; {corner} }}
    QTabBar::tab {{ {pad} border:{line if style["tab"] == "box" else "0"}; background:{style["background"]}; }}
    QTabBar::tab:selected {{ {tab[style["tab"]]} background:{style["button"]}; }}
    QSlider::groove:horizontal {{ height:{max(style["bar"] // 3, 2)}px; background:{style["border"]}; }}
    QSlider::handle:horizontal {{ width:{style["knob"]}px; background:{style["accent"]};
        border-radius:{style["knob"] // 2}px;
        margin:-{style["knob"] // 2}px 0; }}
    QListWidget::item {{ padding:{style["pad_y"]}px; }}
    """


def tick(style: Node, folder: Path) -> str:
    """Draw the mark of a checked box into a file, which style sheets ask for."""
    size = style["mark"]
    colour = style["on_accent"] if style["mark_filled"] else style["ink"]
    file = folder / f"tick-{colour[1:]}-{size}.png"
    if not file.exists():
        picture = Gui.QImage(size, size, Gui.QImage.Format_ARGB32)
        picture.fill(0)
        painter = Gui.QPainter(picture)
        painter.setRenderHint(Gui.QPainter.Antialiasing)
        painter.setPen(Gui.QPen(Gui.QColor(colour), max(size / 8, 1.5)))
        corners = [Core.QPointF(size * x, size * y) for x, y in ((0.2, 0.5), (0.42, 0.75), (0.82, 0.25))]
        painter.drawPolyline(Gui.QPolygonF(corners))
        painter.end()
        picture.save(str(file))
    return str(file)
