"""Errands: one thing that somebody does at a shelf, and the groups they fall into.

Made by plans.py and specials.py, spelled out in steps by synth/behaviours/steps.py.
"""

from dataclasses import dataclass

from synth.records import ShopperPlan

OUTCOMES = (
    "keep",
    "put_back",
    "wrong_shelf",
    "hand_over",
    "buy_misplaced",
    "touch",
    "look",
    "one_of_two",
    "hold_long",
    "return_held",
    "hold_on_shelf",
    "swap",
    "adjacent_quickly",
    "leave_on_floor",
    "pick_up_left",
    "consume",
    "hand_to_stranger",
    "same_product",
    "crossing_hands",
    "show_own",
    "set_own_down",
    "return_earlier",
    "into_friends_bag",
    "plant_in_bag",
    "leave_on_ledge",
    "conceal",
    "compare_two",
    "from_back",
    "reach_high",
    "squat",
    "take_for_other_group",
    "drop_and_break",
    "knock_over",
    "put_back_elsewhere",
    "put_back_in_fridge",
    "lean_on_shelf",
    "child_takes",
    "both_hands",
    "return_to_staff",
    "restock",
    "clean",
    "swap_bags",
    "swap_coats",
    "leave_bag",
    "forget_bag",
    "carry_off_bag",
    "carried_child_takes",
    "carried_child_keeps",
)
# What is left for somebody else, and the errand of who buys it.
BOUGHT_LATER = {
    "wrong_shelf": "buy_misplaced",
    "put_back_elsewhere": "buy_misplaced",
    "leave_on_floor": "pick_up_left",
    "leave_on_ledge": "pick_up_left",
    "leave_bag": "carry_off_bag",
    "forget_bag": "carry_off_bag",
}
BRINGING = (
    "show_own",
    "set_own_down",
    "return_earlier",
    "return_to_staff",
)  # need an item that comes from outside
WITH_BAGS = ("swap_bags", "swap_coats", "leave_bag", "forget_bag", "carry_off_bag")  # done when all else is
NOT_BOUGHT = (
    "look",
    "touch",
    "put_back",
    "return_held",
    "put_back_in_fridge",
    *BOUGHT_LATER,
    *BRINGING,
    *WITH_BAGS,
    "drop_and_break",
    "knock_over",
    "child_takes",
    "carried_child_takes",
)
ON_THE_ARM = ("carried_child_takes", "carried_child_keeps")
NOT_WANTED = ("look", "touch", "knock_over", *BRINGING, *WITH_BAGS, *ON_THE_ARM)  # not on the shopping list
# What nobody does with a child on the arm: it takes both hands, or a squat.
TWO_HANDED = ("both_hands", "compare_two")
# Of what people read the label: what they take one of, in one hand and without haste.
READ = (
    "keep",
    "put_back",
    "wrong_shelf",
    "hand_over",
    "swap",
    "hold_on_shelf",
    "from_back",
    "reach_high",
    "squat",
    "put_back_elsewhere",
)
LOW = ("squat", "leave_on_floor", "pick_up_left")


@dataclass(frozen=True)
class Errand:
    """One thing to do at a shelf.

    Attributes:
        product: Index into the catalogue, -1 for what is done with bags and coats.
        outcome: One of OUTCOMES: what becomes of the item.
        touch_first: Whether the product is touched before it is taken.
        reads: Whether what is taken is lifted before the eyes and its label read.
        carry: Whether a kept item stays in the hand until the next stop.
        story: Number of the misplaced or left item, shared by the errand of who leaves it and of who buys it,
            or of two who reach at the same time; else -1.
        quantity: How many are taken in one grab.
        twin: Whether the wrong shelf shall be that of the product's weight twin.
        slot, beside_slot: For two who reach at the same time: where this one reaches, and the other; else -1.
        side: -1 for the one who stands on the left then, 1 on the right.
        far: Whether the item is put back in another aisle, not just on another shelf.
        partner: Number of the shopper whom the item is for, else -1.
    """

    product: int
    outcome: str
    touch_first: bool = False
    reads: bool = False
    carry: bool = False
    story: int = -1
    quantity: int = 1
    twin: bool = False
    slot: int = -1
    beside_slot: int = -1
    side: int = 0
    far: bool = False
    partner: int = -1

    @property
    def is_read(self) -> bool:
        """Whether the label of what is taken is read."""
        return self.reads and self.outcome in READ and self.quantity == 1

    @property
    def label(self) -> str:
        """The behaviour that its events tell, "" for plain shopping."""
        if self.outcome in ("keep", "look"):
            return "several_at_once" if self.quantity > 1 else ""
        if self.outcome == "forget_bag":
            return "leave_bag"
        if self.outcome == "carried_child_keeps":
            return "carried_child_takes"
        if self.outcome == "return_held":
            return "hold_long"
        if self.outcome in BRINGING:
            return self.outcome if self.outcome.startswith("return") else "bring_own"
        return "beside_twin" if self.twin else self.outcome


@dataclass(frozen=True)
class TripPlan:
    """A person's plan: what is recorded of it, and the errands in order."""

    shopper: ShopperPlan
    errands: tuple[Errand, ...]
