from pathlib import Path

import pyarrow as pa
import pytest

from synth import schema

DOCS = Path(__file__).parents[2] / "docs" / "data-format.md"
TABLES = {
    "tracks": schema.TRACKS,
    "boxes": schema.BOXES,
    "events": schema.EVENTS,
    "weights": schema.WEIGHTS,
    "masks": schema.MASKS,
    "planogram": schema.PLANOGRAM,
    "catalogue": schema.CATALOGUE,
    "index": schema.INDEX,
}


def test_docs_are_current():
    assert DOCS.read_text() == schema.render_docs(), (
        "docs/data-format.md is not what synth/schema/ says; run: "
        "python -c 'from synth.schema import render_docs; print(render_docs(), end=\"\")' > "
        "docs/data-format.md"
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_in_the_docs(name):
    docs = schema.render_docs()
    for field in TABLES[name]:
        description = field.metadata[b"description"].decode()
        assert f"| `{field.name}` |" in docs
        assert len(description) >= len("Its SKU.")
        assert description.endswith(".")


def test_units_are_suffixes():
    lengths = {"x_m", "width_m", "mass_kg", "heading_rad", "time_s", "price_minor", "x0_px", "duration_s"}
    columns = {field.name for table in TABLES.values() for field in table}
    assert lengths <= columns


def test_table_problems_name_each_departure():
    good = pa.table({"frame": pa.array([0], pa.int32()), "values": [[1]], "lengths": [[4]]}).cast(
        pa.schema([field.remove_metadata().with_nullable(True) for field in schema.MASKS])
    )
    assert schema.table_problems(good, schema.MASKS) == []
    assert schema.table_problems(good.drop_columns(["values"]), schema.MASKS) == ["column values is missing"]
    wrong = good.set_column(0, "frame", pa.array([0.5]))
    assert schema.table_problems(wrong, schema.MASKS) == ["column frame is double, expected int32"]
    hole = good.set_column(0, "frame", pa.array([None], pa.int32()))
    assert schema.table_problems(hole, schema.MASKS) == ["column frame has 1 empty cells"]
    extra = good.append_column("mood", pa.array(["good"]))
    assert schema.table_problems(extra, schema.MASKS) == ["column mood is not in the format"]


def test_json_problems_tell_numbers_from_truth_values():
    fields = {"holds": schema.JsonField((bool,), ""), "frames": schema.JsonField((int,), "")}
    assert schema.json_problems({"holds": True, "frames": 3}, fields) == []
    assert schema.json_problems({"holds": 1, "frames": True}, fields) == [
        "key holds is int, expected bool",
        "key frames is bool, expected int",
    ]
    assert schema.json_problems([], fields) == ["expected an object, found list"]
