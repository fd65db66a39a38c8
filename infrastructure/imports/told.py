"""What came of a file, or would come of it, in lines of the command line."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from api.imports.likenesses import Alike, Likenesses, within
from application.imports import Report
from application.imports.client_lines import IDENTIFICATION_HERE, SAME_IDENTIFICATION
from application.imports.debts import ChangedDebt, Debts, Some, WithdrawnDebt, figures
from application.imports.people import OTHER_NAME_HERE
from application.imports.table import Finding, Table


def lines(
    table: Table, report: Report, alike: Likenesses, names: Mapping[UUID, str], import_id: UUID, *, dry_run: bool
) -> Iterator[str]:
    """`names` are those of the clients whom others are like; by `import_id` lists show what was loaded."""
    yield from _read(table, report)
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
    yield _summed_up(report, dry_run=dry_run)
    if report.position is not None and not dry_run and not report.is_all_bad:
        yield f"As lists on the pages: ?import={import_id}"


def _read(table: Table, report: Report) -> Iterator[str]:
    if len(table.sheets) > 1:
        yield f"sheet: {table.sheet} (of {', '.join(table.sheets)})"
    if report.unused:
        yield f"columns that are not used: {', '.join(report.unused)}"
    for finding in report.warnings:
        yield f"warning: {_finding(finding)}"
    for finding in report.of_bad_rows:
        yield _finding(finding)


def _finding(finding: Finding) -> str:
    where = f", column {finding.column}" if finding.column else ""
    value = f', "{finding.value}"' if finding.value else ""
    hint = " (if it is the same one: --same-identification)" if finding.why.message in _OF_ONE_IDENTIFICATION else ""
    return f"line {finding.line}{where}{value}: {finding.why}{hint}"


_OF_ONE_IDENTIFICATION = frozenset({IDENTIFICATION_HERE.message, SAME_IDENTIFICATION, OTHER_NAME_HERE.message})


def _changed(debt: ChangedDebt) -> str:
    differences: list[str] = []
    if debt.more:
        sign = "+" if debt.more.amount > 0 else ""
        differences.append(f"principal {debt.principal} here, {debt.told} in the file ({sign}{debt.more})")
    if debt.due_on != debt.told_due_on:
        differences.append(f"due {debt.due_on} here, {debt.told_due_on} in the file")
    why = f" (not followed: {debt.refused})" if debt.refused else ""
    return f"changed, line {debt.line}: {debt.reference}, {'; '.join(differences)}{why}"


def _withdrawn(debt: WithdrawnDebt) -> str:
    why = f" (stays open: {debt.refused})" if debt.refused else ""
    return f"not in the file: {debt.reference}, outstanding {debt.outstanding}{why}"


def _alike(one: Alike, names: Mapping[UUID, str]) -> str:
    like = ", ".join(
        f"{names[found.client_id]} ({', '.join(found.by)})" for found in one.like if found.client_id in names
    )
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
    warnings = f", {len(report.warnings)} warnings" if report.warnings else ""
    return (
        f"{report.rows} rows: {report.clients} clients, {report.case_files} case files, {report.invoices} invoices, "
        f"{report.payments} payments; "
        f"{report.skipped} there already, {report.bad_rows} bad{warnings}.{debts} {loaded}"
    )
