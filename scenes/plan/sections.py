"""Which section of the shop stands on which shelves.

In: the shelf runs of a floor plan, a catalogue and the section of each product. Out: a mask that says which
products are at home on which run. Used by scenes/plan/boards.py and scenes/goods/filling.py.
"""

import numpy as np

from scenes.plan.formats import COOLING, DISPLAYS, FREEZING
from scenes.plan.layout import FloorPlan
from scenes.world import Catalogue

# What stands in which kind of furniture where the catalogue has it; everything may stand on plain shelves.
COLD = ("Dairy", "Fresh", "Drinks")  # what stands in chillers and fridges
_SECTIONS_OF_KIND = {
    "chiller": COLD,
    "fridge": COLD,
    **dict.fromkeys(FREEZING, ("Frozen",)),
    "table": ("Fresh", "Bakery", "Snacks"),
    "hot_counter": ("Hot", "Bakery", "Snacks"),
}
_COLD_ONLY = ("Dairy", "Fresh")  # not on plain shelves where something cools
# Stand nowhere else where there is a freezer or a hot counter, and nothing else there where they are sold.
_FROZEN, _HOT = "Frozen", "Hot"
_LEAST_COLD = 0.1  # of all goods, to fill what cools
_LEAST_SHARE = 0.12  # of a run, for a section to be at home there


def assign_sections(
    plan: FloorPlan, catalogue: Catalogue, sections: tuple[str, ...], *, rng: np.random.Generator
) -> np.ndarray:
    """Give sections stretches of the shop in proportion to what they need; a run holds one to three.

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
    due = compute_due(catalogue)
    need = {
        name: float(sum(d for d, section in zip(due, sections, strict=True) if section == name))
        for name in order
    }
    kinds = [plan.layout.fixtures[run.fixture].kind for run in plan.runs]
    cooled = any(kind in COOLING for kind in kinds)
    apart = _COLD_ONLY * cooled + (_FROZEN,) * any(kind in FREEZING for kind in kinds)
    apart += (_HOT,) * ("hot_counter" in kinds)
    home = np.zeros((len(plan.runs), len(sections)), bool)
    usual = {r: _SECTIONS_OF_KIND.get(kind, ()) for r, kind in enumerate(kinds) if kind not in DISPLAYS}
    for wanted in dict.fromkeys(usual.values()):
        mine = [r for r, held in usual.items() if held == wanted]
        if _HOT in wanted and _HOT in order:
            wanted = (_HOT,)
        held = [name for name in order if (name in wanted if wanted else name not in apart)] or order
        stretch = np.array([plan.runs[r].length_m * len(plan.runs[r].board_z_m) for r in mine])
        belongs = _overlap(stretch, np.array([need[name] for name in held]))
        for column, name in enumerate(held):
            home[np.ix_(np.array(mine)[belongs[:, column]], [s == name for s in sections])] = True
    return home


def compute_due(catalogue: Catalogue) -> np.ndarray:
    """Return (P,) the share of all facings that each product is due; it grows slower than its sales."""
    weight = catalogue.popularity**0.7
    return weight / weight.sum()


def find_unsuited(plan: FloorPlan, sections: tuple[str, ...]) -> np.ndarray:
    """Return (R, P) bool: where goods would stand too warm, or freeze, in a shop that keeps such goods apart.

    What has to be cooled stands cooled where something cools, what is frozen in freezers if there are any,
    else cooled; freezers hold nothing else where frozen goods are sold, hot counters nothing but hot food.
    Nobody cools what needs no cooling, drinks aside, unless too little else is sold to fill the furniture.
    """
    kinds = np.array([plan.layout.fixtures[run.fixture].kind for run in plan.runs])
    section = np.array(sections)
    frozen, hot, chilled = section == _FROZEN, section == _HOT, np.isin(section, _COLD_ONLY)
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
    """Lay runs and sections side by side over the same length; return the (runs, sections) that meet."""
    ends, section_end = np.cumsum(stretch) / stretch.sum(), np.cumsum(need) / need.sum()
    starts, section_start = ends - stretch / stretch.sum(), section_end - need / need.sum()
    overlap = np.minimum(ends[:, None], section_end) - np.maximum(starts[:, None], section_start)
    return overlap > _LEAST_SHARE * (ends - starts)[:, None]
