"""Textures, framebuffers and vertex arrays, as thin as can be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from OpenGL import GL

from scenes.errors import RenderError
from synth.render.geometry import VERTEX

# Internal format -> (format, type) of the texels that go in.
_UPLOAD = {
    GL.GL_RGBA8: (GL.GL_RGBA, GL.GL_UNSIGNED_BYTE),
    GL.GL_RGBA16F: (GL.GL_RGBA, GL.GL_FLOAT),
    GL.GL_RGBA32F: (GL.GL_RGBA, GL.GL_FLOAT),
    GL.GL_RG16F: (GL.GL_RG, GL.GL_FLOAT),
    GL.GL_RG32F: (GL.GL_RG, GL.GL_FLOAT),
    GL.GL_R32F: (GL.GL_RED, GL.GL_FLOAT),
    GL.GL_RG32I: (GL.GL_RG_INTEGER, GL.GL_INT),
    GL.GL_RGBA32UI: (GL.GL_RGBA_INTEGER, GL.GL_UNSIGNED_INT),
    GL.GL_R32UI: (GL.GL_RED_INTEGER, GL.GL_UNSIGNED_INT),
    GL.GL_DEPTH24_STENCIL8: (GL.GL_DEPTH_STENCIL, GL.GL_UNSIGNED_INT_24_8),
    GL.GL_DEPTH_COMPONENT16: (GL.GL_DEPTH_COMPONENT, GL.GL_UNSIGNED_SHORT),
    GL.GL_DEPTH_COMPONENT24: (GL.GL_DEPTH_COMPONENT, GL.GL_UNSIGNED_INT),
}


def make_texture(width: int, height: int, form: int, data: np.ndarray | None = None) -> int:
    """Make a 2D texture, read texel by texel."""
    texture = GL.glGenTextures(1)
    GL.glBindTexture(GL.GL_TEXTURE_2D, texture)
    GL.glTexImage2D(GL.GL_TEXTURE_2D, 0, form, width, height, 0, *_UPLOAD[form], data)
    _set_filter(GL.GL_TEXTURE_2D, GL.GL_NEAREST, GL.GL_NEAREST)
    return texture


def make_volume(size: np.ndarray, form: int) -> int:
    """Make a 3D texture, read with linear interpolation and clamped at the edges."""
    texture = GL.glGenTextures(1)
    GL.glBindTexture(GL.GL_TEXTURE_3D, texture)
    GL.glTexImage3D(GL.GL_TEXTURE_3D, 0, form, *(int(n) for n in size), 0, *_UPLOAD[form], None)
    _set_filter(GL.GL_TEXTURE_3D, GL.GL_LINEAR, GL.GL_LINEAR)
    return texture


def make_layers(width: int, height: int, layers: int, form: int) -> int:
    """Make an array of 2D textures, read texel by texel."""
    texture = GL.glGenTextures(1)
    target = GL.GL_TEXTURE_2D_ARRAY
    GL.glBindTexture(target, texture)
    GL.glTexImage3D(target, 0, form, width, height, layers, 0, *_UPLOAD[form], None)
    _set_filter(target, GL.GL_NEAREST, GL.GL_NEAREST)
    return texture


def make_depth_layers(size: int, layers: int) -> int:
    """Make an array of square depth maps, read with a filtered comparison."""
    texture = GL.glGenTextures(1)
    target = GL.GL_TEXTURE_2D_ARRAY
    form = GL.GL_DEPTH_COMPONENT16
    GL.glBindTexture(target, texture)
    GL.glTexImage3D(target, 0, form, size, size, layers, 0, *_UPLOAD[form], None)
    _set_filter(target, GL.GL_LINEAR, GL.GL_LINEAR)
    GL.glTexParameteri(target, GL.GL_TEXTURE_COMPARE_MODE, GL.GL_COMPARE_REF_TO_TEXTURE)
    GL.glTexParameteri(target, GL.GL_TEXTURE_COMPARE_FUNC, GL.GL_LEQUAL)
    return texture


def make_cover_layers(size: int, layers: int) -> int:
    """Make an array of square RG16F maps with mipmaps, read with linear interpolation."""
    texture = GL.glGenTextures(1)
    target = GL.GL_TEXTURE_2D_ARRAY
    GL.glBindTexture(target, texture)
    GL.glTexImage3D(target, 0, GL.GL_RG16F, size, size, layers, 0, *_UPLOAD[GL.GL_RG16F], None)
    GL.glGenerateMipmap(target)
    _set_filter(target, GL.GL_LINEAR_MIPMAP_LINEAR, GL.GL_LINEAR)
    return texture


def make_slope_layers(slopes: np.ndarray) -> int:
    """Make an array of maps that repeat, with mipmaps, from (L, N, N, 2) float32."""
    layers, height, width, _ = slopes.shape
    texture = GL.glGenTextures(1)
    target = GL.GL_TEXTURE_2D_ARRAY
    GL.glBindTexture(target, texture)
    form = GL.GL_RG16F
    GL.glTexImage3D(target, 0, form, width, height, layers, 0, *_UPLOAD[form], np.ascontiguousarray(slopes))
    GL.glGenerateMipmap(target)
    _set_filter(target, GL.GL_LINEAR_MIPMAP_LINEAR, GL.GL_LINEAR, edge=GL.GL_REPEAT)
    return texture


def make_label_array(textures: np.ndarray) -> int:
    """Make the store's texture array with mipmaps.

    Args:
        textures: (L, h, w, 3) uint8.
    """
    if not len(textures):
        textures = np.full((1, 1, 1, 3), 255, np.uint8)
    layers, height, width, _ = textures.shape
    texture = GL.glGenTextures(1)
    target = GL.GL_TEXTURE_2D_ARRAY
    GL.glBindTexture(target, texture)
    GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
    GL.glTexImage3D(
        target,
        0,
        GL.GL_RGBA8,
        width,
        height,
        layers,
        0,
        GL.GL_RGB,
        GL.GL_UNSIGNED_BYTE,
        np.ascontiguousarray(textures),
    )
    GL.glGenerateMipmap(target)
    GL.glTexParameteri(target, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_LINEAR)
    GL.glTexParameteri(target, GL.GL_TEXTURE_MAG_FILTER, GL.GL_LINEAR)
    return texture


def _set_filter(target: int, smaller: int, larger: int, *, edge: int = GL.GL_CLAMP_TO_EDGE) -> None:
    GL.glTexParameteri(target, GL.GL_TEXTURE_MIN_FILTER, smaller)
    GL.glTexParameteri(target, GL.GL_TEXTURE_MAG_FILTER, larger)
    for axis in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T, GL.GL_TEXTURE_WRAP_R):
        GL.glTexParameteri(target, axis, edge)


def make_framebuffer(colors: Sequence[int], depth: int | None = None, *, stencil: bool = False) -> int:
    """Make a framebuffer over 2D textures.

    Raises:
        RenderError: The driver cannot render to this set of textures.
    """
    framebuffer = GL.glGenFramebuffers(1)
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
    for number, texture in enumerate(colors):
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + number, GL.GL_TEXTURE_2D, texture, 0
        )
    if depth is not None:
        point = GL.GL_DEPTH_STENCIL_ATTACHMENT if stencil else GL.GL_DEPTH_ATTACHMENT
        GL.glFramebufferTexture2D(GL.GL_FRAMEBUFFER, point, GL.GL_TEXTURE_2D, depth, 0)
    draw_to(len(colors))
    check_framebuffer()
    return framebuffer


def make_layer_framebuffer(colors: Sequence[int], layer: int) -> int:
    """Make a framebuffer over one layer of texture arrays."""
    framebuffer = GL.glGenFramebuffers(1)
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
    for number, texture in enumerate(colors):
        GL.glFramebufferTextureLayer(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + number, texture, 0, layer)
    draw_to(len(colors))
    check_framebuffer()
    return framebuffer


def make_array_framebuffer(texture: int, layers: int) -> int:
    """Make a framebuffer whose attachments are the layers of one texture array."""
    framebuffer = GL.glGenFramebuffers(1)
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
    for layer in range(layers):
        GL.glFramebufferTextureLayer(GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + layer, texture, 0, layer)
    draw_to(layers)
    check_framebuffer()
    return framebuffer


def draw_to(colors: int) -> None:
    """Send fragment outputs 0, 1... to the bound framebuffer's first `colors` attachments."""
    if colors:
        GL.glDrawBuffers(colors, [GL.GL_COLOR_ATTACHMENT0 + number for number in range(colors)])
    else:
        GL.glDrawBuffer(GL.GL_NONE)
        GL.glReadBuffer(GL.GL_NONE)


def check_framebuffer() -> None:
    """Raise unless the bound framebuffer can be drawn to."""
    status = GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER)
    if status != GL.GL_FRAMEBUFFER_COMPLETE:
        raise RenderError(
            f"This OpenGL driver cannot render to the G-buffer's formats (status {int(status):#x}); "
            "update Mesa or the graphics driver (shopsynth doctor names it)."
        )


def bind_textures(*textures: int, first: int = 0, target: int = GL.GL_TEXTURE_2D) -> None:
    """Bind textures to consecutive units."""
    for number, texture in enumerate(textures):
        GL.glActiveTexture(GL.GL_TEXTURE0 + first + number)
        GL.glBindTexture(target, texture)


@dataclass(frozen=True)
class Geometry:
    """Triangles in OpenGL's hands."""

    array: int
    vertices: int
    indices: int
    previous: int

    def delete(self) -> None:
        """Give the buffers back."""
        GL.glDeleteVertexArrays(1, [self.array])
        GL.glDeleteBuffers(3, [self.vertices, self.indices, self.previous])


def make_geometry(*, moving: bool) -> Geometry:
    """Make an empty vertex array for records of `VERTEX`, with previous positions if it moves."""
    array = GL.glGenVertexArrays(1)
    vertices, indices, previous = (int(name) for name in GL.glGenBuffers(3))
    GL.glBindVertexArray(array)
    GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, indices)
    GL.glBindBuffer(GL.GL_ARRAY_BUFFER, vertices)
    for place, name in enumerate(VERTEX.names or ()):
        base, offset = VERTEX.fields[name][:2]  # type: ignore[index]
        pointer = GL.ctypes.c_void_p(offset)
        size = base.shape[0]
        GL.glEnableVertexAttribArray(place)
        if name == "tag":
            GL.glVertexAttribIPointer(place, size, GL.GL_INT, VERTEX.itemsize, pointer)
        elif name == "color_class":
            GL.glVertexAttribPointer(place, size, GL.GL_UNSIGNED_BYTE, True, VERTEX.itemsize, pointer)
        else:
            GL.glVertexAttribPointer(place, size, GL.GL_FLOAT, False, VERTEX.itemsize, pointer)
    if moving:
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, previous)
        GL.glEnableVertexAttribArray(5)
        GL.glVertexAttribPointer(5, 3, GL.GL_FLOAT, False, 0, None)
    GL.glBindVertexArray(0)
    return Geometry(int(array), vertices, indices, previous)


def fill_geometry(
    geometry: Geometry,
    vertices: np.ndarray | None,
    faces: np.ndarray | None,
    previous: np.ndarray | None = None,
) -> None:
    """Upload what is given of vertices, faces and previous positions."""
    GL.glBindVertexArray(geometry.array)
    if vertices is not None:
        upload(GL.GL_ARRAY_BUFFER, geometry.vertices, vertices)
    if faces is not None:
        upload(GL.GL_ELEMENT_ARRAY_BUFFER, geometry.indices, np.ascontiguousarray(faces, np.uint32))
    if previous is not None:
        upload(GL.GL_ARRAY_BUFFER, geometry.previous, np.ascontiguousarray(previous, np.float32))


def upload(target: int, buffer: int, data: np.ndarray) -> None:
    """Replace a buffer's content."""
    GL.glBindBuffer(target, buffer)
    GL.glBufferData(target, data.nbytes, data, GL.GL_STREAM_DRAW)


def draw_faces(first: int, count: int) -> None:
    """Draw a run of faces of the bound vertex array."""
    GL.glDrawElements(GL.GL_TRIANGLES, 3 * count, GL.GL_UNSIGNED_INT, GL.ctypes.c_void_p(12 * first))


def clear_surface() -> None:
    """Clear the G-buffer's first three attachments to "nothing here"."""
    GL.glClearBufferfv(GL.GL_COLOR, 0, np.zeros(4, np.float32))
    GL.glClearBufferfv(GL.GL_COLOR, 1, np.zeros(4, np.float32))
    clear_instances()


def clear_instances() -> None:
    """Clear the instance ids, and with them what the other attachments mean."""
    GL.glClearBufferiv(GL.GL_COLOR, 2, np.zeros(4, np.int32))


def clear_moving() -> None:
    """Clear the moving G-buffer to "nothing moves here"."""
    clear_instances()
    GL.glClearBufferfv(GL.GL_COLOR, 4, np.zeros(4, np.float32))
