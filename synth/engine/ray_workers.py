"""Makes clips on a Ray cluster: `--engine ray`, an extra (``pip install 'shopsynth[ray]'``).

In: jobs. Out: an `Outcome` a job. Nodes need no common disk: each makes its clip in a folder of its own and
sends it back as a tar, which is unpacked here and renamed into place like a clip made here.
"""

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scenes.errors import ConfigError
from synth.dataset.files import storage_errors
from synth.engine.workers import Job, Outcome, Recipe, make_one


def _import_ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ConfigError(
            "--engine ray needs Ray, which is not installed: pip install 'shopsynth[ray]'"
        ) from error
    return ray


def make_remote(job: Job, recipe: Recipe) -> tuple[Outcome, bytes]:
    """Make one clip on a node; returns the outcome and the clip's folder as a tar, empty when it failed."""
    with tempfile.TemporaryDirectory(prefix="shopsynth-") as folder:
        outcome = make_one(replace(job, work=Path(folder)), recipe, lambda clip_id, frame, frames: None)
        finished = Path(folder) / "clips" / job.clip_id
        if not finished.is_dir():
            return outcome, b""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.add(finished, arcname=job.clip_id)
        return outcome, buffer.getvalue()


def receive(job: Job, data: bytes) -> None:
    """Unpack a clip that a node has sent and rename it into place."""
    attempt = job.work / "attempts" / f"{job.owner}.{job.clip_id}.{os.getpid()}"
    finished = job.work / "clips" / job.clip_id
    with storage_errors(attempt):
        shutil.rmtree(attempt, ignore_errors=True)
        attempt.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            tar.extractall(attempt, filter="data")
        finished.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(finished, ignore_errors=True)
        os.rename(attempt / job.clip_id, finished)
        shutil.rmtree(attempt, ignore_errors=True)


def run_on_ray(jobs: Iterator[Job], recipe: Recipe, *, workers: int) -> Generator[Outcome, None, None]:
    """Make clips on the cluster that Ray finds, or on one started here with `workers` CPUs.

    Raises:
        ConfigError: Ray is not installed.
    """
    ray = _import_ray()
    ours = not ray.is_initialized()
    if ours:
        address = os.environ.get("RAY_ADDRESS")
        limits = {} if address else {"num_cpus": workers}
        ray.init(address=address, log_to_driver=False, include_dashboard=False, **limits)
    task = ray.remote(num_cpus=1, max_retries=3)(make_remote)
    running: dict[Any, Job] = {}
    try:
        slots = max(1, int(ray.cluster_resources().get("CPU", workers)))
        for job in jobs:
            running[task.remote(job, recipe)] = job
            while len(running) >= slots:
                yield _collect(ray, running)
        while running:
            yield _collect(ray, running)
    finally:
        for reference in running:
            ray.cancel(reference, force=True)
        if ours:
            ray.shutdown()


def _collect(ray: Any, running: dict[Any, Job]) -> Outcome:
    """Wait for one clip and bring it home."""
    (reference,), _ = ray.wait(list(running), num_returns=1)
    job = running.pop(reference)
    try:
        outcome, data = ray.get(reference)
    except ray.exceptions.RayError as error:
        return Outcome(job.clip_id, f"the Ray task was lost: {error}", type(error).__name__)
    if data:
        receive(job, data)
    return outcome
