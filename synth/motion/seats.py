"""Where carried children sit, and where hands lie on whom: found on the meshes of both.

In: the bodies of an adult and of the child on their arm. Out: a `Seat`, fixed to the adult's spine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth.bodies.body import Body, skin
from synth.bodies.carried import SEAT_FORWARD, SEAT_HEIGHT, SEAT_SIDEWAYS, TURN_RAD, hand_height_m
from synth.bodies.detail import LEVELS
from synth.bodies.skeleton import FINGERS, SIDES, Skeleton
from synth.motion.cast import Cast
from synth.motion.finger_pose import bend_fingers
from synth.motion.posture import STRAIGHTEST, Pose, pose_leg
from synth.motion.rotations import about, bow, compose, frame, length, rotate, turn, turn_back, unit
from synth.records import ShopperPlan, other_hand

SINK_M = 0.008  # cloth gives way so far
HAND_M = 0.012  # from the palm to what it lies on
FLAT = np.array([-0.2, 0.05, -0.08] * 4 + [-0.2, -0.9, 0.0, -0.28, 0.0])  # angles of a hand that lies so
_PATCH_M = 0.018  # of what a hand lies on, each of its joints is over so much
# Where fingers point and palms face, in the adult's frame, aside mirrored: of the hand that holds, of the
# child's on the chest and on the shoulder.
_HOLDING = (0.93, 0.06, 0.22), (0.0, -1.0, 0.45)
_ON_CHEST = (0.0, -0.75, 0.65), (-1.0, 0.0, 0.0)
_ON_SHOULDER = (-0.75, -0.5, 0.25), (0.0, -0.1, -1.0)
_SHOULDER_SHARES = np.linspace(0.062, 0.122, 13)  # of the stature, aside: the nearer to the neck the better
_LEVEL_M = 0.025  # a hand lies well if its palm is no farther off than that for the sake of a finger
_CELL_M = 0.015  # of the raster on which the two are brought together
_ARM_BONES = ("shoulder", "upperarm", "elbow", "forearm", "wrist", *FINGERS)
# Thighs: to the side of straight ahead (front, rear leg), and down from level; shins hang.
_ASTRIDE_RAD, _DROOP_RAD = (1.02, 1.40), 0.42


@dataclass(frozen=True)
class Seat:
    """Who sits where.

    Attributes:
        adult, child: Numbers of the two.
        side: ``"left"`` or ``"right"``, the adult's arm that holds.
        place_m: (3,) the child's pelvis from the adult's spine joint, in the adult's rest frame.
        holding: (4, 4) the adult's palm from there, below and behind the child's back.
        on_chest, on_shoulder: (4, 4) where the child's palms lie on the adult.
    """

    adult: int
    child: int
    side: str
    place_m: np.ndarray
    holding: np.ndarray
    on_chest: np.ndarray
    on_shoulder: np.ndarray

    @property
    def sign(self) -> float:
        """1 on the left, -1 on the right."""
        return 1.0 if self.side == "left" else -1.0

    @property
    def far_side(self) -> str:
        """The child's hand that is on the adult's shoulder; its other one is free."""
        return other_hand(self.side)


def find_seats(plans: Sequence[ShopperPlan], bodies: Sequence[Body]) -> tuple[Seat, ...]:
    """Seat every carried child on its adult."""
    number = {plan.trip_code: n for n, plan in enumerate(plans)}
    return tuple(
        _seat(number[plan.carried_by], child, bodies[number[plan.carried_by]], bodies[child])
        for child, plan in enumerate(plans)
        if plan.carried_by
    )


def _seat(adult: int, child: int, carrier: Body, carried: Body) -> Seat:
    """Bring the child so near that it touches, first the place that does on its way inward; lay hands on."""
    side = other_hand(carrier.handedness)
    sign = 1.0 if side == "left" else -1.0
    stature_m, skeleton = carrier.shape.stature_m, carrier.skeleton
    first_m = stature_m * np.array([SEAT_FORWARD, sign * SEAT_SIDEWAYS, SEAT_HEIGHT])
    first_m[:2] += skeleton.at("pelvis")[:2]
    spine_m = skeleton.at("spine")
    pose = _sit_at_rest(carried, side, first_m - spine_m, spine_m)
    body_m, child_m = _sample_body(carrier, arms=False), _sample_seated(carried, pose)
    out_m = _touch(body_m * [1.0, sign, 1.0], child_m * [1.0, sign, 1.0]) - SINK_M
    shift_m = np.array([0.0, sign * out_m, 0.0])
    pose.position += shift_m
    child_m = child_m + shift_m
    back_m = first_m + [0.02, sign * out_m, -0.035 * stature_m]
    high_m = hand_height_m(stature_m, carried.shape.stature_m)
    chest_m = np.array([0.0, sign * 0.055 * stature_m, high_m])
    flat, held = _lay_flat(carried.skeleton), _lay_flat(carrier.skeleton)[side]
    holding, _ = _lay_on(child_m, back_m, _hand_axes(_HOLDING, sign), held)
    on_chest, _ = _lay_on(body_m, chest_m, _hand_axes(_ON_CHEST, sign), flat[side])
    on_shoulder = _lay_on_shoulder(carrier, pose, other_hand(side), flat[other_hand(side)])
    for palm in (holding, on_chest, on_shoulder):
        palm[:3, 3] -= spine_m
    place_m = first_m - spine_m + shift_m
    return Seat(adult, child, side, place_m, holding, on_chest, on_shoulder)


def _lay_on_shoulder(carrier: Body, pose: Pose, side: str, joint_m: np.ndarray) -> np.ndarray:
    """Lay a seated child's flat hand on an adult's shoulder.

    It is the place nearest to the neck that the arm reaches and where neck and hair do not lift the hand, or
    where they least do.
    """
    cast, sign = pose.cast, 1.0 if side == "right" else -1.0
    body_m, axes = _sample_body(carrier, arms=True), _hand_axes(_ON_SHOULDER, sign)
    ahead_m, _, high_m = carrier.skeleton.at("neck")
    from_m = pose.joint(f"{side}_shoulder")[0]
    arm_m = STRAIGHTEST * cast.length(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")[0]
    lain = []
    for aside_m in sign * carrier.shape.stature_m * _SHOULDER_SHARES:
        palm, lifted_m = _lay_on(body_m, np.array([ahead_m - 0.02, aside_m, high_m]), axes, joint_m)
        wrist_m = cast.wrist_from_palm(side, palm[None, :3, 3], axes[None])[0]
        missed_m = max(float(np.linalg.norm(wrist_m - from_m)) - arm_m, 0.0)
        lain.append((max(lifted_m - _LEVEL_M, 0.0) + missed_m, palm))
    return min(lain, key=lambda each: each[0])[1]


def _sit_at_rest(carried: Body, side: str, place_m: np.ndarray, spine_m: np.ndarray) -> Pose:
    """Seat a child on an adult at rest, its head and arms for now as at rest, too."""
    cast = Cast([carried.skeleton], np.zeros(1, int))
    pose = Pose(cast)
    sit(pose, side, place_m, (np.eye(3)[None], spine_m[None]), np.zeros((1, 3)))
    for name in cast.names[: len(cast.parents)]:
        if not pose.has(name):
            pose.set(name, pose.turned("chest"))
    return pose


def _sample_seated(carried: Body, pose: Pose) -> np.ndarray:
    """Points (N, 3) of a posed child's surface, without arms."""
    shown = carried.level(LEVELS - 1)
    child_m = skin(shown, pose.rotation[0], pose.position[0, : len(pose.cast.parents)])
    return _sample(child_m, shown.faces[~_is_arm(carried, shown.faces)])


def _hand_axes(way: tuple[tuple[float, float, float], tuple[float, float, float]], sign: float) -> np.ndarray:
    """Frame (3, 3) of a palm from where fingers point and the palm faces."""
    along, facing = np.array(way) * [1.0, sign, 1.0]
    return frame(along, facing)


def _lay_flat(skeleton: Skeleton) -> dict[str, np.ndarray]:
    """Joints (20, 3) of the fingers of somebody's flat hands, from the palms' middles in their frames."""
    cast = Cast([skeleton], np.zeros(1, int))
    pose, palm, flat = Pose(cast), np.eye(3)[None], {}
    for side in SIDES:
        hand = compose(palm, turn_back(cast.palm_frame(side)))
        wrist_m = cast.wrist_from_palm(side, np.zeros((1, 3)), palm)
        bend_fingers(cast, side, palm, (hand, wrist_m), FLAT[None], pose.fingers(side))
        _, joints, tips = pose.fingers(side)
        flat[side] = np.concatenate([joints.transpose(0, 1, 3, 2).reshape(-1, 3), tips[..., 0]])
    return flat


def _lay_on(
    points_m: np.ndarray, palm_m: np.ndarray, axes: np.ndarray, joint_m: np.ndarray
) -> tuple[np.ndarray, float]:
    """Lay a flat hand on somebody, along the way that its palm faces.

    Args:
        points_m: (N, 3) on their surface.
        palm_m: (3,) anywhere on the line along which the palm's middle comes.
        axes: (3, 3) frame of the palm.
        joint_m: (J, 3) joints of the fingers in it.

    Returns:
        The palm (4, 4), and how much farther off it is than if it had no fingers.
    """
    local_m = (points_m - palm_m) @ axes
    felt_m = np.concatenate([np.zeros((1, 3)), joint_m])
    for axis in (0, 2):  # most of the body is nowhere near
        low_m, high_m = felt_m[:, axis].min() - _PATCH_M, felt_m[:, axis].max() + _PATCH_M
        local_m = local_m[(local_m[:, axis] > low_m) & (local_m[:, axis] < high_m)]
    off_m = felt_m[:, None, [0, 2]] - local_m[:, [0, 2]]
    under = np.einsum("jni,jni->jn", off_m, off_m) < _PATCH_M**2
    above_m = np.where(under, local_m[:, 1], np.inf).min(axis=1, initial=np.inf) - felt_m[:, 1]
    nearest_m = above_m.min()
    if np.isinf(nearest_m):  # there is nothing under the hand
        nearest_m = HAND_M
    palm = np.eye(4)
    palm[:3, :3], palm[:3, 3] = axes, palm_m + axes[:, 1] * (nearest_m - HAND_M)
    return palm, float(above_m[0] - nearest_m)


def _is_arm(body: Body, faces: np.ndarray) -> np.ndarray:
    """Say which faces (F,) of the coarsest level belong to arms."""
    names = body.skeleton.names
    arm = [k for k in range(len(body.skeleton.parents)) if any(part in names[k] for part in _ARM_BONES)]
    share = np.asarray(body.level(LEVELS - 1).weights[:, arm].sum(axis=1)).ravel()
    return (share[faces] > 0.5).any(axis=1)


def _sample_body(body: Body, *, arms: bool) -> np.ndarray:
    """Points (N, 3) of somebody's surface at rest, with arms or without, and without the bag."""
    shown = body.level(LEVELS - 1)
    bones = len(body.skeleton.parents)
    rest_m = skin(shown, np.tile(np.eye(3), (bones, 1, 1)), body.skeleton.joint_m[:bones])
    keep = (shown.class_id[shown.faces] == shown.class_id.min()).all(axis=1)
    if not arms:
        keep &= ~_is_arm(body, shown.faces)
    return _sample(rest_m, shown.faces[keep])


def _sample(position_m: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Points (N, 3) all over some triangles."""
    steps = 6
    u, v = np.meshgrid(np.arange(steps + 1) / steps, np.arange(steps + 1) / steps)
    u, v = u[u + v <= 1.0 + 1e-9], v[u + v <= 1.0 + 1e-9]
    weight = np.stack([u, v, 1.0 - u - v], axis=1)
    return (weight @ position_m[faces]).reshape(-1, 3)


def _touch(inner_m: np.ndarray, outer_m: np.ndarray) -> float:
    """How far to shift points (M, 3) along +y until they are all beyond those others (N, 3)."""
    both = np.concatenate([inner_m, outer_m])
    low = np.floor(both[:, [0, 2]].min(axis=0) / _CELL_M)
    cell = (np.floor(both[:, [0, 2]] / _CELL_M) - low).astype(int)
    shape = cell.max(axis=0) + 1
    flat = np.ravel_multi_index(cell.T, shape)
    farthest, nearest = np.full(shape.prod(), -np.inf), np.full(shape.prod(), np.inf)
    np.maximum.at(farthest, flat[: len(inner_m)], inner_m[:, 1])
    np.minimum.at(nearest, flat[len(inner_m) :], outer_m[:, 1])
    return float((farthest - nearest).max())


def raise_skeleton(skeleton: Skeleton, seat: Seat, adult: Skeleton) -> Skeleton:
    """Return a child's skeleton at the height at which it sits."""
    up_m = np.array([0.0, 0.0, adult.at("spine")[2] + seat.place_m[2] - skeleton.at("pelvis")[2]])
    return replace(skeleton, joint_m=skeleton.joint_m + up_m, palm_m=skeleton.palm_m + up_m)


def sit(
    pose: Pose,
    side: str,
    place_m: np.ndarray,
    on_spine: tuple[np.ndarray, np.ndarray],
    bend: np.ndarray,
) -> None:
    """Pose a child's pelvis, trunk and legs (R rows) on somebody's arm.

    Args:
        pose: The child's, with nothing posed.
        side: The adult's arm.
        place_m: (3,) the child's pelvis, see `Seat`.
        on_spine: Rotation (R, 3, 3) and place (R, 3) of the adult's spine.
        bend: (R, 3) by which the chest is bent.
    """
    cast, sign, (turned, spine_m) = pose.cast, 1.0 if side == "left" else -1.0, on_spine
    pelvis = compose(turned, turn("z", -sign * TURN_RAD))
    pose.position[:, 0] = spine_m + rotate(turned, place_m)
    pose.set("pelvis", compose(pelvis, turn("y", -0.12)))
    angle, axis = length(bend), unit(bend)
    pose.set("spine", compose(compose(about(axis, 0.5 * angle), pelvis), bow(-0.2 * sign, -0.06)))
    pose.set("chest", compose(compose(about(axis, angle), pelvis), bow(-0.4 * sign, -0.12)))
    for leg in SIDES:
        pose.set(f"{leg}_clavicle", pose.turned("chest"))
        out = 1.0 if leg == "left" else -1.0
        aside = out * _ASTRIDE_RAD[0 if leg == side else 1]
        thigh = rotate(
            compose(pelvis, turn("z", aside)), np.array([np.cos(_DROOP_RAD), 0.0, -np.sin(_DROOP_RAD)])
        )
        shin = rotate(pelvis, unit(np.array([0.05, 0.0, -1.0])))
        knee = pose.joint(f"{leg}_hip") + cast.length(f"{leg}_hip", f"{leg}_knee")[:, None] * thigh
        ankle = knee + cast.length(f"{leg}_knee", f"{leg}_ankle")[:, None] * shin
        foot = compose(pelvis, bow(0.8 * aside, 0.55))
        pose_leg(pose, leg, knee, ankle, unit(thigh - shin), (foot, foot))
