"""What stands on promotional displays: one product or a few of one section, in many facings.

In: a floor plan with displays, a catalogue and what is at home on the other shelves. Out: the same with
what is at home on the displays. Used by scenes/store.py.
"""

import numpy as np

from scenes.goods.stacks import FRONT_GAP_M
from scenes.plan.boards import HEADROOM_M
from scenes.plan.formats import DISPLAYS
from scenes.plan.layout import FloorPlan
from scenes.plan.sections import find_unsuited
from scenes.world import Catalogue

_MOST = {"display_stand": 5, "pallet_display": 2, "promo_table": 4}  # products on one
_TALLEST_M = 0.32  # boards of stands are close together


def assign_promotions(
    plan: FloorPlan,
    catalogue: Catalogue,
    sections: tuple[str, ...],
    home: np.ndarray,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw which products each display shows; popular ones are promoted more often.

    Args:
        plan: Floor plan with its shelf runs.
        catalogue: What is sold.
        sections: The section of each product.
        home: (R, P) bool: which products are at home on which run; displays have none yet.
        rng: Lane of the promotions.

    Returns:
        (R, P) bool.
    """
    home = home.copy()
    unsuited = find_unsuited(plan, sections)
    section = np.array(sections)
    for number, fixture in enumerate(plan.layout.fixtures):
        if fixture.kind not in DISPLAYS:
            continue
        mine = [r for r, run in enumerate(plan.runs) if run.fixture == number]
        run = plan.runs[mine[0]]
        width, depth, height = catalogue.size_m.T
        fits = (
            (depth + FRONT_GAP_M <= run.depth_m)
            & (height + HEADROOM_M <= min(float(run.clear_m.max()), _TALLEST_M))
            & (width < run.length_m / 2)
            & ~unsuited[mine[0]]
        )
        most = 1 + int(rng.integers(_MOST[fixture.kind]))
        shown: list[int] = []
        while fits.any() and len(shown) < most:
            weight = catalogue.popularity * fits
            product = int(rng.choice(len(fits), p=weight / weight.sum()))
            shown.append(product)
            fits &= section == section[product]
            fits[product] = False
        home[mine] = np.isin(np.arange(len(section)), shown) if shown else ~unsuited[mine[0]]
    return home
