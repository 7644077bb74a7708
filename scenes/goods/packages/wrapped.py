"""Packs under film: trays with their food, multipacks of cans, loaves of bread."""

import numpy as np

from scenes.geometry import (
    Finish,
    compute_smooth_normals,
    make_boxes,
    make_grid_faces,
    make_lathe,
    make_mesh,
    make_quads,
    merge_meshes,
    transform_mesh,
)
from scenes.goods.names import says
from scenes.goods.packages.atlas import (
    PANEL_FRONT,
    PANEL_SIDE,
    PANEL_TOP,
    PackLook,
    make_finish,
    make_panel_uv,
)
from scenes.goods.packages.lofts import make_circle, make_loft
from scenes.world import Mesh

_TRAY_LOW = 0.86  # a tray's base, share of its rim
_TRAY_LABEL = 0.42  # share of its depth that its label covers, from behind, where its food is shown
_FLOOR = 0.3  # height of its floor, share of its own
_CAN_SIDES = 7
MULTIPACK_FILM = 0.9  # how high the film round a multipack goes, share of its height
_GROOVE = 0.32  # how far film goes in between two cans, of their radius, for each square of the way
# A loaf's bag from its left end: place, width and height, shares of the whole.
_LOAF = (
    (-0.5, 0.93, 0.95), (-0.475, 1.0, 1.0), (0.455, 1.0, 1.0), (0.479, 0.9, 0.93), (0.485, 0.16, 0.2),
    (0.5, 0.2, 0.34),
)  # fmt: skip
_LOAF_TAIL = 4  # which of these the clip holds
# What is in a tray, by words of its name; the first that fits holds.
_SLICED = "sandwich|ham|cheese|salami|bacon|sausage|meat|beef|steak|chicken|turkey|pork|fish|salmon|slice"
_BAKED = "muffin|cake|bun|roll|pastr|cookie|doughnut"
_BALLS = "tomato|berr|grape|egg|plum|cherr|mushroom"
_CRUMB = (236, 218, 180)
_CLIP = (238, 238, 232)
_TIN = (150, 152, 156)


def measure_tray_label(width: float, depth: float, kind: str) -> tuple[float, float]:
    """Return how wide and deep the label on a tray's film is: all of it, where the name tells no food."""
    flange = _find_flange(depth)
    return width - 2 * flange, (depth - 2 * flange) * (_TRAY_LABEL if _shows_food(kind) else 1.0)


def _find_flange(depth: float) -> float:
    return min(0.007, 0.06 * depth)


def _shows_food(kind: str) -> bool:
    return says(kind, f"{_SLICED}|{_BAKED}|{_BALLS}")


def make_tray(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a tray: its food lies under clear film, which a printed label covers behind and in front.

    Where the name does not say what is in it, the label is stretched over all of the film.
    """
    x, y, low = width / 2, depth / 2, _TRAY_LOW
    rim = np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]])
    base = rim * [low, low, 0]
    sides = np.stack([np.stack([base[k], base[(k + 1) % 4], rim[(k + 1) % 4], rim[k]]) for k in range(4)])
    flange = _find_flange(depth)
    inner = rim - np.sign(rim) * [flange, flange, 0]
    rims = np.stack([np.stack([rim[k], rim[(k + 1) % 4], inner[(k + 1) % 4], inner[k]]) for k in range(4)])
    tub = make_finish(look, "plastic", color=_choose_tub(look))
    label = make_finish(look, "gloss")
    y0 = y - flange - measure_tray_label(width, depth, look.kind)[1]
    xi, yi = inner[1, 0], inner[2, 1]
    top = np.array([[-xi, y0, height], [xi, y0, height], [xi, yi, height], [-xi, yi, height]])
    if not _shows_food(look.kind):
        tub_quads = np.concatenate([sides[1:], rims, base[None, ::-1]])
        panels = [make_panel_uv(PANEL_FRONT), make_panel_uv(PANEL_TOP)]
        return merge_meshes(
            [
                make_quads(np.stack([sides[0], top]), label, uv=np.stack(panels)),
                make_quads(tub_quads, tub),
            ]
        )
    mouth = np.array([[-xi, -yi, height], [xi, -yi, height], [xi, y0, height], [-xi, y0, height]])
    drawn_in = low + (1.0 - low) * _FLOOR - 0.01
    floor = mouth * [drawn_in, 1.0, _FLOOR]
    floor[:2, 1] *= drawn_in
    inside = [np.stack([floor[k], mouth[k], mouth[(k + 1) % 4], floor[(k + 1) % 4]]) for k in range(4)]
    return merge_meshes(
        [
            make_quads(sides[:1], label, uv=make_panel_uv(PANEL_FRONT)),
            make_quads(top[None], label, uv=make_panel_uv(PANEL_TOP)),
            make_quads(np.concatenate([sides[1:], rims, base[None, ::-1], floor[None], inside]), tub),
            _make_food(
                (floor[0, 0], floor[1, 0]), (floor[0, 1], y0), (_FLOOR * height, 0.985 * height), look
            ),
        ]
    )


def _choose_tub(look: PackLook) -> tuple[int, int, int]:
    """Return a tray's colour: black under meat and fruit, white under what is pale itself."""
    return (226, 226, 222) if sum(look.body) < 330 and not look.is_any("tomato") else (34, 35, 38)


def _make_food(
    x_m: tuple[float, float], y_m: tuple[float, float], z_m: tuple[float, float], look: PackLook
) -> Mesh:
    """Make what lies in a tray: slices, cakes or balls."""
    (x0, x1), (y0, y1), (z0, z1) = x_m, y_m, z_m
    if not look.is_any(_SLICED):
        if look.is_any(_BAKED):
            return _make_mounds(x_m, y_m, z_m, look, across=2, deep=1, material="wrap")
        return _make_mounds(x_m, y_m, z_m, look, across=4, deep=2, material="skin")
    slices, parts = 5, []
    pitch, thick = (y1 - y0) / (slices + 1.0), 0.3 * (z1 - z0)
    for k in range(slices):
        red, green, blue = (round((1.0 - 0.12 * (k % 2)) * channel) for channel in look.body)
        # Shingled: each slice leans on the one behind it.
        upper = np.array(
            [[x0, 0.0, z0 + thick], [x1, 0.0, z0 + thick], [x1, 2 * pitch, z1], [x0, 2 * pitch, z1]]
        )
        upper[:, 1] += y0 + k * pitch
        lower = upper - [0.0, 0.0, thick]
        walls = [np.stack([lower[j], lower[(j + 1) % 4], upper[(j + 1) % 4], upper[j]]) for j in range(4)]
        quads = np.stack([upper, lower[::-1], *walls])
        parts.append(make_quads(quads, make_finish(look, "wrap", color=(red, green, blue))))
    return merge_meshes(parts)


def _choose_food(look: PackLook) -> tuple[int, int, int]:
    """Return the colour of what a tray holds: of tomatoes their own, else that of what is inside."""
    if look.is_any("tomato"):
        return (232, 176, 44) if look.is_any("yellow") else (196, 34, 26)
    return look.body if sum(look.body) > 200 else look.accent


def _make_mounds(
    x_m: tuple[float, float],
    y_m: tuple[float, float],
    z_m: tuple[float, float],
    look: PackLook,
    *,
    across: int,
    deep: int,
    material: str,
) -> Mesh:
    """Make rows of domes that touch; every second one is a little darker."""
    rx, ry = (x_m[1] - x_m[0]) / across / 2, (y_m[1] - y_m[0]) / deep / 2
    color = _choose_food(look)
    circle = make_circle(7)
    levels = np.array([0.0, 0.6, 0.88, 1.0])
    radius = np.array([0.92, 1.03, 0.7, 0.0])
    parts = []
    for k in range(across * deep):
        middle = np.array([x_m[0] + (2 * (k % across) + 1) * rx, y_m[0] + (2 * (k // across) + 1) * ry])
        shade = 1.0 - 0.14 * ((k + k // across) % 2)
        red, green, blue = (round(shade * channel) for channel in color)
        rows = slice(1, None) if across > 2 else slice(0, None)
        ring = np.concatenate(
            [
                middle + radius[rows, None, None] * circle * [rx, ry],
                np.broadcast_to(
                    (z_m[0] + levels[rows] * (z_m[1] - z_m[0]))[:, None, None],
                    (len(radius[rows]), len(circle), 1),
                ),
            ],
            axis=-1,
        )
        parts.append(make_loft(ring, make_finish(look, material, color=(red, green, blue))))
    return merge_meshes(parts)


def make_multipack(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make two rows of three cans in printed film that is shrunk round them and leaves their tops free."""
    cans, rows, high, deep = 3, 2, height * MULTIPACK_FILM, height * 0.8
    columns, uv = _wrap_cans(width, depth, cans, rows)
    ring = np.empty((2, len(columns), 3))
    ring[..., :2] = columns
    ring[..., 2] = [[0.0], [high]]
    film = make_loft(ring, make_finish(look, "wrap"), uv=uv)
    tin, neck = make_finish(look, "tin", color=_TIN), 0.45 * min(width / cans, depth / rows)
    shoulder = make_lathe([(neck, deep), (0.88 * neck, height)], tin, segments=_CAN_SIDES)
    circle = make_circle(_CAN_SIDES)[:-1] * neck
    foot = np.column_stack([circle, np.full(_CAN_SIDES, deep)])[::-1]
    lid = np.column_stack([0.88 * circle, np.full(_CAN_SIDES, 0.982 * height)])
    top = merge_meshes([shoulder, _make_disc(lid, tin), _make_disc(foot, tin)])
    # Between the cans one looks down on what holds them together.
    x, y = columns.max(axis=0) - 0.035 * width
    cover = np.array([[-x, -y, deep], [x, -y, deep], [x, y, deep], [-x, y, deep]])
    base = cover[::-1] * [1.0, 1.0, 0.0]
    parts = [film, make_quads(np.stack([cover, base]), make_finish(look, "wrap", color=look.body))]
    for column in range(cans):
        for row in range(rows):
            pose = np.eye(4)
            pose[:2, 3] = [(column - 1) * width / cans, (row - 0.5) * depth / rows]
            parts.append(transform_mesh(top, pose))
    return merge_meshes(parts)


def _make_disc(ring_m: np.ndarray, finish: Finish) -> Mesh:
    """Make a level polygon (N, 3), counter-clockwise seen from where it looks."""
    fan = np.array([[0, k, k + 1] for k in range(1, len(ring_m) - 1)])
    normal = np.tile(np.cross(ring_m[1] - ring_m[0], ring_m[2] - ring_m[0]), (len(ring_m), 1))
    return make_mesh(ring_m, normal, np.zeros((len(ring_m), 2)), fan, finish)


def _wrap_cans(width: float, depth: float, cans: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Lay film round cans: out over each, in between them.

    Returns:
        (C, 2) its course, counter-clockwise from the front's left, and (2, C, 2) the panels' places.
    """
    points: list[np.ndarray] = []
    places: list[np.ndarray] = []
    for side in range(4):
        count, length, away = (cans, width, depth) if side % 2 == 0 else (rows, depth, width)
        radius = length / count / 2
        turn = np.array([-0.6, 0.0, 0.6])
        along = (np.arange(count)[:, None] * 2 * radius + (1 + turn) * radius).ravel()
        inward = _GROOVE * np.tile(turn**2, count) * radius
        corner = 0.07 * min(width / cans, depth / rows)
        along = np.concatenate([[corner], along[1:-1], [length - corner]])
        inward = np.concatenate([[corner], inward[1:-1], [corner]])
        local = np.stack([along - length / 2, inward - away / 2], axis=1)
        cos, sin = [(1, 0), (0, 1), (-1, 0), (0, -1)][side]
        points.append(local @ np.array([[cos, sin], [-sin, cos]]))
        u0, v0, u1, v1 = PANEL_FRONT if side % 2 == 0 else PANEL_SIDE
        u = u0 + (u1 - u0) * along / length
        places.append(np.stack([np.stack([u, np.full_like(u, v)], axis=1) for v in (v1, v0)]))
    return np.concatenate([*points, points[0][:1]]), np.concatenate([*places, places[0][:, :1]], axis=1)


def make_loaf(width: float, depth: float, height: float, look: PackLook) -> Mesh:
    """Make a loaf in a printed bag: a domed bar along the shelf, gathered by a clip at its right end."""
    y = depth / 2
    turn = np.linspace(0.0, np.pi, 7)
    around = np.concatenate([[-0.9], -np.cos(turn) * np.where(abs(np.cos(turn)) > 0.99, 1.0, 0.95), [0.9]])
    rise = np.concatenate([[0.0], 0.58 + 0.42 * np.sin(turn), [0.0]])
    along, across, tall = np.array(_LOAF).T
    middle = 0.42
    ring_y = around[:, None] * across * y
    ring_z = (middle + (rise[:, None] - middle) * tall) * height
    ring_x = np.broadcast_to(along * width, ring_y.shape)
    # The front panel covers front and top as they are seen from before it; from the crest on the back shows
    # it again, for who stands there.
    up = np.where(around <= 0, 0.5 * (rise - 0.58).clip(0) + rise * 0.8, rise)
    u0, v0, u1, v1 = PANEL_FRONT
    crest = len(around) // 2
    sides = (slice(0, crest + 1), along + 0.5), (slice(crest, None), 0.5 - along)
    surface = np.stack([ring_x, ring_y, ring_z], axis=-1)
    film = []
    for part in (slice(0, _LOAF_TAIL + 1), slice(_LOAF_TAIL, None)):  # a sharp fold lies between them
        position = surface[:, part]
        faces = make_grid_faces(len(around), position.shape[1])
        normal = compute_smooth_normals(position.reshape(-1, 3), faces).reshape(position.shape)
        for rows, to_right in sides:
            u, v = u0 + (u1 - u0) * to_right[None, part], v1 + (v0 - v1) * np.clip(up[rows, None], 0, 1)
            uv = np.stack(np.broadcast_arrays(u, v), axis=-1)
            film.append(
                make_mesh(
                    position[rows].reshape(-1, 3),
                    normal[rows].reshape(-1, 3),
                    uv.reshape(-1, 2),
                    make_grid_faces(*uv.shape[:2]),
                    make_finish(look, "wrap"),
                )
            )
    clip_m = np.array([0.488 * width, 0.0, middle * height])
    half_m = np.array([0.006 * width, 0.012, 0.012])
    clip = make_boxes(clip_m - half_m, clip_m + half_m, make_finish(look, "plastic", color=_CLIP))
    ring = np.stack([ring_x[:, 0], ring_y[:, 0], ring_z[:, 0]], axis=1)
    return merge_meshes([*film, clip, *_slice_bread(ring, look)])


def _slice_bread(ring_m: np.ndarray, look: PackLook) -> list[Mesh]:
    """Make the slice at a loaf's left end, seen through its bag: crumb within a rim of crust."""
    middle = ring_m.mean(axis=0)
    inner = middle + 0.86 * (ring_m - middle)
    rim = make_grid_faces(2, len(ring_m))
    fan = np.array([[0, k, k + 1] for k in range(1, len(ring_m) - 1)])
    red, green, blue = (
        round(0.62 * light + 0.38 * crust) for light, crust in zip(_CRUMB, look.body, strict=True)
    )
    crumb = (red, green, blue)
    parts = []
    for corner, faces, color in ((np.concatenate([ring_m, inner]), rim, look.body), (inner, fan, crumb)):
        left = np.tile([-1.0, 0.0, 0.0], (len(corner), 1))
        blank = np.zeros((len(corner), 2))
        parts.append(make_mesh(corner, left, blank, faces, make_finish(look, "wrap", color=color)))
    return parts
