"""Cameras that fail: colour suffers as told, labels never, and only from the time on."""

from dataclasses import replace

import numpy as np
import pytest

from scenes.loader import load_config
from scenes.sampling import sample_scenario
from scenes.world import Camera
from synth.optics import sample_camera_faults
from synth.records import View

CAMERAS = tuple(
    Camera(f"cam{n}", 96, 72, np.array([[48.0, 0, 48], [0, 48, 36], [0, 0, 1]]), np.eye(4)) for n in range(4)
)


def make_faults(*, index=0, **shares):
    scenario = sample_scenario(load_config("everyday"), seed=5, index=index)
    none = {"cameras_fogged": 0.0, "cameras_covered": 0.0, "cameras_dead": 0.0, "cameras_fail_at_s": 1.0}
    return sample_camera_faults(replace(scenario, faults=replace(scenario.faults, **none | shares)), CAMERAS)


def make_view(camera):
    rng = np.random.default_rng(1)
    rgb = rng.integers(60, 255, (72, 96, 3), dtype=np.uint8)
    plane = np.zeros((72, 96), np.int32)
    return View(camera, 0, rgb, plane, plane, rgb, plane, plane, plane, plane, {})


def test_shares_choose_cameras_once_each():
    faults = make_faults(cameras_dead=0.25, cameras_covered=0.26, cameras_fogged=1.0)
    kinds = sorted(fault.kind for fault in faults.values())
    assert kinds == ["covered", "covered", "dead", "fogged"]
    assert not make_faults()
    again = make_faults(cameras_dead=0.25, cameras_covered=0.26, cameras_fogged=1.0)
    assert [f.describe() for f in faults.values()] == [f.describe() for f in again.values()]
    assert len({next(iter(make_faults(index=i, cameras_dead=0.1))) for i in range(12)}) > 1


@pytest.mark.parametrize("kind", ["fogged", "covered", "dead"])
def test_only_colour_suffers_and_only_from_then_on(kind):
    (fault,) = make_faults(**{f"cameras_{kind}": 0.1}).values()
    view = make_view(CAMERAS[0])
    assert fault.apply(view, time_s=0.9) is view
    late = fault.apply(view, time_s=30.0)
    for name in ("depth_m", "normal", "instance_id", "class_id", "material", "motion_px", "albedo"):
        assert getattr(late, name) is getattr(view, name)
    assert late.rgb.tobytes() == fault.apply(view, time_s=30.0).rgb.tobytes()
    if kind == "dead":
        assert not late.rgb.any()
    elif kind == "fogged":
        early = fault.apply(view, time_s=1.2)
        contrast = [picture.rgb.astype(float).std() for picture in (view, early, late)]
        assert contrast[0] > contrast[1] > contrast[2]
        assert contrast[2] < (1 - 0.55 * fault.amount) * contrast[0]
    else:
        dark = (np.abs(late.rgb - np.array(fault.color, float)) < 6).all(axis=2).mean()
        assert dark == pytest.approx(fault.amount, abs=0.18)  # the edge is soft
        bare = view.rgb[fault.pattern < -0.25]
        assert (late.rgb[fault.pattern < -0.25] == bare).all()
        assert (fault.pattern > 0).mean() == pytest.approx(fault.amount, abs=0.01)
