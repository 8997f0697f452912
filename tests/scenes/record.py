"""Record Scenes of real windows: `python tests/scenes/record.py [NAME…]`, on any machine that can run the tests.

Each file holds the Scene and, in one sentence, what is true of the window, for whoever reads a failing test.

Process ids and paths of the machine are not kept. Record again when look has learned something, and read the diff.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

from assistant.config import Config, LookConfig  # noqa: E402
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility  # noqa: E402
from assistant.desktop.x11 import X11Connection  # noqa: E402
from assistant.host.living import living_in  # noqa: E402
from assistant.host.virtual_desktop import VirtualDesktop  # noqa: E402
from assistant.look import Look  # noqa: E402
from assistant.scene import Scene  # noqa: E402
from assistant.scene_json import scene_to_json  # noqa: E402
from harness.tree import Tree  # noqa: E402
from harness.windows import TestWindow, Windows  # noqa: E402

PATIENT = Config(look=LookConfig(tree_ms=5_000))
Opener = Callable[[Windows], Awaitable[TestWindow]]


@dataclass(frozen=True)
class Recording:
    """A window, how it is opened, and what is true of it."""

    name: str
    open: Opener
    truth: str
    keys: tuple[str, ...] = ()
    """Pressed before the window is read."""


def ours(toolkit: str, window: str, truth: str, *keys: str, both: bool = True, **options: int) -> list[Recording]:
    """Return the recordings of one of our own windows, in English and Chinese."""

    def opener(language: str) -> Opener:
        return lambda windows: getattr(windows, toolkit)(window, language=language, **options)

    languages = ("en", "zh") if both else ("en",)
    return [Recording(f"{toolkit}-{window}-{language}", opener(language), truth, keys) for language in languages]


def zenity(name: str, truth: str, *arguments: str) -> Recording:
    return Recording(f"zenity-{name}", lambda windows: windows.zenity(*arguments), truth)


def program(name: str, truth: str, *arguments: str, keys: tuple[str, ...] = ()) -> Recording:
    return Recording(name, lambda windows: windows.open(*arguments), truth, keys)


SAVE = "An alert: save changes to budget.ods? Close without saving, Cancel, Save; 12 minutes of work would be lost."
RECORDINGS: list[Recording] = [
    *ours("gtk3", "save-changes", SAVE + " Save is the default; keys Alt+W, Alt+C, Alt+S."),
    *ours(
        "gtk4", "save-changes", "Save changes to letter.txt? Cancel, Discard, Save; GTK 4 does not tell the default."
    ),
    *ours("qt", "save-changes", "The document has been modified: Save (the default), Discard, Cancel."),
    *ours("gtk3", "overwrite", "A question: replace letter.txt? Cancel is the default, the other choice is Replace."),
    *ours("gtk3", "delete", "A warning: delete photos for good? Cancel is the default, the other choice is Delete."),
    *ours("gtk3", "password", "A password is wanted to install software; the field is focused and empty."),
    *ours("gtk4", "password", "A password is wanted to install software."),
    *ours("qt", "password", "A password is wanted to install software."),
    *ours(
        "gtk3",
        "form",
        "Name, Street, E-mail and Country; only Name has a relation to its label, the others are guessed.",
    ),
    *ours("gtk4", "form", "Name, Street, E-mail and Country; only Name has a relation; single lines are never read."),
    *ours("qt", "form", "Name, Street, E-mail and Country; only Name has a relation to its label."),
    *ours("gtk3", "table", "Three files with their size and day; columns Name, Size, Changed."),
    *ours("qt", "table", "Three files with their size and day."),
    *ours("gtk3", "sections", "Settings: four sections on the left, Bluetooth chosen; on the right its switch, on."),
    *ours("gtk3", "tabs", "Preferences with two tabs; the first is chosen and has one check box."),
    *ours("gtk4", "tabs", "Preferences with two pages; only what the first holds is shown."),
    *ours("qt", "tabs", "Preferences with two tabs; the first is chosen and has one check box."),
    *ours(
        "gtk3",
        "controls",
        "One of each: slider at 70, spin button, progress at 40 %, radio buttons, Undo not available.",
    ),
    *ours(
        "gtk4",
        "controls",
        "One of each: slider at 70, spin button, progress at 40 %, radio buttons, Undo not available.",
    ),
    *ours(
        "qt", "controls", "One of each: slider at 70, spin button, progress at 40 %, radio buttons, Undo not available."
    ),
    *ours("gtk3", "big", "Sixty check boxes in columns of twenty.", both=False, count=60),
    *ours("gtk3", "empty", "An empty window.", both=False),
    *ours(
        "page", "sign-in", "A form in Chromium: e-mail with an error, required password, a button with Alt+S, a link."
    ),
    *ours("page", "scam", "An alarm as frauds draw it, in Chromium."),
    zenity("question", "A question: delete all files?", "--question", "--text", "Delete all files?"),
    zenity("info", "A message: the update is complete. Only OK.", "--info", "--text", "The update is complete."),
    zenity("warning", "A warning about a low battery.", "--warning", "--text", "Battery is low: 7 % left."),
    zenity("error", "An error with a code.", "--error", "--text", "The disk could not be read. Error 0x80070570."),
    zenity("entry", "A name is asked for.", "--entry", "--text", "Your name:", "--entry-text", "Ada"),
    zenity("password", "A password is wanted.", "--password"),
    zenity("progress", "A download at 45 percent.", "--progress", "--percentage=45", "--text", "Downloading…"),
    zenity("scale", "A volume from 0 to 100, now 30.", "--scale", "--text", "Volume", "--value=30"),
    zenity(
        "list",
        "A list of two printers to choose from, with columns Use, Name, Place.",
        *("--list", "--radiolist", "--text", "Which printer?", "--column", "Use", "--column", "Name", "--column"),
        *("Place", "TRUE", "Laser", "Hall", "FALSE", "Ink", "Study"),
    ),
    zenity("file-chooser", "A file is to be opened: GTK 3's file chooser.", "--file-selection"),
    zenity("calendar", "A date is to be chosen.", "--calendar", "--text", "When?"),
    zenity("text-info", "A licence is to be accepted.", "--text-info", "--checkbox", "I have read it."),
    program("featherpad", "A plain text editor (Qt 5), empty.", "featherpad"),
    program("text-editor", "GNOME's text editor (GTK 4), empty.", "gnome-text-editor", "--standalone"),
]


async def main(names: list[str]) -> None:
    wanted = [recording for recording in RECORDINGS if not names or recording.name in names]
    async with VirtualDesktop() as desktop:
        with living_in(desktop.environment):
            await enable_accessibility()
            async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, PATIENT) as look:
                tree = Tree(bus)
                await tree.listen()
                for recording in wanted:
                    await record(recording, Windows(desktop, tree), look)


async def record(recording: Recording, windows: Windows, look: Look) -> None:
    try:
        window = await recording.open(windows)
        if not recording.name.startswith("gtk3-empty"):
            await window.drawn()
        windows.desktop.press(*recording.keys)
        snapshot = await look.scene(window.target)
    finally:
        await windows.close_all()
    file = FOLDER / f"{recording.name}.json"
    written = {"truth": recording.truth, "scene": scene_to_json(without_traces(snapshot.scene))}
    file.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(recording.name, len(snapshot.scene.elements))


def without_traces(scene: Scene) -> Scene:
    """Return a Scene without what is different at every recording."""
    return replace(scene, window=replace(scene.window, pid=4242), timing_ms={})


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
