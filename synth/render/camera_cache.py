"""What one fixed camera sees of the static world, kept: the G-buffer and the light on it.

In: the static mesh, and the light as synth/render/static_light.py has it. Out: textures that every frame of
this camera starts from, and `resolve`, which joins them with what moves into packed words.

Light is linear in the lamps' powers: the picture at full light is made once, what one lamp adds to it when
that lamp first fails or flickers, and any other state is the first less parts of the second.
"""

import numpy as np
from OpenGL import GL

from scenes.light.street import GROUND, HIGH_M, STREET_M, WIDE_M
from scenes.world import CLASS_ID, Camera, Store
from synth.render import targets
from synth.render.buffers import PictureBuffers
from synth.render.glass import Glass, GlassLayer
from synth.render.light import TONE, Lighting
from synth.render.moving_shadow import PENUMBRA, MovingShadow
from synth.render.programs import Programs
from synth.render.projection import make_projection
from synth.render.relief import VARIANTS
from synth.render.static_light import StaticLight

MATERIALS = 256
RELIEF = {"MATERIALS": MATERIALS, "VARIANTS": VARIANTS}
# Shadow rays start this far from a surface, at least; and half a texel of the depth maps.
BIAS_M = 0.008
# Brighter than this is white; a window of samples that is half lamp then still looks half covered.
BRIGHTEST = 3.0
# Fixtures, floor, walls and ceiling wear.
WORN = {"WORN": 1, "WORN_FIRST": CLASS_ID["fixture"], "WORN_LAST": CLASS_ID["ceiling"]}
# What a window shows lies so far away, see gbuffer.frag.
OUTSIDE = {"STREET": 1, "STREET_M": STREET_M, "HIGH_M": HIGH_M, "WIDE_M": WIDE_M, "GROUND": GROUND}


class CameraCache:
    """The static picture of one camera.

    Attributes:
        projection: See synth/render/projection.py.
        depth: Depth texture of the static world, at all samples.
    """

    def __init__(self, camera: Camera, samples: int, programs: Programs) -> None:
        self.projection = make_projection(camera, samples)
        self.picture_size = (camera.width_px, camera.height_px)
        self.size = (samples * camera.width_px, samples * camera.height_px)
        self._programs = programs
        self._samples = samples
        make = targets.make_texture
        self._surface = [make(*self.size, form) for form in (GL.GL_RGBA8, GL.GL_RGBA32F, GL.GL_RG32I)]
        self.depth = make(*self.size, GL.GL_DEPTH_COMPONENT24)
        self._surface_framebuffer = targets.make_framebuffer(self._surface, self.depth)
        # Direct light and gloss, bounced light, clusters of directions; direct light and gloss as it now is.
        self._full = [make(*self.picture_size, GL.GL_RGBA16F) for _ in range(4)]
        self._full_framebuffer = targets.make_framebuffer(self._full)
        self._now = make(*self.picture_size, GL.GL_RGBA16F)
        self._now_framebuffer = targets.make_framebuffer([self._now])
        self._lamps: dict[int, int] = {}
        self._power: bytes | None = None
        self._glass: GlassLayer | None = None
        self._bounce_level = 1.0

    def draw_static(
        self,
        geometry: targets.Geometry,
        faces: int,
        labels: int,
        relief: int,
        materials: np.ndarray,
        *,
        wear_layer: int,
        street_layer: int,
    ) -> None:
        """Draw the static G-buffer.

        Args:
            geometry: Vertices and indices.
            faces: How many to draw.
            labels: The store's texture array.
            relief: See synth/render/relief.py.
            materials: See `Lighting.make_materials`.
            wear_layer: Its layer of what use has left, -1 for nothing.
            street_layer: Its layer of what is outside, -1 for nothing.
        """
        worn = WORN if wear_layer >= 0 else {}
        program = self._programs.get("surface.vert", "gbuffer.frag", LABELLED=1, **RELIEF, **OUTSIDE, **worn)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._surface_framebuffer)
        GL.glViewport(0, 0, *self.size)
        GL.glEnable(GL.GL_DEPTH_TEST)
        targets.clear_surface()
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        targets.bind_textures(labels, target=GL.GL_TEXTURE_2D_ARRAY)
        targets.bind_textures(relief, first=3, target=GL.GL_TEXTURE_2D_ARRAY)
        program.use(
            {"ray[0]": self.projection.ray, "material[0]": materials},
            clip_from_world=self.projection.clip_from_world,
            eye_m=self.projection.eye_m,
            street=float(street_layer),
        )
        if worn:
            program.use(wear_layer=float(wear_layer))
        GL.glBindVertexArray(geometry.array)
        targets.draw_faces(0, faces)

    def light(
        self,
        power: np.ndarray,
        store: Store,
        lighting: Lighting,
        static_light: StaticLight,
        buffers: PictureBuffers,
    ) -> None:
        """Make the light that of a lamp state, (lamps,) float32."""
        if power.tobytes() == self._power:
            return
        full = np.ones(len(power), np.float32)
        if self._power is None:
            static_light.update(lighting.illuminate(full))
            materials = lighting.make_materials(store, full)
            full_light = (self._full_framebuffer, materials, lighting, static_light, buffers)
            self._bake(*full_light, static_light.case_defines)
            if static_light.spots is not None:
                self._bake(*full_light, static_light.spots.defines)
            if static_light.daylit is not None:
                static_light.update(static_light.daylit.illumination)
                self._bake(*full_light, {"DAYLIGHT": 1})
        for lamp in np.flatnonzero(power != 1.0).tolist():
            if lamp not in self._lamps:
                static_light.update(lighting.illuminate((np.arange(len(power)) == lamp).astype(np.float32)))
                self._lamps[lamp] = targets.make_texture(*self.picture_size, GL.GL_RGBA16F)
                framebuffer = targets.make_framebuffer([self._lamps[lamp]])
                materials = lighting.make_lamp_materials(store, lamp)
                self._bake(framebuffer, materials, lighting, static_light, buffers, {})
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
        targets.bind_textures(self._surface[1], self._now, self._full[1])
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
        framebuffer: int,
        materials: np.ndarray,
        lighting: Lighting,
        static_light: StaticLight,
        buffers: PictureBuffers,
        source: dict[str, int],
    ) -> None:
        """Compute the picture under the light that `static_light` has been updated to.

        `source` defines what other light there is: CASES beside it; SPOTS or DAYLIGHT in its stead, added
        to what the framebuffer holds.
        """
        added = {"DAYLIGHT": static_light.daylit, "SPOTS": static_light.spots}
        light = next((added[name] for name in added if name in source), None)
        self._find(materials, static_light, buffers, source if light else {})
        program = self._programs.get("full_screen.vert", "gather_light.frag", SAMPLES=self._samples)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.gathered_framebuffer)
        GL.glViewport(0, 0, *self.picture_size)
        targets.bind_textures(self._surface[1])
        targets.bind_textures(*buffers.found, first=2, target=GL.GL_TEXTURE_2D_ARRAY)
        program.use({"ray[0]": self.projection.ray})
        program.fill()
        defines = {} if "SPOTS" in source else static_light.defines
        program = self._programs.get(
            "full_screen.vert", "filter_light.frag", MATERIALS=MATERIALS, **self._filter, **defines, **source
        )
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
        targets.bind_textures(self._surface[1], self._surface[2], self._surface[0])
        static_light.bind()
        targets.bind_textures(*buffers.gathered, first=7)
        program.use(
            {"material[0]": materials, "bounce_tint": lighting.bounce_tint, "eye_m": self.projection.eye_m}
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
        program.fill()
        GL.glDisable(GL.GL_BLEND)

    def _find(
        self,
        materials: np.ndarray,
        static_light: StaticLight,
        buffers: PictureBuffers,
        source: dict[str, int],
    ) -> None:
        """Find the light of each set of directions, or that of spots, at its share of the pixels."""
        name, defines = "static_light.frag", static_light.defines
        shared = static_light.day_uniforms
        if "SPOTS" in source and static_light.spots is not None:
            name, defines = "spot_light.frag", {"MATERIALS": MATERIALS}
            shared = static_light.spots.uniforms | {"material[0]": materials}
        program = self._programs.get("full_screen.vert", name, SAMPLES=self._samples, **defines, **source)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glViewport(0, 0, *buffers.shade_size)
        targets.bind_textures(*self._surface[1:])
        static_light.bind()
        bias_m = max(BIAS_M, 0.5 * static_light.texel_m)
        for number, found in enumerate(buffers.found_framebuffers):
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, found)
            program.use(
                static_light.uniforms(number) | shared,
                **{"ray[0]": self.projection.ray},
                eye_m=self.projection.eye_m,
                offset_px=np.array([number % 2, number // 2, bias_m, 0.0]),
            )
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
        targets.bind_textures(self._surface[1], first=1)
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
