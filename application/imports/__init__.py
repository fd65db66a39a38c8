"""Importing a file: clients, case files or invoices, payments, or receivables, which are all of it in one row.

A file is one decision. Each of its rows is put before the client and the case file or invoice that it is about, in the
order of the file, so every rule of the business holds for it; a row is loaded whole or not at all. A row is known by
its references: one that says what is there already is skipped, one that says something else is bad. Only what a debt
comes to may change from one file of a creditor to the next: that is told, and followed where whoever imports wants it.
Its modules, in the order in which a file passes them: `table`, `maps`, `cells`, `rows`, `people`, `payments_beside`,
`payments_by_number`,
`loading`, which drafts what each row comes to (`client_lines`, `case_file_lines` with `debts`, `invoice_lines`,
`payment_lines`, `balances`, `draft`) beside what is `known`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from application.imports.balances import PAID_BEFORE
from application.imports.client_lines import Newcomer, Recognised
from application.imports.debts import Debts, OpenCaseFiles, WithdrawnDebt
from application.imports.draft import BadLine
from application.imports.loading import Loading
from application.imports.lookups import NO_LOOKUPS, Lookups
from application.imports.maps import Contents, Map, Part
from application.imports.people import NOTHING_SAID, Namesake, SameNames
from application.imports.rows import Line, Reader
from application.imports.shape import totals_apart
from application.imports.table import Finding, Table, Why
from application.streams import Command, Decision, EventStore, Streams, change
from domain.business import BUSINESS, Business
from domain.case_file.debt import DebtAdjusted, ItemsAdded
from domain.case_file.progress import CaseFileClosed, CaseFileOpened
from domain.client import ClientRegistered
from domain.errors import Invalid
from domain.events import Event
from domain.invoice.issuing import InvoiceImported
from domain.payments import PaymentApproved, PaymentRecorded
from domain.people import Role

STEP = 1000
"""After how many rows progress is told."""

NOT_ALL_READ = Why("what is missing from the file is not looked for: rows that cannot be read may name it")


@dataclass(frozen=True, slots=True)
class Report:
    """What was loaded, or in a dry run would be. `position` is the log's afterwards; None where nothing was written.

    `unused` are the columns of the file of which nothing is read, `skipped` the rows that say what is there already.
    `nothing_owed` counts the rows of debts of which nothing is left: they are left out, and named among the warnings.
    `followed` is how many debts came to what their creditor tells now, `closed` how many case files were closed
    as withdrawn. `newcomers` are the clients that are new here; `new_creditors` those beside them whom debts are owed
    to, by reference. `unapproved` is how many of the payments wait for a decision, `supposed` how many follow from what
    is left to pay, so that the file tells no day of them. `doubtful` is what is no reason for a row to be bad, but is
    told of one that is, so that all of it can be put right at once. `namesakes` those who have the name of one that is
    here, `identified` counts who was found by identification alone.
    """

    rows: int
    clients: int
    case_files: int
    invoices: int
    payments: int
    skipped: int
    bad: Sequence[Finding]
    warnings: Sequence[Finding]
    debts: Debts
    doubtful: Sequence[Finding] = ()
    nothing_owed: int = 0
    followed: int = 0
    closed: int = 0
    newcomers: Sequence[Newcomer] = ()
    new_creditors: Sequence[str] = ()
    recognised: Sequence[Recognised] = ()
    namesakes: Sequence[Namesake] = ()
    identified: int = 0
    unused: Sequence[str] = ()
    unapproved: int = 0
    supposed: int = 0
    position: int | None = None

    @property
    def bad_rows(self) -> int:
        """A row may be bad for several reasons."""
        return len({finding.line for finding in self.bad})

    @property
    def of_bad_rows(self) -> Sequence[Finding]:
        """All that is said of them."""
        return sorted([*self.bad, *self.doubtful])

    @property
    def is_all_bad(self) -> bool:
        """Then nothing comes of it, though bad rows are left out."""
        return bool(self.rows) and self.bad_rows == self.rows and not self.closed


def _is_supposed(event: Event) -> bool:
    return isinstance(event, PaymentRecorded) and event.note == PAID_BEFORE


class BadRows(Invalid):
    """All or nothing: it was nothing. `report` has them all."""

    title = "Nothing was loaded, because some rows are bad"

    def __init__(self, report: Report) -> None:
        super().__init__(rows=report.bad_rows)
        self.report = report


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever loads a file wants of the rows that can be dealt with in more than one way: by default, nothing.

    `follow`: debts come to what their creditor tells now. `close_withdrawn`: what the file does not name is closed.
    `recognise`: who has the identification of a client that is here, or of an earlier row, but another reference or
    name, is that client; otherwise the row is bad, and told among the `recognised` of the report all the same.
    `same_names`: whom rows mean that tell of people by nothing but their name.
    """

    leave_out_bad: bool = False
    follow: bool = False
    close_withdrawn: bool = False
    recognise: bool = False
    same_names: SameNames = NOTHING_SAID


NOTHING_WISHED = Wish()


def import_file(
    store: EventStore,
    command: Command,
    table: Table,
    contents: Contents,
    *,
    mapping: Map | None = None,
    dry_run: bool = False,
    wish: Wish = NOTHING_WISHED,
    open_case_files: OpenCaseFiles | None = None,
    lookups: Lookups = NO_LOOKUPS,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Report:
    """Load what the file tells, if need be without its bad rows; a dry run only says what would come of it.

    Case files that `open_case_files` finds and the file does not name are told as withdrawn.
    """
    command.actor.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    reader, rows, unreadable = _read(table, mapping, contents, store.load(Business(), BUSINESS)[0].country)
    not_read = {finding.line for finding in unreadable}
    settled = {line.row.line for line in rows if line.settled}

    def check(log: Streams) -> tuple[Decision, Report]:
        loading = Loading(
            log,
            command,
            reader,
            follow=wish.follow,
            recognise=wish.recognise,
            same_names=wish.same_names,
            lookups=lookups,
        )
        told_of = loading.complete(rows, not_read | settled)
        lines = [line for line in told_of if line.row.line not in not_read | settled]
        bad, skipped = [*table.bad, *unreadable], 0
        for done, line in enumerate(lines, start=1):
            try:
                skipped += not loading.take(line)
            except BadLine as refused:
                bad += refused.findings
            if done % STEP == 0 or done == len(lines):
                progress(done, len(lines))
        left_out = {finding.line for finding in bad}
        nothing_owed = loading.nothing_owed([line for line in told_of if line.row.line in settled])
        warnings = [*reader.warnings, *loading.warnings, *nothing_owed, *totals_apart(table, reader.amounts, left_out)]
        withdrawn: Sequence[WithdrawnDebt] = ()
        if open_case_files is not None and Part.CASE_FILES in contents.parts:
            case_files_told = {line.case_file.reference for line in told_of if line.case_file}
            if table.bad or "" in case_files_told:  # a row that can't be read may name any
                warnings.append(Finding(1, "", "", NOT_ALL_READ))
            else:
                withdrawn = loading.case_files.withdraw(open_case_files, case_files_told, close=wish.close_withdrawn)
        decision = loading.decision()
        made = Counter(type(event) for change in decision.changes for event in change.events)
        return decision, Report(
            rows=len(table.rows),
            clients=made[ClientRegistered],
            case_files=made[CaseFileOpened],
            invoices=made[InvoiceImported],
            payments=made[PaymentRecorded],
            skipped=skipped,
            nothing_owed=len(nothing_owed),
            bad=sorted(bad),
            doubtful=sorted(loading.doubts(told_of, left_out)),
            warnings=sorted(warnings),
            debts=Debts(loading.case_files.new, loading.case_files.changed, withdrawn),
            followed=made[ItemsAdded] + made[DebtAdjusted],
            closed=made[CaseFileClosed],
            newcomers=loading.clients.newcomers,
            new_creditors=loading.clients.new_creditors,
            namesakes=loading.people.namesakes,
            identified=loading.people.identified,
            unused=reader.unused,
            unapproved=made[PaymentRecorded] - made[PaymentApproved],
            supposed=sum(_is_supposed(event) for change in decision.changes for event in change.events),
            recognised=[
                *{
                    one.line: one for one in loading.recognised if not wish.recognise or one.line not in left_out
                }.values()
            ],
        )

    if dry_run:
        return check(Streams(store))[1]

    reports: list[Report] = []

    def decide(log: Streams) -> Decision:
        decision, report = check(log)
        if report.bad and not wish.leave_out_bad:
            raise BadRows(report)
        reports.append(report)
        return decision

    outcome = change(store, command, decide)
    # A command that was carried out before is not decided again; then its rows are all there.
    report = reports[-1] if reports else check(Streams(store))[1]
    return replace(report, position=outcome.position)


def _read(
    table: Table, mapping: Map | None, contents: Contents, country: str
) -> tuple[Reader, list[Line], list[Finding]]:
    """What the rows say, and what of that can't be read. Rows that can't be prove nothing of what others mean."""
    reader = Reader(table, mapping, contents, country)
    lines, unreadable = _read_by(reader, table)
    not_read = {finding.line for finding in unreadable}
    if not_read and (again := Reader(table, mapping, contents, country, not_read)).orders != reader.orders:
        return again, *_read_by(again, table)
    return reader, lines, unreadable


def _read_by(reader: Reader, table: Table) -> tuple[list[Line], list[Finding]]:
    """Of those that have as many cells as they should."""
    ragged = {finding.line for finding in table.bad}
    lines: list[Line] = []
    unreadable: list[Finding] = []
    for row in table.rows:
        if row.line not in ragged:
            line, findings = reader.read(row)
            unreadable += findings
            lines.append(line)
    return lines, unreadable
