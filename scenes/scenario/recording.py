"""Sections of the recording: cameras, sensors, what fails, and the refiner."""

from dataclasses import dataclass
from typing import Literal

from scenes.scenario.parameters import param

CAMERA_LENSES = ("pinhole", "wide", "fisheye")


@dataclass(frozen=True)
class CamerasSpec:
    """The cameras: how many, where and how they look."""

    count: int = param("Number of cameras.", 3, ge=2, le=8)
    width_px: int = param("Image width.", 320, ge=64, le=1920, multiple_of=2)
    height_px: int = param("Image height.", 240, ge=64, le=1080, multiple_of=2)
    lens: Literal["pinhole", "wide", "fisheye"] = param(
        "Lens of every camera: free of distortion, wide with barrel distortion (Brown and Conrady), or "
        "fisheye (Kannala and Brandt); cameras.json has the coefficients.",
        "pinhole",
    )
    distortion: float = param(
        "Strength of the distortion: of a wide lens from none to stereographic, of a fisheye from "
        "equidistant to equisolid.",
        0.5,
        ge=0,
        le=1,
    )
    fov_deg: float = param("Horizontal field of view (pinhole and wide lens).", 92.0, ge=40, le=120)
    fisheye_fov_deg: float = param(
        "Field of view of a fisheye's image circle, which spans the shorter side of the picture.",
        176.0,
        ge=120,
        le=180,
    )
    mount: Literal["ceiling", "corner", "aisle", "shelf", "door"] = param(
        "Where cameras hang: on the ceiling, along the walls under it, on the walls at the ends of the "
        "aisles, looking straight down these, or half of them (rounded down) on the front edges of shelves "
        "or over the doors and the others along the walls.",
        "corner",
    )
    height_m: float = param("Mounting height (kept 0.15 m below the ceiling).", 2.8, ge=1.8, le=7)
    supersampling: int = param("Colour samples per pixel edge (1: off, 2: 2x2).", 2, ge=1, le=3)
    exposure_s: float = param(
        "Time the shutter is open: what moves is blurred along its way, and a shorter time needs more gain.",
        0.01,
        ge=0.0001,
        le=0.1,
    )
    rolling_shutter_s: float = param(
        "From the exposure of the first row to that of the last (0: all at once).", 0.012, ge=0, le=0.05
    )
    auto_exposure: float = param(
        "How much of a change of light automatic exposure makes up for (0: fixed, 1: all of it).",
        0.5,
        ge=0,
        le=1,
    )
    exposure_level: float = param(
        "Mean linear light of the picture (0 black, 1 white) that automatic exposure aims at; fixed cameras' "
        "photographs have 0.33 to 0.35, those that people take of shelves 0.2 to 0.26.",
        0.34,
        ge=0.05,
        le=0.8,
    )
    adaptation_s: float = param("Time constant of automatic exposure.", 0.7, ge=0, le=30)
    noise: float = param(
        "Factor on the shot and read noise of a small sensor, 1920 photosites wide (0: none); it rises with "
        "the gain and falls where a smaller picture averages photosites.",
        1.0,
        ge=0,
        le=5,
    )
    white_balance_error: float = param(
        "Standard deviation of the red and blue gains' logarithms; a third of it wanders.",
        0.025,
        ge=0,
        le=0.3,
    )
    white_balance_shift_mired: float = param(
        "Mireds by which cameras take light for warmer than it is: above 0 pictures are bluish, below 0 "
        "yellowish (0: white is white).",
        0.0,
        ge=-120,
        le=120,
    )
    vignetting: float = param("Share of the light that is lost in the corners.", 0.12, ge=0, le=0.8)
    color_fringe: float = param(
        "Lateral chromatic aberration: red and blue are this share smaller and larger than green.",
        0.0006,
        ge=0,
        le=0.01,
    )
    glare: float = param(
        "Veiling glare: the share of the picture's mean light that a lens spreads over all of it.",
        0.015,
        ge=0,
        le=0.2,
    )
    blur: float = param(
        "Blur of lens and demosaicing: its standard deviation as a share of the picture's width.",
        0.0005,
        ge=0,
        le=0.01,
    )
    color_blur: float = param(
        "Blur of colour alone, by demosaicing and by the camera's reduction of colour noise: its standard "
        "deviation as a share of the picture's width, to the nearest that whole pixels give (0, 0.7, 1.2, "
        "1.6, 2 pixels and so on).",
        0.0,
        ge=0,
        le=0.01,
    )
    sharpening: float = param(
        "Strength of the unsharp mask on the sensor, which leaves halos; little of them is left in pictures "
        "smaller than the sensor.",
        0.4,
        ge=0,
        le=2,
    )
    crf: int = param(
        "How coarsely the camera compresses its video, the constant rate factor of x264 (18: no loss that "
        "eyes see; 28: the blocks and smeared walls of a recorder that saves room). Refined videos have 20.",
        20,
        ge=10,
        le=40,
    )
    calibration_error: float = param(
        "Factor on the usual errors of a calibration, as cameras_calibrated.json has them (0: the truth).",
        1.0,
        ge=0,
        le=20,
    )
    pixel_format: Literal["yuv420p", "yuv444p"] = param(
        "Colour of the videos: a sample for 2 x 2 pixels, or one a pixel (larger, small labels stay sharp).",
        "yuv420p",
    )


@dataclass(frozen=True)
class SensorsSpec:
    """The shelf scales (defaults: AiFi nanostore, AutoCheckout 2020), the clocks, the gates and the doors."""

    rate_hz: float = param("Readings a second of each plate.", 60.0, ge=1, le=240)
    noise_g: float = param("Standard deviation of the white noise.", 0.62, ge=0, le=50)
    resolution_g: float = param("Quantisation step.", 0.5, ge=0.01, le=50)
    drift_g_per_min: float = param(
        "Standard deviation of the random walk after one minute.", 0.4, ge=0, le=100
    )
    settling_s: float = param("Time constant of settling after a step.", 0.12, ge=0.001, le=2)
    plate_width_m: float = param("Width of one plate.", 0.10, ge=0.05, le=1.2)
    capacity_kg: float = param("Rated load of one plate.", 20.0, ge=1, le=200)
    gain_error: float = param(
        "Standard deviation of the plates' gains about 1 (measured steps are off by a few percent).",
        0.02,
        ge=0,
        le=0.2,
    )
    crosstalk: float = param("Share of a plate's load that each plate beside it feels.", 0.005, ge=0, le=0.2)
    creep: float = param("Share of a step that is added within minutes.", 0.0005, ge=0, le=0.05)
    hysteresis_g: float = param("Play between rising and falling load.", 0.2, ge=0, le=50)
    press_g: float = param(
        "Median force of a hand that touches without taking; one that takes or puts presses half as hard.",
        120.0,
        ge=0,
        le=20000,
    )
    temperature_g_per_k: float = param(
        "Standard deviation of what a kelvin moves the zero of a plate (load cells of class C3: 0.3 g).",
        0.3,
        ge=0,
        le=20,
    )
    temperature_swing_k: float = param(
        "Swing of the air about its mean, as heating and cooling make it in a quarter of an hour.",
        1.0,
        ge=0,
        le=20,
    )
    door_shake_g: float = param(
        "Standard deviation that a closing door adds for a moment to plates beside it.", 0.4, ge=0, le=100
    )
    camera_clock_s: float = param(
        "Standard deviation of what each camera's clock is off at the clip's start.", 0.01, ge=0, le=60
    )
    camera_clock_ppm: float = param(
        "Standard deviation of the rates of the cameras' clocks, millionths.", 20.0, ge=0, le=1000
    )
    camera_jitter_s: float = param(
        "Mean delay of a frame's time stamp on top of that (exponential).", 0.002, ge=0, le=1
    )
    controller_clock_s: float = param(
        "Standard deviation of what the clock of gates and doors is off.", 0.05, ge=0, le=60
    )
    gate_merge: float = param(
        "Probability that a gate takes who follows within 0.8 s for one person with whom they follow.",
        0.15,
        ge=0,
        le=1,
    )
    gate_split: float = param("Probability that a gate counts a person twice.", 0.01, ge=0, le=1)
    door_missed: float = param(
        "Probability that a door's contact misses an opening or closing.", 0.005, ge=0, le=1
    )
    door_bounce: float = param(
        "Probability that it bounces: reports another closing and opening that never were.", 0.03, ge=0, le=1
    )
    vibration_g: float = param(
        "Standard deviation that a person walking at 1 m/s beside a fixture adds.", 0.3, ge=0, le=100
    )


@dataclass(frozen=True)
class FaultsSpec:
    """What goes wrong."""

    lamps_failed: float = param("Share of lamps that fail.", 0.0, ge=0, le=1)
    lamps_one_circuit: bool = param(
        "Whether the lamps that fail hang side by side, so that one part of the shop is dark.", False
    )
    lamps_fail_at_s: float = param("When they fail, from the clip's start.", 0.0, ge=-3600, le=3600)
    lamp_flicker: float = param("Depth of the flicker of failing lamps before they go out.", 0.0, ge=0, le=1)
    glass_fog: float = param(
        "How densely the glass door of a fridge fogs when it was opened (0: not at all, 1: next to nothing "
        "shows through its middle).",
        0.0,
        ge=0,
        le=1,
    )
    glass_fog_clears_s: float = param("Time constant with which that fog clears.", 25.0, ge=1, le=3600)
    doors_ajar: float = param(
        "Chance that the glass door of a fridge, when it falls shut, stays ajar.", 0.0, ge=0, le=1
    )
    noisy_gondolas: float = param("Share of fixtures whose plates are four times as noisy.", 0.0, ge=0, le=1)
    plates_broken_noisy: float = param("Share of plates with noise of 25 g.", 0.0, ge=0, le=1)
    plates_stuck: float = param("Share of plates whose reading freezes during the clip.", 0.0, ge=0, le=1)
    plates_dead: float = param("Share of plates that read 0.", 0.0, ge=0, le=1)
    plates_swapped: float = param("Share of plates wired to a neighbour's channel.", 0.0, ge=0, le=1)
    scale_clock_late_s: float = param(
        "Mean delay of a fixture's readings against the true time (exponential).", 0.0, ge=0, le=10
    )
    messages_lost: float = param(
        "Share of messages (12 readings of a fixture) that are lost: the last reading stands.",
        0.0,
        ge=0,
        le=1,
    )
    frames_dropped: float = param(
        "Share of each camera's frames that are lost, in bursts: the last picture stands.", 0.0, ge=0, le=1
    )
    cameras_fogged: float = param("Share of cameras (rounded up) whose lens fogs up.", 0.0, ge=0, le=1)
    cameras_smeared: float = param("Share of cameras (rounded up) whose lens gets smeared.", 0.0, ge=0, le=1)
    cameras_wet: float = param("Share of cameras (rounded up) with drops of water.", 0.0, ge=0, le=1)
    cameras_covered: float = param("Share of cameras (rounded up) that get partly covered.", 0.0, ge=0, le=1)
    cameras_knocked: float = param(
        "Share of cameras (rounded up) that are knocked and look elsewhere; labels follow.", 0.0, ge=0, le=1
    )
    cameras_frozen: float = param(
        "Share of cameras (rounded up) that send one picture over and over.", 0.0, ge=0, le=1
    )
    cameras_dead: float = param("Share of cameras (rounded up) that go black.", 0.0, ge=0, le=1)
    cameras_fail_at_s: float = param("When they fail, from the clip's start.", 0.0, ge=-3600, le=3600)
    cameras_recover_after_s: float = param(
        "How long after that they are well again: wiped, dried, turned back, restarted.",
        3600.0,
        ge=0.1,
        le=7200,
    )


@dataclass(frozen=True)
class RefineSpec:
    """How far the refiner may go."""

    strength: float = param("0 leaves the picture as rendered, 1 is the refiner as trained.", 0.5, ge=0, le=1)
