"""Who cannot get on plans anew: nothing is reached for from the wrong place, nothing done twice."""

import math
from unittest import mock

import pytest

from scenes.distributions import Constant
from synth.shoppers.people import Meeting
from synth.simulation import Recorder
from synth.walking.stops import HAND_OVER_GAP_M, Stop
from tests.synth.tiny_store import make_scenario, make_store

OUTCOMES = ["touch", "put_back", "lean_on_shelf", "knock_over"]


@pytest.fixture
def walker_of():
    """Record until somebody walks to a shelf; (recorder, step, person)."""

    def walk(**behaviours):
        recorder = Recorder(make_scenario(behaviours=behaviours), make_store())
        for step in range(len(recorder.time_s)):
            recorder.step(step)
            for person in recorder.floor.people:
                if person.errand is not None and recorder.floor.crowd.is_walking(person.index):
                    return recorder, step, person
        raise AssertionError("nobody walks to a shelf")

    return walk


def block(recorder, step, person):
    with mock.patch.object(recorder.floor.crowd, "is_blocked", lambda n: n == person.index):
        recorder.step(step)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_who_is_called_and_blocked_leaves_the_errand_for_later(walker_of, outcome):
    recorder, step, person = walker_of(**{outcome: 1.0})
    errand = person.errand
    giver = next(p for p in recorder.floor.people if p is not person)
    meeting = Meeting(giver.index, person.index, deadline_s=1e9)
    giver.meeting = person.meeting = meeting
    block(recorder, step + 1, person)
    assert person.stop is None
    assert person.meeting is meeting
    assert errand in person.errands
    assert [intent.kind for intent in person.agenda] == ["browse"]


def test_two_who_come_close_hand_over_there_though_they_meant_to_pass_each_other_first():
    recorder = Recorder(make_scenario(), make_store())
    floor, behaviours = recorder.floor, recorder._behaviours
    giver, receiver = floor.people[:2]
    for person, spot_m in ((giver, (3.0, 2.8)), (receiver, (2.2, 2.8))):
        person.inside = floor.crowd.add(person.index, spot_m, 0.0, 1.0)
        behaviours._walk_to(person, Stop(spot_m, 0.0), -1)
    meeting = Meeting(giver.index, receiver.index, deadline_s=1e9, agreed=True)
    behaviours._walk_to(receiver, Stop((3.8, 2.8), math.pi), -1)
    assert behaviours._meets_here(meeting)
    assert math.dist(giver.stop.position_m, receiver.stop.position_m) == pytest.approx(HAND_OVER_GAP_M)
    assert math.dist(receiver.stop.position_m, floor.position_m(receiver)) < 0.1
    assert not behaviours._meets_here(meeting)


def test_an_errand_put_off_is_not_put_off_again_on_the_way_to_something_else(walker_of):
    recorder, step, person = walker_of()
    errand = person.errand
    person.errands.clear()
    block(recorder, step + 1, person)
    assert list(person.errands) == [errand]
    step += 2
    while not recorder.floor.crowd.is_walking(person.index):
        recorder.step(step)
        step += 1
    block(recorder, step, person)
    assert list(person.errands) == [errand]


def test_who_comes_in_and_finds_all_they_want_taken_looks_at_something_else_first():
    recorder = Recorder(make_scenario(shoppers={"count": 1, "extra_items": Constant(3)}), make_store())
    person, crowd = recorder.floor.people[0], recorder.floor.crowd
    wanted, tried_s, set_out_s = set(person.errands), [], []
    assert len(wanted) > 2
    with mock.patch.object(recorder._behaviours, "_stop_before", return_value=None):
        for step, time_s in enumerate(recorder.time_s.tolist()):
            deferred, walked = person.deferred.total(), person.inside and crowd.is_walking(person.index)
            recorder.step(step)
            tried_s += [time_s] * (person.deferred.total() - deferred)
            if person.inside and crowd.is_walking(person.index) and not walked:
                set_out_s.append(time_s)
            if person.deferred.total() == 2 * len(wanted):
                break
    assert set(person.errands) == wanted
    assert all(count == 2 for count in person.deferred.values())
    rounds_s = tried_s[: len(wanted)], tried_s[len(wanted) :]
    assert any(rounds_s[0][-1] < time_s < rounds_s[1][0] for time_s in set_out_s)
