"""Fixtures of the tests of sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("cv2", reason="needs the extra ocr")


@pytest.fixture(scope="session", autouse=True)
def painter() -> Iterator[None]:
    """End what paints for the tests when they end."""
    from sight.pictures import stop_painting  # noqa: PLC0415 - numpy may be missing

    yield
    stop_painting()
