"""Gear near a camera: closed, on the floor, where hands and feet look for it, where it is said to be."""

import numpy as np
import pytest
import shapely

from synth.bodies.detail import ALL_LEVELS
from synth.bodies.gear import FOOTREST_M, RIM_M, SEAT_HEIGHT_M, make_gear
from synth.bodies.gear_parts import GearBuilder, make_sheet, make_trough
from synth.bodies.pushed import HANDLE_FORWARD_M, HANDLE_HALF_WIDTH_M, handle_height_m
from synth.shoppers.journeys import GEAR

KINDS = ("pram", "wheelchair")
COLOR = np.array([0.5, 0.3, 0.2])


def weld(gear):
    """Faces by numbers of places that are 0.1 mm apart."""
    _, place = np.unique(np.round(gear.position_m * 1e4), axis=0, return_inverse=True)
    return place.ravel()[gear.faces]


def find_heights(gear, x, y):
    """Heights at which a plumb line goes through faces, ascending, and these faces."""
    corner = gear.position_m[gear.faces].astype(float)
    to = corner[..., :2] - [x, y]
    cross = to[..., 0] * np.roll(to[..., 1], -1, axis=1) - to[..., 1] * np.roll(to[..., 0], -1, axis=1)
    hit = np.flatnonzero((cross > 0).all(axis=1) | (cross < 0).all(axis=1))
    share = np.roll(cross[hit], -1, axis=1) / cross[hit].sum(axis=1, keepdims=True)
    height = (share * corner[hit, :, 2]).sum(axis=1)
    order = height.argsort()
    return height[order], hit[order]


def cut(gear, axis, at_m):
    """Points (N, 3) where edges cross a plane."""
    edge = np.concatenate([gear.faces[:, [k, (k + 1) % 3]] for k in range(3)])
    a, b = gear.position_m[edge].astype(float).transpose(1, 0, 2)
    crosses = (a[:, axis] - at_m) * (b[:, axis] - at_m) < 0
    a, b = a[crosses], b[crosses]
    return a + ((at_m - a[:, axis]) / (b - a)[:, axis])[:, None] * (b - a)


@pytest.mark.parametrize("kind", [*KINDS, "mop"])
@pytest.mark.parametrize("level", ALL_LEVELS)
def test_it_is_closed_and_looks_outward(kind, level):
    gear = make_gear(kind, 1.7, COLOR, level)
    face = weld(gear)
    face = face[(face != np.roll(face, 1, axis=1)).all(axis=1)]
    edge = np.concatenate([face[:, [k, (k + 1) % 3]] for k in range(3)])
    way, count = np.unique(edge, axis=0, return_counts=True)
    back, back_count = np.unique(edge[:, ::-1], axis=0, return_counts=True)
    np.testing.assert_array_equal(way, back)
    np.testing.assert_array_equal(count, back_count)
    np.testing.assert_allclose(np.linalg.norm(gear.normal, axis=1), 1.0, atol=1e-5)
    corner = gear.position_m[gear.faces].astype(float)
    flat = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    along = np.einsum("fj,fkj->fk", flat, gear.normal[gear.faces])
    area = np.linalg.norm(flat, axis=1)
    assert area[along.mean(axis=1) > 0].sum() > 0.995 * area.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_same_thing_from_afar_and_costs_less(kind):
    near, *rest = [make_gear(kind, 1.7, COLOR, level) for level in ALL_LEVELS]
    for gear in rest:
        np.testing.assert_allclose(gear.position_m.min(axis=0), near.position_m.min(axis=0), atol=0.006)
        np.testing.assert_allclose(gear.position_m.max(axis=0), near.position_m.max(axis=0), atol=0.006)
    counts = [len(gear.faces) for gear in rest]
    assert 0 < counts[2] < 0.7 * counts[1] < 0.7 * 0.7 * counts[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stature_m", [1.3, 1.7, 2.0])
def test_it_keeps_to_the_floor_it_is_given(kind, stature_m):
    position_m = make_gear(kind, stature_m, COLOR, 0).position_m
    back_m, front_m, half_m = GEAR[kind].box_m
    floor = shapely.union_all([shapely.Point(x, 0).buffer(r - 0.02, 64) for x, r in GEAR[kind].discs_m])
    assert shapely.contains_xy(floor, *position_m[:, :2].T).all()
    assert back_m - 1e-6 < position_m[:, 0].min()
    assert position_m[:, 0].max() < front_m
    assert abs(position_m[:, 1]).max() < half_m
    assert position_m[:, 2].min() > -1e-6


@pytest.mark.parametrize(("kind", "wheels"), [("pram", 4), ("wheelchair", 4)])
def test_it_stands_on_its_wheels_alone(kind, wheels):
    gear = make_gear(kind, 1.7, COLOR, 0)
    low = gear.position_m[gear.position_m[:, 2] < 0.006]
    contact = shapely.union_all(shapely.buffer(shapely.points(low[:, :2]), 0.03))
    assert len(contact.geoms) == wheels
    assert shapely.Point(0.8 if kind == "pram" else 0.1, 0).within(contact.convex_hull)


@pytest.mark.parametrize("stature_m", [1.3, 1.7, 2.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_prams_handle_is_where_hands_are(stature_m, sign):
    gear = make_gear("pram", stature_m, COLOR, 0)
    for aside_m in (HANDLE_HALF_WIDTH_M - 0.035, HANDLE_HALF_WIDTH_M, HANDLE_HALF_WIDTH_M + 0.03):
        ring = cut(gear, 1, sign * aside_m)
        off = ring[:, ::2] - [HANDLE_FORWARD_M, handle_height_m(stature_m)]
        skin = off[np.hypot(*off.T) < 0.03]
        assert 0.012 < np.hypot(*skin.T).max() < 0.017
        np.testing.assert_allclose(skin.min(axis=0), -skin.max(axis=0), atol=0.003)


def test_the_blanket_lies_over_the_rim_and_the_mattress_with_nothing_through_it():
    gear = make_gear("pram", 1.7, COLOR, 0)
    rim_m, thick = 0.67, []
    for x in np.linspace(0.62, 0.86, 9):
        for y in np.linspace(-0.205, 0.205, 21):
            height, face = find_heights(gear, x, y)
            top = np.flatnonzero(height < 0.80)[-1]
            cloth = gear.color[gear.faces[face[top], 2]]
            assert cloth.min() > 0.5, (x, y, height)  # bright, as no other cloth is
            assert rim_m - 0.03 < height[top] < rim_m + 0.08
            thick.append(height[top] - height[top - 1])
    assert 0.008 < np.median(thick) < 0.016


def test_a_hood_bulges_out_at_its_bows_and_sags_between():
    gear = make_gear("pram", 1.7, COLOR, -1)
    arch = cut(gear, 1, 0.001)
    arch = arch[(arch[:, 0] > 0.80) & (arch[:, 2] > 0.72)]
    reach = np.hypot(arch[:, 0] - 0.90, arch[:, 2] - 0.67)
    turn = np.degrees(np.arctan2(arch[:, 2] - 0.67, arch[:, 0] - 0.90))
    bows = [reach[abs(turn - at) < 4].max() for at in (26, 61, 97)]
    sags = [reach[abs(turn - at) < 6].max() for at in (43, 79)]
    assert min(bows) > max(sags) + 0.01
    assert max(bows) < 0.35


def test_a_wheelchair_meets_hips_feet_and_hands():
    gear = make_gear("wheelchair", 1.7, COLOR, 0)
    assert find_heights(gear, 0.02, 0.003)[0][-1] == pytest.approx(SEAT_HEIGHT_M - 0.10, abs=0.004)
    for sign in (1, -1):
        plate_m = find_heights(gear, FOOTREST_M[0], sign * FOOTREST_M[1])[0]
        assert FOOTREST_M[2] - 0.045 < plate_m[-1] < FOOTREST_M[2] - 0.015
        assert 0.01 < np.ptp(plate_m) < 0.02
        rim_m = find_heights(gear, RIM_M[0], sign * 0.2992)[0][-1]
        assert 0.0 < RIM_M[2] - rim_m < 0.035


def test_a_wheelchairs_back_is_slung_and_its_cushion_thick():
    gear = make_gear("wheelchair", 1.7, COLOR, 0)
    level = cut(gear, 2, 0.7)
    middle, beside = (level[abs(abs(level[:, 1]) - y) < 0.03] for y in (0.0, 0.16))
    middle, beside = (part[part[:, 0] < -0.15] for part in (middle, beside))
    assert middle[:, 0].max() < beside[:, 0].max() - 0.01
    assert 0.015 < np.ptp(middle[:, 0]) < 0.04
    height, _ = find_heights(gear, 0.2, 0.003)
    assert height[-1] - height[-2] > 0.04


def test_what_tubes_hold_is_what_a_cylinder_holds():
    builder = GearBuilder()
    builder.tube([(0, 0, 0), (0.3, 0.4, 0), (0.6, 0.8, 0)], 0.1, (1, 1, 1), sides=64)
    builder.ring((0, 5, 0), 0.5, (0.1, 0.2), (1, 1, 1), around=96, sides=48)
    gear = builder.finish()
    corner = gear.position_m[gear.faces].astype(float)
    tetra = np.einsum("fj,fj->f", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])) / 6
    tube = gear.position_m[gear.faces[:, 0], 1] < 3
    assert tetra[tube].sum() == pytest.approx(np.pi * 0.1**2, rel=0.01)
    assert tetra[~tube].sum() == pytest.approx(np.pi * 0.1 * 0.2 * 2 * np.pi * 0.5, rel=0.01)  # Pappus


def test_a_sheet_is_as_thick_as_asked_and_a_trough_as_full():
    x, y = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 2, 81), indexing="ij")
    position_m, faces = make_sheet(np.stack([x, y, 0 * x], axis=-1), 0.01)
    a, b, c = position_m[faces].transpose(1, 0, 2)
    volume_m3 = np.einsum("fj,fj->f", a, np.cross(b, c)).sum() / 6
    assert volume_m3 == pytest.approx((2.0 + 0.005 * 3) * 0.01, rel=0.001)  # the hem is half as full
    np.testing.assert_allclose(np.ptp(position_m, axis=0), [1.01, 2.01, 0.01])
    turn = np.arange(96) * 2 * np.pi / 96
    rows = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.9, 1.0), (0.9, 0.2), (0.0, 0.2))
    rings = [np.stack([r * np.cos(turn), r * np.sin(turn), 0 * turn + z], axis=1) for r, z in rows]
    position_m, faces = make_trough(np.array(rings))
    a, b, c = position_m[faces].transpose(1, 0, 2)
    volume_m3 = np.einsum("fj,fj->f", a, np.cross(b, c)).sum() / 6
    assert volume_m3 == pytest.approx(np.pi * (1.0 - 0.8 * 0.81), rel=0.01)
