"""Where people stand: in front of a slot so that the hand gets there, or face to face to hand something over.

In: slots, people's reach and the floor where centres may be. Out: `Stop`s, and which of them are taken. Stops
that are in use at the same time are at least 0.75 m apart, so that nobody stands in anybody's way.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from scenes.world import CaseDoor, Store
from synth.walking.boxes import Box, make_box
from synth.walking.gear import Gear
from synth.walking.leaves import Bars, Sector, make_sector

STOP_GAP_M = 0.75
GEAR_GAP_M = 0.2  # from what another pushes or rides to the centre of who stands beside it
VIA_GAP_M = 0.5  # and passes others there at this distance
ALONG_M = 0.8  # whoever pushes something walks so far along the shelf before they stand at it
CELL_M = 1.3  # no gap is wider: two who carry children keep 1.25 m
REACH_M = (0.33, 0.72)  # horizontal distance from the body's centre to the item
COMFORTABLE_REACH_M = 0.58
EDGE_DISTANCE_M = (0.42, 0.56)  # from the body's centre to the shelf's front edge
SHOULDER_M = 0.15  # the reaching shoulder's offset: the body stands this far to the other side
FARTHEST_SHIFTS_M = (-0.6 * SHOULDER_M, 1.8 * SHOULDER_M)  # against the hand's side and to the other
STOPS_RADIUS_M = math.hypot(
    (FARTHEST_SHIFTS_M[1] - FARTHEST_SHIFTS_M[0]) / 2, (EDGE_DISTANCE_M[1] - EDGE_DISTANCE_M[0]) / 2
)
LOWEST_REACH_M = 0.20
LOWEST_UPRIGHT_M = 0.80  # of who does not squat: with a child on the arm
HIGHEST_REACH_SHARE = 0.95  # of the stature
HAND_OVER_GAP_M = 0.80
FLOOR_EDGE_M = 0.14  # what lies on the floor is stood before nearer by this than what lies on a shelf
DUET_ASIDE_M = 0.385  # from the middle between two slots to either of two people who reach side by side
LOOKED_AT_M = 0.05  # what people only look at, behind the edge
DUET_DEPTH_M = 0.05  # centre of the items they take, behind the edge
LEAF_CLEARANCE_M = 0.21  # from an open door to the centre of who stands at it
HANDLE_ASIDE_M = (0.08, 0.16, 0.26, 0.0)  # where one stands to pull a door open, beyond its edge
HANDLE_BEFORE_M = (0.58, 0.64, 0.69)  # and before it
HANDLE_CLEAR_M = 0.27  # so far from where the edge of the door passes, at least
_SIDE = {"right": -1.0, "left": 1.0}


@dataclass(frozen=True)
class Stop:
    """A place to stand and the way to face there."""

    position_m: tuple[float, float]
    heading_rad: float


def is_within_height(stature_m: float, centre_z_m: float, *, squats: bool = True) -> bool:
    """Say whether somebody can grasp something at this height, leaning or squatting.

    >>> is_within_height(1.75, 1.6), is_within_height(1.2, 1.6)
    (True, False)
    """
    lowest_m = LOWEST_REACH_M if squats else LOWEST_UPRIGHT_M
    return lowest_m <= centre_z_m <= HIGHEST_REACH_SHARE * stature_m


def compute_stops(
    world_from_slot: np.ndarray,
    item_y_m: float,
    handedness: str,
    floor: shapely.Polygon,
    *,
    close: bool = False,
) -> tuple[Stop, ...]:
    """List where one may stand to reach into a slot, best first.

    Args:
        world_from_slot: (4, 4).
        item_y_m: Centre of the item, metres behind the shelf's front edge.
        handedness: The reaching hand.
        floor: Where centres may be.
        close: Whether one stands as close as possible, as before a chest into which one bends down.
    """
    edge_m = min(max(COMFORTABLE_REACH_M - item_y_m, EDGE_DISTANCE_M[0]), EDGE_DISTANCE_M[1])
    side = _SIDE[handedness]
    (right_x, forward_x, _, x_m), (right_y, forward_y, _, y_m) = world_from_slot[:2].tolist()
    spots = [
        (x_m + shift_m * right_x - away_m * forward_x, y_m + shift_m * right_y - away_m * forward_y)
        for shift_m in (side * SHOULDER_M, 0.0, side * FARTHEST_SHIFTS_M[1], side * FARTHEST_SHIFTS_M[0])
        for away_m in (EDGE_DISTANCE_M[:1] if close else dict.fromkeys((edge_m, *EDGE_DISTANCE_M)))
        if REACH_M[0] <= math.hypot(shift_m, away_m + item_y_m) <= REACH_M[1]
    ]
    if not spots:
        return ()
    heading_rad = math.atan2(forward_y, forward_x)
    inside = shapely.intersects_xy(floor, spots)
    return tuple(Stop(spot, heading_rad) for spot, fits in zip(spots, inside, strict=True) if fits)


def _middle_of_stops(world_from_slot: np.ndarray, handedness: str) -> np.ndarray:
    """Return the middle (S, 2) of all stops of each slot; none is farther from it than STOPS_RADIUS_M."""
    right, forward = world_from_slot[:, :2, 0], world_from_slot[:, :2, 1]
    shift_m = _SIDE[handedness] * sum(FARTHEST_SHIFTS_M) / 2
    return world_from_slot[:, :2, 3] + shift_m * right - sum(EDGE_DISTANCE_M) / 2 * forward


def _cell(position_m: tuple[float, float]) -> tuple[int, int]:
    return math.floor(position_m[0] / CELL_M), math.floor(position_m[1] / CELL_M)


def _cells_around(position_m: tuple[float, float]) -> list[tuple[int, int]]:
    column, row = _cell(position_m)
    return [(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


class Stops:
    """The stops in use, one a person."""

    def __init__(self, store: Store, floor: shapely.Polygon):
        """Start with an empty shop.

        Args:
            store: Its planogram says where slots are.
            floor: Where centres may be.
        """
        self._world_from_slot = store.planogram.world_from_slot
        self.floor = floor
        self._taken: dict[int, tuple[float, float]] = {}
        self._extra_m: dict[int, float] = {}
        # Cell of CELL_M -> who has a stop there or in a cell beside it, where, and what more room they need:
        # asked often, changed seldom.
        self._near: dict[tuple[int, int], list[tuple[int, float, float, float]]] = {}
        self._known: dict[tuple[int, float, str], tuple[Stop, ...]] = {}
        self._known_low: dict[tuple[bytes, str], tuple[Stop, ...]] = {}  # before what lies on the floor
        self._leaf = {slot: make_sector(door, 1.0, 1.0) for door in store.case_doors for slot in door.slots}
        self._in_chests = frozenset(np.flatnonzero(store.is_in("chest")).tolist())
        self._bars = Bars()
        self._gear: dict[int, Gear] = {}
        self._boxes: list[tuple[int, Box]] = []
        self._middle_m = {
            handedness: _middle_of_stops(self._world_from_slot, handedness).tolist() for handedness in _SIDE
        }

    def widen(self, shopper: int, extra_m: float, *, gear: Gear | None) -> None:
        """Note that somebody needs so much more room than a person on foot, and for what.

        Whoever pushes or rides something has no room for it where glass doors swing.
        """
        self._extra_m[shopper] = extra_m
        if gear is not None:
            self._gear[shopper] = gear

    def set_boxes(self, boxes: list[tuple[int, Box]]) -> None:
        """Note where what people push or ride stands, or will, and whose it is."""
        self._boxes = boxes

    def list_sides_rad(self, shopper: int, stop: Stop) -> list[float]:
        """List where what somebody pushes may point while they are at a stop: along it, and at nobody."""
        gear, sides_rad = self._gear[shopper], []
        others_m = [taken_m for other, taken_m in self._taken.items() if other != shopper]
        boxes = [box for other, box in self._boxes if other != shopper]
        (x_m, y_m), comes = stop.position_m, True
        along_rad = [stop.heading_rad + math.pi / 2, stop.heading_rad - math.pi / 2]
        for own in (box for other, box in self._boxes if other == shopper):
            middle_m = (gear.box_m[0] + gear.box_m[1]) / 2
            owner_m = own.x_m - middle_m * own.cos, own.y_m - middle_m * own.sin
            if math.dist(owner_m, stop.position_m) < ALONG_M:
                along_rad, comes = [math.atan2(own.sin, own.cos)], False  # it stays as it is
        for rad in along_rad:
            mine = make_box(gear, stop.position_m, rad)
            clear = all(mine.off_point(*other_m)[0] > GEAR_GAP_M for other_m in others_m)
            if clear and comes:
                via_m = x_m - ALONG_M * math.cos(rad), y_m - ALONG_M * math.sin(rad)
                clear = bool(shapely.intersects_xy(self.floor, *via_m)) and all(
                    math.dist(via_m, other_m) > VIA_GAP_M for other_m in others_m
                )
            if clear and all(mine.off_box(box)[0] > 0.0 for box in boxes):
                sides_rad.append(rad)
        return sides_rad

    def _has_side(self, shopper: int, stop: Stop) -> bool:
        """Say whether there is room at a stop for what somebody pushes, if anything."""
        gear = self._gear.get(shopper)
        return gear is None or not gear.pushed or bool(self.list_sides_rad(shopper, stop))

    def set_leaves(self, leaves: tuple[Sector, ...], swings: tuple[Sector, ...]) -> None:
        """Note where open doors stand in people's way, and what they swing over."""
        self._bars = Bars(leaves, swings)

    def for_slot(self, shopper: int, slot: int, item_y_m: float, handedness: str) -> Stop | None:
        """Return the best free stop in front of a slot, None when there is none."""
        for stop in self.list_for_slot(shopper, slot, item_y_m, handedness):
            if self.is_free(shopper, stop.position_m) and self._has_side(shopper, stop):
                return stop
        return None

    def is_approachable(self, shopper: int, slot: int, item_y_m: float, handedness: str) -> bool:
        """Say whether `for_slot` finds a stop once nobody else is there."""
        return bool(self.list_for_slot(shopper, slot, item_y_m, handedness))

    def list_for_slot(self, shopper: int, slot: int, item_y_m: float, handedness: str) -> tuple[Stop, ...]:
        """List the stops in front of a slot, free or not, best first."""
        if slot in self._leaf and shopper in self._gear:
            return ()
        key = (slot, item_y_m, handedness)
        if key not in self._known:
            close = slot in self._in_chests
            stops = compute_stops(self._world_from_slot[slot], item_y_m, handedness, self.floor, close=close)
            self._known[key] = tuple(stop for stop in stops if self._is_clear(slot, stop))
        return self._known[key]

    def _keeps_off(self, shopper: int, position_m: tuple[float, float]) -> bool:
        """Say whether no door that is open now, or being opened, is where one would stand."""
        bars = self._bars.swings if shopper in self._gear else self._bars.leaves
        clear_m = LEAF_CLEARANCE_M + self._extra_m.get(shopper, 0.0)
        return not bars or all(bar.distance_m(*position_m) >= clear_m for bar in bars)

    def _is_clear(self, slot: int, stop: Stop) -> bool:
        """Say whether the open door before a slot, if there is one, leaves room to stand."""
        leaf = self._leaf.get(slot)
        return leaf is None or leaf.distance_m(*stop.position_m) >= LEAF_CLEARANCE_M

    def for_handle(self, shopper: int, door: CaseDoor) -> Stop | None:
        """Return where to stand to pull a door open, clear of its swing, None where there is no room."""
        ahead = -door.outward
        heading_rad = math.atan2(ahead[1], ahead[0])
        for aside_m in HANDLE_ASIDE_M:
            for before_m in HANDLE_BEFORE_M:
                away_m = door.along * (door.width_m + aside_m) + door.outward * before_m
                clear_m = door.width_m + HANDLE_CLEAR_M + self._extra_m.get(shopper, 0.0)
                spot_m = (float(door.hinge_m[0] + away_m[0]), float(door.hinge_m[1] + away_m[1]))
                if math.hypot(aside_m, before_m) > REACH_M[1]:
                    continue
                if float(np.linalg.norm(away_m)) < clear_m or not shapely.intersects_xy(self.floor, *spot_m):
                    continue
                if self.is_free(shopper, spot_m):
                    return Stop(spot_m, heading_rad)
        return None

    def has_room(self, shopper: int, slot: int, handedness: str) -> bool:
        """Say whether nobody shuts all stops of a slot by standing in the middle of them."""
        reach_m = STOP_GAP_M + self._extra_m.get(shopper, 0.0) - STOPS_RADIUS_M
        x_m, y_m = middle_m = self._middle_m[handedness][slot]
        for other, other_x_m, other_y_m, extra_m in self._near.get(_cell(middle_m), ()):
            near = (x_m - other_x_m) ** 2 + (y_m - other_y_m) ** 2 < (reach_m + extra_m) ** 2
            if near and other != shopper:
                return False
        return True

    def for_floor(self, shopper: int, world_from_item: np.ndarray, handedness: str) -> Stop | None:
        """Return the best free stop to pick an item up that lies on the floor, None when there is none."""
        key = (world_from_item.tobytes(), handedness)
        if key not in self._known_low:
            edge = world_from_item.copy()
            edge[:2, 3] -= FLOOR_EDGE_M * edge[:2, 1]
            self._known_low[key] = compute_stops(edge, FLOOR_EDGE_M, handedness, self.floor)
        for stop in self._known_low[key]:
            if self.is_free(shopper, stop.position_m):
                return stop
        return None

    def for_duet(self, shopper: int, slot: int, beside_slot: int, side: float) -> Stop | None:
        """Return where one of two who reach side by side stands: aslant before the slots, facing their own.

        Args:
            shopper: Who.
            slot: What they reach into.
            beside_slot: What the other reaches into.
            side: -1 to stand on the left, seen from the aisle, 1 on the right.
        """
        centre_m = (self._world_from_slot[slot][:3, 3] + self._world_from_slot[beside_slot][:3, 3]) / 2
        right, forward = self._world_from_slot[slot][:2, 0], self._world_from_slot[slot][:2, 1]
        spot = centre_m[:2] + side * DUET_ASIDE_M * right - EDGE_DISTANCE_M[0] * forward
        goal = self._world_from_slot[slot][:2, 3] + DUET_DEPTH_M * forward
        if not shapely.intersects_xy(self.floor, *spot) or not self.is_free(shopper, tuple(spot)):
            return None
        way = goal - spot
        return Stop((float(spot[0]), float(spot[1])), math.atan2(way[1], way[0]))

    def for_hand_over(
        self, giver: int, here_m: tuple[float, float], receiver: int, there_m: tuple[float, float]
    ) -> tuple[Stop, Stop] | None:
        """Find where two people stand face to face, near the giver and on the receiver's side.

        Returns:
            The giver's and the receiver's stop, None when there is no room.
        """
        toward_rad = math.atan2(there_m[1] - here_m[1], there_m[0] - here_m[0])
        for away_m in (0.0, 0.4, 0.8, 1.2, 1.6, 2.2):
            for k in range(12 if away_m else 1):
                a = toward_rad + (k + 1) // 2 * (-1) ** k * math.pi / 6
                giver_m = (here_m[0] + away_m * math.cos(a), here_m[1] + away_m * math.sin(a))
                for turn in (0, 1, -1, 2, -2, 3, -3, 4):
                    b = toward_rad + turn * math.pi / 4
                    receiver_m = (
                        giver_m[0] + HAND_OVER_GAP_M * math.cos(b),
                        giver_m[1] + HAND_OVER_GAP_M * math.sin(b),
                    )
                    if self._is_open(giver, receiver, giver_m) and self._is_open(receiver, giver, receiver_m):
                        return Stop(giver_m, b), Stop(receiver_m, (b + 2 * math.pi) % (2 * math.pi) - math.pi)
        return None

    def is_free(self, shopper: int, position_m: tuple[float, float], *, but: int = -1) -> bool:
        """Say whether a stop here keeps its distance from everybody else's, and from open doors."""
        gap_m = STOP_GAP_M + self._extra_m.get(shopper, 0.0)
        x_m, y_m = position_m
        for other, other_x_m, other_y_m, extra_m in self._near.get(_cell(position_m), ()):
            near = (x_m - other_x_m) ** 2 + (y_m - other_y_m) ** 2 < (gap_m + extra_m) ** 2
            if near and other != shopper and other != but:
                return False
        for other, box in self._boxes:
            if other not in (shopper, but) and box.off_point(x_m, y_m)[0] < GEAR_GAP_M:
                return False
        return self._keeps_off(shopper, position_m)

    def reserve(self, shopper: int, position_m: tuple[float, float]) -> None:
        """Take a stop, leaving the one before."""
        self.release(shopper)
        self._taken[shopper] = position_m
        entry = (shopper, *position_m, self._extra_m.get(shopper, 0.0))
        for cell in _cells_around(position_m):
            self._near.setdefault(cell, []).append(entry)

    def release(self, shopper: int) -> None:
        """Leave the stop, if any."""
        taken_m = self._taken.pop(shopper, None)
        if taken_m is not None:
            for cell in _cells_around(taken_m):
                self._near[cell] = [entry for entry in self._near[cell] if entry[0] != shopper]

    def _is_open(self, shopper: int, but: int, position_m: tuple[float, float]) -> bool:
        inside = bool(shapely.intersects_xy(self.floor, *position_m))
        return inside and self.is_free(shopper, position_m, but=but)
