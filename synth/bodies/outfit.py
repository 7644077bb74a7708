"""What a person chooses to wear: the numbers from which garments are made.

In: a body shape and a generator. Out: an Outfit. Kinds and colours follow what is seen in shops: mostly
trousers, more dark and muted cloth below than above, some stripes, some bright things.
"""

from dataclasses import dataclass

import numpy as np

from synth.records import BodyShape

# Cloth colours, sRGB.
MUTED = np.array(
    [
        (0.12, 0.13, 0.15),
        (0.16, 0.19, 0.27),
        (0.22, 0.28, 0.38),
        (0.36, 0.42, 0.50),
        (0.30, 0.29, 0.27),
        (0.47, 0.43, 0.36),
        (0.62, 0.57, 0.47),
        (0.28, 0.31, 0.24),
        (0.24, 0.17, 0.14),
        (0.52, 0.53, 0.54),
    ]
)
BRIGHT = np.array(
    [
        (0.86, 0.85, 0.82),
        (0.93, 0.92, 0.90),
        (0.60, 0.13, 0.15),
        (0.16, 0.30, 0.52),
        (0.46, 0.62, 0.75),
        (0.80, 0.66, 0.25),
        (0.24, 0.42, 0.31),
        (0.75, 0.48, 0.50),
        (0.47, 0.32, 0.50),
        (0.78, 0.42, 0.22),
        (0.55, 0.68, 0.58),
        (0.36, 0.36, 0.40),
    ]
)
# Skin from light to dark, sRGB (after the ten tones of Monk 2023).
SKIN = np.array(
    [
        (0.93, 0.82, 0.75),
        (0.90, 0.77, 0.68),
        (0.86, 0.70, 0.59),
        (0.79, 0.62, 0.50),
        (0.70, 0.53, 0.41),
        (0.58, 0.42, 0.32),
        (0.47, 0.33, 0.25),
        (0.36, 0.25, 0.19),
        (0.28, 0.19, 0.15),
    ]
)

HAIR_STYLES_MEN = {"short": 0.52, "crop": 0.16, "bald": 0.11, "full": 0.08, "afro": 0.04, "cap": 0.09}
HAIR_STYLES_WOMEN = {
    "long": 0.36,
    "bob": 0.21,
    "bun": 0.17,
    "short": 0.10,
    "full": 0.05,
    "afro": 0.05,
    "beanie": 0.06,
}


@dataclass(frozen=True)
class Outfit:
    """One person's look.

    Attributes:
        top: ``"shirt"``, ``"long_sleeves"``, ``"hoodie"``, ``"jacket"``.
        bottom: ``"trousers"``, ``"jeans"``, ``"shorts"``, ``"skirt"``, ``"dress"``.
        hair: one of the styles above.
        pattern: ``"plain"``, ``"stripes"``, ``"block"``.
        skin, top_color, second_color, bottom_color: (3,) sRGB, 0 to 1.
        shoe_color, sole_color, hat_color, bag_color: (3,) sRGB, 0 to 1.
        beard_m: thickness of a beard, 0 for none.
        tucked: whether the top is tucked in (a belt shows).
    """

    top: str
    bottom: str
    hair: str
    pattern: str
    skin: np.ndarray
    top_color: np.ndarray
    second_color: np.ndarray
    bottom_color: np.ndarray
    shoe_color: np.ndarray
    sole_color: np.ndarray
    hat_color: np.ndarray
    bag_color: np.ndarray
    beard_m: float
    tucked: bool


def sample_outfit(shape: BodyShape, *, rng: np.random.Generator) -> Outfit:
    """Draw what somebody wears."""
    male, child = shape.gender > 0.5, shape.stature_m < 1.48 and shape.age < 0.5

    def pick(options: dict[str, float]) -> str:
        shares = np.array(list(options.values()))
        return str(rng.choice(list(options), p=shares / shares.sum()))

    def cloth(palette: np.ndarray) -> np.ndarray:
        return np.clip(
            palette[rng.integers(len(palette))] * rng.uniform(0.85, 1.12) + rng.normal(0, 0.015, 3),
            0.03,
            0.97,
        )

    top = pick({"shirt": 0.40, "long_sleeves": 0.28, "hoodie": 0.14, "jacket": 0.18})
    if male:
        bottom = pick({"trousers": 0.45, "jeans": 0.43, "shorts": 0.12 + 0.1 * child})
        hair = pick(HAIR_STYLES_MEN if not child else {"short": 0.6, "full": 0.25, "cap": 0.15})
    else:
        bottom = pick({"trousers": 0.36, "jeans": 0.36, "shorts": 0.05, "skirt": 0.12, "dress": 0.11})
        hair = pick(HAIR_STYLES_WOMEN)
    adult_man = male and not child
    beard = float(rng.uniform(0.002, 0.012)) if adult_man and rng.random() < 0.28 else 0.0
    skin = SKIN[0] + 0.0
    level = rng.beta(1.1, 1.35) * (len(SKIN) - 1)
    low = int(min(level, len(SKIN) - 2))
    skin = SKIN[low] + (level - low) * (SKIN[low + 1] - SKIN[low])
    jeans = np.array([0.20, 0.27, 0.40]) * rng.uniform(0.55, 1.6)
    shoes = cloth(MUTED) * 0.8 if rng.random() < 0.7 else cloth(BRIGHT)
    return Outfit(
        top=top,
        bottom=bottom,
        hair=hair,
        pattern=pick({"plain": 0.70, "stripes": 0.18, "block": 0.12}),
        skin=np.clip(skin + rng.normal(0, 0.012, 3), 0.05, 0.95),
        top_color=cloth(BRIGHT if rng.random() < 0.62 else MUTED),
        second_color=cloth(BRIGHT),
        bottom_color=np.clip(jeans, 0.05, 0.8)
        if bottom == "jeans"
        else cloth(MUTED if rng.random() < 0.8 else BRIGHT),
        shoe_color=shoes,
        sole_color=np.array([0.85, 0.84, 0.82]) if rng.random() < 0.5 else shoes * 0.5,
        hat_color=cloth(BRIGHT),
        bag_color=cloth(np.concatenate([BRIGHT, MUTED])),
        beard_m=beard,
        tucked=bool(rng.random() < 0.18 and top in ("shirt", "long_sleeves")),
    )
