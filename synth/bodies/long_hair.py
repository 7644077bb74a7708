"""Long hair and bobs: strands combed from a parting, down over the head, onto shoulders, back and chest.

In: the bare body's surface, its head, and what hair lies over. Out: a surface that rides on head, neck and
chest. It is a grid: columns are strands, from the face on the right around the back to the face on the left,
rows go down them from the parting. The first and the last column bend in to the skin.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from scenes.cloth import HAIR_LIGHTNESS, PRINTS
from scenes.geometry import make_grid_faces
from synth.bodies.detail import pick
from synth.bodies.hair import LONG_M, ROUND, TIPS, Head, measure_skull
from synth.bodies.model import load_model
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, compute_normals, lift, make_surface

_PARTED_RAD = (1.85, 1.75, 0.62)  # from the middle of the face up to the parting: behind, crown, forehead
_CROWN = 0.4  # how far forward strands come from the crown: 0 is behind, 1 beside the face
_LAID = 0.62  # and from where on they may lie before the shoulders
_THICK_M = {"bob": 0.019, "long": 0.016}
_UNDER_HAT_M, _IN_SKIN_M = 0.006, 0.004
_SHEET_M = 0.012  # thickness of what hangs
_FLOW_M = 0.005  # how far locks stand out at their ends
_TRIM_M = {"bob": (0.012, 0.015), "long": (0.045, 0.06)}  # how uneven ends are, how much shorter at the face
_TURNED_IN = {"bob": 0.16, "long": 0.10}  # how much nearer to the axis the ends are
_PUSHED_M = {"bob": 0.015, "long": 0.10}  # how far collars, hoods and scarves push it out
_BEHIND_M, _BEFORE_M = 0.125, (0.100, 0.055)  # aside, on backs and on chests of bodies 1.7 m tall
_OVER_M = 0.012  # how far over what is around the neck it lies


@dataclass(frozen=True)
class HairCut:
    """How long hair is cut and worn.

    Attributes:
        style: ``"long"`` or ``"bob"``.
        length_m: From the ears' upper ends down.
        parting: How far to the left it is parted, of half the head's width.
        opening_rad: From the middle of the face to the foremost strands beside the ears.
        before: Whether it lies before the right and before the left shoulder.
        phase: Of its locks, radians.
        flat: Whether a hat is on it.
        ends_over_m: How high the ends behind are at least, behind what is on the back; -inf for nothing.
    """

    style: str
    length_m: float
    parting: float
    opening_rad: float
    before: tuple[bool, bool]
    phase: float
    flat: bool
    ends_over_m: float = -np.inf

    @property
    def over_ears(self) -> bool:
        """Whether it falls over the ears, not behind them."""
        return self.opening_rad < np.pi / 2


def sample_hair_cut(style: str, head: Head, *, flat: bool, rng: np.random.Generator) -> HairCut:
    """Draw how long hair or a bob is cut, and whether ears are under it."""
    tall = head.top - head.bottom
    length = float(rng.uniform(1.2, 1.9)) if style == "long" else 0.80
    opening = rng.uniform(1.15, 1.32) if rng.random() < 0.7 else rng.uniform(1.75, 1.9)
    parting = float(rng.choice([-0.35, 0.0, 0.0, 0.35]))
    right, left = rng.random(2) < (0.35 if style == "long" else 0.0)
    phase = float(rng.uniform(0.0, 2.0 * np.pi))
    return HairCut(style, length * tall, parting, float(opening), (bool(right), bool(left)), phase, flat)


def make_long_hair(
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    under: Surface,
    cut: HairCut,
    *,
    color: np.ndarray,
    tips: float,
    level: int,
) -> Surface:
    """Comb long hair.

    Args:
        skin: The bare body.
        skeleton: Its skeleton.
        head: Its head.
        under: What the hair lies over: garments, a scarf.
        cut: From `sample_hair_cut`.
        color: (3,) of the hair, sRGB, 0 to 1.
        tips: How much paler its ends are, 0 to 1.
        level: Level of detail.
    """
    columns, top, low = pick(level, 39, 19, 11), pick(level, 10, 5, 4), pick(level, 12, 7, 4)
    across = np.concatenate([[-1.0], np.linspace(-1.0, 1.0, columns - 2), [1.0]])
    combed = _comb_over(skin, skeleton, head, cut, across, top)
    hung = _hang_down(combed[-1], skin, skeleton, head, under, cut, across, low)
    strands = np.concatenate([combed, hung])
    fall = np.concatenate([np.zeros(top), np.arange(1, low + 1) / low])[:, None]
    sheet, inside = _thicken(strands, across, fall, top - 3)
    along = np.linalg.norm(np.diff(strands, axis=0, prepend=strands[:1]), axis=2).cumsum(axis=0)
    uv = np.stack(np.broadcast_arrays(ROUND * across / 2.0, along / LONG_M), axis=2)
    pale = (color + tips * np.maximum(0.75 * TIPS - color, 0.0) * fall**1.5)[:, None] / HAIR_LIGHTNESS
    pale = np.broadcast_to(np.clip(pale, 0.0, 1.0), strands.shape)
    position_m = sheet[0]
    return replace(
        make_surface(position_m, sheet[1], _weigh(position_m, skeleton, head), np.ones(3)),
        color=np.concatenate([pale.reshape(-1, 3), pale[inside].reshape(-1, 3)]),
        uv=np.concatenate([uv.reshape(-1, 2), uv[inside].reshape(-1, 2)]),
        print=np.full(len(position_m), PRINTS.index("strands")),
    )


def _find_side(across: np.ndarray) -> np.ndarray:
    """On which side (columns,) strands are: 1 left, -1 right."""
    return np.where(across < 0.0, -1.0, 1.0)


def _comb_over(
    skin: Surface, skeleton: Skeleton, head: Head, cut: HairCut, across: np.ndarray, rows: int
) -> np.ndarray:
    """Strands (rows, columns, 3) from the parting to the level of the ears, along great circles."""
    front = np.abs(across)
    up = np.interp(front, [0.0, _CROWN, 1.0], _PARTED_RAD)
    aside = cut.parting * head.half[1] / head.half[0] * np.clip((front - 0.2) / 0.4, 0.0, 1.0)
    root = np.stack([np.cos(up), aside, np.sin(up)], axis=1)
    root /= np.linalg.norm(root, axis=1, keepdims=True)
    turn = _find_side(across) * np.interp(front, [0.0, 1.0], [np.pi, cut.opening_rad])
    beside = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1)
    wide = np.arccos((root * beside).sum(axis=1))[:, None]
    share = np.linspace(0.0, 1.0, rows)[:, None, None]
    way = (np.sin((1.0 - share) * wide) * root + np.sin(share * wide) * beside) / np.sin(wide)
    # Around the forehead they keep up before they come down.
    way[..., 2] += 0.16 * np.sin(np.pi * share[..., 0]) * np.clip((front - 0.6) / 0.4, 0.0, 1.0)
    way /= np.linalg.norm(way, axis=2, keepdims=True)
    skull_m = measure_skull(skin, skeleton, head, way.reshape(-1, 3)).reshape(way.shape[:2])
    for _ in range(2):
        skull_m[1:-1] = (skull_m[:-2] + 2.0 * skull_m[1:-1] + skull_m[2:]) / 4.0
        skull_m[:, 1:-1] = (skull_m[:, :-2] + 2.0 * skull_m[:, 1:-1] + skull_m[:, 2:]) / 4.0
    return head.centre + way * (skull_m + _measure_thickness(cut, share[..., 0], front))[..., None]


def _measure_thickness(cut: HairCut, share: np.ndarray, front: np.ndarray) -> np.ndarray:
    """How far (rows, columns) hair stands off the head, metres: less at the parting and about the face."""
    full = _UNDER_HAT_M if cut.flat else _THICK_M[cut.style]
    root = np.interp(front, [_CROWN, 1.0], [0.8, 0.4])
    edge = 0.25 + 0.75 * np.sqrt(np.clip((1.0 - front) / 0.22, 0.0, 1.0))
    thick_m = 0.002 + full * edge * (root + (1.0 - root) * np.sqrt(share))
    thick_m[:, [0, -1]] = -_IN_SKIN_M
    return thick_m


def _hang_down(
    from_m: np.ndarray,
    skin: Surface,
    skeleton: Skeleton,
    head: Head,
    under: Surface,
    cut: HairCut,
    across: np.ndarray,
    rows: int,
) -> np.ndarray:
    """Strands (rows, columns, 3) from beside the head down to their ends."""
    scale, share = skeleton.stature_m / 1.7, (np.arange(1, rows + 1) / rows)[:, None]
    low = head.centre[2] + 0.42 * head.half[2] - cut.length_m + _trim(cut, across)
    behind = ~_find_before(cut, across)
    low[behind] = np.maximum(low[behind], cut.ends_over_m + 0.4 * _trim(cut, across)[behind])
    height = from_m[:, 2] + share * (low - from_m[:, 2])
    locks = np.sin(9.0 * np.pi * across + cut.phase) + 0.6 * np.sin(23.0 * np.pi * across + 2.0 * cut.phase)
    solid = np.concatenate([skin.position_m[~load_model().ear], under.position_m])
    # Free, they hang straight down and turn in at their ends.
    out = from_m[:, :2] - head.centre[:2]
    out = (
        out * (1.0 - _TURNED_IN[cut.style] * share**2 + share * _FLOW_M * locks / np.hypot(*out.T))[..., None]
    )
    out = _go_around(out, height, head, under.position_m, scale, _PUSHED_M[cut.style])
    free = np.concatenate([head.centre[:2] + out, height[..., None]], axis=2)
    laid = _lay_down(height, skeleton, cut, across, solid, _FLOW_M * (1.6 + locks))
    low_m, high_m = skeleton.at("neck")[2] - 0.045 * scale, head.bottom + 0.02 * scale
    lies = np.clip((high_m - height) / (high_m - low_m), 0.0, 1.0)[..., None]
    placed = free + lies * lies * (3.0 - 2.0 * lies) * (laid - free)
    for _ in range(2):
        placed = placed + lift(placed.reshape(-1, 3), under).reshape(placed.shape)
    return placed


def _find_before(cut: HairCut, across: np.ndarray) -> np.ndarray:
    """Which strands (columns,) lie before the shoulders."""
    return np.where(_find_side(across) < 0.0, *cut.before) & (np.abs(across) > _LAID)


def _trim(cut: HairCut, across: np.ndarray) -> np.ndarray:
    """How much shorter (columns,) strands are than the longest, metres."""
    locks = np.abs(np.sin(7.5 * np.pi * across + cut.phase))
    single = np.abs(np.sin(17.0 * across + 2.0 * cut.phase))
    uneven_m, shorter_m = _TRIM_M[cut.style]
    return uneven_m * (0.55 * locks + 0.45 * single) + shorter_m * across**2


def _go_around(
    out: np.ndarray, height: np.ndarray, head: Head, solid: np.ndarray, scale: float, most_m: float
) -> np.ndarray:
    """Push strands out, (rows, columns, 2) from the head's axis, over points (P, 3) around the neck."""
    away = solid[:, :2] - head.centre[:2]
    reach = np.hypot(*away.T)
    close = (np.abs(away[:, 1]) < 0.10 * scale) & (reach < 0.24 * scale)

    def unroll(away: np.ndarray, height: np.ndarray) -> np.ndarray:
        return np.concatenate([0.1 * away / np.linalg.norm(away, axis=-1, keepdims=True), height], axis=-1)

    far, near = cKDTree(unroll(away[close], solid[close, 2:])).query(unroll(out, height[..., None]), k=16)
    own = np.linalg.norm(out, axis=2)
    need = np.where(far < 0.03, reach[close][near] + _OVER_M, 0.0).max(axis=2)
    return out * (np.clip(need, own, own + most_m) / own)[..., None]


def _lay_down(
    height: np.ndarray,
    skeleton: Skeleton,
    cut: HairCut,
    across: np.ndarray,
    solid: np.ndarray,
    over_m: np.ndarray,
) -> np.ndarray:
    """Where strands (rows, columns, 3) are at their heights that lie on back or chest, on points (P, 3)."""
    front, side = np.abs(across), _find_side(across)
    parted, before = np.where(side < 0.0, *cut.before), _find_before(cut, across)
    aside = np.interp(front, [_LAID, 1.0], _BEFORE_M)
    aside = np.where(before, aside, _BEHIND_M * front / np.where(parted, _LAID, 1.0))
    aside = side * aside * skeleton.stature_m / 1.7
    laid = np.stack(np.broadcast_arrays(0.0, aside, height), axis=2)
    for here, sign in ((~before, -1.0), (before, 1.0)):
        facing = solid[sign * (solid[:, 0] - skeleton.at("neck")[0]) > 0.0]
        _, near = cKDTree(facing[:, 1:]).query(laid[:, here, 1:], k=12)
        outermost = (sign * facing[near, 0]).max(axis=2, initial=-np.inf)
        laid[:, here, 0] = sign * (outermost + _OVER_M + over_m[here])
    return laid


def _thicken(
    strands: np.ndarray, across: np.ndarray, fall: np.ndarray, first: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, ...]]:
    """Give strands (rows, columns, 3) an inner side from row `first` on; it ends where they do.

    Returns:
        Positions (V, 3) and faces (F, 3), and the index of the strands' vertices that the inner side has.
    """
    rows, columns = strands.shape[:2]
    grid = make_grid_faces(rows, columns)
    normal = compute_normals(strands.reshape(-1, 3), grid).reshape(strands.shape)
    thin = np.sqrt(np.clip((1.0 - np.abs(across)) / 0.3, 0.0, 1.0)) * (1.0 - 0.8 * fall**3)
    # It is coarser than the outer side, but for the strands beside the face.
    inside = np.ix_(
        np.arange(rows - 1, first - 1, -2)[::-1], np.unique([1, columns - 2, *range(0, columns, 2)])
    )
    inner = (strands - normal * (0.001 + _SHEET_M * thin)[..., None])[inside]
    back = make_grid_faces(*inner.shape[:2])[:, ::-1] + rows * columns
    position_m = np.concatenate([strands.reshape(-1, 3), inner.reshape(-1, 3)])
    return (position_m, np.concatenate([grid, back])), inside


def _weigh(position_m: np.ndarray, skeleton: Skeleton, head: Head) -> np.ndarray:
    """Skinning (V, B) of hair: with the head above the chin, from there on more and more with the chest."""
    low = np.clip((head.bottom + 0.03 - position_m[:, 2]) / 0.16, 0.0, 1.0)
    weights = np.zeros((len(position_m), len(skeleton.parents)))
    weights[:, skeleton.index["head"]] = (1.0 - low) ** 2
    weights[:, skeleton.index["neck"]] = 2.0 * low * (1.0 - low)
    weights[:, skeleton.index["chest"]] = low**2
    return weights
