"""Daylight in views: where the sun falls, what it adds, and that labels do not know of it."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.world import BACK, FRONT, INSTANCE_PERSON, LEFT, RIGHT, Daylight, make_wall_frame
from synth.render import Passing, Renderer
from tests.synth.render.small_shop import (
    FLOOR,
    ROOM_M,
    floor_points,
    look_at,
    make_box,
    make_quads,
    make_scene,
    make_store,
    read_light,
    with_structure,
)

SUN = np.array([0.3, -1.0, 1.0]) / np.linalg.norm([0.3, -1.0, 1.0])
OPENING = np.array([[1.2, 0.6, 2.0, 1.6]])
CAMERA = look_at(np.array([0.4, 2.6, 2.3]), (1.6, 0.9, 0.0))
DARK = (0.0, 0.0)


def make_daylight(*, sky=0.5, sun=2.0, wall=FRONT):
    toward = make_wall_frame(ROOM_M, wall)[:3, :3] @ SUN
    colors = (np.full(3, value) for value in (sky, sky / 3, sun))
    return Daylight(*colors, toward, OPENING, np.array([wall]))


def view(daylight, *, power=(1.0, 1.0), person=None, camera=CAMERA, passing=None):
    store = replace(make_store(), cameras=(camera,), daylight=daylight)
    with Renderer(store, dynamic_items=(), supersampling=2) as renderer:
        scene = make_scene([person] if person else [], power=power)
        return renderer.render(replace(scene, passing=passing), 0)


def find_patch(points_m, margin_m):
    """Which points the sun reaches through the opening: (inside it by a margin, outside by a margin)."""
    at = points_m + SUN * (points_m[..., 1] / -SUN[1])[..., None]
    x0, z0, x1, z1 = OPENING[0]
    depth = np.minimum.reduce([at[..., 0] - x0, x1 - at[..., 0], at[..., 2] - z0, z1 - at[..., 2]])
    return depth > margin_m, depth < -margin_m


def test_the_sun_falls_where_lines_through_the_window_end():
    sunny, dull = view(make_daylight(), power=DARK), view(make_daylight(sun=0.0), power=DARK)
    points_m, floor = floor_points(sunny, CAMERA)
    inside, outside = find_patch(points_m, 0.08)
    gain = sunny.rgb.astype(float).mean(-1) - dull.rgb.astype(float).mean(-1)
    assert (inside & floor).sum() > 300
    assert (outside & floor).sum() > 2000
    assert gain[inside & floor].min() > 40
    # The exposure of the sunny picture is shorter: beside the patch only what bounces is brighter.
    assert gain[outside & floor].max() < 15


@pytest.mark.parametrize(
    ("wall", "camera"),
    [
        (RIGHT, look_at(np.array([1.2, 0.4, 2.3]), (3.1, 1.6, 0.0))),
        (BACK, look_at(np.array([3.6, 0.4, 2.3]), (2.4, 2.1, 0.0))),
        (LEFT, look_at(np.array([2.8, 0.4, 2.3]), (0.9, 1.4, 0.0))),
    ],
)
def test_the_sun_falls_through_windows_of_every_wall(wall, camera):
    sunny, dull = (view(make_daylight(wall=wall, sun=sun), power=DARK, camera=camera) for sun in (2.0, 0.0))
    points_m, floor = floor_points(sunny, camera)
    frame = make_wall_frame(ROOM_M, wall)
    inside, outside = find_patch((points_m - frame[:3, 3]) @ frame[:3, :3], 0.08)
    gain = read_light(sunny) - read_light(dull)
    assert (inside & floor).sum() > 100
    assert (outside & floor).sum() > 500
    # The counter and what is on its board shade part of the patch.
    assert (gain[inside & floor] > 0.08).sum() > 80
    assert gain[outside & floor].max() < 0.045


def test_what_passes_before_the_front_shades_no_window_of_another_wall():
    lorry = Passing(-9.0, 12.0, 6.0, 0.5)
    camera = look_at(np.array([2.8, 0.4, 2.3]), (0.9, 1.4, 0.0))
    for wall, eye, shaded in ((FRONT, CAMERA, True), (LEFT, camera, False)):
        free, behind = (
            view(make_daylight(wall=wall), power=DARK, camera=eye, passing=one) for one in (None, lorry)
        )
        points_m, floor = floor_points(free, eye)
        frame = make_wall_frame(ROOM_M, wall)
        inside = floor & find_patch((points_m - frame[:3, 3]) @ frame[:3, :3], 0.08)[0]
        loss = free.rgb.astype(float).mean(-1) - behind.rgb.astype(float).mean(-1)
        assert (np.median(loss[inside]) > 40) == shaded
        assert shaded or np.abs(loss).max() <= 1


def test_the_floor_keeps_its_pattern_in_the_sun():
    """White paper is 0.8 under the lamps and 2.8 in this sun: a tile that sends back a third less shows."""
    tile = make_quads(
        [[(1.2, 0.6, 0.002), (1.6, 0.6, 0.002), (1.6, 1.0, 0.002), (1.2, 1.0, 0.002)]],
        [(0, 0, 1)],
        instance=FLOOR,
        kind="floor",
        color=(168, 168, 168),
    )
    store = with_structure(make_store(), tile)
    store = replace(store, cameras=(CAMERA,), daylight=make_daylight(sun=4.0))
    with Renderer(store, dynamic_items=(), supersampling=2) as renderer:
        sunny = renderer.render(make_scene([]), 0)
    points_m, floor = floor_points(sunny, CAMERA)
    inside = floor & find_patch(points_m, 0.1)[0]
    on_tile = np.abs(points_m[..., :2] - (1.4, 0.8)).max(axis=-1)
    code = sunny.rgb.astype(float).mean(axis=-1)
    dark, light = code[inside & (on_tile < 0.15)], code[inside & (on_tile > 0.25)]
    assert min(len(dark), len(light)) > 50
    assert light.mean() - dark.mean() > 3
    assert light.max() < 255


def test_who_stands_in_the_sun_throws_a_shadow():
    person = make_box((1.0, 0.4, 0.0), (1.6, 0.7, 1.7), instance=INSTANCE_PERSON, kind="person")
    alone, shaded = view(make_daylight(), power=DARK), view(make_daylight(), power=DARK, person=person)
    points_m, floor = floor_points(shaded, CAMERA)
    inside, _ = find_patch(points_m, 0.05)
    behind = inside & floor & (points_m[..., 1] < 1.1)
    loss = alone.rgb.astype(float).mean(-1) - shaded.rgb.astype(float).mean(-1)
    assert behind.sum() > 20
    assert loss[behind].mean() > 15


def test_labels_do_not_know_the_hour():
    day, night = view(make_daylight()), view(None)
    for name in ("depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px"):
        assert getattr(day, name).tobytes() == getattr(night, name).tobytes(), name


def test_no_light_outside_is_as_no_window():
    """A black sky adds nothing, whatever the lamps do."""
    for power in ((1.0, 1.0), (0.3, 1.0)):
        black = view(make_daylight(sky=0.0, sun=0.0), power=power)
        assert np.abs(black.rgb.astype(int) - view(None, power=power).rgb).max() <= 1


@pytest.mark.parametrize("sky", [0.5, 2.0])
def test_more_sky_is_more_light(sky):
    """On the floor and on people, more so near the window."""
    person = make_box((1.4, 1.4, 0.0), (1.7, 1.7, 1.6), instance=INSTANCE_PERSON, kind="person")
    less = view(make_daylight(sky=sky, sun=0.0), power=DARK, person=person)
    more = view(make_daylight(sky=2 * sky, sun=0.0), power=DARK, person=person)
    for instance in (FLOOR, INSTANCE_PERSON):
        here = less.instance_id == instance
        assert more.rgb[here].mean() > 1.15 * less.rgb[here].mean()
    points_m, floor = floor_points(less, CAMERA)
    near, far = floor & (points_m[..., 1] < 1.2), floor & (points_m[..., 1] > 2.0)
    assert less.rgb[near].mean() > 1.2 * less.rgb[far].mean()
