"""Refiner checkpoints: a safetensors file with the scene stage's weights and the camera stage's parameters.

Safetensors holds arrays and text only, so that loading a stranger's file runs no code. In: a path. Out:
a `Checkpoint`, or a CheckpointError that says what was expected, what came and what to do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gan.camera_stage import CameraProfile
from gan.form import MATERIAL_COUNT, WEIGHT_SHAPES
from scenes.errors import CheckpointError
from scenes.surfaces import BASE_MATERIALS, MATERIAL

PROGRAM = "shopsynth"
KIND = "refiner"
VERSION = 1
SIZE_LIMIT_BYTES = 2_000_000
HEADER_LENGTH_BYTES = 8
MATERIAL_TABLE = "material_table.weight"
FEWEST_MATERIALS = 14  # rows of the first checkpoints' table
# What a material looks most like among the first: it stands in where a checkpoint is older than the material.
_KIN = {
    "matt film": "foil",
    "wrap": "foil",
    "glass": "gloss",
    "bottle": "gloss",
    "clear bottle": "gloss",
    "skin": "plastic",
    "can": "metal",
    "tin": "metal",
    "hanging cloth": "matte",
    "creased cloth": "matte",
    "waxy skin": "gloss",
    "dull skin": "paper",
}


@dataclass(frozen=True)
class Checkpoint:
    """A refiner at rest.

    Attributes:
        name: ``"default"`` or the file's stem.
        sha256: Of the file's bytes.
        weights: name -> float32 array, as form.WEIGHT_SHAPES; empty when only the camera stage is used.
        camera: The fitted camera.
    """

    name: str
    sha256: str
    weights: Mapping[str, np.ndarray]
    camera: CameraProfile


def find_default_checkpoint() -> Path:
    """Return the path of the checkpoint that the package ships."""
    return Path(str(resources.files("gan").joinpath("checkpoints", "default.safetensors")))


def write_checkpoint(path: Path, weights: Mapping[str, np.ndarray], camera: CameraProfile) -> None:
    """Write a checkpoint; the same arguments give the same bytes. No weights: the camera stage alone."""
    header = {"kind": KIND, "version": VERSION, "camera": camera.to_dict()}
    # One key only: safetensors writes several in an order that differs from run to run.
    metadata = {PROGRAM: json.dumps(header, sort_keys=True)}
    arrays = {name: np.ascontiguousarray(weights[name], np.float32) for name in sorted(weights)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save(arrays, metadata=metadata))


def load_checkpoint(path: Path, *, name: str | None = None) -> Checkpoint:
    """Read and check a checkpoint.

    One made when there were fewer materials gives those that came after it the rows of their kin.

    Raises:
        CheckpointError: If the file is missing, is no safetensors file, was written by another program or a
            newer version, or its arrays are not those of a refiner.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(
            f"{path}: cannot read the refiner's checkpoint ({error.strerror}); give none, default or "
            "the path of a file made by `shopsynth train-gan`"
        ) from error
    if len(content) > SIZE_LIMIT_BYTES:
        raise CheckpointError(
            f"{path}: {len(content)} bytes, expected at most {SIZE_LIMIT_BYTES}; not one of ours"
        )
    try:
        weights = load(content)
        metadata = _read_metadata(content)
    except (SafetensorError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"{path}: expected a safetensors file made by `shopsynth train-gan`, got something else ({error})"
        ) from error
    header = _check_metadata(path, metadata)
    _widen_materials(weights)
    _check_weights(path, weights)
    try:
        camera = CameraProfile.from_dict(header["camera"])
    except (KeyError, ValueError, TypeError) as error:
        raise CheckpointError(
            f"{path}: the camera stage's parameters are unusable ({error}); train the refiner again"
        ) from error
    return Checkpoint(
        name=name or path.stem, sha256=hashlib.sha256(content).hexdigest(), weights=weights, camera=camera
    )


def _read_metadata(content: bytes) -> dict[str, Any]:
    """Read the text part of a safetensors header (length, then JSON)."""
    length = int.from_bytes(content[:HEADER_LENGTH_BYTES], "little")
    header = json.loads(content[HEADER_LENGTH_BYTES : HEADER_LENGTH_BYTES + length])
    return header.get("__metadata__") or {}


def _check_metadata(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return the header that shopsynth wrote."""
    try:
        header = json.loads(metadata.get(PROGRAM, "null"))
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("kind") != KIND:
        raise CheckpointError(
            f"{path}: expected a {KIND} of {PROGRAM}, got something else (its metadata: "
            f"{sorted(metadata) or 'none'}); use a file made by `shopsynth train-gan`"
        )
    version = header.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise CheckpointError(
            f"{path}: expected checkpoint version {VERSION} or older, got {version!r}; "
            "update shopsynth or train the refiner again"
        )
    return header


def list_material_rows(count: int) -> np.ndarray:
    """Return (MATERIAL_COUNT,) int: which of a table's `count` rows each material has; lamps have the last.

    >>> list_material_rows(14)[[MATERIAL["foil"], MATERIAL["wrap"], MATERIAL["lit sign"], -1]].tolist()
    [9, 9, 13, 13]
    """
    rows = np.minimum(np.arange(MATERIAL_COUNT), count - 1)
    for index, material in enumerate(BASE_MATERIALS):
        if index >= count - 1 and material.name in _KIN:
            rows[index] = MATERIAL[_KIN[material.name]]
    return rows


def _widen_materials(weights: dict[str, np.ndarray]) -> None:
    """Bring an older checkpoint's table to today's materials."""
    table = weights.get(MATERIAL_TABLE)
    if table is not None and table.ndim and FEWEST_MATERIALS <= len(table) < MATERIAL_COUNT:
        weights[MATERIAL_TABLE] = table[list_material_rows(len(table))]


def _check_weights(path: Path, weights: Mapping[str, np.ndarray]) -> None:
    if not weights:
        return
    shapes = {name: array.shape for name, array in weights.items()}
    for name in sorted(set(WEIGHT_SHAPES) | set(shapes)):
        if shapes.get(name) != WEIGHT_SHAPES.get(name):
            raise CheckpointError(
                f"{path}: array {name}: expected shape {WEIGHT_SHAPES.get(name)}, got {shapes.get(name)}; "
                "the file belongs to another version of the refiner: train it again"
            )
    for name, array in weights.items():
        if array.dtype != np.float32:
            raise CheckpointError(f"{path}: array {name}: expected float32, got {array.dtype}")
        if not np.isfinite(array).all():
            raise CheckpointError(f"{path}: array {name} holds numbers that are not finite; train it again")
