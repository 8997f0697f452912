"""Looking: one look at a time, with bounds; what is left alone; and what of a look the queue of speech is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from assistant.config import Config
from assistant.desktop.accessibility import ApplicationHangs
from assistant.desktop.target import Accessible, Target
from assistant.errors import NothingToLookAt
from assistant.look import Look, Snapshot
from assistant.scene import Scene
from assistant.speak.queue import About
from assistant.teller import Teller

log = logging.getLogger(__name__)

Telling = Coroutine[Any, Any, None]

LOOK_SECONDS = 3.0  # the tree has its own, shorter bound; this one is for an application that hangs in between
_TEXTS = frozenset({"label", "static", "text", "paragraph", "heading"})


class LeftAlone(Exception):
    """The settings exclude the application, whose name this carries."""


class Looks:
    """The looks that are under way: one at a time, the newest wins; and what goes on beside them.

    An async context manager. `who_hangs` names the application that is being looked at.
    """

    def __init__(self, teller: Teller, who_hangs: Callable[[], str]) -> None:
        self._teller, self._who_hangs = teller, who_hangs
        self._looking: asyncio.Task[None] | None = None
        self._tasks: asyncio.TaskGroup | None = None

    async def __aenter__(self) -> Self:
        self._tasks = asyncio.TaskGroup()
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._tasks is not None
        if error is None:
            await self.forget()
        await self._tasks.__aexit__(kind, error, trace)

    async def start(self, telling: Telling, name: str, *, is_asked: bool = False) -> None:
        """Start telling something, in place of what is being looked at now.

        What `is_asked` for and is not there is said to be so; else a window that has closed meanwhile is no news.
        """
        await self.forget()
        assert self._tasks is not None
        self._looking = self._tasks.create_task(self._settled(telling, is_asked=is_asked), name=name)

    def is_busy_with(self, name: str) -> bool:
        """Whether a look that was started under this name is under way."""
        return self._looking is not None and not self._looking.done() and self._looking.get_name() == name

    async def forget(self) -> None:
        """End the look that is under way; when this returns it can no longer speak."""
        looking, self._looking = self._looking, None
        if looking is not None and not looking.done():
            looking.cancel()
            await asyncio.wait([looking])

    def beside(self, telling: Telling, name: str) -> asyncio.Task[None]:
        """Begin something that does not end the look that is under way, and is not ended by the next."""
        assert self._tasks is not None
        return self._tasks.create_task(self._settled(telling, is_beside=True), name=name)

    async def _settled(self, telling: Telling, *, is_asked: bool = False, is_beside: bool = False) -> None:
        """Tell; what can't be looked at is said to be so. The daemon lives."""
        try:
            await telling
        except LeftAlone as left:
            if not is_beside:
                self._teller.message("excluded", application=str(left))
        except (NothingToLookAt, TimeoutError) as error:
            log.info("not told: %s", type(error).__name__)
            if is_beside:
                return
            if isinstance(error, TimeoutError) or isinstance(error.__cause__, ApplicationHangs | TimeoutError):
                self._tell_of_hanging()
            elif is_asked:
                self._teller.speech.earcon("nothing-found")
                self._teller.message("nothing_to_look_at")

    def _tell_of_hanging(self) -> None:
        application = self._who_hangs()
        self._teller.speech.earcon("error")
        if application:
            self._teller.message("took_too_long", application=application)
        else:
            self._teller.message("failed")


async def look_at(look: Look, config: Config, target: Target) -> Snapshot:
    """Return one look at a window; LeftAlone, NothingToLookAt or TimeoutError where there is none."""
    async with asyncio.timeout(LOOK_SECONDS):
        snapshot = await look.scene(target)
    application = snapshot.scene.window.application
    if config.application(application).excluded:
        raise LeftAlone(application)
    return snapshot


async def look_at_focus(look: Look, snapshot: Snapshot, accessible: Accessible) -> Snapshot:
    """Return the snapshot with the focus on an accessible; NothingToLookAt or TimeoutError where it is gone."""
    async with asyncio.timeout(LOOK_SECONDS):
        return await look.focused(snapshot, accessible)


def notice(scene: Scene) -> str:
    """Return what a notification or alert says: its title, its own words, its texts."""
    texts = [scene.window.title, scene.window.description]
    texts += [element.name or element.text for element in scene.elements if element.role in _TEXTS]
    return ". ".join(text.rstrip(".") for text in dict.fromkeys(texts) if text)


def is_new_page(before: Snapshot, after: Snapshot) -> bool:
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
