"""Each subject of `api/` has a folder; what it shows to the others lies in a few modules that are named for that."""

import ast
from pathlib import Path

import pytest

import api

API = Path(api.__path__[0])
SHARED = {"http", "pages", "papers", "bills"}
SHOWN = {"inputs", "views", "listing", "timeline", "sheet"}
"""What is told of a thing, how it is read, what its lists are asked for, what its history tells, what it is as a
spreadsheet."""

MODULES = sorted(path.relative_to(API).with_suffix("") for path in API.glob("*/*.py"))
DEBTS = {("payments", "case_files"), ("payments", "invoices")}
"""A payment that is refused is shown again on the page of its debt."""


def met(module):
    """The modules of other subjects that this one imports."""
    for node in ast.walk(ast.parse((API / module).with_suffix(".py").read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("api."):
            for name in node.names:
                _, subject, *rest = f"{node.module}.{name.name}".split(".")
                if subject not in {module.parts[0], *SHARED} and (API / subject).is_dir():
                    yield subject, rest[0]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_subject_meets_another_only_in_what_that_one_shows(module):
    met_elsewhere = {one for one in met(module) if one[1] not in SHOWN and (module.parts[0], one[0]) not in DEBTS}
    assert met_elsewhere == set()
