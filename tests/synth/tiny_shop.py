"""A shop small enough to work out by hand: two trips, four slots, three plates, two cameras, five seconds.

Everything here is written from the format's documentation and shares no code with the generator, so that
`synth.verify` is tried on a dataset that it must find right. `make_shop_clip` stands in for the pipeline.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenes.distributions import to_plain
from scenes.randomness import make_rng
from scenes.world import Camera
from synth import schema
from synth.dataset import ClipWriter
from synth.records import FrameCertificate, View
from tests.synth.blank_clip import BLANK_CLIP

FPS, DURATION_S = 5.0, 5.0
OVERRIDES = (
    f"clip.fps={FPS}",
    f"clip.duration_s={DURATION_S}",
    "clip.warmup_s=10",
    "shoppers.policy=taker",
    "shoppers.returns=credited",
)

FRAMES = int(FPS * DURATION_S)
PRICE = {"A": 199, "B": 250}
MASS_KG = {"A": 0.25, "B": 0.5}
SLOTS = (("A", 2, [0]), ("B", 2, [1]), ("A", 1, [2]), ("B", 1, []))  # sku, count, plates
ITEM_SKU = ("A", "A", "B", "B", "A", "B")
ITEM_SLOT = (0, 0, 1, 1, 2, 3)


def _camera(number: int) -> Camera:
    """Look down from 2.5 m, x to the right, the second camera half a metre further on."""
    world_from_cam = np.diag([1.0, -1.0, -1.0, 1.0])
    world_from_cam[:3, 3] = [2.0 + 0.5 * number, 0.6, 2.5]
    intrinsics = np.array([[40.0, 0, 32], [0, 40, 24], [0, 0, 1]])
    return Camera(f"cam{number}", 64, 48, intrinsics, world_from_cam)


CAMERAS = (_camera(0), _camera(1))


def make_shop_clip(scenario, folder: Path, *, clip_id, refiner, on_progress) -> None:
    """Leave the files of the tiny shop's clip in `folder`."""
    rng = make_rng(scenario.seed, scenario.index, "tiny shop")
    trips = tuple(f"{scenario.index:02d}TR1PTR1PT{letter}" for letter in "AB")
    write_store(folder / "store")
    events = make_events(trips)
    tracks = make_tracks(trips)
    boxes: list[dict] = []
    certificate = FrameCertificate(0.1, 0.05, 0.02, 0.0, 0.2, holds=True, gated=False)
    with ClipWriter(folder, clip_id=clip_id, cameras=CAMERAS, fps=FPS, refined=True) as writer:
        for frame in range(FRAMES):
            for camera in CAMERAS:
                view = make_view(camera, frame, tracks, trips, rng)
                boxes += make_boxes(view, tracks, trips)
                writer.add_view(view, view.rgb, certificate)
            on_progress(clip_id, frame + 1, FRAMES)
        writer.finish(
            clip=describe(scenario, clip_id, trips, len(events)),
            tracks=pa.Table.from_pylist(tracks, schema=schema.TRACKS),
            boxes=pa.Table.from_pylist(boxes, schema=schema.BOXES),
            events=pa.Table.from_pylist(events, schema=schema.EVENTS),
            weights=pa.Table.from_pylist(make_weights(rng), schema=schema.WEIGHTS),
            frames=pa.Table.from_pylist(make_frames(), schema=schema.FRAMES),
            gates=pa.Table.from_pylist(make_gates(trips), schema=schema.GATES),
            doors=pa.Table.from_pylist(make_doors(), schema=schema.DOORS),
            receipts=make_receipts(trips),
        )


def write_store(folder: Path) -> None:
    (folder / "catalogue").mkdir(parents=True)
    for sku in PRICE:
        (folder / "catalogue" / f"{sku}.png").write_bytes(b"picture")
    slots = []
    for slot, (sku, count, plates) in enumerate(SLOTS):
        pose = np.eye(4)
        pose[:3, 3] = [1.2 + 0.4 * slot, 1.0, 1.0]
        place = {"slot": slot, "product": "AB".index(sku), "sku": sku, "count": count}
        place |= {
            "first_item_id": ITEM_SLOT.index(slot),
            "item_skus": [sku] * count,
            "fixture": "gondola",
            "shelf": slot // 2,
            "facing": 0,
            "placement": "standing",
            "layers": 1,
        }
        place |= {"width_m": 0.3, "depth_m": 0.4, "height_m": 0.3}
        slots.append(place | {"world_from_slot": pose.ravel().tolist(), "plates": plates})
    products = [
        {
            "sku": sku,
            "name": sku,
            "brand": "x",
            "package": "box",
            "width_m": 0.1,
            "depth_m": 0.1,
            "height_m": 0.2,
        }
        | {
            "mass_kg": MASS_KG[sku],
            "price_minor": PRICE[sku],
            "sold_by": "each",
            "code": "",
            "currency": "EUR",
            "popularity": 0.5,
        }
        | {"weight_twin": "", "look_alike": ""}
        for sku in PRICE
    ]
    pq.write_table(pa.Table.from_pylist(slots, schema=schema.PLANOGRAM), folder / "planogram.parquet")
    pq.write_table(pa.Table.from_pylist(products, schema=schema.CATALOGUE), folder / "catalogue.parquet")
    gondola = [[1.0, 1.0], [3.0, 1.0], [3.0, 1.5], [1.0, 1.5]]
    plan = {
        "store_id": "tiny",
        "format": "kiosk",
        "size_m": [4, 3, 2.6],
        "doors": [
            {"kind": "both", "point_m": [0.5, 0.2], "outward": [0.0, -1.0], "width_m": 1.2, "leaves": []}
        ],
        "openings": [],
        "case_doors": [],
        "lamps": [],
        "spots": [],
        "outline": [[0, 0], [4, 0], [4, 3], [0, 3]],
        "walkable": {"exterior": [[0, 0], [4, 0], [4, 3], [0, 3]], "holes": [gondola]},
        "fixtures": [{"name": "gondola", "kind": "gondola", "footprint_m": gondola}],
        "instances": [{"instance_id": 1, "class": "floor"}],
        "plates": [{"id": plate} for plate in range(3)],
    }
    (folder / "floor_plan.json").write_text(json.dumps(plan))
    (folder / "floor_plan.svg").write_text("<svg/>")
    cameras = [
        asdict(camera)
        | {"intrinsics": camera.intrinsics.tolist(), "world_from_cam": camera.world_from_cam.tolist()}
        for camera in CAMERAS
    ]
    (folder / "cameras.json").write_text(json.dumps(cameras))


def make_events(trips: tuple[str, str]) -> list[dict]:
    """Trip A takes and bags an A, takes a B, hands it over; B puts it in the wrong slot; A leaves."""
    a, b = trips
    left_a, right_a, right_b, bag_a = f"hand:{a}:left", f"hand:{a}:right", f"hand:{b}:right", f"bag:{a}"
    rows = [
        (-8.0, "enter", a, -1, "", "", ""),
        (-7.0, "enter", b, -1, "", "", ""),
        (-5.0, "take", a, 0, "slot:0", right_a, "right"),
        (-4.0, "bag", a, 0, right_a, bag_a, "right"),
        (0.5, "touch", b, 5, "slot:3", "slot:3", "left"),
        (1.0, "take", a, 2, "slot:1", left_a, "left"),
        (1.5, "hand_over", a, 2, left_a, right_b, "left"),
        (2.5, "put", b, 2, right_b, "slot:2", "right"),
        (4.4, "exit", a, 0, bag_a, "outside", ""),
        (4.4, "exit", a, -1, "", "", ""),
    ]
    pose = np.eye(4).ravel().tolist()
    u_px, v_px = zip(
        *(_project(camera, np.array([1.0, 0.9, 1.0])).tolist() for camera in CAMERAS), strict=True
    )
    return [
        {"event_id": number, "time_s": time_s, "kind": kind, "trip_code": trip, "item_id": item}
        | {"sku": ITEM_SKU[item] if item >= 0 else "", "from_place": origin, "to_place": goal}
        | {"quantity": int(item >= 0), "hand": hand, "x_m": 1.0, "y_m": 0.9, "z_m": 1.0}
        | {"behaviour": ""}
        | {"rest_pose": pose if goal.startswith("slot") else []}
        | {"evidence": "none", "contact_from_s": time_s, "contact_to_s": time_s, "u_px": u_px, "v_px": v_px}
        | {"visible": [False] * 2, "item_px": [0] * 2, "hand_px": [0] * 2, "person_px": [0] * 2}
        | {"who": "none", "what": "none", "in_reach": 1, "step_count": 0}
        | dict.fromkeys(("step_g", "step_sigma_g", "rival_gap_g"), float("nan"))
        for number, (time_s, kind, trip, item, origin, goal, hand) in enumerate(rows)
    ]


NO_VERDICTS = {"none": 3, "scale": 0, "views": 0, "both": 0}  # of a take, a hand-over and a put


def make_frames() -> list[dict]:
    """Two clocks, one of them late; one frame of cam1 is lost."""
    return [
        {
            "frame": frame,
            "time_s": frame / FPS,
            "camera_id": camera,
            "dropped": (frame, camera) == (3, "cam1"),
        }
        | {"sensed_s": float("nan") if (frame, camera) == (3, "cam1") else frame / FPS + late_s}
        for frame in range(FRAMES)
        for camera, late_s in (("cam0", 0.0), ("cam1", 0.01))
    ]


def make_gates(trips: tuple[str, str]) -> list[dict]:
    """Each comes in on a payment of their own; A leaves."""
    came = [
        {"gate": 0, "direction": "in", "sensed_s": at_s + 0.6, "payment_id": f"P{number + 1}", "people": 1}
        | {"true_s": [at_s + 0.5], "true_people": 1, "true_trips": [trip]}
        for number, (at_s, trip) in enumerate(zip((-8.0, -7.0), trips, strict=True))
    ]
    went = {"gate": 0, "direction": "out", "sensed_s": 4.0, "payment_id": "", "people": 2}
    return [*came, went | {"true_s": [3.9], "true_people": 1, "true_trips": [trips[0]]}]


def make_doors() -> list[dict]:
    """The door opens for the two who come in and for the one who leaves, and its contact bounces once."""
    nan = float("nan")
    rows = [
        (True, -8.7, -8.8),
        (False, -8.66, nan),
        (True, -8.62, nan),
        (False, -4.9, -5.0),
        (True, nan, 3.6),
    ]
    return [
        {"door": 0, "case_door": -1, "is_open": o, "sensed_s": sensed_s, "true_s": s}
        for o, sensed_s, s in rows
    ]


def make_receipts(trips: tuple[str, str]) -> list[dict]:
    """A pays for the item in the bag; the one put back, though in a wrong slot, is nobody's."""
    line = {"sku": "A", "quantity": 1, "unit_price_minor": 199, "grams": 0}
    common = {"policy": "taker", "returns": "credited", "currency": "EUR"}
    first = {"payment_id": "P1", "trip_codes": [trips[0]], "opened_s": -8.0, "closed_s": 4.4, "lines": [line]}
    first |= {"total_minor": 199, "history": [[-5.0, 199], [1.0, 449], [2.5, 199]]}
    second = {"payment_id": "P2", "trip_codes": [trips[1]], "opened_s": -7.0, "closed_s": None, "lines": []}
    second |= {"total_minor": 0, "history": []}
    return [first | common, second | common]


def make_weights(rng: np.random.Generator) -> list[dict]:
    """Plates 0 and 1 lose an A before the clip and a B at 1.0 s; plate 2 gains the B at 2.5 s."""
    rows = []
    for number in range(int(DURATION_S * 60) + 1):
        time_s = number / 60
        true = [0.25, 1.0 if time_s < 1.0 else 0.5, 0.25 if time_s < 2.5 else 0.75]
        mass = np.round((np.array(true) + rng.normal(0, 0.0006, 3)) / 0.0005) * 0.0005
        rows.append({"time_s": time_s, "mass_kg": mass.tolist(), "true_kg": true})
    return rows


def make_tracks(trips: tuple[str, str]) -> list[dict]:
    rows = []
    for frame in range(FRAMES):
        for person, trip in enumerate(trips):
            if person == 0 and frame / FPS > 4.4:
                continue
            x_m, y_m = 1.4 + 0.04 * frame + 0.5 * person, 0.6
            palm = {f"{side}_palm_{axis}_m": 1.0 for side in ("left", "right") for axis in "xyz"}
            rows.append(
                {
                    "frame": frame,
                    "time_s": frame / FPS,
                    "trip_code": trip,
                    "x_m": x_m,
                    "y_m": y_m,
                    "heading_rad": 0.0,
                    "gear_heading_rad": float("nan"),
                }
                | palm
                | {"joints_m": [x_m, y_m, 1.0, x_m, y_m, 1.5]}
            )
    return rows


def _project(camera: Camera, point_m: np.ndarray) -> np.ndarray:
    local = np.linalg.inv(camera.world_from_cam) @ np.append(point_m, 1.0)
    return (camera.intrinsics @ local[:3])[:2] / local[2]


def make_view(camera: Camera, frame: int, tracks: list[dict], trips: tuple[str, str], rng) -> View:
    """Paint 7 x 7 pixels about each person's head, and 2 x 2 a product along the top."""
    mask = np.ones((camera.height_px, camera.width_px), np.int32)
    for item in range(len(ITEM_SKU)):
        if item != 0 and not (item == 2 and 5 <= frame < 13):
            mask[2:4, 4 * item + 2 : 4 * item + 4] = 100_000 + item
    for row in tracks:
        if row["frame"] == frame:
            u, v = np.floor(_project(camera, np.array(row["joints_m"][3:]))).astype(int)
            mask[max(v - 3, 0) : v + 4, max(u - 3, 0) : max(u + 4, 0)] = 10_000 + trips.index(
                row["trip_code"]
            )
    shape = mask.shape
    zeros = np.zeros((*shape, 3), np.float32)
    return View(
        camera=camera,
        frame=frame,
        rgb=rng.integers(0, 255, (*shape, 3), dtype=np.uint8),
        depth_m=np.full(shape, 2.5, np.float32),
        normal=zeros,
        albedo=zeros.astype(np.uint8),
        material=np.zeros(shape, np.uint8),
        instance_id=mask,
        class_id=np.ones(shape, np.uint8),
        motion_px=zeros[..., :2],
        silhouette_px={},
    )


def make_boxes(view: View, tracks: list[dict], trips: tuple[str, str]) -> list[dict]:
    """Box what the mask shows, and people also where it does not; still products at frame 0 only."""
    mask, camera, rows = view.instance_id, view.camera, []
    seen = [int(ident) for ident in np.unique(mask) if ident >= 10_000]
    present = [row for row in tracks if row["frame"] == view.frame]
    people = {10_000 + trips.index(row["trip_code"]): row for row in present}
    for ident in sorted({*seen, *people}):
        if ident >= 100_000 and ident != 100_002 and view.frame:
            continue
        where = np.argwhere(mask == ident)
        box = [*where.min(0)[::-1], *(where.max(0)[::-1] + 1)] if len(where) else [np.nan] * 4
        row = {"frame": view.frame, "time_s": view.frame / FPS, "camera_id": camera.camera_id}
        row |= {"instance_id": ident, "class": "person" if ident in people else "product"}
        row |= {"trip_code": people[ident]["trip_code"] if ident in people else ""}
        row |= {"item_id": ident - 100_000 if ident >= 100_000 else -1}
        row |= {"sku": ITEM_SKU[ident - 100_000] if ident >= 100_000 else ""}
        row |= dict(zip(("x0_px", "y0_px", "x1_px", "y1_px"), map(float, box), strict=True))
        row |= {f"full_{edge}_px": 1.0 for edge in ("x0", "y0", "x1", "y1")}
        row |= {"visible_px": len(where), "visible_fraction": float(len(where) > 0)}
        joints = np.array(people[ident]["joints_m"]).reshape(-1, 3) if ident in people else np.zeros((0, 3))
        points = [_project(camera, joint) for joint in joints]
        row |= {"joints_px": [float(x) for point in points for x in point]}
        row |= {"joints_visible": [_shows(mask, point, ident) for point in points]}
        rows.append(row)
    return rows


def _shows(mask: np.ndarray, point_px: np.ndarray, ident: int) -> bool:
    u, v = np.floor(point_px).astype(int)
    return bool(0 <= u < mask.shape[1] and 0 <= v < mask.shape[0] and mask[v, u] == ident)


def describe(scenario, clip_id: str, trips: tuple[str, str], events: int) -> dict:
    people = [
        {"trip_code": trip, "payment_id": f"P{number + 1}", "group": number, "instance_id": 10_000 + number}
        | {"arrival_s": -8.0, "shopping_list": [], "behaviours": [], "stature_m": 1.7}
        | {"mobility": "walking", "role": "shopper", "phone": False}
        | {"carried_by": "", "umbrella": "", "big_coat": False, "coat_on_arm": False, "basket": False}
        for number, trip in enumerate(trips)
    ]
    return BLANK_CLIP | {
        "clip_id": clip_id,
        "store_id": "tiny",
        "scenario": to_plain(asdict(scenario)),
        "weight": float(np.exp(scenario.log_p - scenario.log_q)),
        "counts": {"frames": FRAMES, "cameras": 2, "shoppers": 2, "events": events, "payments": 2},
        "joint_names": ["pelvis", "head"],
        "people": people,
        "evidence": {"events": 3, "told": 0, "who": NO_VERDICTS, "what": NO_VERDICTS}
        | {"evidence": NO_VERDICTS | {"together": 0}},
        "refiner": {"name": "tiny", "sha256": "0" * 64},
    }
