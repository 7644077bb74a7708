"""Who comes into the shop: stature, age, build.

In: a generator. Out: a BodyShape, and from it the phenotypes of the body model. Everything that a
BodyShape does not say (origin, proportions) is drawn from its look seed, so that it can be made again.
"""

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.model import ORIGINS, compute_stature_m, load_model
from synth.records import BodyShape

# Mean and standard deviation of adult statures, metres (NCD-RisC 2016, high-income countries, rounded).
WOMEN_STATURE_M = (1.63, 0.07)
MEN_STATURE_M = (1.77, 0.07)
# Median stature of children by age in years, metres (WHO growth standards 2006 and reference 2007, rounded).
CHILD_AGE_YEARS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0)
CHILD_STATURE_M = (0.75, 0.87, 0.95, 1.03, 1.16, 1.27, 1.38, 1.50)
WALKING_YEARS, CARRIED_YEARS = (4.0, 12.0), (1.2, 3.0)
CHILD_STATURE_SPREAD = 0.045  # standard deviation relative to the median (same source)


def sample_body_shape(
    *, rng: np.random.Generator, child: bool, years: tuple[float, float] = WALKING_YEARS
) -> BodyShape:
    """Draw one person.

    Args:
        rng: The lane's generator.
        child: Whether it is a child, else an adult.
        years: How old children are.
    """
    gender = _clip(float(rng.choice([0.04, 0.96])) + rng.normal(0.0, 0.05), 0.0, 1.0)
    if child:
        old = float(rng.uniform(*years))
        # anny: 0 is a baby of one year, 1/3 a child of about eleven.
        age = float(np.interp(old, (1.0, 11.0, 25.0), (0.0, 1 / 3, 2 / 3)))
        stature = float(np.interp(old, CHILD_AGE_YEARS, CHILD_STATURE_M))
        stature *= 1.0 + CHILD_STATURE_SPREAD * _clip(rng.normal(), -2.0, 2.0)
        muscle, weight = float(rng.uniform(0.35, 0.6)), float(rng.beta(4.0, 4.5))
    else:
        # 2/3 is 25 years, 1 is 90; shoppers are of all adult ages, mostly in the middle.
        age = float(np.interp(rng.beta(1.6, 2.2), (0.0, 1.0), (0.64, 0.97)))
        mean, spread = MEN_STATURE_M if gender > 0.5 else WOMEN_STATURE_M
        stature = mean + spread * _clip(rng.normal(), -2.4, 2.4)
        muscle, weight = _clip(rng.normal(0.5, 0.14), 0.1, 0.9), float(rng.beta(3.6, 3.4))
    look_seed = int(rng.integers(0, 2**31))
    drawn = BodyShape(age, gender, 0.5, weight, muscle, stature, look_seed)
    return _fit_height(drawn)


def _fit_height(shape: BodyShape) -> BodyShape:
    """Choose the height phenotype that gives the drawn stature; the stature follows where it cannot."""
    phenotypes = make_phenotypes(shape)
    low, high = (compute_stature_m(load_model(), {**phenotypes, "height": end}) for end in (0.0, 1.0))
    height = _clip((shape.stature_m - low) / (high - low), 0.0, 1.0)
    stature = _clip(shape.stature_m, 0.95 * low, 1.04 * high)
    return BodyShape(shape.age, shape.gender, height, shape.weight, shape.muscle, stature, shape.look_seed)


def _clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def make_phenotypes(shape: BodyShape) -> dict[str, float]:
    """Phenotypes of the body model.

    In anny gender 0 is male, in a BodyShape it is female.
    """
    rng = make_rng(shape.look_seed, 0, "body/phenotypes")
    origins = rng.dirichlet([0.45] * len(ORIGINS)) + 1e-3
    return {
        "gender": 1.0 - shape.gender,
        "age": shape.age,
        "muscle": shape.muscle,
        "weight": shape.weight,
        "height": shape.height,
        "proportions": float(rng.uniform(0.2, 0.8)),
        "cupsize": float(rng.uniform(0.25, 0.75)),
        "firmness": float(rng.uniform(0.35, 0.75)),
        **{name: float(value) for name, value in zip(ORIGINS, origins, strict=True)},
    }
