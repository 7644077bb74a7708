"""docs/data-format.md, rendered from the schema."""

import pyarrow as pa

from scenes.world import (
    CLASS_NAMES,
    INSTANCE_BAG,
    INSTANCE_CASE_DOOR,
    INSTANCE_COAT,
    INSTANCE_DOOR_LEAF,
    INSTANCE_FIXTURE,
    INSTANCE_ITEM,
    INSTANCE_PERSON,
    INSTANCE_STRUCTURE,
)
from synth.schema.clip_tables import CLIP_TABLES, MASKS
from synth.schema.columns import JsonField
from synth.schema.documents import (
    CALIBRATION_JSON,
    CAMERA_JSON,
    CERTIFICATE_JSON,
    CLIP_JSON,
    FLOOR_PLAN_JSON,
    FORMAT_VERSION,
    MANIFEST_JSON,
    RECEIPT_JSON,
)
from synth.schema.rules import CLIP_FILES, PLACES, RECEIPT_RULES
from synth.schema.store_tables import INDEX, STORE_TABLES


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def _render_table(schema: pa.Schema) -> list[str]:
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for field in schema:
        kind = str(field.type).replace("element: ", "").replace(" not null", "").replace("item: ", "")
        text = field.metadata[b"description"].decode()
        lines.append(f"| `{field.name}` | `{kind}` | {_escape(text)} |")
    return [*lines, ""]


def _render_json(fields: dict[str, JsonField]) -> list[str]:
    lines = ["| key | type | meaning |", "|---|---|---|"]
    for key, spec in fields.items():
        kind = " or ".join("null" if kind is type(None) else kind.__name__ for kind in spec.kinds)
        lines.append(f"| `{key}` | {kind} | {_escape(spec.description)} |")
    return [*lines, ""]


_INTRODUCTION = f"""# Data format, version {FORMAT_VERSION}

Made from `synth/schema/` by `synth.schema.render_docs()`; do not edit by hand.

Units are SI and radians, times are seconds from the clip's start, and frame *f* of every camera is at
*f* / fps. The world is right-handed with +z up and the floor at z = 0. Cameras follow OpenCV: +x right,
+y down, +z forward, pixel centres at 0.5, points (u, v), `world_from_cam`. Matrices are row-major. Money is
an integer in minor units.

```
dataset.json          manifest, written last: a folder without it is not a finished dataset
index.parquet         a row a clip
shards/00000.tar      uncompressed tar, WebDataset naming: <clip_id>.<file>
stores/<store_id>/    floor_plan.json, floor_plan.svg, cameras.json, cameras_calibrated.json,
                      planogram.parquet, catalogue.parquet, catalogue/<sku>.png
.shopsynth/           only while a run is unfinished: its recipe, locks, finished clips and records of shards
```
"""


def _render_ids() -> list[str]:
    lines = ["## Classes", "", "Of a view's `class_id`; `instances` of floor_plan.json has their names.", ""]
    lines += ["| id | name |", "|---|---|"]
    lines += [f"| {number} | {name} |" for number, name in enumerate(CLASS_NAMES)]
    lines += ["", "## Instance ids", "", "| from | what |", "|---|---|", "| 0 | nothing |"]
    lines += [
        f"| {INSTANCE_STRUCTURE} | floor, walls, ceiling, doors, lamps, signs, what hangs on walls |",
        f"| {INSTANCE_FIXTURE} | + number of the fixture, props (baskets, plants...) among them |",
        f"| {INSTANCE_CASE_DOOR} | + number of the glass door in floor_plan.json's `case_doors` |",
        f"| {INSTANCE_DOOR_LEAF} | + number of the leaf of a sliding door |",
        f"| {INSTANCE_PERSON} | + number of the trip in clip.json's `people` (body, clothes, hair, bag) |",
        f"| {INSTANCE_BAG} | + number of the trip that a bag came in with, while it hangs on no shoulder |",
        f"| {INSTANCE_COAT} | + number of the trip that a coat which nobody wears came in with (class bag) |",
        f"| {INSTANCE_ITEM} | + item_id |",
        "",
        "## Places",
        "",
        "| place | the item is |",
        "|---|---|",
    ]
    lines += [f"| `{place}` | {meaning} |" for place, meaning in PLACES]
    return [*lines, ""]


def render_docs() -> str:
    """Render docs/data-format.md.

    Returns:
        Markdown that names every file, table, column and JSON key of format version 1.
    """
    lines = [_INTRODUCTION, "## Files of a clip", "", "| file | content |", "|---|---|"]
    lines += [f"| `{name}` | {_escape(meaning)} |" for name, meaning in CLIP_FILES]
    lines.append("")
    lines += _render_ids()
    tables = {"index.parquet": INDEX}
    tables |= {f"{name}.parquet": schema for name, schema in CLIP_TABLES.items()}
    tables |= {"<cam>.masks.parquet": MASKS}
    tables |= {f"stores/<store_id>/{name}.parquet": schema for name, schema in STORE_TABLES.items()}
    for name, schema in tables.items():
        lines += [f"## {name}", "", *_render_table(schema)]
    documents = {
        "clip.json": CLIP_JSON,
        "receipts.json (each receipt)": RECEIPT_JSON,
        "certificate.json": CERTIFICATE_JSON,
        "stores/<store_id>/floor_plan.json": FLOOR_PLAN_JSON,
        "stores/<store_id>/cameras.json (each camera)": CAMERA_JSON,
        "stores/<store_id>/cameras_calibrated.json (each camera)": CALIBRATION_JSON,
        "dataset.json": MANIFEST_JSON,
    }
    for name, fields in documents.items():
        lines += [f"## {name}", "", *_render_json(fields)]
        if fields is RECEIPT_JSON:
            lines += [RECEIPT_RULES]
    return "\n".join(lines).rstrip() + "\n"
