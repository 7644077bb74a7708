"""Colours of hands: the same from afar and from near, and palms of the dark lighter than their backs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.cloth import make_cloth_textures
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from synth.bodies import dress, make_body, sample_body_shape
from synth.bodies.detail import ALL_LEVELS, CLOSE
from synth.bodies.outfit import SKIN
from synth.bodies.skeleton import FINGERS, SIDES
from tests.synth.bodies.rest_pose import place

UNDER_NAIL_M = 0.0012
# Corners count as much as the rest of a triangle.
SHARES = np.array([[1, 1, 1], [4, 1, 1], [1, 4, 1], [1, 1, 4]]) / np.array([[3], [6], [6], [6]])


@pytest.fixture(scope="module")
def textures():
    return make_cloth_textures() / 255.0


def make_somebody(monkeypatch, number, tone):
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), skin=tone))
    rng = make_rng(40 + number, 0, "test/tones")
    return make_body(sample_body_shape(rng=rng, child=number % 4 == 3), handedness="right")


def measure_faces(body, level, side):
    """Of a hand's faces that show: areas, cosines to the palm, lengths from the wrist on; corners (F, 3)."""
    bones = body.skeleton
    names = ["wrist", *(f"{finger}{k}" for finger in FINGERS for k in (1, 2, 3))]
    own = level.weights[:, [bones.index[f"{side}_{name}"] for name in names]].sum(axis=1)
    bare = np.isin(level.material, [MATERIAL["matte"], MATERIAL["plastic"]])
    faces = level.faces[((np.asarray(own).ravel() > 0.5) & bare)[level.faces].all(axis=1)]
    corner_m = place(body, level)[faces]
    nail = (level.material[faces] == MATERIAL["plastic"]).all(axis=1)
    if nail.any():
        away_m = cKDTree(corner_m[nail].reshape(-1, 3)).query(corner_m.mean(axis=1))[0]
        corner_m, faces = (values[nail | (away_m > UNDER_NAIL_M)] for values in (corner_m, faces))
    way = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
    twice = np.linalg.norm(way, axis=1)
    axes = bones.palm_frame[SIDES.index(side)]
    along = (corner_m.mean(axis=1) - bones.at(f"{side}_wrist")) @ axes[:, 0]
    return (
        twice / 2,
        way @ axes[:, 1] / twice,
        along / bones.length(f"{side}_wrist", f"{side}_middle1"),
        faces,
    )


def measure_tones(body, number, textures):
    """Mean colours (4, 3), 0 to 255, by area: of both hands' palms and backs, and of fingers before these."""
    level, sums = body.level(number), np.zeros((4, 4))
    for side in SIDES:
        area, facing, along, faces = measure_faces(body, level, side)
        layer = level.layer[faces[:, 0]]
        shown = np.zeros((len(faces), 3))
        for share in SHARES:
            color = np.einsum("k,fkj->fj", share, level.color[faces].astype(float))
            pixel = (np.einsum("k,fkj->fj", share, level.uv[faces]) % 1.0 * 256).astype(int)
            drawn = textures[np.maximum(-2 - layer, 0), pixel[:, 1], pixel[:, 0]]
            shown += color * np.where(layer[:, None] < -1, drawn, 1.0) / len(SHARES)
        on_palm, on_fingers = (along > 0.35) & (along < 1.0), along > 1.05
        chosen = [part & (sign * facing > 0.3) for part in (on_palm, on_fingers) for sign in (1, -1)]
        sums += [[*(area[one, None] * shown[one]).sum(axis=0), area[one].sum()] for one in chosen]
    return sums[:, :3] / sums[:, 3:]


@pytest.mark.parametrize("number", range(0, len(SKIN), 2))
def test_no_hand_changes_its_tone_with_its_level(number, monkeypatch, textures):
    """By a hundredth of the range; those of 120 triangles and of 53, fingertips above all, by little more."""
    body = make_somebody(monkeypatch, number, SKIN[number])
    tones = {level: measure_tones(body, level, textures) for level in ALL_LEVELS}
    for level, bound in zip(ALL_LEVELS, (0.0, 3.0, 6.0, 8.0), strict=True):
        assert np.abs(tones[level] - tones[CLOSE]).max() <= bound, (level, tones[level] - tones[CLOSE])


def test_palms_of_the_dark_are_lighter_than_their_backs_and_those_of_the_pale_redder(monkeypatch, textures):
    for number in (0, len(SKIN) - 1):
        body = make_somebody(monkeypatch, number, SKIN[number])
        for level in ALL_LEVELS:
            palm, back, *_ = measure_tones(body, level, textures)
            if number:
                assert (palm > back + 10.0).all()
            else:
                assert palm[1] < back[1] - 4.0
