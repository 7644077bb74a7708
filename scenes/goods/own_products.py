"""Packs of a user's own catalogue: meshes, labels with the user's pictures, twins by mass.

In: an `OwnCatalogue` (scenes/goods/own_catalogue.py). Out: what scenes/goods/catalogue.py makes of the
built-in assortment: a `Catalogue`, textures, sections. A pack looks the same in every clip: where there is
no picture, the art follows from brand, section and name, one ground for a line, one colour for a flavour.
"""

import numpy as np
from PIL import Image

from scenes.goods.assortment import BOLD_BASES, BROWN, FLAVOUR_COLORS
from scenes.goods.barcodes import complete_code
from scenes.goods.catalogue import TWIN_TOLERANCE, sample_popularity
from scenes.goods.labels import TEMPLATES, LabelDesign, find_face, keep_apart, make_label
from scenes.goods.lettering import blend
from scenes.goods.own_catalogue import OwnCatalogue
from scenes.goods.own_rows import OwnProduct
from scenes.goods.packages import (
    LOOSE,
    UNCODED,
    PackLook,
    make_loose_forms,
    make_near_meshes,
    make_pack_mesh,
)
from scenes.goods.packages.fruit_kinds import find_lying_size
from scenes.goods.photos import open_picture, trim_photo
from scenes.goods.pictograms import PICTOGRAMS
from scenes.goods.pictures import PackPictures
from scenes.goods.skin_kinds import find_skin
from scenes.goods.titles import Title, split_names
from scenes.randomness import make_rng
from scenes.scenario import CatalogueSpec
from scenes.world import Catalogue, Textures

RGB = tuple[int, int, int]


def make_own_catalogue(
    own: OwnCatalogue, spec: CatalogueSpec, *, first_layer: int, rng: np.random.Generator
) -> tuple[Catalogue, Textures, tuple[str, ...]]:
    """Make the catalogue of a user's products.

    Args:
        own: The products.
        spec: Currency, pairs of twins to name, exponent of popularity where the file has none.
        first_layer: Where the packs' textures will begin in the store's texture array.
        rng: Lane of the catalogue.

    Returns:
        The catalogue, the textures, a layer a product, and the section of the shop of each product.
    """
    products = own.products
    size_m = np.array([_find_size(product) for product in products])
    mass_kg = np.array([product.mass_kg for product in products])
    labels, meshes, looks, codes = [], [], [], []
    titles = split_names(*([getattr(p, key) for p in products] for key in ("name", "brand", "section")))
    for number, (product, title) in enumerate(zip(products, titles, strict=True)):
        photo = None if product.picture is None else trim_photo(open_picture(product.picture))
        design = _make_design(product, title, photo)
        label = make_label(design, product.package, size_m[number], kind=product.name, photo=photo)
        labels.append(label)
        codes.append("" if product.package in UNCODED else design.code)
        body = blend(design.base, BROWN, 0.15)
        look = PackLook(first_layer + number, body=body, accent=design.accent, kind=product.name)
        looks.append(look)
        meshes.append(make_pack_mesh(product.package, size_m[number], look))
    textures = Textures.of(np.stack(labels))
    packages = tuple(product.package for product in products)
    near = make_near_meshes(packages, size_m, looks)
    catalogue = Catalogue(
        currency=spec.currency,
        sku=tuple(product.sku for product in products),
        name=tuple(product.name for product in products),
        brand=tuple(product.brand for product in products),
        package=packages,
        size_m=size_m,
        mass_kg=mass_kg,
        price_minor=np.array([product.price_minor for product in products], np.int64),
        popularity=_popularity(products, spec.popularity_exponent, rng=rng),
        weight_twin=find_weight_twins(mass_kg, spec.weight_twin_pairs),
        look_alike=np.full(len(products), -1, np.int64),
        mesh=tuple(meshes),
        picture=PackPictures(meshes, near, textures, first_layer),
        sold_by=tuple(product.sold_by for product in products),
        code=tuple(codes),
        near_mesh=near,
        form_mesh=make_loose_forms(packages, size_m, looks),
    )
    return catalogue, textures, tuple(product.section for product in products)


def _find_size(product: OwnProduct) -> tuple[float, float, float]:
    """Return the box of a product as it stands or lies in a shop."""
    if product.package == LOOSE:
        return find_lying_size(product.name, product.size_m)
    return product.size_m


def _make_design(product: OwnProduct, title: Title, photo: Image.Image | None) -> LabelDesign:
    """Choose colours and art: those of the picture, or a ground for each line, a colour for each flavour."""
    line = "/".join((product.brand, product.section, title.line))
    rng = make_rng(0, 0, f"own catalogue/{line}")
    base = BOLD_BASES[int(rng.integers(len(BOLD_BASES)))]
    template = TEMPLATES[int(rng.integers(len(TEMPLATES)))]
    pictogram = sorted(PICTOGRAMS)[int(rng.integers(len(PICTOGRAMS)))]
    logo = int(rng.integers(5))
    base = product.color or base
    accent = _find_accent(line, title.flavour)
    if photo is not None:
        base, accent = _find_colors(photo)
    elif product.package == LOOSE:
        accent = find_skin(product.name).color
    else:
        accent = keep_apart(accent, base)
    digits = make_rng(0, 0, f"own catalogue/{product.sku}/code").integers(0, 10, 13)
    return LabelDesign(
        brand=product.brand,
        name=title.line,
        flavour=title.flavour,
        content=title.content,
        base=base,
        accent=accent,
        template=template,
        pictogram=pictogram,
        logo=logo,
        code=complete_code("".join(str(digit) for digit in digits)),
        face=find_face(product.brand),
        plain_ground=product.color is not None,
    )


def _find_accent(line: str, flavour: str) -> RGB:
    """Return the colour that the trade gives a flavour, or one that follows from line and flavour."""
    for words in (flavour.lower(), *flavour.lower().split()):
        if words in FLAVOUR_COLORS:
            return FLAVOUR_COLORS[words]
    rng = make_rng(0, 0, f"own catalogue/{line}/{flavour}")
    return BOLD_BASES[int(rng.integers(len(BOLD_BASES)))]


def _find_colors(photo: Image.Image) -> tuple[RGB, RGB]:
    """Return the most frequent colour of a picture, and the most frequent one that differs from it."""
    small = np.asarray(photo.resize((32, 32), Image.Resampling.BOX)).reshape(-1, 3)
    cell = (small // 43).astype(np.int64) @ [36, 6, 1]
    common = np.argsort(-np.bincount(cell, minlength=216), kind="stable")
    colors = [small[cell == k].mean(0) for k in common[:12] if (cell == k).any()]
    base = colors[0]
    accent = next((color for color in colors[1:] if np.abs(color - base).sum() > 120), 255 - base)
    return _to_rgb(base), _to_rgb(accent)


def _to_rgb(color: np.ndarray) -> RGB:
    red, green, blue = (round(float(channel)) for channel in color)
    return red, green, blue


def find_weight_twins(mass_kg: np.ndarray, pairs: int) -> np.ndarray:
    """Pair products whose masses agree, the closest first; masses are left as they are.

    >>> find_weight_twins(np.array([0.5, 0.2, 0.501, 0.9]), 3).tolist()
    [2, -1, 0, -1]
    """
    twin = np.full(len(mass_kg), -1, np.int64)
    order = np.argsort(mass_kg, kind="stable")
    gap = np.diff(mass_kg[order]) / mass_kg[order][:-1]
    for k in np.argsort(gap, kind="stable"):
        a, b = order[k], order[k + 1]
        if pairs == 0 or gap[k] > TWIN_TOLERANCE:
            break
        if twin[a] < 0 and twin[b] < 0:
            twin[a], twin[b], pairs = b, a, pairs - 1
    return twin


def _popularity(products: tuple[OwnProduct, ...], exponent: float, *, rng: np.random.Generator) -> np.ndarray:
    """Return shares of demand: those of the file, or drawn by the rank-frequency law."""
    given = np.array([product.popularity or np.nan for product in products])
    if np.isnan(given).any():
        return sample_popularity(len(products), exponent, rng=rng)
    return given / given.sum()
