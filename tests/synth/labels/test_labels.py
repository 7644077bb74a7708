"""Labels against a ray caster of boxes that knows nothing of the code under test."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.cameras.projection import project_points
from scenes.world import (
    CLASS_ID,
    INSTANCE_FIXTURE,
    INSTANCE_ITEM,
    INSTANCE_PERSON,
    Camera,
    Catalogue,
    Mesh,
    Store,
)
from synth import schema
from synth.labels.boxes import box_scene, count_pixels
from synth.labels.tables import BoxAccumulator, make_events, make_receipts, make_tracks, make_weights
from synth.records import (
    BodyShape,
    Event,
    Motion,
    Receipt,
    ReceiptLine,
    ShopperPlan,
    Simulation,
    Trajectories,
    View,
    WeightTrace,
)
from synth.render import FrameScene

SIZE_M = np.array([[0.3, 0.2, 0.4]])
WALL = INSTANCE_FIXTURE + 3
CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
FACES = np.array([face for a, b, c, d in QUADS for face in ((a, b, c), (a, c, d))], np.int32)


def make_camera(width=160, height=120):
    """At (0, -4, 1.2), looking along +y, level."""
    pose = np.eye(4)
    pose[:3, :3] = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    pose[:3, 3] = 0.0, -4.0, 1.2
    intrinsics = np.array([[120.0, 0, width / 2], [0, 120.0, height / 2], [0, 0, 1]])
    return Camera("cam0", width, height, intrinsics, pose)


def make_box(centre, size, instance_id, name):
    """An axis-aligned box that stands on `centre`."""
    position = (CORNERS * size + centre).astype(np.float32)
    count = len(position)
    return Mesh(
        position_m=position,
        normal=np.zeros((count, 3), np.float32),
        uv=np.zeros((count, 2), np.float32),
        layer=np.full(count, -1, np.int32),
        color=np.zeros((count, 3), np.uint8),
        material=np.zeros(count, np.int32),
        instance_id=np.full(count, instance_id, np.int32),
        class_id=np.full(count, CLASS_ID[name], np.uint8),
        faces=FACES,
    )


def cast(camera, boxes):
    """Return (instance_id, depth_m, silhouette_px) of boxes [(centre, size, id)] by ray casting."""
    v, u = np.mgrid[: camera.height_px, : camera.width_px] + 0.5
    ray = np.stack([u, v, np.ones_like(u)], axis=-1) @ np.linalg.inv(camera.intrinsics).T
    direction = ray @ camera.world_from_cam[:3, :3].T
    origin = camera.world_from_cam[:3, 3]
    depth = np.full(u.shape, np.inf)
    ids = np.zeros(u.shape, np.int32)
    silhouette = {}
    for centre, size, instance in boxes:
        low = np.asarray(centre) - [size[0] / 2, size[1] / 2, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.stack([(low - origin) / direction, (low + size - origin) / direction])
        near, far = t.min(axis=0).max(axis=-1), t.max(axis=0).min(axis=-1)
        hit = (near <= far) & (near > 0)
        silhouette[instance] = int(hit.sum())
        closer = hit & (near < depth)
        depth[closer], ids[closer] = near[closer], instance
    return ids, np.where(np.isinf(depth), 0, depth).astype(np.float32), silhouette


def make_view(camera, boxes, frame=0):
    ids, depth, silhouette = cast(camera, boxes)
    blank = np.zeros((*ids.shape, 3), np.uint8)
    return View(
        camera=camera,
        frame=frame,
        rgb=blank,
        depth_m=depth,
        normal=blank,
        albedo=blank,
        material=ids.astype(np.uint8),
        instance_id=ids,
        class_id=ids.astype(np.uint8),
        motion_px=blank,
        silhouette_px=silhouette,
    )


def make_store(poses):
    catalogue = Catalogue(
        "EUR",
        ("0001-a",),
        ("A",),
        ("x",),
        ("box",),
        SIZE_M,
        np.array([0.5]),
        np.array([100]),
        np.ones(1),
        np.array([-1]),
        np.array([-1]),
        (make_box((0, 0, 0), SIZE_M[0], 0, "product"),),
        (),
        ("each",),
        ("",),
    )
    pose = np.tile(np.eye(4), (len(poses), 1, 1))
    pose[:, :3, 3] = np.reshape(poses, (-1, 3))
    nothing = np.zeros(len(poses), int)
    return Store("s", None, catalogue, None, (), (), None, None, (), nothing, nothing, pose, np.ones(3))


def make_event(number, time_s, item, origin, target, pose=None):
    point = np.array([1.0, 2.0, 3.0])
    return Event(number, time_s, "take", "TRIPA", item, "0001-a", origin, target, 1, "left", point, pose)


BODY = BodyShape(0.5, 0.5, 0.5, 0.5, 0.5, 1.7, 1)
PLANS = tuple(ShopperPlan(code, "P1", 0, 0.0, 1.0, (0,), (), BODY, "right") for code in ("TRIPA", "TRIPB"))


def make_simulation(events=(), receipts=()):
    time_s = np.array([-0.5, 0.0, 0.5, 1.0])
    position = np.stack([np.stack([time_s * 2, time_s], axis=1), np.zeros((4, 2))], axis=1)
    heading = np.stack([np.array([3.0, 3.1, -3.1, -3.0]), np.zeros(4)], axis=1)
    present = np.array([[1, 0], [1, 0], [1, 1], [0, 1]], bool)
    tracks = Trajectories(2.0, time_s, position, heading, present, heading)
    return Simulation(PLANS, tracks, (), tuple(events), tuple(receipts))


def make_motion(joints_m, present=((1, 1),), time_s=(0.0,)):
    joints = np.asarray(joints_m, np.float32)
    names = tuple(f"j{n}" for n in range(joints.shape[2]))
    palm = np.arange(joints.shape[0] * joints.shape[1] * 6, dtype=np.float32).reshape(*joints.shape[:2], 2, 3)
    rotation = np.zeros((*joints.shape[:2], 1, 3, 3), np.float32)
    return Motion(np.asarray(time_s), np.asarray(present, bool), names, joints, rotation, palm, ())


def make_scene(meshes, frame=0):
    offset = np.cumsum([0, *(len(mesh.position_m) for mesh in meshes)])
    columns = {
        name: np.concatenate([getattr(mesh, name) for mesh in meshes])
        for name in ("position_m", "normal", "uv", "layer", "color", "material", "instance_id", "class_id")
    }
    faces = np.concatenate([mesh.faces + at for mesh, at in zip(meshes, offset, strict=False)])
    mesh = Mesh(faces=faces.astype(np.int32), **columns)
    return FrameScene(frame, mesh, mesh.position_m, np.zeros(0, np.float32))


@pytest.fixture
def shop():
    """Two people behind each other, a wall before the second's legs, a moved item, three still ones."""
    store = make_store([(9, 9, 9), (-0.9, 0, 1.0), (0.9, 1.0, 1.0), (50, 0, 1)])
    event = make_event(0, -1.0, 0, "slot:0", "floor", np.eye(4))
    people = [((0.1, 0, 0.3), (0.5, 0.3, 1.7)), ((0.5, 1.0, 0.0), (0.5, 0.3, 1.8))]
    moved = ((-0.4, -0.5, 0.2), SIZE_M[0])
    wall = ((0.6, 0.5, 0.0), (0.8, 0.1, 0.6))
    boxes = [(*person, INSTANCE_PERSON + n) for n, person in enumerate(people)]
    boxes += [(*moved, INSTANCE_ITEM), (*wall, WALL)]
    boxes += [(store.world_from_item[n, :3, 3], SIZE_M[0], INSTANCE_ITEM + n) for n in (1, 2, 3)]
    meshes = [make_box(*box, "person") for box in boxes[:2]] + [make_box(*boxes[2], "product")]
    joints = [
        [[(0.1, 0.0, 1.0), (0.1, 0.05, 1.5), (9, 0, 1)], [(0.5, 1.1, 0.2), (0.7, 1.05, 1.6), (0.7, -9, 1)]]
    ]
    simulation, motion = make_simulation([event]), make_motion(joints)
    view = make_view(make_camera(), boxes)
    table = BoxAccumulator(store, simulation, motion)
    table.add(view, make_scene(meshes))
    return view, table.table().to_pylist()


def test_boxes_have_the_schema_and_the_right_rows(shop):
    _, rows = shop
    assert [row["instance_id"] for row in rows] == [
        INSTANCE_PERSON,
        INSTANCE_PERSON + 1,
        INSTANCE_ITEM,
        INSTANCE_ITEM + 1,
        INSTANCE_ITEM + 2,
    ]
    assert [row["class"] for row in rows] == ["person"] * 2 + ["product"] * 3
    assert [row["trip_code"] for row in rows] == ["TRIPA", "TRIPB", "", "", ""]
    assert [row["item_id"] for row in rows] == [-1, -1, 0, 1, 2]
    assert [row["sku"] for row in rows] == ["", "", *["0001-a"] * 3]


def test_visible_part_agrees_with_the_picture(shop):
    view, rows = shop
    for row in rows:
        v, u = np.nonzero(view.instance_id == row["instance_id"])
        assert row["visible_px"] == len(u)
        assert (row["x0_px"], row["x1_px"]) == (u.min(), u.max() + 1)
        assert (row["y0_px"], row["y1_px"]) == (v.min(), v.max() + 1)


def test_full_box_agrees_with_the_silhouette_and_encloses_the_visible_part(shop):
    view, rows = shop
    for row in rows:
        assert row["full_x0_px"] - 0.5 <= row["x0_px"]
        assert row["full_y0_px"] - 0.5 <= row["y0_px"]
        assert row["full_x1_px"] + 0.5 >= row["x1_px"]
        assert row["full_y1_px"] + 0.5 >= row["y1_px"]
        area = (row["full_x1_px"] - row["full_x0_px"]) * (row["full_y1_px"] - row["full_y0_px"])
        assert area >= 0.9 * view.silhouette_px[row["instance_id"]]
        # Fraction of what would be seen: exact for what moves, a hull's area for what stands still.
        exact = row["visible_px"] / view.silhouette_px[row["instance_id"]]
        assert row["visible_fraction"] == pytest.approx(exact, abs=0.06 if row["item_id"] > 0 else 1e-6)
    assert rows[0]["visible_fraction"] == 1.0
    assert 0.2 < rows[1]["visible_fraction"] < 0.8


def test_joints_are_visible_only_on_their_owners_own_pixels(shop):
    view, rows = shop
    first, second = rows[0], rows[1]
    # In the trunk; near its back, within 0.25 m of the surface as well; outside the image.
    assert first["joints_visible"] == [True, True, False]
    u, v = first["joints_px"][:2]
    assert view.instance_id[int(v), int(u)] == INSTANCE_PERSON
    # Behind the wall; in view; behind the camera.
    assert second["joints_visible"] == [False, True, False]
    assert all(row["joints_px"] == [] and row["joints_visible"] == [] for row in rows[2:])


def test_a_joint_deep_behind_its_own_surface_is_hidden():
    store, simulation = make_store([]), make_simulation()
    body = ((0, 0, 0), (0.5, 1.0, 1.8), INSTANCE_PERSON)
    motion = make_motion([[[(0, -0.4, 1), (0, -0.26, 1), (0, -0.24, 1), (0, 0.4, 1)]]], present=((1, 0),))
    boxes = BoxAccumulator(store, simulation, motion)
    boxes.add(make_view(make_camera(), [body]), make_scene([make_box(*body, "person")]))
    assert boxes.table().to_pylist()[0]["joints_visible"] == [True, True, False, False]


def test_later_frames_list_only_what_moves_and_hidden_things_keep_their_full_box(shop):
    store = make_store([(-0.9, 0, 1.0)])
    joints = np.zeros((2, 2, 1, 3))
    motion = make_motion(joints, present=((1, 0), (1, 0)), time_s=(0.0, 0.1))
    person, wall = ((0, 1, 0), (0.5, 0.3, 1.7), INSTANCE_PERSON), ((0, 0, 0), (3, 0.1, 2.5), WALL)
    boxes = BoxAccumulator(store, make_simulation(), motion)
    view = make_view(make_camera(), [person, wall], frame=1)
    boxes.add(view, make_scene([make_box(*person, "person")], frame=1))
    (row,) = boxes.table().to_pylist()
    assert row["frame"] == 1
    assert row["time_s"] == 0.1
    assert row["visible_px"] == 0
    assert row["visible_fraction"] == 0.0
    assert np.isnan(row["x0_px"])
    u, _ = project_points(make_camera(), np.array([-0.25, 0.85, 0.0]))
    assert row["full_x0_px"] == pytest.approx(u[0], abs=1e-3)


def test_what_reaches_behind_the_camera_is_cut_at_the_camera():
    camera = make_camera()
    beam = make_box((0.5, -4.0, 1.0), (0.4, 6.0, 0.1), INSTANCE_PERSON, "person")
    (box,) = box_scene(camera, beam).box_px
    # Dense points of the same beam, only those before the camera.
    grid = np.stack(np.meshgrid(*(np.linspace(0, 1, 400),) * 2), axis=-1).reshape(-1, 2)
    y = -4 + 0.0201 + grid[:, 0] * (3 - 0.0201)
    points = [np.stack([np.full_like(y, x), y, 1.0 + 0.1 * grid[:, 1]], axis=1) for x in (0.3, 0.7)]
    points_px, depth = project_points(camera, np.concatenate(points))
    assert depth.min() > 0
    assert box[[0, 1]] == pytest.approx(points_px.min(axis=0), rel=0.02)
    assert box[[2, 3]] == pytest.approx(points_px.max(axis=0), rel=0.02)
    behind = make_box((0, -8, 1), (1, 1, 1), INSTANCE_PERSON, "person")
    assert np.isnan(box_scene(camera, behind).box_px).all()


def test_count_pixels_of_an_empty_view():
    pixels = count_pixels(np.full((4, 5), WALL, np.int32))
    count, box = pixels.of(np.array([INSTANCE_PERSON]))
    assert count.tolist() == [0]
    assert np.isnan(box).all()


def test_tracks_interpolate_between_steps_and_over_the_angle():
    motion = make_motion(np.zeros((3, 2, 2, 3)), present=((1, 0), (1, 0), (0, 1)), time_s=(0.0, 0.25, 0.75))
    table = make_tracks(make_simulation(), motion)
    assert schema.table_problems(table, schema.TRACKS) == []
    rows = table.to_pylist()
    assert [(row["frame"], row["trip_code"]) for row in rows] == [(0, "TRIPA"), (1, "TRIPA"), (2, "TRIPB")]
    assert [row["x_m"] for row in rows] == pytest.approx([0.0, 0.5, 0.0])
    assert abs(rows[1]["heading_rad"]) == pytest.approx(np.pi, abs=1e-6)  # half way from 3.1 to -3.1
    assert rows[1]["right_palm_z_m"] == motion.palm_m[1, 0, 1, 2]
    assert len(rows[0]["joints_m"]) == 6


def test_events_weights_and_receipts_keep_every_number():
    pose = np.arange(16.0).reshape(4, 4)
    events = [
        make_event(0, -1.5, 2, "slot:0", "hand:TRIPA:left"),
        make_event(1, 2.5, 2, "hand:TRIPA:left", "floor", pose),
    ]
    lines = (ReceiptLine("b", 1, 250), ReceiptLine("a", 2, 100))
    receipt = Receipt(
        "P1", ("TRIPA", "TRIPB"), "taker", -2.0, None, lines, 450, "EUR", ((0.5, 100), (1.5, 450))
    )
    simulation = make_simulation(events, [receipt])
    table = make_events(simulation)
    assert schema.table_problems(table, schema.EVENTS) == []
    assert table["rest_pose"].to_pylist() == [[], pose.ravel().tolist()]
    assert table["time_s"].to_pylist() == [-1.5, 2.5]
    assert (table["x_m"][0].as_py(), table["z_m"][0].as_py()) == (1.0, 3.0)
    (plain,) = make_receipts(simulation)
    assert schema.json_problems(plain, schema.RECEIPT_JSON) == []
    assert [line["sku"] for line in plain["lines"]] == ["a", "b"]
    assert plain["history"] == [[0.5, 100], [1.5, 450]]
    mass = np.arange(6, dtype=np.float32).reshape(2, 3)
    weights = make_weights(WeightTrace(np.array([0.0, 0.1]), mass, mass + 1, ()))
    assert schema.table_problems(weights, schema.WEIGHTS) == []
    assert weights["mass_kg"].to_pylist() == mass.tolist()
    assert weights["true_kg"].to_pylist() == (mass + 1).tolist()


def test_tables_of_an_empty_clip_are_empty_and_have_the_schema():
    empty = replace(make_simulation(), plans=())
    motion = make_motion(np.zeros((1, 0, 2, 3)), present=np.zeros((1, 0)))
    tracks = Trajectories(
        1.0, np.zeros(1), np.zeros((1, 0, 2)), np.zeros((1, 0)), np.zeros((1, 0), bool), np.zeros((1, 0))
    )
    empty = replace(empty, trajectories=tracks)
    boxes = BoxAccumulator(make_store([]), empty, motion).table()
    for table, fields in (
        (boxes, schema.BOXES),
        (make_tracks(empty, motion), schema.TRACKS),
        (make_events(empty), schema.EVENTS),
    ):
        assert table.num_rows == 0
        assert schema.table_problems(table, fields) == []
