"""Shapes of pieces as a camera above sees them: depth, normals and the piece's own coordinates.

In: half axes and turns of N pieces. Out: a `Relief` of N patches. Axes: x to the right, y down, z towards
the camera, in pixels. Solids are intersections of quadrics and slabs, sheets are curved surfaces.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Outline = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of sheets: positive inside, about 1 in the middle


@dataclass
class Relief:
    """N pieces, each in a patch of P x P pixels round its middle.

    Attributes:
        depth: (N, P, P) height towards the camera, pixels.
        inside: (N, P, P) whether the piece covers a pixel.
        normal: (N, 3, P, P) unit normals.
        own: (N, 3, P, P) coordinates in the piece's frame, -1 to 1 along its half axes.
    """

    depth: np.ndarray
    inside: np.ndarray
    normal: np.ndarray
    own: np.ndarray


def sample_turns(count: int, tilt_rad: float, *, rng: np.random.Generator) -> np.ndarray:
    """Draw (N, 3, 3) rotations from the pieces' frames to the camera's, leaning by up to `tilt_rad`."""
    spin, lean, heading = (
        rng.uniform(-np.pi, np.pi, count),
        rng.uniform(-1, 1, count) * tilt_rad,
        rng.uniform(-np.pi, np.pi, count),
    )
    return _about_z(heading) @ _about_x(lean) @ _about_z(spin)


def make_turns(heading_rad: np.ndarray, lean_rad: np.ndarray, spin_rad: np.ndarray) -> np.ndarray:
    """Make (N, 3, 3) rotations: spin about z, lean about x, heading about z again."""
    return _about_z(heading_rad) @ _about_x(lean_rad) @ _about_z(spin_rad)


def _about_z(angle: np.ndarray) -> np.ndarray:
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    return np.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], -1).reshape(-1, 3, 3)


def _about_x(angle: np.ndarray) -> np.ndarray:
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    return np.stack([one, zero, zero, zero, cos, -sin, zero, sin, cos], -1).reshape(-1, 3, 3)


def _grid(radius_px: float) -> tuple[np.ndarray, np.ndarray]:
    half = int(np.ceil(radius_px)) + 1
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    return x, y


def carve_solid(kind: str, axes_px: np.ndarray, turn: np.ndarray, *, round_px: float = 2.0) -> Relief:
    """Carve balls, rods (lying along their x) or blocks.

    Args:
        kind: "ball", "rod" or "block".
        axes_px: (N, 3) half axes.
        turn: (N, 3, 3), see `sample_turns`.
        round_px: How far from an edge the normals begin to turn.
    """
    reach = {
        "ball": axes_px.max(1),
        "rod": np.hypot(axes_px[:, 0], axes_px[:, 1:].max(1)),
        "block": np.linalg.norm(axes_px, axis=1),
    }[kind].max()
    x, y = _grid(float(reach))
    if kind == "block":
        hulls = [_slab(turn[:, :, k], axes_px[:, k], x, y) for k in range(3)]
    else:
        inverse = 1 / axes_px.astype(float) ** 2
        inverse[:, 0] *= kind == "ball"
        hulls = [_quadric(np.einsum("nik,nk,njk->nij", turn, inverse, turn), x, y)]
        if kind == "rod":
            hulls.append(_slab(turn[:, :, 0], axes_px[:, 0], x, y))
    top, low, normal = hulls[0]
    for other_top, other_low, other_normal in hulls[1:]:
        share = 1 / (1 + np.exp(np.clip((other_top - top) / (round_px / 2), -30, 30)))
        normal = normal + (other_normal - normal) * share[:, None]
        top, low = np.minimum(top, other_top), np.maximum(low, other_low)
    normal = normal / np.maximum(np.sqrt((normal**2).sum(1, keepdims=True)), 1e-6)
    point = np.stack(np.broadcast_arrays(x, y, top), axis=1)
    own = np.einsum("nik,nihw->nkhw", (turn / axes_px[:, None]).astype(np.float32), point, optimize=True)
    return Relief(top, top > low, normal, own)


def _quadric(matrix: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return upper and lower surface and the upper one's normals of p' M p = 1."""
    m = matrix.astype(np.float32)[..., None, None]
    linear = m[:, 0, 2] * x + m[:, 1, 2] * y
    rest = m[:, 0, 0] * x * x + 2 * m[:, 0, 1] * x * y + m[:, 1, 1] * y * y - 1
    square = np.maximum(m[:, 2, 2], 1e-5)
    root = linear * linear - square * rest
    hit = root > 0
    root = np.sqrt(np.where(hit, root, 0))
    top, low = (root - linear) / square, (-root - linear) / square
    top, low = np.where(hit, top, -1e4), np.where(hit, low, 1e4)
    normal = np.stack([m[:, k, 0] * x + m[:, k, 1] * y + m[:, k, 2] * top for k in range(3)], axis=1)
    normal /= np.maximum(np.sqrt((normal**2).sum(1, keepdims=True)), 1e-9)
    return top, low, normal


def _slab(
    axis: np.ndarray, half: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return upper and lower surface and the upper one's normals of |axis . p| <= half."""
    axis = np.where(axis[:, 2:] < 0, -axis, axis).astype(np.float32)
    steep = np.maximum(axis[:, 2], 1e-3)[:, None, None]
    a, b = axis[:, 0, None, None], axis[:, 1, None, None]
    half = half.astype(np.float32)[:, None, None]
    along = a * x + b * y
    top, low = (half - along) / steep, (-half - along) / steep
    return top, low, np.broadcast_to(axis[..., None, None], (len(axis), 3, *x.shape))


def carve_sheet(
    outline: Outline, axes_px: np.ndarray, turn: np.ndarray, *, curl: float, bump: np.ndarray | None = None
) -> Relief:
    """Carve sheets: chips, flakes, leaves, slices.

    Args:
        outline: What of the sheet's own coordinates lies within.
        axes_px: (N, 3) half axes; the third is by how much the sheet bends.
        turn: (N, 3, 3), see `sample_turns`.
        curl: 1 bends both axes the same way, -1 makes a saddle.
        bump: (256, 256) relief of its skin in pixels, taken in its own coordinates.
    """
    x, y = _grid(float(axes_px[:, :2].max()) * 1.15)
    plane = np.linalg.inv(turn[:, :2, :2].astype(np.float32) + 1e-4 * np.eye(2, dtype=np.float32))
    flat = np.einsum("nij,jhw->nihw", plane, np.stack([x, y]))
    own = np.zeros((len(turn), 3, *x.shape), np.float32)
    own[:, :2] = flat / axes_px[:, :2, None, None]
    s, t = own[:, 0], own[:, 1]
    rise = turn[:, 2, :, None, None].astype(np.float32)
    bend = axes_px[:, 2, None, None].astype(np.float32) * (s * s + curl * t * t)
    if bump is not None:
        bend = bend + take_grain(bump, s, t, 40.0)
    depth = rise[:, 0] * flat[:, 0] + rise[:, 1] * flat[:, 1] + abs(rise[:, 2]) * bend
    down, across = np.gradient(depth, axis=(1, 2))
    normal = np.stack([-across, -down, np.ones_like(depth)], axis=1)
    normal /= np.sqrt((normal**2).sum(1, keepdims=True))
    near = (np.abs(s) < 1.15) & (np.abs(t) < 1.15)
    return Relief(depth, (outline(s, t) > 0) & near, normal, own)


def take_grain(grain: np.ndarray, s: np.ndarray, t: np.ndarray, scale: float) -> np.ndarray:
    """Read a (256, 256) tile at own coordinates; pieces differ in where they begin."""
    begin = (np.arange(len(s)) * 71)[:, None, None]
    column = (np.clip(s, -9, 9) * scale + begin).astype(np.int32) & 255
    row = (np.clip(t, -9, 9) * scale + 3 * begin).astype(np.int32) & 255
    return grain[row, column]
