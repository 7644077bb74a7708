"""Soft packs of two sheets that bulge: bags, pouches, tubes."""

from dataclasses import dataclass

import numpy as np

from scenes.geometry import (
    Finish,
    compute_smooth_normals,
    make_grid_faces,
    make_mesh,
    merge_meshes,
    transform_mesh,
)
from scenes.goods.packages.atlas import PANEL_FRONT, PANEL_SIDE, PackLook, make_finish
from scenes.goods.packages.turned import make_cap
from scenes.world import Mesh

_TUBE_CAP = 0.16  # height of the cap that a tube stands on, share of its own
_PAPER = "flour|oats|sugar|semolina|charcoal"
_BRICK = "coffee|flour|sugar|oats|rice|semolina|lentil"
_MATT = "granola|nut|coffee|dried|berries|rice|muesli|tea"


@dataclass(frozen=True)
class _Pillow:
    """The form of two sheets that are joined at their edges.

    Attributes:
        rows: (R,) heights, shares of the whole.
        bulge: (R,) how far a row stands out, shares of half the depth.
        waist: (R,) how wide it is, shares of the width.
        square: How much its section is a rectangle: 4 for a pillow, more for a brick.
        front, back: Columns of both sheets, shares of half the width.
        sway: How far its upper seal waves to and fro, share of the depth.
    """

    rows: tuple[float, ...]
    bulge: tuple[float, ...]
    waist: tuple[float, ...]
    square: float = 4.0
    front: tuple[float, ...] = (-1.0, -0.93, -0.66, -0.25, 0.25, 0.66, 0.93, 1.0)
    back: tuple[float, ...] = (-1.0, -0.66, 0.66, 1.0)
    sway: float = 0.0


_BAG = _Pillow(
    (0.0, 0.025, 0.08, 0.22, 0.48, 0.7, 0.87, 0.952, 1.0),
    (0.24, 0.6, 0.86, 1.0, 0.97, 0.78, 0.4, 0.05, 0.04),
    (0.99, 0.97, 0.945, 0.925, 0.915, 0.92, 0.95, 1.0, 1.0),
    sway=0.05,
)
# Filled to the top and folded over there.
_BRICK_BAG = _Pillow(
    (0.0, 0.012, 0.05, 0.3, 0.6, 0.845, 0.96, 1.0),
    (0.92, 0.97, 1.0, 1.0, 0.98, 0.94, 0.13, 0.11),
    (0.96, 0.98, 1.0, 1.0, 1.0, 0.98, 0.97, 0.97),
    square=60.0,
    front=(-1.0, -0.98, -0.9, -0.4, 0.4, 0.9, 0.98, 1.0),
    back=(-1.0, -0.98, -0.9, 0.9, 0.98, 1.0),
    sway=0.03,
)
_POUCH = _Pillow(
    (0.0, 0.012, 0.07, 0.2, 0.42, 0.64, 0.82, 0.93, 1.0),
    (0.9, 0.97, 1.0, 0.95, 0.76, 0.52, 0.26, 0.05, 0.04),
    (0.95, 0.97, 0.98, 0.97, 0.965, 0.97, 0.985, 1.0, 1.0),
    sway=0.05,
)


def make_bag(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a bag: a pillow of film with crimped seals, or a brick of film or paper that is folded shut."""
    material = "paper" if look.is_any(_PAPER) else "foil"
    form = _BRICK_BAG if look.is_any(_BRICK) else _BAG
    return _make_pillow(width, depth, height, form, make_finish(look, material))


def make_pouch(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a pouch that stands on a folded base, its front leaning back to a flat seam on top."""
    material = "matt film" if look.is_any(_MATT) else "foil"
    return _make_pillow(width, depth, height, _POUCH, make_finish(look, material))


def measure_tube_front(width: float, depth: float, height: float) -> tuple[float, float]:
    """Return how wide and high a tube's sheet is: half way up it is three quarters as round as below."""
    return 0.25 * width + 0.75 * min(width, depth), (1.0 - _TUBE_CAP) * height


def make_tube(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a tube of cream on its cap: round over a shoulder there, pressed flat at its upper end."""
    cap, radius = _TUBE_CAP * height, 0.42 * min(width, depth)
    bulge = np.array([0.0, 0.94, 1.0, 0.9, 0.62, 0.3, 0.06, 0.06])
    # The sheet is as long all the way up: what it gains in width it loses in depth.
    waist = 1.0 - (1.0 - min(1.0, depth / width)) * (bulge - bulge[-1]) / (1.0 - bulge[-1])
    bulge[0], waist[0] = 1.8 * radius / depth, 1.8 * radius / width  # within the cap's edge
    rows = (0.0, 0.015, 0.06, 0.3, 0.6, 0.85, 0.95, 1.0)
    form = _Pillow(rows, tuple(bulge.tolist()), tuple(waist.tolist()), square=2.6)
    body = _make_pillow(width, depth, height - cap, form, make_finish(look, "gloss"))
    pose = np.eye(4)
    pose[2, 3] = cap
    return merge_meshes([transform_mesh(body, pose), *make_cap(radius, 0.0, cap, look, segments=10)])


def _make_pillow(width: float, depth: float, height: float, form: _Pillow, finish: Finish) -> Mesh:
    """Make two bulging sheets of the same outline; the one in front is the finer."""
    return merge_meshes(
        [_make_sheet(np.array([width, depth, height]), form, finish, toward=toward) for toward in (-1.0, 1.0)]
    )


def _make_sheet(size_m: np.ndarray, form: _Pillow, finish: Finish, *, toward: float) -> Mesh:
    """Make the sheet that looks toward -y or +y."""
    columns, panel = (form.front, PANEL_FRONT) if toward < 0 else (form.back, PANEL_SIDE)
    u, v = np.array(columns), np.array(form.rows)
    bulge, waist = np.array(form.bulge)[:, None], np.array(form.waist)[:, None]
    x = -toward * waist * u
    sway = form.sway * np.clip(v[:, None] * 4 - 3, 0, 1) * np.sin(5.5 * x + 0.8)
    most = np.max(bulge) + form.sway * (v > 0.75)[:, None]
    y = (toward * bulge * np.sqrt(np.clip(1 - np.abs(u) ** form.square, 0, 1)) + sway) / np.maximum(most, 1.0)
    z = np.broadcast_to(v[:, None], x.shape)
    position = (np.stack([x / 2, y / 2, z], axis=-1) * size_m).reshape(-1, 3)
    u0, v0, u1, v1 = panel
    across, down = np.broadcast_arrays(u0 + (u1 - u0) * (u + 1) / 2, (v1 + (v0 - v1) * v)[:, None])
    faces = make_grid_faces(len(v), len(u))
    normal = compute_smooth_normals(position, faces)
    return make_mesh(position, normal, np.stack([across, down], axis=-1).reshape(-1, 2), faces, finish)
