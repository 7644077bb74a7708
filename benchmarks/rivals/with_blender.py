"""Blender as a module (bpy): an object an item; EEVEE or Workbench, left in a file as its users get it."""

import sys
import tempfile
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rivals.scene_file import Part, SceneFile, read_scene
from rivals.serving import serve

ENGINES = {"eevee": "BLENDER_EEVEE", "workbench": "BLENDER_WORKBENCH"}
OUTPUTS = {
    "eevee": "RGB with textures, 24 area lamps with shadows, 16 samples; depth, normal, cryptomatte; "
    "rigid people",
    "workbench": "RGB with textures, studio light, no shadows; depth; no ids; rigid people",
}
SAMPLES = 16


class Blend:
    """The scene as Blender's."""

    def __init__(self, scene: SceneFile, engine: str) -> None:
        self._scene = scene
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._blend = bpy.context.scene
        self._images = [self._make_image(number, texture) for number, texture in enumerate(scene.textures)]
        for number, part in enumerate(scene.structure):
            self._place(self._make_mesh(f"structure{number}", part), np.eye(4))
        meshes = [self._make_mesh(f"product{number}", part) for number, part in enumerate(scene.products)]
        for product, pose in zip(scene.item_product, scene.world_from_item, strict=True):
            self._place(meshes[product], pose)
        self._people = [
            self._place(self._make_mesh(f"person{number}", part), np.eye(4))
            for number, part in enumerate(scene.people)
        ]
        if engine == "eevee":
            self._add_lamps()
        self._camera = self._add_camera()
        self._set_up(engine)
        self._folder = tempfile.TemporaryDirectory()

    def _make_image(self, number: int, texture: np.ndarray) -> bpy.types.Image:
        height, width = texture.shape[:2]
        image = bpy.data.images.new(f"texture{number}", width, height)
        rgba = np.ones((height, width, 4), np.float32)
        rgba[..., :3] = texture[::-1] / 255.0
        image.pixels.foreach_set(rgba.ravel())
        return image

    def _make_mesh(self, name: str, part: Part) -> bpy.types.Mesh:
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(part.position_m.tolist(), [], part.faces.tolist())
        layer = mesh.uv_layers.new()
        uv = part.uv[part.faces.ravel()]
        layer.uv.foreach_set("vector", np.column_stack([uv[:, 0], 1 - uv[:, 1]]).astype(np.float32).ravel())
        mesh.shade_smooth()
        material = bpy.data.materials.new(name)
        material.diffuse_color = (*part.color.tolist(), 1.0)
        material.use_nodes = True
        surface = material.node_tree.nodes["Principled BSDF"]
        surface.inputs["Roughness"].default_value = 0.9
        surface.inputs["Base Color"].default_value = (*(part.color**2.2).tolist(), 1.0)
        if part.layer >= 0:
            picture = material.node_tree.nodes.new("ShaderNodeTexImage")
            picture.image = self._images[part.layer]
            material.node_tree.links.new(picture.outputs["Color"], surface.inputs["Base Color"])
            material.node_tree.nodes.active = picture
        mesh.materials.append(material)
        return mesh

    def _place(self, mesh: bpy.types.Mesh, pose: np.ndarray) -> bpy.types.Object:
        thing = bpy.data.objects.new(mesh.name, mesh)
        thing.matrix_world = Matrix(pose.tolist())
        self._blend.collection.objects.link(thing)
        return thing

    def _add_lamps(self) -> None:
        for number, position in enumerate(self._scene.lamp_m):
            light = bpy.data.lights.new(f"lamp{number}", "AREA")
            light.shape, light.energy = "RECTANGLE", 60.0
            light.size, light.size_y = self._scene.lamp_size_m.tolist()
            lamp = bpy.data.objects.new(light.name, light)
            lamp.location = position.tolist()
            self._blend.collection.objects.link(lamp)

    def _add_camera(self) -> bpy.types.Object:
        data = bpy.data.cameras.new("camera")
        data.sensor_fit, data.sensor_width = "HORIZONTAL", 36.0
        data.lens = self._scene.focal_px / self._scene.size_px[0] * 36.0
        camera = bpy.data.objects.new("camera", data)
        self._blend.collection.objects.link(camera)
        self._blend.camera = camera
        return camera

    def _set_up(self, engine: str) -> None:
        render, layer = self._blend.render, self._blend.view_layers[0]
        render.engine = ENGINES[engine]
        render.resolution_x, render.resolution_y = self._scene.size_px
        render.resolution_percentage = 100
        layer.use_pass_z = True
        if engine == "eevee":
            layer.use_pass_normal = layer.use_pass_cryptomatte_object = True
            self._blend.eevee.taa_render_samples = SAMPLES
        else:
            self._blend.display.shading.color_type = "TEXTURE"
            self._blend.display.render_aa = "OFF"
        render.image_settings.media_type = "MULTI_LAYER_IMAGE"
        render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
        render.image_settings.exr_codec = "NONE"

    def render(self, frame: int, camera: int) -> None:
        """Render one view into a file."""
        for person, way in zip(self._people, self._scene.walk_m[frame], strict=True):
            person.location = way.tolist()
        self._camera.matrix_world = Matrix(self._scene.gl_pose(camera).tolist())
        self._blend.render.filepath = str(Path(self._folder.name) / "view.exr")
        bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    kind = sys.argv[2]
    serve(
        Blend(read_scene(sys.argv[1]), kind).render,
        name=f"Blender {bpy.app.version_string} {kind}",
        outputs=OUTPUTS[kind],
    )
