"""Materials and procedural textures of floor, walls and ceiling.

In: names and a generator. Out: the store's list of base materials and (256, 256, 3) uint8 sRGB
textures that repeat without a seam.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from scenes.world import TEXTURE_PX, Material

# Index 0 stays "matte": skin, shoes and bags are made of it; garments are of the two cloths.
BASE_MATERIALS = (
    Material("matte", roughness=0.92),
    Material("floor", roughness=0.35),
    Material("paint", roughness=0.85),
    Material("metal", roughness=0.3, specular=0.45),
    Material("coated steel", roughness=0.5, specular=0.05),
    Material("plastic", roughness=0.4),
    Material("gloss", roughness=0.18, specular=0.05),
    Material("paper", roughness=0.7),
    Material("card", roughness=0.5),
    Material("foil", roughness=0.09, specular=0.1, relief="film"),
    Material("ceiling", roughness=0.95, emissive=0.32),
    Material("sign", roughness=0.45, emissive=0.12),
    Material("lit inside", roughness=0.6, emissive=0.22),
    Material("lit", roughness=0.4, emissive=0.9),
    Material("lit sign", roughness=0.35, emissive=0.5),
    Material("matt film", roughness=0.3, specular=0.05, relief="film"),
    Material("wrap", roughness=0.08, specular=0.07, relief="taut"),
    Material("glass", roughness=0.04, specular=0.06, clear=True),
    Material("bottle", roughness=0.07, specular=0.05, relief="skin"),
    Material("clear bottle", roughness=0.06, specular=0.055, relief="skin", clear=True),
    Material("skin", roughness=0.34, specular=0.045, relief="grown"),
    Material("can", roughness=0.16, specular=0.12),
    Material("tin", roughness=0.16, specular=0.5),
    Material("hanging cloth", roughness=0.92, relief="hanging"),
    Material("creased cloth", roughness=0.92, relief="creased"),
    Material("waxy skin", roughness=0.1, specular=0.045, relief="grown"),
    Material("dull skin", roughness=0.8, specular=0.035, relief="grown"),
    Material("wrinkled skin", roughness=0.72, specular=0.035, relief="wrinkled"),
)
MATERIAL = {material.name: index for index, material in enumerate(BASE_MATERIALS)}

# Polished stone and waxed vinyl mirror lamps, wood and concrete show a gleam of them; what is worn, or made
# not to be slippery, is at the upper end.
FLOOR_ROUGHNESS = {
    "tile": (0.06, 0.24),
    "terrazzo": (0.05, 0.18),
    "vinyl": (0.08, 0.3),
    "concrete": (0.15, 0.45),
    "wood": (0.12, 0.36),
}
# sRGB of what shops are floored with, the common ones more than once; wood has its own.
FLOOR_COLORS = {
    "tile": np.array(
        [(198, 188, 172), (186, 172, 152), (196, 190, 178), (204, 201, 194), (172, 167, 158), (180, 180, 178)]
        + [(188, 178, 162), (150, 146, 140), (122, 118, 114), (172, 132, 106)],
        float,
    ),
    "terrazzo": np.array(
        [(196, 190, 178), (184, 180, 172), (198, 186, 164), (172, 168, 162), (158, 162, 154)], float
    ),
    "vinyl": np.array(
        [(198, 190, 174), (186, 176, 158), (192, 188, 180), (176, 176, 172), (198, 196, 190), (166, 172, 176)]
        + [(168, 156, 140), (152, 164, 158), (146, 138, 130)],
        float,
    ),
    "concrete": np.array([(164, 160, 152), (150, 146, 140), (176, 170, 158), (140, 138, 136)], float),
}
# Woods from their darkest board to their lightest; ash as maple, fir as cherry.
WOODS = {
    "ash": ((178, 146, 106), (220, 196, 158)),
    "oak": ((138, 100, 66), (200, 162, 116)),
    "smoked_oak": ((112, 84, 62), (170, 138, 106)),
    "fir": ((132, 70, 36), (208, 146, 84)),
    "walnut": ((84, 58, 42), (136, 98, 68)),
}
# How many metres one repeat of each texture covers.
FLOOR_REPEAT_M = {"tile": 1.2, "terrazzo": 1.2, "vinyl": 2.4, "concrete": 3.2, "wood": 2.4}
WEAR_STRENGTH = (14.0, 40.0)  # standard deviation, of 255 steps
CEILING_REPEAT_M = 1.2
WALL_REPEAT_M = 2.0
TILES_REPEAT_M = 0.8
# Paint of walls, the common ones more than once.
WALL_PAINTS = {
    "white": ((232, 230, 224), (232, 230, 224), (230, 228, 226)),
    "cream": ((234, 226, 210),),
    "grey": ((206, 207, 208),),
    "green": ((214, 224, 208),),
    "blue": ((208, 217, 225),),
    "yellow": ((235, 229, 206),),
}


def sample_materials(floor: str, *, rng: np.random.Generator) -> tuple[Material, ...]:
    """Return the base materials with the finish that a floor covering has in this shop."""
    roughness = float(np.exp(rng.uniform(*np.log(FLOOR_ROUGHNESS[floor]))))
    return tuple(
        replace(one, roughness=round(roughness, 4)) if one.name == "floor" else one for one in BASE_MATERIALS
    )


@cache
def _list_periods() -> np.ndarray:
    """How many periods (256, 256) each frequency of a texture has across it."""
    frequency = np.fft.fftfreq(TEXTURE_PX, 1 / TEXTURE_PX)
    return np.hypot(frequency[:, None], frequency[None, :])


@cache
def _keep_below(waves: float) -> np.ndarray:
    """How much (256, 256) is kept of each frequency so that few are left beyond so many periods."""
    return np.exp(-((_list_periods() / waves) ** 2))


def _smooth_noise(rng: np.random.Generator, waves: float) -> np.ndarray:
    """Draw seamless noise in about -1 to 1: white noise kept below `waves` periods across the texture."""
    spectrum = np.fft.fft2(rng.standard_normal((TEXTURE_PX, TEXTURE_PX)))
    noise = np.fft.ifft2(spectrum * _keep_below(waves)).real
    return noise / (np.abs(noise).max() + 1e-12)


def _to_texture(gray_or_rgb: np.ndarray) -> np.ndarray:
    rgb = gray_or_rgb if gray_or_rgb.ndim == 3 else np.repeat(gray_or_rgb[..., None], 3, axis=2)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _grid_lines(cells: int, line_px: int) -> np.ndarray:
    """Return a (256, 256) mask of the joints between cells x cells tiles."""
    index = np.arange(TEXTURE_PX) % (TEXTURE_PX // cells) < line_px
    return index[:, None] | index[None, :]


def sample_floor_texture(floor: str, *, wood: str = "any", rng: np.random.Generator) -> np.ndarray:
    """Draw the texture of a floor covering (tile, terrazzo, vinyl, concrete, or wood: one of WOODS or any).

    Floors of shops send back 20 to 60 % of the light, less than walls and shelving: their goods stand out.
    """
    wear = 5 * _smooth_noise(rng, 3) + 2 * _smooth_noise(rng, 40)
    if floor == "wood":
        return _to_texture(_draw_planks(wood, rng=rng) + wear[..., None])
    rgb = _sample_floor_color(floor, rng=rng) + wear[..., None]
    if floor == "tile":
        return _to_texture(_lay_tiles(rgb, rng=rng))
    if floor == "terrazzo":
        rgb = np.where(_grid_lines(1, 1)[..., None], rgb * 0.8, _strew_chips(rgb, rng=rng))
    elif floor == "vinyl":
        rgb = _lay_vinyl(rgb, rng=rng)
    else:
        cloud = wear + rng.uniform(3, 12) * _smooth_noise(rng, 8)
        rgb = np.where(_grid_lines(1, 1)[..., None], 0.7, 1.0) * (rgb + cloud[..., None])
    return _to_texture(rgb)


def _sample_floor_color(floor: str, *, rng: np.random.Generator) -> np.ndarray:
    """Draw a colour (3,) between two that a covering is made in, nearer to the first."""
    first, other = rng.choice(FLOOR_COLORS[floor], 2)
    return first + rng.uniform(0, 0.4) * (other - first) + rng.uniform(-5, 5)


def _lay_tiles(rgb: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Give tiles of one colour (256, 256, 3) shades and clouds, and joints light or dark."""
    cells = int(rng.choice([2, 4]))
    side = TEXTURE_PX // cells
    shade = np.kron(rng.normal(0, rng.uniform(1.5, 6), (cells, cells)), np.ones((side, side)))
    cloud = _smooth_noise(rng, 14)
    for row, column in np.ndindex(cells, cells):  # cut from another place of the slab each
        tile = np.s_[row * side : (row + 1) * side, column * side : (column + 1) * side]
        shift = tuple(rng.integers(TEXTURE_PX, size=2))
        shade[tile] += rng.uniform(1, 10) * np.roll(cloud, shift, (0, 1))[:side, :side]
    joint = rng.choice([0.62, 0.74, 0.86, 1.1])
    return np.where(_grid_lines(cells, 2)[..., None], joint, 1.0) * (rgb + shade[..., None])


def _strew_chips(rgb: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Give the cement of terrazzo (256, 256, 3) chips of stone: grey, dark and light, of 0.6 to 1.5 cm.

    Stone covers a tenth to half of what is seen, by how coarsely and closely a floor was strewn, and is
    more or less like the cement in colour.
    """
    cement = rgb
    waves, cover, clear = rng.uniform(50, 105), rng.uniform(0.1, 0.5), rng.uniform(0.35, 0.8)
    for share, color in ((0.5, (150, 140, 128)), (0.3, (112, 104, 98)), (0.2, (228, 222, 210))):
        chips = _smooth_noise(rng, waves)
        shade = cement + clear * (np.array(color, float) + rng.uniform(-12, 12) - cement)
        rgb = np.where((chips > np.quantile(chips, 1 - share * cover))[..., None], shade, rgb)
    return rgb


def _lay_vinyl(rgb: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Give vinyl of one colour (256, 256, 3) speckles, and often tiles of a second one."""
    cells = 4
    row, column = np.indices((cells, cells))
    plain, checks, dots = 0 * row, (row + column) % 2, (row % 2) & (column % 2)
    pattern = (plain, plain, checks, dots)[int(rng.integers(4))]
    second = rng.uniform(-34, 34) + rng.uniform(-8, 8) * np.array([1.0, 0.2, -1.0])
    rgb = rgb + np.kron(pattern, np.ones((TEXTURE_PX // cells,) * 2))[..., None] * second
    rgb = rgb + rng.uniform(3, 9) * rng.standard_normal((TEXTURE_PX, TEXTURE_PX, 1))
    return np.where(_grid_lines(cells, 1)[..., None], rgb * 0.9, rgb)


def _draw_planks(wood: str, *, rng: np.random.Generator) -> np.ndarray:
    """Draw boards or narrow strips of wood, or their print on vinyl: (256, 256, 3).

    They begin where they happen to, and none is shorter than a quarter of the texture's width, as nobody lays
    stubs; each has its own tone between the dark and the light of its wood.
    """
    drawn = list(WOODS)[int(rng.integers(len(WOODS)))]
    dark, light = (np.array(tone, float) for tone in WOODS[drawn if wood == "any" else wood])
    rows = int(rng.choice([16, 16, 32]))  # 0.15 or 0.075 m wide
    middle, spread = rng.uniform(0.35, 0.65), rng.uniform(0.1, 0.3)
    tall = TEXTURE_PX // rows
    rgb = np.empty((TEXTURE_PX, TEXTURE_PX, 3))
    streak = np.repeat(rng.normal(0, 1, (TEXTURE_PX, TEXTURE_PX // 16)), 16, axis=1)
    streak = np.mean([np.roll(streak, shift, axis=1) for shift in range(-8, 9)], axis=0)
    for row in range(rows):
        first, length = rng.integers(0, TEXTURE_PX, 2)
        starts = np.sort((first + [0, TEXTURE_PX // 4 + length // 2]) % TEXTURE_PX)
        second = (np.arange(TEXTURE_PX) >= starts[0]) & (np.arange(TEXTURE_PX) < starts[1])
        tone = np.clip(rng.normal(middle, spread, 2), -0.2, 1.2)[second.astype(int), None]
        band = np.broadcast_to(dark + tone * (light - dark), (tall, TEXTURE_PX, 3)).copy()
        band[:, starts] *= 0.75
        band[:1] *= 0.72
        rgb[row * tall : (row + 1) * tall] = band
    return rgb * (1 + 0.05 * streak[..., None])


def sample_wear_texture(*, rng: np.random.Generator) -> np.ndarray:
    """Draw what use leaves on surfaces, 128 for nothing: smudges of all sizes, more of them in some shops.

    Smudges have as much contrast at each size (a spectrum that falls with the frequency), as dirt has.
    """
    strength = float(np.exp(rng.uniform(*np.log(WEAR_STRENGTH))))
    noise = rng.standard_normal((TEXTURE_PX, TEXTURE_PX))
    spectrum = np.fft.fft2(noise) / np.maximum(_list_periods(), 6.0)
    spectrum[0, 0] = 0.0
    smudge = np.fft.ifft2(spectrum).real
    smudge /= smudge.std()
    return _to_texture(128 + strength * smudge)


def sample_wall_texture(paint: str, *, rng: np.random.Generator) -> np.ndarray:
    """Draw light paint with a trace of the roller, of a tone of WALL_PAINTS or of any."""
    tones = sum(WALL_PAINTS.values(), ()) if paint == "any" else WALL_PAINTS[paint]
    base = np.array(tones[int(rng.integers(len(tones)))], float) + rng.uniform(-5, 5, 3)
    return _to_texture(base + (2.5 * _smooth_noise(rng, 4) + 2 * _smooth_noise(rng, 70))[..., None])


def sample_tile_texture(*, rng: np.random.Generator) -> np.ndarray:
    """Draw glazed tiles of 0.1 or 0.2 m, white, with grey joints."""
    cells = int(rng.choice([4, 8]))
    shade = np.kron(rng.normal(0, 2.5, (cells, cells)), np.ones((TEXTURE_PX // cells,) * 2))
    return _to_texture(np.where(_grid_lines(cells, 3), 176.0, 248.0 + shade))


def sample_ceiling_texture(*, rng: np.random.Generator) -> np.ndarray:
    """Draw four mineral-fibre ceiling panels of 0.6 m in their grid of white rails."""
    rgb = np.full((TEXTURE_PX, TEXTURE_PX, 3), 226.0) + (3 * _smooth_noise(rng, 3))[..., None]
    holes = _smooth_noise(rng, 90) > 0.5
    rgb = np.where(holes[..., None], rgb * 0.9, rgb)
    rgb = np.where(_grid_lines(2, 5)[..., None], 205.0, rgb)
    return _to_texture(np.where(_grid_lines(2, 3)[..., None], 242.0, rgb))


def sample_steel_texture(*, rng: np.random.Generator) -> np.ndarray:
    """Draw powder-coated steel: nearly even, a little orange peel."""
    return _to_texture(np.array([236.0, 236.0, 233.0]) + (3 * _smooth_noise(rng, 50))[..., None])
