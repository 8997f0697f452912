"""Windows of real programs: the list of them, how each is opened, and its picture with what its tree tells.

Every window gets a private desktop with a home of its own, so that nothing one program leaves behind is in the next
one's picture.
"""

from __future__ import annotations

import asyncio
import sys
import zipfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from shutil import which

import msgspec
import numpy as np
from Xlib import X

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assistant.config import Config, LookConfig
from assistant.desktop.target import Target
from assistant.desktop.x11 import X11Connection
from assistant.host.png import png
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.host.virtual_screen import OpenWindow
from assistant.look import Look
from assistant.scene import Picture, Scene
from benchmarks.looking import looking
from harness.tree import Tree

LIST = Path(__file__).parent / "applications.yaml"
PATIENT = Config(look=LookConfig(tree_ms=10_000))
PAUSE_SECONDS = 1.0  # between two looks that are to agree
LOOKS = 20
PRESS_SECONDS = 0.5  # before each key: Qt's menus take none until they are there
OPEN_SECONDS = 60.0  # a program starts in about one second; a busy machine may take its time
STILL = 0.002  # the share of pixels that a blinking caret may change between two looks
ALWAYS = {"GTK_OVERLAY_SCROLLING": "0"}
"""A scroll bar that fades away would make one look differ from the next."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A window of a program: how to start it, and what to do until it is there."""

    program: str
    window: str
    package: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    """Files to put into its home beforehand: settings, mostly."""
    type: str = ""
    press: tuple[str, ...] = ()
    """Keys, after what is typed."""
    is_next: bool = False
    """Whether the keys open it: it is the program's second window."""

    @property
    def name(self) -> str:
        return f"{self.program} {self.window}"

    @property
    def is_installed(self) -> bool:
        return which(self.program) is not None


@dataclass(frozen=True, slots=True)
class Captured:
    """A window's picture, and all that its tree tells of it."""

    program: str
    window: str
    tree: Scene
    picture: Picture
    has_own_title_bar: bool = False
    """Whether the program draws the window's frame, and with it the buttons that close it."""

    @property
    def name(self) -> str:
        return f"{self.program} {self.window}"


class _Program(msgspec.Struct, forbid_unknown_fields=True):
    """A program as it stands in the list."""

    windows: dict[str, dict[str, object] | None]
    package: str = ""
    icons: tuple[str, ...] = ()


def icons_of(program: str, file: Path = LIST) -> tuple[str, ...]:
    """Return the names of a program's buttons that show a picture instead, as a person saw."""
    told = _programs(file).get(program)
    return told.icons if told else ()


def listed(file: Path = LIST) -> tuple[Opened, ...]:
    """Return every window of the list."""
    return tuple(
        msgspec.convert({"program": program, "window": name, "package": told.package or program, **(how or {})}, Opened)
        for program, told in _programs(file).items()
        for name, how in told.windows.items()
    )


@cache
def _programs(file: Path) -> dict[str, _Program]:
    return msgspec.yaml.decode(file.read_bytes(), type=dict[str, _Program])


async def captured(opened: Opened) -> Captured:
    """Open a window in a desktop of its own; return its picture and its tree.

    TimeoutError if it does not come, ValueError if it cannot be pictured.
    """
    async with looking(PATIENT) as (desktop, bus, x11, look):
        tree = Tree(bus)
        await tree.listen()
        _furnish(desktop.folder / "home", opened.home)
        shown, scene = await _opened(opened, desktop, tree, look)
        is_bare = _has_own_title_bar(x11, shown.xid)
    if scene.picture is None:
        raise ValueError(f"no picture of {opened.name}")
    return Captured(opened.program, opened.window, replace(scene, picture=None), scene.picture, is_bare)


async def _opened(opened: Opened, desktop: VirtualDesktop, tree: Tree, look: Look) -> tuple[OpenWindow, Scene]:
    known = frozenset(desktop.screen.windows())
    await desktop.start(opened.program, *opened.arguments, env={**ALWAYS, **opened.environment})
    shown, scene = await _shown(known, desktop, tree, look)
    if not opened.type and not opened.press:
        return shown, scene
    desktop.screen.type(opened.type)
    for chord in opened.press:
        await asyncio.sleep(PRESS_SECONDS)
        desktop.press(chord)
    if opened.is_next:
        return await _shown(known | {shown}, desktop, tree, look)
    return shown, await _at_rest(look, Target(xid=shown.xid, pid=shown.pid))


async def _shown(
    known: frozenset[OpenWindow], desktop: VirtualDesktop, tree: Tree, look: Look
) -> tuple[OpenWindow, Scene]:
    """Wait for a window that is not one of the known ones, and until it has come to rest."""
    async with asyncio.timeout(OPEN_SECONDS):
        shown = await desktop.screen.new_window(known)
        await desktop.screen.active(shown.xid)
        if shown.pid is not None:
            await tree.window(shown.pid)
    return shown, await _at_rest(look, Target(xid=shown.xid, pid=shown.pid))


async def _at_rest(look: Look, target: Target) -> Scene:
    """Look until two looks agree; return the last one."""
    last = (await look.scene(target, picture=True)).scene
    for _ in range(LOOKS):
        await asyncio.sleep(PAUSE_SECONDS)
        scene = (await look.scene(target, picture=True)).scene
        if scene.elements and scene.elements == last.elements and _is_still(scene.picture, last.picture):
            break
        last = scene
    return scene


def _is_still(one: Picture | None, other: Picture | None) -> bool:
    if one is None or other is None or len(one.rgb) != len(other.rgb):
        return False
    differ = np.frombuffer(one.rgb, np.uint8) != np.frombuffer(other.rgb, np.uint8)
    return float(differ.reshape(-1, 3).any(axis=1).mean()) <= STILL


def _has_own_title_bar(x11: X11Connection, xid: int) -> bool:
    """Say whether a window asked the window manager for no frame (Motif's hints: bit 1 of the flags, decorations 0)."""
    name = x11.atom("_MOTIF_WM_HINTS")
    found = x11.display.create_resource_object("window", xid).get_full_property(name, X.AnyPropertyType)
    return found is not None and len(found.value) >= 3 and bool(found.value[0] & 2) and not found.value[2]


# What is in every home


def _furnish(home: Path, files: dict[str, str]) -> None:
    (home / "letter.txt").write_text("Dear Ada,\nthe tea shop opens on Monday.\n", encoding="utf-8")
    (home / "tea.png").write_bytes(png(240, 160, bytes([200, 80, 40]) * (120 * 160) + bytes([40, 120, 80]) * 120 * 160))
    (home / "notes.pdf").write_bytes(_PDF)
    with zipfile.ZipFile(home / "photos.zip", "w") as archive:
        archive.writestr("beach.jpg", "not really")
        archive.writestr("harbour.jpg", "not really either")
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")


_PAGE = b"BT /F1 24 Tf 60 700 Td (The tea shop opens on Monday.) Tj ET"
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length " + str(len(_PAGE)).encode() + b">>stream\n" + _PAGE + b"\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n"
)
"""One page with one line. It has no table of where its objects lie: readers of PDF find them without."""
