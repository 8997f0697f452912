"""Focus moves and changes: one short utterance, word for word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.config import shipped
from assistant.explain import explain_change, explain_focus
from assistant.profile import Profile, load_profile
from assistant.scene import Cell, Element, Likeness, Position, Scene, Value, Window

HERE = Window(title="Sounds", application="Mixer", kind="window", toolkit="GTK 4.8.3")
USABLE = frozenset({"showing", "visible", "enabled", "sensitive"})


def profile(name: str = "plain-language") -> Profile:
    return load_profile(name, (shipped("profiles"),))


def scene(*elements: Element, focus: int = 1, window: Window = HERE) -> Scene:
    return Scene(window, elements, focus=focus)


def control(role: str, name: str = "", *states: str, number: int = 1, **more: Any) -> Element:
    return Element(number, role, name, frozenset(states), **more)


def told(element: Element, style: str = "plain-language", language: str = "en") -> str:
    return " ".join(s.text for s in explain_focus(scene(element), profile(style), language))


def change(before: Element, after: Element, style: str = "plain-language", language: str = "en") -> str:
    return " ".join(s.text for s in explain_change(before, after, profile(style), language))


COMPRESSION = control("slider", "Compression", value=Value(70, 0, 100))
REMEMBER = control("check box", "Remember me", keys=("Alt+R",))


@pytest.mark.parametrize(
    ("element", "style", "language", "text"),
    [
        (COMPRESSION, "technician", "en", "Compression, slider, 70 percent, 0 to 100."),
        (COMPRESSION, "plain-language", "en", "Compression, slider, 70 percent. Left and right change it."),
        (COMPRESSION, "plain-language", "zh", "“Compression”滑块，百分之 70，按左右箭头调整。"),
        (REMEMBER, "technician", "en", "Remember me, check box, not checked, Alt R."),
        (REMEMBER, "plain-language", "en", "Remember me, tick box, not ticked. Space ticks it."),
        (REMEMBER, "child", "en", "Remember me. Press the space bar to tick it."),
        (REMEMBER, "technician", "zh", "“Remember me”复选框，未选中，Alt 加 R。"),
        (control("push button", "Settings"), "plain-language", "en", "Settings, button. Press Enter to open."),
        (control("push button", "设置"), "plain-language", "zh", "“设置”按钮，按回车键打开。"),
        (control("button", "Delete"), "plain-language", "en", "Delete, button. Press Enter."),
        (control("push button", "Save as…"), "plain-language", "en", "Save as…, button. Press Enter to open."),
        (control("push button"), "plain-language", "en", "Unlabelled button. Press Enter."),
        (control("push button", "保存(S)"), "plain-language", "zh", "“保存”按钮，按回车键确认。"),
        (control("push button", "另存为(A)..."), "technician", "zh", "“另存为...”按钮。"),
        (control("push button", "Plan (B)"), "technician", "en", "Plan (B), button."),
        (control("text", "密码（P）：", is_filled=False), "technician", "zh", "“密码”编辑框，空。"),
        (control("push button", description="Settings"), "plain-language", "en", "Settings, button. Press Enter."),
        (
            control("push button", looks_like=Likeness("settings", 0.9)),
            "plain-language",
            "en",
            "Unlabelled button, it looks like settings. Press Enter.",
        ),
        (control("text", "Street", confidence=0.9), "plain-language", "zh", "输入框，可能是“Street”。"),
        (control("password text", "Password", is_filled=True), "technician", "en", "Password field, filled."),
        (
            control("password text", "Code", text="hunter2", is_filled=True),
            "plain-language",
            "en",
            "Code, password field, filled in. What you type is not spoken.",
        ),
        (control("radio button", "Small", "checked"), "plain-language", "en",
         "Small, option, chosen. Up and down choose another."),
        (control("switch", "Bluetooth", "checked"), "plain-language", "en",
         "Bluetooth, switch, on. Space switches it off."),
        (control("toggle button", "Bold", "pressed"), "technician", "en", "Bold, toggle button, pressed."),
        (control("check box", "All files", "indeterminate"), "technician", "en",
         "All files, check box, partially checked."),
        (control("push button", "Undo", "showing", "visible"), "plain-language", "en",
         "Undo, button, cannot be used now."),
        (control("combo box", "Country:", text="China"), "plain-language", "en",
         "Country, drop-down list, China. Up and down change it."),
        (control("combo box", "China", text="China"), "technician", "en", "China, combo box."),
        (control("text", "Name", "editable", text="Ada"), "plain-language", "en", "Name, text field, “Ada”."),
        (control("text", "Notes", "multi-line", text="a\nb\n\nc"), "plain-language", "en",
         "Notes, text area, “a” and 2 more lines."),
        (control("text", "Total", "read-only", text="12"), "technician", "en", "Total, entry, read-only, “12”."),
        (control("spin button", "Copies", value=Value(1.5, 0, 99)), "plain-language", "en",
         "Copies, number field, 1.5. Up and down change it."),
        (control("slider", "Volume", value=Value(32768, 0, 65536)), "plain-language", "en",
         "Volume, slider, 50 percent. Left and right change it."),
        (control("slider", "Size", value=Value(12, 8, 72)), "technician", "en", "Size, slider, 12, 8 to 72."),
        (control("slider", "Size", value=Value(0.7, 0, 1, "70 %")), "plain-language", "en",
         "Size, slider, 70 percent. Left and right change it."),
        (control("list item", "Sound", position=Position(2, 14)), "plain-language", "en",
         "Sound, list item, 2 of 14."),
        (control("list item", "Sound", position=Position(2, 14)), "plain-language", "zh",
         "“Sound”列表项，第 2 个，共 14 个。"),
        (control("list item", "Sound", position=Position(2, 14)), "child", "en", "Sound."),
        (control("tree item", "Home", "expandable", level=1), "plain-language", "en",
         "Home, item, closed, level 1. Right opens it."),
        (control("menu", "File"), "plain-language", "en", "File, menu. Press Enter to open."),
        (control("heading", "News", level=2), "technician", "en", "News, heading, level 2."),
        (control("link", "More", "visited"), "technician", "en", "More, link, visited."),
        (control("text", "Age", "invalid-entry", "editable", text="x", error="Not a number."), "plain-language", "en",
         "Age, text field, not accepted, “x”, Not a number."),
        (control("frobnicator", "Thing"), "plain-language", "en", "Thing, control."),
    ],
)  # fmt: skip
def test_a_control_is_told_in_one_telegram(element: Element, style: str, language: str, text: str) -> None:
    assert told(element, style, language) == text


def test_new_containers_are_named_first_and_shared_ones_left_out() -> None:
    elements = (
        control("panel", "Output"),
        control("slider", "Volume", number=2, parent=1, value=Value(5, 0, 100)),
        control("panel", "Input", number=3),
        control("slider", "Gain", number=4, parent=3, value=Value(5, 0, 100)),
        control("check box", "Mute", number=5, parent=3),
    )
    first, second, third = (scene(*elements, focus=number) for number in (2, 4, 5))

    moved = " ".join(s.text for s in explain_focus(second, profile(), "en", first))
    stayed = " ".join(s.text for s in explain_focus(third, profile(), "en", second))

    assert moved == "Input, group. Gain, slider, 5 percent. Left and right change it."
    assert stayed == "Mute, tick box, not ticked. Space ticks it."


def test_containers_are_known_again_when_something_above_them_has_gone() -> None:
    panel, box = control("panel", "Input", number=2), control("check box", "Mute", number=3, parent=2)
    before = scene(control("label", "Saved."), panel, box, focus=3)
    after = scene(replace(panel, id=1), replace(box, id=2, parent=1), focus=2)

    assert [s.text for s in explain_focus(after, profile("technician"), "en", before)] == [
        "Mute, check box, not checked."
    ]


@pytest.mark.parametrize(
    ("from_cell", "text"),
    [
        (None, "Files, table. 12, Size, notes.txt, row 3."),
        ((3, 1), "12, Size."),
        ((2, 2), "12, notes.txt, row 3."),
        ((3, 2), "12."),
    ],
)
def test_of_a_table_cell_only_the_headers_that_changed_are_told(from_cell: tuple[int, int] | None, text: str) -> None:
    def at(row: int, column: int, name: str = "x") -> Scene:
        place = Cell(row, column, 9, 4, row_header="notes.txt", column_header="Size")
        return scene(control("table", "Files"), control("table cell", name, number=2, parent=1, cell=place), focus=2)

    before = at(*from_cell) if from_cell else None

    sentences = explain_focus(at(3, 2, "12"), profile(), "en", before)

    assert " ".join(s.text for s in sentences) == text


def test_a_row_of_tabs_that_has_the_focus_tells_its_selected_tab() -> None:
    tabs = (control("page tab list"), control("page tab", "Fonts", "selected", number=2, parent=1))

    assert [s.mentions for s in explain_focus(scene(*tabs), profile(), "en")] == [(2,)]


def test_a_choice_tells_what_it_does_before_the_key_that_does_it() -> None:
    dialog = Window(title="Delete “photos” for good?", application="Files", kind="alert")
    elements = (
        control("label", "If you delete an item, it will be permanently lost."),
        control("push button", "Delete", number=2),
        control("push button", "Cancel", number=3),
    )

    (sentence,) = explain_focus(scene(*elements, focus=2, window=dialog), profile(), "en")

    assert sentence.text.startswith("Delete, button. It ")
    assert sentence.text.endswith(" Press Enter.")
    assert sentence.origin == "knowledge"


def test_nothing_that_has_the_focus_is_said() -> None:
    assert [s.text for s in explain_focus(Scene(HERE), profile(), "en")] == [
        "Nothing in this window has the focus. Press Tab to move."
    ]


@pytest.mark.parametrize(
    ("before", "after", "language", "text"),
    [
        (REMEMBER, replace(REMEMBER, states=frozenset({"checked"})), "en", "Ticked."),
        (replace(REMEMBER, states=frozenset({"checked"})), REMEMBER, "zh", "未勾选。"),
        (COMPRESSION, replace(COMPRESSION, value=Value(71, 0, 100)), "en", "71 percent."),
        (control("tree item", "Home"), control("tree item", "Home", "expanded"), "en", "Open."),
        (control("combo box", "C", text="a"), control("combo box", "C", text="b"), "en", "B."),
        (control("push button", "Play"), control("push button", "Pause"), "en", "Pause."),
        (control("text", "Age"), control("text", "Age", "invalid-entry", error="Too old."), "en",
         "Not accepted, Too old."),
        (control("push button", "Go", "showing"), control("push button", "Go", "showing", "sensitive"), "en",
         "Can be used now."),
        (control("list item", "a", "selectable"), control("list item", "a", "selectable", "selected"), "en", "Chosen."),
        (REMEMBER, REMEMBER, "en", ""),
        (control("text", "Name", text="A"), control("text", "Name", text="Ad"), "en", ""),
        (control("password text", "P", text="a"), control("password text", "P", text="ab"), "en", ""),
    ],
)  # fmt: skip
def test_a_change_is_told_alone(before: Element, after: Element, language: str, text: str) -> None:
    assert change(before, after, language=language) == text


def test_a_control_whose_past_is_unknown_tells_its_state() -> None:
    (sentence,) = explain_change(None, REMEMBER, profile(), "en")

    assert sentence.text == "Not ticked."
