"""The queue decides what is said next; here with no voice at all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from assistant.sentence import Priority, Sentence
from assistant.speak.queue import LIMIT, NOTIFICATIONS, About, Added, Entry, Piece, Queue

DIALOG, EDITOR = "dialog", "editor"
SAVE, CANCEL = "save", "cancel"


class Saying:
    """A queue and what a voice would do with it."""

    def __init__(self) -> None:
        self.queue = Queue()
        self.heard: list[str] = []
        self.with_voice: list[Piece] = []

    def add(self, *texts: str, priority: Priority = "text", about: About | None = None, number: int = 0) -> Added:
        sentences = tuple(Sentence(text) for text in texts)
        added = self.queue.add(Entry(number or self.queue.begin(), sentences, priority, about))
        if added.is_cut:
            self.with_voice.clear()
        return added

    def hand_over(self) -> list[str]:
        while piece := self.queue.next():
            self.with_voice.append(piece)
        return [piece.sentence.text for piece in self.with_voice]

    def hear_one(self) -> None:
        self.hand_over()
        piece = self.with_voice.pop(0)
        self.heard.append(piece.sentence.text)
        self.queue.heard(piece)

    def hear_all(self) -> list[str]:
        while self.hand_over():
            self.hear_one()
        return self.heard


@pytest.fixture
def saying() -> Saying:
    return Saying()


def test_the_sentence_after_the_one_being_heard_is_with_the_voice_already(saying: Saying) -> None:
    saying.add("One.", "Two.", "Three.")

    assert saying.hand_over() == ["One.", "Two."]
    saying.hear_one()
    assert saying.hand_over() == ["Two.", "Three."]


# What the first is, what the second is, what is then heard after "A1." of the first has been.
MEETINGS: list[tuple[Priority, Priority, list[str]]] = [
    ("important", "important", ["A2.", "A3.", "B."]),
    ("important", "message", ["A2.", "A3.", "B."]),
    ("important", "text", ["A2.", "A3.", "B."]),
    ("important", "notification", ["A2.", "A3.", "B."]),
    ("important", "progress", ["A2.", "A3.", "B."]),
    ("message", "important", ["B.", "A2.", "A3."]),
    ("message", "message", ["A2.", "A3.", "B."]),
    ("message", "text", ["A2.", "A3.", "B."]),
    ("message", "notification", ["A2.", "A3.", "B."]),
    ("message", "progress", ["A2.", "A3.", "B."]),
    ("text", "important", ["B.", "A2.", "A3."]),
    ("text", "message", ["B."]),
    ("text", "text", ["B."]),
    ("text", "notification", ["A2.", "A3.", "B."]),
    ("text", "progress", ["A2.", "A3.", "B."]),
    ("notification", "important", ["B.", "A2.", "A3."]),
    ("notification", "message", ["B.", "A2.", "A3."]),
    ("notification", "text", ["B.", "A2.", "A3."]),
    ("notification", "notification", ["A2.", "A3.", "B."]),
    ("notification", "progress", ["A2.", "A3.", "B."]),
    ("progress", "important", ["B.", "A2.", "A3."]),
    ("progress", "message", ["B.", "A2.", "A3."]),
    ("progress", "text", ["B.", "A2.", "A3."]),
    ("progress", "notification", ["B.", "A2.", "A3."]),
    ("progress", "progress", ["B."]),
]


@pytest.mark.parametrize(("first", "second", "then"), MEETINGS)
def test_priorities_decide_who_gives_way(saying: Saying, first: Priority, second: Priority, then: list[str]) -> None:
    saying.add("A1.", "A2.", "A3.", priority=first)
    saying.hear_one()
    saying.hand_over()

    saying.add("B.", priority=second)

    assert saying.hear_all() == ["A1.", *then]


def test_a_dialog_is_read_to_its_end_though_the_focus_moves_to_its_button(saying: Saying) -> None:
    saying.add("Save changes?", "Focus on Save.", about=About(DIALOG, focus=SAVE))
    saying.hand_over()

    added = saying.add("Save, button.", about=About(DIALOG, SAVE))

    assert added == Added("said already")
    assert saying.hear_all() == ["Save changes?", "Focus on Save."]


def test_a_focus_that_the_dialogs_reading_did_not_know_is_said_after_it(saying: Saying) -> None:
    saying.add("Save changes?", about=About(DIALOG))
    saying.hand_over()

    saying.add("Save, button.", about=About(DIALOG, SAVE))

    assert saying.hear_all() == ["Save changes?", "Save, button."]


def test_a_focus_that_comes_back_to_the_named_button_is_not_said_with_its_detour(saying: Saying) -> None:
    saying.add("Save changes?", "Focus on Save.", about=About(DIALOG, focus=SAVE))
    saying.hand_over()

    saying.add("Cancel, button.", about=About(DIALOG, CANCEL))
    saying.add("Save, button.", about=About(DIALOG, SAVE))

    assert saying.hear_all() == ["Save changes?", "Focus on Save."]


def test_a_newer_focus_replaces_an_older_one(saying: Saying) -> None:
    saying.add("Save, button.", about=About(DIALOG, SAVE))
    saying.hand_over()

    added = saying.add("Cancel, button.", about=About(DIALOG, CANCEL))

    assert added.is_cut
    assert saying.hear_all() == ["Cancel, button."]


def test_an_answer_about_a_control_ends_when_the_focus_leaves_it(saying: Saying) -> None:
    saying.add("Save keeps your changes.", priority="message", about=About(DIALOG, SAVE))
    saying.hand_over()

    saying.add("Cancel, button.", about=About(DIALOG, CANCEL))

    assert saying.hear_all() == ["Cancel, button."]


def test_the_value_of_a_control_replaces_its_older_value(saying: Saying) -> None:
    saying.add("70 percent.", about=About(EDITOR, "slider"))
    saying.hand_over()

    saying.add("71 percent.", about=About(EDITOR, "slider"))

    assert saying.hear_all() == ["71 percent."]


def test_the_same_words_about_the_same_thing_are_said_once(saying: Saying) -> None:
    saying.add("Save, button.", about=About(DIALOG, SAVE))
    saying.hand_over()

    added = saying.add("Save, button.", about=About(DIALOG, SAVE))

    assert added == Added("said already")
    assert saying.hear_all() == ["Save, button."]


@pytest.mark.parametrize("priority", ["message", "text"])
def test_a_new_window_cuts_what_was_about_the_old_one(saying: Saying, priority: Priority) -> None:
    saying.add("The editor.", "It is long.", priority=priority, about=About(EDITOR))
    saying.hand_over()

    added = saying.add("Save changes?", about=About(DIALOG))

    assert added.is_cut
    assert saying.hear_all() == ["Save changes?"]


def test_a_notification_waits_for_a_dialog_and_its_focus(saying: Saying) -> None:
    saying.add("Save changes?", about=About(DIALOG))
    saying.hand_over()

    saying.add("A mail has come.", priority="notification", about=About("mail"))
    saying.add("Save, button.", about=About(DIALOG, SAVE))

    assert saying.hear_all() == ["Save changes?", "Save, button.", "A mail has come."]


def test_a_late_reading_of_a_window_that_was_left_is_not_said(saying: Saying) -> None:
    left = saying.queue.begin()
    saying.add("Save changes?", about=About(DIALOG))

    added = saying.add("The editor.", about=About(EDITOR), number=left)

    assert added == Added("late")
    assert saying.hear_all() == ["Save changes?"]


def test_a_dialog_that_took_longer_to_read_than_its_focus_is_said_all_the_same(saying: Saying) -> None:
    opened = saying.queue.begin()
    saying.add("Save, button.", about=About(DIALOG, SAVE))
    saying.hand_over()

    saying.add("Save changes?", "Focus on Save.", about=About(DIALOG, focus=SAVE), number=opened)

    assert saying.hear_all() == ["Save changes?", "Focus on Save."]


def test_a_late_focus_gives_way_to_a_newer_one(saying: Saying) -> None:
    older = saying.queue.begin()
    saying.add("Cancel, button.", about=About(DIALOG, CANCEL))

    added = saying.add("Save, button.", about=About(DIALOG, SAVE), number=older)

    assert added == Added("late")


def test_clear_drops_everything(saying: Saying) -> None:
    saying.add("Important.", priority="important")
    saying.add("A mail has come.", priority="notification")
    saying.hand_over()

    assert saying.queue.clear()

    assert saying.queue.is_empty
    assert saying.queue.next() is None


def test_clear_leaves_what_is_still_being_looked_at_unless_told(saying: Saying) -> None:
    first, second = saying.queue.begin(), saying.queue.begin()

    saying.queue.clear()
    assert saying.add("Save changes?", about=About(DIALOG), number=first) == Added()
    saying.queue.clear(begun=True)
    assert saying.add("The editor.", about=About(EDITOR), number=second) == Added("late")


def test_a_closed_window_is_not_spoken_of(saying: Saying) -> None:
    saying.add("Save changes?", about=About(DIALOG))
    saying.add("A mail has come.", priority="notification", about=About(DIALOG))
    saying.hand_over()

    assert saying.queue.forget(DIALOG)
    saying.with_voice.clear()

    assert saying.hear_all() == ["A mail has come."]


def test_what_was_heard_after_a_cut_changes_nothing(saying: Saying) -> None:
    saying.add("Old.", about=About(EDITOR))
    old = saying.queue.next()
    saying.add("New.", about=About(DIALOG))
    assert old

    saying.queue.heard(old)

    assert not saying.queue.is_wanted(old)
    assert saying.hear_all() == ["New."]


def test_a_lost_voice_leaves_its_sentences_to_the_next_one(saying: Saying) -> None:
    saying.add("One.", "Two.", "Three.")
    saying.hear_one()
    saying.hand_over()

    saying.queue.rewind()
    saying.with_voice.clear()

    assert saying.hear_all() == ["One.", "Two.", "Three."]


def test_while_a_stream_is_waited_for_a_notification_may_speak(saying: Saying) -> None:
    answer = Entry(saying.queue.begin(), (Sentence("One."),), "message")
    saying.queue.add(answer, is_complete=False)
    saying.hear_one()
    saying.add("A mail has come.", priority="notification")
    saying.hear_one()

    saying.queue.append(answer, Sentence("Two."))
    saying.queue.complete(answer)

    assert saying.hear_all() == ["One.", "A mail has come.", "Two."]
    assert saying.queue.is_empty


def test_a_stream_that_nobody_wants_is_told_so(saying: Saying) -> None:
    answer = Entry(saying.queue.begin(), (), "message", About(EDITOR))
    saying.queue.add(answer, is_complete=False)

    saying.add("Save changes?", about=About(DIALOG))

    assert not saying.queue.append(answer, Sentence("Too late."))
    assert not saying.queue.holds(answer)


def test_of_many_notifications_the_oldest_lose(saying: Saying) -> None:
    saying.add("Save changes?", about=About(DIALOG))
    saying.hand_over()

    add_all(saying, (f"Mail {number}." for number in range(NOTIFICATIONS + 3)), "notification")

    assert saying.hear_all() == ["Save changes?", *(f"Mail {number}." for number in range(3, NOTIFICATIONS + 3))]


def test_past_the_limit_the_least_urgent_loses_and_not_the_answer_being_said(saying: Saying) -> None:
    saying.add("Being said.", priority="message")
    saying.hand_over()
    saying.add("A mail has come.", priority="notification")

    add_all(saying, (f"Answer {number}." for number in range(LIMIT)), "message")

    assert saying.hear_all() == ["Being said.", *(f"Answer {number}." for number in range(LIMIT))]


def test_the_last_thing_said_is_known_whole_even_if_it_was_cut(saying: Saying) -> None:
    saying.add("One.", "Two.", "Three.")
    saying.hand_over()

    saying.queue.clear()

    assert [sentence.text for sentence in saying.queue.last] == ["One.", "Two.", "Three."]


def add_all(saying: Saying, texts: Iterable[str], priority: Priority) -> None:
    for text in texts:
        saying.add(text, priority=priority)
