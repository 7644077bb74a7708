"""What fills a photograph: pieces in a heap or a bowl, before a glass, on cream, in a splash, and so on.

In: a stage and a filling. Each setting lays its own things and the filling's pieces.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import ndimage

from scenes.goods.labels.photographs.fillings import Filling
from scenes.goods.labels.photographs.pieces import make_pieces
from scenes.goods.labels.photographs.relief import Relief
from scenes.goods.labels.photographs.stage import PHOTOGRAPH_PX, Stage, make_grain
from scenes.goods.lettering import RGB

Setting = Callable[..., None]
_PX = PHOTOGRAPH_PX
_Y, _X = (np.mgrid[0:_PX, 0:_PX].astype(np.float32) + 0.5) / _PX
_GOLDEN_RAD = np.pi * (3 - 5**0.5)


def heap(
    stage: Stage,
    filling: Filling,
    *,
    middle: tuple[float, float] = (0.5, 0.54),
    spread: tuple[float, float] = (0.44, 0.36),
    dome: float = 0.1,
    rise: float = 0.0,
    size: float = 1.0,
    strew: bool = True,
    rng: np.random.Generator,
) -> None:
    """Heap a filling up on an ellipse, its large pieces behind, its small ones in front.

    Args:
        stage: Where.
        filling: What.
        middle, spread: The ellipse, in shares of the picture.
        dome: How high the middle is above the rim.
        rise: How far the picture of a piece goes up as the piece does.
        size: Factor on all pieces.
        strew: Whether what is small lies before the rest, not in it.
        rng: Lane of the photograph.
    """
    for order, (name, count, share) in enumerate(filling):
        turn = rng.uniform(0, 2 * np.pi)
        index = np.arange(count)
        strewn = strew and share < 0.75 * filling[0][2]
        inner = 0.45 if strewn else 0.0
        radius = np.sqrt(inner + (1 - inner) * (index + 0.5) / count)
        angle = turn + _GOLDEN_RAD * index + rng.normal(0, 0.2, count)
        if strewn:  # what is small is strewn before the rest
            angle = np.pi * (0.1 + 0.8 * (index + rng.uniform(0.2, 0.8, count)) / max(count, 1))
            radius = rng.uniform(0.75, 1.0, count)
        room = np.maximum(np.array(spread) - (0.42 - 0.25 * strewn) * share * size, 0.02)
        place = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1) * room + middle
        rim = min(0.8 * share * size, 0.45)
        place = place.clip(rim, 1 - rim)  # nothing is cut off
        high = dome * (1 - radius**2) + 0.04 * order + rng.uniform(0, 0.02, count)
        high += 0.35 * (place[:, 1] - middle[1])
        place[:, 1] -= rise * high
        sizes = np.full(count, share * size * _PX) * rng.uniform(0.9, 1.1, count)
        relief, skin, gloss = make_pieces(name, sizes, rng=rng)
        stage.lay(relief, skin, place * _PX, high * _PX, gloss=gloss)


def _lay_surface(
    stage: Stage,
    height: np.ndarray,
    inside: np.ndarray,
    skin: np.ndarray,
    *,
    gloss: float,
    base: float = 0.0,
    normal: np.ndarray | None = None,
) -> None:
    """Lay one surface as large as the picture: height (share of it), colours (P, P, 3) 0 to 1."""
    if normal is None:
        down, across = np.gradient(height * _PX)
        normal = np.stack([-across, -down, np.ones_like(height)])
    normal = normal / np.maximum(np.sqrt((normal**2).sum(0)), 1e-6)
    relief = Relief(height[None] * _PX, inside[None], normal[None], normal[None])
    middle = np.array([[_PX // 2, _PX // 2]])
    stage.lay(relief, np.moveaxis(skin, -1, 0)[None], middle, np.array([base * _PX]), gloss=gloss)


def _grain(softness_px: float) -> np.ndarray:
    """Return (P, P) noise of unit deviation."""
    return make_grain(softness_px)[:_PX, :_PX]


def _tint(color: RGB, share: np.ndarray | float = 1.0) -> np.ndarray:
    return np.array(color, np.float32) / 255 * np.broadcast_to(np.asarray(share), _X.shape)[..., None]


def bowl(
    stage: Stage,
    filling: Filling,
    *,
    ware: RGB = (244, 242, 236),
    liquid: RGB | None = None,
    rng: np.random.Generator,
) -> None:
    """A bowl seen from in front and above, full of pieces or of something liquid with pieces on it."""
    mx, my, rx, ry, deep = 0.5, 0.5, 0.45, 0.19, 0.4
    x, y = (_X - mx) / rx, (_Y - my) / ry
    lower = (_Y - my) / deep
    body = (x * x + lower * lower < 1) & (my < _Y)
    foot = (np.abs(_X - mx) < 0.2) & (my < _Y) & (my + deep * 0.97 > _Y)
    normal = np.stack([x, lower * 0.7, np.sqrt(np.clip(1 - x * x - 0.5 * lower**2, 0.02, 1))])
    _lay_surface(stage, np.zeros_like(_X), body | foot, _tint(ware), gloss=0.5, base=0.02, normal=normal)
    mouth = x * x + y * y
    rim = np.stack([-x * 0.5, -y * 0.5 - 0.2, np.ones_like(x)])
    _lay_surface(stage, np.zeros_like(_X), mouth < 1, _tint(ware), gloss=0.4, base=0.03, normal=rim)
    if liquid is not None:
        wave = 0.004 * ndimage.gaussian_filter(_grain(9.0), 2)
        tone = 1 - 0.25 * np.clip(mouth - 0.5, 0, 1)
        _lay_surface(stage, wave, mouth < 0.84, _tint(liquid, tone), gloss=0.5, base=0.035)
        heap(
            stage,
            filling,
            middle=(mx, my - 0.01),
            spread=(0.32, 0.13),
            dome=0.02,
            rise=0.5,
            size=0.7,
            rng=rng,
        )
        return
    for level, share in ((0.0, 1.0), (0.07, 0.72)):
        heap(
            stage,
            filling,
            middle=(mx, my - 0.01 - level),
            spread=(0.43 * share, 0.17 * share),
            dome=0.1 + level,
            rise=0.7,
            size=0.75,
            strew=False,
            rng=rng,
        )


def glass(
    stage: Stage,
    filling: Filling,
    *,
    liquid: RGB = (246, 150, 30),
    foam: RGB | None = None,
    ice: bool = False,
    rng: np.random.Generator,
) -> None:
    """A full glass, pieces of the filling beside its foot."""
    mx, top, bottom = 0.46, 0.06, 0.93
    half = 0.25 - 0.07 * (_Y - top) / (bottom - top)
    x = (_X - mx) / half
    ends = 0.035 * np.sqrt(np.clip(1 - x * x, 0, 1))
    inside = (np.abs(x) < 1) & (top - ends < _Y) & (bottom + ends > _Y)
    level = top + 0.13
    full = level - 0.03 * np.sqrt(np.clip(1 - x * x, 0, 1)) < _Y
    glow = 0.75 + 0.35 * (_Y - level) + 0.3 * np.exp(-(((x - 0.35) / 0.5) ** 2)) - 0.25 * x**6
    skin = np.where(full[..., None], _tint(liquid, glow), _tint((222, 230, 234), 1.0 - 0.25 * x**6))
    surface = ((_X - mx) / half) ** 2 + ((_Y - level) / 0.035) ** 2 < 0.94
    skin = np.where(surface[..., None], skin * 0.5 + _tint(liquid, 1.15) * 0.5 + 0.06, skin)
    if foam is not None:
        head = (level - 0.12 < _Y) & (level + 0.08 + 0.01 * _grain(6.0) > _Y)
        skin = np.where(head[..., None], _tint(foam, 1 + 0.04 * _grain(0.7)), skin)
    streak = np.exp(-(((x + 0.62) / 0.1) ** 2)) * (top + 0.05 < _Y) * (bottom - 0.08 > _Y)
    skin = skin + (0.9 - skin) * np.clip(0.6 * streak + 0.25 * (np.abs(x) > 0.93), 0, 1)[..., None]
    normal = np.stack([0.55 * x, np.zeros_like(x), np.sqrt(np.clip(1 - 0.3 * x * x, 0.05, 1)) + 0.2])
    _lay_surface(stage, 0.1 * np.sqrt(np.clip(1 - x * x, 0, 1)), inside, skin, gloss=0.3, normal=normal)
    if ice:
        heap(stage, (("ice", 3, 0.09),), middle=(mx, level + 0.03), spread=(0.22, 0.1), dome=0.05, rng=rng)
    heap(stage, filling, middle=(0.58, 0.82), spread=(0.42, 0.16), dome=0.2, size=0.85, rng=rng)


def cup(
    stage: Stage,
    filling: Filling,
    *,
    liquid: RGB = (96, 54, 26),
    crema: RGB | None = None,
    rng: np.random.Generator,
) -> None:
    """A cup on its saucer, pieces of the filling before it."""
    mx, my = 0.5, 0.3
    saucer = ((_X - mx) / 0.47) ** 2 + ((_Y - 0.68) / 0.17) ** 2
    ring = np.stack([(_X - mx), (_Y - 0.68) * 1.5 - 0.2, np.ones_like(_X)])
    _lay_surface(stage, np.zeros_like(_X), saucer < 1, _tint((246, 244, 240)), gloss=0.5, normal=ring)
    handle = np.hypot((_X - 0.84) / 0.12, (_Y - 0.42) / 0.13)
    _lay_surface(
        stage, np.zeros_like(_X), np.abs(handle - 0.8) < 0.2, _tint((238, 236, 232)), gloss=0.5, base=0.02
    )
    half = 0.35 - 0.3 * np.clip(_Y - my, 0, 1) ** 1.6
    x = (_X - mx) / half
    low = 0.7 + 0.05 * np.sqrt(np.clip(1 - x * x, 0, 1))
    normal = np.stack([x, np.full_like(x, 0.15), np.sqrt(np.clip(1.05 - x * x, 0.02, 1))])
    body = (np.abs(x) < 1) & (my < _Y) & (low > _Y)
    high = 0.16 * np.sqrt(np.clip(1 - x * x, 0, 1))
    _lay_surface(stage, high, body, _tint((248, 246, 242)), gloss=0.5, base=0.03, normal=normal)
    mouth = ((_X - mx) / 0.35) ** 2 + ((_Y - my) / 0.125) ** 2
    flat = np.stack([np.zeros_like(_X), np.full_like(_X, -0.4), np.ones_like(_X)])
    _lay_surface(
        stage, np.zeros_like(_X), mouth < 1, _tint((250, 248, 244)), gloss=0.3, base=0.2, normal=flat
    )
    tone = 0.85 + 0.3 * (_X - 0.3)
    skin = _tint(liquid, tone)
    if crema is not None:
        swirl = np.sin(9 * np.hypot(_X - mx, 2.4 * (_Y - my)) * 3 + 2 * _grain(9.0))
        skin = skin + (_tint(crema) - skin) * np.clip(0.5 + 0.4 * swirl, 0, 1)[..., None]
    _lay_surface(stage, np.zeros_like(_X), mouth < 0.85, skin, gloss=0.5, base=0.21, normal=flat)
    heap(stage, filling, middle=(0.5, 0.82), spread=(0.46, 0.15), dome=0.25, size=0.9, rng=rng)


def swirl(stage: Stage, filling: Filling, *, cream: RGB = (252, 250, 244), rng: np.random.Generator) -> None:
    """Something creamy, stirred to a spiral, pieces of the filling on its rim."""
    x, y = (_X - 0.5) / 0.47, (_Y - 0.52) / 0.4
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    edge = 1 + 0.05 * np.sin(3 * angle + 1) + 0.03 * np.sin(7 * angle)
    ridge = np.abs(np.sin(1.5 * angle + 7.0 * radius)) ** 0.8 * np.clip(1.15 - radius, 0, 1)
    height = 0.12 * np.sqrt(np.clip(1 - (radius / edge) ** 4, 0, 1)) + 0.07 * ridge + 0.1 * (1 - radius)
    height = ndimage.uniform_filter(height, 5)
    _lay_surface(stage, height, radius < edge, _tint(cream), gloss=0.45)
    heap(stage, filling, middle=(0.62, 0.66), spread=(0.3, 0.24), dome=0.2, size=0.8, rng=rng)


def splash(
    stage: Stage, filling: Filling, *, liquid: RGB = (250, 250, 248), rng: np.random.Generator
) -> None:
    """A wave of something liquid thrown through the air, drops round it, the filling in it."""
    pull = np.zeros_like(_X)
    for u, v, radius in _throw_drops(rng=rng):
        reach = 2.2 * radius
        rows, columns = (
            slice(max(0, int((w - reach) * _PX)), max(0, int((w + reach) * _PX) + 1)) for w in (v, u)
        )
        near = ((_X[rows, columns] - u) ** 2 + (_Y[rows, columns] - v) ** 2) / reach**2
        pull[rows, columns] += np.clip(1 - near, 0, 1) ** 3
    inside = pull > 0.3
    fold = 0.02 * np.sin(34 * _X + 22 * _Y + 5 * np.sin(6 * _Y)) * np.clip(pull - 0.5, 0, 1)
    height = ndimage.uniform_filter(0.09 * np.sqrt(np.clip(pull - 0.3, 0, 1.6)) + fold, 5)
    tone = 0.86 + 0.3 * np.clip(1.3 - pull, 0, 1) + 0.05 * np.sin(90 * fold)
    _lay_surface(stage, height, inside, np.clip(_tint(liquid, tone), 0, 1), gloss=0.8)
    heap(stage, filling, middle=(0.5, 0.62), spread=(0.36, 0.28), dome=0.24, size=0.9, rng=rng)


def _throw_drops(*, rng: np.random.Generator) -> np.ndarray:
    """Throw the drops (K, 3) of which a splash consists: u, v, radius: a crown of jets above a pool."""
    drops = []
    for angle in np.linspace(np.pi * 0.93, np.pi * 0.07, 8) + rng.normal(0, 0.07, 8):
        length = rng.uniform(0.26, 0.5)
        bow, thick = rng.normal(0, 0.05), rng.uniform(0.8, 1.15)
        for t in np.linspace(0, 1, 10):
            u = 0.5 + np.cos(angle) * (0.2 + length * t) * 0.85 + bow * np.sin(3 * t)
            v = 0.7 - np.sin(angle) * length * 1.3 * t * (1.2 - 0.3 * t) - 0.05 * np.abs(np.cos(angle)) * t
            drops.append((u, v, thick * (0.075 * (1 - t) ** 1.4 + 0.014 + 0.012 * (t > 0.94))))
        u, v, _ = drops[-1]
        for far in rng.uniform(0.05, 0.16, 2):
            drops.append((u + far * np.cos(angle) * 0.7, v - far * 0.8, rng.uniform(0.006, 0.02)))
    for t in np.linspace(-1, 1, 15):
        drops.append((0.5 + 0.34 * t, 0.76 + 0.06 * np.sqrt(1 - t * t), 0.12 - 0.035 * abs(t)))
    return np.array(drops)


def peaks(stage: Stage, filling: Filling, *, rng: np.random.Generator) -> None:
    """Mountains with snow above a lake."""
    for layer, (level, rough, snow) in enumerate(((0.3, 0.42, 1.0), (0.5, 0.3, 0.55), (0.68, 0.16, 0.0))):
        line = np.interp(
            _X[0], np.linspace(0, 1, 11), level + rough * (rng.random(11) - 0.4) * ([0.6, 1] * 6)[:11] * 0.8
        )
        line = line + 0.012 * make_grain(2.0)[7 * layer, :_PX]
        under = _Y - line
        slope = _grain(3.0) + 0.8 * np.sin(46 * (_X + 0.5 * np.abs(under)) + 3 * _grain(9.0))
        rock = _tint(((120, 142, 170), (92, 116, 140), (62, 96, 84))[layer])
        white = np.clip(snow * 1.5 - 5.2 * under - 0.25 * slope, 0, 1)[..., None]
        skin = rock + (0.97 - rock) * white
        _lay_surface(stage, 0.012 * slope, under > 0, skin, gloss=0.05, base=0.05 * layer)
    lake = _Y > 0.84
    ripple = 0.004 * np.sin(150 * _Y + 5 * _grain(6.0))
    _lay_surface(
        stage, ripple, lake, _tint((96, 166, 206), 1.3 - 0.4 * (_Y - 0.84) * 5), gloss=0.4, base=0.16
    )
    heap(stage, filling, middle=(0.5, 0.84), spread=(0.4, 0.12), dome=0.3, rng=rng)


def pizza(stage: Stage, filling: Filling, *, rng: np.random.Generator) -> None:
    """A pizza from above: crust, sauce, molten cheese, what lies on it."""
    radius = np.hypot(_X - 0.5, _Y - 0.5) / 0.475
    grain = _grain(6.0)
    edge = 1 + 0.015 * grain
    crust = np.exp(-(((radius - 0.9) / 0.09) ** 2))
    melted = np.clip((_grain(9.0) + 0.6) * 2.5, 0, 1) * (radius < 0.82)
    height = 0.06 * crust + 0.012 * melted + 0.004 * grain
    skin = _tint((190, 58, 24)) + (_tint((250, 212, 112)) - _tint((190, 58, 24))) * melted[..., None]
    dough = _tint((224, 168, 92), 1 - 0.14 * np.clip(grain, 0, 2))
    skin = np.where((radius > 0.83)[..., None], dough, skin)
    _lay_surface(stage, height, radius < edge, skin, gloss=0.25)
    heap(stage, filling, middle=(0.5, 0.5), spread=(0.38, 0.38), dome=0.0, rng=rng)


def cloth(stage: Stage, filling: Filling, *, color: RGB = (250, 250, 250), rng: np.random.Generator) -> None:
    """A soft cloth or tissue, pulled up in folds."""
    x, y = (_X - 0.5) * 2, (_Y - 0.9) / 0.85
    half = 0.25 + 0.72 * np.clip(1 + y, 0, 1) ** 0.8
    fold = np.sin(9 * x / (0.4 + half) + 1.6 * np.sin(3 * y) + 0.7 * _grain(9.0))
    top = -0.93 + 0.1 * np.sin(5 * x) + 0.05 * fold
    inside = (np.abs(x) < half) & (y > top) & (y < 0.08)
    height = ndimage.uniform_filter(0.07 * fold + 0.12 * np.sqrt(np.clip(1 - (x / half) ** 2, 0, 1)), 5)
    _lay_surface(stage, height, inside, _tint(color), gloss=0.05)
    heap(stage, filling, middle=(0.6, 0.78), spread=(0.38, 0.18), dome=0.3, rng=rng)


SETTINGS: dict[str, Setting] = {
    "heap": heap,
    "pile": partial(heap, middle=(0.5, 0.62), spread=(0.48, 0.36), dome=0.2),
    "bowl": bowl,
    "dark bowl": partial(bowl, ware=(70, 92, 120)),
    "bright bowl": partial(bowl, ware=(220, 70, 50)),
    "tomato soup": partial(bowl, liquid=(214, 62, 26)),
    "pea soup": partial(bowl, liquid=(134, 160, 62)),
    "creamy soup": partial(bowl, liquid=(226, 196, 148)),
    "clear soup": partial(bowl, liquid=(230, 180, 80)),
    "milk bowl": partial(bowl, liquid=(250, 248, 240)),
    "juice glass": glass,
    "milk glass": partial(glass, liquid=(250, 249, 244)),
    "tea glass": partial(glass, liquid=(190, 96, 30), ice=True),
    "cola glass": partial(glass, liquid=(58, 24, 14), foam=(196, 150, 110), ice=True),
    "beer glass": partial(glass, liquid=(244, 170, 30), foam=(252, 246, 226)),
    "wheat beer glass": partial(glass, liquid=(232, 156, 44), foam=(254, 250, 236)),
    "coffee cup": partial(cup, crema=(186, 128, 72)),
    "tea cup": partial(cup, liquid=(196, 108, 34)),
    "swirl": swirl,
    "yellow swirl": partial(swirl, cream=(252, 228, 132)),
    "chocolate swirl": partial(swirl, cream=(110, 64, 38)),
    "mint swirl": partial(swirl, cream=(190, 232, 224)),
    "pesto swirl": partial(swirl, cream=(104, 128, 40)),
    "milk splash": splash,
    "water splash": partial(splash, liquid=(150, 206, 240)),
    "honey splash": partial(splash, liquid=(232, 152, 24)),
    "ketchup splash": partial(splash, liquid=(206, 24, 18)),
    "oil splash": partial(splash, liquid=(222, 196, 50)),
    "neon splash": partial(splash, liquid=(150, 226, 50)),
    "chocolate splash": partial(splash, liquid=(96, 52, 28)),
    "peaks": peaks,
    "pizza": pizza,
    "cloth": cloth,
}
