"""What stands in the slots when a shop opens: nothing collides, everything is in reach."""

import numpy as np
import pytest
from shapely import STRtree
from shapely.affinity import rotate, translate
from shapely.geometry import Point, box

from scenes.goods.stacks import compute_capacity
from scenes.scenario import StoreSpec
from tests.scenes.goods.shelves import ROUND, lay_out, stock

STRAY_M = 0.0013  # a fifth of the gap between packs of a lane: they do not stand to the millimetre


@pytest.mark.parametrize(
    ("fill", "low", "high"), [(0.0, 0, 0), (0.4, 0.36, 0.44), (0.85, 0.8, 0.9), (1.0, 1, 1)]
)
def test_fill_is_the_share_of_capacity_in_stock(fill, low, high):
    _, goods, planogram = lay_out(fill=fill)
    capacity = compute_capacity(planogram.depth_m, goods.size_m[planogram.product, 1])
    assert capacity.min() >= 1
    assert (planogram.count <= capacity).all()
    assert low <= planogram.count.sum() / capacity.sum() <= high


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_a_full_shop_are_filled_to_their_backs(seed):
    """No item more would stand in any of their lanes; elsewhere, and in other shops, lanes hold four."""
    for fill in (0.98, 1.0):
        plan, goods, planogram = lay_out(seed, fill, store=StoreSpec(format="micro_market"))
        kind = np.array([fixture.kind for fixture in plan.layout.fixtures])[planogram.fixture]
        deep = np.isin(kind, ("table", "promo_table")) & (planogram.shelf == 1) & (fill == 1)
        assert list(planogram.deep) == np.flatnonzero(deep).tolist()
        assert planogram.count[~deep].max() <= 4
        if not deep.any():
            continue
        slot, _, pose = stock(goods, planogram, seed)
        item_m = goods.size_m[planogram.product, 1]
        local = np.linalg.inv(planogram.world_from_slot[slot]) @ pose
        last_m = np.zeros(len(deep))
        np.maximum.at(last_m, slot, local[:, 1, 3])
        left_m = planogram.depth_m - last_m - item_m / 2
        assert (left_m[deep] < item_m[deep] + 0.01).all()
        assert left_m[deep].min() > -STRAY_M
        assert planogram.count[deep].max() > 4


def test_items_do_not_touch(made):
    """Footprints of all items of a board are disjoint: an independent check with shapely."""
    _, goods, planogram, seed = made
    slot, product, pose = stock(goods, planogram, seed, misplaced=0.02)
    yaw = np.degrees(np.arctan2(pose[:, 1, 0], pose[:, 0, 0]))
    shapes = []
    for k in range(len(slot)):
        width, depth, _ = goods.size_m[product[k]]
        if goods.package[product[k]] in ROUND:
            shape = Point(0, 0).buffer(width / 2, quad_segs=8)
        else:
            shape = rotate(box(-width / 2, -depth / 2, width / 2, depth / 2), yaw[k], origin=(0, 0))
        shapes.append(translate(shape, pose[k, 0, 3], pose[k, 1, 3]))
    a, b = STRtree(shapes).query(shapes, predicate="intersects")
    same_board = abs(pose[a, 2, 3] - pose[b, 2, 3]) < 0.05
    assert not (same_board & (a < b)).any()


def test_items_stand_on_their_board_within_reach_and_headroom(made):
    plan, goods, planogram, seed = made
    slot, product, pose = stock(goods, planogram, seed, misplaced=0.02)
    center = pose[:, 2, 3] + goods.size_m[product, 2] / 2
    assert center.min() >= 0.25
    assert center.max() <= 1.65
    local = np.linalg.inv(planogram.world_from_slot[slot]) @ pose
    assert np.allclose(local[:, 2, 3], 0, atol=1e-9)
    front = local[:, 1, 3] - goods.size_m[product, 1] / 2
    rear = local[:, 1, 3] + goods.size_m[product, 1] / 2
    assert front.min() > 0.005
    assert (rear <= planogram.depth_m[slot] + 0.002).all()
    assert (goods.size_m[product, 2] < planogram.height_m[slot]).all()
    # A label looks at the shopper, give or take a few degrees; the slot's -Y points off the shelf.
    facing = -np.einsum("ij,ij->i", pose[:, :3, 1], -planogram.world_from_slot[slot][:, :3, 1])
    assert facing.min() > 0.9


def test_shelves_look_used_unless_they_are_full():
    _, goods, planogram = lay_out()
    block = np.cumsum(planogram.facing == 0)
    sold_out = np.bincount(block, planogram.count)[1:] == 0
    wide = np.bincount(block)[1:] >= 2
    assert 0 < (sold_out & wide).sum() < 0.12 * wide.sum()
    front = _front_gaps(goods, planogram)
    assert 0.1 < (front > 0.02).mean() < 0.4, "some lanes stand further back"
    assert front.max() <= 0.012 + 0.09 + 0.002
    _, goods, planogram = lay_out(fill=1.0)
    assert _front_gaps(goods, planogram).max() <= 0.014


def _front_gaps(goods, planogram):
    """Distance of the foremost pack of each lane from the shelf's edge, along the lane (packs as upright).

    Fruit lies in no straight row, see test_heaps.py.
    """
    slot, product, pose = stock(goods, planogram, 0)
    local = np.linalg.inv(planogram.world_from_slot[slot]) @ pose
    packed = np.array(goods.package)[product] != "fruit"
    foremost = np.flatnonzero((np.diff(slot, prepend=-1) > 0) & packed)
    return (local[:, 1, 3] - goods.size_m[product, 1] / 2)[foremost]


def test_untidy_lanes_have_a_front_item_turned_or_on_its_back_that_still_fits(made):
    """Every item's box stays in its slot, on its board, and behind the one before it; most stand as ever."""
    _, goods, planogram, seed = made
    slot, product, pose = stock(goods, planogram, seed, untidy=0.3)
    local = np.linalg.inv(planogram.world_from_slot[slot]) @ pose
    corners = _corners_m(goods, product, local)
    round_pack = np.array([goods.package[k] in ROUND for k in product])
    reach = np.where(round_pack & (local[:, 2, 2] > 0.9), 0.0, abs(corners[..., 0]).max(1))
    assert (reach <= planogram.width_m[slot] / 2 + 1e-9).all()
    assert np.allclose(corners[..., 2].min(1), 0, atol=1e-9)
    lying, upright = local[:, 2, 2] < 0.1, local[:, 2, 2] > 0.9
    assert (lying | upright).all()
    turned = upright & (local[:, 1, 1] < 0.9)
    assert 0.002 < lying.mean() < 0.1
    assert 0.02 < turned.mean() < 0.2
    front, back = corners[..., 1].min(1), corners[..., 1].max(1)
    flat = ~round_pack | lying
    follows = (np.diff(slot) == 0) & flat[:-1] & flat[1:]
    assert (back[:-1] < front[1:])[follows].all()
    assert front[flat].min() > 0.005
    assert (back <= planogram.depth_m[slot] + 0.002)[flat].all()
    height = corners[..., 2].max(1)
    assert (height < planogram.height_m[slot]).all()
    assert (planogram.world_from_slot[slot, 2, 3] + height / 2).min() >= 0.25


def _corners_m(goods, product, pose):
    """Corners of all items' boxes in the frame that `pose` is given in: (I, 8, 3)."""
    unit = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
    return (
        np.einsum("nij,nkj->nki", pose[:, :3, :3], unit * goods.size_m[product][:, None])
        + pose[:, None, :3, 3]
    )


def test_misplaced_items_are_other_products_that_fit_at_the_front(made):
    _, goods, planogram, seed = made
    slot, product, pose = stock(goods, planogram, seed, misplaced=0.2)
    strange = product != planogram.product[slot]
    assert 0.1 < strange.sum() / (planogram.count > 0).sum() < 0.25
    assert (np.diff(slot, prepend=-1) > 0)[strange].all()
    assert (goods.size_m[product] <= goods.size_m[planogram.product[slot]] + 1e-12).all()
    assert not (stock(goods, planogram, seed)[1] != planogram.product[slot]).any()
