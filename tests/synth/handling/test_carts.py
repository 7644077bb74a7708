"""How things lie in a trolley: within the basket, in nothing else, on something."""

import numpy as np
import pytest
import shapely

from synth.bodies.basket import INSIDE
from synth.bodies.gear import make_gear
from synth.bodies.pushed import make_well
from synth.handling.carts import Cart

TOUCHING_M = 1e-9
STATURE_M = 1.75


def corners(pose, size_m):
    """The corners (8, 3) of a box whose base is centred on its origin."""
    signs = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
    return (signs * size_m) @ pose[:3, :3].T + pose[:3, 3]


def fill(seed, *, stands=False, stature_m=STATURE_M, tries=60):
    """A trolley, and what fits into it of many things, each with the space it takes: plan, low, high."""
    rng, trolley, lying = np.random.default_rng(seed), Cart(make_well(stature_m)), {}
    for item_id in range(tries):
        size_m = rng.uniform((0.05, 0.04, 0.04), (0.18, 0.12, 0.32))
        pose = trolley.find_room(size_m, stands=stands, turn=rng.uniform(-1, 1))
        if pose is not None:
            trolley.lay(item_id, pose, size_m)
            at = corners(pose, size_m)
            plan = shapely.MultiPoint(at[:, :2]).convex_hull
            lying[item_id] = plan, at[:, 2].min(), at[:, 2].max(), pose, size_m
    return trolley, lying


def read_basket():
    """The floor of the basket and how high it is, off the mesh: the wires of the floor are level."""
    mesh = make_gear("trolley", STATURE_M, np.ones(3), 0)
    place = mesh.position_m.astype(float)
    wires = place[(place[:, 2] > 0.49) & (place[:, 2] < 0.51)]
    return shapely.MultiPoint(wires[:, :2]).convex_hull, place[:, 2][place[:, 2] < 0.51].max()


@pytest.mark.parametrize("seed", range(4))
def test_all_that_lies_in_a_trolley_is_over_its_floor_and_below_its_rim(seed):
    floor, floor_m = read_basket()
    _, lying = fill(seed)
    assert len(lying) > 15
    for plan, low_m, high_m, pose, _ in lying.values():
        assert floor.contains(plan)
        assert low_m > floor_m - 0.006
        assert high_m < 1.05  # the handle's height, at which the rim begins to slope down
        assert np.allclose(pose[:3, :3].T @ pose[:3, :3], np.eye(3))
        assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(4))
def test_no_two_things_in_a_trolley_are_in_one_place(seed):
    _, lying = fill(seed)
    spaces = list(lying.values())
    for k, (plan, low_m, high_m, *_) in enumerate(spaces):
        for other, other_low_m, other_high_m, *_ in spaces[:k]:
            shared_m = min(high_m, other_high_m) - max(low_m, other_low_m)
            assert shared_m < 1e-6 or plan.intersection(other).area < 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_everything_in_a_trolley_rests_on_its_floor_or_on_what_lies_there(seed):
    _, lying = fill(seed)
    on_others = 0
    for item, (plan, low_m, *_) in lying.items():
        if low_m < 0.51:
            continue
        below = [other for k, (other, _, high_m, *_) in lying.items() if k < item and low_m - high_m < 0.02]
        # So much of its plan is over something; what is turned counts in the box about it.
        assert plan.intersection(shapely.union_all(below)).area > 0.3 * plan.area
        assert min(low_m - high_m for k, (_, _, high_m, *_) in lying.items() if k < item) < 1e-6
        on_others += 1
    assert on_others


def test_slender_things_are_laid_on_their_backs_unless_they_must_stand():
    slender, squat = np.array([0.06, 0.06, 0.25]), np.array([0.12, 0.10, 0.15])
    for size_m, stands, up in ((slender, False, 0.0), (slender, True, 1.0), (squat, False, 1.0)):
        pose = Cart(make_well(STATURE_M)).find_room(size_m, stands=stands, turn=0.3)
        assert pose[2, 2] == pytest.approx(up)
    laid = Cart(make_well(STATURE_M)).find_room(slender, stands=False, turn=0.3)
    assert laid[2, 1] == pytest.approx(-1.0)  # its front is up


def test_a_full_trolley_has_no_room_until_something_is_taken_out():
    size_m = np.array([0.2, 0.15, 0.2])
    trolley, count = Cart(make_well(STATURE_M)), 0
    while (pose := trolley.find_room(size_m, stands=True, turn=0.0)) is not None:
        trolley.lay(count, pose, size_m)
        count += 1
    assert 6 <= count <= 12  # of six litres each, in a basket of some seventy
    last = count - 1
    assert trolley.is_on_top(last)
    taken = trolley.take_out(last)
    assert np.allclose(trolley.find_room(size_m, stands=True, turn=0.0), taken)


def test_what_something_lies_on_is_not_on_top():
    trolley, lying = fill(2)
    buried = 0
    for item, (plan, _, high_m, *_) in lying.items():
        covered = any(
            other is not item and plan.intersection(over).area > 1e-3 and low_m > high_m - 1e-6
            for other, (over, low_m, *_) in lying.items()
        )
        if covered:
            assert not trolley.is_on_top(item)
            buried += 1
    assert 0 < buried < len(lying)


def test_the_small_push_lower_trolleys_that_hold_less():
    _, tall = fill(5, stature_m=1.85)
    _, short = fill(5, stature_m=1.35)
    assert max(high_m for _, _, high_m, *_ in short.values()) < 0.60 * 1.35
    assert len(short) < len(tall)


def test_a_basket_holds_what_an_arm_carries_below_that_arm():
    rng, basket, lying = np.random.default_rng(3), Cart(INSIDE), 0
    mesh = make_gear("basket", STATURE_M, np.ones(3), 0).position_m.astype(float)
    for item_id in range(30):
        size_m = rng.uniform((0.05, 0.04, 0.04), (0.14, 0.10, 0.22))
        pose = basket.find_room(size_m, stands=False, turn=rng.uniform(-1, 1))
        if pose is not None:
            basket.lay(item_id, pose, size_m)
            at = corners(pose, size_m)
            assert (at[:, :2] > mesh[:, :2].min(axis=0)).all()
            assert (at[:, :2] < mesh[:, :2].max(axis=0)).all()
            assert at[:, 2].min() > mesh[:, 2].min()
            assert at[:, 2].max() < -0.14  # the forearm is at 0
            lying += 1
    assert 5 <= lying < 30


@pytest.mark.parametrize("kind", ["trolley", "basket"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_their_surfaces_face_outward(kind, level):
    mesh = make_gear(kind, STATURE_M, np.ones(3), level)
    a, b, c = (mesh.position_m[mesh.faces[:, k]].astype(float) for k in range(3))
    assert np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6 > 0.0004  # m3 of wire, plastic and wheels
    turned = np.einsum("ij,ij->i", np.cross(b - a, c - a), mesh.normal[mesh.faces].sum(axis=1))
    assert (turned > 0).mean() > 0.95
