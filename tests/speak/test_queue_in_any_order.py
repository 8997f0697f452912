"""The queue, whatever happens in whatever order; here with no voice at all."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.sentence import Priority, Sentence
from assistant.speak.queue import AHEAD, LIMIT, About, Entry, Piece, Queue

DIALOG, EDITOR = "dialog", "editor"
SAVE, CANCEL = "save", "cancel"


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order: one voice, order kept, bounded, nothing stale, nothing important lost."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.entries: dict[str, Entry] = {}  # by text
        self.with_voice: list[Piece] = []
        self.heard: list[str] = []
        self.important: list[str] = []
        self.window: str | None = None
        self.begun: list[int] = []

    @rule()
    def an_event_comes(self) -> None:
        self.begun.append(self.queue.begin())

    @rule(
        priority=st.sampled_from(["important", "message", "text", "notification", "progress"]),
        window=st.sampled_from([None, DIALOG, EDITOR]),
        control=st.sampled_from([None, SAVE, CANCEL]),
        count=st.integers(1, 4),
        is_old=st.booleans(),
    )
    def something_is_added(
        self, priority: Priority, window: str | None, control: str | None, count: int, is_old: bool
    ) -> None:
        number = self.begun.pop(0) if is_old and self.begun else self.queue.begin()
        texts = [f"{number}.{index}.{len(self.entries)}" for index in range(count)]
        entry = Entry(number, tuple(map(Sentence, texts)), priority, About(window, control, SAVE) if window else None)
        self.entries |= dict.fromkeys(texts, entry)
        said = self.with_voice[0] if self.with_voice else None

        added = self.queue.add(entry)

        if added.is_cut:
            assert said
            assert self.entries[said.sentence.text].priority != "important"
            self.with_voice.clear()
        if added.refused in {"", "said already"} and window and priority in {"message", "text"}:
            self.window = window
        if priority == "important" and not added.refused:
            self.important += texts

    @rule()
    def the_voice_asks(self) -> None:
        piece = self.queue.next()
        if piece is None:
            return
        entry = self.entries[piece.sentence.text]
        if entry.about and entry.priority in {"message", "text"}:
            assert entry.about.window == self.window
        self.with_voice.append(piece)

    @precondition(lambda self: self.with_voice)
    @rule()
    def the_voice_has_said_one(self) -> None:
        piece = self.with_voice.pop(0)
        self.queue.heard(piece)
        self.heard.append(piece.sentence.text)

    @rule()
    def the_voice_dies(self) -> None:
        self.queue.rewind()
        self.with_voice.clear()

    @rule(begun=st.booleans())
    def the_person_presses_stop(self, begun: bool) -> None:
        assert self.queue.clear(begun=begun) == bool(self.with_voice)
        self.with_voice.clear()
        self.important = [text for text in self.important if text in self.heard]
        assert self.queue.next() is None

    @rule(window=st.sampled_from([DIALOG, EDITOR]))
    def a_window_closes(self, window: str) -> None:
        if self.queue.forget(window):
            self.with_voice.clear()

    @invariant()
    def sentences_of_one_utterance_only_are_with_the_voice(self) -> None:
        assert len(self.with_voice) <= AHEAD
        assert len({id(self.entries[piece.sentence.text]) for piece in self.with_voice}) <= 1
        assert all(self.queue.is_wanted(piece) for piece in self.with_voice)
        assert self.queue.is_speaking == bool(self.with_voice)

    @invariant()
    def sentences_of_one_utterance_are_heard_once_and_in_order(self) -> None:
        assert len(set(self.heard)) == len(self.heard)
        for entry in {id(entry): entry for entry in self.entries.values()}.values():
            texts = [sentence.text for sentence in entry.sentences]
            heard = [text for text in self.heard if text in texts]
            assert heard == texts[: len(heard)]

    def teardown(self) -> None:
        while True:
            self.the_voice_asks()
            if not self.with_voice:
                break
            self.the_voice_has_said_one()
        assert self.queue.is_empty
        if len(self.important) <= LIMIT:
            assert set(self.important) <= set(self.heard)


TestAnyOrder = AnyOrder.TestCase
