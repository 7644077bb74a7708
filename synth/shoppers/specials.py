"""The rarer things that people do: which plain purchases become one, and with which product.

In: an errand drawn by synth/shoppers/plans.py, the scenario's chances and the store. Out: the errand,
changed or not, and what people bring along from outside.
"""

from dataclasses import replace

import numpy as np

from scenes.scenario import BehavioursSpec
from synth.shoppers.assortment import Assortment
from synth.shoppers.errands import Errand
from synth.shoppers.suitable import CHOOSY, GRABS

HELD_AND_RETURNED = 0.4  # of what is held for long
SET_DOWN = 0.5  # of what people bring along and take out
ANOTHER_AISLE = 0.5  # of what is put back elsewhere
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
# Each line is drawn from a stream of its own, so that it moves nothing else.
STREAMS = (
    (*OLDER, *NEWER),
    ("lean_on_shelf", "both_hands"),
    ("put_back_in_fridge",),
)


def make_special(
    errand: Errand,
    behaviours: BehavioursSpec,
    assortment: Assortment,
    *,
    companions: int,
    stature_m: float,
    big_coat: bool,
    rng: np.random.Generator,
) -> Errand:
    """Draw whether a plain purchase becomes one of the rarer things that people do.

    Args:
        errand: Anything but a plain purchase is returned as it is; only of what is passed on to a companion
            several may be taken at once.
        behaviours: The chance of each.
        assortment: Says with which product each can be done.
        companions: How many came along.
        stature_m: How high the person reaches.
        big_coat: Whether they have room for more than what goes into a pocket.
        rng: Draws as much whatever comes of it.
    """
    rank: dict[str, float] = {}  # of what is drawn: each is as likely first
    chooser_of: dict[str, np.random.Generator] = {}
    for names, stream in zip(STREAMS, (rng, *rng.spawn(2)), strict=True):
        for name, luck in zip(names, stream.random(len(names)).tolist(), strict=True):
            chance = getattr(behaviours, name)
            if luck < chance:
                rank[name], chooser_of[name] = luck / chance, stream
    many, back = int(rng.integers(2, 4)), bool(rng.random() < HELD_AND_RETURNED)
    far = bool(rng.random() < ANOTHER_AISLE)
    if errand.outcome == "hand_over":  # of what is passed on there may be several
        rank = {name: rank[name] for name in rank if name == "several_at_once"}
    elif errand.outcome != "keep":
        return errand
    for name in sorted(rank, key=rank.__getitem__):
        if name == "into_friends_bag" and not companions:
            continue
        chooser = chooser_of[name]
        under_coat = name == "conceal" and big_coat
        asked = "conceal_under_coat" if under_coat else name
        product = _choose_suitable(errand.product, asked, assortment, stature_m=stature_m, rng=chooser)
        elsewhere = assortment.choose_elsewhere(product, far) if name == "put_back_elsewhere" else far
        if product < 0 or elsewhere is None:
            continue
        errand = replace(errand, product=product)
        if name == "beside_twin":
            return replace(errand, outcome="wrong_shelf", twin=True, carry=False)
        if name == "several_at_once":
            return replace(errand, quantity=many, carry=False)
        if name == "hold_long":
            return replace(errand, outcome="return_held" if back else name, carry=False)
        if name == "put_back_elsewhere":
            return replace(errand, outcome=name, far=elsewhere, carry=False)
        if name == "knock_over":
            return replace(errand, outcome=name, touch_first=False, carry=False)
        return replace(errand, outcome=name, quantity=2 if name in GRABS else 1, carry=False)
    return errand


def sample_brought(
    behaviours: BehavioursSpec, assortment: Assortment, *, staffed: bool, rng: np.random.Generator
) -> tuple[Errand, ...]:
    """Draw what somebody brings along: something like the shop's own, or bought on an earlier visit."""
    own, earlier, down = rng.random(3)
    stocked = assortment.stocked
    first, second = (int(product) for product in rng.choice(stocked, 2)) if len(stocked) else (-1, -1)
    errands = []
    if own < behaviours.bring_own and first >= 0:
        errands.append(Errand(first, "set_own_down" if down < SET_DOWN else "show_own"))
    if earlier < behaviours.return_earlier and second >= 0:
        to_staff = rng.random() < behaviours.return_to_staff and staffed
        errands.append(Errand(second, "return_to_staff" if to_staff else "return_earlier"))
    return tuple(errands)


def _choose_suitable(
    product: int, behaviour: str, assortment: Assortment, *, stature_m: float, rng: np.random.Generator
) -> int:
    """Return the product if a behaviour can be done with it, else a stocked one with which it can, or -1."""
    if behaviour not in CHOOSY:
        return product
    suitable = assortment.suitable(behaviour, stature_m)
    if product in suitable:
        return product
    return int(rng.choice(suitable)) if len(suitable) else -1
