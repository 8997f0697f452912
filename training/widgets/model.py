"""The network: a picture in, a map of controls out; fully convolutional, one cell for 8 × 8 pixels.

For each cell: whether a control is there, which one, the distances to its four edges, its states. After FCOS (Tian et
al., 2019), with one level only and long flat kernels, for controls are wide; that something is there and what it is are
told apart, for the first is learnt long before the second.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.widgets.roles import ROLES, STATES

STRIDE = 8
WIDTHS = (32, 64, 104, 144)
"""Channels at 1/4, 1/8, 1/16 and 1/32 of the picture's size."""
HEAD, FEATURES = 56, 96
PARTS = [1, len(ROLES), 4, len(STATES)]
"""What each cell tells: whether a control is there, which one, where its edges are, its states."""
OUTPUTS = sum(PARTS)


def convolution(
    inside: int, outside: int, size: int | tuple[int, int] = 3, *, step: int = 1, groups: int = 1
) -> nn.Sequential:
    """Make a convolution that keeps the size (or halves it), normalised, with ReLU."""
    height, width = (size, size) if isinstance(size, int) else size
    layer = nn.Conv2d(inside, outside, (height, width), step, (height // 2, width // 2), groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Adds what one 3 × 3 convolution finds."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = convolution(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layer(x)  # type: ignore[no-any-return]


class Far(nn.Module):
    """Looks far to the sides and up and down: long kernels for each channel, then mixed."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.across = nn.Conv2d(width, width, (1, reach), padding=(0, reach // 2), groups=width, bias=False)
        self.down = nn.Conv2d(width, width, (reach, 1), padding=(reach // 2, 0), groups=width, bias=False)
        self.mix = convolution(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(self.across(x) + self.down(x))  # type: ignore[no-any-return]


class Detector(nn.Module):
    """(batch, 3, height, width), 0 to 255, sides multiples of 32, to (batch, OUTPUTS, height / 8, width / 8)."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        first = nn.Conv2d(3, a, 6, 4, 1, bias=False)
        self.quarter = nn.Sequential(first, nn.BatchNorm2d(a), nn.ReLU(inplace=True))
        self.eighth = nn.Sequential(convolution(a, b, step=2), Block(b), Block(b))
        self.sixteenth = nn.Sequential(convolution(b, c, step=2), Block(c), Far(c, 15), Block(c))
        self.thirtysecond = nn.Sequential(convolution(c, d, step=2), Block(d), Far(d, 15), Block(d))
        self.sides = nn.ModuleList([nn.Conv2d(width, HEAD, 1) for width in WIDTHS[1:]])
        self.joined = nn.ModuleList([Block(HEAD), Block(HEAD)])
        self.head = convolution(HEAD, FEATURES)
        self.out = nn.Conv2d(FEATURES, OUTPUTS, 1)
        assert self.out.bias is not None
        nn.init.constant_(self.out.bias[:1], -3.0)  # at first, nothing is a control

    def features(self, x: Tensor) -> Tensor:
        """Return what is known of each cell, (batch, FEATURES, height / 8, width / 8)."""
        levels: list[Tensor] = []
        x = self.quarter((x - 127.5) / 64.0)
        for part in (self.eighth, self.sixteenth, self.thirtysecond):
            x = part(x)
            levels.append(x)
        y: Tensor = self.sides[2](levels[2])
        for level in (1, 0):
            y = nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + self.sides[level](levels[level])
            y = self.joined[level](y)
        return self.head(y)  # type: ignore[no-any-return]

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.features(x))  # type: ignore[no-any-return]


def parts(raw: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return whether a control is there and which one, as logits, the distances to its edges, its states as logits."""
    there, roles, edges, states = torch.split(raw, PARTS, dim=1)
    return there, roles, nn.functional.softplus(edges) * 8, states


def shares(raw: Tensor) -> Tensor:
    """Return (batch, roles + 4 + states, height / 8, width / 8): scores, distances, shares of states."""
    there, roles, edges, states = parts(raw)
    return torch.cat([there.sigmoid() * roles.softmax(dim=1), edges, states.sigmoid()], dim=1)


def has_matrix_units() -> bool:
    """Whether this processor multiplies in 16 bit twice as fast (AMX); elsewhere that would be slower."""
    return bool(torch.cpu._is_amx_tile_supported())  # noqa: SLF001 - torch has no public name for it
