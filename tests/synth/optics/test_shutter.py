"""Shutters: what moves is blurred and sheared as far as computed, labels are those of mid-exposure."""

import numpy as np
import pytest

from synth.optics.shutter import take_exposure

HEIGHT, WIDTH = 96, 160


def make_picture(box=(20, 76, 60, 90), motion=(8.0, 0.0), depth=2.0):
    """A bright box that moves before a grey wall; rows top to bottom, columns left to right."""
    rgb = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    motion_px = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    depth_m = np.full((HEIGHT, WIDTH), 4.0, np.float32)
    area = np.s_[box[0] : box[1], box[2] : box[3]]
    rgb[area], motion_px[area], depth_m[area] = 220, motion, depth
    return rgb, motion_px, depth_m


def centre(row):
    weight = row[:, 0].astype(float) - 60
    return (weight * (np.arange(WIDTH) + 0.5)).sum() / weight.sum()


def test_what_stands_still_stays():
    rgb, motion_px, depth_m = make_picture(motion=(0.0, 0.0))
    assert take_exposure(rgb, motion_px, depth_m, open_frames=1.0, readout_frames=0.5) is rgb
    rgb, motion_px, depth_m = make_picture(motion=(8.0, 0.0))
    taken = take_exposure(rgb, motion_px, depth_m, open_frames=0.5, readout_frames=0.0)
    assert (taken[:20] == rgb[:20]).all()
    assert (taken[:, :50] == rgb[:, :50]).all()
    assert (taken[:, 100:] == rgb[:, 100:]).all()


@pytest.mark.parametrize("open_frames", [0.25, 0.5, 1.0])
def test_edges_are_ramps_as_long_as_the_way_in_the_exposure(open_frames):
    rgb, motion_px, depth_m = make_picture(motion=(8.0, 0.0))
    taken = take_exposure(rgb, motion_px, depth_m, open_frames=open_frames, readout_frames=0.0)
    row = taken[48]
    assert centre(row) == pytest.approx(75.0, abs=0.3)  # labels are those of the middle of the exposure
    share = (row[:, 0].astype(float) - 60) / 160
    length = 8 * open_frames
    expected = np.clip((np.arange(WIDTH) + 0.5 - 60) / length + 0.5, 0, 1)
    expected *= np.clip((90 - np.arange(WIDTH) - 0.5) / length + 0.5, 0, 1)
    assert np.abs(share - expected).max() < 0.26  # steps of whole pixels
    assert share.sum() == pytest.approx(30, abs=0.8)


@pytest.mark.parametrize("motion", [10.0, -6.0])
def test_rows_are_shifted_by_their_time_and_never_beyond_the_bound(motion):
    rgb, motion_px, depth_m = make_picture(motion=(motion, 0.0))
    readout = 0.6
    taken = take_exposure(rgb, motion_px, depth_m, open_frames=0.2, readout_frames=readout)
    shifts = np.array([centre(taken[row]) - 75 for row in range(20, 76)])
    when = ((np.arange(20, 76) + 0.5) / HEIGHT - 0.5) * readout
    np.testing.assert_allclose(shifts, motion * when, atol=0.55)
    bound = abs(motion) * (0.2 + readout) / 2
    changed = np.flatnonzero((taken != rgb).any(axis=(0, 2)))
    assert changed.min() >= 60 - bound - 1
    assert changed.max() <= 90 + bound


def test_what_stands_in_front_hides_what_passes_behind():
    rgb, motion_px, depth_m = make_picture(motion=(12.0, 0.0))
    post = np.s_[:, 88:96]
    rgb[post], motion_px[post], depth_m[post] = (10, 200, 10), 0, 1.0
    taken = take_exposure(rgb, motion_px, depth_m, open_frames=1.0, readout_frames=0.4)
    assert (taken[post] == rgb[post]).all()
    assert (taken[48, 50:60, 0] > 60).any()  # and blurs on its other side


def test_the_same_input_gives_the_same_bytes_and_is_left_alone():
    rgb, motion_px, depth_m = make_picture()
    before = rgb.tobytes()
    runs = [take_exposure(rgb, motion_px, depth_m, open_frames=0.5, readout_frames=0.2) for _ in range(2)]
    assert runs[0].tobytes() == runs[1].tobytes() != before
    assert rgb.tobytes() == before
