"""How people move with what they push, ride, lean on or have on the arm, and with a phone in hand.

In: a shopper's path, feet and body. Out: where the gear is at the frame times, and where hands and feet are
that hold on to it.
"""

from dataclasses import replace

import numpy as np

from synth.bodies.basket import compute_basket_m
from synth.bodies.body import Body
from synth.bodies.gear import (
    FOOTREST_M,
    RIGID,
    RIM_M,
    stick_length_m,
    umbrella_length_m,
)
from synth.bodies.mop import MOP_FOOT_M, MOP_TOP
from synth.bodies.pushed import HANDLE_FORWARD_M, HANDLE_HALF_WIDTH_M, handle_height_m
from synth.bodies.skeleton import SIDES
from synth.motion.cast import Cast
from synth.motion.fingers import relax
from synth.motion.footsteps import Path
from synth.motion.gait import FootTrack
from synth.motion.posture import ArmTarget
from synth.motion.rotations import UP, bow, compose, frame, length, minimum_jerk, mix, rotate, turn, vectors
from synth.records import PUSHED, other_hand

_RELEASE_RAD = (0.55, 1.0)  # hands let go while the person turns this far away from it
_PUSH_M = 0.55  # way of a wheelchair between two pushes at its rims
HOLDING_CURL = 1.0  # of the hand about an umbrella's crook
TIP_M = 0.03  # an umbrella's tip stays so far off the floor
MOP_AHEAD_M = 0.62  # where a mop meets the floor
_MOP_SWEEP_M, _MOP_SWEEPS_HZ = 0.24, 0.55  # to either side
_MOP_TOP_AHEAD_M = 0.24  # what the pole leans to
_MOP_HANDS = (0.50, 0.66)  # heights of the acting and of the other hand, of the stature
_GIVES_M = (0.22, 0.42)  # by so much shoulders move before a basket comes along, and comes along wholly
_WRIST_AHEAD = 0.075  # of a basket's handle, of the stature
_FOREARM_M = 0.036  # from its handle down to the bone


def carrying_side(body: Body) -> str:
    """The hand for stick and phone: the one that does not usually reach."""
    return other_hand(body.handedness)


def ride(path: Path, time_s: np.ndarray) -> tuple[FootTrack, FootTrack]:
    """Feet that stand on the footrests of a wheelchair."""
    position, heading = path.at(time_s)
    tracks = []
    for side in SIDES:
        offset = np.array([FOOTREST_M[0], FOOTREST_M[1] * (1.0 if side == "left" else -1.0), 0.0])
        ball = position + rotate(turn("z", heading), offset)[:, :2]
        zero = np.zeros_like(heading)
        lift = np.full_like(heading, FOOTREST_M[2] - 0.015)
        tracks.append(FootTrack(ball, heading, lift, zero, np.zeros(len(heading), bool)))
    return tracks[0], tracks[1]


class GearMotion:
    """One shopper's gear at times (F,).

    Attributes:
        pose: (F, 2, 4, 4) world_from_gear of what is pushed, ridden, leaned on or carried, and of the phone.
    """

    def __init__(self, body: Body, path: Path, feet: tuple[FootTrack, FootTrack], time_s: np.ndarray):
        """Place what stands on the floor; the phone follows with `hold_phone`."""
        self._body, self._path, self._time_s = body, path, time_s
        self._position, self._heading = path.at(time_s)
        self._cast = Cast([body.skeleton], np.zeros(len(time_s), int))
        self.pose = np.zeros((len(time_s), 2, 4, 4), dtype=np.float32)
        self.pose[:, :, 3, 3] = 1.0
        self._turned = self._heading
        if body.mobility in PUSHED:
            self._turned = np.interp(time_s, path.time_s, path.gear_rad)
        if body.mobility == "stick":
            self._place_stick(feet)
        elif body.mobility == "mop":
            self._place_mop()
        elif body.mobility in RIGID:
            self.pose[:, 0, :3, :3] = turn("z", self._turned)
            self.pose[:, 0, :2, 3] = self._position

    def hang_basket(self, chest_m: np.ndarray) -> None:
        """Hang the basket where the arm has it, plumb; whose shoulders' middle is at `chest_m` (F, 3).

        It stays while they turn their trunk and lean a little, as who lays something in holds it still, and
        comes along when they bend or squat.
        """
        skeleton, side = self._body.skeleton, carrying_side(self._body)
        upright = (skeleton.at("left_shoulder") + skeleton.at("right_shoulder")) / 2.0
        upright = upright - np.array([*skeleton.at("pelvis")[:2], 0.0])
        yaw = turn("z", self._heading)
        level = np.column_stack([self._position, np.zeros(len(yaw))])
        bent_m = chest_m - level - rotate(yaw, upright)
        least_m, most_m = _GIVES_M
        comes = minimum_jerk((length(bent_m) - least_m) / (most_m - least_m))
        hangs = compute_basket_m(np.zeros(2), 0.0, self._body.shape.stature_m, side)
        self.pose[:, 0, :3, :3] = yaw
        self.pose[:, 0, :3, 3] = level + rotate(yaw, hangs) + comes[:, None] * bent_m

    def _place_stick(self, feet: tuple[FootTrack, FootTrack]) -> None:
        """Its tip goes with the other side's foot, so that it is planted while that foot is."""
        side = carrying_side(self._body)
        sign = 1.0 if side == "left" else -1.0
        foot = feet[1 if side == "left" else 0]
        stature, length = self._body.shape.stature_m, stick_length_m(self._body.shape.stature_m)
        offset = np.array([0.02, sign * 0.25 * stature, 0.0])
        tip = np.column_stack([foot.ball_m, foot.lift_m]) + rotate(turn("z", foot.yaw_rad), offset)
        beside = rotate(turn("z", self._heading), np.array([0.05, sign * 0.155 * stature, 0.0]))
        grip = np.column_stack([self._position, np.zeros(len(tip))]) + beside
        grip[:, :2] += 0.45 * (tip - grip)[:, :2]  # the arm swings with it
        away = np.linalg.norm((grip - tip)[:, :2], axis=1)
        grip[:, 2] = tip[:, 2] + np.sqrt(np.maximum(length**2 - away**2, 0.25 * length**2))
        axes = frame(grip - tip, vectors(np.cos(self._heading), np.sin(self._heading), 0.0))
        self.pose[:, 0, :3, :3] = np.stack([axes[..., 1], axes[..., 2], axes[..., 0]], axis=-1)
        self.pose[:, 0, :3, 3] = grip

    def _place_mop(self) -> None:
        """It sweeps from side to side before the feet; its pole leans to the body."""
        yaw = turn("z", self._heading)
        swing = np.sin(2.0 * np.pi * _MOP_SWEEPS_HZ * self._time_s)
        level = np.column_stack([self._position, np.zeros(len(swing))])
        stature = self._body.shape.stature_m
        head = vectors(MOP_AHEAD_M, _MOP_SWEEP_M * swing, MOP_FOOT_M)
        top = vectors(_MOP_TOP_AHEAD_M, 0.25 * _MOP_SWEEP_M * swing, MOP_TOP * stature)
        # The clamp stays level, and so its strands on the floor: the mop turns with its sweep.
        axes = frame(rotate(yaw, top - head), rotate(yaw, (head - top) * [1.0, 1.0, 0.0]))
        self.pose[:, 0, :3, :3] = np.stack([axes[..., 1], axes[..., 2], axes[..., 0]], axis=-1)
        self.pose[:, 0, :3, 3] = level + rotate(yaw, head)

    def hold(self, side: str, resting: ArmTarget, shoulder_m: np.ndarray) -> ArmTarget:
        """The arm of one side while it does not reach: on the handle, the rims, the stick, or as it was.

        `shoulder_m` (F, 3) is where its shoulder is: a phone stays before the chest of who bends or squats.
        """
        body = self._body
        if body.phone and side == carrying_side(body):
            return self._look_at_phone(side, resting, shoulder_m)
        if body.basket and side == carrying_side(body):
            return self._bear_basket(side, resting)
        if body.umbrella == "hand" and side == carrying_side(body):
            return replace(resting, fingers=relax(np.full(len(resting.fingers), HOLDING_CURL)))
        sign = 1.0 if side == "left" else -1.0
        yaw = turn("z", self._turned)
        if body.mobility in PUSHED:
            local = np.array([HANDLE_FORWARD_M, sign * HANDLE_HALF_WIDTH_M, 0.0])
            local[2] = handle_height_m(body.shape.stature_m) + 0.018
            away = np.abs((self._heading - self._turned + np.pi) % (2.0 * np.pi) - np.pi)
            share = 1.0 - minimum_jerk((away - _RELEASE_RAD[0]) / (_RELEASE_RAD[1] - _RELEASE_RAD[0]))
            return self._grip(side, resting, rotate(yaw, local), yaw, share)
        if body.mobility == "wheelchair":
            phase = 2.0 * np.pi * self._travelled() / _PUSH_M
            local = vectors(RIM_M[0] + 0.13 * np.sin(phase), sign * RIM_M[1], RIM_M[2] + 0.03 * np.cos(phase))
            return self._grip(side, resting, rotate(yaw, local), yaw, np.ones_like(phase))
        if body.mobility == "mop":
            height_m = _MOP_HANDS[side == carrying_side(body)] * body.shape.stature_m
            pole, foot = self.pose[:, 0, :3, 2].astype(float), self.pose[:, 0, :3, 3].astype(float)
            offset = foot + pole * ((height_m - foot[:, 2]) / pole[:, 2])[:, None]
            offset[:, :2] -= self._position
            return self._grip(side, resting, offset, yaw, np.ones(len(offset)))
        if body.mobility == "stick" and side == carrying_side(body):
            offset = self.pose[:, 0, :3, 3].astype(float) + [0.0, 0.0, 0.018]
            offset[:, :2] -= self._position
            return self._grip(side, resting, offset, turn("z", self._heading), np.ones(len(offset)))
        return resting

    def _bear_basket(self, side: str, resting: ArmTarget) -> ArmTarget:
        """The forearm under the basket's handle, the hand ahead of it, a loose fist with the thumb up."""
        sign = 1.0 if side == "left" else -1.0
        yaw, stature_m = turn("z", self._heading), self._body.shape.stature_m
        wrist = np.array([_WRIST_AHEAD * stature_m, -0.02 * sign * stature_m, -_FOREARM_M])
        axes = frame(np.array([0.97, -0.2 * sign, 0.05]), np.array([0.2, -0.97 * sign, 0.0]))
        return replace(
            resting,
            wrist_m=self.pose[:, 0, :3, 3].astype(float) + rotate(yaw, wrist),
            palm=compose(yaw, axes),
            elbow=rotate(yaw, np.array([-0.55, 0.5 * sign, -0.75])),
            fingers=relax(np.full(len(yaw), 0.6)),
        )

    def _travelled(self) -> np.ndarray:
        """Metres (F,) along the path since its beginning."""
        steps = np.linalg.norm(np.diff(self._path.position_m, axis=0), axis=1)
        return np.interp(self._time_s, self._path.time_s, np.concatenate([[0.0], np.cumsum(steps)]))

    def _grip(
        self, side: str, resting: ArmTarget, offset_m: np.ndarray, yaw: np.ndarray, share: np.ndarray
    ) -> ArmTarget:
        """Lay a palm from above on a point at `offset_m` (F, 3) from the person, by `share` (F,)."""
        sign = 1.0 if side == "left" else -1.0
        # Fingers ahead and a little inward, the palm down.
        fingers = np.array([0.94, -0.25 * sign, -0.22])
        axes = frame(fingers, -UP)
        palm = compose(yaw, axes)
        place = np.column_stack([self._position, np.zeros(len(share))]) + offset_m
        wrist = self._cast.wrist_from_palm(side, place, palm)
        elbow = rotate(yaw, np.array([-0.6, 0.45 * sign, -0.7]))
        return ArmTarget(
            resting.wrist_m + share[:, None] * (wrist - resting.wrist_m),
            mix(resting.palm, palm, share),
            resting.elbow + share[:, None] * (elbow - resting.elbow),
            resting.fingers + share[:, None] * (relax(0.75) - resting.fingers),
        )

    def _look_at_phone(self, side: str, resting: ArmTarget, shoulder_m: np.ndarray) -> ArmTarget:
        """The arm that holds a phone before the chest, its screen to the face."""
        sign = 1.0 if side == "left" else -1.0
        yaw = turn("z", self._heading)
        axes = frame(np.array([0.55, -0.35 * sign, 0.75]), np.array([-0.75, -0.1 * sign, 0.55]))
        stature = self._body.shape.stature_m
        place = np.column_stack([self._position, np.full(len(yaw), 0.715 * stature)])
        place += rotate(yaw, np.array([0.19 * stature, 0.045 * sign * stature, 0.0]))
        skeleton = self._body.skeleton
        upright = skeleton.at(f"{side}_shoulder") - np.array([*skeleton.at("pelvis")[:2], 0.0])
        level = np.column_stack([self._position, np.zeros(len(yaw))])
        place += shoulder_m - (level + rotate(yaw, upright))
        palm = compose(yaw, axes)
        wrist = self._cast.wrist_from_palm(side, place, palm)
        elbow = rotate(yaw, np.array([-0.4, 0.4 * sign, -0.9]))
        return replace(resting, wrist_m=wrist, palm=palm, elbow=elbow, fingers=relax(np.full(len(yaw), 0.35)))

    def hold_phone(self, place: np.ndarray, axes: np.ndarray, shown: np.ndarray) -> None:
        """Lay the phone into the palm (F, 3), (F, 3, 3) where it is shown (F,), else put it away."""
        self.pose[:, 1, :3, :3] = axes * shown[:, None, None]
        self.pose[:, 1, :3, 3] = place

    def hang_umbrella(self, place: np.ndarray, across: bool) -> None:
        """Hang the umbrella's crook at a place (F, 3), plumb, or slanting back where the floor is too near.

        Its crook opens ahead, or inward where it lies across the forearm.
        """
        sign = 1.0 if carrying_side(self._body) == "left" else -1.0
        length_m = umbrella_length_m(self._body.shape.stature_m)
        slant = np.arccos(np.clip((place[:, 2] - TIP_M) / length_m, 0.0, 1.0))
        turned = bow(self._heading, slant)
        self.pose[:, 0, :3, :3] = compose(turned, turn("z", -0.5 * np.pi * sign)) if across else turned
        self.pose[:, 0, :3, 3] = place
