"""Relief too fine for triangles: folds of film and cloth, dents of taut film, lumps of a skin, as slopes.

In: nothing; every shop's film and cloth folds alike. Out: a texture array that shaders/relief.glsl reads.
Each kind has VARIANTS maps, and an item's or a person's number says which it has, and whether mirrored.
"""

from functools import cache

import numpy as np
from scipy import ndimage

from scenes.randomness import make_rng
from scenes.world import RELIEFS
from synth.render import targets
from synth.render.light import MATERIALS

MAP_PX = 128
VARIANTS = 4
_LIGHTER, _WARMER = 0.1, 0.045  # by how much pieces of one kind differ at most, share of an sRGB value
RELIEF = {
    "MATERIALS": MATERIALS,
    "VARIANTS": VARIANTS,
    "LIGHTER": _LIGHTER,
    "WARMER": _WARMER,
}  # as shaders/relief.glsl takes it
_MOST_SLOPE = 1.0
_SEAL, _RIB = 0.05, 0.016  # of a bag's height: its crimped seals, and their ribs
_WRINKLED = 0.24  # how steep a dried skin is
# How creased limbs are down the map, as synth/bodies/panels.py lays it: at ankles (0.11), hips (0.22),
# shoulders (from 0.38), elbows and knees (0.69) and wrists (0.97); and how cloth hangs between.
_CREASED_AT = (0.03, 0.11, 0.18, 0.28, 0.52, 0.69, 0.82, 0.97)
_CREASED = (1.1, 1.1, 0.35, 0.25, 0.25, 1.1, 0.45, 1.2)
_HANGS = 0.2
# Creases in the groin: where they start and end across, from the middle, and down the map, and their height.
_GROIN = (((0.035, 0.315), (0.17, 0.255)), ((0.045, 0.30), (0.15, 0.21)), ((0.04, 0.33), (0.19, 0.31)))
_GROIN_STEEP = 0.4
_ASPECT = 0.65  # a bag's width over its height


def make_relief_array() -> int:
    """Make the texture array of `make_slopes`, with mipmaps."""
    return targets.make_slope_layers(make_slopes())


@cache
def make_slopes() -> np.ndarray:
    """Return (len(RELIEFS) * VARIANTS, MAP_PX, MAP_PX, 2) float32: how steeply it rises along u and v."""
    draw = {
        "film": _fold_film, "taut": _fold_taut, "skin": _dent_skin,
        "hanging": _hang_cloth, "creased": _crease_cloth, "grown": _dent_skin,
        "wrinkled": _wrinkle_skin,
    }  # fmt: skip
    maps = [
        draw[kind](make_rng(0, 0, f"relief/{kind}/{number}"))
        for kind in RELIEFS
        for number in range(VARIANTS)
    ]
    slopes = np.stack(maps).astype(np.float32)
    steep = np.linalg.norm(slopes, axis=-1, keepdims=True)
    slopes *= np.minimum(1.0, _MOST_SLOPE / np.maximum(steep, 1e-6))
    slopes.setflags(write=False)
    return slopes


def _make_grid() -> tuple[np.ndarray, np.ndarray]:
    """Return (N, N) places across and down a bag's panel, in its heights."""
    middle = (np.arange(MAP_PX) + 0.5) / MAP_PX
    x, y = np.meshgrid(_ASPECT * middle, middle)
    return x, y


def _compute_slopes(height: np.ndarray) -> np.ndarray:
    """Return (N, N, 2) slopes along u and v of heights (N, N) over a panel."""
    down, across = np.gradient(height, 1 / MAP_PX)
    return np.stack([across / _ASPECT, down], axis=-1)


def _fold(
    rng: np.random.Generator,
    start: tuple[float, float],
    turn_rad: float,
    length: float,
    width: float,
    steep: float,
) -> np.ndarray:
    """Return the height (N, N) of a fold: sharp and narrow where it starts, wide and flat where it ends.

    `turn_rad` is its way, 0 to the right and pi / 2 down; lengths are in the panel's heights.
    """
    x, y = _make_grid()
    along = (x - start[0]) * np.cos(turn_rad) + (y - start[1]) * np.sin(turn_rad)
    aside = (y - start[1]) * np.cos(turn_rad) - (x - start[0]) * np.sin(turn_rad)
    share = along / length
    aside = aside - rng.uniform(-0.25, 0.25) * length * np.clip(share, 0, 1) ** 2  # it bends
    wide = width * (0.35 + 0.9 * np.clip(share, 0, 1))
    crest = np.exp(-1.6 * np.sqrt((aside / wide) ** 2 + 0.06))
    fade = np.clip(share * 14 + 0.6, 0, 1) * np.clip(1 - share, 0, 1) ** 0.7
    return steep * wide * crest * fade


def _undulate(rng: np.random.Generator, waves: int, steep: float) -> np.ndarray:
    """Return the height (N, N) of seamless waves in all directions, at most `waves` over the panel."""
    place = 2 * np.pi * (np.arange(MAP_PX) + 0.5) / MAP_PX
    height = np.zeros((MAP_PX, MAP_PX))
    for u in range(-waves, waves + 1):
        for v in range(waves + 1):
            if 0 < u * u + v * v <= waves * waves:
                phase = place[None] * u + place[:, None] * v + rng.uniform(0, 2 * np.pi)
                height += rng.normal() * np.sin(phase) / (u * u + v * v) ** 0.5
    slopes = _compute_slopes(height)
    return height * steep / float(np.sqrt((slopes**2).mean()))


def _fold_film(rng: np.random.Generator) -> np.ndarray:
    """Fold a pillow bag: from its seals, where film of a tube lies flat, and less so from its edges."""
    height = _undulate(rng, 3, 0.18)
    for seal, way, count in ((_SEAL, 1.0, 9), (1 - _SEAL, -1.0, 8)):
        for x in (np.arange(count) + rng.uniform(0.1, 0.9, count)) / count * _ASPECT:
            lean = rng.normal(0.0, 0.3) + 0.9 * (x / _ASPECT - 0.5)
            length, width = rng.uniform(0.12, 0.42), rng.uniform(0.012, 0.03)
            sign = 1.0 if rng.random() < 0.65 else -1.0
            turn = way * np.pi / 2 - way * lean
            height += sign * _fold(rng, (x, seal), turn, length, width, rng.uniform(0.6, 1.1))
    for edge, way in ((0.0, 0.0), (_ASPECT, np.pi)):
        for y in rng.uniform(0.12, 0.88, 5):
            length, width = rng.uniform(0.1, 0.26), rng.uniform(0.01, 0.022)
            height += _fold(rng, (edge, y), way + rng.normal(0, 0.5), length, width, rng.uniform(0.5, 0.9))
    slopes = _compute_slopes(height)
    _, y = _make_grid()
    sealed = (y < _SEAL) | (y > 1 - _SEAL)
    ribs = np.stack([np.zeros_like(y), 0.45 * np.sin(2 * np.pi * y / _RIB)], axis=-1)
    return np.where(sealed[..., None], 0.3 * slopes + ribs, slopes)


def _fold_taut(rng: np.random.Generator) -> np.ndarray:
    """Wrinkle film that is shrunk or drawn tight: fine folds into the corners and along the edges."""
    height = _undulate(rng, 2, 0.05)
    for x, y in ((0.0, 0.0), (_ASPECT, 0.0), (0.0, 1.0), (_ASPECT, 1.0)):
        inward = np.arctan2(0.5 - y, _ASPECT / 2 - x)
        for _ in range(5):
            turn = inward + rng.uniform(-0.75, 0.75)
            length, width = rng.uniform(0.2, 0.5), rng.uniform(0.008, 0.016)
            height += _fold(rng, (x, y), turn, length, width, rng.uniform(0.2, 0.45))
    for x in rng.uniform(0.0, _ASPECT, 6):
        y, way = (0.0, 1.0) if rng.random() < 0.5 else (1.0, -1.0)
        turn = way * np.pi / 2 + rng.normal(0, 0.25)
        height += _fold(rng, (x, y), turn, rng.uniform(0.1, 0.3), 0.012, rng.uniform(0.15, 0.35))
    return _compute_slopes(height)


def _dent_skin(rng: np.random.Generator) -> np.ndarray:
    """Dent a skin: shallow lumps that go on over the map's edges."""
    return _compute_slopes(_undulate(rng, 5, 0.07))


def _wrinkle_skin(rng: np.random.Generator) -> np.ndarray:
    """Wrinkle a skin that has dried: narrow creases this way and that, many here and few there."""

    def draw(size_px: float) -> np.ndarray:
        field = ndimage.gaussian_filter(rng.normal(size=(MAP_PX, MAP_PX)), size_px, mode="wrap")
        return field / field.std()

    place = np.indices((MAP_PX, MAP_PX)) + 5.0 * np.stack([draw(9.0), draw(9.0)])
    ridges = ndimage.map_coordinates(draw(3.2), place, order=1, mode="grid-wrap")
    dry = np.clip(0.6 + 0.6 * draw(14.0), 0.1, 1.6)
    height = ndimage.gaussian_filter(np.abs(ridges) * dry, 0.7, mode="wrap")
    slopes = np.stack([np.roll(height, -1, axis) - np.roll(height, 1, axis) for axis in (1, 0)], axis=-1)
    return slopes * _WRINKLED * rng.uniform(0.5, 1.2) / float(np.sqrt((slopes**2).mean()))


def _hang_cloth(rng: np.random.Generator) -> np.ndarray:
    """Fold cloth that hangs, over a span of it: long folds that run down and lean, calm in places."""
    return _fold_cloth(rng, (20.0, 2.6), 0.22, 0.24)


def _crease_cloth(rng: np.random.Generator) -> np.ndarray:
    """Crease the cloth of a sleeve or a trouser leg, which runs down the map: folds across and aslant.

    They are where it is bent or heaped up; from shoulders and hips it hangs. At the groin it is drawn in.
    """
    down = (np.arange(MAP_PX) + 0.5) / MAP_PX
    share = np.interp(down, _CREASED_AT, _CREASED, period=1.0)[:, None, None]
    creased, hanging = _fold_cloth(rng, (2.2, 8.0), 0.5, 0.19), _fold_cloth(rng, (16.0, 2.6), 0.22, 0.19)
    return creased * share + _HANGS * hanging * np.clip(1.0 - share, 0.0, 1.0) + _crease_groin(rng)


def _crease_groin(rng: np.random.Generator) -> np.ndarray:
    """Return (N, N, 2) slopes of the valleys that run from the crotch up and aside, on either leg."""
    down, across = (np.indices((MAP_PX, MAP_PX)) + 0.5) / MAP_PX
    slopes = np.zeros((MAP_PX, MAP_PX, 2))
    for (start, start_down), (end, end_down) in _GROIN:
        way = np.array([end - start, end_down - start_down])
        long = float(np.linalg.norm(way))
        for side in (1.0, -1.0):
            lean, wide = rng.normal(0.0, 0.15), rng.uniform(0.008, 0.012)
            ahead = np.array([way[0] - lean * way[1], way[1] + lean * way[0]]) / long
            at = np.stack([side * (across - 0.5) - start, down - start_down], axis=-1)
            along, aside = at @ ahead / long, at @ [-ahead[1], ahead[0]] / wide
            fade = np.clip(4.0 * along, 0.0, 1.0) * np.clip(1.0 - along, 0.0, 1.0)
            rise = _GROIN_STEEP * aside * np.exp(0.5 - 0.5 * aside**2) * fade
            slopes += rise[..., None] * np.array([-side * ahead[1], ahead[0]])
    return slopes


def _fold_cloth(
    rng: np.random.Generator, size_px: tuple[float, float], lean: float, steep: float
) -> np.ndarray:
    """Return (N, N, 2) slopes of folds with narrow valleys and broad backs that go on over the map's edges.

    `size_px` is how far they reach down and across, `lean` how far they stray aside, of their length.
    """

    def draw(*size: float) -> np.ndarray:
        field = ndimage.gaussian_filter(rng.normal(size=(MAP_PX, MAP_PX)), size, mode="wrap")
        return field / field.std()

    long_px = max(size_px)
    astray = lean * long_px * np.stack([draw(long_px, long_px), draw(long_px, long_px)])
    place = np.indices((MAP_PX, MAP_PX)) + astray
    folds = ndimage.map_coordinates(draw(*size_px), place, order=1, mode="grid-wrap")
    fine = ndimage.map_coordinates(draw(*(0.55 * np.array(size_px))), place, order=1, mode="grid-wrap")
    calm = np.clip(0.75 + 0.45 * draw(18.0, 18.0), 0.15, 1.5)
    height = calm * (-(np.abs(folds + 0.4) ** 0.8) + 0.25 * fine)
    height = ndimage.gaussian_filter(height, 0.8, mode="wrap")
    slopes = np.stack([np.roll(height, -1, axis) - np.roll(height, 1, axis) for axis in (1, 0)], axis=-1)
    return slopes * steep / float(np.sqrt((slopes**2).mean()))
