"""Signs: boards over the shelves that name the section of the shop.

In: a floor plan, a planogram and the products' sections. Out: `Sign`s, their textures and their boards.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from scenes.geometry import Finish, make_quads, merge_meshes
from scenes.goods.lettering import draw_text, pick_ink
from scenes.plan.layout import FloorPlan
from scenes.room import SIGNS
from scenes.surfaces import MATERIAL
from scenes.world import (
    CLASS_ID,
    INSTANCE_STRUCTURE,
    TEXTURE_PX,
    Mesh,
    Planogram,
    StoreLayout,
    Textures,
    make_wall_frame,
)

RGB = tuple[int, int, int]
_SIGN_COLORS: tuple[RGB, ...] = (
    (198, 40, 44), (24, 104, 66), (26, 82, 158), (236, 160, 34), (40, 44, 52), (14, 128, 132),
)  # fmt: skip
_SIGNS_A_LAYER = 4
_BEFORE_WINDOW_M = 0.3  # from a sign's middle to the wall that it hangs on, and up to a window that it crowds


@dataclass(frozen=True)
class Sign:
    """A board with writing on it.

    Attributes:
        center_m: (3,) middle of its face.
        normal: (2,) horizontal unit vector that its face looks along.
        width_m, height_m: Extent.
        number: Which of the sign textures it shows.
    """

    center_m: np.ndarray
    normal: np.ndarray
    width_m: float
    height_m: float
    number: int


def sample_sign_color(*, rng: np.random.Generator) -> RGB:
    """Draw the shop's own colour, of signs and of the band along its walls."""
    return _SIGN_COLORS[int(rng.integers(len(_SIGN_COLORS)))]


def make_sign_textures(words: tuple[str, ...], color: RGB) -> Textures:
    """Make the textures of signs, four a layer from top to bottom."""
    count = math.ceil(len(words) / _SIGNS_A_LAYER)
    return Textures(count, (words, color), partial(_draw_signs, words, color))


def _draw_signs(words: tuple[str, ...], color: RGB) -> np.ndarray:
    layers = []
    row = TEXTURE_PX // _SIGNS_A_LAYER
    for first in range(0, len(words), _SIGNS_A_LAYER):
        image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), color)
        draw = ImageDraw.Draw(image)
        for k, word in enumerate(words[first : first + _SIGNS_A_LAYER]):
            ink = pick_ink(color)
            draw.rectangle((0, row * k, 5, row * (k + 1)), fill=ink)
            box = (18, row * k + 12, TEXTURE_PX - 12, row * (k + 1) - 12)
            draw_text(draw, word, box, ink, bold=0.03)
        layers.append(np.asarray(image))
    return np.stack(layers)


def make_signs(
    plan: FloorPlan, planogram: Planogram, sections: tuple[str, ...], words: tuple[str, ...]
) -> tuple[Sign, ...]:
    """Place a sign on the wall above each stretch of wall shelving, naming what mostly stands there."""
    signs = []
    ceiling = float(plan.layout.size_m[2])
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        low = fixture.height_m + 0.1
        height = min(0.34, ceiling - 0.45 - low)
        if fixture.kind != "wall_shelf" or height < 0.18:
            continue
        pieces = max(1, round(run.length_m / 3.5))
        inverse = np.linalg.inv(run.world_from_run)
        mine = np.flatnonzero(planogram.fixture == run.fixture)
        along = planogram.world_from_slot[mine, :, 3] @ inverse.T
        for piece in range(pieces):
            x = (piece + 0.5) * run.length_m / pieces
            near = mine[np.argsort(abs(along[:, 0] - x), kind="stable")[:24]]
            votes = [sections[planogram.product[slot]] for slot in near]
            word = max(words, key=votes.count) if votes else words[0]
            center = run.world_from_run @ [x, run.depth_m, low + height / 2, 1.0]
            if _is_before_window(plan.layout, center):
                continue
            normal = -run.world_from_run[:2, 1]
            signs.append(
                Sign(
                    center[:3],
                    normal,
                    min(4 * height, 0.8 * run.length_m / pieces),
                    height,
                    words.index(word),
                )
            )
    return tuple(signs)


def _is_before_window(layout: StoreLayout, center_m: np.ndarray) -> bool:
    """Say whether a window begins behind or close over a sign's middle, (4,) in world coordinates."""
    for window in layout.windows:
        x, y, z, _ = np.linalg.inv(make_wall_frame(layout.size_m, window.wall)) @ center_m
        if y < _BEFORE_WINDOW_M and window.x0_m < x < window.x1_m and window.z0_m < z + _BEFORE_WINDOW_M:
            return True
    return False


def make_sign_board(sign: Sign, number: int, *, first_layer: int) -> Mesh:
    """Make a thin board whose face shows its quarter of a sign layer."""
    finish = Finish(
        (255, 255, 255),
        MATERIAL["sign"],
        first_layer + sign.number // 4,
        CLASS_ID["sign"],
        INSTANCE_STRUCTURE + SIGNS + number,
    )
    edge = Finish((60, 62, 66), MATERIAL["plastic"], -1, CLASS_ID["sign"], finish.instance_id)
    normal = np.append(sign.normal, 0.0)
    right = np.array([-normal[1], normal[0], 0.0])  # to the right as seen by who looks at the face
    up = np.array([0.0, 0.0, 1.0])
    half_w, half_h = right * sign.width_m / 2, up * sign.height_m / 2
    face = np.array(
        [
            sign.center_m - half_w - half_h,
            sign.center_m + half_w - half_h,
            sign.center_m + half_w + half_h,
            sign.center_m - half_w + half_h,
        ]
    )
    row = sign.number % 4
    uv = np.array([[0, (row + 1) / 4], [1, (row + 1) / 4], [1, row / 4], [0, row / 4]])
    back = face - normal * 0.03
    rim = np.array([[back[k], back[(k + 1) % 4], face[(k + 1) % 4], face[k]] for k in range(4)])
    return merge_meshes(
        [make_quads(face[None], finish, uv=uv), make_quads(back[None, ::-1], edge), make_quads(rim, edge)]
    )
