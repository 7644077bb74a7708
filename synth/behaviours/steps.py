"""Errands spelled out: which primitive steps carry out which errand.

In: `TripPlan`s. Out: `Person`s with their errands, and the `Intent`s of an errand when its turn comes.
"""

from collections import deque

from scenes.randomness import make_rng
from synth.handling.acts import PACE
from synth.shoppers.errands import Errand, TripPlan
from synth.shoppers.people import Intent, Person

WALKS = (  # steps that begin by setting out
    "visit",
    "seek_wrong",
    "meet",
    "visit_floor",
    "visit_duet",
    "visit_ledge",
    "browse",
    "leave",
    "shelve",
    "visit_aisle",
    "to_handle",
    "step_in",
    "stroll",
    "seek_glass",
    "visit_bag",
    "visit_with_child",
)
_STEPS = {
    "look": ("visit", "look"),
    "touch": ("visit", "look", "touch"),
    "keep": ("visit", "look", "take", "bag"),
    "put_back": ("visit", "look", "take", "look", "put_back"),
    "wrong_shelf": ("visit", "look", "take", "look", "seek_wrong", "put_wrong"),
    "hand_over": ("visit", "look", "take", "meet"),
    "buy_misplaced": ("visit", "look", "take", "bag"),
    "one_of_two": ("visit", "look", "take", "look", "put_back", "bag"),
    "hold_long": ("visit", "look", "take", "ponder", "bag"),
    "return_held": ("visit", "look", "take", "ponder", "put_back"),
    "hold_on_shelf": ("visit", "look", "press", "take", "bag"),
    "swap": ("visit", "look", "take", "look", "put_back", "take_beside", "bag"),
    "adjacent_quickly": ("visit", "look", "take", "bag", "take_beside", "bag", "take_beside", "bag"),
    "leave_on_floor": ("visit", "look", "take", "look", "drop"),
    "pick_up_left": ("visit_floor", "look", "pick_up", "bag"),
    "consume": ("visit", "look", "take", "look", "sip", "consume"),
    "hand_to_stranger": ("visit", "look", "take", "meet"),
    "same_product": ("visit_duet", "look", "reach_together", "bag"),
    "crossing_hands": ("visit_duet", "look", "reach_together", "bag"),
    "show_own": ("visit", "look", "unbag_own", "look", "bag"),
    "set_own_down": ("visit", "look", "unbag_own", "look", "put_back", "look", "take_own", "bag"),
    "return_earlier": ("visit", "look", "unbag_own", "look", "return", "bag"),
    "into_friends_bag": ("visit", "look", "take", "meet"),
    "plant_in_bag": ("visit", "look", "take", "meet"),
    "take_for_other_group": ("visit", "look", "take", "meet"),
    "leave_on_ledge": ("visit", "look", "take", "look", "visit_ledge", "put_on_ledge"),
    "return_to_staff": ("visit", "look", "unbag_own", "meet"),
    "restock": ("visit", "look"),
    "clean": ("visit_aisle", "mop"),
    "conceal": ("visit", "look", "take", "look", "conceal"),
    "compare_two": ("visit", "look", "take", "take_other", "compare", "put_other", "bag"),
    "lean_on_shelf": ("visit", "look", "lean", "take", "bag"),
    "both_hands": ("visit", "look", "take", "look"),
    "child_takes": ("visit", "look", "take", "meet"),
    "from_back": ("visit", "look", "take", "bag"),
    "reach_high": ("visit", "look", "take", "bag"),
    "squat": ("visit", "look", "take", "bag"),
    "drop_and_break": ("visit", "look", "take", "look", "let_fall", "look"),
    "knock_over": ("visit", "look", "knock_over", "look"),
    "put_back_in_fridge": ("visit", "look", "take", "stroll", "seek_glass", "put_back"),
    "swap_bags": ("meet",),
    "swap_coats": ("meet",),
    "leave_bag": ("browse", "set_bag_down", "browse", "look", "visit_bag", "take_bag_up"),
    "forget_bag": ("browse", "set_bag_down", "browse", "look"),
    "carry_off_bag": ("visit_bag", "take_bag_up"),
    "carried_child_takes": ("visit_with_child", "look", "child_grabs", "child_gives", "look", "put_back"),
    "carried_child_keeps": ("visit_with_child", "look", "child_grabs", "child_gives", "look", "bag"),
    "put_back_elsewhere": ("visit", "look", "take", "look", "seek_wrong", "put_wrong"),
}


def make_people(plans: tuple[TripPlan, ...], seed: int, index: int) -> tuple[Person, ...]:
    """Make the people of a clip, each with a random stream of their own."""
    people = []
    for n, trip in enumerate(plans):
        rng = make_rng(seed, index, f"behaviour/{n}")
        pace = float(rng.uniform(*PACE))
        people.append(Person(n, trip.shopper, deque(trip.errands), rng, pace))
    return tuple(people)


def make_steps(errand: Errand) -> list[Intent]:
    """Spell an errand out.

    >>> [step.kind for step in make_steps(Errand(3, "keep", touch_first=True))]
    ['visit', 'look', 'touch', 'take', 'bag']
    >>> [step.kind for step in make_steps(Errand(3, "put_back", reads=True))]
    ['visit', 'look', 'take', 'turn_to_read', 'read', 'turn_back', 'put_back']
    >>> [step.kind for step in make_steps(Errand(3, "put_back", reads=True, quantity=2))]
    ['visit', 'look', 'take', 'look', 'put_back']
    """
    kinds = list(_STEPS[errand.outcome])
    if errand.outcome == "restock":
        kinds += ["fetch", "stock"] * errand.quantity
    if errand.touch_first and "take" in kinds:
        kinds.insert(kinds.index("take"), "touch")
    if errand.is_read:
        taken = kinds.index("take") + 1
        looks = kinds[taken : taken + 1] == ["look"]
        kinds[taken : taken + looks] = ["turn_to_read", "read", "turn_back"]
    if errand.outcome == "keep" and errand.carry:
        kinds.remove("bag")
    return [Intent(kind, errand) for kind in kinds]
