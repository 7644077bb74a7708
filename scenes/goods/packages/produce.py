"""Loose fruit and vegetables: each kind by its own profile, with dimple, stalk and lobes.

In: a size and a `PackLook` whose `kind` names the fruit. Out: a `Mesh`; its texture is the skin.
"""

from dataclasses import dataclass

import numpy as np

from scenes.geometry import make_lathe, merge_meshes
from scenes.goods.names import says
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.lofts import make_circle, make_loft
from scenes.world import Mesh

_MOST_FACES = 196  # of the body
_ROLL_RAD = np.radians(-120)  # so that the middle of a lying one's skin looks up and to the front
_WOOD, _GREEN = (84, 62, 40), (72, 104, 44)


@dataclass(frozen=True)
class Shape:
    """How a fruit is shaped.

    Attributes:
        profile: (radius, height) from its lower end to its stalk, shares of the widest and of the body.
        lobes: How many it has.
        depth: How deep the furrows between them are, share of the radius.
        stalk: Of the height, what a stalk adds above the body; 0 for none.
        stout: Radius of the stalk, share of the fruit's.
        stalk_color: sRGB.
        lies: Whether it lies on its side where its box is longer than high.
        bend: How much it is curved, share of its length.
        lumps: How uneven it is, share of the radius.
    """

    profile: tuple[tuple[float, float], ...]
    lobes: int = 0
    depth: float = 0.0
    stalk: float = 0.0
    stout: float = 0.04
    stalk_color: tuple[int, int, int] = _WOOD
    lies: bool = False
    bend: float = 0.0
    lumps: float = 0.0

    @property
    def segments(self) -> int:
        """Return how many sides stand for a circle: as many for each lobe."""
        sides = _MOST_FACES // (2 * len(self.profile) - 4)
        return sides - sides % max(self.lobes, 2)


_BALL = tuple((float(np.sin(t)), float(0.5 - 0.5 * np.cos(t))) for t in np.linspace(0.0, np.pi, 9))
_APPLE = ((0, 0.08), (0.26, 0.0), (0.6, 0.05), (0.9, 0.27), (1, 0.56), (0.91, 0.82), (0.62, 0.98),
          (0.27, 0.97), (0, 0.83))  # fmt: skip
_PEAR = ((0, 0.04), (0.3, 0.0), (0.72, 0.06), (1, 0.29), (0.9, 0.48), (0.58, 0.7), (0.45, 0.86), (0.27, 0.97),
         (0, 0.98))  # fmt: skip
_TOMATO = (
    (0, 0.05),
    (0.35, 0.0),
    (0.78, 0.12),
    (1, 0.46),
    (0.93, 0.76),
    (0.62, 0.96),
    (0.26, 0.97),
    (0, 0.88),
)
_PEPPER = ((0, 0.07), (0.42, 0.0), (0.78, 0.09), (0.88, 0.4), (1, 0.74), (0.88, 0.93), (0.45, 1), (0, 0.9))
_LEMON = (
    (0, 0),
    (0.16, 0.03),
    (0.36, 0.1),
    (0.82, 0.28),
    (1, 0.5),
    (0.82, 0.72),
    (0.36, 0.9),
    (0.16, 0.97),
    (0, 1),
)
_EGG = ((0, 0), (0.42, 0.04), (0.8, 0.17), (1, 0.4), (0.95, 0.62), (0.74, 0.82), (0.42, 0.95), (0, 1))
_CUCUMBER = ((0, 0), (0.6, 0.02), (0.95, 0.1), (1, 0.35), (1, 0.65), (0.95, 0.9), (0.6, 0.98), (0, 1))
_CARROT = ((0, 0), (0.1, 0.02), (0.3, 0.12), (0.62, 0.45), (0.92, 0.85), (1, 0.94), (0.6, 0.99), (0, 1))
_ONION = (
    (0, 0.03),
    (0.2, 0.0),
    (0.72, 0.12),
    (1, 0.4),
    (0.86, 0.64),
    (0.45, 0.8),
    (0.14, 0.9),
    (0.08, 1),
    (0, 1),
)

_ROUND = Shape(_APPLE, stalk=0.05)
# The first word that is found in a product's name says what it is.
_SHAPES: tuple[tuple[str, Shape], ...] = (
    ("pineapple", Shape(_EGG, stalk=0.25, stout=0.3, stalk_color=_GREEN)),
    ("grapefruit|orange|mandarin|clementine|satsuma|tangerine|pomelo",
     Shape((*_BALL[:-1], (0.0, 0.97)), stalk=0.006, stout=0.07, stalk_color=_GREEN)),
    ("watermelon|melon|pumpkin|cabbage|lettuce|coconut", Shape(_BALL, stalk=0.03, stout=0.035)),
    ("pear|avocado|aubergine|eggplant|fig", Shape(_PEAR, stalk=0.08, stout=0.035)),
    ("lemon|lime", Shape(_LEMON, lies=True)),
    ("tomato|persimmon", Shape(_TOMATO, lobes=5, depth=0.05, stalk=0.03, stout=0.05, stalk_color=_GREEN)),
    ("potato|ginger|beet|turnip", Shape(_EGG, lies=True, lumps=0.07)),
    ("pepper|paprika|capsicum",
     Shape(_PEPPER, lobes=4, depth=0.16, stalk=0.14, stout=0.07, stalk_color=_GREEN)),
    ("banana|plantain", Shape(_CUCUMBER, lobes=5, depth=0.06, lies=True, bend=0.16)),
    ("cucumber|courgette|zucchini|leek", Shape(_CUCUMBER, lies=True, bend=0.02)),
    ("carrot|parsnip|radish", Shape(_CARROT, lies=True)),
    ("onion|garlic|shallot", Shape(_ONION)),
    ("peach|nectarine|apricot|plum|cherry", Shape(_APPLE, lobes=1, depth=0.05)),
    ("mango|kiwi|papaya|passion", Shape(_EGG, lies=True)),
)  # fmt: skip


def find_shape(kind: str) -> Shape:
    """Return the shape of what a name says, that of an apple if it says nothing known.

    >>> find_shape("Conference Pears") is find_shape("avocado")
    True
    """
    return next((shape for words, shape in _SHAPES if says(kind, words)), _ROUND)


def make_fruit(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a fruit or vegetable as its name says, in a box as deep as wide."""
    del depth  # shapes.py makes it oval
    shape = find_shape(look.kind)
    skin = make_finish(look, "skin")
    if shape.lies and width > height:
        return make_loft(_lay(shape, width, height), skin, uv=_wrap_lying(shape))
    body = height * (1.0 - shape.stalk)
    parts = [make_loft(_stand(shape, width, body), skin)]
    if shape.stalk:
        root = body * shape.profile[-1][1] - 0.02 * height
        r = shape.stout * width / 2
        wood = make_finish(look, "card", color=shape.stalk_color)
        parts.append(make_lathe([(r, root), (0.75 * r, height), (0.0, height)], wood, segments=4))
    return merge_meshes(parts)


def _furrow(shape: Shape) -> np.ndarray:
    """Return (C,) what lobes leave of the radius around, at most 1."""
    turn = np.linspace(-np.pi, np.pi, shape.segments + 1)
    if not shape.lobes:
        return np.ones_like(turn)
    return 1.0 - shape.depth * (0.5 - 0.5 * np.cos(shape.lobes * turn))


def _dent(shape: Shape, rows: int) -> np.ndarray:
    """Return (R, C) what lumps leave of the radius, at most 1."""
    turn = np.linspace(-np.pi, np.pi, shape.segments + 1)
    level = np.linspace(0.0, np.pi, rows)[:, None]
    wave = np.cos(2 * turn + 1.0 + 2 * level) + np.cos(3 * turn - 3 * level) + np.cos(turn + 5 * level + 2.0)
    return 1.0 - shape.lumps * (0.5 - wave / 6)


def _stand(shape: Shape, width: float, height: float) -> np.ndarray:
    radius, level = np.array(shape.profile, float).T
    across = radius[:, None] * _furrow(shape) * _dent(shape, len(radius)) * width / 2
    ring = across[..., None] * make_circle(shape.segments)
    z = np.broadcast_to((level * height / level.max())[:, None], across.shape)
    return np.concatenate([ring, z[..., None]], axis=-1)


def _lay(shape: Shape, width: float, height: float) -> np.ndarray:
    """Lay a shape along x; what is curved rises towards its ends."""
    radius, along = np.array(shape.profile, float).T
    along = along / along.max()
    rise = shape.bend * (2 * along - 1) ** 2 * width
    thick = height - rise.max()
    if thick < 0.4 * height:  # its box is too flat for the whole bend
        rise *= 0.6 * height / rise.max()
        thick = 0.4 * height
    across = radius[:, None] * _furrow(shape) * _dent(shape, len(radius))
    cos, sin = np.cos(_ROLL_RAD), np.sin(_ROLL_RAD)
    circle = make_circle(shape.segments) @ np.array([[cos, sin], [-sin, cos]])
    y = across * circle[:, 0] * width / 2
    z = thick / 2 + across * circle[:, 1] * thick / 2 + rise[:, None]
    x = np.broadcast_to(((along - 0.5) * width)[:, None], across.shape)
    return np.stack([x, y, z], axis=-1)


def _wrap_lying(shape: Shape) -> np.ndarray:
    """Return (R, C, 2): the skin's rows along the fruit, its columns around, their middle upward."""
    u, v = np.linspace(0.0, 1.0, shape.segments + 1), np.linspace(0.0, 1.0, len(shape.profile))
    return np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)
