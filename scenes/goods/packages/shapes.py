"""The packs that there are, and how one is made."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenes.goods.packages.atlas import ROUND_PACKAGES, PackLook
from scenes.goods.packages.folded import make_box, make_carton
from scenes.goods.packages.produce import make_fruit
from scenes.goods.packages.soft import make_bag, make_pouch, make_tube
from scenes.goods.packages.turned import make_bottle, make_can, make_jar, make_tub
from scenes.goods.packages.wrapped import make_loaf, make_multipack, make_tray
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
    if package in ROUND_PACKAGES and width != depth:  # an oval bottle
        oval = np.array([1.0, depth / width, 1.0], np.float32)
        normal = mesh.normal / oval
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), np.float32(1e-12))
        mesh = replace(mesh, position_m=mesh.position_m * oval, normal=normal)
    return mesh
