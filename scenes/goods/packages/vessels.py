"""Open vessels that stand in each other: bowls, plates, mugs.

Glazed all over, with nothing printed on them but what goes all round. A mug has its handle towards +X, within
the size, of which the depth is the body's own.
"""

import numpy as np

from scenes.geometry import Finish, make_lathe, merge_meshes
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.handles import FAR_SEGMENTS, fit_mesh, make_handle
from scenes.goods.packages.turned import NEAR_SEGMENTS
from scenes.world import Mesh

_Profile = list[tuple[float, float]]  # (radius, height) points

_NEST_GAP_M = 0.0005  # between vessels that stand in each other
_LIP_M, _LIP_SHARE = 0.007, 0.15  # how far below its edge a rim begins to round, also of the height
_BULGE = 0.5  # slope of plates' rims, from afar: in a stack they are finer than pixels, and would flicker
# What near cameras see of plates: the rim's upper side, shares of the radius and of its rise from the well;
# where the foot ring begins and ends; how thick the rim is, and how far up the middle of the underside, of
# how thick the well is.
_VERGE = ((0.60, 0.0), (0.64, 0.05), (0.68, 0.20), (0.74, 0.40), (0.84, 0.66), (0.94, 0.90))
_FOOT, _THIN, _HOLLOW = ((0.50, 0.52), (0.55, 0.57)), 0.5, 0.35
# And of mugs: shares of radius and height, inside the chord by which they stand in each other.
_MUG_FOOT = ((0.0, 0.02), (0.70, 0.02), (0.73, 0.0), (0.79, 0.0), (0.80, 0.03), (0.85, 0.048), (0.91, 0.075))
_LIP_STEPS = 6


def measure_nesting(package: str, width: float, height: float) -> float:
    """Return how much higher one stands in another of its size: as deep in it as their walls allow.

    >>> round(measure_nesting("bowl", 0.15, 0.068) / 0.068, 2)
    0.37
    >>> round(measure_nesting("plate", 0.27, 0.022), 4)
    0.0065
    >>> round(measure_nesting("mug", 0.085, 0.09), 4)
    0.0842
    """
    outside, inside = (np.array(wall).T for wall in _WALLS[package](width, height))
    radius = np.unique(np.concatenate([outside[0], inside[0]]))
    radius = radius[radius >= outside[0][0]]  # of the upper one's foot
    higher = float((np.interp(radius, *inside) - np.interp(radius, *outside)).max())
    return min(higher + _NEST_GAP_M, height)


def _list_bowl_walls(width: float, height: float) -> tuple[_Profile, _Profile]:
    """List the points of a bowl's outside and of its inside, both from below.

    Flat ones widen from a narrow foot, tall ones have nearly upright walls.
    """
    r, wall = width / 2, min(0.035 * width, 0.004)
    foot = r * float(np.interp(height / width, (0.1, 1.0), (0.45, 0.82)))
    floor = min(2 * wall, 0.3 * height)
    turn = np.array([0.0, np.pi / 4, np.pi / 2])
    out, up = (foot + (r - foot) * np.sin(turn)).tolist(), (1 - np.cos(turn)).tolist()
    outside = [(one, height * two) for one, two in zip(out, up, strict=True)]
    inside = [(one - wall, floor + (height - floor) * two) for one, two in zip(out, up, strict=True)]
    return outside, inside


def _list_plate_walls(width: float, height: float) -> tuple[_Profile, _Profile]:
    """List the points of a plate's underside and of its upper side, both from the middle outward.

    A flat well, and a rim that rises, as thick as that: the rims of a stack close up.
    """
    r, thick = width / 2, min(0.3 * height, 0.006)
    return [(0.6 * r, 0.0), (r, height - thick)], [(0.6 * r, thick), (r, height)]


def _list_mug_walls(width: float, height: float) -> tuple[_Profile, _Profile]:
    """List the points of a mug's outside and of its inside, both from below; its foot fits into a mug."""
    r, wall = width / 2, min(0.05 * width, 0.004)
    outside = [(0.76 * r, 0.0), (0.97 * r, 0.1 * height), (r, height)]
    inside = [(0.9 * r - wall, min(2 * wall, 0.1 * height)), (r - wall, height)]
    return outside, inside


_WALLS = {"bowl": _list_bowl_walls, "plate": _list_plate_walls, "mug": _list_mug_walls}


def _make_rim(
    outside: _Profile, inside: _Profile, glaze: Finish, segments: int, v: float, *, upright: bool = False
) -> Mesh:
    """Turn the edge between the two sides of a wall, in the texture's row `v`.

    It looks round, from side to side of the wall; an `upright` one only bulges a little.
    """
    edge = [outside[-1], inside[-1]]
    ends = outside[-2], inside[-2]
    if upright:
        (low_r, low), (high_r, high) = edge
        ends = (low_r - _BULGE, low - 1.0), (high_r - _BULGE, high + 1.0)
    before, after = ends
    return make_lathe(edge, glaze, segments=segments, v_range=(v, v), before_m=before, after_m=after)


def _make_wall(outside: _Profile, glaze: Finish, segments: int, after: tuple[float, float]) -> Mesh:
    """Turn the outside of a vessel whose rim goes on to a point: under its edge the wall rounds off."""
    (low_r, low), (high_r, high) = outside[-2:]
    share = min(_LIP_M, _LIP_SHARE * high) / (high - low)
    lip = (high_r + share * (low_r - high_r), high + share * (low - high))
    return make_lathe([*outside[:-1], lip, outside[-1]], glaze, segments=segments, after_m=after)


def make_bowl(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make an open vessel, glazed within and without: a dish, bowl, cup or vase, as its height makes it."""
    n = NEAR_SEGMENTS if look.near else 16
    outside, inside = _list_bowl_walls(width, height)
    glaze = make_finish(look, "gloss")
    floor = [(0.0, inside[0][1])]
    if look.near:
        return _turn_with_lip(
            [(0.0, 0.0), *outside[:-1]], [*inside[-2::-1], *floor], outside[-1], inside[-1], glaze
        )
    return merge_meshes(
        [
            _make_wall(outside, glaze, n, inside[-1]),
            _make_rim(outside, inside, glaze, n, 0.0),
            make_lathe([*inside[::-1], *floor], glaze, segments=n, v_range=(0.0, 1.0)),
        ]
    )


def make_plate(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a flat plate; a high one is a soup plate."""
    n = NEAR_SEGMENTS if look.near else 20
    outside, inside = _list_plate_walls(width, height)
    glaze = make_finish(look, "gloss")
    if look.near:
        return _make_near_plate(outside, inside, glaze)
    outside[-1] = (outside[-1][0], outside[-1][1] - _NEST_GAP_M)  # rims in a stack touch
    return merge_meshes(
        [
            make_lathe([(0.0, 0.0), *outside], glaze, segments=n, v_range=(0.0, 0.4)),
            _make_rim(outside, inside, glaze, n, 0.4, upright=True),
            make_lathe([*inside[::-1], (0.0, inside[0][1])], glaze, segments=n, v_range=(0.4, 1.0)),
        ]
    )


def _make_near_plate(outside: _Profile, inside: _Profile, glaze: Finish) -> Mesh:
    """Turn a plate within the slab that it is from afar: a well on a foot ring, a thin rim that rises."""
    r, high = inside[-1]
    thick = inside[0][1]
    rim = _THIN * thick
    rise = high - thick - rim / 2
    upper = [(one * r, thick + two * rise) for one, two in _VERGE] + [(r - rim / 2, high)]
    thin = np.interp([one / r for one, _ in upper], (_VERGE[0][0], 0.8), (thick, rim)).tolist()
    under = [(one, two - less) for (one, two), less in zip(upper[1:-1], thin[1:-1], strict=True)]
    (first, second), (third, fourth) = _FOOT
    hollow = _HOLLOW * thick
    foot = [
        (0.0, hollow),
        (first * r, hollow),
        (second * r, 0.0),
        (third * r, 0.0),
        (fourth * r, 0.1 * thick),
    ]
    lip = _round_lip((r, high - rim / 2), rim, over=True)
    n = NEAR_SEGMENTS
    return merge_meshes(
        [
            make_lathe([*foot, *under, lip[0]], glaze, segments=n, v_range=(0.0, 0.4), after_m=lip[1]),
            make_lathe(lip, glaze, segments=n, v_range=(0.4, 0.4), before_m=under[-1], after_m=upper[-2]),
            make_lathe(
                [lip[-1], *upper[-2::-1], (0.0, thick)],
                glaze,
                segments=n,
                v_range=(0.4, 1.0),
                before_m=lip[-2],
            ),
        ]
    )


def _turn_with_lip(
    outer: _Profile, inner: _Profile, edge: tuple[float, float], other: tuple[float, float], glaze: Finish
) -> Mesh:
    """Turn a vessel whose wall ends in half a circle between two points of its rim.

    `outer` goes from the middle of its underside up to the rim, `inner` from there to its floor's middle.
    """
    wall = edge[0] - other[0]
    lip = _round_lip((edge[0], edge[1] - wall / 2), wall)
    n = NEAR_SEGMENTS
    return merge_meshes(
        [
            make_lathe([*outer, lip[0]], glaze, segments=n, after_m=lip[1]),
            make_lathe(lip, glaze, segments=n, v_range=(0.0, 0.0), before_m=outer[-1], after_m=inner[0]),
            make_lathe([lip[-1], *inner], glaze, segments=n, v_range=(0.0, 1.0), before_m=lip[-2]),
        ]
    )


def _round_lip(edge: tuple[float, float], wall_m: float, *, over: bool = False) -> _Profile:
    """List points of half a circle about a wall's edge, from its outermost point (radius, height) on.

    It ends inside the vessel; one that goes `over` begins below, and ends above the wall.
    """
    turn = np.linspace(0.0, np.pi, _LIP_STEPS + 1) - (np.pi / 2 if over else 0.0)
    half, (radius, high) = wall_m / 2, edge
    return [
        (radius - half + half * one, high + half * two)
        for one, two in zip(np.cos(turn).tolist(), np.sin(turn).tolist(), strict=True)
    ]


def make_mug(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a mug: an upright cup with a handle."""
    r, reach = depth / 2, float(np.clip(width - depth, 0.2 * width, 0.6 * depth))
    outside, inside = _list_mug_walls(depth, height)
    wall = outside[-1][0] - inside[-1][0]
    thick = 0.1 * height
    handle = make_handle(
        (0.98 * r - wall / 2, 0.2 * height), (r - wall / 2, 0.84 * height), reach, thick, look
    )
    glaze = make_finish(look, "gloss")
    cup = _make_near_cup(outside, inside, glaze) if look.near else _make_far_cup(outside, inside, glaze)
    return fit_mesh(merge_meshes([cup, handle]), (width, depth, height))


def _make_far_cup(outside: _Profile, inside: _Profile, glaze: Finish) -> Mesh:
    n = FAR_SEGMENTS
    return merge_meshes(
        [
            make_lathe([(0.0, 0.0), outside[0]], glaze, segments=n, v_range=(1.0, 1.0)),
            _make_wall(outside, glaze, n, inside[-1]),
            _make_rim(outside, inside, glaze, n, 0.0),
            make_lathe(inside[::-1], glaze, segments=n, v_range=(0.0, 1.0)),
            make_lathe([inside[0], (0.0, inside[0][1])], glaze, segments=n, v_range=(1.0, 1.0)),
        ]
    )


def _make_near_cup(outside: _Profile, inside: _Profile, glaze: Finish) -> Mesh:
    """Turn a cup on a foot ring, with a rounded lip, and a floor that goes over into its wall."""
    r, high = outside[-1]
    foot = [(one * r, two * high) for one, two in _MUG_FOOT]
    (low_r, floor), rim = inside
    corner = min(0.2 * r, 0.2 * high)
    inner = [(low_r, floor + corner), (low_r - 0.3 * corner, floor + 0.3 * corner), (low_r - corner, floor)]
    return _turn_with_lip([*foot, *outside[1:-1]], [*inner, (0.0, floor)], outside[-1], rim, glaze)
