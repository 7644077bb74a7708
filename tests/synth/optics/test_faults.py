"""Cameras that fail and recover: colour suffers as told, labels never, and only from then until then."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.world import Camera
from synth.optics import Imaging, sample_camera_faults
from synth.records import View

CAMERAS = tuple(
    Camera(f"cam{n}", 96, 72, np.array([[48.0, 0, 48], [0, 48, 36], [0, 0, 1]]), np.eye(4)) for n in range(4)
)
ON_LENS = ("fogged", "smeared", "wet", "covered")


def make_scenario(*, index=0, **shares):
    scenario = sample_scenario(load_config("everyday"), seed=5, index=index)
    none = {name: 0.0 for name in vars(scenario.faults) if name.startswith("cameras_")}
    none |= {"cameras_fail_at_s": 1.0, "cameras_recover_after_s": 30.0}
    cameras = replace(scenario.cameras, auto_exposure=0.0, noise=0.0, sharpening=0.0)
    return replace(scenario, cameras=cameras, faults=replace(scenario.faults, **none | shares))


def make_faults(**shares):
    return sample_camera_faults(make_scenario(**shares), CAMERAS)


def make_view(camera, seed=1):
    rng = np.random.default_rng(seed)
    rgb = rng.integers(60, 255, (72, 96, 3), dtype=np.uint8)
    plane = np.zeros((72, 96), np.int32)
    depth_m = np.full((72, 96), 3.0, np.float32)
    return View(
        camera, 0, rgb, depth_m, plane, rgb, plane, plane, plane, np.zeros((72, 96, 2), np.float32), {}
    )


def test_shares_choose_cameras_once_each():
    faults = make_faults(cameras_dead=0.25, cameras_covered=0.26, cameras_fogged=1.0)
    kinds = sorted(fault.kind for fault in faults.values())
    assert kinds == ["covered", "covered", "dead", "fogged"]
    assert not make_faults()
    again = make_faults(cameras_dead=0.25, cameras_covered=0.26, cameras_fogged=1.0)
    assert [f.describe() for f in faults.values()] == [f.describe() for f in again.values()]
    assert len({next(iter(make_faults(index=i, cameras_dead=0.1))) for i in range(12)}) > 1


@pytest.mark.parametrize("kind", ON_LENS)
def test_dirt_comes_and_goes(kind):
    (fault,) = make_faults(**{f"cameras_{kind}": 0.1}).values()
    rgb = make_view(CAMERAS[0]).rgb
    assert fault.soil(rgb, time_s=0.9) is rgb
    harm = [
        np.abs(fault.soil(rgb, time_s=t).astype(float) - rgb).mean() for t in (1.0, 1.2, 20.0, 32.0, 300.0)
    ]
    assert harm[0] < harm[2]
    assert harm[1] <= harm[2]
    assert harm[3] < harm[2]
    assert harm[4] == 0
    assert harm[2] > 1
    assert fault.soil(rgb, time_s=20.0).tobytes() == fault.soil(rgb, time_s=20.0).tobytes()


def test_fog_takes_contrast_and_a_cover_its_share():
    view = make_view(CAMERAS[0])
    (fog,) = make_faults(cameras_fogged=0.1).values()
    contrast = [fog.soil(view.rgb, time_s=t).astype(float).std() for t in (0.0, 2.2, 20.0)]
    assert contrast[0] > contrast[1] > contrast[2]
    assert contrast[2] < (1 - 0.55 * fog.amount) * contrast[0]
    (cover,) = make_faults(cameras_covered=0.1).values()
    late = cover.soil(view.rgb, time_s=20.0)
    dark = (np.abs(late - np.array(cover.dirt.color, float)) < 6).all(axis=2).mean()
    assert dark == pytest.approx(cover.amount, abs=0.18)  # the edge is soft
    bare = cover.dirt.pattern < -0.25
    assert (late[bare] == view.rgb[bare]).all()
    assert (cover.dirt.pattern > 0).mean() == pytest.approx(cover.amount, abs=0.01)


@pytest.mark.parametrize("kind", ["dead", "frozen", *ON_LENS])
def test_labels_stay_and_outages_end(kind):
    scenario = make_scenario(**{f"cameras_{kind}": 0.1}, cameras_recover_after_s=2.0)
    (fault,) = sample_camera_faults(scenario, CAMERAS).values()
    camera = next(camera for camera in CAMERAS if camera.camera_id == fault.camera_id)
    faulty, well = Imaging(scenario, camera, fault), Imaging(scenario, camera, None)
    views = [make_view(camera, seed) for seed in range(8)]
    times = (0.5, 1.0, 1.5, 2.5, 3.0, 3.5, 90.0, 120.0)
    sent = []
    for view, time_s in zip(views, times, strict=True):
        pictures, healthy = faulty.take(view, time_s=time_s), well.take(view, time_s=time_s)
        for taken in pictures:
            for name in ("depth_m", "normal", "instance_id", "class_id", "material", "motion_px", "albedo"):
                assert getattr(taken, name) is getattr(view, name)
        if time_s < 1.0 or time_s > 60:
            assert [p.rgb.tobytes() for p in pictures] == [p.rgb.tobytes() for p in healthy]
        sent.append(pictures[1].rgb)
    if kind == "dead":
        assert not any(picture.any() for picture in sent[1:4])
        assert sent[4].any()
    if kind == "frozen":
        assert sent[1].tobytes() == sent[2].tobytes() == sent[3].tobytes() != sent[4].tobytes()
