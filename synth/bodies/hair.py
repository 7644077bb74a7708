"""Short hair, buns, beards and caps; long hair is in long_hair.py.

In: the bare body's surface. Out: surfaces that ride on the head.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from scenes.cloth import HAIR_LIGHTNESS, PRINTS
from scenes.faces import MOUTH_UP_M, ROUND_M, find_beard
from synth.bodies.garments import make_shell
from synth.bodies.model import load_model
from synth.bodies.skeleton import Skeleton
from synth.bodies.surface import Surface, cut, join, make_surface, make_tube_faces, paint
from synth.records import BodyShape

# Natural hair colours, sRGB, with how often they are seen; the old turn grey.
HAIR_COLORS = (
    ((0.07, 0.06, 0.055), 0.34),
    ((0.16, 0.105, 0.075), 0.27),
    ((0.29, 0.195, 0.13), 0.18),
    ((0.52, 0.39, 0.24), 0.11),
    ((0.69, 0.57, 0.38), 0.05),
    ((0.42, 0.20, 0.11), 0.05),
)
GREY = np.array([0.62, 0.61, 0.60])
TIPS = np.array([0.86, 0.72, 0.50])  # of hair that was bleached
ROUND, LONG_M = 6, 0.20  # how often a print of hair repeats around a head, and the length that it spans


@dataclass(frozen=True)
class Head:
    """Measures of a head in the rest pose: its centre (3,), half sizes (3,), chin and crown heights."""

    centre: np.ndarray
    half: np.ndarray
    bottom: float
    top: float


def measure_head(skin: Surface, skeleton: Skeleton) -> Head:
    """Measure the head of a bare body."""
    points = skin.position_m[skin.weights[:, skeleton.index["head"]] > 0.8]
    low, high = points.min(axis=0), points.max(axis=0)
    upper = points[points[:, 2] > low[2] + 0.45 * (high[2] - low[2])]
    centre = np.array([(upper[:, 0].min() + upper[:, 0].max()) / 2, 0.0, low[2] + 0.55 * (high[2] - low[2])])
    half = np.array([np.ptp(upper[:, 0]), np.ptp(points[:, 1]), high[2] - low[2]]) / 2
    return Head(centre, half, float(low[2]), float(high[2]))


def measure_skull(skin: Surface, skeleton: Skeleton, head: Head, way: np.ndarray) -> np.ndarray:
    """How far (D,) the head without its ears goes from its centre in directions (D, 3), metres."""
    model = load_model()
    on = (skin.weights[:, skeleton.index["head"]] > 0.5) & ~model.ear & ~model.eye
    points = skin.position_m[on] - head.centre
    reach = np.linalg.norm(points, axis=1)
    away, near = cKDTree(points / reach[:, None]).query(way, k=16)
    share = np.exp(-((away / 0.16) ** 2))
    return (share * reach[near]).sum(axis=1) / share.sum(axis=1)


def press_ears(skin: Surface, skeleton: Skeleton, head: Head) -> np.ndarray:
    """Positions (V, 3) of skin whose ears lie close to the head, under what is over them."""
    position_m, ears = skin.position_m.copy(), load_model().ear
    away = position_m[ears] - head.centre
    reach = np.linalg.norm(away, axis=1)
    skull_m = measure_skull(skin, skeleton, head, away / reach[:, None])
    position_m[ears] = head.centre + away * np.minimum(skull_m / reach, 1.0)[:, None]
    return position_m


def sample_hair_color(shape: BodyShape, *, rng: np.random.Generator) -> np.ndarray:
    """Draw a hair colour (3,); beyond about 45 years it greys."""
    shares = np.array([share for _, share in HAIR_COLORS])
    color = np.array(HAIR_COLORS[rng.choice(len(shares), p=shares / shares.sum())][0])
    grey = np.clip((shape.age - 0.78) / 0.14 + rng.normal(0.0, 0.2), 0.0, 1.0)
    return color + grey * (GREY * rng.uniform(0.75, 1.15) - color)


def scalp_level(skin: Surface, skeleton: Skeleton, head: Head, *, front: float, nape: float) -> np.ndarray:
    """Level (V,) of the scalp: behind a plane from the hairline (`front`) to the nape.

    Both are heights as a share from chin to crown.
    """
    height = head.top - head.bottom
    a = np.array([head.centre[0] + 0.86 * head.half[0], head.bottom + front * height])
    b = np.array([head.centre[0] - 0.95 * head.half[0], head.bottom + nape * height])
    way = (a - b) / np.linalg.norm(a - b)
    normal = np.array([-way[1], way[0]])
    side = (skin.position_m[:, [0, 2]] - b) @ normal
    # The temples: hair sets in further back at the sides than in the middle of the forehead.
    temple = 0.010 * np.clip(np.abs(skin.position_m[:, 1]) / head.half[1], 0.0, 1.0)
    on_head = skin.weights[:, skeleton.index["head"]] + skin.weights[:, skeleton.index["neck"]]
    return np.where(on_head > 0.6, side - temple, -0.05)


def comb(hair: Surface, centre: np.ndarray, color: np.ndarray, print_name: str) -> Surface:
    """Lay a print of hair along meridians around `centre` (3,), from above it downward.

    It is cut in two where its left and right half meet, so that no triangle spans the print's seam.
    """
    hair = paint(hair, np.clip(color / HAIR_LIGHTNESS, 0.0, 1.0))
    halves = []
    for sign in (1.0, -1.0):
        half = cut(hair, sign * (hair.position_m[:, 1] - centre[1]))
        away = half.position_m - centre
        across = sign * np.maximum(sign * away[:, 1], 0.0)
        level = np.hypot(away[:, 0], across)
        meridian = np.where(level > 1e-6, np.arctan2(across, away[:, 0]), 0.0)
        # Over the centre an arc from the crown, beneath it the height.
        arc = np.where(away[:, 2] > 0.0, np.arctan2(level, away[:, 2]) * 0.1, 0.157 - away[:, 2])
        uv = np.stack([ROUND * meridian / (2 * np.pi), arc / LONG_M], axis=1)
        halves.append(replace(half, uv=uv, print=np.full(half.vertex_count, PRINTS.index(print_name))))
    return join([half for half in halves if len(half.faces)])


def make_cap(
    skin: Surface,
    level: np.ndarray,
    head: Head,
    *,
    thick_m: float,
    top_m: float,
    edge_m: float,
    rough_m: float,
    rng: np.random.Generator,
) -> Surface:
    """A shell over the scalp, `edge_m` off it at its rim, then `thick_m` more, and `top_m` on the crown."""
    rise = np.clip((skin.position_m[:, 2] - head.centre[2]) / (head.top - head.centre[2]), 0.0, 1.0)
    inside = np.clip(level / 0.06, 0.0, 1.0)
    ease = edge_m + (thick_m + (top_m - thick_m) * rise) * inside**0.75
    return make_shell(skin, level, ease_m=ease, rounds=6, folds_m=rough_m, rng=rng)


def _sheet_faces(rows: int, around: int) -> np.ndarray:
    """Faces of a closed sheet: outer grid, inner grid (turned), and the strip between their rims."""
    number = np.arange(rows * around).reshape(rows, around)
    a, b, c, d = number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]
    grid = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    count = rows * around
    rim = np.concatenate([number[0, ::-1], number[1:, 0], number[-1, 1:], number[-2:0:-1, -1]])
    after = np.roll(rim, -1)
    strip = np.concatenate(
        [np.stack([after, rim, rim + count], 1), np.stack([after, rim + count, after + count], 1)]
    )
    return np.concatenate([grid, grid[:, ::-1] + count, strip])


def make_blob(centre: np.ndarray, half: np.ndarray, bone: int, bones: int) -> Surface:
    """An ellipsoid that rides on one bone: a bun, a pompon."""
    rows, around = 7, 10
    theta = np.linspace(0.0, np.pi, rows)
    phi = np.arange(around) * 2 * np.pi / around
    ring = np.stack(
        [
            np.sin(theta)[:, None] * np.cos(phi),
            np.sin(theta)[:, None] * np.sin(phi),
            np.broadcast_to(np.cos(theta)[:, None], (rows, around)),
        ],
        axis=-1,
    )
    weights = np.zeros((rows * around, bones))
    weights[:, bone] = 1.0
    place = centre + ring.reshape(-1, 3) * half
    return make_surface(place, make_tube_faces(rows, around), weights, np.ones(3))


def make_peak(skeleton: Skeleton, head: Head, height_m: float) -> Surface:
    """The peak of a baseball cap: a closed, slightly bent plate before the forehead."""
    around, rows = 11, 3
    angle = np.linspace(-0.30 * np.pi, 0.30 * np.pi, around)
    base = np.stack([np.cos(angle) * (head.half[0] + 0.012), np.sin(angle) * (head.half[1] + 0.012)], 1)
    out = np.linspace(0.0, 0.075, rows)[:, None, None] * np.stack(
        [np.cos(angle) ** 0.6, 0.25 * np.sin(angle)], 1
    )
    flat = base + out + head.centre[:2]
    drop = height_m - 0.22 * np.linspace(0.0, 0.075, rows)[:, None] - 0.024 * (np.sin(angle) ** 2)
    upper = np.concatenate([flat, drop[..., None]], axis=2)
    lower = upper - np.array([0.0, 0.0, 0.004])
    weights = np.zeros((2 * rows * around, len(skeleton.parents)))
    weights[:, skeleton.index["head"]] = 1.0
    position = np.concatenate([upper.reshape(-1, 3), lower.reshape(-1, 3)])
    return make_surface(position, _sheet_faces(rows, around), weights, np.ones(3))


def make_beard(
    skin: Surface, skeleton: Skeleton, head: Head, *, thick_m: float, rng: np.random.Generator
) -> Surface | None:
    """Hair over chin and jaw, or None where the face leaves no room."""
    x, up = ROUND_M * np.abs(skin.uv[:, 0]), skin.uv[:, 1]
    lips = 0.012 * (np.hypot(x / 0.030, (up - MOUTH_UP_M) / 0.013) - 1.0)
    below = np.minimum(find_beard(x), np.where(x < 0.030, MOUTH_UP_M + 0.004, -0.042)) - up
    front = skin.position_m[:, 0] - (head.centre[0] - 0.05 * head.half[0])
    above_neck = skin.position_m[:, 2] - (head.bottom - 0.02)
    level = np.minimum.reduce([lips, below - 0.006, front, above_neck, 0.096 - x])
    level = np.where(skin.weights[:, skeleton.index["head"]] > 0.7, level, -0.05)
    if not (level > 0.01).any():
        return None
    # Full on the chin, short toward the ears.
    ease = 0.001 + thick_m * np.clip(level / 0.03, 0.0, 1.0) * np.clip((0.085 - x) / 0.055, 0.08, 1.0)
    return make_shell(skin, level, ease_m=ease, rounds=1, folds_m=0.0, rng=rng)
