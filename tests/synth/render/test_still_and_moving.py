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
from synth.render.casters import find_blocks
from tests.synth.render.small_shop import look_at

SETTINGS = ("cameras.width_px=320", "cameras.height_px=240", "store.format=convenience")


@pytest.fixture(scope="module")
def shelves():
    """A shop with two cameras before shelves; every second of its items, and all of one block of goods."""
    store = make_store(sample_scenario(load_config("everyday", SETTINGS), seed=2, index=0))
    plan = store.planogram
    cameras = []
    for slot in plan.world_from_slot[[len(plan.product) // 3, len(plan.product) // 2]]:
        eye_m = slot[:3, 3] - 1.1 * slot[:3, 1] + [0.0, 0.0, 0.3]
        name = f"cam{len(cameras)}"
        cameras.append(look_at(eye_m, slot[:3, 3], width=240, height=180, fov_deg=64.0, name=name))
    block = find_blocks(store)
    items = np.arange(len(block))
    seen = np.flatnonzero(store.item_slot == len(plan.product) // 3)[0]
    return replace(store, cameras=tuple(cameras)), items[(items % 2 == 0) | (block == block[seen])].tolist()


def stand(store, items, *, resting=False, power=1.0):
    """A frame in which some items are where the store has them, drawn as what moves or as what rests."""
    meshes = [
        place_mesh(
            store.choose_mesh(
                item,
                near=bool(
                    store.is_near(store.world_from_item[item, None, :3, 3], store.item_product[[item]])[0]
                ),
            ),
            store.world_from_item[item],
            instance_id=INSTANCE_ITEM + item,
        )
        for item in items
    ]
    mesh = merge_meshes(meshes)
    lamp_power = np.ones(len(store.lamps), np.float32)
    lamp_power[:2] = power
    rests = frozenset(INSTANCE_ITEM + item for item in items) if resting else frozenset()
    return FrameScene(0, mesh, mesh.position_m, lamp_power, resting=rests)


def draw(store, dynamic, scene):
    """Views of both cameras."""
    with Renderer(store, dynamic_items=dynamic, supersampling=1) as renderer:
        return [renderer.render(scene, number) for number in range(2)]


@pytest.fixture(scope="module")
def still(shelves):
    """Views of the shelves with all goods still."""
    return draw(shelves[0], set(), stand(shelves[0], []))


def test_what_moves_looks_as_what_stays(shelves, still):
    """So neither taking nor putting back shows but by where things are."""
    store, items = shelves
    few = items[::4]
    moved = draw(store, set(few), stand(store, few))
    pairs = []
    for one, other in zip(still, moved, strict=True):
        both = (one.instance_id == other.instance_id) & np.isin(one.instance_id - INSTANCE_ITEM, few)
        assert both.sum() > 1000
        pairs.append(np.stack([view.rgb[both].astype(float) for view in (one, other)]))
    stays, moves = np.concatenate(pairs, axis=1)
    assert moves.mean() / stays.mean() == pytest.approx(1.0, abs=0.04)
    assert np.abs(moves - stays).mean() < 6.0


def test_what_will_move_looks_as_what_stays(shelves, still):
    store, items = shelves
    rested = draw(store, set(items), stand(store, items, resting=True))
    for one, other in zip(still, rested, strict=True):
        assert np.array_equal(one.instance_id, other.instance_id)
        assert np.array_equal(one.rgb, other.rgb)


def test_pictures_do_not_tell_what_was_taken_before(shelves):
    """A frame after others in which other goods were gone is what it is alone, bit for bit."""
    store, items = shelves
    block = find_blocks(store)[items]
    whole = np.bincount(block) == np.bincount(find_blocks(store))
    rng = np.random.default_rng(0)
    scenes = []
    # Two lamps fail, twice; the last of some goods are taken at the end.
    for share, power in ((0.99, 1), (0.98, 0.4), (0.97, 1), (0.96, 0.4), (0.95, 1)):
        there = rng.random(len(items)) < share
        there = there & ~whole[block] if len(scenes) == 4 else there | whole[block]
        scenes.append(stand(store, np.array(items)[there].tolist(), resting=True, power=power))
    assert whole[block].any()
    with Renderer(store, dynamic_items=items, supersampling=1) as renderer:
        views = [renderer.render(scene, 0) for scene in (*scenes, scenes[0])]
        for number, scene in ((3, scenes[3]), (4, scenes[4]), (5, scenes[0])):
            renderer.forget_static()
            alone = renderer.render(scene, 0)
            for name in ("rgb", "instance_id", "depth_m", "normal", "albedo", "material"):
                assert np.array_equal(getattr(alone, name), getattr(views[number], name))
            assert alone.silhouette_px == views[number].silhouette_px
