"""Spotlights in views: where their pools lie, what throws shadows in them, and that labels do not know."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.world import INSTANCE_PERSON, Spot
from synth.render import Renderer
from tests.synth.render.small_shop import (
    FLOOR,
    floor_points,
    look_at,
    make_box,
    make_scene,
    make_store,
    read_light,
    with_structure,
)

PLACE_M, AIM_M = np.array([1.6, 0.9, 2.3]), np.array([2.0, 1.3, 0.0])
REACH_M = float(np.linalg.norm(AIM_M - PLACE_M))
SPOT = Spot(PLACE_M, (AIM_M - PLACE_M) / REACH_M, np.radians(14.0), REACH_M, np.full(3, 0.5))
CAMERA = look_at(np.array([0.3, 0.3, 2.3]), (2.2, 1.4, 0.2))
DARK = (0.0, 0.0)
LOW, HIGH = np.array([1.7, 1.0, 0.4]), np.array([1.9, 1.2, 0.9])


def view(spots=(SPOT,), *, power=DARK, block=False, person=None):
    store = replace(make_store(), cameras=(CAMERA,), spots=spots)
    if block:
        store = with_structure(store, make_box(LOW, HIGH, instance=77, kind="fixture"))
    with Renderer(store, dynamic_items=(), supersampling=2) as renderer:
        return renderer.render(make_scene([person] if person else [], power=power), 0)


def angles(points_m):
    """Angle between each point as the spot sees it and its axis, in half angles."""
    away = points_m - PLACE_M
    cosine = away @ SPOT.toward / np.linalg.norm(away, axis=-1)
    return np.arccos(np.clip(cosine, -1, 1)) / SPOT.half_angle_rad


def in_shadow(points_m, margin_m):
    """Which points' lines to the spot meet the block, grown by a margin."""
    near, far = np.full(points_m.shape[:2], 0.0), np.full(points_m.shape[:2], 1.0)
    step = PLACE_M - points_m
    for axis in range(3):
        ends = [
            (edge[axis] - points_m[..., axis]) / step[..., axis] for edge in (LOW - margin_m, HIGH + margin_m)
        ]
        near, far = np.maximum(near, np.minimum(*ends)), np.minimum(far, np.maximum(*ends))
    return near < far


def grey(seen):
    return seen.rgb.astype(float).mean(axis=-1)


def test_a_pool_lies_about_the_aim_and_fades_with_the_angle():
    seen = view()
    points_m, floor = floor_points(seen, CAMERA)
    turn = angles(points_m)
    rings = [
        grey(seen)[floor & (turn >= low) & (turn < low + 0.25)].mean() for low in np.arange(0, 2.5, 0.25)
    ]
    assert rings[0] > 80
    assert all(near > far for near, far in zip(rings[:8], rings[1:9], strict=True))
    assert grey(seen)[floor & (turn > 2.6)].max() < 2
    middle, half = (read_light(seen)[floor & part].mean() for part in (turn < 0.15, abs(turn - 1) < 0.06))
    assert half / middle == pytest.approx(0.5, abs=0.08)
    # 0.5 on paper that faces the spot; the floor is of albedo 0.58 and slants.
    assert middle == pytest.approx(0.5 * 0.578 * -SPOT.toward[2], rel=0.12)


def test_what_stands_in_the_beam_throws_a_shadow_with_a_soft_edge():
    clear, blocked = view(), view(block=True)
    points_m, floor = floor_points(blocked, CAMERA)
    pool = floor & (angles(points_m) < 1.2) & (clear.instance_id == FLOOR)
    core, beside = pool & in_shadow(points_m, -0.05), pool & ~in_shadow(points_m, 0.14)
    assert core.sum() > 30
    assert beside.sum() > 300
    assert grey(blocked)[core].max() < 0.25 * grey(clear)[core].min()
    block = blocked.instance_id == 77  # pixels at its outline show some of it
    outline = block | np.roll(block, 1, axis=1) | np.roll(block, -1, axis=1)
    assert np.abs(grey(blocked) - grey(clear))[beside & ~outline].max() < 8


def test_people_darken_the_pool_and_are_lit_by_it():
    person = make_box((1.75, 1.05, 0.0), (1.95, 1.25, 1.5), instance=INSTANCE_PERSON, kind="person")
    clear, shaded, unlit = view(), view(person=person), view((), person=person)
    points_m, floor = floor_points(shaded, CAMERA)
    feet = floor & (np.abs(points_m[..., :2] - [1.85, 1.15]).max(axis=-1) < 0.25)
    assert (grey(clear) - grey(shaded))[feet].mean() > 10
    body = shaded.instance_id == INSTANCE_PERSON
    assert grey(shaded)[body].mean() > grey(unlit)[body].mean() + 20


@pytest.mark.parametrize("power", [DARK, (0.4, 0.0)])
def test_spots_add_to_whatever_lamps_burn_and_change_no_label(power):
    bare, lit, dim = view((), power=power), view(power=power), replace(SPOT, color=np.full(3, 0.1))
    points_m, floor = floor_points(lit, CAMERA)
    gain = grey(lit) - grey(bare)
    assert gain[floor & (angles(points_m) < 0.5)].min() > 20
    assert np.abs(gain[floor & (angles(points_m) > 2.7)]).max() <= 1
    assert grey(view((dim,), power=power)).mean() < grey(lit).mean()
    for name in ("depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px"):
        assert getattr(bare, name).tobytes() == getattr(lit, name).tobytes(), name


def test_many_spots_light_as_each_would():
    other = replace(SPOT, position_m=SPOT.position_m + [1.2, 0.6, 0.0])
    one, two, both = (read_light(view(spots)) for spots in ((SPOT,), (other,), (SPOT, other)))
    assert min(one.max(), two.max()) > 0.2
    lit = both > 0.08  # a code of 1 is a radiance of 0.02
    assert lit.sum() > 1000
    assert both[lit] == pytest.approx((one + two)[lit], abs=0.03)
