"""What a Scene says about its own parts."""

from __future__ import annotations

import pytest

from assistant.scene import Value


@pytest.mark.parametrize(
    ("value", "percent"),
    [
        (Value(7, 0, 10), 70),
        (Value(0.5, 0, 1), 50),
        (Value(15, 10, 20), 50),
        (Value(5, 0, 0), None),
        (Value(5, 10, 0), None),
        (Value(1.0, 0.0, 5e-324), None),
        (Value(-1e308, 1e308, 1.7e308), None),
    ],
)
def test_a_value_in_percent_is_a_number_or_nothing(value: Value, percent: float | None) -> None:
    assert value.percent == percent
