"""Clips of a dataset as arrays, and what happened at their shelves: what train_job.py learns from."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import torch

from synth.ledger.receipts import compute_receipts
from synth.ledger.tariff import Tariff
from synth.records import Event

KINDS = ("none", "take", "put")
TOGETHER_S = 0.3  # equal events so close are one grab


@dataclass(frozen=True, eq=False)
class Grab:
    """Items of one product taken from, or put on, one board by one person, `at_m` (3,) in the shop."""

    time_s: float
    at_m: np.ndarray
    board: int
    kind: int
    product: int
    count: int
    person: int


@dataclass(frozen=True)
class Clip:
    """One clip as arrays: L plates on B boards, N people, P products.

    `tracks` holds the (F, N, 9) x, y, heading, left and right palm of everyone, NaN while absent.
    """

    clip_id: str
    reading_s: np.ndarray
    reading_g: np.ndarray
    boards: list[np.ndarray]
    plate_m: np.ndarray
    sku: list[str]
    product_g: np.ndarray
    popularity: np.ndarray
    home_m: list[dict[int, np.ndarray]]
    home_plates: list[dict[int, np.ndarray]]
    frame_s: np.ndarray
    tracks: np.ndarray
    people: list[str]
    payment: dict[str, str]
    grabs: list[Grab]
    receipts: dict[str, Counter]


def load_clip(item: dict) -> Clip:
    """Turn an item of `ClipDataset` into arrays."""
    store, weights = item["store"], item["weights"]
    plate_pose = store["world_from_plate"].numpy()
    key = np.array(
        [f"{name}/{z:.2f}" for name, z in zip(store["plate_fixture"], plate_pose[:, 2, 3], strict=True)]
    )
    boards = [np.flatnonzero(key == name) for name in dict.fromkeys(key)]
    board_of_plate = np.zeros(len(key), int)
    for number, plates in enumerate(boards):
        board_of_plate[plates] = number
    depth_m = store["plate_size_m"].numpy()[:, 1:] / 2
    people = [person["trip_code"] for person in item["people"]]
    frame_s, tracks = _arrange_tracks(item["tracks"], people)
    payment = {person["trip_code"]: person["payment_id"] for person in item["people"]}
    home_m: list[dict[int, np.ndarray]] = [{} for _ in boards]
    home_plates: list[dict[int, np.ndarray]] = [{} for _ in boards]
    board_of_slot = {}
    for slot, plates in enumerate(store["slot_plates"]):
        if not plates:
            continue
        board, product = int(board_of_plate[plates[0]]), int(store["slot_product"][slot])
        board_of_slot[slot] = board
        at_m = store["world_from_slot"][slot, :3, 3].numpy()[None]
        home_m[board][product] = np.concatenate([home_m[board].get(product, at_m[:0]), at_m])
        home_plates[board][product] = np.union1d(home_plates[board].get(product, []), plates).astype(int)
    return Clip(
        clip_id=item["clip_id"],
        reading_s=weights["time_s"].numpy(),
        reading_g=weights["mass_kg"].numpy() * 1e3,
        boards=boards,
        plate_m=plate_pose[:, :3, 3] + plate_pose[:, :3, 1] * depth_m,
        sku=store["sku"],
        product_g=store["mass_kg"].numpy() * 1e3,
        popularity=store["popularity"].numpy(),
        home_m=home_m,
        home_plates=home_plates,
        frame_s=frame_s,
        tracks=tracks,
        people=people,
        payment=payment,
        grabs=find_grabs(item["events"], store["sku"], people, board_of_slot),
        receipts=window_receipts(item, payment),
    )


def _arrange_tracks(tracks: dict, people: list[str]) -> tuple[np.ndarray, np.ndarray]:
    frames = int(tracks["frame"].max()) + 1 if len(tracks["frame"]) else 1
    values = np.full((frames, len(people), 9), np.nan, np.float32)
    number = {code: n for n, code in enumerate(people)}
    rows = torch.cat(
        [tracks["position_m"], tracks["heading_rad"][:, None], tracks["palm_m"].flatten(1)], dim=1
    )
    values[tracks["frame"], [number[code] for code in tracks["trip_code"]]] = rows
    times = np.full(frames, np.nan)
    times[tracks["frame"]] = tracks["time_s"]
    known = np.flatnonzero(np.isfinite(times))
    return np.interp(np.arange(frames), known, times[known]) if len(known) else np.zeros(frames), values


def find_grabs(events: dict, sku: list[str], people: list[str], board_of_slot: dict[int, int]) -> list[Grab]:
    """Gather takes and puts at shelves; equal ones of one person within `TOGETHER_S` are one grab."""
    product = {name: n for n, name in enumerate(sku)}
    person = {code: n for n, code in enumerate(people)}
    grabs: list[Grab] = []
    for row, kind in enumerate(events["kind"]):
        time_s = float(events["time_s"][row])
        place = events["from_place" if kind == "take" else "to_place"][row]
        if kind not in ("take", "put") or time_s < 0 or not place.startswith("slot:"):
            continue
        board = board_of_slot.get(int(place[5:]), -1)
        if board < 0:
            continue
        at_m = events["point_m"][row].numpy()
        what = (board, KINDS.index(kind), product[events["sku"][row]])
        grab = Grab(time_s, at_m, *what, 1, person[events["trip_code"][row]])
        same = [
            n
            for n, g in enumerate(grabs)
            if (g.board, g.kind, g.product) == what
            and g.person == grab.person
            and time_s - g.time_s < TOGETHER_S
        ]
        if same:
            first = grabs[same[0]]
            grabs[same[0]] = Grab(first.time_s, first.at_m, *what, first.count + 1, grab.person)
        else:
            grabs.append(grab)
    return grabs


def window_receipts(item: dict, payment: dict[str, str]) -> dict[str, Counter]:
    """Compute what each payment with somebody in the clip takes within it: payment_id -> SKU -> quantity."""
    events, receipts = item["events"], item["receipts"]
    if not receipts:
        return {}
    columns = ("kind", "trip_code", "sku", "from_place", "to_place", "hand")
    seen = set(item["tracks"]["trip_code"])
    ledger = []
    for row in range(len(events["kind"])):
        time_s, item_id = float(events["time_s"][row]), int(events["item_id"][row])
        if time_s < 0 and item_id >= 0:
            continue
        text = {name: events[name][row] for name in columns}
        point_m = events["point_m"][row].numpy()
        ledger.append(
            Event(event_id=row, time_s=time_s, item_id=item_id, quantity=1, point_m=point_m, **text)
        )
    tariff = Tariff(dict.fromkeys(item["store"]["sku"], 1))
    found = compute_receipts(ledger, tariff, payment, receipts[0]["policy"], receipts[0]["currency"])
    return {
        receipt.payment_id: Counter({line.sku: line.quantity for line in receipt.lines})
        for receipt in found
        if seen.intersection(receipt.trip_codes)
    }
