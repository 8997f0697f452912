"""Real windows of every toolkit, light and dark, English and Chinese: what is said of each unasked, to three people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from subprocess import PIPE

import pytest
import yaml

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import RunningDaemon, sightline
from harness.windows import SYSTEM_PYTHON, TestWindow, Windows

pytestmark = pytest.mark.desktop

READINGS: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(
    (Path(__file__).parent / "readings.yaml").read_text(encoding="utf-8")
)
ZENITY = {
    "question": ("--question", "--title=Backup", "--text=Do you want to back up your old files?"),
    "password": ("--password", "--title=Unlock"),
    "error": ("--error", "--title=Error", "--text=The disk is full. Error 28."),
    "checklist": (
        *("--list", "--checklist", "--title=Install", "--text=What to install?"),
        *("--column=", "--column=Part", "TRUE", "Mail", "FALSE", "Games"),
    ),
}
_OF_THIS_MACHINE = re.compile("Process [0-9]|进程")  # process id and version, which technicians hear last


async def opened(windows: Windows, window: str, language: str) -> TestWindow:
    """Open a window of readings.yaml: the English ones light, the Chinese ones dark."""
    toolkit, name = window.split()
    if toolkit == "zenity":
        return await windows.zenity(*ZENITY[name])
    shown: TestWindow = await getattr(windows, toolkit)(name, language=language, dark=language == "zh")
    return shown


CASES = [
    (w, language, style) for w, languages in READINGS.items() for language in languages for style in languages[language]
]


@pytest.mark.parametrize(("window", "language", "style"), CASES)
async def test_a_window_that_opens_is_read(
    shared_daemon: RunningDaemon, windows: Windows, window: str, language: str, style: str
) -> None:
    await shared_daemon.use(f"{style}-{language}")
    expected = READINGS[window][language][style]

    await opened(windows, window, language)
    first = await shared_daemon.says(expected[0])
    unasked = [first, *await shared_daemon.reading(len(expected) - 1)]
    asked = [said for said in await shared_daemon.answer("window") if not _OF_THIS_MACHINE.match(said)]

    assert unasked == expected
    assert asked == expected


@pytest.mark.parametrize(("window", "language"), [(w, language) for w in READINGS for language in READINGS[w]])
async def test_nothing_is_mentioned_that_is_not_in_the_tree(
    desktop: VirtualDesktop, windows: Windows, window: str, language: str
) -> None:
    shown = await opened(windows, window, language)
    truth = " ".join([desktop.screen.title(shown.xid), *await all_words(desktop, shown)])

    outcome = await sightline(desktop, "explain", "--silent", "--json", "--detail=2", "--profile=technician")

    explained = json.loads(outcome.out)
    scene, said = explained["scene"], explained["sentences"]
    mentioned = {number for sentence in said for number in sentence["mentions"]}
    names = [element["name"] for element in scene["elements"] if element["id"] in mentioned]
    quoted = [quote for sentence in said for quote in re.findall("“([^“”]+)”", sentence["text"])]
    assert [word for word in names + quoted if word and plain(word) not in plain(truth)] == []
    buttons = [element["name"] for element in scene["elements"] if element["role"] == "push button"]
    assert [name for name in buttons if name not in " ".join(sentence["text"] for sentence in said)] == []


async def all_words(desktop: VirtualDesktop, window: TestWindow) -> list[str]:
    """Return the names, descriptions and texts of a window as libatspi reads them."""
    script = Path(__file__).parent.parent / "harness" / "all_words.py"
    process = await desktop.start(SYSTEM_PYTHON, script, str(window.shown.pid or window.pid), stdout=PIPE)
    out, _ = await process.communicate()
    found: list[str] = json.loads(out)
    return found


def plain(text: str) -> str:
    """Return a text without what look takes away: mnemonics, line ends, the toolkit's own kind of quotation marks."""
    text = re.sub("[(（]_?&?[A-Z][)）]", "", text)
    return re.sub("[_&‘’“”'\"\\s]", "", text)
