"""One body's bones at the frame times, from what its feet, trunk, arms and head are to do.

In: a skeleton and the controls of F frames. Out: world rotations (F, B, 3, 3) and joint positions
(F, J, 3). Two-bone chains (legs, arms) are solved in closed form, so feet and palms are where they are
asked to be whenever they can be reached.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.skeleton import FINGERS, SIDES, Skeleton
from synth.motion.gait import FootTrack
from synth.motion.rotations import frame, rotate, turn, twist_about, unit

STRAIGHTEST = 0.997  # share of a limb's length that it may stretch to; beyond, elbows and knees would snap


@dataclass(frozen=True)
class Trunk:
    """What pelvis, spine and head do in each of F frames (all (F,), metres and radians).

    Attributes:
        position_m: (F, 2) place of the body on the floor.
        heading_rad: where the body faces.
        lean: forward bend of the whole trunk.
        squat_m: how far the pelvis sinks.
        twist: turn of the chest against the pelvis, positive to the left.
        sway_m: sideways shift of the pelvis, positive to the left.
        pelvis_yaw: turn of the pelvis against the heading.
        bob_m: rise of the pelvis.
        gaze_yaw, gaze_pitch: turn of the head against the heading and the horizon (pitch positive down).
        stretch_m: (F, 3) level shift of the pelvis toward a goal at the limit of the reach, world frame.
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
    """Where one hand is to be: wrist (F, 3), palm rotation (F, 3, 3), elbow hint (F, 3), curl (F,)."""

    wrist_m: np.ndarray
    palm: np.ndarray
    elbow: np.ndarray
    curl: np.ndarray


class Pose:
    """Rotations and positions under construction, by bone name."""

    def __init__(self, skeleton: Skeleton, frames: int):
        """Begin with nothing posed."""
        self.skeleton = skeleton
        self.rotation = np.zeros((frames, len(skeleton.parents), 3, 3))
        self.position = np.zeros((frames, len(skeleton.names), 3))

    def set(self, name: str, rotation: np.ndarray) -> None:
        """Give a bone its world rotation; its place follows from its parent."""
        k = self.skeleton.index[name]
        self.rotation[:, k] = rotation
        parent = int(self.skeleton.parents[k])
        if parent >= 0:
            offset = self.skeleton.joint_m[k] - self.skeleton.joint_m[parent]
            self.position[:, k] = self.position[:, parent] + self.rotation[:, parent] @ offset

    def place(self, name: str) -> np.ndarray:
        """World positions (F, 3) of a posed joint."""
        return self.position[:, self.skeleton.index[name]]

    def turned(self, name: str) -> np.ndarray:
        """World rotations (F, 3, 3) of a posed bone."""
        return self.rotation[:, self.skeleton.index[name]]

    def joint(self, name: str) -> np.ndarray:
        """World positions (F, 3) of a joint whose parent is posed, before the joint itself is."""
        k = self.skeleton.index[name]
        parent = int(self.skeleton.parents[k])
        offset = self.skeleton.joint_m[k] - self.skeleton.joint_m[parent]
        return self.position[:, parent] + self.rotation[:, parent] @ offset


def pose_trunk(pose: Pose, trunk: Trunk, pelvis_z: np.ndarray) -> None:
    """Pose pelvis, spine, chest, clavicles, neck and head; `pelvis_z` (F,) is the pelvis' height."""
    heading = turn("z", trunk.heading_rad)
    yaw = turn("z", trunk.heading_rad + trunk.pelvis_yaw)
    # Bending moves the hips back, so that the weight stays over the feet.
    back = -0.16 * np.sin(trunk.lean) * pose.skeleton.stature_m / 1.7 - 0.22 * trunk.squat_m
    shift = np.stack([back, trunk.sway_m, np.zeros_like(back)], axis=-1)
    ground = np.concatenate([trunk.position_m, pelvis_z[:, None]], axis=1)
    pose.position[:, 0] = ground + rotate(heading, shift) + trunk.stretch_m
    roll = turn("x", -1.1 * trunk.sway_m)
    pose.set("pelvis", yaw @ turn("y", 0.36 * trunk.lean) @ roll)
    spine = turn("z", trunk.heading_rad + 0.4 * trunk.twist + 0.2 * trunk.pelvis_yaw)
    pose.set("spine", spine @ turn("y", 0.68 * trunk.lean))
    chest = turn("z", trunk.heading_rad + trunk.twist - 0.8 * trunk.pelvis_yaw)
    pose.set("chest", chest @ turn("y", trunk.lean))
    for side in SIDES:
        pose.set(f"{side}_clavicle", pose.turned("chest"))
    chest_yaw = trunk.twist - 0.8 * trunk.pelvis_yaw
    neck_yaw = trunk.heading_rad + 0.5 * (chest_yaw + trunk.gaze_yaw)
    pose.set("neck", turn("z", neck_yaw) @ turn("y", 0.55 * trunk.lean + 0.45 * trunk.gaze_pitch))
    pose.set("head", turn("z", trunk.heading_rad + trunk.gaze_yaw) @ turn("y", trunk.gaze_pitch))


def solve_two_bones(
    start: np.ndarray, goal: np.ndarray, hint: np.ndarray, first_m: float, second_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middle joint, end joint and bend direction (F, 3) of a two-bone chain that bends toward `hint`."""
    way = goal - start
    distance = np.linalg.norm(way, axis=-1, keepdims=True)
    axis = way / np.maximum(distance, 1e-9)
    reach = np.clip(distance, 1.06 * abs(first_m - second_m) + 0.02, STRAIGHTEST * (first_m + second_m))
    along = (first_m**2 + reach**2 - second_m**2) / (2.0 * reach)
    bend = unit(hint - np.sum(hint * axis, axis=-1, keepdims=True) * axis)
    middle = start + axis * along + bend * np.sqrt(np.maximum(first_m**2 - along**2, 0.0))
    return middle, start + axis * reach, bend


def ankle_targets(
    skeleton: Skeleton, side: str, foot: FootTrack
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """World ankle (F, 3), foot rotation and toe rotation (F, 3, 3) of a foot track."""
    ankle, ball = skeleton.at(f"{side}_ankle"), skeleton.at(f"{side}_foot")
    toe_out = np.arctan2(ball[1] - ankle[1], ball[0] - ankle[0])
    heel = np.array([*(ankle[:2] - 0.35 * (ball[:2] - ankle[:2])), 0.0])
    yaw = turn("z", foot.yaw_rad)
    straight = turn("z", np.array(-toe_out))
    rotation = yaw @ turn("y", foot.pitch_rad) @ straight
    flat = yaw @ straight
    base = np.concatenate([foot.ball_m, (foot.lift_m + ball[2])[:, None]], axis=1)
    on_ball = base + rotation @ (ankle - ball)
    on_heel = base + flat @ (heel - ball) + rotation @ (ankle - heel)
    place = np.where(foot.pitch_rad[:, None] >= 0.0, on_ball, on_heel)
    toe_pitch = np.minimum(foot.pitch_rad, 0.0) + np.maximum(foot.pitch_rad, 0.0) * np.clip(
        foot.lift_m / 0.02, 0.0, 1.0
    )
    return place, rotation, yaw @ turn("y", toe_pitch) @ straight


def pose_legs(pose: Pose, feet: tuple[FootTrack, FootTrack], targets: list) -> None:
    """Pose hips, knees, ankles and toes so that the ankles are at their targets."""
    skeleton = pose.skeleton
    for side, foot, (ankle, rotation, toe) in zip(SIDES, feet, targets, strict=True):
        forward = rotate(pose.turned("pelvis"), np.array([1.0, 0.0, 0.0]))
        direction = np.stack(
            [np.cos(foot.yaw_rad), np.sin(foot.yaw_rad), np.zeros_like(foot.yaw_rad)], axis=-1
        )
        hip = pose.joint(f"{side}_hip")
        thigh, shin = (
            skeleton.length(f"{side}_hip", f"{side}_knee"),
            skeleton.length(f"{side}_knee", f"{side}_ankle"),
        )
        knee, end, bend = solve_two_bones(hip, ankle, 0.5 * forward + direction, thigh, shin)
        rest_hint = np.array([1.0, 0.0, 0.0])
        pose.set(
            f"{side}_hip",
            frame(knee - hip, bend) @ frame(skeleton.offset(f"{side}_knee", f"{side}_hip"), rest_hint).T,
        )
        pose.set(
            f"{side}_knee",
            frame(end - knee, bend) @ frame(skeleton.offset(f"{side}_ankle", f"{side}_knee"), rest_hint).T,
        )
        pose.set(f"{side}_ankle", rotation)
        pose.set(f"{side}_foot", toe)


def pelvis_height(skeleton: Skeleton, trunk: Trunk, targets: list, nominal_m: float) -> np.ndarray:
    """Height (F,) of the pelvis: as asked, but never higher than both legs can reach."""
    probe = Pose(skeleton, len(trunk.lean))
    pose_trunk(probe, trunk, np.zeros(len(trunk.lean)))
    height = nominal_m - trunk.squat_m + trunk.bob_m
    for side, (ankle, _, _) in zip(SIDES, targets, strict=True):
        leg = skeleton.length(f"{side}_hip", f"{side}_knee") + skeleton.length(
            f"{side}_knee", f"{side}_ankle"
        )
        hip = probe.joint(f"{side}_hip")
        flat = np.square((ankle - hip)[:, :2]).sum(axis=1)
        limit = ankle[:, 2] + np.sqrt(np.maximum((0.994 * leg) ** 2 - flat, (0.3 * leg) ** 2)) - hip[:, 2]
        height = np.minimum(height, limit)
    return height


def shoulder_place(pose: Pose, side: str) -> np.ndarray:
    """World position (F, 3) of a shoulder of a posed trunk."""
    return pose.joint(f"{side}_shoulder")


def pose_arm(pose: Pose, side: str, target: ArmTarget) -> None:
    """Pose one arm, hand and its fingers."""
    skeleton = pose.skeleton
    start = pose.joint(f"{side}_shoulder")
    upper_m = skeleton.length(f"{side}_shoulder", f"{side}_elbow")
    fore_m = skeleton.length(f"{side}_elbow", f"{side}_wrist")
    elbow, wrist, bend = solve_two_bones(start, target.wrist_m, target.elbow, upper_m, fore_m)
    rest_hint = np.array([-1.0, 0.0, 0.0])
    upper = (
        frame(elbow - start, bend) @ frame(skeleton.offset(f"{side}_elbow", f"{side}_shoulder"), rest_hint).T
    )
    fore = frame(wrist - elbow, bend) @ frame(skeleton.offset(f"{side}_wrist", f"{side}_elbow"), rest_hint).T
    hand = target.palm @ skeleton.palm_frame[SIDES.index(side)].T
    axis = unit(wrist - elbow)
    twist = twist_about(hand @ np.swapaxes(fore, -1, -2), axis)
    lengthwise = skeleton.offset(f"{side}_wrist", f"{side}_elbow") / fore_m
    pose.set(f"{side}_shoulder", upper)
    pose.set(f"{side}_upperarm_twist", upper)
    pose.set(f"{side}_elbow", fore @ about(lengthwise, 0.15 * twist))
    pose.set(f"{side}_forearm_twist", fore @ about(lengthwise, 0.6 * twist))
    pose.set(f"{side}_wrist", hand)
    pose_fingers(pose, side, target.curl)


def about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations (F, 3, 3) by `angle` (F,) about one unit axis (3,) (Rodrigues)."""
    cross = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    return (
        np.eye(3)
        + np.sin(angle)[:, None, None] * cross
        + (1.0 - np.cos(angle))[:, None, None] * (cross @ cross)
    )


def pose_fingers(pose: Pose, side: str, curl: np.ndarray) -> None:
    """Bend the fingers toward the palm by `curl` (F,) radians a joint."""
    skeleton = pose.skeleton
    hand = pose.turned(f"{side}_wrist")
    fingers, normal, _ = skeleton.palm_frame[SIDES.index(side)].T
    for finger in FINGERS:
        if finger == "thumb":
            direction = skeleton.offset(f"{side}_thumb3", f"{side}_thumb1")
            axis, share = np.cross(direction, normal + 0.4 * fingers), (0.25, 0.45, 0.5)
        else:
            axis, share = np.cross(fingers, normal), (0.85, 1.15, 0.8)
        axis = axis / np.linalg.norm(axis)
        bend = np.zeros_like(curl)
        for joint in (1, 2, 3):
            bend = bend + share[joint - 1] * curl
            pose.set(f"{side}_{finger}{joint}", hand @ about(axis, bend))


def place_tips(pose: Pose) -> None:
    """Fill in the joints that are no bones (finger and toe tips)."""
    skeleton = pose.skeleton
    for k in range(len(skeleton.parents), len(skeleton.names)):
        bone = skeleton.owner[k]
        offset = skeleton.joint_m[k] - skeleton.joint_m[bone]
        pose.position[:, k] = pose.position[:, bone] + pose.rotation[:, bone] @ offset


def standing_height(skeleton: Skeleton) -> float:
    """Pelvis height when standing at ease, knees barely bent."""
    return float(0.988 * skeleton.at("pelvis")[2])


def hanging_arm(
    pose: Pose, side: str, heading_rad: np.ndarray, flex: np.ndarray, elbow_flex: np.ndarray, spread: float
) -> ArmTarget:
    """The arm that hangs and swings: `flex` forward at the shoulder, `elbow_flex` at the elbow (F,)."""
    skeleton = pose.skeleton
    sign = 1.0 if side == "left" else -1.0
    yaw = turn("z", heading_rad)
    upper_m = skeleton.length(f"{side}_shoulder", f"{side}_elbow")
    fore_m = skeleton.length(f"{side}_elbow", f"{side}_wrist")

    def direction(angle: np.ndarray, outward: float) -> np.ndarray:
        cos = np.cos(outward)
        return np.stack(
            [np.sin(angle) * cos, np.full_like(angle, sign * np.sin(outward)), -np.cos(angle) * cos], -1
        )

    upper = rotate(yaw, direction(flex, spread))
    fore = rotate(yaw, direction(flex + elbow_flex, 0.25 * spread - 0.05))
    elbow = pose.joint(f"{side}_shoulder") + upper_m * upper
    inward = rotate(yaw, np.array([0.25, -sign, 0.0]))
    back = rotate(yaw, np.array([-1.0, 0.25 * sign, 0.0]))
    return ArmTarget(elbow + fore_m * fore, frame(fore, inward), back, np.full(len(flex), 0.32))
