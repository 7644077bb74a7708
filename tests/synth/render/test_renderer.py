"""Views against analytic geometry, and the invariants of caches, light and silhouettes."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import ndimage

from scenes.errors import RenderError
from scenes.world import CLASS_ID, INSTANCE_ITEM, INSTANCE_PERSON, Textures
from synth.render import Renderer
from synth.render.casters import make_casters
from synth.render.context import GL, open_context, wrap_errors
from synth.render.culling import compute_spans
from synth.render.projection import make_projection
from tests.synth.render.small_shop import (
    CEILING,
    COUNTER,
    FLOOR,
    LAMP_A,
    ROOM_M,
    WALL,
    floor_points,
    look_at,
    make_box,
    make_scene,
    make_store,
    project,
    read_light,
)

STORE = make_store()
LOW, HIGH = np.array([1.7, 1.1, 0.0]), np.array([2.1, 1.4, 1.7])


def make_person(number=0, shift=(0.0, 0.0, 0.0), low=LOW, high=HIGH):
    return make_box(
        low + shift, high + shift, instance=INSTANCE_PERSON + number, kind="person", color=(40, 80, 160)
    )


def arrays(view):
    found = {field.name: getattr(view, field.name) for field in fields(view)}
    return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}


def assert_same(one, other):
    assert one.silhouette_px == other.silhouette_px
    for name, value in arrays(one).items():
        assert value.tobytes() == getattr(other, name).tobytes(), name


def cast(camera, boxes):
    """Depth, normal and number of the first surface on each pixel's ray: boxes or the room."""
    rows, columns = np.mgrid[: camera.height_px, : camera.width_px]
    pixel = np.stack([columns + 0.5, rows + 0.5, np.ones(rows.shape)], axis=-1)
    ray = pixel @ np.linalg.inv(camera.intrinsics).T @ camera.world_from_cam[:3, :3].T
    eye = camera.world_from_cam[:3, 3]
    far = np.where(ray > 0, (ROOM_M - eye) / ray, -eye / ray)
    depth, axis = far.min(axis=-1), far.argmin(axis=-1)
    normal = -np.eye(3)[axis] * np.sign(np.take_along_axis(ray, axis[..., None], -1))
    owner = np.full(depth.shape, -1)
    for number, (low, high) in enumerate(boxes):
        near, leave = np.sort([(low - eye) / ray, (high - eye) / ray], axis=0)
        enter, axis = near.max(axis=-1), near.argmax(axis=-1)
        hit = (enter < leave.min(axis=-1)) & (enter > 0) & (enter < depth)
        depth = np.where(hit, enter, depth)
        side = -np.eye(3)[axis] * np.sign(np.take_along_axis(ray, axis[..., None], -1))
        normal, owner = np.where(hit[..., None], side, normal), np.where(hit, number, owner)
    return depth, normal, owner


@pytest.fixture(scope="module")
def renderer():
    with Renderer(STORE, dynamic_items=(), supersampling=2) as made:
        yield made


@pytest.mark.parametrize("supersampling", [1, 2, 3])
@pytest.mark.parametrize("camera_index", [0, 1])
def test_labels_equal_ray_casting(supersampling, camera_index):
    """Depth, normals and ids are those of the ray through each pixel's centre, at any supersampling."""
    camera = STORE.cameras[camera_index]
    boxes = [(LOW, HIGH), (np.array([2.5, 2.0, 0.0]), np.array([3.5, 2.6, 0.9]))]
    for x in (2.8, 3.2):
        boxes.append((np.array([x - 0.05, 2.15, 0.9]), np.array([x + 0.05, 2.25, 1.1])))
    depth, normal, owner = cast(camera, boxes)
    with Renderer(STORE, dynamic_items=(), supersampling=supersampling) as renderer:
        view = renderer.render(make_scene([make_person()]), camera_index)
    expected = np.array([INSTANCE_PERSON, COUNTER, INSTANCE_ITEM, INSTANCE_ITEM + 1, -1])[owner]
    found = np.where(view.instance_id < COUNTER, -1, view.instance_id)
    same = (found == expected) & (view.class_id != CLASS_ID["lamp"])
    # The rasteriser snaps corners to 1/256 of a pixel: rays through an edge may go either way.
    assert (found == expected).mean() > 0.999
    np.testing.assert_allclose(view.depth_m[same], depth[same], rtol=2e-4)
    off = np.abs(view.normal[same] - normal[same]).max(axis=-1) > 1e-5
    assert off.mean() < 2e-3
    assert set(np.unique(view.instance_id)) >= {FLOOR, WALL, COUNTER, INSTANCE_PERSON}


def test_points_project_onto_their_instance(renderer):
    camera = STORE.cameras[0]
    view = renderer.render(make_scene([make_person()]), 0)
    front = np.array([[x, LOW[1], z] for x in np.linspace(1.75, 2.05, 5) for z in np.linspace(0.7, 1.6, 5)])
    pixels, depth = project(camera, front)
    columns, rows = np.floor(pixels).astype(int).T
    inside = (rows >= 0) & (rows < 120) & (columns >= 0) & (columns < 160)
    assert inside.sum() > 10
    assert (view.instance_id[rows[inside], columns[inside]] == INSTANCE_PERSON).all()
    np.testing.assert_allclose(view.depth_m[rows[inside], columns[inside]], depth[inside], atol=0.06)


@pytest.mark.parametrize("supersampling", [1, 2])
def test_motion_is_the_projected_displacement(supersampling):
    shift = np.array([0.06, -0.04, 0.02])
    camera = STORE.cameras[0]
    with Renderer(STORE, dynamic_items=(), supersampling=supersampling) as renderer:
        view = renderer.render(make_scene([make_person()], shift_m=-shift), 0)
    rows, columns = np.nonzero(view.instance_id == INSTANCE_PERSON)
    centre = np.stack([columns + 0.5, rows + 0.5], axis=1)
    local = np.column_stack([centre, np.ones(len(rows))]) @ np.linalg.inv(camera.intrinsics).T
    now = (local * view.depth_m[rows, columns, None]) @ camera.world_from_cam[
        :3, :3
    ].T + camera.world_from_cam[:3, 3]
    before, _ = project(camera, now - shift)
    np.testing.assert_allclose(view.motion_px[rows, columns], centre - before, atol=2e-3)
    assert not view.motion_px[view.instance_id != INSTANCE_PERSON].any()


def test_same_input_same_bytes_with_and_without_caches(renderer):
    scenes = [make_scene([make_person(shift=(0.1 * k, 0, 0))], frame=k) for k in range(2)]
    first = [renderer.render(scene, camera) for scene in scenes for camera in (0, 1)]
    renderer.forget_static()
    again = []
    for scene in scenes:
        for camera in (0, 1):
            renderer.forget_static()
            again.append(renderer.render(replace(scene), camera))
    with Renderer(STORE, dynamic_items=(), supersampling=2) as other:
        backward = [other.render(scene, camera) for scene in scenes[::-1] for camera in (1, 0)][::-1]
    for one, two, three in zip(first, again, backward, strict=True):
        assert_same(one, two)
        assert_same(one, three)


def test_dynamic_item_is_drawn_by_the_scene_only():
    with Renderer(STORE, dynamic_items=[1], supersampling=1) as renderer:
        view = renderer.render(make_scene([]), 0)
    assert INSTANCE_ITEM in view.instance_id
    assert INSTANCE_ITEM + 1 not in view.instance_id
    assert view.silhouette_px == {}


def test_silhouettes(renderer):
    """An unoccluded instance covers what is seen of it; a hidden one what is seen when the other is gone."""
    front, back = make_person(0), make_person(1, shift=(0.35, 0.35, 0.0))
    outside = make_person(2, shift=(0.0, 0.0, 30.0))
    both = renderer.render(make_scene([front, back, outside]), 0)
    alone = renderer.render(make_scene([back]), 0)
    seen = {k: int((both.instance_id == INSTANCE_PERSON + k).sum()) for k in range(3)}
    assert both.silhouette_px[INSTANCE_PERSON] == seen[0]
    assert (
        both.silhouette_px[INSTANCE_PERSON + 1]
        == (alone.instance_id == INSTANCE_PERSON + 1).sum()
        > seen[1]
        > 0
    )
    assert both.silhouette_px[INSTANCE_PERSON + 2] == 0


def test_silhouettes_of_more_instances_than_stencil_marks(renderer):
    crowd = [make_person(k, shift=(0.003 * k, 0.0, 0.0)) for k in range(300)]
    view = renderer.render(make_scene(crowd), 0)
    single = renderer.render(make_scene([crowd[290]]), 0)
    assert view.silhouette_px[INSTANCE_PERSON + 290] == single.silhouette_px[INSTANCE_PERSON + 290] > 0


def test_shadow_under_a_table(renderer):
    camera = replace(look_at(np.array([0.4, 0.4, 2.2]), (1.6, 1.4, 0.0)))
    store = replace(STORE, cameras=(camera,))
    table = make_person(low=np.array([1.2, 1.0, 0.4]), high=np.array([2.0, 1.8, 0.45]))
    with Renderer(store, dynamic_items=(), supersampling=1) as other:
        light = other.render(make_scene([]), 0)
        dark = other.render(make_scene([table]), 0)
    pixel, _ = project(camera, [[1.3, 1.1, 0.0], [0.7, 2.0, 0.0]])
    (u, v), (far_u, far_v) = np.floor(pixel).astype(int)
    assert dark.instance_id[v, u] == FLOOR == dark.instance_id[far_v, far_u]
    assert dark.rgb[v, u].mean() < 0.85 * light.rgb[v, u].mean()
    assert dark.rgb[far_v, far_u].mean() > 0.9 * light.rgb[far_v, far_u].mean()


def test_the_shadow_of_what_moves_has_no_edge_where_it_ends():
    """Far aside of a thing over the floor, light comes back little by little, in no step."""
    camera = look_at(np.array([2.0, 0.2, 2.3]), (2.0, 1.5, 0.0), width=320, height=240, fov_deg=100.0)
    low, high = np.array([1.4, 1.2, 0.8]), np.array([1.8, 1.6, 0.9])
    with Renderer(replace(STORE, cameras=(camera,)), dynamic_items=(), supersampling=2) as other:
        alone = other.render(make_scene([]), 0)
        shaded = other.render(make_scene([make_person(low=low, high=high)]), 0)
    points_m, floor = floor_points(shaded, camera)
    aside_m = np.linalg.norm(np.maximum(np.maximum(low - points_m, points_m - high), 0.0)[..., :2], axis=-1)
    here = ndimage.binary_erosion(floor, iterations=4) & (aside_m > 0.3)
    # Means over a few pixels: what eight bits round is not meant.
    left = ndimage.uniform_filter(read_light(shaded) / read_light(alone), 5)
    assert here.sum() > 20000
    assert left[here].min() < 0.94
    for axis in (0, 1):
        both = np.delete(here, 0, axis) & np.delete(here, -1, axis)
        assert np.abs(np.diff(left, axis=axis))[both].max() < 0.009


def test_static_shadow_behind_the_counter(renderer):
    """The foot of the counter is darker than the floor that is open to both lamps."""
    store = replace(STORE, cameras=(look_at(np.array([0.3, 2.7, 2.2]), (2.4, 2.3, 0.0)),))
    with Renderer(store, dynamic_items=(), supersampling=1) as other:
        view = other.render(make_scene([]), 0)
    pixel, _ = project(store.cameras[0], [[2.46, 2.4, 0.0], [1.6, 1.6, 0.0]])
    (u, v), (open_u, open_v) = np.floor(pixel).astype(int)
    assert view.instance_id[v, u] == FLOOR == view.instance_id[open_v, open_u]
    assert view.rgb[v, u].mean() < view.rgb[open_v, open_u].mean() - 10


def test_lamps_give_the_light():
    """Less power is darker, a lamp that is off does not glow, and the ceiling is never black."""
    with Renderer(STORE, dynamic_items=(), supersampling=1) as renderer:
        full, half, none, again = (
            renderer.render(make_scene([make_person()], power=power), 1)
            for power in ((1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 1.0))
        )
    assert full.rgb.mean() > 1.15 * half.rgb.mean() > 5 * none.rgb.mean()
    assert full.rgb[full.instance_id == CEILING].min() > 40
    lamp = full.instance_id == LAMP_A
    assert lamp.any()
    assert full.rgb[lamp].min() > 230
    assert half.rgb[lamp].max() < 200
    assert_same(full, again)


def test_lamp_states_do_not_depend_on_the_ones_before(renderer):
    """A state gives the same bytes whatever lamps have failed earlier."""
    states = [(0.3, 1.0), (1.0, 0.6), (0.3, 0.6), (1.0, 1.0)]
    forward = [renderer.render(make_scene([make_person()], power=power), 0) for power in states]
    with Renderer(STORE, dynamic_items=(), supersampling=2) as other:
        backward = [other.render(make_scene([make_person()], power=power), 0) for power in states[::-1]]
    for one, two in zip(forward, backward[::-1], strict=True):
        assert_same(one, two)


def test_light_is_linear_in_the_lamps(renderer):
    """Half of both lamps is as dark as the exposure says of half the light; the walls have no tone curve."""
    full, half, off = (
        renderer.render(make_scene([], power=(level, level)), 0).rgb.astype(float)
        for level in (1.0, 0.5, 0.0)
    )
    surface = (full > 5).all(axis=-1) & (full < 180).all(axis=-1)
    assert surface.any()
    assert (half <= full + 1).all()
    assert off[surface].max() <= 2
    # Codes are a power of the light: about 1.3 / 2.2 of an octave for half of it.
    ratio = np.median(half[surface] / full[surface])
    assert 0.56 < ratio < 0.68


def test_closing_gives_every_opengl_object_back():
    def count():
        kinds = (GL.glIsTexture, GL.glIsFramebuffer, GL.glIsBuffer, GL.glIsVertexArray, GL.glIsProgram)
        return [sum(bool(is_one(name)) for name in range(1, 2000)) for is_one in kinds]

    def live():
        with Renderer(STORE, dynamic_items=(), supersampling=1) as short:
            for camera in (0, 1):
                short.render(make_scene([make_person()], power=(0.5, 1.0)), camera)

    live()
    before = count()
    live()
    assert count() == before


def test_opengl_errors_say_what_to_change():
    open_context()
    with pytest.raises(RenderError, match="OpenGL failed in glEnable: .* fewer workers"), wrap_errors():
        GL.glEnable(1)


def test_spans_part_the_picture(renderer):
    """Each pixel lies in one rectangle, and what moves only in those that say so."""
    view = renderer.render(make_scene([make_person()]), 0)
    camera = STORE.cameras[0]
    box_m = np.stack([LOW, HIGH])[None].astype(np.float32)
    clip = make_projection(camera, 1).clip_from_world
    still, moving = compute_spans(box_m, clip, (camera.width_px, camera.height_px), 0.0)
    hits = np.zeros((2, camera.height_px, camera.width_px), int)
    for number, spans in enumerate((still, moving)):
        for x, y, width, height in spans.tolist():
            hits[number, y : y + height, x : x + width] += 1
    assert (hits.sum(axis=0) == 1).all()
    assert (hits[1][view.instance_id == INSTANCE_PERSON] == 1).all()
    assert 0 < hits[1].mean() < 1
    behind = np.array([[camera.world_from_cam[:3, 3] - 0.2, camera.world_from_cam[:3, 3] + 0.2]], np.float32)
    assert len(compute_spans(behind, clip, (camera.width_px, camera.height_px), 0.0)[0]) == 0


def test_casters_box_the_items():
    """The two items of one slot cast as one box, a little smaller than they are together."""
    casters = make_casters(STORE)
    boxes = casters.position_m[len(STORE.structure.position_m) :]
    assert boxes.shape == (8, 3)
    np.testing.assert_allclose(boxes.min(axis=0), np.array([2.75, 2.15, 0.9]) + 0.004, atol=1e-5)
    np.testing.assert_allclose(boxes.max(axis=0), np.array([3.25, 2.25, 1.1]) - 0.004, atol=1e-5)
    corner = casters.position_m[casters.solids]
    outward = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    assert ((corner.mean(axis=1) - boxes.mean(axis=0)) * outward).sum(axis=1).min() > 0


def test_wear_is_on_what_stands_still_and_never_on_goods():
    """Albedo with a worn layer over that without it: goods and people as they were, the rest by texture."""
    worn = np.full((1, 256, 256, 3), 128, np.uint8)
    worn[:, :, ::2] = 188
    textures = Textures.join([STORE.textures, Textures.of(worn)])
    store = replace(STORE, textures=textures, wear_layer=len(STORE.textures))
    views = []
    for one in (STORE, store):
        with Renderer(one, dynamic_items={1}, supersampling=1) as drawing:
            views.append(drawing.render(make_scene([make_person()]), 0))
    new, old = views
    assert np.array_equal(new.instance_id, old.instance_id)
    assert np.array_equal(new.depth_m, old.depth_m)
    goods = new.instance_id >= INSTANCE_PERSON
    assert np.array_equal(new.albedo[goods], old.albedo[goods])
    upright = (np.abs(new.normal[..., 2]) < 0.5) & ~goods
    low = upright & (compute_height(new) < 0.03)
    assert (old.albedo[low] < new.albedo[low]).all()
    floor = new.instance_id == FLOOR
    ratio = old.albedo[floor].mean() / new.albedo[floor].mean()
    assert 1.005 < ratio < 1.3


def compute_height(view):
    """Height of each pixel's surface over the floor."""
    rows, columns = np.mgrid[: view.depth_m.shape[0], : view.depth_m.shape[1]]
    pixel = np.stack([columns + 0.5, rows + 0.5, np.ones(rows.shape)], axis=-1)
    ray = pixel @ np.linalg.inv(view.camera.intrinsics).T @ view.camera.world_from_cam[:3, :3].T
    return view.camera.world_from_cam[2, 3] + ray[..., 2] * view.depth_m


def test_picture_is_neither_black_nor_blown_out(renderer):
    view = renderer.render(make_scene([make_person()]), 0)
    surface = view.class_id != CLASS_ID["lamp"]
    assert 90 < view.rgb[surface].mean() < 225
    assert (view.rgb[surface] > 253).all(axis=-1).mean() < 0.02


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dynamic_items": [7], "supersampling": 1}, "holds 7, the store's items are 0 to 1"),
        ({"dynamic_items": (), "supersampling": 5}, "supersampling must be 1, 2 or 3, not 5"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(RenderError, match=message):
        Renderer(STORE, **arguments)


def test_bad_scenes(renderer):
    scene = make_scene([make_person()])
    message = r"lamp_power has shape \(3,\), the store has 2 lamps: give one number a lamp"
    with pytest.raises(RenderError, match=message):
        renderer.render(replace(scene, lamp_power=np.ones(3, np.float32)), 0)
    with pytest.raises(RenderError, match="camera_index 2 is not one of 2 cameras"):
        renderer.render(scene, 2)
    with pytest.raises(RenderError, match="previous_position_m has shape"):
        renderer.render(replace(scene, previous_position_m=scene.previous_position_m[1:]), 0)
    twice = make_scene([make_person(0), make_person(1), make_person(0)])
    with pytest.raises(RenderError, match="one appears twice"):
        renderer.render(twice, 0)


def test_closed_renderer_says_so_and_leaves_others_alone():
    scene = make_scene([make_person()])
    with Renderer(STORE, dynamic_items=(), supersampling=1) as kept:
        before = kept.render(scene, 0)
        with Renderer(STORE, dynamic_items=(), supersampling=1) as closed:
            closed.render(scene, 0)
        with pytest.raises(RenderError, match="closed"):
            closed.render(scene, 0)
        assert_same(before, kept.render(replace(scene), 0))


def test_a_ceiling_glows_as_far_as_lamps_burn():
    """What it gives off goes with the lamps' mean power, and to nothing with them."""
    glowing = (*STORE.materials, replace(STORE.materials[0], name="ceiling", emissive=0.3))
    material = np.where(STORE.structure.instance_id == CEILING, len(glowing) - 1, STORE.structure.material)
    store = replace(
        STORE, materials=glowing, structure=replace(STORE.structure, material=material.astype(np.int32))
    )
    seen = []
    with Renderer(store, dynamic_items=(), supersampling=2) as renderer:
        for power in ((1.0, 1.0), (1.0, 0.0), (0.0, 0.0)):
            view = renderer.render(make_scene([], power=power), 1)
            seen.append(view.rgb[view.instance_id == CEILING].astype(float).mean())
    assert seen[0] > seen[1] + 10 > seen[2] + 20
    assert seen[2] < 3
