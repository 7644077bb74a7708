"""The one place where OpenGL is set up: platform, context, error messages.

A process has one context, made when first asked for and kept until the process ends: contexts are cheap to
keep and pyrender's own clean-up (``renderer.delete()``) breaks every other renderer of the process. A
context does not survive a fork, so a forked child is refused with a message instead of hanging.

Threads: Mesa's software rasteriser uses as many threads as there are cores, or ``LP_NUM_THREADS`` of them.
In a worker process (multiprocessing) it is set to 0 unless the variable is already there, because one
rasteriser a core gives more pictures a second than several threads behind one context.
"""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager

from scenes.errors import RenderError

APT_COMMAND = "apt-get install --no-install-recommends libegl1 libgl1 libxrender1 libgl1-mesa-dri"


def _choose_platform() -> None:
    """Ask PyOpenGL for EGL where there is no display; what the user has set stays."""
    has_display = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    if "PYOPENGL_PLATFORM" not in os.environ and not has_display:
        os.environ["PYOPENGL_PLATFORM"] = "egl"
    if multiprocessing.parent_process() is not None:
        os.environ.setdefault("LP_NUM_THREADS", "0")


_choose_platform()
try:
    import pyrender.platforms.egl  # noqa: F401  (loads libEGL, so that its absence shows here)
    from OpenGL import GL
    from pyrender.offscreen import OffscreenRenderer
except Exception as error:  # PyOpenGL answers a missing library with ImportError, AttributeError or TypeError
    raise RenderError(
        f"OpenGL cannot be loaded ({type(error).__name__}: {error}). Expected: EGL and OpenGL system "
        f"libraries, used without a display. On Debian or Ubuntu: {APT_COMMAND}"
    ) from error

_context: dict[int, OffscreenRenderer] = {}


def open_context() -> OffscreenRenderer:
    """Make this process's OpenGL context current, creating it at the first call.

    Raises:
        RenderError: No context can be made, or the process was forked from one that has a context.
    """
    pid = os.getpid()
    if _context and pid not in _context:
        raise RenderError(
            "This process was forked from one that has an OpenGL context, which does not survive a fork. "
            "Start workers with multiprocessing's 'spawn' method."
        )
    if pid not in _context:
        try:
            _context[pid] = OffscreenRenderer(16, 16)
        except Exception as error:  # AssertionError, EGLError or IndexError, by the driver's mood
            raise RenderError(
                f"No OpenGL context could be made ({type(error).__name__}: {error}). Expected: EGL with "
                f"OpenGL 4.3 or later, for example Mesa's llvmpipe. On Debian or Ubuntu: {APT_COMMAND}"
            ) from error
        _check_version()
    _context[pid]._platform.make_current()
    GL.glFrontFace(GL.GL_CW)  # pictures are drawn with row 0 first, which mirrors every triangle
    return _context[pid]


@contextmanager
def wrap_errors() -> Iterator[None]:
    """Turn what OpenGL raises into a `RenderError` that says what to change."""
    try:
        yield
    except GL.GLError as error:
        call = getattr(error.baseOperation, "__name__", "a call")
        reason = error.description or f"error {error.err}"
        if isinstance(reason, bytes):
            reason = reason.decode(errors="replace")
        raise RenderError(
            f"OpenGL failed in {call}: {reason}. If memory ran out, make pictures smaller (cameras.width_px, "
            "cameras.height_px), set cameras.supersampling to 1, or start fewer workers; otherwise update "
            "Mesa or the graphics driver (shopsynth doctor names it)."
        ) from error


def _check_version() -> None:
    """Refuse drivers without what the shaders are written in."""
    major, minor = GL.glGetIntegerv(GL.GL_MAJOR_VERSION), GL.glGetIntegerv(GL.GL_MINOR_VERSION)
    if (major, minor) < (4, 3):
        found = GL.glGetString(GL.GL_VERSION).decode()
        raise RenderError(
            f"OpenGL 4.3 or later is needed, this driver has {found}. Update Mesa or the driver."
        )


def describe_context() -> str:
    """Return the driver's name and version, for logs and `shopsynth doctor`."""
    open_context()
    return f"{GL.glGetString(GL.GL_RENDERER).decode()}, OpenGL {GL.glGetString(GL.GL_VERSION).decode()}"
