"""What is on sale when people plan their visit, and the baskets that they draw from it.

In: the `Store`. Out: an `Assortment`, which works out once what all shopping lists ask for, and shopping
lists in an order to walk.
"""

import math
from bisect import bisect
from functools import cache, partial

import numpy as np

from scenes.world import Store
from synth.shoppers.suitable import AT_HEIGHT, can_misplace, can_put_elsewhere, find_suitable

LINE_QUANTITY = (1, 2, 3)
LINE_QUANTITY_WEIGHT = (0.795, 0.145, 0.027)
# Share of the lines with such a quantity or less; the last is exactly 1, so that every draw is below it.
_UP_TO = (np.cumsum(LINE_QUANTITY_WEIGHT) / np.sum(LINE_QUANTITY_WEIGHT)).tolist()


class Assortment:
    """The stocked products.

    Attributes:
        stocked: (K,) int64 indices into the catalogue, ascending.
        can_misplace: Says whether a product can get into a slot of another one.
    """

    def __init__(self, store: Store):
        """Look at all shelves."""
        self._store, plan = store, store.planogram
        self.stocked = np.unique(plan.product[plan.count_on_sale() > 0])
        weight = store.catalogue.popularity[self.stocked]
        self._share = weight / weight.sum() if len(weight) else weight
        self._place_m = cache(self._find_place)
        self._find_suitable = cache(partial(find_suitable, store))
        self.can_misplace = cache(partial(can_misplace, store))
        self._can_put_elsewhere = cache(partial(can_put_elsewhere, store))

    def suitable(self, behaviour: str, stature_m: float) -> np.ndarray:
        """List the stocked products, ascending, with which somebody so tall can do one of CHOOSY."""
        return self._find_suitable(behaviour, stature_m if behaviour in AT_HEIGHT else 0.0)

    def choose_elsewhere(self, product: int, far: bool) -> bool | None:
        """Say whether a product is put into another aisle (else on another shelf), None if it cannot be.

        Args:
            product: Which.
            far: What is wanted.
        """
        return next((way for way in (far, not far) if self._can_put_elsewhere(product, far=way)), None)

    def sample_basket(self, items: int, *, rng: np.random.Generator) -> tuple[int, ...]:
        """Draw the products of a basket by popularity, some twice or three times, in an order to walk."""
        if not len(self.stocked):
            return ()
        lines: list[tuple[int, int]] = []
        order = rng.choice(self.stocked, size=len(self.stocked), replace=False, p=self._share)
        left = items
        for product in order.tolist():
            if left <= 0:
                break
            lines.append((product, min(left, LINE_QUANTITY[bisect(_UP_TO, rng.random())])))
            left -= lines[-1][1]
        tour = self._order_visit([product for product, _ in lines], rng=rng)
        quantity = dict(lines)
        return tuple(product for product in tour for _ in range(quantity[product]))

    def _order_visit(self, products: list[int], *, rng: np.random.Generator) -> list[int]:
        """Order products so that each is near the one before; with noise: people are no perfect planners."""
        x_m, y_m = self._store.layout.doors[0].point_m.tolist()
        left, tour = list(products), []
        while left:
            noise = rng.uniform(0.6, 1.6, len(left)).tolist()
            ways_m = [(x - x_m, y - y_m) for x, y in map(self._place_m, left)]
            far_m = [math.sqrt(x * x + y * y) * share for (x, y), share in zip(ways_m, noise, strict=True)]
            tour.append(left.pop(far_m.index(min(far_m))))
            x_m, y_m = self._place_m(tour[-1])
        return tour

    def _find_place(self, product: int) -> tuple[float, float]:
        """Return the middle of a product's slots that people reach."""
        plan = self._store.planogram
        slots = (plan.product == product) & ~plan.is_reserve()
        x_m, y_m = plan.world_from_slot[slots, :2, 3].mean(axis=0).tolist()
        return x_m, y_m
