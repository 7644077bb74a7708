"""Which section of the shop, and which brand of it, stands on which shelves.

In: the shelf runs of a floor plan, a catalogue and the section of each product. Out: a mask that says which
products are at home on which run. Used by scenes/plan/boards.py and scenes/goods/filling.py.
"""

import numpy as np

from scenes.goods.heaps import find_loose
from scenes.plan.formats import COOLING, DISPLAYS, FREEZING
from scenes.plan.layout import FloorPlan
from scenes.world import Catalogue

# What stands in which kind of furniture where the catalogue has it; everything may stand on plain shelves.
COLD = ("Dairy", "Fresh", "Drinks")  # what stands in chillers and fridges
_SECTIONS_OF_KIND = {
    "chiller": COLD,
    "fridge": COLD,
    **dict.fromkeys(FREEZING, ("Frozen",)),
    "table": ("Produce", "Bakery", "Snacks"),
    "hot_counter": ("Hot", "Bakery", "Snacks"),
}
_COLD_ONLY = ("Dairy", "Fresh")  # not on plain shelves where something cools
# Stand nowhere else where there is a freezer or a hot counter, and nothing else there where they are sold.
_FROZEN, HOT = "Frozen", "Hot"
_LOOSE = 0.4  # of the facings that packs of the same popularity are due
_LEAST_COLD = 0.1  # of all goods, to fill what cools
_LEAST_SHARE, _LEAST_PART = 0.12, 0.45  # of a run, or of a brand's goods, for the brand to be at home there


def assign_sections(
    plan: FloorPlan, catalogue: Catalogue, sections: tuple[str, ...], *, rng: np.random.Generator
) -> np.ndarray:
    """Give sections, and the brands of each, stretches of the shop in proportion to what they need.

    Sections lie side by side, in each of them brands by the height of their packs: a run holds a few brands,
    for whose packs its boards are set.

    Args:
        plan: Floor plan with its shelf runs.
        catalogue: What is sold.
        sections: The section of each product.
        rng: Lane of the sections.

    Returns:
        (R, P) bool: whether a product is at home on a run; nothing is on displays yet.
    """
    names = list(dict.fromkeys(sections))
    order = [names[k] for k in rng.permutation(len(names))]
    brand = number_brands(catalogue, sections)
    section_of = dict(zip(brand.tolist(), sections, strict=True))
    need_m = np.bincount(brand, compute_due(catalogue) * catalogue.size_m[:, 0])
    kinds = [plan.layout.fixtures[run.fixture].kind for run in plan.runs]
    cooled = any(kind in COOLING for kind in kinds)
    apart = _COLD_ONLY * cooled + (_FROZEN,) * any(kind in FREEZING for kind in kinds)
    apart += (HOT,) * ("hot_counter" in kinds)
    home = np.zeros((len(plan.runs), len(sections)), bool)
    usual = {r: _SECTIONS_OF_KIND.get(kind, ()) for r, kind in enumerate(kinds) if kind not in DISPLAYS}
    for wanted in dict.fromkeys(usual.values()):
        mine = [r for r, held in usual.items() if held == wanted]
        if HOT in wanted and HOT in order:
            wanted = (HOT,)
        held = [name for name in order if (name in wanted if wanted else name not in apart)] or order
        stretch = np.array([plan.runs[r].length_m * len(plan.runs[r].board_z_m) for r in mine])
        brands = np.array([one for name in held for one in sorted(section_of) if section_of[one] == name])
        belongs = _overlap(stretch, need_m[brands])
        for column, one in enumerate(brands):
            home[np.ix_(np.array(mine)[belongs[:, column]], brand == one)] = True
    return home


def number_brands(catalogue: Catalogue, sections: tuple[str, ...]) -> np.ndarray:
    """Return (P,) the number of each product's brand in its section: by section, then by height of packs."""
    heights_m: dict[tuple[str, str], list[float]] = {}
    of = list(zip(sections, catalogue.brand, strict=True))
    for key, height_m in zip(of, catalogue.size_m[:, 2].tolist(), strict=True):
        heights_m.setdefault(key, []).append(height_m)
    order = sorted(heights_m, key=lambda key: (key[0], sum(heights_m[key]) / len(heights_m[key]), key[1]))
    number = {key: k for k, key in enumerate(order)}
    return np.array([number[key] for key in of], np.int64)


def compute_due(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) the share of all facings that each product is due; it grows slower than its sales.

    A heap holds more than a lane of packs, so loose goods are due fewer.
    """
    weight = catalogue.popularity**0.7 * np.where(find_loose(catalogue), _LOOSE, 1.0)
    return weight / weight.sum()


def find_unsuited(plan: FloorPlan, sections: tuple[str, ...]) -> np.ndarray:
    """Return (R, P) bool: where goods would stand too warm, or freeze, in a shop that keeps such goods apart.

    What has to be cooled stands cooled where something cools, what is frozen in freezers if there are any,
    else cooled; freezers hold nothing else where frozen goods are sold, hot counters nothing but hot food.
    Nobody cools what needs no cooling, drinks aside, unless too little else is sold to fill the furniture.
    """
    kinds = np.array([plan.layout.fixtures[run.fixture].kind for run in plan.runs])
    section = np.array(sections)
    frozen, hot, chilled = section == _FROZEN, section == HOT, np.isin(section, _COLD_ONLY)
    freezes, heats = np.isin(kinds, FREEZING), kinds == "hot_counter"
    cools = np.isin(kinds, COOLING + FREEZING) & ~(freezes & frozen.any())
    cold = np.isin(section, COLD)
    ambient = ~(cold | frozen) & (cold.mean() >= _LEAST_COLD)
    unsuited = np.zeros((len(kinds), len(section)), bool)
    for kept, keeps, alone in (
        (hot, heats, True),
        (frozen, freezes if freezes.any() else cools, freezes.any()),
        (chilled, cools, False),
        (ambient, ~cools, False),
    ):
        if kept.any() and keeps.any():
            unsuited |= (~keeps[:, None] & kept) | (keeps[:, None] & ~kept & alone)
    return unsuited


def compute_cooled_share(plan: FloorPlan) -> float:
    """Return the share of all boards, by length, that chillers and fridges have."""
    length_m = np.array([run.length_m * len(run.board_z_m) for run in plan.runs])
    cools = [plan.layout.fixtures[run.fixture].kind in ("chiller", "fridge") for run in plan.runs]
    return float(length_m[cools].sum() / length_m.sum())


def _overlap(stretch: np.ndarray, need: np.ndarray) -> np.ndarray:
    """Lay runs and brands side by side over the same length; return the (runs, brands) that meet."""
    ends, brand_end = np.cumsum(stretch) / stretch.sum(), np.cumsum(need) / need.sum()
    starts, brand_start = ends - stretch / stretch.sum(), brand_end - need / need.sum()
    overlap = np.minimum(ends[:, None], brand_end) - np.maximum(starts[:, None], brand_start)
    least = np.minimum(_LEAST_SHARE * (ends - starts)[:, None], _LEAST_PART * (brand_end - brand_start))
    return overlap > least
