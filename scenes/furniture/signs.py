"""Signs: boards over the shelves that name the section of the shop.

In: a floor plan, a planogram and the products' sections. Out: `Sign`s and their textures.
"""

import numpy as np
from PIL import Image, ImageDraw

from scenes.goods.lettering import draw_text, pick_ink
from scenes.plan.layout import FloorPlan
from scenes.room import Sign
from scenes.surfaces import TEXTURE_PX
from scenes.world import Planogram

RGB = tuple[int, int, int]
_SIGN_COLORS: tuple[RGB, ...] = (
    (198, 40, 44), (24, 104, 66), (26, 82, 158), (236, 160, 34), (40, 44, 52), (14, 128, 132),
)  # fmt: skip


def sample_sign_color(*, rng: np.random.Generator) -> RGB:
    """Draw the shop's own colour, of signs and of the band along its walls."""
    return _SIGN_COLORS[int(rng.integers(len(_SIGN_COLORS)))]


def make_sign_textures(words: tuple[str, ...], color: RGB) -> np.ndarray:
    """Draw signs, four a layer from top to bottom.

    Returns:
        (ceil(N / 4), 256, 256, 3) uint8.
    """
    layers = []
    row = TEXTURE_PX // 4
    for first in range(0, len(words), 4):
        image = Image.new("RGB", (TEXTURE_PX, TEXTURE_PX), color)
        draw = ImageDraw.Draw(image)
        for k, word in enumerate(words[first : first + 4]):
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
        along = (
            (planogram.world_from_slot[mine] @ inverse.T)[:, :, 3]
            if not len(mine)
            else (np.einsum("ij,sj->si", inverse, planogram.world_from_slot[mine][:, :, 3]))
        )
        for piece in range(pieces):
            x = (piece + 0.5) * run.length_m / pieces
            near = mine[np.argsort(abs(along[:, 0] - x), kind="stable")[:24]]
            votes = [sections[planogram.product[slot]] for slot in near]
            word = max(words, key=votes.count) if votes else words[0]
            center = run.world_from_run @ [x, run.depth_m + 0.0, low + height / 2, 1.0]
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
