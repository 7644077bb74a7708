"""Who comes and what for: trips, groups, payments, shopping lists and the special things people will do.

In: a `Scenario` and its `Store`. Out: one `TripPlan` a person: the `ShopperPlan` that the dataset records and
the errands that the behaviour layer (synth/behaviours/) carries out.

Statistics: quantity of a line 1/2/3 at 79.5 / 14.5 / 2.7 % (Complete Journey); basket sizes, popularity and
the rest come from the scenario. Of n people that walk together each has a speed of 1.26 - 0.04 n m/s
(Moussaid et al. 2010); only the ratio to one person's is used.
"""

from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import BehavioursSpec, Scenario, ShoppersSpec
from scenes.world import Store
from synth.bodies import sample_body_shape
from synth.records import ShopperPlan
from synth.shoppers.assortment import Assortment
from synth.shoppers.errands import NOT_BOUGHT, NOT_WANTED, Errand, TripPlan
from synth.shoppers.specials import make_special, sample_brought
from synth.shoppers.stories import plan_bags, plan_duets, plan_favours, plan_stories

TRIP_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
TRIP_CODE_LENGTH = 12
PAYMENT_CODE_LENGTH = 8
LEFT_HANDED_SHARE = 0.1
CARRY_SHARE = 0.2  # items carried in the hand to the next stop before they go into the bag
GROUP_GAP_S = (0.7, 1.6)  # between two members of a group at the door
LARGEST_WALKING_GROUP = 6


def sample_codes(count: int, length: int, *, rng: np.random.Generator) -> tuple[str, ...]:
    """Draw different random codes in Crockford's base 32.

    >>> codes = sample_codes(3, 12, rng=make_rng(0, 0, "plans"))
    >>> len(set(codes)), {len(code) for code in codes}
    (3, {12})
    """
    codes: dict[str, None] = {}
    while len(codes) < count:
        letters = rng.integers(len(TRIP_CODE_ALPHABET), size=length)
        codes["".join(TRIP_CODE_ALPHABET[i] for i in letters)] = None
    return tuple(codes)


def sample_plans(scenario: Scenario, store: Store) -> tuple[TripPlan, ...]:
    """Draw everybody's plan.

    Returns:
        One plan a trip in order of arrival; `arrival_s` counts from the clip's start (negative: warm-up).
    """
    spec = scenario.shoppers
    rng = make_rng(scenario.seed, scenario.index, "plans")
    group = sample_groups(spec, rng=rng)
    arrival_s = _sample_arrivals(spec, group, rng=rng) - scenario.clip.warmup_s
    codes = sample_codes(
        spec.count, TRIP_CODE_LENGTH, rng=make_rng(scenario.seed, scenario.index, "trip-codes")
    )
    child = _sample_children(spec, group, rng=rng)
    order = np.argsort(arrival_s, kind="stable")
    group, arrival_s, child = group[order], arrival_s[order], child[order]
    payment = _sample_payments(scenario, group)
    bodies = make_rng(scenario.seed, scenario.index, "bodies")
    alike = make_rng(scenario.seed, scenario.index, "twins").random(spec.count) < spec.twins
    coats = make_rng(scenario.seed, scenario.index, "coats").random(spec.count) < spec.big_coat
    coats &= ~child

    assortment = Assortment(store)
    plans: list[TripPlan] = []
    for n in range(spec.count):
        companions = int(np.sum(group == group[n])) - 1
        body = sample_body_shape(rng=bodies, child=bool(child[n]))
        errands = _sample_errands(
            scenario,
            assortment,
            number=n,
            companions=companions,
            child=bool(child[n]),
            stature_m=body.stature_m,
            big_coat=bool(coats[n]),
            rng=rng,
        )
        shopper = ShopperPlan(
            trip_code=codes[n],
            payment_id=payment[n],
            group=int(group[n]),
            arrival_s=float(arrival_s[n]),
            speed_mps=_sample_speed(spec, companions, rng=rng),
            shopping_list=(),
            behaviours=(),
            body=body,
            handedness="left" if rng.random() < LEFT_HANDED_SHARE else "right",
            big_coat=bool(coats[n]),
        )
        if alike[n] and n and child[n] == child[n - 1]:
            first = plans[-1].shopper
            shopper = replace(shopper, body=first.body, handedness=first.handedness, big_coat=first.big_coat)
        plans.append(TripPlan(shopper, errands))
    plans = plan_stories(plans, scenario.behaviours, rng=rng)
    plans = plan_duets(plans, scenario, store)
    plans = plan_favours(plans, scenario)
    plans = plan_bags(plans, scenario)
    return tuple(with_summary(plan) for plan in plans)


def sample_groups(spec: ShoppersSpec, *, rng: np.random.Generator) -> np.ndarray:
    """Draw who comes with whom.

    Returns:
        (N,) int64 group of each trip, ascending; the last group is cut to the number of trips.
    """
    sizes: list[int] = []
    while sum(sizes) < spec.count:
        sizes.append(int(spec.group_size.sample(rng=rng)))
    return np.repeat(np.arange(len(sizes)), sizes)[: spec.count]


def _sample_arrivals(spec: ShoppersSpec, group: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Draw when each trip's person reaches the door, (N,) seconds from the simulation's start."""
    groups = int(group[-1]) + 1 if len(group) else 0
    start_s = np.sort(rng.uniform(0.0, max(spec.arrival_window_s, 1e-9), groups))
    arrival_s = np.zeros(len(group))
    for g in range(groups):
        members = np.flatnonzero(group == g)
        gaps_s = rng.uniform(*GROUP_GAP_S, len(members))
        gaps_s[0] = 0.0
        arrival_s[members] = start_s[g] + np.cumsum(gaps_s)
    return arrival_s


def _sample_payments(scenario: Scenario, group: np.ndarray) -> tuple[str, ...]:
    """Draw the payment of each trip."""
    share = {
        "one_per_group": group,
        "one_per_trip": np.arange(len(group)),
        "one_for_all": np.zeros(len(group), np.int64),
    }[scenario.shoppers.payment]
    count = int(share.max()) + 1 if len(share) else 0
    rng = make_rng(scenario.seed, scenario.index, "payment-codes")
    codes = sample_codes(count, PAYMENT_CODE_LENGTH, rng=rng)
    return tuple(f"P-{codes[i]}" for i in share)


def _sample_children(spec: ShoppersSpec, group: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Draw who is a child: never the first of a group, so that an adult is always there.

    Returns:
        (N,) bool with `child_share` of all in the mean, as far as there are companions.
    """
    follows = np.zeros(len(group), bool)
    follows[1:] = group[1:] == group[:-1]
    share = min(1.0, spec.child_share * len(group) / max(1, int(follows.sum())))
    return follows & (rng.random(len(group)) < share)


def _sample_speed(spec: ShoppersSpec, companions: int, *, rng: np.random.Generator) -> float:
    n = min(companions + 1, LARGEST_WALKING_GROUP)
    return float(spec.speed_mps.sample(rng=rng)) * (1.26 - 0.04 * n) / (1.26 - 0.04)


def _sample_errands(
    scenario: Scenario,
    assortment: Assortment,
    *,
    number: int,
    companions: int,
    child: bool,
    stature_m: float,
    big_coat: bool,
    rng: np.random.Generator,
) -> tuple[Errand, ...]:
    """Draw a shopping list and what becomes of each item on it, and what they bring along."""
    behaviours = scenario.behaviours
    along = make_rng(scenario.seed, scenario.index, f"plans/brought/{number}")
    reading = make_rng(scenario.seed, scenario.index, f"plans/reading/{number}")
    brought = sample_brought(behaviours, assortment, staffed=scenario.journeys.staff > 0, rng=along)
    if rng.random() < behaviours.empty_handed:
        products = assortment.sample_basket(int(rng.integers(1, 4)), rng=rng)
        outcomes = rng.choice(("look", "touch", "put_back"), size=len(products), p=(0.35, 0.3, 0.35))
        return (*brought, *(Errand(p, str(o)) for p, o in zip(products, outcomes, strict=True)))
    items = 1 + int(scenario.shoppers.extra_items.sample(rng=rng))
    products = assortment.sample_basket(1 if child else items, rng=rng)
    errands = tuple(
        Errand(
            product,
            _sample_outcome(behaviours, companions, assortment, product, rng=rng),
            touch_first=bool(rng.random() < behaviours.touch),
            reads=bool(reading.random() < behaviours.read_label),
            carry=bool(rng.random() < CARRY_SHARE),
        )
        for product in products
    )
    if (
        child
        and make_rng(scenario.seed, scenario.index, f"plans/child/{number}").random() < behaviours.child_takes
    ):
        return tuple(Errand(product, "child_takes") for product in products)
    special = make_rng(scenario.seed, scenario.index, f"plans/special/{number}")
    specials = (
        make_special(
            errand,
            behaviours,
            assortment,
            companions=companions,
            stature_m=stature_m,
            big_coat=big_coat,
            rng=special,
        )
        for errand in errands
    )
    # What takes both hands comes last, and is carried out in them.
    return (*brought, *sorted(specials, key=lambda errand: errand.outcome == "both_hands"))


def _sample_outcome(
    behaviours: BehavioursSpec,
    companions: int,
    assortment: Assortment,
    product: int,
    *,
    rng: np.random.Generator,
) -> str:
    wrong, back, over = rng.random(3)
    if wrong < behaviours.wrong_shelf and assortment.can_misplace(product):
        return "wrong_shelf"
    if back < behaviours.put_back:
        return "put_back"
    return "hand_over" if companions and over < behaviours.hand_over else "keep"


def with_summary(plan: TripPlan) -> TripPlan:
    """Write the errands' products and special outcomes into what is recorded of the shopper."""
    special = {e.label for e in plan.errands} - {""}
    if any(e.touch_first for e in plan.errands):
        special.add("touch")
    if any(e.is_read for e in plan.errands):
        special.add("read_label")
    buys = any(e.outcome not in NOT_BOUGHT for e in plan.errands)
    if not buys:
        special.add("empty_handed")
    wanted = tuple(e.product for e in plan.errands if e.outcome not in NOT_WANTED)
    shopper = replace(plan.shopper, shopping_list=wanted, behaviours=tuple(sorted(special)))
    return replace(plan, shopper=shopper)
