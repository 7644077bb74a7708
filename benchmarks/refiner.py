"""How fast the refiner is on one CPU thread, and how near its pictures come to real footage.

    python benchmarks/refiner.py [--refiner SPEC] [--real DIR]... [--work DIR] [--views N] [--quick] [--json]

Speed is measured on rendered views of the everyday preset at 320x240 and 640x480, camera stage and
certificate included; figures are medians. Without --real the distances are those of the checkpoint's model
card. With it they are measured anew: views are rendered, the feature encoder is trained on the real
pictures, and other footage (the floor), renders, the camera stage alone and the refiner are compared with
held-out footage.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gan.camera_stage import CameraStage
from gan.certificate import certify, compute_scene, round_scene, spread_fields
from gan.checkpoint import find_default_checkpoint
from gan.form import CODE_SIZE
from gan.planes import PlaneMaker
from gan.refiner import CertifiedRefiner, load_refiner
from gan.training.rendering import render_views
from scenes.randomness import make_rng
from synth.records import View

KINDS = {
    "floor": "other real footage (the floor)",
    "raw": "as rendered",
    "camera": "camera stage alone",
    "refined": "refined",
}


def measure_ms(act: Callable[[], Any], rounds: int) -> float:
    """Return the median duration of `act` in milliseconds."""
    act()
    durations = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        durations.append(time.perf_counter() - start)
    return 1000.0 * statistics.median(durations)


def enlarge(view: View, factor: int) -> View:
    """Return the view with each pixel repeated: enough to time a larger size."""
    repeated = {
        name: np.repeat(np.repeat(getattr(view, name), factor, axis=0), factor, axis=1)
        for name in ("rgb", "depth_m", "normal", "albedo", "material", "instance_id", "class_id", "motion_px")
    }
    intrinsics = view.camera.intrinsics * np.array([[factor], [factor], [1]])
    size = {"width_px": view.camera.width_px * factor, "height_px": view.camera.height_px * factor}
    return replace(view, camera=replace(view.camera, intrinsics=intrinsics, **size), **repeated)


def measure_speed(refiner: CertifiedRefiner, view: View, rounds: int) -> dict[str, float]:
    """Time a whole frame and each of its parts, in milliseconds."""
    height, width = view.depth_m.shape
    session = refiner.start(view.camera, strength=1.0, rng=make_rng(0, 0, "benchmark"))
    frame_ms = measure_ms(lambda: session.refine(view, time_s=0.0), rounds)
    parts = {"frame": frame_ms, "views_per_s": 1000.0 / frame_ms}
    rgb = np.ascontiguousarray(view.rgb.transpose(2, 0, 1))
    scene = rgb
    if refiner.checkpoint.weights:
        maker, graph = PlaneMaker(view.camera), refiner.graph(height, width)
        planes, code = maker.make(view), np.zeros(CODE_SIZE, np.float32)
        fields = spread_fields(graph.run(planes, code))
        scene = round_scene(compute_scene(rgb / np.float32(255.0), fields))
        parts["planes"] = measure_ms(lambda: maker.make(view), rounds)
        parts["network"] = measure_ms(lambda: graph.run(planes, code), rounds)
        parts["certificate"] = measure_ms(lambda: certify(rgb, fields, scene, view.instance_id), rounds)
    stage = CameraStage(refiner.checkpoint.camera, height, width)
    parts["camera"] = measure_ms(lambda: stage.apply(scene, rng=make_rng(0, 0, "benchmark")), rounds)
    return parts


def summarize_certificates(refiner: CertifiedRefiner, views: list[View]) -> dict[str, float]:
    """Refine each view once and say what the certificates say."""
    certificates = []
    for index, view in enumerate(views):
        session = refiner.start(view.camera, strength=1.0, rng=make_rng(1, index, "benchmark"))
        certificates.append(session.refine(view, time_s=0.0)[1])
    return {
        "frames": len(certificates),
        "gated": sum(certificate.gated for certificate in certificates),
        "holds": sum(certificate.holds for certificate in certificates),
        "tau_mean": float(np.mean([certificate.tau_mean for certificate in certificates])),
        "tau_max": max(certificate.tau_max for certificate in certificates),
    }


def measure_realism_anew(
    refiner: CertifiedRefiner, real: list[Path], work: Path, views: int
) -> dict[str, Any]:
    """Render views, train the helpers, and compare with held-out footage."""
    from gan.train import evaluate, prepare_material

    material = prepare_material(
        real, views=views, seed=0, work_dir=work, source="everyday", on_progress=lambda *progress: None
    )
    checkpoint = refiner.checkpoint
    return evaluate(checkpoint.weights, checkpoint.camera, material, seed=0).to_dict()


def load_card(spec: str) -> dict[str, Any] | None:
    """Return the figures of the checkpoint's model card, if it has one."""
    path = (find_default_checkpoint() if spec == "default" else Path(spec)).with_suffix(".json")
    return json.loads(path.read_text())["realism"] if path.is_file() else None


def print_tables(result: dict[str, Any]) -> None:
    """Print what was measured for people."""
    print(f"refiner {result['refiner']}, one CPU thread, milliseconds a view (median)")
    for size, parts in result["speed"].items():
        named = "  ".join(f"{name} {value:.1f}" for name, value in parts.items() if name != "views_per_s")
        print(f"  {size:>9}  {parts['views_per_s']:6.1f} views/s   {named}")
    figures = result["certificates"]
    print(
        f"certificates of {figures['frames']} frames: {figures['holds']} hold, {figures['gated']} gated, "
        f"tau mean {figures['tau_mean']:.3f}, largest {figures['tau_max']:.3f}"
    )
    if result["realism"]:
        print(f"distance to held-out footage, times 1000 ({result['realism_source']})")
        for kind, title in KINDS.items():
            row = result["realism"][kind]
            print(
                f"  {title:<32} KID {row['kid_mean']:6.2f} ± {row['kid_std']:.2f}   "
                f"SWD {row['swd_mean']:6.2f} ± {row['swd_std']:.2f}"
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--refiner", default="default", help="default or the path of a checkpoint")
    parser.add_argument("--real", type=Path, action="append", help="folder of real images; may be repeated")
    parser.add_argument("--work", type=Path, help="where views and helpers are kept between runs")
    parser.add_argument("--views", type=int, default=80, help="views to render for the distances")
    parser.add_argument("--quick", action="store_true", help="few views and rounds")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    refiner = load_refiner(options.refiner)
    if refiner is None:
        parser.error("--refiner none: there is nothing to measure")
    count, rounds = (4, 10) if options.quick else (12, 40)
    views = [view for _, view in render_views(count, seed=0, on_progress=lambda *progress: None)]
    result: dict[str, Any] = {
        "refiner": refiner.name,
        "sha256": refiner.sha256,
        "speed": {
            "320x240": measure_speed(refiner, views[0], rounds),
            "640x480": measure_speed(refiner, enlarge(views[0], 2), max(3, rounds // 4)),
        },
        "certificates": summarize_certificates(refiner, views),
    }
    if options.real:
        with tempfile.TemporaryDirectory() as scratch:
            work = options.work or Path(scratch)
            work.mkdir(parents=True, exist_ok=True)
            result["realism"] = measure_realism_anew(refiner, options.real, work, options.views)
        result["realism_source"] = "measured now"
    else:
        result["realism"] = load_card(options.refiner)
        result["realism_source"] = "from the model card; --real measures anew"
    if options.json:
        print(json.dumps(result))
    else:
        print_tables(result)


if __name__ == "__main__":
    main()
