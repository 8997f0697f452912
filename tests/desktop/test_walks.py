"""The focus walks through real windows: each key is pressed when the last announcement was heard, none is doubled."""

from __future__ import annotations

import pytest

from assistant.host.virtual_desktop import VirtualDesktop
from harness.daemon import RunningDaemon
from harness.windows import Windows

pytestmark = pytest.mark.desktop

LIST = ("--list", "--title=Fruit", "--column=Name", "--column=Price", "Apple", "2", "Pear", "3")

FIRST_WORDS = {
    "controls": "Controls",
    "form": "Your address",
    "tabs": "Preferences",
    "sections": "Settings",
    "table": "Files",
    "list": "Fruit",
    "sign-in": "A web page asks for your user name",
}
WALKS: dict[str, list[tuple[str, str]]] = {
    "gtk3 controls": [
        ("Right", "71."),
        ("Tab", "Copies, number field, 1. Up and down change it."),
        ("Up", "2."),
        ("Tab", "Remember me, tick box, not ticked. Space ticks it."),
        ("space", "Ticked."),
        ("space", "Not ticked."),
        ("Tab", "Small, option, chosen, 1 of 2. Up and down choose another."),
        ("Down", "Large, option, chosen, 2 of 2. Up and down choose another."),
        ("Tab", "Read more, button. Press Enter."),
        ("Tab", "Compression, slider, 71. Left and right change it."),
        ("Shift+Tab", "Read more, button. Press Enter."),
    ],
    "qt controls": [
        ("Right", "71 percent."),
        ("Tab", "Copies, number field, 0. Up and down change it."),
        ("Up", "1."),
        ("Tab", "Remember me, tick box, not ticked. Space ticks it."),
        ("space", "Ticked."),
        ("Tab", "Small, option, chosen, 1 of 2. Up and down choose another."),
        ("Down", "Large, option, chosen, 2 of 2. Up and down choose another."),
    ],
    # GTK 4.8 does not tell of values that change, and calls radio buttons check boxes
    "gtk4 controls": [
        ("Tab", "Copies, number field, 1. Up and down change it."),
        ("Tab", "Remember me, tick box, not ticked. Space ticks it."),
        ("space", "Ticked."),
        ("Tab", "Small, tick box, ticked. Space unticks it."),
        ("Tab", "Read more, link. Press Enter to open."),
        ("Tab", "Compression, slider, 70 percent. Left and right change it."),
    ],
    "gtk3 form": [
        ("Tab", "Text field, probably Street, empty, for example “Street and number”. Type here."),
        ("Tab", "Text field, probably E-mail, “ada@”."),
        ("Tab", "Drop-down list, probably Country, China. Up and down change it."),
        ("Down", "Kenya."),
        ("Tab", "Send, button. Press Enter."),
        ("Tab", "Name, text field, empty. Type here."),
    ],
    "gtk4 form": [
        ("Tab", "Text field, probably Street, empty. Type here."),
        ("Tab", "Text field, probably E-mail. Type here."),
        ("Tab", "Send, button. Press Enter."),
        ("Tab", "Name, text field, empty. Type here."),
    ],
    "qt form": [
        ("Tab", "Text field, probably Street, empty. Type here."),
        ("Tab", "Text field, probably E-mail, “ada@”."),
        ("Tab", "Drop-down list, probably Country, China. Up and down change it."),
        ("Down", "Kenya."),
        ("Tab", "Send, button. Press Enter."),
        ("Tab", "Name, text field, empty. Type here."),
    ],
    "gtk3 tabs": [
        ("Right", "Fonts, tab, 2 of 2. Left and right change the tab."),
        ("Tab", "Large, tick box, not ticked. Space ticks it."),
        ("space", "Ticked."),
    ],
    "gtk4 tabs": [
        ("Right", "Fonts, tab, not chosen, 2 of 2. Left and right change the tab."),
        ("Tab", "General, group. Open at login, tick box, not ticked. Space ticks it."),
    ],
    "qt tabs": [
        ("Right", "Fonts, tab, 2 of 2. Left and right change the tab."),
        ("Tab", "Large letters, tick box, not ticked. Space ticks it."),
    ],
    "gtk3 sections": [("Down", "Sound, list item, 3 of 4."), ("Down", "Displays, list item, 4 of 4.")],
    "qt sections": [
        ("Down", "Sound, list item, 3 of 4."),
        ("Tab", "Bluetooth on, tick box, not ticked. Space ticks it."),
    ],
    "gtk3 table": [
        ("Down", "tax.pdf, row 2."),
        ("Right", "310 KB, Size."),
        ("Right", "Tue, Changed."),
        ("Down", "Wed, row 3."),
        ("Left", "4 MB, Size."),
    ],
    "qt table": [("Down", "tax.pdf, row 2."), ("Right", "310 KB, Size."), ("Down", "4 MB, row 3.")],
    "zenity list": [
        ("Down", "Pear, Name, row 2."),
        ("Right", "3, Price."),
        ("Tab", "Cancel, button. Press Enter."),
        ("Tab", "OK, button. Press Enter."),
    ],
    "page sign-in": [
        ("Tab", "E-mail, text field, not accepted, “ada@”, This is not an e-mail address."),
        ("Tab", "Password field, must be filled in, empty. What you type is not spoken."),
        ("Tab", "Stay signed in, tick box, not ticked. Space ticks it."),
        ("space", "Ticked."),
        ("Tab", "Sign in, button. It sends your password to this page. Press Enter."),
        ("Tab", "Forgot it?, link."),
    ],
}


async def read_through(daemon: RunningDaemon, first: str) -> None:
    """Return when all was said that a window that opened has to say; it begins with these words."""
    await daemon.says(first)
    await daemon.answer("window")


@pytest.mark.parametrize("window", WALKS)
async def test_each_step_of_the_focus_is_told_once(
    desktop: VirtualDesktop, shared_daemon: RunningDaemon, windows: Windows, window: str
) -> None:
    toolkit, name = window.split()
    await shared_daemon.use("plain-language-en")
    await (windows.zenity(*LIST) if toolkit == "zenity" else windows.program(toolkit, name))  # type: ignore[arg-type] # it is one
    await read_through(shared_daemon, FIRST_WORDS[name])

    told = []
    for key, expected in WALKS[window]:
        desktop.press(key)
        said = await shared_daemon.next()
        while said != expected and expected.startswith(said):  # a container is named in its own sentence
            said += " " + await shared_daemon.next()
        told.append((key, said))

    assert told == WALKS[window]
    assert len(await shared_daemon.answer("focus")) <= 2  # with nothing more before it


@pytest.mark.parametrize(("toolkit", "tabs"), [("gtk3", 4), ("gtk4", 3), ("qt", 4)])
async def test_after_many_quick_keys_the_last_focus_is_told_last(
    desktop: VirtualDesktop, shared_daemon: RunningDaemon, windows: Windows, toolkit: str, tabs: int
) -> None:
    await shared_daemon.use("plain-language-en")
    await getattr(windows, toolkit)("form")
    await read_through(shared_daemon, FIRST_WORDS["form"])

    desktop.press(*["Tab"] * tabs)
    await shared_daemon.says("Send, button")
    desktop.press("Tab")
    after = await shared_daemon.next()

    assert after.startswith("Name")
