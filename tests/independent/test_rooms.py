"""No fault in a room's outline, or in what stands within it, gets past `verify` and the reader."""

from unittest import mock

import pytest

from scenes.config.loader import load_config
from synth.engine.generation import generate
from synth.verify import verify_dataset
from tests.independent import unrendered
from tests.independent.faults import Fault, plant
from tests.independent.reader import find_faults
from tests.independent.reader_files import read_clips

ROOM = ("clip.duration_s=2", "clip.warmup_s=12", "shoppers.count=4", "shoppers.arrival_window_s=8")
ROOM = (*unrendered.SMALL, *ROOM, "store.width_m=8", "store.depth_m=7.5")
FILES, LAYOUT, WALLS = "synth.dataset.floor_plan", "scenes.plan.layout", "scenes.plan.walls"
ALL = "_numbers(layout.room.exterior.coords[:-1])"

FAULTS = {
    "tell of a rectangle": Fault(FILES, ALL, "_numbers(layout.room.envelope.exterior.coords[:-1])"),
    "tell the walls the other way round": Fault(FILES, ALL, ALL.replace("[:-1]", "[:0:-1]")),
    "tell of the room in a mirror": Fault(
        FILES, ALL, "_numbers([[layout.size_m[0] - x, y] for x, y in layout.room.exterior.coords[:0:-1]])"
    ),
    "tell of half the room": Fault(FILES, ALL, "_numbers(layout.room.exterior.coords[:-2])"),
    "walk through the building": Fault(
        LAYOUT, "compute_walkable(shell.room,", "compute_walkable(shell.room.envelope,"
    ),
    "put shelves along walls that are not": Fault(
        WALLS,
        "corners = np.array(shell.room.exterior",
        "corners = np.array(shell.room.envelope.reverse().exterior",
    ),
    "hang lamps where no ceiling is": Fault(
        "scenes.light.lamps", "place = _find_place(middle, size, cell, free)", "place = middle"
    ),
    "hang cameras over the ceiling": Fault(
        "scenes.cameras.mounts",
        "height = min(spec.height_m, ceiling - _BELOW",
        "height = (0.1 + ceiling + _BELOW",
    ),
    "call a door a fire exit": Fault(FILES, '"kind": door.kind', '"kind": "fire_exit"'),
    "hang spots over the ceiling": Fault(
        FILES,
        '"position_m": list_numbers(spot.position_m)',
        '"position_m": list_numbers(spot.position_m + [0, 0, 1])',
    ),
    "shine nowhere": Fault(FILES, '"toward": list_numbers(spot.toward)', '"toward": [0.0, 0.0, 0.0]'),
    "hang spots outside": Fault(
        FILES,
        '"position_m": list_numbers(spot.position_m)',
        '"position_m": list_numbers(spot.position_m - [9, 0, 0])',
    ),
    "glaze the other side of walls": Fault(
        FILES,
        "make_wall_frame(store.layout.size_m, window.wall)",
        "make_wall_frame(store.layout.size_m, (window.wall + 2) % 4)",
    ),
    "glaze the ceiling": Fault(FILES, '"head_m": round(window.z1_m', '"head_m": round(9 * window.z1_m'),
    "stand things outside": Fault(
        "scenes.plan.props",
        "(round(value, 4) for value in rectangle)",
        "(round(value - 0.4, 4) for value in rectangle)",
    ),
}


TWICE = (
    "call a door a fire exit",
    "hang spots over the ceiling",
    "shine nowhere",
    "hang spots outside",
    "glaze the ceiling",
)


def find_all(out, outline, seed):
    """Make one clip in a shop of that outline, and return everything that anybody finds wrong with it."""
    return sum(find_each(out, outline, seed), [])


def find_each(out, outline, seed):
    """Return what `verify` finds, and what the reader does; where no clip is made, why."""
    config = load_config("everyday", [*ROOM, f"store.outline={outline}", "lighting.spots=1"])
    with mock.patch.dict(unrendered._stores, clear=True):
        made = generate(
            [config], str(out), clips=1, seed=seed, make_clip=unrendered.make_unrendered_clip, refiner="none"
        )
    if made.failed:
        return [outcome.error for outcome in made.failed], []
    found = [str(problem) for problem in verify_dataset(str(out))]
    return found, [fault for clip in read_clips(out) for fault in find_faults(clip)]


@pytest.mark.parametrize("outline", ["rectangle", "l_shape", "cut_corner", "alcove", "shaft"])
def test_rooms_of_every_outline_hold_what_is_in_them(outline, tmp_path):
    assert find_all(tmp_path / "dataset", outline, 1) == []


@pytest.mark.parametrize("name", TWICE)
def test_a_fault_is_caught_twice(name, tmp_path):
    with plant(FAULTS[name]):
        assert all(find_each(tmp_path / "dataset", "l_shape", 1))


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in TWICE])
def test_a_fault_in_a_room_is_caught(name, tmp_path):
    with plant(FAULTS[name]):
        assert any(find_all(tmp_path / f"{seed}", "l_shape", seed) for seed in (1, 2, 3))
