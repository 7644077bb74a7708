"""Staff who find every place taken come again: nothing is dropped for that."""

from unittest import mock

import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.behaviours.choosing import Behaviours
from synth.simulation import simulate
from synth.walking.stops import Stops
from tests.synth.light_bodies import choose_body_shape


def crowded_at_first(search, refused):
    """Let somebody stand before every slot whenever a search is made for the first time."""

    def look_twice(self, person, errand, *args):
        if (person.index, errand) in refused:
            return search(self, person, errand, *args)
        refused.add((person.index, errand))
        with mock.patch.object(Stops, "for_slot", return_value=None):
            return search(self, person, errand, *args)

    return look_twice


@pytest.fixture(scope="module")
def shop():
    scenario = sample_scenario(load_config("restocking"), seed=1, index=0)
    return scenario, make_store(scenario)


@pytest.mark.parametrize("search", ["_visit_gap", "_visit_room"])
def test_who_finds_all_stops_taken_comes_again(shop, search):
    refused: set = set()
    look_twice = crowded_at_first(getattr(Behaviours, search), refused)
    with (
        mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape),
        mock.patch.object(Behaviours, search, look_twice),
    ):
        events = simulate(*shop).events
    assert refused
    brought = {e.item_id for e in events if e.kind in ("restock", "return")}
    put = [e for e in events if e.kind == "put" and e.item_id in brought and e.to_place.startswith("slot:")]
    kinds = {"_visit_gap": "restock", "_visit_room": "return"}
    came = {e.item_id for e in events if e.kind == kinds[search]}
    assert came & {e.item_id for e in put}
