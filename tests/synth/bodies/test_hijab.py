"""A hijab: over the ears, and down on the garment below."""

import numpy as np

from scenes.randomness import make_rng
from synth.bodies.hair import measure_head
from synth.bodies.hoods import make_head_cloth
from synth.bodies.model import load_model
from synth.bodies.surface import keep_faces
from tests.synth.bodies.cloth import list_cloth, measure_over, undress


def test_no_ear_stands_out_under_a_hijab(dressed):
    """Cloth is about as far from the middle beside the ears as on the head right above them."""
    ear = load_model().ear
    for body, shown, place_m in dressed:
        bare = undress(body)
        head, worn = measure_head(bare, body.skeleton), list_cloth(shown, place_m)
        rng = make_rng(2, 0, "test/hijab")
        cloth, _, _ = make_head_cloth(bare, body.skeleton, head, worn, "hijab", 0, rng=rng)
        low_m, high_m = np.quantile(bare.position_m[ear, 2], [0.0, 1.0])
        height_m, aside_m = cloth.position_m[:, 2], np.abs(cloth.position_m[:, 1])
        beside = aside_m[(height_m > low_m) & (height_m < high_m)].max()
        above = aside_m[(height_m > high_m) & (height_m < high_m + 0.03)].max()
        assert beside < above + 0.012


def test_the_hem_of_a_hijab_lies_on_the_garment_below(dressed):
    """Neither the cloth above its hem nor the hem's outer edge is sunk in what it lies on or stands off."""
    for body, shown, place_m in dressed:
        bare, worn = undress(body), list_cloth(shown, place_m)
        worn = keep_faces(worn, np.ones(len(worn.faces), dtype=bool))
        head, rng = measure_head(bare, body.skeleton), make_rng(2, 0, "test/hijab")
        cloth, _, _ = make_head_cloth(bare, body.skeleton, head, worn, "hijab", 1, rng=rng)
        # The strip that closes the hem goes down to the skin; its vertices are behind the others.
        inner = np.bincount(cloth.faces.ravel()) <= 2
        outer_m = cloth.position_m[: np.flatnonzero(inner)[0]]
        low_m = outer_m[outer_m[:, 2] < body.skeleton.at("neck")[2] - 0.03]
        assert len(low_m) > 50
        over_m = measure_over(low_m, worn.position_m[worn.faces])[1]
        assert over_m.min() > 0.0
        lower_m = over_m[low_m[:, 2] < body.skeleton.at("neck")[2] - 0.07]
        assert np.median(lower_m) < 0.015
        assert np.quantile(lower_m, 0.95) < 0.025
