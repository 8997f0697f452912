"""Likeness: what a control without a name shows, words or an icon, told after the facts, as soon as it is known.

The window is pictured and read there only on need, when the focus comes to such a control or the window is asked for;
nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from assistant import explain
from assistant.desktop.target import Accessible
from assistant.errors import NothingToLookAt, SomethingMissing, WorkerLost
from assistant.look import Look, Snapshot
from assistant.look.unlabelled import is_unlabelled
from assistant.profile import Profile
from assistant.sentence import Sentence

LIKENESS_SECONDS = 8.0  # the worker may have to start; later than this the user is elsewhere

log = logging.getLogger(__name__)


def likeness(look: Look, snapshot: Snapshot, profile: Profile, language: str) -> AsyncIterator[Sentence] | None:
    """Return what will say what the focused control shows; None where it has a name."""
    focused = snapshot.scene.focused
    if focused is None or focused.looks_like is not None or not is_unlabelled(focused):
        return None
    return _told(look, snapshot, profile, language)


def likenesses(
    look: Look, snapshot: Snapshot, profile: Profile, language: str, then: AsyncIterator[Sentence] | None
) -> AsyncIterator[Sentence] | None:
    """Return what will say what all controls without a name show, and after it what else follows."""
    unlabelled = [element for element in snapshot.scene.elements if is_unlabelled(element)]
    if not unlabelled or any(element.looks_like for element in unlabelled):
        return then
    return _all_told(look, snapshot, profile, language, then)


async def _told(look: Look, snapshot: Snapshot, profile: Profile, language: str) -> AsyncGenerator[Sentence, None]:
    accessible = snapshot.focused
    assert accessible is not None
    seen = await shown(look, snapshot, accessible)
    number = seen.id_of(accessible)
    if number is not None:
        for sentence in explain.explain_likeness(seen.scene.element(number), profile, language):
            yield sentence


async def _all_told(
    look: Look, snapshot: Snapshot, profile: Profile, language: str, then: AsyncIterator[Sentence] | None
) -> AsyncGenerator[Sentence, None]:
    seen = await shown(look, snapshot)
    for sentence in explain.explain_likenesses(seen.scene, profile, language):
        yield sentence
    if then is not None:
        async for sentence in then:
            yield sentence


async def shown(look: Look, snapshot: Snapshot, accessible: Accessible | None = None) -> Snapshot:
    """Return a snapshot with what its unlabelled controls show, as far as that could be told in time."""
    latest = snapshot
    try:
        async with asyncio.timeout(LIKENESS_SECONDS), aclosing(look.looks_like(snapshot, accessible)) as parts:
            async for latest in parts:  # noqa: B007 - the last one knows most
                pass
    except (NothingToLookAt, SomethingMissing, WorkerLost, TimeoutError) as error:
        log.info("no likeness, or not all: %s", type(error).__name__)
    return latest
