"""The icon classifier: a small residual network that does most of its work at low resolution."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """Two 3 × 3 convolutions and a short cut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(x + self.second_norm(self.second(hidden)))


def _down(before: int, after: int, size: int = 3) -> nn.Sequential:
    convolution = nn.Conv2d(before, after, size, stride=2, padding=size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())


class IconNet(nn.Module):
    """Takes (batch, 3, 32, 32) in -1…1; returns (batch, meanings + 1) logits, the last for "unknown"."""

    def __init__(self, classes: int, widths: tuple[int, int, int, int] = (24, 48, 112, 224)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.body = nn.Sequential(
            _down(3, a, 5),  # 16 × 16
            _down(a, b),  # 8 × 8
            Block(b),
            _down(b, c),  # 4 × 4
            Block(c),
            _down(c, d),  # 2 × 2
            Block(d),
        )
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(d * 4, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.drop(self.body(x).flatten(1)))  # type: ignore[no-any-return]
