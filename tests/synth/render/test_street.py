"""What windows show: looks out end on the ground or on what stands opposite, as rays say."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.light.street import GROUND, HIGH_M, STREET_M, WIDE_M
from scenes.world import Material, Textures
from synth.render import Renderer
from tests.synth.render.small_shop import (
    look_at,
    make_quads,
    make_scene,
    make_store,
    read_light,
    with_structure,
)

STREET = 77


def hang_pane(store, outside, material):
    """The store with a pane before its front that shows a picture (256, 256, 3), and the pane's shape."""
    pane = make_quads(
        [[(3.6, 0.01, 0.5), (0.4, 0.01, 0.5), (0.4, 0.01, 2.3), (3.6, 0.01, 2.3)]],
        [(0, 1, 0)], instance=STREET, kind="wall", material=len(store.materials), layer=len(store.textures),
        color=(255, 255, 255),
    )  # fmt: skip
    return replace(
        with_structure(store, replace(pane, uv=pane.position_m[:, [0, 2]])),
        materials=(*store.materials, material),
        textures=Textures.join([store.textures, Textures.of(outside[None])]),
    )


@pytest.mark.parametrize("eye_m", [(1.2, 2.4, 2.2), (2.6, 1.1, 1.1)])
def test_a_look_out_ends_where_its_ray_does(eye_m):
    """Of a picture whose red grows along the wall, its green upward opposite, and whose ground is blue."""
    rows, columns = np.mgrid[:256, :256] / 255.0
    far = rows < 1 - GROUND
    upward = np.where(far, 1 - rows / (1 - GROUND), 0)
    picture = np.stack([columns, upward, ~far], axis=-1)
    outside = np.rint(255 * picture).astype(np.uint8)
    camera = look_at(np.array(eye_m), (1.9, 0.0, 1.4))
    store = hang_pane(make_store(), outside, Material("street", emissive=1.0, outside=True))
    store = replace(store, cameras=(camera,))
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        view = renderer.render(make_scene([]), 0)
    shown = view.instance_id == STREET
    assert shown.sum() > 2000
    v, u = np.nonzero(shown)
    pixels = np.stack([u + 0.5, v + 0.5, np.ones(len(u))])
    ray = camera.world_from_cam[:3, :3] @ np.linalg.inv(camera.intrinsics) @ pixels
    to_far = (-STREET_M + 0.01 - eye_m[1]) / ray[1]
    to_ground = np.where(ray[2] < 0, -eye_m[2] / np.minimum(ray[2], -1e-9), np.inf)
    far = to_far < to_ground
    end = np.array(eye_m)[:, None] + ray * np.minimum(to_far, to_ground)
    red, green, blue = view.albedo[shown].astype(float).T / 255.0
    clear = np.where(far, end[2] > 0.3, end[1] + STREET_M > 1.0)  # off the foot of what stands opposite
    assert (blue[clear] > 0.5).tolist() == (~far[clear]).tolist()
    assert 0.05 < far.mean() < 0.95
    place = end[0] / WIDE_M % 1
    inner = (place > 0.03) & (place < 0.97)
    assert np.abs(red - place)[inner].max() < 0.02
    high = np.minimum(end[2] / HIGH_M, 0.97)  # above is more sky
    assert np.abs(green - high)[far & clear].max() < 0.03


def test_no_light_of_the_shop_falls_on_what_lies_outside():
    """A grey street is as bright as it is itself, whichever lamps burn within; a poster there is not."""
    outside = np.full((256, 256, 3), 188, np.uint8)
    shown = {}
    for beyond in (True, False):
        street = Material("street", specular=0.0, emissive=0.3, outside=beyond)
        store = hang_pane(make_store(), outside, street)
        store = replace(store, cameras=(look_at(np.array([2.2, 2.6, 1.6]), (1.9, 0.0, 1.4)),))
        with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
            views = [renderer.render(make_scene([], power=power), 0) for power in ((1.0, 1.0), (0.0, 0.1))]
        seen = views[0].instance_id == STREET
        assert seen.sum() > 2000
        shown[beyond] = [read_light(view)[seen].mean() for view in views]
    assert shown[True][0] == pytest.approx(shown[True][1], rel=0.02)
    assert shown[False][0] > 1.3 * shown[False][1]
