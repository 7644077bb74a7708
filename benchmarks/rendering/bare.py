"""Bare moderngl doing the same passes with the same shaders: what this driver gives without our wrapping.

Static textures (G-buffer, light, light volume) are copied once from a `Renderer`. What moderngl lacks (array
layers as targets, stencil test, copies of depth) is called through PyOpenGL; numpy packs vertices and views
as the renderer does.
"""

from collections.abc import Iterator
from typing import Any

import moderngl
import numpy as np
from OpenGL import GL

from rendering.scene import make_frames, make_store
from synth.render import Renderer
from synth.render.buffers import STENCIL_LAST
from synth.render.culling import compute_in_view, compute_spans
from synth.render.geometry import compute_runs, pack_vertices
from synth.render.light import CLUSTERS, MATERIALS, TONE
from synth.render.moving import CONTACT_M
from synth.render.moving_shadow import COVER_SIZE, PENUMBRA
from synth.render.programs import SHADER_FOLDER, load_source
from synth.render.readback import unpack_view
from synth.render.static_light import make_clip

OUTPUTS = "as synth.render"
_DEFINES = {"MATERIALS": MATERIALS, "PENUMBRA": PENUMBRA}


def read_texture(texture: int, form: int, kind: int, dtype: type, parts: int) -> np.ndarray:
    """Copy level 0 of a 2D texture."""
    GL.glBindTexture(GL.GL_TEXTURE_2D, texture)
    width = GL.glGetTexLevelParameteriv(GL.GL_TEXTURE_2D, 0, GL.GL_TEXTURE_WIDTH)
    height = GL.glGetTexLevelParameteriv(GL.GL_TEXTURE_2D, 0, GL.GL_TEXTURE_HEIGHT)
    data = np.empty((height, width, parts), dtype)
    GL.glGetTexImage(GL.GL_TEXTURE_2D, 0, form, kind, data)
    return data


def read_static(renderer: Renderer) -> dict[str, Any]:
    """Copy the static textures of every camera, and the light volume."""
    cameras = []
    for cache in renderer._caches.values():
        albedo, normal, tag = cache._surface
        cameras.append(
            [
                read_texture(albedo, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, np.uint8, 4),
                read_texture(normal, GL.GL_RGBA, GL.GL_FLOAT, np.float32, 4),
                read_texture(tag, GL.GL_RG_INTEGER, GL.GL_INT, np.int32, 2),
                *(
                    read_texture(light, GL.GL_RGBA, GL.GL_FLOAT, np.float32, 4).astype(np.float16)
                    for light in (cache._now, *cache._full[1:])
                ),
                read_texture(cache.depth, GL.GL_DEPTH_COMPONENT, GL.GL_FLOAT, np.float32, 1),
            ]
        )
    volumes = []
    probes = renderer._static_light._probes
    for volume in renderer._static_light.volume:
        data = np.empty((*probes[::-1], 4), np.float32)
        GL.glBindTexture(GL.GL_TEXTURE_3D, volume)
        GL.glGetTexImage(GL.GL_TEXTURE_3D, 0, GL.GL_RGBA, GL.GL_FLOAT, data)
        volumes.append(data.astype(np.float16))
    return {"cameras": cameras, "volumes": volumes, "probes": tuple(int(n) for n in probes)}


class Bare:
    """The passes of a view, in moderngl."""

    def __init__(self, width_px: int, height_px: int) -> None:
        self.store = make_store(width_px, height_px)
        self.size = (width_px, height_px)
        renderer = Renderer(self.store, dynamic_items=(), supersampling=1)
        scene = next(make_frames(self.store))
        for camera in range(len(self.store.cameras)):
            renderer.render(scene, camera)
        static = read_static(renderer)
        # Kept for what is plain arithmetic: projections, thinned faces, uniforms.
        self.shadow = renderer._moving.shadow
        self.views = [cache.projection for cache in renderer._caches.values()]
        self.materials, self.lighting = renderer._materials, renderer._lighting
        self.ctx = moderngl.create_context(standalone=True, backend="egl", require=430)
        GL.glFrontFace(GL.GL_CW)
        self._make_targets(static)
        self._make_programs()

    def _make_targets(self, static: dict[str, Any]) -> None:
        ctx, size = self.ctx, self.size
        kinds = [(4, "f1"), (4, "f4"), (2, "i4"), *[(4, "f2")] * 4]
        self.static = [
            [
                ctx.texture(size, parts, data, dtype=dtype)
                for (parts, dtype), data in zip(kinds, camera[:-1], strict=True)
            ]
            for camera in static["cameras"]
        ]
        self.static_depth = [self._depth(camera[-1]) for camera in static["cameras"]]
        self.volume = [ctx.texture3d(static["probes"], 4, data, dtype="f2") for data in static["volumes"]]
        kinds = [(4, "f1"), (4, "f4"), (2, "i4"), (2, "f4"), (4, "f2")]
        self.surface = [ctx.texture(size, parts, dtype=dtype) for parts, dtype in kinds]
        self.depth = self._depth(None)
        self.surface_target = ctx.framebuffer(self.surface, self.depth)
        self.words = [ctx.texture(size, parts, dtype="u4") for parts in (4, 4, 1)]
        self.words_target = ctx.framebuffer(self.words)
        half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
        self.shade = [ctx.texture(half, 4, dtype=dtype) for dtype in ("f1", "f2")]
        self.shade_target = ctx.framebuffer(self.shade)
        for texture in [*self.surface, *self.shade, *(t for camera in self.static for t in camera)]:
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self.cover = ctx.texture_array((COVER_SIZE, COVER_SIZE, CLUSTERS + 1), 2, dtype="f2")
        self.cover.build_mipmaps()
        self.cover.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        self.cover_depth = ctx.depth_texture((COVER_SIZE, COVER_SIZE))
        self.cover_target = GL.glGenFramebuffers(1)
        self.labels = ctx.texture_array((256, 256, 8), 3, np.ascontiguousarray(self.store.textures.pixels))
        self.stencil_target, self.stencil = GL.glGenFramebuffers(1), GL.glGenTextures(1)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.stencil)
        self._reset_stencil()
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.stencil_target)
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_DEPTH_STENCIL_ATTACHMENT, GL.GL_TEXTURE_2D, self.stencil, 0
        )
        GL.glDrawBuffer(GL.GL_NONE)
        self.stencil_framebuffer = self._wrap(self.stencil_target, self.size)
        self.cover_framebuffer: moderngl.Framebuffer | None = None
        self.mark = 0

    def _wrap(self, target: int, size: tuple[int, int]) -> moderngl.Framebuffer:
        """Wrap a framebuffer made by hand; moderngl's look at its attachments leaves an error behind."""
        framebuffer = self.ctx.detect_framebuffer(target)
        GL.glGetError()
        framebuffer.viewport = (0, 0, *size)
        return framebuffer

    def _reset_stencil(self) -> None:
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.stencil)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_DEPTH24_STENCIL8, *self.size, 0,
            GL.GL_DEPTH_STENCIL, GL.GL_UNSIGNED_INT_24_8, np.zeros(self.size[::-1], np.uint32),
        )  # fmt: skip

    def _depth(self, data: np.ndarray | None) -> moderngl.Texture:
        texture = self.ctx.depth_texture(self.size, data)
        texture.compare_func = ""
        return texture

    def _program(self, vertex: str, fragment: str, **defines: float) -> moderngl.Program:
        return self.ctx.program(
            load_source(SHADER_FOLDER / vertex, defines), load_source(SHADER_FOLDER / fragment, defines)
        )

    def _make_programs(self) -> None:
        samples = {"SAMPLES": 1, "REACH": 0, "TENT": 0} | TONE
        self.cover_program = self._program("cover.vert", "cover.frag")
        self.surface_program = self._program("surface.vert", "gbuffer.frag", MOVING=1, **_DEFINES)
        self.position_program = self._program("position.vert", "nothing.frag")
        self.shade_program = self._program("full_screen.vert", "shade.frag", SAMPLES=1, PENUMBRA=PENUMBRA)
        moving = {"MOVING": 1, "PENUMBRA": PENUMBRA}
        self.resolve_programs = [
            self._program("full_screen.vert", "resolve.frag", **samples, **more) for more in ({}, moving)
        ]
        self.shade_fill = self.ctx.vertex_array(self.shade_program, [])
        self.resolve_fills = [self.ctx.vertex_array(program, []) for program in self.resolve_programs]
        mesh = next(make_frames(self.store)).mesh
        vertices, faces = len(mesh.position_m), len(mesh.faces)
        self.vertices = self.ctx.buffer(reserve=vertices * 48, dynamic=True)
        self.previous = self.ctx.buffer(reserve=vertices * 12, dynamic=True)
        self.faces = self.ctx.buffer(reserve=faces * 12, dynamic=True)
        self.thin_faces = self.ctx.buffer(reserve=faces * 12, dynamic=True)
        record = (self.vertices, "3f 3f 2f 4f1 3i", "position_m", "normal", "uv", "color_class", "tag")
        only_position = (self.vertices, "3f 36x", "position_m")
        moved = (self.previous, "3f", "previous_m")
        self.surface_array = self.ctx.vertex_array(
            self.surface_program, [_used(self.surface_program, record), moved], self.faces
        )
        self.position_array = self.ctx.vertex_array(self.position_program, [only_position], self.faces)
        self.cover_array = self.ctx.vertex_array(self.cover_program, [only_position], self.thin_faces)
        self.queries = [self.ctx.query(samples=True) for _ in range(64)]

    def load(self, scene: Any) -> None:
        """Upload a frame and draw its cover maps."""
        self.scene, self.runs = scene, compute_runs(scene.mesh)
        thin = self.shadow.thin(scene.mesh, self.runs, np.arange(len(self.runs.first)))
        self.vertices.write(pack_vertices(scene.mesh))
        self.previous.write(np.ascontiguousarray(scene.previous_position_m))
        self.faces.write(np.ascontiguousarray(scene.mesh.faces))
        self.thin_faces.write(thin)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.cover_target)
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, GL.GL_TEXTURE_2D, self.cover_depth.glo, 0
        )
        self._enable(moderngl.DEPTH_TEST)
        for layer, projection in enumerate(self.shadow._projection):
            GL.glFramebufferTextureLayer(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, self.cover.glo, 0, layer)
            if self.cover_framebuffer is None:
                self.cover_framebuffer = self._wrap(self.cover_target, (COVER_SIZE, COVER_SIZE))
            self.cover_framebuffer.use()
            self.cover_framebuffer.clear()
            _set(
                self.cover_program,
                clip_from_world=make_clip(projection),
                depth_from_world=self.shadow._depth_from_world[layer],
                from_below=float(layer == CLUSTERS),
            )
            self.cover_array.render(vertices=3 * len(thin))
        self.cover.build_mipmaps()

    def _enable(self, flags: int) -> None:
        self.ctx.enable_only(flags)
        self.ctx.front_face = "cw"

    def render(self, camera: int) -> Any:
        """Render one view."""
        view = self.views[camera]
        in_view = np.flatnonzero(compute_in_view(self.runs.box_m, view.clip_from_world))
        away_m = np.linalg.norm(self.runs.box_m[in_view].mean(axis=1) - view.eye_m, axis=1)
        in_view = in_view[np.argsort(away_m, kind="stable")]
        GL.glCopyImageSubData(
            self.static_depth[camera].glo, GL.GL_TEXTURE_2D, 0, 0, 0, 0,
            self.depth.glo, GL.GL_TEXTURE_2D, 0, 0, 0, 0, *self.size, 1,
        )  # fmt: skip
        self.surface_target.use()
        GL.glClearBufferiv(GL.GL_COLOR, 2, np.zeros(4, np.int32))
        GL.glClearBufferfv(GL.GL_COLOR, 4, np.zeros(4, np.float32))
        self.labels.use(0)
        self.volume[0].use(1)
        self.volume[1].use(2)
        self.cover.use(10)
        self._enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        place = {"ray": view.ray, "eye_m": view.eye_m}
        tints = {"light_tint": self.lighting.tint, "bounce_tint": self.lighting.bounce_tint}
        tints["rendition"] = self.lighting.rendition
        shadow = {name.removesuffix("[0]"): value for name, value in self.shadow.uniforms.items()}
        _set(
            self.surface_program, **place, **tints, **shadow, material=self.materials, camera=view.camera,
            clip_from_world=view.clip_from_world, room=np.append(self.store.layout.size_m, 0.0),
        )  # fmt: skip
        for run in in_view:
            self.surface_array.render(
                vertices=3 * int(self.runs.count[run]), first=3 * int(self.runs.first[run])
            )
        self._draw_silhouettes(view, in_view)
        self._enable(moderngl.NOTHING)
        self.shade_target.use()
        self.static[camera][1].use(1)
        _set(self.shade_program, **place, **shadow)
        self.shade_fill.render(moderngl.TRIANGLES, vertices=3)
        self.words_target.use()
        for unit, texture in enumerate([*self.static[camera][:5], *self.surface]):
            texture.use(unit)
        for unit, texture in enumerate([*self.shade, *self.static[camera][5:]]):
            texture.use(11 + unit)
        spans = compute_spans(self.runs.box_m[in_view], view.clip_from_world, self.size, CONTACT_M)
        for program, fill, rectangles in zip(self.resolve_programs, self.resolve_fills, spans, strict=True):
            _set(program, **place, **tints, **shadow, bounce_level=1.0)
            for rectangle in rectangles.tolist():
                self.words_target.scissor = tuple(rectangle)
                fill.render(moderngl.TRIANGLES, vertices=3)
        self.words_target.scissor = None
        words = self._read()
        sizes = dict.fromkeys(self.runs.instance_id.tolist(), 0)
        for query, run in zip(self.queries, in_view, strict=False):
            sizes[int(self.runs.instance_id[run])] = query.samples
        return unpack_view(words, self.store.cameras[camera], self.scene.frame, sizes)

    def _draw_silhouettes(self, view: Any, in_view: np.ndarray) -> None:
        self._enable(moderngl.CULL_FACE)
        self.stencil_framebuffer.use()
        _set(self.position_program, clip_from_world=view.clip_from_world)
        GL.glEnable(GL.GL_STENCIL_TEST)
        GL.glStencilOp(GL.GL_KEEP, GL.GL_REPLACE, GL.GL_REPLACE)
        for query, run in zip(self.queries, in_view, strict=False):
            if self.mark == STENCIL_LAST:
                self._reset_stencil()
                self.mark = 0
            self.mark += 1
            GL.glStencilFunc(GL.GL_GREATER, self.mark, 0xFF)
            with query:
                self.position_array.render(
                    vertices=3 * int(self.runs.count[run]), first=3 * int(self.runs.first[run])
                )
        GL.glDisable(GL.GL_STENCIL_TEST)

    def _read(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        width, height = self.size
        shapes = ((height, width, 4), (height, width, 4), (height, width))
        words = tuple(np.empty(shape, np.uint32) for shape in shapes)
        for number, array in enumerate(words):
            parts = 1 if array.ndim == 2 else 4
            self.words_target.read_into(array, components=parts, attachment=number, dtype="u4")
        return words  # type: ignore[return-value]


def _used(program: moderngl.Program, record: tuple) -> tuple:
    """Return a buffer's layout with the attributes that the program does not have skipped over."""
    buffer, layout, *names = record
    sizes = {"3f": 12, "2f": 8, "4f1": 4, "3i": 12}
    parts = [
        part if name in program else f"{sizes[part]}x"
        for part, name in zip(layout.split(), names, strict=True)
    ]
    return (buffer, " ".join(parts), *(name for name in names if name in program))


def _set(program: moderngl.Program, **uniforms: Any) -> None:
    """Set those of the uniforms that the program has."""
    for name, value in uniforms.items():
        if name in program:
            array = np.asarray(value, np.float32)
            flat = (array.T if name == "clip_from_world" else array).ravel()
            used = program[name].array_length * program[name].dimension  # trailing elements may be unused
            program[name].write(np.ascontiguousarray(flat[:used]))


def rounds(width_px: int, height_px: int) -> Iterator[int]:
    """Render a frame of every camera a step; yield the views made."""
    bare = Bare(width_px, height_px)
    for scene in make_frames(bare.store):
        bare.load(scene)
        for camera in range(len(bare.views)):
            bare.render(camera)
        yield len(bare.views)
