"""PyVista (VTK): the still world merged by texture, people as actors; ids by a second, flat pass."""

import sys
from pathlib import Path

import numpy as np
import pyvista as pv
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rivals.scene_file import Part, SceneFile, merge_parts, read_scene
from rivals.serving import serve

OUTPUTS = "RGB with textures, 24 point lights, no shadows; depth; instance ids by a second pass; rigid people"


def make_mesh(parts: list[Part], poses: list[np.ndarray], ids: list[int]) -> pv.PolyData:
    """Merge placed parts into a mesh with texture coordinates, colours and id colours."""
    position, uv, faces, part = merge_parts(parts, poses)
    mesh = pv.PolyData(position, np.column_stack([np.full(len(faces), 3), faces]).ravel())
    mesh.active_texture_coordinates = np.column_stack([uv[:, 0], 1 - uv[:, 1]])
    colors = np.array([one.color for one in parts])
    number = np.array(ids)[part]
    mesh["color"] = (colors[part] * 255).astype(np.uint8)
    mesh["id"] = np.column_stack([number & 255, number >> 8 & 255, number >> 16]).astype(np.uint8)
    return mesh


def read_picture(plotter: pv.Plotter) -> np.ndarray:
    """Fetch what was rendered, without rendering it again as `screenshot` does."""
    reader = vtkWindowToImageFilter()
    reader.SetInput(plotter.render_window)
    reader.ShouldRerenderOff()
    reader.ReadFrontBufferOff()
    reader.Update()
    image = reader.GetOutput()
    width, height, _ = image.GetDimensions()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, -1)[::-1]


class Pictures:
    """Two plotters of one scene: lit and flat."""

    def __init__(self, scene: SceneFile) -> None:
        self._scene = scene
        parts = [*scene.structure, *(scene.products[product] for product in scene.item_product)]
        poses = [np.eye(4)] * len(scene.structure) + list(scene.world_from_item)
        layers = np.array([part.layer for part in parts])
        groups = []
        for layer in np.unique(layers):
            chosen = np.flatnonzero(layers == layer)
            mesh = make_mesh([parts[n] for n in chosen], [poses[n] for n in chosen], (chosen + 1).tolist())
            groups.append((mesh, pv.Texture(scene.textures[layer]) if layer >= 0 else None))
        self._people = []
        self._plotters = []
        for lit in (True, False):
            plotter = pv.Plotter(off_screen=True, window_size=list(scene.size_px), lighting="none")
            plotter.disable_anti_aliasing()
            for mesh, texture in groups:
                self._add(plotter, mesh, texture, lit)
            for number, person in enumerate(scene.people):
                mesh = make_mesh([person], [np.eye(4)], [len(parts) + 1 + number])
                self._people.append((number, self._add(plotter, mesh, None, lit)))
            for position in scene.lamp_m if lit else ():
                plotter.add_light(
                    pv.Light(
                        position=position, positional=True, cone_angle=180, intensity=0.06, color="white"
                    )
                )
            plotter.camera.clipping_range = (0.05, 60.0)
            plotter.camera.view_angle = np.degrees(2 * np.arctan(scene.size_px[1] / 2 / scene.focal_px))
            plotter.show(auto_close=False)
            self._plotters.append(plotter)

    def _add(self, plotter: pv.Plotter, mesh: pv.PolyData, texture: pv.Texture | None, lit: bool) -> pv.Actor:
        look = {"scalars": "color" if lit else "id", "rgb": True, "lighting": lit, "ambient": 0.35 * lit}
        if texture is not None and lit:
            look = {"texture": texture, "ambient": 0.35}
        return plotter.add_mesh(
            mesh, **look, show_scalar_bar=False, reset_camera=False, render=False, copy_mesh=False
        )

    def render(self, frame: int, camera: int) -> np.ndarray:
        """Render both passes and fetch colour, depth and ids."""
        pose = self._scene.world_from_cam[camera]
        for number, actor in self._people:
            actor.position = self._scene.walk_m[frame, number]
        pictures = []
        for plotter in self._plotters:
            plotter.camera.position = pose[:3, 3]
            plotter.camera.focal_point = pose[:3, 3] + pose[:3, 2]
            plotter.camera.up = -pose[:3, 1]
            plotter.camera.clipping_range = (0.05, 60.0)
            plotter.render()
            pictures.append(read_picture(plotter))
        self._plotters[0].get_image_depth()
        return pictures[0]


if __name__ == "__main__":
    serve(Pictures(read_scene(sys.argv[1])).render, name=f"PyVista {pv.__version__}", outputs=OUTPUTS)
