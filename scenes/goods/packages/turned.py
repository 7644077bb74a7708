"""Packs that are turned: cans, bottles, tubs, jars, fruit; and caps."""

import numpy as np

from scenes.geometry import make_lathe, merge_meshes
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.world import Mesh


def count_segments(width_m: float) -> int:
    """Return how many sides stand for a circle: large packs are seen to be round from further away."""
    return int(np.clip(round(width_m * 150), 9, 15))


def make_can(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a can of metal with a label round it: slim ones neck in, for drinks; wide ones hold food."""
    n = count_segments(width)
    r, rim = width / 2, min(0.006, height * 0.06)
    metal = make_finish(look, "metal", color=(205, 208, 212))
    label = make_finish(look, "gloss")
    slim = height > 1.6 * width  # drink cans neck in, food cans have straight walls and a beaded rim
    neck = 0.86 if slim else 0.985
    parts = [
        make_lathe([(r * neck, 0.0), (r, rim * (1.6 if slim else 0.5))], metal, segments=n),
        make_lathe(
            [(r, rim * (1.6 if slim else 0.5)), (r, height - rim * (2.4 if slim else 0.8))],
            label,
            segments=n,
        ),
        make_lathe(
            [(r, height - rim * (2.4 if slim else 0.8)), (r * neck, height - rim * 0.3), (r * neck, height)],
            metal,
            segments=n,
        ),
        make_lathe(
            [(r * neck, height), (r * neck * 0.9, height - rim * 0.7), (0.0, height - rim * 0.7)],
            metal,
            segments=n,
        ),
    ]
    return merge_meshes(parts)


def make_bottle(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a bottle: what is inside shows above and below the label; a cap on its neck."""
    n = count_segments(width)
    r = width / 2
    shoulder, neck_r, cap_h = height * 0.68, max(0.011, r * 0.33), min(0.022, height * 0.09)
    plastic = make_finish(look, "gloss", color=look.body)
    label_low, label_high = height * 0.16, height * 0.56
    parts = [
        make_lathe([(r * 0.82, 0.0), (r, height * 0.04), (r, label_low)], plastic, segments=n),
        make_lathe([(r, label_low), (r, label_high)], make_finish(look, "paper"), segments=n),
        make_lathe(
            [
                (r, label_high),
                (r * 0.97, shoulder),
                (r * 0.72, height * 0.8),
                (neck_r, height - cap_h),
            ],
            plastic,
            segments=n,
        ),
        *make_cap(neck_r * 1.2, height - cap_h, height, look, segments=8),
    ]
    return merge_meshes(parts)


def make_cap(radius: float, low: float, high: float, look: PackLook, *, segments: int) -> list[Mesh]:
    """Make the wall and the flat top of a cap or lid, in the accent colour."""
    plastic = make_finish(look, "plastic", color=look.accent)
    return [
        make_lathe([(radius, low), (radius, high)], plastic, segments=segments),
        make_lathe([(radius, high), (0.0, high)], plastic, segments=segments),
    ]


def make_tub(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a tub that widens towards its lid, printed all round."""
    n = count_segments(width)
    r, lid = width / 2, min(0.012, height * 0.14)
    parts = [
        make_lathe([(r * 0.8, 0.0), (r * 0.95, height - lid)], make_finish(look, "paper"), segments=n),
        make_lathe(
            [(0.95 * r, height - lid), (r, height - lid)], make_finish(look, "plastic", color=look.accent)
        ),
        *make_cap(r, height - lid, height, look, segments=n),
    ]
    return merge_meshes(parts)


def make_jar(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a glass jar with a label round it and a lid."""
    n = count_segments(width)
    r, lid = width / 2, min(0.016, height * 0.14)
    glass = make_finish(look, "gloss", color=look.body)
    label_low, label_high = height * 0.14, height * 0.66
    parts = [
        make_lathe([(r * 0.88, 0.0), (r, height * 0.06), (r, label_low)], glass, segments=n),
        make_lathe([(r, label_low), (r, label_high)], make_finish(look, "paper"), segments=n),
        make_lathe([(r, label_high), (r * 0.97, height * 0.76), (r * 0.8, height - lid)], glass, segments=n),
        *make_cap(r * 0.88, height - lid, height, look, segments=n),
    ]
    return merge_meshes(parts)


def make_fruit(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Round fruit with a dimple and a stalk; the texture is its skin with a sticker."""
    n = 12
    turn = np.linspace(0.0, np.pi, 8)
    r = width / 2 * np.sin(turn) ** 0.8
    stalk = 0.06 * height
    z = (height - stalk) * (0.5 - 0.5 * np.cos(turn))
    profile = list(zip(r.tolist(), z.tolist(), strict=True))
    profile[-1] = (0.0, height - 2.4 * stalk)  # the dimple
    skin = make_lathe(profile, make_finish(look, "gloss"), segments=n)
    wood = make_finish(look, "card", color=(92, 66, 40))
    stick = make_lathe([(0.03 * width, height - 2.6 * stalk), (0.02 * width, height)], wood, segments=4)
    top = make_lathe([(0.02 * width, height), (0.0, height)], wood, segments=4)
    return merge_meshes([skin, stick, top])
