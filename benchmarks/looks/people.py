"""People in pictures for a detector to find: ours in rendered shops, real ones before a still camera.

In: sampled scenarios, of full shops or of a place that a scenario file describes, or a folder of photographs
of one still camera that people come and go before. Out: `Sight`s of one person each, and pictures in which a
person of one stands where a person of the other stood.
Both kinds are chosen by one rule, measured on the picture and the person's mask, and cut out in one way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from scipy import ndimage

from scenes.config.loader import load_config
from scenes.geometry import merge_meshes
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM, INSTANCE_PERSON, Store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.optics import Imaging, LensRenderer
from synth.pipeline import compute_frame_times
from synth.records import Motion
from synth.render import FrameScene
from synth.simulation import simulate
from synth.stage import Stage

SIZE_PX = (768, 432)
TALL_PX = (120, 420)
SLIMNESS = 1.9  # height over width, at least
UPRIGHT_DEG, STRETCHED, ASIDE_DEG = 10.0, 0.9, 45.0
SETTINGS = (
    f"cameras.width_px={SIZE_PX[0]}", f"cameras.height_px={SIZE_PX[1]}", "cameras.lens=pinhole",
    "cameras.count=2", "cameras.fov_deg=60", "cameras.mount=corner", "cameras.height_m=2.4",
    "store.format=convenience", "shoppers.count=8", "shoppers.child_share=0",
    "shoppers.arrival_window_s=20", "clip.warmup_s=18", "clip.fps=1", "clip.duration_s=16",
)  # fmt: skip
LUMA = np.array([0.299, 0.587, 0.114])
Box = tuple[int, int, int, int]  # x, y, width, height


@dataclass(frozen=True)
class Sight:
    """One person in one picture.

    Attributes:
        rgb: (H, W, 3) uint8 as it was taken.
        empty: (H, W, 3) uint8, the same place without people.
        mask: (H, W) bool, where the person shows.
        box: Around the mask.
        person: Who, to count people and not only pictures.
        posed: Whether they stand or walk upright with back or front to the camera, by the labels; all real
            ones at hand do.
    """

    rgb: np.ndarray
    empty: np.ndarray
    mask: np.ndarray
    box: Box
    person: str
    posed: bool = True

    @cached_property
    def tilt_deg(self) -> float:
        """How far the mask's longer axis is from the picture's vertical: who leans, or is seen from aside."""
        rows, columns = np.nonzero(self.mask)
        spread = np.cov(columns, rows)
        return float(abs(np.degrees(0.5 * np.arctan2(2 * spread[0, 1], spread[1, 1] - spread[0, 0]))))

    @cached_property
    def contrast(self) -> float:
        """By how many of 255 steps the person's median lightness differs from that of what is around."""
        reach = max(3, self.box[3] // 20)
        left, top, wide, tall = self.box
        near = np.s_[max(top - reach, 0) : top + tall + reach, max(left - reach, 0) : left + wide + reach]
        light, mask = self.rgb[near] @ LUMA, self.mask[near]
        around = ndimage.binary_dilation(mask, iterations=reach) & ~ndimage.binary_dilation(
            mask, iterations=2
        )
        return float(abs(np.median(light[mask]) - np.median(light[around])))


def box_of(mask: np.ndarray) -> Box:
    """The box around a mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1


def is_whole(box: Box) -> bool:
    """Whether a person's box is clear of the picture's edges and of a size to look for."""
    inside = (
        box[0] > 2 and box[0] + box[2] < SIZE_PX[0] - 2 and box[1] > 2 and box[1] + box[3] < SIZE_PX[1] - 2
    )
    return inside and TALL_PX[0] <= box[3] <= TALL_PX[1] and box[3] > SLIMNESS * box[2]


def is_posed(motion: Motion, frame: int, shopper: int, camera_m: np.ndarray) -> bool:
    """Whether somebody is upright, with back or front to a camera, by their joints.

    That is: the trunk within UPRIGHT_DEG of plumb, the hips as high as nearly straight legs bear, the camera
    within ASIDE_DEG of straight ahead or behind.
    """
    joint = dict(zip(motion.joint_names, motion.joint_position_m[frame, shopper], strict=True))

    def between(name: str) -> np.ndarray:
        return (joint[f"left_{name}"] + joint[f"right_{name}"]) / 2

    trunk = between("shoulder") - between("hip")
    leg_m = sum(
        float(np.linalg.norm(joint[f"left_{upper}"] - joint[f"left_{lower}"]))
        for upper, lower in (("hip", "knee"), ("knee", "ankle"))
    )
    ankle_m = min(joint["left_ankle"][2], joint["right_ankle"][2])
    across = (joint["left_shoulder"] - joint["right_shoulder"])[:2]
    away = (camera_m - between("shoulder"))[:2]
    aside = abs(across @ away) / (np.linalg.norm(across) * np.linalg.norm(away))
    return bool(
        trunk[2] >= np.cos(np.radians(UPRIGHT_DEG)) * np.linalg.norm(trunk)
        and between("hip")[2] - ankle_m >= STRETCHED * leg_m
        and aside <= np.sin(np.radians(ASIDE_DEG))
    )


def choose_comparable(ours: Sequence[Sight], real: Sequence[Sight]) -> list[Sight]:
    """Keep who is posed, as plumb in the picture and as well set off as all but 5 % of the real ones."""
    most_deg = np.quantile([sight.tilt_deg for sight in real], 0.95)
    least = np.quantile([sight.contrast for sight in real], 0.05)
    return [sight for sight in ours if sight.posed and sight.tilt_deg <= most_deg and sight.contrast >= least]


def choose_settings(described: dict[str, Any]) -> list[str]:
    """Keep the settings that a scenario file leaves open; of what it says only its pictures' size gives way.

    >>> choose_settings({"cameras": {"width_px": 1920, "fov_deg": 55, "count": 1}})[:4]
    ['cameras.width_px=768', 'cameras.height_px=432', 'cameras.lens=pinhole', 'cameras.mount=corner']
    """

    def is_open(setting: str) -> bool:
        section, key = setting.split("=")[0].split(".")
        return key in ("width_px", "height_px") or key not in described.get(section, {})

    return [setting for setting in SETTINGS if is_open(setting)]


def see_ours(clips: int, place: Path | None = None) -> Iterator[Sight]:
    """Render shops, or a described place, as cameras send them.

    Args:
        clips: How many.
        place: A scenario file, and not the preset `everyday`; SETTINGS hold for what it does not say itself.

    Yields:
        Everybody who is wholly in the picture and hardly hidden.
    """
    settings = choose_settings(yaml.safe_load(place.read_text(encoding="utf-8"))) if place else SETTINGS
    config = load_config(place or "everyday", settings)
    for index in range(clips):
        scenario = sample_scenario(config, seed=5, index=index)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
        bodies = make_bodies(simulation.plans, store.accent)
        motion = compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
        stage = Stage(scenario, store, simulation, motion, bodies)
        empty = _see_nobody(scenario, store, stage.frame_scene(0))
        with LensRenderer(
            store, dynamic_items=stage.dynamic_items, dynamic_doors=stage.dynamic_doors, supersampling=2
        ) as renderer:
            sensors = [Imaging(scenario, camera, None) for camera in store.cameras]
            for frame in range(len(motion.time_s)):
                scene = stage.frame_scene(frame)
                for number, sensor in enumerate(sensors):
                    view = renderer.render(scene, number)
                    rgb = sensor.take(view, time_s=float(motion.time_s[frame]))[1].rgb
                    for key, size in view.silhouette_px.items():
                        mask = view.instance_id == key
                        if not INSTANCE_PERSON <= key < INSTANCE_ITEM or mask.sum() <= 0.9 * size:
                            continue
                        shopper = key - INSTANCE_PERSON
                        if is_whole(box := box_of(mask)):
                            camera_m = store.cameras[number].world_from_cam[:3, 3]
                            posed = is_posed(motion, frame, shopper, camera_m)
                            yield Sight(rgb, empty[number], mask, box, f"{index}/{shopper}", posed)


def _see_nobody(scenario: Scenario, store: Store, scene: FrameScene) -> list[np.ndarray]:
    """Return what each camera sends of the shop without people: (H, W, 3) uint8 each."""
    nothing = FrameScene(0, merge_meshes([]), np.zeros((0, 3), np.float32), scene.lamp_power, fog=scene.fog)
    with LensRenderer(store, dynamic_items=(), supersampling=2) as renderer:
        return [
            Imaging(scenario, camera, None).take(renderer.render(nothing, number), time_s=0.0)[1].rgb
            for number, camera in enumerate(store.cameras)
        ]


def see_real(folder: Path) -> Iterator[Sight]:
    """Read photographs of one still camera; yield those who are whole. A visit without a gap is a person."""
    pictures = [cv2.imread(str(path))[..., ::-1] for path in sorted(folder.glob("*.jpg"))]
    if not pictures:
        raise SystemExit(f"{folder} holds no .jpg: give the folder with the frames of one still camera")
    # The room is bright and people are dark: a bright quantile of each pixel shows the empty room.
    empty = np.percentile(pictures[::3], 85, axis=0).astype(np.uint8)
    visit, seen_before = 0, False
    for picture in pictures:
        differs = np.abs(picture.astype(float) - empty).max(axis=2) > 40
        differs = ndimage.binary_opening(differs, iterations=2)
        # What belongs to one person is found over small gaps; the gaps themselves are no part of the person.
        label, count = ndimage.label(ndimage.binary_closing(differs, iterations=9))
        sizes = ndimage.sum_labels(differs, label, np.arange(1, count + 1))
        masks = [
            ndimage.binary_fill_holes(differs & (label == number + 1))
            for number in np.flatnonzero(sizes > 4000)
        ]
        visit += bool(masks) and not seen_before
        seen_before = bool(masks)
        for mask in masks:
            if is_whole(box := box_of(mask)):
                yield Sight(picture, empty, mask, box, str(visit))


def set_in(person: Sight, place: Sight) -> tuple[np.ndarray, Box]:
    """Put a person, cut out, where another one stood in another empty picture: as tall, on the same ground.

    Returns:
        The picture and the person's box in it. Who is cut out casts no shadow, whoever it is.
    """
    left, top, wide, tall = person.box
    scale = place.box[3] / tall
    size = max(round(wide * scale), 1), place.box[3]
    crop = np.s_[top : top + tall, left : left + wide]
    pixels = cv2.resize(
        person.rgb[crop], size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    share = cv2.resize(person.mask[crop].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    share = np.clip(cv2.GaussianBlur(share, (0, 0), 1.0) * 1.6 - 0.5, 0, 1)[..., None]
    x = int(np.clip(place.box[0] + (place.box[2] - size[0]) // 2, 0, SIZE_PX[0] - size[0]))
    made = place.empty.astype(np.float32)
    there = made[place.box[1] : place.box[1] + size[1], x : x + size[0]]
    there += share * (pixels - there)
    return made.astype(np.uint8), (x, place.box[1], *size)
