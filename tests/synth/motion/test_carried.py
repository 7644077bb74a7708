"""A child on the arm: it touches the adult, goes no deeper than cloth gives way, and moves with them."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.randomness import make_rng
from synth.bodies import make_bodies, pose_mesh, sample_body_shape
from synth.bodies.carried import child_palm_m, seat_m
from synth.bodies.dress import SOLE_M
from synth.bodies.model import load_model
from synth.bodies.shape import CARRIED_YEARS
from synth.bodies.skeleton import FINGERS
from synth.motion import compute_motion
from synth.records import Act, ShopperPlan, Simulation, Trajectories

TIME_S = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 3.9, 4.6, 5.5])
COARSE = 2


def make_pair(seed, hand, big_coat=False):
    """Plans of an adult and the child on their arm."""
    rng, side = make_rng(seed, 0, "test/carried"), "left" if hand == "right" else "right"
    adult = ShopperPlan("A" * 12, "p", 0, -2.0, 1.0, (), (), sample_body_shape(rng=rng, child=False), hand,
                        "carrying", big_coat=big_coat)  # fmt: skip
    shape = sample_body_shape(rng=rng, child=True, years=CARRIED_YEARS)
    child = ShopperPlan("C" * 12, "p", 0, -2.0, 1.0, (), (), shape, side, "carried", carried_by="A" * 12)
    return adult, child


def walk(seed, hand, big_coat=False):
    """Two people who walk, curve and stop; the adult then reaches down to the front, bending."""
    plans = adult, child = make_pair(seed, hand, big_coat)
    time = np.arange(-40, 141) / 20
    place = np.stack([0.8 * np.minimum(time, 4.0), 0.0 * time], axis=-1)
    heading = np.where(time > 4.0, np.clip(time - 4.0, 0, 1) * 0.8, 0.0)
    seats = seat_m(place, heading, adult.body.stature_m, child.handedness)
    turns = np.stack([heading, seats[1]], 1)
    here = np.ones((len(time), 2), bool)
    paths = Trajectories(20.0, time, np.stack([place, seats[0]], 1), turns, here, turns)
    item = np.eye(4)
    item[:3, 3] = [3.2 + 0.5 * np.cos(0.8), 0.5 * np.sin(0.8), 0.9]
    reach = Act(0, "touch", hand, 5.0, 5.5, 6.0, (1,), item, np.array([0.07, 0.06, 0.18]))
    simulation = Simulation(plans, paths, (reach,), (), ())
    bodies = make_bodies(plans)
    return bodies, compute_motion(simulation, bodies, frame_time_s=TIME_S)


@pytest.fixture(scope="module", params=[(1, "right"), (4, "left"), (5, "right"), (4, "left", True)])
def pair(request):
    return walk(*request.param)


def pose_skin(body, motion, frame, shopper):
    """Bare skin (V, 3) by linear blend skinning."""
    model, joint_m = load_model(), body.skeleton.joint_m
    rest_m = body.rest_m + [0.0, 0.0, SOLE_M]
    turned = motion.joint_rotation[frame, shopper].astype(float)
    place_m = motion.joint_position_m[frame, shopper].astype(float)
    skin_m = np.zeros_like(rest_m)
    for bone, weight in zip(model.bone_index.T, model.bone_weight.T, strict=True):
        skin_m += weight[:, None] * (
            np.einsum("vij,vj->vi", turned[bone], rest_m - joint_m[bone]) + place_m[bone]
        )
    return skin_m


def wind(points_m, skin_m, faces):
    """How often a surface winds round points: about 1 inside of it (van Oosterom and Strackee 1983)."""
    a, b, c = (skin_m[faces[:, k]][None] - points_m[:, None] for k in range(3))
    x, y, z = (np.linalg.norm(v, axis=2) for v in (a, b, c))
    solid = np.einsum("pfi,pfi->pf", a, np.cross(b, c))
    return np.abs(np.arctan2(solid, x * y * z + (a * b).sum(2) * z + (b * c).sum(2) * x + (c * a).sum(2) * y)
                  .sum(1)) / (2 * np.pi)  # fmt: skip


def spread(skin_m, faces):
    """Points all over a surface, some millimetres apart."""
    share = np.array([(i, j, 8 - i - j) for i in range(9) for j in range(9 - i)]) / 8
    return (share @ skin_m[faces]).reshape(-1, 3)


def measure(inner_m, outer_m):
    """How deep one body's skin goes into the other's, and how near they come (metres)."""
    faces = load_model().faces[COARSE]
    inner_m = inner_m[np.unique(faces)]
    away_m, _ = cKDTree(spread(outer_m, faces)).query(inner_m)
    near = np.flatnonzero(away_m < 0.12)
    inside = wind(inner_m[near], outer_m, faces) > 0.5
    return float(away_m[near][inside].max(initial=0.0)), float(away_m.min())


def test_winding_tells_inside_from_outside():
    faces = load_model().faces[COARSE]
    body = make_bodies(make_pair(1, "right")[:1])[0]
    points_m = np.array([body.skeleton.at("chest"), body.skeleton.at("chest") + [0.5, 0.0, 0.0]])
    np.testing.assert_allclose(wind(points_m, body.rest_m, faces), [1.0, 0.0], atol=0.1)


def test_bodies_touch_and_go_no_deeper_than_three_centimetres(pair):
    bodies, motion = pair
    for frame in range(len(TIME_S)):
        adult_m, child_m = (pose_skin(body, motion, frame, n) for n, body in enumerate(bodies))
        for inner_m, outer_m in ((adult_m, child_m), (child_m, adult_m)):
            depth_m, gap_m = measure(inner_m, outer_m)
            assert depth_m < 0.03, TIME_S[frame]
            assert gap_m < 0.015


def test_a_child_moves_with_the_adult_and_the_hand_holds_it(pair):
    bodies, motion = pair
    spine = motion.joint_names.index("spine")
    turned = motion.joint_rotation[:, 0, spine].astype(float)
    from_m = motion.joint_position_m[:, 1, 0] - motion.joint_position_m[:, 0, spine]
    seat = np.einsum("fji,fj->fi", turned, from_m)
    np.testing.assert_allclose(seat, np.broadcast_to(seat[0], seat.shape), atol=1e-4)
    side = ("left", "right").index("left" if bodies[0].handedness == "right" else "right")
    assert (from_m @ np.array([0.0, 1.0, 0.0]))[0] * (1.0 - 2.0 * side) > 0.12  # on the side of the free arm
    back_m = np.linalg.norm(motion.palm_m[:, 0, side] - motion.joint_position_m[:, 1, 0], axis=1)
    assert back_m.max() < 0.17
    assert np.ptp(back_m) < 0.03
    assert motion.palm_m[:, 1, :, 2].min() > 1.0
    assert not motion.foot_planted[:, 1].any()


@pytest.mark.parametrize(("seed", "hand"), [(1, "right"), (4, "left"), (5, "right")])
def test_a_reach_is_timed_from_where_the_childs_palm_is(seed, hand):
    _, motion = walk(seed, hand)
    adult, child = make_pair(seed, hand)
    place_m, heading = seat_m(np.zeros(2), np.array(0.0), adult.body.stature_m, child.handedness)
    timed_m = child_palm_m(place_m, float(heading), adult.body.stature_m, child.body.stature_m)
    palm_m = motion.palm_m[0, 1, 0 if child.handedness == "left" else 1]  # at rest at the origin
    assert np.linalg.norm(timed_m - palm_m) < 0.1


def check_resting_hands(bodies, motion, most_m):
    """Palms lie on the other one, and no joint of fingers or wrists is deeper inside."""
    hand = (*FINGERS, "wrist")
    parts = [name.partition("_")[2].removesuffix("_tip").rstrip("123") for name in motion.joint_names]
    joints = [k for k, part in enumerate(parts) if part in hand]
    assert len(joints) == 42
    holding = int(bodies[0].handedness == "right")  # the left hand is the first
    for frame in np.flatnonzero(TIME_S < 4.0):
        for shopper, other, palms in ((0, 1, [1 - holding]), (1, 0, [0, 1])):
            mesh = pose_mesh(bodies[other], motion, frame, other, level=2)
            surface = cKDTree(spread(mesh.position_m, mesh.faces))
            assert surface.query(motion.palm_m[frame, shopper, palms])[0].max() < 0.04, (shopper, frame)
            joints_m = motion.joint_position_m[frame, shopper, joints].astype(float)
            low_m, high_m = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
            near_m = joints_m[((joints_m > low_m) & (joints_m < high_m)).all(axis=1)]
            within_m = near_m[wind(near_m, mesh.position_m.astype(float), mesh.faces) >= 0.5]
            if len(within_m):
                assert surface.query(within_m)[0].max() < most_m, (shopper, frame)


def test_no_joint_of_a_resting_hand_is_in_the_other(pair):
    check_resting_hands(*pair, most_m=0.0)


@pytest.mark.parametrize("of", [(0, "left"), (2, "right"), (3, "right"), (3, "left")])
def test_nor_in_hair_and_neck_nor_of_the_smallest_children(of):
    check_resting_hands(*walk(*of), most_m=0.0)


@pytest.mark.parametrize("of", [(2, "right", True), (3, "left", True)])
def test_in_a_thick_coat_hands_sink_no_deeper_than_cloth_gives_way(of):
    check_resting_hands(*walk(*of), most_m=0.01)
