"""Pictures of hands: the same each time, and where skin goes on without one they are as dark as it."""

import numpy as np
import pytest

from scenes.faces import NEUTRAL
from scenes.hands import FINGER_FROM, FINGER_TO, HAND_PRINTS, make_hand_print


@pytest.mark.parametrize("name", HAND_PRINTS)
def test_a_picture_is_repeated_and_keeps_the_tone_of_skin(name):
    picture = make_hand_print(name)
    assert np.array_equal(picture, make_hand_print(name))
    assert picture.shape == (256, 256, 3)
    assert (picture > 0.4).all()
    assert np.median(picture, axis=(0, 1)) == pytest.approx(NEUTRAL, abs=0.03)


def test_fingers_are_creased_over_their_joints_only():
    """Dark rows of the finger's back are those of its joints, 1 and 2 phalanges from the knuckle."""
    back = make_hand_print("finger")[:, 108:148].mean(axis=(1, 2))
    along = FINGER_FROM + (FINGER_TO - FINGER_FROM) * (np.arange(256) + 0.5) / 256
    dark = along[back < NEUTRAL - 0.03]
    assert (np.abs(dark[:, None] - [1.0, 2.0]).min(axis=1) < 0.3).all()
    assert (np.abs(dark[:, None] - [1.0, 2.0]).min(axis=0) < 0.1).all()


def test_a_finger_goes_on_around_where_its_picture_ends():
    picture = make_hand_print("finger")
    inside = np.abs(np.diff(picture, axis=1)).mean()
    assert np.abs(picture[:, 0] - picture[:, -1]).mean() < 2.0 * inside
