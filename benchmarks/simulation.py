"""How fast is the simulation, and does a shopper-second cost the same in a crowd?

    python benchmarks/simulation.py
    python benchmarks/simulation.py --quick --json
    python benchmarks/simulation.py --plot docs/images/cost-of-a-crowd.png

For each number of people, all of whom are inside from the start: seconds of shop time simulated in a second
of one core's time, by plans, crowd, ledger and receipts (`simulate`), full-body motion and scales, and what
one shopper-second costs; and whether they get on: the longest that anybody who wants to walk stays within
0.3 m (`stuck`), and the least distance of two centres (`closest`).
"""

import argparse
import json
import time
from pathlib import Path

from scenes.config.loader import load_config
from scenes.sampling import sample_scenario
from scenes.store import make_store
from synth.bodies import make_bodies
from synth.ledger.placement import add_brought_items
from synth.motion import compute_motion
from synth.pipeline import compute_frame_times
from synth.scales import simulate_scales
from synth.simulation import simulate
from synth.walking.flow import measure_flow

PEOPLE = (10, 30, 90, 150, 300)
COST = "ms_per_shopper_second"
COLORS = ("#4c78a8", "#f2a541", "#7fb685")
FLOOR_M2 = 2.5  # of shop a person, so that crowds are equally dense


def measure(people: int, duration_s: float) -> dict:
    """Simulate one clip and return its times in seconds."""
    side_m = min(60.0, max(8.0, (FLOOR_M2 * people) ** 0.5))
    overrides = [
        f"shoppers.count={people}",
        "shoppers.arrival_window_s=5",
        "journeys.already_inside=1",
        "journeys.evacuate=false",
        f"clip.duration_s={duration_s}",
        "clip.warmup_s=20",
        "store.format=supermarket",
        f"store.width_m={side_m}",
        f"store.depth_m={side_m}",
        "store.aisle_width_m=2.2",
        "shoppers.extra_items={poisson: 8}",
    ]
    scenario = sample_scenario(load_config("everyday", overrides), seed=1, index=0)
    store = make_store(scenario)
    marks = [time.process_time()]
    simulation = simulate(scenario, store)
    marks.append(time.process_time())
    bodies = make_bodies(simulation.plans, store.accent)
    marks.append(time.process_time())
    compute_motion(simulation, bodies, frame_time_s=compute_frame_times(scenario))
    marks.append(time.process_time())
    simulate_scales(scenario, add_brought_items(store, simulation), simulation)
    marks.append(time.process_time())
    simulate_s, bodies_s, motion_s, scales_s = (b - a for a, b in zip(marks, marks[1:], strict=False))
    tracks = simulation.trajectories
    inside_s = float(tracks.present.sum()) / tracks.fps
    in_clip_s = float(tracks.present[tracks.time_s >= 0].sum()) / tracks.fps
    span_s = scenario.clip.warmup_s + scenario.clip.duration_s
    # motion and scales are computed for the clip only, without the warm-up
    per_second_s = simulate_s / span_s + (motion_s + scales_s) / scenario.clip.duration_s
    flow = measure_flow(scenario, store)
    in_clip_s = max(in_clip_s, 1.0)
    return {
        "people": len(simulation.plans),
        "simulate_s": simulate_s,
        "bodies_s": bodies_s,
        "motion_s": motion_s,
        "scales_s": scales_s,
        "plates": len(store.planogram.plate_m),
        "times_real_time": 1.0 / per_second_s,
        COST: {
            "plans, crowd, ledger": 1e3 * simulate_s / max(inside_s, 1.0),
            "motion": 1e3 * motion_s / in_clip_s,
            "scales": 1e3 * scales_s / in_clip_s,
        },
        "stuck_s": flow.longest_stall_s,
        "closest_m": flow.closest_m,
    }


def draw(rows: list[dict], path: Path) -> None:
    """Draw what one shopper-second costs against the number of people, stage upon stage."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 3.8), layout="constrained")
    axes = figure.subplots()
    people = [row["people"] for row in rows]
    stages = {name: [row[COST][name] for row in rows] for name in rows[0][COST]}
    axes.stackplot(people, *stages.values(), labels=list(stages), colors=COLORS, alpha=0.9)
    total = [sum(row[COST].values()) for row in rows]
    axes.plot(people, total, "o-", color="black", linewidth=1.0, markersize=4)
    for x, y, row in zip(people, total, rows, strict=True):
        axes.annotate(
            f"{row['times_real_time']:.1f}x", (x, y), (0, 6), textcoords="offset points", ha="center"
        )
    axes.set(
        xlabel="people in the shop",
        ylabel="ms of one core",
        title="What a shopper-second costs (marks: times real time)",
        xlim=(-0.04 * max(people), max(people) * 1.04),
        ylim=(0, max(total) * 1.3),
    )
    axes.legend(loc="upper right", ncols=3, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="10, 30 and 90 people for a short time")
    parser.add_argument("--plot", type=Path, help="draw the cost of a shopper-second to this picture")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    measure(2, 2.0)  # imports and caches
    people, duration_s = (PEOPLE[:3], 8.0) if options.quick else (PEOPLE, 20.0)
    measure(PEOPLE[0], 4.0)  # what is read once a process is read now
    rows = [measure(count, duration_s) for count in people]
    if options.plot:
        draw(rows, options.plot)
    if options.json:
        print(json.dumps({"rows": rows}))
        return
    print(
        "people  simulate  bodies  motion  scales   times real time   ms a shopper-second   stuck   closest"
    )
    for row in rows:
        print(
            f"{row['people']:6d}{row['simulate_s']:9.2f}s{row['bodies_s']:7.2f}s{row['motion_s']:7.2f}s"
            f"{row['scales_s']:7.2f}s{row['times_real_time']:18.1f}{sum(row[COST].values()):22.2f}"
            f"{row['stuck_s']:7.1f}s{row['closest_m']:8.2f}m"
        )


if __name__ == "__main__":
    main()
