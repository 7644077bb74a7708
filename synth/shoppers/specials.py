"""The rarer things that people do: which plain purchases become one, and with which product.

In: an errand drawn by synth/shoppers/plans.py, the scenario's chances and the store. Out: the errand,
changed or not, and what people bring along from outside.
"""

from dataclasses import replace

import numpy as np

from scenes.scenario import BehavioursSpec
from scenes.world import Fixture, Store
from synth.shoppers.errands import Errand
from synth.walking.stops import HIGHEST_REACH_SHARE

EATEN_IN_SHOPS = ("cola", "lemonade", "energy drink", "iced tea", "water", "gummy bears", "crisps", "yogurt")
GRAB_WIDTH_M = 0.095  # of wider items a hand takes one at a time
POCKET_M = (0.10, 0.24)  # width and height of what goes into a pocket or under a coat
BEHIND_DEPTH_M = 0.12  # of what is taken from behind the first
LARGE_M, HEAVY_KG = (0.15, 0.36), 1.2  # widths and least mass of what takes both hands
HELD_AND_RETURNED = 0.4  # of what is held for long
SET_DOWN = 0.5  # of what people bring along and take out
LEDGES = ("counter",)
LEDGE_HEIGHT_M = (0.7, 1.25)
ANOTHER_AISLE = 0.5  # of what is put back elsewhere
HIGH_SHARE = 0.72  # of the stature: centres of the items for which people reach high
LOW_M = (0.20, 0.55)  # and for which they squat
LEANING_SHARE = (0.48, 0.72)  # of the stature: boards on which people lean
AT_HEIGHT = ("reach_high", "squat", "lean_on_shelf")
GRABS = ("one_of_two", "several_at_once")
OLDER = (
    "beside_twin",
    "leave_on_floor",
    "one_of_two",
    "swap",
    "hold_long",
    "hold_on_shelf",
    "consume",
    "hand_to_stranger",
    "several_at_once",
    "adjacent_quickly",
)
NEWER = (
    "leave_on_ledge",
    "into_friends_bag",
    "plant_in_bag",
    "conceal",
    "compare_two",
    "from_back",
    "reach_high",
    "squat",
    "drop_and_break",
    "knock_over",
    "put_back_elsewhere",
)
NEWEST = ("lean_on_shelf", "both_hands")  # drawn from a stream of their own, so that they move nothing else


def make_special(
    errand: Errand,
    behaviours: BehavioursSpec,
    store: Store,
    *,
    companions: int,
    stature_m: float,
    rng: np.random.Generator,
) -> Errand:
    """Draw whether a plain purchase becomes one of the rarer things that people do.

    Args:
        errand: Anything but a plain purchase is returned as it is.
        behaviours: The chance of each.
        store: Its stock says with which product each can be done.
        companions: How many came along.
        stature_m: How high the person reaches.
        rng: Draws as much whatever comes of it.
    """
    names = (*OLDER, *NEWER, *NEWEST)
    own = rng.spawn(1)[0]
    luck = dict(zip(names, [*rng.random(len(OLDER) + len(NEWER)), *own.random(len(NEWEST))], strict=True))
    drawn = [name for name in names if luck[name] < getattr(behaviours, name)]
    drawn.sort(
        key=lambda name: luck[name] / getattr(behaviours, name)
    )  # each that is drawn is as likely first
    many, back = int(rng.integers(2, 4)), bool(rng.random() < HELD_AND_RETURNED)
    far = bool(rng.random() < ANOTHER_AISLE)
    if errand.outcome != "keep":
        return errand
    for name in drawn:
        if name == "into_friends_bag" and not companions:
            continue
        chooser = own if name in NEWEST else rng
        product = _choose_suitable(errand.product, name, store, stature_m=stature_m, rng=chooser)
        if product < 0:
            continue
        errand = replace(errand, product=product)
        if name == "beside_twin":
            return replace(errand, outcome="wrong_shelf", twin=True, carry=False)
        if name == "several_at_once":
            return replace(errand, quantity=many, carry=False)
        if name == "hold_long":
            return replace(errand, outcome="return_held" if back else name, carry=False)
        if name == "put_back_elsewhere":
            return replace(errand, outcome=name, far=far, carry=False)
        if name == "knock_over":
            return replace(errand, outcome=name, touch_first=False, carry=False)
        return replace(errand, outcome=name, quantity=2 if name in GRABS else 1, carry=False)
    return errand


def sample_brought(
    behaviours: BehavioursSpec, store: Store, *, staffed: bool, rng: np.random.Generator
) -> tuple[Errand, ...]:
    """Draw what somebody brings along: something like the shop's own, or bought on an earlier visit."""
    own, earlier, down = rng.random(3)
    stocked = np.unique(store.planogram.product[store.planogram.count > 0])
    first, second = (int(product) for product in rng.choice(stocked, 2)) if len(stocked) else (-1, -1)
    errands = []
    if own < behaviours.bring_own and first >= 0:
        errands.append(Errand(first, "set_own_down" if down < SET_DOWN else "show_own"))
    if earlier < behaviours.return_earlier and second >= 0:
        to_staff = rng.random() < behaviours.return_to_staff and staffed
        errands.append(Errand(second, "return_to_staff" if to_staff else "return_earlier"))
    return tuple(errands)


def _choose_suitable(
    product: int, behaviour: str, store: Store, *, stature_m: float, rng: np.random.Generator
) -> int:
    """Return the product if a behaviour can be done with it, else a stocked one with which it can, or -1."""
    catalogue, plan = store.catalogue, store.planogram
    fits = np.ones(len(catalogue.sku), bool)
    useful = plan.count >= (2 if behaviour in (*GRABS, "from_back") else 1)
    if behaviour in GRABS:
        fits = catalogue.size_m[:, 0] <= GRAB_WIDTH_M
    elif behaviour == "beside_twin":
        fits = catalogue.weight_twin >= 0
    elif behaviour == "consume":
        fits = np.array([is_eaten_in_shops(name) for name in catalogue.name])
    elif behaviour == "conceal":
        fits = (catalogue.size_m[:, :2].max(axis=1) <= POCKET_M[0]) & (catalogue.size_m[:, 2] <= POCKET_M[1])
    elif behaviour == "both_hands":
        wide = (catalogue.size_m[:, 0] >= LARGE_M[0]) & (catalogue.size_m[:, 0] <= LARGE_M[1])
        fits = wide & (catalogue.mass_kg >= HEAVY_KG)
    elif behaviour == "from_back":
        fits = catalogue.size_m[:, 1] <= BEHIND_DEPTH_M
    elif behaviour == "leave_on_ledge":
        fits &= any(is_ledge(fixture) for fixture in store.layout.fixtures)
    elif behaviour in AT_HEIGHT:
        useful &= is_at_height(store, behaviour, stature_m)
    else:
        return product
    stocked = np.zeros(len(fits), bool)
    stocked[plan.product[useful]] = True
    if fits[product] and stocked[product]:
        return product
    others = np.flatnonzero(fits & stocked)
    return int(rng.choice(others)) if len(others) else -1


def is_at_height(store: Store, behaviour: str, stature_m: float) -> np.ndarray:
    """Say for each slot (S,) whether somebody reaches high for what stands there, squats, or leans there."""
    plan = store.planogram
    if behaviour == "lean_on_shelf":
        share = plan.world_from_slot[:, 2, 3] / stature_m
        return (share >= LEANING_SHARE[0]) & (share <= LEANING_SHARE[1])
    centre_m = plan.world_from_slot[:, 2, 3] + store.catalogue.size_m[plan.product, 2] / 2
    if behaviour == "squat":
        return (centre_m >= LOW_M[0]) & (centre_m <= LOW_M[1])
    return (centre_m >= HIGH_SHARE * stature_m) & (centre_m <= HIGHEST_REACH_SHARE * stature_m)


def is_ledge(fixture: Fixture) -> bool:
    """Say whether things can be left on top of a fixture."""
    return fixture.kind in LEDGES and LEDGE_HEIGHT_M[0] <= fixture.height_m <= LEDGE_HEIGHT_M[1]


def is_eaten_in_shops(name: str) -> bool:
    """Say whether a product is something that people open before they have left.

    >>> is_eaten_in_shops("Cola Zero 330 ml"), is_eaten_in_shops("Washing Powder")
    (True, False)
    """
    return any(word in name.lower() for word in EATEN_IN_SHOPS)
