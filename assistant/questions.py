"""Questions: the person types one about the window they are in, into a window of ours, and hears the answer.

What is typed is handed to the model and to nobody else: it is in no log, in no list of processes, in no file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant import explain
from assistant.desktop.entry import Entry, find_entry
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing
from assistant.guide import Guide
from assistant.look import Snapshot
from assistant.looking import about_window
from assistant.own_window import OwnWindow
from assistant.teller import Teller

if TYPE_CHECKING:
    from assistant.adviser import Adviser

log = logging.getLogger(__name__)


class Questions:
    """Asks for one question at a time. Without an adviser it says how to get one."""

    def __init__(
        self, guide: Guide, teller: Teller, adviser: Adviser | None, find: Callable[[], Entry] = find_entry
    ) -> None:
        self._guide, self._teller, self._adviser, self._find = guide, teller, adviser, find

    async def ask(self) -> None:
        """Open the window; where it is open already and the person is in it, say again what it is for."""
        await self._teller.speech.stop()
        own = self._guide.own_window
        if self._adviser is None:
            self._teller.message("model_none", command="sightline model list")
        elif own is not None and self._guide.is_in_own_window:
            self._teller.say((own.prompt,), is_remembered=False)
        else:
            if own is not None:
                await own.close()  # they have left it, and want to ask about another window
            await self._guide.looks.start(self._open(self._adviser), "answer", is_asked=True)

    async def _open(self, adviser: Adviser) -> None:
        snapshot = await self._guide.fresh()
        if refusal := await adviser.refusal(snapshot):
            self._teller.say((refusal,), is_remembered=False)
            return
        try:
            program = self._find()
        except SomethingMissing:
            self._teller.message("question_no_window")
            return
        _, language = self._teller.manner(snapshot.scene)
        own = OwnWindow(program, snapshot, explain.explain_question(snapshot.scene, language))
        self._guide.own_window = own
        own.task = self._guide.looks.beside(self._converse(own, adviser), "question")

    async def _converse(self, own: OwnWindow, adviser: Adviser) -> None:
        """Wait for the question, and answer it in the window that it is about."""
        language = self._teller.language
        words = (explain.message(key, language).text.rstrip(".。") for key in ("question_title", "question_text"))
        try:
            typed = await own.program.ask(*words)
        except SightlineError as error:
            log.warning("question: %s", type(error).__name__)
            self._teller.message("question_no_window")
            return
        finally:
            await self._guide.leave_own_window(own)
        if typed is None or not typed.strip():
            self._teller.message("question_none")
        else:
            log.info("question: %d characters", len(typed))
            await self._guide.looks.start(self._answer(own.about, typed.strip(), adviser), "answer", is_asked=True)

    async def _answer(self, about: Snapshot, question: str, adviser: Adviser) -> None:
        try:
            snapshot = await self._guide.look_at(about.target)
        except NothingToLookAt:
            self._teller.message("question_window_gone")
            return
        profile, _ = self._teller.manner(snapshot.scene)
        answer = adviser.ask(snapshot, question)
        self._teller.say((), profile=profile, about=about_window(snapshot), then=answer)
