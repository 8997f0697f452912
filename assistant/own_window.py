"""A window of ours, in which the person asks about another one. The guide does not explain it: it says one sentence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from assistant.desktop.entry import Entry
from assistant.desktop.target import Target
from assistant.look import Snapshot
from assistant.sentence import Sentence


@dataclass(eq=False)
class OwnWindow:
    """The window while it is open, known by its process, and the one that it is about."""

    program: Entry
    about: Snapshot
    prompt: Sentence
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    shown: Target | None = None
    """It, once it has had the keyboard and the person has heard of it."""

    task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close it; what was typed is lost. When this returns, it is gone."""
        if self.task is not None and not self.task.done():
            self.task.cancel()
            await asyncio.wait([self.task])

    def shows(self, target: Target | None) -> bool:
        """Whether this is it."""
        if target is None:
            return False
        if self.shown is not None and target.key == self.shown.key:
            return True
        return target.pid is not None and target.pid == self.program.pid

    def is_about(self, target: Target | None) -> bool:
        """Whether it asks about this window."""
        return target is not None and target.key == self.about.target.key
