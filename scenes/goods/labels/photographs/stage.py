"""Pieces laid over each other, lit from the upper left, and photographed.

In: reliefs with their skins. Out: an RGBA picture with what falls in shadow round about.
"""

from functools import lru_cache

import numpy as np
from scipy import ndimage

from scenes.goods.labels.photographs.relief import Relief
from scenes.randomness import make_rng

PHOTOGRAPH_PX = 160
_TOWARD_LIGHT = np.array([-0.5, -0.58, 0.64], np.float32)
_HALFWAY = (_TOWARD_LIGHT + [0, 0, 1]).astype(np.float32)
_HALFWAY /= np.linalg.norm(_HALFWAY)
_KEY = np.array([1.22, 1.15, 1.04], np.float32)  # a warm lamp
_SKY = np.array([0.46, 0.49, 0.54], np.float32)  # and a cooler room
_CAST_PX = (2, 4, 8, 13)
_LEAP_PX = 3.0  # of depth from one pixel to the next: an edge
_FALL = 0.95  # how far the light comes down a pixel


@lru_cache(maxsize=16)
def make_grain(softness_px: float) -> np.ndarray:
    """Make a (256, 256) tile of noise of unit deviation that goes on over its borders."""
    rng = make_rng(0, 0, f"photographs/grain {softness_px}")
    noise = ndimage.gaussian_filter(
        rng.standard_normal((256, 256)).astype(np.float32), softness_px, mode="wrap"
    )
    return (noise - noise.mean()) / noise.std()


class Stage:
    """A square floor on which pieces are laid, seen from the front and above."""

    def __init__(self) -> None:
        self._depth = np.full((PHOTOGRAPH_PX, PHOTOGRAPH_PX), -1e3, np.float32)
        self._batch = np.full((PHOTOGRAPH_PX, PHOTOGRAPH_PX), -1, np.int16)
        self._sample = np.zeros((PHOTOGRAPH_PX, PHOTOGRAPH_PX), np.int64)
        self._laid: list[tuple[np.ndarray, np.ndarray, float]] = []

    def lay(
        self, relief: Relief, skin: np.ndarray, at_px: np.ndarray, height_px: np.ndarray, *, gloss: float
    ) -> None:
        """Lay pieces down; what is nearer to the camera hides what is not.

        Args:
            relief: N pieces.
            skin: (N, 3, P, P) colours, sRGB 0 to 1.
            at_px: (N, 2) where their middles are, (u, v).
            height_px: (N,) how high their middles are.
            gloss: Strength of highlights, 0 to 1.
        """
        _, rows, columns = relief.depth.shape
        corner = np.rint(at_px).astype(int) - [columns // 2, rows // 2]
        for k, (left, top) in enumerate(corner.tolist()):
            u0, v0 = max(left, 0), max(top, 0)
            u1, v1 = min(left + columns, PHOTOGRAPH_PX), min(top + rows, PHOTOGRAPH_PX)
            if u0 >= u1 or v0 >= v1:
                continue
            there = slice(v0, v1), slice(u0, u1)
            part = (k, slice(v0 - top, v1 - top), slice(u0 - left, u1 - left))
            depth = relief.depth[part] + np.float32(height_px[k])
            nearer = relief.inside[part] & (depth > self._depth[there])
            begin = (k * rows + v0 - top) * columns + u0 - left
            number = begin + np.arange(v1 - v0)[:, None] * columns + np.arange(u1 - u0)
            np.copyto(self._depth[there], depth, where=nearer, casting="same_kind")
            np.copyto(self._sample[there], number, where=nearer)
            self._batch[there][nearer] = len(self._laid)
        self._laid.append((relief.normal, skin, gloss))

    def photograph(self) -> np.ndarray:
        """Return (160, 160, 4) uint8 sRGB with alpha: the pieces and their shadow on the ground."""
        covered = self._batch >= 0
        normal, skin, gloss = self._collect(covered)
        depth = np.where(covered, self._depth, -6).astype(np.float32)
        lit = (1 - 0.82 * _cast_shadows(depth))[covered]
        open_sky = _find_open_sky(depth)[covered]
        diffuse = np.clip((_TOWARD_LIGHT @ normal + 0.18) / 1.18, 0, None) * lit
        sky = open_sky * (0.62 - 0.38 * normal[1])
        glance = np.clip(_HALFWAY @ normal, 0, 1)
        broad = glance**2
        broad = broad * broad
        broad = broad * broad
        sharp = broad * broad
        sharp = sharp * sharp * sharp
        shine = gloss * lit * (0.75 * sharp + 0.12 * broad)
        grain = 1 + 0.02 * make_grain(0.7)[:PHOTOGRAPH_PX, :PHOTOGRAPH_PX][covered]
        light = diffuse * grain * _KEY[:, None] + sky * _SKY[:, None]
        pixels = np.full((PHOTOGRAPH_PX, PHOTOGRAPH_PX, 4), 15, np.uint8)
        color = np.clip(skin, 0, 1) * np.sqrt(light) + shine
        pixels[covered, :3] = (np.clip(color, 0, 1) * 255 + 0.5).astype(np.uint8).T
        _smooth_edges(pixels, depth)
        solid = covered.astype(np.float32)
        cover = ndimage.uniform_filter(solid, 3)
        ground = ndimage.uniform_filter(ndimage.uniform_filter(solid, 11), 11)
        ground = 0.5 * np.pad(ground, ((5, 0), (4, 0)))[:-5, :-4]
        alpha = np.where(covered, np.maximum(cover, 0.34), ground * (1 - cover) + cover * 0.2)
        pixels[..., 3] = np.clip(alpha * 255, 0, 255)
        return pixels

    def _collect(self, covered: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (3, K) normals, (3, K) colours and (K,) gloss of the K covered pixels."""
        batch, sample = self._batch[covered], self._sample[covered]
        found = np.empty((6, len(batch)), np.float32)
        gloss = np.array([laid[2] for laid in self._laid] or [0], np.float32)[batch]
        for number, (normal, skin, _) in enumerate(self._laid):
            mine = np.flatnonzero(batch == number)
            area = normal.shape[2] * normal.shape[3]
            piece, pixel = np.divmod(sample[mine], area)
            for channel in range(3):
                flat = piece * 3 * area + channel * area + pixel
                found[channel, mine] = normal.reshape(-1)[flat]
                found[3 + channel, mine] = skin.reshape(-1)[flat]
        return found[:3], found[3:], gloss


def _smooth_edges(pixels: np.ndarray, depth: np.ndarray) -> None:
    """Blend colours where one piece ends before another, as a finer picture would have them."""
    step = np.zeros(depth.shape, bool)
    for axis in (0, 1):
        leap = np.abs(np.diff(depth, axis=axis)) > _LEAP_PX
        step |= np.pad(leap, [(0, k == axis) for k in range(2)])
        step |= np.pad(leap, [(k == axis, 0) for k in range(2)])
    row, column = np.nonzero(step)
    last = PHOTOGRAPH_PX - 1
    whole = pixels[..., :3].astype(np.uint16)
    around = sum(
        whole[np.clip(row + down, 0, last), np.clip(column + right, 0, last)]
        for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0))
    )
    pixels[row, column, :3] = (4 * whole[row, column] + around) // 8


def _cast_shadows(depth: np.ndarray) -> np.ndarray:
    """Return how far each pixel lies in the shadow of what stands towards the light, 0 to 1."""
    shadow = np.zeros_like(depth)
    for reach in _CAST_PX:
        down, right = round(-_TOWARD_LIGHT[1] * reach), round(-_TOWARD_LIGHT[0] * reach)
        above = depth[:-down, :-right] - _FALL * float(np.hypot(down, right))
        deep = np.clip((above - depth[down:, right:]) / (1.5 + 0.25 * reach), 0, 1)
        np.maximum(shadow[down:, right:], deep, out=shadow[down:, right:])
    return ndimage.uniform_filter(shadow, 3)


def _find_open_sky(depth: np.ndarray) -> np.ndarray:
    """Return how much of the room's light reaches each pixel past its neighbours, 0 to 1."""
    hidden = np.zeros_like(depth)
    for width, weight in ((3, 0.3), (11, 0.4), (27, 0.35)):
        around = ndimage.uniform_filter(depth, width)
        hidden += weight * np.clip((around - depth) / (0.45 * width), 0, 1)
    return 1 - np.clip(hidden, 0, 0.92)
