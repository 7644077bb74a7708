"""Children on somebody's arm: astride the hip, an arm about the shoulder, moved by every step of the adult.

In: the adult's bones, the child's seat (synth/motion/seats.py) and what it reaches for. Out: the child's
bones, and where the adult's arm is that holds it. All of them are fixed to the adult's spine.
"""

from collections.abc import Sequence

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.skeleton import SIDES
from synth.motion.cast import Cast
from synth.motion.control import gaze_share
from synth.motion.goals import Goal
from synth.motion.posed import Part, Posed
from synth.motion.posture import ArmTarget, Pose, place_toes, pose_arm
from synth.motion.reach import arm_length, carry_items, follow_goals, goal_share
from synth.motion.rotations import UP, bow, compose, length, rotate, turn_back, unit
from synth.motion.seats import FLAT, Seat, sit

_TILT_MOST_RAD = 0.6  # of a trunk that leans out to reach
_COMFORT = 0.85  # share of the arm's length at which it begins to


def hold_child(seat: Seat, pose: Pose, own: slice) -> ArmTarget:
    """The arm of an adult (rows `own` of a posed trunk) about the child."""
    cast = pose.cast.take(np.arange(own.start, own.stop))
    on_spine = pose.turned("spine")[own], pose.place("spine")[own]
    return _rest_hand(cast, seat.side, seat.holding, on_spine, np.array([-1.0, 0.8 * seat.sign, -0.1]))


def _rest_hand(
    cast: Cast, side: str, palm: np.ndarray, on_spine: tuple[np.ndarray, np.ndarray], elbow: np.ndarray
) -> ArmTarget:
    """An arm whose palm (4, 4) is fixed to the adult's spine, its elbow pointing a way (3,) from there."""
    turned, spine_m = on_spine
    axes, place_m = compose(turned, palm[:3, :3]), spine_m + rotate(turned, palm[:3, 3])
    fingers = np.repeat(FLAT[None], len(axes), axis=0)
    return ArmTarget(cast.wrist_from_palm(side, place_m, axes), axes, rotate(turned, elbow), fingers)


class CarriedChild(Posed):
    """One child at the frames of its presence; `heading_rad` of its goals and holds is the adult's."""

    def __init__(self, part: Part, seat: Seat, rotation: np.ndarray, position_m: np.ndarray):
        """Pose it; the adult's bones are (R, B, 3, 3) and (R, J, 3)."""
        super().__init__([part])
        cast, rows = self.rows.cast, self.rows
        turned, spine_m = (a[:, cast.index["spine"]].astype(float) for a in (rotation, position_m))
        _, heading = part.path.at(part.time_s)
        goals = part.goals[seat.side]
        sit(self.pose, seat.side, seat.place_m, (turned, spine_m), np.zeros_like(spine_m))
        sit(self.pose, seat.side, seat.place_m, (turned, spine_m), self._lean_out(goals, seat.side))
        self._look_about(part, seat, goals)
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

    def _look_about(self, part: Part, seat: Seat, goals: Sequence[Goal]) -> None:
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
        palm, elbow = seat.on_chest, np.array([0.4, 0.7 * seat.sign, -0.8])
        if side == seat.far_side:
            palm, elbow = seat.on_shoulder, np.array([-0.1, 0.3 * seat.sign, 1.0])
        return _rest_hand(self.rows.cast, side, palm, (turned, spine_m), elbow)
