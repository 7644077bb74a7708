"""Changed tables and documents of clips, hashes mended: every change is found by what it says."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth.certificate_limits import TAU_MAX
from synth.verify import verify_dataset
from synth.verify.pictures import compute_extents
from tests.synth.verify.bench import FIRST, SECOND, Bench, assert_found


def row_where(rows: list[dict], **wanted) -> dict:
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def set_in(rows: list[dict], number: int, **values) -> None:
    rows[number].update(values)


def scale_step(rows: list[dict]) -> None:
    """Make plate 1 report 20 % more of what it carries."""
    for row in rows:
        row["mass_kg"][1] *= 1.2


def delay_true(rows: list[dict]) -> None:
    row = row_where(rows, time_s=1.0)
    row["true_kg"][1] = 1.0


def swap(rows: list, first: int, second: int) -> None:
    rows[first], rows[second] = rows[second], rows[first]


def turn_mask(rows: list[dict]) -> None:
    rows[3]["values"] = [777_777 if value == 100_001 else value for value in rows[3]["values"]]


def show_nameless(rows: list[dict]) -> None:
    rows[3]["values"] = [777 if value == 1 else value for value in rows[3]["values"]]


def hide_person(rows: list[dict]) -> None:
    rows[4]["values"] = [10_001 if value == 10_000 else value for value in rows[4]["values"]]


def shift(row: dict, key: str, by: float) -> None:
    row[key] = [row[key][0] + by, *row[key][1:]]


PERSON = {"frame": 2, "camera_id": "cam0", "instance_id": 10_000}

# name: (what is done, the file named, what the message has to say)
TABLES = {
    "place": ("events", lambda e: set_in(e, 5, from_place="slot:0"), "events", "it is in slot:1"),
    "sku": ("events", lambda e: set_in(e, 2, sku="B"), "events", "item 0 is a A, not a B"),
    "unknown sku": ("events", lambda e: set_in(e, 2, sku="Z"), "events", "not in the catalogue"),
    "order": ("events", lambda e: swap(e, 5, 7), "events", "before what precedes it"),
    "quantity": ("events", lambda e: set_in(e, 5, quantity=2), "events", "quantity 2"),
    "lost event": ("events", lambda e: e.pop(3), "events", "it is in hand:"),
    "item twice": ("events", lambda e: set_in(e, 4, item_id=77), "events", "takes item 77"),
    "kind": ("events", lambda e: set_in(e, 5, kind="steal"), "events", "unknown kind 'steal'"),
    "stranger": ("events", lambda e: set_in(e, 5, trip_code="Q"), "events", "not among the people"),
    "shopper restocks": (
        "events",
        lambda e: set_in(e, 5, kind="restock", from_place="outside", item_id=77),
        "events",
        "who is not staff",
    ),
    "nobody restocks": (
        "events",
        lambda e: set_in(e, 5, kind="restock", trip_code="", from_place="outside", item_id=77),
        "events",
        "not among the people",
    ),
    "no rest pose": ("events", lambda e: set_in(e, 7, rest_pose=[]), "events", "without a rest_pose"),
    "two hands": ("events", lambda e: set_in(e, 5, hand="right"), "events", "by the left one"),
    "point": ("events", lambda e: set_in(e, 5, u_px=[1.0, 2.0]), "events", "not at u_px, v_px"),
    "evidence": ("events", lambda e: set_in(e, 5, evidence="views"), "events", "pixels and steps say"),
    "felt": ("events", lambda e: set_in(e, 6, step_count=1), "events", "no scale can feel"),
    "step": (
        "events",
        lambda e: set_in(e, 5, step_count=1, step_g=400.0),
        "events",
        "the catalogue says 500",
    ),
    "half a step": ("events", lambda e: set_in(e, 5, step_g=400.0), "events", "the step has numbers"),
    "two at once": ("events", lambda e: set_in(e, 5, step_count=2), "events", "1 items move at once"),
    "sigma": ("events", lambda e: set_in(e, 5, step_count=1, step_g=500.0), "events", "are positive"),
    "seen": ("events", lambda e: set_in(e, 5, item_px=[9, 0]), "events", "visible is not item_px > 0"),
    "contact": ("events", lambda e: set_in(e, 5, contact_to_s=0.0), "events", "the contact"),
    "late event": ("events", lambda e: set_in(e, 9, time_s=9.0), "events", "after the clip's end"),
    "true load": ("weights", delay_true, "weights", "the ledger says 1.0000 kg|true load"),
    "reported step": ("weights", scale_step, "weights", "report a step of -6"),
    "lost frame": ("frames", lambda f: f.pop(7), "frames", "a row for each of 25 frames"),
    "frame time": ("frames", lambda f: set_in(f, 4, time_s=0.1), "frames", "time_s is not frame / fps"),
    "stamped loss": ("frames", lambda f: set_in(f, 7, sensed_s=0.6), "frames", "that was dropped has a time"),
    "first frame": (
        "frames",
        lambda f: set_in(f, 0, dropped=True, sensed_s=float("nan")),
        "frames",
        "the first frame was dropped",
    ),
    "wild clock": ("frames", lambda f: set_in(f, 9, sensed_s=9.0), "frames", "farther off than the clock"),
    "gate payment": ("gates", lambda g: set_in(g, 0, payment_id="P2"), "gates", "pays with P1, not with P2"),
    "gate count": ("gates", lambda g: set_in(g, 0, true_people=2), "gates", "true_people 2"),
    "gate belief": ("gates", lambda g: set_in(g, 1, people=0), "gates", "0 people counted where 1 passed"),
    "gate clock": ("gates", lambda g: set_in(g, 1, sensed_s=2.0), "gates", "logged at 2.0 s"),
    "gate way": (
        "gates",
        lambda g: set_in(g, 2, payment_id="P1"),
        "gates",
        "nothing is shown on the way out",
    ),
    "gate ghost": ("gates", lambda g: set_in(g, 0, true_s=[-20.0], sensed_s=-19.9), "gates", "is not inside"),
    "no gate": ("gates", lambda g: g.pop(0), "gates", "has passed no gate"),
    "gate number": ("gates", lambda g: set_in(g, 0, gate=3), "gates", "there is no gate 3"),
    "gate twice": (
        "gates",
        lambda g: g.append(g[0] | {"sensed_s": -6.0}),
        "gates",
        "passes gates in, in, out: not by turns",
    ),
    "door twice": (
        "doors",
        lambda d: set_in(d, 3, is_open=True),
        "doors",
        "does not open and close by turns",
    ),
    "door shut": ("doors", lambda d: d.pop(4), "doors", "leaves by a closed door"),
    "door clock": ("doors", lambda d: set_in(d, 0, sensed_s=1.0), "doors", "reported at 1.0 s"),
    "lost reading": ("weights", lambda w: w.pop(9), "weights", "300 readings, 301 expected"),
    "no number": ("weights", lambda w: shift(w[5], "mass_kg", np.nan), "weights", "finite numbers"),
    "off beat": ("weights", lambda w: set_in(w, 5, time_s=0.1), "weights", "not on the beat"),
    "in a fixture": ("tracks", lambda t: set_in(t, 6, x_m=2.0, y_m=1.2), "tracks", "inside gondola"),
    "in a wall": ("tracks", lambda t: set_in(t, 6, y_m=-0.4), "tracks", "not on the walkable floor"),
    "track time": ("tracks", lambda t: set_in(t, 6, time_s=0.1), "tracks", "time_s is not frame / fps"),
    "ghost": ("tracks", lambda t: set_in(t, 47, trip_code=t[0]["trip_code"]), "tracks", "left at 4.4"),
    "gap": ("tracks", lambda t: t.pop(6), "tracks", "frames are missing"),
    "joint count": ("tracks", lambda t: set_in(t, 6, joints_m=[1.0]), "tracks", "6 joint numbers expected"),
    "box": ("boxes", lambda b: shift_box(b), "boxes", "the mask's extent is"),
    "pixels": ("boxes", lambda b: row_where(b, **PERSON).update(visible_px=3), "boxes", "visible_px 3"),
    "no box": ("boxes", lambda b: b.remove(row_where(b, **PERSON)), "boxes", "has no box"),
    "two boxes": ("boxes", lambda b: b.append(row_where(b, **PERSON)), "boxes", "two rows"),
    "joint place": (
        "boxes",
        lambda b: shift(row_where(b, **PERSON), "joints_px", 2.0),
        "boxes",
        "projects to",
    ),
    "joint seen": ("boxes", lambda b: see_all(b), "boxes", "lies on something else"),
    "fraction": ("boxes", lambda b: row_where(b, **PERSON).update(visible_fraction=1.5), "boxes", "1.5"),
    "unknown item": ("cam0.masks", turn_mask, "cam0.masks", "777777 is no item"),
    "nameless thing": ("cam0.masks", show_nameless, "cam0.masks", "instance 777 has no name"),
    "lost person": ("cam0.masks", hide_person, "boxes", "the mask has 0"),
    "short runs": ("cam1.masks", lambda m: m[2]["lengths"].__setitem__(0, 1), "cam1.masks", "pixels"),
    "lost mask": ("cam1.masks", lambda m: m.pop(2), "cam1.masks", "24 frames"),
}


def shift_box(rows: list[dict]) -> None:
    row_where(rows, **PERSON)["x0_px"] += 1


def see_all(rows: list[dict]) -> None:
    for row in rows:
        row["joints_visible"] = [True for _ in row["joints_visible"]]


def quantity_two(receipts: list) -> None:
    receipts[0]["lines"][0]["quantity"] = 2


JSONS = {
    "line": ("receipts", quantity_two, "receipts", "the events prove {'sku': 'A', 'quantity': 1"),
    "lost line": ("receipts", lambda r: r[0].update(lines=[]), "receipts", "is missing"),
    "added line": (
        "receipts",
        lambda r: r[1].update(lines=[{"sku": "B", "quantity": 1, "unit_price_minor": 250, "grams": 0}]),
        "receipts",
        "the events prove None",
    ),
    "total": ("receipts", lambda r: r[0].update(total_minor=200), "receipts", "total_minor 200"),
    "left open": ("receipts", lambda r: r[0].update(closed_s=None), "receipts", "closed_s None"),
    "history": ("receipts", lambda r: r[0]["history"].pop() and None, "receipts", "history"),
    "policy": ("receipts", lambda r: r[0].update(policy="carrier"), "receipts", "policy carrier"),
    "no receipt": ("receipts", lambda r: r[:1], "receipts", "the receipt of this payment is missing"),
    "no key": ("receipts", lambda r: r[0].pop("currency") and None, "receipts", "key currency is missing"),
    "broken proof": (
        "certificate",
        lambda c: c["cameras"]["cam0"][3].update(holds=False),
        "certificate",
        "does not hold",
    ),
    "residual": (
        "certificate",
        lambda c: c["cameras"]["cam0"][3].update(residual_max=0.1),
        "certificate",
        "residual_max 0.1",
    ),
    "bound": (
        "certificate",
        lambda c: c["cameras"]["cam0"][3].update(tau_max=TAU_MAX + 1e-3) or c.update(tau_max=TAU_MAX + 1e-3),
        "certificate",
        f"tau_max {TAU_MAX + 1e-3}, at most {TAU_MAX} is allowed",
    ),
    "edge": (
        "certificate",
        lambda c: c["cameras"]["cam1"][0].update(residual_edge_max=0.01),
        "certificate",
        "residual_edge_max",
    ),
    "unproved frame": (
        "certificate",
        lambda c: c["cameras"]["cam0"].pop() and None,
        "certificate",
        "24 frames",
    ),
    "counts": ("clip", lambda c: c["counts"].update(events=3), "events", "clip.json says 3"),
    "frames": ("clip", lambda c: c.update(frames=24), "clip", "24 frames do not make 5.0 s"),
    "clip key": ("clip", lambda c: c.pop("people") and None, "clip", "key people is missing"),
    "payment": (
        "clip",
        lambda c: c["people"][0].update(payment_id="P9"),
        "receipts",
        "nobody of this payment",
    ),
    "trip code": ("clip", lambda c: c["people"][1].update(trip_code="short"), "clip", "Crockford"),
}


@pytest.mark.parametrize("name", TABLES)
def test_changed_table_is_found(intact, tmp_path, name):
    table, edit, file, message = TABLES[name]
    bench = Bench(intact, tmp_path)
    bench.table(table, lambda rows: edit(rows) and None)
    bench.close()
    assert_found(bench.out, file, message)


@pytest.mark.parametrize("name", JSONS)
def test_changed_json_is_found(intact, tmp_path, name):
    document, edit, file, message = JSONS[name]
    bench = Bench(intact, tmp_path)
    bench.json(f"{document}.json", edit)
    bench.close()
    assert_found(bench.out, file, message)


def test_a_lean_explains_what_its_board_reports(intact, tmp_path):
    bench = Bench(intact, tmp_path)

    def press(rows):
        for row in rows:
            row["mass_kg"][1] += 3.0 * (0.2 < row["time_s"] < 0.8)

    bench.table("weights", press)
    bench.close()
    assert_found(bench.out, "weights", "report a step of")
    lean = {"hand": "right", "from_s": 0.2, "to_s": 0.8, "slot": 1, "plates": [1]}
    told = {
        "": lean,
        "no 'left hand' hand of a trip": lean | {"hand": "left hand"},
        "is no time": lean | {"to_s": 0.2},
        "are not those of slot": lean | {"plates": [2]},
    }
    for message, entry in told.items():
        bench.json(
            "clip.json",
            lambda c, entry=entry: c.update(leans=[entry | {"trip_code": c["people"][0]["trip_code"]}]),
        )
        bench.close()
        if message:
            assert_found(bench.out, "clip.json", message)
        else:
            assert verify_dataset(str(bench.out)) == []


def test_what_is_read_is_in_that_hand_all_the_while(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    events = pq.read_table(bench.path("events.parquet")).to_pylist()
    taken = next(event for event in events if event["kind"] == "take")
    left = next(e for e in events if e["item_id"] == taken["item_id"] and e["time_s"] > taken["time_s"])
    _, trip, side = taken["to_place"].split(":")
    from_s, to_s = taken["time_s"], left["time_s"]
    read = {"trip_code": trip, "hand": side, "item_id": taken["item_id"], "from_s": from_s, "to_s": to_s}
    told = {
        "": read,
        "is no time": read | {"to_s": from_s},
        "is in where it stood": read | {"item_id": 10_000_000},
        f"not in hand:{trip}:none": read | {"hand": "none"},
        f"is in {left['to_place']}, not in hand": read | {"to_s": to_s + 0.01},
        "after it is read there": read | {"from_s": from_s - 0.01},
    }
    for message, entry in told.items():
        bench.json("clip.json", lambda clip, entry=entry: clip.update(labels_read=[entry]))
        bench.close()
        if message:
            assert_found(bench.out, "clip.json", message)
        else:
            assert verify_dataset(str(bench.out)) == []


def test_trip_code_used_in_two_clips_is_found(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    code = json.loads(bench.path("clip.json").read_bytes())["people"][0]["trip_code"]
    bench.json("clip.json", lambda c: c["people"][0].update(trip_code=code), SECOND)
    bench.close()
    assert_found(bench.out, "clip.json", f"used before, in {FIRST}", SECOND)


def test_column_of_another_type_is_found(intact, tmp_path):
    bench = Bench(intact, tmp_path)
    path = bench.path("tracks.parquet")
    table = pq.read_table(path)
    pq.write_table(table.set_column(3, "x_m", table.column("x_m").cast(pa.float64())), path)
    bench.close()
    assert_found(bench.out, "tracks.parquet", "column x_m is double, expected float")


@pytest.mark.parametrize("name", ["cam0.rgb.mp4", "cam1.depth.mkv", "cam0.refined.mp4"])
def test_video_cut_short_is_found(intact, tmp_path, name):
    bench = Bench(intact, tmp_path)
    data = bench.path(name).read_bytes()
    bench.path(name).write_bytes(data[: len(data) // 2])
    bench.close()
    assert_found(bench.out, name, "frames, clip.json says 25|cannot be decoded")


@pytest.mark.parametrize("name", ["events.parquet", "receipts.json", "cam0.masks.parquet", "weights.parquet"])
def test_garbage_is_found_without_a_traceback(intact, tmp_path, name):
    bench = Bench(intact, tmp_path)
    bench.path(name).write_bytes(b"garbage" * 50)
    bench.close()
    assert_found(bench.out, name, "no whole|cannot be checked")


def test_extents_agree_with_counting_pixels():
    rng = np.random.default_rng(5)
    mask = np.repeat(rng.integers(0, 4, (9, 4)), 3, axis=1)[:, :11].astype(np.int32)
    flat = mask.ravel()
    starts = np.concatenate(([0], np.flatnonzero(np.diff(flat)) + 1))
    extents = compute_extents(flat[starts], np.diff(starts, append=flat.size), width_px=11)
    for ident, pixels, box in zip(extents.instance_id, extents.pixels, extents.box_px, strict=True):
        where = np.argwhere(mask == ident)
        assert pixels == len(where)
        assert box.tolist() == [*where.min(0)[::-1], *(where.max(0)[::-1] + 1)]
