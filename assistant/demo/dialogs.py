"""The dialogs of the demo: real ones, of programs that we did not write."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from assistant.demo.stage import Stage
from assistant.desktop.target import Target

LETTER = "Dear Ada,\nthe tea shop opens on Monday.\n"
ADDITION = "See you there."
PASSWORD = "correct horse"  # noqa: S105 - of nobody; the demo shows that it is nowhere to be found


@dataclass(frozen=True, slots=True)
class Dialog:
    """One dialog of the demo. `open` makes it appear and returns it."""

    name: str
    """Of its folder."""
    title: str
    """What is printed above it."""
    package: str
    """What to install to have its program."""
    program: str
    open: Callable[[Stage], Awaitable[Target]]
    languages: tuple[str, ...] = ("en",)

    @property
    def is_installed(self) -> bool:
        return shutil.which(self.program) is not None


async def question(stage: Stage) -> Target:
    return await stage.open(
        "zenity", "--question", "--title=Backup", "--text=Do you want to back up your old files before installing?"
    )


async def password(stage: Stage) -> Target:
    target = await stage.open("zenity", "--password", "--title=Type your password")
    stage.type(PASSWORD)
    return target


async def progress(stage: Stage) -> Target:
    return await stage.open(
        *("zenity", "--progress", "--percentage=40", "--title=Copying photos"),
        "--text=Copying 120 photos to the memory stick",
        keep_input_open=True,
    )


async def choose_file(stage: Stage) -> Target:
    for name in ("budget.ods", "letter.txt", "tea shop.png"):
        home = stage.write(name, "").parent
    return await stage.open("zenity", "--file-selection", "--title=Open a file", f"--filename={home}/")


async def save_changes_qt(stage: Stage) -> Target:
    await stage.change(await _letter(stage, "featherpad"), ADDITION)
    return await stage.next_window(lambda: stage.press("Control+Q"))


async def save_changes_gtk4(stage: Stage) -> Target:
    await _letter(stage, "gnome-text-editor")
    stage.type(ADDITION)
    return await stage.next_window(lambda: stage.press("Control+W"))


async def chinese(stage: Stage) -> Target:
    return await stage.open(
        *("zenity", "--question", "--title=保存更改", "--text=关闭前是否保存对“预算.ods”的更改？"),
        *("--ok-label=保存", "--cancel-label=不保存", "--extra-button=取消"),
        language="zh_CN",
    )


async def _letter(stage: Stage, editor: str) -> Target:
    """Open a letter in an editor."""
    letter = stage.write("letter.txt", LETTER)
    window = await stage.open(editor, str(letter))
    await stage.loaded(window, letter)
    return window


DIALOGS = (
    Dialog("question", "A question, from zenity (GTK 3)", "zenity", "zenity", question),
    Dialog("password", "A password that has been typed, from zenity (GTK 3)", "zenity", "zenity", password),
    Dialog("progress", "Something that takes a while, from zenity (GTK 3)", "zenity", "zenity", progress),
    Dialog("choose-file", "Choosing a file, from zenity (GTK 3)", "zenity", "zenity", choose_file),
    Dialog(
        "save-changes-qt", "Closing FeatherPad with unsaved words (Qt 5)", "featherpad", "featherpad", save_changes_qt
    ),
    Dialog(
        "save-changes-gtk4",
        "Closing GNOME Text Editor with unsaved words (GTK 4)",
        "gnome-text-editor",
        "gnome-text-editor",
        save_changes_gtk4,
    ),
    Dialog("chinese", "A Chinese question, from zenity (GTK 3)", "zenity", "zenity", chinese, ("zh", "en")),
)
