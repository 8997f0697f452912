"""Adviser: what a model adds to the facts of a window, while the daemon runs. Loaded only where one is configured.

It owns the model's process and the way to it. One question at a time: a newer one, or whatever else the person does,
ends the one before it, and none of its words comes late.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Hashable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from assistant import explain
from assistant.answers import (
    ANSWER_TOKENS,
    Answered,
    Seen,
    checked,
    failure,
    not_asked,
    own_engine,
    picture_of,
    question_about,
)
from assistant.config import Config
from assistant.desktop.target import Target
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing
from assistant.explain.claims import claims_the_same
from assistant.explain.knowledge import recognise
from assistant.host.model_client import ModelClient
from assistant.host.model_question import Question
from assistant.look import Look, Snapshot
from assistant.memory import Memory, Wish
from assistant.reading import Reading
from assistant.scene import Scene
from assistant.sentence import Sentence
from assistant.teller import Teller

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
READ_SECONDS = 10.0  # the words in a picture are facts, against which the model's are checked
SLOW_SECONDS = 2.0  # of silence, then a sound says that the model is at work
DWELL_SECONDS = 0.4  # after a window was read; who alt-tabs through five of them has gone on by then
MORE = 2  # times the tokens

Answer = AsyncGenerator[Sentence, None]
"""Sentences as they come. To cancel or close it ends the model's work."""


@dataclass(eq=False)
class _Asking:
    """One question on its way. `sentences` ends with None."""

    sentences: asyncio.Queue[Sentence | None] = field(default_factory=asyncio.Queue)
    answered: Answered = field(default_factory=Answered)
    task: asyncio.Task[None] | None = None
    is_over: bool = False

    def cancel(self) -> None:
        """Let nothing more of it be heard."""
        self.is_over = True
        if self.task is not None:
            self.task.cancel()

    async def end(self) -> None:
        """End it; when this returns, nothing of it is under way."""
        self.cancel()
        if self.task is not None and not self.task.done():
            await asyncio.wait([self.task])


@dataclass(eq=False)
class _ReadingAhead:
    """A window that our own engine reads before anybody asks."""

    window: Hashable
    task: asyncio.Task[None] | None = None
    has_begun: bool = False


class Adviser:
    """Asks one model about windows. An async context manager; entering starts and loads nothing.

    What it returns goes to `Teller.say(…, then=…)`: nothing is asked before somebody iterates.
    """

    def __init__(self, look: Look, teller: Teller, config: Config) -> None:
        self._look, self._teller, self._config = look, teller, config
        self._engine = own_engine(config.engine)
        self._client = ModelClient(config.engine, self._announce)
        self._memory = Memory()
        self._stack = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._asking: _Asking | None = None
        self._ahead: _ReadingAhead | None = None
        self._has_failed = False

    async def __aenter__(self) -> Self:
        if self._engine is not None:
            await self._stack.enter_async_context(self._engine)
        await self._stack.enter_async_context(self._client)
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.move_on()
        self._memory.clear()
        try:
            if isinstance(error, asyncio.CancelledError):  # perhaps the group's own, where one of its tasks failed
                await self._tasks.__aexit__(kind, error, trace)
            else:
                await self._tasks.__aexit__(None, None, None)
        finally:
            await self._stack.aclose()

    def warm(self) -> None:
        """Have the model loaded now, if the settings want that at login."""
        if self._config.engine.warm:
            self._tasks.create_task(self._load(), name="load the model's library")
            if self._engine is not None:
                self._engine.warm()

    async def _load(self) -> None:
        with contextlib.suppress(SightlineError):  # the first question will tell
            await self._client.load()

    def explains_unasked(self, scene: Scene) -> bool:
        """Whether a window that has just opened is to be explained by the model too."""
        wanted = self._config.engine.explain
        if wanted != "unknown" or self._client.is_remote:
            return wanted == "always"
        is_dialog = scene.window.kind in {"dialog", "alert"}
        return recognise(scene) is None if is_dialog else not scene.elements

    # Answers

    def explanation(
        self, snapshot: Snapshot, facts: Iterable[Sentence], *, more: bool = False, is_asked: bool = True
    ) -> Answer:
        """Return what the model adds to the facts, which are being said. `more` looks closer and says what is new.

        Where nobody asked (`is_asked`), why there is no answer is said once, until there is one again.
        """
        said = tuple(sentence.text for sentence in facts)
        wish = Wish(snapshot.target, said=said, is_asked=is_asked)
        if more:
            turns = tuple(self._memory.talk(snapshot.target).turns)
            said += tuple(turn.answer for turn in turns if not turn.question)
            wish = replace(wish, kind="more", turns=turns, detail="high", tokens=MORE * ANSWER_TOKENS, said=said)
        return self._answer(wish)

    async def refusal(self, snapshot: Snapshot) -> Sentence | None:
        """Return why a question about a window would not be asked; None if it would be."""
        seen = await self._see(snapshot.target)
        reason = await asyncio.to_thread(lambda: seen.not_asked)
        return not_asked(reason, seen.language) if reason else None

    def ask(self, snapshot: Snapshot, question: str) -> Answer:
        """Return the answer to a person's own question about a window, as it comes.

            teller.say((), profile=profile, about=about_window(snapshot), then=adviser.ask(snapshot, question))

        The last few turns about this window go with it and are kept. Of the snapshot its target alone counts: the
        window is looked at anew, with its picture. Where there is no answer, one sentence says why.
        """
        turns = tuple(self._memory.talk(snapshot.target).turns)
        return self._answer(Wish(snapshot.target, question, "follow-up", turns))

    async def check(self, snapshot: Snapshot) -> Answer:
        """Ask once more what was asked last about a window, looking closer; yield only where the answers differ."""
        language = self._teller.manner(snapshot.scene)[1]
        talk = self._memory.talk(snapshot.target)
        if talk.wish is None:
            yield explain.message("check_nothing", language)
            return
        again = replace(talk.wish, detail="auto" if talk.wish.detail == "high" else "high", is_asked=True)
        before, confirmed, now, is_new = talk.sentences, set[int](), 0, False
        async with contextlib.aclosing(self._answer(again, is_kept=False)) as answer:
            async for sentence in answer:
                if sentence.origin == "sightline":  # why there is no answer, or no more of it
                    yield sentence
                    return
                now += 1
                same = [number for number, other in enumerate(before) if claims_the_same(sentence, other)]
                confirmed.update(same)
                if same:
                    continue
                if not is_new:
                    yield explain.message("check_differs", language)
                    is_new = True
                yield sentence
        lost = [other for number, other in enumerate(before) if number not in confirmed]
        if lost and now:
            yield explain.message("check_lost", language)
            for sentence in lost:
                yield sentence
        elif not is_new:
            yield explain.message("check_same" if now else "check_silent", language)

    # Reading ahead

    def prepare(self, snapshot: Snapshot) -> None:
        """Have our own engine read a window that has just opened, if it runs and the person stays there.

        It reads what every question about it begins with, so the answer is quick. Another window, `move_on` and a
        question about another window end it.
        """
        self._end_reading_ahead()
        if self._is_running:
            ahead = self._ahead = _ReadingAhead(snapshot.target.key)
            ahead.task = self._tasks.create_task(self._read_ahead(snapshot.target, ahead), name="read ahead")

    @property
    def _is_running(self) -> bool:
        if self._engine is None and self._config.engine.socket is None:
            return self._client.is_ours and self._client.was_asked_lately  # to ask systemd's is to start it
        if self._engine is None:
            return True  # started by hand, at a socket that the settings name
        return self._engine.is_ready

    async def _read_ahead(self, target: Target, ahead: _ReadingAhead) -> None:
        await asyncio.sleep(DWELL_SECONDS)
        ahead.has_begun = True
        with contextlib.suppress(SightlineError, TimeoutError):  # the question itself will tell
            async with AsyncExitStack() as stack:
                if self._engine is not None:
                    await stack.enter_async_context(self._engine.using())
                seen = await self._see(target)
                if await asyncio.to_thread(lambda: seen.not_asked):
                    return
                question = await self._question(Wish(target), seen)
                answer = await stack.enter_async_context(self._client.ask(replace(question, tokens=0)))
                async for _ in answer:
                    pass
                log.info("model: read ahead")

    def _end_reading_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.task is not None:
            ahead.task.cancel()

    # Letting go

    def move_on(self) -> None:
        """The person does something else: nothing more comes of the answer that is under way."""
        self._end_reading_ahead()
        if self._asking is not None:
            self._asking.cancel()

    def forget(self, window: Hashable) -> None:
        """A window has closed (its target's `key`): nothing is kept of it."""
        self._memory.forget(window)
        if self._ahead is not None and self._ahead.window == window:
            self._end_reading_ahead()

    async def forget_all(self) -> None:
        """The screen is locked, or the session goes: keep nothing, and have our own engine keep nothing."""
        self.move_on()
        if self._asking is not None:
            await self._asking.end()
        self._memory.clear()
        self._tasks.create_task(self._client.forget(), name="have the engine forget")  # an engine may take its time

    # One question

    async def _answer(self, wish: Wish, *, is_kept: bool = True) -> Answer:
        """Yield an answer; being closed or cancelled ends the asking, and waits for its end."""
        before, asking = self._asking, _Asking()
        self._asking = asking
        if before is not None:
            await before.end()
        if asking.is_over:
            return  # something else was wanted meanwhile
        asking.task = self._tasks.create_task(self._run(wish, asking), name="ask the model")
        asking.task.add_done_callback(lambda _: asking.sentences.put_nowait(None))
        waiting = self._tasks.create_task(self._sound_if_slow(), name="wait for the model")
        try:
            while (sentence := await asking.sentences.get()) is not None and not asking.is_over:
                waiting.cancel()
                yield sentence
        finally:
            waiting.cancel()
            await asking.end()
            if is_kept and asking.answered.sentences:
                self._memory.keep(wish, asking.answered)

    async def _run(self, wish: Wish, asking: _Asking) -> None:
        language = self._teller.language
        try:
            async with AsyncExitStack() as stack:
                seen = await self._see(wish.target)
                language = seen.language
                if reason := await asyncio.to_thread(lambda: seen.not_asked):
                    log.info("model: not asked, %s", reason)
                    self._excuse(wish, not_asked(reason, language), asking)
                    return
                seen = await self._ready(wish, seen, stack)
                await self._put(wish, seen, asking)
        except (NothingToLookAt, TimeoutError) as error:
            log.info("model: not asked, %s", type(error).__name__)
            self._excuse(wish, explain.message("nothing_to_look_at", language), asking)
        except SightlineError as error:
            log.warning("model: %s", type(error).__name__)
            self._tell_failure(wish, failure(error, language), asking)

    def _excuse(self, wish: Wish, sentence: Sentence, asking: _Asking) -> None:
        if wish.kind == "follow-up":  # else the facts are the answer
            asking.sentences.put_nowait(sentence)

    async def _put(self, wish: Wish, seen: Seen, asking: _Asking) -> None:
        question = await self._question(wish, seen)
        answer = checked(self._client, question, seen, asking.answered, said=wish.said)
        async with contextlib.aclosing(answer) as sentences:
            async for sentence in sentences:
                if sentence.origin == "sightline":
                    self._tell_failure(wish, sentence, asking)
                else:
                    asking.sentences.put_nowait(sentence)
        log.info("model: answered, %s", dict(asking.answered.counts))
        self._has_failed = asking.answered.failure is not None
        if not asking.answered.sentences and not self._has_failed:
            self._excuse(wish, explain.message("model_nothing", seen.language), asking)

    def _tell_failure(self, wish: Wish, sentence: Sentence, asking: _Asking) -> None:
        """Say that the model failed; of what nobody asked for, once."""
        if wish.is_asked or not self._has_failed:
            asking.sentences.put_nowait(sentence)
        self._has_failed = True

    async def _ready(self, wish: Wish, seen: Seen, stack: AsyncExitStack) -> Seen:
        """Have our own engine run; what took a while to load is not asked about a window of a minute ago."""
        ahead = self._ahead
        if ahead and ahead.task and ahead.has_begun and (ahead.window, wish.detail) == (wish.target.key, "auto"):
            await asyncio.wait([ahead.task])  # it reads what the question begins with
        else:
            self._end_reading_ahead()
        if self._engine is None:
            return seen
        had_to_load = not self._engine.is_ready
        await stack.enter_async_context(self._engine.using())
        return await self._see(wish.target) if had_to_load else seen

    async def _see(self, target: Target) -> Seen:
        try:
            async with asyncio.timeout(READ_SECONDS):
                snapshot = await self._look.whole(target)
        except (TimeoutError, SomethingMissing):
            async with asyncio.timeout(LOOK_SECONDS):
                snapshot = await self._look.scene(target, picture=True)
        scene = snapshot.scene
        return Seen(scene, *self._teller.manner(scene))

    async def _question(self, wish: Wish, seen: Seen) -> Question:
        """Return the question, with the picture that the model has read already where it still shows the same."""
        window, read = wish.target.key, self._memory.reading
        if read is None or not await asyncio.to_thread(read.is_of, window, seen.scene, wish.detail):
            picture = await picture_of(seen.scene, wish.detail)
            assert picture is not None, "a window without a picture is not asked about"
            read = Reading(window, seen.scene, picture)
            self._memory.keep_reading(read)
        return await question_about(
            seen,
            wish.asked,
            kind=wish.kind,
            turns=wish.turns,
            tokens=wish.tokens,
            picture=read.picture,
            window=self._memory.talk(wish.target).name,
        )

    async def _sound_if_slow(self) -> None:
        await self._teller.speech.quiet()
        await asyncio.sleep(SLOW_SECONDS)
        self._teller.speech.earcon("working")

    def _announce(self, host: str) -> None:
        told = (explain.message("model_remote", self._teller.language, host=host),)
        self._teller.say(told, priority="important", is_remembered=False)
