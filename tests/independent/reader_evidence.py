"""Judges evidence again: steps measured from readings alone, gaps, verdicts."""

from collections import Counter

import numpy as np

from tests.independent.reader_files import Clip
from tests.independent.reader_scales import read_loads


def measure_steps(clip: Clip) -> list[dict]:
    """Measure, from readings alone, each step that is said to be recorded alone.

    Returns:
        A dict a step: the event of its first item, the grams it is told to be and those measured (positive),
        the standard deviation it is told to have, and `options`: (SKU, count) -> grams of all that could have
        made it, itself among them.
    """
    time_s, mass_kg, _ = read_loads(clip)
    settled_s = 10 * clip.about["scenario"]["sensors"]["settling_s"]
    plates_of = {f"slot:{row['slot']}": row["plates"] for row in clip.planogram}
    here, steps, known = clip.stock(), [], set()
    for event in clip.events:
        names = ("time_s", "kind", "trip_code", "hand", "sku", "from_place", "to_place")
        grab = tuple(event[name] for name in names)
        if event["step_count"] and grab not in known:
            known.add(grab)
            is_put = event["to_place"] in plates_of
            plates = plates_of[event["to_place"] if is_put else event["from_place"]]
            near = {place for place, under in plates_of.items() if set(under) & set(plates)}
            kept: Counter = Counter(here.values())
            options = {
                (sku, count): 1e3 * count * clip.mass_kg[sku]
                for (sku, place), most in kept.items()
                if (place.startswith("hand:") if is_put else place in near)
                for count in range(1, min(most, 6) + 1)
            }
            at_s = event["time_s"]
            before = (time_s >= at_s - 0.75) & (time_s < at_s - 0.25)
            after = (time_s >= at_s + settled_s) & (time_s < at_s + settled_s + 0.5)
            means = [mass_kg[rows][:, plates].mean(axis=0).sum() for rows in (before, after)]
            measured_g = 1e3 * float(means[1] - means[0]) * (1 if is_put else -1)
            steps.append({"event": event, "measured_g": measured_g, "options": options})
        if event["item_id"] >= 0:
            here[event["item_id"]] = (event["sku"], event["to_place"])
    return steps


def identify_by_scale(clip: Clip) -> list[tuple[tuple[str, int], tuple[str, int]]]:
    """Guess SKU and number of every step that the scale is said to suffice for: (told, guessed) pairs.

    The guess is what the felt plates (of a put: somebody's hand) could have lost whose mass is nearest.
    """
    return [
        (
            (step["event"]["sku"], step["event"]["step_count"]),
            min(step["options"], key=lambda option, s=step: abs(s["options"][option] - s["measured_g"])),
        )
        for step in measure_steps(clip)
        if step["event"]["what"] in ("scale", "both")
    ]


def judge(clip: Clip) -> list[str]:
    """Hold step, gap and verdicts of every event against catalogue, planogram and pixels."""
    faults = []
    alike = clip.look_alikes
    for step in measure_steps(clip):
        event = step["event"]
        me = (event["sku"], event["step_count"])
        gaps = [abs(grams - step["options"][me]) for option, grams in step["options"].items() if option != me]
        gap_g = min(gaps, default=float("inf"))
        if not np.isclose(event["rival_gap_g"], gap_g) or not np.isclose(
            event["step_g"], step["options"][me]
        ):
            faults.append(
                f"event {event['event_id']}: step {event['step_g']} g, gap {event['rival_gap_g']} g"
            )
    paid = ("take", "put", "drop", "pick_up", "hand_over", "swap", "set_down", "take_up")
    judged = [event for event in clip.events if event["kind"] in paid and event["time_s"] >= 0]
    counted = (len(judged), sum(event["evidence"] != "none" for event in judged))
    if counted != (clip.about["evidence"]["events"], clip.about["evidence"]["told"]):
        faults.append(f"evidence: {clip.about['evidence']}, counted {counted}")
    last: dict[int, dict] = {}  # item -> the event before
    for event in clip.events:
        if event["item_id"] < 0:
            continue
        before, last[event["item_id"]] = last.get(event["item_id"]), event
        border_g = 6 * event["step_sigma_g"]
        # Of what passes in a bag or coat that is looked for, and neither has a look-alike; what is in it is
        # known if it was known to go in.
        inside = event["kind"] in ("swap", "set_down", "take_up")
        twin = event["sku"] in alike and not inside
        unknown = inside and (before is None or before["evidence"] == "none")
        felt = event["step_count"] > 0 and event["step_g"] > border_g
        most = {name: max(event[f"{name}_px"], default=0) for name in ("item", "hand", "person")}
        found = {
            "who": (
                felt and event["in_reach"] <= 1,
                most["hand"] >= 16 or (event["in_reach"] <= 1 and most["person"] >= 64),
            ),
            "what": (
                felt and event["rival_gap_g"] > border_g,
                most["item"] >= (24 if twin else 12) and not unknown,
            ),
        }
        name = {(False, False): "none", (True, False): "scale", (False, True): "views", (True, True): "both"}
        for column, verdict in found.items():
            if event[column] != name[verdict]:
                faults.append(
                    f"event {event['event_id']}: {column} {event[column]!r}, expected {name[verdict]!r}"
                )
        pairs = list(zip(*found.values(), strict=True))
        whole = name[tuple(all(pair) for pair in pairs)]
        if whole == "none" and any(found["who"]) and any(found["what"]):
            whole = "together"
        if event["evidence"] != whole:
            faults.append(f"event {event['event_id']}: evidence {event['evidence']!r}, expected {whole!r}")
    return faults
