"""The arm beside a tote: it hangs over the pouch, or its hand has hold of the strap before the shoulder.

In: a body, its posed trunk. Out: how far aside the arm hangs, or where the hand at the strap is.
"""

import numpy as np

from scenes.randomness import make_rng
from scenes.world import CLASS_ID
from synth.bodies.body import Body, skin
from synth.bodies.detail import LEVELS
from synth.bodies.skeleton import SIDES
from synth.motion.cast import Cast
from synth.motion.fingers import relax
from synth.motion.posture import HANGING_RAD, ArmTarget, Pose
from synth.motion.rotations import compose, frame, rotate, turn

STRAP_SHARE = 0.25  # of the people whose bag never leaves them, who keep a hand at its strap (an estimate)
CLEAR_M = 0.048  # from the pouch to the bone of the arm beside it, in a sleeve, on a body 1.7 m tall
WIDEST_RAD = 0.46  # an arm hangs no farther aside
GRIP_DROP = 0.105  # below the shoulder's joint where a hand has the strap, of the stature
_PALM_AHEAD_M = 0.012  # of the strap
_STRAP_CURL = 1.15  # of the fingers about the strap
_OF_STRAP = 0.02  # the share of the chest that moves all of the strap and nothing of the pouch
_NEAREST = 8  # vertices: the strap's two rings of four, above and below the hand
_ALIKE_M = 1e-3  # heights so little off the hand's count alike, and none for all


def holds_strap(body: Body) -> bool:
    """Whether somebody has the habit of keeping a hand at the strap of the bag."""
    if not body.bag_side or body.bag_side == body.handedness:
        return False
    return bool(make_rng(body.shape.look_seed, 0, "motion/strap").random() < STRAP_SHARE)


def compute_spread_rad(body: Body) -> float:
    """How far aside the arm on the bag's side hangs, straight, so that it is outside of the pouch."""
    skeleton, side = body.skeleton, body.bag_side
    aside_m = abs(float(skeleton.at(f"{side}_shoulder")[1] - skeleton.at("pelvis")[1]))
    arm_m = skeleton.length(f"{side}_shoulder", f"{side}_elbow") + skeleton.length(
        f"{side}_elbow", f"{side}_wrist"
    )
    needed_m = body.bag_reach_m + CLEAR_M * skeleton.stature_m / 1.7 - aside_m
    return float(np.clip(np.arcsin(np.clip(needed_m / arm_m, 0.0, 1.0)), HANGING_RAD, WIDEST_RAD))


def grip_strap(body: Body, side: str, pose: Pose, own: slice, heading_rad: np.ndarray) -> ArmTarget:
    """The arm whose hand closes about the strap, at the rows `own` of a posed trunk; heading (K,)."""
    place_m, weights = _find_strap(body, side)
    skeleton = body.skeleton
    strap_m = np.zeros((own.stop - own.start, 3))
    for bone in ("pelvis", "chest"):
        offset_m = place_m - skeleton.at(bone)
        moved_m = pose.place(bone)[own] + rotate(pose.turned(bone)[own], offset_m)
        strap_m += weights[skeleton.index[bone]] * moved_m
    sign, yaw = 1.0 if side == "left" else -1.0, turn("z", heading_rad)
    palm = compose(yaw, frame(np.array([0.10, -0.62 * sign, 0.78]), np.array([-1.0, -0.15 * sign, 0.0])))
    cast = Cast([skeleton], np.zeros(len(strap_m), int))
    wrist_m = cast.wrist_from_palm(side, strap_m + _PALM_AHEAD_M * yaw[..., :, 0], palm)
    elbow = rotate(yaw, np.array([-0.35, 0.55 * sign, -0.8]))
    return ArmTarget(wrist_m, palm, elbow, relax(np.full(len(strap_m), _STRAP_CURL)))


def _find_strap(body: Body, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Where (3,) a hand has the strap in the rest pose, and the shares (B,) of the bones that move it."""
    shown, skeleton = body.level(LEVELS - 1), body.skeleton
    bones = len(skeleton.parents)
    rest_m = skin(shown, np.tile(np.eye(3), (bones, 1, 1)), skeleton.joint_m[:bones])
    shoulder_m = skeleton.at(f"{side}_shoulder")
    hold_m = shoulder_m[2] - GRIP_DROP * skeleton.stature_m
    chest = np.asarray(shown.weights[:, skeleton.index["chest"]].todense()).ravel()
    strap = (shown.class_id == CLASS_ID["bag"]) & (chest > _OF_STRAP)
    strap &= (rest_m[:, 0] > shoulder_m[0]) & (rest_m[:, 1] * (1.0 if side == SIDES[0] else -1.0) > 0.0)
    near = np.flatnonzero(strap)[np.argsort(np.abs(rest_m[strap, 2] - hold_m), kind="stable")[:_NEAREST]]
    closeness = 1.0 / (np.abs(rest_m[near, 2] - hold_m) + _ALIKE_M)
    closeness /= closeness.sum()
    return closeness @ rest_m[near], np.asarray(closeness @ shown.weights[near]).ravel()
