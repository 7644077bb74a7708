"""The camera stage in torch: the same operations as camera_stage.py, for gradients to flow through.

In: pictures that left the scene stage, as a batch of crops. Out: what the camera makes of them. JPEG has no
useful gradient: its result is taken, its gradient passed straight through.
"""

from collections.abc import Sequence

import kornia
import numpy as np
import torch
from torch.nn import functional as F

from gan.camera_stage import (
    LUT_LEVELS,
    CameraProfile,
    compress_jpeg,
    compute_blur_kernel,
    compute_tone_table,
)


def _spread(values: Sequence[float], like: torch.Tensor) -> torch.Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(-1, 1, 1, 1)


def _blur(picture: torch.Tensor, sigmas_px: Sequence[float]) -> torch.Tensor:
    lines = torch.from_numpy(np.stack([compute_blur_kernel(sigma) for sigma in sigmas_px]))
    kernel = (lines[:, :, None] * lines[:, None, :]).to(picture)
    return kornia.filters.filter2d(picture, kernel, border_type="replicate")


def _tone(light: torch.Tensor, profiles: Sequence[CameraProfile]) -> torch.Tensor:
    """Interpolate each picture's tone table linearly, so that its slope is the gradient."""
    tables = torch.from_numpy(np.stack([compute_tone_table(profile) for profile in profiles])).to(light)
    position = light.clamp(0.0, 1.0) * (LUT_LEVELS - 1)
    low = position.detach().floor().clamp(max=LUT_LEVELS - 2)
    share = position - low
    index = low.long().flatten(1)
    below = tables.gather(1, index).view_as(light)
    above = tables.gather(1, index + 1).view_as(light)
    return torch.lerp(below, above, share)


def apply_jpeg(picture: torch.Tensor, profiles: Sequence[CameraProfile]) -> torch.Tensor:
    """Compress (N, 3, H, W) pictures in 0 to 1, gradients passing straight through."""
    levels = (picture.detach().clamp(0, 1) * 255 + 0.5).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    compressed = np.stack(
        [
            compress_jpeg(np.ascontiguousarray(level), profile.jpeg_quality)
            for level, profile in zip(levels, profiles, strict=True)
        ]
    )
    result = torch.from_numpy(compressed).to(picture).permute(0, 3, 1, 2) / 255.0
    return picture + (result - picture).detach()


def apply_camera(
    picture: torch.Tensor,
    profiles: Sequence[CameraProfile],
    v: torch.Tensor,
    u: torch.Tensor,
    *,
    generator: torch.Generator,
    fine: bool,
) -> torch.Tensor:
    """Take pictures.

    Args:
        picture: (N, 3, H, W) in 0 to 1.
        profiles: One camera a picture.
        v, u: (N, H) and (N, W) positions in the whole picture, -1 to 1.
        generator: For the noise.
        fine: Whether to apply what is seen at full size only: blur, noise and compression.
    """
    radius = v[:, None, :, None] ** 2 + u[:, None, None, :] ** 2
    gain = torch.tensor([profile.gain for profile in profiles]).to(picture)[:, :, None, None]
    light = picture * (1.0 - 0.5 * _spread([p.vignette for p in profiles], picture) * radius) * gain
    if fine:
        light = _blur(light, [profile.blur_sigma_px for profile in profiles])
        noise = torch.randn((len(light), 4, *light.shape[2:]), generator=generator).to(picture)
        grain = [profile.noise_sigma_px for profile in profiles]
        kernels = [compute_blur_kernel(sigma) for sigma in grain]
        scale = _spread([float(1.0 / (2 * side * side + middle**2)) for side, middle, _ in kernels], picture)
        noise = _blur(noise, grain) * scale
        share = _spread([profile.chroma_noise for profile in profiles], picture)
        noise = noise[:, :1] * (1 - share).sqrt() + noise[:, 1:] * share.sqrt()
        shot = _spread([profile.shot for profile in profiles], picture)
        read = _spread([profile.read for profile in profiles], picture)
        light = light + (shot * light.clamp(min=0.0) + read**2 + 1e-8).sqrt() * noise
    toned = _tone(light, profiles)
    grey = kornia.color.rgb_to_grayscale(toned)
    toned = (grey + _spread([p.saturation for p in profiles], picture) * (toned - grey)).clamp(0.0, 1.0)
    return apply_jpeg(toned, profiles) if fine else toned


def average_frame(picture: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Average whole pictures down to the whole-frame discriminator's size."""
    return F.adaptive_avg_pool2d(picture, shape)
