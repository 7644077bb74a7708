"""The camera stage: what lens, sensor and codec do to a picture, with parameters fitted to real footage.

Comes last, after the scene stage and its gate. In: an 8-bit picture. Out: an 8-bit picture. In order:
vignette and white balance, lens blur, shot and read noise, tone curve, saturation, JPEG.

None of it moves a label. The blur is a symmetric, non-negative 3x3 kernel, so every pixel is an average of
those within one pixel of it and no centroid moves; vignette, balance, tone curve and saturation act on each
pixel alone, and the tone curve rises everywhere; noise has mean 0 and no memory of content. Of JPEG only the
block size is known: what it adds stays in the 16x16 block where it arose (see docs/certificate.md).
"""

import io
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
from PIL import Image

TONE_KNOTS = 9
LUT_LEVELS = 1024
BLUR_SIGMA_MAX_PX = 0.8
TONE_SLOPE_MIN, TONE_SLOPE_MAX = 0.25, 3.0


@dataclass(frozen=True)
class CameraProfile:
    """The parameters of a camera.

    Attributes:
        blur_sigma_px: Standard deviation of the lens's point spread, cut to 3x3 pixels.
        gain: White balance and exposure of red, green and blue.
        vignette: Loss of light at the corners.
        shot: Variance of the noise at full light.
        read: Standard deviation of the noise in the dark.
        chroma_noise: Share of the noise that is independent in each channel, 0 to 1.
        noise_sigma_px: Width of the noise's own grain.
        tone: TONE_KNOTS output levels at evenly spaced input levels 0 to 1, rising.
        saturation: Factor on the distance from grey.
        jpeg_quality: 1 to 100.
    """

    blur_sigma_px: float = 0.45
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    vignette: float = 0.08
    shot: float = 2e-4
    read: float = 0.008
    chroma_noise: float = 0.4
    noise_sigma_px: float = 0.5
    tone: tuple[float, ...] = tuple(index / (TONE_KNOTS - 1) for index in range(TONE_KNOTS))
    saturation: float = 1.0
    jpeg_quality: int = 85

    def __post_init__(self) -> None:
        """Refuse what would break what is said of the stage.

        Raises:
            ValueError: If a parameter is outside its range.
        """
        slopes = np.diff(self.tone) * (TONE_KNOTS - 1)
        ranges = {
            "blur_sigma_px": (self.blur_sigma_px, 0.0, BLUR_SIGMA_MAX_PX),
            "noise_sigma_px": (self.noise_sigma_px, 0.0, BLUR_SIGMA_MAX_PX),
            "vignette": (self.vignette, 0.0, 0.5),
            "shot": (self.shot, 0.0, 0.01),
            "read": (self.read, 0.0, 0.1),
            "chroma_noise": (self.chroma_noise, 0.0, 1.0),
            "saturation": (self.saturation, 0.0, 2.0),
            "jpeg_quality": (self.jpeg_quality, 30, 100),
            "gain (lowest)": (min(self.gain), 0.5, 2.0),
            "gain (highest)": (max(self.gain), 0.5, 2.0),
            "tone (steepest slope)": (float(slopes.max()), 0.0, TONE_SLOPE_MAX),
            "tone (flattest slope)": (float(slopes.min()), TONE_SLOPE_MIN, TONE_SLOPE_MAX),
            "tone (first)": (self.tone[0], 0.0, 1.0),
            "tone (last)": (self.tone[-1], 0.0, 1.0),
        }
        if len(self.tone) != TONE_KNOTS or len(self.gain) != 3:
            raise ValueError(f"expected {TONE_KNOTS} tone levels and 3 gains in a camera profile")
        for name, (value, low, high) in ranges.items():
            if not low <= value <= high:
                raise ValueError(f"camera profile: {name} is {value}, expected {low} to {high}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and lists for JSON."""
        return {**asdict(self), "gain": list(self.gain), "tone": list(self.tone)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "CameraProfile":
        """Make a profile from `to_dict`'s numbers.

        Raises:
            ValueError: If a key is missing or unknown, or a value is out of range.
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or set(values) != names:
            raise ValueError(f"camera profile: expected the keys {sorted(names)}, got {sorted(values)}")
        return cls(**{**values, "gain": tuple(values["gain"]), "tone": tuple(values["tone"])})


def sample_profile(profile: CameraProfile, *, rng: np.random.Generator) -> CameraProfile:
    """Draw one camera near the fitted one: no two cameras of a shop are quite the same."""
    balance, exposure = rng.normal(0.0, 0.015, 3), rng.normal(0.0, 0.03)
    red, green, blue = np.clip(np.asarray(profile.gain) * np.exp(balance + exposure), 0.5, 2.0)
    spread = np.exp(rng.normal(0.0, 0.2, 3))
    return replace(
        profile,
        gain=(float(red), float(green), float(blue)),
        read=float(min(profile.read * spread[0], 0.1)),
        shot=float(min(profile.shot * spread[0] ** 2, 0.01)),
        blur_sigma_px=float(min(profile.blur_sigma_px * spread[1] ** 0.5, BLUR_SIGMA_MAX_PX)),
        vignette=float(min(profile.vignette * spread[2], 0.5)),
        jpeg_quality=int(np.clip(round(profile.jpeg_quality + rng.normal(0.0, 3.0)), 30, 100)),
    )


def compute_blur_kernel(sigma_px: float) -> np.ndarray:
    """Return the three weights of a Gaussian cut at one pixel: symmetric, sum 1.

    >>> compute_blur_kernel(0.0).tolist()
    [0.0, 1.0, 0.0]
    """
    side = np.exp(-0.5 / sigma_px**2) if sigma_px > 0 else 0.0
    kernel = np.array([side, 1.0, side])
    return (kernel / kernel.sum()).astype(np.float32)


def blur_planes(planes: np.ndarray, sigma_px: float) -> np.ndarray:
    """Blur (K, H, W) float32 planes with the 3x3 kernel; the border repeats."""
    if sigma_px <= 0:
        return planes
    side, middle, _ = compute_blur_kernel(sigma_px)
    out = planes * middle
    out[:, 1:] += side * planes[:, :-1]
    out[:, :-1] += side * planes[:, 1:]
    out[:, 0] += side * planes[:, 0]
    out[:, -1] += side * planes[:, -1]
    result = out * middle
    result[..., 1:] += side * out[..., :-1]
    result[..., :-1] += side * out[..., 1:]
    result[..., 0] += side * out[..., 0]
    result[..., -1] += side * out[..., -1]
    return result


def compute_vignette(strength: float, height: int, width: int) -> np.ndarray:
    """Return the (H, W) float32 share of light that arrives: 1 in the middle, 1 - strength in the corners."""
    v = (np.arange(height) + 0.5) / height * 2 - 1
    u = (np.arange(width) + 0.5) / width * 2 - 1
    return (1.0 - 0.5 * strength * (u[None, :] ** 2 + v[:, None] ** 2)).astype(np.float32)


def compute_tone_table(profile: CameraProfile) -> np.ndarray:
    """Return (LUT_LEVELS,) float32: the tone curve at evenly spaced levels."""
    levels = np.linspace(0.0, 1.0, LUT_LEVELS)
    return np.interp(levels, np.linspace(0.0, 1.0, TONE_KNOTS), profile.tone).astype(np.float32)


def compress_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """Encode and decode an (H, W, 3) uint8 picture as JPEG with halved chroma."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(buffer))


def sample_noise(profile: CameraProfile, shape: tuple[int, int], *, rng: np.random.Generator) -> np.ndarray:
    """Draw (3, H, W) float32 noise of unit variance with the profile's grain and colour."""
    height, width = shape
    raw = rng.standard_normal((4, height, width), dtype=np.float32)
    side, middle, _ = compute_blur_kernel(profile.noise_sigma_px)
    scale = np.float32(1.0 / (2 * side * side + middle * middle))
    raw = blur_planes(raw, profile.noise_sigma_px) * scale
    shared, own = np.sqrt(1.0 - profile.chroma_noise), np.sqrt(profile.chroma_noise)
    return raw[:1] * np.float32(shared) + raw[1:] * np.float32(own)


class CameraStage:
    """One camera: a fixed profile and picture size."""

    def __init__(self, profile: CameraProfile, height: int, width: int) -> None:
        self.profile = profile
        light = compute_vignette(profile.vignette, height, width)
        self._light = light * np.asarray(profile.gain, np.float32)[:, None, None]
        self._tone = compute_tone_table(profile)

    def apply(self, picture: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
        """Take a picture.

        Args:
            picture: (3, H, W) uint8, or float32 in 0 to 1.
            rng: Of this clip, camera and frame.

        Returns:
            (H, W, 3) uint8.
        """
        profile = self.profile
        light = picture.astype(np.float32)
        light *= self._light * np.float32(1.0 / 255.0) if picture.dtype == np.uint8 else self._light
        light = blur_planes(light, profile.blur_sigma_px)
        deviation = np.sqrt(np.float32(profile.shot) * light + np.float32(profile.read**2))
        light += deviation * sample_noise(profile, light.shape[1:], rng=rng)
        light *= np.float32(LUT_LEVELS - 1)
        light += np.float32(0.5)
        np.clip(light, 0, LUT_LEVELS - 1, out=light)
        toned = self._tone[light.astype(np.int32)]
        grey = 0.299 * toned[0] + 0.587 * toned[1] + 0.114 * toned[2]
        toned = grey + np.float32(profile.saturation) * (toned - grey)
        np.clip(toned, 0.0, 1.0, out=toned)
        out = (toned * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)
        return compress_jpeg(np.ascontiguousarray(out.transpose(1, 2, 0)), profile.jpeg_quality)
