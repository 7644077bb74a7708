"""Relief too fine for triangles: what the maps hold, and that film catches the light where paper does not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from scenes.geometry import place_mesh
from scenes.world import INSTANCE_ITEM, RELIEFS
from synth.render import Renderer
from synth.render.relief import MAP_PX, VARIANTS, make_slopes
from tests.synth.render.small_shop import look_at, make_scene, make_store


def test_slopes_are_those_of_a_surface_that_is_level_on_the_whole():
    slopes = make_slopes()
    assert slopes.shape == (len(RELIEFS) * VARIANTS, MAP_PX, MAP_PX, 2)
    steep = np.degrees(np.arctan(np.linalg.norm(slopes, axis=-1)))
    assert steep.max() <= 45.0 + 1e-3
    assert np.abs(slopes.mean(axis=(1, 2))).max() < 0.05
    film, taut, skin, *_ = steep.reshape(len(RELIEFS), -1).mean(axis=1)
    assert film > taut > 1.0
    assert film > skin > 1.0
    folded = [slopes[k].tobytes() for k in range(len(slopes))]
    assert len(set(folded)) == len(folded), "no two bags of a row need fold alike"


def test_a_dried_skin_is_wrinkled_more_finely_and_steeply_than_one_that_is_grown_and_repeats():
    slopes = make_slopes().reshape(len(RELIEFS), -1, MAP_PX, MAP_PX, 2)
    dried, grown = slopes[RELIEFS.index("wrinkled")], slopes[RELIEFS.index("grown")]
    assert (dried**2).mean() > 2 * (grown**2).mean()
    finer = [(np.diff(one, axis=1) ** 2).mean() / (one**2).mean() for one in (dried, grown)]
    assert finer[0] > 2 * finer[1]
    for axis in (1, 2):
        steps = np.abs(np.diff(dried, axis=axis)).mean()
        ends = np.abs(np.take(dried, 0, axis) - np.take(dried, -1, axis)).mean()
        assert ends < 1.5 * steps


def test_maps_go_on_beyond_their_edges_on_a_surface_that_shows_several():
    """A skin shows its map three times around: its normals are as uneven everywhere."""
    store, shop = make_shops("wrinkled")
    uneven = []
    for one in (store, shop):
        with Renderer(one, dynamic_items=set(), supersampling=1) as drawing:
            view = drawing.render(make_scene([]), 0)
        front = ndimage.binary_erosion(view.instance_id == INSTANCE_ITEM, iterations=2)
        columns = np.flatnonzero(front.any(axis=0))
        halves = [front & (np.arange(front.shape[1]) >= columns.mean()), front]
        uneven.append([view.normal[half].astype(float).std(axis=0).sum() for half in halves])
    (flat, _), (right, both) = uneven
    assert right > 0.5 * both
    assert right > 2 * flat


def test_cloth_folds_along_its_fall_on_the_trunk_and_across_limbs_and_repeats():
    slopes = make_slopes().reshape(len(RELIEFS), -1, MAP_PX, MAP_PX, 2)
    across, down = (slopes**2).mean(axis=(1, 2, 3)).T
    hanging, creased = RELIEFS.index("hanging"), RELIEFS.index("creased")
    assert across[hanging] > 3 * down[hanging]
    assert down[creased] > 3 * across[creased]
    for kind in (hanging, creased):
        steps = np.abs(np.diff(slopes[kind], axis=2)).mean(axis=(0, 1, 3))
        assert np.abs(slopes[kind, :, :, 0] - slopes[kind, :, :, -1]).mean() < 1.2 * steps.max()


def make_shops(relief):
    """The small shop before one camera: as it is, and with a relief on its first material."""
    camera = look_at(np.array([2.8, 1.4, 1.1]), (2.8, 2.2, 1.0), width=160, height=120, fov_deg=30.0)
    store = replace(make_store(), cameras=(camera,))
    raised = replace(store.materials[0], relief=relief)
    return store, replace(store, materials=(raised, *store.materials[1:]))


def test_each_piece_of_what_is_grown_has_a_tone_of_its_own_that_it_keeps_in_the_hand():
    """Pieces are lighter and darker about the same mean, and keep their tone when they are taken."""
    store, shop = make_shops("grown")
    ratios = []
    for number in range(24):
        item = place_mesh(
            store.catalogue.mesh[0], store.world_from_item[0], instance_id=INSTANCE_ITEM + 7 * number
        )
        plain, varied = (
            _take_mean_albedo(one, [item], instance_id=INSTANCE_ITEM + 7 * number) for one in (store, shop)
        )
        ratios.append(varied / plain)
    light = np.array(ratios).mean(axis=1)
    assert 0.03 < light.std() < 0.1
    assert light.mean() == pytest.approx(1.0, abs=0.05)
    still = _take_mean_albedo(shop, [], instance_id=INSTANCE_ITEM)
    held = _take_mean_albedo(
        shop,
        [place_mesh(store.catalogue.mesh[0], store.world_from_item[0], instance_id=INSTANCE_ITEM)],
        instance_id=INSTANCE_ITEM,
    )
    np.testing.assert_allclose(held, still, rtol=0.02)


def _take_mean_albedo(shop, moving, *, instance_id):
    """Mean albedo (3,) of an instance, drawn among what stands if nothing moves."""
    with Renderer(shop, dynamic_items={0} if moving else set(), supersampling=1) as drawing:
        view = drawing.render(make_scene(moving), 0)
    seen = ndimage.binary_erosion(view.instance_id == instance_id, iterations=2)
    return view.albedo[seen].astype(float).mean(axis=0)


def test_film_is_folded_alike_on_the_shelf_and_in_the_hand():
    """Its folds lean to all sides of the pack's own, as much in the static picture as in what moves."""
    store, folded = make_shops("film")
    item = place_mesh(store.catalogue.mesh[0], store.world_from_item[0], instance_id=INSTANCE_ITEM)
    normals = []
    for shop, moving in ((store, []), (folded, []), (folded, [item])):
        with Renderer(shop, dynamic_items=set(range(len(moving))), supersampling=1) as drawing:
            view = drawing.render(make_scene(moving), 0)
        front = view.instance_id == INSTANCE_ITEM
        normals.append(view.normal[front & ndimage.binary_erosion(front, iterations=2)])
    flat, still, held = normals
    np.testing.assert_allclose(held, still, atol=0.02)
    side = (flat @ [0.0, -1.0, 0.0]) > 0.99
    assert side.mean() > 0.5
    lean = still[side]
    assert lean.mean(axis=0) == pytest.approx([0.0, -1.0, 0.0], abs=0.12)
    assert 3.0 < np.degrees(np.arccos(-lean[:, 1].clip(-1, 1))).mean() < 20.0


def test_limbs_are_creased_where_they_bend_and_smooth_where_cloth_is_stretched():
    """Down the map as panels are laid: shoulders and hips, elbows, wrists."""
    creased = make_slopes().reshape(len(RELIEFS), -1, MAP_PX, MAP_PX, 2)[RELIEFS.index("creased")]
    steep = np.sqrt((creased**2).sum(axis=-1).mean(axis=(0, 2)))
    shoulder, elbow, wrist = (
        steep[int(from_ * MAP_PX) : int(to * MAP_PX)].mean()
        for from_, to in ((0.38, 0.52), (0.66, 0.72), (0.94, 1.0))
    )
    assert shoulder < 0.5 * min(elbow, wrist)
