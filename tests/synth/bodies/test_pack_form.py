"""A backpack is no box: full low down, slack on top, hanging by a back that stays flat."""

import numpy as np
import pytest

from synth.bodies.pack_form import make_case, make_pocket, place_pocket

MIDDLE, HALF = np.array([-0.2, 0.0, 1.3]), np.array([0.08, 0.15, 0.21])
PACK = MIDDLE, HALF


def compute_volume(position_m, faces):
    """By the divergence theorem, of a closed surface whose faces look outward."""
    a, b, c = np.moveaxis(position_m[faces] - position_m.mean(axis=0), 1, 0)
    return np.einsum("fj,fj->f", a, np.cross(b, c)).sum() / 6


def measure_section(position_m, up):
    """Depth and width of what is about so high up, in half sizes of the pack."""
    near = position_m[np.abs((position_m[:, 2] - MIDDLE[2]) / HALF[2] - up) < 0.06]
    return np.ptp(near[:, 0]) / HALF[0], np.ptp(near[:, 1]) / HALF[1]


def test_a_pack_is_deeper_and_wider_low_down_than_on_top():
    position_m, _ = make_case(PACK, rows=121, around=240)
    depth, width = np.array([measure_section(position_m, up) for up in (-0.45, 0.2, 0.75)]).T
    assert depth[0] > depth[1] > depth[2] + 0.2
    assert width[0] > width[1] > width[2]
    assert (width < 2.1).all()


def test_its_back_is_where_a_box_of_its_size_has_it_and_its_front_hangs_lower():
    position_m, _ = make_case(PACK, rows=121, around=240)
    assert position_m[:, 0].max() == pytest.approx(MIDDLE[0] + HALF[0], abs=1e-3)
    lowest_m = [
        position_m[np.abs((position_m[:, 0] - MIDDLE[0]) / HALF[0] - ahead) < 0.1, 2].min()
        for ahead in (0.5, -0.5)
    ]
    assert 0.005 < lowest_m[0] - lowest_m[1] < 0.03


def test_a_pack_holds_as_much_as_its_round_box_more_or_less_however_fine_it_is():
    """Round boxes hold seven tenths of their cuboid and more; far-off ones a little less than near ones."""
    cuboid = 8 * HALF.prod()
    fine, coarse = (compute_volume(*make_case(PACK, rows=r, around=a)) for r, a in ((60, 120), (8, 12)))
    assert 0.7 < fine / cuboid < 0.95
    assert 0.9 < coarse / fine < 1.0


def test_the_pocket_is_on_the_front_low_down_and_stands_out():
    case_m, pocket_m = (make(PACK, rows=60, around=120)[0] for make in (make_case, make_pocket))
    stiff_m = place_pocket(PACK)[0] - place_pocket(PACK)[1]
    assert pocket_m[:, 0].min() < case_m[:, 0].min() - 0.01
    assert pocket_m[:, 0].min() < stiff_m[0]
    assert pocket_m[:, 0].max() > case_m[:, 0].min()  # sewn on, not floating before it
    assert pocket_m[:, 2].mean() < case_m[:, 2].mean()
    assert np.abs(pocket_m[:, 1]).max() < np.abs(case_m[:, 1]).max()
