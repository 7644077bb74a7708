"""The documentation points at what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_readme_names_every_preset():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    presets = [path.stem for path in (ROOT / "scenes" / "presets").glob("*.yaml")]
    assert [name for name in presets if f"`{name}`" not in readme] == []
