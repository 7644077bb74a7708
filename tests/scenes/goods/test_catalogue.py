"""The catalogue: believable numbers, twins, look-alikes, packs and pictures."""

from collections import Counter

import numpy as np
import pytest

from scenes.goods.assortment import FAMILIES, SECTIONS
from scenes.goods.catalogue import make_catalogue, sample_price_minor
from scenes.goods.packages import PACKAGES, PANEL_FRONT, ROUND_PACKAGES, PackLook, make_pack_mesh
from scenes.randomness import make_rng
from scenes.scenario import CatalogueSpec
from scenes.world import CLASS_ID

# Nothing of the built-in assortment comes in these.
OF_OWN_CATALOGUES = {"bowl", "plate", "mug", "jug", "teapot"}


def _make(seed=0, store_format="convenience", **values):
    return make_catalogue(
        CatalogueSpec(**values), store_format=store_format, first_layer=5, rng=make_rng(seed, 0, "catalogue")
    )


@pytest.fixture(scope="module")
def made():
    return _make()


def test_default_catalogue_spans_the_shop(made):
    catalogue, textures, sections = made
    assert len(catalogue.sku) == len(set(catalogue.sku)) == len(textures) == 72
    assert len(set(catalogue.name)) == 72
    assert set(catalogue.package) == set(PACKAGES) - OF_OWN_CATALOGUES
    assert set(sections) == set(SECTIONS)


@pytest.mark.parametrize("count", [1, 2, 7, 400])
def test_any_number_of_skus(count):
    catalogue, textures, sections = _make(skus=count)
    assert len(set(catalogue.name)) == count == len(textures) == len(sections)
    assert catalogue.popularity.sum() == pytest.approx(1)


def test_popularity_follows_the_rank_frequency_law(made):
    share = np.sort(made[0].popularity)[::-1]
    rank = np.arange(1, 73)
    slope = np.polyfit(np.log(rank), np.log(share), 1)[0]
    assert slope == pytest.approx(-0.65, abs=1e-6)
    assert share.sum() == pytest.approx(1)
    assert not np.array_equal(made[0].popularity, share), "ranks must be shuffled over the products"


def test_sizes_and_masses_fit_the_kind_of_pack(made):
    catalogue = made[0]
    for package, size, mass in zip(catalogue.package, catalogue.size_m, catalogue.mass_kg, strict=True):
        assert (size >= 0.018).all()
        assert (size <= 0.36).all()
        if package in ROUND_PACKAGES:
            assert size[0] == size[1]
        density = mass / size.prod()
        # Crisps and bread are mostly air; jars are honey in glass.
        airy = ("bag", "box", "pouch", "loaf", "tray")
        assert (20 if package in airy else 290) < density < 1400


def test_a_can_of_330_ml_is_what_everyone_knows():
    catalogue = _make(skus=200)[0]
    cans = [
        k
        for k, (name, package) in enumerate(zip(catalogue.name, catalogue.package, strict=True))
        if name.endswith("330 ml") and package == "can"
    ]
    assert len(cans) >= 3
    for k in cans:
        assert catalogue.size_m[k] == pytest.approx([0.066, 0.066, 0.115], rel=0.04)
        assert catalogue.mass_kg[k] == pytest.approx(0.35, rel=0.06)


def test_prices_end_as_shops_like_them(made):
    assert set((made[0].price_minor % 10).tolist()) <= {5, 9}
    assert made[0].price_minor.min() >= 39
    rng = make_rng(0, 0, "prices")
    drawn = [sample_price_minor(199, rng=rng) for _ in range(300)]
    assert np.mean(drawn) == pytest.approx(199, rel=0.05)


def test_weight_twins_weigh_the_same(made):
    catalogue = made[0]
    twins = np.flatnonzero(catalogue.weight_twin >= 0)
    assert len(twins) == 12
    for k in twins:
        other = catalogue.weight_twin[k]
        assert catalogue.weight_twin[other] == k != other
        assert catalogue.mass_kg[other] == pytest.approx(catalogue.mass_kg[k], rel=0.005)


def test_look_alikes_differ_in_a_band_of_colour(made):
    catalogue, textures, _ = made
    pixels = textures.pixels
    pairs = np.flatnonzero(catalogue.look_alike >= 0)
    assert len(pairs) == 12
    for k in pairs:
        other = catalogue.look_alike[k]
        assert catalogue.look_alike[other] == k
        assert np.array_equal(catalogue.size_m[k], catalogue.size_m[other])
        assert catalogue.brand[k] == catalogue.brand[other]
        changed = (abs(pixels[k].astype(int) - pixels[other]).max(-1) > 24).mean()
        assert 0.005 < changed < 0.6
        strangers = [j for j in range(72) if j not in (k, other) and catalogue.brand[j] != catalogue.brand[k]]
        least = min((abs(pixels[k].astype(int) - pixels[j]).max(-1) > 24).mean() for j in strangers)
        assert changed < least + 0.25


def test_pairs_never_exceed_what_the_catalogue_holds():
    catalogue = _make(skus=3, look_alike_pairs=100, weight_twin_pairs=100)[0]
    assert (catalogue.look_alike >= 0).sum() == 2
    assert (catalogue.weight_twin >= 0).sum() <= 2


def test_kiosks_leave_pantry_and_household_out():
    sections = set(_make(store_format="kiosk")[2])
    assert sections == {"Drinks", "Dairy", "Snacks", "Breakfast"}


def test_meshes_fill_their_packs_size_and_stand_on_the_floor(made):
    catalogue = made[0]
    for k, (package, size) in enumerate(zip(catalogue.package, catalogue.size_m, strict=True)):
        mesh = catalogue.mesh[k]
        low, high = mesh.position_m.min(0), mesh.position_m.max(0)
        assert low[2] == pytest.approx(0, abs=1e-6)
        assert high[2] == pytest.approx(size[2], abs=1e-4)
        assert (high - low <= size + 1e-4).all()
        assert (high - low)[:2] == pytest.approx(size[:2], rel=0.12)
        assert 10 <= len(mesh.faces) <= 220, package
        assert set(mesh.class_id.tolist()) == {CLASS_ID["product"]}
        assert set(mesh.layer.tolist()) <= {-1, 5 + k}


def test_packs_are_closed_outwards(made):
    catalogue = made[0]
    for package, size, mesh in zip(catalogue.package, catalogue.size_m, catalogue.mesh, strict=True):
        a, b, c = (mesh.position_m[mesh.faces[:, k]].astype(float) for k in range(3))
        volume = np.einsum("fc,fc->", a, np.cross(b, c)) / 6
        share = volume / size.prod()
        assert 0.3 < share <= 1.001, (package, share)


def test_the_label_faces_the_shopper(made):
    """The middle of what looks to -Y shows the middle of the front panel or of the wrap."""
    catalogue = made[0]
    u0, _, u1, _ = PANEL_FRONT
    for package, mesh in zip(catalogue.package, catalogue.mesh, strict=True):
        front = np.flatnonzero((mesh.normal[:, 1] < -0.7) & (mesh.layer >= 0))
        u = mesh.uv[front, 0]
        x = mesh.position_m[front, 0]
        middle = 0.5 if package in ROUND_PACKAGES else (u0 + u1) / 2
        inside = abs(u - middle) < 0.32
        slope, offset = np.polyfit(x[inside], u[inside], 1)
        assert slope > 0, "text must not be mirrored"
        assert offset == pytest.approx(middle, abs=0.03)


def test_an_oval_bottle_is_as_deep_as_asked():
    size_m = np.array([0.08, 0.05, 0.2])
    mesh = make_pack_mesh("bottle", size_m, PackLook(0, (200, 200, 200), (20, 20, 200)))
    extent = mesh.position_m.max(0) - mesh.position_m.min(0)
    assert extent[1] / extent[0] == pytest.approx(0.05 / 0.08, rel=0.02)
    assert np.allclose(np.linalg.norm(mesh.normal, axis=1), 1, atol=1e-5)


def test_a_large_assortment_has_every_family_in_flavours_and_sizes():
    catalogue, _, sections = _make(skus=400)
    assert set(catalogue.package) == set(PACKAGES) - OF_OWN_CATALOGUES
    assert set(sections) == set(SECTIONS)
    lines = Counter(zip(catalogue.brand, catalogue.package, strict=True))
    assert np.median(list(lines.values())) >= 2, "brands come in flavours"


def test_pictures_show_the_pack_on_white(made):
    catalogue = made[0]
    assert len(catalogue.picture) == 72
    for k in (0, 17, -1):
        picture = catalogue.picture[k]
        assert picture.shape == (256, 256, 3)
        assert picture.dtype == np.uint8
        assert (picture[:4] > 250).all(), "the upper edge stays white"
        assert (picture.min(-1) < 200).mean() > 0.08
        assert catalogue.picture[k] is picture, "made once"
    with pytest.raises(IndexError):
        catalogue.picture[72]


def test_every_family_has_flavours_and_sizes_enough():
    for family in FAMILIES:
        assert len(family.flavours) >= 2
        assert family.package in PACKAGES
        assert len({pack.content for pack in family.sizes}) == len(family.sizes)
