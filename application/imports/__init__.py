"""Importing a file: clients, case files, payments, or receivables, which are all three in one row.

A file is one decision. Each of its rows is put before the client and the case file that it is about, in the order of
the file, so every rule of the business holds for it; a row is loaded whole or not at all. A row is known by its
references: one that says what is there already is skipped, one that says something else is bad. Its modules, in the
order in which a file passes them: `table`, `maps`, `cells`, `rows`, `loading` with what it `known`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from application.imports.loading import BadLine, Loading
from application.imports.maps import Contents, Map
from application.imports.rows import Line, Reader
from application.imports.table import Finding, Table
from application.streams import Command, Decision, EventStore, Streams, change
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered
from domain.errors import Invalid
from domain.payments import PaymentRecorded
from domain.people import Role

STEP = 1000
"""After how many rows progress is told."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was loaded, or in a dry run would be. `position` is the log's afterwards; None where nothing was written."""

    rows: int
    clients: int
    case_files: int
    payments: int
    skipped: int
    bad: Sequence[Finding]
    warnings: Sequence[Finding]
    position: int | None = None

    @property
    def bad_rows(self) -> int:
        """A row may be bad for several reasons."""
        return len({finding.line for finding in self.bad})


class BadRows(Invalid):
    """All or nothing: it was nothing. `report` has them all."""

    title = "Nothing was loaded, because some rows are bad"

    def __init__(self, report: Report) -> None:
        super().__init__(rows=report.bad_rows)
        self.report = report


def import_file(
    store: EventStore,
    command: Command,
    table: Table,
    contents: Contents,
    *,
    told: Map | None = None,
    dry_run: bool = False,
    leave_out_bad: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Report:
    """Load what the file tells, if need be without its bad rows; a dry run only says what would come of it."""
    command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    reader = Reader(table, told, contents)
    lines, unreadable = _read(reader, table)

    def check(log: Streams) -> tuple[Decision, Report]:
        loading = Loading(log, command, reader, lines)
        bad, skipped = [*table.bad, *unreadable], 0
        for done, line in enumerate(lines, start=1):
            try:
                skipped += not loading.take(line)
            except BadLine as refused:
                bad += refused.findings
            if done % STEP == 0 or done == len(lines):
                progress(done, len(lines))
        decision = loading.decision()
        made = Counter(type(event) for change in decision.changes for event in change.events)
        return decision, Report(
            rows=len(table.rows),
            clients=made[ClientRegistered],
            case_files=made[CaseFileOpened],
            payments=made[PaymentRecorded],
            skipped=skipped,
            bad=sorted(bad),
            warnings=sorted([*reader.warnings, *loading.warnings]),
        )

    if dry_run:
        return check(Streams(store))[1]

    reports: list[Report] = []

    def decide(log: Streams) -> Decision:
        decision, report = check(log)
        if report.bad and not leave_out_bad:
            raise BadRows(report)
        reports.append(report)
        return decision

    outcome = change(store, command, decide)
    # A command that was carried out before is not decided again; then its rows are all there.
    report = reports[-1] if reports else check(Streams(store))[1]
    return replace(report, position=outcome.position)


def _read(reader: Reader, table: Table) -> tuple[list[Line], list[Finding]]:
    """The lines that can be read, and what is wrong with the others."""
    ragged = {finding.line for finding in table.bad}
    lines: list[Line] = []
    unreadable: list[Finding] = []
    for row in table.rows:
        if row.line not in ragged:
            line, findings = reader.read(row)
            unreadable += findings
            if not findings:
                lines.append(line)
    return lines, unreadable
