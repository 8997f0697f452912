"""Likeness: what the icon of a button without a name looks like, told after the facts, as soon as it is known.

The window is pictured and its icon read only now, when the focus is on such a button; nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from assistant import explain
from assistant.errors import NothingToLookAt, SomethingMissing, WorkerLost
from assistant.look import Look, Snapshot
from assistant.look.merge import needs_icon
from assistant.profile import Profile
from assistant.sentence import Sentence

LIKENESS_SECONDS = 8.0  # the worker may have to start; later than this the user is elsewhere

log = logging.getLogger(__name__)


def likeness(look: Look, snapshot: Snapshot, profile: Profile, language: str) -> AsyncIterator[Sentence] | None:
    """Return what will say what the focused button looks like; None where it has a name."""
    focused = snapshot.scene.focused
    if focused is None or focused.looks_like is not None or not needs_icon(focused):
        return None
    return _told(look, snapshot, profile, language)


async def _told(look: Look, snapshot: Snapshot, profile: Profile, language: str) -> AsyncIterator[Sentence]:
    accessible = snapshot.focused
    assert accessible is not None
    try:
        async with asyncio.timeout(LIKENESS_SECONDS):
            seen = await look.looks_like(snapshot, accessible)
    except (NothingToLookAt, SomethingMissing, WorkerLost, TimeoutError) as error:
        log.info("no likeness: %s", type(error).__name__)
        return
    number = seen.id_of(accessible)
    if number is not None:
        for sentence in explain.explain_likeness(seen.scene.element(number), profile, language):
            yield sentence
