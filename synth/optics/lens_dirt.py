"""What gets on a lens: fog, a greasy smear, drops of water, a cover.

In: a picture. Out: the picture through the dirt, before the sensor: its noise lies over dirt as over all
else. Each kind comes and goes in its own time.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from scenes.world import Camera

# How fast dirt comes and goes, time constants in seconds: a lens in warm, damp air fogs within seconds and
# clears slowly, a thumb smears at once and a cloth wipes at once, drops fall one by one and dry.
_COMES_S = {"fogged": 2.5, "smeared": 0.15, "wet": 1.5, "covered": 0.4}
_GOES_S = {"fogged": 4.0, "smeared": 0.25, "wet": 3.0, "covered": 0.4}
_FOG_MOST = 0.93
_FOG_BLUR = 0.018  # standard deviation, of the picture's width
_PATCH = 0.16  # extent of denser and thinner patches, of the width
_SMEAR_BLUR, _SMEAR_VEIL = 0.011, 0.14
_COVER_SOFT = 0.035  # out of focus, hence this soft an edge, of the width
_COVER_COLORS = ((38, 33, 30), (92, 74, 60), (66, 70, 74))  # a bag, a carton, a grey label seen from behind
_DROP_BLUR = 0.008
_DROP_TURN = -2.6  # a drop shows its surroundings upside down and smaller


@dataclass(frozen=True)
class Drops:
    """What drops on a lens show, all (H, W).

    Attributes:
        source: int64, which pixel, flat, is seen at a pixel.
        share: float32, how much of a pixel a drop takes.
        light: float32, a drop's own light and shade.
    """

    source: np.ndarray
    share: np.ndarray
    light: np.ndarray


_NO_DROPS = Drops(np.zeros((0, 0), np.int64), np.zeros((0, 0), np.float32), np.ones((0, 0), np.float32))


@dataclass(frozen=True)
class LensDirt:
    """Dirt on one lens.

    Attributes:
        kind: ``"fogged"``, ``"smeared"``, ``"wet"`` or ``"covered"``.
        amount: Density of the fog, or share of the picture.
        pattern: (H, W) float32: density of the fog (mean 1), density of the smear, distance into the cover in
            widths, or when (0 to 1) a drop has fallen there, more than 1 where none does.
        color: (3,) of a cover.
        drops: What drops show; empty unless wet.
    """

    kind: str
    amount: float
    pattern: np.ndarray
    color: tuple[int, int, int] = (0, 0, 0)
    drops: Drops = _NO_DROPS

    def apply(self, rgb: np.ndarray, age_s: float, well_s: float) -> np.ndarray:
        """Return (H, W, 3) uint8, `age_s` after the dirt came and `well_s` after it began to go."""
        if age_s < 0:
            return rgb
        level = 1 - np.exp(-age_s / _COMES_S[self.kind])
        if self.kind == "covered":  # it slides in and out
            level = min(age_s / _COMES_S["covered"], 1.0)
            level *= 1 - float(np.clip(well_s / _GOES_S["covered"], 0, 1))
        elif well_s > 0:
            level *= np.exp(-well_s / _GOES_S[self.kind])
        if level < 0.01:
            return rgb
        made = getattr(self, f"_{self.kind}")(rgb.astype(np.float32), float(level))
        return (np.clip(made, 0, 255) + 0.5).astype(np.uint8)

    def _fogged(self, clear: np.ndarray, level: float) -> np.ndarray:
        """Scatter light: each pixel gives some of its own to its surroundings and to a veil over all."""
        density = np.clip(self.amount * level * self.pattern, 0, _FOG_MOST)[..., None]
        blurred = _blur(clear, max(_FOG_BLUR * clear.shape[1] * self.amount * level, 0.3))
        veil = 0.75 * clear.mean(axis=(0, 1)) + 55
        return (1 - density) * clear + density * (0.55 * blurred + 0.45 * veil)

    def _smeared(self, clear: np.ndarray, level: float) -> np.ndarray:
        """Spread light where there is grease, in streaks, and more so the brighter it is."""
        density = (level * self.pattern)[..., None]
        bright = clear * (clear / 255) ** 2
        size = _SMEAR_BLUR * clear.shape[1]
        glow = _blur(bright, 3 * size)
        spread = (1 - _SMEAR_VEIL) * _blur(clear, size) + 0.16 * glow + _SMEAR_VEIL * clear.mean(axis=(0, 1))
        return (1 - density) * clear + density * spread

    def _wet(self, clear: np.ndarray, level: float) -> np.ndarray:
        """Show, in each drop that has fallen, its surroundings upside down and out of focus."""
        share = np.where(self.pattern <= level, self.drops.share, np.float32(0))[..., None]
        soft = _blur(clear, max(_DROP_BLUR * clear.shape[1], 0.6)).reshape(-1, 3)
        inside = soft[self.drops.source] * self.drops.light[..., None]
        return (1 - share) * clear + share * inside

    def _covered(self, clear: np.ndarray, level: float) -> np.ndarray:
        """Slide something dark and out of focus into the picture."""
        waiting = 1.2 * (1 - level)
        share = 1 / (1 + np.exp(-(self.pattern - waiting) / _COVER_SOFT))[..., None]
        return (1 - share) * clear + share * np.array(self.color, np.float32)


def sample_lens_dirt(kind: str, camera: Camera, *, rng: np.random.Generator) -> LensDirt:
    """Draw the dirt of a kind for one camera."""
    color = _COVER_COLORS[int(rng.integers(len(_COVER_COLORS)))]
    turn = rng.uniform(0, 2 * np.pi)
    v, u = np.mgrid[: camera.height_px, : camera.width_px] / camera.width_px
    if kind == "fogged":
        amount = float(rng.uniform(0.45, 0.95))
        return LensDirt(kind, amount, (1 + 0.35 * _sample_patches(camera, rng=rng)).astype(np.float32))
    if kind == "covered":
        amount = float(rng.uniform(0.25, 0.6))
        along = np.cos(turn) * u + np.sin(turn) * v + 0.03 * _sample_patches(camera, rng=rng)
        return LensDirt(kind, amount, (along - np.quantile(along, 1 - amount)).astype(np.float32), color)
    if kind == "smeared":
        amount = float(rng.uniform(0.3, 0.8))
        place = _sample_patches(camera, rng=rng)
        inside = 1 / (1 + np.exp(-(place - np.quantile(place, 1 - amount)) / 0.25))
        streak = _sample_streaks(camera, turn, rng=rng)
        density = np.clip(inside * (0.68 + 0.2 * streak), 0, 0.95)
        return LensDirt(kind, amount, density.astype(np.float32))
    return _sample_drops(camera, rng=rng)


def _sample_drops(camera: Camera, *, rng: np.random.Generator) -> LensDirt:
    """Draw drops of several sizes, most of them small, the later over the earlier."""
    height, width = camera.height_px, camera.width_px
    v, u = np.mgrid[:height, :width] + 0.5
    source = np.arange(height * width).reshape(height, width)
    share, light = np.zeros((height, width), np.float32), np.ones((height, width), np.float32)
    falls = np.full((height, width), 2.0, np.float32)
    count = int(rng.integers(7, 26))
    radii = np.minimum(rng.lognormal(np.log(0.03), 0.55, count), 0.1) * width
    for number, radius in enumerate(radii.tolist()):
        middle = rng.uniform(0, 1, 2) * [width, height]
        longer = rng.uniform(1.0, 1.35)  # a drop hangs down a little
        x, y = (u - middle[0]) / radius, (v - middle[1]) / (radius * longer)
        distance = np.minimum(np.sqrt(x * x + y * y), 9.0)
        soft = 1 / (1 + np.exp((distance - 1) / 0.15))
        here = soft > 0.02
        column = np.clip(middle[0] + _DROP_TURN * (u - middle[0]), 0, width - 1).astype(np.int64)
        row = np.clip(middle[1] + _DROP_TURN * (v - middle[1]), 0, height - 1).astype(np.int64)
        source[here] = (row * width + column)[here]
        share[here] = 0.92 * soft[here]
        rim = np.exp(-(((distance - 0.8) / 0.22) ** 2))
        light[here] = (1.06 + (0.26 * y - 0.14) * rim)[here]
        falls[here] = 0.95 * number / count
    wet = float((share > 0.5).mean())
    return LensDirt("wet", wet, falls, drops=Drops(source, share, light))


def _sample_streaks(camera: Camera, turn: float, *, rng: np.random.Generator) -> np.ndarray:
    """Return (H, W) noise drawn out along a direction, mean 0 and standard deviation 1."""
    v, u = np.mgrid[: camera.height_px, : camera.width_px] / camera.width_px
    bend = 0.02 * _sample_patches(camera, rng=rng)
    across = np.cos(turn) * u + np.sin(turn) * v + bend
    table = ndimage.gaussian_filter1d(rng.standard_normal(512), 3.5, mode="wrap")
    streak = np.interp(across % 2.0, np.arange(512) / 256.0, table)
    return (streak - streak.mean()) / streak.std()


def _sample_patches(camera: Camera, *, rng: np.random.Generator) -> np.ndarray:
    """Return (H, W) smooth noise of mean 0 and standard deviation 1."""
    noise = rng.standard_normal((camera.height_px, camera.width_px))
    smooth = ndimage.gaussian_filter(noise, _PATCH * camera.width_px / 2, mode="wrap")
    return (smooth - smooth.mean()) / smooth.std()


def _blur(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    return ndimage.gaussian_filter(picture, (sigma_px, sigma_px, 0), mode="nearest", truncate=3)
