"""What stands still: drawn into any part of a camera's picture, with what moves at times and rests now.

In: the store's static mesh, the runs of a frame's geometry that rest. Out: the static G-buffer.
"""

from dataclasses import dataclass

import numpy as np
from OpenGL import GL

from scenes.light.street import GROUND, HIGH_M, STREET_M, WIDE_M
from scenes.world import CLASS_ID, Mesh, Store
from synth.render import targets
from synth.render.culling import Part, compute_in_view, narrow_view
from synth.render.geometry import compute_chunks, join_runs, pack_vertices
from synth.render.programs import Programs
from synth.render.projection import Projection
from synth.render.relief import RELIEF

# Fixtures, floor, walls and ceiling wear.
WORN = {"WORN": 1, "WORN_FIRST": CLASS_ID["fixture"], "WORN_LAST": CLASS_ID["ceiling"]}
# What a window shows lies so far away, see gbuffer.frag.
OUTSIDE = {"STREET": 1, "STREET_M": STREET_M, "HIGH_M": HIGH_M, "WIDE_M": WIDE_M, "GROUND": GROUND}


def find_wear(wear_layer: int) -> tuple[dict[str, int], dict[str, float]]:
    """Return defines and uniforms of gbuffer.frag for the wear in a texture layer, none for -1."""
    return (WORN, {"wear_layer": float(wear_layer)}) if wear_layer >= 0 else ({}, {})


@dataclass(frozen=True)
class Resting:
    """What rests of a frame's geometry.

    Attributes:
        geometry: The frame's.
        first, count: (R,) int64 runs of its faces.
        box_m: (R, 2, 3) float32 lowest and highest corners.
        pose: Of each, its instance and a hash of its corners: equal ones are one thing in one place.
    """

    geometry: targets.Geometry
    first: np.ndarray
    count: np.ndarray
    box_m: np.ndarray
    pose: tuple[tuple[int, bytes], ...]


class Standing:
    """The static mesh of one store in OpenGL's hands."""

    def __init__(
        self, programs: Programs, store: Store, mesh: Mesh, *, labels: int, relief: int, materials: np.ndarray
    ) -> None:
        """Upload the mesh.

        Args:
            programs: Where shaders are compiled.
            store: Whose materials and texture layers it has.
            mesh: What never moves.
            labels: The store's texture array.
            relief: See synth/render/relief.py.
            materials: See `Lighting.make_materials`.
        """
        self._programs = programs
        self._labels, self._relief, self._materials = labels, relief, materials
        self._worn, self._wear = find_wear(store.wear_layer)
        names = [material.name for material in store.materials]
        self.street = names.index("street") if "street" in names else -1
        shows_street = store.structure.layer[store.structure.material == self.street]
        self._street_layer = int(shows_street.max(initial=-1))
        self._first, self._count, self._box_m = compute_chunks(mesh)
        self._geometry = targets.make_geometry(moving=False)
        targets.fill_geometry(self._geometry, pack_vertices(mesh), mesh.faces)

    def draw(self, projection: Projection, part: Part, resting: Resting) -> None:
        """Draw the static G-buffer anew in a part of the bound framebuffer.

        Args:
            projection: The camera's.
            part: The rectangle, in samples.
            resting: What rests beside what never moves.
        """
        size = tuple((projection.camera[:2] * projection.camera[2]).astype(int).tolist())
        GL.glViewport(0, 0, *size)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glScissor(*part)
        GL.glEnable(GL.GL_DEPTH_TEST)
        targets.clear_surface()
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        self._use_program(projection)
        clip = narrow_view(projection.clip_from_world, part, size)
        for geometry, first, count, box_m in (
            (self._geometry, self._first, self._count, self._box_m),
            (resting.geometry, resting.first, resting.count, resting.box_m),
        ):
            GL.glBindVertexArray(geometry.array)
            seen = compute_in_view(box_m, clip)
            for run in join_runs(first[seen], count[seen]):
                targets.draw_faces(*run)
        GL.glDisable(GL.GL_SCISSOR_TEST)

    def _use_program(self, projection: Projection) -> None:
        also = RELIEF | OUTSIDE | self._worn
        program = self._programs.get("surface.vert", "gbuffer.frag", LABELLED=1, **also)
        targets.bind_textures(self._labels, target=GL.GL_TEXTURE_2D_ARRAY)
        targets.bind_textures(self._relief, first=3, target=GL.GL_TEXTURE_2D_ARRAY)
        program.use(
            {"ray[0]": projection.ray, "Materials": self._materials},
            clip_from_world=projection.clip_from_world,
            eye_m=projection.eye_m,
            street=float(self._street_layer),
            **self._wear,
        )

    def delete(self) -> None:
        """Give the buffers back."""
        self._geometry.delete()
