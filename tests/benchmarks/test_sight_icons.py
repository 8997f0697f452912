"""What measures the icon reader counts each round and knows what it reads."""

from __future__ import annotations

import pytest

pytest.importorskip("onnxruntime", reason="pip install 'sightline[ocr]'")
pytest.importorskip("PIL", reason="pip install pillow")

from assistant.sight.icons import IconReader
from benchmarks.sight_icons import times_of, unseen


def test_each_round_is_counted() -> None:
    crops = [crop for crop, _ in unseen()[:2]]

    took, computed = times_of(IconReader(), crops, rounds=3)

    assert (took.count, computed.count) == (3, 3)


def test_every_icon_of_the_sheet_has_a_meaning_that_is_known_or_none() -> None:
    assert {meaning for _, meaning in unseen()} <= {*IconReader().meanings, "unknown"}
