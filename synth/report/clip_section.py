"""One clip of the report: which frames to show, and everything the template says about it.

In: a dataset and a clip's id. Out: a `ClipSection` of strings, SVG and data URIs.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup
from PIL import Image

from scenes.world import INSTANCE_ITEM, Camera
from synth.dataset.reader import Dataset, VideoKind
from synth.ledger.tariff import Tariff
from synth.report.pictures import color_depth, color_instances, draw_labels, is_moving, to_data_uri
from synth.report.plots import KIND_COLORS, draw_floor_plan, draw_weights, find_steps

SHEET_FRAMES = 5
CAMERAS_IN_DETAIL = 4
EVENTS_LISTED = 40
RECEIPTS_SHOWN = 9
PRODUCTS_SHOWN = 12
THUMB_PX, PICTURE_PX = 320, 640


@dataclass(frozen=True)
class CameraPictures:
    """Pictures of one camera, as data URIs; `sheet` has (time_s, picture), `width_px` is the camera's."""

    camera_id: str
    width_px: int
    sheet: tuple[tuple[float, str], ...]
    raw: str
    refined: str
    certificate: dict[str, float] | None
    labels: str
    depth: str
    instances: str
    time_s: float


@dataclass(frozen=True)
class ClipSection:
    """What the template shows of a clip."""

    row: dict[str, Any]
    clip: dict[str, Any]
    refiner: str
    certificate: dict[str, Any]
    camera_stage_only: bool
    cameras: tuple[CameraPictures, ...]
    people: tuple[dict[str, Any], ...]
    plan_svg: Markup
    weights_svg: Markup
    events: tuple[dict[str, Any], ...]
    events_hidden: int
    events_before: int
    receipts: tuple[dict[str, Any], ...]
    receipts_hidden: int
    products: tuple[dict[str, str], ...]


def make_clip_section(source: Dataset, clip_id: str) -> ClipSection:
    """Read what the report shows of one clip."""
    clip, row = source.clip(clip_id), source.row(clip_id)
    boxes = source.table(clip_id, "boxes")
    events = source.table(clip_id, "events").to_pylist()
    catalogue = {product["sku"]: product for product in source.catalogue(row["store_id"]).to_pylist()}
    certificate = source.certificate(clip_id)
    cameras = tuple(
        _picture_camera(source, clip, camera, boxes, events, certificate, detailed)
        for camera, detailed in zip(
            source.cameras(clip_id), [True] * CAMERAS_IN_DETAIL + [False] * len(clip["cameras"]), strict=False
        )
    )
    listed = [e for e in events if e["time_s"] >= 0 and not (e["kind"] == "exit" and e["item_id"] >= 0)]
    weights = _read_weights(source.table(clip_id, "weights"))
    tracks = _read_tracks(source.table(clip_id, "tracks"))
    instance = {person["trip_code"]: person["instance_id"] for person in clip["people"]}
    plan = source.floor_plan(row["store_id"])
    plan_svg = draw_floor_plan(plan, source.cameras(clip_id), tracks, listed, instance)
    receipts = [_spell_receipt(receipt, catalogue) for receipt in source.receipts(clip_id)]
    receipts.sort(key=lambda receipt: not receipt["lines"])
    return ClipSection(
        row=row,
        clip=clip,
        refiner=clip["refiner"]["name"] if clip["refiner"] else "none",
        certificate=certificate,
        camera_stage_only=is_camera_stage_only(certificate),
        cameras=cameras,
        people=tuple(person for person in clip["people"] if person["trip_code"] in tracks),
        plan_svg=Markup(plan_svg),
        weights_svg=Markup(draw_weights(weights, find_steps(weights, listed))),
        events=tuple(_spell_event(event, catalogue) for event in listed[:EVENTS_LISTED]),
        events_hidden=max(0, len(listed) - EVENTS_LISTED),
        events_before=sum(event["time_s"] < 0 for event in events),
        receipts=tuple(receipts[:RECEIPTS_SHOWN]),
        receipts_hidden=max(0, len(receipts) - RECEIPTS_SHOWN),
        products=tuple(_picture_products(source, row["store_id"], catalogue)),
    )


def is_camera_stage_only(certificate: dict[str, Any]) -> bool:
    """Tell whether no frame went through a scene stage: each is as rendered, though the gate was open."""
    frames = [frame for camera in certificate["cameras"].values() for frame in camera]
    return all(frame["tau_max"] == 0 and not frame["gated"] for frame in frames)


# ---------------------------------------------------------------- pictures


def _picture_camera(
    source: Dataset,
    clip: dict[str, Any],
    camera: Camera,
    boxes: pa.Table,
    events: Sequence[dict[str, Any]],
    certificate: dict[str, Any],
    detailed: bool,
) -> CameraPictures:
    clip_id, camera_id = clip["clip_id"], camera.camera_id
    moved = frozenset(e["item_id"] for e in events if e["item_id"] >= 0 and e["from_place"] != e["to_place"])
    of_camera = boxes.filter(pc.equal(boxes["camera_id"], camera_id))
    shown = _busiest_frame(of_camera, moved)
    sheet = np.unique(np.linspace(0, clip["frames"] - 1, SHEET_FRAMES).astype(int)).tolist()
    refined_kind: VideoKind = "refined" if f"{camera_id}.refined.mp4" in source.files(clip_id) else "rgb"
    final = _pick(source.video(clip_id, camera_id, refined_kind), [*sheet, shown])
    raw = final if refined_kind == "rgb" else _pick(source.video(clip_id, camera_id), [shown])
    details = {"labels": "", "depth": "", "instances": "", "raw": "", "refined": ""}
    if detailed:
        ids = source.masks(clip_id, camera_id, shown)
        depth_m = _pick(source.video(clip_id, camera_id, "depth"), [shown])[shown]
        rows = [row for row in _rows_at(of_camera, shown) if is_moving(row, moved)]
        names = _name_instances(clip, events, shown / clip["fps"])
        details["labels"] = to_data_uri(draw_labels(raw[shown], ids, rows, clip["joint_names"], names))
        details["depth"] = to_data_uri(color_depth(depth_m), width_px=PICTURE_PX)
        details["instances"] = to_data_uri(color_instances(ids), width_px=PICTURE_PX)
        details["raw"] = to_data_uri(raw[shown], width_px=PICTURE_PX)
        if refined_kind == "refined":
            details["refined"] = to_data_uri(final[shown], width_px=PICTURE_PX)
    proofs = certificate["cameras"].get(camera_id) or []
    return CameraPictures(
        camera_id=camera_id,
        width_px=camera.width_px,
        sheet=tuple((frame / clip["fps"], to_data_uri(final[frame], width_px=THUMB_PX)) for frame in sheet),
        certificate=proofs[shown] if shown < len(proofs) else None,
        time_s=shown / clip["fps"],
        **details,
    )


def _name_instances(clip: dict[str, Any], events: Sequence[dict[str, Any]], time_s: float) -> dict[int, str]:
    """Name the people, by the start of their trip codes, and the items that are then in a hand."""
    names = {person["instance_id"]: person["trip_code"][:4] for person in clip["people"]}
    place = {e["item_id"]: e["to_place"] for e in events if e["item_id"] >= 0 and e["time_s"] <= time_s}
    sku = {event["item_id"]: event["sku"] for event in events}
    held = [item for item, where in place.items() if where.startswith("hand:")]
    return names | {INSTANCE_ITEM + item: sku[item][5:] for item in held}


def _pick(frames: Iterable[np.ndarray], wanted: Sequence[int]) -> dict[int, np.ndarray]:
    """Keep the frames asked for, and stop decoding after the last of them."""
    kept = {}
    for number, frame in enumerate(frames):
        if number in wanted:
            kept[number] = frame
        if number >= max(wanted):
            break
    return kept


def _busiest_frame(boxes: pa.Table, moved: frozenset[int]) -> int:
    """Choose the frame that shows most of people and of items in motion."""
    seen = boxes.filter(pc.greater(boxes["visible_px"], 0))
    frame = seen["frame"].to_numpy()
    if not len(frame):
        return 0
    item = seen["item_id"].to_numpy()
    person = item < 0
    # A person counts by what is seen of them, an item as a little extra.
    worth = np.where(person, np.sqrt(seen["visible_px"].to_numpy()), 2.0 * np.isin(item, list(moved)))
    return int(np.bincount(frame, worth).argmax())


def _rows_at(boxes: pa.Table, frame: int) -> list[dict[str, Any]]:
    return boxes.filter(pc.equal(boxes["frame"], frame)).to_pylist()


def _picture_products(
    source: Dataset, store_id: str, catalogue: dict[str, dict[str, Any]]
) -> list[dict[str, str]]:
    """Show some catalogue pictures, evenly over the catalogue."""
    skus = list(catalogue)
    chosen = [skus[n] for n in np.unique(np.linspace(0, len(skus) - 1, PRODUCTS_SHOWN).astype(int))]
    return [
        {
            "name": catalogue[sku]["name"],
            "picture": _png_uri(source.read_store_file(store_id, f"catalogue/{sku}.png")),
        }
        for sku in chosen
    ]


def _png_uri(data: bytes) -> str:
    return to_data_uri(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), width_px=128)


# ---------------------------------------------------------------- tables


def _read_weights(table: pa.Table) -> dict[str, np.ndarray]:
    weights = {"time_s": table["time_s"].to_numpy()}
    for name in ("mass_kg", "true_kg"):
        weights[name] = table[name].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1)
    return weights


def _read_tracks(table: pa.Table) -> dict[str, np.ndarray]:
    code = np.array(table["trip_code"].to_pylist())
    position_m = np.stack([table["x_m"].to_numpy(), table["y_m"].to_numpy()], axis=1)
    return {trip: position_m[code == trip] for trip in dict.fromkeys(code.tolist())}


def _spell_event(event: dict[str, Any], catalogue: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put an event's row into words."""
    product = catalogue.get(event["sku"])
    return event | {
        "name": product["name"] if product else "",
        "trip": event["trip_code"][:4],
        "color": KIND_COLORS.get(event["kind"], "#6b7686"),
        "from_place": _shorten_place(event["from_place"]),
        "to_place": _shorten_place(event["to_place"]),
    }


def _shorten_place(place: str) -> str:
    """Shorten the trip code in a place.

    >>> _shorten_place("hand:1ET5MSM6D7X9:right"), _shorten_place("slot:12")
    ('hand 1ET5 right', 'slot 12')
    """
    kind, *rest = place.split(":")
    return " ".join([kind, *(part[:4] if len(part) == 12 else part for part in rest)])


def _spell_receipt(receipt: dict[str, Any], catalogue: dict[str, dict[str, Any]]) -> dict[str, Any]:
    price = {line["sku"]: line["unit_price_minor"] for line in receipt["lines"]}
    grams = {
        line["sku"]: line["grams"] // line["quantity"]
        for line in receipt["lines"]
        if line["grams"] and line["quantity"]  # nothing of it is left, whatever else its line says
    }
    lines = [
        line
        | {"name": catalogue[line["sku"]]["name"] if line["sku"] in catalogue else line["sku"]}
        | {"measure": f"{line['grams']} g" if line["grams"] else f"{line['quantity']} ×"}
        | {"cost_minor": Tariff(price, grams).amount_minor(line["sku"], line["quantity"])}
        for line in receipt["lines"]
    ]
    return receipt | {"lines": lines}
