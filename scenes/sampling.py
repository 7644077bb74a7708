"""Draws one clip's scenario from a config, with the log densities behind its importance weight.

In: a `ScenarioConfig` and (seed, index). Out: a `Scenario`. Each key has its own random lane, so a new
key moves no other, and clip N never needs clips 0..N-1.

The weight. Write q for the scenario's distribution of a key and p for the natural one; a fixed value is a
point mass. A key's factor in the clip's weight depends on what meets what:

    natural p        scenario q               factor
    fixed value      anything                 1: it says nothing about how often other values occur
    mass             mass or fixed value      p(x) / q(x)
    density          density                  p(x) / q(x)
    density          mass or fixed value      1: no ratio exists, the scenario's value is taken as given
    mass             density                  1: likewise

Hence E_q[w f] = E_t[f 1(x in supp q)] for any function f of a clip, where t is p for the keys that have a
ratio and q for the others: weighted clips show what real life shows, as far as the scenario leaves it open.
Keys drawn anew for each shopper (scenes/scenario/: per_shopper) have factor 1, whether their natural
distribution differs or not. `Scenario.log_p` and `log_q` sum the keys that have a ratio (and, on both sides
alike, those whose natural value is fixed), so that exp(log_p - log_q) is the weight; a log_p of -inf says
that the natural scenario never shows such a clip. `Scenario.values` has every key that varies on either side.
"""

import math
from dataclasses import dataclass

from scenes.config.keys import KEYS, SECTION_SPECS
from scenes.config.models import ScenarioConfig
from scenes.distributions import Constant, Distribution, Value
from scenes.randomness import make_rng
from scenes.scenario import Scenario


@dataclass(frozen=True)
class DrawnValue:
    """One key's value in one clip.

    Attributes:
        log_p, log_q: Log density or mass under the natural and under the asked distribution.
        weighted: Whether the two form a ratio, see the module's docstring.
    """

    value: Value
    log_p: float
    log_q: float
    weighted: bool


def sample_scenario(config: ScenarioConfig, *, seed: int, index: int) -> Scenario:
    """Draw clip `index` of the dataset with `seed`; pure in its arguments.

    Raises:
        ValueError: For a negative seed or index.
    """
    if seed < 0 or index < 0:
        raise ValueError(f"expected seed and index of at least 0, got seed {seed} and index {index}")
    natural = config.natural.distributions()
    sections: dict[str, dict[str, object]] = {section: {} for section in SECTION_SPECS}
    drawn: dict[str, DrawnValue] = {}
    for path, distribution in config.distributions().items():
        key = KEYS[path]
        if key.per_shopper:
            sections[key.section][key.name] = distribution
            continue
        value = _sample_value(distribution, path, seed=seed, index=index)
        if key.kind == "number":
            value = float(value)
        sections[key.section][key.name] = value
        if not (isinstance(distribution, Constant) and isinstance(natural[path], Constant)):
            drawn[path] = weigh_value(value, natural=natural[path], asked=distribution)
    resolved = {section: spec(**sections[section]) for section, spec in SECTION_SPECS.items()}
    return Scenario(
        name=config.name,
        seed=seed,
        index=index,
        **resolved,
        log_p=math.fsum(v.log_p for v in drawn.values() if v.weighted),
        log_q=math.fsum(v.log_q for v in drawn.values() if v.weighted),
        values={path: (v.value, v.log_p, v.log_q) for path, v in drawn.items()},
        config_sha256=config.sha256,
        folder=config.folder,
    )


def weigh_value(value: Value, *, natural: Distribution, asked: Distribution) -> DrawnValue:
    """Log densities of one value, and whether they form a ratio.

    >>> from scenes.distributions import Uniform
    >>> weigh_value(3.0, natural=Uniform(0.0, 4.0), asked=Constant(3.0)).weighted
    False
    """
    log_q = asked.log_prob(value)
    if isinstance(natural, Constant):
        return DrawnValue(value, log_q, log_q, weighted=True)
    return DrawnValue(value, natural.log_prob(value), log_q, weighted=natural.measure == asked.measure)


def _sample_value(distribution: Distribution, path: str, *, seed: int, index: int) -> Value:
    if isinstance(distribution, Constant):  # making a generator is most of a draw's time
        return distribution.value
    return distribution.sample(rng=make_rng(seed, index, f"scenario/{path}"))
