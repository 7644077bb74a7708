"""What passes outside: when it comes and goes, which way, and that it is drawn per clip."""

from types import SimpleNamespace

import numpy as np
import pytest

from scenes.scenario import LightingSpec
from synth.passing import PassingShadow
from tests.synth.render.test_daylight import make_daylight

ROOM_M = np.array([9.0, 8.0, 3.0])


def make_passing(kind, *, index=0, at_s=4.0, daylight=True):
    scenario = SimpleNamespace(seed=3, index=index, lighting=LightingSpec(passing=kind, passing_at_s=at_s))
    store = SimpleNamespace(
        daylight=make_daylight() if daylight else None, layout=SimpleNamespace(size_m=ROOM_M)
    )
    return PassingShadow(scenario, store)


@pytest.mark.parametrize("kind", ["vehicle", "person"])
def test_a_screen_comes_from_beyond_one_side_and_leaves_beyond_the_other(kind):
    for index in range(6):
        shadow = make_passing(kind, index=index)
        (told,) = shadow.passing
        span_s = np.linspace(told["from_s"] + 1e-3, told["to_s"] - 1e-3, 50)
        seen = [shadow.at(float(time_s)) for time_s in span_s]
        middle = np.array([(one.x0_m + one.x1_m) / 2 for one in seen])
        speed = np.diff(middle) / np.diff(span_s)
        assert speed == pytest.approx(np.full(49, speed[0]), rel=1e-6)
        assert 0.9 <= abs(speed[0]) <= 9.0
        assert max(seen[0].x0_m, seen[-1].x0_m) > ROOM_M[0]
        assert min(seen[0].x1_m, seen[-1].x1_m) < 0
        at_s = shadow.at(4.0)
        assert (at_s.x0_m + at_s.x1_m) / 2 == pytest.approx(ROOM_M[0] / 2)
        assert shadow.at(told["from_s"] - 0.01) is None
        assert shadow.at(told["to_s"] + 0.01) is None


def test_a_cloud_comes_and_goes_over_seconds():
    shadow = make_passing("cloud")
    (told,) = shadow.passing
    time_s = np.arange(told["from_s"] - 0.05, told["to_s"] + 0.15, 0.1)
    sun = np.array([1.0 if (one := shadow.at(float(t))) is None else one.sun for t in time_s])
    assert sun[0] == sun[-1] == 1.0
    assert sun.min() == pytest.approx(0.1)
    assert np.abs(np.diff(sun)).max() < 0.12  # no frame of ten a second jumps


def test_where_nothing_passes_nothing_is_told():
    for shadow in (make_passing("nothing"), make_passing("vehicle", daylight=False)):
        assert shadow.passing == ()
        assert shadow.at(4.0) is None


def test_another_time_moves_it_and_changes_nothing_else():
    early, late = make_passing("vehicle", at_s=2.0), make_passing("vehicle", at_s=7.0)
    one, other = early.at(2.3), late.at(7.3)
    assert (one.x0_m, one.height_m) == pytest.approx((other.x0_m, other.height_m))
