"""The corpus for reading pixels: windows that the tests render, with the truth about what each shows.

Truth is the accessibility tree where there is one, else what the program tells of itself (`--truth`). The pictures
are taken as look takes them. Nobody's real screen is in it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from assistant.desktop.target import Target
from assistant.host.seeing import Seen
from assistant.look import Look
from assistant.look.merge import merged
from assistant.look.sight import Sight
from assistant.scene import Box, Element, Picture, Scene, Window
from harness import WAIT_SECONDS
from harness.windows import PROGRAMS, SYSTEM_PYTHON, TestWindow, Toolkit, Windows

_TREELESS = frozenset({"tk", "drawn"})


@dataclass(frozen=True)
class Shown:
    """A window of the corpus: which program, and how it looks."""

    toolkit: Toolkit
    window: str
    language: str = "en"
    is_dark: bool = False
    scale: int = 1
    theme: str = ""

    @property
    def name(self) -> str:
        parts = [self.toolkit, self.window, self.language, "dark" if self.is_dark else "", self.theme]
        return "-".join([*filter(None, parts), *(["hidpi"] if self.scale > 1 else [])])

    @property
    def arguments(self) -> list[str]:
        python = sys.executable if self.toolkit in ("qt", "drawn") else SYSTEM_PYTHON
        found = [python, str(PROGRAMS / f"{self.toolkit}.py"), self.window]
        if self.toolkit != "drawn" or self.window != "plain":
            found += ["--language", self.language]
        found += ["--dark"] * self.is_dark + ["--truth"] * (self.toolkit in _TREELESS)
        if self.toolkit == "tk":
            found += ["--scale", str(self.scale), *(["--theme", self.theme] if self.theme else [])]
        return found

    @property
    def environment(self) -> dict[str, str]:
        if self.scale == 1 or self.toolkit in _TREELESS:
            return {}
        return {"QT_SCALE_FACTOR": str(self.scale)} if self.toolkit == "qt" else {"GDK_SCALE": str(self.scale)}


@dataclass(frozen=True)
class Captured:
    """A window's picture, and the truth about it."""

    shown: Shown
    truth: Scene
    picture: Picture


def corpus() -> tuple[Shown, ...]:
    """Return every window of the corpus."""
    return tuple(_windows())


def _windows() -> Iterator[Shown]:
    accessible: tuple[Toolkit, ...] = ("gtk3", "gtk4", "qt")
    for toolkit, window, language in product(accessible, ("save-changes", "form", "controls", "tabs"), ("en", "zh")):
        yield Shown(toolkit, window, language)
    for toolkit in accessible:
        yield Shown(toolkit, "form", is_dark=True)
        yield Shown(toolkit, "controls", "zh", is_dark=True)
        yield Shown(toolkit, "save-changes", scale=2)
        yield Shown(toolkit, "empty")
        yield Shown(toolkit, "keypad")
    for window, language in product(("question", "form", "settings", "download"), ("en", "zh")):
        yield Shown("tk", window, language)
    yield Shown("tk", "form", is_dark=True)
    yield Shown("tk", "settings", theme="alt")
    yield Shown("tk", "settings", theme="classic")
    yield Shown("tk", "form", scale=2)
    yield Shown("tk", "empty")
    yield Shown("tk", "keypad")
    yield Shown("qt", "keypad", is_dark=True)
    yield Shown("tk", "keypad", scale=2)
    for language in ("en", "zh"):
        yield Shown("drawn", "game", language)
    yield Shown("drawn", "game", is_dark=True)
    yield Shown("drawn", "plain")


async def capture(windows: Windows, look: Look, shown: Shown) -> Captured:
    """Open a window, take its picture and the truth about it, and close it."""
    has_tree = shown.toolkit not in _TREELESS
    window = await windows.open(*shown.arguments, env=shown.environment, has_tree=has_tree, read_output=not has_tree)
    try:
        if shown.window != "empty":
            await window.drawn()
        told = [] if has_tree else await _told(window)
        target = window.target if has_tree else Target(xid=window.xid, pid=window.pid)
        scene = (await look.scene(target, picture=True)).scene
    finally:
        await window.close()
    scene = replace(scene, elements=tuple(map(_as_shown, scene.elements)))
    if scene.picture is None:
        raise ValueError(f"no picture of {shown.name}")
    return Captured(shown, scene if has_tree else replace(scene, elements=tuple(told)), scene.picture)


def _as_shown(element: Element) -> Element:
    """Return an element as it is drawn: GTK 4.8 calls grouped radio buttons check boxes, others links buttons."""
    if element.name in ("Read more", "了解更多") and element.role in ("push button", "label"):
        return replace(element, role="link")
    is_radio = element.role == "check box" and element.name in ("Small", "Large", "小", "大")
    return replace(element, role="radio button") if is_radio else element


async def read(sight: Sight, captured: Captured) -> Scene:
    """Return what the pixels alone tell of a window."""
    picture = captured.picture
    seen: Seen = await sight.seen(picture)
    return merged(Scene(Window(title=captured.truth.window.title), picture=picture), seen)


async def _told(window: TestWindow) -> list[Element]:
    assert window.process.stdout is not None
    async with asyncio.timeout(WAIT_SECONDS):
        line = await window.process.stdout.readline()
    return [
        Element(
            number,
            entry["role"],
            entry["name"],
            text=entry["text"],
            states=frozenset(entry["states"]),
            box=Box(*entry["box"]),
        )
        for number, entry in enumerate(json.loads(line), start=1)
    ]
