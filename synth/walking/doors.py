"""Where people come in and go out, and when they pass the doors and the gates behind them.

In: the layout's doors; afterwards everybody's paths. Out: lanes through each door, and `Crossing`s, the truth
behind door and gate sensors.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenes.errors import PlacementError
from scenes.world import DOOR_TO_WALL_M, Door, StoreLayout
from synth.records import Crossing, Event, ShopperPlan, Trajectories

LANE_SHARE = 0.27  # of the door's width: people keep to their right where one door serves both ways
LANE_WIDTH_M = 0.75  # of an entrance that lets several in side by side (a gate's passage is 0.55 to 0.9 m)
GATE_LINE_M = 0.4  # behind the point at which people appear: between the inner ends of the posts
GATE_SIDE_M = 0.12  # posts stand so far beside the door


@dataclass(frozen=True)
class Lane:
    """One way through a door.

    Attributes:
        point_m: Where people appear or vanish.
        inward_rad: Direction into the shop.
        door: Index into the layout's doors.
    """

    point_m: tuple[float, float]
    inward_rad: float
    door: int


def find_lanes(doors: tuple[Door, ...]) -> tuple[tuple[tuple[Lane, ...], ...], tuple[Lane, ...]]:
    """Find where people come in and go out.

    Returns:
        For each way in its lanes side by side, and a lane for each way out. A door for both has its ways in
        on the right of who enters, and one way out on the left.

    Raises:
        PlacementError: There is no way in or no way out.
    """
    ways_in: list[tuple[Lane, ...]] = []
    ways_out: list[Lane] = []
    for number, door in enumerate(doors):
        inward = -door.outward
        right = np.array([inward[1], -inward[0]])
        inward_rad = math.atan2(inward[1], inward[0])
        both = door.kind == "both"
        if door.kind in ("entrance", "both"):
            room_m = door.width_m / 2 if both else door.width_m
            count = max(1, int(room_m / LANE_WIDTH_M))
            middle_m = LANE_SHARE * door.width_m if both else 0.0
            offsets_m = middle_m + (np.arange(count) - (count - 1) / 2) * room_m / count
            ways_in.append(tuple(_lane(door.point_m + m * right, inward_rad, number) for m in offsets_m))
        if door.kind in ("exit", "both"):
            left_m = LANE_SHARE * door.width_m if both else 0.0
            ways_out.append(_lane(door.point_m - left_m * right, inward_rad, number))
    if not ways_in or not ways_out:
        kinds = [door.kind for door in doors]
        raise PlacementError(
            f"the store has doors {kinds}; it needs an entrance and an exit, or one for both"
        )
    return tuple(ways_in), tuple(ways_out)


def _lane(point_m: np.ndarray, inward_rad: float, door: int) -> Lane:
    return Lane((float(point_m[0]), float(point_m[1])), inward_rad, door)


def compute_crossings(
    layout: StoreLayout,
    plans: Sequence[ShopperPlan],
    events: Sequence[Event],
    trajectories: Trajectories,
    *,
    came_through: Mapping[str, int],
    unpaid: Collection[str],
    carried: Mapping[int, int],
    ahead_m: Mapping[str, float],
) -> tuple[Crossing, ...]:
    """Compute when everybody passes the doors and the lines of the gates.

    Args:
        layout: Its doors; who leaves by a fire exit passes no gate.
        plans: Everybody who got in.
        events: Their enter and exit events are the passing of a door.
        trajectories: Their paths.
        came_through: trip_code -> the door of who came in through one (the others were inside before).
        unpaid: Trip codes of those who show nothing at the gate.
        carried: Child -> the adult whose arm it sits on, with whom it passes.
        ahead_m: trip_code -> how far ahead of them is what they push or ride, of who does.
    """
    number = {plan.trip_code: n for n, plan in enumerate(plans)}
    found = []
    for event in events:
        if event.kind not in ("enter", "exit") or event.item_id != -1:
            continue
        door = came_through.get(event.trip_code, -1)
        if event.kind == "exit":
            ways = layout.ways
            door = min(range(len(ways)), key=lambda d: math.dist(ways[d].point_m, event.point_m[:2]))
        if door >= 0:
            way, n = "in" if event.kind == "enter" else "out", number[event.trip_code]
            beyond_m = max(0.0, ahead_m.get(event.trip_code, 0.0) - DOOR_TO_WALL_M) if way == "out" else 0.0
            found.append(Crossing(event.time_s, n, "door", door, way, "", beyond_m / plans[n].speed_mps))
    for n, plan in enumerate(plans):
        shown = "" if plan.trip_code in unpaid or plan.role == "staff" else plan.payment_id
        for d, gate in enumerate(layout.doors):
            for time_s, way in _pass_gate(gate, trajectories, carried.get(n, n)):
                found.append(Crossing(time_s, n, "gate", d, way, shown if way == "in" else ""))
                shown = "" if way == "in" else shown
    return tuple(sorted(found, key=lambda c: (c.time_s, c.shopper, c.barrier, c.door)))


def _pass_gate(door: Door, trajectories: Trajectories, shopper: int) -> list[tuple[float, str]]:
    """List when a person's centre leaves or enters the passage behind a door, and which way.

    The passage ends at a line between the posts; where there are none, people also cut its corners.
    """
    there = np.flatnonzero(trajectories.present[:, shopper])
    away_m = trajectories.position_m[there, shopper] - door.point_m
    inward = -door.outward
    depth_m = away_m @ inward - GATE_LINE_M
    aside_m = np.abs(away_m @ np.array([inward[1], -inward[0]]))
    beyond_m = np.maximum(depth_m, aside_m - door.width_m / 2 - GATE_SIDE_M)
    crossings = []
    for k in np.flatnonzero((beyond_m[:-1] < 0) != (beyond_m[1:] < 0)):
        share = beyond_m[k] / (beyond_m[k] - beyond_m[k + 1])
        time_s = trajectories.time_s[there[k]] + share / trajectories.fps
        crossings.append((float(time_s), "in" if beyond_m[k] < 0 else "out"))
    return crossings
