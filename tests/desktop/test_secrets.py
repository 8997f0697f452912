"""A password that is typed into a real window is nowhere afterwards: not said, shown, printed, logged or written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look
from assistant.scene_json import scene_to_json
from harness.daemon import daemon_in, sightline
from harness.windows import TestWindow, Windows

pytestmark = pytest.mark.desktop

SECRET = "xq7tangerine"
_BLACK = bytes(3)


async def password_window(windows: Windows, toolkit: str) -> TestWindow:
    if toolkit == "zenity":
        return await windows.zenity("--password", "--title=Unlock")
    return await windows.program(toolkit, "sign-in" if toolkit == "page" else "password")  # type: ignore[arg-type] # it is one


def files_with(folder: Path, secret: str) -> list[str]:
    """Return the names of all files in a folder and below it that hold these bytes, in UTF-8 or UTF-16."""
    forms = (secret.encode(), secret.encode("utf-16-le"))
    files = [Path(place) / name for place, _, names in os.walk(folder) for name in names]
    regular = [file for file in files if stat.S_ISREG(file.lstat().st_mode)]
    return [file.name for file in regular if any(form in file.read_bytes() for form in forms)]


@pytest.mark.parametrize("toolkit", ["zenity", "gtk3", "gtk4", "qt", "page"])
async def test_a_typed_password_is_nowhere(desktop: VirtualDesktop, windows: Windows, toolkit: str) -> None:
    async with daemon_in(desktop, "profile: technician\n") as daemon:
        window = await password_window(windows, toolkit)
        await daemon.says("password field" if toolkit != "page" else "Password must")
        if toolkit == "page":
            desktop.press("Tab", "Tab")
            await daemon.says("password field")
        desktop.press(*SECRET)
        answers = [await daemon.answer(command) for command in ("focus", "window", "more", "more", "choices", "repeat")]
        printed = [await sightline(desktop, *command) for command in (("explain", "--silent", "--json"), ("scene",))]
        scene = await pictured(window)

    assert "filled" in repr(answers) or toolkit == "gtk4"  # which does not tell how much is in an entry
    assert SECRET not in repr(answers) + repr(daemon.records) + daemon.log()
    assert SECRET not in repr(printed)
    assert SECRET not in repr(scene)
    assert files_with(desktop.folder, SECRET) == []


async def pictured(window: TestWindow) -> object:
    """Look at a window with its picture; assert that its password box is black, and return all else."""
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, Config()) as look:
        scene = (await look.scene(window.target, picture=True)).scene
    boxes = [element.box for element in scene.elements if element.role == "password text"]
    assert boxes
    assert scene.picture is not None
    for box in boxes:
        assert box is not None
        middle = ((box.y + box.height // 2) * scene.picture.width + box.x) * 3
        assert scene.picture.rgb[middle : middle + box.width * 3] == _BLACK * box.width
    return scene_to_json(scene)
