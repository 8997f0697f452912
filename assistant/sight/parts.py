"""The parts that see, each behind one small Protocol, and the picture that they are given.

A part that is not installed is None, and what it would have found is missing; the rest works.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, cast

import numpy.typing as npt

from assistant.host.seeing import Region, TextLine
from assistant.scene import Box

log = logging.getLogger(__name__)

Pixels = npt.NDArray[Any]  # Any, as cv2's own types are wider than what it gives
"""A picture: (height, width, 3), uint8, red, green, blue."""


class Guess(NamedTuple):
    """What one crop seems to mean, `seeing.UNKNOWN` for nothing known."""

    meaning: str
    confidence: float


class Judged(NamedTuple):
    """What the network takes a box for."""

    roles: dict[str, float]
    """How likely it is a control of each role; what is missing to 1 is how likely it is none. Empty: not known."""
    states: dict[str, float] = {}  # noqa: RUF012 - never changed
    """How likely it shows each state."""


class IconReader(Protocol):
    """Names icons; `assistant.sight.icons.IconReader()` is one."""

    def read(self, crops: Sequence[Pixels]) -> list[Guess]:
        """Return a guess for each crop: an icon with a little of its background, of any size."""
        ...


class SignReader(Protocol):
    """Reads signs on keys; `assistant.sight.signs.SignReader()` is one."""

    def read(self, picture: Pixels, keys: Sequence[Box], usual: float) -> dict[Box, TextLine]:
        """Return the signs that it is sure of, by their keys. `usual` is how high a line of text is, in pixels."""
        ...


class ControlNetwork(Protocol):
    """Finds controls in pixels; `assistant.sight.widgets.network()` is one."""

    def find(self, picture: Pixels, lines: Sequence[TextLine], parts: Sequence[Box]) -> list[Region]:
        """Return what looks like a control in these parts of a picture.

        The lines are all that were found in the picture, their text empty where it is not read yet.
        """
        ...

    def judge(self, picture: Pixels, lines: Sequence[TextLine], boxes: Sequence[Box]) -> list[Judged]:
        """Return what each box seems to be."""
        ...


def icon_reader() -> IconReader | None:
    """Return what names icons, None where it is not installed."""
    made = _part("icons", "IconReader")
    return cast("IconReader", made()) if made else None


def sign_reader() -> SignReader | None:
    """Return what reads signs on keys, None where it is not installed."""
    made = _part("signs", "SignReader")
    return cast("SignReader", made()) if made else None


def control_network() -> ControlNetwork | None:
    """Return what finds controls, None where it is not installed."""
    made = _part("widgets", "network")
    return cast("ControlNetwork", made()) if made else None


def _part(module: str, name: str) -> Callable[..., object] | None:
    try:
        return cast("Callable[..., object]", getattr(importlib.import_module(f"assistant.sight.{module}"), name))
    except (ImportError, OSError) as error:
        log.info("no %s: %s", module, type(error).__name__)
        return None
