"""People on their feet or wheels, posed many at a time: footsteps, trunk, head, arms, and what they carry.

In: the parts that some shoppers have in a clip, their footsteps, and where everybody else is. Out: their
bones, palms and gear at every row.
"""

from collections.abc import Sequence

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.body import Body
from synth.bodies.gear import RIGID, SEAT_HEIGHT_M
from synth.bodies.skeleton import SIDES
from synth.motion.beside_bag import compute_spread_rad, grip_strap, holds_strap
from synth.motion.carried import hold_child
from synth.motion.cast import Rows, as_posed, standing_height
from synth.motion.control import control_trunk, read_gait
from synth.motion.elbow_room import Others, keep_off
from synth.motion.footsteps import Footsteps
from synth.motion.gait import FootTrack, track_feet
from synth.motion.gear import GearMotion, carrying_side, ride
from synth.motion.goals import Goal
from synth.motion.holds import Hold
from synth.motion.posed import Part, Posed
from synth.motion.posture import (
    HANGING_RAD,
    ArmTarget,
    ankle_targets,
    hanging_arm,
    limit_height,
    place_toes,
    pose_arm,
    pose_head,
    pose_legs,
    pose_trunk,
)
from synth.motion.reach import arm_length, carry_items, follow_goals
from synth.motion.rotations import UP
from synth.motion.seats import Seat
from synth.motion.support import draw_near, support_items, takes_both

COAT_SPREAD_RAD = 0.30  # of an arm with a coat over it
# An arm beside a bag swings so little that the hand, 0.65 m below the shoulder, stays over the pouch (0.36 m
# long), and is all but straight, as compute_spread_rad has it: a bent one would have the wrist in the pouch.
BESIDE_SWING_RAD, BESIDE_BENT_RAD = 0.16, 0.14
OVER_FLOOR_M = 0.35  # a hand beside a bag is lifted where the wrist of who squats would be lower,
LIFT_WITHIN_M = 0.25  # bit by bit over so much, up to a radian, where fingers would be in the floor
HOOK_SHARE, HOOK_M = 0.45, 0.052  # where an umbrella hangs on the forearm, and how far above its bone
Steps = tuple[Footsteps, Footsteps]  # of the left and of the right foot


class Afoot(Posed):
    """Some people at the frames of their presence."""

    def __init__(self, parts: list[Part], seats: Sequence[Seat], steps: Sequence[Steps], others: Others):
        """Pose them on their footsteps; some have a child on the arm."""
        super().__init__(parts)
        self._seat_on = {seat.adult: seat for seat in seats}
        rows, bodies, paths = self.rows, [part.body for part in parts], [part.path for part in parts]
        places = [part.path.at(part.time_s) for part in parts]
        self._vigour = rows.cast.lay_out(np.array([_sample_vigour(body) for body in bodies]))
        place = np.concatenate([p for p, _ in places]), np.concatenate([h for _, h in places])
        seated = np.array([body.mobility == "wheelchair" for body in bodies])[rows.cast.who]
        self.feet = place_feet(parts, rows, steps)
        gait = read_gait(rows, *place, self.feet, seated)
        gears = [self._make_gear(k) for k in range(len(parts))]
        trunk = control_trunk(rows, bodies, paths, place, [part.goals for part in parts], gait)
        targets = [ankle_targets(rows.cast, s, foot) for s, foot in zip(SIDES, self.feet, strict=True)]
        pose_trunk(self.pose, trunk, np.zeros(len(rows.cast)))
        standing = standing_height(rows.cast.at("pelvis")) - trunk.squat_m + trunk.bob_m
        limit_height(self.pose, targets, np.where(seated, SEAT_HEIGHT_M, standing), ~seated)
        pose_head(self.pose, trunk)
        pose_legs(self.pose, self.feet, targets)
        stands = trunk.position_m, trunk.heading_rad
        self._close = others.find_close(parts, rows, trunk.position_m)
        arms = [self._pose_side(side, stands, as_posed(gait).swing, gears) for side in SIDES]
        self._join_hands(trunk.heading_rad, arms)
        place_toes(self.pose)
        self.note_palms()
        self.planted = np.stack([foot.planted for foot in self.feet], axis=1)
        for k, motion in enumerate(gears):
            if motion is not None:
                self._finish_gear(k, motion)

    def _make_gear(self, k: int) -> GearMotion | None:
        part, own = self.parts[k], self.rows.of(k)
        body = part.body
        if not (body.phone or body.umbrella or body.basket or body.mobility in RIGID):
            return None
        left, right = self.feet
        return GearMotion(part.body, part.path, (left.take(own), right.take(own)), part.time_s)

    def _rest_arm(
        self, side: str, heading_rad: np.ndarray, swing: np.ndarray, gears: list[GearMotion | None]
    ) -> ArmTarget:
        """What an arm does of itself: it hangs, or is on the gear, or about a child."""
        rows, parts = self.rows, self.parts
        # An arm from which an umbrella hangs, or a coat, is held level, the coat's farther off the hip; the
        # one beside the bag hangs outside of it, and swings the less.
        level = np.array([p.body.has_on_forearm and side == carrying_side(p.body) for p in parts])
        beside = np.array([side == part.body.bag_side for part in parts]) & ~level
        sign = 1.0 if side == "left" else -1.0
        spread_rad = np.where(self._has_coat(side), COAT_SPREAD_RAD, np.where(level, 0.24, HANGING_RAD))
        fore_rad = 0.25 * spread_rad - 0.05
        for k in map(int, np.flatnonzero(beside)):
            spread_rad[k] = fore_rad[k] = compute_spread_rad(parts[k].body)
        ample = np.where(level, 0.10, np.where(beside, BESIDE_SWING_RAD, 0.40))
        bent = np.where(level, 1.32, np.where(beside, BESIDE_BENT_RAD, 0.28))
        ample, bent, spread, fore = (
            rows.cast.lay_out(value) for value in (ample, bent, spread_rad, fore_rad)
        )
        flex = 0.06 - sign * swing * (ample * self._vigour)
        shoulder_m = self.pose.joint(f"{side}_shoulder")
        sunk_m = arm_length(rows.cast, side) + OVER_FLOOR_M - shoulder_m[:, 2]
        near_floor = np.clip(sunk_m / LIFT_WITHIN_M, 0.0, 1.0)
        elbow_flex = bent + 0.30 * np.maximum(flex, 0.0)
        elbow_flex = elbow_flex + rows.cast.lay_out(beside.astype(float)) * near_floor
        target = hanging_arm(self.pose, side, heading_rad, flex, elbow_flex, (spread, fore))
        for k, (part, gear) in enumerate(zip(parts, gears, strict=True)):
            own, seat = rows.of(k), self._seat_on.get(part.shopper)
            if self._holds_strap(part, side):
                target.put(own, grip_strap(part.body, side, self.pose, own, heading_rad[own]))
            if gear is not None and part.body.basket:
                gear.hang_basket(self._find_chest(own))
            if gear is not None:
                target.put(own, gear.hold(side, target.take(own), shoulder_m[own]))
            if seat is not None and seat.side == side:
                target.put(own, hold_child(seat, self.pose, own))
        return target

    def _find_chest(self, own: slice) -> np.ndarray:
        """Where (K, 3) the middle between the shoulders is."""
        left, right = (self.pose.joint(f"{side}_shoulder")[own] for side in SIDES)
        return (left + right) / 2.0

    def _has_coat(self, side: str) -> np.ndarray:
        """Say who (N,) has a coat over an arm."""
        bodies = (part.body for part in self.parts)
        return np.array([body.coat_on_arm and side == carrying_side(body) for body in bodies], bool)

    def _holds_strap(self, part: Part, side: str) -> bool:
        """Say whether a hand of that side rests at the strap of the bag."""
        return side == part.body.bag_side and part.keeps_bag and holds_strap(part.body)

    def _pose_side(
        self,
        side: str,
        place: tuple[np.ndarray, np.ndarray],
        swing: np.ndarray,
        gears: list[GearMotion | None],
    ) -> ArmTarget:
        """Pose an arm: at rest or carrying, drawn back from others, and on the way to and from goals."""
        rows, parts, (_, heading_rad) = self.rows, self.parts, place
        target = self._rest_arm(side, heading_rad, swing, gears)
        holdings = self.holdings[side]
        carry_items(
            rows, side, self.pose, heading_rad, target, holdings, swing if side == "right" else -swing
        )
        # Hands stay that hold on to something, or an item together.
        at_ease = np.array([gears[k] is None and p.shopper not in self._seat_on for k, p in enumerate(parts)])
        at_ease &= ~self._has_coat(side)
        empty = np.ones(len(rows.time_s), bool)
        for holding in holdings:
            empty[holding.rows] = False
        may_move = at_ease[rows.cast.who] & ~takes_both(rows, holdings)
        keep_off(target, side, place, self._close, (may_move, empty))
        follow_goals(rows, side, heading_rad, target, [part.goals[side] for part in parts])
        pose_arm(self.pose, side, target)
        return target

    def _join_hands(self, heading_rad: np.ndarray, arms: Sequence[ArmTarget]) -> None:
        """Pose both arms anew where one hand helps to carry what the other one holds."""
        rows = self.rows
        for side, acting, arm, leads in zip(SIDES, reversed(SIDES), arms, reversed(arms), strict=True):
            holdings = self.holdings[acting]
            both = takes_both(rows, holdings)
            if both.any():
                support_items(rows, side, heading_rad, arm, self.find_palm(acting), holdings)
                draw_near(self.pose, (acting, side), (leads, arm), both, rows)
                pose_arm(self.pose, acting, leads)
                pose_arm(self.pose, side, arm)

    def _find_grip(self, side: str, own: slice) -> np.ndarray:
        """Where (K, 3) a closed hand holds a bar."""
        return self.palm_m[side][own] + 0.014 * self.palm_axes(side, own)[:, :, 1]

    def _find_hook(self, side: str, own: slice) -> np.ndarray:
        """Where (K, 3) the crook of an umbrella lies on a forearm."""
        elbow, wrist = (self.pose.place(f"{side}_{joint}")[own] for joint in ("elbow", "wrist"))
        return elbow + HOOK_SHARE * (wrist - elbow) + HOOK_M * UP

    def _finish_gear(self, k: int, gear: GearMotion) -> None:
        part, own = self.parts[k], self.rows.of(k)
        if part.body.phone:
            side = carrying_side(part.body)
            free = is_free(part.goals[side], part.holds[side], part.time_s)
            gear.hold_phone(self.palm_m[side][own], self.palm_axes(side, own), free)
        if part.body.umbrella:
            side = carrying_side(part.body)
            hooked = part.body.umbrella == "forearm"
            gear.hang_umbrella(self._find_hook(side, own) if hooked else self._find_grip(side, own), hooked)
        self.gear_pose[own] = gear.pose


def _sample_vigour(body: Body) -> float:
    """How widely a person's arms swing."""
    return float(make_rng(body.shape.look_seed, 0, "motion/habits").uniform(0.75, 1.2))


def is_free(goals: list[Goal], holds: list[Hold], time_s: np.ndarray) -> np.ndarray:
    """Whether (F,) a hand neither reaches nor holds anything."""
    starts = np.array([hold.start_s for hold in holds])
    full = np.array([bool(hold.items) for hold in holds])
    free = ~full[np.searchsorted(starts, time_s, side="right") - 1]
    for goal in goals:
        free &= (time_s <= goal.start_s) | (time_s >= goal.end_s)
    return free


def place_feet(parts: Sequence[Part], rows: Rows, steps: Sequence[Steps]) -> tuple[FootTrack, FootTrack]:
    """Evaluate both feet of everybody; who sits has them on the footrests."""
    left, right = (track_feet([both[n] for both in steps], rows) for n in (0, 1))
    for k, part in enumerate(parts):
        if part.body.mobility == "wheelchair":
            for foot, riding in zip((left, right), ride(part.path, part.time_s), strict=True):
                foot.put(rows.of(k), riding)
    return as_posed(left), as_posed(right)
