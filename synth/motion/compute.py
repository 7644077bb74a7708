"""From trajectories and acts to bodies in motion: the stage between the simulation and the pictures.

In: a Simulation and one Body a shopper. Out: a Motion with every bone, joint, palm and held item at the
clip's frames. Nothing here is random: small habits (sway, arm swing) are seeded by the body's look.
"""

from collections.abc import Sequence

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.body import Body
from synth.bodies.gear import SEAT_HEIGHT_M
from synth.bodies.skeleton import SIDES, Skeleton
from synth.motion.gait import FootTrack, Path, plan_footsteps, track_foot
from synth.motion.gear import PUSHED, GearMotion, carrying_side, ride
from synth.motion.goals import Goal, Hold, make_goals, pose_in_palm
from synth.motion.posture import (
    Pose,
    Trunk,
    ankle_targets,
    hanging_arm,
    pelvis_height,
    place_tips,
    pose_arm,
    pose_legs,
    pose_trunk,
    standing_height,
)
from synth.motion.reach import choose_bend, follow_goals, goal_share
from synth.motion.rotations import minimum_jerk
from synth.records import Act, HeldItem, Motion, Simulation, Trajectories

GAZE_LEAD_S = 0.35  # eyes reach a target before the hand sets out (Land et al. 1999)


def compute_motion(simulation: Simulation, bodies: Sequence[Body], *, frame_time_s: np.ndarray) -> Motion:
    """Pose every shopper at every frame.

    Args:
        simulation: Trajectories and acts; `bodies` has one body a plan.
        bodies: From `synth.bodies.make_body`.
        frame_time_s: (F,) increasing times, seconds from the clip's start.
    """
    time_s = np.asarray(frame_time_s, dtype=np.float64)
    shoppers = len(bodies)
    names = bodies[0].skeleton.names if bodies else ()
    bones = len(bodies[0].skeleton.parents) if bodies else 0
    frames = len(time_s)
    present = np.zeros((frames, shoppers), dtype=bool)
    rotation = np.zeros((frames, shoppers, bones, 3, 3), dtype=np.float32)
    position = np.zeros((frames, shoppers, len(names), 3), dtype=np.float32)
    palm = np.zeros((frames, shoppers, 2, 3), dtype=np.float32)
    planted = np.zeros((frames, shoppers, 2), dtype=bool)
    gear = np.zeros((frames, shoppers, 2, 4, 4), dtype=np.float32)
    held: list[HeldItem] = []
    for shopper, body in enumerate(bodies):
        window = presence_window(simulation.trajectories, shopper)
        if window is None:
            continue
        here = (time_s >= window[0] - 1e-9) & (time_s <= window[1] + 1e-9)
        if not here.any():
            continue
        acts = [act for act in simulation.acts if act.shopper == shopper]
        one = pose_shopper(body, simulation.trajectories, shopper, acts, time_s[here])
        index = np.flatnonzero(here)
        present[index, shopper] = True
        rotation[index, shopper] = one.pose.rotation
        position[index, shopper] = one.pose.position
        for k, side in enumerate(SIDES):
            palm[index, shopper, k] = one.palm(side)[0]
            planted[index, shopper, k] = one.feet[k].planted
        gear[index, shopper] = one.gear.pose
        held += one.held(shopper, index, time_s[here])
    for array in (present, rotation, position, palm, planted, gear):
        array.setflags(write=False)
    held.sort(key=lambda item: (int(item.frame[0]), item.item_id, item.shopper))
    return Motion(time_s, present, names, position, rotation, palm, tuple(held), planted, gear)


def presence_window(trajectories: Trajectories, shopper: int) -> tuple[float, float] | None:
    """First and last time at which a shopper is present, or None."""
    seen = np.flatnonzero(trajectories.present[:, shopper])
    if len(seen) == 0:
        return None
    return float(trajectories.time_s[seen[0]]), float(trajectories.time_s[seen[-1]])


class PosedShopper:
    """One shopper at the frames of its presence."""

    def __init__(
        self,
        body: Body,
        pose: Pose,
        feet: tuple[FootTrack, FootTrack],
        holds: dict[str, list[Hold]],
        gear: GearMotion,
    ):
        """Keep what the motion's arrays are filled from."""
        self.body, self.pose, self.feet, self.holds, self.gear = body, pose, feet, holds, gear

    def palm(self, side: str) -> tuple[np.ndarray, np.ndarray]:
        """Palm centre (F, 3) and palm frame (F, 3, 3)."""
        skeleton, k = self.body.skeleton, SIDES.index(side)
        hand = self.pose.turned(f"{side}_wrist")
        offset = skeleton.palm_m[k] - skeleton.at(f"{side}_wrist")
        return self.pose.place(f"{side}_wrist") + hand @ offset, hand @ skeleton.palm_frame[k]

    def held(self, shopper: int, frame: np.ndarray, time_s: np.ndarray) -> list[HeldItem]:
        """Paths of the items that are in this shopper's hands; `frame` (F,) are frame numbers."""
        found = []
        for side in SIDES:
            place, axes = self.palm(side)
            holds = self.holds[side]
            ends = [hold.start_s for hold in holds[1:]] + [np.inf]
            paths: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
            for hold, end in zip(holds, ends, strict=True):
                during = (time_s >= hold.start_s) & (time_s < end)
                if not during.any():
                    continue
                for item_id in hold.items:
                    poses = pose_in_palm(hold, item_id, time_s[during])
                    world = poses.copy()
                    world[:, :3, :3] = axes[during] @ poses[:, :3, :3]
                    world[:, :3, 3] = place[during] + np.einsum("fij,fj->fi", axes[during], poses[:, :3, 3])
                    paths.setdefault(item_id, []).append((frame[during], world))
            for item_id, parts in sorted(paths.items()):
                frames = np.concatenate([part[0] for part in parts])
                poses = np.concatenate([part[1] for part in parts])
                # An item that comes back into the same hand later is a path of its own.
                for piece in np.split(np.arange(len(frames)), np.flatnonzero(np.diff(frames) > 1) + 1):
                    found.append(HeldItem(item_id, shopper, side, frames[piece], poses[piece]))
        return found


def pose_shopper(
    body: Body, trajectories: Trajectories, shopper: int, acts: Sequence[Act], time_s: np.ndarray
) -> PosedShopper:
    """Pose one shopper at times (F,) within its presence."""
    skeleton = body.skeleton
    path = full_path(trajectories, shopper)
    goals, holds = make_goals(acts, skeleton, path, body.handedness)
    seated = body.mobility == "wheelchair"
    feet = ride(path, time_s) if seated else place_feet(skeleton, path, time_s)
    swing, sway, bob = read_gait(skeleton, path, feet, time_s)
    gear = GearMotion(body, path, feet, time_s)
    trunk = control_trunk(body, path, goals, time_s, swing, sway, bob)
    targets = [ankle_targets(skeleton, side, foot) for side, foot in zip(SIDES, feet, strict=True)]
    pose = Pose(skeleton, len(time_s))
    height = np.full(len(time_s), SEAT_HEIGHT_M)
    if not seated:
        height = pelvis_height(skeleton, trunk, targets, standing_height(skeleton))
    pose_trunk(pose, trunk, height)
    pose_legs(pose, feet, targets)
    habits = make_rng(body.shape.look_seed, 0, "motion/habits")
    vigour = float(habits.uniform(0.75, 1.2))
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        beside_bag = side != body.handedness
        flex = 0.06 - sign * swing * (0.40 if not beside_bag else 0.10) * vigour
        # The arm beside the bag keeps its strap in place: forearm forward, over the bag.
        elbow_flex = (1.32 if beside_bag else 0.28) + 0.30 * np.maximum(flex, 0.0)
        spread = 0.24 if beside_bag else 0.17
        resting = hanging_arm(pose, side, trunk.heading_rad, flex, elbow_flex, spread)
        resting = gear.hold(side, resting)
        target = follow_goals(
            skeleton, side, pose, time_s, trunk.heading_rad, resting, goals[side], holds[side], -sign * swing
        )
        pose_arm(pose, side, target)
    place_tips(pose)
    posed = PosedShopper(body, pose, feet, holds, gear)
    if body.phone:
        side = carrying_side(body)
        gear.hold_phone(*posed.palm(side), is_free(goals[side], holds[side], time_s))
    return posed


def is_free(goals: list[Goal], holds: list[Hold], time_s: np.ndarray) -> np.ndarray:
    """Whether (F,) a hand neither reaches nor holds anything."""
    starts = np.array([hold.start_s for hold in holds])
    full = np.array([bool(hold.items) for hold in holds])
    free = ~full[np.searchsorted(starts, time_s, side="right") - 1]
    for goal in goals:
        free &= (time_s <= goal.start_s) | (time_s >= goal.end_s)
    return free


def full_path(trajectories: Trajectories, shopper: int) -> Path:
    """The whole way of a shopper while present: no pose depends on which frames are asked for."""
    seen = np.flatnonzero(trajectories.present[:, shopper])
    chosen = slice(seen[0], seen[-1] + 1)
    heading = np.unwrap(trajectories.heading_rad[chosen, shopper])
    return Path(trajectories.time_s[chosen], trajectories.position_m[chosen, shopper], heading)


def place_feet(skeleton: Skeleton, path: Path, time_s: np.ndarray) -> tuple[FootTrack, FootTrack]:
    """Plan the footsteps of a path and evaluate both feet at the frame times."""
    stature = skeleton.stature_m
    ball = skeleton.at("left_foot") - skeleton.at("pelvis")
    hips = abs(skeleton.at("left_hip")[1] - skeleton.at("right_hip")[1]) / 2.0
    stance = (float(ball[0]) - 0.012 * stature, max(hips, 0.052 * stature))
    steps = plan_footsteps(path, stance_m=stance, stature_m=stature)
    left, right = (track_foot(foot, time_s, stature_m=stature) for foot in steps)
    return left, right


def read_gait(
    skeleton: Skeleton, path: Path, feet: tuple[FootTrack, FootTrack], time_s: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Swing (-1..1, positive with the left foot ahead), sideways sway and bob (metres), each (F,)."""
    position, heading = path.at(time_s)
    forward = np.stack([np.cos(heading), np.sin(heading)], axis=-1)
    ahead = [np.sum((foot.ball_m - position) * forward, axis=-1) for foot in feet]
    stride = 0.36 * skeleton.stature_m
    swing = np.tanh((ahead[0] - ahead[1]) / stride)
    # The pelvis moves over the foot that stands: away from the one in the air.
    air = [np.clip(foot.lift_m / 0.04, 0.0, 1.0) for foot in feet]
    sway = 0.016 * (air[1] - air[0])
    bob = -0.012 * np.abs(swing)
    return swing, sway, bob


def control_trunk(
    body: Body,
    path: Path,
    goals: dict[str, list[Goal]],
    time_s: np.ndarray,
    swing: np.ndarray,
    sway: np.ndarray,
    bob: np.ndarray,
) -> Trunk:
    """Bring together gait, idle sway, reaches and gaze."""
    skeleton = body.skeleton
    position, heading = path.at(time_s)
    habits = make_rng(body.shape.look_seed, 0, "motion/idle")
    rate, phase = habits.uniform(0.12, 0.3, 4), habits.uniform(0.0, 2 * np.pi, 4)
    idle = np.sin(2 * np.pi * rate * time_s[:, None] + phase)
    still = np.clip(1.0 - 1.5 * np.abs(swing), 0.0, 1.0)
    lean = 0.02 + 0.03 * np.abs(swing) + 0.008 * idle[:, 0]
    squat, twist = np.zeros_like(lean), 0.02 * idle[:, 1] * still
    gaze_yaw = 0.12 * idle[:, 2]
    gaze_pitch = 0.10 + 0.05 * idle[:, 3]
    stretch = np.zeros((len(lean), 3))
    eye_z = 0.93 * skeleton.stature_m
    if body.mobility == "wheelchair":
        sway, bob = np.zeros_like(sway), np.zeros_like(bob)
        swing = np.zeros_like(swing)
        eye_z -= skeleton.at("pelvis")[2] - SEAT_HEIGHT_M
    if body.mobility in PUSHED:
        lean = lean + 0.07
    if body.phone:
        gaze_pitch = gaze_pitch + 0.5
    for side in SIDES:
        for goal in goals[side]:
            if goal.end_s < time_s[0] or goal.start_s - 2.0 > time_s[-1]:
                continue
            at, facing = path.at(goal.contact_s)
            seat_m = SEAT_HEIGHT_M if body.mobility == "wheelchair" else None
            bend = choose_bend(skeleton, side, goal, at, float(facing), seat_m=seat_m)
            share = goal_share(goal, time_s)
            lean = lean + share * (bend[0] - lean * (bend[0] > 0.05))
            squat = np.maximum(squat, share * bend[1])
            twist = twist + share * bend[2]
            stretch += share[:, None] * bend[3]
            look = gaze_share(goal, time_s)
            offset = goal.look_m[:2] - position
            wanted = np.arctan2(offset[:, 1], offset[:, 0]) - heading
            wanted = np.clip((wanted + np.pi) % (2 * np.pi) - np.pi, -1.2, 1.2)
            drop = eye_z - squat - goal.look_m[2]
            down = np.clip(np.arctan2(drop, np.maximum(np.linalg.norm(offset, axis=1), 0.3)), -0.6, 1.0)
            gaze_yaw = gaze_yaw + look * (wanted - gaze_yaw)
            gaze_pitch = gaze_pitch + look * (0.85 * down - gaze_pitch)
    sway = sway + 0.008 * idle[:, 1] * still
    return Trunk(
        position, heading, lean, squat, twist, sway, -0.10 * swing, bob, gaze_yaw, gaze_pitch, stretch
    )


def gaze_share(goal: Goal, time_s: np.ndarray) -> np.ndarray:
    """How much (F,) the eyes are on a goal: before the hand until just after contact."""
    begin = minimum_jerk((time_s - (goal.start_s - GAZE_LEAD_S)) / 0.4)
    end = minimum_jerk((time_s - (goal.contact_s + 0.15)) / 0.5)
    return begin * (1.0 - end)
