"""What the files of a dataset say about one another, read as a stranger would read them."""

import numpy as np
import pytest
from shapely import LineString, Point, Polygon

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies, pose_mesh
from synth.dataset.reader import Dataset
from synth.engine.generation import generate
from synth.motion import compute_motion
from synth.pipeline import compute_frame_times
from synth.simulation import simulate
from tests.chain.conftest import SMALL
from tests.synth.motion.test_carried import wind

# A joint this little behind the visible surface is behind its own skin and cloth: no two people come closer.
SKIN_DEPTH_M = 0.10


def project(points_m, camera):
    """(N, 3) world points -> (N, 2) pixels and (N,) depths, written out from docs/conventions.md."""
    cam_from_world = np.linalg.inv(camera.world_from_cam)
    x, y, z = (points_m @ cam_from_world[:3, :3].T + cam_from_world[:3, 3]).T
    k = camera.distortion
    if camera.model == "kannala_brandt":
        s, t = np.hypot(x, y), np.arctan2(np.hypot(x, y), z)
        d = t * (1 + k[0] * t**2 + k[1] * t**4 + k[2] * t**6 + k[3] * t**8)
        a, b, depth = d * x / s, d * y / s, np.sqrt(x**2 + y**2 + z**2)
    else:
        a, b, depth = x / z, y / z, z
    if camera.model == "brown_conrady":
        k1, k2, p1, p2, k3 = k
        r2 = a**2 + b**2
        g = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
        a, b = a * g + 2 * p1 * a * b + p2 * (r2 + 2 * a**2), b * g + p1 * (r2 + 2 * b**2) + 2 * p2 * a * b
    pixels = np.stack([a, b, np.ones_like(a)], axis=1) @ camera.intrinsics.T
    return pixels[:, :2], np.where(np.arctan2(np.hypot(x, y), z) < camera.max_angle_rad, depth, -1.0)


def clips_of(dataset):
    return [(clip_id, camera) for clip_id in dataset.clips for camera in dataset.cameras(clip_id)]


def test_visible_joints_lie_on_their_owners_mask(small_dataset):
    check_joints(small_dataset)


def check_joints(dataset, *, least=1000):
    """A joint just behind the visible surface must be behind a surface of its owner's.

    A child on somebody's arm and that adult do come so close, and hide each other's hands: their joints are
    held against their bodies instead (see below, and tests/synth/motion/test_carried.py).
    """
    on_owner, on_other = find_joints(dataset)
    on_arm = {
        (clip_id, frozenset((person["instance_id"], adult["instance_id"])))
        for clip_id in dataset.clips
        for person in dataset.clip(clip_id)["people"]
        for adult in dataset.clip(clip_id)["people"]
        if person["carried_by"] == adult["trip_code"]
    }
    held = [hit for hit in on_other if (hit[0], frozenset(hit[2:4])) in on_arm]
    assert on_owner > least
    assert len(on_other) - len(held) <= on_owner / 500  # a fingertip that touches a neighbour
    return held


def find_joints(dataset):
    """Count the joints just behind the surface of their owner's, and list those just behind another's.

    The list has (clip, frame, owner, other, number of the joint).
    """
    on_owner, on_other = 0, []
    for clip_id, camera in clips_of(dataset):
        owner = {p["trip_code"]: p["instance_id"] for p in dataset.clip(clip_id)["people"]}
        masks = list(dataset.mask_frames(clip_id, camera.camera_id))
        depths = list(dataset.video(clip_id, camera.camera_id, "depth"))
        rows = dataset.table(clip_id, "tracks").to_pylist()
        for row in rows:
            joints = np.array(row["joints_m"]).reshape(-1, 3)
            pixels, joint_depth = project(joints, camera.at(row["frame"]))
            shown = np.where(np.abs(pixels) < 1e6, pixels, -1.0)  # out of the lens's sight: NaN, or anything
            u, v = np.floor(shown).astype(int).T
            inside = (joint_depth > 0.1) & (u >= 1) & (v >= 1)
            inside &= (u < camera.width_px - 1) & (v < camera.height_px - 1)
            mask, depth = masks[row["frame"]], depths[row["frame"]]
            for number in np.flatnonzero(inside):
                x, y = u[number], v[number]
                behind = joint_depth[number] - depth[y, x]
                is_person = 10_000 <= mask[y, x] < 100_000
                if is_person and -0.02 <= behind <= SKIN_DEPTH_M:
                    own = owner[row["trip_code"]]
                    if mask[y, x] == own:
                        on_owner += 1
                    else:
                        on_other.append((clip_id, row["frame"], own, int(mask[y, x]), int(number)))
    return on_owner, on_other


@pytest.mark.parametrize("warmup_s", [19.5, 22.5])
def test_joints_of_a_child_and_who_holds_it_are_hidden_but_not_within_each_other(tmp_path, warmup_s):
    settings = "shoppers.count=6", f"clip.warmup_s={warmup_s}", "clip.fps=4"
    config = load_config("everyday", (*SMALL, *settings))
    generate([config], str(tmp_path / "dataset"), clips=1, first=1, seed=12)
    held = check_joints(Dataset(str(tmp_path / "dataset")), least=300)
    assert len(held) > 10
    scenario = sample_scenario(config, seed=12, index=1)
    simulation = simulate(scenario, make_store(scenario))
    bodies = make_bodies(simulation.plans)
    motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
    for _, frame, owner, other, number in held:
        mesh = pose_mesh(bodies[other - 10_000], motion, frame, other - 10_000, level=1)
        joint_m = motion.joint_position_m[frame, owner - 10_000, number].astype(float)
        winding = wind(joint_m[None], mesh.position_m.astype(float), mesh.faces)
        assert winding < 0.5, (frame, owner, motion.joint_names[number])


def test_joints_marked_visible_are_on_the_mask(small_dataset):
    marked, hits = 0, 0
    for clip_id, camera in clips_of(small_dataset):
        masks = list(small_dataset.mask_frames(clip_id, camera.camera_id))
        for row in small_dataset.table(clip_id, "boxes").to_pylist():
            if row["camera_id"] != camera.camera_id or not row["trip_code"]:
                continue
            pixels = np.array(row["joints_px"]).reshape(-1, 2)[np.array(row["joints_visible"], bool)]
            for x, y in np.floor(pixels).astype(int):
                marked += 1
                hits += masks[row["frame"]][y, x] == row["instance_id"]
    assert marked > 1000
    assert hits == marked


def test_joint_pixels_are_the_projected_joints(small_dataset):
    clip_id, camera = clips_of(small_dataset)[0]
    tracks = {(r["frame"], r["trip_code"]): r for r in small_dataset.table(clip_id, "tracks").to_pylist()}
    seen = 0
    for row in small_dataset.table(clip_id, "boxes").to_pylist():
        if row["camera_id"] == camera.camera_id and row["trip_code"]:
            joints = np.array(tracks[row["frame"], row["trip_code"]]["joints_m"]).reshape(-1, 3)
            pixels, depth = project(joints, camera.at(row["frame"]))
            front = depth > 0.2
            given = np.array(row["joints_px"]).reshape(-1, 2)
            np.testing.assert_allclose(given[front], pixels[front], atol=0.05)
            seen += 1
    assert seen


def test_visible_boxes_are_the_bounds_of_the_mask(small_dataset):
    for clip_id, camera in clips_of(small_dataset):
        masks = list(small_dataset.mask_frames(clip_id, camera.camera_id))
        for row in small_dataset.table(clip_id, "boxes").to_pylist():
            if row["camera_id"] != camera.camera_id:
                continue
            v, u = np.nonzero(masks[row["frame"]] == row["instance_id"])
            assert len(u) == row["visible_px"]
            if len(u):
                box = [row[name] for name in ("x0_px", "y0_px", "x1_px", "y1_px")]
                assert box == [u.min(), v.min(), u.max() + 1, v.max() + 1]
                assert 0 < row["visible_fraction"] <= 1
            else:
                assert np.isnan(row["x0_px"])


def test_nobody_stands_in_a_fixture(small_dataset):
    for clip_id in small_dataset.clips:
        plan = small_dataset.floor_plan(small_dataset.row(clip_id)["store_id"])
        fixtures = [Polygon(fixture["footprint_m"]) for fixture in plan["fixtures"]]
        width, depth = plan["size_m"][:2]
        tracks = small_dataset.table(clip_id, "tracks").to_pylist()
        assert tracks
        for row in tracks:
            point = Point(row["x_m"], row["y_m"])
            assert not any(fixture.contains(point) for fixture in fixtures), row
            assert -0.5 <= row["x_m"] <= width + 0.5
            assert -0.5 <= row["y_m"] <= depth + 0.5


def test_an_item_changes_hands_where_the_palm_is(small_dataset):
    """Near a take or put the palm is near the item, at most as far as it travels in a frame."""
    checked = 0
    for clip_id in small_dataset.clips:
        tracks = {(r["frame"], r["trip_code"]): r for r in small_dataset.table(clip_id, "tracks").to_pylist()}
        scenario = small_dataset.clip(clip_id)["scenario"]
        fps, duration = scenario["clip"]["fps"], scenario["clip"]["duration_s"]
        for event in small_dataset.table(clip_id, "events").to_pylist():
            if event["kind"] not in ("take", "put") or not 0.3 < event["time_s"] < duration - 0.3:
                continue
            before, after = int(event["time_s"] * fps), int(event["time_s"] * fps) + 1
            palms = [
                [tracks[frame, event["trip_code"]][f"{event['hand']}_palm_{axis}_m"] for axis in "xyz"]
                for frame in (before, after)
            ]
            item = Point(event["x_m"], event["y_m"], event["z_m"])
            near = min(
                LineString(palms).distance(item),
                *(np.linalg.norm(np.subtract(palm, item.coords[0])) for palm in palms),
            )
            assert near < 0.30, event
            checked += 1
    assert checked


@pytest.mark.parametrize("camera_number", [0, 1])
def test_refined_pictures_keep_the_scene(small_dataset, camera_number):
    """The refined picture differs from the raw one, and correlates with it nearly perfectly in luminance."""
    clip_id = small_dataset.clips[0]
    camera = small_dataset.cameras(clip_id)[camera_number]
    pairs = zip(
        small_dataset.video(clip_id, camera.camera_id, "rgb"),
        small_dataset.video(clip_id, camera.camera_id, "refined"),
        strict=True,
    )
    for raw, refined in pairs:
        assert (raw != refined).any()
        correlation = np.corrcoef(raw.mean(axis=2).ravel(), refined.mean(axis=2).ravel())[0, 1]
        assert correlation > 0.9
    for frames in small_dataset.certificate(clip_id)["cameras"].values():
        assert all(frame["holds"] and frame["residual_edge_max"] == 0 for frame in frames)
