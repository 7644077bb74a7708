"""What stands about: in nobody's way, on its own footprint, the same each time."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, label
from shapely.geometry import Polygon

from scenes.furniture.fixtures import PROMOTIONS, sample_fixture_style
from scenes.furniture.hanging import make_hanging_signs
from scenes.furniture.prop_meshes import make_mats, make_prop
from scenes.plan.layout import find_fronts, sample_floor_plan
from scenes.plan.props import PROP_KINDS, PROPS, add_props
from scenes.plan.shell import way_through
from scenes.plan.walkways import find_problem
from scenes.scenario import StoreSpec
from scenes.world import CLASS_ID, INSTANCE_FIXTURE, Fixture

SHOPS = [
    StoreSpec(width_m=9.0, depth_m=8.0),
    StoreSpec(format="supermarket", width_m=14.0, depth_m=12.0),
    StoreSpec(format="kiosk", width_m=6.8, depth_m=6.2),
    StoreSpec(format="stadium", width_m=16.0, depth_m=11.0),
]


def make_plans(shop, seed, amount=1.0):
    bare = sample_floor_plan(shop, trips=6, rng=np.random.default_rng(seed))
    return bare, add_props(bare, amount, rng=np.random.default_rng(seed + 100))


def find_props(plan):
    return [fixture for fixture in plan.layout.fixtures if fixture.kind in PROP_KINDS]


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.format)
@pytest.mark.parametrize("seed", range(3))
def test_props_are_in_nobodys_way(shop, seed):
    """Every rule of the floor still holds; nobody squeezes through less than 0.9 m beside a prop."""
    bare, plan = make_plans(shop, seed)
    props = find_props(plan)
    assert props
    assert plan.layout.fixtures[: len(bare.layout.fixtures)] == bare.layout.fixtures
    assert plan.runs == bare.runs
    assert not find_problem(plan.layout, find_fronts(plan))
    for prop in props:
        shape = Polygon(prop.footprint_m)
        assert shape.intersection(plan.layout.walkable).area < 1e-6
        assert not any(shape.intersects(way_through(door)) for door in plan.layout.doors)
        apart_m = [shape.distance(Polygon(other.footprint_m)) for other in bare.layout.fixtures]
        assert min(apart_m) > 0


@pytest.mark.parametrize("seed", range(12))
def test_props_stand_inside_the_room_and_never_in_each_other(seed):
    shop = StoreSpec(width_m=7.3176, depth_m=7.0)
    _, plan = make_plans(shop, seed)
    shapes = [Polygon(fixture.footprint_m) for fixture in plan.layout.fixtures]
    for number, shape in enumerate(shapes):
        assert shape.bounds[0] >= 0
        assert shape.bounds[1] >= 0
        assert shape.bounds[2] <= shop.width_m + 1e-4  # as footprints are rounded
        assert shape.bounds[3] <= shop.depth_m + 1e-4
        if plan.layout.fixtures[number].kind in PROP_KINDS:
            assert all(shape.intersection(other).area < 1e-6 for other in shapes[:number])


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.format)
def test_a_disc_of_a_wheelchair_s_width_gets_everywhere(shop):
    """On a raster of 4 cm, apart from the rules that placed the props: to every door and every shelf."""
    for seed in range(3):
        _, plan = make_plans(shop, seed)
        cell = 0.04
        x, y = (np.arange(0, side, cell) + cell / 2 for side in (shop.width_m, shop.depth_m))
        free = np.ones((len(x), len(y)), bool)
        for fixture in plan.layout.fixtures:
            (x0, y0), (x1, y1) = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
            free[np.ix_((x > x0) & (x < x1), (y > y0) & (y < y1))] = False
        room_m = cell * distance_transform_edt(np.pad(free, 1))[1:-1, 1:-1]
        parts, _ = label(room_m > 0.45 - cell)
        main = parts == np.argmax(np.bincount(parts[parts > 0]))
        away_m = cell * distance_transform_edt(~main)
        points_m = [door.point_m[None] for door in plan.layout.doors]
        points_m += [front.points_m for front in find_fronts(plan)]
        at = (np.concatenate(points_m) / cell).astype(int)
        assert away_m[at[:, 0], at[:, 1]].max() < 1.0


def test_nothing_stands_about_where_nothing_is_asked():
    bare, plan = make_plans(SHOPS[0], 1, amount=0.0)
    assert plan.layout.fixtures == bare.layout.fixtures
    assert plan.layout.walkable.equals(bare.layout.walkable)


def test_each_kind_of_prop_finds_a_place_somewhere():
    found = {
        prop.kind for shop in SHOPS for seed in range(24) for prop in find_props(make_plans(shop, seed)[1])
    }
    assert found == set(PROP_KINDS)


@pytest.mark.parametrize("prop", PROPS, ids=lambda prop: prop.kind)
def test_a_mesh_keeps_to_its_footprint(prop):
    width, depth = prop.size_m
    style = sample_fixture_style(steel_layer=0, rng=np.random.default_rng(0))
    for turned in (False, True):
        size = np.array([depth, width] if turned else [width, depth])
        corner = np.array([2.0, 3.0])
        footprint = np.array([corner, corner + size * [1, 0], corner + size, corner + size * [0, 1]])
        fixture = Fixture("x", prop.kind, footprint, prop.height_m[1], INSTANCE_FIXTURE + 7)
        mesh, again = (make_prop(fixture, style, rng=np.random.default_rng(4)) for _ in range(2))
        assert np.array_equal(mesh.position_m, again.position_m)
        low, high = mesh.position_m.min(0), mesh.position_m.max(0)
        over = 0.016  # as for other furniture
        assert (low[:2] > corner - over).all()
        assert (high[:2] < corner + size + over).all()
        assert -1e-6 < low[2] < 0.02
        assert 0.7 * prop.height_m[1] < high[2] < prop.height_m[1] + 0.004
        assert set(mesh.instance_id) == {INSTANCE_FIXTURE + 7}
        assert set(mesh.class_id) == {CLASS_ID["fixture"]}


def test_mats_lie_flat_behind_doors_and_signs_hang_over_heads():
    _, plan = make_plans(StoreSpec(width_m=12.0, depth_m=11.0, height_m=3.2), 2)
    mats = make_mats(plan.layout)
    assert len({int(mesh.instance_id[0]) for mesh in mats}) == len(plan.layout.doors)
    for mesh in mats:
        assert mesh.position_m[:, 2].max() < 0.01
        assert set(mesh.class_id) == {CLASS_ID["floor"]}
    rng = np.random.default_rng
    signs = [
        sign
        for seed in range(6)
        for sign in make_hanging_signs(plan, 1.0, PROMOTIONS, (), first_layer=5, rng=rng(seed))
    ]
    assert signs
    for sign in signs:
        assert sign.position_m[:, 2].min() > 2.1
        assert sign.position_m[:, 2].max() <= 3.2 + 1e-6
        assert set(sign.class_id) == {CLASS_ID["sign"]}
    assert make_hanging_signs(plan, 0.0, PROMOTIONS, (), first_layer=5, rng=rng(0)) == []
