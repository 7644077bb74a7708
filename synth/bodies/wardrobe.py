"""What there is to wear: how often on a mild day, how warm it is, and how often in other weather.

In: the outdoor temperature that somebody dressed for. Out: shares of garments and colours.

Shares of a day that is no mild one are those of a mild day times ``exp(cold * warmth)``: of all shares with
their mean warmth the ones nearest to a mild day's (least relative entropy). `measure_cold` and `measure_bare`
say how much that counts. With them the mean insulation of what is worn (ISO 9920) lies where it should for
people who keep their coats on in a shop: mostly over that of people who took theirs off indoors (Schiavon and
Lee 2013), under that of people outdoors (Havenith et al. 2012, the clothing model of UTCI).
"""

import math
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from scenes.scenario import MILD_C
from synth.bodies.palette import Colors, measure_apart, sample_color

# Shares of a mild day, estimates.
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
GLASSES = {"": 0.76, "clear": 0.21, "dark": 0.03}
OPEN_M = {0.008: 1 / 3, 0.03: 1 / 3, 0.055: 1 / 3}  # how far jackets and coats stand open to each side
SCARF, SCARF_OVER = 0.03, 0.3  # over tops, and over jackets and coats
TIGHTS = 0.65  # under skirts with long sleeves
OUTERWEAR = ("jacket", "coat")
BARE_ARMS, BARE_LEGS = ("shirt",), ("shorts",)

# Insulation in clo, ISO 9920: a T-shirt, a shirt with long sleeves, a thick sweater, and over that shirt a
# jacket, between a plain and a down one, or a coat; walking shorts, light skirts, trousers, tight ones.
CLO_TOPS = {"shirt": 0.09, "long_sleeves": 0.25, "hoodie": 0.35, "jacket": 0.70, "coat": 0.85}
CLO_BOTTOMS = {
    "shorts": 0.08,
    "skirt": 0.14,
    "dress": 0.14,
    "leggings": 0.20,
    "trousers": 0.25,
    "jeans": 0.25,
}
# Of what is small, warm or worn against the sun, as much as makes it as frequent as it is seen (estimates).
WARMTH_HEADWEAR = {"": 0.0, "cap": -0.08, "beanie": 0.35, "hat": -0.05, "hood": 0.20}
WARMTH_GLASSES = {"": 0.0, "clear": 0.0, "dark": -0.12}
WARMTH_OPEN = {0.008: 0.15, 0.03: 0.0, 0.055: -0.15}
WARMTH_SHOES = {
    "trainers": 0.0,
    "leather": 0.0,
    "boots": 0.08,
    "loafers": 0.0,
    "ballerinas": -0.1,
    "sandals": -0.12,
}
WARMTH_SCARF, WARMTH_TIGHTS, WARMTH_THIN_TIGHTS = 0.2, 0.5, 0.3
COATED = 0.25  # by how many clo more the weather tells against bare legs under a jacket or coat
# How much cooler white would be than black: clothes are lighter in summer, what is on legs the most.
LIGHT_TOPS, LIGHT_BOTTOMS = 0.3, 0.5
# Over the trunk: 1 / clo that cold comes to in the end, since what is added under a coat does not show, and
# how fast, 1 / K. On legs and feet, where there is one layer: 1 / (clo K).
_MOST, _FAST, _LEGS = 8.2, 0.06, 0.86

Kind = TypeVar("Kind", str, float, bool, tuple[float, float, float])


def measure_cold(dressed_for_c: float) -> float:
    """Return how much the warmth of what is on trunk and head counts, in 1 / clo: 0 on a mild day.

    >>> [round(measure_cold(c), 1) for c in (-5.0, 18.0, 30.0)]
    [6.1, 0.0, -8.6]
    """
    return _MOST * (1.0 - math.exp(_FAST * (dressed_for_c - MILD_C)))


def measure_bare(dressed_for_c: float) -> float:
    """Return how much the warmth of what is on legs and feet counts, in 1 / clo: 0 on a mild day."""
    return _LEGS * (MILD_C - dressed_for_c)


def tilt(shares: Mapping[Kind, float], warmth: Mapping[Kind, float], cold: float) -> dict[Kind, float]:
    """Shares in other weather: the same where `cold` is 0.

    >>> tilt({"shirt": 0.5, "coat": 0.5}, {"shirt": 0.0, "coat": 1.0}, 0.0)
    {'shirt': 0.5, 'coat': 0.5}
    """
    return {kind: share * math.exp(cold * warmth[kind]) for kind, share in shares.items()}


def tilt_share(share: float, warmth: float, cold: float) -> float:
    """Share in other weather of what is worn or not.

    >>> tilt_share(0.3, 1.0, 0.0), round(tilt_share(0.5, 1.0, 2.0), 3)
    (0.3, 0.881)
    """
    return share / (share + (1.0 - share) * math.exp(-cold * warmth))


def tilt_colors(colors: Colors, lightness: float, cold: float) -> Colors:
    """Shares of colours in other weather: light ones where it is hot."""
    return tilt(colors, {color: -lightness * float(np.mean(color)) for color in colors}, cold)


def redraw(
    worn: Kind, mild: Mapping[Kind, float], shares: Mapping[Kind, float], *, rng: np.random.Generator
) -> Kind:
    """Draw what is worn in other weather, given what would be worn on a mild day.

    As many as possible keep it: of the kinds that are rarer than on a mild day a part changes to those that
    are more frequent. So the same person dresses alike in like weather, and just the same on a mild day.

    Args:
        worn: What the person would wear on a mild day, drawn with `mild`.
        mild: Shares of a mild day, in any unit.
        shares: Those of that weather, of the same kinds.
        rng: Two numbers are drawn from it in any case.
    """
    keeps, which = rng.random(2)
    before, after = (np.array(list(one.values())) / sum(one.values()) for one in (mild, shares))
    place = list(mild).index(worn)
    if keeps * before[place] < after[place]:
        return worn
    gained = np.cumsum(np.maximum(after - before, 0.0))
    return list(mild)[int(np.searchsorted(gained, which * gained[-1], side="right"))]


def redraw_color(
    color: np.ndarray, colors: Colors, lightness: float, cold: float, *, rng: np.random.Generator
) -> np.ndarray:
    """Draw the colour (3,) of cloth in other weather, given that of a mild day, both sRGB."""
    table = list(colors)
    known = table[int(measure_apart(np.array(table), color).argmin())]
    chosen = redraw(known, colors, tilt_colors(colors, lightness, cold), rng=rng)
    fresh = sample_color({chosen: 1.0}, rng)
    return color if chosen == known else fresh
