"""Coats over the arm: who comes with one, and who will swap it.

In: `TripPlan`s of which it is known how their people get about. Out: the same, some with a coat.
"""

from dataclasses import replace

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from synth.shoppers.errands import TWO_HANDED, Errand, TripPlan
from synth.shoppers.stories import CHILD_AGE


def give_coat(plan: TripPlan, scenario: Scenario, number: int) -> TripPlan:
    """Draw whether a trip's person has a coat over the arm, and swaps it when all else is done.

    Nobody has who wears another big one, is a child, or needs that arm for what they are about.
    """
    shopper = plan.shopper
    rng = make_rng(scenario.seed, scenario.index, f"coats/{number}")
    has, swaps = rng.random(2) < (scenario.journeys.coat_on_arm, scenario.behaviours.swap_coats)
    busy = shopper.mobility != "walking" or shopper.phone or shopper.umbrella or shopper.big_coat
    busy = busy or any(errand.outcome in TWO_HANDED for errand in plan.errands)
    if not has or busy or shopper.body.age < CHILD_AGE:
        return plan
    errands = (*plan.errands, Errand(-1, "swap_coats")) if swaps and plan.errands else plan.errands
    named = {*shopper.behaviours, "coat_on_arm", *(e.outcome for e in errands if e.outcome == "swap_coats")}
    shopper = replace(shopper, coat_on_arm=True, behaviours=tuple(sorted(named)))
    return replace(plan, shopper=shopper, errands=errands)
