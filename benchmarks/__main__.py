"""Measures each speed beside what it is compared with: `python -m benchmarks [--write] [GROUP …]`.

`--write` puts their rows into the table of docs/speed.md, each with its day; those of other groups stay.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from benchmarks import appends, http, imports, invoices, pages, portfolios, rebuilds
from benchmarks.figures import Figure
from benchmarks.places import places

GROUPS: dict[str, ModuleType] = {
    "appends": appends,
    "rebuilds": rebuilds,
    "http": http,
    "pages": pages,
    "imports": imports,
    "portfolios": portfolios,
    "invoices": invoices,
}

SPEED = Path(__file__).parent.parent / "docs" / "speed.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
HEAD = "| what | measured | beside | measured | that is | asked for | met | on |\n|---|---|---|---|---|---|---|---|"


def main(arguments: Sequence[str]) -> None:
    names = [argument for argument in arguments if argument != "--write"]
    if unknown := [name for name in names if name not in GROUPS]:
        sys.exit(f"There is no group {', '.join(unknown)}: there are {', '.join(GROUPS)}.")
    found: list[Figure] = []
    for figure in _measured(names or list(GROUPS)):
        print(_row(figure), flush=True)
        found.append(figure)
    if "--write" in arguments:
        _write(found)
    if short := [figure.what for figure in found if figure.falls_short]:
        print(f"\nFalls short: {'; '.join(short)}.")


def _measured(names: Sequence[str]) -> Iterator[Figure]:
    """Each group in a folder and on a server of its own, so that none leaves the next one anything."""
    for name in names:
        with places() as somewhere:
            yield from GROUPS[name].figures(somewhere)


def _row(figure: Figure) -> str:
    bound = "at most" if figure.at_most else "at least"
    met = "**falls short**" if figure.falls_short else "yes"
    measured, required = f"{figure.measured:,.3g}{figure.unit}", f"{bound} {figure.required:,g}{figure.unit}"
    return f"| {figure.what} | {figure.ours} | {figure.beside} | {figure.theirs} | {measured} | {required} | {met} |"


def _write(found: Sequence[Figure]) -> None:
    text = SPEED.read_text()
    before, table, after = text[: text.index(BEGIN)], text[text.index(BEGIN) : text.index(END)], text[text.index(END) :]
    day = datetime.now(UTC).date()
    rows = {_of(line): line for line in table.splitlines() if line.startswith("| ") and line not in HEAD}
    rows |= {_of(row): f"{row} {day} |" for row in map(_row, found)}
    SPEED.write_text("\n".join((f"{before}{BEGIN}", HEAD, *rows.values(), after)))


def _of(row: str) -> tuple[str, str]:
    """What a row is about: what was measured, and beside what."""
    what, _, beside, *_ = row.split(" | ")
    return what, beside


if __name__ == "__main__":
    main(sys.argv[1:])
