"""Shadows of what moves, once a frame for all cameras.

In: the moving geometry and the clusters of light directions. Out: an array of maps, one a cluster, of how
much of each texel is covered and at what depth; its mipmaps make shadows the softer, the farther they fall.
One more map looks up from below the floor, for the dark line where a shoe meets it, and where the sun shines
in one looks along its rays, over no more than what they reach.
"""

from typing import Any

import numpy as np
from OpenGL import GL

from scenes.world import Mesh
from synth.render import targets
from synth.render.casters import coarsen_faces
from synth.render.geometry import Runs
from synth.render.light import CLUSTERS, Directions
from synth.render.programs import Programs
from synth.render.static_light import make_clip, make_projection

COVER_SIZE = 512
FACES_AN_INSTANCE = 600
# Width of a penumbra at distance 1: narrower than a cluster, so that shadows keep a shape.
PENUMBRA = 0.26
_UP = np.array([0.0, 0.0, 1.0])


class MovingShadow:
    """The cover maps of the current frame."""

    def __init__(
        self,
        programs: Programs,
        directions: Directions,
        size_m: np.ndarray,
        *,
        sun: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        """Make the maps; `sun` is the direction toward it and how far into the room it reaches, (3,) each."""
        self._programs = programs
        axes = np.concatenate([directions.mean, -_UP[None]])
        views = [make_projection(axis, np.asarray(size_m, float)) for axis in axes]
        self._projection = np.stack(views if sun is None else [*views, make_projection(*sun)])
        extent_m = 1.0 / np.linalg.norm(self._projection[:, :, :3], axis=2)
        depth = self._projection[:, 2] * extent_m[:, 2:]
        texel_m = extent_m[: len(axes), :2].max(axis=1) / COVER_SIZE
        self.uniforms: dict[str, Any] = {
            "shadow_u[0]": self._projection[: len(axes), 0],
            "shadow_v[0]": self._projection[: len(axes), 1],
            "shadow_depth[0]": depth[: len(axes)],
            "shadow_texel_m[0]": np.column_stack([texel_m, np.zeros((len(axes), 3))]),
            "cluster[0]": np.column_stack([directions.mean, np.zeros(CLUSTERS)]),
        }
        self.sun_defines: dict[str, int] = {}
        if sun is not None:
            self.sun_defines = {"SUN": len(axes)}
            self.uniforms["sun_map[0]"] = np.stack([*self._projection[-1, :2], depth[-1]])
            self.uniforms["toward_sun"] = np.append(sun[0], 0.0)
        self._depth_from_world = depth
        self._thinned: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
        self._cover = targets.make_cover_layers(COVER_SIZE, len(self._projection))
        self._depth = targets.make_texture(COVER_SIZE, COVER_SIZE, GL.GL_DEPTH_COMPONENT24)
        self._framebuffer = GL.glGenFramebuffers(1)

    def thin(self, mesh: Mesh, runs: Runs, moving: np.ndarray) -> np.ndarray:
        """Return (K, 3) int32 fewer faces of some runs of a frame's mesh, good enough to cast its shadows.

        What is chosen for an instance depends on its own faces only and is kept while these stay.
        """
        parts = [np.zeros((0, 3), np.int32)]
        for run in moving:
            instance, first, count = runs.instance_id[run], runs.first[run], runs.count[run]
            faces = mesh.faces[first : first + count]
            base = int(faces.min())
            local = faces - base
            key = int(instance), int(count)  # people have several levels of detail, each with its faces
            kept = self._thinned.get(key)
            if kept is None or not np.array_equal(kept[0], local):
                thin = local
                while len(thin) > FACES_AN_INSTANCE:
                    thin = coarsen_faces(thin, int(local.max()) + 1)
                kept = self._thinned[key] = (local, thin)
            parts.append(kept[1] + base)
        return np.concatenate(parts)

    def draw(self, geometry: targets.Geometry, faces: int) -> None:
        """Draw the cover of a frame's geometry."""
        program = self._programs.get("cover.vert", "cover.frag")
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glFramebufferTexture2D(GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, GL.GL_TEXTURE_2D, self._depth, 0)
        GL.glViewport(0, 0, COVER_SIZE, COVER_SIZE)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glBindVertexArray(geometry.array)
        for layer, (projection, depth) in enumerate(
            zip(self._projection, self._depth_from_world, strict=True)
        ):
            GL.glFramebufferTextureLayer(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, self._cover, 0, layer)
            targets.draw_to(1)
            GL.glClearBufferfv(GL.GL_COLOR, 0, np.zeros(4, np.float32))
            GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
            program.use(
                clip_from_world=make_clip(projection),
                depth_from_world=depth,
                from_below=float(layer == CLUSTERS),
            )
            targets.draw_faces(0, faces)
        targets.bind_textures(self._cover, first=10, target=GL.GL_TEXTURE_2D_ARRAY)
        GL.glGenerateMipmap(GL.GL_TEXTURE_2D_ARRAY)

    def bind(self) -> None:
        """Bind the texture that moving_shadow.glsl reads."""
        targets.bind_textures(self._cover, first=10, target=GL.GL_TEXTURE_2D_ARRAY)

    def delete(self) -> None:
        """Give the textures back."""
        GL.glDeleteTextures([self._cover, self._depth])
        GL.glDeleteFramebuffers(1, [self._framebuffer])
