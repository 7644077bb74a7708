"""Clips in which things change hands in bags and coats, and what payments owe for them by places alone."""

from collections import Counter, defaultdict
from dataclasses import replace
from unittest import mock

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.simulation import simulate
from tests.synth.light_bodies import choose_body_shape


def play(preset, seed, policy, overrides=()):
    """A clip of a preset in which this policy says who pays: its scenario, store and simulation."""
    scenario = sample_scenario(load_config(preset, overrides), seed=seed, index=0)
    scenario = replace(scenario, shoppers=replace(scenario.shoppers, policy=policy))
    store = make_store(scenario)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return scenario, store, simulate(scenario, store)


def bill_left(simulation):
    """SKUs that each payment carried out of the door, brought things apart, once all its trips have left."""
    own = {e.item_id for e in simulation.events if e.kind == "bring"}
    payment = {p.trip_code: p.payment_id for p in simulation.plans}
    out = defaultdict(Counter)
    for event in simulation.events:
        if event.item_id >= 0 and event.item_id not in own and event.kind in ("exit", "consume"):
            out[payment[event.trip_code]][event.sku] += 1
    return out


def bill_takers(simulation):
    """SKUs that each payment owes under the policy taker, by the places that items leave and come to alone.

    Who takes an item off a store place owes it until it is on one again; it is sold when all of the payment
    have left.
    """
    payment = {p.trip_code: p.payment_id for p in simulation.plans}
    inside = Counter(payment.values())
    debtor, sold, private = {}, defaultdict(Counter), set()
    for event in simulation.events:
        item = event.item_id
        if item < 0:
            inside[payment[event.trip_code]] -= event.kind == "exit"
            if event.kind == "exit" and inside[payment[event.trip_code]] == 0:
                own = [i for i, (who, _) in debtor.items() if who == payment[event.trip_code]]
                for bought in own:
                    who, sku = debtor.pop(bought)
                    sold[who][sku] += 1
                private.update(own)
            continue
        if event.from_place == "outside":
            private.add(item)
        origin, goal = (
            place in ("floor", "ledge") or place.startswith(("slot:", "lone_bag:"))
            for place in (event.from_place, event.to_place)
        )
        if item in private or origin == goal:
            continue
        if goal:
            debtor.pop(item, None)
        else:
            debtor[item] = payment[event.trip_code], event.sku
    for who, sku in debtor.values():
        sold[who][sku] += 1
    return sold
