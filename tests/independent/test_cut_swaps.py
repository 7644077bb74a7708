"""An alarm amid a swap: what has not begun by then is left out, and both go with what is in their hands."""

import math
from unittest import mock

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.engine.generation import generate
from synth.simulation import simulate
from synth.verify import verify_dataset
from tests.independent.reader import find_faults
from tests.independent.reader_files import read_clips
from tests.independent.unrendered import SMALL, make_unrendered_clip
from tests.synth.light_bodies import choose_body_shape

KINDS = {"bag": ("changed_bags", "bag"), "coat": ("swapped_coats", "arm")}
SEEDS = range(8)


def configure(preset, evacuate, alarm_s=1.0):
    room = (*SMALL, "store.width_m=8", "store.depth_m=7", "store.displays=0")
    room += ("store.stacked=0", "clip.duration_s=45", "clip.warmup_s=15")
    alarm = f"journeys.evacuate={evacuate}", f"journeys.evacuate_at_s={alarm_s}"
    return load_config(preset, [*room, "shoppers.count=8", *alarm])


def play(config, seed):
    scenario = sample_scenario(config, seed=seed, index=0)
    with mock.patch("synth.shoppers.plans.sample_body_shape", choose_body_shape):
        return simulate(scenario, make_store(scenario))


def find_swap(name):
    """The first seed with a swap in time for an alarm, its clip without one, and what both do who swap."""
    for seed in SEEDS:
        calm = play(configure(KINDS[name][0], "false"), seed)
        given = [a for a in calm.acts if a.kind == "swap" and getattr(a, name) and a.start_s > 5.0][:2]
        if given and given[0].contact_s < 35.0:
            return seed, calm, given
    raise AssertionError(f"no swap in {SEEDS}")


@pytest.mark.parametrize("amid", ["taking off", "giving"])
@pytest.mark.parametrize("name", KINDS)
def test_an_alarm_amid_a_swap_sends_both_off_with_what_is_in_their_hands(name, amid, tmp_path):
    preset, place = KINDS[name]
    seed, calm, given = find_swap(name)
    begins_s, contact_s = min(a.start_s for a in given), given[0].contact_s
    # What begins in a step is decided at its end: the alarm comes a step later than that.
    alarm_s = round(begins_s - 0.5 if amid == "taking off" else max(a.start_s for a in given) + 0.15, 1)
    config = configure(preset, "true", alarm_s)
    told = play(config, seed)
    assert [e.item_id for e in told.events if e.time_s < alarm_s] == [
        e.item_id for e in calm.events if e.time_s < alarm_s
    ]
    trips = {getattr(act, name): calm.plans[act.shopper].trip_code for act in given}
    assert len(trips) == 2
    after = [a for a in told.acts if a.start_s > alarm_s and (a.bag or a.coat)]
    assert after == []
    for act in given:
        paths, n = (
            told.trajectories,
            [p.trip_code for p in told.plans].index(calm.plans[act.shopper].trip_code),
        )
        at, later = np.searchsorted(paths.time_s, (alarm_s, alarm_s + 5.0))
        gone = not paths.present[later, n]
        assert gone or math.dist(*paths.position_m[[at, later], n]) > 0.3
    swapped = [e for e in told.events if e.time_s == contact_s and e.kind == "swap"]
    assert bool(swapped) == (amid == "giving")

    result = generate(
        [config], str(tmp_path / "d"), clips=1, seed=seed, make_clip=make_unrendered_clip, refiner="none"
    )
    assert not result.failed
    assert verify_dataset(str(tmp_path / "d")) == []
    (clip,) = read_clips(tmp_path / "d")
    assert find_faults(clip) == []
    last = {stay["trip_code"]: stay["place"] for stay in clip.about[f"{name}s"]}
    carried_out = set()
    for own, trip in trips.items():
        carrier = trip if amid == "taking off" else next(t for t in trips.values() if t != trip)
        assert last[own].split(":")[:2] == ["hand", carrier]
        inside = {e["item_id"] for e in clip.events if e["to_place"] == f"{place}:{carrier}"}
        out = {
            e["item_id"]
            for e in clip.events
            if (e["kind"], e["from_place"]) == ("exit", f"{place}:{carrier}")
        }
        assert out <= inside
        carried_out |= out
    assert carried_out
