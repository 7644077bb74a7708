"""Bones from what feet, trunk, arms and head are to do.

In: a cast and the controls of its R rows, each a person and a frame. Out: world rotations (R, B, 3, 3) and
joint positions (R, J, 3). Two-bone chains (legs, arms) are solved in closed form, so feet and palms are where
they are asked to be whenever they can be reached.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.skeleton import FINGERS, SIDES
from synth.motion.cast import POSED, Cast
from synth.motion.finger_pose import bend_fingers
from synth.motion.fingers import relax
from synth.motion.gait import FootTrack
from synth.motion.rotations import (
    about,
    bow,
    compose,
    dot,
    frame,
    length,
    rotate,
    rows_first,
    rows_last,
    turn,
    turn_back,
    twist_about,
    unit,
    vectors,
)

SQUAT_BACK = 0.22  # of the pelvis, for each metre that it sinks
HANGING_CURL = 0.32  # of the fingers of a hanging hand
HANGING_RAD = 0.17  # by which an arm hangs aside that nothing holds off the hip
STRAIGHTEST = 0.997  # share of a limb's length that it may stretch to; beyond, elbows and knees would snap


@dataclass(frozen=True)
class Trunk:
    """What pelvis, spine and head do in each of R rows (all (R,), metres and radians).

    Attributes:
        position_m: (R, 2) place of the body on the floor.
        heading_rad: where the body faces.
        lean: forward bend of the whole trunk.
        squat_m: how far the pelvis sinks.
        twist: turn of the chest against the pelvis, positive to the left.
        sway_m: sideways shift of the pelvis, positive to the left.
        pelvis_yaw: turn of the pelvis against the heading.
        bob_m: rise of the pelvis.
        gaze_yaw, gaze_pitch: turn of the head against the heading and the horizon (pitch positive down).
        stretch_m: (R, 3) level shift of the pelvis toward a goal at the limit of the reach, world frame.
    """

    position_m: np.ndarray
    heading_rad: np.ndarray
    lean: np.ndarray
    squat_m: np.ndarray
    twist: np.ndarray
    sway_m: np.ndarray
    pelvis_yaw: np.ndarray
    bob_m: np.ndarray
    gaze_yaw: np.ndarray
    gaze_pitch: np.ndarray
    stretch_m: np.ndarray


@dataclass(frozen=True)
class ArmTarget:
    """Where one hand is to be: wrist (R, 3), palm rotation (R, 3, 3), elbow hint (R, 3), fingers (R, 17)."""

    wrist_m: np.ndarray
    palm: np.ndarray
    elbow: np.ndarray
    fingers: np.ndarray

    def take(self, rows: slice) -> "ArmTarget":
        """Some of the rows, as views."""
        return ArmTarget(*(value[rows] for value in vars(self).values()))

    def put(self, rows: slice, other: "ArmTarget") -> None:
        """Replace some of the rows."""
        for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True):
            mine[rows] = theirs


class Pose:
    """Rotations and positions under construction, by bone name.

    Attributes:
        rotation: (R, B, 3, 3) float32 rotations of the bones.
        position: (R, J, 3) float32 joints.
    """

    def __init__(self, cast: Cast):
        """Begin with nothing posed."""
        self.cast = cast
        # In memory rows come last, as in synth/motion/rotations.py.
        self.rotation = rows_first(np.zeros((len(cast.parents), 3, 3, len(cast)), POSED), 3)
        self.position = rows_first(np.zeros((len(cast.names), 3, len(cast)), POSED), 2)
        self._turned: dict[str, np.ndarray] = {}

    def set(self, name: str, rotation: np.ndarray) -> None:
        """Give a bone its world rotation; its place follows from its parent."""
        k = self.cast.index[name]
        self._turned[name] = rotation
        self.rotation[:, k] = rotation
        if self.cast.parents[k] >= 0:
            self.position[:, k] = self.joint(name)

    def fingers(self, side: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rotations (5, 3, 3, 3, R), joints (5, 3, 3, R) and tips (5, 3, R) of the fingers of one side.

        All are views, to be filled in; the bones of a hand's fingers follow one another.
        """
        first, tip = self.cast.index[f"{side}_{FINGERS[0]}1"], self.cast.index[f"{side}_{FINGERS[0]}_tip"]
        bones, joints = rows_last(self.rotation, 3), rows_last(self.position, 2)
        shape = (5, 3, 3, len(self.cast))
        turned = bones[first : first + 15].reshape(5, 3, *shape[1:])
        return turned, joints[first : first + 15].reshape(shape), joints[tip : tip + 5]

    def place(self, name: str) -> np.ndarray:
        """World positions (R, 3) of a posed joint."""
        return self.position[:, self.cast.index[name]]

    def has(self, name: str) -> bool:
        """Whether a bone other than those of fingers is posed."""
        return name in self._turned

    def turned(self, name: str) -> np.ndarray:
        """World rotations (R, 3, 3) of a posed bone."""
        return self._turned[name]

    def joint(self, name: str) -> np.ndarray:
        """World positions (R, 3) of a joint whose parent is posed, before the joint itself is."""
        parent = self.cast.names[self.cast.parents[self.cast.index[name]]]
        return self.place(parent) + rotate(self.turned(parent), self.cast.offset(name, parent))


def pose_trunk(pose: Pose, trunk: Trunk, pelvis_z: np.ndarray) -> None:
    """Pose pelvis, spine, chest and clavicles; `pelvis_z` (R,) is the pelvis' height."""
    # Bending moves the hips back, so that the weight stays over the feet.
    back = -0.16 * np.sin(trunk.lean) * pose.cast.stature_m / 1.7 - SQUAT_BACK * trunk.squat_m
    cos, sin = np.cos(trunk.heading_rad), np.sin(trunk.heading_rad)
    pose.position[:, 0, 0] = trunk.position_m[:, 0] + cos * back - sin * trunk.sway_m
    pose.position[:, 0, 1] = trunk.position_m[:, 1] + sin * back + cos * trunk.sway_m
    pose.position[:, 0, 2] = pelvis_z
    pose.position[:, 0] += trunk.stretch_m
    pelvis = bow(trunk.heading_rad + trunk.pelvis_yaw, 0.36 * trunk.lean)
    pose.set("pelvis", compose(pelvis, turn("x", -1.1 * trunk.sway_m)))
    spine_yaw = trunk.heading_rad + 0.4 * trunk.twist + 0.2 * trunk.pelvis_yaw
    pose.set("spine", bow(spine_yaw, 0.68 * trunk.lean))
    pose.set("chest", bow(trunk.heading_rad + trunk.twist - 0.8 * trunk.pelvis_yaw, trunk.lean))
    for side in SIDES:
        pose.set(f"{side}_clavicle", pose.turned("chest"))


def pose_head(pose: Pose, trunk: Trunk) -> None:
    """Pose neck and head on a posed trunk."""
    chest_yaw = trunk.twist - 0.8 * trunk.pelvis_yaw
    neck_yaw = trunk.heading_rad + 0.5 * (chest_yaw + trunk.gaze_yaw)
    pose.set("neck", bow(neck_yaw, 0.55 * trunk.lean + 0.45 * trunk.gaze_pitch))
    pose.set("head", bow(trunk.heading_rad + trunk.gaze_yaw, trunk.gaze_pitch))


def solve_two_bones(
    start: np.ndarray, goal: np.ndarray, hint: np.ndarray, first_m: np.ndarray, second_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middle joint, end joint and bend direction (R, 3) of two-bone chains (R,) that bend toward `hint`."""
    way = goal - start
    distance = length(way)
    axis = way / np.maximum(distance, 1e-9)[:, None]
    reach = np.clip(distance, 1.06 * np.abs(first_m - second_m) + 0.02, STRAIGHTEST * (first_m + second_m))
    along = (first_m**2 + reach**2 - second_m**2) / (2.0 * reach)
    bend = unit(hint - dot(hint, axis)[:, None] * axis)
    aside = np.sqrt(np.maximum(first_m**2 - along**2, 0.0))
    return start + axis * along[:, None] + bend * aside[:, None], start + axis * reach[:, None], bend


def ankle_targets(cast: Cast, side: str, foot: FootTrack) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """World ankle (R, 3), foot rotation and toe rotation (R, 3, 3) of a foot track."""
    ankle, ball = cast.at(f"{side}_ankle"), cast.at(f"{side}_foot")
    toe_out = np.arctan2(ball[:, 1] - ankle[:, 1], ball[:, 0] - ankle[:, 0])
    heel = ankle - 0.35 * (ball - ankle)
    heel[:, 2] = 0.0
    straight = turn("z", -toe_out)
    rotation = compose(bow(foot.yaw_rad, foot.pitch_rad), straight)
    flat = turn("z", foot.yaw_rad - toe_out)
    base = vectors(foot.ball_m[:, 0], foot.ball_m[:, 1], foot.lift_m + ball[:, 2])
    on_ball = base + rotate(rotation, ankle - ball)
    on_heel = base + rotate(flat, heel - ball) + rotate(rotation, ankle - heel)
    place = np.where(foot.pitch_rad[:, None] >= 0.0, on_ball, on_heel)
    toe_pitch = np.minimum(foot.pitch_rad, 0.0) + np.maximum(foot.pitch_rad, 0.0) * np.clip(
        foot.lift_m / 0.02, 0.0, 1.0
    )
    return place, rotation, compose(bow(foot.yaw_rad, toe_pitch), straight)


def _turn_bone(
    cast: Cast,
    joint: str,
    origin: str,
    hint: tuple[float, float, float],
    way: np.ndarray,
    bend: np.ndarray,
) -> np.ndarray:
    """Rotations (R, 3, 3) of a bone that lies along `way` (R, 3), `hint` from it at rest turned to `bend`."""
    rest = frame(cast.each().offset(joint, origin), np.array(hint))
    return compose(frame(way, bend), turn_back(cast.lay_out(rest)))


def pose_legs(pose: Pose, feet: tuple[FootTrack, FootTrack], targets: list) -> None:
    """Pose hips, knees, ankles and toes so that the ankles are at their targets."""
    cast = pose.cast
    forward = pose.turned("pelvis")[:, :, 0]
    for side, foot, (ankle, rotation, toe) in zip(SIDES, feet, targets, strict=True):
        direction = vectors(np.cos(foot.yaw_rad), np.sin(foot.yaw_rad), 0.0)
        hip = pose.joint(f"{side}_hip")
        thigh, shin = cast.length(f"{side}_hip", f"{side}_knee"), cast.length(f"{side}_knee", f"{side}_ankle")
        knee, end, bend = solve_two_bones(hip, ankle, 0.5 * forward + direction, thigh, shin)
        pose_leg(pose, side, knee, end, bend, (rotation, toe))


def pose_leg(
    pose: Pose,
    side: str,
    knee_m: np.ndarray,
    ankle_m: np.ndarray,
    bend: np.ndarray,
    foot: tuple[np.ndarray, np.ndarray],
) -> None:
    """Pose one leg by its joints (R, 3), the way (R, 3) its knee points, and foot and toes (R, 3, 3)."""
    cast, ahead = pose.cast, (1.0, 0.0, 0.0)
    hip_m = pose.joint(f"{side}_hip")
    upper = _turn_bone(cast, f"{side}_knee", f"{side}_hip", ahead, knee_m - hip_m, bend)
    pose.set(f"{side}_hip", upper)
    lower = _turn_bone(cast, f"{side}_ankle", f"{side}_knee", ahead, ankle_m - knee_m, bend)
    pose.set(f"{side}_knee", lower)
    pose.set(f"{side}_ankle", foot[0])
    pose.set(f"{side}_foot", foot[1])


def limit_height(pose: Pose, targets: list, height_m: np.ndarray, stands: np.ndarray) -> None:
    """Set the pelvis of a posed trunk to a height (R,); who stands (R,) has both feet on the floor."""
    cast, pelvis_z = pose.cast, pose.place("pelvis")[:, 2].copy()
    for side, (ankle, _, _) in zip(SIDES, targets, strict=True):
        leg = cast.length(f"{side}_hip", f"{side}_knee", f"{side}_ankle")
        hip = pose.joint(f"{side}_hip")
        flat = np.square((ankle - hip)[:, :2]).sum(axis=1)
        below = hip[:, 2] - pelvis_z
        limit = ankle[:, 2] + np.sqrt(np.maximum((0.994 * leg) ** 2 - flat, (0.3 * leg) ** 2)) - below
        height_m = np.where(stands, np.minimum(height_m, limit), height_m)
    pose.position[..., 2] += (height_m - pelvis_z)[:, None]


def pose_arm(pose: Pose, side: str, target: ArmTarget) -> None:
    """Pose one arm, hand and its fingers."""
    cast = pose.cast
    start = pose.joint(f"{side}_shoulder")
    upper_m = cast.length(f"{side}_shoulder", f"{side}_elbow")
    fore_m = cast.length(f"{side}_elbow", f"{side}_wrist")
    elbow, wrist, bend = solve_two_bones(start, target.wrist_m, target.elbow, upper_m, fore_m)
    back = (-1.0, 0.0, 0.0)
    upper = _turn_bone(cast, f"{side}_elbow", f"{side}_shoulder", back, elbow - start, bend)
    fore = _turn_bone(cast, f"{side}_wrist", f"{side}_elbow", back, wrist - elbow, bend)
    hand = compose(target.palm, turn_back(cast.palm_frame(side)))
    twist = twist_about(compose(hand, turn_back(fore)), unit(wrist - elbow))
    lengthwise = cast.offset(f"{side}_wrist", f"{side}_elbow") / fore_m[:, None]
    pose.set(f"{side}_shoulder", upper)
    pose.set(f"{side}_upperarm_twist", upper)
    pose.set(f"{side}_elbow", compose(fore, about(lengthwise, 0.15 * twist)))
    pose.set(f"{side}_forearm_twist", compose(fore, about(lengthwise, 0.6 * twist)))
    pose.set(f"{side}_wrist", hand)
    held = hand, pose.place(f"{side}_wrist")
    bend_fingers(cast, side, target.palm, held, target.fingers, pose.fingers(side))


def place_toes(pose: Pose) -> None:
    """Fill in the tips of the toes, which are no bones."""
    cast = pose.cast
    for side in SIDES:
        tip = cast.index[f"{side}_toe_tip"]
        bone = cast.names[cast.owner[tip]]
        pose.position[:, tip] = pose.place(bone) + rotate(
            pose.turned(bone), cast.offset(f"{side}_toe_tip", bone)
        )


def hanging_arm(
    pose: Pose,
    side: str,
    heading_rad: np.ndarray,
    flex: np.ndarray,
    elbow_flex: np.ndarray,
    spread: tuple[np.ndarray, np.ndarray],
) -> ArmTarget:
    """The arm that hangs and swings: `flex` forward at the shoulder, `elbow_flex` at the elbow (R,).

    `spread` (R,) is how far aside the upper arm and the forearm point.
    """
    cast = pose.cast
    sign = 1.0 if side == "left" else -1.0
    yaw = turn("z", heading_rad)
    upper_m = cast.length(f"{side}_shoulder", f"{side}_elbow")[:, None]
    fore_m = cast.length(f"{side}_elbow", f"{side}_wrist")[:, None]

    def direction(angle: np.ndarray, outward: np.ndarray) -> np.ndarray:
        cos = np.cos(outward)
        return vectors(np.sin(angle) * cos, sign * np.sin(outward), -np.cos(angle) * cos)

    upper = rotate(yaw, direction(flex, spread[0]))
    fore = rotate(yaw, direction(flex + elbow_flex, spread[1]))
    elbow = pose.joint(f"{side}_shoulder") + upper_m * upper
    inward = rotate(yaw, np.array([0.25, -sign, 0.0], POSED))
    back = rotate(yaw, np.array([-1.0, 0.25 * sign, 0.0], POSED))
    fingers = np.repeat(relax(HANGING_CURL).astype(POSED)[:, None], len(flex), axis=1).T
    return ArmTarget(elbow + fore_m * fore, frame(fore, inward), back, fingers)
