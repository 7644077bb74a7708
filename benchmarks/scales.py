"""How close do our shelf scales come to those of a real shop?

    python benchmarks/scales.py
    python benchmarks/scales.py --quick --json

Compares noise and steps of simulated everyday clips with the AiFi nanostore of the AutoCheckout competition
2020 (load cells at 60 Hz, 306 plates, one gondola of five four times as noisy as the others).
"""

import argparse
import json
import time

import numpy as np

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.ledger.placement import add_brought_items
from synth.scales import compute_load_steps, simulate_scales
from synth.simulation import simulate

# AutoCheckout 2020: standard deviation within windows of 0.5 s, over all plates.
REAL_NOISE_G = {"p05": 0.48, "median": 0.62, "p95": 4.85}
# Two weighings of it: catalogue and measured step, grams.
REAL_STEPS_G = ((105.5, 100.0), (538.0, 561.0))
WINDOW = 30  # readings
SETTLED = 90
LEAD = 15  # a hand that grasps presses before


def measure(clips: int) -> dict:
    """Simulate clips and return statistics of their readings."""
    noise_g, errors, seconds, readings = [], [], 0.0, 0
    for index in range(clips):
        overrides = ["clip.duration_s=20", "faults.noisy_gondolas=0.2"]
        scenario = sample_scenario(load_config("everyday", overrides), seed=8, index=index)
        store = make_store(scenario)
        simulation = simulate(scenario, store)
        store = add_brought_items(store, simulation)
        start = time.perf_counter()
        trace = simulate_scales(scenario, store, simulation)
        seconds += time.perf_counter() - start
        readings += trace.mass_kg.size
        windows = len(trace.time_s) // WINDOW
        parts = trace.mass_kg[: windows * WINDOW].reshape(windows, WINDOW, -1)
        noise_g.append(1e3 * parts.std(axis=1, ddof=1).ravel())
        errors += _step_errors(store, simulation, trace)
    spread_g = np.concatenate(noise_g)
    told = {
        "p05": float(np.percentile(spread_g, 5)),
        "median": float(np.median(spread_g)),
        "p95": float(np.percentile(spread_g, 95)),
    }
    real = [abs(step - catalogue) / catalogue for catalogue, step in REAL_STEPS_G]
    ours = float(np.mean(np.abs(errors))) if errors else float("nan")
    return {
        "clips": clips,
        "noise_g": told,
        "noise_ratio": {name: told[name] / REAL_NOISE_G[name] for name in told},
        "steps": len(errors),
        "mean_step_error": ours,
        "real_mean_step_error": float(np.mean(real)),
        "step_error_ratio": ours / float(np.mean(real)),
        "million_readings_per_s": readings / seconds / 1e6,
    }


def _step_errors(store, simulation, trace) -> list[float]:
    """Return relative errors of the steps that all plates together report, where a step stands alone."""
    steps, _ = compute_load_steps(store, simulation)
    bad = {fault["plate"] for fault in trace.faults}
    errors = []
    for at_s in np.unique(steps.time_s):
        first = int(np.searchsorted(trace.time_s, at_s))
        now = steps.time_s == at_s
        plates = steps.plate[now]
        beside = np.isin(steps.plate, plates) & (np.abs(steps.time_s - at_s) < 2.5)
        alone = (steps.time_s[beside] == at_s).all()
        late = first + SETTLED + WINDOW > len(trace.time_s)
        if first < LEAD + WINDOW or late or not alone or bad & set(plates.tolist()):
            continue
        before = trace.mass_kg[first - LEAD - WINDOW : first - LEAD, plates].mean(axis=0)
        after = trace.mass_kg[first + SETTLED : first + SETTLED + WINDOW, plates].mean(axis=0)
        errors.append(float((after - before).sum() / steps.step_kg[now].sum() - 1.0))
    return errors


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="four clips")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    report = measure(4 if options.quick else options.clips)
    if options.json:
        print(json.dumps(report))
        return
    print(f"standard deviation within 0.5 s, grams, {report['clips']} clips   ours   real  ratio")
    for name, value in report["noise_g"].items():
        print(f"  {name:<8}{value:8.2f}{REAL_NOISE_G[name]:8.2f}{report['noise_ratio'][name]:8.2f}")
    print(
        f"mean error of {report['steps']} steps: {report['mean_step_error']:.1%}, real "
        f"{report['real_mean_step_error']:.1%} (two weighings), ratio {report['step_error_ratio']:.2f}"
    )
    print(f"{report['million_readings_per_s']:.1f} million readings a second")


if __name__ == "__main__":
    main()
