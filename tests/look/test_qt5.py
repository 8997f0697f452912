"""Qt 5 answers fewer questions than other toolkits; its windows are read all the same."""

from __future__ import annotations

import shutil

import pytest

from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.look import Look
from harness.windows import Windows


@pytest.mark.desktop
@pytest.mark.skipif(shutil.which("featherpad") is None, reason="featherpad, a program of Qt 5, is not installed")
async def test_a_window_of_qt_5_is_read_though_it_has_no_locale(windows: Windows) -> None:
    window = await windows.open("featherpad")

    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11) as look:
        scene = (await look.scene(window.target, picture=True)).scene

    assert scene.window.toolkit.startswith("Qt 5")
    assert scene.elements
    assert scene.picture
