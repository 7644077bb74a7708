"""Light on goods and doors that move: found for each sample, as that on what stands.

In: the moving G-buffer of one camera and where in it such things may show. Out: their radiance in it. Little
of a picture is goods in hands, so that this costs little; people are lit from the light volume.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from OpenGL import GL

from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON
from synth.render import targets
from synth.render.buffers import PictureBuffers
from synth.render.camera_cache import CameraCache
from synth.render.culling import Part
from synth.render.light import MATERIALS, Illumination, Lighting
from synth.render.moving_shadow import PENUMBRA, MovingShadow
from synth.render.programs import Programs
from synth.render.static_light import GAP_M, StaticLight

PEOPLE = {"PEOPLE_FIRST": INSTANCE_PERSON, "PEOPLE_END": INSTANCE_ITEM}  # with what they wear, carry and push

LIT_BY = (1, 3)  # of the four sets of directions: these two together find what all four do, within 3 %


def find_goods(instance_id: np.ndarray) -> np.ndarray:
    """Return which instances (...,) are goods and doors, a bool each: they rest at times."""
    return (instance_id < PEOPLE["PEOPLE_FIRST"]) | (instance_id >= PEOPLE["PEOPLE_END"])


class GoodsLight:
    """The light of lamps, spots and day on the goods and doors that move in one store."""

    def __init__(self, programs: Programs, lighting: Lighting, static_light: StaticLight) -> None:
        self._programs = programs
        self._lighting = lighting
        self._static_light = static_light

    def draw(
        self,
        parts: Sequence[Part],
        cache: CameraCache,
        buffers: PictureBuffers,
        shadow: MovingShadow,
        light: Illumination,
        materials: np.ndarray,
        passing: dict[str, Any],
    ) -> None:
        """Add the light to the moving G-buffer.

        Args:
            parts: Rectangles of samples that together hold all goods and doors of it; no two overlap.
            cache: Of the camera, drawn.
            buffers: Hold the moving G-buffer.
            shadow: Of what moves.
            light: Of the lamps at their power.
            materials: At this power, see `Lighting.make_materials`.
            passing: Uniforms of what passes outside; none for nothing.
        """
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffers.radiance_framebuffer)
        GL.glViewport(0, 0, *buffers.sample_size)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE)
        targets.bind_textures(cache.normal_depth, buffers.surface[1], buffers.surface[2], buffers.surface[0])
        shadow.bind()
        samples = buffers.sample_size[0] // buffers.picture_size[0]
        shared = {"ray[0]": cache.projection.ray, "eye_m": cache.projection.eye_m, "Materials": materials}
        shared |= {"rendition[0]": self._lighting.rendition, "gloss_tint": self._lighting.tint}
        for illumination, defines, uniforms in self._list_sources(light, shadow, passing):
            self._static_light.update(illumination)
            self._static_light.bind()
            program = self._programs.get(
                "full_screen.vert",
                "goods_light.frag",
                MATERIALS=MATERIALS,
                SAMPLES=samples,
                PENUMBRA=PENUMBRA,
                **PEOPLE,
                **defines,
            )
            program.use(shared | shadow.uniforms | uniforms, bias_m=self._static_light.bias_m)
            sets = LIT_BY[:1] if "SPOTS" in defines else LIT_BY  # spots are no directions
            for number in sets:
                look = self._static_light.uniforms(number) | {"set": float(number)}
                program.use(look, weight=1.0 / len(sets))
                for part in parts:
                    GL.glScissor(*part)
                    program.fill()
        GL.glDisable(GL.GL_BLEND)
        GL.glDisable(GL.GL_SCISSOR_TEST)

    def _list_sources(
        self, light: Illumination, shadow: MovingShadow, passing: dict[str, Any]
    ) -> list[tuple[Illumination, dict[str, Any], dict[str, Any]]]:
        """Return what gives light: what the room gives off by it, defines and uniforms of the shader."""
        static_light, lighting = self._static_light, self._lighting
        directions = static_light.defines | {"GAP_M": GAP_M}
        tints = {"light_tint": lighting.tint, "bounce_tint": lighting.bounce_tint}
        sources = [(light, directions | static_light.case_defines, tints | static_light.case_uniforms)]
        if static_light.spots is not None:
            spots = static_light.spots
            sources.append((light, spots.defines, spots.uniforms | {"light_tint": spots.tint}))
        if static_light.daylit is not None:
            day = {"DAYLIGHT": 1} | shadow.sun_defines | ({"PASSING": 1} if passing else {})
            uniforms = static_light.day_uniforms | passing | {"light_tint": static_light.daylit.tint}
            sources.append((static_light.daylit.illumination, directions | day, uniforms))
        return sources
