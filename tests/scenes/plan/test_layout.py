"""Floor plans: reachable, wide enough, and honest about failure."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box
from shapely.geometry import Polygon
from shapely.ops import unary_union

from scenes.errors import PlacementError
from scenes.plan.formats import FORMATS, PASSAGE_M, TURNING_M, WHEELCHAIR_M
from scenes.plan.layout import HIGHEST_BOARD_M, LOWEST_BOARD_M, find_fronts, sample_floor_plan
from scenes.plan.shell import way_through
from scenes.plan.walkways import BODY_RADIUS_M, REACH_M, find_problem
from scenes.randomness import make_rng
from scenes.scenario import STORE_FORMATS, StoreSpec

WALL_KINDS = ("wall_shelf", "chiller", "fridge", "freezer", "peg_wall", "hot_counter")
OUTLINES = ("l_shape", "cut_corner", "alcove", "shaft")
# Corners of each outline's room, and its share of the rectangle, at least and at most.
SHAPES = {"rectangle": ({4}, 1, 1), "l_shape": ({6}, 0.74, 0.95), "cut_corner": ({5, 6}, 0.88, 0.999)}
SHAPES |= {"alcove": ({8}, 0.75, 0.97), "shaft": ({8}, 0.93, 0.999)}


def _plan(seed=0, trips=6, **values):
    return sample_floor_plan(StoreSpec(**values), trips=trips, rng=make_rng(seed, 0, "layout"))


_SPECS = st.fixed_dictionaries(
    {
        "format": st.sampled_from(STORE_FORMATS),
        "width_m": st.floats(6, 24),
        "depth_m": st.floats(6, 20),
        "aisle_width_m": st.floats(1.2, 2.4),
        "shelf_depth_m": st.floats(0.25, 0.6),
        "gondola_height_m": st.floats(1.0, 2.2),
        "end_caps": st.booleans(),
    }
)


@settings(max_examples=60)
@given(values=_SPECS, seed=st.integers(0, 1000), trips=st.sampled_from([6, 90]))
def test_fixtures_are_apart_inside_the_room_and_reachable(values, seed, trips):
    plan = _plan(seed, trips, **values)
    room = Polygon(
        [(0, 0), (values["width_m"], 0), (values["width_m"], values["depth_m"]), (0, values["depth_m"])]
    )
    shapes = [Polygon(fixture.footprint_m) for fixture in plan.layout.fixtures]
    for shape in shapes:
        assert shape.exterior.is_ccw
        assert room.buffer(1e-3).contains(shape)
    for a, b in itertools.combinations(shapes, 2):
        assert a.intersection(b).area < 1e-6
    for shape in shapes:
        assert plan.layout.walkable.intersection(shape).area < 1e-6
    # Standing room: one piece, every door in it, every front of a shelf within reach.
    standing = plan.layout.walkable.buffer(-BODY_RADIUS_M)
    assert standing.geom_type == "Polygon"
    for door in plan.layout.doors:
        assert standing.buffer(1e-6).contains(Point(door.point_m))
    for run in plan.runs:
        for x in np.linspace(0.05, run.length_m - 0.05, 7):
            front = (run.world_from_run @ [x, 0, 0, 1])[:2]
            assert standing.distance(Point(front)) <= REACH_M


@pytest.mark.parametrize("outline", ["rectangle", "l_shape", "shaft"])
@pytest.mark.parametrize("seed", range(6))
def test_aisles_are_as_wide_as_asked(seed, outline):
    plan = _plan(seed, width_m=14.0, depth_m=12.0, aisle_width_m=1.9, outline=outline)
    kinds = ("gondola", "end_cap", "column", *WALL_KINDS)
    shapes = [(f.kind, Polygon(f.footprint_m)) for f in plan.layout.fixtures if f.kind in kinds]
    # What stands at most 2 cm apart is a row: gondolas, their ends, and columns between two parts.
    whole = unary_union([shape.buffer(0.0105, join_style="mitre") for _, shape in shapes])
    rows = [[(kind, s) for kind, s in shapes if part.contains(s)] for part in whole.geoms]
    islands = [row for row in rows if any(kind == "gondola" for kind, _ in row)]
    assert len(islands) >= 2
    assert sum(map(len, rows)) == len(shapes)
    for island in islands:
        assert not {kind for kind, _ in island} & set(WALL_KINDS)
        for row in rows:
            apart_m = unary_union([s for _, s in row]).distance(unary_union([s for _, s in island]))
            alone = [kind for kind, _ in row] == ["column"]
            assert row is island or apart_m >= (PASSAGE_M if alone else 1.9) - 1e-3
        away_m = [Polygon(part).distance(s) for part in plan.layout.masonry for _, s in island]
        assert min(away_m, default=9.0) >= 1.9 - 1e-3


@pytest.mark.parametrize("mirrored", [False, True])
def test_both_arms_of_an_l_have_rows(mirrored):
    """Whichever arm is looked at, where it is wide enough for a row between two aisles."""
    found = 0
    for seed in range(12):
        plan = _plan(seed, format="supermarket", outline="l_shape", width_m=18.0, depth_m=13.0)
        (x0, y0), (x1, _) = plan.layout.masonry[0].min(0), plan.layout.masonry[0].max(0)
        if (x0 > 0) != mirrored:
            continue
        found += 1
        middles = np.array([f.footprint_m.mean(0) for f in plan.layout.fixtures if f.kind == "gondola"])
        before = (middles[:, 0] > x0) & (middles[:, 0] < x1)
        assert before.any()
        assert not before.all()
        assert (middles[before, 1] < y0).all()
    assert found >= 3


def test_rooms_of_every_outline_are_shelved_as_rectangles_are():
    """In rooms of a usual size: rows on the floor, and as much shelving, but for what corners cost."""
    covered = {}
    for outline in SHAPES:
        shares, rows = [], 0
        for seed in range(24):
            size = np.random.default_rng(seed).uniform((8, 7), (11, 9))
            layout = _plan(seed, outline=outline, width_m=float(size[0]), depth_m=float(size[1])).layout
            kinds = [f.kind for f in layout.fixtures]
            rows += "gondola" in kinds
            shares.append(sum(Polygon(f.footprint_m).area for f in layout.fixtures) / layout.room.area)
        assert rows >= 23
        covered[outline] = np.mean(shares)
    assert min(covered.values()) >= 0.85 * covered["rectangle"]


def test_columns_turn_up_as_often_as_the_trade_has_them():
    """In rooms with two spans or more: along walls, within rows, or free."""
    for store_format in ("convenience", "supermarket"):
        with_columns = 0
        for seed in range(40):
            layout = _plan(seed, format=store_format, width_m=13.0, depth_m=11.0).layout
            with_columns += any(fixture.kind == "column" for fixture in layout.fixtures)
        assert with_columns / 40 == pytest.approx(FORMATS[store_format].column_share, abs=0.2)
        assert with_columns / 40 <= FORMATS[store_format].column_share + 0.15


def test_shafts_find_room_in_small_shops():
    for store_format, number in itertools.product(STORE_FORMATS, range(15)):
        size = np.random.default_rng([number, 5]).uniform(4, 6, 2)
        values = {"width_m": float(size[0]), "depth_m": float(size[1]), "outline": "shaft"}
        assert len(_plan(number, format=store_format, **values).layout.masonry) == 1


def test_doors_are_wide_and_kept_apart_for_crowds():
    (door,) = _plan(0).layout.doors
    assert door.kind == "both"
    assert door.width_m >= 1.2
    crowd = _plan(0, trips=90, width_m=16.0, depth_m=14.0).layout.doors
    assert {door.kind for door in crowd} == {"entrance", "exit"}
    assert all(door.width_m >= 2.4 for door in crowd)
    gap = abs(crowd[0].point_m[0] - crowd[1].point_m[0]) - (crowd[0].width_m + crowd[1].width_m) / 2
    assert gap > 0.5


def test_boards_stay_within_reach_and_leave_room_for_hands():
    for seed in range(8):
        plan = _plan(seed, gondola_height_m=2.0, wall_shelf_height_m=2.4)
        for run in plan.runs:
            if plan.layout.fixtures[run.fixture].kind == "hot_counter":
                continue
            assert run.board_z_m[0] == LOWEST_BOARD_M
            assert run.board_z_m[-1] <= HIGHEST_BOARD_M
            spacing = np.diff(run.board_z_m)
            assert (spacing >= 0.28 - 1e-9).all()
            assert (spacing <= 0.45 + 1e-9).all()
            assert (run.clear_m[:-1] < spacing).all()


def test_layouts_vary_with_the_seed():
    counts = {len(_plan(seed, width_m=15.0, depth_m=11.0).layout.fixtures) for seed in range(12)}
    assert len(counts) > 1
    doors = {float(_plan(seed).layout.doors[0].point_m[0]) for seed in range(8)}
    assert len(doors) == 8


def test_walls_alone_make_a_small_kiosk():
    plan = _plan(0, format="kiosk", width_m=4.0, depth_m=4.0)
    assert {fixture.kind for fixture in plan.layout.fixtures} >= {"wall_shelf"}


def test_a_room_too_small_for_rows_does_without_them():
    """8.06 x 6.69 m of a stadium's kiosk whose windows, gates and tables leave no wheelchair through."""
    values = {"width_m": 8.05698, "depth_m": 6.68861, "aisle_width_m": 1.37321, "shelf_depth_m": 0.41}
    spec = StoreSpec(format="stadium", height_m=3.375, sliding_doors=True, **values)
    plan = sample_floor_plan(spec, trips=14, rng=make_rng(29, 0, "store/layout"))
    assert find_problem(plan.layout, find_fronts(plan)) == ""
    kinds = {fixture.kind for fixture in plan.layout.fixtures}
    assert "table" not in kinds
    assert "counter" in kinds


def test_too_small_a_room_says_what_to_change():
    with pytest.raises(PlacementError) as caught:
        _plan(0, width_m=4.0, depth_m=4.0, wall_shelves=False)
    message = str(caught.value)
    assert "no fixture with shelves fits beside the asked aisles" in message
    assert "room 4 x 4 m, aisles 1.7 m" in message
    assert "52 attempts" in message
    for way_out in ("store.width_m", "store.aisle_width_m", "store.wall_shelves"):
        assert way_out in message


def test_find_problem_sees_a_blocked_aisle():
    plan = _plan(0)
    assert find_problem(plan.layout, find_fronts(plan)) == ""
    wall = Polygon([(0, 3.9), (9, 3.9), (9, 4.1), (0, 4.1)])
    layout = plan.layout
    object.__setattr__(layout, "walkable", layout.walkable.difference(wall))
    assert find_problem(plan.layout, find_fronts(plan)) == "the walkable floor falls into pieces"


def _draw_store(store_format, number):
    """Draw rooms as widely as shops differ, small ones for the small formats."""
    rng = np.random.default_rng([number, STORE_FORMATS.index(store_format)])
    spec = StoreSpec(
        format=store_format,
        width_m=rng.uniform(4.5, 20),
        depth_m=rng.uniform(4.5, 16),
        aisle_width_m=rng.uniform(1.3, 2.4),
        shelf_depth_m=rng.uniform(0.3, 0.5),
        end_caps=bool(rng.random() < 0.7),
        outline=OUTLINES[number // 2 % len(OUTLINES)] if number % 2 else "rectangle",
    )
    trips = 60 if number % 7 == 0 else 6
    return sample_floor_plan(spec, trips=trips, rng=make_rng(number, 0, "layout"))


def _check_columns(plan, shapes):
    """A column stands between two parts of a row, or so that a wheelchair passes on every side."""
    fixtures, size_m = plan.layout.fixtures, plan.layout.size_m
    for column in (fixture for fixture in fixtures if fixture.kind == "column"):
        assert column.height_m == size_m[2]
        mine = shapes[column.name]
        near_m = {f.name: mine.distance(shapes[f.name]) for f in fixtures if f is not column}
        row = [name for name, away_m in near_m.items() if away_m < 0.03]
        if row:
            assert len(row) == 2
            whole = unary_union([shapes[name] for name in row]).envelope
            assert whole.contains(mine)
            assert len({(f.kind, f.height_m) for f in fixtures if f.name in row}) == 1
        else:
            assert min(near_m.values()) >= WHEELCHAIR_M
            assert mine.distance(plan.layout.room.exterior) >= WHEELCHAIR_M


@pytest.mark.parametrize("outline", SHAPES)
def test_rooms_have_the_outline_that_is_asked_for_and_shelves_along_all_of_it(outline):
    corners, least, most = SHAPES[outline]
    served = set()
    for seed in range(20):
        plan = _plan(seed, outline=outline, width_m=11.0, depth_m=10.0)
        room, ring = plan.layout.room, np.array(plan.layout.room.exterior.coords)
        assert len(ring) - 1 in corners
        assert least <= room.area / 110.0 <= most
        assert ring[0].tolist() == [0.0, 0.0]
        assert ring[1].tolist() == [11.0, 0.0]
        taken = unary_union([Polygon(part) for part in plan.layout.masonry])
        assert room.area + taken.area == pytest.approx(110.0)
        assert plan.layout.walkable.intersection(taken).area < 1e-9
        assert plan.layout.walkable.difference(plan.layout.room).area < 1e-9
        backs = [f for f in plan.layout.fixtures if f.kind in WALL_KINDS]
        for a, b in zip(ring[:-1], ring[1:], strict=True):
            along = [
                f
                for f in backs
                if Polygon(f.footprint_m).buffer(1e-3).intersection(LineString([a, b])).length > 0.8
            ]
            long_and_straight = np.linalg.norm(b - a) > 2.4 and min(abs(b - a)) < 1e-9
            assert not along or min(abs(b - a)) < 1e-9
            if long_and_straight and a[1] + b[1] > 0:
                assert along
            served.add(len(along))
    assert served - {0}


@pytest.mark.parametrize("store_format", STORE_FORMATS)
def test_a_hundred_shops_keep_the_rules_of_the_trade(store_format):
    trade = FORMATS[store_format]
    seen = set()
    for number in range(100):
        plan = _draw_store(store_format, number)
        fixtures, size_m = plan.layout.fixtures, plan.layout.size_m
        kinds = {fixture.kind for fixture in fixtures}
        seen |= kinds
        shapes = {fixture.name: Polygon(fixture.footprint_m) for fixture in fixtures}
        room = plan.layout.room.buffer(1e-3)
        assert all(room.contains(shape) for shape in shapes.values())
        for a, b in itertools.combinations(shapes.values(), 2):
            assert a.intersection(b).area < 1e-6
        # A till or a desk, which leaves every door free; only the format's own islands and cooling.
        assert "counter" in kinds
        assert kinds & {"gondola", "table"} <= {trade.islands}
        assert kinds & {"chiller", "fridge"} <= set(trade.cooled)
        for door in plan.layout.doors:
            x, half = door.point_m[0], door.width_m / 2
            assert half < x < size_m[0] - half
            way = box(x - half, 0, x + half, 1.0)
            assert all(way.intersection(shape).area < 1e-9 for shape in shapes.values())
            standing = [shapes[f.name] for f in fixtures if f.kind != "gate"]
            assert way_through(door).area > 1.6 * door.width_m
            assert all(way_through(door).intersection(shape).area < 1e-9 for shape in standing)
        # A wheelchair gets in and comes within reach of every shelf, wherever it starts.
        rolling = plan.layout.walkable.buffer(-WHEELCHAIR_M / 2 + 0.001)
        assert rolling.geom_type == "Polygon"
        assert not plan.layout.walkable.buffer(-TURNING_M / 2).is_empty
        for run in plan.runs:
            ends = run.world_from_run @ np.array([[0.05, run.length_m - 0.05], [0, 0], [0, 0], [1, 1]])
            assert max(rolling.distance(Point(end)) for end in ends[:2].T) < 1.0
        # Shelves keep the inside of their fixture: boards end before its back, below its top.
        for run in plan.runs:
            back = run.world_from_run @ [run.length_m / 2, run.depth_m, 0, 1]
            assert shapes[fixtures[run.fixture].name].buffer(1e-6).contains(Point(back[:2]))
            assert run.board_z_m[-1] < run.top_m
        _check_columns(plan, shapes)
    assert {"counter", "gate", "wall_shelf", trade.islands, *trade.cooled} <= seen
    assert ("column" in seen) == (trade.column_share > 0)
    assert ("hot_counter" in seen) == (trade.hot_share > 0)


@pytest.mark.parametrize("store_format", STORE_FORMATS)
def test_a_shop_that_sells_nothing_cold_has_nothing_that_cools(store_format):
    def measure_cooled(cooling, seed):
        plan = _plan(seed, format=store_format, width_m=12, depth_m=11, cooling=cooling)
        cooled = [Polygon(f.footprint_m) for f in plan.layout.fixtures if f.kind in ("chiller", "fridge")]
        return sum(shape.length for shape in cooled)

    assert not any(measure_cooled(0.0, seed) for seed in range(4))
    some, usual = (sum(measure_cooled(share, seed) for seed in range(4)) for share in (0.3, 1.0))
    assert 0 < some < usual
