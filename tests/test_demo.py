"""The demo shows real dialogs, says what is on them, and keeps what it showed and said; never a password."""

from __future__ import annotations

import json
import wave
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from assistant.demo.dialogs import DIALOGS, PASSWORD, Dialog
from assistant.demo.drawing import outlined
from assistant.demo.show import run_demo
from assistant.scene import Box, Element, Picture, Scene, Window
from assistant.scene_json import scene_from_json
from harness.ear import likeness, spoken

BY_NAME = {dialog.name: dialog for dialog in DIALOGS}


@dataclass(frozen=True)
class Kept:
    """What a run of the demo with one question, spoken, has printed and kept."""

    printed: str
    output: Path

    @property
    def folder(self) -> Path:
        return self.output / "1-question"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    output = tmp_path_factory.mktemp("demo")
    with redirect_stdout(StringIO()) as printed:
        assert run_demo(output, dialogs=[BY_NAME["question"]]) == 0
    return Kept(printed.getvalue(), output)


@pytest.mark.desktop
def test_what_is_said_is_printed_and_kept(kept: Kept) -> None:
    transcript = (kept.folder / "transcript.txt").read_text(encoding="utf-8")

    assert transcript.count("Do you want to back up your old files") == 1
    assert "A child hears: " in transcript
    assert transcript.split("\n\n", 1)[1].strip() in kept.printed


@pytest.mark.desktop
def test_the_scene_and_the_picture_are_kept_and_shown_on_a_page(kept: Kept) -> None:
    scene = scene_from_json(json.loads((kept.folder / "scene.json").read_text(encoding="utf-8")))

    assert {element.name for element in scene.elements} >= {"Yes", "No"}
    assert (kept.folder / "screen.png").read_bytes().startswith(b"\x89PNG")
    assert "1-question/screen.png" in (kept.output / "index.html").read_text(encoding="utf-8")


@pytest.mark.desktop
def test_what_is_kept_as_sound_is_what_was_said(kept: Kept) -> None:
    heard = samples(kept.folder / "technician.wav")

    assert likeness(heard, spoken("Do you want to back up your old files before installing?", "en-us", 175, 50)) > 0.8
    assert likeness(heard, spoken("The computer has found something that is not there.", "en-us", 175, 50)) < 0.8


@pytest.mark.desktop
def test_a_typed_password_is_in_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_demo(tmp_path, dialogs=[BY_NAME["password"]], sound=False) == 0

    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*.*") if file.suffix in {".json", ".txt", ".html"})
    assert b"password" in kept
    assert PASSWORD.encode() not in kept
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.desktop
@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog.name)
def test_every_dialog_is_explained(dialog: Dialog, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_demo(tmp_path, dialogs=[dialog], sound=False) == 0

    assert ("A child hears" in capsys.readouterr().out) == dialog.is_installed


@pytest.mark.desktop
def test_a_program_that_is_not_installed_is_left_out_with_the_command_that_installs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = replace(BY_NAME["question"], program="no-such-program", package="no-such-package")

    assert run_demo(tmp_path, dialogs=[missing], sound=False) == 0
    assert "Left out, because no-such-program is not installed. Run: sudo apt install no-such-package" in (
        capsys.readouterr().out
    )


@pytest.mark.desktop
def test_a_desktop_that_cannot_start_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert run_demo(tmp_path, dialogs=[BY_NAME["question"]]) == 4
    assert "Run: sudo apt install xvfb" in capsys.readouterr().err


def test_an_outline_and_a_number_are_drawn_where_an_element_is() -> None:
    picture = Picture(60, 50, bytes((255, 255, 255)) * 60 * 50)
    scene = Scene(Window(), (Element(1, "push button", box=Box(10, 20, 30, 20)),))

    drawn = outlined(picture, scene)

    margin = (drawn.width - picture.width) // 2
    assert pixel(drawn, margin + 10, margin + 30) == pixel(drawn, margin + 39, margin + 30) != (255, 255, 255)
    assert pixel(drawn, margin + 25, margin + 30) == (255, 255, 255)
    assert pixel(drawn, margin + 10, margin + 15) == pixel(drawn, margin + 10, margin + 30)  # the number's plate


def test_what_lies_outside_the_picture_is_not_drawn() -> None:
    picture = Picture(20, 20, bytes(20 * 20 * 3))
    scene = Scene(
        Window(), (Element(1, "label", box=Box(-100, 5, 500, 400)), Element(2, "label", box=Box(900, 9, 5, 5)))
    )

    assert len(outlined(picture, scene).rgb) == outlined(picture, Scene(Window())).width ** 2 * 3


def pixel(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    start = (y * picture.width + x) * 3
    return tuple(picture.rgb[start : start + 3])


def samples(file: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    with wave.open(str(file)) as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), dtype=np.int16)
