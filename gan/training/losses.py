"""Losses: the relativistic GAN with R1 and R2 penalties, and what keeps the scene stage modest."""

import torch
from torch import nn
from torch.nn import functional as F

from gan.certificate import TAU_CAP
from gan.network import Terms


def relativistic(better: torch.Tensor, worse: torch.Tensor) -> torch.Tensor:
    """Return the loss that pushes `better` scores above `worse` ones (Jolicoeur-Martineau, 2018)."""
    return F.softplus(worse - better).mean()


def discriminator_loss(
    discriminator: nn.Module, real: torch.Tensor, fake: torch.Tensor, *, penalty: float
) -> torch.Tensor:
    """Relativistic loss plus R1 + R2: squared gradients on real and fake inputs (Huang et al., 2024)."""
    real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
    real_score, fake_score = discriminator(real), discriminator(fake)
    total = real_score.mean((1, 2, 3) if real_score.dim() == 4 else 1).sum()
    total = total + fake_score.mean((1, 2, 3) if fake_score.dim() == 4 else 1).sum()
    gradients = torch.autograd.grad(total, [real, fake], create_graph=True)
    squared = sum(gradient.square().sum((1, 2, 3)).mean() for gradient in gradients)
    return relativistic(real_score, fake_score) + 0.5 * penalty * squared


def modesty_loss(scene: torch.Tensor, rgb: torch.Tensor, terms: Terms) -> torch.Tensor:
    """Return the cost of changing contrast, tinting, clipping and coming near the cap on tau.

    Args:
        scene: (N, 3, H, W), what compose_scene returned, not clipped.
        rgb: (N, 3, H, W), the rendered picture.
        terms: What the network returned.
    """
    linear, offset, surface, residual = terms
    clipped = (scene - scene.clamp(0.0, 1.0)).abs()
    change = scene - rgb
    tint = change - change.mean(1, keepdim=True)
    loss = 2.0 * clipped.mean() + 0.5 * residual.abs().mean() + 3.0 * tint.abs().mean()
    for axis in (2, 3):
        step = surface.diff(dim=axis) - (scene - scene.clamp(0.0, 1.0)).diff(dim=axis)
        bound = (step.square().mean(1) + 1e-10).sqrt()
        loss = loss + bound.mean() + 20.0 * F.relu(bound - 0.5 * TAU_CAP).square().mean()
    steps = linear.diff(dim=1).square().mean() + linear.diff(dim=2).square().mean()
    return loss + steps + linear.square().mean() + offset.square().mean()
