"""Open vessels and what is set on a table with them: bowls, plates, mugs, jugs, teapots.

Glazed all over, with nothing printed on them but what goes all round. What has a handle has it towards +X,
and its spout, if any, towards -X; both lie within the size, of which the depth is the body's own.
"""

from collections.abc import Sequence

import numpy as np

from scenes.geometry import Finish, make_lathe, merge_meshes, stretch_mesh
from scenes.goods.packages.atlas import PackLook, make_finish
from scenes.goods.packages.lofts import make_circle, make_loft, trace_curve
from scenes.goods.packages.turned import NEAR_SEGMENTS
from scenes.world import Mesh

_Profile = list[tuple[float, float]]  # (radius, height) points

_NEST_GAP_M = 0.0005  # between vessels that stand in each other
_LIP_M, _LIP_SHARE = 0.007, 0.15  # how far below its edge a rim begins to round, also of the height
_BULGE = 0.5  # slope of plates' rims, from afar: in a stack they are finer than pixels, and would flicker
_FAR_SEGMENTS, _NEAR_STEPS = 12, 3  # around what has a handle, and for each stretch of a curve
_TUBE_SIDES = (4, 12)  # of handles and spouts, from afar and near
_HANDLE_ROWS = (5, 13)
# Shares of a body's radius and of its height.
_JUG = ((0.66, 0.0), (0.98, 0.26), (0.86, 0.68), (0.84, 1.0))
_LIP_OVER, _LIP_FROM, _LIP_RAD = 0.04, 0.6, 0.5  # how far over the rim, where it begins, how wide it is
_TEAPOT = ((0.55, 0.0), (0.96, 0.2), (0.98, 0.46), (0.56, 0.73), (0.13, 0.82), (0.17, 0.95))
_SPOUT = ((0.62, 0.3, 0.28), (1.22, 0.4, 0.2), (1.6, 0.66, 0.12))  # how far out and up it is, and how thick


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


# ---------------------------------------------------------------- turned


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
    return merge_meshes(
        [
            _make_wall(outside, glaze, n, inside[-1]),
            _make_rim(outside, inside, glaze, n, 0.0),
            make_lathe([*inside[::-1], (0.0, inside[0][1])], glaze, segments=n, v_range=(0.0, 1.0)),
        ]
    )


def make_plate(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a flat plate; a high one is a soup plate."""
    n = NEAR_SEGMENTS if look.near else 20
    outside, inside = _list_plate_walls(width, height)
    outside[-1] = (outside[-1][0], outside[-1][1] - _NEST_GAP_M)  # rims in a stack touch
    glaze = make_finish(look, "gloss")
    return merge_meshes(
        [
            make_lathe([(0.0, 0.0), *outside], glaze, segments=n, v_range=(0.0, 0.4)),
            _make_rim(outside, inside, glaze, n, 0.4, upright=not look.near),
            make_lathe([*inside[::-1], (0.0, inside[0][1])], glaze, segments=n, v_range=(0.4, 1.0)),
        ]
    )


def make_mug(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a mug: an upright cup with a handle."""
    n = NEAR_SEGMENTS if look.near else _FAR_SEGMENTS
    r, reach = depth / 2, float(np.clip(width - depth, 0.2 * width, 0.6 * depth))
    outside, inside = _list_mug_walls(depth, height)
    glaze = make_finish(look, "gloss")
    wall = outside[-1][0] - inside[-1][0]
    thick = 0.1 * height
    handle = _make_handle(
        (0.98 * r - wall / 2, 0.2 * height), (r - wall / 2, 0.84 * height), reach, thick, look
    )
    return _fit(
        merge_meshes(
            [
                make_lathe([(0.0, 0.0), outside[0]], glaze, segments=n, v_range=(1.0, 1.0)),
                _make_wall(outside, glaze, n, inside[-1]),
                _make_rim(outside, inside, glaze, n, 0.0),
                make_lathe(inside[::-1], glaze, segments=n, v_range=(0.0, 1.0)),
                make_lathe([inside[0], (0.0, inside[0][1])], glaze, segments=n, v_range=(1.0, 1.0)),
                handle,
            ]
        ),
        (width, depth, height),
    )


# ---------------------------------------------------------------- with spouts


def make_jug(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a jug: its rim is drawn out to a lip opposite to the handle."""
    n = NEAR_SEGMENTS if look.near else _FAR_SEGMENTS
    r, wall = depth / 2, min(0.04 * depth, 0.004)
    beside = float(np.clip(width - depth, 0.3 * width, 0.9 * depth))
    side = _smooth(_JUG, look) * (r, height)
    inner = side[:: 1 if look.near else len(side) - 1][::-1] - (wall, 0.0)
    inner[-1, 1] = wall
    glaze = make_finish(look, "gloss")
    out = [_draw_lip(n, row, 0.4 * beside, height) for row in side]
    within = [_draw_lip(n, row, 0.4 * beside, height) for row in inner]
    point = np.zeros((1, n + 1, 3))
    return _fit(
        merge_meshes(
            [
                make_loft(np.concatenate([point, out]), glaze),
                make_loft(np.stack([out[-1], within[0]]), glaze),
                make_loft(np.concatenate([within, point + [0.0, 0.0, wall]]), glaze),
                _make_handle(
                    (_read(side, 0.22 * height) - wall / 2, 0.22 * height),
                    (_read(side, 0.86 * height) - wall / 2, 0.86 * height),
                    0.6 * beside,
                    0.075 * height,
                    look,
                ),
            ]
        ),
        (width, depth, height),
    )


def make_teapot(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a teapot: a round body under a lid with a knob, a spout and a handle."""
    n = NEAR_SEGMENTS if look.near else _FAR_SEGMENTS
    r = depth / 2
    beside = float(np.clip(width - depth, 0.3 * width, depth))
    profile = [(0.0, 0.0), *(_smooth(_TEAPOT, look) * (r, height)).tolist(), (0.0, height)]
    side = np.array(profile[1:-1])
    spout = np.array(_SPOUT)
    way = np.column_stack([spout[:, 0] * r, spout[:, 1] * height])
    way[1:, 0] = r + (way[1:, 0] - r) * 0.5 * beside / (way[-1, 0] - r)
    return _fit(
        merge_meshes(
            [
                make_lathe(profile, make_finish(look, "gloss"), segments=n),
                _make_spout(way * (-1.0, 1.0), spout[:, 2] * r, look),
                _make_handle(
                    (0.93 * r, 0.2 * height),
                    (_read(side, 0.56 * height) - 0.05 * r, 0.56 * height),
                    0.5 * beside,
                    0.065 * height,
                    look,
                ),
            ]
        ),
        (width, depth, height),
    )


def _draw_lip(segments: int, row: np.ndarray, length_m: float, height: float) -> np.ndarray:
    """Return (segments + 1, 3) points of a level ring, (radius, height), drawn out to a lip towards -X."""
    circle = make_circle(segments)
    radius, z = row.tolist()
    near_rim = np.clip((z / height - _LIP_FROM) / (1 - _LIP_FROM), 0.0, 1.0) ** 1.5
    off = np.arctan2(circle[:, 1], -circle[:, 0])
    lip = np.exp(-((off / _LIP_RAD) ** 2))
    points = circle * (radius + near_rim * length_m * lip)[:, None]
    return np.column_stack([points, z - near_rim * _LIP_OVER * height * (1 - lip)])


def _smooth(share: Sequence[tuple[float, float]], look: PackLook) -> np.ndarray:
    """Return (N, 2) points of a profile, of a curve through them for cameras that come near."""
    point = np.array(share)
    if not look.near:
        return point
    held = np.concatenate([2 * point[:1] - point[1:2], point, 2 * point[-1:] - point[-2:-1]])
    traced = trace_curve(held, np.linspace(0, len(point) - 1, _NEAR_STEPS * (len(point) - 1) + 1))
    return np.clip(traced, 0.0, point.max(axis=0))


def _read(side_m: np.ndarray, level_m: float) -> float:
    """Return the radius of a profile (N, 2) at a level."""
    return float(np.interp(level_m, side_m[:, 1], side_m[:, 0]))


# ---------------------------------------------------------------- tubes


def _make_handle(
    low: tuple[float, float], high: tuple[float, float], reach_m: float, thick_m: float, look: PackLook
) -> Mesh:
    """Make an ear in the plane y = 0 between two points (x, z) in a wall, `reach_m` out from it at most."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, _HANDLE_ROWS[look.near])
    share = (np.sin(turn) + 1) / 2
    base = np.array(low) + share[:, None] * np.subtract(high, low)
    half_m = np.full(len(turn), thick_m / 2)
    base[:, 0] += np.cos(turn) * (reach_m - thick_m / 2)
    return _make_tube(base, half_m, look)


def _make_spout(way_m: np.ndarray, half_m: np.ndarray, look: PackLook) -> Mesh:
    """Make a spout along (N, 2) points in the plane y = 0, of (N,) half widths; one looks into its end."""
    if look.near:
        rows = np.column_stack([way_m, half_m])
        fine = np.linspace(0.0, 1.0, _NEAR_STEPS * (len(rows) - 1) + 1)
        weight = np.stack([(1 - fine) ** 2, 2 * fine * (1 - fine), fine**2], axis=1)
        middle = 2 * rows[1] - (rows[0] + rows[2]) / 2  # the curve goes through the second point (Bezier)
        rows = weight @ np.stack([rows[0], middle, rows[2]])
        way_m, half_m = rows[:, :2], rows[:, 2]
    return _make_tube(way_m, half_m, look, hollow=look.near)


def _make_tube(way_m: np.ndarray, half_m: np.ndarray, look: PackLook, *, hollow: bool = False) -> Mesh:
    """Draw a closed skin round (N, 2) points x, z, from below, of (N,) half widths; `hollow`: open above."""
    along = np.gradient(way_m, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.column_stack([along[:, 1], np.zeros(len(along)), -along[:, 0]])
    middle = np.column_stack([way_m[:, 0], np.zeros(len(way_m)), way_m[:, 1]])
    circle = make_circle(_TUBE_SIDES[look.near])
    ring = circle[:, :1] * side[:, None] + circle[:, 1:] * np.array([0.0, 1.0, 0.0])
    rings = middle[:, None] + half_m[:, None, None] * ring
    begin, end = (np.repeat(middle[k][None, None], len(circle), axis=1) for k in (0, -1))
    if hollow:
        lip = middle[-1] + 0.6 * half_m[-1] * ring[-1:]
        end = np.concatenate([lip, np.repeat(middle[-2][None, None], len(circle), axis=1)])
    return make_loft(np.concatenate([begin, rings, end]), make_finish(look, "gloss"))


def _fit(mesh: Mesh, size_m: tuple[float, float, float]) -> Mesh:
    """Bring a mesh into its box, on the ground."""
    low, high = mesh.position_m.min(axis=0), mesh.position_m.max(axis=0)
    scale = np.array(size_m, np.float32) / (high - low)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    return stretch_mesh(mesh, scale, about_m=foot)
