"""Spotlights: a depth map each, drawn once a store, and what the shaders need to light by them.

In: the store's `Spot`s. Out: a texture and uniforms of spots.glsl, which spot_light.frag (what stands),
goods_light.frag (goods and doors that move) and light_volume.frag (people) include.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from OpenGL import GL

from scenes.world import Spot
from synth.render import targets
from synth.render.light import Directions

MAP_PX = 384
_NEAR_M = 0.12  # the head itself throws no shadow
_FIELD = 2.4  # half the map's field, in half angles of the beam: beyond it spots.glsl lights nothing
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


class SpotLights:
    """The spots of one store; there is at least one.

    Attributes:
        tint: (3,) linear colour of their light, luminance 1.
        uniforms: Those of spots.glsl.
        defines: Of the shaders that include it.
    """

    def __init__(self, spots: Sequence[Spot], directions: Directions) -> None:
        color = np.mean([spot.color for spot in spots], axis=0)
        level = float(color @ _LUMINANCE)
        self.tint = color / max(level, 1e-6)
        self.defines = {"SPOTS": len(spots)}
        far_m = 3.0 * max(spot.reach_m for spot in spots)
        side = np.stack([_find_side(spot.toward) for spot in spots])
        spread = np.array([np.tan(min(_FIELD * spot.half_angle_rad, 1.4)) for spot in spots])
        self.uniforms: dict[str, Any] = {
            "spot_at[0]": np.array([[*spot.position_m, spot.reach_m] for spot in spots]),
            "spot_toward[0]": np.array([[*spot.toward, spot.half_angle_rad] for spot in spots]),
            "spot_side[0]": np.column_stack([side, spread]),
            "spot_level": np.array([level, _NEAR_M, far_m, 0.0]),
            "cluster[0]": np.column_stack([directions.mean, np.zeros(len(directions.mean))]),
        }
        self.clip_from_world = [
            _make_clip(spot, axis, float(wide), far_m)
            for spot, axis, wide in zip(spots, side, spread, strict=True)
        ]
        self.depth = targets.make_depth_layers(MAP_PX, len(spots))

    def bind(self) -> None:
        """Bind the texture that spots.glsl reads."""
        targets.bind_textures(self.depth, first=7, target=GL.GL_TEXTURE_2D_ARRAY)

    def delete(self) -> None:
        """Give the texture back."""
        GL.glDeleteTextures([self.depth])


def _find_side(toward: np.ndarray) -> np.ndarray:
    """Return a (3,) unit vector across a direction."""
    side = np.cross(toward, [0.0, 0.0, 1.0] if abs(toward[2]) < 0.9 else [1.0, 0.0, 0.0])
    return side / np.linalg.norm(side)


def _make_clip(spot: Spot, side: np.ndarray, spread: float, far_m: float) -> np.ndarray:
    """Return the (4, 4) clip_from_world of a spot's map."""
    axes = np.stack([side, np.cross(spot.toward, side), spot.toward])
    local = np.column_stack([axes, -axes @ spot.position_m])
    clip = np.zeros((4, 4))
    clip[:2] = local[:2] / spread
    clip[2] = local[2] * (far_m + _NEAR_M) / (far_m - _NEAR_M)
    clip[2, 3] -= 2.0 * far_m * _NEAR_M / (far_m - _NEAR_M)
    clip[3] = local[2]
    return clip
