"""The corpus read from pixels alone: every window's words, and what is said of one that shows nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.config import Config, LookConfig
from assistant.desktop.accessibility import AccessibilityBus
from assistant.desktop.x11 import X11Connection
from assistant.look import Look
from assistant.look.sight import Sight
from harness.corpus import Shown, capture, corpus, read
from harness.sight_score import Score, word_recall
from harness.windows import Windows

pytest.importorskip("rapidocr")
pytestmark = pytest.mark.desktop

PATIENT = Config(look=LookConfig(tree_ms=5_000))
READ = frozenset({"label", "push button", "check box", "radio button", "page tab", "link"})
LEAST_WORDS = 0.75  # of a window with four words, one may be wrong


@pytest.fixture(scope="module")
async def sight() -> AsyncIterator[Sight]:
    async with Sight() as reader:
        yield reader


def test_the_corpus_is_as_wide_as_it_has_to_be() -> None:
    every = corpus()

    assert len(every) >= 40
    assert len({shown.name for shown in every}) == len(every)
    assert {shown.toolkit for shown in every} >= {"gtk3", "gtk4", "qt", "tk", "drawn"}
    assert sum(shown.language == "zh" for shown in every) >= 15
    assert sum(shown.is_dark for shown in every) >= 5
    assert sum(shown.scale > 1 for shown in every) >= 3
    assert sum(shown.window == "empty" for shown in every) >= 3


@pytest.mark.parametrize("shown", corpus(), ids=lambda shown: shown.name)
async def test_its_words_are_read_and_no_control_is_invented(shown: Shown, windows: Windows, sight: Sight) -> None:
    async with AccessibilityBus() as bus, X11Connection() as x11, Look(bus, x11, PATIENT) as look:
        captured = await capture(windows, look, shown)
        scene = await read(sight, captured)

    score = Score()
    score.add(captured.truth, scene)
    assert not score.invented
    there = [element.name for element in captured.truth.elements if element.role in READ and element.name]
    if there:
        got = [text for element in scene.elements for text in (element.name, element.text)]
        assert word_recall(there, got) >= LEAST_WORDS
    else:
        assert scene.elements == ()
