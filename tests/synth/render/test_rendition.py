"""Colour rendition in views: what stands still and what moves change alike, and labels do not."""

from dataclasses import replace

import numpy as np

from scenes.light.rendition import make_rendition
from scenes.world import INSTANCE_PERSON
from synth.render import Renderer
from tests.synth.render.small_shop import make_box, make_scene, make_store, with_structure

STILL = 77


def view(rendition):
    red = {"color": (200, 40, 40)}
    still = make_box((1.4, 1.6, 0.0), (1.9, 2.0, 0.8), instance=STILL, kind="fixture", **red)
    person = make_box((2.0, 1.0, 0.0), (2.3, 1.3, 0.9), instance=INSTANCE_PERSON, kind="person", **red)
    store = replace(with_structure(make_store(), still), rendition=rendition)
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        return renderer.render(make_scene([person]), 0)


def test_reds_fade_on_what_stands_and_on_what_moves_and_nothing_else_changes():
    true, brown = view(np.eye(3)), view(make_rendition("halophosphate"))
    for instance in (STILL, INSTANCE_PERSON):
        mask = true.instance_id == instance
        assert mask.sum() > 100
        before, after = (seen.rgb[mask].astype(float).mean(axis=0) for seen in (true, brown))
        assert after[0] < 0.96 * before[0]
        assert after[1] > 1.15 * before[1]
    grey = (true.class_id == 4) | (true.class_id == 5)  # floor and walls have no colour to lose
    assert np.abs(true.rgb[grey].astype(int) - brown.rgb[grey]).max() <= 1
    for name in ("depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px"):
        assert getattr(true, name).tobytes() == getattr(brown, name).tobytes(), name
