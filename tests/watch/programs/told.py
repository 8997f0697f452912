"""Print what a Watch tells, one event's name and process a line, until the focus has moved."""

from __future__ import annotations

import asyncio

from assistant.desktop.accessibility import AccessibilityBus
from assistant.watch.event import FocusMoved
from assistant.watch.watch import Watch


async def main() -> None:
    async with AccessibilityBus() as bus, Watch(bus) as watch:
        print("watching", flush=True)
        async for event in watch:
            target = getattr(event, "target", None)
            print(type(event).__name__, target and (target.pid, target.xid), flush=True)
            if isinstance(event, FocusMoved):
                return


asyncio.run(main())
