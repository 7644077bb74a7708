"""Who comes, what they want, and where they are."""

import math
from dataclasses import dataclass

import numpy as np

from scenes.scenario import MILD_C

# How people get about: on foot, with a walking stick, in a wheelchair, behind a shopping trolley or a pram,
# with a mop (staff), with a small child on the arm, and as that child.
MOBILITIES = ("walking", "stick", "wheelchair", "trolley", "pram", "mop", "carrying", "carried")
PUSHED = ("trolley", "pram")  # what turns into the way, and not with the body
ROLES = ("shopper", "staff")
UMBRELLAS = ("", "hand", "forearm")  # none, in the hand, hooked over the forearm


def other_hand(hand: str) -> str:
    """Name the hand on the other side.

    >>> other_hand("left")
    'right'
    """
    return "right" if hand == "left" else "left"


@dataclass(frozen=True)
class BodyShape:
    """A body and its dress, all the numbers that synth/bodies needs to make it again.

    Attributes:
        age: 0 (baby) to 1 (old) in anny's sense; gender 0 (female) to 1 (male); height, weight and muscle
            0 to 1.
        stature_m: Resulting height.
        look_seed: Seeds skin, hair and clothes.
        dressed_for_c: Outdoor temperature in degrees Celsius that they have dressed for.
    """

    age: float
    gender: float
    height: float
    weight: float
    muscle: float
    stature_m: float
    look_seed: int
    dressed_for_c: float = MILD_C


@dataclass(frozen=True)
class ShopperPlan:
    """One trip: who, with whom, when, and what for.

    Attributes:
        trip_code: One-time random code of 12 characters of Crockford's base 32; it says nothing of the
            person.
        payment_id: The payment this trip belongs to: ``"P-..."``. An account that nobody pays begins with
            ``"U-"`` (who slipped in without a payment) or ``"S-"`` (staff).
        group: Number of the group that enters together.
        arrival_s: When the trip's person steps in.
        shopping_list: Product indices, in the order of the visit.
        behaviours: Names of the special things this shopper will do.
        body: See BodyShape.
        handedness: ``"left"`` or ``"right"``, the hand that reaches.
        mobility: One of MOBILITIES.
        role: One of ROLES; staff face up, restock or clean, and take returns.
        phone: Whether they look at a phone, in the hand that does not reach, while they walk.
        carried_by: Trip code of the adult on whose arm a child sits, "" for all others.
        umbrella: One of UMBRELLAS: how they carry a folded one, on the side of the hand that does not reach.
        big_coat: Whether they wear a long, loose coat.
        coat_on_arm: Whether they come with a coat over the forearm of the hand that does not reach.
        basket: Whether they have a shopping basket over that forearm, into which goes what they take.
    """

    trip_code: str
    payment_id: str
    group: int
    arrival_s: float
    speed_mps: float
    shopping_list: tuple[int, ...]
    behaviours: tuple[str, ...]
    body: BodyShape
    handedness: str
    mobility: str = "walking"
    role: str = "shopper"
    phone: bool = False
    carried_by: str = ""
    umbrella: str = ""
    big_coat: bool = False
    coat_on_arm: bool = False
    basket: bool = False

    @property
    def has_cart(self) -> bool:
        """Whether what they take goes into a trolley or a basket, where it can be seen."""
        return self.mobility == "trolley" or self.basket

    @property
    def bag_side(self) -> str:
        """See `choose_bag_side`."""
        return choose_bag_side(self.handedness, self.mobility, self.umbrella, self.coat_on_arm or self.basket)

    @property
    def is_one_handed(self) -> bool:
        """Whether only the hand that reaches does anything, the other is kept busy for the whole visit."""
        return self.mobility == "carrying" or self.umbrella == "hand" or self.coat_on_arm or self.basket


def choose_bag_side(handedness: str, mobility: str, umbrella: str, on_arm: bool) -> str:
    """Say on which side the bag hangs: away from the hand that reaches, or from what the other arm carries.

    That is a child, an umbrella, or a coat or basket (`on_arm`).

    >>> [choose_bag_side("right", mobility, "", False) for mobility in ("walking", "carrying", "carried")]
    ['left', 'right', '']
    >>> choose_bag_side("right", "walking", "hand", False)
    'right'
    """
    if mobility == "carried":
        return ""
    other = other_hand(handedness)
    return handedness if mobility == "carrying" or umbrella or on_arm else other


@dataclass(frozen=True)
class Trajectories:
    """Where everybody is on the floor.

    Attributes:
        time_s: (T,) float64, evenly spaced 1 / fps, from -warmup to the clip's end.
        position_m: (T, N, 2) float64; the last known position where not present.
        heading_rad: (T, N) float64, direction the body faces, counter-clockwise from +X.
        present: (T, N) bool.
        gear_rad: (T, N) float64, direction in which trolleys and prams point, likewise; anything for who
            pushes none.
    """

    fps: float
    time_s: np.ndarray
    position_m: np.ndarray
    heading_rad: np.ndarray
    present: np.ndarray
    gear_rad: np.ndarray

    def pose(self, shopper: int, time_s: float, *, of_gear: bool = False) -> np.ndarray:
        """Return where (4, 4) somebody is at a time at which they are present: +X ahead, on the floor.

        So is what they push (`of_gear`), whose frame has its origin under them and +X where it points.
        """
        exact = min(max((time_s - self.time_s[0]) * self.fps, 0.0), len(self.time_s) - 1.0)
        low = int(exact)
        high = min(low + 1, len(self.time_s) - 1)
        if not self.present[high, shopper]:
            high = low
        share = exact - low
        turns_rad = self.gear_rad if of_gear else self.heading_rad
        from_rad, to_rad = turns_rad[[low, high], shopper].tolist()
        turned_rad = from_rad + share * math.remainder(to_rad - from_rad, 2.0 * math.pi)
        pose = np.eye(4)
        pose[:2, :2] = [
            [math.cos(turned_rad), -math.sin(turned_rad)],
            [math.sin(turned_rad), math.cos(turned_rad)],
        ]
        pose[:2, 3] = (1.0 - share) * self.position_m[low, shopper] + share * self.position_m[high, shopper]
        return pose
