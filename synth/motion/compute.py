"""From trajectories and acts to bodies in motion: the stage between the simulation and the pictures.

In: a Simulation and one Body a shopper. Out: a Motion with every bone, joint, palm and held item at the
clip's frames. People are posed many at a time, a row a person and frame (synth/motion/cast.py). Nothing here
is random: small habits (sway, arm swing) are seeded by the body's look.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from synth.bodies.body import Body
from synth.bodies.carried import TURN_RAD
from synth.bodies.skeleton import SIDES
from synth.motion.afoot import Afoot, Steps
from synth.motion.bags import compute_bag_stays
from synth.motion.carried import CarriedChild
from synth.motion.elbow_room import Others
from synth.motion.fingers import Grips
from synth.motion.footsteps import Path, plan_footsteps
from synth.motion.goals import Actor, make_goals
from synth.motion.posed import Part, Posed
from synth.motion.seats import Seat, find_seats, raise_skeleton
from synth.records import Act, HeldItem, Motion, Simulation, Trajectories

STEPS_BEFORE_S = 3.0  # so long before the clip people fall into step, whichever of its frames are asked for
ROWS_AT_ONCE = 4000  # enough to keep numpy busy, few enough for the processor's cache


def compute_motion(simulation: Simulation, bodies: Sequence[Body], *, frame_time_s: np.ndarray) -> Motion:
    """Pose every shopper at every frame.

    Args:
        simulation: Trajectories and acts; `bodies` has one body a plan.
        bodies: From `synth.bodies.make_body`.
        frame_time_s: (F,) increasing times, seconds from the clip's start.
    """
    time_s = np.array(frame_time_s, dtype=np.float64)
    motion, held = _begin(time_s, bodies), list[HeldItem]()
    for posed in _pose(simulation, bodies, motion):
        _note(posed, motion)
        held += posed.held()
    for array in vars(motion).values():
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    held.sort(key=lambda item: (int(item.frame[0]), item.item_id, item.shopper))
    return replace(motion, held=tuple(held))


def _begin(time_s: np.ndarray, bodies: Sequence[Body]) -> Motion:
    """Return a motion in which nobody is present, to be filled in."""
    names = bodies[0].skeleton.names if bodies else ()
    bones = len(bodies[0].skeleton.parents) if bodies else 0
    each = len(time_s), len(bodies)
    return Motion(
        time_s,
        present=np.zeros(each, dtype=bool),
        joint_names=names,
        joint_position_m=np.zeros((*each, len(names), 3), dtype=np.float32),
        joint_rotation=np.zeros((*each, bones, 3, 3), dtype=np.float32),
        palm_m=np.zeros((*each, 2, 3), dtype=np.float32),
        held=(),
        foot_planted=np.zeros((*each, 2), dtype=bool),
        gear_pose=np.zeros((*each, 2, 4, 4), dtype=np.float32),
    )


def _pose(simulation: Simulation, bodies: Sequence[Body], motion: Motion) -> Iterator[Posed]:
    """Pose everybody, some at a time; what comes next looks up in `motion` what came before."""
    time_s, grips = motion.time_s, Grips()
    seats = find_seats(simulation.plans, bodies)
    seat_of = {seat.child: seat for seat in seats}
    parts = list(_make_parts(simulation, bodies, time_s, grips, seat_of))
    grips.solve()
    afoot = [part for part in parts if part.shopper not in seat_of]
    steps = _plan_steps(afoot, min(0.0, float(time_s[0])) - STEPS_BEFORE_S) if afoot else {}
    others = Others(simulation, time_s)
    for group in _group(afoot):
        yield Afoot(group, seats, [steps[part.shopper] for part in group], others)
    for part in parts:
        if part.shopper in seat_of:
            seat = seat_of[part.shopper]
            bones = (
                motion.joint_rotation[part.frame, seat.adult],
                motion.joint_position_m[part.frame, seat.adult],
            )
            yield CarriedChild(part, seat, *bones)


def _note(posed: Posed, motion: Motion) -> None:
    """Fill in what some people do."""
    for k, part in enumerate(posed.parts):
        own = posed.rows.of(k)
        at = slice(int(part.frame[0]), int(part.frame[-1]) + 1), part.shopper  # nobody is away in between
        motion.present[at] = True
        motion.joint_rotation[at] = posed.pose.rotation[own]
        motion.joint_position_m[at] = posed.pose.position[own]
        motion.gear_pose[at] = posed.gear_pose[own]
        motion.foot_planted[at] = posed.planted[own]
        for n, side in enumerate(SIDES):
            motion.palm_m[(*at, n)] = posed.palm_m[side][own]


def _make_parts(
    simulation: Simulation,
    bodies: Sequence[Body],
    time_s: np.ndarray,
    grips: Grips,
    seat_of: Mapping[int, Seat],
) -> Iterator[Part]:
    """Find out who is present when, and what their hands are to do once the grips are solved."""
    acts: list[list[Act]] = [[] for _ in bodies]
    for act in sorted(simulation.acts, key=lambda a: (a.contact_s, a.hand, a.item_ids)):
        acts[act.shopper].append(act)

    @cache
    def actor_of(shopper: int) -> Actor:
        body, path = bodies[shopper], full_path(simulation.trajectories, shopper)
        skeleton, seat = body.skeleton, seat_of.get(shopper)
        if seat is not None:
            skeleton = raise_skeleton(skeleton, seat, bodies[seat.adult].skeleton)
            path = replace(path, heading_rad=path.heading_rad + seat.sign * TURN_RAD)
        return Actor(skeleton, path, body.bag_side, tuple(acts[shopper]))

    leaves_bag = compute_bag_stays(simulation).keys()
    for shopper, body in enumerate(bodies):
        window = presence_window(simulation.trajectories, shopper)
        if window is None:
            continue
        here = np.flatnonzero((time_s >= window[0] - 1e-9) & (time_s <= window[1] + 1e-9))
        if len(here):
            from_s = float(time_s[here[0]])
            goals, holds = make_goals(shopper, actor_of, simulation.girths, grips, from_s=from_s)
            path, keeps_bag = actor_of(shopper).path, shopper not in leaves_bag
            yield Part(shopper, body, path, here, time_s[here], goals, holds, keeps_bag)


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
