"""Goods stand in the air of their compartments: no board, canopy or panel runs through one."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store

STEP_M = 0.03  # between points on furniture
SLACK_M = 0.006  # packs touch what they stand on
CORE = 0.7  # of a pack's width and depth: the corners of a round pack's box are air


def sample_points(mesh, instance_id):
    """Return (N, 3) points of one object's surface, no farther apart than a step."""
    a, b, c = mesh.position_m[mesh.faces[mesh.instance_id[mesh.faces[:, 0]] == instance_id]].swapaxes(0, 1)
    steps = [np.ceil(np.linalg.norm(side - a, axis=1) / STEP_M).astype(int) + 1 for side in (b, c)]
    points = []
    for one, two in np.unique(np.column_stack(steps), axis=0):
        alike = (steps[0] == one) & (steps[1] == two)
        u, v = np.meshgrid(np.linspace(0, 1, one + 1), np.linspace(0, 1, two + 1))
        u, v = (part[u + v <= 1 + 1e-9][:, None, None] for part in (u, v))
        at, first, second = a[alike], (b - a)[alike], (c - a)[alike]
        points.append((at + u * first + v * second).reshape(-1, 3))
    return np.concatenate(points)


def keep_beside(points, from_z, to_z):
    """Return the points that are as high as one of the goods at least: most lie on boards, between them."""
    begin, order = np.unique(from_z.round(6), return_inverse=True)
    end = np.full(len(begin), -np.inf)
    np.maximum.at(end, order, to_z)
    end = np.maximum.accumulate(end)
    last = np.searchsorted(begin, points[:, 2], side="right") - 1
    return points[(last >= 0) & (points[:, 2] <= end[last])]


@pytest.mark.parametrize("name", ["convenience", "supermarket", "stadium", "grab_and_go"])
def test_no_furniture_runs_through_goods(name):
    config = load_config("everyday", (f"store.format={name}",))
    store = make_store(sample_scenario(config, seed=5, index=3))
    meshes = store.catalogue.mesh
    core = np.array([CORE, CORE, 1.0])
    low = core * [mesh.position_m.min(0) for mesh in meshes] + [0, 0, SLACK_M]
    high = core * [mesh.position_m.max(0) for mesh in meshes] - [0, 0, SLACK_M]
    pierced = []
    for number, fixture in enumerate(store.layout.fixtures):
        items = np.flatnonzero(store.planogram.fixture[store.item_slot] == number)
        if len(items) == 0:
            continue
        product = store.item_product[items]
        pose = store.world_from_item[items]
        middle = np.einsum("nij,nj->ni", pose[:, :3, :3], (low + high)[product] / 2) + pose[:, :3, 3]
        tall = (np.abs(pose[:, 2, :3]) * (high - low)[product] / 2).sum(1)
        points = keep_beside(
            sample_points(store.structure, fixture.instance_id), middle[:, 2] - tall, middle[:, 2] + tall
        )
        near = cKDTree(points).query_ball_point(middle, np.linalg.norm((high - low)[product], axis=1) / 2)
        for item, kind, world_from_item, close in zip(items, product, pose, near, strict=True):
            own = (points[close] - world_from_item[:3, 3]) @ world_from_item[:3, :3]
            if ((own > low[kind]) & (own < high[kind])).all(1).any():
                pierced.append((int(item), fixture.name, store.catalogue.sku[kind]))
    assert pierced == []
