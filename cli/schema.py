"""``shopsynth schema``: the JSON Schema of scenario files, for editors."""

from cli.console import print_json


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from scenes.config.models import make_json_schema

    print_json(make_json_schema())
