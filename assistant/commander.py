"""Commander: carries out what the user asks for, by key or from the command line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant import explain
from assistant.commands import BY_ID
from assistant.config import Config
from assistant.desktop.clipboard import Clipboard
from assistant.errors import SightlineError, WrongSettings
from assistant.guide import Guide
from assistant.host.asking import Answer, Request
from assistant.look import Snapshot
from assistant.looking import Telling, about_focus, about_window
from assistant.questions import Questions
from assistant.scene import Window
from assistant.sentence import Sentence
from assistant.teller import Teller

if TYPE_CHECKING:
    from assistant.adviser import Adviser

log = logging.getLogger(__name__)

MOST_DETAIL = 2
_UNLOCKING = frozenset({"window", "more", "focus"})
"""While the screen is locked these tell of the window in which it is unlocked."""
_ALWAYS = frozenset({"stop", "style", "pause", "learn"})

Screen = Callable[[], Awaitable[tuple[list[Window], int | None]]]
"""Which windows there are, and which of them is active."""


class Commander:
    """The commands of commands.py, and the requests of the command line."""

    def __init__(
        self,
        guide: Guide,
        screen: Screen,
        teller: Teller,
        clipboard: Clipboard,
        config: Config,
        *,
        adviser: Adviser | None = None,
    ) -> None:
        self._guide, self._screen, self._teller, self._speech = guide, screen, teller, teller.speech
        self._adviser = adviser
        self._clipboard, self._config = clipboard, config
        self._questions = Questions(guide, teller, adviser)
        self._detail = 0
        self._is_learning = False
        self._actions: Mapping[str, Callable[[], Awaitable[None]]] = {
            "window": self._window,
            "focus": lambda: self._answer(self._tell_focus()),
            "screen": lambda: self._answer(self._tell_screen()),
            "choices": lambda: self._answer(self._tell_choices()),
            "more": self._more,
            "question": self._questions.ask,
            "check": self._check,
            "repeat": self._repeat,
            "stop": self._silence,
            "style": self._style,
            "copy": self._copy,
            "pause": lambda: self._resume() if guide.is_paused else self._pause(),
            "learn": self._learn,
        }

    async def command(self, command: str) -> None:
        """Carry a command out; in learn mode, say what it does instead."""
        log.info("command %s", command)
        if self._is_learning and command != "learn":
            await self._speech.stop()
            help_texts = BY_ID[command].help
            self._teller.text(help_texts.get(self._teller.language) or help_texts["en"])
        elif self._guide.is_paused and command not in {"pause", "stop", "learn"}:
            await self._speech.stop()
            self._teller.message("paused")
        elif self._guide.is_locked and command not in _ALWAYS:
            await self._while_locked(command)
        else:
            await self._actions[command]()

    async def _while_locked(self, command: str) -> None:
        if command in _UNLOCKING:
            await self._window()
        else:
            await self._speech.stop()
            self._teller.message("locked")

    async def request(self, request: Request) -> Answer:
        """Answer a request of the command line. Raises SightlineError where it can't be met."""
        match dict(request):
            case {"request": "command", "id": str(command)} if command in self._actions:
                await self.command(command)
            case {"request": "say", "text": str(text)}:
                self._teller.text(text)
            case {"request": "pause"}:
                await self._pause()
            case {"request": "resume"}:
                await self._resume()
            case {"request": "profile", "name": ""}:
                return {"text": self._profile_list()}
            case {"request": "profile", "name": str(name)}:
                await self._speech.stop()
                self._teller.set_profile(name)
                return {"text": f"The profile is {name} now."}
            case _:
                raise WrongSettings("This Sightline does not know that request; restart it after an update.")
        return {}

    def _profile_list(self) -> str:
        current = self._teller.profile.name
        return "\n".join(f"{name}, in use" if name == current else name for name in self._teller.profiles)

    # Answers

    async def _answer(self, telling: Telling) -> None:
        await self._speech.stop()
        await self._guide.looks.start(telling, "answer", is_asked=True)

    async def _window(self) -> None:
        self._detail = 0
        await self._answer(self._tell_window())

    async def _more(self) -> None:
        self._detail = min(self._detail + 1, MOST_DETAIL)
        await self._answer(self._tell_window())

    async def _tell_window(self) -> None:
        snapshot = await self._guide.fresh()
        profile, language = self._teller.manner(snapshot.scene)
        facts = explain.explain_window(snapshot.scene, profile, language, self._detail)
        self._guide.windows.say(snapshot, facts, detail=self._detail, then=self._advice)

    def _advice(self, snapshot: Snapshot, facts: Sequence[Sentence]) -> AsyncIterator[Sentence] | None:
        advice = self._adviser.explanation(snapshot, facts, more=self._detail > 0) if self._adviser else None
        return self._guide.windows.with_likenesses(snapshot, advice)

    async def _check(self) -> None:
        if self._adviser is None:
            await self._speech.stop()
            self._teller.message("model_none", command="sightline model list")
        else:
            await self._answer(self._tell_check(self._adviser))

    async def _tell_check(self, adviser: Adviser) -> None:
        snapshot = await self._guide.fresh()
        profile, _ = self._teller.manner(snapshot.scene)
        self._teller.say((), profile=profile, about=about_window(snapshot), then=adviser.check(snapshot))

    async def _tell_focus(self) -> None:
        snapshot = await self._guide.fresh(whole=True)
        profile, language = self._teller.manner(snapshot.scene)
        sentences = explain.explain_focus(snapshot.scene, profile, language, before=None)
        self._teller.say(sentences, profile=profile, about=about_focus(snapshot))

    async def _tell_choices(self) -> None:
        snapshot = await self._guide.fresh(whole=True)
        profile, language = self._teller.manner(snapshot.scene)
        sentences = explain.explain_choices(snapshot.scene, profile, language)
        self._teller.say(sentences, profile=profile, about=about_window(snapshot))

    async def _tell_screen(self) -> None:
        windows, active = await self._screen()
        told = [
            replace(window, title="") if self._config.application(window.application).excluded else window
            for window in windows
        ]
        self._teller.say(explain.explain_screen(told, self._teller.profile, self._teller.language, active))

    # Speech itself

    async def _silence(self) -> None:
        await asyncio.gather(self._guide.looks.forget(), self._speech.stop())

    async def _repeat(self) -> None:
        if self._speech.last:
            await self._speech.repeat()
        else:
            self._teller.message("nothing_to_repeat")

    async def _copy(self) -> None:
        text = " ".join(sentence.text for sentence in self._speech.last)
        await self._speech.stop()
        if not text:
            self._teller.message("nothing_to_repeat")
            return
        try:
            await self._clipboard.copy(text)
        except SightlineError as error:
            self._teller.text(str(error))
        else:
            self._teller.message("copied")

    async def _style(self) -> None:
        await self._speech.stop()
        self._teller.next_profile()

    async def _learn(self) -> None:
        self._is_learning = not self._is_learning
        await self._speech.stop()
        if self._is_learning:
            key = self._config.key_of("learn")
            self._teller.message("learn_on", key=self._teller.spoken_keys(key) if key else "sightline learn")
        else:
            self._teller.message("learn_off")

    async def _pause(self) -> None:
        self._guide.is_paused = True
        await self._silence()
        self._teller.message("paused")

    async def _resume(self) -> None:
        self._guide.is_paused = False
        await self._speech.stop()
        self._teller.message("resumed")
