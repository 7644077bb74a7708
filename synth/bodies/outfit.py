"""What a person chooses to wear: the numbers from which garments are made.

In: a body shape and a generator. Out: an Outfit. Kinds and colours follow what is seen in shops: mostly
trousers, darker cloth below than above, mostly plain, some prints, few loud things. It is drawn as for a mild
day, and what the weather asks for otherwise from a lane of its own: who somebody is does not depend on it.
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
from synth.bodies.wardrobe import (
    BARE_ARMS,
    BARE_LEGS,
    BOTTOMS_MEN,
    BOTTOMS_WOMEN,
    CLO_BOTTOMS,
    CLO_TOPS,
    COATED,
    GLASSES,
    HAIR_MEN,
    HAIR_WOMEN,
    HEADWEAR_MEN,
    HEADWEAR_WOMEN,
    LIGHT_BOTTOMS,
    LIGHT_TOPS,
    OPEN_M,
    OUTERWEAR,
    SCARF,
    SCARF_OVER,
    TOPS_MEN,
    TOPS_WOMEN,
    WARMTH_GLASSES,
    WARMTH_HEADWEAR,
    WARMTH_OPEN,
    WARMTH_SCARF,
    measure_bare,
    measure_cold,
    redraw,
    redraw_color,
    tilt,
    tilt_colors,
    tilt_share,
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
    male, child = shape.gender > 0.5, is_small(shape)
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
    denim = _sample_denim(rng)
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
        open_front=float(rng.choice(list(OPEN_M))),
        top_print=dress_print,
        bottom_print=PRINTS.index("denim" if bottom in ("jeans", "shorts") else "plain"),
        skin=_sample_skin(rng),
        top_color=sample_color(OUTER if top in OUTERWEAR else TOPS, rng),
        second_color=sample_color(TOPS, rng),
        bottom_color=denim if bottom == "jeans" else bottom_color,
        shoe_color=shoes,
        sole_color=np.array([0.85, 0.84, 0.82]) if rng.random() < 0.5 else shoes * 0.5,
        hat_color=sample_color(GEAR, rng),
        bag_color=sample_color(GEAR, rng),
        beard_m=beard,
        tucked=bool(rng.random() < 0.18 and top in ("shirt", "long_sleeves")),
        glasses=_pick(GLASSES, rng),
        mask=bool(rng.random() < 0.04) and shape.stature_m > SMALLEST_MASKED_M,
        scarf=bool(rng.random() < (SCARF_OVER if top in OUTERWEAR else SCARF)),
        backpack=bool(rng.random() < 0.13),
    )
    return _frame_face(_cover_skin(_suit_weather(outfit, shape)))


def is_small(shape: BodyShape) -> bool:
    """Say whether somebody wears what is made for children."""
    return shape.stature_m < 1.48 and shape.age < 0.5


def _suit_weather(outfit: Outfit, shape: BodyShape) -> Outfit:
    """The same person dressed for the weather they came through, alike where it is mild."""
    rng = make_rng(shape.look_seed, 0, "body/weather")
    cold, male = measure_cold(shape.dressed_for_c), shape.gender > 0.5
    headwear = _suit_head(outfit, shape, cold, rng=rng)
    covered = headwear == "hijab"
    mild = _list_kinds(TOPS_MEN if male else TOPS_WOMEN, outfit.top, BARE_ARMS if covered else ())
    top = redraw(outfit.top, mild, tilt(mild, CLO_TOPS, cold), rng=rng)
    if headwear == "hood":
        top = "hoodie"
    bottom = _suit_legs(outfit, shape, top, BARE_LEGS if covered else (), rng=rng)
    scarves = [SCARF_OVER if one in OUTERWEAR else SCARF for one in (outfit.top, top)]
    scarves[1] = tilt_share(scarves[1], WARMTH_SCARF, cold)
    mild_scarf, scarf = ({True: share, False: 1.0 - share} for share in scarves)
    suited = replace(
        outfit,
        headwear=headwear,
        open_front=redraw(outfit.open_front, OPEN_M, tilt(OPEN_M, WARMTH_OPEN, cold), rng=rng),
        tucked=outfit.tucked and top in ("shirt", "long_sleeves"),
        glasses=redraw(outfit.glasses, GLASSES, tilt(GLASSES, WARMTH_GLASSES, cold), rng=rng),
        scarf=redraw(outfit.scarf, mild_scarf, scarf, rng=rng),
    )
    return _change_bottom(_change_top(suited, top, cold, rng=rng), bottom, cold, rng=rng)


def _list_kinds(shares: dict[str, float], worn: str, barred: tuple[str, ...]) -> dict[str, float]:
    """Leave out what somebody does not change to."""
    return {kind: share for kind, share in shares.items() if kind == worn or kind not in barred}


def _suit_legs(
    outfit: Outfit, shape: BodyShape, top: str, barred: tuple[str, ...], *, rng: np.random.Generator
) -> str:
    """Draw what is worn under a top in the weather."""
    mild = _list_kinds(BOTTOMS_MEN if shape.gender > 0.5 else BOTTOMS_WOMEN, outfit.bottom, barred)
    bare = measure_bare(shape.dressed_for_c)
    shares = tilt(mild, CLO_BOTTOMS, bare)
    if top in OUTERWEAR:
        against = {kind: -COATED * (kind in BARE_LEGS) for kind in shares}
        shares = tilt(shares, against, abs(bare))
    return redraw(outfit.bottom, mild, shares, rng=rng)


def _suit_head(outfit: Outfit, shape: BodyShape, cold: float, *, rng: np.random.Generator) -> str:
    """Draw the headwear for the weather; for a hijab none has a part in it."""
    shares = HEADWEAR_MEN if shape.gender > 0.5 else HEADWEAR_WOMEN
    mild = {kind: share for kind, share in shares.items() if kind != "hijab"}
    if outfit.headwear == "hijab":
        return "hijab"
    headwear = redraw(outfit.headwear, mild, tilt(mild, WARMTH_HEADWEAR, cold), rng=rng)
    return "cap" if headwear == "hat" and is_small(shape) else headwear


def _change_top(outfit: Outfit, top: str, cold: float, *, rng: np.random.Generator) -> Outfit:
    """The same person in another top, or one in another colour."""
    colors, over = (OUTER, True) if top in OUTERWEAR else (TOPS, False)
    tilted, fresh = tilt_colors(colors, LIGHT_TOPS, cold), _pick_print(rng)
    changed = sample_color(tilted, rng)
    kept = redraw_color(outfit.top_color, colors, LIGHT_TOPS, cold, rng=rng)
    if over == (outfit.top in OUTERWEAR):
        return replace(outfit, top=top, top_color=kept)
    return replace(outfit, top=top, top_color=changed, top_print=PRINTS.index("plain") if over else fresh)


def _change_bottom(outfit: Outfit, bottom: str, cold: float, *, rng: np.random.Generator) -> Outfit:
    """The same person in another skirt or other trousers, or ones in another colour."""
    denim, changed = _sample_denim(rng), sample_color(tilt_colors(BOTTOMS, LIGHT_BOTTOMS, cold), rng)
    color = redraw_color(outfit.bottom_color, BOTTOMS, LIGHT_BOTTOMS, cold, rng=rng)
    if bottom == "jeans":
        color = outfit.bottom_color if outfit.bottom == "jeans" else denim
    elif outfit.bottom == "jeans":
        color = changed
    cloth = "denim" if bottom in ("jeans", "shorts") else "plain"
    return replace(outfit, bottom=bottom, bottom_color=color, bottom_print=PRINTS.index(cloth))


def _sample_denim(rng: np.random.Generator) -> np.ndarray:
    """Draw the colour (3,) of jeans, sRGB."""
    return np.minimum(np.array([0.25, 0.28, 0.335]) * rng.uniform(0.65, 1.6), 0.8)


def _cover_skin(outfit: Outfit) -> Outfit:
    """The same outfit, of which no top, shirt under a coat, skirt or trousers look like bare skin."""
    tops = OUTER if outfit.top in OUTERWEAR else TOPS
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
