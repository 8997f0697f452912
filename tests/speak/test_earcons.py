"""Earcons are short, soft and free of clicks, and tell themselves apart."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import get_args

import pytest

from assistant.speak.earcons import Earcon, earcon
from assistant.speak.voice import SAMPLE_RATE

NAMES: tuple[Earcon, ...] = get_args(Earcon)


def samples(name: Earcon) -> tuple[int, ...]:
    data = earcon(name).samples
    return struct.unpack(f"<{len(data) // 2}h", data)


@pytest.mark.parametrize("name", NAMES)
def test_an_earcon_lasts_150_ms_at_most(name: Earcon) -> None:
    assert SAMPLE_RATE * 0.05 <= len(samples(name)) <= SAMPLE_RATE * 0.15


@pytest.mark.parametrize("name", NAMES)
def test_an_earcon_is_soft_but_can_be_heard(name: Earcon) -> None:
    loudest = max(map(abs, samples(name)))

    assert 32767 * 10 ** (-30 / 20) < loudest <= 32767 * 10 ** (-18 / 20)


@pytest.mark.parametrize("name", NAMES)
def test_an_earcon_has_no_click(name: Earcon) -> None:
    wave = samples(name)
    steps = [abs(after - before) for before, after in pairwise(wave)]

    # A click is a jump: no step may be larger than the steepest of a full tone an octave above the highest.
    assert wave[0] == wave[-1] == 0
    assert max(steps) <= max(map(abs, wave)) * 2 * 3.1416 * 2 * 784 / SAMPLE_RATE


@pytest.mark.parametrize("name", NAMES)
def test_an_earcon_fades_in_and_out(name: Earcon) -> None:
    wave = [abs(sample) for sample in samples(name)]
    edge = SAMPLE_RATE // 500  # 2 ms

    assert max(wave[:edge]) < max(wave) / 4
    assert max(wave[-edge:]) < max(wave) / 4


def test_earcons_differ() -> None:
    assert len({earcon(name).samples for name in NAMES}) == len(NAMES)
