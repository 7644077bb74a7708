"""The whole chain through lenses: labels as strict as without."""

import pytest

from gan import default_refiner_factory
from scenes.loader import load_config
from synth.dataset.reader import Dataset
from synth.engine import generate
from synth.verify import verify_dataset
from tests.chain import test_truth
from tests.chain.conftest import SMALL

LENSES = {
    "wide": ("cameras.lens=wide", "cameras.distortion=0.8", "cameras.mount=corner"),
    "fisheye": (
        "cameras.lens=fisheye",
        "cameras.mount=ceiling",
        "cameras.width_px=160",
        "cameras.height_px=160",
    ),
}


@pytest.fixture(scope="module", params=LENSES)
def dataset(request, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param) / "dataset"
    config = load_config("everyday", (*SMALL, *LENSES[request.param]))
    generate([config], str(out), clips=1, seed=13, refiner_factory=default_refiner_factory())
    assert verify_dataset(str(out)) == []
    return Dataset(str(out))


def test_labels_follow_the_lens(dataset):
    model = {"wide": "brown_conrady", "fisheye": "kannala_brandt"}
    clip = dataset.clips[0]
    lens = dataset.clip(clip)["scenario"]["cameras"]["lens"]
    assert {camera.model for camera in dataset.cameras(clip)} == {model[lens]}
    test_truth.check_joints(dataset, least=500, apart_m=0.4)
    test_truth.test_joints_marked_visible_are_on_the_mask(dataset)
    test_truth.test_joint_pixels_are_the_projected_joints(dataset)
    test_truth.test_visible_boxes_are_the_bounds_of_the_mask(dataset)
