"""Chest freezers: low and open above, along walls or as islands, with baskets in which goods lie.

The measures that floor plan, planogram, mesh and hands share. They are those of islands on sale: 0.8 to
0.95 m high, loaded to a hand's breadth below the rim; under flat packs the floor of a basket is raised.
"""

CHEST_TOP_M = 0.88  # the rim
CHEST_FLOOR_M = 0.67  # of the baskets, with scale plates under it
CHEST_LOAD_M = 0.81  # up to which goods reach: their baskets' floors are raised as far as that takes
CHEST_FILL = 0.3  # power of a shop's fill, 0 to 1: chests are kept full, as what lies deep is out of reach
CHEST_RIM_M = 0.055  # thickness of the wall that one reaches over
CHEST_INSET_M = 0.105  # from the outer face to the goods: a wrist comes down behind the rim
CHEST_BACK_M = 0.02  # beside the panel at the back of one along a wall
_DEPTH_M = (0.34, 0.42)  # of the baskets


def find_chest_depth_m(shelf_depth_m: float) -> float:
    """Return how deep, from front to back, the baskets are in a shop whose shelves have a depth.

    >>> find_chest_depth_m(0.25), find_chest_depth_m(0.4), find_chest_depth_m(0.6)
    (0.34, 0.4, 0.42)
    """
    return min(max(shelf_depth_m, _DEPTH_M[0]), _DEPTH_M[1])


def find_raised_m(height_m: float) -> float:
    """Return how far the floor of a basket for packs of a height is raised.

    >>> round(find_raised_m(0.04), 3), find_raised_m(0.2)
    (0.1, 0.0)
    """
    return max(0.0, CHEST_LOAD_M - CHEST_FLOOR_M - height_m)
