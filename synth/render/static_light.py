"""How light reaches the static world: depth along each direction, the ceiling's map, the light volume.

In: the store's static mesh and lamps. Made once a store: one orthographic depth map a direction. Made once
a lamp state: the ceiling's map and the light volume; the light on each camera's picture is then computed by
synth/render/camera_cache.py. Out: textures and uniforms.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from OpenGL import GL

from scenes.world import LitCase, Spot
from synth.render import targets
from synth.render.daylight import Daylit
from synth.render.light import CLUSTERS, SETS, Directions, Illumination
from synth.render.programs import Programs
from synth.render.spots import MAP_PX, SpotLights

DEPTH_SIZE = 512
PROBE_SPACING_M = 0.3
# A direction stands for a cone of 2 pi / 48 sr; the ceiling is read as blurred as the cone is wide (its
# diameter at distance 1).
CONE = 0.4
# Shadow rays start this far from a surface, at least; and half a texel of the depth maps.
BIAS_M = 0.008
# Gaps narrower than this are darker than the maps of depth say, see near_open.glsl.
GAP_M = 0.12


def make_projection(direction: np.ndarray, size_m: np.ndarray) -> np.ndarray:
    """Return (3, 4) rows u, v, depth (0 to 1) of the room seen orthographically along a direction.

    The direction points to the light; depth grows away from it.
    """
    side = np.cross(direction, [0.0, 0.0, 1.0] if abs(direction[2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    axes = np.stack([side, np.cross(direction, side), -direction])
    corner = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)]) * size_m
    along = corner @ axes.T
    low, extent = along.min(axis=0), np.ptp(along, axis=0)
    return np.concatenate([axes / extent[:, None], -(low / extent)[:, None]], axis=1)


def make_clip(projection: np.ndarray) -> np.ndarray:
    """Return the (4, 4) clip_from_world of a `make_projection` result."""
    clip = np.eye(4)
    clip[:3] = projection * 2.0
    clip[:3, 3] -= 1.0
    return clip


def _make_case_uniforms(cases: Sequence[LitCase]) -> dict[str, Any]:
    """Return the uniform block of case_light.glsl."""
    if not cases:
        return {}
    rows = [
        (
            [*case.low_m, 0],
            [*case.high_m, 0],
            [*case.front, np.abs(case.front) @ (case.high_m - case.low_m)],
            [*case.color, 0],
        )
        for case in cases
    ]
    return {"Cases": np.swapaxes(rows, 0, 1).reshape(-1, 4)}


class StaticLight:
    """Textures that tell how much light of which direction arrives where.

    Attributes:
        bias_m: How far from a surface rays toward the light start.
    """

    def __init__(
        self,
        programs: Programs,
        directions: Directions,
        size_m: np.ndarray,
        *,
        daylit: Daylit | None = None,
        cases: Sequence[LitCase] = (),
        spots: Sequence[Spot] = (),
    ) -> None:
        self._programs = programs
        self._directions = directions
        self._size_m = np.asarray(size_m, float)
        self._projection = np.stack(
            [[make_projection(axis, self._size_m) for axis in axes] for axes in directions.vector]
        )
        self.daylit = daylit
        self.case_defines = {"CASES": len(cases)} if cases else {}
        self.case_uniforms = _make_case_uniforms(cases)
        self.spots = SpotLights(spots, directions) if spots else None
        sun = np.zeros((0, 3)) if daylit is None else daylit.sun_direction[None]
        self._sun_projection = np.array([make_projection(axis, self._size_m) for axis in sun])
        texel_m = float((1.0 / np.linalg.norm(self._projection[..., :2, :3], axis=-1)).max()) / DEPTH_SIZE
        self.bias_m = max(BIAS_M, 0.5 * texel_m)
        self._depth = targets.make_depth_layers(DEPTH_SIZE, directions.cluster.size + len(sun))
        self._ceiling = int(GL.glGenTextures(1))
        self._light: Illumination | None = None
        self._probes = np.maximum(2, np.ceil(self._size_m / PROBE_SPACING_M)).astype(int)
        self.volume = tuple(targets.make_volume(self._probes, GL.GL_RGBA16F) for _ in range(2))
        self._framebuffer = GL.glGenFramebuffers(1)
        self._shares = self._make_shares()

    def _make_shares(self) -> tuple[np.ndarray, np.ndarray]:
        """Return which of the eight light channels each direction of each set adds to."""
        channel = np.where(self._directions.cluster < 0, CLUSTERS, self._directions.cluster)
        share = np.eye(8)[channel]
        return share[..., :4], share[..., 4:]

    def draw_depth(self, geometry: targets.Geometry, faces: int, solids: int) -> None:
        """Draw the casters' depth along every direction and from every spot.

        Args:
            geometry: Vertices and indices.
            faces: Faces that cast from both sides.
            solids: Faces after them that bound solids, of which the far side casts: what stands inside the
                outline of a solid is not shaded by it.
        """
        program = self._programs.get("position.vert", "nothing.frag")
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        targets.draw_to(0)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glBindVertexArray(geometry.array)
        along = [*self._projection.reshape(-1, 3, 4), *self._sun_projection]
        maps = [(self._depth, DEPTH_SIZE, layer, make_clip(one)) for layer, one in enumerate(along)]
        if self.spots is not None:
            clips = enumerate(self.spots.clip_from_world)
            maps += [(self.spots.depth, MAP_PX, layer, clip) for layer, clip in clips]
        for texture, size, layer, clip in maps:
            GL.glViewport(0, 0, size, size)
            GL.glFramebufferTextureLayer(GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, texture, 0, layer)
            GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
            program.use(clip_from_world=clip)
            targets.draw_faces(0, faces)
            GL.glEnable(GL.GL_CULL_FACE)
            GL.glCullFace(GL.GL_BACK)
            targets.draw_faces(faces, solids)
            GL.glDisable(GL.GL_CULL_FACE)
        GL.glFramebufferTexture2D(GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, GL.GL_TEXTURE_2D, 0, 0)

    def update(self, light: Illumination) -> None:
        """Take a new lamp state, unless it is the one already there: upload the ceiling's map."""
        if light is self._light:
            return
        self._light = light
        rows, columns = light.ceiling.shape
        self._texels_per_m = float(max(columns / self._size_m[0], rows / self._size_m[1]))
        self._bounced = np.append(light.bounced, 0.0)
        self._bind_ceiling()  # where it belongs: other units may be taken already
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D,
            0,
            GL.GL_R32F,
            columns,
            rows,
            0,
            GL.GL_RED,
            GL.GL_FLOAT,
            np.ascontiguousarray(light.ceiling),
        )
        GL.glGenerateMipmap(GL.GL_TEXTURE_2D)
        GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
        GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_MAG_FILTER, GL.GL_LINEAR)
        for axis in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, axis, GL.GL_CLAMP_TO_EDGE)

    def fill_volume(self, day: dict[str, Any] | None = None) -> None:
        """Compute the light volume of the current lamp state.

        Args:
            day: Uniforms of daylight, which is added to what the volume holds.
        """
        spots = {} if day or self.spots is None else self.spots.defines
        spot_uniforms = {} if day or self.spots is None else self.spots.uniforms
        defines = self.defines | ({"DAYLIGHT": 1} if day else self.case_defines) | spots
        program = self._programs.get("full_screen.vert", "light_volume.frag", **defines)
        spacing = self._size_m / self._probes
        program.use(self.uniforms(0) | (day or self.case_uniforms) | spot_uniforms, spacing_m=spacing)
        if day:
            GL.glEnable(GL.GL_BLEND)
            GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE)
        self.bind()
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glViewport(0, 0, int(self._probes[0]), int(self._probes[1]))
        GL.glDisable(GL.GL_DEPTH_TEST)
        for layer in range(self._probes[2]):
            for number, volume in enumerate(self.volume):
                GL.glFramebufferTextureLayer(
                    GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + number, volume, 0, layer
                )
            targets.draw_to(2)
            program.use(height_m=(layer + 0.5) * float(spacing[2]))
            program.fill()
        GL.glDisable(GL.GL_BLEND)
        for number in range(2):
            GL.glFramebufferTexture2D(
                GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + number, GL.GL_TEXTURE_2D, 0, 0
            )

    @property
    def defines(self) -> dict[str, Any]:
        """Defines of the shaders that include incoming.glsl."""
        return {"DIRECTIONS": len(self._directions.weight), "CONE": CONE, "SETS": SETS}

    @property
    def exposure(self) -> float:
        """What a camera makes of the room's light."""
        return 1.0 if self.daylit is None else self.daylit.exposure

    @property
    def day_uniforms(self) -> dict[str, Any]:
        """Uniforms of daylight, none in a room without windows."""
        if self.daylit is None:
            return {}
        across = self._sun_projection[0]
        texel_m = float((1.0 / np.linalg.norm(across[:2, :3], axis=1)).max()) / DEPTH_SIZE
        return self.daylit.uniforms(across) | {"sun_texel_m": texel_m}

    def uniforms(self, number: int) -> dict[str, Any]:
        """Return the uniforms of the shaders that include incoming.glsl, for one set of directions."""
        vectors = np.column_stack([self._directions.vector[number], self._directions.weight])
        axes = self._projection[number].transpose(1, 0, 2)
        shares = (share[number] for share in self._shares)
        return {
            "first_layer": float(number * len(vectors)),
            "DirectionSet": np.concatenate([*axes, vectors, *shares]),
            "room": np.append(self._size_m, self._texels_per_m),
            "bounced": self._bounced,
        }

    def bind(self) -> None:
        """Bind the textures that incoming.glsl reads."""
        targets.bind_textures(self._depth, first=4, target=GL.GL_TEXTURE_2D_ARRAY)
        self._bind_ceiling()
        if self.daylit is not None:
            self.daylit.bind()
        if self.spots is not None:
            self.spots.bind()

    def _bind_ceiling(self) -> None:
        targets.bind_textures(self._ceiling, first=5)

    def bind_volume(self) -> None:
        """Bind the textures that light_volume.glsl reads."""
        targets.bind_textures(*self.volume, first=1, target=GL.GL_TEXTURE_3D)

    def delete(self) -> None:
        """Give the textures back."""
        if self.spots is not None:
            self.spots.delete()
        GL.glDeleteTextures([self._depth, self._ceiling, *self.volume])
        GL.glDeleteFramebuffers(1, [self._framebuffer])
