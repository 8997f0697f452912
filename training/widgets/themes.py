"""What windows are rendered with, and what is held out: themes that the model never sees, and all of GTK 4.

Everything named here is in Debian 12; scripts/install-system-packages has the packages under `training`.
A theme that is not installed is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Split = Literal["train", "check", "themes", "toolkit", "hidpi"]
"""`check` chooses thresholds: known themes, other windows. `themes` are held-out themes of known toolkits, `toolkit` is
the held-out toolkit, `hidpi` is drawn twice as large.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One long-lived renderer: its program, its themes, and its share of a split's windows."""

    name: str
    program: str
    arguments: tuple[str, ...]
    split: Split
    themes: tuple[str, ...]
    """Empty: all that the toolkit has, but for those held out."""
    share: float
    """Of the windows of this split."""
    environment: dict[str, str] = field(default_factory=dict)
    own_look_only: bool = False
    """Render themes as they are, without made-up looks."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HELD_OUT = {
    "gtk3": ("Yaru", "Yaru-dark", "Numix", "Blackbird"),
    "qt": ("Adwaita", "Adwaita-Dark", "plastique", "Oxygen"),
    "tk": ("alt", "breeze", "equilux", "radiance", "clearlooks"),
    "web": ("material", "soft"),
}
ALIKE = ("YaruOk", "YaruGreen", "Yaru", "yaru", "gtk2", "Adwaita-HighContrast", "Adwaita-HighContrastInverse")
"""Themes too close to held-out ones to train with."""
GTK3 = _names(
    "Adwaita Adwaita Adwaita-dark HighContrast HighContrastInverse Arc Arc-Dark Arc-Darker BlackMATE "
    "Blue-Submarine BlueMenta Bluebird Breeze Breeze-Dark DarkCold Green-Submarine GreenLaguna Greybird "
    "Greybird-dark Materia Materia-dark Materia-light-compact Menta Orchis Orchis-Dark Orchis-Compact "
    "TraditionalOk ContrastHigh"
)
GTK4 = _names("Default Default-dark Default-hc Adwaita Adwaita-dark Arc Arc-Dark Materia Orchis-Dark Yaru Breeze")
KVANTUM = ("KvArc", "KvCurvesLight", "KvOxygen", "KvGnomeDark")

JOBS = (
    Job("gtk3", "gtk.py", ("3",), "train", GTK3, 0.34),
    Job("qt6", "qt.py", ("PySide6",), "train", (), 0.12),
    Job("qt6-large", "qt.py", ("PySide6",), "train", (), 0.05, {"QT_SCALE_FACTOR": "1.25"}),
    *(Job(f"qt5-{name}", "qt.py", ("PyQt5",), "train", (), 0.05, {"SIGHTLINE_KVANTUM": name}) for name in KVANTUM),
    Job("tk", "tk.py", (), "train", (), 0.29),
    Job("web", "web.py", ("1",), "train", (), 0.26),
    Job("web-large", "web.py", ("1.25",), "train", (), 0.06),
    Job("gtk3", "gtk.py", ("3",), "check", GTK3, 0.34),
    Job("qt6", "qt.py", ("PySide6",), "check", (), 0.16),
    Job("qt5", "qt.py", ("PyQt5",), "check", (), 0.17, {"SIGHTLINE_KVANTUM": "KvArc"}),
    Job("tk", "tk.py", (), "check", (), 0.33),
    Job("web", "web.py", ("1",), "check", (), 0.25),
    Job("gtk3", "gtk.py", ("3",), "themes", HELD_OUT["gtk3"], 0.34, own_look_only=True),
    Job("qt5", "qt.py", ("PyQt5",), "themes", HELD_OUT["qt"], 0.33, own_look_only=True),
    Job("tk", "tk.py", (), "themes", HELD_OUT["tk"], 0.33, own_look_only=True),
    Job("web", "web.py", ("1",), "themes", HELD_OUT["web"], 0.2),
    Job("gtk4", "gtk.py", ("4",), "toolkit", GTK4, 1.0, own_look_only=True),
    Job("gtk3", "gtk.py", ("3",), "hidpi", HELD_OUT["gtk3"], 0.5, {"GDK_SCALE": "2"}, own_look_only=True),
    Job("qt6", "qt.py", ("PySide6",), "hidpi", ("Fusion",), 0.5, {"QT_SCALE_FACTOR": "2"}, own_look_only=True),
)


def trained(toolkit: str, offered: list[str]) -> tuple[str, ...]:
    """Return the themes to train with, of those that a toolkit offers."""
    return tuple(name for name in offered if name not in HELD_OUT[toolkit] + ALIKE)
