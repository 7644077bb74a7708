"""Promotional displays: on free floor, with a passage about them, full of a few products of one section."""

from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import Polygon, box

from scenes.config.loader import load_config
from scenes.furniture.displays import make_display_stand, make_pallet_display, make_prints, make_promo_table
from scenes.furniture.fixtures import sample_fixture_style
from scenes.furniture.parts import RunShape
from scenes.goods.packages import SKINNED
from scenes.plan.displays import add_displays
from scenes.plan.formats import DISPLAYS
from scenes.plan.layout import compute_walkable, find_fronts, sample_floor_plan
from scenes.plan.shell import way_through
from scenes.plan.walkways import find_problem
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import StoreSpec
from scenes.store import _stock, make_store
from scenes.world import INSTANCE_FIXTURE
from synth.ledger.places import slot_place
from synth.walking.doors import GATE_LINE_M, GATE_SIDE_M
from synth.walking.flow import measure_flow
from synth.walking.stops import EDGE_DISTANCE_M

PASSAGE_M = 0.95
SHOPS = [
    StoreSpec(width_m=10.0, depth_m=9.0),
    StoreSpec(format="supermarket", width_m=14.0, depth_m=12.0),
    StoreSpec(format="micro_market", width_m=8.0, depth_m=8.0),
]


def make_plans(shop, seed, share=1.0):
    bare = sample_floor_plan(shop, trips=6, rng=np.random.default_rng(seed))
    return bare, add_displays(bare, share, rng=np.random.default_rng(seed + 100))


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.format)
@pytest.mark.parametrize("seed", range(2))
def test_displays_leave_a_passage_and_keep_every_rule_of_the_floor(shop, seed):
    bare, plan = make_plans(shop, seed)
    before = len(bare.layout.fixtures)
    displays = plan.layout.fixtures[before:]
    assert displays
    assert plan.layout.fixtures[:before] == bare.layout.fixtures
    assert plan.runs[: len(bare.runs)] == bare.runs
    assert not find_problem(plan.layout, find_fronts(plan))
    for door in plan.layout.doors:  # nobody reaches a display from between the posts of a gate
        (x, y), half_m = door.point_m, door.width_m / 2 + GATE_SIDE_M
        gate = box(x - half_m, 0, x + half_m, y + GATE_LINE_M)
        assert all(gate.distance(Polygon(display.footprint_m)) > EDGE_DISTANCE_M[1] for display in displays)
    shapes = [Polygon(fixture.footprint_m) for fixture in plan.layout.fixtures]
    for number, display in enumerate(displays, before):
        assert display.kind in DISPLAYS
        assert plan.layout.room.contains(shapes[number])
        assert not any(shapes[number].intersects(way_through(door)) for door in plan.layout.ways)
        apart_m = min(shapes[number].distance(other) for k, other in enumerate(shapes) if k != number)
        assert apart_m > 0
        if sum(run.fixture == number for run in plan.runs) == 2:  # one that stands free
            assert min(apart_m, shapes[number].distance(plan.layout.room.exterior)) >= PASSAGE_M - 1e-3


@pytest.mark.parametrize(("store_format", "seed"), [("kiosk", 21), ("convenience", 53)])
def test_the_floor_keeps_every_rule_with_each_display_that_is_added(store_format, seed):
    """In shops where two displays together fill a dead end that the first alone would leave."""
    scenario = sample_scenario(load_config("everyday", (f"store.format={store_format}",)), seed=seed, index=0)
    bare = sample_floor_plan(
        scenario.store, trips=scenario.shoppers.count, rng=make_rng(seed, 0, "store/layout")
    )
    plan = add_displays(bare, 1.0, rng=make_rng(seed, 0, "store/displays"))
    for count in range(len(bare.layout.fixtures) + 1, len(plan.layout.fixtures) + 1):
        fixtures = plan.layout.fixtures[:count]
        shapes = [Polygon(fixture.footprint_m) for fixture in fixtures]
        layout = replace(plan.layout, fixtures=fixtures, walkable=compute_walkable(plan.layout.room, shapes))
        runs = tuple(run for run in plan.runs if run.fixture < count)
        assert not find_problem(layout, find_fronts(replace(plan, layout=layout, runs=runs)))


def test_the_share_says_how_many_there_are():
    counts = []
    for share in (0.0, 0.4, 1.0):
        plans = [make_plans(SHOPS[1], seed, share) for seed in range(3)]
        counts.append(sum(len(plan.layout.fixtures) - len(bare.layout.fixtures) for bare, plan in plans))
    assert counts[0] == 0 < counts[1] < counts[2]


@pytest.fixture(scope="module")
def shop():
    settings = ("store.displays=1", "store.untidy=0", "shoppers.count=14")
    scenario = sample_scenario(load_config("everyday", settings), seed=11, index=84)
    return scenario, make_store(scenario)


def test_each_display_shows_few_products_over_plates_of_its_own(shop):
    _, store = shop
    planogram, seen = store.planogram, set()
    for number, fixture in enumerate(store.layout.fixtures):
        if fixture.kind not in DISPLAYS:
            continue
        seen.add(fixture.kind)
        slots = np.flatnonzero(planogram.fixture == number)
        assert 1 <= len(set(planogram.product[slots].tolist())) <= 5
        assert planogram.count[slots].sum() > 0
        assert all(
            (planogram.plate_fixture[list(planogram.slot_plates[slot])] == number).all() for slot in slots
        )
        items = np.isin(store.item_slot, slots)
        low, high = fixture.footprint_m.min(axis=0), fixture.footprint_m.max(axis=0)
        half_m = store.catalogue.size_m[store.item_product[items], :2].min(axis=1, keepdims=True) / 2
        middle_m = store.world_from_item[items, :2, 3]
        assert (middle_m > low + 0.9 * half_m).all()
        assert (middle_m < high - 0.9 * half_m).all()
    assert seen == set(DISPLAYS)


def test_displays_bear_labels_of_their_packs_and_never_the_skin_of_a_fruit():
    """Of what stands on them; a display of loose goods alone bears nothing."""
    loose, bare = 0, 0
    for seed in range(12):
        settings = ("store.displays=1", "catalogue.weighed=true", "store.format=supermarket")
        scenario = sample_scenario(load_config("everyday", settings), seed=seed, index=0)
        goods = _stock(scenario, first_layer=0, rng=lambda lane, s=seed: make_rng(s, 0, f"store/{lane}"))
        planogram, package = goods.planogram, np.array(goods.catalogue.package)
        prints = make_prints(goods.plan, planogram, goods.catalogue, first_layer=0)
        printed = {int(mesh.instance_id[0]): int(mesh.layer[0]) for mesh in prints}
        for number, fixture in enumerate(goods.plan.layout.fixtures):
            if fixture.kind not in ("display_stand", "pallet_display"):
                assert fixture.instance_id not in printed
                continue
            there = set(planogram.product[planogram.fixture == number].tolist())
            packs = {product for product in there if package[product] not in SKINNED}
            loose, bare = loose + (packs != there), bare + (not packs)
            if packs:
                assert printed[fixture.instance_id] in packs
            else:
                assert fixture.instance_id not in printed
    assert loose >= bare > 0


def test_people_take_from_displays_and_get_past_them(shop):
    scenario, store = shop
    flow = measure_flow(scenario, store)
    shown = {slot_place(int(slot)) for slot in np.flatnonzero(store.is_in(*DISPLAYS))}
    assert any(event.kind == "take" and event.from_place in shown for event in flow.simulation.events)
    assert flow.longest_stall_s < 10.0


@pytest.mark.parametrize(
    ("build", "boards"),
    [
        (make_display_stand, (0.215, 0.63, 0.95)),
        (make_pallet_display, (0.6,)),
        (make_promo_table, (0.215, 0.8)),
    ],
)
def test_a_display_keeps_within_its_footprint_and_clear_of_its_goods(build, boards):
    shape = RunShape(
        0.74, 0.28, 0.0, 0.3, 1.3 if len(boards) > 2 else boards[-1] + 0.05, np.array(boards), 0.03, 1.2
    )
    style = sample_fixture_style(steel_layer=4, rng=np.random.default_rng(0))
    mesh = build(shape, style, INSTANCE_FIXTURE + 3, (9, 4))
    low, high = mesh.position_m.min(0), mesh.position_m.max(0)
    assert (low >= [-0.03 - 1e-6, -0.016, -1e-6]).all(), "price rails stand 15 mm proud"
    assert (high[:2] <= [0.77 + 1e-6, 0.3 + 1e-6]).all()
    assert 1.2 < high[2] < 1.6, "a header or sign is over the goods"
    assert set(mesh.instance_id.tolist()) == {INSTANCE_FIXTURE + 3}
    centre = mesh.position_m[mesh.faces].mean(1)
    for board in boards:
        inside = (centre[:, 2] > board + 0.02) & (centre[:, 2] < board + 0.12)
        inside &= (
            (centre[:, 1] > 0.03) & (centre[:, 1] < 0.27) & (centre[:, 0] > 0.03) & (centre[:, 0] < 0.71)
        )
        assert not inside.any()
