"""Surfaces: triangles, how they answer light, and what the ids on them mean."""

from dataclasses import dataclass

import numpy as np

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


# Where each kind of object's `instance_id` starts. 0 is nothing.
INSTANCE_STRUCTURE = 1  # floor, walls, ceiling, doors, lamps, signs, what hangs on walls
INSTANCE_FIXTURE = 1_000
INSTANCE_CASE_DOOR = 5_000  # doors of cooled furniture
INSTANCE_DOOR_LEAF = 8_000  # leaves of sliding doors
INSTANCE_PERSON = 10_000  # + the shopper's index in the clip (body, clothes, hair and bag)
INSTANCE_BAG = 50_000  # + the index of the shopper it came with, while it is off the shoulder
INSTANCE_COAT = 60_000  # + the index of the shopper it came with, over whose arm or in whose hand it is
INSTANCE_ITEM = 100_000  # + item_id


RELIEFS = ("film", "taut", "skin", "hanging", "creased", "grown", "wrinkled")


@dataclass(frozen=True)
class Material:
    """How a surface answers light.

    Attributes:
        name: For people, and for the docs.
        roughness: 0 (mirror) to 1 (chalk).
        specular: Reflectance at normal incidence, 0.04 for most non-metals.
        emissive: Light given off, relative to white paper under the shop's lamps.
        relief: One of RELIEFS that its surface has, too fine for triangles; none if empty. "grown" has the
            lumps of a skin, "wrinkled" the creases of one that has dried, and each piece a tone of its own.
        clear: Whether light comes through it: it is bright where it is seen face on, dark at its outline.
        outside: Whether it shows what lies outside, where the shop's light does not come.
    """

    name: str
    roughness: float = 0.9
    specular: float = 0.04
    emissive: float = 0.0
    relief: str = ""
    clear: bool = False
    outside: bool = False


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
