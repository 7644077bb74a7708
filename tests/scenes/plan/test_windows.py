"""Windows in other walls than the front: beside what stands there, in the wall, glazed and see-through."""

import numpy as np
import pytest
from shapely import box
from shapely.geometry import Point, Polygon

from scenes.config.loader import load_config
from scenes.plan.windows import find_openings, list_openings
from scenes.room import WINDOWS
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE
from tests.scenes.furniture.test_shared_planes import find_shared_planes

# Wall by wall: a point on it and the way along it, for one who walks round the room counter-clockwise.
WALLS = {
    "right": lambda w, d: ((w, 0), (0, 1)),
    "back": lambda w, d: ((w, d), (-1, 0)),
    "left": lambda w, d: ((0, d), (0, -1)),
}
SHOPS = [("supermarket", "left", 3), ("convenience", "right", 4), ("grab_and_go", "back", 5)]


@pytest.fixture(scope="module", params=SHOPS, ids=lambda shop: "-".join(map(str, shop)))
def shop(request):
    store_format, wall, seed = request.param
    settings = (f"store.format={store_format}", f"store.other_windows={wall}", "store.height_m=3.1")
    return wall, make_store(sample_scenario(load_config("everyday", settings), seed=seed, index=0))


def find_ground(store, wall, window, out_m):
    """The floor from a window of a wall to `out_m` before it."""
    start, along = (np.array(part, float) for part in WALLS[wall](*store.layout.size_m[:2]))
    into = np.array([-along[1], along[0]])
    corners = [start + along * x + into * y for x in (window.x0_m, window.x1_m) for y in (0.0, out_m)]
    return box(*np.min(corners, axis=0), *np.max(corners, axis=0)), start, along, into


def test_nothing_stands_before_a_window(shop):
    wall, store = shop
    assert store.layout.windows
    for window in store.layout.windows:
        ground, *_ = find_ground(store, wall, window, 0.3)
        for fixture in store.layout.fixtures:
            hides = (
                fixture.height_m > window.z0_m
                and ground.intersection(Polygon(fixture.footprint_m)).area > 1e-6
            )
            assert not hides, fixture.name
        assert not any(ground.intersects(Polygon(part)) for part in store.layout.masonry)
        assert not any(
            Point(door.wall_m).buffer(door.width_m / 2).intersects(ground) for door in store.layout.fire_exits
        )
        assert window.z1_m <= store.layout.size_m[2] - 0.34, "the coloured band runs above"
        assert window.z1_m - window.z0_m > 0.3


def test_one_sees_the_street_through_each_and_no_wall(shop):
    """A ray from inside through a pane first meets what shows the street, 8 cm in the wall."""
    wall, store = shop
    mesh, names = store.structure, [material.name for material in store.materials]
    corners = mesh.position_m[mesh.faces].astype(float)
    first = WINDOWS + len(find_openings(store.layout)[1])
    for number, window in enumerate(store.layout.windows):
        _, start, along, into = find_ground(store, wall, window, 0.3)
        middle = np.append(start + along * (window.x0_m + 0.3), (window.z0_m + window.z1_m) / 2)
        toward = np.append(-into, 0.0)
        a, b, c = corners.transpose(1, 0, 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = np.cross(toward, c - a)
            scale = 1.0 / np.einsum("ij,ij->i", b - a, cross)
            away = middle - toward * 0.2 - a
            u = scale * np.einsum("ij,ij->i", away, cross)
            turned = np.cross(away, b - a)
            v, length = scale * (turned @ toward), scale * np.einsum("ij,ij->i", c - a, turned)
            hit = np.flatnonzero((u >= 0) & (v >= 0) & (u + v <= 1) & (length > 0))
        nearest = mesh.faces[hit[np.argmin(length[hit])], 0]
        assert length[hit].min() == pytest.approx(0.28, abs=1e-4)
        assert names[mesh.material[nearest]] == "street"
        assert mesh.instance_id[nearest] == INSTANCE_STRUCTURE + first + number
        assert mesh.class_id[nearest] == CLASS_ID["wall"]
        assert mesh.normal[nearest] == pytest.approx(np.append(into, 0.0), abs=1e-6)
    assert find_shared_planes(mesh) == []


def test_light_comes_in_by_all_openings_and_each_has_its_pane(shop):
    _, store = shop
    openings = list_openings(store.layout)
    assert store.daylight.wall.tolist() == [window.wall for window in openings]
    sliding = sum(door.opens == "sliding" for door in store.layout.doors)
    still = [
        pane for pane in store.panes if INSTANCE_STRUCTURE <= pane.instance_id < INSTANCE_STRUCTURE + 100
    ]
    assert len([pane for pane in still if pane.kind == "window"]) >= len(openings) - sliding
    assert {pane.instance_id for pane in still} >= {
        INSTANCE_STRUCTURE + WINDOWS + k for k in range(len(openings) - len(store.layout.doors))
    }
