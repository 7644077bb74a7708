"""From trajectories and acts to bodies in motion: the stage between the simulation and the pictures.

In: a Simulation and one Body a shopper. Out: a Motion with every bone, joint, palm and held item at the
clip's frames. People are posed many at a time, a row a person and frame (synth/motion/cast.py). Nothing here
is random: small habits (sway, arm swing) are seeded by the body's look.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.body import Body
from synth.bodies.carried import TURN_RAD
from synth.bodies.gear import RIGID, SEAT_HEIGHT_M
from synth.bodies.skeleton import SIDES
from synth.motion.carried import CarriedChild, Seat, find_seats, hold_child, raise_skeleton
from synth.motion.cast import POSED, Rows, standing_height
from synth.motion.control import control_trunk, read_gait
from synth.motion.elbow_room import Others, keep_off
from synth.motion.fingers import Grips
from synth.motion.footsteps import Footsteps, Path, plan_footsteps
from synth.motion.gait import FootTrack, track_feet
from synth.motion.gear import GearMotion, carrying_side, ride
from synth.motion.goals import Goal, make_goals
from synth.motion.holds import Hold
from synth.motion.posed import Part, Posed
from synth.motion.posture import (
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
from synth.motion.reach import carry_items, follow_goals
from synth.motion.rotations import UP
from synth.motion.support import draw_near, support_items, takes_both
from synth.records import Act, HeldItem, Motion, Simulation, Trajectories

HOOK_SHARE, HOOK_M = 0.45, 0.052  # where an umbrella hangs on the forearm, and how far above its bone
Steps = tuple[Footsteps, Footsteps]  # of the left and of the right foot
STEPS_BEFORE_S = 3.0  # so long before the clip people fall into step, whichever of its frames are asked for
ROWS_AT_ONCE = 4000  # enough to keep numpy busy, few enough for the processor's cache


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
    grips = Grips()
    seats = find_seats(simulation.plans, bodies)
    on_arm = {seat.child for seat in seats}
    parts = list(_make_parts(simulation, bodies, time_s, grips, seats))
    grips.solve()
    afoot = [part for part in parts if part.shopper not in on_arm]
    steps = _plan_steps(afoot, min(0.0, float(time_s[0])) - STEPS_BEFORE_S) if afoot else {}
    others = Others(simulation, time_s)
    groups = (
        PosedGroup(group, seats, [steps[part.shopper] for part in group], others) for group in _group(afoot)
    )
    # Children are posed on the arms of adults, who are posed by then.
    children = (
        CarriedChild(part, seat, rotation[part.frame, seat.adult], position[part.frame, seat.adult])
        for part in parts
        for seat in seats
        if seat.child == part.shopper
    )
    for posed in itertools.chain(groups, children):
        for k, part in enumerate(posed.parts):
            own = posed.rows.of(k)
            during = slice(int(part.frame[0]), int(part.frame[-1]) + 1)  # nobody is away in between
            at = during, part.shopper
            present[at] = True
            rotation[at] = posed.pose.rotation[own]
            position[at] = posed.pose.position[own]
            gear[at] = posed.gear_pose[own]
            for n, side in enumerate(SIDES):
                palm[(*at, n)] = posed.palm_m[side][own]
                planted[(*at, n)] = posed.planted[own, n]
        held += posed.held()
    for array in (present, rotation, position, palm, planted, gear):
        array.setflags(write=False)
    held.sort(key=lambda item: (int(item.frame[0]), item.item_id, item.shopper))
    return Motion(time_s, present, names, position, rotation, palm, tuple(held), planted, gear)


def _make_parts(
    simulation: Simulation,
    bodies: Sequence[Body],
    time_s: np.ndarray,
    grips: Grips,
    seats: Sequence[Seat],
) -> Iterator[Part]:
    """Find out who is present when, and what their hands are to do once the grips are solved."""
    seat_of = {seat.child: seat for seat in seats}
    acts: list[list[Act]] = [[] for _ in bodies]
    for act in simulation.acts:
        acts[act.shopper].append(act)
    for shopper, body in enumerate(bodies):
        window = presence_window(simulation.trajectories, shopper)
        if window is None:
            continue
        here = np.flatnonzero((time_s >= window[0] - 1e-9) & (time_s <= window[1] + 1e-9))
        if len(here):
            path, skeleton = full_path(simulation.trajectories, shopper), body.skeleton
            if shopper in seat_of:
                seat = seat_of[shopper]
                skeleton = raise_skeleton(skeleton, seat, bodies[seat.adult].skeleton)
                path = replace(path, heading_rad=path.heading_rad + seat.sign * TURN_RAD)
            goals, holds = make_goals(
                acts[shopper],
                skeleton,
                path,
                body.bag_side,
                simulation.girths,
                grips,
                from_s=float(time_s[here[0]]),
            )
            yield Part(shopper, body, path, here, time_s[here], goals, holds)


def _group(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Bring people together until they have ROWS_AT_ONCE."""
    group: list[Part] = []
    for part in parts:
        group.append(part)
        if sum(len(member.frame) for member in group) >= ROWS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def presence_window(trajectories: Trajectories, shopper: int) -> tuple[float, float] | None:
    """First and last time at which a shopper is present, or None."""
    seen = np.flatnonzero(trajectories.present[:, shopper])
    if len(seen) == 0:
        return None
    return float(trajectories.time_s[seen[0]]), float(trajectories.time_s[seen[-1]])


class PosedGroup(Posed):
    """Some people at the frames of their presence."""

    def __init__(self, parts: list[Part], seats: Sequence[Seat], steps: Sequence[Steps], others: Others):
        """Pose them on their footsteps; some have a child on the arm."""
        super().__init__(parts)
        self._seat_on = {seat.adult: seat for seat in seats}
        rows, bodies, paths = self.rows, [part.body for part in parts], [part.path for part in parts]
        places = [part.path.at(part.time_s) for part in parts]
        self._vigour = np.array([_sample_vigour(body) for body in bodies], POSED)
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
        arms = [self._pose_side(side, stands, gait.swing.astype(POSED), gears) for side in SIDES]
        for side, acting, arm, leads in zip(SIDES, reversed(SIDES), arms, reversed(arms), strict=True):
            holdings = self.holdings[acting]
            both = takes_both(rows, holdings)
            if both.any():
                support_items(rows, side, trunk.heading_rad, arm, self.find_palm(acting), holdings)
                draw_near(self.pose, (acting, side), (leads, arm), both, rows)
                pose_arm(self.pose, acting, leads)
                pose_arm(self.pose, side, arm)
        place_toes(self.pose)
        self.note_palms()
        self.planted = np.stack([foot.planted for foot in self.feet], axis=1)
        for k, motion in enumerate(gears):
            if motion is not None:
                self._finish_gear(k, motion)

    def _make_gear(self, k: int) -> GearMotion | None:
        part, own = self.parts[k], self.rows.of(k)
        if not (part.body.phone or part.body.umbrella or part.body.mobility in RIGID):
            return None
        left, right = self.feet
        return GearMotion(part.body, part.path, (left.take(own), right.take(own)), part.time_s)

    def _pose_side(
        self,
        side: str,
        place: tuple[np.ndarray, np.ndarray],
        swing: np.ndarray,
        gears: list[GearMotion | None],
    ) -> ArmTarget:
        """Pose an arm: at rest (hanging, on the gear or carrying), and on the way to and from goals."""
        rows, parts, (_, heading_rad) = self.rows, self.parts, place
        raised = np.array(
            [
                side == part.body.bag_side
                or (part.body.umbrella == "forearm" and side == carrying_side(part.body))
                for part in parts
            ]
        )
        sign = 1.0 if side == "left" else -1.0
        ample = np.where(raised, 0.10, 0.40).astype(POSED) * self._vigour
        flex = 0.06 - sign * swing * ample[rows.cast.who]
        # The arm beside the bag keeps its strap in place: forearm forward, over the bag; an umbrella's too.
        elbow_flex = np.where(raised, 1.32, 0.28).astype(POSED)[rows.cast.who] + 0.30 * np.maximum(flex, 0.0)
        spread = np.where(raised, 0.24, 0.17).astype(POSED)[rows.cast.who]
        target = hanging_arm(self.pose, side, heading_rad, flex, elbow_flex, spread)
        shoulder_m = self.pose.joint(f"{side}_shoulder")
        for k, gear in enumerate(gears):
            if gear is not None:
                own = rows.of(k)
                target.put(own, gear.hold(side, target.take(own), shoulder_m[own]))
        for k, part in enumerate(parts):
            seat = self._seat_on.get(part.shopper)
            if seat is not None and seat.side == side:
                target.put(rows.of(k), hold_child(seat, self.pose, rows.of(k)))
        holdings = self.holdings[side]
        carry_items(rows, side, self.pose, heading_rad, target, holdings, -sign * swing)
        # Hands stay that hold on to something, or an item together.
        at_ease = np.array([gears[k] is None and p.shopper not in self._seat_on for k, p in enumerate(parts)])
        empty = np.ones(len(rows.time_s), bool)
        for holding in holdings:
            empty[holding.rows] = False
        may_move = at_ease[rows.cast.who] & ~takes_both(rows, holdings)
        keep_off(target, side, place, self._close, (may_move, empty))
        follow_goals(rows, side, heading_rad, target, [part.goals[side] for part in parts])
        pose_arm(self.pose, side, target)
        return target

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


def full_path(trajectories: Trajectories, shopper: int) -> Path:
    """The whole way of a shopper while present: no pose depends on which frames are asked for."""
    seen = np.flatnonzero(trajectories.present[:, shopper])
    chosen = slice(seen[0], seen[-1] + 1)
    heading, gear = (
        _unwrap(turns[chosen, shopper]) for turns in (trajectories.heading_rad, trajectories.gear_rad)
    )
    return Path(trajectories.time_s[chosen], trajectories.position_m[chosen, shopper], heading, gear)


def _unwrap(angle_rad: np.ndarray) -> np.ndarray:
    """Angles (T,) without jumps of whole turns, like `np.unwrap` at a fraction of its time."""
    turns = np.round(np.diff(angle_rad) / (2.0 * np.pi))
    return angle_rad - 2.0 * np.pi * np.concatenate([[0.0], np.cumsum(turns)])


def place_feet(parts: Sequence[Part], rows: Rows, steps: Sequence[Steps]) -> tuple[FootTrack, FootTrack]:
    """Evaluate both feet of everybody; who sits has them on the footrests."""
    left, right = (track_feet([both[n] for both in steps], rows) for n in (0, 1))
    for k, part in enumerate(parts):
        if part.body.mobility == "wheelchair":
            for foot, riding in zip((left, right), ride(part.path, part.time_s), strict=True):
                foot.put(rows.of(k), riding)
    return left.posed(), right.posed()


def _plan_steps(parts: Sequence[Part], from_s: float) -> dict[int, Steps]:
    """Plan everybody's footsteps from a time on: number of the shopper -> theirs."""
    skeletons = [part.body.skeleton for part in parts]
    stature_m = np.array([skeleton.stature_m for skeleton in skeletons])
    ball_m = np.array([skeleton.offset("left_foot", "pelvis")[0] for skeleton in skeletons])
    apart_m = [skeleton.offset("left_hip", "right_hip")[1] for skeleton in skeletons]
    hips_m = np.maximum(np.abs(apart_m) / 2.0, 0.052 * stature_m)
    stance_m = np.stack([ball_m - 0.012 * stature_m, hips_m], axis=1)
    paths = [part.path.since(from_s) for part in parts]
    steps = plan_footsteps(paths, stance_m=stance_m, stature_m=stature_m)
    return {part.shopper: own for part, own in zip(parts, steps, strict=True)}
