"""Sections of the people: who comes, what they do at the shelves, how they come and get about."""

from dataclasses import dataclass
from typing import Literal

from scenes.distributions import Choice, Distribution, LogUniform, NegativeBinomial, Normal
from scenes.scenario.parameters import param

POLICIES = ("taker", "carrier")
MILD_C = 18.0  # outdoor temperature, degrees Celsius, of a day on which light jackets and T-shirts are seen


@dataclass(frozen=True)
class ShoppersSpec:
    """Who comes, in which groups, and who pays.

    `group_size`, `extra_items`, `speed_mps` and `dwell_s` vary within a clip: a resolved scenario holds their
    distributions, and whoever plans a shopper draws with ``.sample(rng=rng)``.
    """

    count: int = param("Number of trips (people) of the clip.", 6, ge=0, le=300)
    group_size: Distribution = param(
        "People that enter together, drawn for each group.",
        Choice((1, 2, 3, 4), (0.62, 0.26, 0.08, 0.04)),
        ge=1,
        le=300,
        per_shopper=int,
    )
    arrival_window_s: float = param(
        "Time over which groups arrive, counted from the simulation's start.", 35.0, ge=0, le=3600
    )
    payment: Literal["one_per_group", "one_per_trip", "one_for_all"] = param(
        "Who shares one payment.", "one_per_group"
    )
    policy: Literal["taker", "carrier"] = param(
        "Who pays for an item that was handed over or put into somebody else's bag.", "taker"
    )
    returns: Literal["credited", "ignored"] = param(
        "Whether the receipt credits items from earlier visits that are brought back.", "credited"
    )
    extra_items: Distribution = param(
        "Items on the shopping list beyond the first, drawn for each shopper (default: 9,835 baskets of "
        "arules' Groceries).",
        NegativeBinomial(mean=3.41, r=1.23, high=60),
        ge=0,
        le=60,
        per_shopper=int,
    )
    speed_mps: Distribution = param(
        "Preferred walking speed, drawn for each shopper.",
        Normal(mean=0.95, std=0.15, low=0.5, high=1.5),
        ge=0.2,
        le=2,
        per_shopper=float,
    )
    dwell_s: Distribution = param(
        "Time spent looking before a reach, drawn for each stop.",
        LogUniform(0.5, 4.0),
        ge=0,
        le=60,
        per_shopper=float,
    )
    twins: float = param(
        "Share of shoppers who look just like whoever came before them: the same body and clothes.",
        0.0,
        ge=0,
        le=1,
    )
    big_coat: float = param(
        "Share of the adults in a long, loose coat, which hides hands and items near the body from cameras; "
        "who conceals has room for larger items under it.",
        0.0,
        ge=0,
        le=1,
    )
    dressed_for_c: float = param(
        "Outdoor temperature in degrees Celsius that people have dressed for: coats, which they keep on, "
        "scarves and beanies in the cold, bare arms and legs and light colours in the heat. Long, loose "
        "coats (`big_coat`) come on top of it, and staff wear what the shop gives them.",
        MILD_C,
        ge=-40,
        le=50,
    )
    child_share: float = param(
        "Share of shoppers that are children in the company of adults.", 0.08, ge=0, le=1
    )


@dataclass(frozen=True)
class BehavioursSpec:
    """Probabilities of what shoppers do beyond taking what is on their list."""

    put_back: float = param("Per item taken: it is put back where it came from.", 0.08, ge=0, le=1)
    wrong_shelf: float = param("Per item taken: it is put back in another product's slot.", 0.02, ge=0, le=1)
    buy_misplaced: float = param("Per misplaced item: another shopper takes it from there.", 0.3, ge=0, le=1)
    touch: float = param("Per stop: the product is touched without being taken.", 0.1, ge=0, le=1)
    read_label: float = param(
        "Per item taken: it is lifted before the eyes and its label read for 1.5 to 4 s.", 0.0, ge=0, le=1
    )
    hand_over: float = param(
        "Per item taken by a member of a group: it is handed to another member.", 0.05, ge=0, le=1
    )
    empty_handed: float = param("Per trip: the shopper leaves without anything.", 0.06, ge=0, le=1)
    beside_twin: float = param(
        "Per item taken: one that has a weight twin, and it is put back in the twin's slot.", 0.0, ge=0, le=1
    )
    several_at_once: float = param(
        "Per stop: two or three of the same product are taken in one grab.", 0.0, ge=0, le=1
    )
    one_of_two: float = param("Per stop: two are taken in one grab and one is put back.", 0.0, ge=0, le=1)
    adjacent_quickly: float = param(
        "Per stop: the products beside it are taken too, quickly one by one.", 0.0, ge=0, le=1
    )
    hold_on_shelf: float = param(
        "Per stop: a hand rests on the item for long where it stands, before it is taken or left.",
        0.0,
        ge=0,
        le=1,
    )
    hold_long: float = param(
        "Per item taken: it is held for long before it is kept or put back.", 0.0, ge=0, le=1
    )
    swap: float = param(
        "Per item taken: it is put back and another one from nearby, its look-alike first, taken instead.",
        0.0,
        ge=0,
        le=1,
    )
    leave_on_floor: float = param("Per item taken: it is left on the floor.", 0.0, ge=0, le=1)
    pick_up_left: float = param(
        "Per item left on the floor: another shopper picks it up and buys it.", 0.5, ge=0, le=1
    )
    consume: float = param(
        "Per item taken: a drink or snack, and it is consumed in the shop (and billed).", 0.0, ge=0, le=1
    )
    hand_to_stranger: float = param(
        "Per item taken: it is handed to a shopper of another group.", 0.0, ge=0, le=1
    )
    same_product: float = param(
        "Per shopper: takes the same product at the same time as another, standing side by side.",
        0.0,
        ge=0,
        le=1,
    )
    crossing_hands: float = param(
        "Per shopper: reaches across another's arm, both at the same time, into slots one above the other.",
        0.0,
        ge=0,
        le=1,
    )
    bring_own: float = param(
        "Per trip: the shopper brings an item like the shop's own from outside, takes it out and puts it "
        "away again, half of the time after setting it on a shelf. It is never billed.",
        0.0,
        ge=0,
        le=1,
    )
    return_earlier: float = param(
        "Per trip: an item bought on an earlier visit is brought back and put on its shelf "
        "(`shoppers.returns` says what the receipt makes of it).",
        0.0,
        ge=0,
        le=1,
    )
    return_to_staff: float = param(
        "Per return: one of the staff, where there are any, takes the item and puts it on its shelf.",
        0.0,
        ge=0,
        le=1,
    )
    into_friends_bag: float = param(
        "Per item taken by a member of a group: it goes into another member's bag.", 0.0, ge=0, le=1
    )
    plant_in_bag: float = param("Per item taken: it goes into the bag of a stranger.", 0.0, ge=0, le=1)
    leave_on_ledge: float = param(
        "Per item taken: it is left on a counter, where the shop has one.", 0.0, ge=0, le=1
    )
    conceal: float = param(
        "Per item taken: a small one, and it goes into a pocket or under the coat (and is billed).",
        0.0,
        ge=0,
        le=1,
    )
    compare_two: float = param(
        "Per item taken: another variety is taken into the other hand, both are compared, one goes back.",
        0.0,
        ge=0,
        le=1,
    )
    lean_on_shelf: float = param(
        "Per stop: a hand leans on the edge of a board for a while, and its plates feel it.", 0.0, ge=0, le=1
    )
    both_hands: float = param(
        "Per item taken: a large one, which is lifted and carried with both hands.", 0.0, ge=0, le=1
    )
    child_takes: float = param(
        "Per item that a child takes: it brings it to an adult of the group, who puts it back.",
        0.0,
        ge=0,
        le=1,
    )
    carried_child_takes: float = param(
        "Per item that somebody with a child on the arm came for: the child takes one first that it reaches, "
        "and hands it to the adult, who puts it back or, half of the time, keeps it.",
        0.0,
        ge=0,
        le=1,
    )
    from_back: float = param("Per item taken: not the foremost one of the facing.", 0.0, ge=0, le=1)
    reach_high: float = param("Per item taken: one at or above the shoulder's height.", 0.0, ge=0, le=1)
    squat: float = param("Per item taken: one near the floor.", 0.0, ge=0, le=1)
    take_for_other_group: float = param(
        "Per item taken: it is for a shopper of another group, who gets it at once.", 0.0, ge=0, le=1
    )
    drop_and_break: float = param(
        "Per item taken: it slips from the hand and stays on the floor (not billed).", 0.0, ge=0, le=1
    )
    knock_over: float = param(
        "Per stop: the foremost item is knocked over, on its board or down to the floor.", 0.0, ge=0, le=1
    )
    put_back_in_fridge: float = param(
        "Per item taken: one from behind a glass door; it is carried about and put back behind glass, for "
        "which the door is opened once more.",
        0.0,
        ge=0,
        le=1,
    )
    swap_bags: float = param(
        "Per adult: when all is bought, swaps bags with whoever is nearest, with all that is in them.",
        0.0,
        ge=0,
        le=1,
    )
    swap_coats: float = param(
        "Per adult with a coat on the arm (`journeys.coat_on_arm`): when all is bought, swaps it for that of "
        "another, with all that is concealed in the two, if there is anything in theirs.",
        0.0,
        ge=0,
        le=1,
    )
    leave_bag: float = param(
        "Per adult: when all is bought, sets the bag down with all that is in it, and strolls on.",
        0.0,
        ge=0,
        le=1,
    )
    fetch_bag: float = param("Per bag left: its owner comes back for it before leaving.", 0.7, ge=0, le=1)
    carry_off_bag: float = param(
        "Per bag left: somebody who pays with another payment takes it and leaves with it.", 0.2, ge=0, le=1
    )
    put_back_elsewhere: float = param(
        "Per item taken: it is put back on another shelf of the same row, or in another aisle.",
        0.0,
        ge=0,
        le=1,
    )


@dataclass(frozen=True)
class JourneysSpec:
    """How people come, get about and go, beyond one way in, round the shop and out."""

    already_inside: float = param(
        "Share of the groups that are in the shop when the simulation begins, all over the floor.",
        0.0,
        ge=0,
        le=1,
    )
    surge: float = param(
        "Share of the other groups that arrive all at once, within 5 s (a train, a half-time break).",
        0.0,
        ge=0,
        le=1,
    )
    surge_at_s: float = param("When they do, from the clip's start.", 0.0, ge=-3600, le=3600)
    join_late: float = param(
        "Per companion: comes in 10 to 30 s after the first of the group, on the same payment.",
        0.0,
        ge=0,
        le=1,
    )
    reenter: float = param(
        "Per trip: the person comes back 4 to 12 s after leaving, with a new trip code on the same payment.",
        0.0,
        ge=0,
        le=1,
    )
    tailgate: float = param(
        "Per group: somebody without a payment slips in right behind its last member (on top of "
        "`shoppers.count`).",
        0.0,
        ge=0,
        le=1,
    )
    tailgater_pays: Literal["unpaid", "host"] = param(
        "Where what a tailgater takes is billed: an account of their own that nobody pays (its id begins "
        "with U-), or the payment that opened the gate.",
        "unpaid",
    )
    stick: float = param("Share of the adults who walk with a stick.", 0.0, ge=0, le=1)
    wheelchair: float = param("Share of the adults who come in a wheelchair.", 0.0, ge=0, le=1)
    trolley: float = param(
        "Share of the adults who push a shopping trolley, into which goes what they take.", 0.0, ge=0, le=1
    )
    pram: float = param("Share of the adults who push a pram.", 0.0, ge=0, le=1)
    phone: float = param(
        "Share of the adults on foot who walk with their eyes on a phone, at three quarters of their speed.",
        0.0,
        ge=0,
        le=1,
    )
    umbrella: float = param(
        "Share of the adults on foot with a folded umbrella, half of them in the hand that does not reach, "
        "the others hooked over its forearm.",
        0.0,
        ge=0,
        le=1,
    )
    coat_on_arm: float = param(
        "Share of the adults on foot who have a coat over the forearm of the hand that does not reach, which "
        "then does nothing else; who conceals does so in its pockets.",
        0.0,
        ge=0,
        le=1,
    )
    basket: float = param(
        "Share of the adults on foot who carry a shopping basket over the forearm of the hand that does not "
        "reach, which then does nothing else; what they take goes into it.",
        0.0,
        ge=0,
        le=1,
    )
    carried_child: float = param(
        "Share of the adults on foot who carry a small child on the arm (on top of `shoppers.count`): a "
        "person of its own on the same payment. They reach with one hand, and for nothing that takes two or "
        "lies low.",
        0.0,
        ge=0,
        le=1,
    )
    stand_in_way: float = param(
        "Per adult: stops twice in the middle of the way, for 4 to 9 s each time.", 0.0, ge=0, le=1
    )
    child_wanders: float = param(
        "Per child: goes off to another part of the shop, and back to the parent later.", 0.0, ge=0, le=1
    )
    queue: float = param(
        "Per adult: queues at the counter or the hot counter, where the shop has one, and is served.",
        0.0,
        ge=0,
        le=1,
    )
    staff: int = param(
        "Staff in the shop who go from shelf to shelf and face products up (on top of `shoppers.count`).",
        0,
        ge=0,
        le=20,
    )
    restock: float = param(
        "Per member of the staff: fills gaps with goods from outside instead of facing up.", 0.0, ge=0, le=1
    )
    clean: float = param("Per member of the staff: mops the floor instead.", 0.0, ge=0, le=1)
    evacuate: bool = param("Whether everybody leaves at once, by every door.", False)
    evacuate_at_s: float = param(
        "When they do, from the clip's start: no errand goes on, what is in hands and bags goes out and is "
        "billed.",
        6.0,
        ge=-3600,
        le=3600,
    )
    evacuate_let_go: float = param(
        "Per hand that holds something then: it puts it on the shelf or the floor before them, or lets it "
        "fall, so that nobody pays for it.",
        0.0,
        ge=0,
        le=1,
    )
