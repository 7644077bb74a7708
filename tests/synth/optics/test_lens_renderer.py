"""Views through lenses against rays cast into boxes, one ray a pixel."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from scenes.cameras.lenses import make_lens, sample_specimen
from scenes.cameras.projection import compute_pixel_rays, project_points
from scenes.scenario import CamerasSpec
from scenes.world import CLASS_ID, INSTANCE_ITEM, INSTANCE_PERSON
from synth.labels.boxes import box_items, box_scene, count_pixels, hull_areas_px
from synth.optics import LensRenderer
from synth.render import Renderer
from tests.synth.render.small_shop import COUNTER, ROOM_M, look_at, make_box, make_scene, make_store

LOW, HIGH = np.array([1.7, 1.1, 0.0]), np.array([2.1, 1.4, 1.7])
BOXES = [(LOW, HIGH), (np.array([2.5, 2.0, 0.0]), np.array([3.5, 2.6, 0.9]))]
for _x in (2.8, 3.2):
    BOXES.append((np.array([_x - 0.05, 2.15, 0.9]), np.array([_x + 0.05, 2.25, 1.1])))
OWNERS = np.array([INSTANCE_PERSON, COUNTER, INSTANCE_ITEM, INSTANCE_ITEM + 1, -1])


def make_lens_camera(lens, number=0):
    """A corner camera, or a fisheye over the middle that looks straight down."""
    spec = CamerasSpec(
        lens=lens, width_px=160, height_px=120, fov_deg=95, distortion=0.7, fisheye_fov_deg=176
    )
    specimen = sample_specimen(make_lens(spec), rng=np.random.default_rng(number))
    places = [((0.3, 0.3, 2.2), (2.6, 1.9, 0.5)), ((3.7, 0.2, 1.4), (1.5, 2.0, 1.2))]
    if lens == "fisheye":
        places[0] = ((2.3, 1.7, 2.3), (2.31, 1.7, 0.0))
    pose = look_at(*(np.array(place) for place in places[number])).world_from_cam
    return replace(specimen, camera_id=f"cam{number}", world_from_cam=pose)


def make_person(shift=(0.0, 0.0, 0.0)):
    return make_box(LOW + shift, HIGH + shift, instance=INSTANCE_PERSON, kind="person", color=(40, 80, 160))


def cast(camera):
    """Ray lengths, normals and numbers of the first surface on each pixel's ray, and who is hit alone."""
    ray = compute_pixel_rays(camera) @ camera.world_from_cam[:3, :3].T
    eye = camera.world_from_cam[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.where(ray > 0, (ROOM_M - eye) / ray, -eye / ray)
        depth, owner, alone = far.min(axis=-1), np.full(ray.shape[:2], -1), []
        for number, (low, high) in enumerate(BOXES):
            near, leave = np.sort([(low - eye) / ray, (high - eye) / ray], axis=0)
            enter = near.max(axis=-1)
            hit = (enter < leave.min(axis=-1)) & (enter > 0)
            alone.append(hit)
            closer = hit & (enter < depth)
            depth, owner = np.where(closer, enter, depth), np.where(closer, number, owner)
    return depth, owner, alone


@pytest.fixture(scope="module", params=[("wide", 0), ("wide", 1), ("fisheye", 0), ("fisheye", 1)], ids=str)
def seen(request):
    lens, number = request.param
    camera = make_lens_camera(lens, number)
    store = replace(make_store(), cameras=(camera,))
    shift = np.array([0.06, -0.04, 0.02])
    scene = make_scene([make_person()], shift_m=-shift)
    with LensRenderer(store, dynamic_items=(), supersampling=2) as renderer:
        return camera, store, scene, shift, renderer.render(scene, 0)


def test_labels_equal_ray_casting(seen):
    """Ids, depth and silhouettes are those of the ray through each pixel's centre."""
    camera, _, _, _, view = seen
    depth, owner, alone = cast(camera)
    empty = np.isnan(depth)
    assert not view.instance_id[empty].any()
    assert not view.depth_m[empty].any()
    assert not view.rgb[ndimage.binary_erosion(empty, iterations=2, border_value=1)].any()
    found = np.where(view.instance_id < COUNTER, -1, view.instance_id)
    same = (found == OWNERS[owner]) | empty
    # A label comes from a ray at most a quarter of a pixel away: only next to an edge may it differ.
    edge = ndimage.maximum_filter(owner, 3) != ndimage.minimum_filter(owner, 3)
    assert same[~edge].all()
    assert same[edge].mean() > 0.85
    good = same & ~empty & ~edge & (view.class_id != CLASS_ID["lamp"])
    off = np.abs(view.depth_m[good] / depth[good] - 1)  # most where the ray grazes a wall
    assert off.max() < 0.08
    assert np.median(off) < 3e-3
    rim = (alone[0] & ~ndimage.binary_erosion(alone[0])).sum()
    assert abs(view.silhouette_px[INSTANCE_PERSON] - alone[0].sum()) < 0.25 * rim
    assert view.silhouette_px[INSTANCE_PERSON] >= (view.instance_id == INSTANCE_PERSON).sum()


def test_motion_is_the_projected_displacement(seen):
    camera, _, _, shift, view = seen
    rows, columns = np.nonzero(view.instance_id == INSTANCE_PERSON)
    rays = compute_pixel_rays(camera)[rows, columns] @ camera.world_from_cam[:3, :3].T
    now = rays * view.depth_m[rows, columns, None] + camera.world_from_cam[:3, 3]
    before, _ = project_points(camera, now - shift)
    centre = np.stack([columns + 0.5, rows + 0.5], axis=1)
    np.testing.assert_allclose(view.motion_px[rows, columns], centre - before, atol=0.08)
    assert not view.motion_px[view.instance_id != INSTANCE_PERSON].any()


def test_boxes_bound_the_bent_outlines(seen):
    """Full boxes of what stands free equal the extent of all rays that hit it, to a pixel."""
    camera, store, scene, _, view = seen
    _, _, alone = cast(camera)
    person = box_scene(camera, scene.mesh).box_px[0]
    items = box_items(camera, store, np.array([0, 1]))
    areas = hull_areas_px(camera, store, items)
    for box, hit in zip([person, *items.box_px], [alone[0], alone[2], alone[3]], strict=True):
        rows, columns = np.nonzero(hit)
        clipped = np.clip(box, 0, [160, 120, 160, 120])
        extent = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(clipped, extent, atol=1.01)
    for area, hit in zip(areas, alone[2:], strict=True):
        assert abs(area - hit.sum()) < 0.04 * hit.sum() + 4
    pixels = count_pixels(view.instance_id)
    for instance, box, count in zip(pixels.instance_id, pixels.box_px, pixels.count, strict=True):
        rows, columns = np.nonzero(view.instance_id == instance)
        assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert count == len(rows)


def test_points_lie_on_their_owner(seen):
    camera, _, _, _, view = seen
    front = np.array([[x, LOW[1], z] for x in np.linspace(1.75, 2.05, 9) for z in np.linspace(0.1, 1.6, 30)])
    pixels, depth = project_points(camera, front)
    inside = (pixels >= 0).all(1) & (pixels < [160, 120]).all(1)
    columns, rows = np.floor(pixels[inside]).astype(int).T
    near = np.abs(depth[inside] - view.depth_m[rows, columns]) < 0.02
    assert (view.instance_id[rows[near], columns[near]] == INSTANCE_PERSON).all()


def test_a_pinhole_is_left_to_the_renderer():
    store, scene = make_store(), make_scene([make_person()])
    with Renderer(store, dynamic_items=(), supersampling=2) as plain:
        wanted = plain.render(scene, 1)
    with LensRenderer(store, dynamic_items=(), supersampling=2) as renderer:
        found = renderer.render(scene, 1)
    for name in ("rgb", "instance_id", "depth_m", "motion_px", "normal"):
        assert getattr(found, name).tobytes() == getattr(wanted, name).tobytes()


def test_the_same_lens_gives_the_same_bytes():
    store = replace(make_store(), cameras=(make_lens_camera("fisheye"), make_lens_camera("wide", 1)))
    views = []
    for _ in range(2):
        with LensRenderer(store, dynamic_items=(), supersampling=1) as renderer:
            views += [renderer.render(make_scene([make_person()]), number) for number in (0, 1)]
    for one, other in ((views[0], views[2]), (views[1], views[3])):
        assert one.rgb.tobytes() == other.rgb.tobytes()
        assert one.instance_id.tobytes() == other.instance_id.tobytes()
        assert one.silhouette_px == other.silhouette_px
