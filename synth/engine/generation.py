"""Runs a plan: makes the clips, packs them into shards, and writes index and manifest last.

In: scenario configs, an output folder or URL, how many workers. Out: a dataset, and a `GenerateResult` that
says what became of every clip. Whatever happens (a failed clip, Ctrl-C, kill -9, a full disk) finished clips
stay, and the same command with ``--resume`` ends in the same bytes as a run that nothing disturbed.
"""

import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

from scenes.config.models import ScenarioConfig
from scenes.errors import ConfigError
from synth.dataset.files import hash_file, storage_errors, to_json_bytes, write_json
from synth.dataset.index import to_index_bytes
from synth.dataset.manifest import NAME, make_manifest
from synth.dataset.storage import Storage
from synth.engine.packing import Packer
from synth.engine.plan import CLIPS_PER_SHARD, ClipTask, Plan, make_plan
from synth.engine.ray_workers import run_on_ray
from synth.engine.versions import OPENGL, read_versions
from synth.engine.workers import (
    Job,
    Outcome,
    Recipe,
    RefinerFactory,
    identify_refiner,
    run_here,
    run_spawned,
)
from synth.engine.workspace import claim, clear, job_name, read_record, recorded_shards


@dataclass(frozen=True)
class Progress:
    """One step of a run, for progress bars.

    Attributes:
        state: ``"frame"`` (of a clip in the making), ``"done"``, ``"failed"`` or ``"kept"`` (from an earlier
            run).
        frame, frames: Frames made of this clip so far, and in all.
        finished, total: Clips of this job that are finished, and in all.
    """

    clip_id: str
    state: str
    frame: int
    frames: int
    finished: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class FailedClip:
    """A clip that could not be made.

    Attributes:
        error: The message, with the error's class where it was not foreseen.
        details: File with the traceback and the command that makes the clip alone.
    """

    clip_id: str
    scenario: str
    index: int
    error: str
    details: str


@dataclass(frozen=True)
class GenerateResult:
    """What a run came to.

    Attributes:
        out: The dataset.
        clips: Ids of the finished clips of this job.
        kept: How many of them an earlier run had made.
        complete: Whether the dataset is whole, with its manifest.
        pending_shards: Shards that other jobs still have to make.
        idle: Why this job has nothing to make; "" when it has.
    """

    out: str
    clips: tuple[str, ...]
    kept: int
    failed: tuple[FailedClip, ...]
    complete: bool
    pending_shards: int = 0
    idle: str = ""

    @property
    def exit_code(self) -> int:
        """0; 4 when some clips failed, 1 when all did."""
        if not self.failed:
            return 0
        return 4 if self.clips else 1


@dataclass
class _Run:
    """The state of one run of `generate`."""

    plan: Plan
    versions: dict[str, str]
    storage: Storage
    work: Path
    owner: str
    on_progress: OnProgress
    tasks: dict[str, ClipTask]
    packer: Packer
    finished: set[str] = field(default_factory=set)
    failed: dict[str, FailedClip] = field(default_factory=dict)

    def report(self, clip_id: str, state: str, frame: int = 0, frames: int = 0) -> None:
        self.on_progress(Progress(clip_id, state, frame, frames, len(self.finished), len(self.tasks)))

    def on_frame(self, clip_id: str, frame: int, frames: int) -> None:
        self.report(clip_id, "frame", frame, frames)


def generate(
    configs: Sequence[ScenarioConfig],
    out: str,
    *,
    clips: int,
    first: int = 0,
    seed: int,
    workers: int = 1,
    shard: tuple[int, int] | None = None,
    refiner: str | None = None,
    resume: bool = False,
    engine: str = "local",
    command: Sequence[str] = (),
    on_progress: OnProgress | None = None,
    refiner_factory: RefinerFactory | None = None,
    make_clip: Callable[..., object] | None = None,
) -> GenerateResult:
    """Make a dataset, or one job's part of it.

    Args:
        configs: Scenarios, dealt out over the clips in turn.
        out: A folder or an fsspec URL (``s3://bucket/prefix``).
        clips: Number of clips of the whole dataset.
        first: Index of the first clip.
        seed: Any non-negative integer.
        workers: Processes that make clips; 1 makes them in this one.
        shard: (i, n): make only every n-th shard, beginning with shard i, 0 <= i < n. The job that completes
            the last shard writes index and manifest.
        refiner: ``"none"``, or ``"sha256:..."`` of the checkpoint that `refiner_factory` loads; part of the
            recipe, so that a resumed run never mixes two checkpoints. The factory is asked if left out.
        resume: Go on with an unfinished run; a finished one is left as it is.
        engine: ``"local"`` or ``"ray"``.
        command: The command line, kept in the manifest.
        on_progress: Called with a `Progress` at each frame and clip.
        refiner_factory: Picklable, makes the refiner in each worker; None makes no refined videos.
        make_clip: Stands in for `synth.pipeline.make_clip`.

    Raises:
        ConfigError: A number is out of range, or a scenario or the refiner cannot be used.
        RenderError: There is no usable OpenGL.
        DatasetError: `out` holds something else or is in use.
        StorageError: `out` cannot be written, or the disk is full.
        KeyboardInterrupt: On SIGINT or SIGTERM, after the workers are stopped; finished clips are kept.
    """
    _check_numbers(workers, shard, engine)
    refiner = refiner or identify_refiner(refiner_factory)
    plan = make_plan(configs, clips=clips, first=first, seed=seed, refiner=refiner)
    storage = Storage(out)
    versions = read_versions(rendering=make_clip is None)
    recipe = Recipe(refiner_factory, refiner, versions.get(OPENGL, ""))
    if make_clip is not None:
        recipe = replace(recipe, make_clip=make_clip)
    numbers = [number for number in range(plan.shards) if shard is None or number % shard[1] == shard[0]]
    tasks = {task.clip_id: task for number in numbers for task in plan.shard_tasks(number)}
    with _interruptible(), claim(storage, plan, versions, shard=shard, resume=resume) as work:
        if work is None:
            return GenerateResult(out, tuple(tasks), len(tasks), (), complete=True)
        report = on_progress or (lambda progress: None)
        packer = Packer(plan, storage, work)
        run = _Run(plan, versions, storage, work, job_name(shard), report, tasks, packer)
        kept = _make_shards(run, numbers, recipe, engine=engine, workers=workers)
        missing = plan.shards - len(recorded_shards(storage))
        if not missing:
            _finish(run, command)
    return GenerateResult(
        out,
        tuple(clip_id for clip_id in tasks if clip_id in run.finished),
        kept,
        tuple(run.failed.values()),
        complete=not missing,
        pending_shards=missing,
        idle=_explain_idleness(plan) if not tasks else "",
    )


def _explain_idleness(plan: Plan) -> str:
    shards = "1 shard" if plan.shards == 1 else f"{plan.shards} shards"
    return f"this job has nothing to make: the plan has {shards} of up to {CLIPS_PER_SHARD} clips"


def _check_numbers(workers: int, shard: tuple[int, int] | None, engine: str) -> None:
    if workers < 1:
        raise ConfigError(f"workers: expected at least 1, got {workers}")
    if shard is not None and not 0 <= shard[0] < shard[1]:
        raise ConfigError(f"shard: expected i/n with 0 <= i < n, got {shard[0]}/{shard[1]}")
    if engine not in ("local", "ray"):
        raise ConfigError(f"engine: expected local or ray, got {engine}")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM end a run the way Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# ---------------------------------------------------------------- from clips to shards


def _make_shards(run: _Run, numbers: list[int], recipe: Recipe, *, engine: str, workers: int) -> int:
    """Make this job's missing clips, pack every shard that is whole; return how many clips were kept."""
    recorded = recorded_shards(run.storage)
    waiting: dict[int, set[str]] = {}
    for number in numbers:
        ids = [task.clip_id for task in run.plan.shard_tasks(number)]
        whole = (
            set(ids) if number in recorded else {clip_id for clip_id in ids if run.packer.is_whole(clip_id)}
        )
        for clip_id in ids:
            if clip_id in whole:
                run.finished.add(clip_id)
                run.report(clip_id, "kept")
        if number in recorded:
            run.packer.drop_clips(number)
        else:
            waiting[number] = set(ids) - whole
    kept = len(run.finished)
    for number in [number for number, missing in waiting.items() if not missing]:
        run.packer.pack(number)
    pending = (run.tasks[clip_id] for missing in waiting.values() for clip_id in sorted(missing))
    outcomes = _outcomes(run, pending, recipe, engine=engine, workers=workers)
    with closing(outcomes):  # stops the workers, whatever happens here
        for outcome in outcomes:
            if outcome.fatal is not None:
                raise outcome.fatal
            if outcome.error:
                _record_failure(run, outcome)
                continue
            run.finished.add(outcome.clip_id)
            run.report(outcome.clip_id, "done")
            (run.work / "failed" / f"{outcome.clip_id}.json").unlink(missing_ok=True)
            number = run.tasks[outcome.clip_id].shard
            waiting[number].discard(outcome.clip_id)
            if not waiting[number]:
                run.packer.pack(number)
    return kept


def _outcomes(
    run: _Run, tasks: Iterator[ClipTask], recipe: Recipe, *, engine: str, workers: int
) -> Generator[Outcome, None, None]:
    jobs = (Job(task.clip_id, run.plan.sample(task), run.work, run.owner) for task in tasks)
    if engine == "ray":
        return run_on_ray(jobs, recipe, workers=workers)
    if workers == 1:
        return run_here(jobs, recipe, run.on_frame)
    return run_spawned(jobs, recipe, run.on_frame, workers=workers)


def _record_failure(run: _Run, outcome: Outcome) -> None:
    task = run.tasks[outcome.clip_id]
    scenario = run.plan.configs[task.config_number].name
    path = run.work / "failed" / f"{outcome.clip_id}.json"
    foreseen = not outcome.details
    error = outcome.error if foreseen else f"{outcome.kind}: {outcome.error}"
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        recipe = {"seed": run.plan.seed, "index": task.index, "refiner": run.plan.refiner}
        recipe["config"] = run.plan.configs[task.config_number].model_dump(mode="json")
        write_json(path, {"clip_id": outcome.clip_id, "error": error, "details": outcome.details} | recipe)
    run.failed[outcome.clip_id] = FailedClip(outcome.clip_id, scenario, task.index, error, str(path))
    run.report(outcome.clip_id, "failed")


# ---------------------------------------------------------------- the end


def _finish(run: _Run, command: Sequence[str]) -> None:
    """Write the index, then the manifest, then clear away what was for unfinished runs only."""
    records = [read_record(run.storage, number) for number in range(run.plan.shards)]
    index = to_index_bytes([row for record in records for row in record["rows"]])
    stores = {file["path"]: file for record in records for file in record["stores"]}
    source = run.work / f"{run.owner}.finish"
    with storage_errors(run.storage.url):
        source.write_bytes(index)
        size, sha256 = hash_file(source)
        run.storage.put(source, "index.parquet")
        manifest = make_manifest(
            recipe=run.plan.recipe,
            recipe_sha256=run.plan.recipe_sha256,
            versions=run.versions,
            command=list(command) or sys.argv,
            index={"path": "index.parquet", "size": size, "sha256": sha256},
            shards=[record["shard"] for record in records],
            stores=[stores[path] for path in sorted(stores)],
        )
        source.write_bytes(to_json_bytes(manifest))
        # Another job of the array may have come to the same point: one of them writes it, both mean the same.
        run.storage.create(source, NAME)
    clear(run.storage, run.work)


def explain_remaining(result: GenerateResult) -> str:
    """Say what is left to do; "" when nothing is."""
    if result.failed:
        return (
            f"{len(result.failed)} of {len(result.failed) + len(result.clips)} clips failed; the others "
            "are kept. The same command with --resume tries the failed ones again"
        )
    sentences = [result.idle] if result.idle else []
    if not result.complete:
        left = "1 shard is" if result.pending_shards == 1 else f"{result.pending_shards} shards are"
        sentences.append(f"{left} left to other jobs; the last one to end writes the manifest")
    return ". ".join(sentences)


__all__ = [
    "FailedClip",
    "GenerateResult",
    "Progress",
    "explain_remaining",
    "generate",
    "make_plan",
]
