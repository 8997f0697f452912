"""Read one window's tree from the accessibility bus in as few round trips as its toolkit allows.

GTK hands out everything at once (`cache.py`); all others, and windows of GTK that are too wide for that, are walked
(`walk.py`), many calls in flight, hidden parts left out unread. Both stop at the bounds and say how much they left.
"""

from __future__ import annotations

import asyncio
import contextlib

from assistant.desktop.accessibility import ACCESSIBLE, AccessibilityBus, CallFailed
from assistant.desktop.atspi import EMBEDS
from assistant.desktop.target import Accessible
from assistant.look.cache import Caches, read_cache
from assistant.look.node import Application, Node, Tree
from assistant.look.walk import Bounds, add_focus, walk

WAKING_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.1, 0.1, 0.2, 0.2)
WAKING_SHARE = 0.5  # of the time: the rest is for the walk while Chromium wakes
FOCUS_SECONDS = 0.03
GONE = "The window has closed, or its application does not answer. Try again in a moment."


async def read_tree(
    bus: AccessibilityBus, root: Node, application: Application, bounds: Bounds, caches: Caches
) -> Tree:
    """Return what can be read of a window in time. The root has been read; it is all there is of a window that hangs.

    Raises nothing: what fails is left out.
    """
    tree = None
    if application.toolkit in {"gtk3", "gtk4"}:
        tree = await read_cache(bus, root, application, bounds, caches)
    if application.toolkit == "chromium":
        await _wake(bus, root.ref, bounds)
    if tree is None:
        root.children.clear()
        tree = Tree(root, application, await walk(bus, root, application, bounds))
    if tree.unread and bounds.focus is not None:
        await add_focus(bus, tree.root, bounds.focus, asyncio.get_running_loop().time() + FOCUS_SECONDS)
    return tree


async def _wake(bus: AccessibilityBus, window: Accessible, bounds: Bounds) -> None:
    """Have Chromium build its tree: it does when relations or attributes are read, and only then (seen in 156).

    No event tells when the page has come, so it is asked for again, a few times, within the bounds.
    """
    now = asyncio.get_running_loop().time()
    with contextlib.suppress(CallFailed, TimeoutError):
        async with asyncio.timeout_at(now + (bounds.deadline - now) * WAKING_SHARE):
            for pause in WAKING_SECONDS:
                (relations,) = await bus.call(window, ACCESSIBLE, "GetRelationSet")
                pages = [Accessible(*ref) for kind, refs in relations if kind == EMBEDS for ref in refs]
                counts = [int(await bus.get(page, ACCESSIBLE, "ChildCount")) for page in pages]
                if all(counts) and (counts or await _has_children(bus, window)):
                    return
                await asyncio.sleep(pause)


async def _has_children(bus: AccessibilityBus, window: Accessible) -> bool:
    return int(await bus.get(window, ACCESSIBLE, "ChildCount")) > 0
