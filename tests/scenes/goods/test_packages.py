"""Meshes of packs of every kind: within their box, in few triangles, each fruit in its own shape."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from scenes.goods.packages import (
    PACKAGES,
    ROUND_PACKAGES,
    PackLook,
    make_loose_forms,
    make_near_meshes,
    make_pack_mesh,
)
from scenes.goods.packages.atlas import SKINNED
from scenes.goods.packages.bunches import THICK, Finger, make_hand
from scenes.goods.packages.eyes import compute_eye_relief, find_eyes
from scenes.goods.packages.forms import make_form
from scenes.goods.packages.fruit_kinds import find_lying_size, find_shape
from scenes.goods.packages.leaves import compute_relief, find_leaves
from scenes.goods.packages.produce import make_fruit
from scenes.world import FORMS

_KINDS = {
    "fruit": (
        "Apple",
        "Navel Orange",
        "Pears",
        "Lemon",
        "Potato",
        "Red Pepper",
        "Banana",
        "Carrot",
        "Onion",
        "Mushroom",
        "?",
    ),
    "bottle": ("Spring Water", "Olive Oil", "Shampoo", "Ketchup"),
    "bag": ("Crisps", "Flour", "Ground Coffee"),
    "pouch": ("Nut Mix", "Dog Food"),
    "tray": ("Cherry Tomatoes", "Cooked Ham", "Muffins"),
}


def _make(package, size_m, kind=""):
    return make_pack_mesh(package, np.array(size_m), PackLook(3, (180, 90, 60), (200, 40, 40), kind))


@pytest.mark.parametrize("size_m", [(0.19, 0.07, 0.12), (0.06, 0.05, 0.16)])
@pytest.mark.parametrize("package", PACKAGES)
def test_no_pack_leaves_its_box(package, size_m):
    for kind in ("", *_KINDS.get(package, ())):
        mesh = _make(package, size_m, kind)
        assert np.abs(mesh.position_m[:, :2]).max(axis=0) == pytest.approx(np.array(size_m[:2]) / 2, rel=0.13)
        assert (np.abs(mesh.position_m[:, :2]) <= np.array(size_m[:2]) / 2 + 1e-5).all()
        assert mesh.position_m[:, 2].min() >= -1e-6
        assert mesh.position_m[:, 2].max() <= size_m[2] + 1e-5
        assert len(mesh.faces) <= 220
        assert np.allclose(np.linalg.norm(mesh.normal, axis=1), 1, atol=1e-4)
        corner = mesh.position_m[mesh.faces].astype(float)
        turned = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        assert (np.einsum("fc,fc->f", turned, mesh.normal[mesh.faces].mean(1)) > 0).all()


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - set(SKINNED)))
def test_no_label_is_read_in_a_mirror(package):
    """From wherever a printed face is seen, its label's columns run to the right of its rows."""
    mesh = _make(package, (0.19, 0.09, 0.12))
    corner, place = mesh.position_m[mesh.faces].astype(float), mesh.uv[mesh.faces].astype(float)
    (along, down), (u, v) = (np.moveaxis(part[:, 1:] - part[:, :1], 1, 0) for part in (corner, place))
    printed = (mesh.layer[mesh.faces[:, 0]] >= 0) & (np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) > 1e-6)
    assert printed.any()
    outward = mesh.normal[mesh.faces].mean(axis=1)
    turned = np.einsum("fc,fc->f", np.cross(along, down), outward)
    # Rows of a picture run downward, so that its own turn is the other way round.
    assert ((u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) * turned)[printed].max() < 0


def test_names_say_what_is_in_a_pack_and_flavours_do_not():
    """Salted crisps are no brick of salt, an egg sandwich is no box of eggs, blueberry muffins no berries."""
    bag, pouch, tray = (0.18, 0.07, 0.28), (0.14, 0.07, 0.2), (0.16, 0.12, 0.05)
    for package, size_m, one, other in (
        ("bag", bag, "Crisps Salted", "Crisps Paprika"),
        ("pouch", pouch, "Dog Food Beef", "Dog Food Chicken"),
        ("tray", tray, "Sandwich Egg", "Sandwich Cheese"),
        ("tray", tray, "Muffins Blueberry", "Muffins Lemon"),
        ("bottle", (0.07, 0.07, 0.2), "Dish Soap Apple", "Dish Soap Sensitive"),
    ):
        assert np.array_equal(*(_make(package, size_m, kind).position_m for kind in (one, other)))
        assert np.array_equal(*(_make(package, size_m, kind).material for kind in (one, other)))


def test_fruit_is_shaped_as_it_is_called():
    """A pear is widest below its middle, an apple above; a pepper has four lobes; a banana lies and bends.

    A mushroom's cap hangs over its stalk.
    """

    def find_widest(kind):
        mesh = _make("fruit", (0.08, 0.08, 0.1), kind)
        return mesh.position_m[np.argmax(np.hypot(*mesh.position_m[:, :2].T)), 2] / 0.1

    assert find_widest("Conference Pear") < 0.4 < 0.5 < find_widest("Apple Gala")
    assert find_shape("Yellow Peppers").lobes == 4
    assert find_shape("Something Else") is find_shape("")
    banana = _make("fruit", (0.19, 0.04, 0.06), "Banana").position_m
    tips, middle = banana[np.abs(banana[:, 0]) > 0.09], banana[np.abs(banana[:, 0]) < 0.03]
    assert tips[:, 2].mean() > middle[:, 2].mean() + 0.015
    mushroom = _make("fruit", (0.05, 0.05, 0.04), "Chestnut Mushroom").position_m
    radius, z = np.hypot(*mushroom[:, :2].T), mushroom[:, 2]
    assert 0.005 < radius[z < 0.01].max() < 0.4 * radius[z > 0.015].max()


@pytest.mark.parametrize("size_m", [(0.08, 0.08, 0.078), (0.2, 0.13, 0.1), (0.065, 0.06, 0.11)])
def test_near_a_camera_fruit_is_finer_and_stays_in_the_same_box(size_m):
    for kind in _KINDS["fruit"]:
        look = PackLook(3, (180, 90, 60), (200, 40, 40), kind)
        near, far = make_near_meshes(["fruit"], np.array([size_m]), [look])[0], _make("fruit", size_m, kind)
        assert len(near.faces) > 6 * len(far.faces)
        assert (np.abs(near.position_m[:, :2]) <= np.array(size_m[:2]) / 2 + 1e-5).all()
        assert near.position_m[:, 2].min() >= -1e-6
        assert near.position_m[:, 2].max() <= size_m[2] + 1e-5
        corner = near.position_m[near.faces].astype(float)
        turned = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        outward = np.einsum("fc,fc->f", turned, near.normal[near.faces].mean(1)) > 0
        assert outward.mean() > 0.99  # but in the sharpest creases
        # The far skin's corners lie on the near skin, and show the same row of the texture there.
        skin, fine = far.layer >= 0, near.layer >= 0
        gap_m = np.linalg.norm(far.position_m[skin, None] - near.position_m[fine][None], axis=2)
        beside = gap_m.argmin(axis=1)
        assert np.quantile(gap_m.min(axis=1), 0.9) < 0.04 * max(size_m)
        assert np.quantile(np.abs(far.uv[skin, 1] - near.uv[fine][beside, 1]), 0.9) < 0.05


def test_an_orange_is_round_to_a_third_of_a_millimetre_from_near():
    look = PackLook(3, (240, 138, 24), (240, 138, 24), "Navel Orange")
    mesh = make_near_meshes(["fruit"], np.array([(0.08, 0.08, 0.08)]), [look])[0]
    skin = (mesh.layer[mesh.faces] >= 0).all(axis=1)
    corner = mesh.position_m[mesh.faces[skin]].astype(float)
    middle = corner.mean(axis=1)
    belt = np.abs(middle[:, 2] - 0.04) < 0.025
    vertex = np.linalg.norm(corner - [0, 0, 0.04], axis=2).mean(axis=1)
    sag = vertex - np.linalg.norm(middle - [0, 0, 0.04], axis=1)
    assert sag[belt].max() < 0.00035


@pytest.mark.parametrize("package", [package for package in ROUND_PACKAGES if package != "fruit"])
def test_near_a_camera_what_is_turned_is_round_to_a_tenth_of_a_millimetre(package):
    """In the same box, with the same label, if any, in the same place."""
    size_m = (0.08, 0.08, 0.13)
    for kind in _KINDS.get(package, ("",)):
        look = PackLook(3, (180, 90, 60), (200, 40, 40), kind)
        meshes = make_near_meshes(["box", package], np.array([size_m, size_m]), [look, look])
        assert list(meshes) == [1]
        printed = []
        for mesh, off_m in ((meshes[1], 1e-4), (_make(package, size_m, kind), 2e-3)):
            x, y, z = mesh.position_m.T.astype(float)
            radius = np.hypot(x, y)
            assert radius.max() == pytest.approx(0.04)
            assert (z.min(), z.max()) == pytest.approx((0.0, 0.13), abs=1e-6)
            edges = mesh.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
            outer = edges[(radius[edges].min(axis=1) > 0.0399) & (np.ptp(z[edges], axis=1) < 1e-6)]
            middle_m = np.hypot(x[outer].mean(axis=1), y[outer].mean(axis=1))
            assert (0.04 - middle_m).max() < off_m
            label = mesh.layer == 3
            around = (mesh.uv[label, 0] - 0.5) * 2 * np.pi  # its middle is in front
            assert radius[label] * np.sin(around) == pytest.approx(x[label], abs=1e-6)
            assert -radius[label] * np.cos(around) == pytest.approx(y[label], abs=1e-6)
            rows = np.stack([radius[label], z[label], mesh.uv[label, 1]], axis=1)
            printed.append(np.unique(rows.round(5), axis=0))
        assert package in SKINNED or np.array_equal(*printed)  # crockery has no label


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("kind", ["Pear", "Avocado", "Aubergine", "Red Pepper"])
def test_what_tips_over_bears_on_the_ground_on_either_side_of_its_middle(kind, near):
    size_m = np.array(find_lying_size(kind, (0.07, 0.07, 0.11)))
    assert size_m.tolist() == [0.11, 0.07, 0.07]
    look = PackLook(3, (180, 90, 60), (200, 40, 40), kind, near=near)
    for form in range(FORMS):
        at_m = make_form(size_m, replace(look, form=form)).position_m
        assert (np.ptp(at_m, axis=0) <= size_m + 1e-6).all()
        middle_m = at_m[:, 0].mean()
        for side in (-1, 1):
            assert abs(at_m[side * (at_m[:, 0] - middle_m) > 0, 2].min()) < 1e-3


def test_every_form_of_a_fruit_lies_on_the_ground_in_its_box_and_no_two_are_alike():
    sizes = {
        "Apple": (0.078, 0.078, 0.074),
        "Conference Pear": (0.066, 0.066, 0.1),
        "Lemon": (0.085, 0.062, 0.062),
        "Carrot": (0.18, 0.036, 0.036),
        "Bananas": (0.19, 0.13, 0.07),
        "Lettuce": (0.15, 0.15, 0.13),
    }
    looks = [PackLook(3, (180, 90, 60), (200, 40, 40), kind) for kind in sizes]
    size_m = np.array(list(sizes.values()))
    forms = make_loose_forms(["fruit"] * len(sizes), size_m, looks)
    assert len(forms) == len(set(forms)) == len(sizes) * FORMS * 2
    for product, box_m in enumerate(size_m):
        extents, usual = [], np.ptp(_make("fruit", box_m, looks[product].kind).position_m, axis=0)
        for near in (False, True):
            meshes = [forms[product, form, near] for form in range(FORMS)]
            assert np.array_equal(meshes[0].faces, meshes[1].faces)
            for mesh in meshes:
                assert (np.abs(mesh.position_m[:, :2]) <= box_m[:2] / 2 + 1e-5).all()
                assert mesh.position_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)
                assert mesh.position_m[:, 2].max() <= box_m[2] + 1e-5
                extents.append(np.ptp(mesh.position_m, axis=0) / usual)
            positions = [mesh.position_m.tobytes() for mesh in meshes]
            assert len(set(positions)) == FORMS
            assert len({float(mesh.uv[0, 0]) for mesh in meshes}) == FORMS, "another side of the skin"
            tints = [set(map(tuple, mesh.color[mesh.layer >= 0].tolist())) for mesh in meshes]
            assert all(len(tint) == 1 for tint in tints), "all of a skin is as ripe"
            assert len(set().union(*tints)) == FORMS
            assert np.array(sorted(set().union(*tints))).min() > 200
        assert np.min(extents) > 0.8
        assert np.median(extents) > 0.94


def test_leaves_close_round_a_head_without_a_seam_and_stand_out_where_they_end():
    u, v = np.linspace(0.0, 1.0, 200), np.linspace(0.02, 0.98, 60)[:, None]
    for ruffle in (0.0, 1.0):
        relief = compute_relief(u, v, ruffle)
        assert np.allclose(relief[:, 0], relief[:, -1])
        assert 0.6 <= relief.min() < relief.max() <= 1.0
    leaves = find_leaves(u, v)
    assert set(np.unique(leaves.whorl)) == {0, 1, 2}
    assert (np.diff(leaves.whorl, axis=0) <= 0).mean() > 0.99, "the lower, the further out"
    tucked, over = (
        relief[leaves.under < 0.02].mean(),
        relief[(leaves.whorl < 2) & (leaves.edge < 0.02)].mean(),
    )
    assert over > tucked


def test_eyes_of_a_pineapple_close_round_it_without_a_seam_and_stand_out_of_their_furrows():
    u, v = np.linspace(0.0, 1.0, 331), np.linspace(0.0, 1.0, 200)[:, None]
    relief, eyes = compute_eye_relief(u, v), find_eyes(u, v)
    assert np.allclose(relief[:, 0], relief[:, -1])
    assert 0.85 < relief.min() < relief.max() <= 1.0
    assert relief[eyes.away < 0.3].min() > relief[eyes.away > 0.95].max() + 0.04
    twice_round = compute_eye_relief(np.linspace(0.0, 2.0, 1200), np.linspace(0.0, 1.0, 600)[:, None])
    assert ndimage.label(twice_round > 0.995)[1] / 2 == pytest.approx(11 * 13, rel=0.1), "a tip on each eye"
    for number in (0, 17, 40):  # one eye is one place
        own = np.argwhere(eyes.number == number)
        assert np.ptp(own[:, 0]) < 200 / 6


@pytest.mark.parametrize("form", range(FORMS))
@pytest.mark.parametrize(("kind", "least"), [("Pineapple", 0.07), ("Cabbage", 0.015), ("Lettuce", 0.015)])
def test_what_is_drawn_of_eyes_and_leaves_lies_on_their_relief(kind, least, form):
    """Where a furrow or the seam of two leaves is drawn, a body is thinner than elsewhere at its level."""
    size_m = np.array([0.12, 0.12, 0.25])
    look = PackLook(3, (180, 90, 60), (200, 40, 40), kind, near=True, form=form)
    upright = make_fruit(*size_m, look)  # before it is tilted, vertex by vertex the same
    body = (upright.layer >= 0) & (np.abs(upright.uv[:, 1] - 0.5) < 0.4)
    u, v = make_form(size_m, look).uv[body].T.astype(float)
    radius_m = np.hypot(*upright.position_m[body, :2].T)
    share = radius_m / [radius_m[np.isclose(v, level)].mean() for level in v]
    away = find_eyes(u, v).away if kind == "Pineapple" else 2.0 * np.abs(find_leaves(u, v).aside)
    assert share[away > 0.95].mean() < share[away < 0.3].mean() - least


def test_fingers_of_a_hand_meet_at_its_stem_and_bend_the_same_way():
    along = np.linspace(0.0, 1.0, 25)
    turn = np.linspace(0.0, 2 * np.pi, 17)
    across = np.tile(np.sqrt(1.0 - (2 * along[:, None] - 1) ** 4), (1, 17))
    finger = Finger(along, across, np.column_stack([np.cos(turn), np.sin(turn)]))
    size_m = np.array([0.19, 0.12, 0.08])
    for phase in (0.0, 2.4, 4.8, 7.2):
        rings = np.array(make_hand(finger, finger, 6, size_m, phase))
        points = rings.reshape(-1, 3)
        assert np.ptp(points, axis=0) == pytest.approx(size_m)
        assert points[:, 2].min() == pytest.approx(0.0, abs=1e-9)
        middle = rings[:, :, :-1].mean(axis=2)
        stem, tip = middle[:, -1], middle[:, 0]
        assert (np.diff(middle[:, :, 0], axis=1) > 0).all(), "the stem is at the right"
        assert np.ptp(tip[:, 1]) > 2 * np.ptp(stem[:, 1])
        assert np.ptp(stem[:, 0]) < THICK * size_m[0]
        rise_m, long_m = middle[:, 12, 2] - (tip + stem)[:, 2] / 2, (stem - tip)[:, 0]
        assert np.ptp(rise_m / long_m) < 0.08 * np.mean(rise_m / long_m), "the shorter, the flatter"
        assert long_m.min() > 0.7 * long_m.max()
        chord = tip + (stem - tip) * ((middle[:, 12, 0] - tip[:, 0]) / (stem - tip)[:, 0])[:, None]
        aside = (middle[:, 12] - chord)[:, 1]
        assert (aside > 0).all() or (aside < 0).all()
        assert np.abs(aside).min() > 0.03 * size_m[0]


def test_mushrooms_lie_on_any_side_in_their_own_proportions():
    """The stalk of some looks up: its foot is the last row of the skin."""
    look = PackLook(3, (180, 90, 60), (200, 40, 40), "Mushroom")
    longest, up = [], []
    for form in range(FORMS):
        mesh = make_form(np.array([0.05, 0.05, 0.04]), replace(look, form=form))
        foot = np.isclose(mesh.uv[:, 1], 1.0)
        axis = mesh.position_m.mean(axis=0) - mesh.position_m[foot].mean(axis=0)
        up.append(float(axis[2] / np.linalg.norm(axis)))
        away = np.linalg.norm(mesh.position_m[:, None] - mesh.position_m, axis=2)
        longest.append(away.max() / np.linalg.norm(axis))
        assert mesh.position_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)
        assert (np.ptp(mesh.position_m, axis=0) <= [0.05 + 1e-6, 0.05 + 1e-6, 0.04 + 1e-6]).all()
    assert min(up) < -0.7
    assert max(up) > 0.9
    assert sum(abs(one) < 0.6 for one in up) >= 2
    assert np.ptp(longest) < 0.35 * np.mean(longest)


def make_melons(size_m):
    """All forms of a melon but the first, and of each the way to its stalk, a unit vector."""
    look, melons = PackLook(3, (180, 90, 60), (200, 40, 40), "Honeydew Melon"), []
    for form in range(1, FORMS):
        mesh = make_form(np.array(size_m), replace(look, form=form))
        skin = mesh.layer >= 0
        level = mesh.uv[skin, 1]
        axis = mesh.position_m[skin][level > 0.95].mean(0) - mesh.position_m[skin][level < 0.05].mean(0)
        melons.append((mesh, axis / np.linalg.norm(axis)))
    return melons


def test_a_melon_that_is_much_longer_than_high_lies():
    assert all(abs(axis[0]) > 0.99 for _, axis in make_melons((0.26, 0.17, 0.17)))


@pytest.mark.parametrize("size_m", [(0.2, 0.17, 0.17), (0.16, 0.16, 0.158)])
def test_a_melon_that_is_nearly_round_shows_any_side_and_fills_its_box(size_m):
    melons = make_melons(size_m)
    axes = np.array([axis for _, axis in melons])
    assert np.ptp(axes, axis=0).min() > 0.9, "to the left and right, the front and back, up and down"
    assert np.abs(np.triu(axes @ axes.T, 1)).max() < 0.98, "no two the same way"
    for mesh, _ in melons:
        share = np.ptp(mesh.position_m, axis=0) / size_m
        assert share.min() > 0.93
        assert np.ptp(share) < 1e-3
        assert share.max() <= 1.0 + 1e-6
        assert mesh.position_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "size_m"), [("Mushroom", (0.05, 0.05, 0.04)), ("Apple", (0.08, 0.08, 0.07))]
)
def test_normals_of_every_form_stand_on_its_surface_as_they_do_on_the_first(kind, size_m):
    """Forms are turned and stretched into their box: the mean angle between normals and faces is kept."""
    look = PackLook(3, (180, 90, 60), (200, 40, 40), kind, near=True)
    away = []
    for form in range(FORMS):
        mesh = make_form(np.array(size_m), replace(look, form=form))
        corner_m = mesh.position_m[mesh.faces].astype(float)
        across = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 2] - corner_m[:, 0])
        area = np.linalg.norm(across, axis=1)
        normal = mesh.normal[mesh.faces].astype(float).mean(axis=1)
        cosine = (across * normal).sum(axis=1) / np.maximum(area * np.linalg.norm(normal, axis=1), 1e-15)
        away.append(np.degrees(np.average(np.arccos(np.clip(cosine, -1, 1)), weights=area)))
    assert max(away) == pytest.approx(min(away), abs=0.05)
