"""Open3D (Filament): the still world merged by texture, people as geometries; colour, then depth."""

import sys
from pathlib import Path

import numpy as np
import open3d as o3d
from open3d.visualization import rendering

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rivals.scene_file import Part, SceneFile, merge_parts, read_scene
from rivals.serving import serve

OUTPUTS = "RGB with textures, 24 point lights, no shadows; depth; no ids; rigid people"


def make_mesh(parts: list[Part], poses: list[np.ndarray]) -> o3d.geometry.TriangleMesh:
    """Merge placed parts into a mesh with colours and texture coordinates."""
    position, uv, faces, part = merge_parts(parts, poses)
    mesh = o3d.geometry.TriangleMesh(
        o3d.utility.Vector3dVector(position.astype(float)), o3d.utility.Vector3iVector(faces)
    )
    colors = np.array([one.color for one in parts], float)
    mesh.vertex_colors = o3d.utility.Vector3dVector(colors[part])
    mesh.triangle_uvs = o3d.utility.Vector2dVector(uv[faces.ravel()].astype(float))
    mesh.compute_vertex_normals()
    return mesh


class Offscreen:
    """The scene in Open3D's offscreen renderer."""

    def __init__(self, scene: SceneFile) -> None:
        self._scene = scene
        self._renderer = rendering.OffscreenRenderer(*scene.size_px)
        self._world = self._renderer.scene
        parts = [*scene.structure, *(scene.products[product] for product in scene.item_product)]
        poses = [np.eye(4)] * len(scene.structure) + list(scene.world_from_item)
        layers = np.array([part.layer for part in parts])
        for layer in np.unique(layers):
            chosen = np.flatnonzero(layers == layer)
            look = rendering.MaterialRecord()
            look.shader = "defaultLit"
            if layer >= 0:
                look.albedo_img = o3d.geometry.Image(np.ascontiguousarray(scene.textures[layer]))
            mesh = make_mesh([parts[n] for n in chosen], [poses[n] for n in chosen])
            self._world.add_geometry(f"still{layer}", mesh, look)
        look = rendering.MaterialRecord()
        look.shader = "defaultLit"
        for number, person in enumerate(scene.people):
            self._world.add_geometry(f"person{number}", make_mesh([person], [np.eye(4)]), look)
        self._world.scene.enable_sun_light(False)
        for number, position in enumerate(scene.lamp_m):
            self._world.scene.add_point_light(f"lamp{number}", np.ones(3), position, 30_000.0, 8.0, False)

    def render(self, frame: int, camera: int) -> np.ndarray:
        """Render colour and depth."""
        width, height = self._scene.size_px
        for number, way in enumerate(self._scene.walk_m[frame]):
            pose = np.eye(4)
            pose[:3, 3] = way
            self._world.set_geometry_transform(f"person{number}", pose)
        focal = self._scene.focal_px
        intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
        pose = np.linalg.inv(self._scene.world_from_cam[camera])
        self._renderer.setup_camera(intrinsics, pose, width, height)
        picture = np.asarray(self._renderer.render_to_image())
        np.asarray(self._renderer.render_to_depth_image(True))
        return picture


if __name__ == "__main__":
    serve(Offscreen(read_scene(sys.argv[1])).render, name=f"Open3D {o3d.__version__}", outputs=OUTPUTS)
