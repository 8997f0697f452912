"""A whole window: what it is, what it wants, where the focus is, what can be chosen, by which key. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.explain.care import needs_adult
from assistant.explain.choices import (
    Options,
    advise,
    does_of,
    exact_choice,
    take,
    tell_each,
    tell_exactly,
    tell_known,
    tell_names,
)
from assistant.explain.control import capital, hint, opening, starts_with_its_name, telegram
from assistant.explain.files import FILE_KINDS, tell_files
from assistant.explain.focus import explain_focus
from assistant.explain.knowledge import recognise
from assistant.explain.language import labels
from assistant.explain.loose_words import tell_loose_words
from assistant.explain.parts import (
    extent,
    structure,
    tell_controls,
    tell_counts,
    tell_progress,
    tell_structures,
    tell_wrong,
)
from assistant.explain.reading import SMALL_WINDOW_CONTROLS, focus_of, is_one_colour, page_of, read, row_around
from assistant.explain.roles import BUTTONS, DOCUMENTS, ITEMS, LAYOUT, MENU_ITEMS, STRUCTURES, role_of
from assistant.explain.shown import (
    MESSAGE_CHARACTERS,
    WHOLE_CHARACTERS,
    beginning,
    clean,
    folded,
    says_something,
    without_address,
    word_count,
)
from assistant.explain.wording import Wording, wording
from assistant.profile import Profile
from assistant.scene import Element, Scene
from assistant.sentence import Sentence

_MOST_WALKED = 200
_MOST_MESSAGES = 3
"""Of a window that is no dialog: so many texts, and only long ones, are read."""


def explain_window(
    scene: Scene, profile: Profile, language: str, detail: int = 0, *, has_keyboard: bool = True
) -> tuple[Sentence, ...]:
    """Explain a window: a dialog with its choices, a larger window in outline.

    `detail` 1 adds all choices one by one, whole texts and what a technician hears; 2 walks every element.
    Of one that does not have the keyboard no key and no focus is told: what is pressed goes elsewhere.
    """
    told = wording(profile, language)
    reading = read(scene)
    known = None if scene.window.is_locked_screen else recognise(scene)
    if known is not None and not reading.is_dialog:
        reading = page_of(scene) or reading
    return tuple(_Teller(Options(reading, known, has_keyboard), told, detail).tell())


def explain_return(scene: Scene, profile: Profile, language: str) -> tuple[Sentence, ...]:
    """Say which window one has come back to, and where the focus is in it; it was explained before."""
    told = wording(profile, language)
    if scene.window.is_locked_screen or scene.focus is None:
        return explain_window(scene, profile, language)
    heading = _Teller(Options(read(scene)), told, detail=0).heading()
    return (heading, *explain_focus(scene, profile, language, scene))


class _Teller:
    """Explains one window once; it only keeps what its methods would else hand to each other."""

    def __init__(self, options: Options, wording: Wording, detail: int) -> None:
        self.options, self.wording, self.detail = options, wording, detail
        self.reading, self.known = options.reading, options.known
        self.scene, self.window = self.reading.scene, self.reading.scene.window
        self.for_adults = wording.is_for_child and needs_adult(self.reading, self.known)

    def tell(self) -> Iterator[Sentence]:
        if self.window.is_locked_screen:
            yield self.wording.sentence("locked")
            yield from self._focus()
            return
        yield from self._opening()
        yield from self._content()
        yield from self._unread()
        if self._has_more and self.wording.text("more_to_hear"):
            yield self.wording.sentence("more_to_hear")
        yield from self._process()

    # ---- what it is and wants

    def _opening(self) -> Iterator[Sentence]:
        asks = self.known.asks.text(self.wording.style, self.wording.words.language) if self.known else ""
        if not asks or self.wording.is_technical or self.detail:
            yield self.heading()
        if asks:
            yield self.wording.ended(asks, mentions=(), origin="knowledge")
        if self.scene.elements and all(element.source != "tree" for element in self.scene.elements):
            yield self.wording.sentence("from_picture")

    def heading(self) -> Sentence:
        wording, title = self.wording, self.reading.title
        if not wording.is_technical and not self._asks:
            title = without_address(title)
        application = wording.application(self.window)
        if application and folded(application) in folded(title) and not wording.is_technical and not self._asks:
            application = ""
        says_kind = folded(title) in labels("title") and not wording.is_technical
        if application and self._asks and (says_kind or folded(title) == folded(self.window.application)):
            title = ""  # it says no more than who asks
        slots = {
            "title": wording.name(title),
            "application": application,
            "kind": wording.words.kind(self._kind(), wording.style),
        }
        key = "dialog" if self._asks or self.window.kind in ("menu", "desktop") else "window"
        key += "" if application else "_of_nobody"
        key += "" if says_something(title) else "_untitled"
        text = wording.text(key, **slots)
        if not says_something(title) and text.startswith(slots["kind"]):
            text = capital(text)
        return wording.ended(text, mentions=(self.reading.root.id,) if self.reading.root else ())

    @property
    def _asks(self) -> bool:
        return self.reading.is_dialog

    def _kind(self) -> str:
        kind = self.window.kind
        if not self._asks or kind in ("notification", "menu", "desktop"):
            return kind if kind in ("notification", "menu", "desktop") else "window"
        what = self._what_it_does()
        is_alert = kind == "alert" or (self.reading.root is not None and self.reading.root.role == "alert")
        return f"alert-{what}" if is_alert else what

    def _what_it_does(self) -> str:
        """Tell a question from a message from a form, by its buttons and marks."""
        others = [element for element in self.reading.controls if role_of(element) not in (*BUTTONS, "link")]
        names = {folded(element.name) for element in self.options.all}
        if any(role_of(element) != "check box" for element in others):
            return "dialog"
        said = [self.reading.title, *(text for text, _ in self.reading.message)]
        asks = any(text.rstrip("”\"' ").endswith(("?", "？")) for text in said)
        if names and (asks or (len(names) > 1 and not names & labels("acknowledge"))):
            return "question"
        return "message" if names or said[1:] else "dialog"

    # ---- what is in it

    def _content(self) -> Iterator[Sentence]:
        if not self.known and (sentence := self._nothing()) is not None:
            yield sentence
            return
        if not self.for_adults:
            yield from self._message()
        yield from tell_progress(self.reading, self.wording)
        if not self.for_adults:
            yield from tell_wrong(self.reading, self.wording)
        yield from advise(self.options, self.wording)
        if self.detail >= 2:
            yield from self._focus()
            yield from self._walk()
        elif self._asks or self.known or self._is_small:
            yield from self._dialog()
        else:
            yield from self._outline()
        if self.detail < 2 and not self.for_adults:
            told = {number for _, ids in self._texts() for number in ids}
            yield from tell_loose_words(self.reading, self.wording, told, is_detailed=self.detail > 0)

    @property
    def _is_small(self) -> bool:
        has_room_for_much = any(role_of(element) in DOCUMENTS for element in self.reading.structures)
        return len(self.reading.controls) <= SMALL_WINDOW_CONTROLS and not has_room_for_much

    @property
    def _has_more(self) -> bool:
        """Whether a large window was told in outline."""
        return self.detail == 0 and not (self._asks or self.known or self._is_small)

    def _nothing(self) -> Sentence | None:
        if self.reading.description or not (self.reading.is_drawn or not self.reading.elements):
            return None
        if self.scene.unread:
            return self.wording.sentence("unreadable") if not self.reading.elements else None
        if is_one_colour(self.scene.picture):
            return self.wording.sentence("empty")
        if self.reading.shows_picture:
            return self.wording.sentence("drawn")
        return self.wording.sentence("nothing_to_read" if self.window.toolkit else "unreadable")

    def _message(self) -> Iterator[Sentence]:
        limit = WHOLE_CHARACTERS if self.detail else MESSAGE_CHARACTERS
        texts = self._texts()
        if not texts:
            return
        whole = clean(
            _run_together([clean(text, WHOLE_CHARACTERS) for text, _ in texts], self.wording), WHOLE_CHARACTERS
        )
        ids = tuple(number for _, of in texts for number in of)
        said = beginning(whole, limit)
        key = "claim" if self.known and self.known.is_claim else "message"
        yield self.wording.sentence(key, message=_quotable(said, key, self.wording), mentions=ids)
        if len(said) < len(whole) or len(whole) > WHOLE_CHARACTERS:
            yield self.wording.sentence("cut")

    def _texts(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        is_wanted = self.wording.is_technical or self.detail or self.known is None or self.known.reads_message
        if not is_wanted:
            return ()
        texts = self.reading.message
        if self._asks or self.known:
            return texts
        if self._is_small or self.detail:
            return tuple(text for text in texts if word_count(text[0]) >= 3)[: 10 if self.detail else _MOST_MESSAGES]
        return tuple(
            (text, ids) for text, ids in texts if any(self._is_notice(self.scene.element(number)) for number in ids)
        )[:_MOST_MESSAGES]

    def _is_notice(self, element: Element) -> bool:
        return element.role in ("alert", "info bar", "notification") or self.reading.is_inside(
            element, frozenset({"alert", "info bar", "notification"})
        )

    # ---- a dialog

    def _dialog(self) -> Iterator[Sentence]:
        choices = self.options.all
        chosen = {element.id for element in choices}
        others = [element for element in self.reading.controls if self._is_part(element, chosen)]
        if self.for_adults:
            yield from self._fetch()
            return
        if self._chooses_file:
            yield from tell_files(self.reading, self.wording)
            yield from self._choices()
            return
        focus = tuple(self._focus()) if self._is_focus_told else ()
        if self._is_told_briefly:
            yield from focus
            if not self.wording.is_for_child:
                yield from tell_structures(self.reading, self.wording, smallest=2)
                yield from tell_controls(
                    [one for one in others if not self.reading.is_inside(one, STRUCTURES)], self.wording, most=4
                )
            yield from self._choices()
            return
        if self.options.is_asked:
            yield from focus
        yield from tell_structures(self.reading, self.wording)
        yield from tell_controls(others, self.wording, most=12 if self.detail else 4)
        if not self.options.is_asked:
            yield from focus
        yield from self._choices()

    @property
    def _is_told_briefly(self) -> bool:
        """Whether what it asks and its choices are enough: its lists and boxes only repeat what it is about."""
        return self.known is not None and not (self.wording.is_technical or self.detail) and bool(self.known.choices)

    @property
    def _chooses_file(self) -> bool:
        is_known = self._is_told_briefly and self.known is not None and self.known.kind in FILE_KINDS
        return is_known and self.options.has_keyboard

    @property
    def _is_focus_told(self) -> bool:
        """Whether to say where the focus is: not if it is on a choice of which is said that Enter takes it."""
        if self.wording.is_technical:
            return True
        focused = self.scene.focused
        if self._is_told_briefly and focused is not None and role_of(focused) in ITEMS | STRUCTURES:
            return not self.wording.is_for_child and len(self.reading.items(focused) or ()) > 1
        if self.options.focus is None:
            return True
        return self.known is None and len(self.options.all) > 1 and self.options.focus != self.options.default

    def _is_part(self, element: Element, chosen: set[int]) -> bool:
        if element.id in chosen or element.id == self.scene.focus or element.has("invalid-entry"):
            return False
        if role_of(element) in (*BUTTONS, "link") and (self.options.is_bait or row_around(self.scene, element)):
            return False  # of those in rows there is one in each, and the list stands for them
        return role_of(element) not in ITEMS | MENU_ITEMS | {"terminal", "text area"}

    def _choices(self) -> Iterator[Sentence]:
        options, wording = self.options, self.wording
        if self.detail:
            yield from tell_each(options, wording)
        elif wording.is_technical:
            yield from tell_exactly(options, wording, after_focus=options.has_keyboard)
        elif self.known and any(does_of(element, options, wording) for element in options.all):
            yield from tell_known(options, wording)
        else:
            yield from tell_names(options, wording)
            if len(options.available) > 1 and options.is_asked and options.has_keyboard:
                yield wording.sentence("unsure" if wording.is_for_child else "move")

    def _fetch(self) -> Iterator[Sentence]:
        way_out = self.options.way_out
        if advise(self.options, self.wording):
            return  # it says so already
        if way_out is None:
            yield self.wording.sentence("fetch")
            return
        yield self.wording.sentence("fetch_or", take=take(way_out, self.options, self.wording), mentions=(way_out.id,))

    # ---- a larger window

    def _outline(self) -> Iterator[Sentence]:
        yield from tell_structures(self.reading, self.wording)
        yield from tell_counts(
            [element for element in self.reading.controls if role_of(element) in self.reading.counts], self.wording
        )
        yield from self._focus()

    # ---- focus, rest, process

    def _focus(self) -> Iterator[Sentence]:
        focused, wording = focus_of(self.scene), self.wording
        if focused is None or not self.options.has_keyboard:
            return
        if role_of(focused) in LAYOUT and not says_something(focused.name):
            return
        if focused in self.options.all and wording.is_technical:
            text = exact_choice(focused, self.options, wording)
            yield wording.sentence("focus", control=text, mentions=(focused.id,))
            return
        row = row_around(self.scene, focused)
        if wording.is_technical:
            if row:
                yield wording.sentence("in_row", row=wording.name(row), mentions=(focused.id,))
            told = [opening(focused, wording, as_focus=True), *extent(focused, self.reading, wording)]
            yield wording.ended(wording.words.separated(told), mentions=(focused.id,))
            return
        control = structure(focused, self.reading, wording) or telegram(focused, wording, is_hinted=True)
        is_named = starts_with_its_name(focused, wording) or bool(structure(focused, self.reading, wording))
        key = "focus" if is_named else "focus_unnamed"
        if row:
            key = "focus_in_row"
        said = wording.text(key, control=control, row=wording.name(row))
        yield wording.ended(said, mentions=(focused.id,))
        if role_of(focused) not in (*BUTTONS, "link", "password text") and (how := hint(focused, wording)):
            yield wording.ended(how, mentions=(focused.id,))

    def _walk(self) -> Iterator[Sentence]:
        worth = [element for element in self.reading.elements if _is_worth_walking(element)]
        for element in worth[:_MOST_WALKED]:
            yield self.wording.ended(opening(element, self.wording), mentions=(element.id,))
        left = len(worth) - _MOST_WALKED
        if left > 0:
            yield self.wording.sentence("walk_more", count=left, number=self.wording.words.number(left))

    def _unread(self) -> Iterator[Sentence]:
        if self.scene.unread > 0:
            number = self.wording.words.number(self.scene.unread)
            yield self.wording.sentence("unread", count=self.scene.unread, number=number)

    def _process(self) -> Iterator[Sentence]:
        window = self.window
        if not self.wording.profile.say.process:
            return
        if window.pid and window.toolkit:
            yield self.wording.sentence("process", pid=str(window.pid), toolkit=clean(window.toolkit))
        elif window.pid:
            yield self.wording.sentence("process_only", pid=str(window.pid))


def _is_worth_walking(element: Element) -> bool:
    role = role_of(element)
    return (says_something(element.name) or says_something(element.text) or role not in LAYOUT) and not (
        role in ("panel", "grouping", "section", "form", "landmark") and not says_something(element.name)
    )


def _run_together(texts: list[str], wording: Wording) -> str:
    whole = texts[0]
    for text in texts[1:]:
        whole = f"{whole}." if whole[-1].isascii() and whole[-1].isalnum() else wording.words.ended(whole)
        whole += text if whole[-1] in "。！？：" else f" {text}"
    return whole


def _quotable(text: str, key: str, wording: Wording) -> str:
    """Return a message as it stands between quotation marks: those inside it become single ones."""
    if wording.is_technical and key == "message":
        return text
    return text.replace("“", "‘").replace("”", "’")
