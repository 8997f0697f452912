from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from assistant.explain.asked import Place
from assistant.explain.knowledge import SHIPPED, Knowledge, load_knowledge
from assistant.scene import Element, Scene, Window, WindowKind

HERE = Path(__file__).parent
KNOWLEDGE: Knowledge = load_knowledge((SHIPPED,))


@dataclass(frozen=True)
class Row:
    """One window of a table: what is on it, and what it must be taken for."""

    application: str
    buttons: dict[str, str | None]
    title: str = ""
    text: str = ""
    place: Place = "dialog"
    has: tuple[str, ...] = ()
    kind: str = ""
    never: tuple[str, ...] = ()

    def scene(self) -> Scene:
        """Return the window as `look` would read it."""
        parent = 1 if self.place == "page" else None
        roles = [("document web", "")] if self.place == "page" else []
        roles += [("label", line) for line in self.text.split("\n") if line]
        roles += [(role, "") for role in self.has]
        roles += [("push button", name) for name in self.buttons]
        elements = tuple(
            Element(number, role, name, parent=None if role == "document web" else parent)
            for number, (role, name) in enumerate(roles, start=1)
        )
        kind: WindowKind = "window" if self.place == "page" else self.place
        return Scene(Window(title=self.title, application=self.application, kind=kind), elements)


def rows(name: str) -> list[Row]:
    table: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return [_row(**{key.replace("from", "application"): value for key, value in row.items()}) for row in table]


def _row(**values: Any) -> Row:
    assert values.get("place", "dialog") in get_args(Place)
    never = tuple(values.pop("not", ()))
    return Row(**{**values, "has": tuple(values.get("has", ())), "never": never})


def titled(row: Row) -> str:
    return f"{row.kind or row.application}: {row.title} {row.text}"[:60]


KNOWN = rows("known_windows.yaml")
NEAR_MISSES = rows("near_misses.yaml")


@pytest.mark.parametrize("row", KNOWN, ids=titled)
def test_a_window_is_recognised_by_the_words_of_real_programs(row: Row) -> None:
    recognition = KNOWLEDGE.recognise(row.scene())

    assert recognition is not None
    assert recognition.kind == row.kind


@pytest.mark.parametrize("row", KNOWN, ids=titled)
def test_each_button_is_known_for_what_it_does_and_no_other(row: Row) -> None:
    scene = row.scene()

    recognition = KNOWLEDGE.recognise(scene)

    assert recognition is not None
    told = {scene.element(choice.element_id).name: choice.meaning for choice in recognition.choices}
    assert told == {name: meaning for name, meaning in row.buttons.items() if meaning}


@pytest.mark.parametrize("row", [row for row in NEAR_MISSES if not row.never], ids=titled)
def test_what_only_looks_like_a_known_window_stays_unrecognised(row: Row) -> None:
    assert KNOWLEDGE.recognise(row.scene()) is None


@pytest.mark.parametrize("row", [row for row in NEAR_MISSES if row.never], ids=titled)
def test_a_window_is_not_mistaken_for_a_similar_kind(row: Row) -> None:
    recognition = KNOWLEDGE.recognise(row.scene())

    assert recognition is None or recognition.kind not in row.never


# ---- whatever is on the screen --------------------------------------------------------------------------------

ALL = KNOWN + NEAR_MISSES
ODD = ("", "\u202e%s{0}", "“", "(_", "…" * 5_000, "{take}", "\n\n", "x" * 20_000, "是否", "No", "\ud83d\ude00")
ROLES = ("label", "push button", "dialog", "document web", "entry", "text", "link", "password text", "section", "odd")


def any_scene(seed: int) -> Scene:
    """Return a scene of words and roles thrown together; its tree is any tree."""
    chance = random.Random(seed)
    words = [chance.choice(ALL).text for _ in range(3)] + [chance.choice(ODD), chance.choice(ALL).title]
    words += [name for row in chance.choices(ALL, k=3) for name in row.buttons]
    count = chance.randrange(40)
    elements = tuple(
        Element(
            number,
            chance.choice(ROLES),
            chance.choice(words),
            text=chance.choice(words),
            parent=chance.choice([None, *range(1, number)]),
            labels=tuple(chance.choices(range(1, count + 1), k=chance.randrange(2))),
        )
        for number in range(1, count + 1)
    )
    window = Window(
        title=chance.choice(words),
        application=chance.choice(["", "app", "org.example.App", *ODD]),
        kind=chance.choice(get_args(WindowKind)),
        is_modal=chance.random() < 0.3,
    )
    return Scene(window, elements, focus=chance.choice([None, *range(1, count + 1)]))


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_shown_only_existing_choices_are_told_and_one_is_recommended(seed: int) -> None:
    scene = any_scene(seed)

    recognition = KNOWLEDGE.recognise(scene)

    choices = recognition.choices if recognition else ()
    advice = recognition.advice if recognition else None
    numbers = [choice.element_id for choice in choices]
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= {element.id for element in scene.elements}
    assert advice is None or advice.take in {None, *numbers}
    assert sum(choice.is_recommended for choice in choices) <= 1


@pytest.mark.parametrize("row", KNOWN, ids=titled)
def test_slots_are_exact_quotes_from_the_window(row: Row) -> None:
    recognition = KNOWLEDGE.recognise(row.scene())

    assert recognition is not None
    seen = " ".join([row.application, row.title, row.text])
    assert all(text in seen for slot, text in recognition.slots.items() if slot != "application")


def test_the_files_name_and_the_minutes_at_stake_are_told() -> None:
    recognition = KNOWLEDGE.recognise(KNOWN[0].scene())

    assert recognition is not None
    assert recognition.asks.text("plain-language", "en") == (
        "Gedit asks whether to keep your changes to budget.ods, the last 12 minutes of work."
    )
    assert recognition.asks.text("plain-language", "zh") == (
        "Gedit 问要不要保存对“budget.ods”的修改，最近 12 分钟的内容。"
    )


def test_advice_leaves_open_how_its_choice_is_taken() -> None:
    row = next(row for row in KNOWN if row.application == "polkit-gnome")
    scene = row.scene()

    recognition = KNOWLEDGE.recognise(scene)

    assert recognition is not None
    assert recognition.advice is not None
    assert recognition.advice.take is not None
    assert scene.element(recognition.advice.take).name == "_Cancel"
    assert recognition.advice.phrase.text("plain-language", "en") == (
        "Did you just start that? If not, {take}: nothing will be changed."
    )


def test_a_dialog_drawn_inside_a_window_is_recognised_by_itself() -> None:
    elements = (
        Element(1, "push button", "Delete"),
        Element(2, "alert", "Save Changes?", description="Unsaved changes will be permanently lost."),
        Element(3, "push button", "Cancel", parent=2),
        Element(4, "push button", "Discard", parent=2),
        Element(5, "push button", "Save", parent=2),
    )

    recognition = KNOWLEDGE.recognise(Scene(Window(title="notes.txt", kind="window"), elements, focus=5))

    assert recognition is not None
    assert recognition.kind == "save-changes"
    assert [choice.element_id for choice in recognition.choices] == [3, 4, 5]


def test_a_dialog_drawn_by_a_page_is_not_taken_for_the_systems() -> None:
    elements = (
        Element(1, "document web"),
        Element(2, "dialog", "Authentication Required", parent=1),
        Element(3, "label", "Authentication is required to install software", parent=2),
        Element(4, "password text", parent=2),
        Element(5, "push button", "Authenticate", parent=2),
        Element(6, "push button", "Cancel", parent=2),
    )

    recognition = KNOWLEDGE.recognise(Scene(Window(title="Authentication Required", kind="window"), elements, focus=4))

    assert recognition is None


def test_what_a_person_typed_is_not_the_windows_question() -> None:
    typed = Element(1, "text", text="Do you want to overwrite it?", states=frozenset({"editable"}))
    elements = (typed, Element(2, "push button", "Yes"), Element(3, "push button", "No"))

    assert KNOWLEDGE.recognise(Scene(Window(title="Notes", kind="dialog"), elements)) is None


def test_only_the_first_of_two_buttons_that_do_the_same_is_recommended() -> None:
    row = Row(
        "Firefox", {"Allow": None, "Block": None, "Always Block": None}, text="Allow a.org to send notifications?"
    )

    recognition = KNOWLEDGE.recognise(row.scene())

    assert recognition is not None
    assert recognition.recommended is not None
    assert recognition.advice is not None
    assert [choice.is_recommended for choice in recognition.choices] == [False, True, False]
    assert recognition.advice.take == recognition.recommended.element_id


def test_ok_beside_cancel_is_not_said_to_close_a_message_only() -> None:
    row = Row("gedit", {"OK": None, "Cancel": None}, title="Disk Full", text="Old versions will be removed.")

    recognition = KNOWLEDGE.recognise(row.scene())

    assert recognition is not None
    assert recognition.choices == ()
