"""The unfinished side of a dataset: its recipe, locks, finished clips and records of finished shards.

All of it lies in ``OUT/.shopsynth`` and goes away when the manifest is written. With OUT in an object store
the recipe and the records of shards lie there, the clips in a work folder on this machine. Whatever moment a
run is killed at, the next one finds only whole things here:

    recipe.json              what is being made; written first, marks the folder as ours
    <job>.lock               held (flock) while a job runs; the system lets go of it when the process dies
    attempts/                clips that are growing; cleared away at the next start
    clips/<clip_id>/         finished clips whose shard is not complete
    failed/<clip_id>.json    why a clip failed and how to make it alone
    shards/00000.json        written after its tar and store files are in place: rows of the index, hashes
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scenes.errors import DatasetError, StorageError
from synth.dataset import manifest
from synth.dataset.files import storage_errors, to_json_bytes
from synth.dataset.shapes import SHARD_RECORD, find_departure
from synth.dataset.shapes import UNFINISHED as RECIPE
from synth.dataset.storage import Storage
from synth.engine.plan import Plan
from synth.engine.versions import explain_changes

UNFINISHED = ".shopsynth"
_RECIPE = f"{UNFINISHED}/recipe.json"


def job_name(shard: tuple[int, int] | None) -> str:
    """Return a job's name in file names.

    >>> job_name((3, 16))
    '3-of-16'
    """
    return "all" if shard is None else f"{shard[0]}-of-{shard[1]}"


def work_folder(storage: Storage, plan: Plan) -> Path:
    """Return the local folder for what is unfinished: in OUT, or in the user's cache for an object store."""
    if storage.local is not None:
        return storage.local / UNFINISHED
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = hashlib.sha256(f"{storage.url}\n{plan.recipe_sha256}".encode()).hexdigest()[:16]
    return cache / "shopsynth" / "unfinished" / key


@contextmanager
def claim(
    storage: Storage,
    plan: Plan,
    versions: dict[str, str],
    *,
    shard: tuple[int, int] | None,
    resume: bool,
) -> Iterator[Path | None]:
    """Take possession of OUT for one job.

    Args:
        storage: OUT.
        plan: What is to be made.
        versions: Those here; an unfinished run is gone on with only under the same ones.
        shard: Which job of an array.
        resume: Whether an unfinished run may be gone on with.

    Yields:
        The work folder, locked; None when the dataset is finished already.

    Raises:
        DatasetError: OUT holds something else, is unfinished and `resume` was not asked for, or is being
            written by another process.
        StorageError: OUT cannot be written.
    """
    # The jobs of an array start side by side and are started again one by one: they may always go on.
    carry_on = resume or shard is not None
    if _check(storage, plan, versions, carry_on=carry_on) == "finished":
        yield None
        return
    work = work_folder(storage, plan)
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot create {work}: {error.strerror}; choose another folder with -o"
        ) from error
    with _lock(work / f"{job_name(shard)}.lock", storage):
        state = _check(storage, plan, versions, carry_on=carry_on)
        if state == "finished":
            yield None
            return
        if state == "new":
            _write_recipe(storage, plan, versions, work)
            _check(storage, plan, versions, carry_on=True)
        _clear_attempts(work, job_name(shard))
        try:
            yield work
        finally:
            _clear_attempts(work, job_name(shard))


def _check(storage: Storage, plan: Plan, versions: dict[str, str], *, carry_on: bool) -> str:
    """Return "new", "unfinished" or "finished"; refuse what is not this plan's."""
    if storage.local is not None and storage.local.is_file():
        raise DatasetError(
            f"{storage.url} is a file; the output must be a folder, choose another one with -o"
        )
    names = storage.list_names()
    if manifest.NAME in names:
        found = _read_json(storage, manifest.NAME)
        if found.get("recipe_sha256") != plan.recipe_sha256:
            raise DatasetError(
                f"{storage.url} holds another dataset ({_summary(found)}); choose another folder with -o"
            )
        if not carry_on:
            raise DatasetError(
                f"{storage.url} holds this very dataset, finished; choose another folder with -o, or give "
                "--resume to keep it"
            )
        return "finished"
    if UNFINISHED in names and storage.exists(_RECIPE):
        found = _read_json(storage, _RECIPE)
        wrong = find_departure(found, RECIPE)
        if wrong is not None:
            raise DatasetError(
                f"{storage.describe(_RECIPE)} is damaged: {wrong}; choose another folder with -o"
            )
        _check_unfinished(storage, plan, versions, found)
        if not carry_on:
            raise DatasetError(
                f"{storage.url} holds an unfinished run of this dataset; go on with --resume, or choose "
                "another folder with -o"
            )
        return "unfinished"
    foreign = [name for name in names if name != UNFINISHED]
    if foreign:
        raise DatasetError(
            f"{storage.url} is not empty and holds no dataset of shopsynth (found {foreign[0]}); choose a "
            "new or an empty folder with -o"
        )
    return "new"


def _check_unfinished(storage: Storage, plan: Plan, versions: dict[str, str], found: dict[str, Any]) -> None:
    if found.get("recipe_sha256") != plan.recipe_sha256:
        raise DatasetError(
            f"{storage.url} holds an unfinished run of another dataset ({_summary(found)}); give the "
            "scenarios, --set, --clips, --seed and --refiner of that run, or choose another folder with -o"
        )
    changes = explain_changes(found["versions"], versions)
    if changes:
        raise DatasetError(
            f"{storage.url} was begun with other versions ({changes}): the clips would not match; use the "
            "same versions and the same kind of machine, or choose another folder with -o"
        )


def _read_json(storage: Storage, name: str) -> dict[str, Any]:
    try:
        value = json.loads(storage.read(name))
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"{storage.describe(name)} cannot be read: {error}; choose another folder"
        ) from error
    return value if isinstance(value, dict) else {}


def _summary(found: dict[str, Any]) -> str:
    """Describe a dataset by its recipe, which may be damaged."""
    if find_departure(found, {"recipe": RECIPE["recipe"]}) is not None:
        return "its recipe cannot be read"
    recipe = found["recipe"]
    names = ", ".join(str(config.get("name", "?")) for config in recipe["configs"])
    refiner = str(recipe.get("refiner"))[: len("sha256:") + 8]
    return f"{names}, {recipe.get('clips')} clips, seed {recipe.get('seed')}, refiner {refiner}"


def _write_recipe(storage: Storage, plan: Plan, versions: dict[str, str], work: Path) -> None:
    content = {
        "recipe": plan.recipe,
        "recipe_sha256": plan.recipe_sha256,
        "versions": versions,
    }
    source = work / f"recipe.{os.getpid()}"
    with storage_errors(storage.url):
        source.write_bytes(to_json_bytes(content))
        storage.create(source, _RECIPE)
        source.unlink(missing_ok=True)


@contextmanager
def _lock(path: Path, storage: Storage) -> Iterator[None]:
    with storage_errors(path), open(path, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise DatasetError(
                f"{storage.url} is being written by another process ({file.read().strip() or 'unknown'}); "
                "wait for it or stop it, or choose another folder with -o"
            ) from error
        file.truncate(0)
        file.write(f"process {os.getpid()}\n")
        file.flush()
        yield


def _clear_attempts(work: Path, owner: str) -> None:
    for attempt in (work / "attempts").glob(f"{owner}.*"):
        shutil.rmtree(attempt, ignore_errors=True)


# ---------------------------------------------------------------- records of finished shards


def record_name(number: int) -> str:
    """Return the path of a shard's record."""
    return f"{UNFINISHED}/shards/{number:05d}.json"


def recorded_shards(storage: Storage) -> set[int]:
    """Return the numbers of the shards that are finished, whoever made them."""
    names = storage.list_names(f"{UNFINISHED}/shards")
    stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
    return {int(stem) for stem in stems if stem.isdecimal()}


def read_record(storage: Storage, number: int) -> dict[str, Any]:
    """Read a shard's record.

    Raises:
        DatasetError: It is damaged.
    """
    record = _read_json(storage, record_name(number))
    wrong = find_departure(record, SHARD_RECORD)
    if wrong is not None:
        name = storage.describe(record_name(number))
        raise DatasetError(f"{name} is damaged: {wrong}; delete it, then go on with --resume")
    return record


def clear(storage: Storage, work: Path) -> None:
    """Remove everything unfinished; the dataset is whole."""
    storage.remove_tree(UNFINISHED)
    with suppress(OSError):
        shutil.rmtree(work)
