"""pyrender as it is, with the static world merged into one mesh: a pass for each output it can make.

It has no instance ids in a merged mesh, so ids, normals and albedo are drawn as vertex colours with FLAT;
edges are blended by its multisampling. No shadows (its point lights cast none), no textures (it has no
texture arrays).
"""

from collections.abc import Iterator

import numpy as np

setattr(np, "infty", np.inf)  # noqa: B010  (pyrender 0.1.45 still asks for it)

import pyrender  # noqa: E402

from rendering.scene import make_frames, make_store  # noqa: E402
from scenes.world import Mesh  # noqa: E402
from synth.render.geometry import make_static_mesh  # noqa: E402

OUTPUTS = (
    "RGB with 4 lights and no shadows, depth, instance ids, normals, albedo "
    "(not class, material, motion, silhouettes)"
)
_CV_FROM_GL = np.diag([1.0, -1.0, -1.0, 1.0])


def make_colors(mesh: Mesh) -> dict[str, np.ndarray]:
    """Return (V, 3) vertex colours of each label pass."""
    ids = mesh.instance_id
    return {
        "albedo": mesh.color,
        "normal": ((mesh.normal + 1) * 127.5).astype(np.uint8),
        "ids": np.stack([ids & 255, ids >> 8 & 255, ids >> 16 & 255], axis=1).astype(np.uint8),
    }


def make_node(mesh: Mesh, colors: np.ndarray) -> pyrender.Mesh:
    """Make a pyrender mesh of one primitive."""
    return pyrender.Mesh(
        [
            pyrender.Primitive(
                positions=mesh.position_m,
                normals=mesh.normal,
                color_0=colors,
                indices=mesh.faces,
                material=pyrender.MetallicRoughnessMaterial(roughnessFactor=0.9, metallicFactor=0.0),
            )
        ]
    )


def rounds(width_px: int, height_px: int) -> Iterator[int]:
    """Render a frame of every camera a step; yield the views made."""
    store = make_store(width_px, height_px)
    still = make_static_mesh(store, ())
    scenes = {name: pyrender.Scene(ambient_light=(0.3, 0.3, 0.3)) for name in ("albedo", "normal", "ids")}
    nodes = {}
    for name, colors in make_colors(still).items():
        scenes[name].add(make_node(still, colors))
        nodes[name] = scenes[name].add(
            pyrender.IntrinsicsCamera(*_intrinsics(store.cameras[0]), znear=0.05, zfar=200)
        )
    for lamp in store.lamps[:4]:
        pose = np.eye(4)
        pose[:3, 3] = lamp.position_m
        scenes["albedo"].add(pyrender.PointLight(intensity=30.0), pose=pose)
    renderer = pyrender.OffscreenRenderer(width_px, height_px)
    people: dict[str, pyrender.Node] = {}
    for scene in make_frames(store):
        for name, colors in make_colors(scene.mesh).items():
            if name in people:
                scenes[name].remove_node(people[name])
            people[name] = scenes[name].add(make_node(scene.mesh, colors))
        for camera in store.cameras:
            pose = camera.world_from_cam @ _CV_FROM_GL
            for name, node in nodes.items():
                scenes[name].set_pose(node, pose)
                scenes[name].main_camera_node = node
            renderer.render(scenes["albedo"])
            for name in ("albedo", "normal", "ids"):
                renderer.render(scenes[name], flags=pyrender.RenderFlags.FLAT)
        yield len(store.cameras)


def _intrinsics(camera: object) -> tuple[float, float, float, float]:
    matrix = camera.intrinsics  # type: ignore[attr-defined]
    return matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]
