"""Crockery: bowls, plates, mugs, jugs and teapots, how they are closed and how they stand in each other."""

import numpy as np
import pytest

from scenes.goods.packages import PackLook, make_near_meshes, make_pack_mesh, measure_pitch


def make_vessel(package, size_m, *, near=False):
    return make_pack_mesh(package, np.array(size_m), PackLook(3, (180, 90, 60), (200, 40, 40), near=near))


def measure_round_body(mesh, size_m):
    """Return points (N, 3) about the axis of what is open above, whose rim a handle leaves round."""
    low, high = (
        end(mesh.position_m[mesh.position_m[:, 2] > size_m[2] - 0.0005], axis=0) for end in (np.min, np.max)
    )
    return (mesh.position_m - [*(low + high)[:2] / 2, 0.0]) * [*((high - low)[1] / (high - low)[:2]), 1.0]


@pytest.mark.parametrize("height_m", [0.03, 0.09, 0.25])
def test_a_bowl_is_open_above_and_hollow(height_m):
    """Its rim is as wide as the bowl, its floor lies low and is seen from above, and its wall is thin."""
    mesh = make_vessel("bowl", (0.18, 0.18, height_m))
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
    mesh, pitch_m = make_vessel("bowl", size_m), measure_pitch("bowl", np.array(size_m))
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


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("size_m", [(0.17, 0.17, 0.018), (0.42, 0.3, 0.034), (0.23, 0.23, 0.05)])
def test_plates_lie_on_each_other_as_close_as_they_are_thick(size_m, near):
    """Measured on the mesh: the upper one's underside is nowhere below the lower one's upper side."""
    mesh, pitch_m = make_vessel("plate", size_m, near=near), measure_pitch("plate", np.array(size_m))
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
    mesh = make_vessel("bowl", size_m)
    radius, z = np.hypot(*mesh.position_m[:, :2].T), mesh.position_m[:, 2]
    outward = (mesh.position_m * mesh.normal)[:, :2].sum(1) / np.maximum(radius, 1e-9)
    edge = (z > size_m[2] - 1e-6) & (radius > size_m[0] / 2 - 1e-5)
    assert np.ptp(outward[edge]) < 0.05
    assert np.ptp(mesh.normal[edge, 2]) < 0.05
    assert 0.6 < outward[edge].min() < 0.8
    low = (z < size_m[2] - 0.005) & (z > 0.7 * size_m[2]) & (outward > 0)
    assert low.any()
    assert np.abs(mesh.normal[low, 2]).max() < 0.45


def test_rims_of_stacked_plates_close_up_from_afar():
    """The upper one's rim begins where the lower one's ends; all of it stands nearly upright."""
    size_m = (0.23, 0.23, 0.021)
    mesh = make_vessel("plate", size_m)
    radius, z = np.hypot(*mesh.position_m[:, :2].T), mesh.position_m[:, 2]
    rim = radius > size_m[0] / 2 - 1e-5
    assert z[rim].min() + measure_pitch("plate", np.array(size_m)) == pytest.approx(z.max(), abs=1e-6)
    strip = np.isin(np.arange(len(z)), mesh.faces[rim[mesh.faces].all(axis=1)])
    assert np.abs(mesh.normal[strip, 2]).max() < 0.25


@pytest.mark.parametrize("size_m", [(0.17, 0.17, 0.018), (0.27, 0.27, 0.022), (0.23, 0.23, 0.05)])
def test_near_a_camera_a_plate_has_a_foot_a_well_and_a_thin_rim(size_m):
    mesh, r = make_vessel("plate", size_m, near=True), size_m[0] / 2
    share = np.array([0.02, 0.3, 0.535, 0.7, 0.8, 0.9, 0.97])
    under, upper = _find_sides_m(mesh, np.column_stack([share * r, 0.0 * share]))
    assert under[2] == pytest.approx(0.0, abs=1e-6)  # it stands on a ring
    assert (np.delete(under, 2) > 0.001).all()
    assert np.ptp(upper[:3]) < 1e-6  # a level well
    assert (np.diff(upper[2:]) > 0.0005).all()  # from which it rises
    thick_m = measure_pitch("plate", np.array(size_m)) - 0.0005
    assert upper[0] == pytest.approx(thick_m, abs=1e-5)
    assert (upper - under)[-2:] == pytest.approx(thick_m / 2, rel=0.15)
    # A far camera's plate fills the same slab.
    far_under, far_upper = _find_sides_m(
        make_vessel("plate", size_m), np.column_stack([share * r, 0 * share])
    )
    assert (under > far_under - 0.3 * thick_m).all()
    assert np.abs(upper - far_upper).max() < 0.2 * size_m[2]


@pytest.mark.parametrize(
    ("package", "size_m", "wall_m"),
    [
        ("bowl", (0.15, 0.15, 0.068), 0.004),
        ("bowl", (0.08, 0.08, 0.09), 0.0028),
        ("mug", (0.115, 0.083, 0.095), 0.004),
    ],
)
def test_near_a_camera_a_lip_is_half_a_circle_as_wide_as_the_wall(package, size_m, wall_m):
    mesh = make_vessel(package, size_m, near=True)
    x, y, z = measure_round_body(mesh, size_m).T
    radius = np.hypot(x, y)
    lip = (z > size_m[2] - 0.45 * wall_m) & (radius < size_m[1] / 2 + 1e-5)
    across = radius[lip] - (size_m[1] / 2 - wall_m / 2), z[lip] - (size_m[2] - wall_m / 2)
    np.testing.assert_allclose(np.hypot(*across), wall_m / 2, rtol=0.03)
    assert len(np.unique(z[lip].round(5))) >= 3
    assert mesh.normal[z > size_m[2] - 1e-5, 2].min() > 0.95
    assert np.ptp(across[0]) > 0.8 * wall_m


def test_near_a_camera_a_mug_stands_on_a_ring_that_fits_into_a_mug():
    size_m = (0.115, 0.083, 0.095)
    far, near = (make_vessel("mug", size_m, near=one) for one in (False, True))
    r = size_m[1] / 2

    def list_low(mesh):
        point = measure_round_body(mesh, size_m)
        radius, z = np.hypot(*point[:, :2].T), point[:, 2]
        outward = (mesh.normal[:, :2] * point[:, :2]).sum(axis=1) > 1e-6
        return radius, z, (z < 0.105 * size_m[2]) & (radius < r) & outward

    radius, z, low = list_low(far)
    order = np.lexsort((radius[low], z[low]))
    chord = z[low][order], radius[low][order]
    radius, z, low = list_low(near)
    assert (radius[low] <= np.interp(z[low], *chord) + 0.05 * r)[z[low] < 1e-6].all()
    assert (radius[low] <= np.interp(z[low], *chord) + 1e-4)[z[low] > 0.02 * size_m[2]].all()
    ring = z < 1e-6
    assert 0.65 * r < radius[ring].min() < radius[ring].max() < 0.85 * r
    assert z[radius < 1e-6].min() == pytest.approx(0.02 * size_m[2], rel=0.02)


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
    x, y, z = make_vessel(package, size_m).position_m.astype(float).T
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
    mesh, pitch_m = make_vessel("mug", size_m), measure_pitch("mug", np.array(size_m))
    assert 0.8 * size_m[2] < pitch_m < 0.97 * size_m[2]
    middle = (size_m[1] - size_m[0]) / 2
    radius, z = np.hypot(mesh.position_m[:, 0] - middle, mesh.position_m[:, 1]), mesh.position_m[:, 2]
    foot = (z < 1e-6) & (radius > 1e-6)
    mouth = (z > size_m[2] - 1e-6) & (radius < size_m[1] / 2 - 0.001)
    assert radius[foot].max() < radius[mouth].min()
