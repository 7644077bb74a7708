"""Shopping baskets: who carries one.

In: `TripPlan`s of which it is known how their people get about and who has a coat over the arm. Out: the
same, some with a basket.
"""

from dataclasses import replace

from scenes.randomness import make_rng
from scenes.scenario import Scenario
from synth.shoppers.errands import TWO_HANDED, WITH_BAGS, TripPlan
from synth.shoppers.stories import CHILD_AGE


def give_basket(plan: TripPlan, scenario: Scenario, number: int) -> TripPlan:
    """Draw whether a trip's person carries a basket over the arm.

    Nobody does who is a child, has that arm full, or needs it or what is in the bag for what they are about.
    """
    shopper = plan.shopper
    rng = make_rng(scenario.seed, scenario.index, f"baskets/{number}")
    has = rng.random() < scenario.journeys.basket
    busy = shopper.mobility != "walking" or shopper.phone or shopper.umbrella or shopper.coat_on_arm
    busy = busy or any(errand.outcome in (*TWO_HANDED, *WITH_BAGS) for errand in plan.errands)
    if not has or busy or not plan.errands or shopper.body.age < CHILD_AGE:
        return plan
    behaviours = tuple(sorted({*shopper.behaviours, "basket"}))
    return replace(plan, shopper=replace(shopper, basket=True, behaviours=behaviours))
