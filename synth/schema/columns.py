"""What tables and JSON objects are described with, and how far something departs from its description."""

from dataclasses import dataclass

import pyarrow as pa

I32, I64, F32, F64, STR, BOOL = (
    pa.int32(),
    pa.int64(),
    pa.float32(),
    pa.float64(),
    pa.string(),
    pa.bool_(),
)


def column(name: str, kind: pa.DataType, description: str) -> pa.Field:
    """A column without empty cells, with what it means."""
    return pa.field(name, kind, nullable=False, metadata={"description": description})


@dataclass(frozen=True)
class JsonField:
    """One key of a JSON file: its Python types and its meaning."""

    kinds: tuple[type, ...]
    description: str


NUMBER = (int, float)


def bare_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema without descriptions, as it is written to disk and compared.

    >>> bare_schema(pa.schema([column("values", I32, "Any.")])).field("values").metadata is None
    True
    """
    return pa.schema([field.remove_metadata() for field in schema])


def table_problems(table: pa.Table, schema: pa.Schema) -> list[str]:
    """Say how a table departs from its schema; an empty list when it does not.

    >>> table_problems(pa.table({"frame": pa.array([0], I32)}), pa.schema([column("values", I32, "")]))
    ['column values is missing', 'column frame is not in the format']
    """
    problems = []
    for field in schema:
        if field.name not in table.column_names:
            problems.append(f"column {field.name} is missing")
            continue
        column = table.column(field.name)
        if not column.type.equals(field.type):
            problems.append(f"column {field.name} is {column.type}, expected {field.type}")
        elif column.null_count:
            problems.append(f"column {field.name} has {column.null_count} empty cells")
    extra = [name for name in table.column_names if name not in schema.names]
    problems += [f"column {name} is not in the format" for name in extra]
    return problems


def json_problems(value: object, fields: dict[str, JsonField]) -> list[str]:
    """Say which keys of a JSON object are missing or of the wrong type.

    >>> json_problems({"payment_id": 3}, {"payment_id": JsonField((str,), "Who pays.")})
    ['key payment_id is int, expected str']
    """
    if not isinstance(value, dict):
        return [f"expected an object, found {type(value).__name__}"]
    problems = []
    for key, spec in fields.items():
        if key not in value:
            problems.append(f"key {key} is missing")
        elif not _is_kind(value[key], spec.kinds):
            wanted = " or ".join("null" if kind is type(None) else kind.__name__ for kind in spec.kinds)
            problems.append(f"key {key} is {type(value[key]).__name__}, expected {wanted}")
    return problems


def _is_kind(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
