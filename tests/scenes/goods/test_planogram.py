"""Planograms: nothing collides, everything is in reach, plates lie under their slots."""

import numpy as np
import pytest
from shapely import STRtree
from shapely.affinity import rotate, translate
from shapely.geometry import Point, box

from scenes.config.loader import load_config
from scenes.errors import PlacementError
from scenes.goods.catalogue import make_catalogue
from scenes.goods.filling import HIGHEST_CENTER_M
from scenes.goods.heaps import find_heaps
from scenes.goods.packages import measure_pitch
from scenes.goods.planogram import sample_planogram
from scenes.goods.stacks import compute_capacity
from scenes.goods.stock import sample_item_poses, sample_strangers
from scenes.plan.boards import HEADROOM_M, fit_boards
from scenes.plan.layout import sample_floor_plan
from scenes.plan.sections import assign_sections
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import CatalogueSpec, StoreSpec
from scenes.store import make_store

ROUND = ("can", "bottle", "tub", "jar", "fruit")


def _make(
    seed=0, fill=0.85, plate_width_m=0.1, store=None, catalogue=None, fitted=True, stacked=0.0, stack=False
):
    store, catalogue = store or StoreSpec(), catalogue or CatalogueSpec()
    plan = sample_floor_plan(store, trips=6, rng=make_rng(seed, 0, "layout"))
    goods, _, sections = make_catalogue(
        catalogue, store_format=store.format, first_layer=0, rng=make_rng(seed, 0, "catalogue")
    )
    home = assign_sections(plan, goods, sections, rng=make_rng(seed, 0, "sections"))
    if fitted:
        plan = fit_boards(plan, goods, home, rng=make_rng(seed, 0, "boards"))
    planogram = sample_planogram(
        plan,
        goods,
        sections,
        home,
        fill=fill,
        sold_out=0.03,
        stacked=stacked,
        plate_width_m=plate_width_m,
        rng=make_rng(seed, 0, "planogram"),
        stack_rng=make_rng(seed, 0, "stacks") if stack else None,
    )
    return plan, goods, planogram


def _stand(goods, planogram, seed, *, misplaced=0.0, untidy=0.0):
    product = sample_strangers(planogram, goods, misplaced, rng=make_rng(seed, 0, "strangers"))
    slot, pose = sample_item_poses(
        planogram,
        goods,
        product,
        untidy=untidy,
        rng=make_rng(seed, 0, "items"),
        loose_rng=make_rng(seed, 0, "loose goods"),
    )
    return slot, product, pose


def _corners_m(goods, product, pose):
    """Corners of all items' boxes in the frame that `pose` is given in: (I, 8, 3)."""
    unit = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
    return (
        np.einsum("nij,nkj->nki", pose[:, :3, :3], unit * goods.size_m[product][:, None])
        + pose[:, None, :3, 3]
    )


@pytest.fixture(scope="module", params=[0, 3])
def made(request):
    return (*_make(request.param), request.param)


def test_each_product_is_on_a_shelf_and_popular_ones_have_more_facings(made):
    plan, goods, planogram, _ = made
    facings = np.bincount(planogram.product, minlength=len(goods.sku))
    assert facings.min() >= 1
    rank = np.argsort(np.argsort(goods.popularity))
    # Cooled and plain shelves are filled apart: what has to be cooled does not compete with the rest.
    cools = np.array([fixture.kind in ("chiller", "fridge") for fixture in plan.layout.fixtures])
    cold = np.bincount(planogram.product, cools[planogram.fixture], len(goods.sku)) > facings / 2
    for group in (cold, ~cold):
        assert np.corrcoef(rank[group], facings[group])[0, 1] > 0.35
    assert facings.max() < 0.1 * facings.sum()


def test_brands_stand_in_blocks_over_several_boards():
    """Over a pack, on the next board, stands far more often one of its brand than elsewhere on that board."""
    over, elsewhere = np.array([_share_own_brand_above(*_make(seed)[1:]) for seed in range(6)]).T
    assert over.min() > 0.25
    assert over.mean() > 0.4
    assert (over > 1.4 * elsewhere).all()
    assert over.mean() > 1.5 * elsewhere.mean()


def _share_own_brand_above(goods, planogram):
    """Of packs with a board above: how many have their brand over them, and elsewhere on that board."""
    brand = np.array(goods.brand)[planogram.product]
    place, into = planogram.world_from_slot[:, :2, 3], planogram.world_from_slot[:, :2, 1]
    found = []
    for slot in range(len(brand)):
        above = (planogram.fixture == planogram.fixture[slot]) & (into @ into[slot] > 0.9)
        above = np.flatnonzero(above & (planogram.shelf == planogram.shelf[slot] + 1))
        if len(above):
            nearest = above[np.argmin(np.linalg.norm(place[above] - place[slot], axis=1))]
            found.append((brand[nearest] == brand[slot], (brand[above] == brand[slot]).mean()))
    return np.mean(found, axis=0)


def test_items_do_not_touch(made):
    """Footprints of all items of a board are disjoint: an independent check with shapely."""
    _, goods, planogram, seed = made
    slot, product, pose = _stand(goods, planogram, seed, misplaced=0.02)
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
    slot, product, pose = _stand(goods, planogram, seed, misplaced=0.02)
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


def test_slots_tile_their_boards_without_overlap(made):
    plan, _, planogram, _ = made
    runs = {}
    for run in plan.runs:
        runs.setdefault(run.fixture, []).append(run)
    for s in range(len(planogram.count)):
        candidates = [
            np.linalg.inv(run.world_from_run) @ planogram.world_from_slot[s]
            for run in runs[planogram.fixture[s]]
        ]
        local = next(
            pose
            for pose in candidates
            if np.allclose(pose[:3, :3], np.eye(3), atol=1e-9) and abs(pose[1, 3]) < 1e-6
        )
        run = runs[planogram.fixture[s]][[pose is local for pose in candidates].index(True)]
        assert local[0, 3] - planogram.width_m[s] / 2 >= -1e-6
        assert local[0, 3] + planogram.width_m[s] / 2 <= run.length_m + 1e-6
        assert local[2, 3] == pytest.approx(run.board_z_m[planogram.shelf[s]])


def test_plates_cover_whole_boards_evenly(made):
    plan, _, planogram, _ = made
    total = sum(run.length_m * len(run.board_z_m) for run in plan.runs)
    assert planogram.plate_size_m[:, 0].sum() == pytest.approx(total)
    assert (abs(planogram.plate_size_m[:, 0] - 0.1) < 0.012).all()
    assert np.allclose(planogram.plate_size_m[:, 1], 0.41)


def test_slot_plates_are_those_that_overlap(made):
    """Against a brute-force overlap of intervals in the plates' own frames."""
    _, _, planogram, _ = made
    for s in range(0, len(planogram.count), 7):
        local = np.linalg.inv(planogram.world_from_slot[s]) @ planogram.plate_m
        beside = (
            (abs(local[:, 1, 3]) < 1e-6)
            & (abs(local[:, 2, 3]) < 1e-6)
            & (planogram.plate_fixture == planogram.fixture[s])
            & (local[:, 0, 0] > 0.99)
        )
        gap = abs(local[:, 0, 3]) - (planogram.plate_size_m[:, 0] + planogram.width_m[s]) / 2
        assert tuple(np.flatnonzero(beside & (gap < -1e-6))) == planogram.slot_plates[s]


def test_facings_count_from_zero_within_a_block(made):
    planogram = made[2]
    starts = np.flatnonzero(planogram.facing == 0)
    assert starts[0] == 0
    for first, last in zip(starts, np.append(starts[1:], len(planogram.facing)), strict=True):
        assert planogram.facing[first:last].tolist() == list(range(last - first))
        assert len(set(planogram.product[first:last].tolist())) == 1
        assert last - first <= 6


@pytest.mark.parametrize(
    ("fill", "low", "high"), [(0.0, 0, 0), (0.4, 0.36, 0.44), (0.85, 0.8, 0.9), (1.0, 1, 1)]
)
def test_fill_is_the_share_of_capacity_in_stock(fill, low, high):
    _, goods, planogram = _make(fill=fill)
    capacity = compute_capacity(planogram.depth_m, goods.size_m[planogram.product, 1])
    assert capacity.min() >= 1
    assert (planogram.count <= capacity).all()
    assert low <= planogram.count.sum() / capacity.sum() <= high


def test_wide_plates_hold_several_slots():
    planogram = _make(plate_width_m=1.2)[2]
    assert planogram.plate_size_m[:, 0].max() > 0.6
    assert max(len(plates) for plates in planogram.slot_plates) <= 2


def test_more_products_than_boards_can_hold_says_what_to_change():
    small = StoreSpec(format="kiosk", width_m=4, depth_m=4, wall_shelf_height_m=1.0, shelf_depth_m=0.25)
    with pytest.raises(PlacementError, match="finds no place on .* boards") as caught:
        _make(store=small, catalogue=CatalogueSpec(skus=400))
    for way_out in ("catalogue.skus", "store.wall_shelves", "store.shelf_depth_m"):
        assert way_out in str(caught.value)


def test_shelves_look_used_unless_they_are_full():
    _, goods, planogram = _make()
    block = np.cumsum(planogram.facing == 0)
    sold_out = np.bincount(block, planogram.count)[1:] == 0
    wide = np.bincount(block)[1:] >= 2
    assert 0 < (sold_out & wide).sum() < 0.12 * wide.sum()
    front = _front_gaps(goods, planogram)
    assert 0.1 < (front > 0.02).mean() < 0.4, "some lanes stand further back"
    assert front.max() <= 0.012 + 0.09 + 0.002
    _, goods, planogram = _make(fill=1.0)
    assert _front_gaps(goods, planogram).max() <= 0.014


def _front_gaps(goods, planogram):
    """Distance of the foremost pack of each lane from the shelf's edge, along the lane (packs as upright).

    Fruit lies in no straight row, see test_heaps.py.
    """
    slot, product, pose = _stand(goods, planogram, 0)
    local = np.linalg.inv(planogram.world_from_slot[slot]) @ pose
    packed = np.array(goods.package)[product] != "fruit"
    foremost = np.flatnonzero((np.diff(slot, prepend=-1) > 0) & packed)
    return (local[:, 1, 3] - goods.size_m[product, 1] / 2)[foremost]


def test_boards_stand_as_close_as_the_goods_allow_and_the_lowest_compartment_takes_the_tallest(made):
    plan, goods, planogram, seed = made
    _, _, sections = make_catalogue(
        CatalogueSpec(), store_format=StoreSpec().format, first_layer=0, rng=make_rng(seed, 0, "catalogue")
    )
    unfitted = sample_floor_plan(StoreSpec(), trips=6, rng=make_rng(seed, 0, "layout"))
    home = assign_sections(unfitted, goods, sections, rng=make_rng(seed, 0, "sections"))
    for run, mine in zip(plan.runs, home, strict=True):
        step = np.diff(run.board_z_m)
        assert step.min() > 0.15
        assert run.board_z_m[-1] <= 1.46
        assert run.clear_m[0] >= goods.size_m[mine, 2].max() + HEADROOM_M - 1e-9
        assert np.allclose(run.clear_m[:-1], np.minimum(step - 0.025, 0.42), atol=2e-4)
    before = _make(seed, fitted=False)[2]
    assert len(planogram.count) > len(before.count)
    assert _air_m(goods, planogram).min() >= HEADROOM_M - 1e-9
    assert np.median(_air_m(goods, planogram)) < np.median(_air_m(goods, before)) - 0.01
    filled = [_find_filled(goods, slots) for slots in (planogram, before)]
    assert np.median(filled[0]) > np.median(filled[1]) + 0.1


def _find_filled(goods, planogram):
    """Height of the goods of each slot over the height that the slot offers."""
    return goods.size_m[planogram.product, 2] / planogram.height_m


def _air_m(goods, planogram):
    """Height of the air over the packs of each slot but those at the bottom."""
    return (planogram.height_m - goods.size_m[planogram.product, 2])[planogram.shelf > 0]


def test_untidy_lanes_have_a_front_item_turned_or_on_its_back_that_still_fits(made):
    """Every item's box stays in its slot, on its board, and behind the one before it; most stand as ever."""
    _, goods, planogram, seed = made
    slot, product, pose = _stand(goods, planogram, seed, untidy=0.3)
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


def test_misplaced_items_are_other_products_that_fit_at_the_front(made):
    _, goods, planogram, seed = made
    slot, product, pose = _stand(goods, planogram, seed, misplaced=0.2)
    strange = product != planogram.product[slot]
    assert 0.1 < strange.sum() / (planogram.count > 0).sum() < 0.25
    assert (np.diff(slot, prepend=-1) > 0)[strange].all()
    assert (goods.size_m[product] <= goods.size_m[planogram.product[slot]] + 1e-12).all()
    assert not (_stand(goods, planogram, seed)[1] != planogram.product[slot]).any()


def test_stacked_packs_stand_on_each_other_under_room_for_a_hand():
    settings = ["store.stacked=1", "store.format=convenience", "store.misplaced=0"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m[store.item_product]
    layers = plan.most_layers()
    assert set(layers) == {1, 2, 3, 4}
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    heaped = find_heaps(plan, store.catalogue)
    for slot in np.flatnonzero((layers > 1) & ~heaped & (plan.count > 0)):
        items = np.flatnonzero(store.item_slot == slot)
        high_m, deep_m = size_m[items[0], 2], size_m[items[0], 1]
        level = local[items, 2, 3] / high_m
        assert level == pytest.approx(level.round(), abs=1e-6)
        assert (level.max() + 1) * high_m + 0.03 < plan.height_m[slot]
        assert level.max() < layers[slot]
        stack = np.rint((local[items, 1, 3] - local[items[0], 1, 3]) / (deep_m + 0.006)).astype(int)
        # From the front, each from above; all but the foremost are full.
        assert list(zip(stack, -level.round(), strict=True)) == sorted(
            zip(stack, -level.round(), strict=True)
        )
        count = np.bincount(stack)
        assert (count[1:] == layers[slot]).all()
        for number in range(len(count)):
            mine = items[stack == number]
            assert np.ptp(local[mine, :2, 3], axis=0).max() < 0.005
            assert sorted(level[stack == number].round()) == list(range(len(mine)))


def test_bowls_stand_in_each_other_under_room_for_a_hand(tmp_path):
    """Up to eight, each as far over the one below as their walls ask, and none a stranger."""
    sizes = (
        "0.11 x 0.11 x 0.05",
        "0.18 x 0.18 x 0.08",
        "0.26 x 0.26 x 0.06",
        "0.1 x 0.1 x 0.18",
        "0.09 x 0.09 x 0.078",
    )
    rows = [f"S{k},Bowl {k},bowl,{size},0.4,500" for k, size in enumerate(sizes)]
    (tmp_path / "own.csv").write_text("\n".join(["sku,name,package,size_m,mass_kg,price_minor", *rows]))
    settings = [f"catalogue.file={tmp_path / 'own.csv'}", "store.stacked=1", "store.format=kiosk"]
    settings += ["store.misplaced=0.5", "store.untidy=0", "store.cooling=0"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m
    layers = plan.most_layers()
    assert set(layers[plan.product == 3]) == {1}, "jugs stand side by side"
    assert np.median(layers[plan.product < 3]) >= 4
    assert layers.max() == 8
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    nested = layers[store.item_slot] > 1
    assert (store.item_product == plan.product[store.item_slot])[nested].all()
    pitch_m = np.array([measure_pitch("bowl", size) for size in size_m])[store.item_product]
    level = local[:, 2, 3] / pitch_m
    assert level == pytest.approx(level.round(), abs=1e-6)
    assert (level < layers[store.item_slot]).all()
    assert (local[:, 2, 3] + size_m[store.item_product, 2] + 0.03 < plan.height_m[store.item_slot])[
        nested
    ].all()
    below = np.flatnonzero(nested[:-1] & (level[:-1] > 0.5))  # the next one is what it stands in
    assert level[below + 1] == pytest.approx(level[below] - 1)
    assert np.array_equal(local[below][:, :2], local[below + 1][:, :2])


def test_plates_lie_in_high_stacks_and_low_mugs_on_each_other(tmp_path):
    packs = (
        "plate,0.2 x 0.2 x 0.02",
        "mug,0.11 x 0.08 x 0.085",
        "mug,0.12 x 0.08 x 0.13",
        "jug,0.17 x 0.11 x 0.2",
    )
    rows = [f"S{k},Thing {k},{pack},0.4,500" for k, pack in enumerate((*packs, "teapot,0.23 x 0.14 x 0.14"))]
    (tmp_path / "own.csv").write_text("\n".join(["sku,name,package,size_m,mass_kg,price_minor", *rows]))
    settings = [f"catalogue.file={tmp_path / 'own.csv'}", "store.stacked=1", "store.format=kiosk"]
    settings += ["store.misplaced=0", "store.untidy=0", "store.cooling=0", "store.fill=1"]
    store = make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))
    plan, size_m = store.planogram, store.catalogue.size_m
    layers = plan.most_layers()
    assert set(layers[plan.product == 0]) <= set(range(6, 13))
    assert set(layers[plan.product == 1]) <= {1, 2, 3}
    assert np.median(layers[plan.product == 1]) >= 2
    assert set(layers[plan.product > 1]) == {1}
    local = np.linalg.inv(plan.world_from_slot[store.item_slot]) @ store.world_from_item
    top_m = local[:, 2, 3] + size_m[store.item_product, 2]
    assert (top_m + 0.03 < plan.height_m[store.item_slot])[layers[store.item_slot] > 1].all()
    assert (plan.world_from_slot[store.item_slot, 2, 3] + local[:, 2, 3] < HIGHEST_CENTER_M).all()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_else_moves_where_packs_are_stacked(seed):
    flat, stacked = (_make(seed, stacked=1.0, stack=stack)[2] for stack in (False, True))
    single = stacked.most_layers() == 1
    assert not single.all()
    assert np.array_equal(flat.world_from_slot, stacked.world_from_slot)
    assert np.array_equal(flat.count[single], stacked.count[single])
