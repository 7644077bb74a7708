"""Coats, skirts and tops: how they hang about legs and hips, and over each other."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID
from synth.bodies import dress, make_body, sample_body_shape
from synth.bodies.body import skin
from synth.bodies.detail import ALL_LEVELS
from synth.bodies.dress import SOLE_M
from synth.bodies.garments import make_skirt
from synth.bodies.regions import share_of_arms
from synth.bodies.surface import compute_normals
from synth.bodies.trunk import _BETWEEN
from tests.synth.bodies.cloth import (
    CLOTH,
    measure_over,
    meet,
    raise_knees,
    record_dressed,
    undress,
)
from tests.synth.bodies.rest_pose import place


@pytest.mark.parametrize("big", [False, True])
def test_a_coat_hangs_by_the_legs(big, monkeypatch):
    """Its hem is outside of the legs and no farther off them than a hand is long, and less at the sides."""
    sample, wears = dress.sample_outfit, {"top": "coat", "bottom": "trousers"}
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), **wears))
    rng = make_rng(8, 0, "test/coats")
    for _ in range(6):
        shape = sample_body_shape(rng=rng, child=False)
        body = make_body(shape, handedness="right", big_coat=big)
        bones, shown = body.skeleton, body.level(0)
        place_m = place(body, body.level(0)) - [*bones.at("pelvis")[:2], 0.0]
        legs_m = body.rest_m - [*bones.at("pelvis")[:2], -SOLE_M]
        legs_m = legs_m[np.abs(legs_m[:, 1]) < 0.15 * shape.stature_m]
        coat = (shown.material == MATERIAL["hanging cloth"]) & (place_m[:, 2] < bones.at("left_hip")[2])
        hem_m = place_m[coat][place_m[coat][:, 2] < place_m[coat][:, 2].min() + 0.003]
        assert len(hem_m) > 20
        near_m = legs_m[np.abs(legs_m[:, 2] - hem_m[0, 2]) < 0.02]
        away = np.linalg.norm(hem_m[:, None, :2] - near_m[None, :, :2], axis=2).min(axis=1)
        off_m = np.abs(hem_m[:, 1]) - np.abs(near_m[:, 1]).max()
        assert away.min() > 0.003
        assert away.max() < (0.22 if big else 0.18)
        assert off_m.max() < (0.10 if big else 0.06)


def test_the_inside_of_a_coat_is_seen_from_close_by_only(dressed):
    """Its faces look the other way than those they are beneath, and there are none farther off."""
    for level in ALL_LEVELS:
        body = make_body(dressed[0][0].shape, handedness="right", big_coat=True)
        shown, bones = body.level(level), body.skeleton
        eye = np.tile(np.eye(3), (len(bones.parents), 1, 1)).reshape(-1, 3)
        place_m = shown.offset_m @ eye + shown.weights @ bones.joint_m[: len(bones.parents)]
        corner_m = place_m[shown.faces]
        normal = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
        middle_m = corner_m.mean(axis=1) - bones.at("pelvis")
        coat = (shown.material[shown.faces] == MATERIAL["hanging cloth"]).all(axis=1)
        knee_m, hip_m = bones.at("left_knee")[2], bones.at("left_hip")[2]
        coat &= np.abs(corner_m[:, :, 2].mean(axis=1) - (0.6 * knee_m + 0.4 * hip_m)) < 0.1
        inward = (normal * middle_m)[coat, :2].sum(axis=1) < 0.0
        assert (inward.mean() > 0.4) if level <= 0 else (inward.mean() < 0.1)


def test_a_long_loose_coat_is_no_tent():
    """Its sleeves reach over the hands; its skirt goes around the hips and not around these."""
    rng = make_rng(9, 0, "test/coats")
    for _ in range(4):
        shape = sample_body_shape(rng=rng, child=False)
        body = make_body(shape, handedness="right", big_coat=True)
        place_m, cloth = place(body, body.level(0)), np.isin(body.level(0).material, CLOTH)
        skirt = cloth & (place_m[:, 2] < 0.42 * shape.stature_m)
        assert skirt.any()
        assert np.abs(place_m[skirt, 1]).max() < 0.26 * shape.stature_m


@pytest.mark.parametrize("big", [False, True])
def test_no_coat_comes_up_in_the_mouth_of_a_bag(big, monkeypatch):
    plain = dress.sample_outfit
    monkeypatch.setattr(
        dress, "sample_outfit", lambda shape, *, rng: replace(plain(shape, rng=rng), top="coat", big=big)
    )
    rng = make_rng(3, 0, "mouth")
    for _ in range(8):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        for number in ALL_LEVELS:
            shown, skeleton = body.level(number), body.skeleton
            bones = len(skeleton.parents)
            rest_m = skin(shown, np.tile(np.eye(3), (bones, 1, 1)), skeleton.joint_m[:bones])
            bag = shown.class_id == CLASS_ID["bag"]
            # Seven rings and two middles; the second ring is the mouth, and one looks half as far down.
            around = (20, 12, 8)[max(number, 0)]
            pouch = rest_m[bag][: 7 * around + 2]
            mouth = pouch[around : 2 * around]
            low, high = mouth.min(axis=0), mouth.max(axis=0)
            depth_m = 0.5 * np.ptp(pouch[:, 2])
            inside = (rest_m > [*low[:2], high[2] - depth_m]) & (rest_m < high)
            assert not (inside.all(axis=1) & ~bag).any(), (body.shape, number)


def test_a_coat_of_big_people_has_no_ledge_where_its_skirt_begins(monkeypatch):
    """What is around the hips stands off the coat above by 8 mm at most, nearly everywhere.

    In a step the coat above goes along with it: of what of that is beneath, hardly more comes through than of
    somebody standing.
    """
    coat = {"top": "coat", "bottom": "trousers", "tucked": False, "open_front": 0.008}
    seen = record_dressed(monkeypatch, lambda outfit: replace(outfit, **coat))
    rng = make_rng(6, 0, "test/ledge")
    for weight in (0.8, 0.9, 0.98):
        shape = replace(sample_body_shape(rng=rng, child=False), weight=weight)
        body = make_body(shape, handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    for skeleton, level, (top, *_, skirt, _) in seen:
        edge_m = skirt.position_m[:, 2].max()
        upper_m = skirt.position_m[np.abs(skirt.position_m[:, 2] - edge_m + 0.02) < 0.015]
        away_m, off_m = measure_over(upper_m, top.position_m[top.faces])
        assert (away_m < 0.05).sum() > 20
        assert np.quantile(off_m[away_m < 0.05], 0.9) < 0.008
        if level > 0:
            continue  # which have too few points for a share
        beneath = (top.position_m[:, 2] < edge_m - 0.02) & (share_of_arms(top.weights, skeleton) < 0.1)
        through = []
        for angle_rad in (0.0, 0.45, -0.45):
            under_m, over_m = (raise_knees(piece, skeleton, angle_rad, -angle_rad) for piece in (top, skirt))
            away_m, off_m = measure_over(under_m[beneath], over_m[skirt.faces])
            through.append((off_m[away_m < 0.05] > 0.0).mean())
        assert max(through[1:]) < through[0] + 0.1


def test_skirts_fall_in_folds_that_open_below_and_are_the_same_at_every_level(dressed):
    """About a barrel: folds go out and in, none into it, and at the same places whatever the level."""
    body, *_ = dressed[0]
    turn, height = np.meshgrid(np.linspace(-np.pi, np.pi, 240), np.linspace(0.3, 1.1, 200))
    barrel_m = np.stack([0.15 * np.cos(turn), 0.15 * np.sin(turn), height], axis=2).reshape(-1, 3)
    folds_m, fine = 0.02, np.linspace(-3.0, 3.0, 200)
    hems, folds = [], set()
    for a_fold in (4, 3, 2):
        skirt = make_skirt(
            undress(body), barrel_m, body.skeleton, top_m=1.0, hem_m=0.5, flare=0.0, ease_m=0.03,
            folds_m=folds_m, between=0.5, a_fold=a_fold, rows=6, rng=make_rng(2, 0, "test/folds"),
        )  # fmt: skip
        place_m = skirt.position_m - [*body.skeleton.at("pelvis")[:2], 0.0]
        rings_m = place_m.reshape(7, -1, 3)
        folds.add(rings_m.shape[1] / a_fold)
        radius_m = np.linalg.norm(rings_m[..., :2], axis=2)
        assert (radius_m[1:] > 0.1495).all()
        assert (np.diff(np.ptp(radius_m[1:-1], axis=1)) > -1e-6).all()
        assert 0.8 * folds_m < np.ptp(radius_m[-2]) < 2.5 * folds_m
        assert np.linalg.norm(rings_m[-1] - rings_m[-2], axis=1).max() < 0.015  # a thin hem
        angle = np.arctan2(rings_m[-2, :, 1], rings_m[-2, :, 0])
        assert np.abs(angle).min() < 1e-9  # where coats open
        hems.append(np.interp(fine, np.sort(angle), radius_m[-2, np.argsort(angle)]))
    assert len(folds) == 1
    assert 8 <= folds.pop() <= 11
    for hem in hems[1:]:
        assert np.corrcoef(hem, hems[0])[0, 1] > 0.6


@pytest.mark.parametrize(
    ("raised_rad", "other_rad", "flare"),
    [(0.4, 0.4, 0.15), (1.2, 1.2, 0.15), (1.9, 1.9, 0.15), (0.25, -0.25, 0.0), (0.45, -0.35, 0.0)],
)
def test_no_knee_comes_through_a_skirt(dressed, raised_rad, other_rad, flare):
    """The front of a thigh that a skirt is over stays beneath it however far it is raised, in steps too."""
    for body, *_ in dressed[:3]:
        bones, bare = body.skeleton, undress(body)
        hip_m, knee_m = bones.at("left_hip"), bones.at("left_knee")
        skirt = make_skirt(
            bare,
            bare.position_m[np.abs(bare.position_m[:, 1]) < 0.13 * body.shape.stature_m]
            - [*bones.at("pelvis")[:2], 0.0],
            bones,
            top_m=hip_m[2] + 0.1,
            hem_m=knee_m[2] - 0.05,
            flare=flare,
            ease_m=0.012,
            folds_m=0.009 + 0.07 * flare,
            between=_BETWEEN,
            a_fold=4,
            rows=12,
            rng=make_rng(1, 0, "test/skirt"),
        )
        place_m, ahead = bare.position_m - hip_m, compute_normals(bare.position_m, bare.faces)[:, 0]
        down = place_m[:, 2] / (knee_m[2] - hip_m[2])
        thigh = (down > 0.4) & (down < 0.9) & (place_m[:, 1] > (-0.025 if flare else -0.05)) & (ahead > 0.6)
        assert thigh.sum() > 10
        skin_m, cloth_m = (raise_knees(piece, bones, raised_rad, other_rad) for piece in (bare, skirt))
        out = compute_normals(skin_m, bare.faces)[thigh]
        assert meet(skin_m[thigh], out, cloth_m[skirt.faces]).all()


@pytest.mark.parametrize("child", [False, True])
def test_a_tucked_top_stays_within_the_trousers(child, monkeypatch):
    """No point of it a centimetre below their edge comes through them, at any level of detail.

    Nor does their belt stand off it: nine tenths of it are within 8 mm of it where somebody is 1.7 m tall.
    """

    def wear(outfit):
        bottom = "trousers" if outfit.bottom in ("skirt", "dress") else outfit.bottom
        top = outfit.top if outfit.top == "shirt" else "long_sleeves"
        return replace(outfit, top=top, bottom=bottom, tucked=True)

    seen = record_dressed(monkeypatch, wear)
    rng = make_rng(3, 0, "test/tucked")
    for _ in range(6):
        body = make_body(sample_body_shape(rng=rng, child=child), handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    assert len(seen) == 6 * len(ALL_LEVELS)
    for skeleton, _, (top, *_, bottom) in seen:
        edge = bottom.position_m[share_of_arms(bottom.weights, skeleton) < 0.3, 2].max()
        below = (top.position_m[:, 2] < edge - 0.012) & (share_of_arms(top.weights, skeleton) < 0.1)
        away_m, over_m = measure_over(top.position_m[below], bottom.position_m[bottom.faces])
        assert (away_m < 0.05).sum() > 50
        assert over_m[away_m < 0.05].max() < 0.0
        scale = skeleton.stature_m / 1.7
        belt = bottom.position_m[:, 2] > edge - 0.008 * scale
        _, off_m = measure_over(bottom.position_m[belt], top.position_m[top.faces])
        assert np.quantile(off_m, 0.9) < 0.008 * scale


@pytest.mark.parametrize(("top", "bottom"), [("jacket", "skirt"), ("jacket", "dress"), ("hoodie", "skirt")])
def test_what_is_worn_over_a_skirt_hangs_outside_it(top, bottom, monkeypatch):
    """It goes down over the hips, and no skirt comes through it, standing and walking, at any level.

    On a seat, where both thighs are raised about 1.5 rad, it may by about a centimetre.
    """
    seen = record_dressed(monkeypatch, lambda outfit: replace(outfit, top=top, bottom=bottom, tucked=False))
    rng = make_rng(4, 0, "test/over")
    for _ in range(3):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    for skeleton, _, (worn, *_, skirt) in seen:
        trunk = share_of_arms(worn.weights, skeleton) < 0.1
        hem_m = float(np.quantile(worn.position_m[trunk, 2], 0.01))
        assert hem_m < skeleton.at("left_hip")[2]
        beneath = skirt.position_m[:, 2] > hem_m + 0.02
        assert beneath.sum() > 20
        for left_rad, right_rad in ((0.0, 0.0), (0.4, 0.4), (0.45, -0.35), (-0.35, 0.45)):
            over_m, under_m = (raise_knees(piece, skeleton, left_rad, right_rad) for piece in (worn, skirt))
            away_m, off_m = measure_over(under_m[beneath], over_m[worn.faces])
            assert np.quantile(off_m[away_m < 0.05], 0.98) < 0.001
