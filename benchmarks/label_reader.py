"""Whether strangers read our labels: a bar code reader (ZXing) and a text reader (PP-OCR by RapidOCR).

    python benchmarks/label_reader.py [--quick] [--json]

A pack of every product of sampled shops is held before a camera in its shop, a little turned and tilted,
under the shop's own light and through the sensor of the scenario (noise, white balance, sharpening): once
with its front filling a share of the picture, for the text, and once with its bar code doing so. What must
be read stands in the catalogue. Words of another product, looked for in the same text, say how often a word
is found by chance; codes that are read but are not there say how often a reader invents one. Needs the
extra ``reader``; both readers carry all they need within them.
"""

import argparse
import json
import logging
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import zxingcpp
from rapidocr_onnxruntime import RapidOCR
from scipy import stats

from scenes.cameras.mounts import aim_pinhole
from scenes.config.loader import load_config
from scenes.geometry import transform_mesh
from scenes.goods.labels import list_code_boxes
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.scenario import Scenario
from scenes.store import make_store
from scenes.surfaces import TEXTURE_PX
from scenes.world import INSTANCE_ITEM, Camera, Mesh, Store
from synth.optics import Imaging, LensRenderer
from synth.render import FrameScene

SEED = 7
SIZE_PX = (960, 720)
FIELD_RAD = np.radians(55)
EYE_M = 1.4
FILLS = (0.8, 0.4)
NEAREST_M = 0.1  # nearer, no camera is sharp
TURN_RAD, TILT_RAD = np.radians(15), np.radians(8)
SETTINGS = (
    f"cameras.width_px={SIZE_PX[0]}", f"cameras.height_px={SIZE_PX[1]}", "cameras.lens=pinhole",
    "store.format=convenience", "shoppers.count=0", "clip.warmup_s=0", "faults.lamps_failed=0",
)  # fmt: skip
LEAST_LETTERS = 4  # shorter words are found in any text


@dataclass(frozen=True)
class Spot:
    """A place on a pack, in the item frame.

    Attributes:
        point_m: (3,) its middle.
        outward: (3,) the surface's normal.
        size_m: (2,) width and height.
    """

    point_m: np.ndarray
    outward: np.ndarray
    size_m: np.ndarray


def find_front(size_m: np.ndarray) -> Spot:
    """Return the front of a pack of some width, depth and height."""
    width, depth, height = size_m
    return Spot(np.array([0, -depth / 2, height / 2]), np.array([0.0, -1.0, 0.0]), np.array([width, height]))


def find_code(mesh: Mesh, package: str) -> Spot | None:
    """Return where a pack's bar code is, by its place in the texture; None if it bears none."""
    for left, top, right, bottom in list_code_boxes(package):
        middle = locate(mesh, ((left + right) / 2, (top + bottom) / 2))
        upper, lower = (locate(mesh, ((left + right) / 2, row)) for row in (top + 1, bottom - 1))
        if middle and upper and lower:
            tall = float(np.linalg.norm(upper[0] - lower[0]))
            return Spot(middle[0], middle[1], np.array([0.0, tall]))
    return None


def locate(mesh: Mesh, texel: tuple[float, float]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the point, and the normal there, of a mesh where it shows a texel of its label."""
    corner = mesh.uv[mesh.faces].astype(float)  # (F, 3, 2)
    edge_a, edge_b = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = edge_a[:, 0] * edge_b[:, 1] - edge_a[:, 1] * edge_b[:, 0]
    offset = np.array(texel) / TEXTURE_PX - corner[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        a = (offset[:, 0] * edge_b[:, 1] - offset[:, 1] * edge_b[:, 0]) / area
        b = (edge_a[:, 0] * offset[:, 1] - edge_a[:, 1] * offset[:, 0]) / area
        inside = (a >= 0) & (b >= 0) & (a + b <= 1) & (mesh.layer[mesh.faces[:, 0]] >= 0)
    if not inside.any():
        return None
    face = int(np.flatnonzero(inside)[0])
    share = np.array([1 - a[face] - b[face], a[face], b[face]])
    corners = mesh.faces[face]
    return share @ mesh.position_m[corners], share @ mesh.normal[corners]


def make_camera(store: Store) -> Camera:
    """Place a camera in the shop, at the height of a face, looking level along +Y."""
    point = store.layout.walkable.representative_point()
    eye_m = np.array([point.x, point.y, EYE_M])
    return aim_pinhole(store.cameras[0], eye_m, eye_m + [0.0, 1.0, 0.0], size_px=SIZE_PX, field_rad=FIELD_RAD)


def hold(store: Store, product: int, spot: Spot, fill: float, *, rng: np.random.Generator) -> FrameScene:
    """Hold a pack so that a spot of it faces the camera and fills a share of the picture."""
    camera = store.cameras[0]
    turn = -np.pi / 2 - np.arctan2(spot.outward[1], spot.outward[0]) + rng.uniform(-TURN_RAD, TURN_RAD)
    tilt = rng.uniform(-TILT_RAD, TILT_RAD)
    about_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    focal_px = camera.intrinsics[0, 0]
    distance_m = max(float(np.max(spot.size_m * focal_px / (fill * np.array(SIZE_PX)))), NEAREST_M)
    pose = np.eye(4)
    pose[:3, :3] = about_x @ about_z
    pose[:3, 3] = camera.world_from_cam[:3, 3] + [0, distance_m, 0] - pose[:3, :3] @ spot.point_m
    mesh = transform_mesh(store.catalogue.mesh[product], pose)
    mesh = replace(mesh, instance_id=np.full_like(mesh.instance_id, INSTANCE_ITEM))
    return FrameScene(0, mesh, mesh.position_m, np.ones(len(store.lamps), np.float32))


def keep_letters(text: str) -> str:
    """Keep letters and digits, small: readers lose spaces, and capitals are a matter of typeface."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def list_words(store: Store, product: int) -> list[str]:
    """List the words of a label that are long enough to count."""
    words = map(keep_letters, store.catalogue.name[product].split())
    return [word for word in words if len(word) >= LEAST_LETTERS]


class Readers:
    """The two readers."""

    def __init__(self) -> None:
        logging.disable(logging.INFO)
        self._text = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read_text(self, rgb: np.ndarray) -> str:
        """Return all letters seen, line after line."""
        lines, _ = self._text(np.ascontiguousarray(rgb[..., ::-1]))
        return " ".join(keep_letters(line[1]) for line in lines or [])

    def read_codes(self, rgb: np.ndarray) -> set[str]:
        """Return the bar codes seen."""
        return {code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(rgb))}


def read_shop(scenario: Scenario, readers: Readers, fill: float, count: Callable[[str, bool], None]) -> None:
    """Read a pack of every product of a shop and count what was read."""
    store = make_store(scenario)
    store = replace(store, cameras=(make_camera(store),), calibrated=())
    rng = make_rng(scenario.seed, scenario.index, "benchmarks/label_reader")
    imaging = Imaging(scenario, store.cameras[0], None)
    with LensRenderer(store, dynamic_items=frozenset(), supersampling=2) as renderer:

        def take(product: int, spot: Spot) -> np.ndarray:
            view = renderer.render(hold(store, product, spot, fill, rng=rng), 0)
            return imaging.take(view, time_s=0.0)[1].rgb

        catalogue = store.catalogue
        for product, other in pairwise([*range(len(catalogue.sku)), 0]):
            code = find_code(catalogue.mesh[product], catalogue.package[product])
            if code is not None:
                seen = readers.read_codes(take(product, code))
                count("bar code", catalogue.code[product] in seen)
                count("bar code that is not there", bool(seen - {catalogue.code[product]}))
            if catalogue.package[product] == "fruit":
                continue
            text = readers.read_text(take(product, find_front(catalogue.size_m[product])))
            count("brand", keep_letters(catalogue.brand[product]) in text)
            own = list_words(store, product)
            for word in own:
                count("word", word in text)
            for word in set(list_words(store, other)) - set(own):
                count("word of another label", word in text)


def measure(shops: int, skus: int, fill: float) -> dict[str, dict[str, float | int]]:
    """Count over several shops: what -> looked for, read, share with its 95 % interval."""
    readers = Readers()
    counts: dict[str, list[bool]] = {}
    for index in range(shops):
        print(f"filling {fill:.0%}: shop {index + 1} of {shops}", file=sys.stderr)
        config = load_config("everyday", (*SETTINGS, f"catalogue.skus={skus}"))
        scenario = sample_scenario(config, seed=SEED, index=index)
        read_shop(scenario, readers, fill, lambda what, hit: counts.setdefault(what, []).append(hit))
    result = {}
    for what, hits in counts.items():
        low, high = stats.binomtest(sum(hits), len(hits)).proportion_ci(method="wilson")
        row = {"looked_for": len(hits), "read": sum(hits), "share": sum(hits) / len(hits)}
        result[what] = row | {"low": low, "high": high}
    return result


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one small shop, done within 8 min on one core")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    shops, skus = (1, 14) if options.quick else (3, 64)
    result = {f"{fill:.0%}": measure(shops, skus, fill) for fill in FILLS}
    if options.json:
        print(json.dumps({"benchmark": "label_reader", "filling": result}))
        return
    for fill, figures in result.items():
        for what, row in figures.items():
            print(
                f"filling {fill}: {what:26} {row['read']:4} of {row['looked_for']:4}: {row['share']:.2f} "
                f"(95 % interval {row['low']:.2f} to {row['high']:.2f})"
            )


if __name__ == "__main__":
    main()
