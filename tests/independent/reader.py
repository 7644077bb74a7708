"""A second opinion: reads a dataset with nothing but docs/data-format.md, and balances its books again.

It imports nothing of the project. What the documentation does not say, this reader cannot know; where it
says something wrong, this reader finds the dataset wrong.
"""

import io
import json
import tarfile
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

# float32 loads added up over the plates of a board
LOAD_TOLERANCE_KG = 2e-4


class Clip:
    """The files of one clip and of its store, parsed."""

    def __init__(self, root: Path, row: dict):
        with open(root / row["shard"], "rb") as shard:
            self._files = {}
            for file in row["files"]:
                shard.seek(file["offset"])
                self._files[file["name"]] = shard.read(file["size"])
        store = root / "stores" / row["store_id"]
        self.clip_id = row["clip_id"]
        self.about = json.loads(self._files["clip.json"])
        self.receipts = json.loads(self._files["receipts.json"])
        self.events = self.table("events").to_pylist()
        self.planogram = pq.read_table(store / "planogram.parquet").to_pylist()
        catalogue = pq.read_table(store / "catalogue.parquet").to_pylist()
        self.price_minor = {row["sku"]: row["price_minor"] for row in catalogue}
        self.weighed = {row["sku"] for row in catalogue if row["sold_by"] == "kg"}
        self.mass_kg = {row["sku"]: row["mass_kg"] for row in catalogue}
        self.look_alikes = {row["sku"] for row in catalogue if row["look_alike"]}
        self.plates = len(json.loads((store / "floor_plan.json").read_text())["plates"])

    def table(self, name: str):
        return pq.read_table(io.BytesIO(self._files[f"{name}.parquet"]))

    def stock(self) -> dict[int, tuple[str, str]]:
        """item_id -> (sku, place) at the simulation's start."""
        return {
            row["first_item_id"] + number: (sku, f"slot:{row['slot']}")
            for row in self.planogram
            for number, sku in enumerate(row["item_skus"])
        }


def read_clips(root: Path):
    """Yield every clip of a dataset, after holding the shards against the index."""
    manifest = json.loads((root / "dataset.json").read_text())
    rows = pq.read_table(root / manifest["index"]["path"]).to_pylist()
    assert len(rows) == manifest["clips"]
    for shard in manifest["shards"]:
        with tarfile.open(root / shard["path"]) as tar:
            members = {(member.name, member.offset_data, member.size) for member in tar}
        told = {
            (f"{row['clip_id']}.{file['name']}", file["offset"], file["size"])
            for row in rows
            if row["shard"] == shard["path"]
            for file in row["files"]
        }
        assert members == told
    for row in rows:
        yield Clip(root, row)


def find_faults(clip: Clip) -> list[str]:
    """Balance a clip's books; every disagreement is a line of text."""
    # Receipts and loads follow from a ledger that holds.
    return _follow_items(clip) or [*_compare_receipts(clip), *_weigh(clip), *_judge(clip), *_watch(clip)]


# ---------------------------------------------------------------- conservation


def _is_shop(place: str) -> bool:
    return place in ("floor", "ledge") or place.startswith("slot:")


def _follow_items(clip: Clip) -> list[str]:
    faults = []
    here = clip.stock()
    supplied = Counter(sku for sku, _ in here.values())
    inside: set[str] = set()
    last = (-np.inf, -1)
    for event in clip.events:
        name = f"event {event['event_id']} ({event['kind']})"
        if not (event["time_s"] >= last[0] and event["event_id"] > last[1]):
            faults.append(f"{name}: out of order")
        last = (event["time_s"], event["event_id"])
        item, trip = event["item_id"], event["trip_code"]
        if item < 0:
            if (event["kind"] == "enter") == (trip in inside):
                faults.append(f"{name}: trip {trip} is not on that side of the door")
            inside ^= {trip}
            continue
        if trip and trip not in inside:
            faults.append(f"{name}: trip {trip} is not inside")
        if event["from_place"] == "outside" and item not in here:
            here[item] = (event["sku"], "outside")
            supplied[event["sku"]] += 1
        if here.get(item) != (event["sku"], event["from_place"]):
            faults.append(f"{name}: item {item} is {here.get(item)}, not in {event['from_place']}")
        still = event["from_place"] == event["to_place"]
        if still != (event["kind"] == "touch") and not (still and event["kind"] == "knock"):
            faults.append(f"{name}: from {event['from_place']} to {event['to_place']}")
        here[item] = (event["sku"], event["to_place"])
    present = Counter(sku for sku, _ in here.values())
    if present != supplied:
        faults.append(f"not conserved: {supplied - present} lost, {present - supplied} too many")
    for item, (_, place) in here.items():
        owner = place.split(":")[1] if place.startswith(("hand:", "bag:", "pocket:")) else None
        if owner is not None and owner not in inside:
            faults.append(f"item {item} is in {place}, and nobody of that trip is inside")
    return faults


# ---------------------------------------------------------------- receipts


def compute_receipts(clip: Clip) -> dict[str, dict]:
    """Bill by asking, at the end, for each stretch of each item's history who owed it."""
    trips = defaultdict(list)
    for person in clip.about["people"]:
        trips[person["payment_id"]].append(person["trip_code"])
    payment = {trip: name for name, members in trips.items() for trip in members}
    came = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "enter"}
    went = {e["trip_code"]: n for n, e in enumerate(clip.events) if e["kind"] == "exit" and e["item_id"] < 0}
    end = len(clip.events)
    # number of the event with which a payment's account closes
    closes = {
        name: max(went[trip] for trip in members) if all(trip in went for trip in members) else None
        for name, members in trips.items()
    }
    policy = clip.about["scenario"]["shoppers"]["policy"]
    returns = clip.about["scenario"]["shoppers"]["returns"]
    changes: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    by_item = defaultdict(list)
    for number, event in enumerate(clip.events):
        if event["item_id"] >= 0:
            by_item[event["item_id"]].append(number)
    for numbers in by_item.values():
        debtor = None
        private = clip.events[numbers[0]]["kind"] == "bring"
        for number in numbers:
            event = clip.events[number]
            if private:
                private = event["kind"] != "return"
                if not private and returns == "credited":
                    changes[payment[event["trip_code"]]].append((number, -1, event["sku"]))
                continue
            closed = debtor is not None and closes[debtor] is not None and closes[debtor] < number
            if closed:
                debtor = None
            new = _debtor_after(event, debtor, policy, payment)
            if new == debtor and not (_is_shop(event["from_place"]) and not _is_shop(event["to_place"])):
                continue
            for who, sign in ((debtor, -1), (new, +1)):
                if who is not None:
                    changes[who].append((number, sign, event["sku"]))
            debtor = new
    receipts = {}
    for name, members in trips.items():
        entered = [came[trip] for trip in members if trip in came]
        if not entered:
            continue
        close = closes[name]
        quantity, history, total = Counter(), [], 0
        for number, sign, sku in sorted(changes[name]):
            assert close is None or number < close <= end
            quantity[sku] += sign
            before, total = total, sum(_cost_minor(clip, s, n) for s, n in quantity.items())
            if total != before:
                history.append([clip.events[number]["time_s"], total])
        receipts[name] = {
            "payment_id": name,
            "trip_codes": sorted(members),
            "policy": policy,
            "returns": returns,
            "opened_s": min(entered),
            "closed_s": None if close is None else clip.events[close]["time_s"],
            "lines": {
                sku: (n, clip.price_minor[sku], _grams(clip, sku, n)) for sku, n in quantity.items() if n
            },
            "total_minor": total,
            "history": history,
        }
    return receipts


def _grams(clip: Clip, sku: str, count: int) -> int:
    return round(clip.mass_kg[sku] * 1000) * count if sku in clip.weighed else 0


def _cost_minor(clip: Clip, sku: str, count: int) -> int:
    """Price times count, or price of a kilogram times the line's mass, rounded to whole minor units."""
    if sku not in clip.weighed:
        return clip.price_minor[sku] * count
    exact = Fraction(abs(_grams(clip, sku, count)) * clip.price_minor[sku], 1000)
    return int(exact + Fraction(1, 2)) * (1 if count > 0 else -1)


def _debtor_after(event: dict, debtor: str | None, policy: str, payment: dict[str, str]) -> str | None:
    if event["from_place"] == event["to_place"]:
        return debtor
    if _is_shop(event["to_place"]):
        return None
    if _is_shop(event["from_place"]):
        return payment[event["trip_code"]]
    if policy == "carrier" and debtor is not None and event["to_place"].startswith(("hand:", "bag:")):
        return payment[event["to_place"].split(":")[1]]
    return debtor


def _compare_receipts(clip: Clip) -> list[str]:
    faults = []
    mine = compute_receipts(clip)
    theirs = {receipt["payment_id"]: receipt for receipt in clip.receipts}
    if len(theirs) != len(clip.receipts) or set(theirs) != set(mine):
        faults.append(f"receipts for {sorted(theirs)}, expected {sorted(mine)}")
    for name in set(mine) & set(theirs):
        found, wanted = theirs[name], mine[name]
        lines = {
            line["sku"]: (line["quantity"], line["unit_price_minor"], line["grams"])
            for line in found["lines"]
        }
        told = {key: found[key] for key in wanted} | {
            "trip_codes": sorted(found["trip_codes"]),
            "lines": lines,
        }
        faults += [
            f"receipt {name}: {key} {told[key]}, expected {wanted[key]}"
            for key in wanted
            if told[key] != wanted[key]
        ]
    return faults


# ---------------------------------------------------------------- scales


def read_loads(clip: Clip) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return times (K,), readings (K, L) and true loads (K, L)."""
    table = clip.table("weights")
    loads = [
        table.column(name).combine_chunks().flatten().to_numpy().reshape(len(table), clip.plates)
        for name in ("mass_kg", "true_kg")
    ]
    return table.column("time_s").to_numpy(), loads[0], loads[1]


def boards_of(clip: Clip) -> dict[tuple[str, int], tuple[set[str], list[int]]]:
    """Board -> its places and its plates; boards without plates are left out."""
    boards: dict[tuple[str, int], tuple[set[str], set[int]]] = {}
    for row in clip.planogram:
        places, plates = boards.setdefault((row["fixture"], row["shelf"]), (set(), set()))
        places.add(f"slot:{row['slot']}")
        plates.update(row["plates"])
    return {key: (places, sorted(plates)) for key, (places, plates) in boards.items() if plates}


def _weigh(clip: Clip) -> list[str]:
    """Hold the true load of every board against the masses of what stands on it, at every reading."""
    faults = []
    time_s, mass_kg, true_kg = read_loads(clip)
    boards = boards_of(clip)
    board_of = {place: key for key, (places, _) in boards.items() for place in places}
    load_kg = dict.fromkeys(boards, 0.0)
    for sku, place in clip.stock().values():
        if place in board_of:
            load_kg[board_of[place]] += clip.mass_kg[sku]
    wanted_kg = {key: np.full(len(time_s), start) for key, start in load_kg.items()}
    touched: set[int] = set()
    under = {f"slot:{row['slot']}": row["plates"] for row in clip.planogram}
    for event in clip.events:
        for place, sign in ((event["from_place"], -1), (event["to_place"], +1)):
            if place in board_of:
                wanted_kg[board_of[place]][time_s >= event["time_s"]] += sign * clip.mass_kg[event["sku"]]
                touched.update(under[place])
    changed = np.flatnonzero(np.ptp(true_kg, axis=0) > LOAD_TOLERANCE_KG)
    if not touched.issuperset(changed.tolist()):
        faults.append(
            f"plates {sorted(set(changed.tolist()) - touched)} change, and nothing happens above them"
        )
    for key, (_, plates) in boards.items():
        wrong = np.abs(true_kg[:, plates].sum(axis=1) - wanted_kg[key]) > LOAD_TOLERANCE_KG
        if wrong.any():
            faults.append(f"board {key}: the true load is wrong from {time_s[wrong][0]:.3f} s on")
    return [*faults, *_feel_steps(clip, time_s, mass_kg)]


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


def _judge(clip: Clip) -> list[str]:
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
    paid = ("take", "put", "drop", "pick_up", "hand_over")
    judged = [event for event in clip.events if event["kind"] in paid and event["time_s"] >= 0]
    counted = (len(judged), sum(event["evidence"] != "none" for event in judged))
    if counted != (clip.about["evidence"]["events"], clip.about["evidence"]["told"]):
        faults.append(f"evidence: {clip.about['evidence']}, counted {counted}")
    for event in clip.events:
        if event["item_id"] < 0:
            continue
        border_g = 6 * event["step_sigma_g"]
        felt = event["step_count"] > 0 and event["step_g"] > border_g
        most = {name: max(event[f"{name}_px"], default=0) for name in ("item", "hand", "person")}
        found = {
            "who": (
                felt and event["in_reach"] <= 1,
                most["hand"] >= 16 or (event["in_reach"] <= 1 and most["person"] >= 64),
            ),
            "what": (
                felt and event["rival_gap_g"] > border_g,
                most["item"] >= (24 if event["sku"] in alike else 12),
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


def _feel_steps(clip: Clip, time_s: np.ndarray, mass_kg: np.ndarray) -> list[str]:
    """Hold what the plates of a board report against the step of an item, where it stands alone in time."""
    faults = []
    sensors = clip.about["scenario"]["sensors"]
    settled_s = 10 * sensors["settling_s"]
    broken = {fault["plate"] for fault in clip.about["scale_faults"] if "plate" in fault}
    for (fixture, shelf), (places, plates) in boards_of(clip).items():
        moves = [
            event
            for event in clip.events
            if event["item_id"] >= 0 and {event["from_place"], event["to_place"]} & places
        ]
        for event in moves:
            at_s = event["time_s"]
            alone = all(
                abs(other["time_s"] - at_s) > 2 * settled_s + 2.0 for other in moves if other is not event
            )
            before = (time_s >= at_s - 0.75) & (time_s < at_s - 0.25)
            after = (time_s >= at_s + settled_s) & (time_s < at_s + settled_s + 0.5)
            still = event["from_place"] == event["to_place"]
            if still or not alone or broken & set(plates) or min(before.sum(), after.sum()) < 20:
                continue
            sign = (event["to_place"] in places) - (event["from_place"] in places)
            step_kg = (mass_kg[after][:, plates].mean(axis=0) - mass_kg[before][:, plates].mean(axis=0)).sum()
            noise_kg = 1e-3 * np.sqrt(len(plates)) * (sensors["noise_g"] + sensors["drift_g_per_min"])
            noise_kg += 1e-3 * np.sqrt(len(plates)) * (sensors["vibration_g"] + sensors["door_shake_g"])
            wanted_kg = sign * clip.mass_kg[event["sku"]]
            noise_kg += (sensors["gain_error"] + sensors["creep"]) * abs(wanted_kg)
            bound_kg = 6 * noise_kg + 1e-3 * sensors["resolution_g"] + 2e-3 * sensors["hysteresis_g"]
            if abs(step_kg - wanted_kg) > bound_kg:
                faults.append(
                    f"event {event['event_id']}: {fixture} board {shelf} felt {step_kg:.4f} kg, "
                    f"expected {wanted_kg:.4f}"
                )
    return faults


# ---------------------------------------------------------------- other sensors


def _watch(clip: Clip) -> list[str]:
    """Hold the truth in the logs of cameras, gates and doors against events and people."""
    faults = []
    pays = {person["trip_code"]: person["payment_id"] for person in clip.about["people"]}
    went = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "exit" and e["item_id"] < 0}
    came = {e["trip_code"]: e["time_s"] for e in clip.events if e["kind"] == "enter"}
    side: dict[str, str] = {}
    gates = clip.table("gates").to_pylist()
    passes = [
        (s, row["direction"], trip)
        for row in gates
        for s, trip in zip(row["true_s"], row["true_trips"], strict=True)
    ]
    for true_s, direction, trip in sorted(passes):
        if side.get(trip) == direction:
            faults.append(f"gates: {trip} passes {direction} twice")
        if not came.get(trip, -np.inf) - 0.11 <= true_s <= went.get(trip, np.inf) + 0.11:
            faults.append(f"gates: {trip} passes at {true_s:.2f} s and is not inside")
        side[trip] = direction
    first_in = {trip: true_s for true_s, direction, trip in sorted(passes, reverse=True) if direction == "in"}
    start_s = -clip.about["scenario"]["clip"]["warmup_s"]
    for event in clip.events:
        trip = event["trip_code"]
        came_in = came.get(trip, start_s) > start_s  # the others were inside before
        if event["kind"] == "take" and came_in and first_in.get(trip, np.inf) > event["time_s"]:
            faults.append(f"gates: {trip} takes something before passing a gate")
    for row in gates:
        if row["true_people"] != len(row["true_trips"]) or not 1 <= row["people"] <= 2 * row["true_people"]:
            faults.append(f"gates: {row['people']} people believed, {row['true_people']} true")
        if row["payment_id"] not in ("", pays[row["true_trips"][0]]):
            faults.append(f"gates: {row['true_trips'][0]} does not pay with {row['payment_id']}")
    open_since: dict[int, float] = {}
    spans = []
    doors = [row for row in clip.table("doors").to_pylist() if not np.isnan(row["true_s"])]
    for row in sorted(doors, key=lambda row: row["true_s"]):
        if row["is_open"] == (row["door"] in open_since):
            faults.append(f"doors: door {row['door']} changes to what it was")
        if row["is_open"]:
            open_since[row["door"]] = row["true_s"]
        else:
            spans.append((open_since.pop(row["door"], np.inf), row["true_s"]))
    spans += [(from_s, np.inf) for from_s in open_since.values()]
    for trip, at_s in went.items():
        if not any(from_s <= at_s <= to_s for from_s, to_s in spans):
            faults.append(f"doors: {trip} leaves by a closed door")
    frames = clip.table("frames").to_pylist()
    cameras = [camera["camera_id"] for camera in clip.about["cameras"]]
    keys = [(row["frame"], row["camera_id"]) for row in frames]
    if keys != [(frame, name) for frame in range(clip.about["frames"]) for name in cameras]:
        faults.append("frames: not a row a frame and camera")
    for row in frames:
        if abs(row["time_s"] - row["frame"] / clip.about["fps"]) > 1e-6:
            faults.append(f"frames: frame {row['frame']} at {row['time_s']} s")
        if row["dropped"] != bool(np.isnan(row["sensed_s"])):
            faults.append(
                f"frames: frame {row['frame']} of {row['camera_id']} was lost and is stamped, or not"
            )
    return faults
