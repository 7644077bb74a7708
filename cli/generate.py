"""``shopsynth generate``: makes a dataset from scenarios."""

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import ProgressReport, print_error, print_json, print_note, print_result
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
    from synth.engine import GenerateResult, Progress

FAILED, INTERRUPTED = 1, 130


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
    from scenes.loader import load_config

    make_dataset(
        [load_config(source, sets or ()) for source in scenarios],
        out,
        as_json=as_json,
        clips=clips,
        first=first,
        seed=seed,
        workers=workers,
        shard=part,
        engine=engine.value,
        refiner=refiner,
        resume=resume,
    )


def make_dataset(configs: Any, out: str, *, as_json: bool, refiner: str, **options: Any) -> None:
    """Run the engine with progress on stderr and print what came of it.

    Exits with 4 when some clips failed, with 1 when all did.

    Args:
        configs: The scenarios.
        out: The new dataset.
        as_json: Whether the result is for machines.
        refiner: What `--refiner` said.
        options: Passed on to `synth.engine.generate`.
    """
    import gan
    from synth.engine import generate as run_engine

    # Loaded here once, so that a bad checkpoint ends the command before any clip is begun.
    gan.load_refiner(refiner)
    factory = None if refiner == "none" else gan.default_refiner_factory(refiner)
    command = ["shopsynth", *sys.argv[1:]]
    try:
        with ProgressReport() as progress:
            result = run_engine(
                configs,
                out,
                refiner=refiner,
                refiner_factory=factory,
                command=command,
                on_progress=lambda step: _show_step(progress, step),
                **options,
            )
    except KeyboardInterrupt:
        print_note(f"interrupted: finished clips are kept in {out}; go on with the same command and --resume")
        raise typer.Exit(INTERRUPTED) from None
    _print_outcome(result, as_json=as_json)
    if result.failed:
        raise typer.Exit(result.exit_code if result.clips else FAILED)


def _show_step(progress: ProgressReport, step: "Progress") -> None:
    if step.state == "frame":
        progress.update(step.clip_id, step.frame, step.frames, unit="frames")
    else:
        progress.drop(step.clip_id)
        progress.update("clips", step.finished, step.total, unit="clips", now=True)


def _print_outcome(result: "GenerateResult", *, as_json: bool) -> None:
    from synth.engine import explain_remaining

    for failure in result.failed:
        print_error(f"{failure.clip_id}: {failure.error} (see {failure.details})")
    remaining = explain_remaining(result)
    if remaining:
        print_note(remaining)
    if as_json:
        print_json(asdict(result))
        return
    kept = f", {result.kept} of them from an earlier run" if result.kept else ""
    print_result(f"{len(result.clips)} clips{kept} in {result.out}")
