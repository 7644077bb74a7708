"""What shaders ask of a driver, at the largest arrays that a shop can have."""

import numpy as np
import pytest
from OpenGL import GL

from scenes.errors import RenderError
from scenes.light.spots import MAX_SPOTS
from synth.render.context import open_context
from synth.render.goods_light import PEOPLE
from synth.render.light import DOWNWARD, MATERIALS, TONE, UPWARD
from synth.render.programs import SHADER_FOLDER, Programs
from synth.render.relief import RELIEF
from synth.render.standing import OUTSIDE, WORN

# What each driver has at least (OpenGL 4.3 core, tables of implementation dependent values).
COMPONENTS, BLOCK_BYTES, BLOCKS, TEXTURES = 1024, 16384, 12, 16
SIZES = {GL.GL_FLOAT: 4, GL.GL_FLOAT_VEC3: 4, GL.GL_FLOAT_VEC4: 4, GL.GL_FLOAT_MAT4: 16}  # drivers may pad
CASES = {"CASES": BLOCK_BYTES // 64}
SPOTS = {"SPOTS": MAX_SPOTS}
DAY = {"DAYLIGHT": 1}
DIRECTIONS = {"DIRECTIONS": UPWARD + DOWNWARD, "CONE": 0.4, "SETS": 4, "GAP_M": 0.12}
FILTER = {"SAMPLES": 2, "REACH": 1, "TENT": 1, "MATERIALS": MATERIALS}
LABELLED = {"LABELLED": 1} | RELIEF
PASSING = {"PENUMBRA": 0.3, "PASSING": 1}
GOODS = FILTER | PEOPLE | {"PENUMBRA": 0.3, "SET": 1}
WORST = [
    ("position.vert", "nothing.frag", {}),
    ("cover.vert", "cover.frag", {}),
    ("surface.vert", "gbuffer.frag", LABELLED | WORN | OUTSIDE),
    ("surface.vert", "gbuffer.frag", LABELLED | PASSING | {"MOVING": 1}),
    ("surface.vert", "glass.frag", {"SAMPLES": 2}),
    ("full_screen.vert", "static_light.frag", DIRECTIONS | DAY | {"SAMPLES": 2}),
    ("full_screen.vert", "gather_light.frag", {"SAMPLES": 2}),
    ("full_screen.vert", "spot_light.frag", FILTER | SPOTS),
    ("full_screen.vert", "filter_light.frag", FILTER | SPOTS),
    ("full_screen.vert", "filter_light.frag", FILTER | DIRECTIONS | CASES),
    ("full_screen.vert", "filter_light.frag", FILTER | DIRECTIONS | DAY),
    ("full_screen.vert", "light_volume.frag", DIRECTIONS | CASES | SPOTS),
    ("full_screen.vert", "light_volume.frag", DIRECTIONS | DAY),
    ("full_screen.vert", "goods_light.frag", GOODS | SPOTS),
    ("full_screen.vert", "goods_light.frag", GOODS | DIRECTIONS | CASES),
    ("full_screen.vert", "goods_light.frag", GOODS | DIRECTIONS | DAY | {"SUN": 1, "PASSING": 1}),
    ("full_screen.vert", "subtract_lamp.frag", {}),
    ("full_screen.vert", "shade.frag", {"SAMPLES": 2, "PENUMBRA": 0.3}),
    ("full_screen.vert", "resolve.frag", FILTER | TONE | PASSING | {"SUN": 1, "GLASS": 1, "MOVING": 1}),
]


@pytest.fixture(scope="module")
def programs():
    open_context()
    return Programs()


def _measure_need(program: int) -> tuple[int, int, list[int]]:
    """Return the components of plain uniforms, how many textures, and the bytes of each block."""
    value, components, textures = np.zeros(1, np.int32), 0, 0
    for index in range(GL.glGetProgramiv(program, GL.GL_ACTIVE_UNIFORMS)):
        _, size, kind = GL.glGetActiveUniform(program, index)
        GL.glGetActiveUniformsiv(program, 1, np.array([index], np.uint32), GL.GL_UNIFORM_BLOCK_INDEX, value)
        components += int(size) * SIZES.get(kind, 0) * int(value[0] == -1)
        textures += kind not in SIZES
    blocks = []
    for index in range(GL.glGetProgramiv(program, GL.GL_ACTIVE_UNIFORM_BLOCKS)):
        GL.glGetActiveUniformBlockiv(program, index, GL.GL_UNIFORM_BLOCK_DATA_SIZE, value)
        blocks.append(int(value[0]))
    return components, textures, blocks


def test_no_shader_asks_for_more_than_each_driver_has(programs):
    """Vertex and fragment shader together ask for no more uniforms and textures than each may."""
    assert {fragment for _, fragment, _ in WORST} == {path.name for path in SHADER_FOLDER.glob("*.frag")}
    largest = 0
    for vertex, fragment, defines in WORST:
        components, textures, blocks = _measure_need(programs.get(vertex, fragment, **defines)._program_id)
        assert components <= COMPONENTS, f"{fragment} {defines}: {components} components"
        assert textures <= TEXTURES, f"{fragment} {defines}: {textures} textures"
        assert len(blocks) <= BLOCKS
        assert max(blocks, default=0) <= BLOCK_BYTES, f"{fragment} {defines}: blocks of {blocks} bytes"
        largest = max(largest, *blocks, 0)
    assert largest == BLOCK_BYTES  # the cases'


def test_a_block_of_another_size_is_refused(programs):
    program = programs.get("full_screen.vert", "filter_light.frag", **FILTER, **SPOTS)
    with pytest.raises(RenderError, match=f"has {16 * MATERIALS} bytes in Materials, not 64"):
        program.use({"Materials": np.zeros((4, 4))})
