"""A feature encoder of our own for measuring realism: trained on real pictures only, without labels.

It learns to tell how a crop of a real picture was turned and what was done to it (blur, noise, exposure,
colour cast, contrast, compression). Telling those apart needs features of both what is seen and how it
was taken, which is where renders and footage differ. No weights are downloaded. In: crops. Out: features
for torchmetrics' KID (metrics.py).
"""

from collections.abc import Callable

import kornia
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from gan.training.crops import crop_real, make_module
from gan.training.real import RealImages

CROP_PX = 96
FEATURE_COUNT = 128
DEGRADATION_COUNT = 7  # blur, noise, exposure, cast red, cast blue, contrast, coarse grid


class FeatureEncoder(nn.Module):
    """Small convolutional encoder with two heads used in training only.

    Attributes:
        num_features: Length of a feature vector (torchmetrics asks for it).
    """

    def __init__(self) -> None:
        super().__init__()
        self.num_features = FEATURE_COUNT
        layers: list[nn.Module] = []
        widths = (3, 24, 48, 96, 128)
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.LeakyReLU(0.1),
                nn.Conv2d(after, after, 3, padding=1),
                nn.LeakyReLU(0.1),
            ]
        self.body = nn.Sequential(*layers)
        self.project = nn.Linear(2 * widths[-1], FEATURE_COUNT)
        self.turn = nn.Linear(FEATURE_COUNT, 4)
        self.degradation = nn.Linear(FEATURE_COUNT, DEGRADATION_COUNT)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Return (N, FEATURE_COUNT) features of (N, 3, H, W) pictures, uint8 or float in 0 to 1."""
        if picture.dtype == torch.uint8:
            picture = picture.float() / 255.0
        maps = self.body(picture - 0.5)
        mean, deviation = maps.mean((2, 3)), maps.std((2, 3))
        return self.project(torch.cat([mean, deviation], dim=1))


def degrade(picture: torch.Tensor, amount: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
    """Do to crops what cameras do, by known amounts.

    Args:
        picture: (N, 3, H, W), 0 to 1.
        amount: (N, DEGRADATION_COUNT), 0 to 1 each.
        generator: For the noise.
    """
    share = amount[:, :, None, None, None]
    blurred = kornia.filters.gaussian_blur2d(picture, (5, 5), (1.2, 1.2))
    out = torch.lerp(picture, blurred, share[:, 0])
    out = out * (1.0 + 0.5 * (share[:, 2] - 0.5))
    cast = torch.stack([share[:, 3, 0], torch.full_like(share[:, 3, 0], 0.5), share[:, 4, 0]], dim=1)[..., 0]
    out = out * (1.0 + 0.3 * (cast[..., None] - 0.5))
    out = 0.5 + (out - 0.5) * (0.7 + 0.6 * share[:, 5])
    small = F.interpolate(F.avg_pool2d(out, 2), scale_factor=2.0, mode="bilinear", align_corners=False)
    out = torch.lerp(out, small, 0.7 * share[:, 6])
    noise = torch.randn(out.shape, generator=generator)
    return (out + 0.06 * share[:, 1] * noise).clamp(0.0, 1.0)


def train_encoder(
    real: RealImages,
    *,
    steps: int,
    rng: np.random.Generator,
    generator: torch.Generator,
    on_progress: Callable[[str, int, int], None],
) -> FeatureEncoder:
    """Train the encoder on real crops; a few hundred steps serve."""
    encoder = make_module(FeatureEncoder, generator=generator)
    optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-3)
    for step in range(steps):
        crops = torch.from_numpy(
            np.stack([crop_real(real.sample(rng=rng), CROP_PX, rng=rng) for _ in range(24)])
        )
        turns = torch.randint(0, 4, (len(crops),), generator=generator)
        crops = crops.float() / 255.0
        turned = torch.stack(
            [torch.rot90(crop, int(turn), (1, 2)) for crop, turn in zip(crops, turns, strict=True)]
        )
        amount = torch.rand((len(crops), DEGRADATION_COUNT), generator=generator)
        features = encoder(degrade(turned, amount, generator=generator))
        loss = F.cross_entropy(encoder.turn(features), turns)
        loss = loss + 4.0 * F.mse_loss(encoder.degradation(features), amount)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        on_progress("features", step + 1, steps)
    return encoder.eval().requires_grad_(False)
