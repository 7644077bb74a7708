import math

import numpy as np
import pytest

from scenes.config.keys import KEYS
from scenes.config.loader import list_presets, load_config
from scenes.config.models import ScenarioConfig
from scenes.distributions import Choice, Constant, Distribution, NegativeBinomial, Poisson, Uniform
from scenes.sampling import sample_scenario, weigh_value


def make_config(asked, natural):
    return ScenarioConfig.model_validate({"name": "q", "natural": {"name": "p", **natural}, **asked})


def test_sampling_is_pure_and_every_index_differs():
    config = load_config("everyday")
    assert sample_scenario(config, seed=3, index=7) == sample_scenario(config, seed=3, index=7)
    widths = {sample_scenario(config, seed=3, index=i).store.width_m for i in range(20)}
    assert len(widths) == 20
    assert sample_scenario(config, seed=4, index=7).store.width_m not in widths


def test_clip_n_does_not_need_the_others():
    config = load_config("everyday")
    in_order = [sample_scenario(config, seed=5, index=i) for i in range(8)]
    assert sample_scenario(config, seed=5, index=7) == in_order[7]


def test_a_key_moves_no_other():
    plain = sample_scenario(load_config("everyday"), seed=1, index=2)
    other = sample_scenario(load_config("everyday", ["clip.fps={uniform: [5, 20]}"]), seed=1, index=2)
    assert plain.clip.fps != other.clip.fps
    assert plain.store == other.store
    assert plain.shoppers == other.shoppers


@pytest.mark.parametrize("preset", list_presets())
def test_values_are_of_their_types_and_within_limits_and_weights_are_finite(preset):
    config = load_config(preset)
    for index in range(30):
        scenario = sample_scenario(config, seed=2, index=index)
        assert math.isfinite(scenario.log_p), {k: v for k, v in scenario.values.items() if v[1] == -math.inf}
        assert math.isfinite(scenario.log_q)
        for key in KEYS.values():
            value = getattr(getattr(scenario, key.section), key.name)
            if key.per_shopper:
                assert isinstance(value, Distribution)
                continue
            expected = {"number": float, "whole number": int, "switch": bool}.get(key.kind, str)
            assert type(value) is expected, key.path
            if key.ge is not None:
                assert key.ge <= value <= key.le


def test_log_densities_of_recorded_values():
    scenario = sample_scenario(load_config("coach_party"), seed=0, index=0)
    count, log_p, log_q = scenario.values["shoppers.count"]
    assert count == 90
    assert log_q == 0.0
    natural = NegativeBinomial(9.0, 4.0, low=0, high=300)
    assert log_p == pytest.approx(natural.log_prob(90))
    # A constant width meets a density: recorded, but there is no ratio to enter the weight.
    width, log_p, log_q = scenario.values["store.width_m"]
    assert (width, log_q) == (16.0, 0.0)
    assert log_p < -10
    assert "shoppers.speed_mps" not in scenario.values
    assert "clip.fps" not in scenario.values


def test_the_natural_scenario_weighs_its_own_clips_with_one():
    config = load_config("everyday")
    for index in range(20):
        scenario = sample_scenario(config, seed=9, index=index)
        assert scenario.log_p == scenario.log_q


@pytest.mark.parametrize(
    ("natural", "asked", "weighted"),
    [
        (Constant(3.0), Uniform(0.0, 4.0), True),
        (Uniform(0.0, 9.0), Uniform(0.0, 4.0), True),
        (Uniform(0.0, 9.0), Constant(3.0), False),
        (Uniform(0.0, 9.0), Choice((3.0, 4.0), (0.5, 0.5)), False),
        (Choice((3.0, 4.0), (0.5, 0.5)), Uniform(0.0, 9.0), False),
        (Poisson(4.0), Constant(3), True),
        (Poisson(4.0), Uniform(1, 9, integer=True), True),
    ],
)
def test_only_values_with_a_ratio_are_weighted(natural, asked, weighted):
    drawn = weigh_value(3, natural=natural, asked=asked)
    assert drawn.weighted is weighted
    if isinstance(natural, Constant):
        assert drawn.log_p == drawn.log_q


def test_weights_bring_averages_back_to_the_natural_ones():
    """E_q[w f] = E_t[f], with t natural where there is a ratio and q elsewhere (see scenes/sampling.py)."""
    natural = {
        "shoppers": {"count": {"poisson": 4}},
        "store": {"width_m": {"uniform": [6, 10]}, "floor": {"choice": {"tile": 0.9, "vinyl": 0.1}}},
        "lighting": {"brightness": {"normal": {"mean": 1, "std": 0.2}}},
    }
    asked = {
        "shoppers": {"count": {"neg_binomial": {"mean": 7, "r": 5}}},
        "store": {
            "width_m": {"normal": {"mean": 8, "std": 2, "min": 6, "max": 10}},
            "floor": {"choice": {"tile": 0.5, "vinyl": 0.5}},
            "depth_m": {"uniform": [7, 9]},  # the natural's depth is fixed: it stays as asked
        },
        "lighting": {"brightness": {"choice": {0.5: 0.5, 1.0: 0.5}}},  # meets a density: it stays as asked
    }
    config = make_config(asked, natural)
    clips = [sample_scenario(config, seed=1, index=i) for i in range(6000)]
    weights = np.exp([c.log_p - c.log_q for c in clips])

    def average(f):
        values = weights * np.array([float(f(c)) for c in clips])
        return values.mean(), values.std() / math.sqrt(len(clips))

    for f, expected in (
        (lambda c: 1.0, 1.0),
        (lambda c: c.shoppers.count, 4.0),
        (lambda c: c.shoppers.count == 0, math.exp(-4)),
        (lambda c: c.store.width_m, 8.0),
        (lambda c: (c.store.width_m - 8) ** 2, 16 / 12),
        (lambda c: c.store.floor == "vinyl", 0.1),
        (lambda c: c.store.depth_m, 8.0),
        (lambda c: c.lighting.brightness, 0.75),
        (lambda c: c.shoppers.count * (c.store.floor == "vinyl"), 0.4),
    ):
        mean, error = average(f)
        assert abs(mean - expected) < 4.5 * error + 1e-12, (mean, expected, error)


def test_weights_of_a_part_average_over_that_part():
    natural = {"shoppers": {"count": {"poisson": 4}}}
    config = make_config({"shoppers": {"count": {"uniform": [0, 3]}}}, natural)
    clips = [sample_scenario(config, seed=1, index=i) for i in range(4000)]
    weights = np.exp([c.log_p - c.log_q for c in clips])
    inside = math.fsum(math.exp(Poisson(4.0).log_prob(k)) for k in range(4))
    assert weights.mean() == pytest.approx(inside, rel=0.05)
    counts = np.array([c.shoppers.count for c in clips])
    expected = math.fsum(k * math.exp(Poisson(4.0).log_prob(k)) for k in range(4)) / inside
    assert (weights * counts).sum() / weights.sum() == pytest.approx(expected, rel=0.03)


def test_a_constant_that_meets_a_mass_weighs_what_it_is_worth():
    natural = {"shoppers": {"count": {"poisson": 4}}}
    scenario = sample_scenario(make_config({"shoppers": {"count": 2}}, natural), seed=0, index=0)
    assert scenario.log_p - scenario.log_q == pytest.approx(Poisson(4.0).log_prob(2))


def test_what_the_natural_never_shows_weighs_nothing():
    natural = {"store": {"floor": {"choice": {"tile": 1.0}}}}
    scenario = sample_scenario(make_config({"store": {"floor": "vinyl"}}, natural), seed=0, index=0)
    assert scenario.log_p == -math.inf
    assert math.exp(scenario.log_p - scenario.log_q) == 0.0


@pytest.mark.parametrize(("seed", "index"), [(-1, 0), (0, -1)])
def test_negative_numbers_are_refused(seed, index):
    with pytest.raises(ValueError, match="expected seed and index of at least 0"):
        sample_scenario(load_config("everyday"), seed=seed, index=index)
