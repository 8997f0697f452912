"""From pixels to speech with a model that knows something: what is heard about a picture is right."""

# ruff: noqa: PLC0415 - nothing of the extra `vlm` is imported where it is not installed
from __future__ import annotations

import json
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import Outcome, sightline
from harness.windows import SYSTEM_PYTHON, Windows

if TYPE_CHECKING:
    from training.tiny_vlm.exam import Item

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("openai", "PIL", "torch", "transformers"))), reason="needs sightline[vlm]"
)

MODEL_SECONDS = 100.0  # torch alone takes ten on a busy machine
MODEL = Path(__file__).parents[2] / "training" / "tiny_vlm" / "model"
SHOW = """
import sys, tkinter
root = tkinter.Tk()
picture = tkinter.PhotoImage(file=sys.argv[1])
tkinter.Label(root, image=picture, borderwidth=0, highlightthickness=0).pack()
root.resizable(False, False)
root.mainloop()
"""


@pytest.fixture
async def transcript(desktop: VirtualDesktop) -> AsyncIterator[Path]:
    """Settings with the model that knows dialogs, and the file that holds what is spoken."""
    heard = desktop.folder / "heard.jsonl"
    heard.unlink(missing_ok=True)
    file = Path(desktop.environment["XDG_CONFIG_HOME"]) / "sightline" / "settings.yaml"
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"speech: {{voice: file, file: {heard}}}\nengine: {{model: {MODEL}}}\n", encoding="utf-8")
    yield heard
    file.unlink() if before is None else file.write_text(before, encoding="utf-8")


def items_about_kind() -> dict[str, Item]:
    """Return a question about the kind of message for each right answer."""
    from training.tiny_vlm.exam import exam

    return {item.right: item for item in exam(40) if item.topic == "kind"}


def saved(item: Item, desktop: VirtualDesktop) -> Path:
    """Return the item's picture as a file that the desktop's person can read."""
    file = desktop.folder / "dialog.png"
    item.picture.save(file)
    file.chmod(0o644)
    return file


def spoken(heard: Path) -> list[str]:
    """Return all that was spoken."""
    records = [json.loads(line) for line in heard.read_text(encoding="utf-8").splitlines()]
    return [record["text"] for record in records if "text" in record]


async def ask(desktop: VirtualDesktop, *arguments: str) -> Outcome:
    return await sightline(desktop, "ask", *arguments, "--lang", "en", "--json", seconds=MODEL_SECONDS)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("right", ["It looks like an error.", "It looks like a question."])
async def test_what_a_picture_file_shows_is_heard(desktop: VirtualDesktop, transcript: Path, right: str) -> None:
    item = items_about_kind()[right]

    outcome = await ask(desktop, item.question, "--image", str(saved(item, desktop)))

    assert outcome.status == 0, outcome.err
    assert right in spoken(transcript)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("right", ["It looks like a warning."])
async def test_what_a_windows_pixels_show_is_heard(
    desktop: VirtualDesktop, windows: Windows, transcript: Path, right: str
) -> None:
    item = items_about_kind()[right]
    file = str(saved(item, desktop))
    window = await windows.open(SYSTEM_PYTHON, "-c", SHOW, file, has_tree=False)
    await window.drawn()

    outcome = await ask(desktop, item.question)

    assert outcome.status == 0, outcome.err
    assert right in spoken(transcript)
