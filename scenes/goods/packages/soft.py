"""Soft packs of two sheets that bulge: bags, pouches, tubes."""

from dataclasses import replace

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


def make_bag(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Pillow bag that stands: full at the bottom third, flat crimped seams above and below."""
    v = np.array([0.0, 0.045, 0.16, 0.5, 0.8, 0.955, 1.0])
    bulge = np.array([0.12, 0.55, 0.95, 0.95, 0.55, 0.04, 0.04])
    waist = np.array([0.98, 0.95, 0.93, 0.92, 0.95, 1.0, 1.0])
    return _pillow(width, depth, height, v, bulge, waist, make_finish(look, "foil"))


def make_pouch(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Pouch that stands on a folded base, its front leaning back to a flat seam on top."""
    v = np.array([0.0, 0.03, 0.2, 0.5, 0.78, 0.93, 1.0])
    bulge = np.array([0.88, 1.0, 0.94, 0.7, 0.36, 0.06, 0.06])
    waist = np.array([0.95, 0.97, 0.96, 0.96, 0.98, 1.0, 1.0])
    return _pillow(width, depth, height, v, bulge, waist, make_finish(look, "foil"))


def make_tube(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Tube of cream that stands on its cap: round over a shoulder there, pressed flat at its upper end."""
    cap, radius = 0.16 * height, 0.42 * min(width, depth)
    v = np.array([0.0, 0.015, 0.06, 0.3, 0.6, 0.85, 0.95, 1.0])
    bulge = np.array([0.0, 0.94, 1.0, 0.9, 0.62, 0.3, 0.06, 0.06])
    # The sheet is as long all the way up: what it gains in width it loses in depth.
    waist = 1.0 - (1.0 - min(1.0, depth / width)) * (bulge - bulge[-1]) / (1.0 - bulge[-1])
    bulge[0], waist[0] = 1.8 * radius / depth, 1.8 * radius / width  # within the cap's edge
    body = _pillow(width, depth, height - cap, v, bulge, waist, make_finish(look, "gloss"))
    pose = np.eye(4)
    pose[2, 3] = cap
    return merge_meshes([transform_mesh(body, pose), *make_cap(radius, 0.0, cap, look, segments=10)])


def _pillow(
    width: float,
    depth: float,
    height: float,
    v: np.ndarray,
    bulge: np.ndarray,
    waist: np.ndarray,
    finish: Finish,
) -> Mesh:
    """Make two bulging sheets of the same shape, front and back, joined at their edges.

    Args:
        width, depth, height: Of the whole.
        v: (R,) heights of the rows, shares of the height.
        bulge: (R,) how far a row stands out, shares of half the depth.
        waist: (R,) how wide a row is, shares of the width.
        finish: Foil with the label's layer.
    """
    u = np.array([-1.0, -0.8, -0.35, 0.35, 0.8, 1.0])
    x = waist[:, None] * u * width / 2
    y = -bulge[:, None] * np.sqrt(np.clip(1 - u**4, 0, 1)) * depth / 2
    z = np.broadcast_to(v[:, None] * height, x.shape)
    front = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    faces = make_grid_faces(len(v), len(u))
    uv, uv_back = (
        np.stack(
            np.broadcast_arrays(u0 + (u1 - u0) * (u + 1) / 2, (v1 + (v0 - v1) * v)[:, None]), axis=-1
        ).reshape(-1, 2)
        for u0, v0, u1, v1 in (PANEL_FRONT, PANEL_SIDE)
    )
    normal = compute_smooth_normals(front, faces)
    mesh = make_mesh(front, normal, uv, faces, finish)
    back = replace(
        mesh,
        uv=uv_back.astype(mesh.uv.dtype),
        position_m=mesh.position_m * np.array([-1, -1, 1], np.float32),
        normal=mesh.normal * np.array([-1, -1, 1], np.float32),
    )
    return merge_meshes([mesh, back])
