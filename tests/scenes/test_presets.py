import math
from pathlib import Path

import pytest

from scenes.config.loader import list_presets, load_config, read_preset
from scenes.distributions import Constant
from scenes.sampling import sample_scenario
from scenes.scenario import MILD_C

PLACES = Path(__file__).resolve().parents[2] / "benchmarks" / "looks" / "places"


@pytest.mark.parametrize("preset", list_presets())
def test_each_says_what_it_is_for(preset):
    config = load_config(preset)
    assert config.name == preset
    assert config.description.endswith(".")
    assert read_preset(preset).startswith("# ")
    assert config.natural.name == "everyday"


def test_everyday_has_real_spreads():
    config = load_config("everyday")
    for path in (
        "store.width_m",
        "lighting.brightness",
        "shoppers.count",
        "cameras.count",
        "cameras.fov_deg",
    ):
        assert not isinstance(config.distributions()[path], Constant)


def test_the_coach_brings_ninety_on_one_payment():
    config = load_config("coach_party")
    for index in range(5):
        scenario = sample_scenario(config, seed=0, index=index)
        assert scenario.shoppers.count == 90
        assert scenario.shoppers.payment == "one_for_all"
        assert min(scenario.shoppers.group_size.support) >= 2
        assert scenario.clip.warmup_s == 0


def test_special_scenarios_really_differ_from_every_day():

    def draw(preset):
        config = load_config(preset)
        return [sample_scenario(config, seed=0, index=i) for i in range(40)]

    assert all(
        s.faults.lamps_failed >= 0.3 and 0 < s.faults.lamps_fail_at_s < 12 for s in draw("lamp_failure")
    )
    assert all(s.behaviours.empty_handed == 1 and s.shoppers.count > 0 for s in draw("empty_handed"))
    assert all(
        s.behaviours.wrong_shelf >= 0.5 and s.behaviours.buy_misplaced > 0.8 for s in draw("wrong_shelf")
    )
    usual = sum(s.shoppers.count for s in draw("everyday"))
    assert sum(s.shoppers.count for s in draw("evening_rush")) > 2 * usual


def test_people_dress_for_a_whole_year_every_day_and_for_the_cold_in_the_rain():

    def draw(preset, count):
        config = load_config(preset)
        return [sample_scenario(config, seed=0, index=i) for i in range(count)]

    year = [scenario.shoppers.dressed_for_c for scenario in draw("everyday", 200)]
    assert min(year) < 0
    assert max(year) > 28
    cold = draw("rainy_day", 20)
    assert all(2 <= scenario.shoppers.dressed_for_c <= 10 for scenario in cold)
    for scenario in cold:
        value, log_p, log_q = scenario.values["shoppers.dressed_for_c"]
        # Asked for is a density of 1 / 8, natural a normal of mean 14 and deviation 9.
        assert math.exp(log_q) == pytest.approx(1 / 8)
        natural = math.exp(-(((value - 14) / 9) ** 2) / 2) / (9 * math.sqrt(2 * math.pi))
        assert math.exp(log_p) == pytest.approx(natural, rel=0.01)


@pytest.mark.parametrize("place", sorted(PLACES.glob("*/*.yaml")), ids=lambda place: place.stem)
def test_people_of_described_places_dress_for_a_mild_day(place):
    assert load_config(str(place)).distributions()["shoppers.dressed_for_c"] == Constant(MILD_C)
