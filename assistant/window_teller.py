"""Window teller: says what is known of a window. One that tells nothing of itself is read from its pixels."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from assistant.errors import SomethingMissing
from assistant.likeness import likenesses
from assistant.look import Look, Snapshot
from assistant.looking import about_window
from assistant.pixel_teller import PixelTeller, Told
from assistant.sentence import Priority, Sentence
from assistant.teller import Teller


class WindowTeller:
    """Hands what is said of windows to the teller. `keep` is given each that was read from its pixels."""

    def __init__(self, look: Look, teller: Teller, keep: Callable[[Snapshot], None]) -> None:
        self._look, self._teller, self._keep = look, teller, keep
        self._pixels = PixelTeller(look, teller)

    def say(
        self,
        snapshot: Snapshot,
        facts: Sequence[Sentence],
        *,
        detail: int = 0,
        priority: Priority = "message",
        number: int | None = None,
        then: Told | None = None,
    ) -> None:
        """Say what is known of a window, and what follows once all is known."""
        profile, _ = self._teller.manner(snapshot.scene)
        added: AsyncIterator[Sentence] | None
        if self._pixels.is_needed(snapshot):
            facts, added = facts[:1], self._pixels.rest(snapshot, facts, detail, partial(self._has_read, then))
        else:
            added = then(snapshot, facts) if then else None
        about = about_window(snapshot)
        self._teller.say(facts, profile=profile, priority=priority, about=about, number=number, then=added)

    def with_likenesses(
        self, snapshot: Snapshot, then: AsyncIterator[Sentence] | None
    ) -> AsyncIterator[Sentence] | None:
        """Return what a window's unlabelled controls show, and what else follows."""
        profile, language = self._teller.manner(snapshot.scene)
        return likenesses(self._look, snapshot, profile, language, then)

    async def whole(self, snapshot: Snapshot) -> Snapshot:
        """Return a window with what its picture shows, if it tells nothing of itself. That may take seconds."""
        if self._pixels.is_needed(snapshot):
            with contextlib.suppress(SomethingMissing):
                return await self._pixels.read(snapshot)
        return snapshot

    def _has_read(
        self, then: Told | None, snapshot: Snapshot, told: Sequence[Sentence]
    ) -> AsyncIterator[Sentence] | None:
        self._keep(snapshot)
        return then(snapshot, told) if then else None
