"""One shop, complete."""

from dataclasses import dataclass, field

import numpy as np

from scenes.world.camera import Camera
from scenes.world.floor import StoreLayout
from scenes.world.glass import CaseDoor, Pane, SlidingLeaf
from scenes.world.goods import Catalogue, Planogram
from scenes.world.light import Daylight, Lamp, LitCase, Spot
from scenes.world.surfaces import Material, Mesh
from scenes.world.textures import Textures

NEAR_M = 1.2  # from a camera: there goods whose outline would look polygonal have a finer mesh
_USUAL_M = 0.08  # across, of what is loose
FORMS = 8  # of loose goods, so that neighbours are not alike


def find_form(item: np.ndarray) -> np.ndarray:
    """Return which form an item of loose goods has, 0 to 7, by its number; neighbours differ in no order.

    >>> find_form(np.arange(8)).tolist()
    [0, 4, 1, 6, 3, 0, 5, 2]
    """
    number = item.astype(np.uint64) * np.uint64(2654435761) >> np.uint64(29)
    return (number % np.uint64(FORMS)).astype(np.int64)


@dataclass(frozen=True)
class Store:
    """One shop, complete: what scenes/store.py makes from a Scenario.

    Items are numbered slot by slot, front to back.

    Attributes:
        store_id: Short hash of everything that defines the store; clips of one dataset that share it share
            its files.
        structure: Mesh of floor, walls, ceiling, doors, lamps, signs, wall dressing and fixtures, in world
            coordinates.
        textures: The texture array of structure and products.
        materials: indexed by Mesh.material.
        item_slot: (I,) int64, item_id -> the slot where it stands at the start.
        item_product: (I,) int64, item_id -> product; that of its slot, but for items that were misplaced.
        world_from_item: (I, 4, 4) float64, initial poses.
        ambient_color: (3,) linear RGB of bounced light.
        rendition: (3, 3) what the lamps make of the linear sRGB of surfaces, see scenes/light/rendition.py.
        case_doors: Doors of cooled furniture, which are no part of `structure` either, for they move.
        leaves: Of doors that slide open, likewise.
        panes: Glass that is no part of `structure`: it shows in pictures and in no label.
        spots: Spotlights on tracks, which add their pools to the lamps' light.
        cases: Furniture with lamps of its own, which burn whatever the shop's do.
        daylight: What comes in from outside; None for a room without windows.
        wear_layer: Layer in `textures` of what use has left on surfaces (0.5: nothing), -1 where all is new.
        cloth_layer: First layer in `textures` of the prints of `scenes.cloth`, -1 where there are none.
        accent: sRGB, 0 to 255, of what bears the shop's colour: trims, handles of trolleys, baskets.
        calibrated: The cameras as their owner's calibration has them: a little wrong, and still where a knock
            has turned them. Empty where nobody calibrated.
    """

    store_id: str
    layout: StoreLayout
    catalogue: Catalogue
    planogram: Planogram
    lamps: tuple[Lamp, ...]
    cameras: tuple[Camera, ...]
    structure: Mesh
    textures: Textures
    materials: tuple[Material, ...]
    item_slot: np.ndarray
    item_product: np.ndarray
    world_from_item: np.ndarray
    ambient_color: np.ndarray
    panes: tuple[Pane, ...] = ()
    case_doors: tuple[CaseDoor, ...] = ()
    cases: tuple[LitCase, ...] = ()
    daylight: Daylight | None = None
    cloth_layer: int = -1
    wear_layer: int = -1
    accent: tuple[int, int, int] = (206, 42, 46)
    calibrated: tuple[Camera, ...] = ()
    spots: tuple[Spot, ...] = ()
    rendition: np.ndarray = field(default_factory=lambda: np.eye(3))
    leaves: tuple[SlidingLeaf, ...] = ()

    @property
    def moving_doors(self) -> tuple[CaseDoor | SlidingLeaf, ...]:
        """All that opens: doors of cooled furniture, then leaves of sliding doors."""
        return self.case_doors + self.leaves

    def is_near(self, place_m: np.ndarray, product: np.ndarray) -> np.ndarray:
        """Say for each of some places (N, 3), where products (N,) are, whether a camera is near: (N,).

        What lies loose and is larger than usual is near from further away: its outline is longer.
        """
        eyes_m = np.array([camera.world_from_cam[:3, 3] for camera in self.cameras]).reshape(-1, 3)
        away_m = np.linalg.norm(place_m[:, None] - eyes_m, axis=-1)
        loose = self._is_loose(product)
        larger = np.maximum(self.catalogue.size_m[product, :2].min(axis=1) / _USUAL_M, 1.0)
        return np.asarray((away_m < NEAR_M * np.where(loose, larger, 1.0)[:, None]).any(axis=1))

    def _is_loose(self, product: np.ndarray) -> np.ndarray:
        """Say of products (N,) whether they are sold loose, in many forms: (N,)."""
        return np.isin(product, list({key[0] for key in self.catalogue.form_mesh}))

    def choose_mesh(self, item: int, *, near: bool) -> Mesh:
        """Return the mesh that an item is drawn with, near a camera or not.

        What lies loose has another form than its neighbour: any of eight, by its number.
        """
        product = int(self.item_product[item])
        mesh = self.catalogue.mesh[product]
        if near:
            mesh = self.catalogue.near_mesh.get(product, mesh)
        return self.catalogue.form_mesh.get((product, int(find_form(np.array(item))), near), mesh)

    def group_by_mesh(self, items: np.ndarray) -> list[tuple[Mesh, np.ndarray]]:
        """Return the meshes of items (N,) where they stand at the start, and which of them each is for."""
        product = self.item_product[items]
        loose = self._is_loose(product)
        near = np.isin(product, list(self.catalogue.near_mesh))
        near[near] = self.is_near(self.world_from_item[items[near], :3, 3], product[near])
        _, first, group = np.unique(
            2 * (FORMS * product + loose * find_form(items)) + near, return_index=True, return_inverse=True
        )
        return [
            (self.choose_mesh(int(items[one]), near=bool(near[one])), np.flatnonzero(group == number))
            for number, one in enumerate(first)
        ]

    def is_in(self, *kinds: str) -> np.ndarray:
        """Say for each slot (S,) whether it is in furniture of some kinds."""
        of_kind = np.array([fixture.kind in kinds for fixture in self.layout.fixtures], bool)
        return of_kind[self.planogram.fixture]
