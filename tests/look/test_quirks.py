"""Each toolkit's quirk is mended in one place."""

from __future__ import annotations

import pytest

from assistant.desktop.target import Accessible
from assistant.look import quirks
from assistant.look.node import Application, Node
from assistant.scene import Value

GTK3 = Application(":1.1", "editor", "gtk", "3.24.38")
GTK4 = Application(":1.2", "editor", "GTK", "4.8.3")
QT = Application(":1.3", "editor", "Qt", "6.12.0")


def node(role: str, name: str = "", **more: object) -> Node:
    return Node(Accessible(":1.1", "/1"), role=role, name=name, **more)  # type: ignore[arg-type] # any field


@pytest.mark.parametrize(
    ("binding", "keys"),
    [
        ("<Alt>y", ("Alt+Y",)),
        ("Alt+R", ("Alt+R",)),
        ("n;<Alt>f:n;<Primary>n", ("Ctrl+N",)),
        ("<Control><Shift>s", ("Ctrl+Shift+S",)),
        ("F3", ("F3",)),
        ("<Space>", ()),
        ("<VoidSymbol>", ()),
        ("", ()),
        (";;", ()),
    ],
)
def test_keys_are_written_one_way(binding: str, keys: tuple[str, ...]) -> None:
    assert quirks.keys_of([binding]) == keys


def test_gtk4_says_a_mnemonic_name_twice() -> None:
    button = node("push button", "_Yes Yes")

    quirks.mend(button, GTK4)

    assert (button.name, button.keys) == ("Yes", ("Alt+Y",))


@pytest.mark.parametrize("name", ["Bye Bye", "_private", "my_file my_file", ""])
def test_other_names_are_not_taken_for_doubled_ones(name: str) -> None:
    assert quirks.undoubled(name) is None


@pytest.mark.parametrize(
    ("role", "name", "mended"),
    [
        ("push button", "_Yes", "Yes"),
        ("push button", "Save &As", "Save As"),
        ("push button", "AT&T", "AT&T"),
        ("push button", "保存(_S)", "保存"),
        ("label", "密码(P)：", "密码："),
        ("push button", "Delete (3)", "Delete (3)"),
        ("list item", "_config.yml", "_config.yml"),
        ("table cell", "a_b.txt", "a_b.txt"),
        ("text", "Name:", "Name"),
    ],
)
def test_marks_of_mnemonics_are_no_part_of_a_name(role: str, name: str, mended: str) -> None:
    control = node(role, name)

    quirks.mend(control, QT)

    assert control.name == mended


@pytest.mark.parametrize(
    ("role", "name"), [("list", "GtkListBox"), ("text", "EditorSourceView"), ("switch", "GtkSwitch")]
)
def test_gtk4_names_things_after_their_class(role: str, name: str) -> None:
    thing = node(role, name)

    quirks.mend(thing, GTK4)

    assert not thing.name


def test_a_name_that_only_looks_like_a_class_remains_elsewhere() -> None:
    button = node("push button", "GitHub")

    quirks.mend(button, GTK4)

    assert button.name == "GitHub"


@pytest.mark.parametrize(
    ("action", "role"), [("Toggle", "switch"), ("开关", "switch"), ("切換", "switch"), ("Click", "toggle button")]
)
def test_gtk3_calls_a_switch_a_toggle_button_in_any_language(action: str, role: str) -> None:
    button = node("toggle button", "Bluetooth", actions=(action,))

    quirks.mend(button, GTK3)

    assert button.role == role


def test_gtk3_describes_a_scale_by_its_value() -> None:
    slider = node("slider", "Volume", description="70 %", value=Value(70, 0, 100))

    quirks.mend(slider, GTK3)

    assert slider.value == Value(70, 0, 100, "70 %")
    assert not slider.description


def test_gtk4_says_showing_of_windows_alone() -> None:
    button = node("push button", "Save", states=frozenset({"visible", "sensitive"}))

    quirks.mend(button, GTK4)

    assert {"showing", "enabled"} <= button.states


@pytest.mark.parametrize(("stated", "locale"), [("zh_CN.UTF-8", "zh_CN"), ("C.UTF-8", ""), ("de", "de"), ("POSIX", "")])
def test_a_locale_is_a_language_or_nothing(stated: str, locale: str) -> None:
    assert quirks.locale_of(stated) == locale
