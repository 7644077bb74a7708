import pytest

from scenes.config.loader import list_presets, load_config, read_preset
from scenes.distributions import Constant
from scenes.sampling import sample_scenario


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
