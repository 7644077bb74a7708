"""Scenario files that describe a photographed place, told to a revision in the words that it knows.

In: a scenario file of today, beside it its catalogue and pictures, and a revision's tree. Out: the same
description in a folder of its own, without the keys that the revision's scenario files do not have, and with
the nearest older word or plain number for values that it does not know; a line on what was left out.
Whether a key or a value is known, the revision's own JSON Schema says.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

# The nearest of what there was before, where a value is younger than its key: keys of the same section.
_LOW = {"gondola_height_m": 1.0, "end_caps": False}  # instead of tables: gondolas have end caps by default
NEAREST: dict[tuple[str, str], dict[str, Any]] = {
    ("store.format", "micro_market"): {"format": "kiosk", **_LOW},  # small, without a till
    ("store.format", "grab_and_go"): {"format": "convenience", **_LOW},
    ("store.floor", "wood"): {"floor": "vinyl"},
    ("cameras.mount", "aisle"): {"mount": "corner"},
}


def is_description(preset: str) -> bool:
    """Return whether what to generate is a scenario file and not a preset's name."""
    return Path(preset).suffix == ".yaml"


def name_description(path: Path) -> str:
    """Name a description by what it says, its catalogue and pictures among it."""
    digest = hashlib.sha256(repr(NEAREST).encode() + path.read_bytes())
    for beside in sorted(path.parent.iterdir()):
        if beside.suffix != ".yaml" and beside.is_file():
            digest.update(beside.name.encode() + beside.read_bytes())
    return f"{path.stem}-{digest.hexdigest()[:8]}"


def write_description(path: Path, tree: Path, folder: Path, *, environment: dict[str, str]) -> Path:
    """Copy a description into a folder, in the words of a revision's tree, and say what it does not know."""
    shutil.copytree(path.parent, folder, dirs_exist_ok=True)
    command = [sys.executable, "-m", "cli", "schema"]
    schema = subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True, text=True)
    told, left_out = fit(yaml.safe_load(path.read_text(encoding="utf-8")), json.loads(schema.stdout))
    if left_out:
        print(f"{path.stem}: this revision does not know {', '.join(left_out)}", file=sys.stderr)
    (folder / path.name).write_text(yaml.safe_dump(told), encoding="utf-8")
    return folder / path.name


def fit(description: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Leave out what a JSON Schema does not know, and say what that was.

    >>> options = {"oneOf": [{"enum": ["tile", "vinyl"]}]}
    >>> schema = {"properties": {"name": {}, "store": {"properties": {"floor": options}}}}
    >>> fit({"name": "a", "store": {"floor": "wood", "walls": "white"}}, schema)
    ({'name': 'a', 'store': {'floor': 'vinyl'}}, ['store.floor: wood (floor: vinyl)', 'store.walls'])
    >>> schema = {"properties": {"store": {"properties": {"height_m": {"minimum": 2.4, "maximum": 8}}}}}
    >>> fit({"store": {"height_m": 9.5}}, schema)
    ({'store': {'height_m': 8}}, ['store.height_m: 9.5 (height_m: 8)'])
    """
    told: dict[str, Any] = {}
    left_out: list[str] = []
    for section, values in description.items():
        known = _resolve(schema["properties"].get(section), schema)
        if known is None:
            left_out.append(section)
        elif not isinstance(values, dict):
            told[section] = values
        else:
            told[section] = {}
            for key, value in values.items():
                name, options = f"{section}.{key}", known["properties"].get(key)
                nearest = NEAREST.get((name, str(value)))
                within = value if options is None else _keep_within(value, options)
                if options is None:
                    left_out.append(name)
                elif within != value:
                    left_out.append(f"{name}: {value} ({key}: {within})")
                    told[section][key] = within
                elif nearest is not None and f'"{value}"' not in json.dumps(options):
                    instead = ", ".join(f"{other}: {one}" for other, one in nearest.items())
                    left_out.append(f"{name}: {value} ({instead})")
                    told[section] |= nearest
                else:
                    told[section][key] = value
    return told, left_out


def _keep_within(value: Any, options: dict[str, Any]) -> Any:
    """Return a number as near as the first range for plain numbers allows, and anything else as it is."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return value
    ranges = (part for part in options.get("oneOf", [options]) if "maximum" in part)
    allowed = next(ranges, {})
    return min(max(value, allowed.get("minimum", value)), allowed.get("maximum", value))


def _resolve(part: dict[str, Any] | None, schema: dict[str, Any]) -> dict[str, Any] | None:
    if part is None or "$ref" not in part:
        return part
    return schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
