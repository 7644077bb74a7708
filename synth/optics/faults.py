"""Cameras that fail and recover: fogged, smeared, wet, covered, knocked, frozen or dead.

In: a view as its lens shows it. Out: the picture that the faulty camera would give. What is on the lens
comes before the sensor (synth/optics/lens_dirt.py), what ails the camera after it. Colour suffers; labels
stay those of the world. A knocked camera is no matter of the picture: it turns
(scenes/cameras/calibration.py), labels follow, and here it only is told of.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from scenes.world import Camera
from synth.optics.lens_dirt import LensDirt, sample_lens_dirt

KINDS = ("dead", "frozen", "covered", "fogged", "smeared", "wet")


@dataclass(frozen=True)
class CameraFault:
    """What is wrong with one camera for a time.

    Attributes:
        kind: One of `KINDS` or ``"knocked"``.
        from_s: When it begins, from the clip's start.
        to_s: When it begins to end.
        amount: Density of the fog, share of the picture that is covered, smeared or wet, angle in radians of
            a knocked camera, 1 for a dead or frozen one.
        dirt: What is on the lens, if that is it.
    """

    camera_id: str
    kind: str
    from_s: float
    to_s: float
    amount: float
    dirt: LensDirt | None = None

    def describe(self) -> dict[str, Any]:
        """Return its entry in clip.json."""
        return {
            "camera_id": self.camera_id,
            "kind": self.kind,
            "from_s": self.from_s,
            "to_s": self.to_s,
            "amount": round(self.amount, 4),
        }

    def lasts(self, time_s: float) -> bool:
        """Say whether a camera that is dead or frozen is so at a time."""
        return self.from_s <= time_s < self.to_s

    def soil(self, rgb: np.ndarray, *, time_s: float) -> np.ndarray:
        """Return the picture through what is on the lens; the picture itself where nothing is."""
        return rgb if self.dirt is None else self.dirt.apply(rgb, time_s - self.from_s, time_s - self.to_s)


def sample_camera_faults(scenario: Scenario, cameras: tuple[Camera, ...]) -> dict[str, CameraFault]:
    """Choose which cameras fail and how: camera id -> its fault, at most one each.

    Knocked cameras have been chosen with the store; the others share what else goes wrong.
    """
    spec = scenario.faults
    rng = make_rng(scenario.seed, scenario.index, "faults/cameras")
    from_s, to_s = spec.cameras_fail_at_s, spec.cameras_fail_at_s + spec.cameras_recover_after_s
    faults = {
        camera.camera_id: CameraFault(camera.camera_id, "knocked", from_s, to_s, _compute_turn(camera))
        for camera in cameras
        if camera.turns
    }
    order = [cameras[number] for number in rng.permutation(len(cameras)) if not cameras[number].turns]
    for kind in KINDS:
        share = getattr(spec, f"cameras_{kind}")
        for camera in [order.pop() for _ in range(min(len(order), int(np.ceil(share * len(cameras)))))]:
            dirt = None if kind in ("dead", "frozen") else sample_lens_dirt(kind, camera, rng=rng)
            amount = 1.0 if dirt is None else dirt.amount
            faults[camera.camera_id] = CameraFault(camera.camera_id, kind, from_s, to_s, amount, dirt)
    return faults


def _compute_turn(camera: Camera) -> float:
    """Return by how many radians a knocked camera turns at most."""
    start = camera.world_from_cam[:3, :3]
    cosines = [(np.trace(start.T @ pose[:3, :3]) - 1) / 2 for _, pose in camera.turns]
    return float(np.arccos(np.clip(min(cosines), -1, 1)))
