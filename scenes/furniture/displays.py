"""Promotional displays: stands of card with a header, cartons on pallets, low tables, and their prints.

In: the shape of a run and a shop's style; for the prints a floor plan with its goods. Out: `Mesh`es in the
run's frame, the prints in world coordinates. Used by scenes/furniture/fixtures.py.
"""

from dataclasses import replace

import numpy as np

from scenes.furniture.counters import make_table
from scenes.furniture.parts import (
    HEADER_THICK_M,
    PROUD_M,
    FixtureStyle,
    RunShape,
    fixture_finish,
    make_boards,
    make_header,
    shade,
)
from scenes.geometry import Finish, make_boxes, make_quads, merge_meshes, transform_mesh
from scenes.goods.packages import PANEL_FRONT, ROUND_PACKAGES, SKINNED
from scenes.plan.layout import END_PANEL_M, FloorPlan, ShelfRun
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, Catalogue, Mesh, Planogram

RGB = tuple[int, int, int]
PALLET_M = 0.122  # height of the pallet under the cartons
_KRAFT: RGB = (186, 148, 104)
_WHITE: RGB = (238, 236, 230)
_PALLET: RGB = (172, 134, 90)
_DECK_M, _FOOT_M = 0.022, 0.1  # thickness of its deck, width of its feet
_CARTON_M = (0.38, 0.26)  # about what one carton shows
_IN_M = 0.008  # from the footprint to the cartons and to a stand's cheeks: prints stay within it
_SEAM_M = 0.004
_HEADER_M, _OVER_GOODS_M = 0.24, 0.02
_SIGN_M = (0.52, 0.13)  # of a sign on posts
_SIGN_OVER_GOODS_M = 0.06
_THIN_M = 0.001
_ROUND_U = 0.3  # share of a label wrapped round a pack that one sees from before it


def _pick_color(style: FixtureStyle, instance_id: int, kinds: tuple[RGB, ...]) -> RGB:
    """Choose a display's colour: card, or the shop's own."""
    colors = (*kinds, style.accent, style.rail)
    return colors[instance_id % len(colors)]


def make_display_stand(
    shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]
) -> Mesh:
    """Make one side of a stand of card: base, shelves between cheeks, and a header over all goods."""
    color = _pick_color(style, instance_id, (_WHITE, _KRAFT, (200, 34, 40), (246, 196, 40)))
    card = fixture_finish(color, "card", instance_id)
    inside = replace(card, color=shade(color, 0.86))
    length, depth, end, top = shape.length_m, shape.depth_m, shape.end_m, shape.top_m
    z = float(shape.board_z_m[0])
    low_m = max(top, shape.goods_m + _OVER_GOODS_M)
    out = end - _IN_M
    parts = [
        make_boxes((0, 0.0, 0.06), (length, depth, z), card, sides=("-y", "+z", "-z")),
        make_boxes(
            (0, 0.03, 0), (length, depth, 0.06), replace(card, color=shade(color, 0.4)), sides=("-y",)
        ),
        make_boxes(
            [(-out, 0, 0), (length, 0, 0)], [(0, shape.back_m, top), (length + out, shape.back_m, top)], card
        ),
        make_boxes((0, depth, 0), (length, shape.back_m, top), inside),
        make_boxes((0, depth, top), (length, shape.back_m, low_m + _HEADER_M), card),
        make_boards(shape, style, inside),
        make_header(
            shape,
            style,
            instance_id,
            header,
            (0.0, depth - HEADER_THICK_M, low_m),
            _HEADER_M,
            material="sign",
        ),
    ]
    return merge_meshes(parts)


def make_pallet_display(
    shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]
) -> Mesh:
    """Make one half of a pallet with cartons up to the height on which goods stand, and a sign over them."""
    length, end, back, top = shape.length_m, shape.end_m, shape.back_m, float(shape.board_z_m[0])
    color = _pick_color(style, instance_id, (_KRAFT, _WHITE, _KRAFT))
    card = fixture_finish(color, "card", instance_id)
    wood = fixture_finish(_PALLET, "card", instance_id)
    seam = replace(card, color=shade(color, 0.6))
    feet = np.array([-end, (length - _FOOT_M) / 2, length + end - _FOOT_M])
    zero = np.zeros(3)
    under = PALLET_M - _DECK_M
    low, high = (-end + _IN_M, _IN_M, PALLET_M), (length + end - _IN_M, back, top)
    x, z = _divide(low[0], high[0], _CARTON_M[0])[1:-1], _divide(low[2], high[2], _CARTON_M[1])[1:-1]
    y = _divide(low[1], back, _CARTON_M[0])[1:-1]
    half, out = _SEAM_M / 2, _THIN_M
    parts = [
        make_boxes(
            (-end, 0, under), (length + end, back, PALLET_M), wood, sides=("-x", "+x", "-y", "+z", "-z")
        ),
        make_boxes(
            np.column_stack([feet, zero, zero]),
            np.column_stack([feet + _FOOT_M, zero + back, zero + under]),
            replace(wood, color=shade(_PALLET, 0.8)),
            sides=("-x", "+x", "-y"),
        ),
        make_boxes(low, high, card, sides=("-x", "+x", "-y", "+z")),
        make_boxes(
            [(v - half, low[1] - out, low[2]) for v in x]
            + [(low[0] - out, low[1] - out, v - half) for v in z],
            [(v + half, low[1], high[2]) for v in x] + [(high[0] + out, back, v + half) for v in z],
            seam,
            sides=("-x", "+x", "-y"),
        )
        if len(x) + len(z)
        else merge_meshes([]),
        make_boxes(
            [(low[0] - out, v - half, low[2]) for v in y],
            [(high[0] + out, v + half, high[2]) for v in y],
            seam,
            sides=("-x", "+x"),
        )
        if len(y)
        else merge_meshes([]),
        make_boards(shape, style, card, first=1),
        *_make_sign(shape, style, instance_id, header),
    ]
    return merge_meshes(parts)


def make_promo_table(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> Mesh:
    """Make one side of a low table with a sign over its goods."""
    table = make_table(shape, style, instance_id, header)
    return merge_meshes([table, *_make_sign(shape, style, instance_id, header)])


def _make_sign(shape: RunShape, style: FixtureStyle, instance_id: int, header: tuple[int, int]) -> list[Mesh]:
    """Make a sign on two posts over the goods, in the middle of a display's back."""
    wide = min(_SIGN_M[0], shape.length_m - 0.1)
    x0 = (shape.length_m - wide) / 2
    low_m = shape.goods_m + _SIGN_OVER_GOODS_M
    steel = fixture_finish((70, 72, 76), "metal", instance_id)
    y0, y1 = shape.depth_m + PROUD_M, shape.back_m - PROUD_M  # within a table's rim
    posts = make_boxes(
        [(x0 + 0.04, y0, shape.board_z_m[-1]), (x0 + wide - 0.05, y0, shape.board_z_m[-1])],
        [(x0 + 0.05, y1, low_m + _SIGN_M[1]), (x0 + wide - 0.04, y1, low_m + _SIGN_M[1])],
        steel,
    )
    place_m = (x0, shape.depth_m - HEADER_THICK_M, low_m)
    narrow = replace(shape, length_m=wide)
    return [posts, make_header(narrow, style, instance_id, header, place_m, _SIGN_M[1])]


def _divide(low_m: float, high_m: float, pitch_m: float) -> np.ndarray:
    """Return the edges of about `pitch_m` wide parts of a stretch."""
    return np.linspace(low_m, high_m, max(1, round((high_m - low_m) / pitch_m)) + 1)


# ---------------------------------------------------------------- prints


def make_prints(plan: FloorPlan, planogram: Planogram, catalogue: Catalogue, first_layer: int) -> list[Mesh]:
    """Print the labels of their goods on the cartons of pallets and the cheeks of stands.

    Goods without labels are not printed: the picture of a fruit's skin, laid flat, is none of the fruit.
    `first_layer` is that of the labels, which are a layer a product. The result is in world coordinates.
    """
    labelled = ~np.isin(catalogue.package, SKINNED)
    prints = []
    for run in plan.runs:
        fixture = plan.layout.fixtures[run.fixture]
        if fixture.kind not in ("display_stand", "pallet_display"):
            continue
        products = planogram.product[planogram.fixture == run.fixture]
        products = products[labelled[products]]
        if not len(products):
            continue
        product = int(np.bincount(products).argmax())
        corners_m = _list_cheeks(run) if fixture.kind == "display_stand" else _list_cartons(run)
        finish = Finish(
            (255, 255, 255),
            MATERIAL["card"],
            first_layer + product,
            CLASS_ID["fixture"],
            fixture.instance_id,
        )
        width, _, height = catalogue.size_m[product]
        shown_m = _fit(corners_m, float(width / height))
        u0, v0, u1, v1 = PANEL_FRONT
        if catalogue.package[product] in ROUND_PACKAGES:
            u0, u1 = 0.5 - _ROUND_U / 2, 0.5 + _ROUND_U / 2
        uv = np.array([[u0, v1], [u1, v1], [u1, v0], [u0, v0]])
        prints.append(transform_mesh(make_quads(shown_m, finish, uv=uv), run.world_from_run))
    return prints


def _list_cheeks(run: ShelfRun) -> np.ndarray:
    """Return (2, 4, 3) what may be printed on both cheeks of a stand, in the run's frame."""
    x0, x1 = -END_PANEL_M + _IN_M - PROUD_M, run.length_m + END_PANEL_M - _IN_M + PROUD_M
    return np.array(
        [
            _face_x(x, 0.03, run.depth_m - 0.01, 0.3, run.top_m - 0.05, right)
            for x, right in ((x0, False), (x1, True))
        ]
    )


def _list_cartons(run: ShelfRun) -> np.ndarray:
    """Return (N, 4, 3) the outer faces of the cartons of a pallet, in the run's frame."""
    x = _divide(-END_PANEL_M + _IN_M, run.length_m + END_PANEL_M - _IN_M, _CARTON_M[0])
    y = _divide(_IN_M, run.depth_m, _CARTON_M[0])
    z = _divide(PALLET_M, float(run.board_z_m[0]), _CARTON_M[1])
    front = _IN_M - 2 * _THIN_M
    faces = []
    for z0, z1 in zip(z[:-1], z[1:], strict=True):
        faces += [
            [(a, front, z0), (b, front, z0), (b, front, z1), (a, front, z1)]
            for a, b in zip(x[:-1], x[1:], strict=True)
        ]
        for a, b in zip(y[:-1], y[1:], strict=True):
            faces += [
                _face_x(x[0] - 2 * _THIN_M, a, b, z0, z1, False),
                _face_x(x[-1] + 2 * _THIN_M, a, b, z0, z1, True),
            ]
    return np.array(faces)


def _face_x(
    x: float, y0: float, y1: float, z0: float, z1: float, right: bool
) -> list[tuple[float, float, float]]:
    """Return the corners of a face that looks along x, to the right or to the left."""
    a, b = (y0, y1) if right else (y1, y0)
    return [(x, a, z0), (x, b, z0), (x, b, z1), (x, a, z1)]


def _fit(corners_m: np.ndarray, aspect: float) -> np.ndarray:
    """Shrink faces (N, 4, 3) to what a label of an aspect, width by height, takes of them with a margin."""
    across, up = corners_m[:, 1] - corners_m[:, 0], corners_m[:, 3] - corners_m[:, 0]
    wide, high = np.linalg.norm(across, axis=1), np.linalg.norm(up, axis=1)
    height = 0.8 * np.minimum(high, wide / aspect)
    half_x = (across / wide[:, None] * (height * aspect / 2)[:, None])[:, None]
    half_z = (up / high[:, None] * (height / 2)[:, None])[:, None]
    sign = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float)[None, :, :, None]
    return corners_m.mean(axis=1)[:, None] + sign[:, :, 0] * half_x + sign[:, :, 1] * half_z
