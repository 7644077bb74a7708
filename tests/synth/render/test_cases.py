"""Furniture with lamps of its own: it lights what is inside, whatever the shop's lamps do."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.world import INSTANCE_ITEM, LitCase
from synth.render import Renderer
from tests.synth.render.small_shop import FLOOR, look_at, make_box, make_scene, make_store

# Around the first of the two packs on the counter.
CASE = LitCase(
    np.array([2.6, 2.0, 0.88]), np.array([3.0, 2.6, 1.6]), np.array([0.0, -1.0, 0.0]), np.full(3, 0.5)
)
SHOP = replace(make_store(), cameras=(look_at(np.array([3.0, 0.6, 1.5]), (3.0, 2.2, 0.9)),))
LIT = replace(SHOP, cases=(CASE,))
FIRST, SECOND = INSTANCE_ITEM, INSTANCE_ITEM + 1


def view(store, *, power, dynamic=()):
    meshes = [
        make_box(
            (2.75, 2.15, 0.9), (2.85, 2.25, 1.1), instance=FIRST, kind="product", color=(220, 60, 40), layer=0
        )
        for _ in dynamic
    ]
    with Renderer(store, dynamic_items=dynamic, supersampling=2) as renderer:
        return renderer.render(make_scene(meshes, power=power), 0)


def brightness(seen, instance):
    return seen.rgb[seen.instance_id == instance].astype(float).mean()


def test_a_case_lights_what_is_inside_when_the_shop_is_dark():
    dark, lit = view(SHOP, power=(0.0, 0.0)), view(LIT, power=(0.0, 0.0))
    assert brightness(lit, FIRST) > brightness(dark, FIRST) + 25
    for instance in (SECOND, FLOOR):
        assert abs(brightness(lit, instance) - brightness(dark, instance)) < 1


def test_a_case_adds_the_same_whatever_lamps_burn():
    """Light adds up: what a failing lamp takes away is the same with the case and without."""
    for power in ((1.0, 1.0), (0.2, 1.0)):
        bare, lit = view(SHOP, power=power), view(LIT, power=power)
        assert brightness(lit, FIRST) > brightness(bare, FIRST) + 10
        assert np.array_equal(lit.rgb[lit.instance_id == FLOOR], bare.rgb[bare.instance_id == FLOOR])


def test_a_case_lights_what_moves_about_as_what_stands():
    """A pack that moves in the clip looks like its neighbours."""
    still, moved = view(LIT, power=(0.0, 0.0)), view(LIT, power=(0.0, 0.0), dynamic=(0,))
    assert brightness(moved, FIRST) > 0.6 * brightness(still, FIRST)
    assert brightness(moved, FIRST) < 1.6 * brightness(still, FIRST)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_any_number_of_cases_may_light_a_shop(count):
    """Four cases of four numbers each are no matrix; those behind the wall light nothing that is seen."""
    far = replace(CASE, low_m=CASE.low_m + [0.0, 50.0, 0.0], high_m=CASE.high_m + [0.0, 50.0, 0.0])
    many = replace(SHOP, cases=(CASE, *[far] * (count - 1)))
    assert np.array_equal(view(many, power=(0.0, 0.0)).rgb, view(LIT, power=(0.0, 0.0)).rgb)
