"""Shops that are made once, for all clips of which only what happens in them differs."""

from dataclasses import replace

from scenes.scenario import BehavioursSpec, ClipSpec, FaultsSpec, JourneysSpec, Scenario, ShoppersSpec
from scenes.store import make_store
from scenes.world import Store

KEPT = 48
_shops: dict[str, Store] = {}


def find_store(scenario: Scenario) -> Store:
    """Make the store of a scenario, but for knocked cameras, or return that of another in the same shop."""
    shop = replace(
        scenario,
        name="",
        clip=ClipSpec(),
        shoppers=ShoppersSpec(count=scenario.shoppers.count),
        behaviours=BehavioursSpec(),
        journeys=JourneysSpec(),
        faults=FaultsSpec(),
        log_p=0.0,
        log_q=0.0,
        values={},
        config_sha256="",
    )
    key = repr(shop)
    if key not in _shops:
        if len(_shops) == KEPT:
            del _shops[next(iter(_shops))]
        _shops[key] = make_store(shop)
    return _shops[key]
