"""Daylight inside: which directions lead out through glass, what arrives from there, what it bounces.

In: the store's `Daylight`. Out: a map of the glazed walls, uniforms of the shaders that include incoming.glsl
with DAYLIGHT defined, and the illumination of a shop by day without its lamps. Daylight is
added to the lamps' light once a camera; what passes outside takes from it, frame by frame.
"""

from typing import Any

import numpy as np
from OpenGL import GL

from scenes.light.windows import make_glass_map, make_sun_map
from scenes.world import FRONT, Daylight, make_wall_frame
from synth.render import targets
from synth.render.light import (
    CEILING_BOUNCE,
    FLOOR_BOUNCE,
    GOODS_BOUNCE,
    PAPER,
    WALL_BOUNCE,
    Directions,
    Illumination,
)
from synth.render.scene import Passing

MAP_PX = (1024, 256)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
# Of the light that comes in, what an average surface of the room gets after bounces.
_SPREAD = 0.5


class Daylit:
    """The daylight of one store.

    Attributes:
        tint: (3,) colour of sky and street together, luminance 1.
        sun_tint: (3,) colour of the sun.
        moving_tint: (3,) colour of all of it together, for what moves.
        illumination: What the room itself gives off by daylight; the ceiling has no lamps.
        exposure: What a camera makes of the room's light, 1 without daylight.
    """

    def __init__(self, daylight: Daylight, directions: Directions, size_m: np.ndarray) -> None:
        self._size_m = np.asarray(size_m, float)
        self.sun_direction = daylight.sun_direction
        self._top_m = daylight.opening_m[:, 3].max(initial=0.0)
        sky, street, sun = (float(c @ _LUMINANCE) for c in (daylight.sky, daylight.street, daylight.sun))
        self.has_sun = sun > 0
        self.tint = _normalize(0.7 * daylight.sky + 0.3 * daylight.street)
        self.sun_tint = _normalize(daylight.sun)
        glass = make_glass_map(daylight, self._size_m, MAP_PX)
        area_m2 = glass.mean(axis=(1, 2)) * self._size_m[[0, 1, 0, 1]] * self._size_m[2]
        floor_m2 = float(self._size_m[0] * self._size_m[1])
        diffuse = float((0.5 * sky + 0.3 * street) * area_m2.sum() / floor_m2)
        outward = np.array([-make_wall_frame(self._size_m, wall)[:3, 1] for wall in range(4)])
        sun_map = make_sun_map(daylight, glass)
        lit_m2 = sun_map.mean(axis=(1, 2)) * self._size_m[[0, 1, 0, 1]] * self._size_m[2]
        sunny_m2 = lit_m2 * (outward @ self.sun_direction).clip(0.0)
        direct = float(sun * sunny_m2.sum() / floor_m2)
        self._front_share = float(area_m2[FRONT] / max(area_m2.sum(), 1e-9))
        self._only_front = not sunny_m2[1:].any()
        self.moving_tint = _normalize(self.tint * diffuse + self.sun_tint * direct)
        # Shops' cameras are set for their lamps; what daylight adds they make up for in part.
        self.exposure = (1.0 + (diffuse + direct) / PAPER) ** -0.55
        bounce = _SPREAD * (diffuse + direct)
        self.illumination = Illumination(
            ceiling=np.full((1, 1), CEILING_BOUNCE * bounce, np.float32),
            bounced=bounce * np.array([FLOOR_BOUNCE, WALL_BOUNCE, GOODS_BOUNCE]),
            level=bounce,
        )
        nearest = np.argmax(directions.mean @ self.sun_direction)
        share = np.eye(8)[nearest]
        self._radiance = (sky, street, sun)
        self._shares = share[:4], share[4:]
        self._map = _upload(np.concatenate([glass, sun_map]))

    def uniforms(self, sun_projection: np.ndarray) -> dict[str, Any]:
        """Return the uniforms of the shaders that are compiled with DAYLIGHT."""
        sky, street, sun = self._radiance
        return {
            "outside": np.array([sky, street, *(MAP_PX[0] / self._size_m[:2])]),
            "sun": np.append(self.sun_direction, sun),
            "sun_axes[0]": sun_projection,
            "sun_share_a": self._shares[0],
            "sun_share_b": self._shares[1],
            "sun_tint": self.sun_tint,
        }

    @property
    def sun(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Where the sun is, (3,), and the extent, (3,), of what it reaches of the room, if it does."""
        if not self.has_sun:
            return None
        x, y, z = self.sun_direction
        top_m = float(self._top_m)
        reach_m = min(self._size_m[1], top_m * float(-y / z)) if self._only_front else self._size_m[1]
        return self.sun_direction, np.array([self._size_m[0], reach_m, top_m])

    def pass_by(self, passing: Passing | None, street: int) -> dict[str, Any]:
        """Return the uniforms of outside.glsl with PASSING; `street` is the material that windows show."""
        if passing is None:
            return {}
        return {
            "passing": np.array([passing.x0_m, passing.x1_m, passing.height_m, passing.away_m]),
            "passing_light": np.array([passing.sun, passing.sky, float(street), self._size_m[0]]),
            "front_share": self._front_share,
            "toward_sun": np.append(self.sun_direction, 0.0),
        }

    def bind(self) -> None:
        """Bind the texture that incoming.glsl reads by day."""
        targets.bind_textures(self._map, first=6, target=GL.GL_TEXTURE_2D_ARRAY)

    def delete(self) -> None:
        """Give the texture back."""
        GL.glDeleteTextures([self._map])


def _normalize(color: np.ndarray) -> np.ndarray:
    luminance = float(color @ _LUMINANCE)
    return color / luminance if luminance > 0 else np.ones(3)


def _upload(glass: np.ndarray) -> int:
    """Make a texture with mipmaps of maps of the walls, a layer each."""
    layers, height, width = glass.shape
    texture, target = targets.make_layers(width, height, layers, GL.GL_R32F), GL.GL_TEXTURE_2D_ARRAY
    GL.glTexSubImage3D(target, 0, 0, 0, 0, width, height, layers, GL.GL_RED, GL.GL_FLOAT, glass)
    GL.glGenerateMipmap(target)
    GL.glTexParameteri(target, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
    GL.glTexParameteri(target, GL.GL_TEXTURE_MAG_FILTER, GL.GL_LINEAR)
    return texture
