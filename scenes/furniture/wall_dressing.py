"""What hangs on walls and on panes: posters, banners, notices, a clock, cables, air conditioning, switches.

In: a layout, where its walls are bare, the layers of prints. Out: `Mesh`es in world coordinates, each thing
an instance of its own, what is printed a sign and the rest wall; and what covers panes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenes.furniture.prints import BANNERS, LAYERS, NOTICES, PLATE, POSTER, POSTERS, Cell, find_banner
from scenes.geometry import Finish, make_boxes, make_lathe, make_quads, merge_meshes, transform_mesh
from scenes.glazing import count_panes
from scenes.plan.wall_space import WallSpace
from scenes.plan.windows import find_openings
from scenes.room import DRESSING
from scenes.surfaces import MATERIAL
from scenes.world import CLASS_ID, FRONT, INSTANCE_STRUCTURE, Mesh, StoreLayout, Window, make_wall_frame

RGB = tuple[int, int, int]
_SHEET_M = 0.006  # a sheet and what it is fixed with
_PANE_Y_M = -0.055  # sheets on panes: before the glass, behind the faces of mullions
_BAND_M = 0.36  # under the ceiling: the coloured band and what is above
_TRUNK_Z_M = 0.13  # trunking, from its lower edge to the ceiling
_ISO_A = {"A1": (0.594, 0.841), "A2": (0.42, 0.594), "A3": (0.297, 0.42), "A4": (0.21, 0.297)}
_WHITE, _GREY, _DARK, _RED = (236, 236, 232), (186, 188, 188), (44, 46, 50), (186, 30, 34)
_EYE_Z_M = (1.35, 1.1, 1.55, 0.95)  # lower edges of what is to be read, the best first


@dataclass(frozen=True)
class Dressing:
    """What hangs in a shop.

    Attributes:
        meshes: In world coordinates.
        covers: What of panes lets no light through.
    """

    meshes: tuple[Mesh, ...]
    covers: tuple[Window, ...]


class _Hanger:
    """Hangs one thing after another."""

    def __init__(
        self, layout: StoreLayout, space: WallSpace, amount: float, first_layer: int, rng: np.random.Generator
    ) -> None:
        self.layout, self.space, self.rng = layout, space, rng
        self.top_m = space.height_m - _BAND_M
        self.meshes: list[Mesh] = []
        self._amount, self._first_layer = amount, first_layer

    def count(self, usual: float) -> int:
        """Draw how many there are of something of which a fully dressed shop has so many."""
        mean = self._amount * usual
        return int(mean) + int(self.rng.random() < mean % 1.0)

    def over_goods(self, height_m: float) -> list[float]:
        """Return lower edges from right under the band of colour down to the height of shelving."""
        return [z for z in np.arange(self.top_m - height_m - 0.03, 1.5, -0.12).tolist() if z > 0]

    def add(self, wall: int, parts: Sequence[Mesh], class_name: str) -> None:
        """Add a thing whose parts are in the frame of a wall."""
        mesh = transform_mesh(merge_meshes(parts), make_wall_frame(self.layout.size_m, wall))
        count, number = len(mesh.position_m), INSTANCE_STRUCTURE + DRESSING + len(self.meshes)
        self.meshes.append(
            replace(
                mesh,
                instance_id=np.full(count, number, np.int32),
                class_id=np.full(count, CLASS_ID[class_name], np.uint8),
            )
        )

    def add_sheet(
        self, place: Window, layer: int, cell: Cell, *, framed: bool = False, y_m: float = 0.0
    ) -> None:
        """Add a printed sheet, in a frame or as it is, that stands at y_m before the wall's plane."""
        x0, z0, x1, z1 = place.opening_m
        edge = 0.018 if framed else 0.0
        face = Finish((255, 255, 255), MATERIAL["paper"], self._first_layer + layer)
        y = y_m + _SHEET_M
        parts = [_make_face((x0 + edge, z0 + edge, x1 - edge, z1 - edge), y, face, cell)]
        if framed:
            parts.append(_box((x0, 0, z0), (x1, y - 0.001, z1), _DARK))
        elif y_m == 0.0:
            parts.append(_box((x0, 0, z0), (x1, y - 0.001, z1), _WHITE, "paper"))
        self.add(place.wall, parts, "sign")


def hang_dressing(
    layout: StoreLayout, space: WallSpace, amount: float, *, first_layer: int, rng: np.random.Generator
) -> Dressing:
    """Hang what a shop has on its walls.

    Args:
        layout: Room, doors, windows.
        space: Where its walls are bare; what is hung takes it.
        amount: 0 for nothing, 1 for walls full of it.
        first_layer: Layer of the first print, see scenes/furniture/prints.py.
        rng: Lane of the dressing.
    """
    hanger = _Hanger(layout, space, amount, first_layer, rng)
    for hang in (_hang_equipment, _hang_cables, _hang_banners, _hang_posters, _hang_notices):
        hang(hanger)
    covers = _cover_panes(hanger)
    return Dressing(tuple(hanger.meshes), tuple(covers))


def _hang_equipment(hanger: _Hanger) -> None:
    """Hang air conditioning, loudspeakers, a clock, boxes, switches and a fire extinguisher."""
    top_m = hanger.top_m
    kinds: tuple[tuple[Callable[[Window], list[Mesh]], float, tuple[float, float], list[float]], ...] = (
        (_make_air_conditioner, 0.9, (0.92, 0.3), hanger.over_goods(0.3)[:5]),
        (_make_extinguisher, 0.8, (0.22, 1.35), [0.3]),
        (_make_board, 0.8, (0.36, 0.5), [1.3, 1.5]),
        (_make_clock, 0.8, (0.32, 0.32), [*hanger.over_goods(0.32)[:4], 1.8]),
        (_make_speaker, 1.2, (0.17, 0.26), [top_m - 0.3, top_m - 0.4]),
        (_make_call_point, 0.7, (0.1, 0.1), [1.35]),
        (_make_switches, 2.2, (0.17, 0.085), [1.08]),
        (_make_switches, 2.5, (0.17, 0.085), [0.3]),
    )
    for make, usual, (width_m, height_m), low_m in kinds:
        for _ in range(hanger.count(usual)):
            place = hanger.space.find(width_m, height_m, low_m, tries=10, rng=hanger.rng)
            if place is None:
                continue
            hanger.add(place.wall, make(place), "wall")
            if make is _make_extinguisher:
                at = Window(place.wall, place.x0_m + 0.02, place.z1_m - 0.18, place.x1_m - 0.02, place.z1_m)
                hanger.add_sheet(at, 0, PLATE)
            if make is _make_board:
                _lead_up(hanger, place)


def _lead_up(hanger: _Hanger, place: Window) -> None:
    """Lead a cable from the top of a box to the ceiling, where nothing is in its way."""
    x = (place.x0_m + place.x1_m) / 2
    low = place.z1_m + 0.05
    if hanger.space.is_free(Window(place.wall, x - 0.02, low, x + 0.02, hanger.space.height_m)):
        run = Window(place.wall, x - 0.014, place.z1_m, x + 0.014, hanger.space.height_m)
        hanger.space.take(run)
        hanger.add(
            place.wall, [_box((run.x0_m, 0, run.z0_m), (run.x1_m, 0.022, run.z1_m), _GREY, "metal")], "wall"
        )


def _hang_cables(hanger: _Hanger) -> None:
    """Lay trunking along some walls under the ceiling."""
    low = hanger.space.height_m - _TRUNK_Z_M
    for wall in range(4):
        if hanger.rng.random() >= 0.6 * hanger.count(1.0):
            continue
        for run in hanger.space.list_runs(wall, low, low + 0.05):
            box = _box((run.x0_m, 0, low), (run.x1_m, 0.03, low + 0.05), _WHITE, "plastic")
            hanger.add(wall, [box], "wall")


def _hang_banners(hanger: _Hanger) -> None:
    """Hang banners over the shelving, and wherever else they fit under the band of colour."""
    for _ in range(hanger.count(hanger.space.length_m.sum() / 5.0)):
        width_m, number = float(hanger.rng.uniform(0.9, 1.7)), int(hanger.rng.integers(BANNERS))
        for scale in (1.0, 0.75, 0.5):
            size_m = width_m * scale, width_m * scale / BANNERS
            place = hanger.space.find(*size_m, hanger.over_goods(size_m[1])[:6], tries=6, rng=hanger.rng)
            if place is not None:
                hanger.add_sheet(place, LAYERS - 1, find_banner(number))
                break


def _hang_posters(hanger: _Hanger) -> None:
    """Hang posters at the height of the eye, or over what stands there; some in frames."""
    framed = bool(hanger.rng.random() < 0.35)
    for _ in range(hanger.count(hanger.space.length_m.sum() / 3.0)):
        width_m, height_m = _ISO_A[("A1", "A2", "A2")[int(hanger.rng.integers(3))]]
        low_m = [*_EYE_Z_M, *hanger.over_goods(height_m)[:5]]
        place = hanger.space.find(width_m, height_m, low_m, tries=5, rng=hanger.rng)
        if place is not None:
            hanger.add_sheet(place, int(hanger.rng.integers(POSTERS)), POSTER, framed=framed)


def _hang_notices(hanger: _Hanger) -> None:
    """Pin up sheets, one to three beside each other."""
    for _ in range(hanger.count(4.0)):
        width_m, height_m = _ISO_A["A3" if hanger.rng.random() < 0.3 else "A4"]
        count = int(hanger.rng.integers(1, 4))
        wide_m = count * (width_m + 0.05)
        place = hanger.space.find(wide_m, height_m + 0.06, _EYE_Z_M, tries=6, rng=hanger.rng)
        if place is None:
            continue
        for k in range(count):
            x = place.x0_m + k * (width_m + 0.05)
            z = place.z0_m + float(hanger.rng.uniform(0.0, 0.06))
            sheet = Window(place.wall, x, z, x + width_m, z + height_m)
            layer, cell = int(hanger.rng.integers(POSTERS)), NOTICES[int(hanger.rng.integers(len(NOTICES)))]
            hanger.add_sheet(sheet, layer, cell)


def _cover_panes(hanger: _Hanger) -> list[Window]:
    """Stick posters on panes of the front's windows; from inside most show their backs."""
    covers: list[Window] = []
    for opening in find_openings(hanger.layout)[1]:
        x0, z0, x1, z1 = opening
        edges = np.linspace(x0, x1, count_panes(opening) + 1)
        for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            width_m, height_m = _ISO_A[("A1", "A2")[int(hanger.rng.integers(2))]]
            share, up, back = hanger.rng.random(3).tolist()
            room_m = high - low - width_m - 0.2
            if not hanger.count(0.7) or room_m < 0 or z1 - z0 < height_m + 0.2:
                continue
            x, z = low + 0.1 + share * room_m, z0 + 0.1 + up * (z1 - z0 - height_m - 0.2)
            cover = Window(FRONT, x, z, x + width_m, z + height_m)
            if back < 0.5:
                face = Finish(_WHITE, MATERIAL["paper"])
                hanger.add(FRONT, [_make_face(cover.opening_m, _PANE_Y_M, face, (0, 0, 1, 1))], "sign")
            else:
                hanger.add_sheet(cover, int(hanger.rng.integers(POSTERS)), POSTER, y_m=_PANE_Y_M)
            covers.append(cover)
    return covers


def _make_face(place: tuple[float, float, float, float], y_m: float, finish: Finish, cell: Cell) -> Mesh:
    """Make the face of a sheet in the frame of a wall; who reads it has the wall's x run to the left."""
    x0, z0, x1, z1 = place
    corners = np.array([[[x1, y_m, z0], [x0, y_m, z0], [x0, y_m, z1], [x1, y_m, z1]]])
    left, top, right, bottom = cell
    uv = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    return make_quads(corners, finish, uv=uv)


def _box(
    low_m: tuple[float, float, float],
    high_m: tuple[float, float, float],
    color: RGB,
    material: str = "plastic",
) -> Mesh:
    """Make a box on a wall; nobody sees its back."""
    sides = ("+y", "-x", "+x", "-z", "+z")
    return make_boxes(low_m, high_m, Finish(color, MATERIAL[material]), sides=sides)


def _make_air_conditioner(place: Window) -> list[Mesh]:
    """Make an indoor unit with its flap and the duct of its pipes."""
    x0, z0, x1, z1 = place.opening_m
    return [
        _box((x0, 0, z0 + 0.02), (x1, 0.2, z1), _WHITE),
        _box((x0 + 0.04, 0.01, z0), (x1 - 0.04, 0.17, z0 + 0.02), (70, 72, 76)),
        _box((x0 + 0.06, 0.2, z0 + 0.05), (x1 - 0.06, 0.206, z0 + 0.09), (206, 208, 208)),
        _box((x1 - 0.2, 0.2, z1 - 0.07), (x1 - 0.1, 0.203, z1 - 0.05), (120, 124, 130)),
    ]


def _make_extinguisher(place: Window) -> list[Mesh]:
    """Make a fire extinguisher on its hook."""
    x, z = (place.x0_m + place.x1_m) / 2, place.z0_m
    red = Finish(_RED, MATERIAL["gloss"])
    bottle = [(0.0, 0.0), (0.07, 0.0), (0.075, 0.02), (0.075, 0.4), (0.03, 0.47), (0.03, 0.5), (0.0, 0.5)]
    pose = np.eye(4)
    pose[:3, 3] = x, 0.085, z
    return [
        transform_mesh(make_lathe(bottle, red, segments=12), pose),
        _box((x - 0.03, 0.06, z + 0.5), (x + 0.03, 0.11, z + 0.55), _DARK),
        _box((x - 0.02, 0.0, z + 0.44), (x + 0.02, 0.06, z + 0.5), _DARK),
    ]


def _make_board(place: Window) -> list[Mesh]:
    """Make a distribution board with its door."""
    x0, z0, x1, z1 = place.opening_m
    return [
        _box((x0, 0, z0), (x1, 0.09, z1), (214, 214, 208), "coated steel"),
        _box((x0 + 0.02, 0.09, z0 + 0.02), (x1 - 0.02, 0.097, z1 - 0.02), (196, 198, 194), "coated steel"),
        _box((x0 + 0.03, 0.097, (z0 + z1) / 2 - 0.03), (x0 + 0.05, 0.11, (z0 + z1) / 2 + 0.03), _DARK),
    ]


def _make_clock(place: Window) -> list[Mesh]:
    """Make a round clock at ten past ten."""
    middle = np.array([(place.x0_m + place.x1_m) / 2, 0.0, (place.z0_m + place.z1_m) / 2])
    pose = np.eye(4)
    pose[:3, :3] = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]  # its axis out of the wall
    pose[:3, 3] = middle
    rim = make_lathe(
        [(0.15, 0.0), (0.15, 0.04), (0.135, 0.042)], Finish(_DARK, MATERIAL["plastic"]), segments=20
    )
    dial = make_lathe([(0.135, 0.032), (0.0, 0.032)], Finish(_WHITE, MATERIAL["paper"]), segments=20)
    x, _, z = middle
    hands = [
        _box((x - 0.005, 0.034, z - 0.01), (x + 0.005, 0.036, z + 0.1), _DARK),
        _box((x - 0.07, 0.037, z - 0.006), (x + 0.01, 0.039, z + 0.006), _DARK),
    ]
    return [transform_mesh(rim, pose), transform_mesh(dial, pose), *hands]


def _make_speaker(place: Window) -> list[Mesh]:
    """Make a loudspeaker with its grille."""
    x0, z0, x1, z1 = place.opening_m
    return [
        _box((x0, 0.01, z0), (x1, 0.14, z1), _WHITE),
        _box((x0 + 0.01, 0.14, z0 + 0.01), (x1 - 0.01, 0.146, z1 - 0.01), (96, 98, 102)),
    ]


def _make_call_point(place: Window) -> list[Mesh]:
    """Make a red fire alarm call point."""
    x0, z0, x1, z1 = place.opening_m
    return [
        _box((x0, 0, z0), (x1, 0.04, z1), _RED),
        _box((x0 + 0.02, 0.04, z0 + 0.02), (x1 - 0.02, 0.043, z1 - 0.02), _WHITE),
    ]


def _make_switches(place: Window) -> list[Mesh]:
    """Make two switches or sockets beside each other."""
    x0, z0, x1, z1 = place.opening_m
    parts = [_box((x0, 0, z0), (x1, 0.01, z1), _WHITE)]
    for k in range(2):
        low = x0 + 0.085 * k + 0.018
        parts.append(_box((low, 0.01, z0 + 0.018), (low + 0.049, 0.015, z1 - 0.018), (214, 214, 210)))
    return parts
