"""Speech: says sentences, the newest and most urgent first, with the first voice that works. For the daemon."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterable, Callable, Coroutine, Hashable, Iterable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from assistant.errors import SightlineError, SomethingMissing, WorkerLost
from assistant.profile import Profile, VoiceSettings
from assistant.sentence import Priority, Sentence
from assistant.speak.earcons import Earcon, earcon
from assistant.speak.failover import Candidate, Failover
from assistant.speak.queue import About, Entry, Piece, Queue
from assistant.speak.scripts import split, without_emoji
from assistant.speak.voice import Sound, Utterance, Voice

log = logging.getLogger(__name__)

DEADLY = 3
"""A sentence at which a voice died this often is left out: it would silence everything after it."""

Announce = Callable[[str, str], Sentence]
"""Words the news that one voice (its name) was lost and another speaks now."""


class Speech:
    """What is said, through one voice at a time. An async context manager.

    Nothing here waits but `stop`, `repeat` and `drained`: a sentence is on its way to the voice when `say` returns.
    """

    def __init__(
        self, voices: Sequence[Candidate], profile: Profile, announce_failover: Announce | None = None
    ) -> None:
        self._profile = profile
        self._announce = announce_failover
        self._announced: set[tuple[str, str]] = set()
        self._news: Entry | None = None  # of the last failover
        self._queue = Queue()
        self._failover = Failover(voices, self._on_voice, self._on_no_voice)
        self._tasks = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()
        self._streams: dict[asyncio.Task[None], Entry] = {}
        self._earcons: dict[asyncio.Task[None], Sound] = {}
        self._first_sound: Sound | None = None  # for when there is a voice
        self._deaths: tuple[Sentence | None, int] = (None, 0)  # of voices, at one sentence
        self._calls = 0  # sentences that the voice has not answered for
        self._changed = asyncio.Event()
        self._was_busy = False
        self.on_busy: Callable[[bool], None] = lambda _is_busy: None
        """Told when there is something to say, and when all has been said: any key need be heard only in between."""

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        self._start(self._failover.run(), "voices")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.clear()
        for task in self._running:
            task.cancel()
        if isinstance(error, asyncio.CancelledError):  # perhaps the group's own, where one of its tasks failed
            await self._tasks.__aexit__(kind, error, trace)
        else:
            await self._tasks.__aexit__(None, None, None)  # what went wrong in the caller's block is the caller's

    def begin(self) -> int:
        """Return a number for an event that has just come; pass it to `say` when it is worded.

        What came later may have been said by then: an utterance with too old a number is dropped.
        """
        return self._queue.begin()

    def say(
        self,
        sentences: Iterable[Sentence] | AsyncIterable[Sentence],
        *,
        priority: Priority = "message",
        about: About | None = None,
        number: int | None = None,
        is_remembered: bool = True,
        then: AsyncIterable[Sentence] | None = None,
    ) -> None:
        """Say sentences, or those of a stream as they come; see queue.py for who gives way to whom.

        What comes from `then` belongs to them and follows. A stream that nobody wants to hear any more is cancelled.
        What is not `is_remembered` ("Copied.") is not what `last` and `repeat` mean.
        """
        number = self._queue.begin() if number is None else number
        known = () if isinstance(sentences, AsyncIterable) else tuple(sentences)
        stream = sentences if isinstance(sentences, AsyncIterable) else then
        if not known and stream is None:
            return
        entry = Entry(number, known, priority, about, is_remembered, self._profile)
        added = self._queue.add(entry, is_complete=stream is None)
        if added.is_cut:
            self._cut()
        if added.refused:
            log.debug("not said: %s, priority=%s, sentences=%d", added.refused, priority, len(known))
        elif stream is not None:
            task = self._start(self._follow(entry, stream), "stream")
            self._streams[task] = entry
        self._failover.want()
        self._go_on()

    async def stop(self, *, begun: bool = False) -> None:
        """Be silent, at once, and drop all that waits; with `begun`, also what is only being looked at yet."""
        self._queue.clear(begun=begun)
        self._first_sound = None
        is_playing = bool(self._earcons)
        for task in self._earcons:
            task.cancel()
        self._go_on()
        if self._failover.voice and (self._calls or is_playing):
            await self._silence(self._failover.voice)

    def hush(self) -> None:
        """Be silent and drop all that waits, as `stop` does; whatever is said next follows, and need not wait."""
        self._queue.clear()
        for task in self._earcons:
            task.cancel()
        self._earcons.clear()
        self._cut()
        self._go_on()

    def forget(self, window: Hashable) -> None:
        """Drop what is about a window that has closed."""
        if self._queue.forget(window):
            self._cut()
        self._go_on()

    async def repeat(self) -> None:
        """Say what was said last again, from its beginning."""
        last = self.last
        await self.stop()
        self.say(last)

    async def drained(self) -> None:
        """Return when everything has been heard; SomethingMissing if there is no voice for it."""
        while self._failover.error is None and (self._earcons or not self._queue.is_empty):
            self._changed.clear()
            await self._changed.wait()
        if self._failover.error:
            raise self._failover.error

    async def quiet(self) -> None:
        """Return when nothing is being said, even where more is to come."""
        while self._queue.is_speaking:
            self._changed.clear()
            await self._changed.wait()

    def earcon(self, name: Earcon) -> None:
        """Play a short sound, before what is said next, unless the profile wants none."""
        if not self._profile.earcons:
            return
        if self._failover.voice:
            self._play(self._failover.voice, earcon(name))
        else:
            self._first_sound = earcon(name)

    def set_profile(self, profile: Profile) -> None:
        """Speak as this profile wants it, from the next `say` on."""
        self._profile = profile

    @property
    def last(self) -> tuple[Sentence, ...]:
        """The sentences said last, cut or not."""
        return self._queue.last

    def forget_last(self) -> None:
        """Keep nothing of what was said, for `last` and `repeat`."""
        self._queue.forget_last()

    @property
    def is_speaking(self) -> bool:
        return self._queue.is_speaking

    @property
    def voice_name(self) -> str:
        """The voice in use, or the next that is tried."""
        return self._failover.name

    def _go_on(self) -> None:
        """Hand over what the voice can take, and end the streams that nobody waits for."""
        voice = self._failover.voice
        while voice and (piece := self._queue.next()):
            self._start(self._say(voice, piece), "say")
        for task, entry in self._streams.items():
            if not self._queue.holds(entry):
                task.cancel()
        if self._queue.is_empty:
            self._failover.rest()
        if self._was_busy == self._queue.is_empty:
            self._was_busy = not self._was_busy
            self.on_busy(self._was_busy)
        self._changed.set()

    async def _say(self, voice: Voice, piece: Piece) -> None:
        if not self._queue.is_wanted(piece):
            return  # cut before the loop came here
        if not self._is_deadly(piece.sentence):
            self._calls += 1
            try:
                await voice.say(self._utterance(voice, piece))
            except (WorkerLost, SomethingMissing) as error:
                self._lose(voice, error, piece.sentence)
                return
            finally:
                self._calls -= 1
        if self._queue.is_wanted(piece):
            self._failover.worked()
            self._queue.heard(piece)
            self._go_on()

    def _utterance(self, voice: Voice, piece: Piece) -> Utterance:
        sentence, profile = piece.sentence, piece.profile or self._profile
        runs = split(without_emoji(sentence.text), sentence.language, voice.speaks)
        return Utterance(
            tuple(replace(run, settings=_settings(profile, run.language)) for run in runs), sentence.origin
        )

    def _cut(self) -> None:
        """Silence the voice before anything that is handed over from now on; earcons are played anew."""
        voice = self._failover.voice
        if voice is None:
            return
        sounds = [*self._earcons.values()]
        for task in self._earcons:
            task.cancel()
        if self._calls:
            self._start(self._silence(voice), "stop")
        for sound in sounds:
            self._play(voice, sound)

    async def _silence(self, voice: Voice) -> None:
        try:
            await voice.stop()
        except (WorkerLost, SomethingMissing) as error:
            self._lose(voice, error)

    def _play(self, voice: Voice, sound: Sound) -> None:
        self._earcons[self._start(self._sound(voice, sound), "earcon")] = sound

    async def _sound(self, voice: Voice, sound: Sound) -> None:
        try:
            await voice.play(sound)
        except (WorkerLost, SomethingMissing) as error:
            self._lose(voice, error)

    async def _follow(self, entry: Entry, sentences: AsyncIterable[Sentence]) -> None:
        try:
            async for sentence in sentences:
                self._queue.append(entry, sentence)
                self._go_on()
        except SightlineError as error:  # whoever makes the stream tells the person; what came is said
            log.warning("a stream of sentences broke off: %s", type(error).__name__)
        finally:
            self._queue.complete(entry)
            self._go_on()

    def _lose(self, voice: Voice, error: SightlineError, sentence: Sentence | None = None) -> None:
        if not self._failover.lose(voice, error):
            return
        self._queue.rewind()
        if sentence and isinstance(error, WorkerLost):
            same, count = self._deaths
            self._deaths = (sentence, count + 1 if same is sentence else 1)

    def _is_deadly(self, sentence: Sentence) -> bool:
        same, count = self._deaths
        return same is sentence and count >= DEADLY

    def _on_voice(self, lost_name: str | None) -> None:
        if self._failover.voice and self._first_sound:
            self._play(self._failover.voice, self._first_sound)
            self._first_sound = None
        if self._news:
            self._queue.drop(self._news)
        change = (lost_name or "", self._failover.name)
        if lost_name and self._announce and change not in self._announced:
            self._announced.add(change)
            words = (self._announce(*change),)
            self._news = Entry(self._queue.begin(), words, "notification", is_remembered=False, profile=self._profile)
            self._queue.add(self._news)
        self._go_on()

    def _on_no_voice(self, is_given_up: bool) -> None:
        if is_given_up:
            self._queue.clear()
        self._go_on()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = self._tasks.create_task(work, name=f"speech: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._streams.pop(task, None)
        self._earcons.pop(task, None)
        self._changed.set()


def _settings(profile: Profile, language: str) -> VoiceSettings:
    primary = language.replace("_", "-").partition("-")[0]
    return profile.voice_for(language if language in profile.voices else primary)
