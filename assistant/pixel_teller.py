"""Pixel teller: tells a window that says nothing about itself. Its title comes at once, the rest when it has been read.

Tk programs, games, remote desktops: their pixels are read by look's sight worker, which starts on need.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

from assistant import explain
from assistant.errors import NothingToLookAt, SomethingMissing
from assistant.look import Look, Snapshot
from assistant.sentence import Sentence
from assistant.teller import Teller

log = logging.getLogger(__name__)

SLOW_SECONDS = 2.0  # of silence, then a sound says that the picture is being read
LONGEST_SECONDS = 30.0  # a large window on a slow machine
COMMAND = "pip install 'sightline[ocr]'"

Told = Callable[[Snapshot, Sequence[Sentence]], AsyncIterator[Sentence] | None]
"""What else there is to be said of a window once it has been read."""


class PixelTeller:
    """Reads windows that have no tree. What it returns goes to `Teller.say(…, then=…)`."""

    def __init__(self, look: Look, teller: Teller) -> None:
        self._look, self._teller = look, teller

    def is_needed(self, snapshot: Snapshot) -> bool:
        """Whether a window shows something of which it tells nothing."""
        scene = snapshot.scene
        return snapshot.target.xid is not None and not scene.window.is_locked_screen and self._look.tells_nothing(scene)

    async def read(self, snapshot: Snapshot) -> Snapshot:
        """Return a window as its picture shows it; as it was, where that takes too long.

        Raises SomethingMissing where the extra `ocr` is not installed.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self._look.whole(snapshot.target)
        return snapshot

    async def rest(
        self, snapshot: Snapshot, facts: Sequence[Sentence], detail: int, then: Told
    ) -> AsyncGenerator[Sentence, None]:
        """Yield what is to be said after the first of the facts; `then` is what follows once all is known."""
        profile, language = self._teller.manner(snapshot.scene)
        slow = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._teller.speech.earcon, "working")
        try:
            read = await self.read(snapshot)
        except SomethingMissing as error:
            log.info("not read: %s", type(error).__name__)
            for sentence in (*facts[1:], explain.message("missing_ocr", language, command=COMMAND)):
                yield sentence
            return
        except NothingToLookAt:
            return  # it has closed
        finally:
            slow.cancel()
        told = explain.explain_window(read.scene, profile, language, detail) if read.scene.elements else tuple(facts)
        for sentence in told[1:]:
            yield sentence
        added = then(read, told)
        if added is not None:
            async for sentence in added:
                yield sentence
