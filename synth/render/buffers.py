"""The buffers that every view of one size shares: the G-buffer of what moves, silhouettes, packed words."""

import numpy as np
from OpenGL import GL

from synth.render import targets
from synth.render.light import SETS

STENCIL_LAST = 254
_STENCIL_NEVER = 255


class PictureBuffers:
    """Buffers for pictures of one size.

    Attributes:
        picture_size: (W, H) pixels.
        sample_size: (n W, n H) samples.
        surface: Textures albedo and class, normal and depth, instance and material, motion, radiance.
        depth: Depth texture under them.
        shade: Textures of the shadows of what moves on the static world, every second pixel (`shade_size`).
        found: Texture arrays of the light that each set of directions found, every second pixel.
        gathered: Textures of the light that they found together.
    """

    def __init__(self, width_px: int, height_px: int, samples: int) -> None:
        self.picture_size = (width_px, height_px)
        self.sample_size = (samples * width_px, samples * height_px)
        forms = (GL.GL_RGBA8, GL.GL_RGBA32F, GL.GL_RG32I, GL.GL_RG32F, GL.GL_RGBA16F)
        self.surface = [targets.make_texture(*self.sample_size, form) for form in forms]
        self.depth = targets.make_texture(*self.sample_size, GL.GL_DEPTH_COMPONENT24)
        self.surface_framebuffer = targets.make_framebuffer(self.surface, self.depth)
        self.radiance_framebuffer = targets.make_framebuffer(self.surface[4:])
        self._words = [
            targets.make_texture(*self.picture_size, form)
            for form in (GL.GL_RGBA32UI, GL.GL_RGBA32UI, GL.GL_R32UI)
        ]
        self.words_framebuffer = targets.make_framebuffer(self._words)
        self.shade_size = ((width_px + 1) // 2, (height_px + 1) // 2)
        self.shade = [targets.make_texture(*self.shade_size, form) for form in (GL.GL_RGBA8, GL.GL_RGBA16F)]
        self.shade_framebuffer = targets.make_framebuffer(self.shade)
        found = (self.shade_size[0], self.shade_size[1], SETS, GL.GL_RGBA16F)
        self.found = [targets.make_layers(*found) for _ in range(2)]
        self.gathered = [targets.make_texture(*self.picture_size, GL.GL_RGBA16F) for _ in range(2)]
        self.gathered_framebuffer = targets.make_framebuffer(self.gathered)
        self.found_framebuffers = [targets.make_layer_framebuffer(self.found, k) for k in range(SETS)]
        # Stencil 0 where labels are sampled, "never" elsewhere: a silhouette counts label samples only.
        self._pattern = np.full(self.sample_size[::-1], _STENCIL_NEVER, np.uint32)
        self._pattern[samples // 2 :: samples, samples // 2 :: samples] = 0
        self._stencil = targets.make_texture(*self.sample_size, GL.GL_DEPTH24_STENCIL8, self._pattern)
        self._stencil_framebuffer = targets.make_framebuffer([], self._stencil, stencil=True)
        self._stencil_mark = 0

    def count_silhouettes_in(self, mask: np.ndarray) -> None:
        """Let silhouettes count the label samples of some pixels only: (H, W) bool."""
        samples = self.sample_size[0] // self.picture_size[0]
        middle = slice(samples // 2, None, samples)
        self._pattern[middle, middle] = np.where(mask, 0, _STENCIL_NEVER)
        self._stencil_mark = STENCIL_LAST  # the pattern goes up with the next mark

    def bind_silhouettes(self) -> None:
        """Make the silhouettes' framebuffer current."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._stencil_framebuffer)

    def next_mark(self) -> int:
        """Return a stencil value that no earlier silhouette has left behind."""
        if self._stencil_mark == STENCIL_LAST:
            width, height = self.sample_size
            GL.glBindTexture(GL.GL_TEXTURE_2D, self._stencil)
            GL.glTexSubImage2D(
                GL.GL_TEXTURE_2D,
                0,
                0,
                0,
                width,
                height,
                GL.GL_DEPTH_STENCIL,
                GL.GL_UNSIGNED_INT_24_8,
                self._pattern,
            )
            self._stencil_mark = 0
        self._stencil_mark += 1
        return self._stencil_mark

    def read_words(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read the packed words of the last view.

        Returns:
            (H, W, 4), (H, W, 4) and (H, W) uint32.
        """
        width, height = self.picture_size
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.words_framebuffer)
        read = []
        for number, (form, shape) in enumerate(
            (
                (GL.GL_RGBA_INTEGER, (height, width, 4)),
                (GL.GL_RGBA_INTEGER, (height, width, 4)),
                (GL.GL_RED_INTEGER, (height, width)),
            )
        ):
            GL.glReadBuffer(GL.GL_COLOR_ATTACHMENT0 + number)
            words = np.empty(shape, np.uint32)
            GL.glReadPixels(0, 0, width, height, form, GL.GL_UNSIGNED_INT, words)
            read.append(words)
        return read[0], read[1], read[2]

    def delete(self) -> None:
        """Give the textures back."""
        GL.glDeleteTextures([*self.surface, self.depth, *self._words, *self.shade, self._stencil])
        GL.glDeleteTextures([*self.found, *self.gathered])
        framebuffers = [
            self.surface_framebuffer,
            self.radiance_framebuffer,
            self.words_framebuffer,
            self.shade_framebuffer,
            self.gathered_framebuffer,
            self._stencil_framebuffer,
            *self.found_framebuffers,
        ]
        GL.glDeleteFramebuffers(len(framebuffers), framebuffers)
