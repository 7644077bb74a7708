"""The refiner as generation uses it."""

import json
import multiprocessing
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from gan import default_refiner_factory, load_refiner
from gan.camera_stage import CameraProfile
from gan.checkpoint import (
    SIZE_LIMIT_BYTES,
    find_default_checkpoint,
    load_checkpoint,
    write_checkpoint,
)
from gan.form import WEIGHT_SHAPES
from gan.inference import SceneGraph
from gan.network import SceneStage, compose_scene
from gan.planes import make_planes
from gan.training.crops import make_module
from scenes.randomness import make_rng


def make_weights(seed: int, scale: float = 1.0) -> dict[str, np.ndarray]:
    network = make_module(SceneStage, generator=torch.Generator().manual_seed(seed))
    return {name: value.numpy() * np.float32(scale) for name, value in network.state_dict().items()}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("refiner") / "small.safetensors"
    write_checkpoint(path, make_weights(0, 2.0), CameraProfile())
    return path


def start(refiner, view, *, strength=1.0, index=0):
    return refiner.start(view.camera, strength=strength, rng=make_rng(5, index, "refine/cam0"))


def test_weight_shapes_are_those_of_the_network():
    shapes = {name: tuple(value.shape) for name, value in SceneStage().state_dict().items()}
    assert shapes == WEIGHT_SHAPES


def test_graph_computes_what_the_network_computes(view):
    network = make_module(SceneStage, generator=torch.Generator().manual_seed(2)).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(2.5)
    planes = make_planes(view)
    code = make_rng(0, 0, "code").standard_normal(8).astype(np.float32)
    arrays = (planes.planes, planes.class_id, planes.material, planes.residual_mask, planes.pooled, code)
    with torch.inference_mode():
        expected = network(*(torch.from_numpy(array)[None] for array in arrays))
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    fields = SceneGraph(weights, *view.instance_id.shape).run(planes, code)
    got = (fields.linear_grid.reshape(6, 8, 9), fields.offset_grid, fields.surface, fields.residual)
    for one, other in zip(expected, got, strict=True):
        assert np.abs(other).max() > 1e-3
        np.testing.assert_allclose(one[0].numpy(), other, atol=2e-6)


def test_composition_agrees_between_training_and_inference(view):
    from gan.certificate import compute_scene, spread_fields
    from gan.form import spline_weights

    network = make_module(SceneStage, generator=torch.Generator().manual_seed(2)).eval()
    planes = make_planes(view)
    code = np.zeros(8, np.float32)
    arrays = (planes.planes, planes.class_id, planes.material, planes.residual_mask, planes.pooled, code)
    rgb = torch.from_numpy(planes.planes[..., :3]).permute(2, 0, 1)[None]
    rows, columns = (torch.from_numpy(spline_weights(*pair))[None] for pair in ((96, 6), (128, 8)))
    with torch.inference_mode():
        terms = network(*(torch.from_numpy(array)[None] for array in arrays))
        expected = compose_scene(rgb, terms, rows, columns)[0].numpy()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    fields = SceneGraph(weights, 96, 128).run(planes, code)
    np.testing.assert_allclose(compute_scene(rgb[0].numpy(), spread_fields(fields)), expected, atol=3e-6)


def test_frames_may_come_in_any_order(checkpoint, draw_view):
    views = [draw_view(seed=seed, frame=seed) for seed in range(3)]
    refiner = load_refiner(str(checkpoint))
    forward, backward = start(refiner, views[0]), start(refiner, views[0])
    first = [forward.refine(view, time_s=0.1 * view.frame)[0] for view in views]
    second = [backward.refine(view, time_s=0.1 * view.frame)[0] for view in reversed(views)]
    for one, other in zip(first, reversed(second), strict=True):
        np.testing.assert_array_equal(one, other)


def _refine_in_worker(factory, view) -> bytes:
    return start(factory(), view).refine(view, time_s=0.0)[0].tobytes()


def test_workers_and_threads_give_the_same_bytes(checkpoint, view):
    factory = default_refiner_factory(str(checkpoint))
    here = _refine_in_worker(pickle.loads(pickle.dumps(factory)), view)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        there = pool.starmap(_refine_in_worker, [(factory, view)] * 2)
    assert there == [here, here]


def test_cameras_differ_and_a_camera_keeps_its_look(checkpoint, view):
    refiner = load_refiner(str(checkpoint))
    one, again, other = (start(refiner, view, index=index).refine(view, time_s=0.0)[0] for index in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert (one != other).mean() > 0.3


def test_strength_zero_leaves_the_picture(checkpoint, view):
    picture, certificate = start(load_refiner(str(checkpoint)), view, strength=0.0).refine(view, time_s=0.0)
    np.testing.assert_array_equal(picture, view.rgb)
    assert certificate.holds
    assert certificate.tau_max == 0.0


def test_strength_grows_the_change(checkpoint, view):
    refiner = load_refiner(str(checkpoint))
    changes = []
    for strength in (0.25, 0.5, 1.0):
        picture, certificate = start(refiner, view, strength=strength).refine(view, time_s=0.0)
        changes.append((np.abs(picture.astype(float) - view.rgb).mean(), certificate.tau_mean))
    assert changes == sorted(changes)


def test_gate_keeps_the_rendered_scene(tmp_path, view):
    """Wild weights break the cap on tau: the frame is then what the camera stage alone makes of it."""
    wild, plain = tmp_path / "wild.safetensors", tmp_path / "plain.safetensors"
    weights = make_weights(1)
    # All channels of m as large as they can be, of a sign that differs from class to class.
    weights["surface_last.weight"][:] = 1000 * weights["surface_last.weight"][0]
    weights["class_table.weight"] *= 10
    write_checkpoint(wild, weights, CameraProfile())
    write_checkpoint(plain, {}, CameraProfile())
    session = start(load_refiner(str(wild)), view)
    picture, certificate = session.refine(view, time_s=0.0)
    expected, passed = start(load_refiner(str(plain)), view).refine(view, time_s=0.0)
    assert certificate.gated
    assert certificate.holds
    assert not passed.gated
    assert "tau" in session.refused[0][0]
    np.testing.assert_array_equal(picture, expected)


def test_wrong_size_is_refused(checkpoint, view, draw_view):
    session = start(load_refiner(str(checkpoint)), view)
    with pytest.raises(ValueError, match=r"expected a picture of shape \(96, 128, 3\), got \(48, 64, 3\)"):
        session.refine(draw_view(seed=0, height=48, width=64), time_s=0.0)
    with pytest.raises(ValueError, match="strength"):
        start(load_refiner(str(checkpoint)), view, strength=1.5)


def test_names():
    assert load_refiner("none") is None
    refiner = load_refiner("default")
    assert refiner.name == "default"
    assert len(refiner.sha256) == 64


def test_default_checkpoint_is_small_and_certified(view):
    path = find_default_checkpoint()
    assert path.stat().st_size <= SIZE_LIMIT_BYTES
    picture, certificate = start(load_refiner("default"), view).refine(view, time_s=0.0)
    assert certificate.holds
    assert picture.shape == view.rgb.shape
    assert "Distance to held-out footage" in path.with_suffix(".md").read_text()
    assert (
        json.loads(path.with_suffix(".json").read_text())["camera"] == load_checkpoint(path).camera.to_dict()
    )


def test_writing_repeats(tmp_path):
    weights = make_weights(1)
    first, second = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    write_checkpoint(first, weights, CameraProfile())
    write_checkpoint(second, dict(reversed(weights.items())), CameraProfile())
    assert first.read_bytes() == second.read_bytes()
    loaded = load_checkpoint(first)
    assert loaded.name == "a"
    assert loaded.camera == CameraProfile()
    assert all((loaded.weights[name] == weights[name]).all() for name in weights)
