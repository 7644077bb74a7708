"""Shader programs: pyrender's cache with our own folder, includes, and uniforms that complain.

pyrender's loader replaces ``#ifdef`` and defines in the text; here ``#include "file"`` is added, and a
uniform that does not exist raises, where pyrender's `set_uniform` would pass in silence. Large arrays are in
uniform blocks: of plain uniforms no driver need have more than 1024 components a shader.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from OpenGL import GL
from pyrender.shader_program import ShaderProgram, ShaderProgramCache

from scenes.errors import RenderError

SHADER_FOLDER = Path(__file__).parent / "shaders"

_SET = {1: GL.glUniform1fv, 2: GL.glUniform2fv, 3: GL.glUniform3fv, 4: GL.glUniform4fv}


class Program(ShaderProgram):
    """One linked program of our shader folder."""

    def __init__(self, vertex: Path, fragment: Path, defines: dict[str, Any]) -> None:
        super().__init__(str(vertex), str(fragment), defines=defines)
        self._places: dict[str, tuple[int, bool]] = {}
        self._blocks: dict[int, tuple[int, bytes]] = {}  # of each block's index: its buffer, what that holds

    def _load(self, shader_filename: str) -> str:
        return load_source(Path(shader_filename), self.defines)

    def _add_to_context(self) -> None:
        """Compile and link, without pyrender's validation, which cannot know our texture units."""
        program = GL.glCreateProgram()
        for path, kind in (
            (self.vertex_shader, GL.GL_VERTEX_SHADER),
            (self.fragment_shader, GL.GL_FRAGMENT_SHADER),
        ):
            shader = GL.glCreateShader(kind)
            GL.glShaderSource(shader, self._load(path))
            GL.glCompileShader(shader)
            if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
                log = GL.glGetShaderInfoLog(shader)
                raise RenderError(f"{Path(path).name} does not compile: {_text(log)}")
            GL.glAttachShader(program, shader)
            GL.glDeleteShader(shader)
        GL.glLinkProgram(program)
        if not GL.glGetProgramiv(program, GL.GL_LINK_STATUS):
            raise RenderError(
                f"{Path(self.fragment_shader).name} does not link: {_text(GL.glGetProgramInfoLog(program))}"
            )
        self._program_id = program
        self._vao_id = GL.glGenVertexArrays(1)

    def use(self, shared: Mapping[str, Any] | None = None, **uniforms: Any) -> None:
        """Make the program current and set uniforms; it stays current until another is used.

        Args:
            shared: Uniforms of an include, of which this program may use a part.
            uniforms: int, float, an (n,) float vector, a (4, 4) matrix; under a name that ends in ``[0]``, a
                (k, n) array of vectors; under the name of a uniform block, the (k, 4) vectors of all of it.

        Raises:
            RenderError: A uniform that the program does not have, or a block of another size.
        """
        self._bind()
        for index, (buffer, _) in self._blocks.items():
            GL.glBindBufferBase(GL.GL_UNIFORM_BUFFER, index, buffer)
        used = {name: value for name, value in (shared or {}).items() if self._find(name)[0] != -1}
        for name, value in (used | uniforms).items():
            location, is_block = self._find(name)
            if location == -1:
                raise RenderError(f"{Path(self.fragment_shader).name} has no active uniform {name!r}.")
            if is_block:
                self._fill_block(name, location, np.ascontiguousarray(value, np.float32).tobytes())
            elif isinstance(value, bool | int | np.integer):
                GL.glUniform1i(location, int(value))
            elif isinstance(value, float | np.floating):
                GL.glUniform1f(location, float(value))
            elif value.shape == (4, 4) and not name.endswith("[0]"):
                GL.glUniformMatrix4fv(location, 1, GL.GL_TRUE, np.ascontiguousarray(value, np.float32))
            else:
                array = np.ascontiguousarray(np.atleast_2d(value), np.float32)
                _SET[array.shape[1]](location, len(array), array)

    def fill(self) -> None:
        """Run a full-screen program over the bound framebuffer's viewport."""
        GL.glBindVertexArray(self._vao_id)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)

    def _find(self, name: str) -> tuple[int, bool]:
        """Return where a uniform is, or a block's number, -1 for neither; and whether it is a block."""
        if name not in self._places:
            index = GL.glGetUniformBlockIndex(self._program_id, name)
            is_block = bool(index != GL.GL_INVALID_INDEX)
            location = index if is_block else GL.glGetUniformLocation(self._program_id, name)
            self._places[name] = int(location), is_block
        return self._places[name]

    def _fill_block(self, name: str, index: int, content: bytes) -> None:
        """Let a block hold what is given; the program's own buffer keeps it until it is another."""
        if index not in self._blocks:
            size = np.zeros(1, np.int32)
            GL.glGetActiveUniformBlockiv(self._program_id, index, GL.GL_UNIFORM_BLOCK_DATA_SIZE, size)
            if size[0] != len(content):
                raise RenderError(
                    f"{Path(self.fragment_shader).name} has {size[0]} bytes in {name}, not {len(content)}."
                )
            GL.glUniformBlockBinding(self._program_id, index, index)
            self._blocks[index] = GL.glGenBuffers(1), b""
            GL.glBindBufferBase(GL.GL_UNIFORM_BUFFER, index, self._blocks[index][0])
        buffer, held = self._blocks[index]
        if content != held:
            GL.glBindBuffer(GL.GL_UNIFORM_BUFFER, buffer)
            GL.glBufferData(GL.GL_UNIFORM_BUFFER, len(content), content, GL.GL_STREAM_DRAW)
            self._blocks[index] = buffer, content


class Programs(ShaderProgramCache):
    """The programs of a context, compiled when first asked for and kept: compiling takes most of a second.

    Renderers share them through `share_programs`.
    """

    def __init__(self) -> None:
        super().__init__(shader_dir=str(SHADER_FOLDER))

    def get(self, vertex: str, fragment: str, **defines: float) -> Program:
        """Return the program of two shader files under some defines."""
        key = (vertex, fragment, *sorted(defines.items()))
        if key not in self._program_cache:
            program = Program(SHADER_FOLDER / vertex, SHADER_FOLDER / fragment, defines)
            program._add_to_context()
            self._program_cache[key] = program
        return self._program_cache[key]


@cache
def share_programs() -> Programs:
    """Return the programs of this process's one context (synth/render/context.py)."""
    return Programs()


def load_source(path: Path, defines: dict[str, Any]) -> str:
    """Return a shader's text with its includes pasted in and ``#define`` lines after ``#version``."""
    text = _with_includes(path)
    lines = "".join(f"#define {name} {value}\n" for name, value in sorted(defines.items()))
    version, rest = text.split("\n", 1)
    return f"{version}\n{lines}{rest}"


def _text(log: bytes | str) -> str:
    return log.decode(errors="replace") if isinstance(log, bytes) else log


def _with_includes(path: Path) -> str:
    def paste(match: re.Match[str]) -> str:
        return _with_includes(path.parent / match.group(1))

    return re.sub(r'^#include "([^"]+)"$', paste, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
