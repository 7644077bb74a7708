"""Garments: how cloth hangs, how it is sewn, and what lies over it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from scenes.cloth import PRINTS, SPAN_M
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID
from synth.bodies import dress, make_body, sample_body_shape
from synth.bodies.backpack import make_backpack
from synth.bodies.body import skin
from synth.bodies.detail import ALL_LEVELS
from synth.bodies.drape import hang
from synth.bodies.dress import SOLE_M
from synth.bodies.garments import make_skirt
from synth.bodies.hair import measure_head
from synth.bodies.hoods import make_head_cloth
from synth.bodies.long_hair import HairCut, make_long_hair
from synth.bodies.model import load_model
from synth.bodies.regions import share_of_arms
from synth.bodies.surface import compute_normals, keep_faces, make_surface
from synth.bodies.trunk import _BETWEEN, dress_trunk
from tests.synth.bodies.rest_pose import find_arms

CLOTH = [MATERIAL["hanging cloth"], MATERIAL["creased cloth"]]
CASE = 12 * 20  # vertices of a backpack's case, then as many of its pocket, then its straps


@pytest.fixture(scope="module")
def dressed():
    rng = make_rng(8, 0, "test/garments")
    who = [(False, "walking")] * 5 + [(True, "walking")] * 2 + [(False, "wheelchair"), (True, "wheelchair")]
    bodies = [
        make_body(sample_body_shape(rng=rng, child=child), handedness="right", mobility=mobility)
        for child, mobility in who
    ]
    return [(body, body.level(0), rest_m(body)) for body in bodies]


def rest_m(body):
    """Positions (V, 3) in the rest pose."""
    shown = body.level(0)
    bones = len(body.skeleton.parents)
    eye = np.tile(np.eye(3), (bones, 1, 1)).transpose(0, 2, 1).reshape(-1, 3)
    return shown.offset_m @ eye + shown.weights @ body.skeleton.joint_m[:bones]


def measure_over(point_m, corner_m):
    """How far points (P, 3) are from the nearest of triangles (F, 3, 3), and on which side of it: (P,)."""
    normal = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    middle_m = corner_m.mean(axis=1)
    away_m, near = cKDTree(middle_m).query(point_m)
    return away_m, np.einsum("ij,ij->i", point_m - middle_m[near], normal[near])


@given(st.integers(0, 1000), st.floats(0.0, 0.4))
def test_cloth_hangs_no_nearer_than_what_holds_it_and_tapers_no_faster(seed, taper):
    """Below a point, in its own direction, cloth is at least as far out as that point less the taper."""
    rng = make_rng(seed, 0, "test/hang")
    turn, height = rng.uniform(-np.pi, np.pi, 40), rng.uniform(0.0, 1.0, 40)
    turn[20:] = turn[:20]  # each has one that is somewhere above or below it
    reach = rng.uniform(0.05, 0.2, 40)
    from_m = np.stack([reach * np.cos(turn), reach * np.sin(turn), height], axis=1)
    hung_m = hang(from_m, np.zeros(2), np.ones(40), taper=taper, holds=np.ones(40, bool))
    out = np.linalg.norm(hung_m[:, :2], axis=1)
    assert (out >= reach - 1e-9).all()
    assert out.max() <= reach.max() + 1e-9
    np.testing.assert_allclose(hung_m[:, 2], height)
    upper = np.where(height[:20] > height[20:], np.arange(20), np.arange(20, 40))
    lower = (upper + 20) % 40
    assert (out[lower] >= reach[upper] - taper * (height[upper] - height[lower]) - 1e-9).all()


def test_a_span_of_cloth_is_as_long_on_the_body_as_its_print(dressed):
    """Panels lie flat: edges are about as long on the cloth as on the body, and none runs over a seam.

    Of ribs there are three for each that the print would have across.
    """
    for body, shown, place_m in dressed:
        edges = np.concatenate([shown.faces[:, [0, 1]], shown.faces[:, [1, 2]]])
        sewn = np.isin(shown.material[edges], CLOTH).all(axis=1)
        edges = edges[sewn & (shown.layer[edges] < -1).all(axis=1)]
        long_m = np.linalg.norm(np.diff(place_m[edges], axis=1)[:, 0], axis=1)
        span_m = np.array([1.0, body.skeleton.stature_m / 1.7]) * SPAN_M
        ribbed = shown.layer[edges[:, :1]] == -2 - PRINTS.index("rib")
        span_m = np.where(ribbed, span_m / [3.0, 1.0], span_m)
        on_cloth_m = np.linalg.norm(np.diff(shown.uv[edges], axis=1)[:, 0] * span_m, axis=1)
        assert on_cloth_m.max() < 0.25
        ratio = on_cloth_m.sum() / long_m.sum()
        assert 0.7 < ratio < 1.2


def test_straps_lie_on_the_cloth_and_not_in_it(dressed):
    for _, shown, place_m in dressed:
        bag = shown.class_id == CLASS_ID["bag"]
        strap = np.flatnonzero(bag)[np.ptp(place_m[bag], axis=0).argmax() :]
        strap = strap[place_m[strap, 2] > np.quantile(place_m[bag, 2], 0.8)]
        cloth = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
        away_m, over_m = measure_over(place_m[strap], place_m[cloth])
        assert over_m[away_m < 0.04].min(initial=1.0) > -0.004


def test_a_backpack_hangs_on_its_straps_and_these_lie_on_the_cloth(dressed):
    """Each strap begins and ends inside the pack and is on the cloth all the way around the shoulder."""
    for body, shown, place_m in dressed:
        worn = make_surface(place_m, shown.faces.astype(int), shown.weights.toarray(), np.ones(3))
        worn = replace(worn, material=shown.material)
        pack = make_backpack(worn, body.skeleton, np.ones(3), 0)
        np.testing.assert_allclose(pack.weights.sum(axis=1), 1.0, atol=1e-6)
        box_m = pack.position_m[:CASE]
        straps_m = pack.position_m[2 * CASE :].reshape(2, -1, 4, 3)
        ends_m = straps_m[:, [0, -1]].mean(axis=2)
        assert (ends_m > box_m.min(axis=0)).all()
        assert (ends_m < box_m.max(axis=0)).all()
        points = straps_m.reshape(-1, 3)
        cloth = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
        away_m, over_m = measure_over(points, place_m[cloth])
        assert over_m[away_m < 0.04].min() > -0.004
        assert away_m[points[:, 0] > body.skeleton.at("left_shoulder")[0]].max() < 0.045


@pytest.mark.parametrize("top", ["long_sleeves", "hoodie", "jacket", "coat"])
def test_sleeves_narrow_to_the_cuff_and_lie_close(top, monkeypatch):
    """A sleeve is no farther off the arm than three centimetres, and least at the wrist."""
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), top=top))
    rng = make_rng(8, 0, "test/sleeves")
    for _ in range(4):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        bones, shown, place_m = body.skeleton, body.level(0), rest_m(body)
        skin_m = body.rest_m + [0.0, 0.0, SOLE_M]
        cloth = (shown.material == MATERIAL["creased cloth"]) & (place_m[:, 2] > bones.at("left_hip")[2])
        over_m = []
        for start, end, share in (
            ("shoulder", "elbow", 0.75),
            ("elbow", "wrist", 0.5),
            ("elbow", "wrist", 0.8),
        ):
            first, way = bones.at(f"left_{start}"), bones.offset(f"left_{end}", f"left_{start}")
            point, long_m = first + share * way, np.linalg.norm(way)
            around = []
            for points in (place_m[cloth], skin_m):
                away = points - point
                along = away @ way / long_m
                off = np.linalg.norm(away - along[:, None] * way / long_m, axis=1)
                around.append(np.median(off[(np.abs(along) < 0.025) & (off < 0.12)]))
            over_m.append(around[0] - around[1])
        assert 0.0 <= over_m[2] < min(over_m[0], 0.02)
        assert max(over_m) < 0.034


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
        place_m = rest_m(body) - [*bones.at("pelvis")[:2], 0.0]
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


@pytest.mark.parametrize("top", ["shirt", "long_sleeves", "hoodie", "jacket", "coat"])
def test_sleeves_hang_from_the_shoulder(top, monkeypatch):
    """Over several people they are a quarter nearer to the arm on top of it, at least, than beneath it."""
    sample = dress.sample_outfit
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), top=top))
    rng, off_m = make_rng(9, 0, "test/sleeves"), []
    for _ in range(3):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        bones, shown, place_m = body.skeleton, body.level(0), rest_m(body)
        start, way = bones.at("left_shoulder"), bones.offset("left_elbow", "left_shoulder")
        long_m = np.linalg.norm(way)
        up = np.array([0.0, 0.0, 1.0]) - way * way[2] / long_m**2
        bare = undress(body)
        skin_m = bare.position_m[share_of_arms(bare.weights, bones) > 0.9]
        cloth_m = place_m[np.isin(shown.material, CLOTH) & find_arms(body, shown)]
        reach_m = []
        for part in (skin_m, cloth_m):
            along = (part - start) @ way / long_m**2
            out_m = (part - start) @ up / np.linalg.norm(up)
            ahead_m = (part - start)[:, 0] - along * way[0]
            near = (along > 0.3) & (along < 0.8) & (np.abs(ahead_m) < 0.03) & (part[:, 1] > 0.0)
            reach_m.append([np.median(side[near & (side > 0.0)]) for side in (out_m, -out_m)])
        upper_m, lower_m = np.diff(reach_m, axis=0)[0]
        assert 0.0 < upper_m < 0.014
        assert upper_m < lower_m + 0.004
        off_m.append((upper_m, lower_m))
    upper_m, lower_m = np.mean(off_m, axis=0)
    assert upper_m < 0.75 * lower_m


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


def meet(start_m, way, corner_m):
    """Whether rays (P, 3) meet triangles (F, 3, 3) within 15 cm, (P,) bool (Moeller and Trumbore, 1997)."""
    first, second = corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0]
    side = np.cross(way[:, None], second)
    scale = 1.0 / np.einsum("pfi,fi->pf", side, first)
    away = start_m[:, None] - corner_m[:, 0]
    other = np.cross(away, first)
    one = scale * np.einsum("pfi,pfi->pf", away, side)
    two = scale * np.einsum("pi,pfi->pf", way, other)
    far_m = scale * np.einsum("fi,pfi->pf", second, other)
    return ((one >= 0) & (two >= 0) & (one + two <= 1) & (far_m > 0) & (far_m < 0.15)).any(axis=1)


@pytest.mark.parametrize("before", [(False, False), (True, False)])
def test_long_hair_lies_on_what_is_worn_and_is_round_over_the_head(dressed, before):
    """It stays off the garment below it; over the head its edges turn little from one to the next."""
    for body, shown, place_m in dressed:
        bare, under = undress(body), list_cloth(shown, place_m)
        head = measure_head(bare, body.skeleton)
        cut = HairCut("long", 0.35, 0.0, 1.25, before, 1.0, False)
        hair = make_long_hair(bare, body.skeleton, head, under, cut, color=np.ones(3), tips=0.0, level=0)
        np.testing.assert_allclose(hair.weights.sum(axis=1), 1.0)
        outer_m = hair.position_m[: 22 * 39].reshape(22, 39, 3)
        low_m = outer_m[outer_m[..., 2] < body.skeleton.at("neck")[2] - 0.03]  # below any neckline
        away_m, over_m = measure_over(low_m, place_m[under.faces])
        assert (away_m < 0.03).any()
        assert over_m[away_m < 0.03].min() > 0.005
        for axis in (0, 1):
            way = np.diff(outer_m[3:10, 2:-2], axis=axis)
            way = np.moveaxis(way / np.linalg.norm(way, axis=2, keepdims=True), axis, 0)
            turn = np.arccos(np.einsum("...i,...i->...", way[1:], way[:-1]).clip(-1.0, 1.0))
            assert np.quantile(turn, 0.98) < np.radians(22.0)
        ahead = outer_m[-1, :, 0] > body.skeleton.at("neck")[0]
        assert ahead[:4].all() == before[0]
        assert ahead[-4:].all() == before[1]


def test_long_hair_behind_goes_in_between_back_and_backpack(monkeypatch):
    """None comes through to the front of the pack or out below it; before the shoulders it may be longer."""
    sample, wears = dress.sample_outfit, {"hair": "long", "headwear": "", "backpack": True, "scarf": False}
    monkeypatch.setattr(dress, "sample_outfit", lambda *args, **kw: replace(sample(*args, **kw), **wears))
    packs = []
    monkeypatch.setattr(dress, "make_backpack", lambda *args: packs.append(make_backpack(*args)) or packs[-1])
    rng, tucked = make_rng(12, 0, "test/hair"), 0
    for _ in range(6):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        shown, place_m = body.level(0), rest_m(body)
        pack_m = packs[-1].position_m[:CASE] + [0.0, 0.0, SOLE_M]
        strands = shown.layer == -2 - PRINTS.index("strands")
        behind = strands & (place_m[:, 0] < body.skeleton.at("neck")[0] - 0.03)
        near_m = place_m[behind & (np.abs(place_m[:, 1]) < np.abs(pack_m[:, 1]).max())]
        top_m, bottom_m = pack_m[:, 2].max(), pack_m[:, 2].min()
        assert near_m[:, 2].min() > (top_m + bottom_m) / 2
        below_m = near_m[near_m[:, 2] < top_m - 0.03]
        tucked += len(below_m) > 0
        assert (below_m[:, 0] > pack_m[:, 0].mean()).all()
    assert tucked > 2


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


def list_cloth(shown, place_m):
    """The garments of a level of a body, as a surface."""
    faces = shown.faces[np.isin(shown.material[shown.faces], CLOTH).all(axis=1)]
    return make_surface(place_m, faces.astype(int), shown.weights.toarray(), np.ones(3))


def undress(body):
    """The surface of a bare body at level 0, as high as its skeleton."""
    model = load_model()
    weights = np.zeros((len(body.rest_m), len(body.skeleton.parents)))
    np.add.at(weights, (np.arange(len(weights))[:, None], model.bone_index), model.bone_weight)
    return make_surface(body.rest_m + [0.0, 0.0, SOLE_M], model.faces[0], weights, np.ones(3))


def raise_knees(surface, skeleton, left_rad, right_rad):
    """Points (V, 3) of somebody whose thighs are raised, and whose shins hang down."""
    turn = np.tile(np.eye(3), (len(skeleton.parents), 1, 1))
    for side, angle_rad in (("left", left_rad), ("right", right_rad)):
        cos, sin = np.cos(angle_rad), np.sin(angle_rad)
        turn[skeleton.index[f"{side}_hip"]] = [[cos, 0.0, -sin], [0.0, 1.0, 0.0], [sin, 0.0, cos]]
    joint_m = skeleton.joint_m[: len(turn)].copy()
    for k, parent in enumerate(skeleton.parents):
        if parent >= 0:
            joint_m[k] = joint_m[parent] + turn[parent] @ (skeleton.joint_m[k] - skeleton.joint_m[parent])
    away_m = surface.position_m[:, None] - skeleton.joint_m[: len(turn)]
    return np.einsum("vb,vbi->vi", surface.weights, np.einsum("bij,vbj->vbi", turn, away_m) + joint_m)


def test_a_long_loose_coat_is_no_tent():
    """Its sleeves reach over the hands; its skirt goes around the hips and not around these."""
    rng = make_rng(9, 0, "test/coats")
    for _ in range(4):
        shape = sample_body_shape(rng=rng, child=False)
        body = make_body(shape, handedness="right", big_coat=True)
        place_m, cloth = rest_m(body), np.isin(body.level(0).material, CLOTH)
        skirt = cloth & (place_m[:, 2] < 0.42 * shape.stature_m)
        assert skirt.any()
        assert np.abs(place_m[skirt, 1]).max() < 0.26 * shape.stature_m


@pytest.mark.parametrize("child", [False, True])
def test_a_tucked_top_stays_within_the_trousers(child, monkeypatch):
    """No point of it a centimetre below their edge comes through them, at any level of detail.

    Nor does their belt stand off it: nine tenths of it are within 8 mm of it where somebody is 1.7 m tall.
    """
    seen = []

    def dress_tucked(skin, regions, skeleton, outfit, level, *, rng):
        bottom = "trousers" if outfit.bottom in ("skirt", "dress") else outfit.bottom
        top = outfit.top if outfit.top == "shirt" else "long_sleeves"
        tucked = replace(outfit, top=top, bottom=bottom, tucked=True)
        parts, levels, linings = dress_trunk(skin, regions, skeleton, tucked, level, rng=rng)
        seen.append((skeleton, parts[0], parts[-1]))
        return parts, levels, linings

    monkeypatch.setattr(dress, "dress_trunk", dress_tucked)
    rng = make_rng(3, 0, "test/tucked")
    for _ in range(6):
        body = make_body(sample_body_shape(rng=rng, child=child), handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    assert len(seen) == 6 * len(ALL_LEVELS)
    for skeleton, top, bottom in seen:
        edge = bottom.position_m[share_of_arms(bottom.weights, skeleton) < 0.3, 2].max()
        below = (top.position_m[:, 2] < edge - 0.012) & (share_of_arms(top.weights, skeleton) < 0.1)
        away_m, over_m = measure_over(top.position_m[below], bottom.position_m[bottom.faces])
        assert (away_m < 0.05).sum() > 50
        assert over_m[away_m < 0.05].max() < 0.0
        scale = skeleton.stature_m / 1.7
        belt = bottom.position_m[:, 2] > edge - 0.008 * scale
        _, off_m = measure_over(bottom.position_m[belt], top.position_m[top.faces])
        assert np.quantile(off_m, 0.9) < 0.008 * scale


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


@pytest.mark.parametrize(("top", "bottom"), [("jacket", "skirt"), ("jacket", "dress"), ("hoodie", "skirt")])
def test_what_is_worn_over_a_skirt_hangs_outside_it(top, bottom, monkeypatch):
    """It goes down over the hips, and no skirt comes through it, standing and walking, at any level.

    On a seat, where both thighs are raised about 1.5 rad, it may by about a centimetre.
    """
    seen = []

    def dress_over(skin, regions, skeleton, outfit, level, *, rng):
        over = replace(outfit, top=top, bottom=bottom, tucked=False)
        parts, levels, linings = dress_trunk(skin, regions, skeleton, over, level, rng=rng)
        seen.append((skeleton, parts[0], parts[-1]))
        return parts, levels, linings

    monkeypatch.setattr(dress, "dress_trunk", dress_over)
    rng = make_rng(4, 0, "test/over")
    for _ in range(3):
        body = make_body(sample_body_shape(rng=rng, child=False), handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    for skeleton, worn, skirt in seen:
        trunk = share_of_arms(worn.weights, skeleton) < 0.1
        hem_m = float(np.quantile(worn.position_m[trunk, 2], 0.01))
        assert hem_m < skeleton.at("left_hip")[2]
        beneath = skirt.position_m[:, 2] > hem_m + 0.02
        assert beneath.sum() > 20
        for left_rad, right_rad in ((0.0, 0.0), (0.4, 0.4), (0.45, -0.35), (-0.35, 0.45)):
            over_m, under_m = (raise_knees(piece, skeleton, left_rad, right_rad) for piece in (worn, skirt))
            away_m, off_m = measure_over(under_m[beneath], over_m[worn.faces])
            assert np.quantile(off_m[away_m < 0.05], 0.98) < 0.001


def test_a_coat_of_big_people_has_no_ledge_where_its_skirt_begins(monkeypatch):
    """What is around the hips stands off the coat above by 8 mm at most, nearly everywhere.

    In a step the coat above goes along with it: of what of that is beneath, hardly more comes through than of
    somebody standing.
    """
    seen = []

    def dress_coat(skin, regions, skeleton, outfit, level, *, rng):
        coat = replace(outfit, top="coat", bottom="trousers", tucked=False, open_front=0.008)
        parts, levels, linings = dress_trunk(skin, regions, skeleton, coat, level, rng=rng)
        seen.append((skeleton, level, parts[0], parts[-2]))
        return parts, levels, linings

    monkeypatch.setattr(dress, "dress_trunk", dress_coat)
    rng = make_rng(6, 0, "test/ledge")
    for weight in (0.8, 0.9, 0.98):
        shape = replace(sample_body_shape(rng=rng, child=False), weight=weight)
        body = make_body(shape, handedness="right")
        for number in ALL_LEVELS:
            body.level(number)
    for skeleton, level, top, skirt in seen:
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
