"""Fog on panes: where and when doors are opened, how fog comes and goes."""

from types import SimpleNamespace

import numpy as np
import pytest

from scenes.world import Pane
from synth.fogging import GlassFog, compute_fog
from synth.records import DoorMove

# Two doors of a fridge that looks along -y, and a shop window.
DOORS = [
    Pane("cooled", np.array([x, 2.0, 0.2]), np.array([0.6, 0, 0]), np.array([0, 0, 1.6]), 5000 + n)
    for n, x in enumerate((1.0, 1.7))
]
WINDOW = Pane("window", np.array([1.0, 2.0, 0.2]), np.array([0.6, 0, 0]), np.array([0, 0, 1.6]), 7)


def make_fog(moves, *, amount=0.9, clears_s=20.0):
    """Moves are (door, when, how far open before, and after)."""
    faults = SimpleNamespace(glass_fog=amount, glass_fog_clears_s=clears_s)
    hung = tuple(SimpleNamespace(pane=n) for n in range(2))
    store = SimpleNamespace(panes=(*DOORS, WINDOW), case_doors=hung)
    turns = tuple(DoorMove(door, t, t + 1.0, a, b) for door, t, a, b in moves)
    return GlassFog(SimpleNamespace(faults=faults), store, SimpleNamespace(door_moves=turns))


def test_a_pane_fogs_when_its_door_opens_and_not_when_it_shuts():
    fog = make_fog([(0, 4.3, 0.0, 1.0), (1, 6.3, 0.1, 1.0), (0, 9.0, 1.0, 0.0)])
    assert [entry["pane"] for entry in fog.openings] == [0, 1]
    assert [entry["opened_s"] for entry in fog.openings] == [[4.3], [6.3]]
    assert np.array_equal(fog.at(4.2), np.zeros(3))
    assert fog.at(5.5)[0] > 0
    assert fog.at(5.5)[1] == 0
    assert fog.at(30.0)[1] > fog.at(30.0)[0] > 0
    assert fog.at(30.0)[2] == 0


def test_fog_is_what_the_documents_say():
    """As clip.json tells, computed from its entry alone."""
    fog = make_fog([(0, 1.0, 0.0, 1.0), (0, 8.0, 0.0, 1.0)], clears_s=12.0)
    (entry,) = fog.openings
    for time_s in np.linspace(-1, 60, 40):
        clear = 1.0
        for opened_s in entry["opened_s"]:
            t = time_s - opened_s
            if t > 0:
                clear *= 1 - (1 - np.exp(-t / 1.2)) * np.exp(-t / entry["clears_s"])
        assert fog.at(time_s)[entry["pane"]] == pytest.approx(entry["density"] * (1 - clear), abs=1e-6)


def test_dry_air_leaves_no_fog():
    fog = make_fog([(0, 1.0, 0.0, 1.0)], amount=0.0)
    assert fog.openings == ()
    assert not fog.at(2.0).any()


def test_fog_comes_within_seconds_and_clears():
    levels = [compute_fog(np.array([since]), 30.0) for since in (0.0, 1.0, 3.0, 5.0)]
    assert levels == sorted(levels)
    assert levels[-1] > 0.8
    assert compute_fog(np.array([200.0]), 30.0) < 0.002
    assert compute_fog(np.array([5.0, 20.0]), 30.0) > compute_fog(np.array([5.0]), 30.0)
