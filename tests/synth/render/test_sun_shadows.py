"""Shadows in the sun: of people inside, as sharp as lines to the sun say, and of what passes outside."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.world import INSTANCE_PERSON
from synth.render import Passing, Renderer
from tests.synth.render.small_shop import floor_points, make_box, make_scene, make_store
from tests.synth.render.test_daylight import CAMERA, DARK, SUN, find_patch, make_daylight

LOW, HIGH = np.array([1.35, 0.15, 0.0]), np.array([1.55, 0.35, 1.0])
SCREEN = Passing(x0_m=1.2, x1_m=2.1, height_m=2.8, away_m=1.5)
LABELS = ("depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px")


def view(*, sun=2.0, sky=0.5, power=DARK, person=False, passing=None):
    meshes = [make_box(LOW, HIGH, instance=INSTANCE_PERSON, kind="person")] if person else []
    store = replace(make_store(), cameras=(CAMERA,), daylight=make_daylight(sun=sun, sky=sky))
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        return renderer.render(replace(make_scene(meshes, power=power), passing=passing), 0)


def grey(seen):
    return seen.rgb.astype(float).mean(axis=-1)


def hits_box(points_m, margin_m):
    """Which points' lines to the sun meet the person's box, grown by a margin."""
    near, far = np.full(points_m.shape[:2], 0.0), np.full(points_m.shape[:2], np.inf)
    for axis in range(3):
        ends = [(edge[axis] - points_m[..., axis]) / SUN[axis] for edge in (LOW - margin_m, HIGH + margin_m)]
        near, far = np.maximum(near, np.minimum(*ends)), np.minimum(far, np.maximum(*ends))
    return near < far


@pytest.mark.parametrize("power", [DARK, (1.0, 1.0)])
def test_a_person_in_the_sun_throws_a_shadow_with_an_edge(power):
    alone, shaded = view(power=power), view(power=power, person=True)
    points_m, floor = floor_points(shaded, CAMERA)
    inside, _ = find_patch(points_m, 0.05)
    seen = inside & floor
    core, beside = seen & hits_box(points_m, -0.03), seen & ~hits_box(points_m, 0.04)
    loss = (grey(alone) - grey(shaded)) / np.maximum(grey(alone), 1.0)
    assert core.sum() > 60
    assert beside.sum() > 300
    # Sharp: 3 cm within the outline the sun is gone, 4 cm beside it all of it is there.
    assert loss[core].min() > (0.9 if power == DARK else 0.08)
    assert loss[beside].max() < 0.02


def test_without_sun_the_same_person_throws_no_such_shadow():
    lamps = (1.0, 1.0)
    alone, shaded = view(sun=0.0, power=lamps), view(sun=0.0, power=lamps, person=True)
    points_m, floor = floor_points(shaded, CAMERA)
    inside, _ = find_patch(points_m, 0.05)
    core, beside = (inside & floor & part for part in (hits_box(points_m, -0.03), ~hits_box(points_m, 0.04)))
    loss = (grey(alone) - grey(shaded)) / grey(alone)
    assert np.abs(np.median(loss[core]) - np.median(loss[beside])) < 0.03


def test_a_screen_outside_shades_where_lines_to_the_sun_meet_it():
    clear, passed = view(), view(passing=SCREEN)
    points_m, floor = floor_points(clear, CAMERA)
    inside, _ = find_patch(points_m, 0.06)
    at_m = points_m + SUN * ((points_m[..., 1] + SCREEN.away_m) / -SUN[1])[..., None]
    depth = np.minimum.reduce([at_m[..., 0] - SCREEN.x0_m, SCREEN.x1_m - at_m[..., 0]])
    depth = np.minimum(depth, SCREEN.height_m - at_m[..., 2])
    shaded, lit = inside & floor & (depth > 0.06), inside & floor & (depth < -0.06)
    loss = grey(clear) - grey(passed)
    assert min(shaded.sum(), lit.sum()) > 60
    assert loss[shaded].min() > 30
    assert loss[lit].max() < 20
    for name in LABELS:
        assert getattr(clear, name).tobytes() == getattr(passed, name).tobytes(), name


def test_a_cloud_takes_the_patch_of_sun_and_leaves_the_rest():
    lamps = (1.0, 1.0)
    clear, clouded = view(power=lamps), view(power=lamps, passing=Passing(sun=0.0))
    points_m, floor = floor_points(clear, CAMERA)
    inside, outside = find_patch(points_m, 0.08)
    _, around = find_patch(points_m, 0.05)
    near = around & ~find_patch(points_m, 0.3)[1] & floor
    assert grey(clear)[inside & floor].mean() > grey(clear)[near].mean() + 15
    assert grey(clouded)[inside & floor].mean() == pytest.approx(grey(clouded)[near].mean(), abs=6)
    assert np.abs(grey(clear) - grey(clouded))[outside & floor].max() <= 1


def test_what_passes_far_off_changes_nothing():
    nothing = replace(SCREEN, x0_m=2.0, x1_m=2.0)
    assert np.abs(view().rgb.astype(int) - view(passing=nothing).rgb).max() <= 1
