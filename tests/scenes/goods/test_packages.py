"""Meshes of packs of every kind: within their box, in few triangles, each fruit in its own shape."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.goods.packages import (
    PACKAGES,
    ROUND_PACKAGES,
    PackLook,
    make_loose_forms,
    make_near_meshes,
    make_pack_mesh,
    measure_pitch,
)
from scenes.goods.packages.atlas import SKINNED
from scenes.goods.packages.forms import make_form
from scenes.goods.packages.leaves import compute_relief, find_leaves
from scenes.goods.packages.produce import find_lying_size, find_shape
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


@pytest.mark.parametrize("height_m", [0.03, 0.09, 0.25])
def test_a_bowl_is_open_above_and_hollow(height_m):
    """Its rim is as wide as the bowl, its floor lies low and is seen from above, and its wall is thin."""
    mesh = _make("bowl", (0.18, 0.18, height_m))
    radius, z = np.hypot(*mesh.position_m[:, :2].T), mesh.position_m[:, 2]
    assert z.max() == pytest.approx(height_m)
    rim = radius[z > height_m - 1e-6]
    assert 0.08 < rim.min() < rim.max() == pytest.approx(0.09)
    middle = radius < 1e-6
    assert z[middle].max() <= 0.3 * height_m
    assert (mesh.normal[middle & (z > 0), 2] > 0.99).all()


@pytest.mark.parametrize(
    "size_m", [(0.15, 0.15, 0.068), (0.26, 0.26, 0.06), (0.28, 0.2, 0.24), (0.08, 0.08, 0.09)]
)
def test_bowls_stand_in_each_other_as_deep_as_their_walls_allow(size_m):
    """The upper one's outside lies nowhere beyond the lower one's inside, but 2 mm deeper it would."""
    mesh, pitch_m = _make("bowl", size_m), measure_pitch("bowl", np.array(size_m))
    x, y, z = (mesh.position_m * [1.0, size_m[0] / size_m[1], 1.0]).T
    radius, outward = np.hypot(x, y), (mesh.position_m * mesh.normal)[:, :2].sum(1)
    bottom = radius < 1e-6
    wall = {}
    for side, mine in (("outside", outward > 1e-6), ("inside", (outward < -1e-6) & ~bottom)):
        order = np.lexsort((radius[mine], z[mine]))
        wall[side] = z[mine][order], radius[mine][order]
    assert z[bottom].max() < pitch_m
    high_m = np.linspace(pitch_m, size_m[2], 200)
    inside = np.interp(high_m, *wall["inside"])
    assert (np.interp(high_m - pitch_m, *wall["outside"]) <= inside + 1e-6).all()
    assert (np.interp(high_m - pitch_m + 0.002, *wall["outside"]) > inside).any()


@pytest.mark.parametrize("size_m", [(0.17, 0.17, 0.018), (0.42, 0.3, 0.034), (0.23, 0.23, 0.05)])
def test_plates_lie_on_each_other_as_close_as_they_are_thick(size_m):
    """Measured on the mesh: the upper one's underside is nowhere below the lower one's upper side."""
    mesh, pitch_m = _make("plate", size_m), measure_pitch("plate", np.array(size_m))
    assert 0.003 < pitch_m < 0.5 * size_m[2]
    around, radius = np.meshgrid(np.linspace(0.0, 2 * np.pi, 60), np.linspace(0.02, 0.94, 40))
    half_m = np.array(size_m[:2]) / 2
    points = radius.ravel()[:, None] * np.column_stack([np.cos(around.ravel()), np.sin(around.ravel())])
    under, upper = _find_sides_m(mesh, points * half_m)
    assert (upper > under + 0.001).all()
    gap_m = (under + pitch_m) - upper
    assert gap_m.min() > -1e-4
    assert gap_m.min() < 0.002


@pytest.mark.parametrize("size_m", [(0.16, 0.16, 0.08), (0.08, 0.08, 0.09)])
def test_the_edge_of_a_rim_is_round_and_the_wall_below_it_upright(size_m):
    """All that meets in a point of the edge faces one way there, outward and upward alike."""
    mesh = _make("bowl", size_m)
    radius, z = np.hypot(*mesh.position_m[:, :2].T), mesh.position_m[:, 2]
    outward = (mesh.position_m * mesh.normal)[:, :2].sum(1) / np.maximum(radius, 1e-9)
    edge = (z > size_m[2] - 1e-6) & (radius > size_m[0] / 2 - 1e-5)
    assert np.ptp(outward[edge]) < 0.05
    assert np.ptp(mesh.normal[edge, 2]) < 0.05
    assert 0.6 < outward[edge].min() < 0.8
    low = (z < size_m[2] - 0.005) & (z > 0.7 * size_m[2]) & (outward > 0)
    assert low.any()
    assert np.abs(mesh.normal[low, 2]).max() < 0.45


def test_rims_of_stacked_plates_close_up():
    """The upper one's rim begins where the lower one's ends; from afar all of it stands nearly upright."""
    size_m = (0.23, 0.23, 0.021)
    for near in (False, True):
        mesh = make_pack_mesh("plate", np.array(size_m), PackLook(3, (180, 90, 60), (200, 40, 40), near=near))
        radius, z = np.hypot(*mesh.position_m[:, :2].T), mesh.position_m[:, 2]
        rim = radius > size_m[0] / 2 - 1e-5
        assert z[rim].min() + measure_pitch("plate", np.array(size_m)) == pytest.approx(z.max(), abs=1e-6)
        strip = np.isin(np.arange(len(z)), mesh.faces[rim[mesh.faces].all(axis=1)])
        assert (np.abs(mesh.normal[strip, 2]).max() < 0.25) == (not near)


def _find_sides_m(mesh, points):
    """Return how high over (N, 2) points a mesh begins and ends, by its triangles."""
    corner = mesh.position_m[mesh.faces].astype(float)
    a, b, c = (corner[None, :, k] for k in range(3))
    p = points[:, None]

    def cross(u, v):
        return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]

    whole = cross((b - a)[..., :2], (c - a)[..., :2])
    with np.errstate(divide="ignore", invalid="ignore"):
        v = cross(p - a[..., :2], (c - a)[..., :2]) / whole
        w = cross((b - a)[..., :2], p - a[..., :2]) / whole
        over = (v >= -1e-9) & (w >= -1e-9) & (v + w <= 1 + 1e-9) & (abs(whole) > 1e-12)
        z = a[..., 2] + v * (b - a)[..., 2] + w * (c - a)[..., 2]
    return np.where(over, z, np.inf).min(axis=1), np.where(over, z, -np.inf).max(axis=1)


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize(
    ("package", "size_m"),
    [
        ("plate", (0.27, 0.27, 0.024)),
        ("mug", (0.115, 0.083, 0.095)),
        ("mug", (0.075, 0.075, 0.06)),
        ("jug", (0.19, 0.13, 0.23)),
        ("teapot", (0.23, 0.14, 0.14)),
        ("teapot", (0.4, 0.12, 0.1)),
    ],
)
def test_crockery_is_closed_and_fills_its_box(package, size_m, near):
    """Every edge belongs to two faces, all of which look outward: the skin holds a volume, if a thin one."""
    look = PackLook(3, (180, 90, 60), (200, 40, 40), near=near)
    mesh = make_pack_mesh(package, np.array(size_m), look)
    low, high = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
    assert low == pytest.approx([-size_m[0] / 2, -size_m[1] / 2, 0.0], rel=0.02, abs=1e-6)
    assert high == pytest.approx([size_m[0] / 2, size_m[1] / 2, size_m[2]], rel=0.02)
    _, corner = np.unique(mesh.position_m.round(6), axis=0, return_inverse=True)
    edges = corner.ravel()[mesh.faces][:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    one_way = set(map(tuple, edges.tolist()))
    assert len(one_way) == len(edges)
    assert {(b, a) for a, b in one_way} == one_way
    a, b, c = (mesh.position_m[mesh.faces[:, k]].astype(float) for k in range(3))
    volume_m3 = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert 0.02 < volume_m3 / np.prod(size_m) < 0.7
    assert list(make_near_meshes([package], np.array([size_m]), [look])) == [0]


@pytest.mark.parametrize(("package", "spout"), [("mug", False), ("jug", True), ("teapot", True)])
def test_handles_are_to_the_right_and_spouts_to_the_left(package, spout):
    """A hand passes through the handle; the body between them is as deep as the pack, and as wide."""
    width, depth, height = size_m = (0.2, 0.12, 0.16)
    x, y, z = _make(package, size_m).position_m.astype(float).T
    deep = np.abs(y) > 0.4 * depth
    body = np.array([x[deep].min(), x[deep].max()])
    assert body[1] < width / 2 - 0.2 * (width - depth)
    assert (body[0] - depth / 4 > -width / 2 + 0.2 * (width - depth)) == spout
    right, left = x > 0.47 * width, x < -0.49 * width
    assert np.ptp(y[right]) < 0.2 * depth
    assert (z[right] > 0.2 * height).all()
    assert (z[right] < 0.9 * height).all()
    if spout:
        assert (z[left] > 0.6 * height).all()


@pytest.mark.parametrize("size_m", [(0.115, 0.083, 0.095), (0.12, 0.098, 0.065)])
def test_the_foot_of_a_mug_stands_in_the_mouth_of_the_one_below(size_m):
    mesh, pitch_m = _make("mug", size_m), measure_pitch("mug", np.array(size_m))
    assert 0.8 * size_m[2] < pitch_m < 0.97 * size_m[2]
    middle = (size_m[1] - size_m[0]) / 2
    radius, z = np.hypot(mesh.position_m[:, 0] - middle, mesh.position_m[:, 1]), mesh.position_m[:, 2]
    foot = (z < 1e-6) & (radius > 1e-6)
    mouth = (z > size_m[2] - 1e-6) & (radius < size_m[1] / 2 - 0.001)
    assert radius[foot].max() < radius[mouth].min()


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
    """In the same box, with the same label in the same place."""
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
        assert np.array_equal(*printed)


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
