"""Cameras that fail: fogged, partly covered or dead. Colour suffers, labels stay those of the world.

In: a view as its lens shows it. Out: the view with the picture that the faulty camera would give. This comes
before the refiner, as fog and hands are in front of the sensor: rgb.mp4 holds the faulty picture, and a
certificate bounds what the refiner changed of it.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Camera
from synth.records import View

_FOG_RISE_S = 2.5  # a lens that meets warm, damp air fogs within seconds
_FOG_MOST = 0.93
_FOG_BLUR = 0.018  # standard deviation, of the picture's width
_FOG_PATCH = 0.16  # extent of denser and thinner patches, of the width
_COVER_SLIDE_S = 0.4
_COVER_SOFT = 0.035  # out of focus, hence this soft an edge, of the width
_COVER_COLORS = ((38, 33, 30), (92, 74, 60), (66, 70, 74))  # a bag, a carton, a grey label seen from behind


@dataclass(frozen=True)
class CameraFault:
    """What is wrong with one camera from a time on.

    Attributes:
        kind: ``"fogged"``, ``"covered"`` or ``"dead"``.
        from_s: When it begins, from the clip's start.
        amount: Density of the fog or share of the picture covered, 0 to 1; 1 for a dead camera.
        pattern: (H, W) float32 of the fog's density (mean 1) or the distance into the cover, widths; empty if
            dead.
        color: (3,) of what covers it.
    """

    camera_id: str
    kind: str
    from_s: float
    amount: float
    pattern: np.ndarray
    color: tuple[int, int, int]

    def describe(self) -> dict[str, Any]:
        """Return its entry in clip.json."""
        return {
            "camera_id": self.camera_id,
            "kind": self.kind,
            "from_s": self.from_s,
            "amount": round(self.amount, 4),
        }

    def apply(self, view: View, *, time_s: float) -> View:
        """Return the view with the picture that this camera gives."""
        age_s = time_s - self.from_s
        if age_s < 0:
            return view
        if self.kind == "dead":
            rgb = np.zeros_like(view.rgb)
        elif self.kind == "fogged":
            rgb = self._fog(view.rgb, age_s)
        else:
            rgb = self._cover(view.rgb, age_s)
        rgb.setflags(write=False)
        return replace(view, rgb=rgb)

    def _fog(self, rgb: np.ndarray, age_s: float) -> np.ndarray:
        """Scatter light: each pixel gives some of its own to its surroundings and to a veil over all."""
        level = self.amount * (1 - np.exp(-age_s / _FOG_RISE_S))
        density = np.clip(level * self.pattern, 0, _FOG_MOST)[..., None]
        clear = rgb.astype(np.float32)
        sigma = max(_FOG_BLUR * rgb.shape[1] * level, 0.3)
        blurred = ndimage.gaussian_filter(clear, (sigma, sigma, 0), mode="nearest", truncate=3)
        veil = 0.75 * clear.mean(axis=(0, 1)) + 55
        fogged = (1 - density) * clear + density * (0.55 * blurred + 0.45 * veil)
        return (np.clip(fogged, 0, 255) + 0.5).astype(np.uint8)

    def _cover(self, rgb: np.ndarray, age_s: float) -> np.ndarray:
        """Slide something dark and out of focus into the picture."""
        waiting = 1.2 * max(0.0, 1 - age_s / _COVER_SLIDE_S)
        share = 1 / (1 + np.exp(-(self.pattern - waiting) / _COVER_SOFT))[..., None]
        covered = (1 - share) * rgb + share * np.array(self.color, np.float32)
        return (covered + 0.5).astype(np.uint8)


def sample_camera_faults(scenario: Scenario, cameras: tuple[Camera, ...]) -> dict[str, CameraFault]:
    """Choose which cameras fail and how: camera id -> its fault, at most one each."""
    spec = scenario.faults
    rng = make_rng(scenario.seed, scenario.index, "faults/cameras")
    order = [cameras[number] for number in rng.permutation(len(cameras))]
    faults = {}
    for kind, share in (
        ("dead", spec.cameras_dead),
        ("covered", spec.cameras_covered),
        ("fogged", spec.cameras_fogged),
    ):
        for camera in [order.pop() for _ in range(min(len(order), int(np.ceil(share * len(cameras)))))]:
            faults[camera.camera_id] = _make_fault(camera, kind, spec.cameras_fail_at_s, rng=rng)
    return faults


def _make_fault(camera: Camera, kind: str, from_s: float, *, rng: np.random.Generator) -> CameraFault:
    pattern, amount = np.zeros((0, 0), np.float32), 1.0
    color = _COVER_COLORS[int(rng.integers(len(_COVER_COLORS)))]
    if kind == "fogged":
        amount = float(rng.uniform(0.45, 0.95))
        pattern = (1 + 0.35 * _sample_patches(camera, rng=rng)).astype(np.float32)
    elif kind == "covered":
        amount = float(rng.uniform(0.25, 0.6))
        v, u = np.mgrid[: camera.height_px, : camera.width_px] / camera.width_px
        turn = rng.uniform(0, 2 * np.pi)
        along = np.cos(turn) * u + np.sin(turn) * v + 0.03 * _sample_patches(camera, rng=rng)
        pattern = (along - np.quantile(along, 1 - amount)).astype(np.float32)
    return CameraFault(camera.camera_id, kind, from_s, amount, pattern, color)


def _sample_patches(camera: Camera, *, rng: np.random.Generator) -> np.ndarray:
    """Return (H, W) smooth noise of mean 0 and standard deviation 1."""
    noise = rng.standard_normal((camera.height_px, camera.width_px))
    smooth = ndimage.gaussian_filter(noise, _FOG_PATCH * camera.width_px / 2, mode="wrap")
    return (smooth - smooth.mean()) / smooth.std()
