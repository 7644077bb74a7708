"""Catalogue pictures: each pack photographed on white by a small rasteriser in numpy.

In: the packs' meshes and textures. Out: one (256, 256, 3) uint8 picture a product, made when it is
first asked for, since a clip needs few of them.
"""

from collections.abc import Sequence
from typing import overload

import numpy as np

from scenes.world import Mesh

PICTURE_PX = 256
_SUPERSAMPLING = 2
# The pack is turned a little to the left and seen from slightly above, lit from the upper left.
_YAW_RAD, _PITCH_RAD = 0.42, 0.24
_KEY = np.array([-0.45, -0.75, 0.62]) / np.linalg.norm([-0.45, -0.75, 0.62])


class PackPictures(Sequence[np.ndarray]):
    """The pictures of all packs; behaves as a tuple of arrays."""

    def __init__(self, meshes: tuple[Mesh, ...], textures: np.ndarray, first_layer: int):
        self._meshes, self._textures, self._first_layer = meshes, textures, first_layer
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
            picture = make_picture(self._meshes[index], self._textures, self._first_layer)
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
    point, weights, triangle = _rasterise(pixel, seen[:, 2], mesh.faces, size)
    canvas = np.full((size * size, 3), 255.0, np.float32)
    _draw_contact_shadow(canvas, pixel, size)
    canvas[point] = _shade(mesh, textures, first_layer, mesh.faces[triangle], weights)
    image = canvas.reshape(size, size, 3)
    step = _SUPERSAMPLING
    blocks = [image[row::step, column::step] for row in range(step) for column in range(step)]
    return np.rint(sum(blocks[1:], start=blocks[0]) / step**2).astype(np.uint8)


def _view_from_item() -> np.ndarray:
    """Return the (3, 3) rotation to the view: right, down, away."""
    cos, sin = np.cos(_YAW_RAD), np.sin(_YAW_RAD)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    cos, sin = np.cos(_PITCH_RAD), np.sin(_PITCH_RAD)
    return np.array([[1, 0, 0], [0, -sin, -cos], [0, cos, -sin]]) @ turn


def _rasterise(
    pixel: np.ndarray, depth: np.ndarray, faces: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the nearest front-facing triangle of each pixel of an orthographic view.

    Returns:
        (K,) flat pixel index, (K, 3) barycentric weights, (K,) triangle index; one row a covered pixel.
    """
    a, b, c = (pixel[faces[:, k]] for k in range(3))
    double_area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    front = np.flatnonzero(double_area < -1e-6)  # image y points down: front faces turn clockwise
    # Packs are nearly convex: drawing far triangles first leaves the near ones on top.
    front = front[np.argsort(-depth[faces[front]].mean(1), kind="stable")]
    a, b, c, double_area = a[front], b[front], c[front], double_area[front]
    low = np.floor(np.minimum(np.minimum(a, b), c)).astype(np.int32).clip(0, size - 1)
    high = np.ceil(np.maximum(np.maximum(a, b), c)).astype(np.int32).clip(1, size)
    extent = high - low
    count = extent[:, 0] * extent[:, 1]
    owner = np.repeat(np.arange(len(front), dtype=np.int32), count)
    within = np.arange(len(owner), dtype=np.int32) - np.repeat(
        np.cumsum(count, dtype=np.int32) - count, count
    )
    down = within // extent[owner, 0]
    x = low[owner, 0] + within - down * extent[owner, 0]
    y = low[owner, 1] + down
    # Barycentric weights are affine in the pixel: w = w0 + gx x + gy y.
    wb_x, wb_y = -(a[:, 1] - c[:, 1]) / double_area, (a[:, 0] - c[:, 0]) / double_area
    wc_x, wc_y = -(b[:, 1] - a[:, 1]) / double_area, (b[:, 0] - a[:, 0]) / double_area
    wb_0 = -(wb_x * a[:, 0] + wb_y * a[:, 1])
    wc_0 = -(wc_x * a[:, 0] + wc_y * a[:, 1])
    table = np.stack([wb_0, wb_x, wb_y, wc_0, wc_x, wc_y]).astype(np.float32)[:, owner]
    px, py = x.astype(np.float32) + 0.5, y.astype(np.float32) + 0.5
    wb = table[0] + table[1] * px + table[2] * py
    wc = table[3] + table[4] * px + table[5] * py
    inside = np.flatnonzero((wb >= 0) & (wc >= 0) & (wb + wc <= 1))
    drawn = np.full(size * size, -1, np.int32)
    drawn[y[inside] * size + x[inside]] = inside  # of several, the last (nearest) stays
    flat = np.flatnonzero(drawn >= 0)
    chosen = drawn[flat]
    weights = np.stack([1 - wb[chosen] - wc[chosen], wb[chosen], wc[chosen]], axis=1)
    return flat, weights, front[owner[chosen]]


def _shade(
    mesh: Mesh, textures: np.ndarray, first_layer: int, corners: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return (K, 3) sRGB 0 to 255: texture times colour, key and fill light, a soft highlight."""
    toward = -_view_from_item()[2]
    half = (_KEY + toward) / np.linalg.norm(_KEY + toward)
    light = 0.52 + 0.5 * np.clip(mesh.normal @ _KEY, 0, 1) + 0.08 * mesh.normal[:, 2]
    highlight = 60 * np.clip(mesh.normal @ half, 0, 1) ** 60
    vertex = np.column_stack([light, highlight, mesh.uv * textures.shape[1]]).astype(np.float32)
    value = sum(weights[:, k, None] * vertex[corners[:, k]] for k in range(3))
    layer = mesh.layer[corners[:, 0]]
    texel = np.clip(value[:, 2:].astype(np.int32), 0, textures.shape[1] - 1)
    texture = textures[np.maximum(layer - first_layer, 0), texel[:, 1], texel[:, 0]]
    albedo = (
        np.where(layer[:, None] >= 0, texture / np.float32(255), np.float32(1)) * mesh.color[corners[:, 0]]
    )
    return np.clip(albedo * value[:, :1] + value[:, 1:2], 0, 255)


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
