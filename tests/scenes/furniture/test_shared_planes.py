"""No two surfaces of different look share a plane: which of them shows would change from pixel to pixel."""

import numpy as np
import pytest
import shapely

from scenes.config.loader import load_config
from scenes.furniture.chests import make_chest
from scenes.furniture.fixtures import sample_fixture_style
from scenes.furniture.parts import RunShape
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.plan.formats import FORMATS
from scenes.sampling import sample_scenario
from scenes.store import make_store

SAME_PLANE_M = 5e-4
LEAST_AREA_M2 = 2e-4


def find_shared_planes(mesh, least_area_m2=LEAST_AREA_M2):
    """Return the middle points of triangles that overlap one that faces the same way and looks different."""
    corners = mesh.position_m[mesh.faces].astype(float)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    real = length > 1e-7
    corners, normal, faces = corners[real], normal[real] / length[real, None], mesh.faces[real]
    looks = np.column_stack([mesh.color, mesh.material, mesh.layer])[faces[:, 0]]
    facing = np.round(normal, 2) + 0.0
    offset_m = (normal * corners[:, 0]).sum(1)
    order = np.lexsort((offset_m, *facing.T))
    other = (np.abs(np.diff(facing[order], axis=0)).sum(1) > 0) | (np.diff(offset_m[order]) > SAME_PLANE_M)
    found = []
    for plane in np.split(order, np.flatnonzero(other) + 1):
        axis = np.eye(3)[np.argmin(np.abs(normal[plane[0]]))]
        across = np.cross(normal[plane[0]], axis)
        across /= np.linalg.norm(across)
        along = np.cross(normal[plane[0]], across)
        flat = shapely.polygons(np.stack([corners[plane] @ across, corners[plane] @ along], -1))
        one, two = shapely.STRtree(flat).query(flat, predicate="intersects")
        differ = (one < two) & (looks[plane[one]] != looks[plane[two]]).any(1)
        one, two = one[differ], two[differ]
        # Planes of other places, each less than that from the next, may lie between two that are apart.
        between = corners[plane[two]].mean(1) - corners[plane[one]].mean(1)
        gap_m = [np.abs((between * normal[plane[end]]).sum(1)) for end in (one, two)]
        near = np.minimum(*gap_m) <= SAME_PLANE_M
        one, two = one[near], two[near]
        large = shapely.area(shapely.intersection(flat[one], flat[two])) > least_area_m2
        found += corners[plane[one[large]]].mean(1).round(2).tolist()
    return found


def test_what_the_search_finds():
    red, blue = Finish((200, 0, 0), 0, -1, 1, 7), Finish((0, 0, 200), 0, -1, 1, 7)
    box = make_boxes((0, 0, 0), (1, 1, 1), red)
    assert find_shared_planes(merge_meshes([box, make_boxes((0.2, 0.2, 0.9), (0.8, 0.8, 1.0), blue)]))
    near, apart = (make_boxes((0.2, 0.2, 0.9), (0.8, 0.8, top_m), blue) for top_m in (1.0004, 1.001))
    elsewhere = make_boxes((2, 0, 0.9), (3, 1, 1.0005), red)
    assert find_shared_planes(merge_meshes([box, near, elsewhere]))
    assert not find_shared_planes(merge_meshes([box, apart]))
    assert not find_shared_planes(merge_meshes([box, apart, elsewhere]))


def test_the_frost_of_a_chest_shares_no_plane_with_its_liner():
    style = sample_fixture_style(steel_layer=4, rng=np.random.default_rng(0))
    for length_m, number in ((1.2, 1000), (2.42, 1003)):  # frost is as thick as a chest's number says
        shape = RunShape(length_m, 0.41, -0.105, 0.5, 0.88, np.array([0.67]), 0.03, 0.0)
        assert find_shared_planes(make_chest(shape, style, number, (9, 4)), least_area_m2=1e-6) == []


@pytest.mark.parametrize("name", FORMATS)
def test_no_two_looks_share_a_plane(name):
    settings = (
        f"store.format={name}",
        "store.chests=0.3",
        "store.pegs=0.15",
        "store.displays=1",
        "store.sliding_doors=true",
    )
    config = load_config("everyday", settings)
    store = make_store(sample_scenario(config, seed=5, index=0))
    assert find_shared_planes(store.structure) == []
