"""What measures the reading of signs draws them on keys and asks both readers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

pytest.importorskip("rapidocr", reason="pip install 'sightline[ocr]'")

from benchmarks.sight_signs import with_fonts


def test_signs_are_drawn_and_both_readers_are_asked() -> None:
    fonts = subprocess.run(
        ["fc-list", ":family=DejaVu Sans Mono", "file"], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    (line,), notes = with_fonts([Path(fonts[0].split(":")[0])], 40)

    assert line.rival is not None
    assert line.ours.median < line.rival.median
    assert "40 single signs" in notes[0]
