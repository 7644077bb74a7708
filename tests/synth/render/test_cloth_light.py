"""How dark things answer light: black is never nothing, and cloth shines where one looks along it."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.surfaces import BASE_MATERIALS, MATERIAL
from scenes.world import INSTANCE_FIXTURE, INSTANCE_PERSON, Material, Textures
from synth.render import Renderer
from tests.synth.render.small_shop import (
    look_at,
    make_quads,
    make_scene,
    make_store,
    read_light,
    with_structure,
)

GLOW = Material("glow", emissive=6.0)
WALL_AT_M = np.array([2.0, 1.5, 1.2])
STILL = INSTANCE_FIXTURE + 7


def draw_wall(material, color, *, turn_rad=0.0, still=False):
    """Light of an upright sheet that faces -y, worn or standing, seen aslant by an angle: its median."""
    return float(np.median(draw_sheet(material, color, turn_rad=turn_rad, still=still)))


def draw_sheet(material, color, *, turn_rad=0.0, still=False, layer=-1, power=1.0):
    """The light (N,) of such a sheet's pixels; with a layer it is white there and has its relief."""
    store = make_store()
    count = len(BASE_MATERIALS)
    eye = WALL_AT_M + 1.2 * np.array([np.sin(turn_rad), -np.cos(turn_rad), 0.0])
    lamps = tuple(replace(lamp, material=count) for lamp in store.lamps)
    structure = store.structure
    glowing = np.where(structure.material > 0, count, 0).astype(np.int32)
    store = replace(
        store,
        materials=(*BASE_MATERIALS, GLOW),
        lamps=lamps,
        structure=replace(structure, material=glowing),
        textures=Textures.of(np.full((1, 256, 256, 3), 255, np.uint8)),
        cameras=(look_at(eye, WALL_AT_M, fov_deg=20.0),),
    )
    mine = STILL if still else INSTANCE_PERSON
    sheet = make_quads(
        [[(1.5, 1.5, 0.7), (2.5, 1.5, 0.7), (2.5, 1.5, 1.7), (1.5, 1.5, 1.7)]],
        [(0, -1, 0)],
        instance=mine,
        kind="fixture" if still else "person",
        color=color,
        material=MATERIAL[material],
        layer=layer,
    )
    worn = [] if still else [sheet]
    store = with_structure(store, sheet) if still else store
    with Renderer(store, dynamic_items=(), supersampling=1) as renderer:
        view = renderer.render(make_scene(worn, power=np.full(len(lamps), power)), 0)
    shown = view.instance_id == mine
    assert shown.sum() > 200
    return read_light(view)[shown]


def test_black_cloth_sends_back_three_percent_and_more_along_its_fibres():
    """Beside paint as white as paper (0.8) under the same light, from ahead and from aside."""
    for cloth in ("hanging cloth", "creased cloth"):
        paper = draw_wall("paint", (231, 231, 231))
        black = draw_wall(cloth, (0, 0, 0))
        aslant = draw_wall(cloth, (0, 0, 0), turn_rad=1.3)
        assert 0.02 < 0.8 * black / paper < 0.06
        assert aslant > 1.3 * black


def test_cloth_of_any_colour_keeps_it():
    """What the fibres add is little beside a colour that is not black."""
    plain = draw_wall("paint", (150, 150, 150))
    cloth = draw_wall("hanging cloth", (150, 150, 150))
    assert abs(cloth / plain - 1.0) < 0.15


@pytest.mark.parametrize("still", [True, False])
@pytest.mark.parametrize("material", ["paint", "matte", "coated steel"])
def test_nothing_black_sends_back_less_than_three_percent(material, still):
    """Black goods, prams and shoes as well: as much as what has three percent of its own (sRGB 48)."""
    paper, black, dark = (draw_wall(material, (code,) * 3, still=still) for code in (231, 0, 48))
    assert 0.02 < 0.8 * black / paper < 0.07
    assert abs(black / dark - 1.0) < 0.05


@pytest.mark.parametrize("cloth", ["hanging cloth", "creased cloth"])
def test_creases_of_black_cloth_are_no_streaks_of_light_where_one_looks_along_it(cloth):
    """The fibres' shine is that of the whole: creases stand out from it as much from aside as from ahead.

    In six times the light, as the darkest bytes are far apart.
    """
    ahead, aslant = (
        draw_sheet(cloth, (0, 0, 0), turn_rad=turn_rad, layer=0, power=6.0) for turn_rad in (0.0, 1.1)
    )
    brightest = [np.quantile(light, 0.98) / np.median(light) for light in (ahead, aslant)]
    assert brightest[0] > 1.2  # there are some
    assert brightest[1] < 1.1 * brightest[0]
