"""MuJoCo: a geom an item, people as mocap bodies, its renderer once for each of RGB, depth and ids."""

import sys
from pathlib import Path

import mujoco
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rivals.scene_file import Part, SceneFile, read_scene
from rivals.serving import serve

OUTPUTS = "RGB with textures, 24 lights, no shadows; depth; geom ids; three passes; rigid people"


class Model:
    """The scene as a model of MuJoCo."""

    def __init__(self, scene: SceneFile) -> None:
        self._scene = scene
        width, height = scene.size_px
        spec = mujoco.MjSpec()
        spec.visual.global_.offwidth, spec.visual.global_.offheight = width, height
        spec.visual.headlight.ambient[:] = 0.35
        spec.visual.headlight.diffuse[:] = 0.0
        spec.visual.headlight.specular[:] = 0.0
        spec.visual.map.znear, spec.visual.map.zfar = 0.01, 10.0
        for layer, texture in enumerate(scene.textures):
            added = spec.add_texture(
                name=f"texture{layer}",
                type=mujoco.mjtTexture.mjTEXTURE_2D,
                width=texture.shape[1],
                height=texture.shape[0],
                nchannel=3,
            )
            added.data = np.ascontiguousarray(texture[::-1]).tobytes()
        self._spec = spec
        for number, part in enumerate(scene.structure):
            self._add(spec.worldbody, f"structure{number}", part)
        for number, part in enumerate(scene.products):
            self._add_mesh(f"product{number}", part)
        for product, pose in zip(scene.item_product, scene.world_from_item, strict=True):
            self._add(spec.worldbody, f"product{product}", scene.products[product], pose=pose)
        for number, part in enumerate(scene.people):
            self._add(spec.worldbody.add_body(mocap=True, name=f"person{number}"), f"person{number}", part)
        for position in scene.lamp_m:
            spec.worldbody.add_light(
                pos=position, dir=[0, 0, -1], cutoff=85.0, exponent=0.0, castshadow=False, diffuse=[0.14] * 3
            )
        for camera in range(len(scene.world_from_cam)):
            pose = scene.gl_pose(camera)
            quaternion = np.zeros(4)
            mujoco.mju_mat2Quat(quaternion, pose[:3, :3].ravel())
            spec.worldbody.add_camera(
                name=f"camera{camera}",
                pos=pose[:3, 3],
                quat=quaternion,
                fovy=float(np.degrees(2 * np.arctan(height / 2 / scene.focal_px))),
            )
        spec.stat.extent = 10.0
        self._model = spec.compile()
        self._data = mujoco.MjData(self._model)
        self._renderers = [mujoco.Renderer(self._model, height, width, max_geom=20000) for _ in range(3)]
        self._renderers[1].enable_depth_rendering()
        self._renderers[2].enable_segmentation_rendering()

    def _add_mesh(self, name: str, part: Part) -> None:
        mesh = self._spec.add_mesh(name=name, inertia=mujoco.mjtMeshInertia.mjMESH_INERTIA_SHELL)
        mesh.uservert = part.position_m.ravel()
        mesh.userface = part.faces.ravel()
        mesh.usertexcoord = np.column_stack([part.uv[:, 0], 1 - part.uv[:, 1]]).ravel()
        material = self._spec.add_material(name=name, rgba=[*part.color, 1.0], specular=0.1)
        if part.layer >= 0:
            material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = f"texture{part.layer}"

    def _add(self, body: mujoco.MjsBody, name: str, part: Part, pose: np.ndarray | None = None) -> None:
        if pose is None:
            self._add_mesh(name, part)
        placed = np.zeros(3) if pose is None else pose[:3, 3]
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_MESH,
            meshname=name,
            material=name,
            pos=placed,
            contype=0,
            conaffinity=0,
        )

    def render(self, frame: int, camera: int) -> np.ndarray:
        """Render the three passes."""
        self._data.mocap_pos[:] = self._scene.walk_m[frame]
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        pictures = []
        for renderer in self._renderers:
            renderer.update_scene(self._data, camera=f"camera{camera}")
            pictures.append(renderer.render())
        return pictures[0]


if __name__ == "__main__":
    serve(Model(read_scene(sys.argv[1])).render, name=f"MuJoCo {mujoco.__version__}", outputs=OUTPUTS)
