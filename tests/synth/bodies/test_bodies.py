"""Bodies: statures, rest poses, clothes without holes, labels of the mesh."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from scenes.cloth import PRINTS
from scenes.randomness import make_rng
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_PERSON
from synth.bodies import make_bodies, make_body, pose_mesh, sample_body_shape
from synth.bodies.bag import bag_mouth_m
from synth.bodies.detail import ALL_LEVELS, PIXEL_M
from synth.bodies.hair import ROUND
from synth.bodies.model import compute_coefficients, compute_rest, load_model
from synth.bodies.outfit import put_on_big_coat, put_on_uniform, sample_outfit
from synth.bodies.palette import BOTTOMS, TOPS, measure_apart, sample_color, set_apart
from synth.bodies.shape import make_phenotypes
from synth.bodies.surface import cut, make_surface, rim_edges
from synth.records import Motion, ShopperPlan

CLOSE_M = 0.003  # hands for near cameras are as large as those for others, but for so much


def rest_motion(bodies):
    """A motion of one frame in which everybody stands in the rest pose."""
    skeleton = bodies[0].skeleton
    joints = np.stack([body.skeleton.joint_m for body in bodies])[None].astype(np.float32)
    rotation = np.broadcast_to(np.eye(3, dtype=np.float32), (1, len(bodies), len(skeleton.parents), 3, 3))
    present = np.ones((1, len(bodies)), dtype=bool)
    return Motion(
        np.zeros(1), present, skeleton.names, joints, rotation, np.zeros((1, len(bodies), 2, 3)), ()
    )


def shapes(count, child=False, seed=1):
    rng = make_rng(seed, 0, "test/shapes")
    return [sample_body_shape(rng=rng, child=child) for _ in range(count)]


def test_statures_match_their_statistics():
    adults = shapes(300)
    women = np.array([s.stature_m for s in adults if s.gender < 0.5])
    men = np.array([s.stature_m for s in adults if s.gender > 0.5])
    assert women.mean() == pytest.approx(1.63, abs=0.015)
    assert men.mean() == pytest.approx(1.77, abs=0.015)
    assert women.std() == pytest.approx(0.07, abs=0.02)
    assert men.std() == pytest.approx(0.07, abs=0.02)
    children = np.array([s.stature_m for s in shapes(80, child=True)])
    assert 0.9 < children.min() < children.max() < 1.66
    assert children.mean() == pytest.approx(1.27, abs=0.06)


def test_body_has_the_stature_of_its_shape():
    for shape in shapes(6) + shapes(3, child=True):
        body = make_body(shape, handedness="right")
        mesh = pose_mesh(body, rest_motion([body]), 0, 0)
        crown = body.skeleton.at("head")[2]
        assert mesh.position_m[:, 2].min() == pytest.approx(0.0, abs=0.004)
        assert (
            shape.stature_m - 0.01 < mesh.position_m[:, 2].max() < shape.stature_m + 0.13
        )  # hair, hat, soles
        assert 0.8 * shape.stature_m < crown < 0.95 * shape.stature_m
        left, right = body.skeleton.at("left_shoulder"), body.skeleton.at("right_shoulder")
        assert left[1] > 0.08
        assert left[1] == pytest.approx(-right[1], abs=0.01)
        assert body.skeleton.at("left_toe_tip")[0] > body.skeleton.at("left_ankle")[0]


def test_hair_runs_down_its_print_without_a_seam():
    strands = -2 - PRINTS.index("strands")
    with_hair = 0
    for shape in shapes(6, seed=3):
        level = make_body(shape, handedness="right").level(0)
        hair = (level.layer[level.faces] == strands).all(axis=1)
        with_hair += hair.any()
        across = level.uv[level.faces[hair], 0]
        # No triangle spans a whole turn; at the crown, where meridians meet, half of it at most.
        assert (np.ptp(across, axis=1) <= ROUND / 2 + 1e-6).all()
    assert with_hair >= 3


def test_clothes_are_dark_and_muted_as_in_a_street():
    rng = make_rng(2, 0, "test/colors")
    for colors, darker in ((TOPS, 0.45), (BOTTOMS, 0.80)):
        drawn = np.array([sample_color(colors, rng) for _ in range(400)])
        light, spread = drawn.max(axis=1), np.ptp(drawn, axis=1)
        assert np.mean(light < 0.5) > darker
        assert np.median(spread) < 0.05


@pytest.mark.parametrize("color", sorted(set(TOPS) | set(BOTTOMS)))
def test_cloth_is_dyed_lighter_or_darker_in_one_hue(color):
    rng = make_rng(2, 0, "test/hues")
    drawn = np.array([sample_color({color: 1.0}, rng) for _ in range(200)])
    pale = drawn.max(axis=1) > 0.92
    ratio = drawn / drawn.mean(axis=1, keepdims=True)
    assert np.ptp(drawn.mean(axis=1)) > 0.15 * np.mean(color)
    np.testing.assert_allclose(ratio[~pale].mean(axis=0), np.array(color) / np.mean(color), rtol=0.01)


def test_colours_are_apart_as_cielab_has_them():
    """Beside values of Lindbloom's calculator: red is (53.24, 80.09, 67.20), blue (32.30, 79.19, -107.86)."""
    red, blue = np.eye(3)[[0, 2]]
    assert measure_apart(red, blue) == pytest.approx(176.3, abs=0.1)
    assert measure_apart(red, np.zeros(3)) == pytest.approx(np.linalg.norm([53.24, 80.09, 67.20]), abs=0.1)


def test_a_colour_is_left_that_is_apart_and_else_the_next_in_the_table_is_taken():
    table = {(0.5, 0.4, 0.3): 1.0, (0.52, 0.42, 0.32): 1.0, (0.1, 0.1, 0.1): 1.0, (0.9, 0.9, 0.9): 1.0}
    brown, dark, pale = np.array([0.49, 0.4, 0.3]), np.full(3, 0.1), np.full(3, 0.9)
    np.testing.assert_array_equal(set_apart(brown, pale, table), brown)
    np.testing.assert_array_equal(set_apart(brown, np.array([0.5, 0.4, 0.32]), table), dark)
    np.testing.assert_array_equal(set_apart(0.99 * pale, pale, table), [0.5, 0.4, 0.3])  # round to the first


def test_no_headwear_has_the_colour_of_its_wearers_skin():
    seen = set()
    for number, shape in enumerate(shapes(500, seed=4)):
        outfit = sample_outfit(shape, rng=make_rng(number, 0, "test/headwear"))
        for worn in (outfit, put_on_uniform(outfit, number)):
            framed = worn.top_color if worn.headwear == "hood" else worn.hat_color
            if worn.headwear and (worn is outfit or worn.headwear == "hijab"):
                seen.add(worn.headwear)
                assert measure_apart(framed, worn.skin) >= 20.0, number
    assert seen == {"cap", "beanie", "hat", "hijab", "hood"}


def test_no_garment_has_the_colour_of_its_wearers_skin_and_no_two_are_alike():
    worn = [
        sample_outfit(shape, rng=make_rng(number, 0, "test/garments"))
        for number, shape in enumerate(shapes(500, seed=5))
    ]
    coats = [put_on_big_coat(outfit, number) for number, outfit in enumerate(worn)]
    for outfit in (*worn, *coats):
        for color in (outfit.top_color, outfit.second_color, outfit.bottom_color):
            assert measure_apart(color, outfit.skin) >= 13.0
    assert len({outfit.top_color.tobytes() + outfit.bottom_color.tobytes() for outfit in worn}) == len(worn)


def test_coefficients_are_one_at_an_anchor():
    model = load_model()
    phenotypes = make_phenotypes(shapes(1)[0]) | {
        "age": 2 / 3, "gender": 0.0, "muscle": 0.5, "weight": 0.5, "height": 0.0,
        "proportions": 0.0, "cupsize": 0.5, "firmness": 0.5, "african": 0.0, "asian": 0.0, "caucasian": 1.0,
    }  # fmt: skip
    coefficients = compute_coefficients(model, phenotypes)
    assert set(np.unique(coefficients)) <= {0.0, 1.0}
    assert coefficients.sum() >= 3
    vertices, joints = compute_rest(model, phenotypes)
    assert vertices.shape == (model.vertex_count, 3)
    assert joints.shape == (len(model.joint_names), 3)


def test_mesh_is_labelled_and_well_formed():
    bodies = [
        make_body(shape, handedness=hand)
        for shape, hand in zip(shapes(4, seed=5), ("left", "right") * 2, strict=True)
    ]
    motion = rest_motion(bodies)
    for shopper, body in enumerate(bodies):
        mesh = pose_mesh(body, motion, 0, shopper)
        assert (mesh.instance_id == INSTANCE_PERSON + shopper).all()
        assert set(np.unique(mesh.class_id)) == {CLASS_ID["person"], CLASS_ID["bag"]}
        assert set(np.unique(mesh.layer)) <= {-1, *range(-1 - len(PRINTS), -1)}
        assert set(np.unique(mesh.material)) <= {0, MATERIAL["hanging cloth"], MATERIAL["creased cloth"]}
        assert mesh.position_m.dtype == mesh.normal.dtype == np.float32
        assert mesh.faces.max() == len(mesh.position_m) - 1
        np.testing.assert_allclose(np.linalg.norm(mesh.normal, axis=1), 1.0, atol=1e-4)
        assert len(mesh.faces) < 14_000
        # The bag hangs on the non-dominant side, its mouth near where hands aim for.
        bag = mesh.position_m[mesh.class_id == CLASS_ID["bag"]]
        sign = -1.0 if body.handedness == "left" else 1.0
        assert (sign * bag[:, 1]).mean() > 0.05
        origin = body.skeleton.at("pelvis")[:2]
        mouth = bag_mouth_m(origin, 0.0, body.shape.stature_m, body.bag_side)
        assert np.linalg.norm(bag - mouth, axis=1).min() < 0.2


def test_bodies_are_deterministic_and_varied():
    shape = shapes(1)[0]
    first, again = make_body(shape, handedness="left"), make_body(shape, handedness="left")
    assert np.array_equal(first.level(0).color, again.level(0).color)
    assert np.array_equal(first.level(0).offset_m.data, again.level(0).offset_m.data)
    looks = {make_body(s, handedness="right").level(0).color.tobytes() for s in shapes(5, seed=9)}
    assert len(looks) == 5


def test_levels_of_detail_are_the_same_person_with_fewer_triangles():
    for shape in shapes(3, seed=8) + shapes(1, child=True):
        body = make_body(shape, handedness="right")
        meshes = (pose_mesh(body, rest_motion([body]), 0, 0, level=level) for level in ALL_LEVELS)
        close, fine, *coarse = meshes
        assert len(close.faces) > len(fine.faces)
        np.testing.assert_allclose(close.position_m.min(0), fine.position_m.min(0), atol=CLOSE_M)
        np.testing.assert_allclose(close.position_m.max(0), fine.position_m.max(0), atol=CLOSE_M)
        tree = cKDTree(fine.position_m)
        for mesh, share, pixel_m in zip(coarse, (0.65, 0.4), PIXEL_M, strict=True):
            assert len(mesh.faces) < share * len(fine.faces)
            # Outlines agree to a pixel of those that the level is for.
            np.testing.assert_allclose(mesh.position_m.min(0), fine.position_m.min(0), atol=pixel_m)
            np.testing.assert_allclose(mesh.position_m.max(0), fine.position_m.max(0), atol=pixel_m)
            assert np.mean(tree.query(mesh.position_m)[0]) < 0.8 * pixel_m


def test_staff_wear_one_uniform_and_everybody_else_their_own():
    plans = [
        ShopperPlan("0" * 12, "p", k, 0.0, 1.0, (), (), shape, "right", role="staff" if k < 3 else "shopper")
        for k, shape in enumerate(shapes(6, seed=13))
    ]
    rng = [make_rng(plan.body.look_seed, 0, "body/dress") for plan in plans]
    worn = [sample_outfit(plan.body, rng=one) for plan, one in zip(plans, rng, strict=True)]
    bodies = make_bodies(plans)
    assert {body.uniform for body in bodies[:3]} == {plans[0].body.look_seed}
    assert {body.uniform for body in bodies[3:]} == {None}
    dressed = [put_on_uniform(outfit, bodies[0].uniform) for outfit in worn[:3]]
    for name in ("top", "bottom", "top_print"):
        assert len({getattr(outfit, name) for outfit in dressed}) == 1
    assert len({outfit.top_color.tobytes() for outfit in dressed}) == 1
    assert len({outfit.skin.tobytes() for outfit in dressed}) == 3
    assert len({outfit.top_color.tobytes() for outfit in worn}) == 6


def test_clothes_cover_the_trunk():
    """From the neck's root to below the hips nobody shows skin, whatever they wear."""
    for shape in shapes(12, seed=21):
        body = make_body(shape, handedness="right")
        mesh = pose_mesh(body, rest_motion([body]), 0, 0)
        at = body.skeleton.at
        chest = (mesh.position_m[:, 2] < at("chest")[2]) & (mesh.position_m[:, 2] > at("left_hip")[2] - 0.03)
        middle = np.abs(mesh.position_m[:, 1]) < 0.5 * at("left_shoulder")[1]
        ahead = mesh.position_m[:, 0] > at("pelvis")[0]
        # Ray from far ahead to the belly: the first surface met is cloth, so it is not skin-coloured.
        skin = np.array(_skin_color(mesh, at("head")))
        facing = chest & middle & ahead & (mesh.normal[:, 0] > 0.5) & (mesh.class_id == CLASS_ID["person"])
        rows = np.round(mesh.position_m[facing][:, 1:] / 0.06).astype(int)
        for cell in np.unique(rows, axis=0):
            inside = np.flatnonzero(facing)[(rows == cell).all(axis=1)]
            outermost = inside[mesh.position_m[inside, 0].argmax()]
            assert not np.array_equal(mesh.color[outermost], skin)


def _skin_color(mesh, head):
    """The most frequent colour of vertices near the face."""
    near = np.linalg.norm(mesh.position_m - (head + [0.09, 0.0, 0.03]), axis=1) < 0.09
    colors, count = np.unique(mesh.color[near], axis=0, return_counts=True)
    return colors[count.argmax()]


def test_cut_follows_the_line_exactly():
    side = np.linspace(-1, 1, 9)
    grid = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    number = np.arange(81).reshape(9, 9)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    faces = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    surface = make_surface(np.column_stack([grid, np.zeros(81)]), faces, np.ones((81, 1)), np.ones(3))

    def area(part):
        corner = part.position_m[part.faces]
        return np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])[:, 2].sum() / 2

    level = surface.position_m[:, 0] + 0.3 * surface.position_m[:, 1] - 0.17
    kept, rest = cut(surface, level), cut(surface, -level)
    assert area(kept) + area(rest) == pytest.approx(4.0)
    assert area(kept) == pytest.approx(2 * (1 - 0.17))  # the part of the square right of the line
    edge = kept.position_m[np.unique(rim_edges(kept.faces))]
    on_line = np.abs(edge[:, 0] + 0.3 * edge[:, 1] - 0.17) < 1e-9
    assert on_line.sum() >= 9
