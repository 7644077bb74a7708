"""Ribs: where knitted things have them, how they run, and from how near they are seen."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cloth import PRINTS, RIBS, make_cloth_textures
from scenes.randomness import make_rng
from synth.bodies import dress, make_body, sample_body_shape
from tests.synth.bodies.rest_pose import find_arms, place

RIB = -2 - PRINTS.index("rib")


def make_dressed(monkeypatch, **wears):
    """Three people who wear something."""
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), **wears))
    rng = make_rng(5, 0, "test/ribs")
    return [make_body(sample_body_shape(rng=rng, child=False), handedness="right") for _ in range(3)]


def test_a_texture_has_so_many_ribs_which_run_down_and_are_as_light_as_cloth():
    texture = make_cloth_textures()[PRINTS.index("rib")].mean(axis=2)
    across = np.abs(np.fft.rfft(texture.mean(axis=0) - texture.mean()))
    assert across.argmax() == RIBS
    assert texture.mean(axis=1).std() < 0.2 * texture.mean(axis=0).std()
    assert texture.mean() == pytest.approx(make_cloth_textures()[PRINTS.index("plain")].mean(), abs=4.0)


def test_hoodies_have_ribbed_cuffs_and_hems_from_near_alone(monkeypatch):
    for body in make_dressed(monkeypatch, top="hoodie", bottom="jeans", headwear="", tucked=False):
        bones = body.skeleton
        for number, seen in ((0, True), (1, False), (2, False)):
            level = body.level(number)
            place_m, ribbed = place(body, level), level.layer == RIB
            ribbed &= place_m[:, 2] > bones.at("left_knee")[2]
            assert ribbed.any() == seen
            if not seen:
                continue
            for side, sign in (("left", 1.0), ("right", -1.0)):
                cuff = find_arms(body, level) & ribbed & (sign * place_m[:, 1] > 0.0)
                way = bones.offset(f"{side}_wrist", f"{side}_elbow")
                along_m = (place_m[cuff] - bones.at(f"{side}_elbow")) @ way / np.linalg.norm(way)
                assert 0.045 < np.ptp(along_m) < 0.075
                assert along_m.min() > 0.6 * np.linalg.norm(way)
            low_m = place_m[ribbed & ~find_arms(body, level), 2]
            assert 0.045 < np.ptp(low_m) < 0.075


def test_shirts_have_a_collar_about_the_neck_and_jackets_none(monkeypatch):
    for body in make_dressed(monkeypatch, top="shirt", bottom="jeans", headwear="", top_print=0):
        level, neck_m = body.level(0), body.skeleton.at("neck")
        collar_m = place(body, level)[level.layer == RIB]
        collar_m = collar_m[collar_m[:, 2] > body.skeleton.at("left_knee")[2]]
        assert (np.linalg.norm(collar_m - neck_m, axis=1) < 0.12 * body.shape.stature_m).all()
        turn = np.sort(np.arctan2(*(collar_m - neck_m)[:, 1::-1].T))
        assert np.diff(turn).max() < 1.0  # all the way around
    for body in make_dressed(monkeypatch, top="jacket", bottom="jeans", headwear=""):
        level = body.level(0)
        assert (place(body, level)[level.layer == RIB, 2] < body.skeleton.at("left_knee")[2]).all()


def test_ribs_of_socks_are_even_around_the_leg(monkeypatch):
    """As wide behind as ahead: no triangle spans the place where their texture begins and ends."""
    for body in make_dressed(monkeypatch, top="jacket", bottom="trousers", headwear=""):
        level = body.level(0)
        faces = level.faces[(level.layer[level.faces] == RIB).all(axis=1)]
        around, place_m = level.uv[faces, 0], place(body, level)[faces]
        across_m = np.ptp(place_m[..., :2], axis=1).max(axis=1)
        assert len(faces) > 20
        assert (np.ptp(around, axis=1) < 0.1 + 20.0 * across_m).all()
