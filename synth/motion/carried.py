"""Children on somebody's arm: astride the hip, an arm about the shoulder, moved by every step of the adult.

In: the adult's bones, the bodies of both and what the child reaches for. Out: the child's bones, and where
the adult's arm is that holds it. The child is seated where its clothes just touch the adult's, found on the
meshes of both; from then on it is fixed to the adult's spine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.body import Body, skin
from synth.bodies.carried import SEAT_FORWARD, SEAT_HEIGHT, SEAT_SIDEWAYS, TURN_RAD, hand_height_m
from synth.bodies.detail import LEVELS
from synth.bodies.skeleton import FINGERS, SIDES, Skeleton
from synth.motion.cast import Cast
from synth.motion.control import gaze_share
from synth.motion.fingers import relax
from synth.motion.goals import Goal
from synth.motion.posed import Part, Posed
from synth.motion.posture import ArmTarget, Pose, place_toes, pose_arm, pose_leg
from synth.motion.reach import arm_length, carry_items, follow_goals, goal_share
from synth.motion.rotations import UP, about, bow, compose, frame, length, rotate, turn, turn_back, unit
from synth.records import ShopperPlan

SINK_M = 0.008  # cloth gives way so far
HAND_M = 0.012  # from the palm to what lies in it
_LONG_M, _WIDE_M = 0.09, 0.05  # of a hand: palm to fingertips, and to either side of them, the thumb among it
# Where fingers point, in the adult's frame, aside mirrored: of the hand that holds, of the child's on it.
_HOLDING, _ON_CHEST = (0.93, 0.06, 0.22), (0.0, -0.75, 0.65)
_CELL_M = 0.015  # of the raster on which the two are brought together
_ARM_BONES = ("shoulder", "upperarm", "elbow", "forearm", "wrist", *FINGERS)
# Thighs: to the side of straight ahead (front, rear leg), and down from level; shins hang.
_ASTRIDE_RAD, _DROOP_RAD = (1.02, 1.40), 0.42
_TILT_MOST_RAD = 0.6  # of a trunk that leans out to reach
_COMFORT = 0.85  # share of the arm's length at which it begins to


@dataclass(frozen=True)
class Seat:
    """Who sits where.

    Attributes:
        adult, child: Numbers of the two.
        side: ``"left"`` or ``"right"``, the adult's arm that holds.
        place_m: (3,) the child's pelvis from the adult's spine joint, in the adult's rest frame.
        palm_m: (3,) the adult's palm from there, below and behind the child's back.
        chest_m, nape_m: (3,) where the child's palms lie on the adult, from the spine joint.
    """

    adult: int
    child: int
    side: str
    place_m: np.ndarray
    palm_m: np.ndarray
    chest_m: np.ndarray
    nape_m: np.ndarray

    @property
    def sign(self) -> float:
        """1 on the left, -1 on the right."""
        return 1.0 if self.side == "left" else -1.0


def find_seats(plans: Sequence[ShopperPlan], bodies: Sequence[Body]) -> tuple[Seat, ...]:
    """Seat every carried child on its adult."""
    number = {plan.trip_code: n for n, plan in enumerate(plans)}
    return tuple(
        _seat(number[plan.carried_by], child, bodies[number[plan.carried_by]], bodies[child])
        for child, plan in enumerate(plans)
        if plan.carried_by
    )


def _seat(adult: int, child: int, carrier: Body, carried: Body) -> Seat:
    """Bring the child so near that it touches, first the place that does on its way inward."""
    side = "left" if carrier.handedness == "right" else "right"
    sign = 1.0 if side == "left" else -1.0
    stature_m, skeleton = carrier.shape.stature_m, carrier.skeleton
    first_m = stature_m * np.array([SEAT_FORWARD, sign * SEAT_SIDEWAYS, SEAT_HEIGHT])
    first_m[:2] += skeleton.at("pelvis")[:2]
    place_m = first_m - skeleton.at("spine")
    seat = Seat(adult, child, side, place_m, np.zeros(3), np.zeros(3), np.zeros(3))
    body_m = _sample_trunk(carrier)
    cast = Cast([carried.skeleton], np.zeros(1, int))
    pose = Pose(cast)
    _sit(pose, seat, np.eye(3)[None], skeleton.at("spine")[None], np.zeros((1, 3)))
    bones = len(cast.parents)
    for name in cast.names[:bones]:
        if not pose.has(name):  # head and arms, for now as at rest
            pose.set(name, pose.turned("chest"))
    shown = carried.level(LEVELS - 1)
    child_m = skin(shown, pose.rotation[0], pose.position[0, :bones])
    child_m = _sample(child_m, shown.faces[~_is_arm(carried, shown.faces)])
    out_m = _touch(body_m * [1.0, sign, 1.0], child_m * [1.0, sign, 1.0]) - SINK_M
    place_m = place_m + np.array([0.0, sign * out_m, 0.0])
    child_m = child_m + np.array([0.0, sign * out_m, 0.0])
    back_m = first_m + [0.02, sign * out_m, -0.035 * stature_m]
    near = _is_under_hand(child_m, back_m, np.array(_HOLDING), (0, 2))
    back_m[1] = sign * (sign * child_m[near, 1]).max(initial=sign * back_m[1]) + sign * HAND_M
    high_m = hand_height_m(stature_m, carried.shape.stature_m)
    chest_m = np.array([0.0, sign * 0.055 * stature_m, high_m])
    front = _is_under_hand(body_m, chest_m, np.array(_ON_CHEST) * [1.0, sign, 1.0], (1, 2))
    chest_m[0] = body_m[front, 0].max() + HAND_M
    top = (np.abs(body_m[:, 1] - sign * 0.068 * stature_m) < 0.015) & (body_m[:, 2] < skeleton.at("head")[2])
    top &= np.abs(body_m[:, 0] - skeleton.at("neck")[0]) < 0.03
    nape_m = np.array([skeleton.at("neck")[0] - 0.02, sign * 0.068 * stature_m, body_m[top, 2].max() + 0.035])
    spine_m = skeleton.at("spine")
    return Seat(adult, child, side, place_m, back_m - spine_m, chest_m - spine_m, nape_m - spine_m)


def _is_under_hand(
    points_m: np.ndarray, palm_m: np.ndarray, fingers: np.ndarray, plane: tuple[int, int]
) -> np.ndarray:
    """Say which points (N, 3) a hand covers that lies along two axes, its fingers pointing along (3,)."""
    way = fingers[list(plane)] / np.linalg.norm(fingers[list(plane)])
    off_m = points_m[:, plane] - palm_m[list(plane)]
    along_m = np.clip(off_m @ way, 0.0, _LONG_M)
    return np.linalg.norm(off_m - along_m[:, None] * way, axis=1) < _WIDE_M


def _is_arm(body: Body, faces: np.ndarray) -> np.ndarray:
    """Say which faces (F,) of the coarsest level belong to arms."""
    names = body.skeleton.names
    arm = [k for k in range(len(body.skeleton.parents)) if any(part in names[k] for part in _ARM_BONES)]
    share = np.asarray(body.level(LEVELS - 1).weights[:, arm].sum(axis=1)).ravel()
    return (share[faces] > 0.5).any(axis=1)


def _sample_trunk(body: Body) -> np.ndarray:
    """Points (N, 3) of somebody's surface at rest, without arms and bag."""
    shown = body.level(LEVELS - 1)
    bones = len(body.skeleton.parents)
    rest_m = skin(shown, np.tile(np.eye(3), (bones, 1, 1)), body.skeleton.joint_m[:bones])
    keep = ~_is_arm(body, shown.faces) & (shown.class_id[shown.faces] == shown.class_id.min()).all(axis=1)
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


def hold_child(seat: Seat, pose: Pose, own: slice) -> ArmTarget:
    """The arm of an adult (rows `own` of a posed trunk) about the child."""
    turned, spine_m = pose.turned("spine")[own], pose.place("spine")[own]
    axes = frame(np.array(_HOLDING) * [1.0, seat.sign, 1.0], np.array([0.0, -seat.sign, 0.45]))
    palm = compose(turned, axes)
    place_m = spine_m + rotate(turned, seat.palm_m)
    cast = pose.cast.take(np.arange(own.start, own.stop))
    wrist_m = cast.wrist_from_palm(seat.side, place_m, palm)
    elbow = rotate(turned, np.array([-1.0, 0.8 * seat.sign, -0.1]))
    return ArmTarget(wrist_m, palm, elbow, relax(np.full(len(palm), 0.08)))


def _sit(pose: Pose, seat: Seat, turned: np.ndarray, spine_m: np.ndarray, bend: np.ndarray) -> None:
    """Pose pelvis, trunk and legs (R rows) on an adult's spine, the chest bent by a vector (R, 3)."""
    cast, sign = pose.cast, seat.sign
    pelvis = compose(turned, turn("z", -sign * TURN_RAD))
    pose.position[:, 0] = spine_m + rotate(turned, seat.place_m)
    pose.set("pelvis", compose(pelvis, turn("y", -0.12)))
    angle, axis = length(bend), unit(bend)
    pose.set("spine", compose(compose(about(axis, 0.5 * angle), pelvis), bow(-0.2 * sign, -0.06)))
    pose.set("chest", compose(compose(about(axis, angle), pelvis), bow(-0.4 * sign, -0.12)))
    for side in SIDES:
        pose.set(f"{side}_clavicle", pose.turned("chest"))
        out = 1.0 if side == "left" else -1.0
        aside = out * _ASTRIDE_RAD[0 if side == seat.side else 1]
        thigh = rotate(
            compose(pelvis, turn("z", aside)), np.array([np.cos(_DROOP_RAD), 0.0, -np.sin(_DROOP_RAD)])
        )
        shin = rotate(pelvis, unit(np.array([0.05, 0.0, -1.0])))
        knee = pose.joint(f"{side}_hip") + cast.length(f"{side}_hip", f"{side}_knee")[:, None] * thigh
        ankle = knee + cast.length(f"{side}_knee", f"{side}_ankle")[:, None] * shin
        foot = compose(pelvis, bow(0.8 * aside, 0.55))
        pose_leg(pose, side, knee, ankle, unit(thigh - shin), (foot, foot))


class CarriedChild(Posed):
    """One child at the frames of its presence; `heading_rad` of its goals and holds is the adult's."""

    def __init__(self, part: Part, seat: Seat, rotation: np.ndarray, position_m: np.ndarray):
        """Pose it; the adult's bones are (R, B, 3, 3) and (R, J, 3)."""
        super().__init__([part])
        cast, rows = self.rows.cast, self.rows
        turned, spine_m = (a[:, cast.index["spine"]].astype(float) for a in (rotation, position_m))
        _, heading = part.path.at(part.time_s)
        goals = part.goals[seat.side]
        _sit(self.pose, seat, turned, spine_m, np.zeros_like(spine_m))
        _sit(self.pose, seat, turned, spine_m, self._lean_out(goals, seat.side))
        self._look_about(part, seat, turned, goals)
        for side in SIDES:
            target = self._rest_arm(seat, side, turned, spine_m)
            if side == seat.side:
                still = np.zeros(len(rows.time_s))
                carry_items(rows, side, self.pose, heading, target, self.holdings[side], still)
                follow_goals(rows, side, heading, target, [goals])
            pose_arm(self.pose, side, target)
        place_toes(self.pose)
        self.note_palms()

    def _lean_out(self, goals: Sequence[Goal], side: str) -> np.ndarray:
        """Bends (R, 3) that bring the shoulder toward what the hand reaches for."""
        cast, time_s = self.rows.cast, self.rows.time_s
        shoulder = self.pose.joint(f"{side}_shoulder")
        bend = np.zeros((len(time_s), 3))
        for goal in goals:
            share = goal_share([goal], np.zeros(len(time_s), int), time_s) * (
                (time_s > goal.start_s) & (time_s < goal.end_s)
            )
            way = goal.palms(time_s)[:, :3, 3] - shoulder
            missing = np.maximum(length(way) - _COMFORT * arm_length(cast, side), 0.0)
            angle = np.minimum(missing / (0.2 * cast.stature_m), _TILT_MOST_RAD)
            bend += (share * angle)[:, None] * unit(np.cross(UP, way))
        return bend

    def _look_about(self, part: Part, seat: Seat, turned: np.ndarray, goals: Sequence[Goal]) -> None:
        """Turn the head: here and there, and to what the hand reaches for."""
        rng = make_rng(part.body.shape.look_seed, 0, "motion/idle")
        rate, phase = rng.uniform(0.05, 0.16, 2), rng.uniform(0.0, 2 * np.pi, 2)
        wander = np.sin(2 * np.pi * rate * self.rows.time_s[:, None] + phase)
        yaw, pitch = 0.55 + 0.5 * wander[:, 0], 0.05 + 0.15 * wander[:, 1]
        eye = self.pose.joint("neck") + 0.12 * self.rows.cast.stature_m[:, None] * UP
        pelvis = self.pose.turned("pelvis")
        for goal in goals:
            look = gaze_share(goal.start_s, goal.contact_s, self.rows.time_s)
            way = rotate(turn_back(pelvis), goal.look_m - eye)
            level = np.hypot(way[:, 0], way[:, 1])
            toward = np.clip(seat.sign * np.arctan2(way[:, 1], way[:, 0]), -0.6, 1.2)
            yaw = yaw + look * (toward - yaw)
            pitch = pitch + look * (np.clip(np.arctan2(-way[:, 2], level), -0.5, 0.8) - pitch)
        for name, share in (("neck", 0.5), ("head", 1.0)):
            self.pose.set(name, compose(pelvis, bow(seat.sign * share * yaw, share * pitch)))

    def _rest_arm(self, seat: Seat, side: str, turned: np.ndarray, spine_m: np.ndarray) -> ArmTarget:
        """The free hand on the adult's chest, the other on the shoulder, near the neck."""
        sign = seat.sign
        if side == seat.side:
            place_m, elbow = seat.chest_m, np.array([0.4, 0.7 * sign, -0.8])
            axes = frame(np.array(_ON_CHEST) * [1.0, sign, 1.0], np.array([-1.0, 0.0, 0.0]))
        else:
            place_m, elbow = seat.nape_m, np.array([-0.1, 0.3 * sign, 1.0])
            axes = frame(np.array([-0.75, -0.5 * sign, 0.25]), np.array([0.0, -0.1 * sign, -1.0]))
        palm = compose(turned, axes)
        place_m = spine_m + rotate(turned, place_m)
        wrist_m = self.rows.cast.wrist_from_palm(side, place_m, palm)
        return ArmTarget(wrist_m, palm, rotate(turned, elbow), relax(np.full(len(palm), 0.10)))
