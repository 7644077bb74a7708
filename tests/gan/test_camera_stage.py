"""The camera stage: moves nothing, repeats exactly, and is the same in torch."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gan.camera_stage import (
    CameraProfile,
    CameraStage,
    blur_planes,
    compute_blur_kernel,
    compute_tone_table,
    sample_noise,
    sample_profile,
)
from gan.training.camera import apply_camera
from scenes.randomness import make_rng

STRONG = CameraProfile(blur_sigma_px=0.7, vignette=0.2, read=0.02, shot=1e-3, jpeg_quality=70, saturation=0.8)
QUIET = replace(STRONG, read=0.0, shot=0.0, jpeg_quality=100)


def test_same_generator_same_bytes(view):
    picture = view.rgb.transpose(2, 0, 1)
    first, second, other = (
        CameraStage(STRONG, 96, 128).apply(picture, rng=make_rng(0, frame, "camera")) for frame in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_blur_is_an_average_that_moves_no_centroid():
    dot = np.zeros((1, 15, 15), np.float32)
    dot[0, 7, 7] = 1.0
    blurred = blur_planes(dot, 0.8)[0]
    v, u = np.indices(blurred.shape)
    assert blurred.min() >= 0
    assert blurred.sum() == pytest.approx(1.0, abs=1e-6)
    assert (blurred * v).sum() == pytest.approx(7.0, abs=1e-5)
    assert (blurred * u).sum() == pytest.approx(7.0, abs=1e-5)
    assert not blurred[np.maximum(abs(v - 7), abs(u - 7)) > 1].any()
    np.testing.assert_array_equal(compute_blur_kernel(0.8), compute_blur_kernel(0.8)[::-1])


def test_no_shift_between_before_and_after(view):
    """Phase correlation finds the displacement 0 at the integer peak, and no pull to either side of it."""
    picture = view.rgb.transpose(2, 0, 1)
    taken = CameraStage(STRONG, 96, 128).apply(picture, rng=make_rng(0, 0, "camera"))
    before, after = (
        np.fft.fft2(p.mean(-1) - p.mean()) for p in (view.rgb.astype(float), taken.astype(float))
    )
    cross = before * after.conj()
    peak = np.fft.ifft2(cross / (np.abs(cross) + 1e-9)).real
    assert np.unravel_index(peak.argmax(), peak.shape) == (0, 0)
    assert abs(peak[0, 1] - peak[0, -1]) < 0.1 * peak[0, 0]
    assert abs(peak[1, 0] - peak[-1, 0]) < 0.1 * peak[0, 0]


def test_noise_has_the_stated_strength():
    profile = replace(
        CameraProfile(), read=0.02, shot=4e-4, blur_sigma_px=0.0, vignette=0.0, jpeg_quality=100
    )
    noise = sample_noise(profile, (200, 200), rng=make_rng(0, 0, "noise"))
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    assert noise.mean() == pytest.approx(0.0, abs=0.02)
    grey = np.full((3, 200, 200), 128, np.uint8)
    taken = CameraStage(profile, 200, 200).apply(grey, rng=make_rng(0, 0, "noise")).astype(float) / 255
    luma = taken @ (0.299, 0.587, 0.114)
    variance = 4e-4 * 128 / 255 + 0.02**2
    share = 1 - profile.chroma_noise + profile.chroma_noise * (0.299**2 + 0.587**2 + 0.114**2)
    assert luma.std() == pytest.approx(np.sqrt(variance * share), rel=0.05)


def test_torch_version_agrees(view):
    picture = np.ascontiguousarray(view.rgb.transpose(2, 0, 1))
    expected = CameraStage(QUIET, 96, 128).apply(picture, rng=make_rng(0, 0, "camera"))
    v, u = (torch.from_numpy((np.arange(n) + 0.5) / n * 2 - 1).float()[None] for n in (96, 128))
    batch = torch.from_numpy(picture)[None].float() / 255
    got = apply_camera(batch, [QUIET], v, u, generator=torch.Generator(), fine=True)[0]
    difference = np.abs(got.numpy().transpose(1, 2, 0) * 255 - expected)
    assert difference.mean() < 0.6
    assert difference.max() <= 6


def test_tone_rises_everywhere():
    profile = replace(CameraProfile(), tone=(0.0, 0.04, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0))
    assert (np.diff(compute_tone_table(profile)) > 0).all()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"blur_sigma_px": 1.5}, "blur_sigma_px"),
        ({"tone": (0.0, 0.2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0)}, "flattest"),
        ({"tone": (0.0, 1.0)}, "expected 9 tone levels"),
        ({"jpeg_quality": 5}, "jpeg_quality"),
        ({"read": float("nan")}, "read"),
    ],
)
def test_profiles_that_break_the_promise_are_refused(change, word):
    with pytest.raises(ValueError, match=word):
        replace(CameraProfile(), **change)


def test_profile_round_trip_and_sampling():
    profile = sample_profile(STRONG, rng=make_rng(0, 0, "profile"))
    assert CameraProfile.from_dict(profile.to_dict()) == profile
    assert profile != STRONG
    with pytest.raises(ValueError, match="expected the keys"):
        CameraProfile.from_dict({"blur": 1})
