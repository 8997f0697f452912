"""Guide: what Sightline attends to, and what it tells unasked. Events in, sentences out.

It looks at one thing at a time: a newer window, focus or command ends the look before it, and the queue of
speech drops what has become stale. The scene of the active window is kept warm, so that a focus move
costs one read of one control.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant import explain
from assistant.bystander_teller import BystanderTeller
from assistant.config import Config
from assistant.desktop.target import Accessible, Target
from assistant.errors import SomethingMissing
from assistant.likeness import likeness
from assistant.look import Look, Snapshot
from assistant.looking import (
    LOOK_SECONDS,
    Looks,
    Telling,
    about_focus,
    about_window,
    is_new_page,
    look_at,
    look_at_focus,
)
from assistant.own_window import OwnWindow
from assistant.scene import Scene, Window
from assistant.sentence import Sentence
from assistant.teller import Teller
from assistant.watch import event as happened
from assistant.watch.event import Event
from assistant.window_teller import WindowTeller

if TYPE_CHECKING:
    from assistant.adviser import Adviser

log = logging.getLogger(__name__)

CLOSING_SECONDS = 0.5  # a program that closes its window ends in this time
FOCUS_SETTLES_SECONDS = 0.7  # a focus event this soon after its window is the window's doing, not the user's

_TYPED_INTO = frozenset({"text", "entry"})

_IN_THE_WINDOW = (happened.FocusMoved, happened.ControlChanged)
_NOT_WHILE_PAUSED = (*_IN_THE_WINDOW, happened.DialogOpened, happened.Notification)
_NOT_WHILE_LOCKED = (happened.DialogOpened, happened.Notification)


class Guide:
    """One person's guide through their screen. `follow` runs until its events end.

    `hears_keys`: any key press stops speech by itself, so a focus move need not. `activate` gives an X11 window the
    keyboard.
    """

    def __init__(
        self,
        look: Look,
        teller: Teller,
        config: Config,
        *,
        hears_keys: bool,
        adviser: Adviser | None = None,
        activate: Callable[[int], None] | None = None,
    ) -> None:
        self._look, self._teller, self._speech, self._config = look, teller, teller.speech, config
        self._hears_keys, self._adviser, self._activate = hears_keys, adviser, activate
        self.looks = Looks(teller, self._who_hangs)
        self.windows = WindowTeller(look, teller, self._keep)
        self._bystanders = BystanderTeller(look, teller, config, lambda: self._target)
        self.on_command: Callable[[str], Awaitable[None]] | None = None
        self.is_paused = False
        self._target: Target | None = None
        self._snapshot: Snapshot | None = None
        self._explained: set[Hashable] = set()
        self._arrived_at = 0.0
        self._focus_waits: Accessible | None = None
        self.own_window: OwnWindow | None = None
        self._returns_to: Hashable = None
        """The window that gets the keyboard back from ours: it is known already."""
        self._takers: Mapping[type[Event], Callable[[Any], Awaitable[None]]] = {
            happened.WindowActivated: self._enter,
            happened.WindowExposed: self._enter,
            happened.WindowClosed: self._leave,
            happened.DialogOpened: self._aside(self._tell_of_dialog),
            happened.Notification: self._aside(self._bystanders.tell_notification),
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
        async with self.looks:
            async for event in events:
                await self._take(event)

    def _who_hangs(self) -> str:
        return self._target.application if self._target else ""

    def _aside(self, tell: Callable[[Any], Telling]) -> Callable[[Any], Awaitable[None]]:
        """Return what tells of an event without ending the look that is under way."""

        async def begin(event: Any) -> None:
            self.looks.beside(tell(event), "beside")

        return begin

    async def _take(self, event: Event) -> None:
        if self.is_paused and isinstance(event, _NOT_WHILE_PAUSED):
            log.debug("%s: not told, paused", type(event).__name__)
        elif self.is_locked and isinstance(event, self._not_while_locked):
            log.debug("%s: not told, the screen is locked", type(event).__name__)
        elif self._is_left_alone and isinstance(event, _IN_THE_WINDOW):
            log.debug("%s: not looked at, excluded", type(event).__name__)
        else:
            await self._takers[type(event)](event)

    @property
    def _not_while_locked(self) -> tuple[type[Event], ...]:
        """What is not heard of under the lock; while a command is answered, the focus neither."""
        return _NOT_WHILE_PAUSED if self.looks.is_busy_with("answer") else _NOT_WHILE_LOCKED

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
        target, before, own = event.target, self._target, self.own_window
        returns_to, self._returns_to = self._returns_to, None
        self._arrived_at = asyncio.get_running_loop().time()
        if returns_to == target.key:
            self._target, self._focus_waits = target, None
            return
        if before is None or before.key != target.key:
            self._move_on()
        self._target, self._snapshot, self._focus_waits = target, None, None
        if self.is_paused:
            await self.looks.forget()
        elif own is not None and own.shows(target):
            await self.looks.start(self._arrive_in_own(own, target, is_new=not own.shows(before)), "window")
        elif own is not None and own.is_about(target) and own.shows(before):
            await self.looks.start(self._come_back(own, target), "window")
        elif not (self.is_locked and self.looks.is_busy_with("answer")):  # a window under the lock answers nobody
            await self.looks.start(self._arrive(target), "window")

    async def _leave(self, event: happened.WindowClosed) -> None:
        target = event.target
        self._speech.forget(target.key)
        self._explained.discard(target.key)
        if self._adviser is not None:
            self._adviser.forget(target.key)
        is_ours = self.own_window is not None and self.own_window.shows(target)  # `leave_own_window` follows
        if self._target is not None and self._target.key == target.key and not is_ours:
            await self.looks.forget()
            self._target = self._snapshot = None

    async def _arrive(self, target: Target) -> None:
        number = self._speech.begin()
        snapshot = await self.look_at(target)
        if self._focus_waits is not None:
            snapshot = await look_at_focus(self._look, snapshot, self._focus_waits)
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
        self.windows.say(snapshot, facts, priority="text", number=number, then=self._advice if is_new else None)

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
        if self.own_window is not None and self.own_window.shows(event.target):
            self._bring_forward(event.target)
        else:
            await self._bystanders.tell_dialog(event.target)

    # Focus

    async def _move_focus(self, event: happened.FocusMoved) -> None:
        if self.looks.is_busy_with("window"):
            self._focus_waits = event.accessible  # the window's own reading will know it
            return
        is_moving = self.looks.is_busy_with("focus")  # then it has moved, and this is where it came back to
        if self._snapshot is not None and self._snapshot.focused == event.accessible and not is_moving:
            return  # a key grab takes the focus away and gives it back: nothing has moved
        if asyncio.get_running_loop().time() - self._arrived_at > FOCUS_SETTLES_SECONDS:
            self._move_on()
            if not self._hears_keys:
                await self._speech.stop()
        await self.looks.start(self._tell_focus(event.accessible), "focus")

    async def _note_change(self, _event: happened.ControlChanged) -> None:
        snapshot = self._snapshot
        if any(self.looks.is_busy_with(name) for name in ("window", "focus", "answer")):
            return  # what is being read was changed before it answers
        if snapshot is not None and snapshot.focused is not None:
            self._move_on()
            await self.looks.start(self._tell_change(snapshot, snapshot.focused), "change")

    async def _tell_focus(self, accessible: Accessible) -> None:
        number = self._speech.begin()
        before = self._snapshot or Snapshot(self._target or Target(accessible), Scene(Window()))
        self._snapshot = after = await look_at_focus(self._look, before, accessible)
        if not self._config.announce.focus or after.focused is None:
            return
        profile, language = self._teller.manner(after.scene)
        if is_new_page(before, after):
            sentences, about = explain.explain_window(after.scene, profile, language), about_window(after)
        else:
            sentences = explain.explain_focus(after.scene, profile, language, before=before.scene)
            about = about_focus(after)
        then = likeness(self._look, after, profile, language)
        self._teller.say(sentences, profile=profile, priority="text", about=about, number=number, then=then)

    async def _tell_change(self, before: Snapshot, accessible: Accessible) -> None:
        number = self._speech.begin()
        self._snapshot = after = await look_at_focus(self._look, before, accessible)
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
        if self.own_window is not None:
            await self.own_window.close()
        await self._keep_nothing()
        if not self.is_paused:
            self._teller.message("locked")

    async def _unlock(self, _event: happened.ScreenUnlocked) -> None:
        self._look.locked_by = None
        await self._keep_nothing()
        if self._target is not None and not self.is_paused:
            await self.looks.start(self._arrive(self._target), "window")

    async def _keep_nothing(self) -> None:
        """End what is being looked at and said, and forget what was."""
        await self.looks.forget()
        await self._speech.stop(begun=True)
        self._speech.forget_last()
        self._snapshot = self._focus_waits = None
        if self._adviser is not None:
            await self._adviser.forget_all()
        await self._look.forget_pictures()

    # A window of ours

    @property
    def is_in_own_window(self) -> bool:
        """Whether the person is in a window of ours."""
        return self.own_window is not None and self.own_window.shows(self._target)

    async def leave_own_window(self, own: OwnWindow) -> None:
        """A window of ours has closed: the one that it was about gets the keyboard, and is not told again."""
        was_in_it = own.shown is not None and (own.shows(self._target) or own.is_about(self._target))
        if self.own_window is own:
            self.own_window = None
        own.closed.set()
        if was_in_it:
            await self.looks.forget()
            self._returns_to = None if own.is_about(self._target) else own.about.target.key
            self._target, self._snapshot = own.about.target, own.about

    async def _arrive_in_own(self, own: OwnWindow, target: Target, *, is_new: bool) -> None:
        own.shown = target
        if is_new:
            self._teller.say((own.prompt,), is_remembered=False)
        async with asyncio.timeout(LOOK_SECONDS):
            self._snapshot = snapshot = await self._look.scene(target)  # for when the focus moves in it
        moved, self._focus_waits = self._focus_waits, None
        focus = snapshot.scene.focused
        if moved is not None and (moved != snapshot.focused or focus is None or focus.role not in _TYPED_INTO):
            await self._tell_focus(moved)  # it has left the line that is typed into

    def _bring_forward(self, target: Target) -> None:
        """Our window has opened behind the person's own; some window managers do so with what they did not expect."""
        if self._activate is None or target.xid is None:
            self._teller.message("question_behind")
        else:
            self._activate(target.xid)

    async def _come_back(self, own: OwnWindow, target: Target) -> None:
        """Tell of the window that ours is about, if the person has gone back to it; not if ours is closing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await own.closed.wait()
        if not own.closed.is_set():
            await self._arrive(target)

    # Connections

    async def _lose_bus(self, _event: happened.BusLost) -> None:
        await self.looks.forget()
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

    # Looking

    async def fresh(self, *, whole: bool = False) -> Snapshot:
        """Return a new look at the active window; NothingToLookAt if there is none.

        The `whole` of one that tells nothing of itself is read from its pixels, which may take seconds. While the
        person asks something in a window of ours, it is the window that they ask about.
        """
        own = self.own_window if self.is_in_own_window else None
        target = own.about.target if own else self._target or await self._look.active_window()
        snapshot = await self.look_at(target)
        if whole:
            snapshot = await self.windows.whole(snapshot)
        if own is not None:
            return snapshot
        self._target, self._snapshot = target, snapshot
        return snapshot

    async def look_at(self, target: Target) -> Snapshot:
        """Return a new look at a window that need not be the active one; NothingToLookAt if it is gone."""
        return await look_at(self._look, self._config, target)

    def _keep(self, snapshot: Snapshot) -> None:
        """Keep what the active window was read to be from its pixels."""
        if self._target is not None and self._target.key == snapshot.target.key:
            self._snapshot = snapshot
