"""``shopsynth refine``: a dataset again, with refined videos beside the raw ones."""

from cli.console import print_note
from cli.options import Dataset, Json, Out, Refiner, Resume, Shard, Workers, parse_shard


def refine(
    dataset: Dataset,
    out: Out,
    refiner: Refiner = "default",
    workers: Workers = 1,
    shard: Shard = None,
    resume: Resume = False,
    as_json: Json = False,
) -> None:
    """Make a dataset again with another refiner.

    A refiner needs what the renderer knows of each pixel, which no dataset stores. So the clips are made anew
    from the recipe in the manifest, which gives the same bytes wherever the versions are the same.
    """
    part = parse_shard(shard)
    from cli.generate import Run, make_dataset
    from synth.dataset.manifest import NAME, read_manifest
    from synth.dataset.storage import Storage
    from synth.engine.plan import read_configs
    from synth.engine.versions import explain_changes, read_versions

    storage = Storage(dataset)
    manifest = read_manifest(storage)
    recipe = manifest["recipe"]
    configs = read_configs(recipe, storage.describe(NAME))
    changes = explain_changes(manifest["versions"], read_versions(rendering=True))
    if changes:
        print_note(
            f"made with other versions ({changes}): pictures may differ from {dataset} in a few values"
        )
    run = Run(
        clips=recipe["clips"],
        first=recipe["first"],
        seed=recipe["seed"],
        workers=workers,
        shard=part,
        resume=resume,
    )
    make_dataset(configs, out, run, refiner=refiner, as_json=as_json)
