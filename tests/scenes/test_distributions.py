import math

import numpy as np
import pytest
from scipy import integrate, stats

from scenes.distributions import (
    Choice,
    Constant,
    LogUniform,
    NegativeBinomial,
    Normal,
    Poisson,
    Uniform,
    to_plain,
)

DENSITIES = [
    Uniform(-2.0, 3.0),
    LogUniform(0.5, 4.0),
    Normal(0.95, 0.15, 0.5, 1.5),
    Normal(0.0, 1.0, 3.0, 5.0),
    Normal(0.0, 1.0, -7.0, -5.0),
]
MASSES = [
    Uniform(3, 9, integer=True),
    LogUniform(1, 20, integer=True),
    Normal(4.0, 2.5, 1, 12, integer=True),
    Choice((1, 2, 7), (0.5, 0.3, 0.2)),
    Poisson(3.0, low=0, high=8),
    Poisson(6.0, low=2, high=5),
    NegativeBinomial(3.41, 1.23, low=0, high=12),
    NegativeBinomial(20.0, 0.7, low=5, high=30),
]


def make_test_rng(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.mark.parametrize("distribution", DENSITIES, ids=str)
def test_density_integrates_to_one_and_samples_follow_it(distribution):
    low, high = distribution.support
    total, _ = integrate.quad(lambda x: math.exp(distribution.log_prob(x)), low, high)
    assert total == pytest.approx(1, abs=1e-6)
    rng = make_test_rng()
    samples = np.array([distribution.sample(rng=rng) for _ in range(2000)])
    assert samples.min() >= low
    assert samples.max() <= high

    def cdf(x):
        return integrate.quad(lambda t: math.exp(distribution.log_prob(t)), low, x)[0]

    assert stats.kstest(samples[:400], np.vectorize(cdf)).pvalue > 1e-3


@pytest.mark.parametrize("distribution", MASSES, ids=str)
def test_masses_sum_to_one_and_samples_follow_them(distribution):
    support = distribution.support
    values = support if isinstance(distribution, Choice) else range(int(support[0]), int(support[1]) + 1)
    masses = np.array([math.exp(distribution.log_prob(k)) for k in values])
    assert masses.sum() == pytest.approx(1, abs=1e-9)
    rng = make_test_rng()
    samples = [distribution.sample(rng=rng) for _ in range(4000)]
    assert all(isinstance(x, int) for x in samples)
    counts = np.array([samples.count(k) for k in values])
    assert counts.sum() == 4000
    expected = masses * 4000
    common = expected > 5
    chi2 = ((counts - expected)[common] ** 2 / expected[common]).sum()
    assert chi2 < stats.chi2.ppf(1 - 1e-4, common.sum())


def test_values_against_scipy():
    truncated = stats.truncnorm((0.5 - 0.95) / 0.15, (1.5 - 0.95) / 0.15, loc=0.95, scale=0.15)
    assert Normal(0.95, 0.15, 0.5, 1.5).log_prob(1.1) == pytest.approx(truncated.logpdf(1.1))
    assert LogUniform(0.5, 4.0).log_prob(2.0) == pytest.approx(stats.loguniform(0.5, 4).logpdf(2))
    negative_binomial = stats.nbinom(1.23, 1.23 / (1.23 + 3.41))
    d = NegativeBinomial(3.41, 1.23, high=10)
    assert d.log_prob(4) == pytest.approx(negative_binomial.logpmf(4))
    assert d.log_prob(10) == pytest.approx(negative_binomial.logsf(9))
    assert Poisson(2.0, low=1, high=9).log_prob(1) == pytest.approx(stats.poisson(2).logcdf(1))
    assert Poisson(2.0, high=9).log_prob(9) == pytest.approx(stats.poisson(2).logsf(8))


def test_tails_far_beyond_floats_stay_finite():
    # P(X >= 300) of a Poisson of mean 1 is about e^-1415, far below the smallest float.
    tail = Poisson(1.0, high=300).log_prob(300)
    assert tail == pytest.approx(stats.poisson(1).logpmf(300), abs=0.01)
    assert tail > stats.poisson(1).logpmf(300)
    assert NegativeBinomial(0.01, 50.0, high=300).log_prob(300) > -math.inf


def test_far_truncation_is_sampled_inside_its_bounds():
    rng = make_test_rng()
    d = Normal(0.0, 1.0, 5.0, 6.0)
    samples = [d.sample(rng=rng) for _ in range(500)]
    assert all(5.0 <= x <= 6.0 for x in samples)
    assert np.mean(samples) == pytest.approx(stats.truncnorm(5, 6).mean(), abs=0.03)


@pytest.mark.parametrize("distribution", DENSITIES + MASSES, ids=str)
def test_what_cannot_occur_has_no_probability(distribution):
    for impossible in (-1e6, 1e6, "text"):
        assert distribution.log_prob(impossible) == -math.inf


@pytest.mark.parametrize("distribution", [d for d in MASSES if not isinstance(d, Choice)], ids=str)
def test_fractions_have_no_mass(distribution):
    low, high = distribution.support
    assert distribution.log_prob((low + high) // 2 + 0.5) == -math.inf


def test_constant_and_choice():
    assert Constant("tile").sample(rng=make_test_rng()) == "tile"
    choice = Choice((True, False), (1.0, 0.0))
    assert choice.support == (True,)
    assert {choice.sample(rng=make_test_rng(i)) for i in range(50)} == {True}
    assert choice.log_prob(False) == -math.inf


def test_to_plain_reaches_into_dataclasses_and_collections():
    assert to_plain({"a": (Poisson(2.0), [Choice(("x", "y"), (0.5, 0.5))])}) == {
        "a": [{"poisson": 2.0}, [{"choice": {"x": 0.5, "y": 0.5}}]]
    }
