"""Heaps: what lies on two others touches both and cuts into nothing, and nothing floats."""

import itertools
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from scenes.config.loader import load_config
from scenes.goods.heaps import count_heap, count_rows, find_heaps, list_heap, measure_rows, widen_lanes
from scenes.goods.ovals import find_reach
from scenes.goods.rests import find_turn_rad
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import _stock, make_store
from synth.behaviours.shelf import AtShelf
from synth.handling.slots import Shelves
from synth.shoppers.errands import Errand
from tests.scenes.goods.own_goods import sell_heaped

OWN = (
    "A,Gala Apples,fruit,0.078 x 0.078 x 0.074,0.17,59",
    "B,Lemons,fruit,0.085 x 0.062 x 0.062,0.12,49",
    "C,Carrots,fruit,0.18 x 0.036 x 0.036,0.11,19",
    "D,Conference Pears,fruit,0.066 x 0.066 x 0.1,0.18,69",
    "E,Oat Flakes,box,0.12 x 0.06 x 0.2,0.52,199",
    "F,Cherry,fruit,0.02 x 0.02 x 0.02,0.01,5",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return sell_heaped(tmp_path_factory.mktemp("own"), *OWN, misplaced=0.3)


@pytest.fixture(scope="module")
def config(settings):
    return load_config("everyday", settings)


@pytest.fixture(scope="module")
def shop(config):
    return make_store(sample_scenario(config, seed=2, index=0))


@pytest.mark.parametrize("number", [0, 1, 7])
@pytest.mark.parametrize(("ahead", "layers"), [(1, 3), (2, 2), (4, 2), (4, 3), (8, 3)])
def test_what_is_taken_from_a_heap_holds_nothing_up(ahead, layers, number):
    for count in range(int(count_heap(np.array(ahead), np.array(layers))) + 1):
        left = [tuple(one) for one in list_heap(ahead, layers, count, number).tolist()]
        assert len(set(left)) == count
        for number, (place, up) in enumerate(left):
            below = {(place, up - 1), (place + 1, up - 1)} if up else set()
            assert below <= set(left[number + 1 :])


def find_mates(plan, slot):
    """Slots of the same block of facings as one."""
    block = np.cumsum(plan.facing == 0)
    return np.flatnonzero(block == block[slot])


def test_what_lies_in_a_heap_touches_the_two_below_it_and_nothing_cuts_into_another(shop):
    plan, size_m, shelves = shop.planogram, shop.catalogue.size_m, Shelves(shop)
    heaps = np.flatnonzero(find_heaps(plan, shop.catalogue) & (plan.count > 0))
    assert set(plan.product[heaps]) == {0, 1, 2, 3}, "packs stand; berries are too small"
    above = 0
    for slot in heaps:
        items = np.flatnonzero(shop.item_slot == slot)
        assert (shop.item_product[items] == plan.product[slot]).all()
        local = np.linalg.inv(plan.world_from_slot[slot]) @ shop.world_from_item[items]
        size = size_m[plan.product[slot]]
        assert (np.abs(local[:, 0, 3]) <= plan.width_m[slot] / 2 + 1e-9).all()
        assert (local[:, 1, 3] + size[1] / 2 <= plan.depth_m[slot] + 1e-9).all()
        assert local[:, 2, 3].max() + size[2] < plan.height_m[slot]
        assert [one.item_id for one in shelves.lane(slot)] == items.tolist()
        if plan.product[slot] == 2:
            assert (local[:, 2, 2] > np.cos(0.2)).all()
            continue
        assert local[:, 2, 2] == pytest.approx(1.0)
        middle = local[:, :3, 3] / size  # as if they were balls
        up = middle[:, 2]
        apart = np.linalg.norm(middle[:, None] - middle, axis=2)
        np.fill_diagonal(apart, np.inf)
        assert apart.min() > 0.969
        for one in np.flatnonzero(up > 1e-9):
            touched = np.flatnonzero(np.isclose(apart[one], 0.97, rtol=0, atol=1e-7) & (up < up[one]))
            assert len(touched) == 2
            above += 1
        beside = np.flatnonzero(np.isin(shop.item_slot, np.setdiff1d(find_mates(plan, slot), slot)))
        others = (np.linalg.inv(plan.world_from_slot[slot]) @ shop.world_from_item[beside])[:, :3, 3] / size
        assert np.linalg.norm(middle[:, None] - others, axis=2).min(initial=1.0) > 0.969
    assert above > 20


def find_contact(away, one, other):
    """How far apart two ellipsoids are, of where they touch (Perram and Wertheim 1985), by their (3, 3)."""
    share = np.linspace(0.0, 1.0, 101)[:, None, None]
    between = np.linalg.inv((1 - share) * one + share * other)
    values = share[:, 0, 0] * (1 - share[:, 0, 0]) * (away @ between @ away)
    return np.sqrt(values.max())


def make_body(yaw_rad, size_m):
    """The squares of an ellipsoid's half axes (3, 3), turned about the vertical."""
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    turned = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    return turned @ np.diag((size_m / 2) ** 2) @ turned.T


def test_two_ovals_reach_as_far_as_ellipsoids_do():
    rng = np.random.default_rng(0)
    for _ in range(200):
        long = rng.uniform(1.1, 1.9)
        yaw, way = rng.uniform(-np.pi, np.pi, 2), rng.normal(size=3)
        way /= np.linalg.norm(way)
        reach = find_reach(way[0], way[1], *[(np.cos(a), np.sin(a)) for a in yaw], long)
        touch = 1 / find_contact(way, *(make_body(a, np.array([long, 1.0, 1.0])) for a in yaw))
        assert 0.999 * touch < reach < 1.1 * touch


def test_each_lemon_lies_its_own_way_and_none_deep_in_another(shop):
    """Half of the lemons lie more than 12 degrees askew; two cut by a tenth of their depth at most."""
    plan, yaw = shop.planogram, []
    slots = np.flatnonzero((plan.product == 1) & find_heaps(plan, shop.catalogue) & (plan.count > 0))
    size = shop.catalogue.size_m[1]
    for block in {tuple(find_mates(plan, slot)) for slot in slots}:
        items = np.flatnonzero(np.isin(shop.item_slot, block))
        local = np.linalg.inv(plan.world_from_slot[block[0]]) @ shop.world_from_item[items]
        turned = np.arctan2(local[:, 1, 0], local[:, 0, 0])
        yaw += np.abs((turned + np.pi / 2) % np.pi - np.pi / 2).tolist()
        for one, other in itertools.combinations(range(len(items)), 2):
            away = local[other, :3, 3] - local[one, :3, 3]
            if np.linalg.norm(away) < size[0]:
                bodies = (make_body(turned[k], size) for k in (one, other))
                assert find_contact(away, *bodies) > 0.9
    assert len(yaw) > 20
    assert np.degrees(np.median(yaw)) > 12


def test_heaps_lie_over_the_plates_of_their_slots_and_within_their_blocks(shop):
    """So only the plates of a slot feel what is taken from it."""
    plan = shop.planogram
    heaped = find_heaps(plan, shop.catalogue)
    corners = np.array([[x, y, 0.0, 1.0] for x in (-0.5, 0.5) for y in (-0.5, 0.5)])
    for item in np.flatnonzero(heaped[shop.item_slot]):
        slot = shop.item_slot[item]
        size = np.append(shop.catalogue.size_m[shop.item_product[item]], 1.0)
        slot_from_world = np.linalg.inv(plan.world_from_slot[slot])
        x_m = (slot_from_world @ shop.world_from_item[item] @ (corners * size).T)[0]
        plates = list(plan.slot_plates[slot])
        mates = find_mates(plan, slot)
        for pose, half_m in (
            (plan.plate_m[plates], plan.plate_size_m[plates, 0] / 2),
            (plan.world_from_slot[mates], plan.width_m[mates] / 2),
        ):
            at_m = (slot_from_world @ pose)[:, 0, 3]
            assert (at_m - half_m).min() <= x_m.min() + 1e-6
            assert (at_m + half_m).max() >= x_m.max() - 1e-6


def sample_surface(mesh, pose):
    """Points of a mesh (N, 3), some millimetres apart, where it lies."""
    first, second, third = np.moveaxis((mesh.position_m @ pose[:3, :3].T + pose[:3, 3])[mesh.faces], 1, 0)
    share = [(i / 8, j / 8) for i in range(9) for j in range(9 - i)]
    return np.concatenate([first + (second - first) * i + (third - first) * j for i, j in share])


def test_carrots_bear_on_what_is_under_them_on_either_side_of_their_middle(shop):
    plan = shop.planogram
    slots = np.flatnonzero((plan.product == 2) & find_heaps(plan, shop.catalogue) & (plan.count > 0))
    gap_m, on_board_m = [], []
    for slot in slots[:4]:
        items = np.flatnonzero(shop.item_slot == slot)
        local = np.linalg.inv(plan.world_from_slot[slot]) @ shop.world_from_item[items]
        point = [
            sample_surface(shop.choose_mesh(int(item), near=True), pose)
            for item, pose in zip(items, local, strict=True)
        ]
        for own, pose in zip(point, local, strict=True):
            halves = [own[side * (own[:, 0] - pose[0, 3]) > 0] for side in (-1, 1)]
            if pose[2, 3] < 1e-9:
                on_board_m += [half[:, 2].min() for half in halves]
                continue
            way_m = local[:, :3, 3] - pose[:3, 3]
            below = np.flatnonzero((way_m[:, 2] < -0.01) & (np.abs(way_m[:, 1]) < 0.04))
            surface = np.concatenate([point[other] for other in below])
            under = cKDTree(surface, balanced_tree=False, compact_nodes=False)  # soonest built and asked
            gap_m += [under.query(half, distance_upper_bound=0.01)[0].min() for half in halves]
    assert len(gap_m) > 10
    assert max(gap_m) < 0.005
    assert -1e-4 < min(on_board_m) <= max(on_board_m) < 0.002


def test_a_box_may_be_turned_as_far_as_its_corners_have_room():
    rng = np.random.default_rng(0)
    for _ in range(200):
        width, depth = rng.uniform(0.5, 2.0), rng.uniform(0.1, 0.5)
        reach = width / 2 + rng.uniform(0.0, 0.2)
        angle = np.linspace(0.0, np.pi / 2, 4001)
        fits = (width * np.cos(angle) + depth * np.sin(angle)) / 2 <= reach + 1e-9
        first = angle[np.argmin(fits)] if not fits.all() else np.pi / 2
        assert find_turn_rad(width, depth, reach) == pytest.approx(first, abs=1e-3)


def test_lanes_of_carrots_lie_askew_each_its_own_way(shop):
    plan, yaw = shop.planogram, []
    for slot in np.flatnonzero((plan.product == 2) & find_heaps(plan, shop.catalogue) & (plan.count > 3)):
        items = np.flatnonzero(shop.item_slot == slot)
        local = np.linalg.inv(plan.world_from_slot[slot]) @ shop.world_from_item[items]
        ground = local[local[:, 2, 3] < 1e-9]
        yaw.append(np.degrees(np.arctan(ground[:, 1, 0] / ground[:, 0, 0])).mean())
    assert len(yaw) > 20
    assert np.median(np.abs(yaw)) > 4.0
    assert 0.25 < np.mean(np.array(yaw) > 0) < 0.75


def measure_cover(shop, slots):
    """The share of a crate's ground that is under its fruit, by the outlines of the meshes that are drawn."""
    plan = shop.planogram
    middle = plan.world_from_slot[slots[0]]
    outlines = []
    for item in np.flatnonzero(np.isin(shop.item_slot, slots)):
        pose = np.linalg.inv(middle) @ shop.world_from_item[item]
        at_m = shop.choose_mesh(int(item), near=True).position_m @ pose[:3, :3].T + pose[:3, 3]
        outlines.append(shapely.MultiPoint(at_m[:, :2]).convex_hull)
    wide_m, half_m = plan.width_m[slots].sum(), plan.width_m[slots[0]] / 2
    crate = shapely.box(-half_m, 0.01, wide_m - half_m, plan.depth_m[slots[0]] - 0.01)
    return shapely.union_all(outlines).intersection(crate).area / crate.area


def test_full_heaps_cover_the_ground_of_their_crates_unevenly(settings):
    """Seen from above; crates of apples at least 0.4 m wide."""
    shop = make_store(sample_scenario(load_config("everyday", [*settings, "store.fill=1"]), seed=2, index=0))
    plan, covered, uneven = shop.planogram, [], 0
    block, layers = plan.number_blocks(), plan.most_layers()
    for number in np.unique(block[(plan.product == 0) & (layers > 2)]):
        slots = np.flatnonzero(block == number)
        if plan.width_m[slots].sum() < 0.4:
            continue
        covered.append(measure_cover(shop, slots))
        uneven += len(set(plan.count[slots].tolist())) > 1
    assert len(covered) > 2
    assert np.mean(covered) > 0.8
    assert uneven > len(covered) / 2


def test_lanes_are_widened_only_where_more_lies_in_a_stretch():
    widened, stretch_m = 0, 0.42
    for width_m, depth_m in itertools.product(np.arange(0.08, 0.19, 0.004), np.arange(0.3, 0.6, 0.01)):
        size_m, pitch_m = np.array([width_m, width_m, width_m]), 1.02 * width_m
        wide_m = widen_lanes(size_m, pitch_m, depth_m, stretch_m)
        if wide_m in (pitch_m, 1.07 * width_m):  # as they were, or uneven
            continue
        many = [
            count_rows(size_m, depth_m, measure_rows(int(np.ceil(stretch_m / one_m)), one_m / width_m))
            / one_m
            for one_m in (pitch_m, wide_m)
        ]
        assert many[1] > 1.07 * many[0]
        widened += 1
    assert widened > 50


@pytest.mark.parametrize(("seed", "least"), [(2, 1.15), (3, 0.97), (5, 1.0)])
def test_large_fruit_lies_closer_in_full_crates(tmp_path, seed, least):
    """One more row lies in the gaps of the others on most boards of a shop, and nowhere much fewer do."""
    names = (("Papayas", "0.17 x 0.1 x 0.1"), ("Galia Melons", "0.14 x 0.14 x 0.138"))
    rows = [f"{k},{name},fruit,{size},0.6,299" for k, (name, size) in enumerate(names)]
    asked = sell_heaped(tmp_path, *rows, misplaced=0.3)
    ground = {}
    for fill in (0.999, 1.0):
        config = load_config("everyday", [*asked, f"store.fill={fill}"])
        shop = make_store(sample_scenario(config, seed=seed, index=0))
        plan, high_m = shop.planogram, shop.world_from_item[:, 2, 3]
        low = high_m - plan.world_from_slot[shop.item_slot, 2, 3] < 1e-6
        for product in range(len(names)):
            there = (plan.product == product) & (plan.most_layers() > 1) & (plan.depth_m > 0.4)
            there &= plan.count_facings(np.arange(len(there))) > 2
            lies = np.isin(shop.item_slot, np.flatnonzero(there & (plan.count > 0))) & low
            area_m2 = (plan.width_m * plan.depth_m)[there & (plan.count > 0)].sum()
            ground.setdefault(product, []).append(lies.sum() / area_m2)
    for plain, close in ground.values():
        assert close > least * plain


def test_loose_goods_lie_in_no_straight_rows(shop):
    """Along a board, the foremost fruit is not all as far from the edge, nor one as far behind the other."""
    plan, goods = shop.planogram, shop.catalogue
    loose = np.array([package == "fruit" for package in goods.package])
    local = np.linalg.inv(plan.world_from_slot[shop.item_slot]) @ shop.world_from_item
    ground = (local[:, 2, 3] < 1e-9) & loose[shop.item_product]
    share = local[:, 1, 3] / goods.size_m[shop.item_product, 1]
    for parity in (0, 1):
        mine = ground & (plan.facing[shop.item_slot] % 2 == parity)
        front = [share[mine & (shop.item_slot == slot)].min() for slot in set(shop.item_slot[mine])]
        assert np.ptp(np.quantile(front, [0.1, 0.9])) > 0.05
    behind = np.diff(np.sort(share[ground & (shop.item_slot == shop.item_slot[ground][0])]))
    assert np.ptp(behind) > 0.02
    carrots = shop.item_product == 2
    assert 0.3 < (local[carrots, 0, 0] < 0).mean() < 0.7, "some the other way round"


def test_the_foremost_fruit_is_taken_and_put_back_into_its_hollow(shop):
    plan, shelves = shop.planogram, Shelves(shop)
    heaps = np.flatnonzero(find_heaps(plan, shop.catalogue) & (plan.count > 0))
    back = 0
    for slot in heaps.tolist():
        front, product = shelves.front(slot), int(plan.product[slot])
        level_m = front.world_from_item[2, 3] - plan.world_from_slot[slot, 2, 3]
        assert front in shelves.within_reach(slot)
        shelves.take(slot, front.item_id)
        pose = shelves.put_pose(slot, product)
        if level_m > 0.01 and front.front_m < 0.1:
            assert pose[:3, 3] == pytest.approx(front.world_from_item[:3, 3], abs=1e-9)
            back += 1
    assert back > 5


def test_fruit_is_put_back_on_two_even_where_one_of_those_under_it_was_moved(shop):
    plan, shelves = shop.planogram, Shelves(shop)
    heaps = np.flatnonzero(find_heaps(plan, shop.catalogue) & (plan.count > 0) & (plan.product != 2))
    borne = 0
    for slot in heaps.tolist():
        front, product = shelves.front(slot), int(plan.product[slot])
        turned, size_m = plan.world_from_slot[slot, :3, :3], shop.catalogue.size_m[product]
        shelves.take(slot, front.item_id)
        there_m = np.array([one.world_from_item[:3, 3] for one in shelves.lane(slot)]).reshape(-1, 3)
        way = (front.world_from_item[:3, 3] - there_m) @ turned / size_m
        under = np.flatnonzero((way[:, 2] > 0.1) & (np.linalg.norm(way, axis=1) < 0.98))
        if len(under) < 2:
            continue
        one = shelves.lane(slot)[under[0]]
        moved = one.world_from_item.copy()
        moved[:3, 3] += turned @ (0.08 * way[under[0]] * size_m * [1.0, 1.0, 0.0])
        shelves.take(slot, one.item_id)
        shelves.put(slot, one.item_id, product, moved)
        pose = shelves.put_pose(slot, product)
        if pose is not None and pose[2, 3] - plan.world_from_slot[slot, 2, 3] > 0.01:
            there_m = np.array([other.world_from_item[:3, 3] for other in shelves.lane(slot)])
            away = (pose[:3, 3] - there_m) @ turned / size_m
            touches = np.isclose(np.linalg.norm(away, axis=1), 0.97, rtol=0.0, atol=0.01) & (away[:, 2] > 0)
            assert touches.sum() >= 2
            borne += 1
    assert borne > 5


def test_a_grab_leaves_nothing_behind_that_lay_on_what_it_takes(shop):
    """What lies further back than a grab reaches may lie on what is nearer."""
    plan, shelves = shop.planogram, Shelves(shop)
    held = SimpleNamespace(shelves=shelves, product_of=lambda item: int(shop.item_product[item]))
    people = cast(AtShelf, SimpleNamespace(_floor=SimpleNamespace(shop=held, store=shop)))
    ended = 0
    for slot in np.flatnonzero(find_heaps(plan, shop.catalogue) & (plan.count > 0)).tolist():
        while lane := list(shelves.lane(slot)):
            for quantity in range(1, 6):
                taken = AtShelf._grab(people, slot, Errand(0, slot, "buy", quantity=quantity))
                assert taken == lane[: len(taken)]
                ended += len(taken) < min(quantity, len(lane))
            shelves.take(slot, lane[0].item_id)
    assert ended > 20


def test_boards_are_set_for_heaps(config):
    """Nearly all that may be heaped is: nearly half in three layers, where boards have room for as many."""
    layers = []
    for seed in range(6):
        scenario = sample_scenario(config, seed=seed, index=0)
        plan = _stock(
            scenario, first_layer=0, rng=lambda lane, s=seed: make_rng(s, 0, f"store/{lane}")
        ).planogram
        layers.append(plan.most_layers()[np.isin(plan.product, (0, 1, 2))])
    assert np.mean([(own > 1).mean() for own in layers]) > 0.9
    assert np.mean([(own == 3).mean() for own in layers]) > 0.4
