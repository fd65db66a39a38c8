"""Values of one type next to each other are easily swapped, so whoever makes something of many names each of them."""

import ast
import dataclasses
import importlib
import inspect
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("domain", "application", "projections", "api", "infrastructure")
BY_PLACE = 5
"""So many at most."""

FILES = [
    path.relative_to(ROOT)
    for package in OURS
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts  # alembic runs these, nobody imports them
]


def made_of_many(file):
    """Calls with more values by their place, and what is called, where the module knows it by that name."""
    names = vars(importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__")))
    for call in ast.walk(ast.parse((ROOT / file).read_text())):
        by_place = isinstance(call, ast.Call) and not any(isinstance(one, ast.Starred) for one in call.args)
        if by_place and len(call.args) > BY_PLACE:
            first, *parts = ast.unparse(call.func).split(".")
            called = names.get(first)
            for part in parts:
                called = getattr(called, part, None)
            yield call, called


@pytest.mark.parametrize("file", FILES, ids=str)
def test_what_is_made_of_many_values_names_them(file):
    unnamed = [
        f"{file}:{call.lineno} {called.__name__}"
        for call, called in made_of_many(file)
        if inspect.isclass(called) and dataclasses.is_dataclass(called) and called.__module__.partition(".")[0] in OURS
    ]
    assert unnamed == []
