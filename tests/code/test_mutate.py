"""What `dev.py mutate` asks mutmut, and whom mypy's words are about. mutmut itself is not needed for that."""

import json
import os
from pathlib import Path

import pytest

import mutate

MONEY = Path("domain/money.py")


@pytest.fixture(autouse=True)
def checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("domain", "mutants/domain"):
        Path(folder).mkdir(parents=True)
    MONEY.write_text("")


def results(**codes):
    Path(f"mutants/{MONEY}.meta").write_text(json.dumps({"exit_code_by_key": codes}))


def test_a_run_goes_on_with_what_was_not_tried_and_asks_again_about_what_no_test_found():
    results(killed=1, survived=0, untried=None, without_test=33, refused_by_mypy=37, too_slow=-24)
    assert mutate.open_questions(MONEY) == ["survived", "untried", "without_test"]


def test_a_file_that_is_new_or_has_changed_is_asked_about_whole():
    assert mutate.open_questions(MONEY) == ["domain.money.x*"]
    results(killed=1)
    assert mutate.open_questions(MONEY) == []
    since = Path(f"mutants/{MONEY}.meta").stat().st_mtime
    os.utime(MONEY, (since + 1, since + 1))
    assert mutate.open_questions(MONEY) == ["domain.money.x*"]


def test_the_functions_of_a_package_are_those_of_its_own_file():
    assert mutate.module(Path("domain/case_file/__init__.py")) == "domain.case_file"


def mypy_says(*lines):
    said = [{"file": str(MONEY), "line": line, "message": f"line {line}"} for line in lines]
    Path("mutants/said").write_text("".join(json.dumps(one) + "\n" for one in said))
    Path("pyproject.toml").write_text('[tool.mutmut]\ntype_check_command = ["cat", "said"]\n')
    spans = {"x_of__mutmut_orig": (1, 3), "x_of__mutmut_1": (5, 7), "x_of__mutmut_2": (9, 11)}
    Path(f"mutants/{MONEY}.spans").write_text(json.dumps({"spans": spans}))


def test_what_mypy_says_of_a_line_is_about_the_change_that_stands_there():
    mypy_says(11, 5)
    refused = mutate.refused_by_types()
    assert {name: one.error.error_description for name, one in refused.items()} == {
        "domain.money.x_of__mutmut_1": "line 5",
        "domain.money.x_of__mutmut_2": "line 11",
    }


@pytest.mark.parametrize("line", [2, 8, 12])
def test_a_fault_that_is_of_no_change_ends_the_run(line):
    mypy_says(line)
    with pytest.raises(SystemExit, match="outside"):
        mutate.refused_by_types()


@pytest.mark.parametrize(("found", "missed", "told"), [(9, 1, "90 %"), (1, 0, "100 %"), (0, 0, ""), (999, 1, "99 %")])
def test_a_score_never_says_more_than_was_found(found, missed, told):
    assert mutate.share(found, missed) == told
