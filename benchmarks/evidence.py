"""From how many pixels can an item be told? The measurement behind the thresholds of synth/evidence.py.

    python benchmarks/evidence.py
    python benchmarks/evidence.py --quick --json

A matched filter looks at items as they stand in the decoded video of a small shop. It knows the camera, the
light and nearly the item's pose (to 1 mm and 1 degree), renders its nearest rivals (its look-alike, then the
SKUs nearest in size) into that pose, and chooses whose visible pixels are nearest, up to a factor of
brightness. No model knows more, so what it cannot tell no model can. `told from` is the least number of
pixels from which on 95 % of the items are told.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scenes.config.loader import load_config
from scenes.geometry import merge_meshes, place_mesh
from scenes.randomness import make_rng
from scenes.sampling import sample_scenario
from scenes.store import make_store
from scenes.world import INSTANCE_ITEM, Mesh, Store
from synth.dataset.video import VideoWriter, read_frames
from synth.render import FrameScene, Renderer

CERTAINTY = 0.95
FROM_PX = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512)
POSE_ERROR_M, POSE_ERROR_RAD = 0.001, np.deg2rad(1.0)
PATTERNS = 6  # so many slots stand between two whose products are exchanged in one picture
FEW_ITEMS = 20
OVERRIDES = (
    "store.format=convenience",
    "store.width_m=7",
    "store.depth_m=6.5",
    "catalogue.skus=40",
    "catalogue.look_alike_pairs=12",
    "cameras.count=2",
    "cameras.lens=pinhole",
    "cameras.width_px=448",
    "cameras.height_px=336",
)


def measure(stores: int, products: int) -> dict:
    """Ask the filter for the items of some stores, against so many rivals each; return accuracies by size."""
    plain: list[tuple[int, bool]] = []
    alike: list[tuple[int, bool]] = []
    for index in range(stores):
        scenario = sample_scenario(load_config("everyday", OVERRIDES), seed=21, index=index)
        store = make_store(scenario)
        for count, twin, right in _ask(store, products, rng=make_rng(21, index, "evidence/poses")):
            (alike if twin else plain).append((count, right))
    return {
        "stores": stores,
        "certainty": CERTAINTY,
        "plain": _tabulate(plain),
        "look_alike": _tabulate(alike),
    }


def _ask(store: Store, products: int, *, rng: np.random.Generator) -> Iterator[tuple[int, bool, bool]]:
    """Yield of each visible front item its pixels, whether it has a look-alike, and whether it was told."""
    front = np.flatnonzero(np.diff(store.item_slot, prepend=-1))
    rivals = _choose_rivals(store, products)
    truth = [
        place_mesh(_mesh(store, i), store.world_from_item[i], instance_id=INSTANCE_ITEM + i)
        for i in front.tolist()
    ]
    poses = {i: _disturb(store.world_from_item[i], rng=rng) for i in front.tolist()}
    with Renderer(store, dynamic_items=frozenset(front.tolist()), supersampling=2) as renderer:
        for camera in range(len(store.cameras)):
            seen = renderer.render(_scene(store, truth), camera)
            video = _through_codec(seen.rgb)
            counts = np.bincount(seen.instance_id.ravel(), minlength=INSTANCE_ITEM + len(store.item_slot))
            asked = [int(i) for i in front if counts[INSTANCE_ITEM + i]]
            pixels = {i: np.nonzero(seen.instance_id == INSTANCE_ITEM + i) for i in asked}
            best = {i: (np.inf, -1) for i in asked}
            for rank in range(rivals.shape[1]):
                for pattern in range(PATTERNS):
                    tried = {
                        int(i): int(rivals[store.item_product[i], rank]) for i in front[pattern::PATTERNS]
                    }
                    mesh = [
                        place_mesh(store.catalogue.mesh[tried[i]], poses[i], instance_id=INSTANCE_ITEM + i)
                        if i in tried
                        else truth[row]
                        for row, i in enumerate(front.tolist())
                    ]
                    guess = renderer.render(_scene(store, mesh), camera).rgb
                    for item in tried.keys() & best.keys():
                        away = _distance(video[pixels[item]], guess[pixels[item]])
                        best[item] = min(best[item], (away, tried[item]))
            for item in asked:
                product = store.item_product[item]
                twin = store.catalogue.look_alike[product] >= 0
                yield int(counts[INSTANCE_ITEM + item]), bool(twin), best[item][1] == product


def _choose_rivals(store: Store, products: int) -> np.ndarray:
    """Return (P, R) candidates of each product: itself, its look-alike, and those nearest in size."""
    size_m, alike = store.catalogue.size_m, store.catalogue.look_alike
    away = np.linalg.norm(np.log(size_m[:, None] / size_m[None]), axis=-1)
    for product, other in enumerate(alike):
        away[product, product] = -2.0
        if other >= 0:
            away[product, other] = -1.0
    return np.argsort(away, axis=1, kind="stable")[:, :products]


def _mesh(store: Store, item: int) -> Mesh:
    return store.catalogue.mesh[store.item_product[item]]


def _scene(store: Store, meshes: list[Mesh]) -> FrameScene:
    mesh = merge_meshes(meshes)
    return FrameScene(0, mesh, mesh.position_m, np.ones(len(store.lamps), np.float32))


def _disturb(world_from_item: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    turn = POSE_ERROR_RAD * rng.standard_normal()
    error = np.eye(4)
    error[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    pose = world_from_item @ error
    pose[:3, 3] += POSE_ERROR_M * rng.standard_normal(3)
    return pose


def _distance(seen: np.ndarray, guess: np.ndarray) -> float:
    """Compute the squared distance of two lists of colours (N, 3), up to a factor of brightness."""
    a, b = seen.astype(float), guess.astype(float)
    gain = np.clip((a * b).sum() / max(float((b * b).sum()), 1.0), 0.7, 1.4)
    return float(((a - gain * b) ** 2).sum())


def _through_codec(rgb: np.ndarray) -> np.ndarray:
    """Write and read a picture as the videos of a dataset are."""
    height_px, width_px = rgb.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.mp4"
        writer = VideoWriter(path, width_px=width_px, height_px=height_px, fps=10.0, pixel_format="yuv420p")
        writer.add(rgb)
        writer.finish()
        with open(path, "rb") as file:
            return next(iter(read_frames(file, depth=False)))


def _tabulate(answers: list[tuple[int, bool]]) -> dict:
    """Share of items told, in windows from n to 2 n pixels, and from which n on it is always enough."""
    count, right = (np.array(part) for part in zip(*answers, strict=True))
    windows = []
    for low in FROM_PX:
        inside = (count >= low) & (count < 2 * low)
        if inside.sum() >= FEW_ITEMS:
            windows.append({"from_px": low, "items": int(inside.sum()), "told": float(right[inside].mean())})
    told_from = None
    for window in reversed(windows):
        if window["told"] < CERTAINTY:
            break
        told_from = window["from_px"]
    return {"items": len(answers), "told_from_px": told_from, "windows": windows}


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=4)
    parser.add_argument("--rivals", type=int, default=12, help="SKUs that each item is compared with")
    parser.add_argument("--quick", action="store_true", help="one store, five rivals")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    report = measure(*((1, 5) if options.quick else (options.stores, options.rivals)))
    if options.json:
        print(json.dumps(report))
        return
    for kind, title in (("plain", "no look-alike"), ("look_alike", "with a look-alike")):
        print(f"{title}: {report[kind]['items']} items, told from {report[kind]['told_from_px']} pixels on")
        for part in report[kind]["windows"]:
            low = part["from_px"]
            print(f"  {low:>4} to {2 * low - 1:>4} px {part['items']:>6} items  {part['told']:7.1%}")


if __name__ == "__main__":
    main()
