"""What hangs on walls hangs on bare wall, beside each other and out of the cameras' way."""

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.plan.windows import list_openings
from scenes.room import DRESSING, SIGNS
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import CLASS_ID, FRONT, INSTANCE_FIXTURE, INSTANCE_STRUCTURE, make_wall_frame

FIRST = INSTANCE_STRUCTURE + DRESSING


def make_shop(seed, amount):
    settings = (f"store.wall_dressing={amount}", "store.other_windows=left", "store.outline=alcove")
    return make_store(sample_scenario(load_config("everyday", settings), seed=seed, index=0))


def list_extents(store, low, high):
    """Return (wall, corners (2, 3) in its frame) of each instance in a range that is at a wall."""
    mesh, found = store.structure, []
    frames = [np.linalg.inv(make_wall_frame(store.layout.size_m, wall)) for wall in range(4)]
    for instance in np.unique(mesh.instance_id[(mesh.instance_id >= low) & (mesh.instance_id < high)]):
        points = mesh.position_m[mesh.instance_id == instance].astype(float)
        for wall, frame in enumerate(frames):
            local = points @ frame[:3, :3].T + frame[:3, 3]
            if local[:, 1].max() < 0.25:
                found.append((wall, np.stack([local.min(0), local.max(0)])))
                break
    return found


def overlap(one, two, *, margin_m=1e-3):
    return (np.minimum(one[1], two[1]) - np.maximum(one[0], two[0]) > margin_m).all()


@pytest.mark.parametrize("seed", [3, 4])
def test_dressing_hangs_on_bare_wall(seed):
    store = make_shop(seed, 1.0)
    hung = list_extents(store, FIRST, INSTANCE_STRUCTURE + 999)
    mesh = store.structure
    assert len(hung) == len(
        np.unique(mesh.instance_id[(mesh.instance_id >= FIRST) & (mesh.instance_id < 1000)])
    )
    assert len(hung) > 12
    of = mesh.instance_id >= FIRST
    assert set(mesh.class_id[of & (mesh.instance_id < 1000)]) == {CLASS_ID["wall"], CLASS_ID["sign"]}
    signs = list_extents(store, INSTANCE_STRUCTURE + SIGNS, INSTANCE_STRUCTURE + SIGNS + 100)
    size_m = store.layout.size_m
    for number, (wall, place) in enumerate(hung):
        assert (place[:, [0, 2]] >= 0).all()
        assert place[1, 0] <= size_m[wall % 2] + 1e-6
        assert place[1, 2] <= size_m[2] + 1e-6
        flat = place[:, [0, 2]]
        for other_wall, other in hung[number + 1 :] + signs:
            both_flat = other_wall == wall and overlap(flat, other[:, [0, 2]])
            assert not both_flat or not overlap(place, other, margin_m=0.0), (wall, place, other)
        for window in list_openings(store.layout):
            x0, z0, x1, z1 = window.opening_m
            in_glass = window.wall == wall and overlap(flat, np.array([[x0, z0], [x1, z1]]))
            # Only sheets on panes of the front are, behind the wall's face.
            assert not in_glass or (wall == FRONT and place[1, 1] < 0.0)
        frame = make_wall_frame(size_m, wall)
        middle = frame[:3, :3] @ place.mean(0) + frame[:3, 3]
        for door in store.layout.fire_exits:
            assert np.linalg.norm(middle[:2] - door.wall_m) > door.width_m / 2 or place[0, 2] > 2.4
        for camera in store.cameras:
            gap_m = (
                np.abs(frame[:3, :3].T @ (camera.world_from_cam[:3, 3] - middle)) - np.ptp(place, axis=0) / 2
            )
            assert gap_m.max() > 0.3 or place[0, 2] > size_m[2] - 0.2
    covers = [place for wall, place in hung if place[1, 1] < 0.0]
    assert sorted(np.round(store.daylight.cover_m, 4).tolist()) == sorted(
        np.round(np.concatenate([place[0, [0, 2]], place[1, [0, 2]]]), 4).tolist() for place in covers
    )


@pytest.mark.parametrize(("trade", "width_m", "seed"), [("micro_market", 11, 10), ("kiosk", 9, 0)])
def test_dressing_keeps_clear_of_headers_and_screens(trade, width_m, seed):
    settings = (
        "store.displays=1", "store.wall_dressing=1", f"store.format={trade}", "store.outline=rectangle",
        f"store.width_m={width_m}", "store.depth_m=8", "store.height_m=3",
    )  # fmt: skip
    store = make_store(sample_scenario(load_config("everyday", settings), seed=seed, index=0))
    mesh = store.structure
    corners, of = mesh.position_m[mesh.faces].astype(float), mesh.instance_id[mesh.faces[:, 0]]
    low, high = corners.min(1), corners.max(1)
    is_fixture, hung = of >= INSTANCE_FIXTURE, np.unique(of[(of >= FIRST) & (of < INSTANCE_FIXTURE)])
    assert len(hung) > 10
    for instance in hung:
        a, b = low[of == instance].min(0) + 1e-3, high[of == instance].max(0) - 1e-3
        within = is_fixture & (low < b).all(1) & (high > a).all(1)
        assert not within.any(), (instance, np.unique(of[within]))


def test_no_dressing_hangs_nothing():
    store = make_shop(3, 0.0)
    assert not list_extents(store, FIRST, INSTANCE_STRUCTURE + 999)
    assert not len(store.daylight.cover_m)
