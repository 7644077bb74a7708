"""Each preset of a hard case shows it, in every clip: several seeds, simulated only."""

import math
from collections import Counter
from dataclasses import replace
from itertools import groupby
from unittest import mock

import numpy as np
import pytest
import shapely

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.ledger import parse_place
from synth.ledger.placement import add_brought_items
from synth.motion.bags import compute_bag_stays, compute_coat_stays
from synth.shoppers.plans import sample_plans
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape
from tests.synth.shops import find_store

SEEDS = (8, 11, 16)


def simulate_preset(preset, seed, overrides=()):
    scenario = sample_scenario(load_config(preset, overrides), seed=seed, index=0)
    store = find_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        simulation = simulate(scenario, store)
    return add_brought_items(store, simulation), simulation


def of_kind(simulation, behaviour, kind):
    return [e for e in simulation.events if e.behaviour == behaviour and e.kind == kind]


def moved(simulation, kind):
    return [e for e in simulation.events if e.kind == kind and e.item_id >= 0]


def shows_weight_twins(store, simulation):
    twin = store.catalogue.weight_twin
    return any(
        twin[store.item_product[e.item_id]] == store.planogram.product[parse_place(e.to_place).slot]
        for e in of_kind(simulation, "beside_twin", "put")
    )


def shows_same_product(store, simulation):
    at_once = Counter((e.time_s, e.sku) for e in of_kind(simulation, "same_product", "take"))
    return max(at_once.values(), default=0) == 2


def shows_crossing_hands(store, simulation):
    """Two takes at one contact: who stands further left (seen from the aisle) takes from the right slot."""
    takes = of_kind(simulation, "crossing_hands", "take")
    index = {plan.trip_code: n for n, plan in enumerate(simulation.plans)}
    paths = simulation.trajectories
    for a in takes:
        for b in takes:
            if a.time_s != b.time_s or a.trip_code >= b.trip_code:
                continue
            right = store.planogram.world_from_slot[parse_place(a.from_place).slot][:2, 0]
            step = int(round((a.time_s - paths.time_s[0]) * paths.fps))
            stand_m = [paths.position_m[step, index[e.trip_code]] @ right for e in (a, b)]
            reach_m = [e.point_m[:2] @ right for e in (a, b)]
            if (stand_m[0] - stand_m[1]) * (reach_m[0] - reach_m[1]) < 0:
                return True
    return False


def shows_passed_on(store, simulation):
    return bool(moved(simulation, "hand_over"))


def shows_held_long(store, simulation):
    pressed = [a for a in simulation.acts if a.behaviour == "hold_on_shelf" and a.hold_s >= 3.0]
    held = of_kind(simulation, "hold_long", "put") + of_kind(simulation, "hold_long", "bag")
    return bool(pressed or held or of_kind(simulation, "one_of_two", "put"))


def shows_reading_labels(store, simulation):
    """What is read is a pack, in that hand all the while as the events say, and over free floor."""
    found = False
    for act in simulation.acts:
        if act.kind == "read":
            trip, (item_id,) = simulation.plans[act.shopper].trip_code, act.item_ids
            places = [
                e.to_place for e in simulation.events if e.item_id == item_id and e.time_s <= act.start_s
            ]
            moves = [
                e for e in simulation.events if e.item_id == item_id and act.start_s < e.time_s < act.end_s
            ]
            assert places[-1] == f"hand:{trip}:{act.hand}"
            assert not moves
            assert 1.5 <= act.hold_s <= 4.0
            assert store.catalogue.package[store.item_product[item_id]] != "fruit"
            half_m = np.hypot(*act.size_m[:2]) / 2
            assert store.layout.walkable.contains(shapely.Point(act.world_from_item[:2, 3]).buffer(half_m))
            found = True
    return found


def shows_one_grab(store, simulation):
    grabs = Counter((e.trip_code, e.time_s) for e in of_kind(simulation, "several_at_once", "take"))
    return max(grabs.values(), default=0) >= 2


def shows_quick_hands(store, simulation):
    takes = of_kind(simulation, "adjacent_quickly", "take")
    return any(
        a.trip_code == b.trip_code and a.sku != b.sku and 0 < b.time_s - a.time_s < 6.0
        for a in takes
        for b in takes
    )


def shows_touching(store, simulation):
    return bool(of_kind(simulation, "touch", "touch"))


def shows_left_on_floor(store, simulation):
    dropped = {e.item_id: e.trip_code for e in moved(simulation, "drop")}
    return any(dropped[e.item_id] != e.trip_code for e in moved(simulation, "pick_up"))


def shows_changed_minds(store, simulation):
    back = {e.trip_code for e in of_kind(simulation, "swap", "put")}
    takes = Counter(e.trip_code for e in of_kind(simulation, "swap", "take"))
    return any(takes[trip] >= 2 for trip in back)


def shows_eaten_here(store, simulation):
    eaten = moved(simulation, "consume")
    billed = Counter()
    for receipt in simulation.receipts:
        billed.update({line.sku: line.quantity for line in receipt.lines})
    return bool(eaten) and not Counter(e.sku for e in eaten) - billed


def shows_wrong_shelf(store, simulation):
    lying = {}
    for event in simulation.events:
        if event.kind == "put":
            slot = parse_place(event.to_place).slot
            if store.planogram.product[slot] != store.item_product[event.item_id]:
                lying[event.item_id] = event.trip_code
        elif event.kind == "take" and lying.pop(event.item_id, event.trip_code) != event.trip_code:
            return True
    return False


def shows_brought_along(store, simulation):
    """Own items come and go unbilled; what is returned is credited, if the shop credits."""
    own = {e.item_id for e in of_kind(simulation, "bring_own", "bring")}
    back = of_kind(simulation, "return_earlier", "return")
    credited = {line.sku for r in simulation.receipts for line in r.lines if line.quantity < 0}
    shown = any(e.item_id in own for e in moved(simulation, "unbag"))
    returns = simulation.receipts[0].returns
    return shown and bool(back) and (not credited if returns == "ignored" else bool(credited))


def shows_other_bags(store, simulation):
    other = [e for e in moved(simulation, "bag") if parse_place(e.to_place).trip_code != e.trip_code]
    return bool(other) and bool(moved(simulation, "conceal"))


def shows_comparing(store, simulation):
    hands = {(e.trip_code, e.hand) for e in of_kind(simulation, "compare_two", "take")}
    both = any((trip, "left") in hands and (trip, "right") in hands for trip, _ in hands)
    behind = of_kind(simulation, "from_back", "take")
    low = [e.point_m[2] for e in of_kind(simulation, "squat", "take")]
    return both and bool(behind) and all(z_m < 0.6 for z_m in low)


def shows_mishaps(store, simulation):
    fallen = {e.item_id for e in of_kind(simulation, "drop_and_break", "drop")}
    picked_up = {e.item_id for e in moved(simulation, "pick_up")}
    return bool(fallen) and bool(moved(simulation, "knock")) and not fallen & picked_up


def left_on_ledges(store, simulation):
    """Count what is left on counters: on the top, off its edge, beside its devices and what else is there."""
    tops = [f for f in store.layout.fixtures if f.kind == "counter"]
    there, left = {}, 0
    for event in simulation.events:
        if event.from_place == "ledge":
            del there[event.item_id]
        if event.to_place == "ledge":
            x_m, y_m, z_m = event.world_from_item[:3, 3]
            under = [
                f
                for f in tops
                if shapely.Polygon(f.footprint_m).buffer(-0.05).covers(shapely.Point(x_m, y_m))
            ]
            assert [f.height_m for f in under] == [z_m]
            side_m, middle_m = np.ptp(under[0].footprint_m, axis=0), under[0].footprint_m.mean(axis=0)
            along_m = 0.31 if max(side_m) >= 0.8 else 0.17
            devices_m = [along_m, 0.08] if side_m[0] >= side_m[1] else [0.08, along_m]
            beside_m = np.abs(np.array([x_m, y_m]) - middle_m) - devices_m
            assert min(side_m) < 0.4 or max(beside_m) > 0.03
            assert all(math.dist(other, (x_m, y_m)) > 0.2 for other in there.values())
            there[event.item_id] = (x_m, y_m)
            left += 1
    return left


def shows_left_about(store, simulation):
    """Things are left on counters, and on another board or in another row, where somebody else takes them."""
    plan = store.planogram
    left, taken = {}, False
    for event in simulation.events:
        if event.behaviour == "put_back_elsewhere" and event.kind == "put":
            home = plan.product == store.item_product[event.item_id]
            boards = set(zip(plan.fixture[home].tolist(), plan.shelf[home].tolist(), strict=True))
            slot = parse_place(event.to_place).slot
            assert (int(plan.fixture[slot]), int(plan.shelf[slot])) not in boards
            left[event.item_id] = event.trip_code
        elif event.kind == "take" and left.get(event.item_id, event.trip_code) != event.trip_code:
            taken = True
    return taken and left_on_ledges(store, simulation) > 0


def shows_restocking(store, simulation):
    """Goods from outside get onto shelves by the staff's hands, returns too; nobody is billed for either."""
    staff = {p.trip_code for p in simulation.plans if p.role == "staff"}
    new = {e.item_id for e in moved(simulation, "restock")}
    first = {}  # what is on the shelf customers may take, and put back
    for event in moved(simulation, "put"):
        first.setdefault(event.item_id, event)
    shelved = [event for item, event in first.items() if item in new]
    back = of_kind(simulation, "return_to_staff", "return")
    returned = {e.item_id for e in back}
    for event in shelved:
        assert event.trip_code in staff
        assert store.planogram.product[parse_place(event.to_place).slot] == store.item_product[event.item_id]
    assert all(parse_place(e.to_place).trip_code in staff for e in back)
    lines = [r.lines for r in simulation.receipts if r.payment_id.startswith("S-")]
    shelved_back = any(e.item_id in returned for e in moved(simulation, "put"))
    return len(shelved) >= 3 and shelved_back and not any(lines)


def shows_cleaning(store, simulation):
    """Who mops touches nothing, and stands in several places of the floor."""
    mops = [n for n, p in enumerate(simulation.plans) if p.behaviours == ("clean",)]
    trips = {simulation.plans[n].trip_code for n in mops}
    paths = simulation.trajectories
    for n in mops:
        still = np.linalg.norm(np.diff(paths.position_m[:, n], axis=0), axis=1) * paths.fps < 0.05
        spots = {tuple(np.round(2 * spot)) for spot in paths.position_m[1:, n][still]}
        assert len(spots) >= 3
    return len(mops) == 2 and not any(e.item_id >= 0 and e.trip_code in trips for e in simulation.events)


def shows_leaning(store, simulation):
    return sum(act.kind == "lean" and act.hold_s > 2.0 for act in simulation.acts) >= 2


def shows_large_items(store, simulation):
    """What both hands took goes out in a hand, not in a bag."""
    large = {item for act in simulation.acts if act.both for item in act.item_ids}
    assert not any(e.item_id in large and e.behaviour == "both_hands" for e in moved(simulation, "bag"))
    return len(large) >= 2


def change_of_total(receipt, time_s):
    """By how much a receipt's running total changes at an instant."""
    before = [total for at_s, total in receipt.history if at_s < time_s]
    until = [total for at_s, total in receipt.history if at_s <= time_s]
    return (until or [0])[-1] - (before or [0])[-1]


def shows_child_helps(store, simulation):
    """A child takes something, an adult of its group gets it and puts it back.

    From the take until it is back the child's payment owes it, and no other at any time.
    """
    taken = {e.item_id: e for e in of_kind(simulation, "child_takes", "take")}
    given = {
        e.item_id: parse_place(e.to_place).trip_code for e in of_kind(simulation, "child_takes", "hand_over")
    }
    back = [e for e in of_kind(simulation, "child_takes", "put") if e.item_id in taken and e.item_id in given]
    body = {p.trip_code: p.body for p in simulation.plans}
    assert all(body[taken[e.item_id].trip_code].age < 0.5 <= body[e.trip_code].age for e in back)
    payment = {p.trip_code: p.payment_id for p in simulation.plans}
    goods = store.catalogue
    for put in back:
        take, product = taken[put.item_id], goods.sku.index(put.sku)
        weighed = goods.sold_by[product] == "kg"  # then a line of several is rounded once
        price_minor = goods.price_minor[product] * (goods.mass_kg[product] if weighed else 1)
        for event, owed_minor in ((take, price_minor), (put, -price_minor)):
            for receipt in simulation.receipts:
                owes = receipt.payment_id == payment[take.trip_code]
                change = change_of_total(receipt, event.time_s)
                assert change == pytest.approx(
                    owed_minor if owes else 0, rel=0, abs=1 if weighed and owes else 0
                )
    return bool(back)


def shows_changed_bags(store, simulation):
    """A bag passes with all that was in it, at one instant, and is with whom the events say from then on."""
    place, passed = {}, Counter()
    stays = compute_bag_stays(simulation)
    trip = [plan.trip_code for plan in simulation.plans]
    for time_s, together in groupby(simulation.events, key=lambda event: event.time_s):
        events = [event for event in together if event.item_id >= 0]
        whole = [event for event in events if event.kind in ("swap", "set_down", "take_up")]
        for origin in {event.from_place for event in whole}:
            inside = {item for item, where in place.items() if where == origin}
            assert inside == {event.item_id for event in whole if event.from_place == origin}
        for goal in {event.to_place for event in whole}:
            has = -1 if goal.startswith("lone_bag:") else trip.index(goal.split(":")[1])
            begun = [stay for own in stays.values() for stay in own if stay.from_s == time_s]
            assert has in [stay.shopper for stay in begun]
        passed.update({event.kind for event in whole})
        place.update((event.item_id, event.to_place) for event in events)
    return passed["swap"] + passed["set_down"] > 0


def shows_swapped_coats(store, simulation):
    """What is hidden in a coat passes with it; who has one on the arm puts nothing into a pocket."""
    coats = {plan.trip_code for plan in simulation.plans if plan.coat_on_arm}
    kept = {e.to_place.split(":")[0] for e in moved(simulation, "conceal") if e.trip_code in coats}
    assert kept <= {"arm"}
    swaps = moved(simulation, "swap")
    begun = {stay.from_s for own in compute_coat_stays(simulation).values() for stay in own}
    assert {event.time_s for event in swaps} <= begun
    return len(coats) > 1 and bool(swaps)


def count_weighed_lines(store, simulation):
    """Lines of loose fruit have grams, and cost what the kilograms cost, to the nearest cent."""
    goods = store.catalogue
    lines = [(line, r) for r in simulation.receipts for line in r.lines if line.grams]
    for line, _ in lines:
        product = goods.sku.index(line.sku)
        assert goods.package[product] == "fruit"
        assert line.grams == pytest.approx(1000 * goods.mass_kg[product] * line.quantity, abs=1e-6)
        assert line.unit_price_minor == goods.price_minor[product]
    for receipt in simulation.receipts:
        each = sum(line.quantity * line.unit_price_minor for line in receipt.lines if not line.grams)
        kilos = [line.grams * line.unit_price_minor / 1000 for line in receipt.lines if line.grams]
        assert abs(receipt.total_minor - each - sum(kilos)) <= 0.5 * len(kilos) + 1e-6
    return len(lines)


def shows_weighed_goods(store, simulation):
    return count_weighed_lines(store, simulation) > 0


PROMISES = {
    name.removeprefix("shows_"): check for name, check in list(globals().items()) if name.startswith("shows_")
}


@pytest.mark.parametrize("preset", PROMISES)
def test_a_preset_keeps_its_promise(preset):
    for seed in SEEDS:
        store, simulation = simulate_preset(preset, seed)
        assert PROMISES[preset](store, simulation), f"{preset} with seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_look_alikes_are_alike_and_nobody_else_is(seed):
    """Bodies are measured here: the few that the other tests lend out come more than once by chance."""
    scenario = sample_scenario(load_config("look_alikes"), seed=seed, index=0)
    store = make_store(scenario)
    alone = replace(scenario, shoppers=replace(scenario.shoppers, twins=0.0))
    most = [
        max(Counter((trip.shopper.body, trip.shopper.handedness) for trip in sample_plans(s, store)).values())
        for s in (scenario, alone)
    ]
    assert most[0] > most[1] == 1


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_loose_fruit_is_weighed(seed):
    assert shows_weighed_goods(*simulate_preset("weighed_goods", seed))


@pytest.mark.parametrize("seed", [8, 9])
def test_things_get_into_other_bags_and_into_pockets(seed):
    assert shows_other_bags(*simulate_preset("other_bags", seed))


def test_only_who_is_on_foot_with_nothing_before_them_reads():
    mobilities = ["wheelchair", "trolley", "pram", "stick", "carried_child"]
    mixed = [f"journeys.{mobility}=0.15" for mobility in mobilities]
    reads, there = set(), set()
    for seed in range(5):
        plans = (simulation := simulate_preset("reading_labels", seed, mixed)[1]).plans
        there |= {plan.mobility for plan in plans}
        reads |= {plans[act.shopper].mobility for act in simulation.acts if act.kind == "read"}
    assert {"wheelchair", "trolley", "walking"} <= there
    assert "walking" in reads
    assert reads <= {"walking", "stick"}


def test_visits_of_empty_handed_people_end_with_closed_empty_receipts():
    receipts = [r for seed in SEEDS for r in simulate_preset("empty_handed", seed)[1].receipts]
    assert receipts
    assert all(not receipt.lines for receipt in receipts)
    assert sum(r.closed_s is not None for r in receipts) >= 0.8 * len(receipts)
