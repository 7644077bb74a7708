"""The floor plan as a drawing: named fixtures, doors, windows, lamps, plates, cameras with what they see.

In: a `Store`. Out: SVG text, seen from above, the front wall with its doors at the bottom.
"""

from html import escape

import numpy as np
from shapely.geometry import Polygon

from scenes.cameras.placement import compute_coverage
from scenes.cameras.projection import compute_angle, has_range_depth
from scenes.plan.formats import DISPLAYS
from scenes.plan.windows import list_openings
from scenes.world import Camera, Fixture, Store, make_wall_frame

PX_PER_M = 72.0
_MARGIN_M = 0.7
_FOOTER_M = 1.0
_CONE_M = 3.2
_INK, _PAPER, _FLOOR = "#22303c", "#fbfaf7", "#ffffff"
_FILLS = {
    "gondola": "#dbe5ec",
    "end_cap": "#e9dfc9",
    "wall_shelf": "#d5e4d8",
    "gate": "#c9c2dc",
    **dict.fromkeys(DISPLAYS, "#f2d9c4"),
}
_CAMERA_COLORS = ("#c8442f", "#2f6fc8", "#2b8a57", "#b8841c", "#7c4ab0", "#148a94", "#c03a7d", "#5c6670")


class _Paper:
    """Collects SVG elements in metres of the world; y is turned so that the front wall is below."""

    def __init__(self, width_m: float, depth_m: float) -> None:
        self.width_m, self.depth_m = width_m, depth_m
        self.elements: list[str] = []

    def at(self, x: float, y: float) -> tuple[str, str]:
        return (
            f"{(x + _MARGIN_M) * PX_PER_M:.1f}",
            f"{(self.depth_m - y + _MARGIN_M) * PX_PER_M:.1f}",
        )

    def polygon(self, points: np.ndarray, style: str) -> None:
        path = " ".join(",".join(self.at(float(x), float(y))) for x, y in points)
        self.elements.append(f'<polygon points="{path}" {style}/>')

    def line(self, a: tuple[float, float], b: tuple[float, float], style: str) -> None:
        (x1, y1), (x2, y2) = self.at(*a), self.at(*b)
        self.elements.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {style}/>')

    def circle(self, x: float, y: float, r_px: float, style: str) -> None:
        cx, cy = self.at(x, y)
        self.elements.append(f'<circle cx="{cx}" cy="{cy}" r="{r_px:.1f}" {style}/>')

    def text(self, x: float, y: float, words: str, size_px: float, style: str = "", turn: float = 0) -> None:
        px, py = self.at(x, y)
        rotate = f' transform="rotate({turn:.0f} {px} {py})"' if turn else ""
        self.elements.append(
            f'<text x="{px}" y="{py}" font-size="{size_px:.1f}" text-anchor="middle" '
            f'dominant-baseline="central" {style}{rotate}>{escape(words)}</text>'
        )


def make_floor_plan_svg(store: Store) -> str:
    """Draw the floor plan."""
    width, depth = float(store.layout.size_m[0]), float(store.layout.size_m[1])
    paper = _Paper(width, depth)
    _draw_room(paper, store)
    for camera, color in zip(store.cameras, _CAMERA_COLORS, strict=False):
        _draw_cone(paper, store, camera, color)
    _draw_plates(paper, store)
    for fixture in store.layout.fixtures:
        _draw_fixture(paper, fixture)
    _draw_windows(paper, store)
    _draw_doors(paper, store)
    for camera, color in zip(store.cameras, _CAMERA_COLORS, strict=False):
        _draw_camera(paper, camera, color)
    _draw_footer(paper, store)
    total_w = (width + 2 * _MARGIN_M) * PX_PER_M
    total_h = (depth + 2 * _MARGIN_M + _FOOTER_M) * PX_PER_M
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_w:.0f} {total_h:.0f}" '
            f'font-family="Helvetica, Arial, sans-serif" fill="{_INK}">',
            f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
            *paper.elements,
            "</svg>\n",
        ]
    )


def _draw_room(paper: _Paper, store: Store) -> None:
    """Draw floor, a grid of 1 m, lamps, walls."""
    w, d = paper.width_m, paper.depth_m
    room = np.array(store.layout.room.exterior.coords)[:-1]
    paper.polygon(np.array([[0, 0], [w, 0], [w, d], [0, d]]), f'fill="{_FLOOR}"')
    for x in range(1, int(np.ceil(w))):
        paper.line((x, 0), (x, d), 'stroke="#eef0f0" stroke-width="1"')
    for y in range(1, int(np.ceil(d))):
        paper.line((0, y), (w, y), 'stroke="#eef0f0" stroke-width="1"')
    for part in store.layout.masonry:
        paper.polygon(part, f'fill="{_PAPER}" stroke="{_PAPER}" stroke-width="3"')
    for lamp in store.lamps:
        x, y = lamp.position_m[:2]
        half_x, half_y = lamp.size_m / 2
        corner = np.array([[-half_x, -half_y], [half_x, -half_y], [half_x, half_y], [-half_x, half_y]])
        paper.polygon(corner + [x, y], 'fill="#fff3c4" stroke="#e6d48a" stroke-width="1"')
    paper.polygon(room, f'fill="none" stroke="{_INK}" stroke-width="7" stroke-linejoin="miter"')


def _draw_cone(paper: _Paper, store: Store, camera: Camera, color: str) -> None:
    """Draw the wedge of a camera's horizontal field of view, cut at the walls."""
    x, y = camera.world_from_cam[:2, 3]
    right, forward = camera.world_from_cam[:2, 0], camera.world_from_cam[:2, 2]
    forward = forward / max(float(np.linalg.norm(forward)), 1e-9)
    half = compute_angle(camera, 0.5, camera.height_px / 2)
    if camera.world_from_cam[2, 2] < -0.9 and has_range_depth(camera):
        half = np.pi  # a dome looks all around
    angle = np.linspace(-half, half, 17)
    rim = np.outer(np.cos(angle), forward) + np.outer(np.sin(angle), right)
    wedge = Polygon([(x, y), *(np.array([x, y]) + _CONE_M * rim)]).buffer(0).intersection(store.layout.room)
    part = max(getattr(wedge, "geoms", [wedge]), key=lambda piece: piece.area)
    points = np.array(part.exterior.coords)[:-1]
    paper.polygon(points, f'fill="{color}" fill-opacity="0.10" stroke="{color}" stroke-opacity="0.35"')


def _draw_plates(paper: _Paper, store: Store) -> None:
    """Draw the plates of the lowest boards lightly; those above lie over the same floor."""
    planogram = store.planogram
    lowest = planogram.plate_m[:, 2, 3] < 0.3
    for pose, size in zip(planogram.plate_m[lowest], planogram.plate_size_m[lowest], strict=True):
        corner = np.array(
            [[-size[0] / 2, 0], [size[0] / 2, 0], [size[0] / 2, size[1]], [-size[0] / 2, size[1]]]
        )
        world = corner @ pose[:2, :2].T + pose[:2, 3]
        paper.polygon(world, 'fill="none" stroke="#9fb0bb" stroke-opacity="0.55" stroke-width="0.6"')


def _draw_fixture(paper: _Paper, fixture: Fixture) -> None:
    """Draw a footprint with its name along its longer side."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    fill = _FILLS.get(fixture.kind, "#dddddd")
    paper.polygon(
        fixture.footprint_m, f'fill="{fill}" fill-opacity="0.72" stroke="{_INK}" stroke-width="1.4"'
    )
    if fixture.kind == "gate":
        return
    extent = high - low
    turn = -90.0 if extent[1] > extent[0] else 0.0
    size = float(np.clip(PX_PER_M * max(extent) / max(len(fixture.name), 1) * 1.5, 6, 13))
    x, y = (low + high) / 2
    paper.text(x, y, fixture.name, size, 'font-weight="600" fill-opacity="0.85"', turn)


def _draw_windows(paper: _Paper, store: Store) -> None:
    """Draw the glass of windows as a light line within the wall."""
    for window in list_openings(store.layout):
        if window.z0_m > 0:
            frame = make_wall_frame(store.layout.size_m, window.wall)
            a, b = (frame[:2, 0] * x_m + frame[:2, 3] for x_m in (window.x0_m, window.x1_m))
            paper.line(tuple(a), tuple(b), 'class="window" stroke="#a9d4f2" stroke-width="3"')


def _draw_doors(paper: _Paper, store: Store) -> None:
    """Break the wall at each door and mark the way through it."""
    words = {"entrance": "entrance", "exit": "exit", "both": "entrance and exit", "fire_exit": "fire exit"}
    for door in store.layout.ways:
        along = np.array([-door.outward[1], door.outward[0]])
        a, b = door.wall_m - along * door.width_m / 2, door.wall_m + along * door.width_m / 2
        paper.line(tuple(a), tuple(b), f'stroke="{_PAPER}" stroke-width="9"')
        paper.line(tuple(a), tuple(b), 'stroke="#5aa0d8" stroke-width="3"')
        tip, tail = door.wall_m - door.outward * 0.45, door.wall_m + door.outward * 0.2
        if door.kind in ("exit", "fire_exit"):
            tip, tail = tail, tip
        _draw_arrow(paper, tail, tip)
        if door.kind == "both":
            _draw_arrow(paper, tip, tail)
        label = door.wall_m + door.outward * 0.42
        turn = 0.0 if abs(door.outward[1]) > 0.5 else -90.0
        paper.text(float(label[0]), float(label[1]), words[door.kind], 12, 'fill="#2f6fa0"', turn)


def _draw_arrow(paper: _Paper, tail: np.ndarray, tip: np.ndarray) -> None:
    direction = (tip - tail) / np.linalg.norm(tip - tail)
    side = np.array([-direction[1], direction[0]])
    paper.line(tuple(tail), tuple(tip - 0.08 * direction), 'stroke="#5aa0d8" stroke-width="2"')
    head = np.array([tip, tip - 0.14 * direction + 0.07 * side, tip - 0.14 * direction - 0.07 * side])
    paper.polygon(head, 'fill="#5aa0d8"')


def _draw_camera(paper: _Paper, camera: Camera, color: str) -> None:
    """Draw the camera's place and name, the name on the side it looks to."""
    x, y = (float(value) for value in camera.world_from_cam[:2, 3])
    forward = camera.world_from_cam[:2, 2]
    forward = forward / max(float(np.linalg.norm(forward)), 1e-9)
    paper.circle(x, y, 7, f'fill="{color}" stroke="white" stroke-width="2"')
    paper.text(
        x + 0.34 * float(forward[0]),
        y + 0.34 * float(forward[1]),
        camera.camera_id,
        12,
        f'fill="{color}" font-weight="700" stroke="white" stroke-width="3" paint-order="stroke"',
    )


def _draw_footer(paper: _Paper, store: Store) -> None:
    """Draw the scale bar and one line about the shop."""
    y = -_MARGIN_M - 0.12
    for k in range(4):
        fill = _INK if k % 2 == 0 else "#ffffff"
        bar = np.array([[0.5 * k, y], [0.5 * (k + 1), y], [0.5 * (k + 1), y - 0.09], [0.5 * k, y - 0.09]])
        paper.polygon(bar, f'fill="{fill}" stroke="{_INK}" stroke-width="1"')
    for k in range(3):
        paper.text(float(k), y - 0.26, f"{k} m", 11)
    w, d, h = (float(value) for value in store.layout.size_m)
    seen = round(100 * compute_coverage(store.layout, store.cameras))
    size = f"{w:.1f} x {d:.1f} x {h:.1f} m"
    words = [
        f"{store.layout.format} {store.store_id}, {size}, {len(store.catalogue.sku)} products",
        f"{len(store.item_slot)} items, {len(store.planogram.plate_m)} scale plates, "
        f"{len(store.cameras)} cameras see {seen} % of people at 1.2 m",
    ]
    x = 2.4 + (w - 2.4) / 2
    for line, text in enumerate(words):
        paper.text(x, y - 0.02 - 0.24 * line, text, min(12.0, (w - 2.2) * PX_PER_M / len(text) * 1.8))
