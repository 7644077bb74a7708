"""Light in gaps that are narrower than the maps in which light is looked for can tell."""

from dataclasses import replace

import numpy as np
import pytest

from synth.render import Renderer
from tests.synth.render.small_shop import (
    COUNTER,
    floor_points,
    look_at,
    make_box,
    make_scene,
    make_store,
    read_light,
    with_structure,
)

GIVEN_BACK = 0.35  # what a blocking surface gives off itself


def test_light_beside_a_kerb_is_what_its_form_factor_leaves():
    """Of what comes from all around, a kerb of height h hides (1 - x / sqrt(x^2 + h^2)) / 2 at distance x."""
    height_m, edge_m = 0.03, 1.4
    kerb = make_box((1.0, edge_m, 0.0), (3.0, edge_m + 0.03, height_m), instance=COUNTER + 1, kind="fixture")
    camera = look_at(np.array([2.0, 0.9, 0.7]), (2.0, 1.25, 0.0), width=320, height=240, fov_deg=40.0)
    open_store = replace(make_store(), cameras=(camera,))
    views = []
    for store in (open_store, with_structure(open_store, kerb)):
        with Renderer(store, dynamic_items=set(), supersampling=1) as drawing:
            views.append(drawing.render(make_scene([]), 0))
    point, floor = floor_points(views[1], camera)
    open_light, light = map(read_light, views)
    away_m = edge_m - point[..., 1]
    middle = floor & (np.abs(point[..., 0] - 2.0) < 0.15)
    for near_m, far_m in ((0.01, 0.02), (0.03, 0.04), (0.08, 0.1)):
        here = middle & (away_m > near_m) & (away_m < far_m)
        x = away_m[here]
        left = 1 - (1 - GIVEN_BACK) * 0.5 * (1 - x / np.hypot(x, height_m)).mean()
        assert (light[here] / open_light[here]).mean() == pytest.approx(left, abs=0.03)
