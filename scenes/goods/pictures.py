"""Catalogue pictures: each pack photographed on white by a small rasteriser in numpy.

In: the packs' meshes and textures. Out: one (256, 256, 3) uint8 picture a product, made when it is
first asked for, since a clip needs few of them.
"""

from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np

from scenes.world import Mesh, Textures

PICTURE_PX = 256
_SUPERSAMPLING = 2
# The pack is turned a little to the left and seen from slightly above, lit from the upper left.
_YAW_RAD, _PITCH_RAD = 0.42, 0.24
_KEY = np.array([-0.45, -0.75, 0.62]) / np.linalg.norm([-0.45, -0.75, 0.62])


class PackPictures(Sequence[np.ndarray]):
    """The pictures of all packs; behaves as a tuple of arrays."""

    def __init__(
        self, meshes: Sequence[Mesh], near: Mapping[int, Mesh], textures: Textures, first_layer: int
    ):
        self._meshes, self._near, self._textures, self._first_layer = meshes, near, textures, first_layer
        self._made: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._meshes)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[np.ndarray, ...]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | tuple[np.ndarray, ...]:
        if isinstance(index, slice):
            return tuple(self[k] for k in range(*index.indices(len(self))))
        index = range(len(self))[index]
        if index not in self._made:
            mesh = self._near.get(index, self._meshes[index])
            picture = make_picture(mesh, self._textures.pixels, self._first_layer)
            picture.setflags(write=False)
            self._made[index] = picture
        return self._made[index]


def make_picture(mesh: Mesh, textures: np.ndarray, first_layer: int) -> np.ndarray:
    """Draw one pack under studio light.

    Args:
        mesh: In the item frame.
        textures: (L, 256, 256, 3); the mesh's layer `first_layer` is the first of them.
        first_layer: See `textures`.

    Returns:
        (256, 256, 3) uint8 sRGB.
    """
    size = PICTURE_PX * _SUPERSAMPLING
    view = _view_from_item()
    seen = mesh.position_m @ view.T
    low, high = seen[:, :2].min(0), seen[:, :2].max(0)
    scale = 0.86 * size / float((high - low).max())
    pixel = (seen[:, :2] - (low + high) / 2) * scale + size / 2
    front, gradient = _find_front(pixel, mesh.faces)
    corner = pixel[mesh.faces[front]]
    point, owner = _rasterise(corner, seen[mesh.faces[front], 2], gradient, size)
    away = np.stack([point % size, point // size]) + 0.5 - corner[:, 0].T[:, owner]
    canvas = np.full((size * size, 3), 255.0, np.float32)
    _draw_contact_shadow(canvas, pixel, size)
    canvas[point] = _shade(
        mesh, textures, first_layer, mesh.faces[front], gradient, owner, away.astype(np.float32)
    )
    image = canvas.reshape(size, size, 3)
    n = _SUPERSAMPLING
    blocks = [image[row::n, column::n] for row in range(n) for column in range(n)]
    return np.rint(sum(blocks[1:], start=blocks[0]) / n**2).astype(np.uint8)


def _view_from_item() -> np.ndarray:
    """Return the (3, 3) rotation to the view: right, down, away."""
    cos, sin = np.cos(_YAW_RAD), np.sin(_YAW_RAD)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    cos, sin = np.cos(_PITCH_RAD), np.sin(_PITCH_RAD)
    return np.array([[1, 0, 0], [0, -sin, -cos], [0, cos, -sin]]) @ turn


def _find_front(pixel: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the triangles that face an orthographic view.

    Returns:
        (T,) their numbers and (T, 2, 2) the gradients of the barycentric weights of their
        second and third vertices, per pixel along the image's rows and columns.
    """
    ab, ac = (pixel[faces[:, k]] - pixel[faces[:, 0]] for k in (1, 2))
    double_area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    front = np.flatnonzero(double_area < -1e-6)  # image y points down: front faces turn clockwise
    along = np.stack([ac[front, ::-1] * [1, -1], ab[front, ::-1] * [-1, 1]], axis=1)
    return front, along / double_area[front, None, None]


def _rasterise(
    corner: np.ndarray, depth: np.ndarray, gradient: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest triangle of each pixel.

    Args:
        corner: (T, 3, 2) vertices in pixels.
        depth: (T, 3) how far away they are.
        gradient: See `_find_front`.
        size: Of the square image.

    Returns:
        (K,) flat pixel index and (K,) triangle, one row a covered pixel.
    """
    # A pixel is inside where its three barycentric weights, affine in the pixel, are all positive.
    gradient = np.concatenate([-gradient.sum(1, keepdims=True), gradient], axis=1)
    offset = [1, 0, 0] - np.einsum("nwi,ni->nw", gradient, corner[:, 0])
    top = np.ceil(corner[..., 1].min(1) - 0.5).clip(0, size).astype(np.int32)
    bottom = np.floor(corner[..., 1].max(1) + 0.5).clip(0, size).astype(np.int32)
    owner, row = _unroll(top, np.maximum(bottom - top, 0))
    slope = gradient[owner, :, 0]
    with np.errstate(divide="ignore", invalid="ignore"):  # edges along a row bound nothing in it
        bound = -(gradient[owner, :, 1] * (row + 0.5)[:, None] + offset[owner]) / slope
    left = np.ceil(np.where(slope > 0, bound, -np.inf).max(1) - 0.5).clip(0, size).astype(np.int32)
    right = np.floor(np.where(slope < 0, bound, np.inf).min(1) + 0.5).clip(0, size).astype(np.int32)
    span, flat = _unroll(row * size + left, np.maximum(right - left, 0))
    drawn = np.full(size * size, -1, np.int32)
    owner = owner[span]
    # Depth is affine in the pixel too; of several the last drawn stays, which is the nearest.
    slope = np.einsum("nw,nwi->ni", depth, gradient)
    base = depth[:, 0] - np.einsum("ni,ni->n", slope, corner[:, 0])
    away = base[owner] + slope[owner, 0] * (flat % size + 0.5) + slope[owner, 1] * (flat // size + 0.5)
    order = np.argsort(-away, kind="stable")
    drawn[flat[order]] = owner[order]
    point = np.flatnonzero(drawn >= 0)
    return point, drawn[point]


def _unroll(first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which run each member of runs of integers belongs to, and the integers, run by run."""
    run = np.repeat(np.arange(len(count), dtype=np.int32), count)
    begin = np.cumsum(count, dtype=np.int32) - count
    return run, np.arange(len(run), dtype=np.int32) + (first - begin).astype(np.int32)[run]


def _shade(
    mesh: Mesh,
    textures: np.ndarray,
    first_layer: int,
    triangle: np.ndarray,
    gradient: np.ndarray,
    owner: np.ndarray,
    away: np.ndarray,
) -> np.ndarray:
    """Return (K, 3) sRGB 0 to 255: texture times colour, key and fill light, a soft highlight.

    `triangle` (T, 3) are vertices, `gradient` see `_find_front`, `owner` (K,) each pixel's triangle, `away`
    (2, K) how far it lies from that one's first vertex.
    """
    toward = -_view_from_item()[2]
    half = (_KEY + toward) / np.linalg.norm(_KEY + toward)
    light = 0.52 + 0.5 * np.clip(mesh.normal @ _KEY, 0, 1) + 0.08 * mesh.normal[:, 2]
    highlight = 60 * np.clip(mesh.normal @ half, 0, 1) ** 60
    # One array an attribute, for there are many more pixels than triangles.
    vertex = np.stack([light, highlight, *(mesh.uv.T * textures.shape[1])])[:, triangle]
    slope = np.einsum("atw,twi->ati", vertex[..., 1:] - vertex[..., :1], gradient)
    first, x, y = (part.astype(np.float32)[:, owner] for part in (vertex[..., 0], *np.moveaxis(slope, 2, 0)))
    brightness, shine, u, v = first + away[0] * x + away[1] * y
    layer = mesh.layer[triangle[:, 0]]
    column, row = (np.clip(w.astype(np.int32), 0, textures.shape[1] - 1) for w in (u, v))
    texture = textures[np.maximum(layer - first_layer, 0)[owner], row, column]
    printed = (layer >= 0)[owner, None]
    albedo = np.where(printed, texture / np.float32(255), np.float32(1)) * mesh.color[triangle[:, 0]][owner]
    return np.clip(albedo * brightness[:, None] + shine[:, None], 0, 255)


def _draw_contact_shadow(image: np.ndarray, pixel: np.ndarray, size: int) -> None:
    """Darken the white ground in a soft ellipse under the pack."""
    left, right = pixel[:, 0].min(), pixel[:, 0].max()
    bottom = pixel[:, 1].max()
    top = max(0, int(bottom - 0.08 * size))
    v, u = np.mgrid[top:size, 0:size] + 0.5
    radius = np.hypot(
        (u - (left + right) / 2 - 4) / (0.6 * (right - left)), (v - bottom + 0.02 * size) / (0.05 * size)
    )
    image[top * size :] -= (70 * np.clip(1 - radius, 0, 1) ** 2).reshape(-1, 1)
