"""The shop's desk, or its till: a panelled counter and what stands on it.

In: a fixture's footprint and a shop's style. Out: a `Mesh` in world coordinates; what of its top is taken.
Shapes are laid out along the desk, from its middle: `along` it, `across` it, and up from its top.
"""

import numpy as np

from scenes.furniture.parts import FixtureStyle, fixture_finish, steel_finish
from scenes.geometry import Finish, make_boxes, merge_meshes
from scenes.world import Fixture, Mesh

Box = tuple[float, float, float, float, float, float]  # low and high: along, across, up
_REPEAT_M = 0.8
_BASE_M, _TOP_M, _BAND_M = 0.08, 0.04, (0.5, 0.58)
_PANEL_M, _SEAM_M = 0.6, 0.004
_PROUD_M = 0.002
# Desks narrower than this have nothing on them; shorter ones than the other only a screen.
_LEAST_M, _LONG_M = 0.4, 0.8
_SCREEN_HALF_M, _ALL_HALF_M = np.array([0.17, 0.08]), np.array([0.31, 0.08])
_SCREEN: tuple[Box, ...] = (
    (-0.1, -0.08, 0.0, 0.1, 0.08, 0.015),
    (-0.015, -0.015, 0.0, 0.015, 0.015, 0.2),
    (-0.17, -0.015, 0.16, 0.17, 0.015, 0.4),
)
_DISPLAY: Box = (-0.155, -0.0165, 0.175, 0.155, 0.0165, 0.385)
_HEAD: Box = (-0.154, -0.0175, 0.355, 0.154, 0.0175, 0.384)
_TILES = [(x, z) for z in (0.185, 0.24, 0.295) for x in (-0.14, -0.07, 0.0)]  # keys of a touch screen
_TILE_M, _LIST = (0.06, 0.045), (0.07, -0.0175, 0.185, 0.145, 0.0175, 0.34)
_READER: tuple[Box, ...] = ((0.23, -0.075, 0.0, 0.31, 0.075, 0.02), (0.235, -0.07, 0.02, 0.305, 0.07, 0.032))
_READER_DISPLAY: Box = (0.242, -0.012, 0.031, 0.298, 0.055, 0.033)
_KEYS = [(x, y) for y in (-0.058, -0.042, -0.026) for x in (0.245, 0.264, 0.283)]
_PRINTER: tuple[Box, ...] = (
    (-0.31, -0.075, 0.0, -0.18, 0.075, 0.11),
    (-0.305, -0.04, 0.11, -0.185, 0.07, 0.13),
)
_PAPER: Box = (-0.285, -0.056, 0.1, -0.205, -0.054, 0.17)
_DARK, _GREY, _WHITE = (40, 42, 46), (96, 98, 102), (236, 236, 232)
_LIT, _PALE, _INK = (120, 160, 196), (206, 220, 232), (64, 92, 120)


def make_desk(fixture: Fixture, style: FixtureStyle) -> Mesh:
    """Make a counter of panels under a worktop that overhangs; a screen, card reader and printer on it."""
    low, high = fixture.footprint_m.min(0), fixture.footprint_m.max(0)
    number, top = fixture.instance_id, fixture.height_m
    inner = np.minimum(0.03, (high - low) / 4)
    first, last = low + inner, high - inner
    accent = fixture_finish(style.accent, "plastic", number)
    return merge_meshes(
        [
            make_boxes((*first, 0.0), (*last, _BASE_M), fixture_finish(_DARK, "plastic", number)),
            make_boxes(
                (*first, _BASE_M), (*last, top - _TOP_M), steel_finish(style, number), texture_m=_REPEAT_M
            ),
            _make_seams(first, last, top - _TOP_M, fixture_finish(_GREY, "plastic", number)),
            make_boxes((*low, top - _TOP_M), (*high, top), fixture_finish(style.wood, "card", number)),
            make_boxes((*(first - _PROUD_M), _BAND_M[0]), (*(last + _PROUD_M), _BAND_M[1]), accent),
            *_make_devices(fixture, accent),
        ]
    )


def _make_seams(low: np.ndarray, high: np.ndarray, top: float, finish: Finish) -> Mesh:
    """Make the joints between the panels of the long sides."""
    along = int(np.argmax(high - low))
    count = max(2, round((high - low)[along] / _PANEL_M))
    begin, end = np.tile(low - _PROUD_M / 2, (count - 1, 1)), np.tile(high + _PROUD_M / 2, (count - 1, 1))
    at = np.linspace(low[along], high[along], count + 1)[1:-1]
    begin[:, along], end[:, along] = at - _SEAM_M / 2, at + _SEAM_M / 2
    none = np.zeros((count - 1, 1))
    return make_boxes(
        np.hstack([begin, none + _BASE_M + _PROUD_M]), np.hstack([end, none + top - _PROUD_M]), finish
    )


def _make_devices(fixture: Fixture, accent: Finish) -> list[Mesh]:
    """Make what stands on a desk."""
    half = _find_half_m(fixture)
    if half is None:
        return []
    number = fixture.instance_id
    dark, lit = fixture_finish(_DARK, "plastic", number), fixture_finish(_LIT, "lit", number)
    pale, ink = fixture_finish(_PALE, "lit", number), fixture_finish(_INK, "lit", number)
    wide, tall = _TILE_M
    tiles: list[Box] = [(x, -0.0175, z, x + wide, 0.0175, z + tall) for x, z in _TILES]
    parts: list[tuple[list[Box], Finish]] = [
        (list(_SCREEN), dark), ([_DISPLAY], lit), ([_HEAD], ink), ([*tiles, _LIST], pale),
    ]  # fmt: skip
    if _is_long(fixture):
        keys: list[Box] = [(x, y, 0.032, x + 0.014, y + 0.01, 0.035) for x, y in _KEYS]
        parts += [
            ([*_READER, *_PRINTER], dark),
            ([_READER_DISPLAY], lit),
            (keys, fixture_finish(_GREY, "plastic", number)),
            ([_PAPER], fixture_finish(_WHITE, "card", number)),
        ]
    return [make_boxes(*_place(fixture, boxes), finish) for boxes, finish in parts]


def _place(fixture: Fixture, boxes: list[Box]) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper corners (N, 3) of boxes on a desk, world, metres."""
    corners = np.array(boxes).reshape(-1, 2, 3)
    if np.ptp(fixture.footprint_m, axis=0).argmax() == 1:
        corners = corners[..., [1, 0, 2]]
    middle = (fixture.footprint_m.min(0) + fixture.footprint_m.max(0)) / 2
    corners = corners + np.array([*middle, fixture.height_m])
    return corners[:, 0], corners[:, 1]


def _find_half_m(fixture: Fixture) -> np.ndarray | None:
    """Return half of what a desk's devices take, along and across it; None where it has none."""
    if np.ptp(fixture.footprint_m, axis=0).min() < _LEAST_M:
        return None
    return _ALL_HALF_M if _is_long(fixture) else _SCREEN_HALF_M


def _is_long(fixture: Fixture) -> bool:
    return bool(np.ptp(fixture.footprint_m, axis=0).max() >= _LONG_M)


def find_devices_m(fixture: Fixture) -> tuple[float, float, float, float] | None:
    """Return what the devices on a desk take of its top (x0, y0, x1, y1), None where it has none."""
    half = _find_half_m(fixture)
    if half is None:
        return None
    low, high = _place(fixture, [(-half[0], -half[1], 0.0, half[0], half[1], 0.0)])
    return float(low[0, 0]), float(low[0, 1]), float(high[0, 0]), float(high[0, 1])
