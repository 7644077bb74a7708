"""Coats that nobody wears, posed for one frame: over a forearm, in a hand, or between the two.

In: the simulation, the bodies and their motion. Out: for each coat its mesh in the world, always of the same
vertices. The stage (synth/stage.py) shows them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenes.geometry import Finish, make_mesh
from scenes.world import CLASS_ID, INSTANCE_COAT, Mesh
from synth.bodies import Body
from synth.bodies.coat import LAID_S, Coat, make_coat
from synth.bodies.surface import compute_normals
from synth.ledger import HANDS
from synth.motion.bags import BagStay, compute_coat_stays
from synth.motion.gear import carrying_side
from synth.motion.rotations import minimum_jerk
from synth.records import Motion, Simulation

FOLD_ALONG = 0.52  # of the forearm, from the elbow: the middle of the fold
LEAST_LEVEL = 0.5  # a forearm that points farther up or down is taken to do so no more than this
FLOOR_M = 0.012  # what would hang lower lies


class LooseCoats:
    """All coats of a clip that are carried.

    Attributes:
        numbers: Indices of whom they came with.
    """

    def __init__(self, simulation: Simulation, motion: Motion, bodies: Sequence[Body]) -> None:
        self._motion, self._bodies = motion, bodies
        self.numbers = [n for n, plan in enumerate(simulation.plans) if plan.coat_on_arm]
        stays = compute_coat_stays(simulation)
        always = {n: (BagStay(-np.inf, np.inf, n, "", None),) for n in self.numbers}
        self._stays = always | stays
        self._coats: dict[int, Coat] = {}
        self._index = {name: number for number, name in enumerate(motion.joint_names)}

    def mesh(self, number: int, frame: int) -> Mesh | None:
        """Pose a coat, None while whoever has it is not there."""
        time_s = float(self._motion.time_s[frame])
        stays = self._stays[number]
        now = next(k for k, stay in enumerate(stays) if stay.from_s <= time_s < stay.to_s)
        if not self._motion.present[frame, stays[now].shopper]:
            return None
        coat = self._coat(number)
        position_m = self._shape(coat, stays[now], frame)
        share = minimum_jerk(np.array((time_s - stays[now].from_s) / LAID_S))
        before = stays[now - 1] if now and share < 1.0 else None
        if before is not None and self._motion.present[frame, before.shopper]:
            position_m = position_m + (1.0 - share) * (self._shape(coat, before, frame) - position_m)
        position_m[:, 2] = np.maximum(position_m[:, 2], FLOOR_M)
        return _make_mesh(coat, position_m.astype(np.float32), INSTANCE_COAT + number)

    def _coat(self, number: int) -> Coat:
        if number not in self._coats:
            shape = self._bodies[number].shape
            self._coats[number] = make_coat(shape.stature_m, shape.look_seed)
        return self._coats[number]

    def _shape(self, coat: Coat, stay: BagStay, frame: int) -> np.ndarray:
        """Place its vertices (V, 3) in the world as one stay has them."""
        motion, who = self._motion, stay.shopper
        if stay.hand:
            ahead = _level(motion.joint_rotation[frame, who, 0, :, 0].astype(float))
            axes = np.stack([ahead, [-ahead[1], ahead[0], 0.0], [0.0, 0.0, 1.0]])
            return coat.hung_m @ axes + motion.palm_m[frame, who, HANDS.index(stay.hand)]
        side = carrying_side(self._bodies[who])
        elbow, wrist = (
            motion.joint_position_m[frame, who, self._index[f"{side}_{joint}"]].astype(float)
            for joint in ("elbow", "wrist")
        )
        bone = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        level = _level(bone)
        slope = np.clip(bone[2] / max(np.hypot(*bone[:2]), 1e-6), -1.0 / LEAST_LEVEL, 1.0 / LEAST_LEVEL)
        along = level + slope * np.array([0.0, 0.0, 1.0])
        aside = np.array([-level[1], level[0], 0.0]) * (1.0 if side == "left" else -1.0)
        # Sheared along a forearm that slopes: the cloth hangs plumb wherever it comes off the arm.
        axes = np.stack([along / np.linalg.norm(along), aside, [0.0, 0.0, 1.0]])
        draped_m = coat.draped_m
        if side == "right":  # seen in a mirror its outside would be inside: turned about the arm's middle
            axes = axes * [[-1.0], [1.0], [1.0]]
        return draped_m @ axes + elbow + FOLD_ALONG * (wrist - elbow)


def _level(direction: np.ndarray) -> np.ndarray:
    """The level unit vector (3,) nearest to a direction (3,)."""
    return np.array([*direction[:2], 0.0]) / max(float(np.hypot(*direction[:2])), 1e-9)


def _make_mesh(coat: Coat, position_m: np.ndarray, instance_id: int) -> Mesh:
    finish = Finish(class_id=CLASS_ID["bag"], instance_id=instance_id)
    normal, uv = compute_normals(position_m, coat.faces), np.zeros((len(position_m), 2))
    return replace(make_mesh(position_m, normal, uv, coat.faces, finish), color=coat.color)
