"""What the documentation names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("maps/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#:\s]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_each_path_that_architecture_names_is_there():
    named = re.findall(r"`((?:api|application|domain|infrastructure|projections|tests)/[\w./]*\w\.(?:py|html))`",
                       (ROOT / "docs/architecture.md").read_text())  # fmt: skip
    assert [one for one in named if not (ROOT / one).exists()] == []
    assert len(named) > 3
