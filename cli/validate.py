"""``shopsynth validate``: checks scenario files without making anything."""

from typing import Any

import typer

from cli.console import print_error, print_json, print_result
from cli.options import Json, Scenarios, Sets


def validate(scenarios: Scenarios, sets: Sets = None, as_json: Json = False) -> None:
    """Check scenario files, naming each error's line and column."""
    from scenes.config.loader import load_config
    from scenes.distributions import Constant
    from scenes.errors import ConfigError

    results: list[dict[str, Any]] = []
    for source in scenarios:
        try:
            config = load_config(source, sets or ())
        except ConfigError as error:
            results.append({"scenario": source, "valid": False, "problems": str(error).splitlines()})
            print_error(str(error))
            continue
        varied = [path for path, d in config.distributions().items() if not isinstance(d, Constant)]
        results.append(
            {
                "scenario": source,
                "valid": True,
                "name": config.name,
                "natural": config.natural.name,
                "varied_keys": varied,
                "sha256": config.sha256,
            }
        )
        if not as_json:
            natural = f"weighed against {config.natural.name}"
            print_result(f"{source}: valid ({config.name}, {len(varied)} keys vary, {natural})")
    valid = all(result["valid"] for result in results)
    if as_json:
        print_json({"valid": valid, "scenarios": results})
    if not valid:
        raise typer.Exit(ConfigError.exit_code)
