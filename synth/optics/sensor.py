"""The sensor of one camera: from the light behind the lens to the bytes that the camera sends.

In: a picture as the lens shows it. Out: two pictures: how it is exposed (colour fringe, vignetting, glare,
white balance, exposure, the lens's blur), which is what a refiner gets, and what the camera sends (noise on
top of that, colour less sharp than luma, and sharpening). All but the last two happen to light; the camera's
contrast, its black and what it makes of highlights, which the renderer's pictures have, come after it. So
they are taken off first and put on again: the shadows that a veil of glare would wash out are darkened with
it, and what is several times as bright as white paper stays white in a corner that gets less light. A refiner
has a camera stage of its own with noise and compression fitted to real footage (gan/camera_stage.py), so it
starts from the picture without noise, and no picture gets noise twice.

Noise is that of a linear sensor (EMVA 1288): shot noise of the electrons counted plus read noise, both
magnified by the gain. Pictures smaller than the sensor are averages of its photosites, with as much less
noise as that leaves. The gain follows from the exposure equation for incident light, ISO = 250 N^2 / (t E)
(ISO 2720), at 500 lux, f/2 and the shutter time t, times what the automatic exposure adds.
"""

from itertools import pairwise

import numpy as np
from scipy import ndimage

from scenes.light.lamps import compute_white_balance_gains
from scenes.scenario import CamerasSpec
from scenes.world import Camera
from synth.optics.tone import BYTE, CODE, SENT, WHITE, find_level, find_light, squeeze, undo_toe
from synth.render.light import CONTRAST

FULL_WELL = 10_000.0  # electrons at ISO 100 and full light, of a photosite of about 3 um
SENSOR_WIDTH_PX = 1920  # photosites in a row, as most network cameras have
READ_NOISE = 3.0  # electrons
ISO_100_S = 0.02  # shutter time that asks for ISO 100 at 500 lux and f/2
LEAST_EV, MOST_EV = -2.0, 4.0
_DRIFT_S = 15.0  # time constant of the white balance's wandering
_DRIFT_SHARE = 0.35  # of the white balance's error wanders, the rest stays
_SPARE_PX = 64  # by this much the field of noise is larger than the picture, so that it can be moved about
_METER_STEP = 4
_LEAST_BLUR_PX, _MOST_BINOMIAL_PX = 0.2, 4.0
Run = tuple[slice, int, np.ndarray]  # pixels, lower neighbour of the first, (N, 1) shares of the upper ones
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def compute_vignette(camera: Camera, strength: float) -> np.ndarray:
    """Return (H, W) float32: the share of light that reaches a pixel, 1 - strength in the corners."""
    u = (np.arange(camera.width_px) + 0.5 - camera.intrinsics[0, 2])[None, :]
    v = (np.arange(camera.height_px) + 0.5 - camera.intrinsics[1, 2])[:, None]
    corner = (camera.width_px**2 + camera.height_px**2) / 4
    return (1 - strength * np.minimum((u * u + v * v) / corner, 1.5)).astype(np.float32)


def compute_gain(spec: CamerasSpec, ev: float) -> float:
    """Return the sensor's gain, 1 at ISO 100, when automatic exposure adds `ev` stops."""
    return float(ISO_100_S / max(spec.exposure_s, 1e-4) * 2.0**ev)


def compute_noise_levels(spec: CamerasSpec, ev: float, width_px: int) -> tuple[float, float]:
    """Return (shot, read): the variance of the noise at linear light x is shot x + read.

    >>> shot, read = compute_noise_levels(CamerasSpec(noise=1.0, exposure_s=0.02), 0.0, 1920)
    >>> round(shot, 6), round(read**0.5, 6)
    (0.0001, 0.0003)
    """
    gain, photosites = compute_gain(spec, ev), max(SENSOR_WIDTH_PX / width_px, 1.0) ** 2
    scale = spec.noise**2 / photosites
    return scale * gain / FULL_WELL, scale * (gain * READ_NOISE / FULL_WELL) ** 2


def compute_sharpening(spec: CamerasSpec, width_px: int) -> float:
    """Return the strength of an unsharp mask of a pixel's reach that stands for the sensor's own.

    Cameras sharpen what the sensor saw and scale it down for smaller streams after that. What a mask adds is
    in proportion to the square of its reach (its kernel's second moment), so that of halos a photosite wide
    little is left in pixels that are several wide.

    >>> [compute_sharpening(CamerasSpec(sharpening=0.4), width_px) for width_px in (1920, 960)]
    [0.4, 0.1]
    """
    return spec.sharpening / max(SENSOR_WIDTH_PX / width_px, 1.0) ** 2


def compute_color_side(spec: CamerasSpec, width_px: int) -> int:
    """Return the side of the squares over which colour is averaged twice so that it is as blurred as asked.

    Means over n pixels, taken twice, have a standard deviation of sqrt((n^2 - 1) / 6); n is whole.

    >>> [compute_color_side(CamerasSpec(color_blur=0.002), width_px) for width_px in (320, 640, 1920)]
    [2, 3, 9]
    """
    return round(float(np.sqrt(6 * (spec.color_blur * width_px) ** 2 + 1)))


def sample_noise_field(height: int, width: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return (3, H, W) float32 noise of unit variance with the grain of a demosaiced Bayer pattern.

    Each photosite counts one colour; the others are averages of their neighbours, hence soft blots in red and
    blue and a finer grain in green.
    """
    raw = rng.standard_normal((height + 2, width + 2), dtype=np.float32)
    field = np.empty((3, height, width), np.float32)
    y, x = np.mgrid[: height + 2, : width + 2]
    kernel = np.array([0.5, 1.0, 0.5], np.float32)
    green = (y + x) % 2 == 0
    for channel, site in enumerate(((~green) & (y % 2 == 0), green, (~green) & (y % 2 == 1))):
        value = np.where(site, raw, np.float32(0))
        rows = kernel[0] * (value[:-2] + value[2:]) + value[1:-1]
        soft = kernel[0] * (rows[:, :-2] + rows[:, 2:]) + rows[:, 1:-1]
        if channel == 1:  # of green every second site is there, of the others every fourth
            soft /= 2
        field[channel] = soft / soft.std()
    return field


class Sensor:
    """One camera's sensor; it remembers its exposure and its white balance from frame to frame.

    Args:
        spec: Shutter, noise, white balance...
        camera: Whose it is.
        fps: Frames a second.
        rng: Lane of this camera.
    """

    def __init__(self, spec: CamerasSpec, camera: Camera, *, fps: float, rng: np.random.Generator) -> None:
        self._spec = spec
        self._rng = rng
        self._step_s = 1.0 / fps
        self._vignette = compute_vignette(camera, spec.vignetting)
        self._fringe = [_shrink(camera, spec.color_fringe * sign) for sign in (1, -1)]
        self._blur_px = spec.blur * camera.width_px
        self._color_side_px = compute_color_side(spec, camera.width_px)
        self._sharpening = compute_sharpening(spec, camera.width_px)
        shifted = np.log(compute_white_balance_gains(spec.white_balance_shift_mired)[[0, 2]])
        self._fixed = shifted + spec.white_balance_error * rng.standard_normal(2)
        self._drift = _DRIFT_SHARE * spec.white_balance_error * rng.standard_normal(2)
        shape = (camera.height_px + _SPARE_PX, camera.width_px + _SPARE_PX)
        self._field = sample_noise_field(*shape, rng=rng) if spec.noise > 0 else None
        self._ev: float | None = None

    @property
    def ev(self) -> float:
        """Stops that automatic exposure adds at the moment."""
        return self._ev or 0.0

    def take(self, rgb: np.ndarray, lit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take the next frame's picture.

        Args:
            rgb: (H, W, 3) uint8 as the lens shows it.
            lit: (H, W) bool, where the lens shows anything; only there light is measured.

        Returns:
            The exposed picture and the one that is sent, both (H, W, 3) uint8, read-only.
        """
        planes = rgb.transpose(2, 0, 1)
        light = find_light(planes)
        if self._spec.color_fringe > 0:
            for channel, (rows, columns) in zip((0, 2), self._fringe, strict=True):
                light[channel] = _interpolate(light[channel], rows, columns)
        light *= self._vignette
        light += (self._spec.glare * _mean(_pick(light, lit)))[:, None, None] * (1 - light / WHITE)
        wanted = self._meter(light, lit)
        if self._ev is None:
            self._ev = wanted  # it has been looking at the shop for long
        light = _expose(light, np.float32(2.0**self._ev) * self._next_balance())
        _soften(light, self._blur_px)
        exposed, sent = (find_level(squeeze(seen)) for seen in (light, self._add_noise(light)))
        self._ev += (wanted - self._ev) * (1 - np.exp(-self._step_s / max(self._spec.adaptation_s, 1e-3)))
        sent = _process(sent, self._color_side_px, self._sharpening)
        return _to_picture(np.take(BYTE, exposed)), _to_picture(sent)

    def _meter(self, light: np.ndarray, lit: np.ndarray) -> float:
        """Return the stops that the picture's mean light asks for."""
        sent = np.take(SENT, find_level(squeeze(_pick(light, lit))))
        aim = self._spec.exposure_level
        level = float(LUMA @ sent.mean(axis=1)) if sent.size else aim
        ratio = undo_toe(np.array(aim)) / undo_toe(np.array(max(level, 1e-4)))
        stops = self._spec.auto_exposure * np.log2(ratio) / CONTRAST
        return float(np.clip(stops, LEAST_EV, MOST_EV))

    def _next_balance(self) -> np.ndarray:
        """Return the (3,) gains of red, green and blue; they wander (Ornstein and Uhlenbeck 1930)."""
        keep = np.exp(-self._step_s / _DRIFT_S)
        size = _DRIFT_SHARE * self._spec.white_balance_error * np.sqrt(1 - keep**2)
        self._drift = keep * self._drift + size * self._rng.standard_normal(2)
        red, blue = np.exp(self._fixed + self._drift)
        return np.array([red, 1.0, blue], np.float32)

    def _add_noise(self, light: np.ndarray) -> np.ndarray:
        if self._field is None:
            return light
        shot, read = compute_noise_levels(self._spec, self._ev or 0.0, light.shape[2])
        v, u = self._rng.integers(0, _SPARE_PX, 2)
        field = self._field[:, v : v + light.shape[1], u : u + light.shape[2]]
        deviation = light * np.float32(shot)
        deviation += np.float32(read)
        np.sqrt(deviation, out=deviation)
        deviation *= field
        deviation += light
        return deviation


def _pick(light: np.ndarray, lit: np.ndarray) -> np.ndarray:
    """Return some of the pixels where the lens shows anything: (3, N) of (3, H, W)."""
    return light[:, ::_METER_STEP, ::_METER_STEP][:, lit[::_METER_STEP, ::_METER_STEP]]


def _mean(light: np.ndarray) -> np.ndarray:
    """Return the (3,) float32 mean of (3, N) light; of nothing, 0."""
    return light.sum(axis=1, dtype=np.float64).astype(np.float32) / np.float32(max(light.shape[1], 1))


def _expose(light: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Multiply (3, H, W) light by a gain a colour, but leave white what has no more than white to give.

    What comes has been limited to WHITE already: a lamp that is far brighter stays white when a camera takes
    less light in. x g / (1 + x / w (g - 1)) has slope g at 0 and is w at w.
    """
    less = np.minimum(gain - 1, np.float32(0)) / WHITE
    rolled = 1 + light * less[:, None, None] if less.any() else np.float32(1)
    return light * gain[:, None, None] / rolled


def _to_picture(planes: np.ndarray) -> np.ndarray:
    """Return read-only (H, W, 3) of (3, H, W) uint8; numpy's transpose takes several times as long."""
    picture = np.stack([*planes], axis=-1)
    picture.setflags(write=False)
    return picture


def _soften(light: np.ndarray, blur_px: float) -> None:
    """Blur (3, H, W) light in place by some standard deviation: a binomial kernel, as often as that takes.

    That often is slower than a Gaussian beyond a few pixels, and no different.
    """
    if blur_px < _LEAST_BLUR_PX:
        return
    if blur_px > _MOST_BINOMIAL_PX:
        for axis in (1, 2):
            light[:] = ndimage.gaussian_filter1d(light, blur_px, axis=axis)
        return
    passes = int(np.ceil(blur_px**2 / 0.5))
    side = np.float32(blur_px**2 / passes / 2)  # of a kernel (a, 1 - 2 a, a), whose variance is 2 a
    for plane in light:  # one after the other, so that caches hold it
        for lines in (plane.T, plane) * passes:
            slope = np.diff(lines)
            slope *= side
            lines[:, :-1] += slope
            lines[:, 1:] -= slope


def _process(level: np.ndarray, color_side_px: int, sharpening: float) -> np.ndarray:
    """Return (3, H, W) uint8 of entries of the table of codes, their colour blurred, their luma sharpened.

    To each pixel's luma is added what it has more than its surroundings (unsharp masking).
    """
    blurred = color_side_px > 1
    if sharpening <= 0 and not blurred:
        return np.take(BYTE, level)
    code = np.take(CODE, level)
    luma = LUMA[0] * code[0] + LUMA[1] * code[1] + LUMA[2] * code[2]
    if blurred:
        red, blue = (_blur_color(code[channel] - luma, color_side_px) for channel in (0, 2))
        code[0], code[2] = luma + red, luma + blue
        code[1] = luma - (LUMA[0] * red + LUMA[2] * blue) / LUMA[1]
    if sharpening > 0:
        soft = np.pad(luma, 1, mode="edge")
        soft = soft[:-2] + 2 * soft[1:-1] + soft[2:]
        soft = soft[:, :-2] + 2 * soft[:, 1:-1] + soft[:, 2:]
        luma -= soft / np.float32(16)
        luma *= np.float32(sharpening)
        code += luma
    np.clip(code, 0, 255, out=code)
    code += np.float32(0.5)
    return code.astype(np.uint8)


def _blur_color(difference: np.ndarray, side_px: int) -> np.ndarray:
    """Average an (H, W) colour difference over squares, twice; even sides are half a pixel off either way."""
    for axis in (0, 1):
        for origin in (0, side_px % 2 - 1):
            difference = ndimage.uniform_filter1d(difference, side_px, axis, mode="nearest", origin=origin)
    return difference


def _shrink(camera: Camera, share: float) -> tuple[list[Run], list[Run]]:
    """Return, for rows and columns, where a picture smaller by `share` is read."""
    rows, columns = (
        _list_runs(count, middle, share)
        for count, middle in (
            (camera.height_px, camera.intrinsics[1, 2]),
            (camera.width_px, camera.intrinsics[0, 2]),
        )
    )
    return rows, columns


def _list_runs(count: int, middle: float, share: float) -> list[Run]:
    """Return the few runs of neighbours that `count` pixels are read from, smaller by `share`."""
    centre = np.arange(count) + 0.5
    at = np.clip(centre + (centre - middle) * share - 0.5, 0, count - 1)
    low = np.minimum(at.astype(np.int64), count - 2)
    part = (at - low).astype(np.float32)[:, None]
    cuts = [0, *(np.flatnonzero(np.diff(low) != 1) + 1).tolist(), count]
    return [(slice(here, end), int(low[here]), part[here:end]) for here, end in pairwise(cuts)]


def _interpolate(plane: np.ndarray, rows: list[Run], columns: list[Run]) -> np.ndarray:
    """Read an (H, W) plane between its pixels."""
    for runs in (rows, columns):
        read = np.empty_like(plane)
        for here, low, part in runs:
            near, far = plane[low : low + len(part)], plane[low + 1 : low + 1 + len(part)]
            read[here] = near + part * (far - near)
        plane = read.T
    return plane
