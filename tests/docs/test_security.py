"""The page on security holds: each requirement of the standard is in it once, and what it names is there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = re.findall(r"^\| ((\d+)\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)

OF_LEVELS_1_AND_2 = {
    1: (8, 19),
    2: (4, 7),
    3: (8, 11),
    4: (2, 8),
    5: (4, 5),
    6: (13, 22),
    7: (6, 12),
    8: (4, 3),
    9: (4, 3),
    10: (5, 24),
    11: (3, 11),
    12: (3, 6),
    13: (1, 12),
    14: (2, 7),
    15: (3, 10),
    16: (0, 16),
    17: (0, 7),
}
"""How many requirements each chapter of ASVS 5.0.0 has."""


@cache
def there_in(file):
    told = ast.parse((ROOT / file).read_text("utf-8"))
    return {one.name for one in told.body if isinstance(one, ast.FunctionDef)}


def test_each_requirement_of_levels_1_and_2_has_one_row():
    assert len({number for number, *_ in ROWS}) == len(ROWS) == 253
    counted = Counter((int(chapter), level) for _, chapter, level, *_ in ROWS)
    found = {chapter: (counted[chapter, "1"], counted[chapter, "2"]) for chapter in OF_LEVELS_1_AND_2}
    assert found == OF_LEVELS_1_AND_2
    assert all(len(how) > 10 for *_, how in ROWS)  # something is said


def test_each_test_that_it_names_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 150
    assert [(file, test) for file, test in named if test not in there_in(file)] == []


def test_each_file_that_it_names_is_there():
    named = re.findall(r"`((?:api|application|deploy|docs|domain|infrastructure|projections|tests)/[\w./-]+)[`:]", PAGE)
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_what_is_not_met_says_why():
    for number, *_, how in ROWS:
        told = re.search(r"[Nn]ot met[^:]*(.*)", how)
        assert told is None or len(told[1]) > 10, number
