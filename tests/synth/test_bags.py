"""Bags that change hands: what is in them, who pays for it, and where they are to be seen."""

from collections import Counter, defaultdict
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import CLASS_ID, INSTANCE_BAG, INSTANCE_PERSON
from synth.bodies import make_bodies
from synth.labels.clip_json import list_bags
from synth.motion import compute_motion
from synth.motion.bags import compute_bag_stays
from synth.simulation import simulate
from synth.stage import Stage
from tests.synth.light_bodies import choose_body_shape

SEEDS = range(3)
WHOLE = ("swap", "set_down", "take_up")


def play(seed, policy):
    scenario = sample_scenario(load_config("changed_bags"), seed=seed, index=0)
    scenario = replace(scenario, shoppers=replace(scenario.shoppers, policy=policy))
    store = make_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return scenario, store, simulate(scenario, store)


@pytest.fixture(scope="module")
def clips():
    return {policy: [play(seed, policy) for seed in SEEDS] for policy in ("taker", "carrier")}


def bill_left(simulation):
    """SKUs that each payment carried out of the door, brought things apart, once all its trips have left."""
    own = {e.item_id for e in simulation.events if e.kind == "bring"}
    payment = {p.trip_code: p.payment_id for p in simulation.plans}
    out = defaultdict(Counter)
    for event in simulation.events:
        if event.item_id >= 0 and event.item_id not in own and event.kind in ("exit", "consume"):
            out[payment[event.trip_code]][event.sku] += 1
    return out


def test_bags_go_with_all_that_is_in_them(clips):
    happened = Counter()
    for _, _, simulation in clips["taker"]:
        place, by_time = {}, defaultdict(list)
        for event in simulation.events:
            if event.kind in WHOLE:
                by_time[event.time_s].append(event)
            elif event.item_id >= 0:
                place[event.item_id] = (event.to_place, event.time_s)
            if event.kind in WHOLE:
                assert event.hand
                assert event.behaviour in ("swap_bags", "leave_bag", "fetch_bag", "carry_off_bag")
                place[event.item_id] = (event.to_place, event.time_s)
                happened[event.kind] += 1
        for time_s, events in by_time.items():
            for origin in {e.from_place for e in events}:
                before = {
                    e.item_id: e.to_place for e in simulation.events if e.item_id >= 0 and e.time_s < time_s
                }
                held = {item for item, at in before.items() if at == origin}
                assert held == {e.item_id for e in events if e.from_place == origin}
    assert min(happened[kind] for kind in WHOLE) > 0


def test_carriers_pay_for_the_bag_that_they_leave_with(clips):
    swapped = 0
    for _, _, simulation in clips["carrier"]:
        out = bill_left(simulation)
        for receipt in simulation.receipts:
            if receipt.closed_s is not None:
                billed = {line.sku: line.quantity for line in receipt.lines if line.quantity > 0}
                credited = [line for line in receipt.lines if line.quantity < 0]
                assert credited or billed == dict(out[receipt.payment_id])
        swapped += sum(e.kind == "swap" for e in simulation.events)
    assert swapped


def test_takers_pay_for_what_they_took_whoever_has_the_bag(clips):
    differs = 0
    for _, _, simulation in clips["taker"]:
        out = bill_left(simulation)
        payment = {p.trip_code: p.payment_id for p in simulation.plans}
        swaps = {payment[e.trip_code] for e in simulation.events if e.kind == "swap"}
        for receipt in simulation.receipts:
            if receipt.closed_s is not None and receipt.payment_id in swaps:
                differs += {line.sku: line.quantity for line in receipt.lines} != dict(
                    out[receipt.payment_id]
                )
    assert differs


def test_nobody_owes_what_stands_about_in_a_lone_bag(clips):
    lone = 0
    for _, _, simulation in (clip for policy in clips.values() for clip in policy):
        last = {e.item_id: e for e in simulation.events if e.item_id >= 0}
        standing = Counter(e.sku for e in last.values() if e.to_place.startswith("lone_bag:"))
        lone += sum(standing.values())
        own = {e.item_id for e in simulation.events if e.kind == "bring"}
        gone = Counter(
            e.sku
            for e in last.values()
            if e.item_id not in own
            and e.to_place.split(":")[0] in ("outside", "consumed", "bag", "hand", "pocket")
        )
        billed = Counter()
        for receipt in simulation.receipts:
            billed.update({line.sku: line.quantity for line in receipt.lines if line.quantity > 0})
        assert not billed - gone
    assert lone


def test_every_bag_is_somewhere_and_is_seen_once(clips):
    scenario, store, simulation = clips["taker"][0]
    stays = compute_bag_stays(simulation)
    assert stays
    told = list_bags(simulation)
    assert {bag["trip_code"] for bag in told} == {simulation.plans[n].trip_code for n in stays}
    bag, own = next((n, own) for n, own in stays.items() if any(stay.shopper < 0 for stay in own))
    assert [a.to_s for a in own[:-1]] == [b.from_s for b in own[1:]]
    down = next(stay for stay in own if stay.shopper < 0)
    in_hand = next(stay for stay in own if stay.hand)
    times_s = np.array([in_hand.from_s - 2.0, (in_hand.from_s + in_hand.to_s) / 2, down.from_s + 0.5])
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=times_s)
    stage = Stage(scenario, store, simulation, motion, bodies)
    worn, held, lone = (stage.frame_scene(frame).mesh for frame in range(3))

    def box(mesh, instance):
        points = mesh.position_m[(mesh.instance_id == instance) & (mesh.class_id == CLASS_ID["bag"])]
        return points if len(points) else None

    assert box(worn, INSTANCE_BAG + bag) is None
    assert np.ptp(box(worn, INSTANCE_PERSON + bag), axis=0).max() > 0.3
    for mesh in (held, lone):
        assert np.ptp(box(mesh, INSTANCE_PERSON + bag), axis=0).max() < 1e-6
        assert 0.3 < np.ptp(box(mesh, INSTANCE_BAG + bag)[:, 2]) < 0.6
    side = 0 if in_hand.hand == "left" else 1
    top_m = box(held, INSTANCE_BAG + bag)[:, 2].max()
    assert abs(top_m - motion.palm_m[1, in_hand.shopper, side, 2]) < 0.03
    assert abs(box(lone, INSTANCE_BAG + bag)[:, 2].min()) < 0.01
