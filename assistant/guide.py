"""Guide: what Sightline attends to, and what it tells unasked. Events in, sentences out.

It looks at one thing at a time: a newer window, focus or command ends the look before it, and the queue of
speech drops what has become stale. The scene of the active window is kept warm, so that a focus move
costs one read of one control.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant import explain
from assistant.config import Config
from assistant.desktop.accessibility import ApplicationHangs
from assistant.desktop.target import Accessible, Target
from assistant.errors import NothingToLookAt, SomethingMissing
from assistant.likeness import likeness
from assistant.look import Look, Snapshot
from assistant.pixel_teller import PixelTeller, Told
from assistant.scene import Scene, Window
from assistant.sentence import Priority, Sentence
from assistant.speak.queue import About
from assistant.teller import Teller
from assistant.watch import event as happened
from assistant.watch.event import Event

if TYPE_CHECKING:
    from assistant.adviser import Adviser

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0  # the tree has its own, shorter bound; this one is for an application that hangs in between
FOCUS_SETTLES_SECONDS = 0.7  # a focus event this soon after its window is the window's doing, not the user's

_TEXTS = frozenset({"label", "static", "text", "paragraph", "heading"})

_IN_THE_WINDOW = (happened.FocusMoved, happened.ControlChanged)
_NOT_WHILE_PAUSED = (*_IN_THE_WINDOW, happened.DialogOpened, happened.Notification)
_NOT_WHILE_LOCKED = (happened.DialogOpened, happened.Notification)

Telling = Coroutine[Any, Any, None]


class _LeftAlone(Exception):
    """The settings exclude the application, whose name this carries."""


class Guide:
    """One person's guide through their screen. `follow` runs until its events end.

    `hears_keys`: any key press stops speech by itself, so a focus move need not.
    """

    def __init__(
        self, look: Look, teller: Teller, config: Config, *, hears_keys: bool, adviser: Adviser | None = None
    ) -> None:
        self._look, self._teller, self._speech, self._config = look, teller, teller.speech, config
        self._hears_keys, self._adviser = hears_keys, adviser
        self._pixels = PixelTeller(look, teller)
        self.on_command: Callable[[str], Awaitable[None]] | None = None
        self.is_paused = False
        self._target: Target | None = None
        self._snapshot: Snapshot | None = None
        self._explained: set[Hashable] = set()
        self._arrived_at = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._focus_waits: Accessible | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._takers: Mapping[type[Event], Callable[[Any], Awaitable[None]]] = {
            happened.WindowActivated: self._enter,
            happened.WindowExposed: self._enter,
            happened.WindowClosed: self._leave,
            happened.DialogOpened: self._beside(self._tell_of_dialog),
            happened.Notification: self._beside(self._tell_notification),
            happened.FocusMoved: self._move_focus,
            happened.ControlChanged: self._note_change,
            happened.CommandGiven: self._give_command,
            happened.KeyPressed: self._stop_on_key,
            happened.BusLost: self._lose_bus,
            happened.BusBack: self._regain_bus,
            happened.ScreenLost: self._lose_screen,
            happened.ScreenLocked: self._lock,
            happened.ScreenUnlocked: self._unlock,
        }

    async def follow(self, events: AsyncIterator[Event]) -> None:
        """Take events until they end. Raises SomethingMissing when the screen is gone for good."""
        async with asyncio.TaskGroup() as self._tasks:
            async for event in events:
                await self._take(event)
            await self.forget_look()

    async def _take(self, event: Event) -> None:
        if self.is_paused and isinstance(event, _NOT_WHILE_PAUSED):
            log.debug("%s: not told, paused", type(event).__name__)
        elif self.is_locked and isinstance(event, _NOT_WHILE_LOCKED):
            log.debug("%s: not told, the screen is locked", type(event).__name__)
        elif self._is_left_alone and isinstance(event, _IN_THE_WINDOW):
            log.debug("%s: not looked at, excluded", type(event).__name__)
        else:
            await self._takers[type(event)](event)

    @property
    def _is_left_alone(self) -> bool:
        return self._target is not None and self._config.application(self._target.application).excluded

    async def _give_command(self, event: happened.CommandGiven) -> None:
        if self.on_command is not None:
            await self.on_command(event.command)

    async def _stop_on_key(self, _event: happened.KeyPressed) -> None:
        if self._config.stop_on_key:
            self._speech.hush()  # the next event, what the key has done, is not to wait for the voice's answer

    # Windows

    async def _enter(self, event: happened.WindowActivated | happened.WindowExposed) -> None:
        target = event.target
        if self._target is None or self._target.key != target.key:
            self._move_on()
        self._target, self._snapshot = target, None
        self._arrived_at = asyncio.get_running_loop().time()
        self._focus_waits = None
        if self.is_paused:
            await self.forget_look()
        elif not (self.is_locked and self._is_busy_with("answer")):  # a window under the lock answers nobody
            await self.start(self._arrive(target), "window")

    async def _leave(self, event: happened.WindowClosed) -> None:
        target = event.target
        self._speech.forget(target.key)
        self._explained.discard(target.key)
        if self._adviser is not None:
            self._adviser.forget(target.key)
        if self._target is not None and self._target.key == target.key:
            await self.forget_look()
            self._target = self._snapshot = None

    async def _arrive(self, target: Target) -> None:
        number = self._speech.begin()
        snapshot = await self._scene(target)
        if self._focus_waits is not None:
            snapshot = await self._focused(snapshot, self._focus_waits)
            self._focus_waits = None
        self._snapshot = snapshot
        scene = snapshot.scene
        if self.is_locked and scene.focus is None:
            return  # that it is locked has been said, and there is nothing else to be said of it
        is_dialog = scene.window.kind in {"dialog", "alert"}
        if not (self._config.announce.dialogs if is_dialog else self._config.announce.windows):
            return
        profile, language = self._teller.manner(scene)
        is_new = is_dialog or target.key not in self._explained
        tell = explain.explain_window if is_new else explain.explain_return
        self._explained.add(target.key)
        facts = tell(scene, profile, language)
        self.say_window(snapshot, facts, priority="text", number=number, then=self._advice if is_new else None)

    def say_window(
        self,
        snapshot: Snapshot,
        facts: Sequence[Sentence],
        *,
        detail: int = 0,
        priority: Priority = "message",
        number: int | None = None,
        then: Told | None = None,
    ) -> None:
        """Say what is known of a window, and what follows; one that tells nothing of itself is read from its pixels."""
        profile, _ = self._teller.manner(snapshot.scene)
        added: AsyncIterator[Sentence] | None
        if self._pixels.is_needed(snapshot):
            facts, added = facts[:1], self._pixels.rest(snapshot, facts, detail, partial(self._has_read, then))
        else:
            added = then(snapshot, facts) if then else None
        about = about_window(snapshot)
        self._teller.say(facts, profile=profile, priority=priority, about=about, number=number, then=added)

    def _has_read(
        self, then: Told | None, snapshot: Snapshot, told: Sequence[Sentence]
    ) -> AsyncIterator[Sentence] | None:
        if self._target is not None and self._target.key == snapshot.target.key:
            self._snapshot = snapshot
        return then(snapshot, told) if then else None

    def _advice(self, snapshot: Snapshot, facts: Sequence[Sentence]) -> AsyncIterator[Sentence] | None:
        """Return what a model adds to a window that has opened; have it read the others ahead."""
        if self._adviser is None:
            return None
        if self._adviser.explains_unasked(snapshot.scene):
            return self._adviser.explanation(snapshot, facts, is_asked=False)
        self._adviser.prepare(snapshot)
        return None

    def _move_on(self) -> None:
        if self._adviser is not None:
            self._adviser.move_on()

    async def _tell_of_dialog(self, event: happened.DialogOpened) -> None:
        """Tell of a dialog that did not take the keyboard, after what is being said."""
        if not self._config.announce.dialogs:
            return
        snapshot = await self._scene(event.target)
        if self.is_locked:
            return
        if self._target is not None and self._target.key == event.target.key:
            return  # it has the keyboard by now, and is read as the window it is
        profile, language = self._teller.manner(snapshot.scene)
        sentences = explain.explain_window(snapshot.scene, profile, language, has_keyboard=False)
        self._teller.say(sentences, profile=profile, priority="notification", about=about_window(snapshot))

    async def _tell_notification(self, event: happened.Notification) -> None:
        if not self._config.announce.notifications:
            return
        scene = (await self._scene(Target(event.accessible))).scene
        if self.is_locked:
            return
        profile, language = self._teller.manner(scene)
        text = event.text or _notice(scene)
        sentences = explain.explain_notification(text, scene.window.application, profile, language)
        self._teller.say(sentences, profile=profile, priority="important" if event.is_urgent else "notification")

    # Focus

    async def _move_focus(self, event: happened.FocusMoved) -> None:
        if self._is_busy_with("window"):
            self._focus_waits = event.accessible  # the window's own reading will know it
            return
        is_moving = self._is_busy_with("focus")  # then it has moved, and this is where it came back to
        if self._snapshot is not None and self._snapshot.focused == event.accessible and not is_moving:
            return  # a key grab takes the focus away and gives it back: nothing has moved
        if asyncio.get_running_loop().time() - self._arrived_at > FOCUS_SETTLES_SECONDS:
            self._move_on()
            if not self._hears_keys:
                await self._speech.stop()
        await self.start(self._tell_focus(event.accessible), "focus")

    async def _note_change(self, _event: happened.ControlChanged) -> None:
        snapshot = self._snapshot
        if any(self._is_busy_with(name) for name in ("window", "focus", "answer")):
            return  # what is being read was changed before it answers
        if snapshot is not None and snapshot.focused is not None:
            self._move_on()
            await self.start(self._tell_change(snapshot, snapshot.focused), "change")

    def _is_busy_with(self, name: str) -> bool:
        return self._looking is not None and not self._looking.done() and self._looking.get_name() == name

    async def _tell_focus(self, accessible: Accessible) -> None:
        number = self._speech.begin()
        before = self._snapshot or Snapshot(self._target or Target(accessible), Scene(Window()))
        self._snapshot = after = await self._focused(before, accessible)
        if not self._config.announce.focus or after.focused is None:
            return
        profile, language = self._teller.manner(after.scene)
        if _is_new_page(before, after):
            sentences, about = explain.explain_window(after.scene, profile, language), about_window(after)
        else:
            sentences = explain.explain_focus(after.scene, profile, language, before=before.scene)
            about = about_focus(after)
        then = likeness(self._look, after, profile, language)
        self._teller.say(sentences, profile=profile, priority="text", about=about, number=number, then=then)

    async def _tell_change(self, before: Snapshot, accessible: Accessible) -> None:
        number = self._speech.begin()
        self._snapshot = after = await self._focused(before, accessible)
        old, new = before.scene.focused, after.scene.focused
        if new is None or after.focused is None or not self._config.announce.focus:
            return
        profile, language = self._teller.manner(after.scene)
        sentences = explain.explain_change(old, new, profile, language)
        self._teller.say(sentences, profile=profile, priority="text", about=about_focus(after), number=number)

    # The lock

    @property
    def is_locked(self) -> bool:
        """Whether the screen is locked: what is looked at now says so of itself, and is empty but for the locker's."""
        return self._look.locked_by is not None

    async def _lock(self, event: happened.ScreenLocked) -> None:
        self._look.locked_by = event.lockers
        await self._keep_nothing()
        if not self.is_paused:
            self._teller.message("locked")

    async def _unlock(self, _event: happened.ScreenUnlocked) -> None:
        self._look.locked_by = None
        await self._keep_nothing()
        if self._target is not None and not self.is_paused:
            await self.start(self._arrive(self._target), "window")

    async def _keep_nothing(self) -> None:
        """End what is being looked at and said, and forget what was."""
        await self.forget_look()
        await self._speech.stop(begun=True)
        self._speech.forget_last()
        if self._adviser is not None:
            await self._adviser.forget_all()
        self._snapshot = self._focus_waits = None
        await self._look.forget_pictures()

    # Connections

    async def _lose_bus(self, _event: happened.BusLost) -> None:
        await self.forget_look()
        self._target = self._snapshot = None
        self._explained.clear()
        self._look.forget()
        if self._adviser is not None:
            await self._adviser.forget_all()
        self._teller.message("bus_lost")

    async def _regain_bus(self, _event: happened.BusBack) -> None:
        self._teller.message("bus_back")

    async def _lose_screen(self, _event: happened.ScreenLost) -> None:
        raise SomethingMissing("The X11 screen is gone. Sightline ends with it; log in again to start both.")

    # Looking, the newest wins

    async def fresh(self, *, whole: bool = False) -> Snapshot:
        """Return a new look at the active window; NothingToLookAt if there is none.

        The `whole` of one that tells nothing of itself is read from its pixels, which may take seconds.
        """
        target = self._target or await self._look.active_window()
        snapshot = await self._scene(target)
        if whole and self._pixels.is_needed(snapshot):
            with contextlib.suppress(SomethingMissing):
                snapshot = await self._pixels.read(snapshot)
        self._target, self._snapshot = target, snapshot
        return snapshot

    async def start(self, telling: Telling, name: str, *, is_asked: bool = False) -> None:
        """Start telling something, in place of what is being looked at now.

        What `is_asked` for and is not there is said to be so; else a window that has closed meanwhile is no news.
        """
        await self.forget_look()
        assert self._tasks is not None
        self._looking = self._tasks.create_task(self._settled(telling, is_asked=is_asked), name=name)

    async def forget_look(self) -> None:
        """End the look that is under way; when this returns it can no longer speak."""
        looking, self._looking = self._looking, None
        if looking is not None and not looking.done():
            looking.cancel()
            await asyncio.wait([looking])

    def _beside(self, tell: Callable[[Any], Telling]) -> Callable[[Any], Awaitable[None]]:
        """Return what tells of an event without ending the look that is under way."""

        async def begin(event: Any) -> None:
            assert self._tasks is not None
            self._tasks.create_task(self._settled(tell(event), is_beside=True), name="beside")

        return begin

    async def _settled(self, telling: Telling, *, is_asked: bool = False, is_beside: bool = False) -> None:
        """Tell; what can't be looked at is said to be so. The daemon lives."""
        try:
            await telling
        except _LeftAlone as left:
            if not is_beside:
                self._teller.message("excluded", application=str(left))
        except (NothingToLookAt, TimeoutError) as error:
            log.info("not told: %s", type(error).__name__)
            if is_beside:
                return
            if isinstance(error, TimeoutError) or isinstance(error.__cause__, ApplicationHangs | TimeoutError):
                self._tell_of_hanging()
            elif is_asked:
                self._speech.earcon("nothing-found")
                self._teller.message("nothing_to_look_at")

    def _tell_of_hanging(self) -> None:
        application = self._target.application if self._target else ""
        self._speech.earcon("error")
        if application:
            self._teller.message("took_too_long", application=application)
        else:
            self._teller.message("failed")

    async def _scene(self, target: Target) -> Snapshot:
        async with asyncio.timeout(LOOK_SECONDS):
            snapshot = await self._look.scene(target)
        application = snapshot.scene.window.application
        if self._config.application(application).excluded:
            raise _LeftAlone(application)
        return snapshot

    async def _focused(self, snapshot: Snapshot, accessible: Accessible) -> Snapshot:
        async with asyncio.timeout(LOOK_SECONDS):
            return await self._look.focused(snapshot, accessible)


def _notice(scene: Scene) -> str:
    """Return what a notification or alert says: its title, its own words, its texts."""
    texts = [scene.window.title, scene.window.description]
    texts += [element.name or element.text for element in scene.elements if element.role in _TEXTS]
    return ". ".join(text.rstrip(".") for text in dict.fromkeys(texts) if text)


def _is_new_page(before: Snapshot, after: Snapshot) -> bool:
    """Whether the focus is in a web page that was not there before: it has just been loaded."""
    focus = after.scene.focused
    assert focus is not None
    pages = [element for element in (focus, *after.scene.ancestors(focus)) if element.role == "document web"]
    return bool(pages) and before.id_of(after.accessible(pages[-1].id)) is None


def about_window(snapshot: Snapshot) -> About:
    """What the reading of this window is about, for the queue."""
    return About(snapshot.target.key, focus=snapshot.focused)


def about_focus(snapshot: Snapshot) -> About:
    """What the reading of its focused control is about, for the queue."""
    return About(snapshot.target.key, control=snapshot.focused)
