"""The inner shape of the JSON files of a dataset, as far as readers rely on it.

`synth.schema` names the top keys and their types for the documentation; here is what lies below them. In: a
parsed file. Out: the first place that departs, in words, so that a reader never stumbles over a foreign or
damaged file.
"""

from dataclasses import dataclass, fields
from typing import Any

from synth.records import FrameCertificate


@dataclass(frozen=True)
class Maybe:
    """Null, or a shape."""

    shape: Any


@dataclass(frozen=True)
class Each:
    """An object of any keys, all of whose values have one shape."""

    shape: Any


@dataclass(frozen=True)
class AtLeast:
    """A number with a lower bound.

    Attributes:
        kinds: Its types.
        least: The bound, itself allowed.
    """

    kinds: tuple[type, ...]
    least: float


@dataclass(frozen=True)
class Exactly:
    """A list of so many elements of one shape."""

    length: int
    shape: Any


NUMBER = (int, float)
COUNT = AtLeast((int,), 0)
SIZE = AtLeast((int,), 1)
RATE = AtLeast(NUMBER, 1e-3)
POINT = Exactly(2, NUMBER)

FILE = {"path": str, "size": COUNT, "sha256": str}
MANIFEST = {
    "recipe": {"configs": [dict], "seed": COUNT, "first": COUNT, "clips": SIZE},
    "versions": Each(str),
    "command": [str],
    "index": FILE,
    "shards": [FILE | {"clips": [str]}],
    "stores": [FILE],
}
UNFINISHED = {"recipe": {"configs": [dict]}, "recipe_sha256": str, "versions": Each(str)}
SHARD_RECORD = {
    "shard": FILE | {"clips": [str]},
    "rows": [{"clip_id": str, "index": COUNT, "log_p": Maybe(NUMBER), "log_q": Maybe(NUMBER)}],
    "stores": [FILE],
}
CLIP = {
    "fps": RATE,
    "frames": SIZE,
    "scenario": {"values": Each(Exactly(3, object))},
    "cameras": [{"camera_id": str, "width_px": SIZE, "height_px": SIZE}],
    "refiner": Maybe({"name": str, "sha256": str}),
    "joint_names": [str],
    "people": [
        {
            "trip_code": str,
            "payment_id": str,
            "instance_id": COUNT,
            "stature_m": NUMBER,
            "behaviours": [str],
        }
    ],
    "files": Each({"size": COUNT, "sha256": str}),
}
RECEIPTS = [
    {
        "payment_id": str,
        "trip_codes": [str],
        "opened_s": NUMBER,
        "closed_s": Maybe(NUMBER),
        "lines": [{"sku": str, "quantity": int, "unit_price_minor": int, "grams": int}],
        "total_minor": int,
        "currency": str,
        "history": [POINT],
    }
]
CERTIFICATE = {
    "refiner": Maybe({"name": str, "sha256": str}),
    "cameras": Each(
        [
            {
                field.name: (bool,) if field.type in (bool, "bool") else NUMBER
                for field in fields(FrameCertificate)
            }
        ]
    ),
}
FLOOR_PLAN = {
    "size_m": Exactly(3, NUMBER),
    "walkable": {"exterior": [POINT], "holes": [[POINT]]},
    "fixtures": [{"footprint_m": [POINT]}],
    "doors": [{"kind": str, "point_m": POINT, "outward": POINT, "width_m": NUMBER}],
    "plates": [dict],
}


def find_departure(value: object, shape: Any, where: str = "") -> str | None:
    """Return the first place at which a value departs from a shape, and how; None when it does not.

    Args:
        value: Parsed JSON.
        shape: A type or several, a dict of keys (others are allowed), a list with the shape of its elements,
            or one of the classes above.
        where: Path of the value in its file.

    >>> find_departure({"shards": [3]}, {"shards": [FILE]})
    'shards[0]: expected an object, found int'
    >>> find_departure({"index": {}}, {"index": FILE})
    'index.path is missing'
    >>> find_departure({"a": None, "b": 1}, {"a": Maybe(str), "b": COUNT}) is None
    True
    """
    if isinstance(shape, Maybe):
        return None if value is None else find_departure(value, shape.shape, where)
    if isinstance(shape, AtLeast):
        return _find_wrong_number(value, shape, where)
    if isinstance(shape, dict | Each):
        return _find_in_object(value, shape, where)
    if isinstance(shape, list | Exactly):
        return _find_in_list(value, shape, where)
    kinds = shape if isinstance(shape, tuple) else (shape,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and not {bool, object}.intersection(kinds)):
        return _differs(where, " or ".join(_NAMES.get(kind, kind.__name__) for kind in kinds), value)
    return None


_NAMES: dict[type, str] = {dict: "an object", list: "a list", str: "a text"}


def _find_wrong_number(value: object, shape: AtLeast, where: str) -> str | None:
    wrong = find_departure(value, shape.kinds, where)
    if wrong is None and not value >= shape.least:  # type: ignore[operator]
        return f"{where}: expected at least {shape.least:g}, found {value}"
    return wrong


def _find_in_list(value: object, shape: list[Any] | Exactly, where: str) -> str | None:
    if not isinstance(value, list):
        return _differs(where, "a list", value)
    inner = shape.shape if isinstance(shape, Exactly) else shape[0]
    if isinstance(shape, Exactly) and len(value) != shape.length:
        return f"{where}: expected {shape.length} elements, found {len(value)}"
    places = ((element, inner, f"{where}[{number}]") for number, element in enumerate(value))
    return next(filter(None, (find_departure(*place) for place in places)), None)


def _find_in_object(value: object, shape: dict[str, Any] | Each, where: str) -> str | None:
    if not isinstance(value, dict):
        return _differs(where, "an object", value)
    wanted = dict.fromkeys(value, shape.shape) if isinstance(shape, Each) else shape
    for key, inner in wanted.items():
        place = f"{where}.{key}" if where else key
        if key not in value:
            return f"{place} is missing"
        wrong = find_departure(value[key], inner, place)
        if wrong is not None:
            return wrong
    return None


def _differs(where: str, wanted: str, value: object) -> str:
    return f"{where or 'the file'}: expected {wanted}, found {type(value).__name__}"
