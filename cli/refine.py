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
    from cli.generate import make_dataset
    from scenes.config import ScenarioConfig
    from synth.dataset.manifest import read_manifest
    from synth.dataset.storage import Storage
    from synth.plan import package_versions

    manifest = read_manifest(Storage(dataset))
    before, here = manifest["versions"], package_versions()
    changed = sorted(name for name in {*before, *here} if before.get(name) != here.get(name))
    if changed:
        versions = ", ".join(
            f"{name} {before.get(name, 'absent')} -> {here.get(name, 'absent')}" for name in changed
        )
        print_note(
            f"made with other versions ({versions}): pictures may differ from {dataset} in a few values"
        )
    recipe = manifest["recipe"]
    make_dataset(
        [ScenarioConfig.model_validate(config) for config in recipe["configs"]],
        out,
        as_json=as_json,
        refiner=refiner,
        clips=recipe["clips"],
        first=recipe["first"],
        seed=recipe["seed"],
        workers=workers,
        shard=parse_shard(shard),
        resume=resume,
    )
