"""A password is in no Scene, no JSON and no picture, whatever the toolkit says of its field."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.target import Accessible
from assistant.desktop.x11 import X11Connection
from assistant.look import Look
from assistant.look.node import Node
from assistant.look.secrets import is_hidden_text, is_secret, may_be_read
from assistant.scene import Box, Picture
from assistant.scene_json import scene_to_json
from harness.windows import SYSTEM_PYTHON, Windows

PATIENT = Config(look=LookConfig(tree_ms=10_000))
PROGRAM = Path(__file__).parent / "secret_fields.py"
SECRET = "xyzzy-secret"


@pytest.fixture
async def look(windows: Windows) -> AsyncIterator[Look]:
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, PATIENT) as opened:
        yield opened


def colours_in(picture: Picture, box: Box) -> set[bytes]:
    return {
        picture.rgb[at : at + 3]
        for y in range(box.y, box.bottom)
        for at in range((y * picture.width + box.x) * 3, (y * picture.width + box.right) * 3, 3)
    }


@pytest.mark.desktop
@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
@pytest.mark.parametrize("field", ["hidden", "shown", "hidden-unnamed"])
async def test_a_secret_is_nowhere(windows: Windows, look: Look, toolkit: str, field: str) -> None:
    window = await windows.open(
        SYSTEM_PYTHON if toolkit != "qt" else sys.executable, PROGRAM.as_posix(), toolkit, field
    )

    snapshot = await look.scene(window.target, picture=True)
    entry = next(element for element in snapshot.scene.elements if element.role in {"text", "password text"})
    focused = await look.focused(snapshot, snapshot.accessible(entry.id))

    for scene in (snapshot.scene, focused.scene):
        assert SECRET not in json.dumps(scene_to_json(scene))
    assert entry.is_filled


@pytest.mark.desktop
@pytest.mark.parametrize("toolkit", ["gtk3", "gtk4", "qt"])
async def test_a_password_is_black_in_the_picture(windows: Windows, look: Look, toolkit: str) -> None:
    window = await windows.open(
        SYSTEM_PYTHON if toolkit != "qt" else sys.executable, PROGRAM.as_posix(), toolkit, "shown"
    )
    await window.drawn()

    scene = (await look.scene(window.target, picture=True)).scene

    entry = next(element for element in scene.elements if element.role == "password text")
    assert scene.picture is not None
    assert entry.box is not None
    assert colours_in(scene.picture, entry.box) == {b"\0\0\0"}


def entry(role: str = "text", name: str = "", **attributes: str) -> Node:
    return Node(Accessible(":1.1", "/1"), role=role, name=name, attributes=attributes)


@pytest.mark.parametrize(
    "label",
    [
        "Password:",
        "Passphrase",
        "PIN",
        "Enter your PIN code",
        "密码",
        "口令：",
        "密碼",
        "Mot de passe",
        "Kennwort",
        "CVV",
    ],
)
def test_a_field_called_like_a_secret_is_one(label: str) -> None:
    assert is_secret(entry(), label)
    assert is_secret(entry(name=label))


@pytest.mark.parametrize(
    "label", ["Name:", "Shipping address", "Opinion", "Pinned items", "电子邮件", "Compass", "Tank"]
)
def test_a_field_called_otherwise_is_none(label: str) -> None:
    assert not is_secret(entry(), label)


def test_a_role_or_a_page_that_says_password_is_enough() -> None:
    assert is_secret(entry("password text"))
    assert is_secret(entry(**{"text-input-type": "password"}))


def test_dots_are_no_text() -> None:
    assert is_hidden_text("●●●●")
    assert not is_hidden_text("")
    assert not is_hidden_text("a●")


def test_single_lines_of_gtk4_are_not_read() -> None:
    assert not may_be_read(entry(), "gtk4")
    assert may_be_read(entry(), "gtk3")
