"""The sensor: noise as computed, exposure in time, corners, colour, halos."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from scenes.light.lamps import compute_planck_rgb
from scenes.scenario import CamerasSpec
from scenes.world import Camera
from synth.optics.sensor import (
    Sensor,
    _blur_color,
    _soften,
    compute_color_side,
    compute_gain,
    compute_noise_levels,
)
from synth.optics.tone import linear_from_srgb, srgb_from_linear

CAMERA = Camera("cam0", 160, 120, np.array([[80.0, 0, 80], [0, 80, 60], [0, 0, 1]]), np.eye(4))
LIT = np.ones((120, 160), bool)
PLAIN = CamerasSpec(
    auto_exposure=0.0,
    noise=0.0,
    white_balance_error=0.0,
    vignetting=0.0,
    color_fringe=0.0,
    sharpening=0.0,
    blur=0.0,
    glare=0.0,
)


def make_sensor(seed=3, camera=CAMERA, **values):
    return Sensor(replace(PLAIN, **values), camera, fps=10.0, rng=np.random.default_rng(seed))


def shown(code):
    """Light of a screen that shows bytes (IEC 61966-2-1)."""
    code = np.asarray(code) / 255.0
    return np.where(code < 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def scene(code):
    """Light whose picture has bytes: a logarithm above 0.76, a toe of 0.025, a power of 1.3 undone."""
    sent = shown(code)
    sent = np.where(sent < 0.76, sent, 0.76 + (np.exp(22 * (sent - 0.76)) - 1) / 22)
    sent = np.where(sent < 0.025, np.sqrt(0.1 * sent), sent + 0.025)
    return sent ** (1 / 1.3)


def shown_byte(light):
    """Bytes (3,) uint8 whose picture has light, found by trying all."""
    return np.abs(scene(np.arange(256))[:, None] - light).argmin(axis=0).astype(np.uint8)


def grey(level, shape=(120, 160)):
    return np.full((*shape, 3), level, np.uint8)


def test_a_perfect_sensor_changes_nothing():
    rgb = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    for picture in make_sensor().take(rgb, LIT):
        assert np.abs(picture.astype(int) - rgb).max() <= 1


@pytest.mark.parametrize("level", [40, 120, 200])
@pytest.mark.parametrize("exposure_s", [0.004, 0.02])
@pytest.mark.parametrize("width", [640, 1920])
def test_noise_is_shot_and_read_noise_at_the_gain(level, exposure_s, width):
    """Measured against EMVA 1288 worked out by hand; the refiner's picture has none."""
    shape = (20 * 1920 // width, width)
    camera = replace(CAMERA, width_px=width, height_px=shape[0])
    lit, flat = np.ones(shape, bool), grey(level, shape)
    sensor = make_sensor(noise=2.0, exposure_s=exposure_s, camera=camera)
    pictures = [sensor.take(flat, lit) for _ in range(6)]
    light = scene(np.stack([sent for _, sent in pictures]))
    gain = 0.02 / exposure_s  # ISO 100 at 1/50 s, 500 lux, f/2
    mean = float(scene(level))
    electrons = 10_000 / gain * mean
    rounding = float(scene(level + 1)) - mean
    expected = 2 * np.sqrt(electrons + 9) * gain / 10_000 / (1920 / width)  # of 3 x 3 photosites, or 1
    assert light.std() == pytest.approx(np.hypot(expected, rounding / np.sqrt(12)), rel=0.08)
    assert light.mean() == pytest.approx(mean, rel=0.02)
    assert all((exposed == level).all() for exposed, _ in pictures)
    assert len({sent.tobytes() for _, sent in pictures}) == 6


def test_less_light_is_more_noise():
    levels = [compute_noise_levels(CamerasSpec(exposure_s=0.02), ev, 1920) for ev in (0.0, 1.0, 3.0)]
    assert [shot / levels[0][0] for shot, _ in levels] == pytest.approx([1, 2, 8])
    assert [read / levels[0][1] for _, read in levels] == pytest.approx([1, 4, 64])
    assert compute_gain(CamerasSpec(exposure_s=0.01), 0.0) == pytest.approx(2.0)


def test_exposure_opens_up_when_a_lamp_fails():
    """The stops missing shrink by exp(-t / tau) from frame to frame."""
    sensor = make_sensor(auto_exposure=1.0, adaptation_s=0.5)
    bright, dark = grey(128), grey(60)
    steady = sensor.take(bright, LIT)[0].mean()
    assert sensor.take(bright, LIT)[0].mean() == steady
    start = sensor.ev
    means, stops = [], []
    for _ in range(20):
        means.append(sensor.take(dark, LIT)[0].mean())
        stops.append(sensor.ev)
    wanted = start + np.log2(scene(128) / scene(60))
    missing = (wanted - np.array(stops)) / (wanted - start)
    np.testing.assert_allclose(missing, np.exp(-np.arange(1, 21) * 0.1 / 0.5), atol=2e-3)
    assert (np.diff(means) >= 0).all()
    assert means[0] < 0.65 * steady
    assert means[-1] == pytest.approx(steady, rel=0.04)
    fixed = make_sensor(auto_exposure=0.0)
    assert fixed.take(bright, LIT)[0].mean() == 128
    assert fixed.take(dark, LIT)[0].mean() == 60


def show(light):
    """Bytes (3,) of a picture of light (3,): a power of 1.3, then a toe, then a roll-off of the brightest."""
    toed = np.where(light**1.3 < 0.05, 10.0 * light**2.6, light**1.3 - 0.025)
    peak = max(toed.max(), 0.76)
    rolled = toed * (0.76 + np.log1p(22 * (peak - 0.76)) / 22) / peak
    return 255 * np.where(rolled < 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("light", [(1.0, 0.4, 0.15), (0.3, 1.1, 0.5), (0.95, 0.9, 0.1)])
def test_a_bright_colour_in_less_light_is_as_if_it_had_been_less_bright(light):
    light = np.array(light)
    rgb = np.broadcast_to(np.rint(show(light)).astype(np.uint8), (120, 160, 3))
    sensor = make_sensor(auto_exposure=1.0, exposure_level=0.1)
    seen = sensor.take(rgb, LIT)[0][60, 80]
    assert sensor.ev < -0.5
    odds = light / (scene(255) - light) * 2.0**sensor.ev
    np.testing.assert_allclose(seen, show(odds / (1 + odds) * scene(255)), atol=2.0)


def test_exposure_goes_as_far_as_four_stops_in_the_dark():
    sensor = make_sensor(auto_exposure=1.0)
    sensor.take(grey(2), LIT)
    assert sensor.ev == 4.0


def test_white_stays_white_when_less_light_is_taken_in():
    """What a renderer clips would be far brighter still. Of other tones, light over what is left to white
    scales with the exposure, in dark ones the light itself.
    """
    rgb = grey(242)
    rgb[:24], rgb[-4:] = 255, 40
    exposed = make_sensor(auto_exposure=1.0).take(rgb, LIT)[0]
    before, after = scene(rgb), scene(exposed)
    assert (exposed[:24] == 255).all()
    # Every fourth pixel is metered, of the picture that is sent.
    aim, level = CamerasSpec().exposure_level, shown(rgb)[::4, ::4].mean()
    gain = ((aim + 0.025) / (level + 0.025)) ** (1 / 1.3)
    assert gain < 0.5
    for row, close in ((60, 0.03), (-2, 0.05)):
        odds = [one[row].mean() / (scene(255) - one[row].mean()) for one in (after, before)]
        assert odds[0] / odds[1] == pytest.approx(gain, rel=close)


@pytest.mark.parametrize("axis", [0, 1])
def test_blur_is_a_share_of_the_width(axis):
    """The spread of a line on a ground whose tones lie close, by its second moment; no light is lost."""
    rgb = grey(60)
    np.moveaxis(rgb, axis, 0)[60] = 200
    for blur in (0.004, 0.01):
        sent = make_sensor(blur=blur).take(rgb, LIT)[1]
        light = np.moveaxis(scene(sent)[..., 1] - scene(60), axis, 0).mean(axis=1)
        variance = (light * (np.arange(len(light)) - 60) ** 2).sum() / light.sum()
        assert variance == pytest.approx((160 * blur) ** 2, rel=0.1)
        assert light.sum() == pytest.approx(scene(200) - scene(60), rel=0.05)


def test_what_the_lens_does_reaches_refiners_too():
    """All that is not noise or sharpening: the picture that a refiner gets is then the one that is sent."""
    rgb = np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    optics = {"blur": 0.004, "glare": 0.04, "vignetting": 0.3, "color_fringe": 0.004, "auto_exposure": 1.0}
    exposed, sent = make_sensor(**optics, white_balance_error=0.05).take(rgb, LIT)
    assert (exposed == sent).all()
    assert exposed.std() < 0.7 * rgb.std()
    noisy = make_sensor(**optics, white_balance_error=0.0, noise=2.0, sharpening=0.5).take(rgb, LIT)
    assert (noisy[0] == make_sensor(**optics).take(rgb, LIT)[0]).all()
    assert (noisy[1] != noisy[0]).any()


def test_strong_blur_goes_on_where_weak_blur_ends():
    """On either side of 4 pixels, computed in two ways; no light is lost at the borders."""
    edge = np.zeros((3, 120, 160), np.float32)
    edge[:, :50, 90:] = 1.0
    less, more = edge.copy(), edge.copy()
    _soften(less, 4.0)
    _soften(more, 4.0001)
    assert less == pytest.approx(more, abs=0.003)
    for light in (less, more):
        assert light.sum() == pytest.approx(edge.sum(), rel=1e-4)


def test_glare_lifts_shadows_by_a_share_of_the_mean_light():
    rgb = grey(12)
    rgb[:, :80] = 180
    exposed = make_sensor(glare=0.04).take(rgb, LIT)[0]
    veil = 0.04 * float(scene(180) + scene(12)) / 2 * (1 - scene(12) / scene(255))
    assert scene(exposed[60, 120]) - scene(12) == pytest.approx(veil, rel=0.1)
    dark = make_sensor(glare=0.04).take(rgb, LIT & (np.arange(160) >= 80))[0]
    assert (dark[:, 80:] <= 13).all(), "what lies beside the lens's picture sends no light into it"


def test_black_around_a_fisheye_is_not_metered():
    inside = np.zeros_like(LIT)
    inside[20:100, 40:120] = True
    picture = np.where(inside[..., None], grey(128), 0).astype(np.uint8)
    whole, part = make_sensor(auto_exposure=1.0), make_sensor(auto_exposure=1.0)
    assert part.take(picture, inside)[0][60, 80, 0] == whole.take(grey(128), LIT)[0][60, 80, 0]


def test_what_is_far_brighter_than_white_stays_white_in_the_corners():
    """A lamp in the corner loses as much light as a floor does, and that light is not seen."""
    lamp, paper = (make_sensor(vignetting=0.3).take(grey(level), LIT)[0][0, 0, 1] for level in (255, 220))
    assert lamp >= 251
    assert scene(paper) / scene(220) == pytest.approx(0.7, abs=0.02)
    assert shown(paper) / shown(220) < 0.7, "white paper is not: light has a contrast"


def test_bright_colours_keep_their_hue_when_less_light_is_taken_in():
    """The renderer squeezes the brightest of three colours, and the others as much; so does undoing it."""
    rgb = grey(235)
    rgb[40:80] = 240, 228, 215
    exposed = make_sensor(auto_exposure=1.0).take(rgb, LIT)[0][60, 80]
    before, after = shown([240, 228, 215]), shown(exposed)
    assert after.max() < 0.7
    # Of light x, whites allowed for, x g / (1 + x / w (g - 1)) is left: a little more of what is brighter.
    np.testing.assert_allclose(after / after[0], before / before[0], rtol=0.08)


def test_corners_are_darker_and_colours_meet_in_the_middle():
    corner, middle = make_sensor(vignetting=0.3).take(grey(180), LIT)[0][[0, 60], [0, 80], 1]
    light = scene([corner, middle])
    assert light[0] / light[1] == pytest.approx(0.7, abs=0.02)
    bars = np.zeros((120, 160, 3), np.uint8)
    bars[:, 80:84] = bars[:, 150:154] = 200
    shifted = make_sensor(color_fringe=0.01).take(bars, LIT)[0].astype(float)
    at = (scene(shifted[60]) * np.arange(160)[:, None])[140:].sum(0)
    at /= scene(shifted[60])[140:].sum(0)
    assert at[1] - at[0] == pytest.approx(0.72, abs=0.15)  # 1 % of 72 px from the middle
    assert at[2] - at[1] == pytest.approx(0.72, abs=0.15)
    assert (np.abs(shifted[:, 80:84] - 200) < 8).mean() > 0.9


@pytest.mark.parametrize("taken_k", [3200.0, 7000.0])
def test_what_a_camera_takes_for_white_is_grey_and_white_is_not(taken_k):
    """A card under light of the temperature that the camera is set to, and one under that of the shop."""
    white_k = 4600.0
    shift = 1e6 / taken_k - 1e6 / white_k
    light = compute_planck_rgb(taken_k) / compute_planck_rgb(white_k)
    card = shown_byte(light / light[1] * scene(110))
    seen = make_sensor(white_balance_shift_mired=shift).take(grey(1) * card, LIT)[0][0, 0].astype(int)
    assert np.ptp(seen) <= 3  # of bytes that are rounded twice
    red, green, blue = make_sensor(white_balance_shift_mired=shift).take(grey(110), LIT)[0][0, 0].astype(int)
    assert green == 110
    assert np.sign(blue - red) == np.sign(shift)
    assert abs(blue - red) > 15


def test_white_balance_is_off_and_wanders_a_little():
    ratios = []
    for seed in range(60):
        sensor = make_sensor(seed, white_balance_error=0.05)
        pictures = [sensor.take(grey(120), LIT)[0][0, 0].astype(float) for _ in range(3)]
        assert pictures[0][1] == 120
        ratios.append(np.log(scene(pictures[0])[[0, 2]] / scene(120)))
    assert np.std(ratios) == pytest.approx(0.05 * np.hypot(1, 0.35), rel=0.3)


def test_sharpening_leaves_halos_and_no_drift():
    step = np.concatenate([np.full((12, 960, 3), 80), np.full((12, 960, 3), 160)], axis=1).astype(np.uint8)
    camera = replace(CAMERA, width_px=1920, height_px=12)
    exposed, sent = make_sensor(sharpening=0.8, camera=camera).take(step, np.ones((12, 1920), bool))
    assert np.abs(exposed.astype(int) - step).max() <= 1
    assert sent[6, 959, 0] < 70
    assert sent[6, 960, 0] > 170
    assert np.abs(sent[:, :950].astype(int) - 80).max() <= 1


def test_colour_is_less_sharp_than_luma():
    """Colour is spread as far as asked, to either side alike; luma stays as it was."""
    rgb = grey(128)
    rgb[:, 80] = (188, 118, 90)
    luma = np.array([0.2126, 0.7152, 0.0722])
    sent = make_sensor(color_blur=0.02).take(rgb, LIT)[1].astype(float)
    assert sent @ luma == pytest.approx(rgb @ luma, abs=1.0)
    assert np.ptp(sent[60, 80]) < 0.3 * (188 - 90)
    assert [compute_color_side(CamerasSpec(color_blur=0.02), width) for width in (160, 320)] == [8, 16]
    for side in (2, 3, 8):
        line = np.zeros((8, 160), np.float32)
        line[:, 80] = 1.0
        seen, away = _blur_color(line, side)[4], np.arange(160) - 80
        assert seen.sum() == pytest.approx(1.0)
        assert seen @ away == pytest.approx(0.0, abs=1e-4)
        assert seen @ away**2 == pytest.approx((side**2 - 1) / 6, rel=1e-4)


def test_a_small_picture_has_what_is_left_of_the_sensors_sharpening():
    """As a picture of the whole sensor has that is sharpened there and averaged to the small one's size."""
    coarse = ndimage.gaussian_filter(np.random.default_rng(2).normal(0.0, 2400.0, (240, 1920)), 8.0)
    whole = np.repeat(np.clip(128 + coarse, 30, 220)[..., None], 3, axis=2)
    small = whole.reshape(60, 4, 480, 4, 3).mean(axis=(1, 3))
    sent = []
    for picture in (whole, small):
        shape = picture.shape[:2]
        camera = replace(CAMERA, width_px=shape[1], height_px=shape[0])
        sensor = make_sensor(sharpening=2.0, camera=camera)
        sent.append(
            sensor.take(np.rint(picture).astype(np.uint8), np.ones(shape, bool))[1][..., 1].astype(float)
        )
    added = sent[0].reshape(60, 4, 480, 4).mean(axis=(1, 3)) - small[..., 1]
    also = sent[1] - small[..., 1]
    slope = (added * also).sum() / (added**2).sum()
    assert added.std() > 0.3
    assert slope == pytest.approx(1.0, abs=0.25)


def test_the_same_frames_give_the_same_bytes():
    def run():
        sensor = Sensor(CamerasSpec(), CAMERA, fps=10.0, rng=np.random.default_rng(8))
        return [picture.tobytes() for level in (90, 120) for picture in sensor.take(grey(level), LIT)]

    assert run() == run()


def test_srgb_there_and_back():
    values = np.linspace(0, 1, 101)
    np.testing.assert_allclose(srgb_from_linear(linear_from_srgb(values)), values, atol=1e-6)
