"""The packs that there are, and how one is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from scenes.geometry import stretch_mesh
from scenes.goods.packages.atlas import HANDLED, NESTED, ROUND_PACKAGES, PackLook
from scenes.goods.packages.folded import find_roof, make_box, make_carton
from scenes.goods.packages.lazy import MeshesOnDemand
from scenes.goods.packages.produce import make_fruit
from scenes.goods.packages.soft import make_bag, make_pouch, make_tube, measure_tube_front
from scenes.goods.packages.spouted import make_jug, make_teapot
from scenes.goods.packages.turned import (
    find_label_band,
    make_bottle,
    make_can,
    make_jar,
    make_tub,
    measure_girth,
)
from scenes.goods.packages.vessels import make_bowl, make_mug, make_plate, measure_nesting
from scenes.goods.packages.wrapped import (
    MULTIPACK_FILM,
    make_loaf,
    make_multipack,
    make_tray,
    measure_tray_label,
)
from scenes.world import Mesh

_BUILDERS: dict[str, Callable[[float, float, float, PackLook], Mesh]] = {
    "can": make_can,
    "bottle": make_bottle,
    "tub": make_tub,
    "jar": make_jar,
    "box": make_box,
    "carton": make_carton,
    "bag": make_bag,
    "pouch": make_pouch,
    "tube": make_tube,
    "tray": make_tray,
    "multipack": make_multipack,
    "loaf": make_loaf,
    "fruit": make_fruit,
    "bowl": make_bowl,
    "plate": make_plate,
    "mug": make_mug,
    "jug": make_jug,
    "teapot": make_teapot,
}
PACKAGES = tuple(_BUILDERS)


def make_pack_mesh(package: str, size_m: np.ndarray, look: PackLook) -> Mesh:
    """Make the mesh of one pack.

    Args:
        package: One of PACKAGES.
        size_m: (3,) width, depth, height.
        look: Texture layer and colours.
    """
    width, depth, height = (float(value) for value in size_m)
    mesh = _BUILDERS[package](width, depth, height, look)
    if package in ROUND_PACKAGES and package != "fruit" and width != depth:  # an oval bottle
        mesh = stretch_mesh(mesh, np.array([1.0, depth / width, 1.0]))
    return mesh


def make_near_meshes(
    packages: Sequence[str], sizes_m: np.ndarray, looks: Sequence[PackLook]
) -> MeshesOnDemand[int]:
    """Return what near cameras see of those packs, by number, whose usual mesh is too coarse for that."""
    return MeshesOnDemand(
        {
            number: partial(make_pack_mesh, package, sizes_m[number], replace(looks[number], near=True))
            for number, package in enumerate(packages)
            if package in (*ROUND_PACKAGES, *HANDLED, "carton")
        }
    )


def measure_pitch(package: str, size_m: np.ndarray) -> float:
    """Return how much higher a stack is by one more pack: as high as it is, unless it stands in others."""
    width, depth, height = (float(value) for value in size_m)
    if package not in NESTED:
        return height
    return measure_nesting(package, depth if package in HANDLED else width, height)


@dataclass(frozen=True)
class LabelSize:
    """How large what is printed on a pack is, in metres.

    Attributes:
        front: (width, height) of its front, or of the label that goes round it.
        top: (width, depth) of what is printed above.
    """

    front: tuple[float, float]
    top: tuple[float, float]


def measure_label(package: str, size_m: np.ndarray, kind: str) -> LabelSize:
    """Say how large a pack's label is.

    Args:
        package: One of PACKAGES but those of SKINNED.
        size_m: (3,) width, depth, height.
        kind: What it is, by name, see `PackLook`.
    """
    width, depth, height = (float(value) for value in size_m)
    if package in ROUND_PACKAGES:
        low, high = find_label_band(package, width, height)
        return LabelSize((measure_girth(package, width), high - low), (width, depth))
    top = measure_tray_label(width, depth, kind) if package == "tray" else (width, depth)
    if package == "tube":
        return LabelSize(measure_tube_front(width, depth, height), top)
    if package == "carton":
        return LabelSize((width, find_roof(depth, height)), top)
    return LabelSize((width, height * (MULTIPACK_FILM if package == "multipack" else 1.0)), top)
