"""Mutation testing of `domain/`: mutmut changes one thing in the code, and some test in `tests/domain/` should fail.

`dev.py mutate` runs this; docs/mutation.md tells how to read what it says. Results lie in `mutants/`, so a run that was
stopped goes on where it was, and one that follows asks again only about what has changed and what no test found.
"""

import importlib
import json
import os
import subprocess
import sys
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent
RESULTS = Path("mutants")
WHICH_TESTS = RESULTS / "mutmut-stats.json"
VERDICTS = {1: "by tests", 3: "by tests", -24: "by time", 24: "by time", 152: "by time", 36: "by time", 37: "by types"}
"""Exit codes, as mutmut keeps them, of what was found; None is what was not tried yet."""
SURVIVED, NO_TEST = 0, 33


def main() -> None:
    os.chdir(ROOT)
    os.environ["PATH"] = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # mutmut starts mypy by its name
    )
    args = sys.argv[1:]
    report_only = "--report" in args
    files = [Path(name).resolve().relative_to(ROOT) for name in args if not name.startswith("--")]
    if "--all" in args:
        files = sorted(Path("domain").rglob("*.py"))
    files = files or changed()
    if not files:
        sys.exit("No file of domain/ differs from main. Name files, or say --all.")
    if not report_only and (asked := [name for file in files for name in open_questions(file)]):
        forget_which_tests_if_they_changed()
        # By its name, since `dev.py check` also runs where it is not installed.
        mutmut: Any = importlib.import_module("mutmut.__main__")
        mutmut.filter_mutants_with_type_checker = refused_by_types
        mutmut.run.callback(asked, max_children=None)
    report(files)


def changed() -> list[Path]:
    """Files of the domain that differ from where this branch left main, or from HEAD where there is no main."""
    base = git("merge-base", "HEAD", "main") or ["HEAD"]
    new = git("ls-files", "--others", "--exclude-standard", "domain")
    return sorted(Path(name) for name in {*git("diff", "--name-only", "--diff-filter=d", *base, "--", "domain"), *new})


def git(*args: str) -> list[str]:
    return subprocess.run(["git", *args], check=False, capture_output=True, text=True).stdout.split()


def verdicts(file: Path) -> dict[str, int | None] | None:
    """Of each mutant of that file, unless it has changed since."""
    results = RESULTS / f"{file}.meta"
    if not results.exists() or results.stat().st_mtime < file.stat().st_mtime:
        return None
    kept: dict[str, int | None] = json.loads(results.read_text())["exit_code_by_key"]
    return kept


def open_questions(file: Path) -> Iterable[str]:
    """Names for mutmut, which tries again whatever is named: so not of what was found already."""
    known = verdicts(file)
    if known is None:
        return [f"{module(file)}.x*"]
    return [name for name, code in known.items() if code not in VERDICTS]


def module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def forget_which_tests_if_they_changed() -> None:
    """mutmut asks new tests which functions they run, but not those that were rewritten under their old name."""
    if WHICH_TESTS.exists():
        known_since = WHICH_TESTS.stat().st_mtime
        if any(
            test.stat().st_mtime > known_since
            for test in [*Path("tests/domain").rglob("*.py"), *Path("tests").glob("*.py")]
        ):
            WHICH_TESTS.unlink()


def refused_by_types() -> dict[str, SimpleNamespace]:
    """What mypy says of mutants. mutmut's own function parses all that it wrote to tell whose a line is: minutes."""
    command = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["type_check_command"]
    said = subprocess.run(command, cwd=RESULTS, check=False, capture_output=True, text=True).stdout
    refused: dict[str, SimpleNamespace] = {}
    for file, errors in groupby(sorted(map(json.loads, said.splitlines()), key=by_place), key=lambda one: one["file"]):
        spans: dict[str, tuple[int, int]] = json.loads((RESULTS / f"{file}.spans").read_text())["spans"]
        by_line = sorted((first, last, name) for name, (first, last) in spans.items())
        for error in errors:
            place = bisect(by_line, (error["line"], sys.maxsize, "")) - 1
            _, last, name = by_line[place]
            if place < 0 or last < error["line"] or name.endswith("_orig"):
                sys.exit(f"mypy finds a fault outside of what mutmut changed: {error}")
            refused[f"{module(Path(file))}.{name}"] = SimpleNamespace(
                error=SimpleNamespace(error_description=error["message"])
            )
    return refused


def by_place(error: dict[str, Any]) -> tuple[str, int]:
    return error["file"], error["line"]


def report(files: Iterable[Path]) -> None:
    """What no test found, each as the lines it changes; then the table of docs/mutation.md."""
    show = importlib.import_module("mutmut.mutation.diff_apply").get_diff_for_mutant  # only there once mutmut is
    rows = [("file", Counter[str]())]
    for file in files:
        known = verdicts(file) or {}
        for name, code in known.items():
            if code in (SURVIVED, NO_TEST):
                print(f"\n{name}" + " (no test runs it)" * (code == NO_TEST))
                print(*(line for line in show(name, path=file).splitlines()[2:] if line[:1] in "+-"), sep="\n")
        if known:
            rows.append(
                (
                    str(file),
                    Counter(
                        VERDICTS.get(code, "not found") if code is not None else "to try" for code in known.values()
                    ),
                )
            )
    rows.append(("all", sum((count for _, count in rows), Counter[str]())))
    columns = ("by tests", "by time", "by types", "not found", "to try")
    print("\n| file | " + " | ".join(columns) + " | score | without types |\n|---|" + "---:|" * (len(columns) + 2))
    for name, count in rows[1:]:
        found, missed = count["by tests"] + count["by time"], count["not found"]
        scores = (share(found + count["by types"], missed), share(found, missed))
        print(f"| {name} | " + " | ".join([*(str(count[one] or "") for one in columns), *scores]) + " |")


def share(found: int, missed: int) -> str:
    return f"{100 * found // (found + missed)} %" if found + missed else ""


if __name__ == "__main__":
    main()
