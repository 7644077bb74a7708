"""Fire exits to look at: a steel door with a push bar, and a lit sign above it.

In: a `StoreLayout`, the texture layer of the sign. Out: a `Mesh` a door and one a sign, in world coordinates,
each an instance of its own.
"""

import numpy as np
from PIL import Image, ImageDraw

from scenes.geometry import Finish, make_boxes, make_pose, make_quads, merge_meshes, transform_mesh
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, INSTANCE_STRUCTURE, TEXTURE_PX, Door, Mesh, StoreLayout, Textures

_Corner = tuple[float, float, float]
FIRE_EXITS, EXIT_SIGNS = 60, 65  # instances of the structure, see scenes/room.py
_TOP_M = 2.06  # of the leaf
_FRAME_M = 0.06
_BAR_M = 1.0  # height of its middle (EN 1125: 0.9 to 1.1 m)
_SIGN_M = (0.44, 0.22)  # read from 22 m when lit (ISO 3864-1: distance factor 100)
_SIGN_FROM_M = 2.15
_GREEN = (0, 132, 80)  # safety green of ISO 3864-4, as sRGB


def make_exit_sign_texture() -> Textures:
    """Make the texture of the signs over fire exits."""
    return Textures(1, "exit sign", _draw_exit_sign)


def _draw_exit_sign() -> np.ndarray:
    """Draw who runs to a door, and an arrow, after ISO 7010 E001, in the upper half of a texture."""
    image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), _GREEN)
    draw = ImageDraw.Draw(image)
    white = (250, 252, 250)
    draw.rectangle((96, 12, 152, 116), fill=white)
    runs = (
        [(120, 46), (112, 74)],  # trunk
        [(119, 50), (98, 58), (88, 44)],  # arm behind
        [(120, 50), (136, 62), (146, 52)],  # arm before
        [(112, 74), (130, 88), (122, 110)],  # leg before
        [(112, 74), (98, 92), (74, 96)],  # leg behind
    )
    for limb in runs:
        draw.line(limb, fill=_GREEN, width=11, joint="curve")
    draw.ellipse((117, 24, 135, 42), fill=_GREEN)
    draw.line([(98, 58), (88, 44)], fill=white, width=9)
    draw.line([(96, 93), (74, 96)], fill=white, width=9)
    draw.line([(204, 22), (204, 92)], fill=white, width=15)
    draw.line([(176, 70), (204, 100), (232, 70)], fill=white, width=15, joint="curve")
    draw.rectangle((3, 3, TEXTURE_PX - 4, TEXTURE_PX // 2 - 4), outline=white, width=3)
    return np.asarray(image)[None]


def make_fire_exits(layout: StoreLayout, sign_layer: int) -> list[Mesh]:
    """Make the fire exits of a shop: doors first, then signs."""
    meshes = []
    for maker in (_make_door, _make_sign):
        for number, door in enumerate(layout.fire_exits):
            pose = make_pose((*door.wall_m, 0.0), float(np.arctan2(-door.outward[0], door.outward[1])))
            meshes.append(transform_mesh(maker(door, number, sign_layer), pose))
    return meshes


def _make_door(door: Door, number: int, _: int) -> Mesh:
    """Make a shut door on a wall in the plane y = 0, about x = 0, that looks along -y."""
    instance, kind = INSTANCE_STRUCTURE + FIRE_EXITS + number, CLASS_ID["door"]

    def part(low: _Corner, high: _Corner, color: tuple[int, int, int], material: str) -> Mesh:
        sides = ("-x", "+x", "-y", "-z", "+z")  # the wall hides the back
        return make_boxes(low, high, Finish(color, MATERIAL[material], -1, kind, instance), sides=sides)

    half, outer, top = door.width_m / 2, door.width_m / 2 + _FRAME_M, _TOP_M + _FRAME_M
    steel, leaf, dark, red = (88, 94, 98), (178, 184, 180), (60, 62, 64), (190, 40, 38)
    low, high = _BAR_M - 0.05, _BAR_M + 0.05
    return merge_meshes(
        [
            part((-outer, -0.05, 0), (-half, 0, top), steel, "coated steel"),
            part((half, -0.05, 0), (outer, 0, top), steel, "coated steel"),
            part((-half, -0.05, _TOP_M), (half, 0, top), steel, "coated steel"),
            part((-half, -0.022, 0.008), (half, 0, _TOP_M), leaf, "coated steel"),
            part((0.02 - half, -0.025, 0.02), (half - 0.02, 0, 0.24), (150, 152, 154), "metal"),
            part((0.06 - half, -0.1, low), (0.12 - half, -0.02, high), dark, "plastic"),
            part((half - 0.12, -0.1, low), (half - 0.06, -0.02, high), dark, "plastic"),
            part((0.12 - half, -0.095, low + 0.03), (half - 0.12, -0.06, high - 0.03), red, "gloss"),
        ]
    )


def _make_sign(door: Door, number: int, layer: int) -> Mesh:
    """Make the lit box above a door, likewise."""
    instance, kind = INSTANCE_STRUCTURE + EXIT_SIGNS + number, CLASS_ID["sign"]
    face = Finish((255, 255, 255), MATERIAL["lit sign"], layer, kind, instance)
    case = Finish((236, 236, 234), MATERIAL["plastic"], -1, kind, instance)
    half, low, high, y = _SIGN_M[0] / 2, _SIGN_FROM_M, _SIGN_FROM_M + _SIGN_M[1], -0.062
    front = np.array([[-half, y, low], [half, y, low], [half, y, high], [-half, y, high]])
    uv = np.array([[0, 0.5], [1, 0.5], [1, 0], [0, 0]])
    edge = 0.012
    return merge_meshes(
        [
            make_quads(front[None], face, uv=uv),
            make_boxes((-half - edge, y + 0.002, low - edge), (half + edge, 0.0, high + edge), case),
        ]
    )
