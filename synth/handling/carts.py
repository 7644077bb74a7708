"""What lies in a trolley or a basket, and where the next thing goes: low down, well carried, within reach.

In: sizes of items that are laid in or taken out. Out: how each lies, in the frame of the trolley or basket
(synth/bodies/gear.py). An item is a box here, upright or on its back; it rests on the floor or on what lies
there.
"""

from dataclasses import dataclass, field

import numpy as np

from synth.bodies.receptacle import Receptacle

CELL_M = 0.01
WIRE_M = 0.004
GAP_M = 0.006  # about an item
SLENDER = 1.7  # what is so much taller than deep is laid on its back
TURNS_RAD = 0.08  # to either side, by which nothing lies straight
NEAR_M, CARRIED = 0.012, 0.45  # so much of an item, at least, has something so near below it
# What a metre of empty room below an item costs beside height, of way from where hands get easily and of way
# from the middle.
HANGS_COST, FAR_COST, ASIDE_COST = 1.5, 0.8, -0.05


@dataclass
class Cart:
    """A trolley or a basket on an arm, and what lies in it.

    Attributes:
        inside: Its shape.
        cart_from_item: item_id -> (4, 4) how it lies, origin at the middle of its base.
    """

    inside: Receptacle
    cart_from_item: dict[int, np.ndarray] = field(default_factory=dict)
    _tops_m: dict[int, np.ndarray] = field(default_factory=dict)  # item_id -> (X, Y) its top, -inf beside it

    def __post_init__(self) -> None:
        """Lay out the cells of its floor."""
        (near_m, far_m), widest_m = self.inside.floor_x_m, max(self.inside.floor_half_m)
        self._x_m = np.arange(near_m + CELL_M / 2, far_m, CELL_M)
        self._y_m = np.arange(-widest_m + CELL_M / 2, widest_m, CELL_M)
        self._half_m = np.interp(self._x_m, (near_m, far_m), self.inside.floor_half_m) - WIRE_M

    def find_room(self, size_m: np.ndarray, *, stands: bool, turn: float) -> np.ndarray | None:
        """Find how an item would lie.

        Args:
            size_m: (3,) its box.
            stands: Whether it is never laid on its back.
            turn: -1 to 1, how far from straight it lies.

        Returns:
            (4, 4) cart_from_item, None where there is no room for it.
        """
        width_m, depth_m, height_m = (float(side_m) for side_m in size_m)
        laid = not stands and height_m > SLENDER * depth_m
        tall_m = depth_m if laid else height_m
        sides_m = (height_m, width_m) if laid else (depth_m, width_m)  # ahead and aside, straight
        level_m = self._compute_level()
        best: tuple[float, np.ndarray] | None = None
        # What stands faces who has it, or a side; what lies points ahead, or to a side.
        for quarter in (0, 1):
            turned_rad = quarter * np.pi / 2 + TURNS_RAD * turn
            cos, sin = abs(np.cos(turned_rad)), abs(np.sin(turned_rad))
            half_m = (
                (cos * sides_m[0] + sin * sides_m[1]) / 2 + GAP_M,
                (sin * sides_m[0] + cos * sides_m[1]) / 2 + GAP_M,
            )
            found = self._search(level_m, half_m, tall_m)
            if found is not None and (best is None or found[0] < best[0]):
                best = found[0], _make_pose(found[1], turned_rad, size_m, laid=laid)
        return None if best is None else best[1]

    def lay(self, item_id: int, cart_from_item: np.ndarray, size_m: np.ndarray) -> None:
        """Note that an item lies there, or soon will."""
        corners = cart_from_item[:3, :3] * size_m
        middle_m = cart_from_item[:3, 3] + corners[:, 2] / 2
        half_m = np.abs(corners).sum(axis=1) / 2
        inside = np.abs(self._x_m - middle_m[0])[:, None] < half_m[0] + GAP_M / 2
        inside = inside & (np.abs(self._y_m - middle_m[1]) < half_m[1] + GAP_M / 2)
        self.cart_from_item[item_id] = cart_from_item
        self._tops_m[item_id] = np.where(inside, middle_m[2] + half_m[2], -np.inf)

    def take_out(self, item_id: int) -> np.ndarray:
        """Note that an item does not lie there any more, and return how it did."""
        del self._tops_m[item_id]
        return self.cart_from_item.pop(item_id)

    def is_on_top(self, item_id: int) -> bool:
        """Say whether nothing lies on an item."""
        below = np.isfinite(self._tops_m[item_id])
        return bool((self._compute_level()[below] <= self._tops_m[item_id][below]).all())

    def _compute_level(self) -> np.ndarray:
        """Compute how high (X, Y) what lies there is over each cell of the floor."""
        floor_m = np.full((len(self._x_m), len(self._y_m)), self.inside.floor_m + WIRE_M)
        return np.maximum.reduce([floor_m, *self._tops_m.values()])

    def _search(
        self, level_m: np.ndarray, half_m: tuple[float, float], tall_m: float
    ) -> tuple[float, np.ndarray] | None:
        """Search for the best middle (3,) of the lower face of a box that covers so much; what it costs."""
        wide = [max(1, int(np.ceil(2 * half / CELL_M))) for half in half_m]
        if wide[0] > len(self._x_m) or wide[1] > len(self._y_m):
            return None
        covered = np.lib.stride_tricks.sliding_window_view(level_m, wide)
        base_m = covered.max(axis=(2, 3))
        hollow_m = base_m - covered.mean(axis=(2, 3))
        carried = (covered > base_m[..., None, None] - NEAR_M).mean(axis=(2, 3))
        x_m = self._x_m[: len(base_m)] - CELL_M / 2 + wide[0] * CELL_M / 2
        y_m = self._y_m[: base_m.shape[1]] - CELL_M / 2 + wide[1] * CELL_M / 2
        # It is not as wide at both ends.
        ends = np.arange(len(x_m))
        side_m = np.minimum(self._half_m[ends], self._half_m[ends + wide[0] - 1])
        fits = np.abs(y_m) + wide[1] * CELL_M / 2 <= side_m[:, None] + CELL_M / 2
        rim_m = np.interp(x_m, self.inside.rim_x_m, self.inside.rim_m)
        fits &= (base_m + tall_m <= rim_m[:, None] + self.inside.heap_m) & (carried >= CARRIED)
        if not fits.any():
            return None
        cost = (
            base_m
            + HANGS_COST * hollow_m
            + FAR_COST * np.abs(x_m - self.inside.easy_x_m)[:, None]
            + ASIDE_COST * np.abs(y_m)
        )
        cost = np.where(fits, cost, np.inf)
        k, m = np.unravel_index(int(np.argmin(cost)), cost.shape)
        return float(cost[k, m]), np.array([x_m[k], y_m[m], base_m[k, m]])


def _make_pose(base_m: np.ndarray, turned_rad: float, size_m: np.ndarray, *, laid: bool) -> np.ndarray:
    """Pose (4, 4) of an item whose lower side is centred on `base_m` (3,); on its back it points ahead."""
    cos, sin = np.cos(turned_rad), np.sin(turned_rad)
    ahead, left = np.array([cos, sin, 0.0]), np.array([-sin, cos, 0.0])
    up = np.array([0.0, 0.0, 1.0])
    pose = np.eye(4)
    if laid:  # its front up
        pose[:3, :3] = np.stack([-left, -up, ahead], axis=1)
        pose[:3, 3] = base_m + up * size_m[1] / 2 - ahead * size_m[2] / 2
    else:  # its front to who has it
        pose[:3, :3] = np.stack([-left, ahead, up], axis=1)
        pose[:3, 3] = base_m
    return pose
