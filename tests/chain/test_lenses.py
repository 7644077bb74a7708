"""The whole chain through lenses and faults: labels as strict as without."""

import json

import numpy as np
import pytest

from gan import default_refiner_factory
from scenes.config.loader import load_config
from synth.dataset.reader import Dataset
from synth.engine.generation import generate
from synth.torch_dataset import ClipDataset
from synth.verify import verify_dataset
from tests.chain import test_truth
from tests.chain.conftest import SMALL

SHORT = "clip.duration_s=2"  # past the faults
FAIL = ("faults.cameras_fail_at_s=0.5", "faults.cameras_recover_after_s=0.6")
CASES = {
    "fisheye, one knocked": (
        "cameras.lens=fisheye",
        "cameras.mount=ceiling",
        "cameras.width_px=112",
        "cameras.height_px=112",
        "faults.cameras_knocked=0.5",
    ),
    "pinhole, both knocked": (
        "cameras.lens=pinhole",
        "cameras.mount=corner",
        "faults.cameras_knocked=1",
    ),
    "wide, smeared and wet": (
        "cameras.lens=wide",
        "cameras.distortion=0.8",
        "cameras.mount=shelf",
        "faults.cameras_smeared=0.5",
        "faults.cameras_wet=0.5",
    ),
    "pinhole, four faults": (
        "cameras.lens=pinhole",
        "cameras.mount=door",
        "cameras.count=4",
        "faults.cameras_fogged=0.25",
        "faults.cameras_covered=0.25",
        "faults.cameras_dead=0.25",
        "faults.cameras_frozen=0.25",
    ),
}
MODEL = {"pinhole": "pinhole", "wide": "brown_conrady", "fisheye": "kannala_brandt"}


@pytest.fixture(scope="module", params=CASES)
def dataset(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("case") / "dataset"
    config = load_config("everyday", (*SMALL, SHORT, *FAIL, *CASES[request.param]))
    generate([config], str(out), clips=1, seed=15, refiner_factory=default_refiner_factory())
    assert verify_dataset(str(out)) == []
    return Dataset(str(out))


def test_labels_follow_the_camera(dataset):
    clip = dataset.clips[0]
    scenario = dataset.clip(clip)["scenario"]
    cameras = dataset.cameras(clip)
    assert {camera.model for camera in cameras} == {MODEL[scenario["cameras"]["lens"]]}
    test_truth.check_joints(dataset, least=300)
    test_truth.test_joints_marked_visible_are_on_the_mask(dataset)
    test_truth.test_joint_pixels_are_the_projected_joints(dataset)
    test_truth.test_visible_boxes_are_the_bounds_of_the_mask(dataset)


def test_the_faults_are_those_of_the_scenario(dataset):
    clip = dataset.clip(dataset.clips[0])
    shares = {name[8:]: share for name, share in clip["scenario"]["faults"].items() if name[:8] == "cameras_"}
    told = [fault["kind"] for fault in clip["camera_faults"]]
    for kind in ("fogged", "smeared", "wet", "covered", "knocked", "frozen", "dead"):
        assert told.count(kind) == np.ceil(shares[kind] * len(clip["cameras"])), kind
    assert all((fault["from_s"], fault["to_s"]) == (0.5, 1.1) for fault in clip["camera_faults"])


def test_knocked_cameras_turn_and_come_back(dataset):
    clip_id = dataset.clips[0]
    told = {f["camera_id"]: f for f in dataset.clip(clip_id)["camera_faults"] if f["kind"] == "knocked"}
    item = ClipDataset(dataset.path, modalities=())[0]
    for camera, loaded in zip(dataset.cameras(clip_id), item["world_from_cam"].numpy(), strict=True):
        poses = [camera.at(frame).world_from_cam for frame in range(10)]
        turned = [
            np.arccos(np.clip((np.trace(poses[0][:3, :3].T @ p[:3, :3]) - 1) / 2, -1, 1)) for p in poses
        ]
        assert np.max(turned[:3]) < 1e-5  # the knock is at 0.5 s, frame 3 the first after it
        assert all((pose[:3, 3] == poses[0][:3, 3]).all() for pose in poses)
        assert (loaded == np.array(poses)).all()
        if camera.camera_id in told:
            assert np.max(turned) == pytest.approx(told[camera.camera_id]["amount"], abs=1e-3)
            assert min(turned[3:6]) > 0.05
        else:
            assert np.max(turned) < 1e-5
        rows = [row for row in dataset.table(clip_id, "events").to_pylist() if 0.7 <= row["time_s"] < 1.9]
        number = [c.camera_id for c in dataset.cameras(clip_id)].index(camera.camera_id)
        for row in rows:  # at the pose of their frame
            point = np.array([[row["x_m"], row["y_m"], row["z_m"]]])
            pixels, depth = test_truth.project(point, camera.at(int(row["time_s"] * 5)))
            if depth[0] > 0.1:
                found = (row["u_px"][number], row["v_px"][number])
                np.testing.assert_allclose(found, pixels[0], rtol=1e-3, atol=0.05)


def test_calibrations_are_near_the_truth_and_not_it(dataset):
    clip_id = dataset.clips[0]
    store = dataset.row(clip_id)["store_id"]

    found = json.loads(dataset.read_store_file(store, "cameras_calibrated.json"))
    for camera, told in zip(dataset.cameras(clip_id), found, strict=True):
        pose = np.array(told["world_from_cam"])
        off = np.arccos(np.clip((np.trace(pose[:3, :3].T @ camera.world_from_cam[:3, :3]) - 1) / 2, -1, 1))
        assert 1e-5 < off < np.radians(2.5)
        assert 1e-4 < np.linalg.norm(pose[:3, 3] - camera.world_from_cam[:3, 3]) < 0.15
        assert told["intrinsics"] != camera.intrinsics.tolist()
