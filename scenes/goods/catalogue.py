"""The catalogue: what the shop sells, with sizes, masses, prices, popularity, labels and meshes.

In: a `Scenario`'s catalogue section and a generator. Out: a `Catalogue` and the textures of its packs.
Called by scenes/store.py; product families come from scenes/goods/assortment.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from scenes.goods.assortment import (
    BOLD_BASES,
    BRAND_ENDS,
    BRAND_STARTS,
    FAMILIES,
    FROZEN,
    HOT,
    HUNG,
    Family,
    PackSize,
)
from scenes.goods.barcodes import complete_code
from scenes.goods.labels import TEMPLATES, LabelDesign, find_face, keep_apart, make_label
from scenes.goods.packages import LOOSE, UNCODED, PackLook, make_loose_forms, make_near_meshes, make_pack_mesh
from scenes.goods.pictures import PackPictures
from scenes.plan.sections import COLD
from scenes.scenario import CatalogueSpec
from scenes.world import Catalogue, Textures

# Two loads are twins when their masses agree this well.
TWIN_TOLERANCE = 0.005
_SPECIAL_FAMILIES = 4  # of frozen goods, of those that hang, of hot food, where such are sold
_KIOSK_SECTIONS, _KIOSK_MOST = ("Drinks", "Dairy", "Snacks", "Breakfast", "Frozen", "Hot"), 150
_LEAST_A_FAMILY = (
    1.6  # SKUs of each family, so that flavours and sizes stand side by side in a small shop too
)


@dataclass(frozen=True)
class Product:
    """One SKU before its label is drawn."""

    family: Family
    pack: PackSize
    design: LabelDesign
    size_m: np.ndarray
    mass_kg: float
    price_minor: int


def make_catalogue(
    spec: CatalogueSpec,
    *,
    store_format: str,
    families: tuple[Family, ...] = FAMILIES,
    cooled: float = 0.0,
    first_layer: int,
    rng: np.random.Generator,
) -> tuple[Catalogue, Textures, tuple[str, ...]]:
    """Make the catalogue.

    Args:
        spec: How many SKUs, twins, look-alikes, and the exponent of popularity.
        store_format: Kiosks leave out pantry and household goods, unless they need them to fill the list.
        families: What may be sold.
        cooled: Share of the shelves that cool; so many families at least stand there.
        first_layer: Where the packs' textures will begin in the store's texture array.
        rng: Lane of the catalogue.

    Returns:
        The catalogue, the textures, a layer a product, and the section of the shop of each product.
    """
    alike_pairs = min(spec.look_alike_pairs, spec.skus // 2)
    products = _sample_products(
        spec.skus - alike_pairs, store_format, families, weighed=spec.weighed, cooled=cooled, rng=rng
    )
    look_alike = np.full(spec.skus, -1, np.int64)
    # Fruit has no label that could differ in a band only: it is doubled last.
    originals = sorted(rng.permutation(len(products)), key=lambda k: products[k].family.package == "fruit")
    for original in originals[:alike_pairs]:
        look_alike[[original, len(products)]] = [len(products), original]
        products.append(_sample_look_alike(products[original], products, rng=rng))
    mass_kg, weight_twin = _pair_weight_twins(products, look_alike, spec.weight_twin_pairs, rng=rng)
    is_weighed = np.array([spec.weighed and product.family.package == "fruit" for product in products], bool)
    mass_kg[is_weighed] = np.round(mass_kg[is_weighed], 3)
    price_minor = np.array([product.price_minor for product in products], np.int64)
    for product in np.flatnonzero(is_weighed):
        price_minor[product] = find_price_minor(price_minor[product] / mass_kg[product])
    size_m = np.array([product.size_m for product in products])
    labels = tuple((product.design, product.family.package, product.size_m) for product in products)
    textures = Textures(len(labels), labels, partial(_draw_labels, labels))
    looks = [_make_look(product, first_layer + k) for k, product in enumerate(products)]
    meshes = tuple(
        make_pack_mesh(product.family.package, product.size_m, look)
        for product, look in zip(products, looks, strict=True)
    )
    packages = tuple(product.family.package for product in products)
    near = make_near_meshes(packages, size_m, looks)
    catalogue = Catalogue(
        currency=spec.currency,
        sku=tuple(_make_sku(number, product) for number, product in enumerate(products)),
        name=tuple(_full_name(product) for product in products),
        brand=tuple(product.design.brand for product in products),
        package=packages,
        size_m=size_m,
        mass_kg=mass_kg,
        price_minor=price_minor,
        popularity=_favour(sample_popularity(spec.skus, spec.popularity_exponent, rng=rng), is_weighed),
        weight_twin=weight_twin,
        look_alike=look_alike,
        mesh=meshes,
        picture=PackPictures(meshes, near, textures, first_layer),
        sold_by=tuple("kg" if weighed else "each" for weighed in is_weighed),
        code=tuple("" if product.family.package in UNCODED else product.design.code for product in products),
        near_mesh=near,
        form_mesh=make_loose_forms(packages, size_m, looks),
    )
    for array in (size_m, mass_kg, catalogue.price_minor, catalogue.popularity, weight_twin, look_alike):
        array.setflags(write=False)
    return catalogue, textures, tuple(product.family.section for product in products)


def _draw_labels(labels: Sequence[tuple[LabelDesign, str, np.ndarray]]) -> np.ndarray:
    return np.stack([make_label(design, package, size_m) for design, package, size_m in labels])


def _full_name(product: Product) -> str:
    design = product.design
    return f"{design.brand} {design.name} {design.flavour} {design.content}"


def _make_sku(number: int, product: Product) -> str:
    """Return an SKU such as ``"0042-oat-drink-barista-1-l"``."""
    words = f"{product.family.name} {product.design.flavour} {product.design.content}".lower()
    return f"{number:04d}-" + re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def _sample_brands(count: int, *, rng: np.random.Generator) -> list[str]:
    """Draw different brand names from the syllable grammar."""
    every = [start + end for start in BRAND_STARTS for end in BRAND_ENDS if start[-1] != end[0]]
    return [every[k] for k in rng.permutation(len(every))[:count]]


def _sample_products(
    count: int,
    store_format: str,
    families: Sequence[Family],
    *,
    weighed: bool,
    cooled: float,
    rng: np.random.Generator,
) -> list[Product]:
    """Draw products family by family, so that a small catalogue already spans the shop."""
    order = [families[k] for k in rng.permutation(len(families))]
    if store_format == "kiosk" and count <= _KIOSK_MOST:
        order = [f for f in order if f.section in _KIOSK_SECTIONS or (weighed and f.package == "fruit")]
    if weighed:
        order.sort(key=lambda family: family.package != "fruit")
    spread, most = _spread_first(order), max(1, round(count / _LEAST_A_FAMILY))
    for special in (FROZEN, HUNG, HOT):
        some = [family for family in spread if family in special][: min(_SPECIAL_FAMILIES, most // 4)]
        spread = some + [family for family in spread if family not in some]
    chosen_order = _choose_families(spread, most, least_cold=round(cooled * most))
    brands = _sample_brands(3 * len(families), rng=rng)
    variants = []
    for position, family in enumerate(chosen_order):
        rivals = brands[3 * position :][: 1 if family in HOT else 3]  # food to go is of one kitchen
        lines = [_sample_design(family, brand, rng=rng) for brand in rivals]
        # The brand's line comes first in all its flavours and sizes, as shops stock it, then the rivals.
        combinations = [
            (design, pack, flavour)
            for design in lines
            for pack in family.sizes
            for flavour in family.flavours
        ]
        flavours = len(family.flavours)
        turns = [*rng.permutation(flavours), *range(flavours, len(combinations))]
        variants.append([(family, *combinations[k]) for k in turns])
    chosen: list[tuple[Family, LabelDesign, PackSize, tuple[str, tuple[int, int, int]]]] = []
    turn = 0
    while len(chosen) < count:
        chosen += [options[turn] for options in variants if turn < len(options)][: count - len(chosen)]
        turn += 1
    return [_sample_product(*variant, rng=rng) for variant in chosen]


def _choose_families(order: Sequence[Family], most: int, *, least_cold: int) -> list[Family]:
    """Take the first families, but so many of those that stand cooled at least, as far as there are any.

    Where there are too few of these, nothing else takes their place: more of each is sold.
    """
    cold = [family for family in order if family.section in COLD][:least_cold]
    others = most - (least_cold if most < len(order) else len(cold))
    rest = [family for family in order if family not in cold][:others]
    return [family for family in order if family in cold or family in rest]


def _spread_first(order: Sequence[Family]) -> list[Family]:
    """Move the first family of each section and of each kind of pack to the front."""
    seen: set[str] = set()
    first: list[Family] = []
    rest: list[Family] = []
    for family in order:
        (rest if {family.section, family.package} <= seen else first).append(family)
        seen |= {family.section, family.package}
    return first + rest


def _sample_design(family: Family, brand: str, *, rng: np.random.Generator) -> LabelDesign:
    """Draw the look of one brand's line; flavour and content are filled in later."""
    usual = family.base[int(rng.integers(len(family.base)))]
    bold = BOLD_BASES[int(rng.integers(len(BOLD_BASES)))]
    return LabelDesign(
        brand=brand,
        name=family.name,
        flavour="",
        content="",
        base=bold if rng.random() < 0.35 else usual,
        accent=(0, 0, 0),
        template=TEMPLATES[int(rng.integers(len(TEMPLATES)))],
        pictogram=family.pictogram,
        logo=int(rng.integers(5)),
        code="",
        body=family.body,
        face=find_face(brand),
    )


def _sample_product(
    family: Family,
    line: LabelDesign,
    pack: PackSize,
    flavour: tuple[str, tuple[int, int, int]],
    *,
    rng: np.random.Generator,
) -> Product:
    """Draw one SKU: sizes vary by 3 %, masses by 4 %, prices by 20 % between brands."""
    name, accent = flavour
    if family.package != LOOSE:
        accent = keep_apart(accent, line.base)
    design = replace(
        line,
        flavour=name,
        content=pack.content,
        accent=accent,
        code=complete_code("".join(str(digit) for digit in rng.integers(0, 10, 13))),
    )
    scale = rng.normal(1.0, 0.015, 2).clip(0.97, 1.03)
    width, depth, height = np.array(pack.size_mm) / 1000
    size_m = np.round([width * scale[0], depth * scale[0], height * scale[1]], 4)
    mass_kg = round(pack.mass_g / 1000 * float(np.clip(rng.normal(1, 0.02), 0.96, 1.04)), 4)
    price = sample_price_minor(pack.price_minor, rng=rng)
    return Product(family, pack, design, size_m, mass_kg, price)


def find_price_minor(about_minor: float) -> int:
    """Find the nearest price that ends in a 9.

    >>> find_price_minor(343.0)
    339
    """
    return max(9, 10 * round((about_minor - 9) / 10) + 9)


def sample_price_minor(usual_minor: int, *, rng: np.random.Generator) -> int:
    """Draw a price near the usual one that ends in a 9 (mostly) or a 5, as shops like them."""
    price = usual_minor * float(np.clip(rng.normal(1.0, 0.12), 0.7, 1.4))
    ending = 9 if rng.random() < 0.8 else 5
    return max(ending, round((price - ending) / 10) * 10 + ending)


def _sample_look_alike(original: Product, products: list[Product], *, rng: np.random.Generator) -> Product:
    """Make the original's double: the same label with another flavour in another colour."""
    taken = {
        product.design.flavour
        for product in products
        if product.family is original.family and product.design.brand == original.design.brand
    }
    spare = [
        pair
        for pair in (*original.family.flavours, ("Limited Edition", (190, 160, 60)), ("Family", (90, 90, 96)))
        if pair[0] not in taken
    ]
    # A line that has every flavour already goes on with numbered editions.
    spare = spare or [(f"Edition {len(taken) + 1}", (120, 60, 140))]
    flavour, accent = spare[int(rng.integers(len(spare)))]
    if sum(abs(a - b) for a, b in zip(accent, original.design.accent, strict=True)) < 60:
        accent = tuple(255 - channel for channel in original.design.accent)  # type: ignore[assignment]
    code = complete_code(original.design.code[11::-1])
    design = replace(original.design, flavour=flavour, accent=accent, code=code)
    mass_kg = round(original.mass_kg * float(rng.uniform(0.98, 1.02)), 4)
    return replace(original, design=design, mass_kg=mass_kg)


def _pair_weight_twins(
    products: list[Product], look_alike: np.ndarray, pairs: int, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Make products of nearly equal mass: those already closest to each other are brought together."""
    mass_kg = np.array([product.mass_kg for product in products])
    twin = np.full(len(products), -1, np.int64)
    order = np.argsort(mass_kg, kind="stable")
    gap = np.diff(mass_kg[order]) / mass_kg[order][:-1]
    for k in np.argsort(gap, kind="stable"):
        a, b = order[k], order[k + 1]
        if pairs == 0:
            break
        if twin[a] >= 0 or twin[b] >= 0 or look_alike[a] == b:
            continue
        twin[a], twin[b] = b, a
        mass_kg[b] = round(mass_kg[a] * (1 + TWIN_TOLERANCE * float(rng.uniform(-0.8, 0.8))), 4)
        pairs -= 1
    return mass_kg, twin


def sample_popularity(count: int, exponent: float, *, rng: np.random.Generator) -> np.ndarray:
    """Draw shares of demand by the rank-frequency law, ranks shuffled over the products."""
    share = np.arange(1, count + 1, dtype=float) ** -exponent
    return (share / share.sum())[rng.permutation(count)]


def _favour(popularity: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Give some products (P,) the highest of the shares.

    Loose fruit is among what most baskets hold: citrus, tropical and pip fruit are in 8, 10 and 8 % of
    them (9,835 baskets of arules' Groceries).

    >>> _favour(np.array([0.5, 0.1, 0.4]), np.array([False, True, False])).tolist()
    [0.4, 0.5, 0.1]
    """
    if not first.any():
        return popularity
    order = np.lexsort((-popularity, ~first))
    favoured = np.empty_like(popularity)
    favoured[order] = np.sort(popularity)[::-1]
    return favoured


def _make_look(product: Product, layer: int) -> PackLook:
    """Choose the colours of what the label leaves bare; contents of jars take the flavour's colour."""
    design, family = product.design, product.family
    body = design.accent if family.name == "Jam" else family.body
    lid = design.accent if sum(design.accent) > 120 else design.base
    return PackLook(layer=layer, body=body, accent=lid, kind=f"{family.name} {design.flavour}")
