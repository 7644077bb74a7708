"""Where light comes from: directions, their clusters, the map of the ceiling, and the exposure.

A shop is lit by many lamps under a bright ceiling, so light is gathered over a fixed set of directions: an
unblocked ray upward reaches the ceiling, where a map tells how bright it is there (lamps and bounced light
alike), which gives area lamps, soft shadows and ambient occlusion in one sum. Light scales with paper:
radiance 0.8 is white paper on the open floor of a shop at full power and brightness 1.

Out: plain arrays; synth/render/static_light.py carries them to OpenGL.
"""

from dataclasses import dataclass

import numpy as np
from shapely import contains_xy

from scenes.world import RELIEFS, Store

UPWARD = 40
DOWNWARD = 8
SETS = 4
CLUSTERS = 6
PAPER = 0.8
# Power that is a camera's contrast, fitted to photographs of shops, raised and close: codes spread as far
# around their mean as theirs do. It comes last in a camera, see synth/optics/sensor.py.
CONTRAST = 1.3
# Above the shoulder a camera squeezes light by the logarithm, see tone_map in shaders/resolve.frag: the
# larger the knee, the more of what is brighter than white paper is told apart, and the darker that paper is.
SHOULDER = 0.76
KNEE = 22.0
# A camera's black. `toe` in synth/optics/tone.py takes it off each colour alone; below twice that it is a
# square, so that the curve has no kink. Chosen by how strong colours of fruit are in photographs, and by how
# dark their shadows are.
BLACK = 0.025
TONE = {"CONTRAST": CONTRAST, "SHOULDER": SHOULDER, "KNEE": KNEE, "BLACK": BLACK}  # for shaders/resolve.frag

# Radiance of bounced light relative to white paper on the open floor, for surfaces of usual reflectance
# (floor 0.4, walls 0.7, ceiling 0.8, goods 0.4), in a shop whose ambient share is USUAL_AMBIENT.
FLOOR_BOUNCE = 0.42
WALL_BOUNCE = 0.36
CEILING_BOUNCE = 0.36
GOODS_BOUNCE = 0.16
USUAL_AMBIENT = 0.35

MATERIALS = 256  # rows of the table of materials
CLEAR, OUTSIDE = 8, 16  # in a material's relief, see shaders/surface.glsl
CEILING_TEXEL_M = 0.1  # at most
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709


@dataclass(frozen=True)
class Directions:
    """Directions toward the light, with the clusters that share a shadow of what moves.

    There are SETS sets, each of which covers the sphere alone. Neighbouring pixels use different ones and
    share what they find, which smooths the edges of shadows.

    Attributes:
        vector: (SETS, D, 3) unit; the first UPWARD of each set point up.
        weight: (D,) solid angle / pi, so that sum(weight * cos * radiance) is the radiance of white paper.
        cluster: (SETS, D) int, -1 for the ones that point down.
        mean: (CLUSTERS, 3) unit mean direction of each cluster.
    """

    vector: np.ndarray
    weight: np.ndarray
    cluster: np.ndarray
    mean: np.ndarray


def make_directions() -> Directions:
    """Spread directions evenly over the sphere (Fibonacci lattices), upper and lower half apart."""
    vector = np.stack([_make_set(number) for number in range(SETS)])
    weight = np.repeat([2.0 / UPWARD, 2.0 / DOWNWARD], [UPWARD, DOWNWARD])
    turn = np.arctan2(vector[..., 1], vector[..., 0]) / (2 * np.pi)
    sector = np.floor(turn * (CLUSTERS - 1)).astype(int) % (CLUSTERS - 1)
    cluster = np.where(vector[..., 2] > 0.8, 0, 1 + sector)
    cluster[:, UPWARD:] = -1
    # Low rays bring little light to a floor: a cluster's shadow falls along its brighter, steeper rays.
    mean = np.stack([(vector * vector[..., 2:])[cluster == k].sum(axis=0) for k in range(CLUSTERS)])
    return Directions(vector, weight, cluster, mean / np.linalg.norm(mean, axis=1, keepdims=True))


def _make_set(number: int) -> np.ndarray:
    """Return the (D, 3) directions of one set: the lattice turned and shifted within its strata of height."""
    golden = np.pi * (3.0 - np.sqrt(5.0))
    halves = []
    for count, sign in ((UPWARD, 1.0), (DOWNWARD, -1.0)):
        z = (np.arange(count) + (number + 0.5) / SETS) / count
        turn = golden * (np.arange(count) + 17 * number / SETS)
        ring = np.sqrt(1.0 - z**2)
        halves.append(np.stack([ring * np.cos(turn), ring * np.sin(turn), sign * z], axis=1))
    return np.concatenate(halves)


@dataclass(frozen=True)
class Illumination:
    """The light of one lamp state.

    Attributes:
        ceiling: (rows y, columns x) float32 radiance of the ceiling, spread over the room.
        bounced: (3,) radiance of floor, walls and goods.
        level: Mean light on the open floor relative to full power at brightness 1.
    """

    ceiling: np.ndarray
    bounced: np.ndarray
    level: float


class Lighting:
    """The store's lamps as maps of the ceiling; makes the illumination of any lamp state.

    Attributes:
        tint: (3,) linear colour of the lamps' light, luminance 1.
        bounce_tint: (3,) linear colour of bounced light, luminance 1.
        rendition: (3, 3) what both make of the linear colours of surfaces.
    """

    def __init__(self, store: Store) -> None:
        self._size_m = np.asarray(store.layout.size_m, float)
        color = np.array([lamp.color for lamp in store.lamps], float).reshape(-1, 3)
        self._strength = color @ _LUMINANCE
        self.rendition = np.asarray(store.rendition, float)
        mean = color.mean(axis=0) if len(color) else np.ones(3)
        self.tint = mean / max(float(mean @ _LUMINANCE), 1e-6)
        ambient = np.asarray(store.ambient_color, float)
        self.bounce_tint = ambient / max(float(ambient @ _LUMINANCE), 1e-6)
        # Interreflection in a bright room tends to the colour of the lamps.
        self._bounce = float(ambient @ _LUMINANCE) / max(float(mean @ _LUMINANCE), 1e-6) / USUAL_AMBIENT
        self._cover = np.stack(
            [self._lamp_cover(lamp.position_m, lamp.size_m) for lamp in store.lamps] or [self._blank()]
        )
        self._gain = self._compute_gain(store)

    def illuminate(self, lamp_power: np.ndarray) -> Illumination:
        """Return the light at some lamp powers, (lamps,) of 0 to 1."""
        power = np.asarray(lamp_power, float) * self._strength
        level = float(power.mean()) if len(power) else 0.0
        bounce = PAPER * level * self._bounce
        lamps = np.tensordot(power, self._cover, axes=1) if len(power) else self._blank()
        ceiling = lamps * self._gain + CEILING_BOUNCE * bounce
        return Illumination(
            ceiling=ceiling.astype(np.float32),
            bounced=bounce * np.array([FLOOR_BOUNCE, WALL_BOUNCE, GOODS_BOUNCE]),
            level=level,
        )

    def make_materials(self, store: Store, lamp_power: np.ndarray) -> np.ndarray:
        """Return (MATERIALS, 4): roughness, specular, emitted radiance, relief; the lamps are at their power.

        Reliefs are numbered from 1, 0 is none; CLEAR is added where light comes through, OUTSIDE where none
        of the shop's comes.
        """
        table = np.zeros((MATERIALS, 4))
        for index, material in enumerate(store.materials):
            relief = RELIEFS.index(material.relief) + 1 if material.relief else 0
            relief += CLEAR * material.clear + OUTSIDE * material.outside
            table[index] = material.roughness, material.specular, material.emissive * PAPER, relief
        for lamp, power in zip(store.lamps, lamp_power, strict=True):
            table[lamp.material, 2] *= power
        # What a ceiling gives off stands for light that bounces to it.
        table[_find_ceiling(store), 2] *= float(np.mean(lamp_power)) if len(lamp_power) else 0.0
        return table

    def make_lamp_materials(self, store: Store, lamp: int) -> np.ndarray:
        """Return what `make_materials` does, with one lamp emitting and its part of the ceiling."""
        table = self.make_materials(store, np.ones(len(store.lamps)))
        kept = [store.lamps[lamp].material, *_find_ceiling(store)]
        glow = table[kept, 2] * [1.0, *[1.0 / len(store.lamps)] * (len(kept) - 1)]
        table[:, 2] = 0.0
        table[kept, 2] = glow
        return table

    def _blank(self) -> np.ndarray:
        # Powers of two: the driver halves other sizes by leaving rows out, which loses or doubles lamps.
        columns, rows = (2 ** np.ceil(np.log2(self._size_m[:2] / CEILING_TEXEL_M)).clip(0)).astype(int)
        return np.zeros((rows, columns))

    def _lamp_cover(self, position_m: np.ndarray, size_m: np.ndarray) -> np.ndarray:
        """Return how much of each ceiling texel a lamp covers, 0 to 1."""
        rows, columns = self._blank().shape
        overlap = []
        for axis, count in ((1, rows), (0, columns)):
            edge = np.linspace(0.0, self._size_m[axis], count + 1)
            low, high = position_m[axis] - size_m[axis] / 2, position_m[axis] + size_m[axis] / 2
            inside = np.minimum(edge[1:], high) - np.maximum(edge[:-1], low)
            overlap.append(np.clip(inside, 0.0, None) / np.diff(edge))
        return np.outer(*overlap)

    def _compute_gain(self, store: Store) -> float:
        """Return the lamp radiance that lights white paper on the open floor to PAPER, on average.

        A lamp of radiance 1 and area A at height h gives E / pi = A h^2 / (pi r^4) at distance r on the floor
        (Lambert's cosine law at both ends); what of the hemisphere is wall adds its bounced light.
        """
        width, depth, height = self._size_m
        x, y = np.meshgrid((np.arange(12) + 0.5) / 12 * width, (np.arange(12) + 0.5) / 12 * depth)
        x, y = (axis[contains_xy(store.layout.room, x, y)] for axis in (x, y))
        direct = np.zeros_like(x)
        for lamp, strength in zip(store.lamps, self._strength, strict=True):
            distance2 = (x - lamp.position_m[0]) ** 2 + (y - lamp.position_m[1]) ** 2 + height**2
            direct += strength * float(np.prod(lamp.size_m)) * height**2 / (np.pi * distance2**2)
        up = make_directions().vector[:, :UPWARD].reshape(-1, 3)
        reach = up[:, :2] / up[:, 2:] * height
        open_ = np.clip(1 - np.abs(reach) / self._size_m[:2], 0, 1).prod(axis=1)
        walls = 1.0 - float((up[:, 2] * open_).sum() / up[:, 2].sum())
        brightness = float(self._strength.mean()) if len(self._strength) else 1.0
        return PAPER * brightness * (1.0 - WALL_BOUNCE * walls) / max(float(direct.mean()), 1e-6)


def _find_ceiling(store: Store) -> list[int]:
    """Return the materials that glow as the lamps do together."""
    return [number for number, material in enumerate(store.materials) if material.name == "ceiling"]
