"""Every format and outline of shop, light, lens and fault of a camera, in few clips: labels are exact."""

from typing import get_args, get_type_hints

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.scenario import STORE_FORMATS, StoreSpec
from synth.dataset.reader import Dataset
from synth.engine.generation import generate
from synth.verify import verify_dataset
from tests.chain import test_truth

TINY = (
    "clip.duration_s=1", "clip.warmup_s=8", "clip.fps=2", "store.width_m=6.5", "store.depth_m=6",
    "catalogue.skus=12", "shoppers.count=3", "shoppers.arrival_window_s=3", "cameras.count=2",
    "cameras.width_px=96", "cameras.height_px=72", "cameras.supersampling=1", "cameras.blur=0.005",
)  # fmt: skip
LIGHTS = {
    "sunny noon": (
        "lighting.hour=12", "lighting.weather=sunny", "lighting.front_deg=180",
        "lighting.passing=vehicle", "lighting.passing_at_s=0.5",
    ),
    "rainy night": ("lighting.hour=23", "lighting.weather=rainy", "lighting.kind=tubes", "lighting.spots=1",
        "store.chests=0.4",
    ),
    "lamps fail": ("faults.lamps_failed=0.7", "faults.lamp_flicker=1", "faults.lamps_fail_at_s=0.4"),
    "half dark": ("faults.lamps_failed=0.5", "faults.lamps_one_circuit=true", "faults.lamps_fail_at_s=0"),
    "dim and warm": (
        "lighting.brightness=0.2", "lighting.temperature_k=2300", "store.pegs=0.3", "store.freezers=0.2",
        "faults.glass_fog=1",
    ),
    "fogged glass": ("faults.glass_fog=1", "lighting.weather=cloudy"),
}  # fmt: skip
CAMERAS = {
    "pinhole": ("fogged", "covered"),
    "wide": ("smeared", "wet"),
    "fisheye": ("knocked", "dead"),
    "wide, from the door": ("frozen", "knocked"),
    "fisheye, from a corner": ("fogged", "wet"),
    "pinhole, from a shelf": ("smeared", "covered"),
}
MOUNTS = {"door": "door", "corner": "corner", "shelf": "shelf"}
OUTLINES = ("rectangle", "l_shape", "cut_corner", "alcove", "shaft", "l_shape")
CASES = dict(zip(STORE_FORMATS, zip(LIGHTS, CAMERAS, OUTLINES, strict=True), strict=True))


def make_config(store_format, *, faulty=True):
    light, camera, outline = CASES[store_format]
    mount = next((mount for name, mount in MOUNTS.items() if camera.endswith(name)), "ceiling")
    settings = [*TINY, f"name={store_format}", f"store.format={store_format}", *LIGHTS[light]]
    settings += [f"store.outline={outline}"]
    settings += [f"cameras.lens={camera.split(',')[0]}", f"cameras.mount={mount}"]
    if faulty:
        settings += [f"faults.cameras_{fault}=0.5" for fault in CAMERAS[camera]]
    return load_config("everyday", [*settings, "faults.cameras_fail_at_s=0"])


def test_the_cases_are_all_there_are():
    told = [kind for pair in CAMERAS.values() for kind in pair]
    scenario = load_config("everyday").faults
    known = {name[8:] for name in type(scenario).model_fields if name.startswith("cameras_")}
    assert set(told) == known - {"fail_at_s", "recover_after_s"}
    assert {name.split(",")[0] for name in CAMERAS} == {"pinhole", "wide", "fisheye"}
    assert set(OUTLINES) == set(get_args(get_type_hints(StoreSpec)["outline"]))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    out = tmp_path_factory.mktemp("every") / "dataset"
    configs = [make_config(name) for name in STORE_FORMATS]
    result = generate(configs, str(out), clips=len(configs), seed=23, refiner="none")
    assert not result.failed
    return Dataset(str(out))


def test_labels_are_exact_in_every_shop_light_and_camera(dataset):
    assert verify_dataset(dataset.path) == []
    for clip_id in dataset.clips:
        told = {fault["kind"] for fault in dataset.clip(clip_id)["camera_faults"]}
        assert told == set(CAMERAS[CASES[clip_id.rsplit("-", 1)[0]][1]])
    test_truth.check_joints(dataset, least=100)
    test_truth.test_visible_boxes_are_the_bounds_of_the_mask(dataset)
    test_truth.test_joint_pixels_are_the_projected_joints(dataset)


def test_fog_and_cover_change_pictures_and_no_label(dataset, tmp_path):
    """The same clip with cameras that work; every clip has its index, so that this is clip 0 again."""
    name = STORE_FORMATS[0]
    generate([make_config(name, faulty=False)], str(tmp_path / "whole"), clips=1, seed=23, refiner="none")
    whole, clip_id = Dataset(str(tmp_path / "whole")), f"{name}-000000"
    for camera in whole.cameras(clip_id):
        for kind in ("masks.parquet", "depth.mkv"):
            file = f"{camera.camera_id}.{kind}"
            assert whole.read_file(clip_id, file) == dataset.read_file(clip_id, file)
        pictures = [list(each.video(clip_id, camera.camera_id, "rgb")) for each in (whole, dataset)]
        assert np.abs(np.subtract(*np.array(pictures, float))).mean() > 0.5
    for file in ("boxes.parquet", "tracks.parquet", "receipts.json"):
        assert whole.read_file(clip_id, file) == dataset.read_file(clip_id, file)
