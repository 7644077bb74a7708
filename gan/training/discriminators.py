"""The three discriminators, each with one thing to look at.

In: pictures after the camera stage and real crops, in 0 to 1. Out: a map of scores. No normalisation
layers; R1 and R2 penalties (losses.py) keep them smooth.
"""

import kornia
import torch
from torch import nn

from gan.form import CLASS_COUNT

SLOPE = 0.2


def _stack(widths: tuple[int, ...], strides: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after, stride in zip(widths, widths[1:], strides, strict=False):
        layers += [nn.Conv2d(before, after, 3, stride=stride, padding=1), nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 1))


class PatchDiscriminator(nn.Module):
    """Looks at 96 px crops in colour beside the segmenter's opinion of what they show."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _stack((3 + CLASS_COUNT, 32, 64, 96, 96), (2, 2, 2, 1))

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Score (N, 3 + CLASS_COUNT, H, W), colours first."""
        return self.body(torch.cat([picture[:, :3] * 2 - 1, picture[:, 3:]], dim=1))


class HighPassDiscriminator(nn.Module):
    """Looks at 32 px crops without their low frequencies: grain, sharpness, compression."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _stack((3, 32, 48, 64), (1, 2, 2))

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Score (N, 3, H, W)."""
        smooth = kornia.filters.gaussian_blur2d(picture, (9, 9), (2.0, 2.0), border_type="replicate")
        return self.body(4.0 * (picture - smooth))


class FrameDiscriminator(nn.Module):
    """Looks at whole frames, small: exposure, contrast, colour."""

    def __init__(self) -> None:
        super().__init__()
        self.body = _stack((3, 32, 48, 64), (2, 2, 2))

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Score (N, 3, H, W)."""
        return self.body(picture * 2 - 1).mean((2, 3))
