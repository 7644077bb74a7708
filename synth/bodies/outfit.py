"""What a person chooses to wear: the numbers from which garments are made.

In: a body shape and a generator. Out: an Outfit. Kinds and colours follow what is seen in shops: mostly
trousers, darker cloth below than above, mostly plain, some prints, few loud things.
"""

from dataclasses import dataclass, replace

import numpy as np

from scenes.cloth import PATTERNED, PRINTS
from scenes.randomness import make_rng
from synth.bodies.palette import (
    BLACK,
    BOTTOMS,
    GEAR,
    OUTER,
    SHOES,
    TOPS,
    UNIFORMS,
    cover_skin,
    sample_color,
    set_apart,
)
from synth.records import BodyShape

# Skin from light to dark, sRGB: lightness and hue of the classes of Del Bino and Bernerd (2013), very light
# to dark, but some six of L* lighter and a quarter less colourful, by as much as cameras deepen and colour
# what they see. So neither does a pale arm under a lamp turn white nor do the features of a dark face drown.
SKIN = np.array(
    [
        (0.83, 0.75, 0.70),
        (0.79, 0.71, 0.65),
        (0.77, 0.67, 0.61),
        (0.73, 0.62, 0.56),
        (0.69, 0.57, 0.51),
        (0.64, 0.52, 0.46),
        (0.58, 0.47, 0.41),
        (0.52, 0.42, 0.37),
        (0.46, 0.37, 0.33),
    ]
)

HAIR_MEN = {"short": 0.56, "crop": 0.18, "bald": 0.12, "full": 0.08, "afro": 0.03, "bun": 0.03}
HAIR_WOMEN = {
    "long": 0.34,
    "bob": 0.21,
    "bun": 0.16,
    "ponytail": 0.12,
    "short": 0.09,
    "full": 0.04,
    "afro": 0.04,
}
HEADWEAR_MEN = {"": 0.80, "cap": 0.11, "beanie": 0.05, "hat": 0.03, "hood": 0.01}
HEADWEAR_WOMEN = {"": 0.80, "cap": 0.03, "beanie": 0.05, "hat": 0.03, "hijab": 0.09}
TOPS_MEN = {"shirt": 0.36, "long_sleeves": 0.26, "hoodie": 0.16, "jacket": 0.16, "coat": 0.06}
TOPS_WOMEN = {"shirt": 0.33, "long_sleeves": 0.30, "hoodie": 0.11, "jacket": 0.16, "coat": 0.10}
BOTTOMS_MEN = {"trousers": 0.45, "jeans": 0.43, "shorts": 0.12}
BOTTOMS_WOMEN = {
    "trousers": 0.28,
    "jeans": 0.30,
    "leggings": 0.14,
    "shorts": 0.05,
    "skirt": 0.12,
    "dress": 0.11,
}
SMALLEST_MASKED_M = 1.0
PRINTED_SHARE = 0.36  # of tops without a zip


@dataclass(frozen=True)
class Outfit:
    """One person's look.

    Attributes:
        top: ``"shirt"``, ``"long_sleeves"``, ``"hoodie"``, ``"jacket"``, ``"coat"``.
        bottom: ``"trousers"``, ``"jeans"``, ``"leggings"``, ``"shorts"``, ``"skirt"``, ``"dress"``.
        hair: ``"bald"`` or one of the styles above; headwear: ``""`` or one of the kinds above.
        hairline: heights of hairline and nape as shares from chin to crown.
        tips: how much paler the tips of long hair are than its roots, 0 to 1.
        open_front: how far a jacket or coat stands open, metres to each side.
        top_print, bottom_print: number of a print of `scenes.cloth`.
        skin, top_color, second_color, bottom_color: (3,) sRGB, 0 to 1.
        shoe_color, sole_color, hat_color, bag_color: (3,) sRGB, 0 to 1.
        beard_m: thickness of a beard, 0 for none.
        tucked: whether the top is tucked in (a belt shows).
        glasses: ``""``, ``"clear"``, ``"dark"``.
        mask, scarf, backpack: whether these are worn; big: whether the coat is a long, loose one.
        pressed: whether somebody is on the arm, or on one, so that cloth does not hang free.
    """

    top: str
    bottom: str
    hair: str
    hairline: tuple[float, float]
    tips: float
    headwear: str
    open_front: float
    top_print: int
    bottom_print: int
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
    glasses: str
    mask: bool
    scarf: bool
    backpack: bool
    big: bool = False
    pressed: bool = False

    @property
    def over_skirt(self) -> bool:
        """Whether the top hangs over a skirt: jackets do, and hoodies that are no dress."""
        return (self.top, self.bottom) in (("jacket", "skirt"), ("jacket", "dress"), ("hoodie", "skirt"))

    @property
    def held(self) -> bool:
        """Whether trousers or a skirt hold the top at the waist."""
        return (self.tucked or self.bottom in ("skirt", "dress")) and not self.over_skirt


def sample_outfit(shape: BodyShape, *, rng: np.random.Generator) -> Outfit:
    """Draw what somebody wears."""
    male, child = shape.gender > 0.5, shape.stature_m < 1.48 and shape.age < 0.5
    top = _pick(TOPS_MEN if male else TOPS_WOMEN, rng)
    bottom = _pick(BOTTOMS_MEN if male else BOTTOMS_WOMEN, rng)
    hair = _pick(HAIR_MEN if male else HAIR_WOMEN, rng)
    headwear = _pick(HEADWEAR_MEN if male else HEADWEAR_WOMEN, rng)
    if child:
        hair = {"bald": "short", "crop": "short"}.get(hair, hair)
        headwear = {"hijab": "", "hat": "cap"}.get(headwear, headwear)
    if headwear == "hood":
        top = "hoodie"
    beard = float(rng.uniform(0.002, 0.012)) if male and not child and rng.random() < 0.28 else 0.0
    jeans = np.array([0.25, 0.28, 0.335]) * rng.uniform(0.65, 1.6)
    bottom_color = sample_color(BOTTOMS, rng)
    dress_print = _pick_print(rng) if top in ("shirt", "long_sleeves", "hoodie") else PRINTS.index("plain")
    shoes = sample_color(SHOES, rng)
    outfit = Outfit(
        top=top,
        bottom=bottom,
        hair=hair,
        hairline=(
            float(rng.uniform(0.79, 0.84)),
            0.10 if hair in ("long", "bob") else float(rng.uniform(0.10, 0.18)),
        ),
        tips=float(rng.uniform(0.2, 0.6)) if rng.random() < 0.35 else 0.0,
        headwear=headwear,
        open_front=float(rng.choice([0.008, 0.03, 0.055])),
        top_print=dress_print,
        bottom_print=PRINTS.index("denim" if bottom in ("jeans", "shorts") else "plain"),
        skin=_sample_skin(rng),
        top_color=sample_color(OUTER if top in ("jacket", "coat") else TOPS, rng),
        second_color=sample_color(TOPS, rng),
        bottom_color=np.minimum(jeans, 0.8) if bottom == "jeans" else bottom_color,
        shoe_color=shoes,
        sole_color=np.array([0.85, 0.84, 0.82]) if rng.random() < 0.5 else shoes * 0.5,
        hat_color=sample_color(GEAR, rng),
        bag_color=sample_color(GEAR, rng),
        beard_m=beard,
        tucked=bool(rng.random() < 0.18 and top in ("shirt", "long_sleeves")),
        glasses=_pick({"": 0.76, "clear": 0.21, "dark": 0.03}, rng),
        mask=bool(rng.random() < 0.04) and shape.stature_m > SMALLEST_MASKED_M,
        scarf=bool(rng.random() < (0.3 if top in ("jacket", "coat") else 0.03)),
        backpack=bool(rng.random() < 0.13),
    )
    return _frame_face(_cover_skin(outfit))


def _cover_skin(outfit: Outfit) -> Outfit:
    """The same outfit, of which no top, shirt under a coat, skirt or trousers look like bare skin."""
    tops = OUTER if outfit.top in ("jacket", "coat") else TOPS
    return replace(
        outfit,
        top_color=cover_skin(outfit.top_color, outfit.skin, tops),
        second_color=cover_skin(outfit.second_color, outfit.skin, TOPS),
        bottom_color=cover_skin(outfit.bottom_color, outfit.skin, BOTTOMS),
    )


def _frame_face(outfit: Outfit) -> Outfit:
    """The same outfit, whose headwear is not taken for a bald head: it has another colour than the skin."""
    if outfit.headwear == "hood":
        return replace(outfit, top_color=set_apart(outfit.top_color, outfit.skin, TOPS))
    if outfit.headwear:
        return replace(outfit, hat_color=set_apart(outfit.hat_color, outfit.skin, GEAR))
    return outfit


def put_on_uniform(outfit: Outfit, seed: int) -> Outfit:
    """The same person in the shop's uniform: the same top, trousers and cap for every seed alike."""
    rng = make_rng(seed, 0, "body/uniform")
    color = UNIFORMS[rng.integers(len(UNIFORMS))]
    outfit = replace(
        outfit,
        top="shirt" if rng.random() < 0.5 else "long_sleeves",
        bottom="trousers",
        headwear="hijab" if outfit.headwear == "hijab" else ("cap" if rng.random() < 0.5 else ""),
        top_print=PRINTS.index(str(rng.choice(["badge_pale", "badge_dark", "letters_pale"]))),
        bottom_print=PRINTS.index("plain"),
        top_color=color,
        bottom_color=np.array(BLACK),
        hat_color=color,
        tucked=False,
        scarf=False,
        backpack=False,
    )
    return _frame_face(outfit) if outfit.headwear == "hijab" else outfit


def put_on_big_coat(outfit: Outfit, seed: int) -> Outfit:
    """The same person in a coat to the calves, wide enough to hide what hands do near the body."""
    rng = make_rng(seed, 0, "body/coat")
    outfit = replace(
        outfit,
        top="coat",
        headwear="" if outfit.headwear == "hood" else outfit.headwear,
        open_front=float(rng.choice([0.008, 0.05, 0.09])),
        top_print=PRINTS.index("plain"),
        top_color=sample_color(OUTER, rng),
        tucked=False,
        backpack=False,
        big=True,
    )
    return _cover_skin(outfit)


def put_on_romper(outfit: Outfit) -> Outfit:
    """The same small child in what legs can be astride in."""
    return replace(
        outfit,
        top="jacket" if outfit.top == "coat" else outfit.top,
        bottom="leggings" if outfit.bottom in ("skirt", "dress") else outfit.bottom,
    )


def _pick(options: dict[str, float], rng: np.random.Generator) -> str:
    shares = np.array(list(options.values()))
    return str(rng.choice(list(options), p=shares / shares.sum()))


def _pick_print(rng: np.random.Generator) -> int:
    """Mostly plain cloth or knit, else any print."""
    if rng.random() < PRINTED_SHARE:
        return PRINTS.index(PATTERNED[rng.integers(len(PATTERNED))])
    return PRINTS.index(_pick({"plain": 0.8, "knit": 0.2}, rng))


def _sample_skin(rng: np.random.Generator) -> np.ndarray:
    level = rng.beta(1.1, 1.35) * (len(SKIN) - 1)
    low = int(min(level, len(SKIN) - 2))
    skin = SKIN[low] + (level - low) * (SKIN[low + 1] - SKIN[low])
    return np.clip(skin + rng.normal(0, 0.012, 3), 0.05, 0.95)
