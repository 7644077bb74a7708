"""Nestling: hands of bananas touch what they lie on, and are put back where they lay."""

import itertools

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.goods.heaps import find_heaps
from scenes.goods.nestling import compute_sinking
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import Mesh
from synth.handling.slots import Shelves
from tests.scenes.goods.own_goods import sell_heaped

CELL_M = 0.004
OWN = ("A,Bananas,fruit,0.19 x 0.12 x 0.08,0.75,179", "B,Oat Flakes,box,0.12 x 0.06 x 0.2,0.52,199")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    settings = sell_heaped(tmp_path_factory.mktemp("own"), *OWN)
    return make_store(sample_scenario(load_config("everyday", settings), seed=2, index=0))


def list_blocks(shop):
    """The items of each block of heaped hands."""
    block = shop.planogram.number_blocks()
    heaps = find_heaps(shop.planogram, shop.catalogue) & (shop.planogram.count > 0)
    for number in np.unique(block[heaps]):
        yield np.flatnonzero(block[shop.item_slot] == number)


def measure_heights(mesh, pose):
    """Of each cell (x, y) that a mesh lies over its least and its greatest height."""
    corner = (mesh.position_m @ pose[:3, :3].T + pose[:3, 3])[mesh.faces]
    share = np.array([(i, j, 12 - i - j) for i in range(13) for j in range(13 - i)]) / 12
    points = np.einsum("sk,fkx->sfx", share, corner).reshape(-1, 3)
    heights = {}
    for x, y, z in zip(*(points[:, :2].T // CELL_M).astype(int).tolist(), points[:, 2].tolist(), strict=True):
        low, high = heights.get((x, y), (z, z))
        heights[x, y] = min(low, z), max(high, z)
    return heights


def test_a_box_sinks_as_far_as_it_is_over_the_higher_of_two():
    flat = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * 0.05
    up, down = [[0, 1, 2], [0, 2, 3]], [[2, 1, 0], [3, 2, 0]]
    blank = np.zeros(0)
    position_m = np.concatenate([flat, flat + [0.0, 0.0, 0.04]]).astype(np.float32)
    mesh = Mesh(
        position_m=position_m,
        **{name: blank for name in Mesh.__dataclass_fields__ if name not in ("position_m", "faces")},
        faces=np.array([*down, *(np.array(up) + 4)]),
    )
    pose = np.tile(np.eye(4), (3, 1, 1))
    pose[:, :3, 3] = (0.0, 0.0, 0.0), (0.0, 0.12, 0.01), (0.0, 0.06, 0.075)
    assert compute_sinking([mesh] * 3, pose, np.array([0, 0, 1])) == pytest.approx([0.0, 0.0, 0.025])
    assert compute_sinking([mesh] * 3, pose[[2, 0, 1]], np.array([1, 0, 0]))[0] == pytest.approx(0.025)


def test_no_hand_of_bananas_hovers(shop):
    gap_m = []
    for items in itertools.islice(list_blocks(shop), 8):
        pose = np.linalg.inv(shop.planogram.world_from_slot[shop.item_slot[items[0]]])
        local = pose @ shop.world_from_item[items]
        heights = [
            measure_heights(shop.choose_mesh(int(item), near=True), lies)
            for item, lies in zip(items, local, strict=True)
        ]
        for one in np.flatnonzero(local[:, 2, 3] > 1e-9):
            under = np.flatnonzero(local[:, 2, 3] < local[one, 2, 3] - 0.005)
            gap_m.append(
                min(
                    low - heights[other][cell][1]
                    for other in under
                    for cell, (low, _) in heights[one].items()
                    if cell in heights[other]
                )
            )
    assert len(gap_m) > 10
    assert max(gap_m) < 0.006
    assert np.median(gap_m) > -0.006, "nor do most lie deep within another"


def test_a_hand_of_bananas_is_put_back_where_it_lay(shop):
    shelves, back = Shelves(shop), 0
    for items in list_blocks(shop):
        for slot in np.unique(shop.item_slot[items]).tolist():
            lane = [one.item_id for one in shelves.lane(slot)]
            assert lane == np.flatnonzero(shop.item_slot == slot).tolist()
            front = shelves.front(slot)
            shelves.take(slot, front.item_id)
            level_m = front.world_from_item[2, 3] - shop.planogram.world_from_slot[slot, 2, 3]
            if level_m > 0.01 and front.front_m < 0.1:
                assert shelves.put_pose(slot, 0) == pytest.approx(front.world_from_item, abs=1e-9)
                back += 1
    assert back > 3
