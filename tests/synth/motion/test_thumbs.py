"""Thumbs oppose the fingers around what a hand holds: skin of posed hands against meshes of packs."""

import itertools

import numpy as np
import pytest

from scenes.goods.girth import measure_girth
from scenes.goods.packages import PackLook, make_pack_mesh
from scenes.randomness import make_rng
from synth.bodies import make_body, sample_body_shape
from synth.bodies.model import load_model
from synth.bodies.skeleton import FINGERS, SIDES, thumb_pad
from synth.motion.cast import Cast
from synth.motion.finger_pose import bend_fingers
from synth.motion.fingers import Grips
from synth.motion.grip import grip_palm, make_pose
from synth.motion.posture import Pose
from synth.motion.rotations import compose, turn, turn_back
from synth.motion.surface import Grasped
from synth.motion.thumbs import ROOT_DEG, thumb_root
from tests.synth.motion.test_grasps import sample_surface, signed_distance

# What an adult's hand spans.
PACKS = (
    ("can", (0.066, 0.066, 0.115)),
    ("can", (0.053, 0.053, 0.135)),
    ("bottle", (0.065, 0.065, 0.23)),
    ("bottle", (0.075, 0.075, 0.30)),
    ("jar", (0.07, 0.07, 0.12)),
    ("tub", (0.07, 0.07, 0.075)),
    ("carton", (0.07, 0.07, 0.24)),
    ("carton", (0.095, 0.063, 0.20)),
    ("box", (0.14, 0.05, 0.20)),
    ("box", (0.08, 0.02, 0.12)),
    ("box", (0.19, 0.07, 0.30)),
    ("pouch", (0.14, 0.06, 0.20)),
)
HANDS = tuple(itertools.product(range(3), SIDES))
SHOULDER_M, AHEAD_M, DOWN_M = (
    np.array([0.0, 0.0, 1.4]),
    0.45,
    0.25,
)  # a shoulder; the item before and below it
SOFT_M = 0.0085  # of fingers with their flesh compressed
OPPOSED = ("index", "middle")


@pytest.fixture(scope="module")
def bodies():
    return [
        make_body(sample_body_shape(rng=make_rng(k, 0, "x"), child=False), handedness="right")
        for k in range(3)
    ]


def grip(body, side, package, size_m):
    """Angles (17,) of the fingers of a hand around a pack, its palm, and the pack's pose (4, 4) and mesh."""
    size_m = np.array(size_m)
    mesh = make_pack_mesh(package, size_m, PackLook(0, (200, 40, 40), (240, 240, 240)))
    place_m = SHOULDER_M + [AHEAD_M, 0.0, -DOWN_M - size_m[2] / 2]
    world_from_item, girth = make_pose(turn("z", -np.pi / 2), place_m), measure_girth(mesh, size_m)
    palm = grip_palm(world_from_item, size_m, SHOULDER_M, side, girth)
    grips = Grips()
    angles = grips.ask(body.skeleton, side, [Grasped(np.linalg.inv(palm) @ world_from_item, size_m, girth)])
    grips.solve()
    return angles, palm, world_from_item, mesh


def hold(body, side, package, size_m):
    """A pose whose hand holds a pack that faces the person, and the pack's pose (4, 4) and mesh."""
    angles, palm, world_from_item, mesh = grip(body, side, package, size_m)
    cast = Cast([body.skeleton], np.zeros(1, int))
    pose, axes = Pose(cast), palm[None, :3, :3].astype(np.float32)
    hand = compose(axes, turn_back(cast.palm_frame(side)))
    wrist_m = cast.wrist_from_palm(side, palm[None, :3, 3], axes)
    bend_fingers(cast, side, axes, (hand, wrist_m), angles[None], pose.fingers(side))
    return pose, world_from_item, mesh


def find_skin(body, bone):
    """Rest skin (V, 3) of the bare body that belongs mostly to a bone, from its joint."""
    model, skeleton = load_model(), body.skeleton
    owner = model.bone_index[np.arange(len(model.bone_index)), model.bone_weight.argmax(axis=1)]
    raised_m = skeleton.joint_m[0, 2] - body._bare_joints()[0, 2]
    return body.rest_m[owner == skeleton.index[bone]] + [0, 0, raised_m] - skeleton.at(bone)


def place_skin(body, pose, bone):
    """The skin of a bone where that is posed."""
    k = body.skeleton.index[bone]
    return find_skin(body, bone) @ pose.rotation[0, k].T + pose.position[0, k]


@pytest.mark.parametrize("pack", PACKS, ids=str)
def test_thumbs_are_on_the_near_side_of_packs_and_fingers_on_the_far_one(bodies, pack):
    for number, side in HANDS:
        body = bodies[number]
        pose, world_from_item, mesh = hold(body, side, *pack)
        middle_m = world_from_item[:3, 3] + [0.0, 0.0, np.ptp(mesh.position_m[:, 2]) / 2]
        ahead = {}
        for finger in ("thumb", *OPPOSED):
            skin_m = place_skin(body, pose, f"{side}_{finger}3")
            ahead[finger] = (skin_m.mean(axis=0) - middle_m)[0]
        assert ahead["thumb"] < 0.0, (number, side)
        assert min(ahead[finger] for finger in OPPOSED) > 0.0, (number, side)


def test_thumbs_turn_the_flat_side_that_has_no_nail_to_the_packs(bodies):
    facing = []
    for pack, (number, side) in itertools.product(PACKS, HANDS):
        body = bodies[number]
        pose, world_from_item, mesh = hold(body, side, *pack)
        surface_m = sample_surface(mesh, np.random.default_rng(0)) @ world_from_item[:3, :3].T
        way = surface_m + world_from_item[:3, 3] - place_skin(body, pose, f"{side}_thumb3").mean(axis=0)
        nearest = way[np.linalg.norm(way, axis=1).argsort()[:30]].mean(axis=0)
        flat = pose.rotation[0, body.skeleton.index[f"{side}_thumb3"]] @ measure_pad(body, side)
        facing.append(flat @ nearest / np.linalg.norm(nearest))
    assert np.mean(facing) > 0.7
    assert np.quantile(facing, 0.1) > 0.5


@pytest.mark.parametrize("pack", PACKS, ids=str)
def test_skin_of_fingers_is_no_deeper_in_packs_than_flesh_gives_way(bodies, pack):
    for number, side in HANDS:
        pose, world_from_item, mesh = hold(bodies[number], side, *pack)
        surface = sample_surface(mesh, np.random.default_rng(0))
        for finger, k in itertools.product(FINGERS, (2, 3)):
            skin_m = place_skin(bodies[number], pose, f"{side}_{finger}{k}") - world_from_item[:3, 3]
            local_m = skin_m @ world_from_item[:3, :3]
            away_m = signed_distance(mesh, surface, local_m)
            away_m = np.maximum(
                away_m, -local_m[:, 2]
            )  # what comes in from below is less deep than from aside
            assert away_m.min() > -SOFT_M, (number, side, finger)


def measure_pad(body, side):
    """The way (3,) that a thumb's pad looks at rest: across its nail, where there is more flesh."""
    skeleton = body.skeleton
    bone = skeleton.at(f"{side}_thumb_tip") - skeleton.at(f"{side}_thumb3")
    bone /= np.linalg.norm(bone)
    skin_m = find_skin(body, f"{side}_thumb3")
    across_m = skin_m - np.outer(skin_m @ bone, bone)
    flat = np.linalg.svd(across_m - across_m.mean(axis=0), full_matrices=False)[2][1]
    return flat if (across_m @ flat).max() > -(across_m @ flat).min() else -flat


@pytest.mark.parametrize("side", SIDES)
def test_the_pad_of_a_thumb_is_where_the_mesh_has_it(bodies, side):
    for body in bodies:
        skeleton = body.skeleton
        axes = skeleton.palm_frame[SIDES.index(side)]
        tip_m = skeleton.at(f"{side}_thumb_tip")
        bone = tip_m - skeleton.at(f"{side}_thumb3")
        pad = axes @ thumb_pad(side, (tip_m - skeleton.at(f"{side}_thumb1")) @ axes)
        pad -= bone * (pad @ bone) / (bone @ bone)
        assert pad @ measure_pad(body, side) > np.cos(np.radians(10.0)) * np.linalg.norm(pad)


@pytest.mark.parametrize("side", SIDES)
def test_thumbs_spread_no_further_than_hands_do(bodies, side):
    for body in bodies:
        skeleton = body.skeleton
        axes = skeleton.palm_frame[SIDES.index(side)]
        thumb, index = (
            skeleton.offset(f"{side}_{end}", f"{side}_{start}") @ axes
            for start, end in (("thumb1", "thumb2"), ("wrist", "index1"))
        )
        along = skeleton.offset(f"{side}_thumb3", f"{side}_thumb1") @ axes
        roots = np.radians(list(itertools.product(*ROOT_DEG.values())))
        turned = thumb_root(side, along / np.linalg.norm(along), *roots.T) @ thumb
        share = turned @ index / np.linalg.norm(thumb) / np.linalg.norm(index)
        apart = np.degrees(np.arccos(share))
        assert apart.max() < 80.5
        assert apart.min() > 10.0


def test_roots_of_thumbs_turn_no_further_than_those_of_hands(bodies):
    for pack, (number, side) in itertools.product(PACKS, HANDS):
        _, circumduction, pronation = np.degrees(grip(bodies[number], side, *pack)[0][-5:-2])
        assert circumduction + pronation <= 110.0 - 20.0, (pack, number, side)


def test_fingers_lie_side_by_side_and_none_in_another(bodies):
    for number, side in HANDS:
        body = bodies[number]
        pose, _, _ = hold(body, side, "box", (0.19, 0.07, 0.30))
        names = body.skeleton.index
        tips_m, ways = [], []
        for finger in ("index", "middle", "ring", "little"):
            last, tip = (pose.position[0, names[f"{side}_{finger}{end}"]] for end in ("3", "_tip"))
            ways.append(tip - pose.position[0, names[f"{side}_{finger}1"]])
            tips_m.append((last + tip) / 2)
        middle = pose.rotation[0, names[f"{side}_middle1"]]
        across = middle @ body.skeleton.palm_frame[SIDES.index(side)][:, 2]
        aside = np.array(ways) @ across / np.linalg.norm(ways, axis=1)
        assert np.degrees(np.ptp(np.arcsin(aside))) < 15.0
        apart_m = np.linalg.norm(np.diff(tips_m, axis=0), axis=1)
        assert apart_m.min() > 0.014
