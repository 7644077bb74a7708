"""A small segmenter that gives rendered and real crops alike their pseudo-labels.

Trained on the renders' true classes, with colours and sharpness varied so that it carries over to footage.
The discriminator is shown its opinion beside the colours, never the true labels: those only the renders
have, and it would tell real from rendered by their absence.
"""

from collections.abc import Callable

import kornia
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gan.form import CLASS_COUNT
from gan.training.crops import make_module, sample_patches
from gan.training.views import ViewSet


class Segmenter(nn.Module):
    """Crops (N, 3, H, W) in 0 to 1 -> class logits (N, CLASS_COUNT, H / 4, W / 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(3, 24, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(24, 48, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
        )
        self.wide = nn.Sequential(
            nn.Conv2d(48, 48, 3, padding=2, dilation=2),
            nn.LeakyReLU(0.1),
            nn.Conv2d(48, 48, 3, padding=4, dilation=4),
            nn.LeakyReLU(0.1),
        )
        self.out = nn.Conv2d(96, CLASS_COUNT, 1)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        low = self.down(picture - 0.5)
        return self.out(torch.cat([low, self.wide(low)], dim=1))

    def label(self, picture: torch.Tensor) -> torch.Tensor:
        """Return class probabilities at the picture's size, (N, CLASS_COUNT, H, W)."""
        share = self(picture).softmax(1)
        return F.interpolate(share, size=picture.shape[-2:], mode="bilinear", align_corners=False)

    def describe(self, picture: torch.Tensor) -> torch.Tensor:
        """Return where in a crop which class is, (N, 4 * 4 * CLASS_COUNT) of unit length."""
        share = F.adaptive_avg_pool2d(self(picture).softmax(1), 4)
        return F.normalize(share.flatten(1), dim=1)


def vary_look(picture: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
    """Vary exposure, colour cast, contrast, sharpness and noise, so that the segmenter looks at shapes."""
    count = len(picture)

    def draw(low: float, high: float, channels: int = 1) -> torch.Tensor:
        return low + (high - low) * torch.rand((count, channels, 1, 1), generator=generator)

    blurred = kornia.filters.gaussian_blur2d(picture, (5, 5), (1.0, 1.0))
    out = torch.lerp(picture, blurred, draw(0.0, 1.0))
    out = 0.5 + (out * draw(0.7, 1.3) * draw(0.85, 1.15, 3) - 0.5) * draw(0.7, 1.3)
    noise = torch.randn(out.shape, generator=generator)
    return (out + draw(0.0, 0.05) * noise).clamp(0.0, 1.0)


def train_segmenter(
    views: ViewSet,
    *,
    steps: int,
    rng: np.random.Generator,
    generator: torch.Generator,
    on_progress: Callable[[str, int, int], None],
) -> Segmenter:
    """Train the segmenter on crops of the views."""
    segmenter = make_module(Segmenter, generator=generator)
    optimizer = torch.optim.Adam(segmenter.parameters(), lr=2e-3)
    for step in range(steps):
        batch = sample_patches(views, 12, rng=rng)
        logits = segmenter(vary_look(batch.rgb, generator=generator))
        target = batch.class_id[:, 2::4, 2::4]
        loss = F.cross_entropy(logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        on_progress("segmenter", step + 1, steps)
    return segmenter.eval().requires_grad_(False)
