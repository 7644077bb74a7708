"""Where bags and coats are that change hands: on a shoulder or an arm, in a hand, on the floor.

In: a simulation's acts. Out: the stays of each bag that ever leaves its shoulder, of each coat its arm.
"""

from dataclasses import dataclass

import numpy as np

from synth.bodies.bag import hand_height_m
from synth.records import Act, Simulation


@dataclass(frozen=True)
class BagStay:
    """A bag, or a coat, in one place.

    Attributes:
        from_s, to_s: Half-open interval, seconds from the clip's start; the first begins at -inf, the last
            ends at +inf.
        shopper: Index of who has it, -1 while it stands on the floor.
        hand: ``"left"``, ``"right"``, or "" on the shoulder, on the arm or on the floor.
        world_from_bag: (4, 4) on the floor, origin at the middle of its bottom; else None.
    """

    from_s: float
    to_s: float
    shopper: int
    hand: str
    world_from_bag: np.ndarray | None


def compute_bag_stays(simulation: Simulation) -> dict[int, tuple[BagStay, ...]]:
    """Follow the bags that leave a shoulder: index of whom each came with -> its stays; both in a swap."""
    return _follow_all(simulation, [(act.bag, act) for act in simulation.acts if act.bag])


def compute_coat_stays(simulation: Simulation) -> dict[int, tuple[BagStay, ...]]:
    """Follow the coats that leave an arm, likewise."""
    return _follow_all(simulation, [(act.coat, act) for act in simulation.acts if act.coat])


def _follow_all(simulation: Simulation, acts: list[tuple[str, Act]]) -> dict[int, tuple[BagStay, ...]]:
    """Follow what came in with trips by the acts that handle it."""
    number = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    handled: dict[int, list[Act]] = {}
    for trip_code, act in acts:
        handled.setdefault(number[trip_code], []).append(act)
    return {bag: _follow(simulation, bag, acts) for bag, acts in sorted(handled.items())}


def _follow(simulation: Simulation, bag: int, acts: list[Act]) -> tuple[BagStay, ...]:
    stays, since_s = [], -np.inf
    now: tuple[int, str, np.ndarray | None] = (bag, "", None)
    for act in sorted(acts, key=lambda act: act.contact_s):
        stays.append(BagStay(since_s, act.contact_s, *now))
        since_s = act.contact_s
        if act.kind == "swap":
            now = act.partner, simulation.plans[act.partner].handedness, None
        elif act.kind == "set_down":
            assert act.world_from_item is not None  # it says where
            pose = act.world_from_item.copy()
            pose[2, 3] -= hand_height_m(simulation.plans[act.shopper].body.stature_m)
            pose[:3, :2] = pose[:3, [1, 0]] * [1.0, -1.0]  # its length ahead of who sets it down
            now = -1, "", pose
        else:
            now = act.shopper, "" if act.kind == "sling" else act.hand, None
    return (*stays, BagStay(since_s, np.inf, *now))
