"""``shopsynth generate``: makes a dataset from scenarios."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import ProgressReport, count_noun, print_error, print_json, print_note, print_result
from cli.options import (
    Clips,
    First,
    Json,
    Out,
    Refiner,
    Resume,
    Scenarios,
    Seed,
    Sets,
    Shard,
    Workers,
    parse_shard,
)

if TYPE_CHECKING:
    from scenes.config.models import ScenarioConfig
    from synth.engine.generation import GenerateResult, Progress

INTERRUPTED = 130


class Engine(StrEnum):
    """Where clips are made."""

    local = "local"
    ray = "ray"


def generate(
    scenarios: Scenarios,
    out: Out,
    clips: Clips = 4,
    seed: Seed = 0,
    first: First = 0,
    workers: Workers = 1,
    shard: Shard = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Processes of this machine, or a Ray cluster.")
    ] = (Engine.local),
    refiner: Refiner = "default",
    resume: Resume = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan, like `plan`.")] = False,
    sets: Sets = None,
    as_json: Json = False,
) -> None:
    """Make a dataset from scenarios.

    Clips of several cameras with labels, shelf weights, floor plans, catalogues and receipts. The same
    scenarios, seed and versions give the same bytes, on any number of workers.
    """
    part = parse_shard(shard)
    if dry_run:
        from cli.plan import plan

        plan(scenarios, clips=clips, first=first, seed=seed, refiner=refiner, sets=sets, as_json=as_json)
        return
    from scenes.config.loader import load_config

    configs = [load_config(source, sets or ()) for source in scenarios]
    run = Run(
        clips=clips, first=first, seed=seed, workers=workers, shard=part, engine=engine.value, resume=resume
    )
    make_dataset(configs, out, run, refiner=refiner, as_json=as_json)


@dataclass(frozen=True)
class Run:
    """What the engine is asked for, as `synth.engine.generation.generate` names it."""

    clips: int
    first: int
    seed: int
    workers: int
    shard: tuple[int, int] | None
    resume: bool
    engine: str = "local"


def make_dataset(
    configs: Sequence["ScenarioConfig"], out: str, run: Run, *, refiner: str, as_json: bool
) -> None:
    """Run the engine with progress on stderr and print what came of it.

    Exits with what the result says.

    Args:
        configs: The scenarios.
        out: The new dataset.
        run: Which clips, and how.
        refiner: What `--refiner` said.
        as_json: Whether the result is for machines.
    """
    from cli.refiners import identify_refiner

    identity = identify_refiner(refiner)  # a bad checkpoint ends the command before any clip is begun
    import gan
    from synth.engine.generation import generate as run_engine

    try:
        with ProgressReport() as progress:
            result = run_engine(
                configs,
                out,
                clips=run.clips,
                first=run.first,
                seed=run.seed,
                workers=run.workers,
                shard=run.shard,
                engine=run.engine,
                resume=run.resume,
                refiner=identity,
                refiner_factory=None if refiner == "none" else gan.default_refiner_factory(refiner),
                command=["shopsynth", *sys.argv[1:]],
                on_progress=lambda step: _show_step(progress, step),
            )
    except KeyboardInterrupt:
        print_note(f"interrupted: finished clips are kept in {out}; go on with the same command and --resume")
        raise typer.Exit(INTERRUPTED) from None
    _print_outcome(result, as_json=as_json)
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def _show_step(progress: ProgressReport, step: "Progress") -> None:
    if step.state == "frame":
        progress.update(step.clip_id, step.frame, step.frames, unit="frames")
    else:
        progress.drop(step.clip_id)
        progress.update("clips", step.finished, step.total, unit="clips", now=True)


def _print_outcome(result: "GenerateResult", *, as_json: bool) -> None:
    from synth.engine.generation import explain_remaining

    for failure in result.failed:
        print_error(f"{failure.clip_id}: {failure.error} (see {failure.details})")
    remaining = explain_remaining(result)
    if remaining:
        print_note(remaining)
    if as_json:
        print_json(asdict(result))
        return
    kept = f", {result.kept} of them from an earlier run" if result.kept else ""
    print_result(f"{count_noun(len(result.clips), 'clip')}{kept} in {result.out}")
