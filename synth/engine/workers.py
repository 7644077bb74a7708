"""Makes clips: in this process, or on spawned worker processes, one clip at a time each.

In: jobs, taken one by one as workers come free. Out: an `Outcome` a job, in the order of completion. A
finished clip is a folder ``clips/<clip_id>`` that was renamed into place; until then it grows in
``attempts/``. Nothing here knows of shards.
"""

import multiprocessing
import os
import shutil
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Any

from scenes.errors import CheckpointError, ConfigError, RenderError, ShopsynthError, StorageError
from scenes.scenario import Scenario
from synth.dataset.files import describe_storage_failure, storage_errors
from synth.records import Refiner

OnFrame = Callable[[str, int, int], None]
RefinerFactory = Callable[[], Refiner | None]

# Errors that tell of the machine or of the run and not of one clip: they end the run.
_FATAL = (StorageError, RenderError, CheckpointError, ConfigError)

# One process a core: more threads only get in each other's way (203 views/s on 4 cores with LP_NUM_THREADS=0,
# 109-128 with its default).
_THREAD_LIMITS = {
    "LP_NUM_THREADS": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def _make_pipeline_clip(
    scenario: Scenario, folder: Path, *, clip_id: str, refiner: Refiner | None, on_progress: OnFrame
) -> None:
    from synth.pipeline import make_clip  # drags in the renderer: only where clips are made

    make_clip(scenario, folder, clip_id=clip_id, refiner=refiner, on_progress=on_progress)


@dataclass(frozen=True)
class Recipe:
    """How clips are made; goes to the workers, so its functions must be importable there.

    Attributes:
        refiner_factory: Called once a process; None makes clips without refined videos.
        refiner: ``"sha256:..."`` of the checkpoint that it has to load.
        opengl: The driver that has to render, as `synth.engine.versions.read_renderer` tells; "" for any.
        make_clip: Leaves a clip's files in a folder; the whole pipeline unless a test says otherwise.
    """

    refiner_factory: RefinerFactory | None = None
    refiner: str = "none"
    opengl: str = ""
    make_clip: Callable[..., object] = _make_pipeline_clip


@dataclass(frozen=True)
class Job:
    """One clip to make.

    Attributes:
        work: Folder that holds ``attempts/`` and ``clips/``.
        owner: Prefix of the attempt's name, so that a run clears away only its own.
    """

    clip_id: str
    scenario: Scenario
    work: Path
    owner: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes:
        error: What went wrong; "" when the clip is finished.
        kind: Class name of the error.
        details: The traceback, for errors nobody foresaw.
        fatal: The error to end the run with, when it tells of the machine and not of the clip.
    """

    clip_id: str
    error: str = ""
    kind: str = ""
    details: str = ""
    fatal: ShopsynthError | None = field(default=None, compare=False)


@lru_cache(maxsize=1)
def _load(factory: RefinerFactory | None) -> Refiner | None:
    return None if factory is None else factory()


def identify_refiner(factory: RefinerFactory | None) -> str:
    """Return what stands for a refiner in the recipe: ``"none"``, or ``"sha256:..."`` of its checkpoint."""
    refiner = _load(factory)
    return "none" if refiner is None else f"sha256:{refiner.sha256}"


def _load_checked(factory: RefinerFactory | None, wanted: str) -> Refiner | None:
    """Load the refiner, and refuse a checkpoint that was written over since the run was planned."""
    found = identify_refiner(factory)
    if found != wanted:
        raise CheckpointError(
            f"the refiner's checkpoint is not the one this run was begun with (it was {wanted}, is {found}); "
            "put the file back and go on with --resume, or begin anew in another folder"
        )
    return _load(factory)


@lru_cache(maxsize=1)
def _check_driver(wanted: str) -> None:
    """Refuse to render with another driver than the rest of the dataset, as may happen on a cluster."""
    from synth.render import describe_context  # drags in the renderer: only where clips are made

    found = describe_context()
    if found != wanted:
        raise RenderError(
            f"this machine renders with {found}, the dataset is made with {wanted}: the clips would not "
            "match; use machines of one kind"
        )


def make_one(job: Job, recipe: Recipe, on_frame: OnFrame) -> Outcome:
    """Make one clip and rename it into place; errors come back as an `Outcome`."""
    attempt = job.work / "attempts" / f"{job.owner}.{job.clip_id}.{os.getpid()}"
    finished = job.work / "clips" / job.clip_id
    try:
        with storage_errors(attempt):
            shutil.rmtree(attempt, ignore_errors=True)
            attempt.mkdir(parents=True)
        if recipe.opengl:
            _check_driver(recipe.opengl)
        refiner = _load_checked(recipe.refiner_factory, recipe.refiner)
        recipe.make_clip(job.scenario, attempt, clip_id=job.clip_id, refiner=refiner, on_progress=on_frame)
        with storage_errors(finished):
            finished.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(finished, ignore_errors=True)  # an earlier one that was not whole
            os.rename(attempt, finished)
    except Exception as error:
        return _describe_failure(job, error)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return Outcome(job.clip_id)


def _describe_failure(job: Job, error: Exception) -> Outcome:
    fatal = error if isinstance(error, _FATAL) else None
    remedy = describe_storage_failure(error)
    if fatal is None and remedy is not None and not isinstance(error, PermissionError):  # may be a device
        fatal = StorageError(
            f"cannot write {job.work}: {remedy}. Nothing finished is lost; go on with --resume"
        )
    details = "" if isinstance(error, ShopsynthError) else "".join(traceback.format_exception(error))
    message = str(error) or type(error).__name__
    return Outcome(job.clip_id, message, type(error).__name__, details, fatal)


def run_here(jobs: Iterator[Job], recipe: Recipe, on_frame: OnFrame) -> Generator[Outcome, None, None]:
    """Make clips in this process, one after the other."""
    with _heed_interrupts() as check:

        def on_checked_frame(clip_id: str, frame: int, frames: int) -> None:
            check()
            on_frame(clip_id, frame, frames)

        for job in jobs:
            yield make_one(job, recipe, on_checked_frame)


@contextmanager
def _heed_interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if one was raised and lost: callbacks in C swallow it."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    raised: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        raised.append(number)
        signal.default_int_handler(number, frame)

    def check() -> None:
        if raised:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


# ---------------------------------------------------------------- spawned workers


def _exit_with_parent() -> None:
    """End this process when its parent is gone: kill -9 leaves a parent no time to tell its children."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(pipe: connection.Connection, recipe: Recipe) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_exit_with_parent, daemon=True).start()

    def on_frame(clip_id: str, frame: int, frames: int) -> None:
        pipe.send((clip_id, frame, frames))

    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        pipe.send(make_one(job, recipe, on_frame))


class _Worker:
    """One spawned process and the pipe to it."""

    def __init__(self, recipe: Recipe):
        context = multiprocessing.get_context("spawn")  # an OpenGL context in a forked child hangs
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work, args=(theirs, recipe), daemon=True)
        with _thread_limits():
            self.process.start()
        theirs.close()
        self.job: Job | None = None

    def give(self, job: Job) -> None:
        self.job = job
        self.pipe.send(job)

    def receive(self) -> Any:
        """Return the next message; None when the process has died."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join()


@contextmanager
def _thread_limits() -> Iterator[None]:
    """Limit threads in processes started meanwhile; libraries read these variables when they are loaded."""
    before = {name: os.environ.get(name) for name in _THREAD_LIMITS}
    os.environ.update(_THREAD_LIMITS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run_spawned(
    jobs: Iterator[Job], recipe: Recipe, on_frame: OnFrame, *, workers: int
) -> Generator[Outcome, None, None]:
    """Make clips on `workers` processes.

    A process that dies (killed for memory, a crash in a driver) fails its clip only; another takes its place.
    """
    crew: list[_Worker] = []
    try:
        for _, job in zip(range(workers), jobs, strict=False):
            crew.append(_Worker(recipe))
            crew[-1].give(job)
        while crew:
            for pipe in connection.wait([worker.pipe for worker in crew]):
                worker = next(worker for worker in crew if worker.pipe is pipe)
                message = worker.receive()
                if isinstance(message, tuple):
                    on_frame(*message)
                    continue
                crew = _relieve(crew, worker, jobs, recipe, died=message is None)
                yield message if message is not None else _describe_death(worker)
    finally:
        for worker in crew:
            worker.stop()


def _relieve(
    crew: list[_Worker], worker: _Worker, jobs: Iterator[Job], recipe: Recipe, *, died: bool
) -> list[_Worker]:
    """Give a worker its next job; one without a job, or dead, leaves the crew."""
    finished_job, following = worker.job, next(jobs, None)
    if following is not None and not died:
        worker.give(following)
        return crew
    worker.stop()
    others = [other for other in crew if other is not worker]
    if following is not None:
        others.append(_Worker(recipe))
        others[-1].give(following)
    worker.job = finished_job
    return others


def _describe_death(worker: _Worker) -> Outcome:
    code = worker.process.exitcode
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    hint = " (out of memory? use fewer --workers)" if code == -signal.SIGKILL else ""
    clip_id = "" if worker.job is None else worker.job.clip_id
    return Outcome(clip_id, f"the worker process died with {how}{hint}", "WorkerDied")
