"""How long a reach takes: acts with their start, contact and end.

In: where the hand is and where it goes. Out: an `Act` in seconds, for synth/motion to move the arm by and for
the ledger to book at the contact.

Figures: a reach of 16 in. takes 0.57 s and one of 28 in. 0.88 s (MTM-1, R16C and R28C); people
outside a factory take 1.2 to 1.6 times as long.
"""

import math
from dataclasses import replace

import numpy as np

from synth.records import Act

MTM_NEAR = (0.4064, 0.57)  # 16 in.: metres, seconds
MTM_FAR = (0.7112, 0.88)  # 28 in.
SHORTEST_REACH_S = 0.35
PACE = (1.2, 1.6)
HANDLING_S = {  # grasp, release or pressing at the contact, spent before the hand withdraws
    "take": 0.20,
    "put": 0.22,
    "touch": 0.45,
    "hand_over": 0.30,
    "receive": 0.30,
    "bag": 0.25,
    "unbag": 0.35,
    "drop": 0.22,
    "pick_up": 0.25,
    "sip": 0.20,
    "consume": 0.25,
    "read": 0.0,
    "conceal": 0.40,
    "lean": 0.30,
    "open": 0.10,
    "unsling": 0.35,
    "sling": 0.40,
    "swap": 0.35,
    "set_down": 0.25,
    "take_up": 0.25,
}
OVER_RIM_M = 0.2  # by which a hand clears a rim on its way
REST_HEIGHT_SHARE = 0.46  # the palm of a hanging arm, of the stature
REST_SIDE_M = 0.22


def compute_reach_s(distance_m: float, pace: float) -> float:
    """Compute the time of a reach.

    Args:
        distance_m: How far the palm goes.
        pace: 1 is MTM-1's trained worker.

    >>> round(compute_reach_s(0.4064, 1.0), 2), round(compute_reach_s(0.7112, 1.0), 2)
    (0.57, 0.88)
    """
    slope = (MTM_FAR[1] - MTM_NEAR[1]) / (MTM_FAR[0] - MTM_NEAR[0])
    return pace * max(SHORTEST_REACH_S, MTM_NEAR[1] + slope * (distance_m - MTM_NEAR[0]))


def compute_rest_palm_m(
    position_m: tuple[float, float], heading_rad: float, stature_m: float, hand: str
) -> np.ndarray:
    """Compute where the palm of a hanging arm is, (3,), good enough to time a reach."""
    side = heading_rad + (math.pi / 2 if hand == "left" else -math.pi / 2)
    return np.array(
        [
            position_m[0] + REST_SIDE_M * math.cos(side),
            position_m[1] + REST_SIDE_M * math.sin(side),
            REST_HEIGHT_SHARE * stature_m,
        ]
    )


def make_act(
    shopper: int,
    kind: str,
    hand: str,
    *,
    start_s: float,
    palm_m: np.ndarray,
    goal_m: np.ndarray,
    pace: float,
    item_ids: tuple[int, ...],
    world_from_item: np.ndarray | None,
    size_m: np.ndarray,
    partner: int = -1,
    hold_s: float = 0.0,
    behaviour: str = "",
    over_m: np.ndarray | None = None,
) -> Act:
    """Time one reach from `palm_m` to `goal_m` (both (3,)), a stay of `hold_s` there, and the way back.

    Where it goes over a rim at `over_m`, the way is the longer one.
    """
    stages = [palm_m, goal_m] if over_m is None else [palm_m, over_m + [0.0, 0.0, OVER_RIM_M], goal_m]
    way_m = float(np.linalg.norm(np.diff(stages, axis=0), axis=1).sum())
    reach_s = compute_reach_s(way_m, pace)
    contact_s = start_s + reach_s
    return Act(
        shopper=shopper,
        kind=kind,
        hand=hand,
        start_s=start_s,
        contact_s=contact_s,
        end_s=contact_s + hold_s + HANDLING_S[kind] * pace + reach_s,
        item_ids=item_ids,
        world_from_item=world_from_item,
        size_m=np.array(size_m, np.float64),
        partner=partner,
        hold_s=hold_s,
        behaviour=behaviour,
        over_m=over_m,
    )


def make_hand_over(giving: Act, receiving: Act) -> tuple[Act, Act]:
    """Bring the two acts of a hand-over to one contact: the faster hand starts later."""
    contact_s = max(giving.contact_s, receiving.contact_s)
    return _shifted(giving, contact_s), _shifted(receiving, contact_s)


def _shifted(act: Act, contact_s: float) -> Act:
    delay_s = contact_s - act.contact_s
    return replace(act, start_s=act.start_s + delay_s, contact_s=contact_s, end_s=act.end_s + delay_s)
