"""What came of a file, or would come of it, in lines of the command line."""

from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from api.imports.column_names import LABELS
from api.imports.likenesses import Alike, Likenesses, within
from api.imports.words import labelled
from application.imports import Report
from application.imports.client_lines import IDENTIFICATION_HERE, SAME_IDENTIFICATION
from application.imports.columns import ColumnsMissing
from application.imports.debts import ChangedDebt, Debts, Some, WithdrawnDebt, figures
from application.imports.maps import Contents
from application.imports.people import OTHER_NAME_HERE
from application.imports.table import Finding, Table, Why


def lines(
    table: Table,
    contents: Contents,
    report: Report,
    alike: Likenesses,
    names: Mapping[UUID, str],
    import_id: UUID,
    *,
    dry_run: bool,
) -> Iterator[str]:
    """`names` are those of the clients whom others are like; by `import_id` lists show what was loaded."""
    yield from _read(table, contents, report)
    for debt in report.debts.changed:
        yield _changed(debt)
    for withdrawn in report.debts.withdrawn:
        yield _withdrawn(withdrawn)
    for one in alike.first:
        yield _alike(one, names)
    for pair in within(report) if dry_run else ():
        names_of_both = f"{pair.name} and {pair.other_name}"
        yield f"alike in the file, lines {pair.line} and {pair.other_line}: {names_of_both} ({', '.join(pair.by)})"
    if alike.recognised + alike.similar:
        yield f"{alike.recognised + alike.similar} clients of the file are like somebody here."
    if dry_run:
        yield from _figures(report.debts)
    if report.supposed:
        yield f"payments that follow from what the file leaves to pay, whose day it does not tell: {report.supposed}"
    yield _summed_up(report, dry_run=dry_run)
    if report.position is not None and not dry_run and not report.is_all_bad:
        yield f"As lists on the pages: ?import={import_id}"


LACKING = Why(
    "The file lacks columns that are needed: %(columns)s. It has: %(found)s. Head them so, or say with --map which "
    "they are, or what all rows have."
)
OTHER_SHEETS = Why("This was sheet %(sheet)s of %(sheets)s: --sheet reads another.")


def lacking(missing: ColumnsMissing, table: Table, said: Callable[[str], str]) -> str:
    """Each of ours by the name that pages have, with the one that a map has."""
    ours = [
        f"{' / '.join(said(LABELS[part, one]) for one in group)} ({' / '.join(group)})"
        for group, part in missing.needed.items()
    ]
    sentence = said(LACKING.message) % {
        "columns": ", ".join([*missing.absent, *ours]),
        "found": ", ".join(missing.found),
    }
    if len(table.sheets) > 1:
        sentence += " " + said(OTHER_SHEETS.message) % {"sheet": table.sheet, "sheets": ", ".join(table.sheets)}
    return sentence


def _read(table: Table, contents: Contents, report: Report) -> Iterator[str]:
    if len(table.sheets) > 1:
        yield f"sheet: {table.sheet} (of {', '.join(table.sheets)})"
    if report.unused:
        yield f"columns that are not used: {', '.join(report.unused)}"
    for finding in report.warnings:
        yield f"warning: {_finding(finding, table, contents)}"
    for finding in report.of_bad_rows:
        prefix = "warning: " if finding in report.doubtful else ""
        yield f"{prefix}{_finding(finding, table, contents)}"


def _finding(finding: Finding, table: Table, contents: Contents) -> str:
    shown = labelled(finding, table.header, contents, str)
    where = f", column {shown.column}" if shown.column else ""
    value = f', "{finding.value}"' if finding.value else ""
    hint = ""
    if finding.why.message in _OF_ONE_IDENTIFICATION:
        hint = " (if it is the same one: --same-identification)"
    elif shown.column != finding.column:
        hint = f" (the file has no such column: --map says which it is, or what all rows have, as {finding.column})"
    return f"line {finding.line}{where}{value}: {finding.why}{hint}"


_OF_ONE_IDENTIFICATION = frozenset({IDENTIFICATION_HERE.message, SAME_IDENTIFICATION, OTHER_NAME_HERE.message})


def _changed(debt: ChangedDebt) -> str:
    differences: list[str] = []
    if debt.more:
        sign = "+" if debt.more.amount > 0 else ""
        differences.append(f"principal {debt.principal} here, {debt.in_file} in the file ({sign}{debt.more})")
    if debt.due_on != debt.due_on_in_file:
        differences.append(f"due {debt.due_on} here, {debt.due_on_in_file} in the file")
    why = f" (not followed: {debt.refused})" if debt.refused else ""
    return f"changed, line {debt.line}: {debt.reference}, {'; '.join(differences)}{why}"


def _withdrawn(debt: WithdrawnDebt) -> str:
    why = f" (stays open: {debt.refused})" if debt.refused else ""
    return f"not in the file: {debt.reference}, outstanding {debt.outstanding}{why}"


NOT_SHOWN = "a client who is not shown"
"""As one is whose data are blocked."""


def _alike(one: Alike, names: Mapping[UUID, str]) -> str:
    like = ", ".join(f"{names.get(found.client_id, NOT_SHOWN)} ({', '.join(found.by)})" for found in one.like)
    return f"alike, line {one.line}: {', '.join(filter(None, (one.reference, one.name)))} is like {like}"


def _figures(debts: Debts) -> Iterator[str]:
    found = figures(debts)
    groups = (
        ("new", found.new),
        ("more owed", found.more),
        ("less owed", found.less),
        ("not in the file", found.withdrawn),
    )
    for name, some in groups:
        if some.count:
            yield f"{name}: {_some(some)}"
    if found.due:
        yield f"another day due, which is only told: {found.due} case files"


def _some(some: Some) -> str:
    return f"{some.count} case files, {', '.join(map(str, some.totals))}"


def _summed_up(report: Report, *, dry_run: bool) -> str:
    loaded = "Nothing was loaded: a dry run." if dry_run else f"Loaded, at position {report.position}."
    if not dry_run and report.position is None:
        loaded = "Nothing was loaded, because some rows are bad."
    elif not dry_run and report.is_all_bad:
        loaded = "Nothing was loaded, because all rows are bad."
    changed = f"{len(report.debts.changed)} changed, {report.followed} of them followed"
    debts = f" {changed}; {report.closed} closed as withdrawn." if report.debts.changed or report.closed else ""
    warned = len(report.warnings) + len(report.doubtful)
    warnings = f", {warned} warnings" if warned else ""
    nothing_owed = f"{report.nothing_owed} left out because nothing is owed, " if report.nothing_owed else ""
    return (
        f"{report.rows} rows: {report.clients} clients, {report.case_files} case files, {report.invoices} invoices, "
        f"{report.payments} payments; "
        f"{report.skipped} there already, {nothing_owed}{report.bad_rows} bad{warnings}.{debts} {loaded}"
    )
