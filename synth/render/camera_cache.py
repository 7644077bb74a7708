"""What one fixed camera sees of what stands still, kept: the G-buffer and the light on it.

In: what stands still, and the light as synth/render/static_light.py has it. Out: textures that every frame of
this camera starts from, and `resolve`, which joins them with what moves into packed words. Where goods are
taken or come to rest, that part of the picture is drawn and lit anew.

Light is linear in the lamps' powers: the picture at full light is made once, what one lamp adds to it when
that lamp first fails or flickers, and any other state is the first less parts of the second.
"""

from collections.abc import Sequence

import numpy as np
from OpenGL import GL

from scenes.world import Camera, Store
from synth.render import targets
from synth.render.buffers import PictureBuffers
from synth.render.culling import Part, compute_in_view, frame_box, grow_part, unite_parts
from synth.render.glass import Glass, GlassLayer
from synth.render.light import MATERIALS, TONE, Lighting
from synth.render.moving_shadow import PENUMBRA, MovingShadow
from synth.render.programs import Programs
from synth.render.projection import make_projection
from synth.render.standing import Resting, Standing
from synth.render.static_light import GAP_M, StaticLight

# Brighter than this is white; a window of samples that is half lamp then still looks half covered.
BRIGHTEST = 3.0
# How far gather_light.frag and filter_light.frag look around, in pixels.
GATHERED_PX = 2
FILTERED_PX = 2


class CameraCache:
    """The static picture of one camera.

    Attributes:
        projection: See synth/render/projection.py.
        depth: Depth texture of the static world, at all samples.
        normal_depth: Texture of its normals and of metres along the axis, at all samples.
    """

    def __init__(self, camera: Camera, samples: int, programs: Programs) -> None:
        self.projection = make_projection(camera, samples)
        self.picture_size = (camera.width_px, camera.height_px)
        self.size = (samples * camera.width_px, samples * camera.height_px)
        self._programs = programs
        self._samples = samples
        make = targets.make_texture
        self._surface = [make(*self.size, form) for form in (GL.GL_RGBA8, GL.GL_RGBA32F, GL.GL_RG32I)]
        self.normal_depth = self._surface[1]
        self.depth = make(*self.size, GL.GL_DEPTH_COMPONENT24)
        self._surface_framebuffer = targets.make_framebuffer(self._surface, self.depth)
        # Direct light and gloss, bounced light, clusters of directions; direct light and gloss as it now is.
        self._full = [make(*self.picture_size, GL.GL_RGBA16F) for _ in range(4)]
        self._full_framebuffer = targets.make_framebuffer(self._full)
        self._now = make(*self.picture_size, GL.GL_RGBA16F)
        self._now_framebuffer = targets.make_framebuffer([self._now])
        self._lamps: dict[int, int] = {}
        self._power: bytes | None = None
        self._resting: dict[tuple[int, bytes], np.ndarray] | None = None
        self._unlit: list[Part] = []
        self._glass: GlassLayer | None = None
        self._bounce_level = 1.0

    def follow(self, standing: Standing, resting: Resting) -> None:
        """Draw the static G-buffer where what stands still is no longer what it was.

        A part that is drawn anew is as if all were: what is shown depends on what stands still now alone.
        """
        now = dict(zip(resting.pose, resting.box_m, strict=True))
        if self._resting is None:
            drawn = lit = [(0, 0, *self.picture_size)]
        else:
            drawn, lit = self._find_parts([
                box for one, other in ((self._resting, now), (now, self._resting))
                for pose, box in one.items() if pose not in other
            ])  # fmt: skip
        self._resting = now
        if not drawn:
            return
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._surface_framebuffer)
        for x, y, width, height in unite_parts(drawn):
            n = self._samples
            standing.draw(self.projection, (n * x, n * y, n * width, n * height), resting)
        self._unlit = unite_parts([*self._unlit, *lit])
        if self._glass is not None:
            self._glass.state = None

    def _find_parts(self, boxes_m: Sequence[np.ndarray]) -> tuple[list[Part], list[Part]]:
        """Return where boxes (2, 3) may show, and where the light may be another with them or without."""
        clip = self.projection.clip_from_world
        drawn, lit = [], []
        for box_m in boxes_m:
            if compute_in_view(box_m[None], clip)[0]:
                part, near_m = frame_box(box_m, clip, self.picture_size)
                drawn.append(grow_part(part, 1, self.picture_size))
                lit.append(grow_part(part, 1 + self._reach_px(near_m), self.picture_size))
        return [part for part in drawn if part[2]], [part for part in lit if part[2]]

    def _reach_px(self, near_m: float) -> int:
        """Return how far around what is so near light may change with it, see near_open.glsl."""
        sample_m = float(np.linalg.norm(self.projection.ray[1])) * max(near_m - GAP_M, 0.1)
        reach = min(GAP_M / sample_m, 0.2 * self.size[0])
        return int(np.ceil(reach / self._samples)) + 1 + GATHERED_PX + FILTERED_PX

    def light(
        self,
        power: np.ndarray,
        store: Store,
        lighting: Lighting,
        static_light: StaticLight,
        buffers: PictureBuffers,
    ) -> None:
        """Light what has been drawn anew, and make the light that of a lamp state, (lamps,) float32."""
        parts, self._unlit = self._unlit, []
        if power.tobytes() == self._power and not parts:
            return
        full = np.ones(len(power), np.float32)
        if parts:
            static_light.update(lighting.illuminate(full))
            materials = lighting.make_materials(store, full)
            full_light = (parts, self._full_framebuffer, materials, lighting, static_light, buffers)
            self._bake(*full_light, static_light.case_defines)
            if static_light.spots is not None:
                self._bake(*full_light, static_light.spots.defines)
            if static_light.daylit is not None:
                static_light.update(static_light.daylit.illumination)
                self._bake(*full_light, {"DAYLIGHT": 1})
        failing = np.flatnonzero(power != 1.0).tolist()
        for lamp in sorted({*failing, *self._lamps}):
            of_lamp = parts
            if lamp not in self._lamps:
                of_lamp = [(0, 0, *self.picture_size)]
                self._lamps[lamp] = targets.make_texture(*self.picture_size, GL.GL_RGBA16F)
            if of_lamp:
                static_light.update(lighting.illuminate((np.arange(len(power)) == lamp).astype(np.float32)))
                framebuffer = targets.make_framebuffer([self._lamps[lamp]])
                materials = lighting.make_lamp_materials(store, lamp)
                self._bake(of_lamp, framebuffer, materials, lighting, static_light, buffers, {})
                GL.glDeleteFramebuffers(1, [framebuffer])
        self._mix(power)
        level = lighting.illuminate(full).level
        self._bounce_level = lighting.illuminate(power).level / level if level > 0 else 1.0
        self._power = power.tobytes()

    def light_glass(
        self,
        power: np.ndarray,
        fog: np.ndarray,
        door_share: np.ndarray,
        glass: Glass,
        lighting: Lighting,
        static_light: StaticLight,
    ) -> None:
        """Make the glass in the picture, which is lit already, that of a lamp state, of fog and of doors."""
        self._glass = self._glass or GlassLayer(*self.picture_size)
        state = (power.tobytes(), fog.tobytes(), door_share.tobytes())
        if state == self._glass.state:
            return
        self._glass.state = state
        light = lighting.illuminate(power)
        static_light.update(light)
        glass.set_state(fog, door_share, self.projection.eye_m)
        targets.bind_textures(self.normal_depth, self._now, self._full[1])
        glass.draw(self._glass, self.projection, self._samples, light, static_light, lighting.tint)

    def _mix(self, power: np.ndarray) -> None:
        """Take from the picture at full light what lamps do not give."""
        width, height = self.picture_size
        GL.glCopyImageSubData(
            self._full[0], GL.GL_TEXTURE_2D, 0, 0, 0, 0,
            self._now, GL.GL_TEXTURE_2D, 0, 0, 0, 0, width, height, 1,
        )  # fmt: skip
        program = self._programs.get("full_screen.vert", "subtract_lamp.frag")
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._now_framebuffer)
        GL.glViewport(0, 0, width, height)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE)
        GL.glBlendEquation(GL.GL_FUNC_REVERSE_SUBTRACT)
        for lamp in np.flatnonzero(power != 1.0).tolist():
            targets.bind_textures(self._lamps[lamp])
            program.use(missing=1.0 - float(power[lamp]))
            program.fill()
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glDisable(GL.GL_BLEND)

    def _bake(
        self,
        parts: Sequence[Part],
        framebuffer: int,
        materials: np.ndarray,
        lighting: Lighting,
        static_light: StaticLight,
        buffers: PictureBuffers,
        source: dict[str, int],
    ) -> None:
        """Compute parts of the picture under the light that `static_light` has been updated to.

        `source` defines what other light there is: CASES beside it; SPOTS or DAYLIGHT in its stead, added
        to what the framebuffer holds.
        """
        added = {"DAYLIGHT": static_light.daylit, "SPOTS": static_light.spots}
        light = next((added[name] for name in added if name in source), None)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        self._find(parts, materials, static_light, buffers, source if light else {})
        program = self._programs.get("full_screen.vert", "gather_light.frag", SAMPLES=self._samples)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.gathered_framebuffer)
        GL.glViewport(0, 0, *self.picture_size)
        targets.bind_textures(self.normal_depth)
        targets.bind_textures(*buffers.found, first=2, target=GL.GL_TEXTURE_2D_ARRAY)
        program.use({"ray[0]": self.projection.ray})
        for part in parts:
            GL.glScissor(*grow_part(part, FILTERED_PX, self.picture_size))
            program.fill()
        defines = {} if "SPOTS" in source else static_light.defines
        program = self._programs.get(
            "full_screen.vert", "filter_light.frag", MATERIALS=MATERIALS, **self._filter, **defines, **source
        )
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
        targets.bind_textures(self.normal_depth, self._surface[2], self._surface[0])
        static_light.bind()
        targets.bind_textures(*buffers.gathered, first=7)
        program.use(
            {"Materials": materials, "bounce_tint": lighting.bounce_tint, "eye_m": self.projection.eye_m}
            | {"rendition[0]": lighting.rendition}
            | {"ray[0]": self.projection.ray}
            | static_light.uniforms(0)
            | static_light.day_uniforms
            | static_light.case_uniforms,
            light_tint=lighting.tint if light is None else light.tint,
            brightest=BRIGHTEST / static_light.exposure,
        )
        if light is not None:
            GL.glEnable(GL.GL_BLEND)
            GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE)
        for part in parts:
            GL.glScissor(*part)
            program.fill()
        GL.glDisable(GL.GL_BLEND)
        GL.glDisable(GL.GL_SCISSOR_TEST)

    def _find(
        self,
        parts: Sequence[Part],
        materials: np.ndarray,
        static_light: StaticLight,
        buffers: PictureBuffers,
        source: dict[str, int],
    ) -> None:
        """Find the light of each set of directions, or that of spots, at its share of the pixels."""
        name, defines = "static_light.frag", static_light.defines | {"GAP_M": GAP_M}
        shared = static_light.day_uniforms
        if "SPOTS" in source and static_light.spots is not None:
            name, defines = "spot_light.frag", {"MATERIALS": MATERIALS}
            shared = static_light.spots.uniforms | {"Materials": materials}
        program = self._programs.get("full_screen.vert", name, SAMPLES=self._samples, **defines, **source)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glViewport(0, 0, *buffers.shade_size)
        targets.bind_textures(*self._surface[1:])
        static_light.bind()
        grown = [grow_part(part, FILTERED_PX + GATHERED_PX, self.picture_size) for part in parts]
        # Rectangles of every second pixel.
        halves = [(x // 2, y // 2, (x + wide + 1) // 2 - x // 2, (y + high + 1) // 2 - y // 2)
                  for x, y, wide, high in grown]  # fmt: skip
        for number, found in enumerate(buffers.found_framebuffers):
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, found)
            program.use(
                static_light.uniforms(number) | shared,
                **{"ray[0]": self.projection.ray},
                eye_m=self.projection.eye_m,
                offset_px=np.array([number % 2, number // 2, static_light.bias_m, 0.0]),
            )
            for half in halves:
                GL.glScissor(*half)
                program.fill()

    @property
    def _filter(self) -> dict[str, int]:
        """Defines that say how samples become a pixel."""
        return {"SAMPLES": self._samples, "REACH": int(self._samples > 1), "TENT": int(self._samples == 2)}

    def resolve(
        self,
        buffers: PictureBuffers,
        shadow: MovingShadow,
        lighting: Lighting,
        exposure: float,
        spans: tuple[np.ndarray, np.ndarray],
        passing: dict[str, np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Join the static picture with what moves and read the packed words back.

        Args:
            buffers: Hold the moving G-buffer.
            shadow: Of what moves.
            lighting: Colours of the light.
            exposure: Factor on all light.
            spans: Rectangles (N, 4) x, y, width, height that together are the picture: those where nothing
                moves, those where something may.
            passing: Uniforms of what passes outside; none for nothing.

        Returns:
            (H, W, 4), (H, W, 4) and (H, W) uint32, see resolve.frag.
        """
        self._shade(buffers, shadow)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.words_framebuffer)
        GL.glViewport(0, 0, *buffers.picture_size)
        targets.bind_textures(*self._surface, self._now, self._full[1], *buffers.surface)
        targets.bind_textures(*buffers.shade, *self._full[2:], first=11)
        also = TONE | shadow.sun_defines | ({"PASSING": 1} if passing else {})
        if self._glass is not None:
            also["GLASS"] = 1
            targets.bind_textures(self._glass.texture, first=15, target=GL.GL_TEXTURE_2D_ARRAY)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        shared = shadow.uniforms | passing
        shared |= {"ray[0]": self.projection.ray, "eye_m": self.projection.eye_m}
        for rectangles, moving in zip(spans, ({}, {"MOVING": 1, "PENUMBRA": PENUMBRA}), strict=True):
            program = self._programs.get("full_screen.vert", "resolve.frag", **self._filter, **moving, **also)
            program.use(shared, light_tint=lighting.tint, bounce_level=self._bounce_level, exposure=exposure)
            for x, y, width, height in rectangles.tolist():
                GL.glScissor(x, y, width, height)
                program.fill()
        GL.glDisable(GL.GL_SCISSOR_TEST)
        return buffers.read_words()

    def _shade(self, buffers: PictureBuffers, shadow: MovingShadow) -> None:
        """Compute the shadows that what moves throws on the static picture, at half size."""
        program = self._programs.get(
            "full_screen.vert", "shade.frag", SAMPLES=self._samples, PENUMBRA=PENUMBRA
        )
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.shade_framebuffer)
        GL.glViewport(0, 0, *buffers.shade_size)
        GL.glDisable(GL.GL_DEPTH_TEST)
        targets.bind_textures(self.normal_depth, first=1)
        shadow.bind()
        program.use(shadow.uniforms, **{"ray[0]": self.projection.ray}, eye_m=self.projection.eye_m)
        program.fill()

    def delete(self) -> None:
        """Give the textures back."""
        if self._glass is not None:
            self._glass.delete()
        GL.glDeleteTextures([*self._surface, self.depth, *self._full, self._now, *self._lamps.values()])
        framebuffers = [self._surface_framebuffer, self._full_framebuffer, self._now_framebuffer]
        GL.glDeleteFramebuffers(len(framebuffers), framebuffers)
