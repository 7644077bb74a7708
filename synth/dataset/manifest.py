"""dataset.json, the manifest: written last, so that a dataset that has one is whole.

In: the recipe and what was written. Out: the manifest; and, for readers, a manifest that was checked.
"""

import json
from typing import Any

from scenes.errors import DatasetError
from synth.dataset.shapes import MANIFEST, find_departure
from synth.dataset.storage import Storage, leaves_folder
from synth.schema import FORMAT_VERSION, MANIFEST_JSON, json_problems

FORMAT = "shopsynth-dataset"
NAME = "dataset.json"


def make_manifest(
    *,
    recipe: dict[str, Any],
    recipe_sha256: str,
    versions: dict[str, str],
    command: list[str],
    index: dict[str, Any],
    shards: list[dict[str, Any]],
    stores: list[dict[str, Any]],
) -> dict[str, Any]:
    """Put the manifest together; keys as `synth.schema.MANIFEST_JSON`."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "recipe": recipe,
        "recipe_sha256": recipe_sha256,
        "versions": versions,
        "command": command,
        "clips": recipe["clips"],
        "index": index,
        "shards": shards,
        "stores": stores,
    }


def read_manifest(storage: Storage) -> dict[str, Any]:
    """Read and check the manifest.

    Raises:
        DatasetError: There is none (an unfinished run, or no dataset), it is damaged, of a newer format, or
            names a file outside the dataset.
    """
    try:
        manifest = json.loads(storage.read(NAME))
    except FileNotFoundError as error:
        raise DatasetError(_explain_absence(storage)) from error
    except ValueError as error:
        raise DatasetError(f"{storage.describe(NAME)} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DatasetError(f"{storage.describe(NAME)} is not the manifest of a shopsynth dataset")
    version = manifest.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DatasetError(f"{storage.describe(NAME)}: format_version {version!r} was never a format version")
    if version > FORMAT_VERSION:
        raise DatasetError(
            f"{storage.url} has format version {version}, this shopsynth reads up to {FORMAT_VERSION}; "
            "install a newer shopsynth"
        )
    problems = json_problems(manifest, MANIFEST_JSON)
    if problems:
        raise DatasetError(f"{storage.describe(NAME)}: " + "; ".join(problems))
    wrong = find_departure(manifest, MANIFEST)
    if wrong is not None:
        raise DatasetError(f"{storage.describe(NAME)}: {wrong}")
    for file in (manifest["index"], *manifest["shards"], *manifest["stores"]):
        if leaves_folder(file["path"]):
            raise DatasetError(f"{storage.describe(NAME)}: {file['path']!r} is no file of the dataset")
    return manifest


def _explain_absence(storage: Storage) -> str:
    if storage.exists(".shopsynth"):
        return (
            f"{storage.url} is an unfinished run: it has no {NAME} yet; finish it with the same generate "
            "command and --resume"
        )
    written = "the folder that `shopsynth generate -o` wrote"
    if storage.exists(""):
        return f"{storage.url} is no dataset: it has no {NAME}; give {written}"
    return f"{storage.url} does not exist; give {written}"
