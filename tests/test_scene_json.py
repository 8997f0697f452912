"""A Scene survives being written to JSON; what is no Scene is refused with the key that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import WrongSettings
from assistant.scene import Box, Cell, Element, Picture, Position, Scene, Value, Window
from assistant.scene_json import scene_from_json, scene_to_json

RECORDED = sorted((Path(__file__).parent / "scenes").glob("*.json"))

EVERYTHING = Scene(
    window=Window("Account", "editor", 42, "GTK 4.8.3", "dialog", "dialog", "zh_CN", True, "A question.", False),
    elements=(
        Element(1, "label", "Name", labels=(2,)),
        Element(
            2,
            "spin button",
            "Name",
            frozenset({"focused", "invalid-entry"}),
            description="A number.",
            text="7",
            is_filled=True,
            placeholder="0",
            value=Value(7.0, 0.0, 9.0, "7 pieces"),
            box=Box(1, 2, 3, 4),
            keys=("Alt+N",),
            actions=("Activate",),
            error="Too small.",
            position=Position(1, 2),
            confidence=0.7,
        ),
        Element(3, "table cell", "1 kB", parent=2, cell=Cell(1, 2, 3, 4, "a.txt", "Size"), level=2, source="ocr"),
    ),
    focus=2,
    default=3,
    unread=5,
)


def test_a_scene_survives_json() -> None:
    text = json.dumps(scene_to_json(EVERYTHING), ensure_ascii=False)

    assert scene_from_json(json.loads(text)) == EVERYTHING


def test_the_json_has_the_keys_that_the_command_line_promises() -> None:
    written = scene_to_json(Scene(Window("Title", "editor"), (Element(1, "label", "Hello"),)))

    assert written["elements"] == [
        {
            "id": 1,
            "role": "label",
            "name": "Hello",
            "states": [],
            "box": None,
            "keys": [],
            "source": "tree",
            "confidence": 1.0,
        }
    ]
    assert (written["focus"], written["default"], written["window"]["kind"]) == (None, None, "window")


def test_the_picture_is_left_out() -> None:
    scene = Scene(Window(), picture=Picture(1, 1, b"\x01\x02\x03"))

    assert scene_from_json(scene_to_json(scene)).picture is None


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"elements": [{"id": "one", "role": "label"}]}, "elements.0.id"),
        ({"elements": [{"id": 1, "role": "label", "colour": "red"}]}, "elements.0.colour"),
        ({"window": {"kind": "poem"}}, "window.kind"),
        ({"window": {"size": 3}}, "window.size"),
        ({"pictures": []}, "pictures"),
        ({"focus": 9}, "focus"),
        ({"elements": [{"id": 1, "role": "label", "parent": 1}]}, "elements.0.parent"),
    ],
)
def test_what_is_no_scene_is_refused_with_its_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(WrongSettings) as caught:
        scene_from_json({**scene_to_json(EVERYTHING), "focus": None, "default": None, **change})

    assert caught.value.key == key


def test_an_error_does_not_carry_words_from_the_screen() -> None:
    with pytest.raises(WrongSettings) as caught:
        scene_from_json({"window": {"title": ["marker-word"]}})

    assert "marker-word" not in str(caught.value)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_recorded_scenes_load(file: Path) -> None:
    recorded = json.loads(file.read_text(encoding="utf-8"))

    scene = scene_from_json(recorded["scene"])

    assert scene.window.toolkit
    assert recorded["truth"]
