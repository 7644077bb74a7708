"""Fire exits: where the rules ask for one, apart from the doors, kept clear, and looking like one."""

import numpy as np
import pytest
from shapely import LineString, Point, box
from shapely.geometry import Polygon

from scenes.furniture.fire_exits import EXIT_SIGNS, FIRE_EXITS, make_exit_sign_texture, make_fire_exits
from scenes.plan.layout import sample_floor_plan
from scenes.plan.props import add_props
from scenes.plan.walkways import BODY_RADIUS_M
from scenes.randomness import make_rng
from scenes.scenario import STORE_FORMATS, StoreSpec
from scenes.world import INSTANCE_STRUCTURE

OUTLINES = ("rectangle", "l_shape", "cut_corner", "alcove", "shaft")


def draw_layouts(count):
    for number in range(count):
        rng = np.random.default_rng(number)
        spec = StoreSpec(
            format=STORE_FORMATS[number % 6],
            outline=OUTLINES[number % 5],
            width_m=float(rng.uniform(6, 20)),
            depth_m=float(rng.uniform(6, 17)),
        )
        plan = sample_floor_plan(spec, trips=8, rng=make_rng(number, 0, "layout"))
        yield add_props(plan, 1.0, rng=make_rng(number, 0, "props")).layout


def test_shops_have_a_second_way_out_where_the_rules_ask_for_it():
    """Approved Document B: above 60 people at 2 square metres, or farther than 12 m from the only way out."""
    found = {False: 0, True: 0}
    for layout in draw_layouts(48):
        room = layout.room
        far_m = max(
            min(Point(corner).distance(Point(door.point_m)) for door in layout.doors)
            for corner in room.exterior.coords
        )
        asked = room.area > 120.0 or far_m > 12.0
        assert len(layout.fire_exits) == asked
        found[asked] += 1
        if not asked:
            continue
        (door,) = layout.fire_exits
        wall_m = door.point_m + 0.35 * door.outward
        walls = LineString(room.exterior.coords)
        assert walls.distance(Point(wall_m)) < 2e-3
        assert wall_m[1] > 0.5
        assert room.contains(Point(door.point_m))
        assert not room.contains(Point(door.point_m + 0.5 * door.outward))
        # The leaf is in one straight wall, and 1.5 m before it nothing stands; people get there.
        along = np.array([-door.outward[1], door.outward[0]]) * door.width_m / 2
        leaf = LineString([wall_m - along, wall_m + along])
        assert leaf.difference(walls.buffer(2e-3)).length < 1e-6
        corners = np.array([wall_m - along, wall_m + along - 1.4 * door.outward])
        before = box(*corners.min(0), *corners.max(0))
        for fixture in layout.fixtures:
            assert Polygon(fixture.footprint_m).intersection(before).area < 1e-9, fixture.name
        assert layout.walkable.buffer(-BODY_RADIUS_M).distance(Point(door.point_m)) < 1e-6
        # Half the room's diagonal from the doors, or where no wall is that far, as far as walls go.
        apart_m = min(Point(wall_m).distance(Point(other.point_m)) for other in layout.doors)
        assert apart_m > min(0.5 * np.hypot(*layout.size_m[:2]), 0.8 * far_m) - 0.4
    assert min(found.values()) >= 10


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_fire_exit_has_a_bar_to_push_and_a_sign_above(number):
    layout = next(x for k, x in enumerate(y for y in draw_layouts(40) if y.fire_exits) if k == number)
    (door,) = layout.fire_exits
    leaf, sign = make_fire_exits(layout, sign_layer=7)
    assert set(leaf.instance_id) == {INSTANCE_STRUCTURE + FIRE_EXITS}
    assert set(sign.instance_id) == {INSTANCE_STRUCTURE + EXIT_SIGNS}
    wall_m = door.point_m + 0.35 * door.outward
    for mesh in (leaf, sign):
        off_wall_m = (wall_m - mesh.position_m[:, :2]) @ door.outward
        assert off_wall_m.min() > -1e-3
        assert off_wall_m.max() < 0.12
        aside_m = (mesh.position_m[:, :2] - wall_m) @ np.array([-door.outward[1], door.outward[0]])
        assert aside_m.min() == pytest.approx(-aside_m.max(), abs=1e-3)
    bar = leaf.position_m[(wall_m - leaf.position_m[:, :2]) @ door.outward > 0.09][:, 2]
    assert 0.9 < bar.min() < bar.max() < 1.1
    assert sign.position_m[:, 2].min() > leaf.position_m[:, 2].max()
    assert sign.position_m[:, 2].max() < 2.4  # the lowest ceiling
    shown = sign.layer == 7
    assert shown.sum() == 4
    np.testing.assert_allclose(sign.normal[shown][:, :2], np.tile(-door.outward, (4, 1)), atol=1e-6)


def test_the_sign_is_mostly_green_and_partly_white():
    picture = make_exit_sign_texture().pixels[0, :128].astype(int)
    green = (picture[..., 1] > picture[..., 0] + 60).mean()
    white = (picture.min(-1) > 200).mean()
    assert 0.45 < green < 0.85
    assert 0.15 < white < 0.5
