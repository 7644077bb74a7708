"""Write the pages of docs/ that are generated from the code."""

from pathlib import Path

from scenes.config import models as config
from synth import schema

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Write each generated page."""
    pages = {"scenario-reference.md": config.render_docs(), "data-format.md": schema.render_docs()}
    for name, text in pages.items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"wrote docs/{name}")


if __name__ == "__main__":
    main()
