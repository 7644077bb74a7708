"""Who cannot get on plans anew: nothing is reached for from the wrong place, nothing done twice."""

from unittest import mock

import pytest

from synth.shoppers.people import Meeting
from synth.simulation import Recorder
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
