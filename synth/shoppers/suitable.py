"""With which products, and where, the rarer things that people do can be done.

In: the store. Out: which of its products and slots suit a behaviour.
"""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from scenes.world import Fixture, Store
from synth.handling.lanes import SIDE_GAP_M
from synth.walking.stops import HIGHEST_REACH_SHARE

EATEN_IN_SHOPS = ("cola", "lemonade", "energy drink", "iced tea", "water", "gummy bears", "crisps", "yogurt")
GRAB_WIDTH_M = 0.095  # of wider items a hand takes one at a time
POCKET_M = (0.10, 0.24)  # width and height of what goes into a pocket or under a jacket
COAT_M = (0.16, 0.32)  # and under a big coat
BEHIND_DEPTH_M = 0.12  # of what is taken from behind the first
LARGE_M, HEAVY_KG = (0.15, 0.36), 1.2  # widths and least mass of what takes both hands
MOP_DOOR_M = 1.3  # nobody mops so near to a door
MOP_ROOM_M, LEAST_MOPPED_M2 = 0.4, 1.5  # off what stands about, and all in all
COUNTERS = ("hot_counter", "counter")  # people queue before one
LEDGES = ("counter",)
LEDGE_HEIGHT_M = (0.7, 1.25)
HIGH_SHARE = 0.72  # of the stature: centres of the items for which people reach high
LOW_M = (0.20, 0.55)  # and for which they squat
LEANING_SHARE = (0.48, 0.72)  # of the stature: boards on which people lean
WRONG_RANGE_M = 6.0  # so far people carry what they misplace at most
OTHER_AISLE_M = 2.5
WRONG_HEIGHT_M = (0.5, 1.45)  # misplaced where a child or a tall adult would both find it
TWIN_HEIGHT_M = (0.2, 1.45)  # people look harder for the slot of a weight twin, or for another shelf
REACHED_M = 0.8  # from where people stand to what they reach, at most
AT_HEIGHT = ("reach_high", "squat", "lean_on_shelf")
GRABS = ("one_of_two", "several_at_once")
# Behaviours that not every product suits.
CHOOSY = (
    *GRABS,
    "beside_twin",
    "consume",
    "conceal",
    "conceal_under_coat",
    "both_hands",
    "from_back",
    "leave_on_ledge",
    "put_back_in_fridge",
    *AT_HEIGHT,
)


def find_suitable(store: Store, behaviour: str, stature_m: float) -> np.ndarray:
    """List the stocked products, ascending, with which one of CHOOSY can be done."""
    catalogue, plan = store.catalogue, store.planogram
    fits = np.ones(len(catalogue.sku), bool)
    useful = plan.count_on_sale() >= (2 if behaviour in (*GRABS, "from_back") else 1)
    if behaviour in ("from_back", *AT_HEIGHT):  # what is stacked has no depth or height of its own
        useful &= plan.most_layers() == 1
    if behaviour in GRABS:
        fits = catalogue.size_m[:, 0] <= GRAB_WIDTH_M
    elif behaviour == "beside_twin":
        twin = catalogue.weight_twin
        fits = np.array(
            [twin[p] >= 0 and _can_mistake(store, p, int(twin[p])) for p in range(len(twin))], bool
        )
    elif behaviour == "consume":
        fits = np.array([is_eaten_in_shops(name) for name in catalogue.name])
    elif behaviour in ("conceal", "conceal_under_coat"):
        wide_m, high_m = POCKET_M if behaviour == "conceal" else COAT_M
        fits = (catalogue.size_m[:, :2].max(axis=1) <= wide_m) & (catalogue.size_m[:, 2] <= high_m)
    elif behaviour == "both_hands":
        wide = (catalogue.size_m[:, 0] >= LARGE_M[0]) & (catalogue.size_m[:, 0] <= LARGE_M[1])
        fits = wide & (catalogue.mass_kg >= HEAVY_KG)
    elif behaviour == "from_back":
        fits = catalogue.size_m[:, 1] <= BEHIND_DEPTH_M
    elif behaviour == "leave_on_ledge":
        fits &= any(is_ledge(fixture) for fixture in store.layout.fixtures)
    elif behaviour == "put_back_in_fridge":
        useful &= is_behind_glass(store)
    else:
        useful &= is_at_height(store, behaviour, stature_m)
    stocked = np.zeros(len(fits), bool)
    stocked[plan.product[useful]] = True
    return np.flatnonzero(fits & stocked)


def is_at_height(store: Store, behaviour: str, stature_m: float) -> np.ndarray:
    """Say for each slot (S,) whether somebody reaches high for what stands there, squats, or leans there."""
    plan = store.planogram
    if behaviour == "lean_on_shelf":
        share = plan.world_from_slot[:, 2, 3] / stature_m
        boards = ~store.is_in("peg_wall", "chest")
        return boards & (share >= LEANING_SHARE[0]) & (share <= LEANING_SHARE[1])
    centre_m = plan.world_from_slot[:, 2, 3] + store.catalogue.size_m[plan.product, 2] / 2
    if behaviour == "squat":
        return (centre_m >= LOW_M[0]) & (centre_m <= LOW_M[1])
    return (centre_m >= HIGH_SHARE * stature_m) & (centre_m <= HIGHEST_REACH_SHARE * stature_m)


def is_behind_glass(store: Store) -> np.ndarray:
    """Say for each slot (S,) whether a glass door is before it."""
    behind = np.zeros(len(store.planogram.product), bool)
    for door in store.case_doors:
        behind[list(door.slots)] = True
    return behind


def find_glazed(store: Store) -> frozenset[int]:
    """Return the products that stand behind glass doors and nowhere else."""
    plan, behind = store.planogram, is_behind_glass(store)
    stocked = plan.count_on_sale() > 0
    return frozenset(plan.product[stocked & behind].tolist()) - frozenset(
        plan.product[stocked & ~behind].tolist()
    )


def can_misplace(store: Store, product: int) -> bool:
    """Say whether a slot of another product, near enough, takes an item of one if there is room then."""
    place_m, home = store.planogram.world_from_slot[:, :2, 3], store.planogram.product == product
    goals = _is_between(store, WRONG_HEIGHT_M) & ~home & _could_hold(store, product)
    return any(
        (np.linalg.norm(place_m[goals] - home_m, axis=1) < WRONG_RANGE_M - REACHED_M).any()
        for home_m in place_m[home]  # mostly the first has one near
    )


def _can_mistake(store: Store, product: int, twin: int) -> bool:
    """Say whether a slot of a product's twin takes an item of it if there is room then."""
    goals = _is_between(store, TWIN_HEIGHT_M) & (store.planogram.product == twin)
    return bool((goals & _could_hold(store, product)).any())


def can_put_elsewhere(store: Store, product: int, *, far: bool) -> bool:
    """Say whether a slot of `is_elsewhere` takes an item of a product if there is room then."""
    return bool((is_elsewhere(store, product, far=far) & _could_hold(store, product)).any())


def _could_hold(store: Store, product: int) -> np.ndarray:
    """Say for each slot (S,) whether an item of a product fits into it when it is empty."""
    plan, (width_m, depth_m, height_m) = store.planogram, store.catalogue.size_m[product]
    lies = np.isin(np.arange(len(plan.product)), plan.lying)
    length_m, thick_m = np.where(lies, height_m, depth_m), np.where(lies, depth_m, height_m)
    fits = (plan.width_m >= width_m) & (plan.depth_m >= length_m) & (plan.height_m >= thick_m + SIDE_GAP_M)
    hooks = list(plan.hanging)
    fits[hooks] &= plan.product[hooks] == product
    return fits


def is_elsewhere(store: Store, product: int, *, far: bool) -> np.ndarray:
    """Say for each slot (S,) whether it is on another shelf of a product's row, or (far) in another aisle."""
    plan = store.planogram
    home = np.flatnonzero(plan.product == product)
    same_row = np.isin(plan.fixture, plan.fixture[home])
    reachable = _is_between(store, TWIN_HEIGHT_M) & (plan.product != product)
    if far:
        return reachable & ~same_row & (_away_m(store, product) > OTHER_AISLE_M)
    board = plan.fixture.astype(np.int64) * (int(plan.shelf.max(initial=0)) + 1) + plan.shelf
    return reachable & same_row & ~np.isin(board, board[home])


def _is_between(store: Store, height_m: tuple[float, float]) -> np.ndarray:
    z_m = store.planogram.world_from_slot[:, 2, 3]
    return (z_m > height_m[0]) & (z_m < height_m[1])


def _away_m(store: Store, product: int) -> np.ndarray:
    """Return how far each slot (S,) is from the nearest of a product's own."""
    plan = store.planogram
    place_m, home = plan.world_from_slot[:, :2, 3], plan.product == product
    if not home.any():
        return np.full(len(place_m), np.inf)
    return cKDTree(place_m[home]).query(place_m)[0]


def find_mopped(store: Store) -> shapely.Geometry:
    """Find the floor that is mopped: off the doors."""
    doors = shapely.multipoints([door.point_m for door in store.layout.doors])
    return shapely.difference(store.layout.walkable, doors.buffer(MOP_DOOR_M))


def can_mop(store: Store) -> bool:
    """Say whether there are several places to mop."""
    inner = find_mopped(store).buffer(-MOP_ROOM_M)
    return inner.area > LEAST_MOPPED_M2


def has_counter(store: Store) -> bool:
    """Say whether there is a counter to queue at."""
    return any(fixture.kind in COUNTERS for fixture in store.layout.fixtures)


def is_ledge(fixture: Fixture) -> bool:
    """Say whether things can be left on top of a fixture."""
    return fixture.kind in LEDGES and LEDGE_HEIGHT_M[0] <= fixture.height_m <= LEDGE_HEIGHT_M[1]


def is_eaten_in_shops(name: str) -> bool:
    """Say whether a product is something that people open before they have left.

    >>> is_eaten_in_shops("Cola Zero 330 ml"), is_eaten_in_shops("Washing Powder")
    (True, False)
    """
    return any(word in name.lower() for word in EATEN_IN_SHOPS)
