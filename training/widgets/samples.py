"""Pieces of the made windows for training: cut out, resized, recoloured, with a target for each cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.widgets.model import STRIDE
from training.widgets.roles import CHOSEN, MARKED, ROLES, STATES, TICKED, role_of, state_of

Pixels = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float32]
SIZE = 288
"""Side of a piece in pixels."""
UNSURE = -1.0
"""In a target: no answer is wrong here."""
SAME_ALL_ALONG = {"list item", "entry", "text", "progress bar", "slider"}
"""Known even if a piece's edge cuts them; these are often longer than a piece."""
NUMBER_OF = {role: number for number, role in enumerate(ROLES)}


@dataclass(frozen=True, slots=True)
class Control:
    """A control in a picture: left, upper, right, lower edge; None for the role where nothing is to be learnt."""

    role: str | None
    edges: tuple[float, float, float, float]
    states: frozenset[str]
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A made window: its picture as PNG, and what is in it."""

    png: bytes
    controls: tuple[Control, ...]
    lines: tuple[Control, ...]
    """Text that belongs to no control."""
    toolkit: str
    theme: str

    def picture(self) -> Pixels:
        """Unpack the picture."""
        decoded = cv2.imdecode(np.frombuffer(self.png, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        return np.ascontiguousarray(decoded[..., ::-1]).astype(np.uint8)


def load(folder: Path, split: str, *, limit: int | None = None) -> list[Window]:
    """Read a split's windows; pictures stay packed until they are asked for."""
    windows: list[Window] = []
    for line in (folder / "windows.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["split"] == split and (limit is None or len(windows) < limit):
            windows.append(window_of(record, folder))
    return windows


def window_of(record: dict[str, Any], folder: Path) -> Window:
    """Return what a record tells, its picture still packed."""
    png = (folder / record["picture"]).read_bytes()
    told = [control(part) for part in record["found"]]
    controls = tuple(one for one in told if one.role != "label")
    lines = tuple(one for one in told if one.role == "label")
    return Window(png, controls, lines, record["toolkit"], record["theme"])


def control(part: dict[str, Any]) -> Control:
    role = role_of(part["role"])
    x, y, width, height = part["mark"] if role in MARKED and "mark" in part else part["box"]
    states = frozenset(state_of(state) for state in part["states"])
    is_ignored = part.get("ignore", False) or width < 3 or height < 3
    return Control(None if is_ignored else role, (x, y, x + width, y + height), states, part["name"])


def piece(window: Window, picture: Pixels, dice: np.random.Generator) -> tuple[Pixels, Numbers]:
    """Cut a random piece out of a window; return it and its target, see `target`."""
    scale = float(np.exp(dice.uniform(np.log(0.72), np.log(1.4)))) if dice.random() < 0.7 else 1.0
    wide = round(SIZE / scale)
    height, width = picture.shape[:2]
    left = _start(width, wide, dice)
    upper = _start(height, wide, dice)
    if window.controls and dice.random() < 0.8:  # where something is
        at = window.controls[int(dice.integers(len(window.controls)))].edges
        left = int(
            np.clip((at[0] + at[2]) / 2 - dice.uniform(0.1, 0.9) * wide, min(width - wide, 0), max(width - wide, 0))
        )
        upper = int(
            np.clip((at[1] + at[3]) / 2 - dice.uniform(0.1, 0.9) * wide, min(height - wide, 0), max(height - wide, 0))
        )
    cut = _cut(picture, left, upper, wide, dice)
    if scale != 1.0:
        way = cv2.INTER_AREA if scale < 1 else (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(dice.integers(2))]
        cut = cv2.resize(cut, (SIZE, SIZE), interpolation=way).astype(np.uint8)
    moved = [moved_control(one, left, upper, wide, scale) for one in window.controls]
    return recoloured(cut, dice), target([one for one in moved if one is not None], SIZE, SIZE)


def _start(length: int, wide: int, dice: np.random.Generator) -> int:
    return int(dice.integers(min(length - wide, 0), max(length - wide, 0) + 1))


def _cut(picture: Pixels, left: int, upper: int, wide: int, dice: np.random.Generator) -> Pixels:
    """Cut out a square that may reach over the edge, where there is another colour."""
    ground = np.full((wide, wide, 3), dice.integers(0, 256, 3), np.uint8)
    height, width = picture.shape[:2]
    x, y, right, lower = max(left, 0), max(upper, 0), min(left + wide, width), min(upper + wide, height)
    ground[y - upper : lower - upper, x - left : right - left] = picture[y:lower, x:right]
    return ground


def moved_control(one: Control, left: int, upper: int, wide: int, scale: float) -> Control | None:
    """Return a control as it lies in a piece; cut by the edge it stays one, if most can be seen."""
    before = one.edges
    edges = np.clip(np.array(before, np.float64) - (left, upper, left, upper), 0, wide)
    shown = (edges[2] - edges[0]) * (edges[3] - edges[1])
    if shown <= 0:
        return None
    share = shown / ((before[2] - before[0]) * (before[3] - before[1]))
    is_whole = share > 0.999 or (share > 0.35 and one.role in SAME_ALL_ALONG)
    role = one.role if is_whole else None
    x, y, right, lower = (float(edge) * scale for edge in edges)
    return Control(role, (x, y, right, lower), one.states, one.name)


def recoloured(picture: Pixels, dice: np.random.Generator) -> Pixels:
    """Turn light into dark, shift colours, blur, add noise: what themes, monitors and remote desktops do."""
    image: npt.NDArray[np.floating[Any]] = picture.astype(np.float32)
    if dice.random() < 0.2:
        image = 255 - image
    if dice.random() < 0.25:
        image = image[..., dice.permutation(3)]
    if dice.random() < 0.5:
        contrast, light = dice.uniform(0.6, 1.15), dice.uniform(-30, 30, 3)
        image = (image - 127) * contrast + 127 + light
    if dice.random() < 0.1:
        image = np.repeat(image.mean(axis=2, keepdims=True), 3, axis=2)
    if dice.random() < 0.1:
        image = cv2.GaussianBlur(image, (3, 3), dice.uniform(0.3, 0.8)).astype(np.float32)
    if dice.random() < 0.1:
        image = image + dice.normal(0, dice.uniform(1, 5), image.shape)
    done: Pixels = np.clip(image, 0, 255).astype(np.uint8)
    if dice.random() < 0.08:
        _, packed = cv2.imencode(".jpg", done, [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(45, 92))])
        done = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return done


def target(controls: list[Control], height: int, width: int) -> Numbers:
    """Return (roles + 4 + states + 1, height / 8, width / 8): what each cell should say, and how much it counts.

    A role is 1 in the middle of its control, UNSURE around that, 0 elsewhere. A smaller control stands on a larger.
    """
    made = np.zeros((len(ROLES) + 4 + len(STATES) + 1, height // STRIDE, width // STRIDE), np.float32)
    roles, states = len(ROLES), len(ROLES) + 4
    made[states:-1] = UNSURE
    made[-1] = 1.0
    for one in sorted(controls, key=lambda one: -(one.edges[2] - one.edges[0]) * (one.edges[3] - one.edges[1])):
        x, y, right, lower = one.edges
        made[(slice(0, roles), *_cells(x, y, right, lower))] = UNSURE
        if one.role is None:
            made[(slice(states, -1), *_cells(x, y, right, lower))] = UNSURE
            continue
        margin_x, margin_y = min(0.25 * (right - x), 10.0), min(0.25 * (lower - y), 10.0)
        inner = _cells(x + margin_x, y + margin_y, right - margin_x, lower - margin_y)
        made[(slice(0, roles), *inner)] = 0.0
        made[(NUMBER_OF[one.role], *inner)] = 1.0
        down, across = (np.arange(part.start, part.stop) * STRIDE + STRIDE / 2 for part in inner)
        made[(roles, *inner)] = across[None] - x
        made[(roles + 1, *inner)] = down[:, None] - y
        made[(roles + 2, *inner)] = right - across[None]
        made[(roles + 3, *inner)] = lower - down[:, None]
        for number, state in enumerate(STATES):
            made[(states + number, *inner)] = state_target(one, state)
        made[(-1, *inner)] = 6.0 / max(made[(-1, *inner)].size, 1) + 0.1
    return made


def _cells(x: float, y: float, right: float, lower: float) -> tuple[slice, slice]:
    """Return the cells whose middle lies between these edges; at least the one in the middle."""
    return _span(y, lower), _span(x, right)


def _span(start: float, end: float) -> slice:
    first, last = int(np.ceil(start / STRIDE - 0.5)), int(np.floor(end / STRIDE - 0.5))
    if last < first:
        first = last = int((start + end) / 2 / STRIDE)
    return slice(max(first, 0), last + 1)


def state_target(one: Control, state: str) -> float:
    """Return 1 if a control shows a state, 0 if not, UNSURE where its role cannot show it."""
    if state == "checked" and one.role not in TICKED:
        return UNSURE
    if state == "selected" and one.role not in CHOSEN:
        return UNSURE
    if state == "is-default" and one.role != "push button":
        return UNSURE
    return float(state in one.states)
