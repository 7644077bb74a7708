"""What moves: uploaded once a frame, drawn for each camera over a copy of the static depth.

In: a `FrameScene`. Out: the moving G-buffer (in `PictureBuffers`), the size of each silhouette, what rests.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
from OpenGL import GL

from scenes.errors import RenderError
from scenes.world import Mesh
from synth.render import targets
from synth.render.buffers import PictureBuffers
from synth.render.camera_cache import CameraCache
from synth.render.culling import compute_in_view, compute_spans, frame_box, grow_part, unite_parts
from synth.render.geometry import Runs, compute_runs, join_runs, pack_vertices
from synth.render.goods_light import GoodsLight, find_goods
from synth.render.light import Directions, Illumination, Lighting
from synth.render.moving_shadow import PENUMBRA, MovingShadow
from synth.render.programs import Program, Programs
from synth.render.projection import Projection
from synth.render.relief import RELIEF
from synth.render.scene import FrameScene
from synth.render.standing import Resting, find_wear
from synth.render.static_light import StaticLight

# How far floor_contact in moving_shadow.glsl reaches.
CONTACT_M = 0.6


class Moving:
    """The dynamic geometry of the current frame.

    Attributes:
        resting: What of it rests and is drawn with what never moves.
    """

    resting: Resting

    def __init__(
        self,
        programs: Programs,
        directions: Directions,
        lighting: Lighting,
        static_light: StaticLight,
        size_m: np.ndarray,
        *,
        wear_layer: int,
        day_tint: np.ndarray,
        sun: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self._programs = programs
        self._lighting = lighting
        self._static_light = static_light
        self._day_tint = day_tint
        self._size_m = np.asarray(size_m, float)
        self._geometry = targets.make_geometry(moving=True)
        self.shadow = MovingShadow(programs, directions, size_m, sun=sun)
        self._goods_light = GoodsLight(programs, lighting, static_light)
        self._worn, self._wear = find_wear(wear_layer)
        self._scene: FrameScene | None = None
        self._queries: list[int] = []

    def load(self, scene: FrameScene) -> None:
        """Upload a frame's geometry, unless it is the one already there.

        Raises:
            RenderError: previous_position_m does not fit the mesh.
        """
        if scene is self._scene:
            return
        mesh = scene.mesh
        if scene.previous_position_m.shape != mesh.position_m.shape:
            raise RenderError(
                f"previous_position_m has shape {scene.previous_position_m.shape}, the mesh's positions have "
                f"{mesh.position_m.shape}."
            )
        self._runs: Runs = compute_runs(mesh)
        self._moves = ~np.isin(self._runs.instance_id, list(scene.resting))
        self._goods = find_goods(self._runs.instance_id)
        thin = self.shadow.thin(mesh, self._runs, np.flatnonzero(self._moves))
        targets.fill_geometry(self._geometry, pack_vertices(mesh), thin, scene.previous_position_m)
        self.shadow.draw(self._geometry, len(thin))
        targets.fill_geometry(self._geometry, None, mesh.faces)
        self.resting = self._find_resting(mesh)
        self._scene = scene

    def _find_resting(self, mesh: Mesh) -> Resting:
        runs = np.flatnonzero(~self._moves)
        first, count = self._runs.first[runs], self._runs.count[runs]
        pose = []
        for instance, start, length in zip(self._runs.instance_id[runs].tolist(), first, count, strict=True):
            corners = mesh.position_m[mesh.faces[start : start + length]]
            pose.append((instance, blake2b(corners.tobytes(), digest_size=8).digest()))
        return Resting(self._geometry, first, count, self._runs.box_m[runs], tuple(pose))

    def draw(
        self,
        cache: CameraCache,
        buffers: PictureBuffers,
        labels: int,
        relief: int,
        materials: np.ndarray,
        passing: dict[str, np.ndarray],
    ) -> None:
        """Draw the G-buffer of what moves as one camera sees it, before the static world."""
        view = cache.projection
        self._in_view = self._find_in_view(view)
        self._drawn = self._in_view[self._moves[self._in_view]]
        width, height = cache.size
        GL.glCopyImageSubData(
            cache.depth, GL.GL_TEXTURE_2D, 0, 0, 0, 0,
            buffers.depth, GL.GL_TEXTURE_2D, 0, 0, 0, 0, width, height, 1,
        )  # fmt: skip
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.surface_framebuffer)
        GL.glViewport(0, 0, width, height)
        GL.glEnable(GL.GL_DEPTH_TEST)
        targets.clear_moving()
        targets.bind_textures(labels, target=GL.GL_TEXTURE_2D_ARRAY)
        targets.bind_textures(relief, first=3, target=GL.GL_TEXTURE_2D_ARRAY)
        self._static_light.bind_volume()
        self.shadow.bind()
        GL.glBindVertexArray(self._geometry.array)
        GL.glEnable(GL.GL_CULL_FACE)
        self._draw_surfaces(view, materials, passing)
        self._draw_silhouettes(cache, buffers)
        GL.glDisable(GL.GL_CULL_FACE)

    def _find_in_view(self, view: Projection) -> np.ndarray:
        """Return the runs that may show, near ones first: what they hide is not shaded."""
        runs = np.flatnonzero(compute_in_view(self._runs.box_m, view.clip_from_world))
        away_m = np.linalg.norm(self._runs.box_m[runs].mean(axis=1) - view.eye_m, axis=1)
        return runs[np.argsort(away_m, kind="stable")]

    def compute_spans(self, cache: CameraCache) -> tuple[np.ndarray, np.ndarray]:
        """Return the rectangles of the last view where nothing moves, and those where something may.

        The dark line where something meets the floor counts as part of it.
        """
        box_m = self._runs.box_m[self._drawn]
        return compute_spans(box_m, cache.projection.clip_from_world, cache.picture_size, CONTACT_M)

    def _draw_surfaces(self, view: Projection, materials: np.ndarray, passing: dict[str, np.ndarray]) -> None:
        """Draw the runs in view: goods and doors, and people with theirs, by programs of their own."""
        goods, labelled = self._goods[self._drawn], self._runs.labelled[self._drawn]
        projection: dict[str, Any] = {"clip_from_world": view.clip_from_world, "camera": view.camera}
        shared: dict[str, Any] = {"ray[0]": view.ray, "eye_m": view.eye_m, "Materials": materials}
        if goods.any():
            program = self._use_surface({"GOODS": 1, "LABELLED": 1} | self._worn, shared)
            program.use(projection | self._wear)
            self._draw_runs(self._drawn[goods])
        shared |= self.shadow.uniforms | passing | {"rendition[0]": self._lighting.rendition}
        outside: dict[str, float] = {"PENUMBRA": PENUMBRA} | ({"PASSING": 1} if passing else {})
        for defines, runs in (
            (outside, self._drawn[~goods & ~labelled]),
            (outside | {"LABELLED": 1}, self._drawn[~goods & labelled]),
        ):
            if len(runs):
                self._use_surface(defines, shared).use(
                    projection,
                    room=np.append(self._size_m, 0.0),
                    light_tint=self._lighting.tint,
                    bounce_tint=self._lighting.bounce_tint,
                    day_tint=self._day_tint,
                )
                self._draw_runs(runs)

    def _use_surface(self, defines: Mapping[str, float], shared: Mapping[str, Any]) -> Program:
        program = self._programs.get("surface.vert", "gbuffer.frag", MOVING=1, **RELIEF, **defines)
        program.use(shared)
        return program

    def _draw_runs(self, runs: np.ndarray) -> None:
        for first, count in join_runs(self._runs.first[runs], self._runs.count[runs]):
            targets.draw_faces(first, count)

    def light_goods(
        self,
        cache: CameraCache,
        buffers: PictureBuffers,
        light: Illumination,
        materials: np.ndarray,
        passing: dict[str, np.ndarray],
    ) -> None:
        """Light the goods and doors of the last view, which are drawn; see synth/render/goods_light.py."""
        goods = self._drawn[self._goods[self._drawn]]
        clip, size = cache.projection.clip_from_world, buffers.sample_size
        parts = [grow_part(frame_box(box_m, clip, size)[0], 1, size) for box_m in self._runs.box_m[goods]]
        parts = unite_parts([part for part in parts if part[2]])
        if parts:
            self._goods_light.draw(parts, cache, buffers, self.shadow, light, materials, passing)

    def _draw_silhouettes(self, cache: CameraCache, buffers: PictureBuffers) -> None:
        """Count for each instance the label samples it covers when alone.

        Its triangles raise the stencil to a mark that is higher than any before, so that each sample passes
        once, however many triangles lie over it.
        """
        program = self._programs.get("position.vert", "nothing.frag")
        program.use(clip_from_world=cache.projection.clip_from_world)
        buffers.bind_silhouettes()
        missing = len(self._in_view) - len(self._queries)
        if missing > 0:
            self._queries.extend(int(name) for name in np.atleast_1d(GL.glGenQueries(missing)))
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_STENCIL_TEST)
        GL.glStencilOp(GL.GL_KEEP, GL.GL_REPLACE, GL.GL_REPLACE)
        for query, run in zip(self._queries, self._in_view, strict=False):
            GL.glStencilFunc(GL.GL_GREATER, buffers.next_mark(), 0xFF)
            GL.glBeginQuery(GL.GL_SAMPLES_PASSED, query)
            targets.draw_faces(int(self._runs.first[run]), int(self._runs.count[run]))
            GL.glEndQuery(GL.GL_SAMPLES_PASSED)
        GL.glDisable(GL.GL_STENCIL_TEST)

    def read_silhouettes(self) -> dict[int, int]:
        """Return instance_id -> pixels it would cover alone, for every instance of the frame."""
        sizes = dict.fromkeys((int(name) for name in self._runs.instance_id), 0)
        for query, run in zip(self._queries, self._in_view, strict=False):
            count = GL.glGetQueryObjectuiv(query, GL.GL_QUERY_RESULT)
            sizes[int(self._runs.instance_id[run])] = int(count)
        return sizes

    def delete(self) -> None:
        """Give the buffers back."""
        self._geometry.delete()
        self.shadow.delete()
        if self._queries:
            GL.glDeleteQueries(len(self._queries), self._queries)
        self._scene = None
