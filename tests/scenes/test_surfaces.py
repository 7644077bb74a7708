"""Surfaces of shops: how much they shine and how worn they are, from shop to shop."""

import numpy as np
import pytest

from scenes.room import sample_base_color
from scenes.surfaces import (
    FLOOR_REPEAT_M,
    FLOOR_ROUGHNESS,
    WALL_PAINTS,
    WEAR_STRENGTH,
    WOODS,
    _strew_chips,
    sample_floor_texture,
    sample_materials,
    sample_wall_texture,
    sample_wear_texture,
)


@pytest.mark.parametrize("floor", FLOOR_ROUGHNESS)
def test_some_floors_are_polished_and_some_dull(floor):
    low, high = FLOOR_ROUGHNESS[floor]
    shops = [sample_materials(floor, rng=np.random.default_rng(seed)) for seed in range(200)]
    roughness = np.array([{one.name: one.roughness for one in materials}["floor"] for materials in shops])
    assert low <= roughness.min() < low * 1.1
    assert high / 1.1 < roughness.max() <= high
    # As many between the lower end and the geometric mean as above it: within four standard deviations.
    assert abs((roughness < np.sqrt(low * high)).mean() - 0.5) < 4 * 0.5 / np.sqrt(200)
    others = {tuple(one for one in materials if one.name != "floor") for materials in shops}
    assert len(others) == 1, "the finish is that of the floor alone"


def test_wear_is_stronger_in_some_shops_and_none_on_average():
    textures = [sample_wear_texture(rng=np.random.default_rng(seed)).astype(float) for seed in range(40)]
    spread = np.array([texture.std() for texture in textures])
    low, high = WEAR_STRENGTH
    assert low * 0.98 < spread.min() < low * 1.3
    assert high / 1.3 < spread.max() < high * 1.02
    assert np.abs([texture.mean() - 128 for texture in textures]).max() < 1.0


def test_terrazzo_has_as_many_chips_of_each_stone_and_as_large_as_are_strewn():
    """Of three stones 5 : 3 : 2 are strewn, each over those before; the repeated texture shows no seam."""
    cement = np.broadcast_to([90.0, 80.0, 70.0], (256, 256, 3))
    covered, chord_m, crossings = [], [], []
    for seed in range(16):
        rgb = _strew_chips(cement, rng=np.random.default_rng(seed))
        dark, grey, light = shown = [rgb[..., 0] == red for red in np.unique(rgb[..., 0]) if red != 90]
        assert (rgb[~(dark | grey | light)] == cement[0, 0]).all()
        cover = light.mean() / 0.2  # the last stone lies over all others
        assert grey.mean() == pytest.approx(0.5 * cover * (1 - 0.3 * cover) * (1 - 0.2 * cover), rel=0.03)
        assert dark.mean() == pytest.approx(0.3 * cover * (1 - 0.2 * cover), rel=0.03)
        covered.append(cover)
        begins = light & ~np.roll(light, 1, axis=1)
        chord_m.append(light.sum() / begins.sum() * FLOOR_REPEAT_M["terrazzo"] / 256)
        crossings.append([(one != np.roll(one, 1, axis=1)).mean(axis=0) for one in shown])
    low, high = min(covered), max(covered)
    assert 0.1 <= low < 0.2
    assert 0.4 < high <= 0.5
    # A mean chord is a quarter of pi of a disc's diameter: these are stones of 0.6 to 1.5 cm.
    assert 0.25 * np.pi * 0.006 < min(chord_m) < max(chord_m) / 1.5
    assert max(chord_m) < 0.25 * np.pi * 0.015
    each = np.mean(crossings, axis=(0, 1))  # how often a chip begins or ends at a column
    assert abs(each[0] - each[1:].mean()) < 4 * each[1:].std()


def test_walls_have_the_paint_that_is_asked_for():
    """Each is one of its tones, give or take 5; where any will do, all come, white the most often."""
    tones = [(paint, np.array(tone, float)) for paint, several in WALL_PAINTS.items() for tone in several]
    came = []
    for seed in range(80):
        color = {p: sample_wall_texture(p, rng=np.random.default_rng(seed)) for p in ("any", *WALL_PAINTS)}
        for paint in WALL_PAINTS:
            mean = color[paint].mean((0, 1))
            assert min(np.abs(mean - tone).max() for name, tone in tones if name == paint) < 6
        came.append(tones[int(np.random.default_rng(seed).integers(len(tones)))])
        assert np.abs(color["any"].mean((0, 1)) - came[-1][1]).max() < 6
    names = [name for name, _ in came]
    assert set(names) == set(WALL_PAINTS)
    assert names.count("white") > 80 / len(WALL_PAINTS)


def test_no_board_of_a_floor_is_a_stub():
    """Each begins with a joint, darker than what comes after it; from one to the next it is 0.6 m or more."""
    side = 256
    lengths = []
    for seed in range(12):
        rgb = sample_floor_texture("wood", rng=np.random.default_rng(seed)).astype(float).mean(axis=-1)
        for row in rgb.reshape(16, side // 16, side)[:, 3:7].mean(axis=1):
            darker = row < 0.87 * np.roll(row, -1)
            joints = np.flatnonzero(darker & ~np.roll(darker, -1))
            assert len(joints) <= 2
            lengths += np.diff(joints).tolist()
    lengths_m = np.array(lengths) / side * FLOOR_REPEAT_M["wood"]
    assert len(lengths_m) > 100
    assert lengths_m.min() >= 0.59
    assert lengths_m.max() <= FLOOR_REPEAT_M["wood"] - 0.59
    assert np.ptp(lengths_m) > 1.0


def test_wood_is_laid_in_boards_or_strips_each_in_a_tone_of_its_wood():
    seen, came = set(), set()
    for seed in range(20):
        anyhow = sample_floor_texture("wood", rng=np.random.default_rng(seed))
        for wood, (dark, light) in WOODS.items():
            rgb = sample_floor_texture("wood", wood=wood, rng=np.random.default_rng(seed)).astype(float)
            assert (0.8 * np.array(dark) < rgb.mean((0, 1))).all()
            assert (rgb.mean((0, 1)) < 1.05 * np.array(light)).all()
            if (rgb == anyhow).all():
                came.add(wood)
        rgb = anyhow.astype(float)
        # How much darker the first row of each board is than what is beside it: a joint.
        row = rgb.mean((1, 2))
        depth = 1 - 2 * row / (np.roll(row, 1) + np.roll(row, -1))
        boards = [count for count in (16, 32) if depth[:: 256 // count].min() > 0.1]
        assert boards
        seen.add(FLOOR_REPEAT_M["wood"] / max(boards))
        tones = np.median(rgb.reshape(max(boards), -1, 256, 3), axis=1).reshape(-1, 3)
        assert tones.std(axis=0).min() > 2.5
    assert seen == {0.15, 0.075}
    assert came == set(WOODS)


def test_base_boards_go_with_the_floor():
    """Wooden ones, redder than blue by far, beside wood alone."""
    for floor in FLOOR_ROUGHNESS:
        colors = [sample_base_color(floor, rng=np.random.default_rng(seed)) for seed in range(60)]
        wooden = np.mean([red - blue > 40 for red, _, blue in colors])
        assert wooden == pytest.approx(0.6, abs=0.2) if floor == "wood" else wooden == 0
        assert len(set(colors)) >= 4
