"""Verifies one clip: reads its files, holds them against hashes and schema, and calls the proofs of content.

In: the opened dataset and a clip's id. Out: findings, and the clip's trip codes.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa

from scenes.errors import DatasetError, ShopsynthError
from synth.dataset.index import make_row
from synth.dataset.reader import Dataset, parse_json, parse_table
from synth.schema import (
    CATALOGUE,
    CLIP_TABLES,
    FLOOR_PLAN_JSON,
    PLANOGRAM,
    json_problems,
    table_problems,
)
from synth.verify.bags import check_bags
from synth.verify.bills import check_receipts
from synth.verify.carried import check_carried
from synth.verify.carts import check_carts
from synth.verify.certificates import check_certificate
from synth.verify.chests import check_chests
from synth.verify.content import ClipContent
from synth.verify.evidence import check_evidence
from synth.verify.findings import ClipFindings, Findings
from synth.verify.labels_read import check_labels_read
from synth.verify.ledger import check_events, open_books
from synth.verify.pictures import PictureChecks, check_videos
from synth.verify.reserve import check_reserve
from synth.verify.room import check_room
from synth.verify.scales import check_scales
from synth.verify.sensors import check_doors, check_frames, check_gates
from synth.verify.tracks import check_tracks

_TRIP_CODE = re.compile("[0-9A-HJKMNP-TV-Z]{12}")  # Crockford's base 32

# What a proof may stumble over when the content is of the right form and still nonsense.
_NONSENSE = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, pa.ArrowException)


def check_clip(dataset: Dataset, clip_id: str, findings: Findings) -> list[str]:
    """Verify one clip and return its trip codes."""
    found = ClipFindings(findings, clip_id)
    try:
        clip = dataset.clip(clip_id)
    except DatasetError as error:
        found.add("clip.json", "", str(error))
        return []
    content = ClipContent(clip)
    _attempt("clip.json", found, lambda: _check_row(dataset, clip_id, clip, found))
    _read_files(dataset, clip_id, content, found)
    if _attempt("", found, lambda: _read_store(dataset, clip["store_id"], content, found)):
        _check_content(dataset, clip_id, content, found)
    _attempt("", found, lambda: check_videos(dataset, clip_id, clip, found))
    return [str(person.get("trip_code")) for person in clip["people"]]


def _attempt(file: str, findings: ClipFindings, proof: Callable[[], object]) -> bool:
    """Run a proof; content that makes no sense becomes a finding. Returns whether it ran to its end."""
    try:
        proof()
    except (*_NONSENSE, ShopsynthError) as error:
        message = str(error) if isinstance(error, ShopsynthError) else f"{type(error).__name__}: {error}"
        findings.add(file, "", f"the content cannot be checked: {message}")
        return False
    return True


def _check_row(dataset: Dataset, clip_id: str, clip: dict[str, Any], findings: ClipFindings) -> None:
    """Compare the index with clip.json, and clip.json with itself."""
    row = dataset.row(clip_id)
    for key, value in make_row(clip, row["shard"], ()).items():
        if key != "files" and row[key] != value:
            findings.add("clip.json", key, f"{value!r}, index.parquet says {row[key]!r}")
    counts = {
        "frames": clip["frames"],
        "cameras": len(clip["cameras"]),
        "shoppers": len(clip["people"]),
    }
    for key, value in counts.items():
        if clip["counts"].get(key) != value:
            findings.add("clip.json", f"counts.{key}", f"{clip['counts'].get(key)}, {value} expected")
    duration_s = clip["scenario"]["clip"]["duration_s"]
    if clip["frames"] != max(1, round(duration_s * clip["fps"])):
        findings.add(
            "clip.json",
            "frames",
            f"{clip['frames']} frames do not make {duration_s} s at {clip['fps']} a second",
        )


def _read_files(dataset: Dataset, clip_id: str, content: ClipContent, findings: ClipFindings) -> None:
    """Read every file, hold it against clip.json's hash, and parse the tables."""
    told, names = content.clip["files"], set(dataset.files(clip_id)) - {"clip.json"}
    for name in sorted(names ^ set(told)):
        findings.add(name, "", "the file is missing" if name in told else "clip.json does not name this file")
    for name in sorted(names & set(told)):
        try:
            data = dataset.read_file(clip_id, name)
        except DatasetError as error:
            findings.add(name, "", str(error))
            continue
        if hashlib.sha256(data).hexdigest() != told[name].get("sha256"):
            findings.add(name, "", "the content was changed: its SHA-256 is not the one in clip.json")
        if not name.endswith((".mp4", ".mkv")):
            content.files[name] = data
    for name, schema in CLIP_TABLES.items():
        file = f"{name}.parquet"
        if file in content.files:
            table = _parse(content.files[file], file, schema, findings)
            if table is not None:
                content.tables[name] = table
    if "events" in content.tables:
        content.events = content.tables["events"].to_pylist()


def _parse(data: bytes, file: str, schema: pa.Schema, findings: ClipFindings) -> pa.Table | None:
    try:
        table = parse_table(data, file)
    except DatasetError as error:
        findings.add(file, "", str(error))
        return None
    problems = table_problems(table, schema)
    for problem in problems:
        findings.add(file, "", problem)
    return None if problems else table


def _read_store(dataset: Dataset, store_id: str, content: ClipContent, findings: ClipFindings) -> None:
    tables = {
        "planogram": (dataset.planogram(store_id), PLANOGRAM),
        "catalogue": (dataset.catalogue(store_id), CATALOGUE),
    }
    for name, (table, schema) in tables.items():
        problems = table_problems(table, schema)
        if problems:
            raise DatasetError(f"{name}.parquet: " + "; ".join(problems))
    content.planogram = tables["planogram"][0].to_pylist()
    content.books = open_books(content.planogram, tables["catalogue"][0].to_pylist())
    content.floor_plan = dataset.floor_plan(store_id)
    for problem in json_problems(content.floor_plan, FLOOR_PLAN_JSON):
        findings.add("", f"store {store_id} floor_plan.json", problem)
    for row in content.planogram:
        if len(row["item_skus"]) != row["count"]:
            findings.add(
                "",
                f"store {store_id} slot {row['slot']}",
                f"{row['count']} items, {len(row['item_skus'])} SKUs",
            )
        for sku in set(row["item_skus"]) - set(content.books.price_minor):
            findings.add("", f"store {store_id} slot {row['slot']}", f"{sku} is not in the catalogue")
    for sku in content.books.price_minor:
        if not dataset.storage.exists(f"stores/{store_id}/catalogue/{sku}.png"):
            findings.add("", f"store {store_id}", f"there is no picture of {sku}")


def _check_content(dataset: Dataset, clip_id: str, content: ClipContent, findings: ClipFindings) -> None:
    """Run the proofs of content for which the files are there."""
    clip, tables = content.clip, content.tables
    _attempt("", findings, lambda: check_room(content, dataset.cameras(clip_id), findings))
    if "events" in tables:
        _attempt("events.parquet", findings, lambda: _check_ledger(content, findings))
        _attempt("events.parquet", findings, partial(check_chests, content, findings))
        _attempt("events.parquet", findings, partial(check_reserve, content, findings))
        _attempt("events.parquet", findings, lambda: _check_evidence(dataset, clip_id, content, findings))
        _attempt("clip.json", findings, partial(check_labels_read, content, findings))
    proofs = {"tracks": check_tracks, "frames": check_frames, "gates": check_gates, "doors": check_doors}
    for name, proof in proofs.items():
        if name in tables:
            _attempt(f"{name}.parquet", findings, partial(proof, content, findings))
    if "tracks" in tables and "events" in tables:
        _attempt("clip.json", findings, partial(check_carried, content, findings))
        _attempt("events.parquet", findings, partial(check_carts, content, findings))
    if "tracks" in tables and "boxes" in tables:
        _attempt("boxes.parquet", findings, lambda: _check_pictures(dataset, clip_id, content, findings))
    if "certificate.json" in content.files:
        _attempt(
            "certificate.json",
            findings,
            lambda: check_certificate(
                parse_json(content.files["certificate.json"], "certificate.json"), clip, findings
            ),
        )


def _check_ledger(content: ClipContent, findings: ClipFindings) -> None:
    clip, events = content.clip, content.events
    if len(events) != clip["counts"].get("events"):
        findings.add(
            "events.parquet", "", f"{len(events)} events, clip.json says {clip['counts'].get('events')}"
        )
    if not check_events(events, clip, content.books, findings):
        return  # receipts, bags and steps follow from a ledger that holds
    _attempt("clip.json", findings, partial(check_bags, content, findings))
    if "receipts.json" in content.files:
        _attempt("receipts.json", findings, lambda: _check_bills(content, findings))
    if "weights" in content.tables:
        plates = len(content.floor_plan["plates"])
        _attempt(
            "weights.parquet",
            findings,
            lambda: check_scales(
                content.tables["weights"], events, clip, content.planogram, plates, content.books, findings
            ),
        )


def _check_evidence(dataset: Dataset, clip_id: str, content: ClipContent, findings: ClipFindings) -> None:
    by_name = {camera.camera_id: camera for camera in dataset.cameras(clip_id)}
    cameras = [by_name[told["camera_id"]] for told in content.clip["cameras"]]
    check_evidence(content.events, cameras, content.planogram, content.books, content.clip, findings)


def _check_bills(content: ClipContent, findings: ClipFindings) -> None:
    receipts = parse_json(content.files["receipts.json"], "receipts.json")
    told = content.clip["counts"].get("payments")
    if len(receipts) != told:
        findings.add("receipts.json", "", f"{len(receipts)} receipts, clip.json says {told}")
    check_receipts(receipts, content.events, content.clip, content.books, findings)


def _check_pictures(dataset: Dataset, clip_id: str, content: ClipContent, findings: ClipFindings) -> None:
    cameras = {camera.camera_id: camera for camera in dataset.cameras(clip_id)}
    checks = PictureChecks(
        content.clip,
        content.tables["boxes"],
        content.tables["tracks"],
        content.events,
        set(content.books.sku),
        {entry["instance_id"] for entry in content.floor_plan["instances"]},
        findings,
    )
    for told in content.clip["cameras"]:
        name = told["camera_id"]
        camera = cameras.get(name)
        if camera is None or (camera.width_px, camera.height_px) != (told["width_px"], told["height_px"]):
            findings.add("clip.json", name, "the store's cameras.json has no such camera of this size")
            continue
        masks = content.files.get(f"{name}.masks.parquet")
        if masks is not None:
            checks.check_camera(masks, camera)


def check_trip_codes(trips: dict[str, list[str]], findings: Findings) -> None:
    """Check that every trip code has the right form and occurs once in the whole dataset."""
    owner: dict[str, str] = {}
    for clip_id, codes in trips.items():
        for code in codes:
            if not _TRIP_CODE.fullmatch(code):
                findings.add(clip_id, "clip.json", f"trip {code}", "not 12 characters of Crockford's base 32")
            if code in owner:
                findings.add(
                    clip_id, "clip.json", f"trip {code}", f"the code was used before, in {owner[code]}"
                )
            owner.setdefault(code, clip_id)
