"""Goods look the same whether they stay in their places or will be taken: light must not tell who is next."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.geometry import merge_meshes, place_mesh
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM
from synth.render import FrameScene, Renderer
from tests.synth.render.small_shop import look_at

SETTINGS = ("cameras.width_px=320", "cameras.height_px=240", "store.format=convenience")


@pytest.fixture(scope="module")
def shelf_seen_twice():
    """Views of two shelves, all goods still, and the same with every second one drawn as those that move."""
    store = make_store(sample_scenario(load_config("everyday", SETTINGS), seed=0, index=3))
    plan = store.planogram
    cameras = []
    for slot in plan.world_from_slot[[len(plan.product) // 3, len(plan.product) // 2]]:
        eye_m = slot[:3, 3] - 1.1 * slot[:3, 1] + [0.0, 0.0, 0.3]
        name = f"cam{len(cameras)}"
        cameras.append(look_at(eye_m, slot[:3, 3], width=320, height=240, fov_deg=64.0, name=name))
    store = replace(store, cameras=tuple(cameras))
    moving = set(range(0, len(store.item_slot), 2))
    meshes = [
        place_mesh(
            store.catalogue.mesh[store.item_product[item]],
            store.world_from_item[item],
            instance_id=INSTANCE_ITEM + item,
        )
        for item in sorted(moving)
    ]
    views = []
    for items, mesh in ((set(), merge_meshes([])), (moving, merge_meshes(meshes))):
        scene = FrameScene(
            frame=0,
            mesh=mesh,
            previous_position_m=mesh.position_m,
            lamp_power=np.ones(len(store.lamps), np.float32),
        )
        with Renderer(store, dynamic_items=items, supersampling=1) as renderer:
            views.append([renderer.render(scene, number) for number in range(len(cameras))])
    return moving, views


def test_what_will_move_is_as_bright_as_what_stays(shelf_seen_twice):
    moving, (still, moved) = shelf_seen_twice
    sums = np.zeros((2, 2))
    for one, other in zip(still, moved, strict=True):
        both = (one.instance_id == other.instance_id) & np.isin(one.instance_id - INSTANCE_ITEM, list(moving))
        assert both.sum() > 1000
        sums += [[view.rgb[both].sum(), 3 * both.sum()] for view in (one, other)]
    brightness = sums[:, 0] / sums[:, 1]
    assert brightness[1] / brightness[0] == pytest.approx(1.0, abs=0.08)
