"""What pixels show becomes elements: names, fields and their labels, icons, reading order; the tree wins."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.host.seeing import IconGuess, Region, Seen, TextLine
from assistant.look.merge import scene_of, to_read, unlabelled_to_read, unread_pictures, with_pictures_read
from assistant.scene import Box, Element, Likeness, Picture, Scene, Window

EMPTY = Scene(Window(title="Old program"))


def told(scene: Scene) -> list[tuple[str, str, str]]:
    return [(element.role, element.name, element.text) for element in scene.elements]


def test_a_dialog_that_exposes_nothing_becomes_a_scene() -> None:
    seen = Seen(
        lines=(
            TextLine("Save changes to letter.txt?", Box(20, 20, 240, 16), 0.98),
            TextLine("Name:", Box(20, 60, 50, 16), 0.97),
            TextLine("letter", Box(90, 60, 60, 16), 0.99),
            TextLine("Keep a copy", Box(40, 100, 90, 16), 0.96),
            TextLine("Cancel", Box(120, 146, 50, 14), 0.99),
            TextLine("Save", Box(226, 146, 34, 14), 0.99),
        ),
        regions=(
            Region("entry", Box(80, 54, 200, 28), frozenset({"focused"}), 0.97),
            Region("check box", Box(20, 100, 16, 16), frozenset({"checked"}), 0.95),
            Region("push button", Box(100, 140, 90, 28), confidence=0.98),
            Region("push button", Box(200, 140, 90, 28), frozenset({"is-default"}), 0.98),
        ),
    )

    scene = scene_of(EMPTY, seen)

    assert told(scene) == [
        ("label", "Save changes to letter.txt?", ""),
        ("label", "Name:", ""),
        ("entry", "Name", "letter"),
        ("check box", "Keep a copy", ""),
        ("push button", "Cancel", ""),
        ("push button", "Save", ""),
    ]
    assert (scene.focus, scene.default) == (3, 6)
    assert scene.element(2).labels == (3,)
    assert scene.element(4).has("checked")
    assert all(element.source != "tree" and element.confidence < 1 for element in scene.elements)


def test_what_a_field_shows_as_dots_is_a_password_and_is_not_kept() -> None:
    seen = Seen(
        lines=(TextLine("Password", Box(10, 10, 70, 14)), TextLine("••••••", Box(104, 10, 60, 14))),
        regions=(Region("entry", Box(100, 4, 200, 26)),),
    )

    field = scene_of(EMPTY, seen).element(2)

    assert (field.role, field.name, field.text, field.is_filled) == ("password text", "Password", "", True)


@pytest.mark.parametrize(
    ("read", "name", "keys"),
    [
        (("Stop", "Ctrl+B"), "Stop", ("Ctrl+B",)),
        (("Save as… Ctrl + Shift + S",), "Save as…", ("Ctrl+Shift+S",)),
        (("Full screen", "F11"), "Full screen", ("F11",)),
        (("Take F5",), "Take", ("F5",)),
        (("Ctrl+B",), "Ctrl+B", ()),
    ],
)
def test_the_keys_in_a_menu_are_no_part_of_a_name(read: tuple[str, ...], name: str, keys: tuple[str, ...]) -> None:
    lines = tuple(TextLine(text, Box(20 + 90 * place, 12, 60, 14)) for place, text in enumerate(read))
    seen = Seen(lines=lines, regions=(Region("menu item", Box(10, 6, 240, 26)),))

    item = scene_of(EMPTY, seen).elements[-1]

    assert (item.name, item.keys) == (name, keys)


def test_tabs_and_rows_stand_in_what_a_tree_would_have_them_in() -> None:
    tabs = [Region("page tab", Box(10 + 70 * place, 6, 60, 26)) for place in range(2)]
    rows = [Region("list item", Box(10, 50 + 24 * place, 200, 24), frozenset({"selected"})) for place in range(2)]
    field = Region("entry", Box(100, 120, 140, 26))
    words = ("General", "Fonts", "Mouse", "Keyboard")
    lines = [TextLine(word, one.box) for word, one in zip(words, (*tabs, *rows), strict=True)]
    label = TextLine("Name:", Box(20, 124, 60, 16))

    scene = scene_of(EMPTY, Seen(lines=(*lines, label), regions=(*tabs, *rows, field)))

    held = {element.role: [child.name for child in scene.children[element.id]] for element in scene.elements
            if scene.children.get(element.id)}  # fmt: skip
    assert held == {"page tab list": ["General", "Fonts"], "list": ["Mouse", "Keyboard"]}
    assert [scene.element(number).name for one in scene.elements for number in one.labels] == ["Name"]


def test_a_button_without_words_has_no_name_but_what_its_icon_looks_like() -> None:
    seen = Seen(
        regions=(Region("push button", Box(10, 10, 30, 30), confidence=0.99),),
        icons=(IconGuess("save", Box(14, 14, 22, 22), 0.91),),
    )

    button = scene_of(EMPTY, seen).element(1)

    assert (button.name, button.source, button.looks_like) == ("", "widget", Likeness("save", 0.91))


def test_of_two_controls_in_one_place_the_surer_one_stays() -> None:
    seen = Seen(
        lines=(TextLine("OK", Box(20, 16, 20, 14)),),
        regions=(
            Region("entry", Box(10, 10, 80, 26), confidence=0.6),
            Region("push button", Box(11, 11, 80, 26), confidence=0.9),
        ),
    )

    assert told(scene_of(EMPTY, seen)) == [("push button", "OK", "")]


def test_a_sentence_that_goes_on_in_the_next_line_is_one_text() -> None:
    seen = Seen(
        lines=(
            TextLine("The document has been modified.", Box(78, 12, 205, 11)),
            TextLine("Do you want to save your", Box(79, 30, 154, 13)),
            TextLine("changes?", Box(78, 46, 57, 14)),
            TextLine("Version 3", Box(300, 160, 60, 12)),
        )
    )

    assert [element.name for element in scene_of(EMPTY, seen).elements] == [
        "The document has been modified.",
        "Do you want to save your changes?",
        "Version 3",
    ]


# ---- beside a tree --------------------------------------------------------------------------------------------------


def accessible() -> Scene:
    return Scene(
        Window(title="Viewer"),
        (
            Element(1, "push button", "Open", box=Box(0, 0, 60, 30)),
            Element(2, "push button", box=Box(60, 0, 30, 30)),
            Element(3, "image", box=Box(0, 40, 300, 200)),
            Element(4, "label", "Ready", box=Box(0, 250, 60, 16)),
        ),
        focus=2,
    )


def test_words_in_a_picture_are_added_and_what_the_tree_says_stays() -> None:
    before = accessible()
    seen = Seen(
        lines=(
            TextLine("Sales in May", Box(20, 60, 100, 16), 0.97),
            TextLine("Open", Box(10, 8, 40, 14), 0.9),
            TextLine("Rearly", Box(2, 250, 50, 14), 0.7),
        ),
        icons=(IconGuess("home", Box(64, 4, 22, 22), 0.93),),
    )

    after = with_pictures_read(before, seen)

    assert told(after)[4:] == [("label", "Sales in May", "")]
    assert after.element(5).parent == 3
    assert (after.element(2).name, after.element(2).looks_like) == ("", Likeness("home", 0.93))
    assert [after.element(n) for n in (1, 3, 4)] == [before.element(n) for n in (1, 3, 4)]
    assert after.focus == before.focus


def test_where_a_tree_is_silent_is_where_the_pixels_are_asked() -> None:
    assert unread_pictures(accessible()) == (Box(0, 40, 300, 200),)


def pictured(scene: Scene) -> Scene:
    return replace(scene, picture=Picture(300, 270, bytes(300 * 270 * 3)))


def test_words_and_icons_are_wanted_where_controls_have_no_name_and_nowhere_else() -> None:
    wanted = unlabelled_to_read(pictured(accessible()))

    assert wanted is not None
    assert (wanted.text, wanted.controls) == (True, False)
    assert wanted.within == wanted.icons == (Box(60, 0, 30, 30),)


def test_beside_pictures_the_controls_without_a_name_are_read_too() -> None:
    wanted = to_read(pictured(accessible()), "1")

    assert wanted is not None
    assert wanted.within == (Box(0, 40, 300, 200), Box(60, 0, 30, 30))


def test_of_a_tick_box_the_words_behind_it_are_wanted_up_to_the_next_element_and_no_icon() -> None:
    mark = Element(1, "check box", box=Box(10, 20, 14, 14))
    other = Element(2, "push button", "Help", box=Box(200, 12, 60, 30))

    wanted = unlabelled_to_read(pictured(Scene(Window(title="Game"), (mark, other))))

    assert wanted is not None
    assert (wanted.within, wanted.icons) == ((Box(10, 13, 190, 28),), ())


def test_where_a_secret_is_blacked_out_nothing_is_wanted() -> None:
    secret = Element(2, "password text", "Password", box=Box(0, 0, 200, 30))

    assert unlabelled_to_read(pictured(with_control("push button", secret))) is None


# ---- controls without a name -----------------------------------------------------------------------------------------


def with_control(role: str, *others: Element) -> Scene:
    return Scene(Window(title="Game"), (Element(1, role, box=Box(0, 0, 100, 30)), *others))


def shown(scene: Scene, *lines: TextLine, icon: str = "") -> Likeness | None:
    icons = (IconGuess(icon, Box(0, 0, 100, 30), 0.9),) if icon else ()
    return with_pictures_read(scene, Seen(lines, icons=icons)).element(1).looks_like


@pytest.mark.parametrize("role", ["push button", "toggle button", "page tab", "menu item", "check box", "radio button"])
def test_a_control_without_a_name_shows_the_words_in_it(role: str) -> None:
    words = TextLine("Play", Box(30, 8, 40, 14), 0.98)

    assert shown(with_control(role), words) == Likeness("", 0.98, "Play")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (TextLine("Show the score", Box(30, 18, 90, 16), 0.98), "Show the score"),
        (TextLine("口 Show the score", Box(10, 18, 110, 16), 0.98), "Show the score"),
        (TextLine("Far away", Box(150, 18, 60, 16), 0.98), ""),
        (TextLine("Below", Box(30, 40, 60, 16), 0.98), ""),
    ],
)
def test_words_behind_a_tick_box_without_a_name_are_its_own(line: TextLine, words: str) -> None:
    mark = Element(1, "check box", box=Box(10, 20, 14, 14))

    likeness = shown(pictured(Scene(Window(title="Game"), (mark,))), line)

    assert (likeness.text if likeness else "") == words


def test_what_stands_behind_a_button_is_not_its_own() -> None:
    button = Element(1, "push button", box=Box(10, 20, 14, 14))

    assert shown(pictured(Scene(Window(title="Game"), (button,))), TextLine("Score", Box(30, 18, 90, 16))) is None


def test_the_words_of_several_lines_are_told_together_and_as_surely_as_the_least_sure() -> None:
    lines = TextLine("Start", Box(30, 2, 40, 12), 0.98), TextLine("game", Box(30, 16, 40, 12), 0.8)

    assert shown(with_control("push button"), *lines) == Likeness("", 0.8, "Start game")


def test_words_win_over_what_the_icon_looks_like() -> None:
    words = TextLine("Play", Box(30, 8, 40, 14), 0.98)

    assert shown(with_control("push button"), words, icon="home") == Likeness("", 0.98, "Play")


def test_a_single_letter_is_more_likely_the_icon_that_it_looks_like() -> None:
    letter = TextLine("X", Box(44, 8, 12, 14), 0.98)

    assert shown(with_control("push button"), letter, icon="close") == Likeness("close", 0.9)
    assert shown(with_control("push button"), letter) == Likeness("", 0.98, "X")


def test_what_is_hard_to_read_is_not_told_as_words() -> None:
    assert shown(with_control("push button"), TextLine("Rlay", Box(30, 8, 40, 14), 0.7)) is None


@pytest.mark.parametrize("stars", ["••••••", "● ● ● ●", "******", "•••••a"])
def test_stars_are_no_words(stars: str) -> None:
    assert shown(with_control("push button"), TextLine(stars, Box(30, 8, 40, 14), 0.98)) is None


def test_words_that_the_tree_tells_where_they_stand_are_not_told_again() -> None:
    told = Element(2, "label", "Play", box=Box(30, 8, 40, 14), parent=1)

    assert shown(with_control("push button", told), TextLine("Play", Box(31, 8, 38, 14), 0.98)) is None


def test_a_title_around_a_control_that_has_the_same_words_does_not_silence_it() -> None:
    panel = Element(2, "panel", "Play a game", box=Box(0, 0, 300, 200))

    assert shown(with_control("push button", panel), TextLine("Play", Box(30, 8, 40, 14), 0.98)) is not None


def test_words_in_the_picture_on_a_button_are_the_buttons_and_said_once() -> None:
    picture = Element(2, "image", box=Box(10, 2, 80, 26), parent=1)

    after = with_pictures_read(with_control("push button", picture), Seen((TextLine("Play", Box(30, 8, 40, 14)),)))

    assert after.element(1).looks_like == Likeness("", 0.99, "Play")
    assert len(after.elements) == 2


# ---- anything -----------------------------------------------------------------------------------------------------

boxes = st.builds(Box, st.integers(0, 700), st.integers(0, 500), st.integers(1, 200), st.integers(1, 60))
lines = st.builds(TextLine, st.text("ab •保", min_size=1, max_size=8), boxes, st.floats(0, 1))
regions = st.builds(
    Region,
    st.sampled_from(["push button", "entry", "check box", "slider", "list item", "page tab", "combo box"]),
    boxes,
    st.frozensets(st.sampled_from(["focused", "checked", "is-default"])),
    st.floats(0, 1),
)
seens = st.builds(Seen, st.lists(lines, max_size=12).map(tuple), st.lists(regions, max_size=8).map(tuple))


@settings(deadline=None)  # a busy machine is no failure
@given(seens)
def test_no_control_is_invented_and_no_word_is_said_twice(seen: Seen) -> None:
    scene = scene_of(EMPTY, seen)

    holders = [element for element in scene.elements if scene.children.get(element.id)]
    assert not any(element.name or element.text for element in holders)  # they only say what stands together
    controls = [element for element in scene.elements if element.source != "ocr" and element not in holders]
    assert len(controls) <= len(seen.regions)
    assert {(element.box) for element in controls} <= {region.box for region in seen.regions}
    said = [element.name for element in scene.elements if element.source == "ocr"]
    assert len(said) <= len(seen.lines)
    assert Counter("".join(said).replace(" ", "")) <= Counter("".join(line.text for line in seen.lines))


@settings(deadline=None)  # a busy machine is no failure
@given(seens)
def test_the_tree_is_never_overruled(seen: Seen) -> None:
    before = accessible()

    after = with_pictures_read(before, seen)

    told = after.elements[: len(before.elements)]
    assert tuple(replace(element, looks_like=None) for element in told) == before.elements
    assert not any(element.looks_like for element in told if element.name)
    assert all(element.parent == 3 for element in after.elements[len(before.elements) :])
