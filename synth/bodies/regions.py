"""Where things are on a bare body: signed distances from which clothes are cut.

In: rest vertices, weights and skeleton. Out: per-vertex levels, positive where a garment covers, in
metres, so that level = 0 is its edge and level = 0.02 lies two centimetres inside it.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.skeleton import FINGERS, SIDES, Skeleton

FAR = 10.0  # a distance beyond any body
_ARM = ("shoulder", "upperarm_twist", "elbow", "forearm_twist", "wrist")


@dataclass(frozen=True)
class Neckline:
    """Where tops end at the neck: a plane through (x, z), with normal (2,), no wider than the shoulders."""

    x: float
    z: float
    normal: np.ndarray
    half_wide_m: float

    def measure_above(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """How far (V,) places are above it, relative to the point on the floor under the pelvis."""
        above = (x - self.x) * self.normal[0] + (z - self.z) * self.normal[1]
        return above - 1.5 * np.maximum(np.abs(y) - self.half_wide_m, 0.0)


def find_neckline(skeleton: Skeleton, neck_m: float) -> Neckline:
    """The neckline that lies so far below the neck's root at the front."""
    neck = skeleton.at("neck") - np.array([*skeleton.at("pelvis")[:2], 0.0])
    tilt = 0.55 + 4.0 * neck_m
    normal = np.array([tilt, 1.0]) / np.hypot(tilt, 1.0)
    return Neckline(neck[0], neck[2] + 0.025 - 0.3 * neck_m, normal, 0.055 * skeleton.stature_m)


@dataclass(frozen=True)
class Regions:
    """Coordinates on a body's surface, all (V,).

    Attributes:
        x, y, z: rest position relative to the point on the floor under the pelvis.
        arm: share of the weights that belongs to the arms.
        along_arm: 0 at the shoulder, 1 at the elbow, 2 at the wrist.
        along_leg: 0 at the hip, 1 at the knee, 2 at the ankle.
        leg: share of the weights that belongs to the legs.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    arm: np.ndarray
    along_arm: np.ndarray
    along_leg: np.ndarray
    leg: np.ndarray
    skeleton: Skeleton

    def shirt(self, *, hem_m: float, sleeve: float, neck_m: float) -> np.ndarray:
        """Level of a top: down to height `hem_m`, sleeves to `sleeve` along the arm.

        `neck_m` is how far below the neck's root the neckline lies at the front.
        """
        above = find_neckline(self.skeleton, neck_m).measure_above(self.x, self.y, self.z)
        upper = self.skeleton.length("left_shoulder", "left_elbow")
        torso = np.minimum(self.z - hem_m, -above) + FAR * np.maximum(self.arm - 0.2, 0.0)
        sleeves = (sleeve - self.along_arm) * upper + FAR * np.maximum(0.8 - self.arm, 0.0)
        return np.minimum(np.minimum(torso, sleeves), -above + FAR * (self.arm > 0.9))

    def trousers(self, *, waist_m: float, leg: float) -> np.ndarray:
        """Level of trousers from height `waist_m` down to `leg` along the leg."""
        thigh = self.skeleton.length("left_hip", "left_knee")
        return np.minimum(waist_m - self.z, (leg - self.along_leg) * thigh) - FAR * np.maximum(
            self.arm - 0.2, 0.0
        )

    def shoes(self, *, top_m: float) -> np.ndarray:
        """Level of shoes up to height `top_m`."""
        return top_m - self.z - FAR * self.arm


def find_regions(vertices_m: np.ndarray, weights: np.ndarray, skeleton: Skeleton) -> Regions:
    """Compute the surface coordinates of a bare body; weights (V, B) are dense."""
    index = skeleton.index
    leg = sum(weights[:, index[f"{s}_{b}"]] for s in SIDES for b in ("hip", "knee", "ankle", "foot"))
    origin = np.array([*skeleton.at("pelvis")[:2], 0.0])
    place = vertices_m - origin
    left = place[:, 1] > 0.0
    arms = [
        _along(vertices_m, skeleton, [f"{side}_{b}" for b in ("shoulder", "elbow", "wrist")])
        for side in SIDES
    ]
    legs = [_along(vertices_m, skeleton, [f"{side}_{b}" for b in ("hip", "knee", "ankle")]) for side in SIDES]
    return Regions(
        place[:, 0],
        place[:, 1],
        place[:, 2],
        share_of_arms(weights, skeleton),
        np.where(left, *arms),
        np.where(left, *legs),
        np.asarray(leg),
        skeleton,
    )


def share_of_arms(weights: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Share (V,) of the weights (V, B) that belongs to both arms, hands included."""
    fingers = tuple(f"{finger}{joint}" for finger in FINGERS for joint in (1, 2, 3))
    bones = [skeleton.index[f"{side}_{bone}"] for side in SIDES for bone in _ARM + fingers]
    return weights[:, bones].sum(axis=1)


def _along(vertices_m: np.ndarray, skeleton: Skeleton, joints: list[str]) -> np.ndarray:
    """Position along a chain of two bones: 0, 1 and 2 at its three joints."""
    first, second, third = (skeleton.at(name) for name in joints)
    one, two = second - first, third - second
    upper = (vertices_m - first) @ one / (one @ one)
    lower = (vertices_m - second) @ two / (two @ two)
    return np.minimum(upper, 1.0) + np.maximum(lower, 0.0)
