"""The world before anyone moves: the types that scenes/ hands to synth/.

Frames: world is right-handed, +Z up, floor at z = 0, metres. A slot's frame has its origin at the
front edge of the shelf, in the middle of the slot's width, on the board's surface: +X to the right as
seen by a shopper who faces the shelf, +Y into the shelf, +Z up. An item's frame has its origin at the
centre of its base, +Z up; its label faces -Y, so that an item at rest in a slot looks at the shopper.
Cameras follow OpenCV: +X right, +Y down, +Z forward, pixel centres at 0.5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from shapely import box, union_all
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

# What `class_id` means, in every G-buffer and label. 0 is nothing (no surface).
CLASS_NAMES = (
    "none",
    "person",
    "product",
    "fixture",
    "floor",
    "wall",
    "ceiling",
    "lamp",
    "door",
    "sign",
    "bag",
)
CLASS_ID = {name: index for index, name in enumerate(CLASS_NAMES)}

LENS_MODELS = ("pinhole", "brown_conrady", "kannala_brandt")

# Where each kind of object's `instance_id` starts. 0 is nothing.
INSTANCE_STRUCTURE = 1  # floor, walls, ceiling, doors, lamps, signs
INSTANCE_FIXTURE = 1_000
INSTANCE_CASE_DOOR = 5_000  # doors of cooled furniture
INSTANCE_PERSON = 10_000  # + the shopper's index in the clip (body, clothes, hair and bag)
INSTANCE_BAG = 50_000  # + the index of the shopper it came with, while it is off the shoulder
INSTANCE_ITEM = 100_000  # + item_id


@dataclass(frozen=True)
class Material:
    """How a surface answers light.

    Attributes:
        name: For people, and for the docs.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Reflectance at normal incidence, 0.04 for most non-metals.
        emissive: Light given off, relative to white paper under the shop's lamps.
    """

    name: str
    roughness: float = 0.9
    specular: float = 0.04
    emissive: float = 0.0


@dataclass(frozen=True)
class Mesh:
    """Triangles of one or several objects.

    Attributes:
        position_m: (V, 3) float32, in the frame its owner states.
        normal: (V, 3) float32, unit length.
        uv: (V, 2) float32, (0, 0) is the top left corner of the texture, wraps.
        layer: (V,) int32, layer of the store's texture array, -1 for none.
        color: (V, 3) uint8, sRGB albedo; multiplied with the texture where there is one.
        material: (V,) int32, index into the store's materials.
        instance_id: (V,) int32.
        class_id: (V,) uint8, see CLASS_NAMES.
        faces: (F, 3) int32, counter-clockwise seen from outside.
    """

    position_m: np.ndarray
    normal: np.ndarray
    uv: np.ndarray
    layer: np.ndarray
    color: np.ndarray
    material: np.ndarray
    instance_id: np.ndarray
    class_id: np.ndarray
    faces: np.ndarray


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


@dataclass(frozen=True)
class Fixture:
    """Something that stands on the floor.

    Attributes:
        kind: With shelves: ``"gondola"``, ``"end_cap"``, ``"wall_shelf"``, ``"peg_wall"`` (hooks),
            ``"chiller"`` (open, cooled),
            ``"fridge"`` and ``"freezer"`` (behind glass doors), ``"table"`` (low island), ``"hot_counter"``.
            Without: ``"gate"``, ``"counter"`` (a till's or the help desk's), ``"column"`` (up to the ceiling)
            and the kinds of scenes.plan.props.PROPS.
        footprint_m: (K, 2) float64, convex, counter-clockwise, in world x, y.
        instance_id: INSTANCE_FIXTURE + its index.
    """

    name: str
    kind: str
    footprint_m: np.ndarray
    height_m: float
    instance_id: int


@dataclass(frozen=True)
class Door:
    """An entrance or exit in a wall: people appear at and vanish through `point_m`.

    Attributes:
        kind: ``"entrance"``, ``"exit"``, ``"both"``, or ``"fire_exit"``, which opens in an evacuation only.
        point_m: (2,) a walkable point just inside the door.
        outward: (2,) unit vector out of the shop.
    """

    kind: str
    point_m: np.ndarray
    outward: np.ndarray
    width_m: float


def make_room_polygon(size_m: Sequence[float] | np.ndarray, masonry: Sequence[np.ndarray]) -> Polygon:
    """Return the floor within the walls, counter-clockwise from the front left corner.

    >>> list(make_room_polygon((3, 2, 3), ()).exterior.coords)[:2]
    [(0.0, 0.0), (3.0, 0.0)]
    """
    floor = box(0.0, 0.0, float(size_m[0]), float(size_m[1]))
    room = floor.difference(union_all([Polygon(part) for part in masonry]))
    corners = np.array(orient(room).exterior.coords)[:-1]
    return Polygon(np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0))


@dataclass(frozen=True)
class StoreLayout:
    """The floor plan.

    Attributes:
        size_m: (3,) width, depth, height of the room; the room is [0, w] x [0, d] x [0, h], less masonry.
        walkable: shapely Polygon (with holes) of the floor not covered by fixtures.
        doors: In the front.
        masonry: Convex (K, 2) footprints, counter-clockwise, of what the building takes of that rectangle.
        fire_exits: In other walls.
    """

    format: str
    size_m: np.ndarray
    walkable: Any
    fixtures: tuple[Fixture, ...]
    doors: tuple[Door, ...]
    masonry: tuple[np.ndarray, ...] = ()
    fire_exits: tuple[Door, ...] = ()

    @property
    def ways(self) -> tuple[Door, ...]:
        """All doors, those that open in an evacuation only last."""
        return self.doors + self.fire_exits

    @property
    def room(self) -> Polygon:
        """The room within its walls."""
        return make_room_polygon(self.size_m, self.masonry)


@dataclass(frozen=True)
class Planogram:
    """Where products stand. S slots; a slot is one facing: one lane of one product, front to back.

    Attributes:
        world_from_slot: (S, 4, 4) float64, see the module's docstring for the slot frame.
        width_m, depth_m, height_m: (S,) float64, the room that a slot offers.
        product: (S,) int64, index into the catalogue.
        count: (S,) int64, items at the start, standing front to back, the front one at the edge.
        fixture: (S,) int64, index into the layout's fixtures.
        shelf: (S,) int64, board number from the bottom of its fixture.
        facing: (S,) int64, number of this facing within its product's block on that board.
        plate_m: (L, 4, 4) world_from_plate of each plate (axes as a slot, origin at the middle of its front
            edge).
        plate_size_m: (L, 2) width and depth of each plate.
        plate_fixture: (L,) int64.
        slot_plates: S tuples of plate indices under each slot.
        hanging: Slots, ascending, whose items hang from a hook: only what belongs there fits on it.
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


@dataclass(frozen=True)
class Pane:
    """A rectangular pane of glass, seen from the side that it reflects to.

    Attributes:
        kind: ``"cooled"`` (the door of a fridge or freezer, which fogs), ``"window"`` or ``"panel"`` (of a
            gate).
        corner_m: (3,) its lower left corner.
        right_m, up_m: (3,) its lower and its left edge.
        instance_id: The door or the part of the room that it belongs to.
    """

    kind: str
    corner_m: np.ndarray
    right_m: np.ndarray
    up_m: np.ndarray
    instance_id: int


@dataclass(frozen=True)
class CaseDoor:
    """A glass door of a piece of cooled furniture, hung on one of its sides.

    Attributes:
        mesh: As it is when shut, in world coordinates; an instance of its own, its pane left out.
        fixture: Index into the layout's fixtures.
        pane: Index of its pane into the store's panes.
        hinge_m: (3,) where its axis, which is upright, meets the floor.
        along: (3,) unit vector from the hinge to the edge that opens, when shut.
        outward: (3,) horizontal unit vector out of the furniture.
        width_m: From the hinge to that edge.
        swing_rad: How far it opens, about +Z: negative where the hinge is on the left, seen from before it.
        handle_m: (2, 3) lower and upper end of its handle, when shut.
        slots: Indices of the slots behind it.
    """

    mesh: Mesh
    fixture: int
    pane: int
    hinge_m: np.ndarray
    along: np.ndarray
    outward: np.ndarray
    width_m: float
    swing_rad: float
    handle_m: np.ndarray
    slots: tuple[int, ...]

    @property
    def instance_id(self) -> int:
        """The instance that its frame is."""
        return int(self.mesh.instance_id[0])

    def pose(self, share: float | np.ndarray) -> np.ndarray:
        """Return (..., 4, 4) how it has moved since it was shut, opened by shares (...) of its swing."""
        angle = self.swing_rad * np.asarray(share, np.float64)
        pose = np.zeros((*angle.shape, 4, 4))
        pose[..., [0, 1], [0, 1]] = np.cos(angle)[..., None]
        pose[..., 1, 0], pose[..., 0, 1] = np.sin(angle), -np.sin(angle)
        pose[..., [2, 3], [2, 3]] = 1.0
        pose[..., :3, 3] = self.hinge_m - np.einsum("...ij,j->...i", pose[..., :3, :3], self.hinge_m)
        return pose


@dataclass(frozen=True)
class LitCase:
    """The inside of a piece of furniture that has lamps of its own: a chiller, a fridge, a hot counter.

    Attributes:
        low_m, high_m: (3,) corners of the space that is lit, world axes.
        front: (3,) horizontal unit vector out of it, along a world axis.
        color: (3,) linear RGB radiance of white paper at its front, as in `Lamp`.
    """

    low_m: np.ndarray
    high_m: np.ndarray
    front: np.ndarray
    color: np.ndarray


@dataclass(frozen=True)
class Daylight:
    """Light through the glazed openings of the wall y = 0; radiance as in `Lamp`, 0.8 is white paper.

    Attributes:
        sky: (3,) linear RGB radiance of what an opening shows above the houses opposite.
        street: (3,) and below the horizon.
        sun: (3,) of white paper that faces the sun, zeros when it does not shine in.
        sun_direction: (3,) unit, toward the sun.
        opening_m: (N, 4) x0, z0, x1, z1 of each opening.
    """

    sky: np.ndarray
    street: np.ndarray
    sun: np.ndarray
    sun_direction: np.ndarray
    opening_m: np.ndarray


@dataclass(frozen=True)
class Lamp:
    """A rectangular ceiling lamp that shines down.

    Attributes:
        position_m: (3,) centre of its face.
        size_m: (2,) extent in x and y.
        color: (3,) linear RGB of its light, including its brightness; (1, 1, 1) lamps at the usual
            spacing light white paper on the floor to about 0.8 before tone mapping.
        material: the material index of its face, used by no other surface, so that its glow follows its
            power.
    """

    position_m: np.ndarray
    size_m: np.ndarray
    color: np.ndarray
    material: int


@dataclass(frozen=True)
class Spot:
    """A spotlight; it burns whatever the ceiling lamps do.

    Attributes:
        position_m: (3,) middle of its face.
        toward: (3,) unit, along its beam.
        half_angle_rad: Angle from the axis at which half of its intensity is left.
        reach_m: Distance at which it is aimed.
        color: (3,) linear RGB radiance of white paper there that faces it, as in `Lamp`.
    """

    position_m: np.ndarray
    toward: np.ndarray
    half_angle_rad: float
    reach_m: float
    color: np.ndarray


@dataclass(frozen=True)
class Camera:
    """A calibrated camera (OpenCV axes); scenes/cameras/projection.py says how it projects.

    Attributes:
        camera_id: ``"cam0"``, ``"cam1"``...
        width_px, height_px: image size.
        intrinsics: (3, 3) float64 K.
        world_from_cam: (4, 4) float64.
        model: One of LENS_MODELS.
        distortion: Coefficients: none for a pinhole, (k1, k2, p1, p2, k3) for brown_conrady, (k1, k2, k3, k4)
            for kannala_brandt.
        max_angle_rad: The picture shows nothing that is farther off the axis; the coefficients hold so far.
        turns: Of a camera that is knocked: (frame, world_from_cam) in the order of time; from that frame on
            it looks so, and before the first as `world_from_cam` says.
    """

    camera_id: str
    width_px: int
    height_px: int
    intrinsics: np.ndarray
    world_from_cam: np.ndarray
    model: str = "pinhole"
    distortion: tuple[float, ...] = ()
    max_angle_rad: float = math.pi / 2
    turns: tuple[tuple[int, np.ndarray], ...] = ()

    def at(self, frame: int) -> "Camera":
        """Return the camera as it looks in a frame, with no turns to come."""
        if not self.turns:
            return self
        passed = [pose for first, pose in self.turns if first <= frame]
        return replace(self, world_from_cam=passed[-1] if passed else self.world_from_cam, turns=())


@dataclass(frozen=True)
class Store:
    """One shop, complete: what scenes/store.py makes from a Scenario.

    Items are numbered slot by slot, front to back.

    Attributes:
        store_id: Short hash of everything that defines the store; clips of one dataset that share it share
            its files.
        structure: Mesh of floor, walls, ceiling, doors, lamps, signs and fixtures, in world coordinates.
        textures: (L, 256, 256, 3) uint8 sRGB, the texture array of structure and products.
        materials: indexed by Mesh.material.
        item_slot: (I,) int64, item_id -> the slot where it stands at the start.
        item_product: (I,) int64, item_id -> product; that of its slot, but for items that were misplaced.
        world_from_item: (I, 4, 4) float64, initial poses.
        ambient_color: (3,) linear RGB of bounced light.
        rendition: (3, 3) what the lamps make of the linear sRGB of surfaces, see scenes/light/rendition.py.
        case_doors: Doors of cooled furniture, which are no part of `structure` either, for they move.
        panes: Glass that is no part of `structure`: it shows in pictures and in no label.
        spots: Spotlights on tracks, which add their pools to the lamps' light.
        cases: Furniture with lamps of its own, which burn whatever the shop's do.
        daylight: What comes in from outside; None for a room without windows.
        wear_layer: Layer in `textures` of what use has left on surfaces (0.5: nothing), -1 where all is new.
        cloth_layer: First layer in `textures` of the prints of `scenes.cloth`, -1 where there are none.
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
    textures: np.ndarray
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
    calibrated: tuple[Camera, ...] = ()
    spots: tuple[Spot, ...] = ()
    rendition: np.ndarray = field(default_factory=lambda: np.eye(3))
