"""What one fixed camera sees of the static world, kept: the G-buffer and the light on it.

In: the static mesh, and the light as synth/render/static_light.py has it. Out: textures that every frame of
this camera starts from, and `resolve`, which joins them with what moves into packed words.
"""

import numpy as np
from OpenGL import GL

from scenes.world import Camera
from synth.render import targets
from synth.render.buffers import PictureBuffers
from synth.render.light import Lighting
from synth.render.moving_shadow import PENUMBRA, MovingShadow
from synth.render.programs import Programs
from synth.render.projection import make_projection
from synth.render.static_light import StaticLight

MATERIALS = 256


class CameraCache:
    """The static picture of one camera.

    Attributes:
        projection: See synth/render/projection.py.
        depth: Depth texture of the static world, at all samples.
        is_lit: Whether the light fits the current lamp state.
    """

    def __init__(self, camera: Camera, samples: int, programs: Programs) -> None:
        self.projection = make_projection(camera, samples)
        self.size = (samples * camera.width_px, samples * camera.height_px)
        self.is_lit = False
        self._programs = programs
        self._samples = samples
        make = targets.make_texture
        self._surface = [make(*self.size, form) for form in (GL.GL_RGBA8, GL.GL_RGBA32F, GL.GL_RG32I)]
        self._light = [make(*self.size, GL.GL_RGBA16F) for _ in range(2)]
        self.depth = make(*self.size, GL.GL_DEPTH_COMPONENT24)
        self._surface_framebuffer = targets.make_framebuffer(self._surface, self.depth)
        self._light_framebuffer = targets.make_framebuffer(self._light)

    def draw_static(self, geometry: targets.Geometry, faces: int, labels: int) -> None:
        """Draw the static G-buffer."""
        program = self._programs.get("surface.vert", "gbuffer.frag", LABELLED=1)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._surface_framebuffer)
        GL.glViewport(0, 0, *self.size)
        GL.glEnable(GL.GL_DEPTH_TEST)
        targets.clear_surface()
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        targets.bind_textures(labels, target=GL.GL_TEXTURE_2D_ARRAY)
        program.use(clip_from_world=self.projection.clip_from_world)
        GL.glBindVertexArray(geometry.array)
        targets.draw_faces(0, faces)

    def light(self, static_light: StaticLight, materials: np.ndarray) -> None:
        """Compute the light on the static G-buffer."""
        program = self._programs.get(
            "full_screen.vert", "static_light.frag", MATERIALS=MATERIALS, **static_light.defines
        )
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._light_framebuffer)
        GL.glViewport(0, 0, *self.size)
        GL.glDisable(GL.GL_DEPTH_TEST)
        targets.bind_textures(*self._surface[1:])
        static_light.bind()
        program.use(
            static_light.uniforms,
            **{"ray[0]": self.projection.ray, "material[0]": materials},
            eye_m=self.projection.eye_m,
        )
        program.fill()
        self.is_lit = True

    def resolve(
        self, buffers: PictureBuffers, shadow: MovingShadow, lighting: Lighting
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Join the static picture with what moves and read the packed words back.

        Returns:
            (H, W, 4), (H, W, 4) and (H, W) uint32, see resolve.frag.
        """
        self._shade(buffers, shadow)
        tent = int(self._samples == 2)
        program = self._programs.get(
            "full_screen.vert",
            "resolve.frag",
            SAMPLES=self._samples,
            REACH=int(self._samples > 1),
            TENT=tent,
            PENUMBRA=PENUMBRA,
        )
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.words_framebuffer)
        GL.glViewport(0, 0, *buffers.picture_size)
        targets.bind_textures(*self._surface, *self._light, *buffers.surface)
        targets.bind_textures(*buffers.shade, first=11)
        program.use(
            shadow.uniforms,
            **{"ray[0]": self.projection.ray},
            eye_m=self.projection.eye_m,
            light_tint=lighting.tint,
            bounce_tint=lighting.bounce_tint,
        )
        program.fill()
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
        GL.glDeleteTextures([*self._surface, *self._light, self.depth])
        GL.glDeleteFramebuffers(2, [self._surface_framebuffer, self._light_framebuffer])
