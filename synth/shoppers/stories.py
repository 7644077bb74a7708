"""What ties people's plans together: what one misplaces and another buys, reaches at once, favours, bags.

In: `TripPlan`s that synth/shoppers/plans.py drew for each alone. Out: the same with errands that meet.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenes.randomness import make_rng
from scenes.scenario import BehavioursSpec, Scenario
from scenes.world import Store
from synth.shoppers.duets import find_pairs, leave_room
from synth.shoppers.errands import BOUGHT_LATER, NOT_BOUGHT, WITH_BAGS, Errand, TripPlan

FIRST_DUET = 10_000  # stories of duets are numbered from here on
FIRST_BAG = 20_000  # and those of bags from here
CHILD_AGE = 0.5  # of BodyShape.age, below it is a child
TALL_ENOUGH_M = 1.4  # to reach what others have put somewhere


def plan_stories(
    plans: list[TripPlan], behaviours: BehavioursSpec, *, rng: np.random.Generator
) -> list[TripPlan]:
    """Give misplaced items their buyers: somebody else's list gets the item that will lie in a wrong slot.

    The first wrong put of a trip comes early, and so does the first purchase of what somebody before them
    misplaces, so that both halves of a story have time; later ones are bought when all else is done.
    """
    at_once: list[list[Errand]] = [[] for _ in plans]
    at_last: list[list[Errand]] = [[] for _ in plans]
    own = [list(plan.errands) for plan in plans]
    story = 0
    for n, plan in enumerate(plans):
        for k, errand in enumerate(plan.errands):
            if errand.outcome not in BOUGHT_LATER:
                continue
            chance = getattr(behaviours, BOUGHT_LATER[errand.outcome])
            if rng.random() >= chance:
                continue
            bought = [len(a) + len(b) for a, b in zip(at_once, at_last, strict=True)]
            buyer = _choose_buyer(plans, n, bought)
            if buyer is None:
                continue
            own[n][k] = replace(errand, story=story)
            wanted = Errand(errand.product, BOUGHT_LATER[errand.outcome], story=story)
            waits = buyer > n and not at_once[buyer] and not at_once[n]  # nobody waits for one who waits
            (at_once if waits else at_last)[buyer].append(wanted)
            story += 1
    for errands in own:
        first = next((e for e in errands if e.story >= 0 and e.outcome not in WITH_BAGS), None)
        if first is not None:
            errands.remove(first)
            errands.insert(0, first)
    return [replace(plan, errands=(*at_once[n], *own[n], *at_last[n])) for n, plan in enumerate(plans)]


def plan_duets(plans: list[TripPlan], scenario: Scenario, store: Store) -> list[TripPlan]:
    """Let neighbours in the order of arrival begin by reaching at the same time, each pair side by side."""
    rng = make_rng(scenario.seed, scenario.index, "plans/duets")
    chances = {"same_product": scenario.behaviours.same_product}
    chances["crossing_hands"] = scenario.behaviours.crossing_hands
    story = FIRST_DUET
    free = [n for n, plan in enumerate(plans) if any(e.outcome not in NOT_BOUGHT for e in plan.errands)]
    for name, chance in chances.items():
        if chance == 0.0:
            continue
        pairs = find_pairs(store, crossing=name == "crossing_hands")
        for n in list(free):
            if n not in free or rng.random() >= chance or not pairs:
                continue
            tall = plans[n].shopper.body.stature_m >= TALL_ENOUGH_M
            partner = next(
                (m for m in free if m > n and plans[m].shopper.body.stature_m >= TALL_ENOUGH_M), None
            )
            if partner is None or not tall:
                continue
            left, right = pairs.pop(int(rng.integers(len(pairs))))
            pairs = leave_room(store, left, pairs)
            product = store.planogram.product
            for who, own, other, side in ((n, left, right, -1), (partner, right, left, 1)):
                errand = Errand(int(product[own]), name, story=story, slot=own, beside_slot=other, side=side)
                plans[who] = replace(plans[who], errands=(errand, *plans[who].errands))
                free.remove(who)
            story += 1
    return plans


def plan_favours(plans: list[TripPlan], scenario: Scenario) -> list[TripPlan]:
    """Let people take something for somebody who pays with another payment, and who is there at the time."""
    rng = make_rng(scenario.seed, scenario.index, "plans/favours")
    chance = scenario.behaviours.take_for_other_group
    if chance == 0.0:
        return plans
    for n, plan in enumerate(plans):
        lucky = [rng.random() < chance for _ in plan.errands]
        if not any(lucky):
            continue
        others = [
            m for m, p in enumerate(plans) if p.shopper.payment_id != plan.shopper.payment_id and p.errands
        ]
        partner = min(others, key=lambda m: (abs(m - n), m), default=-1)
        errands = tuple(
            replace(errand, outcome="take_for_other_group", partner=partner, carry=False)
            if is_lucky and partner >= 0 and errand.outcome == "keep" and errand.quantity == 1
            else errand
            for errand, is_lucky in zip(plan.errands, lucky, strict=True)
        )
        plans[n] = replace(plan, errands=errands)
    return plans


def plan_bags(plans: list[TripPlan], scenario: Scenario) -> list[TripPlan]:
    """Let adults swap bags with somebody, or set theirs down, when they have done all else.

    Whoever carries one off is an adult of another payment; where there is none nobody does.
    """
    behaviours = scenario.behaviours
    rng = make_rng(scenario.seed, scenario.index, "plans/bags")
    added: list[list[Errand]] = [[] for _ in plans]
    for n, plan in enumerate(plans):
        swaps, leaves, comes_back, is_taken = rng.random(4) < (
            behaviours.swap_bags,
            behaviours.leave_bag,
            behaviours.fetch_bag,
            behaviours.carry_off_bag,
        )
        if plan.shopper.body.age < CHILD_AGE or not plan.errands:
            continue
        if leaves:
            taker = _choose_taker(plans, n, added) if is_taken else None
            story = FIRST_BAG + n if taker is not None else -1
            added[n].append(Errand(-1, "leave_bag" if comes_back else "forget_bag", story=story))
            if taker is not None:
                added[taker].append(Errand(-1, "carry_off_bag", story=story))
        elif swaps:
            added[n].append(Errand(-1, "swap_bags"))
    return [replace(plan, errands=(*plan.errands, *own)) for plan, own in zip(plans, added, strict=True)]


def _choose_taker(plans: Sequence[TripPlan], leaver: int, added: Sequence[Sequence[Errand]]) -> int | None:
    """Choose who carries off somebody's bag: an adult of another payment, who comes next."""
    payment_id = plans[leaver].shopper.payment_id
    others = [
        m
        for m, plan in enumerate(plans)
        if plan.shopper.payment_id != payment_id and plan.shopper.body.age >= CHILD_AGE
    ]
    return min(others, key=lambda m: (len(added[m]), m < leaver, abs(m - leaver)), default=None)


def _choose_buyer(plans: Sequence[TripPlan], misplacer: int, bought: Sequence[int]) -> int | None:
    """Choose who buys what somebody misplaces.

    Best is who pays with another payment, reaches as high, has few such errands yet, and comes next.
    """
    payment_id = plans[misplacer].shopper.payment_id

    def badness(m: int) -> tuple[bool, bool, int, bool, int]:
        shopper = plans[m].shopper
        small = shopper.body.stature_m < TALL_ENOUGH_M
        return shopper.payment_id == payment_id, small, bought[m], m < misplacer, abs(m - misplacer)

    return min((m for m in range(len(plans)) if m != misplacer), key=badness, default=None)
