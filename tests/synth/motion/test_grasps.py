"""Fingers close on what they hold: skin against meshes of packs, none of which the solver knows."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.config.loader import load_config
from scenes.goods.girth import Girth, measure_girth
from scenes.goods.packages import PackLook, make_pack_mesh
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies, make_body, sample_body_shape
from synth.bodies.model import load_model
from synth.bodies.skeleton import FINGERS
from synth.motion import compute_motion
from synth.motion.fingers import Grips, close_hands, relax
from synth.motion.grip import grip_palm
from synth.motion.rotations import turn
from synth.motion.surface import Arcs, Grasped, Surfaces
from synth.simulation import simulate

PAD_M = 0.006
CLIPS = (("large_items", 0), *(("everyday", seed) for seed in (3, 1, 2, 4, 5)))


def sample_surface(mesh, rng):
    """Points (K, 3), evenly over a mesh."""
    corner = mesh.position_m[mesh.faces].astype(float)
    across = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    area = np.linalg.norm(across, axis=1)
    chosen = rng.choice(len(area), 15_000, p=area / area.sum())
    u, v = rng.random((2, 15_000, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    return corner[chosen, 0] * (1 - u - v) + corner[chosen, 1] * u + corner[chosen, 2] * v


def is_inside(mesh, points):
    """Whether points are below more upward than downward faces of a mesh; packs have no bottom face."""
    ax, bx, cx = mesh.position_m[mesh.faces].astype(float).transpose(1, 0, 2)
    doubled = _turn(bx - ax, cx - ax)
    steep = np.abs(doubled) < 1e-12  # upright faces have nothing above them
    ax, bx, cx, doubled = ax[~steep], bx[~steep], cx[~steep], doubled[~steep]
    at = points[:, None]
    share = np.stack([_turn(bx - at, cx - at), _turn(cx - at, ax - at), _turn(ax - at, bx - at)]) / doubled
    above = share[0] * ax[:, 2] + share[1] * bx[:, 2] + share[2] * cx[:, 2] > at[..., 2]
    crossed = np.where((share > 0).all(axis=0) & above, np.sign(doubled), 0.0)
    return (crossed.sum(axis=1) > 0) & (points[:, 2] > 0)


def _turn(a, b):
    """Cross products of level vectors."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def signed_distance(mesh, surface, points):
    """Distance of points (in the item's frame) from a mesh, negative inside.

    Near an edge, the normal of the nearest of some sampled points says nothing about the side.
    """
    away, _ = cKDTree(surface).query(points)
    return np.where(is_inside(mesh, points), -away, away)


def pose_skin(body, motion, shopper, bone):
    """Skin (V, 3) of the bare body that belongs mostly to a bone, at frame 0."""
    model, skeleton = load_model(), body.skeleton
    owner = model.bone_index[np.arange(len(model.bone_index)), model.bone_weight.argmax(axis=1)]
    chosen = np.flatnonzero(owner == skeleton.index[bone])
    raised_m = skeleton.joint_m[0, 2] - body._bare_joints()[0, 2]
    rest_m = body.rest_m[chosen] + [0, 0, raised_m]
    skin = np.zeros_like(rest_m)
    for k in range(model.bone_index.shape[1]):
        bones = model.bone_index[chosen, k]
        turned = motion.joint_rotation[0, shopper][bones].astype(float)
        moved = np.einsum("vij,vj->vi", turned, rest_m - skeleton.joint_m[bones])
        moved += motion.joint_position_m[0, shopper][bones]
        skin += model.bone_weight[chosen, k, None] * moved
    return skin


def measure_clip(preset, seed):
    """Of each grasp of one item: gaps of the fingers that have it beside them, deepest joint, palm, bends."""
    scenario = sample_scenario(load_config(preset, ["clip.duration_s=16"]), seed=seed, index=0)
    store = make_store(scenario)
    simulation = simulate(scenario, store)
    bodies = make_bodies(simulation.plans)
    rng = np.random.default_rng(0)
    surfaces, found = {}, []
    for act in simulation.acts:
        if act.kind != "take" or len(act.item_ids) > 1 or not 0.0 < act.contact_s < 15.9:
            continue
        n = act.shopper
        motion = compute_motion(simulation, bodies, frame_time_s=np.array([act.contact_s + 1e-3]))
        held = [h for h in motion.held if h.shopper == n and h.item_id == act.item_ids[0]]
        if len(held) != 1:
            continue
        product = store.item_product[act.item_ids[0]]
        height_m, inverse = store.catalogue.size_m[product, 2], np.linalg.inv(held[0].world_from_item[0])

        if product not in surfaces:
            surfaces[product] = sample_surface(store.catalogue.mesh[product], rng)

        def measure(points, inverse=inverse, product=product, height_m=height_m):
            local = points @ inverse[:3, :3].T + inverse[:3, 3]
            away = signed_distance(store.catalogue.mesh[product], surfaces[product], local)
            return away, local[:, 2] / height_m

        gaps = {}
        for finger in FINGERS:
            away, share = measure(pose_skin(bodies[n], motion, n, f"{act.hand}_{finger}3"))
            if 0.05 < share.mean() < 0.95:
                gaps[finger] = float(np.abs(away).min())
        names = motion.joint_names
        chain = [[f"{act.hand}_{f}{k}" for k in (1, 2, 3)] + [f"{act.hand}_{f}_tip"] for f in FINGERS]
        joints = motion.joint_position_m[0, n].astype(float)
        at = joints[[[names.index(name) for name in own] for own in chain]]
        palm_m = motion.palm_m[0, n, 0 if act.hand == "left" else 1].astype(float)
        wrist = joints[names.index(f"{act.hand}_wrist")]
        found.append(
            (gaps, measure(at.reshape(-1, 3))[0].min(), measure(palm_m[None])[0][0], bends(wrist, at))
        )
    return found


def bends(wrist, at):
    """Angles (5, 3), degrees, between one bone of a finger and the next."""
    bones = np.diff(np.concatenate([np.broadcast_to(wrist, (5, 1, 3)), at], axis=1), axis=1)
    bones /= np.linalg.norm(bones, axis=2, keepdims=True)
    return np.degrees(np.arccos(np.clip(np.sum(bones[:, 1:] * bones[:, :-1], axis=2), -1, 1)))


@pytest.fixture(scope="module")
def grasps():
    return [grasp for clip in CLIPS for grasp in measure_clip(*clip)]


def test_finger_pads_touch_and_nothing_is_deep_in_the_item(grasps):
    gaps = [gap for grasp in grasps for gap in grasp[0].values()]
    thumbs = [grasp[0]["thumb"] for grasp in grasps if "thumb" in grasp[0]]
    assert len(grasps) > 15
    assert np.mean(np.array(gaps) < PAD_M) > 0.95
    assert np.mean(np.array(thumbs) < PAD_M) > 0.95
    assert min(depth for _, depth, _, _ in grasps) > -PAD_M
    assert max(palm for _, _, palm, _ in grasps) < 0.02
    assert min(palm for _, _, palm, _ in grasps) > -0.002


def test_no_finger_bends_further_than_hands_do(grasps):
    bent = np.stack([grasp[3] for grasp in grasps])
    # Metacarpals spread by up to 35 degrees in the hand's plane, which adds to the knuckles' flexion.
    assert bent[:, 1:, 0].max() < 95
    assert bent[:, 1:, 1].max() < 101
    assert bent[:, 1:, 2].max() < 71
    assert bent[:, 0, 1:].max() < 95


def test_a_stiff_hand_would_be_noticed(monkeypatch):
    monkeypatch.setattr(
        "synth.motion.fingers.close_hands", lambda joint_m, *_: relax(np.full(len(joint_m), 0.42))
    )
    gaps = [gap for grasp in measure_clip(*CLIPS[3]) for gap in grasp[0].values()]
    assert np.mean(np.array(gaps) < PAD_M) < 0.75


def test_both_hands_close_alike():
    skeleton = make_body(sample_body_shape(rng=make_rng(3, 0, "x"), child=False), handedness="right").skeleton
    pose = np.eye(4)
    pose[:3, 3] = 0.004, 0.045, -0.06
    mirrored = np.diag([1.0, 1.0, -1.0, 1.0]) @ pose @ np.diag([1.0, 1.0, -1.0, 1.0])
    mirrored[2, 3] = pose[2, 3]  # as high above the base as below the top
    size_m = np.array([0.066, 0.066, 0.12])
    girth = Girth(True, np.full((9, 2), 0.033))
    grips = Grips()
    right = grips.ask(skeleton, "right", [Grasped(pose, size_m, girth)])
    left = grips.ask(skeleton, "left", [Grasped(mirrored, size_m, girth)])
    grips.solve()
    np.testing.assert_allclose(left, right, atol=0.03)
    assert not np.allclose(right, relax(0.45))


def test_a_hand_closes_alike_alone_and_among_others():
    rng = np.random.default_rng(4)
    skeletons = [
        make_body(sample_body_shape(rng=make_rng(k, 0, "x"), child=k == 2), handedness="right").skeleton
        for k in range(3)
    ]
    asked = []
    for k in range(24):
        pose = np.eye(4)
        pose[:3, 3] = 0.02 * rng.normal(), rng.uniform(0.02, 0.05), rng.uniform(-0.1, -0.02)
        size_m = rng.uniform(0.04, 0.12, 3)
        girth = Girth(k % 3 == 0, size_m[:2] / 2 * rng.uniform(0.8, 1.0, (9, 1)))
        asked.append(
            (skeletons[k % 3], ("left", "right")[k % 2], [Grasped(pose, size_m, girth)] * (1 + k % 2))
        )
    together, alone = Grips(), []
    angles = [together.ask(*hand) for hand in asked]
    together.solve()
    for hand in asked:
        grips = Grips()
        alone.append(grips.ask(*hand))
        grips.solve()
    np.testing.assert_array_equal(angles, alone)
    assert np.ptp(angles, axis=0).min() > 0.1


def test_distances_along_an_arc_are_those_of_its_points():
    rng = np.random.default_rng(2)
    items = [Grasped(np.eye(4), np.array([0.08, 0.07, 0.1]), Girth(True, rng.uniform(0.03, 0.04, (9, 2))))]
    surfaces = Surfaces([items, [*items, Grasped(np.eye(4), np.full(3, 0.12))]], mirrored=[True, False])
    centre_m, first_m, second_m = 0.05 * rng.normal(size=(3, 3, 40, 2))
    angle = np.linspace(0.0, 2.0, 7)[:, None, None]
    along = surfaces.distance_along(Arcs(centre_m, first_m, second_m), angle)
    for gap_m, turned in zip(along, angle, strict=True):
        points = centre_m + np.cos(turned) * first_m + np.sin(turned) * second_m
        np.testing.assert_allclose(gap_m, surfaces.distance(points), atol=1e-7)


def test_distances_from_a_tin_and_a_carton():
    tin = Grasped(np.eye(4), np.array([0.08, 0.08, 0.1]), Girth(True, np.full((9, 2), 0.04)))
    carton = Grasped(np.eye(4), np.array([0.08, 0.06, 0.1]))
    points = np.array([[0.05, 0.0, 0.05], [0.03, 0.04, 0.05], [0.0, 0.01, 0.05], [0.0, 0.0, 0.13]])
    away = Surfaces([[tin], [carton]], mirrored=False).distance(np.stack([points.T, points.T], axis=2))
    away = away.T
    np.testing.assert_allclose(away[0], [0.01, 0.01, -0.03, 0.03], atol=1e-9)
    np.testing.assert_allclose(away[1], [0.01, 0.01, -0.02, 0.03], atol=1e-9)
    both = Surfaces([[tin, carton]], mirrored=False).distance(points.T[..., None])
    np.testing.assert_allclose(both[:, 0], np.minimum(*away), atol=1e-9)


def test_girths_follow_the_mesh():
    catalogue = make_store(sample_scenario(load_config("everyday"), seed=0, index=0)).catalogue
    for product, package in enumerate(catalogue.package):
        girth = measure_girth(catalogue.mesh[product], catalogue.size_m[product])
        if package in ("can", "bottle", "jar", "tub", "fruit"):
            assert girth.is_round
        if package in ("box", "carton", "multipack"):
            assert not girth.is_round
            np.testing.assert_allclose(girth.half_m[4], catalogue.size_m[product, :2] / 2, atol=0.003)
        assert (girth.half_m <= catalogue.size_m[product, :2] / 2 + 1e-3).all()


def test_a_tube_is_where_fingers_look_for_it():
    size_m = np.array([0.062, 0.042, 0.15])
    mesh = make_pack_mesh("tube", size_m, PackLook(0, (200, 40, 40), (240, 240, 240)))
    tube = Grasped(np.eye(4), size_m, measure_girth(mesh, size_m))
    surface = sample_surface(mesh, np.random.default_rng(0))
    away = Surfaces([[tube]], mirrored=False).distance(surface.T[..., None])
    assert away.max() < PAD_M
    angle = np.linspace(0, 2 * np.pi, 40)
    under = 0.021 * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # its shoulder, beside its cap
    assert not is_inside(mesh, np.column_stack([under, np.full(40, 0.02)])).any()


def test_fingers_bend_round_a_thin_box():
    skeleton = make_body(sample_body_shape(rng=make_rng(3, 0, "x"), child=False), handedness="right").skeleton
    size_m, girth = np.array([0.08, 0.02, 0.16]), Girth(False, np.tile([0.04, 0.01], (9, 1)))
    for drop_m in (0.0, 0.3, 0.5):  # below the shoulder, 0.4 m ahead
        box = np.eye(4)
        box[:3, 3] = 0.0, 0.4, -drop_m
        palm = grip_palm(box, size_m, np.zeros(3), "right", girth)
        item = Grasped(np.linalg.inv(palm) @ box, size_m, girth)
        surfaces = Surfaces([[item]], mirrored=False)
        joint_m, flesh_m = skeleton.hands[1][None], skeleton.flesh_m[None]
        flexion = close_hands(joint_m, flesh_m, surfaces)[0, :12].reshape(4, 3)
        index_m = bend_finger(joint_m[0, 1], flexion[0])
        assert surfaces.distance(index_m.T[:, -1:, None])[0, 0] < 0.012
        assert surfaces.distance(index_m.T[..., None]).min() > 0


def bend_finger(joint_m, flexion):
    """Joints (4, 3) of a finger, knuckle to tip, bent from rest by three angles."""
    bones = turn("z", np.cumsum(flexion)) @ np.diff(joint_m, axis=0)[..., None]
    return np.concatenate([joint_m[:1], joint_m[0] + np.cumsum(bones[..., 0], axis=0)])


def test_points_beside_an_edge_of_a_box_are_outside():
    catalogue = make_store(sample_scenario(load_config("everyday"), seed=0, index=0)).catalogue
    product = catalogue.package.index("box")
    mesh, (x, y, z) = catalogue.mesh[product], catalogue.size_m[product]
    points = np.array([[x / 2 - 1e-4, y / 2 + 0.01, z / 2], [x / 2 - 0.002, y / 2 - 0.002, z / 2]])
    away = signed_distance(mesh, sample_surface(mesh, np.random.default_rng(0)), points)
    np.testing.assert_allclose(away, [0.01, -0.002], atol=1e-3)
