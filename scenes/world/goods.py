"""What is sold, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scenes.world.surfaces import Mesh

HIGHEST_CENTER_M = 1.65  # of an item that a person reaches: boards from there on hold reserve stock


@dataclass(frozen=True)
class Catalogue:
    """What the shop sells. P products; an SKU is a string such as ``"0042-oat-drink-1l"``.

    Attributes:
        sku, name, brand, package: (P,) tuples of str; package is one of scenes.goods.packages.PACKAGES.
        size_m: (P, 3) float64: width (x), depth (y), height (z) of the upright pack.
        mass_kg: (P,) float64.
        price_minor: (P,) int64, in minor units of `currency`, of one item or of one kilogram.
        popularity: (P,) float64, sums to 1.
        weight_twin: (P,) int64, index of the product of (nearly) the same mass, -1 for none.
        look_alike: (P,) int64, index of the product that looks nearly the same, -1 for none.
        mesh: one Mesh a product, in the item frame, instance_id 0, layer into the store's textures.
        picture: one (256, 256, 3) uint8 catalogue picture a product.
        sold_by: (P,) ``"each"`` or ``"kg"``; what is sold by the kilogram has a mass of whole grams.
        code: (P,) tuple of str: digits of the EAN-13 bar code on the pack, "" on packs that bear none.
        near_mesh: product -> a mesh of more triangles, for where a camera is near; of some products only.
        form_mesh: (product, form, whether a camera is near) -> the mesh of what lies loose, in FORMS forms.
    """

    currency: str
    sku: tuple[str, ...]
    name: tuple[str, ...]
    brand: tuple[str, ...]
    package: tuple[str, ...]
    size_m: np.ndarray
    mass_kg: np.ndarray
    price_minor: np.ndarray
    popularity: np.ndarray
    weight_twin: np.ndarray
    look_alike: np.ndarray
    mesh: tuple[Mesh, ...]
    picture: Sequence[np.ndarray]
    sold_by: tuple[str, ...]
    code: tuple[str, ...]
    near_mesh: Mapping[int, Mesh] = field(default_factory=dict)
    form_mesh: Mapping[tuple[int, int, bool], Mesh] = field(default_factory=dict)


@dataclass(frozen=True)
class Planogram:
    """Where products stand. S slots; a slot is one facing: one lane of one product, front to back.

    Slots over people's reach hold reserve stock: nobody takes from there, puts anything there, or weighs it.

    Attributes:
        world_from_slot: (S, 4, 4) float64, see the module's docstring for the slot frame.
        width_m, depth_m, height_m: (S,) float64, the room that a slot offers.
        product: (S,) int64, index into the catalogue.
        count: (S,) int64, items at the start, standing front to back, the front one at the edge; of a stack
            the uppermost first.
        fixture: (S,) int64, index into the layout's fixtures.
        shelf: (S,) int64, board number from the bottom of its fixture.
        facing: (S,) int64, number of this facing within its product's block on that board.
        plate_m: (L, 4, 4) world_from_plate of each plate (axes as a slot, origin at the middle of its front
            edge).
        plate_size_m: (L, 2) width and depth of each plate.
        plate_fixture: (L,) int64.
        slot_plates: S tuples of plate indices under each slot and what is heaped there, empty under reserve
            stock.
        hanging: Slots, ascending, whose items hang from a hook: only what belongs there fits on it.
        lying: Slots, ascending, whose items lie on their backs, their tops away from the front edge.
        deep: Slots, ascending, whose lanes are filled to the back, however many that takes.
        layers: (S,) how many items stand at most one on another in each slot, or layers of what is heaped;
            one in all where it is empty.
    """

    world_from_slot: np.ndarray
    width_m: np.ndarray
    depth_m: np.ndarray
    height_m: np.ndarray
    product: np.ndarray
    count: np.ndarray
    fixture: np.ndarray
    shelf: np.ndarray
    facing: np.ndarray
    plate_m: np.ndarray
    plate_size_m: np.ndarray
    plate_fixture: np.ndarray
    slot_plates: tuple[tuple[int, ...], ...]
    hanging: tuple[int, ...] = ()
    lying: tuple[int, ...] = ()
    deep: tuple[int, ...] = ()
    layers: tuple[int, ...] = ()

    def most_layers(self) -> np.ndarray:
        """Return (S,) int64 how many items stand at most one on another."""
        return np.array(self.layers or (1,) * len(self.product), np.int64)

    def is_reserve(self) -> np.ndarray:
        """Say for each slot (S,) whether it is over people's reach."""
        return np.asarray(self.world_from_slot[:, 2, 3] >= HIGHEST_CENTER_M)

    def count_on_sale(self) -> np.ndarray:
        """Return (S,) int64 how many items at the start people can take: none of the reserve stock."""
        return np.where(self.is_reserve(), 0, self.count)

    def number_blocks(self) -> np.ndarray:
        """Return (S,) int64 the block of each slot: facings of one product side by side on a board."""
        return np.cumsum(self.facing == 0) - 1

    def count_facings(self, slots: np.ndarray) -> np.ndarray:
        """Return (K,) int64 how many facings the block of each of some slots has."""
        begins = np.append(np.flatnonzero(self.facing == 0), len(self.facing))
        return np.asarray(np.diff(begins)[self.number_blocks()[slots]])
