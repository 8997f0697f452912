"""What controls without a name show is told as far as it was read, also where the reading breaks off."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import cast

import pytest

from assistant.desktop.target import Accessible, Target
from assistant.errors import NothingToLookAt, SightlineError, SomethingMissing, WorkerLost
from assistant.likeness import shown
from assistant.look import Look, Snapshot
from assistant.scene import Element, Likeness, Scene, Window


def snapshot(*texts: str) -> Snapshot:
    elements = [
        Element(number, "push button", looks_like=Likeness("", 0.9, text) if text else None)
        for number, text in enumerate(texts, start=1)
    ]
    return Snapshot(Target(xid=1), Scene(Window(title="Game"), tuple(elements)))


@dataclass
class BreaksOff:
    """A look that tells some parts and then fails."""

    parts: tuple[Snapshot, ...]
    error: SightlineError

    async def looks_like(
        self, _snapshot: Snapshot, _accessible: Accessible | None = None
    ) -> AsyncGenerator[Snapshot, None]:
        for part in self.parts:
            yield part
        raise self.error


async def test_what_was_read_before_the_reading_broke_off_is_kept() -> None:
    parts = snapshot("Play", ""), snapshot("Play", "Quit")
    look = cast("Look", BreaksOff(parts, WorkerLost("gone")))

    assert await shown(look, snapshot("", "")) == parts[-1]


@pytest.mark.parametrize("error", [NothingToLookAt("gone"), SomethingMissing("no extra"), WorkerLost("gone")])
async def test_where_nothing_could_be_read_the_window_is_as_it_was(error: SightlineError) -> None:
    before = snapshot("", "")

    assert await shown(cast("Look", BreaksOff((), error)), before) == before
