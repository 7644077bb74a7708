"""Panes of glass: what they reflect and how far they are fogged, kept for each camera.

In: the store's panes, how densely each is fogged, how far their doors are open, the light on the static
picture. Out: for each camera a layer that says what glass adds to a pixel, how much of the light behind it
comes through, and how far away it is. Glass is no part of the G-buffer: labels look through it.
"""

from collections.abc import Sequence

import numpy as np
from OpenGL import GL

from scenes.world import CaseDoor, Pane, SlidingLeaf
from synth.render import targets
from synth.render.geometry import VERTEX
from synth.render.light import PAPER, Illumination
from synth.render.programs import Programs
from synth.render.projection import Projection
from synth.render.static_light import StaticLight

# What passes a pane beside what it reflects, and the faces that reflect: doors of fridges are double and
# coated against fog; behind shop windows the picture of the street is that through the glass already.
_CLEAR = {"cooled": 0.88, "window": 1.0, "panel": 0.9}
_FACES = {"cooled": 4, "window": 2, "panel": 2}
# Radiance of a veil of droplets relative to white paper in the same light.
_VEIL = 0.55
_FLAT_M = 1e-4  # nearer to a plane is in it
_FACES_A_PANE = np.array([[0, 1, 2], [0, 2, 3]])
_NOTHING = np.array([0.0, 0.0, 0.0, 1.0], np.float32)
_FAR = np.array([6e4, 0.0, 0.0, 0.0], np.float32)  # the largest half float is 65504


class Glass:
    """The panes of one store."""

    def __init__(
        self, programs: Programs, panes: Sequence[Pane], doors: Sequence[CaseDoor | SlidingLeaf] = ()
    ) -> None:
        self._programs = programs
        self._doors = doors
        self._shut = _pack_panes(panes)
        self._vertices = self._shut.copy()
        self._faces = 2 * len(panes)
        self._geometry = targets.make_geometry(moving=False)

    def set_state(self, fog: np.ndarray, door_share: np.ndarray, eye_m: np.ndarray) -> None:
        """Fog the panes, (panes,) of 0 to 1, and move them with their doors, (doors,) of 0 to 1.

        They are drawn as one camera at `eye_m` (3,) sees them, the farthest first. A shut pane shows from its
        front only: nobody looks out of a fridge.
        """
        self._vertices[:] = self._shut
        self._vertices["color_class"][:, 0] = np.repeat(np.rint(255 * fog), 4)
        for number in np.flatnonzero(door_share).tolist():
            door = self._doors[number]
            part = self._vertices[4 * door.pane : 4 * door.pane + 4]
            turn = door.pose(float(door_share[number]))
            part["position_m"] = part["position_m"] @ turn[:3, :3].T + turn[:3, 3]
            part["normal"] = part["normal"] @ turn[:3, :3].T
            part["color_class"][:, 2] = 255
        order = sort_panes(self._vertices["position_m"].reshape(-1, 4, 3), eye_m)
        targets.fill_geometry(self._geometry, self._vertices, _FACES_A_PANE[None] + 4 * order[:, None, None])

    def draw(
        self,
        layer: "GlassLayer",
        projection: Projection,
        samples: int,
        light: Illumination,
        static_light: StaticLight,
        tint: np.ndarray,
    ) -> None:
        """Draw the panes that one camera sees; `static_light` has been updated to `light`.

        Units 0 to 2 hold the static picture's normals and depth, its direct light and its bounced light.
        """
        program = self._programs.get("surface.vert", "glass.frag", SAMPLES=samples)
        layer.clear()
        static_light.bind()
        program.use(
            static_light.uniforms(0),
            clip_from_world=projection.clip_from_world,
            eye_m=projection.eye_m,
            **{"ray[0]": projection.ray},
            light_tint=tint,
            veil=_VEIL * PAPER * light.level,
        )
        GL.glBindVertexArray(self._geometry.array)
        # A pane adds its light to what it lets through of the light of those behind it.
        GL.glEnablei(GL.GL_BLEND, 0)
        GL.glBlendFuncSeparatei(0, GL.GL_ONE, GL.GL_SRC_ALPHA, GL.GL_ZERO, GL.GL_SRC_ALPHA)
        targets.draw_faces(0, self._faces)
        GL.glDisablei(GL.GL_BLEND, 0)

    def delete(self) -> None:
        """Give the buffers back."""
        self._geometry.delete()


class GlassLayer:
    """What glass does to one camera's picture.

    Attributes:
        texture: Two layers: light added and share that comes through; distance of the glass, by how many
            pixels its fog blurs what is behind it, and how dense that is.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._size = (width_px, height_px)
        self.texture = targets.make_layers(width_px, height_px, 2, GL.GL_RGBA16F)
        self._framebuffer = targets.make_array_framebuffer(self.texture, 2)
        self.state: tuple[bytes, bytes, bytes] | None = None

    def clear(self) -> None:
        """Make the layer current and free of glass."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glViewport(0, 0, *self._size)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glClearBufferfv(GL.GL_COLOR, 0, _NOTHING)
        GL.glClearBufferfv(GL.GL_COLOR, 1, _FAR)

    def delete(self) -> None:
        """Give the texture back."""
        GL.glDeleteTextures([self.texture])
        GL.glDeleteFramebuffers(1, [self._framebuffer])


def sort_panes(corner_m: np.ndarray, eye_m: np.ndarray) -> np.ndarray:
    """Return the (P,) order in which to draw flat panes so that each comes after all that it may cover.

    One pane is behind another if the other's plane parts it from the eye, or its own plane does not part the
    other from the eye (Newell, Newell and Sancha 1972). Where planes say neither, middles decide.

    Args:
        corner_m: (P, 4, 3).
        eye_m: (3,).
    """
    corner_m = np.asarray(corner_m, np.float64)
    normal = np.cross(corner_m[:, 1] - corner_m[:, 0], corner_m[:, 3] - corner_m[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    toward = np.sign(((eye_m - corner_m[:, 0]) * normal).sum(-1))
    # (P, P, 4): how far each corner of pane b is on the eye's side of the plane of pane a.
    height_m = ((corner_m[None] - corner_m[:, None, :1]) * (normal * toward[:, None])[:, None, None]).sum(-1)
    beyond, before = (height_m <= _FLAT_M).all(-1), (height_m >= -_FLAT_M).all(-1)
    covers = (beyond | before.T) & ~(beyond.T | before)
    left = np.argsort(-np.linalg.norm(corner_m.mean(1) - eye_m, axis=1), kind="stable").tolist()
    order = []
    while left:
        free = ~covers[left][:, left].any(1)
        order.append(left.pop(int(np.argmax(free))))
    return np.array(order, int)


def _pack_panes(panes: Sequence[Pane]) -> np.ndarray:
    """Return (4 P,) records of dtype `VERTEX`.

    uv are metres from the lower left corner; the tag holds width and height in mm, clearness in thousandths;
    the colour fog (none), the faces that reflect, and whether both sides show (no).
    """
    packed = np.zeros(4 * len(panes), VERTEX)
    for number, pane in enumerate(panes):
        part = packed[4 * number : 4 * number + 4]
        width, height = np.linalg.norm(pane.right_m), np.linalg.norm(pane.up_m)
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        part["position_m"] = pane.corner_m + corners @ np.stack([pane.right_m, pane.up_m])
        part["normal"] = np.cross(pane.right_m, pane.up_m) / (width * height)
        part["uv"] = corners * [width, height]
        part["color_class"][:, 1] = _FACES[pane.kind]
        part["tag"] = np.rint(1e3 * np.array([width, height, _CLEAR[pane.kind]]))
    return packed
