"""Training, small: every part runs, resuming equals not having stopped, and its pieces do what they say."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from scipy.stats import wasserstein_distance

import gan.train
import gan.training.state
from gan.camera_stage import CameraProfile, CameraStage
from gan.metrics import Distance, Realism, compute_kid, compute_pyramid_patches, compute_swd
from gan.refiner import load_refiner
from gan.train import beats_camera, train_refiner
from gan.training.augment import augment
from gan.training.crops import MatchedCrops, compute_content, make_module, sample_patches
from gan.training.features import FeatureEncoder
from gan.training.fit import compute_statistics, fit_gain, fit_tone
from gan.training.losses import discriminator_loss
from gan.training.real import RealImages, load_real_images
from gan.training.views import load_views, make_views
from scenes.errors import CheckpointError, DatasetError
from scenes.randomness import make_rng


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory, draw_view) -> Path:
    """Footage of two places: drawn views taken by a known camera, stored at twice the size."""
    folder = tmp_path_factory.mktemp("real")
    profile = CameraProfile(read=0.02, blur_sigma_px=0.6, gain=(1.1, 1.0, 0.9))
    for number in range(16):
        view = draw_view(seed=100 + number, height=132, width=176)
        taken = CameraStage(profile, 132, 176).apply(
            view.rgb.transpose(2, 0, 1), rng=make_rng(0, number, "real")
        )
        path = folder / ("aisle", "desk")[number % 2] / f"{number:02}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(taken.repeat(2, 0).repeat(2, 1)).save(path)
    return folder


@pytest.fixture
def small(monkeypatch, draw_view):
    """Everything small, and views drawn instead of rendered."""

    def draw(count, **unused):
        return ((n // 2, draw_view(seed=n, height=120, width=160)) for n in range(count))

    monkeypatch.setattr(gan.train, "render_views", draw)
    for name, value in {
        "HELPER_STEPS": 2,
        "POOL_CROPS": 24,
        "FIT_VIEWS": 2,
        "FIT_WINDOWS": 2,
        "FIT_EVALUATIONS": 10,
        "METRIC_CROPS": 20,
        "JUDGED_VIEWS": 2,
    }.items():
        monkeypatch.setattr(gan.train, name, value)
    for name, value in {"SAVE_EVERY": 1, "JUDGE_EVERY": 2}.items():
        monkeypatch.setattr(gan.training.state, name, value)


def run(real_folder, folder, *, steps, resume=False, seed=0):
    return train_refiner(
        real_folder,
        folder / "out.safetensors",
        steps=steps,
        views=6,
        seed=seed,
        work_dir=folder,
        resume=resume,
        accelerator="cpu",
    )


def load_state(folder: Path) -> dict[str, torch.Tensor]:
    return torch.load(folder / "training.pt", weights_only=True)["module"]


def load_best(folder: Path) -> dict:
    return torch.load(folder / "training.pt", weights_only=True)["best"]


def test_training_writes_a_checkpoint_and_its_card_and_resumes(small, real_folder, tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    result = run(real_folder, once, steps=4)
    run(real_folder, twice, steps=2)
    run(real_folder, twice, steps=4, resume=True)
    whole, resumed = load_state(once), load_state(twice)
    assert load_best(once)["score"] == load_best(twice)["score"]
    assert load_best(once)["step"] in (2, 4)
    assert int(whole["steps_done"]) == 4
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, rtol=0, atol=0, msg=name)
    assert load_refiner(str(result.checkpoint)) is not None
    card = json.loads((once / "out.json").read_text())
    assert card["training"] == {"steps": 4, "views": 4, "seed": 0, "preset": "everyday"}
    assert card["pictures"] == 16
    assert set(card["realism"]) == {"floor", "raw", "camera", "refined", "gated", "frames"}
    assert np.isfinite(list(card["losses"].values())).all()
    text = (once / "out.md").read_text()
    assert "| camera stage alone |" in text
    assert str(tmp_path) not in text
    assert str(tmp_path) not in json.dumps(card)
    with pytest.raises(CheckpointError, match="expected the state of this training"):
        run(real_folder, twice, steps=6, resume=True, seed=1)


def test_a_changed_picture_makes_the_work_folder_stale(small, real_folder, tmp_path):
    real = shutil.copytree(real_folder, tmp_path / "real")
    run(real, tmp_path, steps=1)
    helpers = (tmp_path / "helpers.pt").read_bytes()
    run(real, tmp_path, steps=2, resume=True)
    assert (tmp_path / "helpers.pt").read_bytes() == helpers
    first = min(real.rglob("*.png"))
    with Image.open(first) as image:
        inverted = ImageOps.invert(image.convert("RGB"))
    inverted.save(first)
    with pytest.raises(CheckpointError, match="expected the state of this training"):
        run(real, tmp_path, steps=3, resume=True)
    assert (tmp_path / "helpers.pt").read_bytes() != helpers


def test_camera_alone_ships_unless_the_scene_stage_is_better():
    def figures(refined: float, swd: float = 5.0) -> Realism:
        camera = Distance(kid_mean=2.0, kid_std=0.5, swd_mean=5.0, swd_std=0.5)
        changed = Distance(kid_mean=refined, kid_std=0.5, swd_mean=swd, swd_std=0.5)
        return Realism(floor=camera, raw=camera, camera=camera, refined=changed, gated=0, frames=1)

    assert beats_camera(figures(1.0))
    assert not beats_camera(figures(1.9))
    assert not beats_camera(figures(2.5))
    assert not beats_camera(figures(1.0, swd=6.0))


def test_view_cache_restores_views(tmp_path, draw_view):
    drawn = [draw_view(seed=n) for n in range(2)]
    views = make_views(tmp_path, lambda: enumerate(drawn), key="a")
    for index, view in enumerate(drawn):
        again = views.view(index)
        for name in ("rgb", "albedo", "class_id", "material", "instance_id"):
            np.testing.assert_array_equal(getattr(again, name), getattr(view, name), err_msg=name)
        np.testing.assert_allclose(again.depth_m, view.depth_m, rtol=3e-3)
    assert load_views(tmp_path, key="b") is None
    make_views(tmp_path, lambda: pytest.fail("rendered again"), key="a")
    with pytest.raises(DatasetError, match="no views were rendered"):
        make_views(tmp_path / "none", lambda: iter(()), key="a")


def test_patches_are_cut_from_the_same_place(tmp_path, draw_view):
    views = make_views(tmp_path, lambda: enumerate([draw_view(seed=3, height=120, width=160)]), key="a")
    batch = sample_patches(views, 3, rng=make_rng(0, 0, "crops"))
    for n in range(3):
        top = int(np.argmin(np.abs((np.arange(120) + 0.5) / 60 - 1 - batch.v[n, 0].item())))
        left = int(np.argmin(np.abs((np.arange(160) + 0.5) / 80 - 1 - batch.u[n, 0].item())))
        window = np.s_[0, top : top + 96, left : left + 96]
        np.testing.assert_array_equal(batch.class_id[n].numpy(), views.class_id[window])
        np.testing.assert_array_equal(batch.planes[n].numpy(), views.planes[window].astype(np.float32))


def test_matching_finds_the_same_content_in_another_light(draw_view):
    pictures = tuple(draw_view(seed=n, height=96, width=96).rgb for n in range(12))
    real = RealImages(pictures, np.zeros(12, int))
    pool = MatchedCrops(real, compute_content, size=60, rng=make_rng(0, 0, "pool"))
    rendered = torch.from_numpy(np.stack([p.transpose(2, 0, 1) for p in pictures])).float() / 255 * 0.7 + 0.05
    matched = pool.match(rendered, neighbours=1, generator=torch.Generator().manual_seed(0))
    straight = torch.from_numpy(np.stack([p.transpose(2, 0, 1) for p in pictures])).float() / 255
    assert sum(bool(torch.equal(one, other)) for one, other in zip(matched, straight, strict=True)) >= 10


def test_penalty_of_a_linear_judge_is_its_squared_slope():
    judge = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 1, bias=False))
    real, fake = torch.rand(5, 3, 2, 2), torch.rand(5, 3, 2, 2)
    slope = judge[1].weight.square().sum()
    plain = discriminator_loss(judge, real, fake, penalty=0.0)
    loss = discriminator_loss(judge, real, fake, penalty=0.8)
    torch.testing.assert_close(loss - plain, 0.5 * 0.8 * 2 * slope)
    expected = torch.nn.functional.softplus(judge(fake) - judge(real)).mean()
    torch.testing.assert_close(plain, expected)


def test_augmenting_cuts_and_shifts_and_keeps_the_rest():
    picture = torch.arange(32 * 32, dtype=torch.float32).reshape(1, 1, 32, 32).expand(64, 3, 32, 32) + 1
    out = augment(picture, generator=torch.Generator().manual_seed(0))
    again = augment(picture, generator=torch.Generator().manual_seed(0))
    assert torch.equal(out, again)
    cut = (out == 0).float().mean((1, 2, 3))
    assert cut.max() <= (round(32 / 3) / 32) ** 2 + 1e-6
    assert cut.min() < cut.max()
    values = out[out > 0]
    torch.testing.assert_close(values, values.round(), rtol=0, atol=2e-2)


def test_modules_start_from_the_generator_alone():
    torch.manual_seed(1)
    first = make_module(FeatureEncoder, generator=torch.Generator().manual_seed(5))
    state = torch.random.get_rng_state()
    second = make_module(FeatureEncoder, generator=torch.Generator().manual_seed(5))
    assert torch.equal(torch.random.get_rng_state(), state)
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_sliced_wasserstein_of_shifted_brightness():
    """Along one axis of the colour space the sliced distance is SciPy's one-dimensional one."""
    crops = (make_rng(0, 0, "crops").random((6, 3, 40, 40)) * 200).astype(np.uint8)
    brighter = (crops + 40).astype(np.uint8)
    same = compute_swd(crops, crops, rng=make_rng(0, 0, "swd"))
    apart = compute_swd(crops, brighter, rng=make_rng(0, 0, "swd"))
    assert same < 0.4 * apart
    levels = compute_pyramid_patches(crops, rng=make_rng(0, 0, "swd"))
    shifted = compute_pyramid_patches(brighter, rng=make_rng(0, 0, "swd"))
    assert wasserstein_distance(levels[-1][:, 0], shifted[-1][:, 0]) == pytest.approx(40 / 255, rel=1e-3)
    assert wasserstein_distance(levels[0][:, 0], shifted[0][:, 0]) == pytest.approx(0.0, abs=1e-6)
    assert apart > 0.02


def test_kid_is_the_unbiased_discrepancy_of_cubic_kernels(draw_view):
    class Thumbnail(torch.nn.Module):
        def forward(self, crops):
            return torch.nn.functional.adaptive_avg_pool2d(crops.float() / 255, 4).flatten(1)

    crops = np.stack([draw_view(seed=n, height=96, width=96).rgb.transpose(2, 0, 1) for n in range(24)])
    real, same, other = (torch.from_numpy(part) for part in (crops[:12], crops[12:], 255 - crops[12:] // 2))
    for pictures in (same, other):
        x, y = (Thumbnail()(part).double().numpy() for part in (real, pictures))
        within = [(a @ a.T / a.shape[1] + 1) ** 3 for a in (x, y)]
        expected = sum((k.sum() - np.trace(k)) / (12 * 11) for k in within)
        expected -= 2 * ((x @ y.T / x.shape[1] + 1) ** 3).mean()
        assert compute_kid(Thumbnail(), real, pictures) == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert compute_kid(Thumbnail(), real, other) > 10 * compute_kid(Thumbnail(), real, same)


def test_fit_goes_a_fifth_of_the_way(draw_view):
    crops = np.stack([draw_view(seed=n).rgb.transpose(2, 0, 1) for n in range(4)])
    warm = np.clip(crops * np.array([1.1, 1.0, 0.9])[:, None, None], 0, 255).astype(np.uint8)
    red, green, blue = fit_gain(crops, warm)
    assert red / blue == pytest.approx((1.1 / 0.9) ** 0.2, rel=0.02)
    assert green == pytest.approx(1.0, abs=0.02)
    np.testing.assert_allclose(fit_tone(crops, crops), np.linspace(0, 1, 9), atol=0.01)
    darker = fit_tone(crops, (crops * 0.6).astype(np.uint8))
    assert darker[4] == pytest.approx(0.8 * 0.5 + 0.2 * 0.3, abs=0.02)


def test_statistics_follow_noise_and_blur(draw_view):
    picture = draw_view(seed=5).rgb.transpose(2, 0, 1)
    noisy = np.clip(picture + make_rng(0, 0, "noise").normal(0, 8, picture.shape), 0, 255).astype(np.uint8)
    plain, with_noise = compute_statistics(picture), compute_statistics(noisy)
    assert (with_noise[5:8] > plain[5:8]).all()
    assert with_noise[0] > plain[0]


def test_real_images_are_split_by_time(real_folder):
    train, held_out = load_real_images([real_folder])
    assert (len(train.picture), len(held_out.picture)) == (12, 4)
    assert {picture.shape for picture in train.picture} == {(132, 176, 3)}
    last = np.asarray(Image.open(real_folder / "aisle" / "14.png"))[::2, ::2]
    assert any((picture == last).all() for picture in held_out.picture)
    drawn = [train.sample(rng=make_rng(0, n, "sample")) for n in range(4)]
    assert all(picture.shape == (132, 176, 3) for picture in drawn)


def test_a_given_folder_is_one_source_whatever_is_below_it(tmp_path, draw_view):
    for number, name in enumerate(["one/mon", "one/tue", "one/wed", "one/thu", "two/mon", "two/tue"] * 2):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw_view(seed=number, height=144, width=192).rgb).save(
            tmp_path / name / f"{number}.png"
        )
    train, held_out = load_real_images([tmp_path / "two", tmp_path / "one"])
    assert np.bincount(train.source).tolist() == [4, 5]
    assert held_out.source.tolist() == [1, 1, 1], "no folder has images enough, so the last of all are"
    for number in range(12, 16):
        Image.fromarray(draw_view(seed=number, height=144, width=192).rgb).save(
            tmp_path / f"two/mon/{number}.png"
        )
    train, held_out = load_real_images([tmp_path / "two", tmp_path / "one"])
    assert (len(train.picture), held_out.source.tolist()) == (14, [0, 0])


def test_bad_real_folders(tmp_path):
    with pytest.raises(DatasetError, match="expected a folder of real images"):
        load_real_images([tmp_path / "absent"])
    with pytest.raises(DatasetError, match="expected at least 8 images"):
        load_real_images([tmp_path])
    for number in range(8):
        (tmp_path / f"broken{number}.jpg").write_bytes(b"not an image")
    with pytest.raises(DatasetError, match=r"broken0.jpg: expected a readable image"):
        load_real_images([tmp_path])
