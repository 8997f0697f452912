"""How many controls are found in pixels alone, and how many are invented: `python -m benchmarks.controls`.

The windows are those of the tests' corpus, opened by the run itself; the truth is the accessibility tree, or what the
program tells of itself. Targets: recall 0.90 of the named controls, invented 1 %.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus, enable_accessibility
from assistant.desktop.x11 import X11Connection
from assistant.host.living import living_in
from assistant.host.virtual_desktop import VirtualDesktop
from assistant.look import Look
from assistant.look.sight import Sight
from harness.corpus import Captured, capture, corpus, read
from harness.sight_score import Score, word_recall
from harness.tree import Tree
from harness.windows import Windows

RECALL, INVENTED = 0.90, 0.01
PATIENT = Config(look=LookConfig(tree_ms=5_000))
_READ = frozenset({"label", "push button", "check box", "radio button", "page tab", "link"})


async def captured() -> list[Captured]:
    """Open every window of the corpus and take its picture and its truth."""
    async with AsyncExitStack() as stack:
        desktop = await stack.enter_async_context(VirtualDesktop())
        stack.enter_context(living_in(desktop.environment))
        await enable_accessibility()
        bus = await stack.enter_async_context(AccessibilityBus())
        x11 = await stack.enter_async_context(X11Connection())
        look = await stack.enter_async_context(Look(bus, x11, PATIENT))
        tree = Tree(bus)
        await tree.listen()
        return [await capture(Windows(desktop, tree), look, shown) for shown in corpus()]


async def scores(windows: list[Captured]) -> tuple[Score, dict[str, Score], list[float]]:
    """Read every window from its pixels; return the score of all, of each toolkit, and the share of words read."""
    whole, by_toolkit, words = Score(), defaultdict[str, Score](Score), list[float]()
    async with Sight() as sight:
        for window in windows:
            scene = await read(sight, window)
            whole.add(window.truth, scene, window.shown.name)
            by_toolkit[window.shown.toolkit].add(window.truth, scene, window.shown.name)
            there = [element.name for element in window.truth.elements if element.role in _READ]
            if there:
                words.append(word_recall(there, [text for e in scene.elements for text in (e.name, e.text)]))
    return whole, dict(by_toolkit), words


def main() -> None:
    """Print recall and invented controls, by role and by toolkit."""
    whole, by_toolkit, words = asyncio.run(_measured())
    print(f"{sum(whole.there.values())} named controls in {len(corpus())} windows, read from their pixels alone")
    print(f"found, role and name right: {whole.recall:.3f} (target {RECALL})")
    print(f"invented, of {sum(whole.told.values())} told: {whole.invented_share:.3f} (target {INVENTED})")
    print(f"words read: {sum(words) / len(words):.3f}")
    for role in sorted(whole.there):
        wrong = f"{whole.wrong_role[role]} of another role, {whole.invented[role]} invented"
        print(f"  {role}: {whole.found[role]} of {whole.there[role]} found; {whole.told[role]} told, {wrong}")
    for toolkit, score in by_toolkit.items():
        print(f"  {toolkit}: found {score.recall:.3f}, invented {score.invented_share:.3f}")


async def _measured() -> tuple[Score, dict[str, Score], list[float]]:
    return await scores(await captured())


if __name__ == "__main__":
    main()
