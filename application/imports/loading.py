"""Turns what a file says into events: the client, case file and invoice decide on each row, as they are by then."""

from collections.abc import Collection, Sequence
from typing import cast

from application import case_files
from application.collection import case_file_changes
from application.imports.balances import whole_principals
from application.imports.case_file_lines import CaseFileLines
from application.imports.client_lines import ClientLines, Recognised
from application.imports.debts import ChangedDebt
from application.imports.draft import BadLine, Draft, Stream
from application.imports.invoice_lines import InvoiceLines
from application.imports.lookups import NO_LOOKUPS, Lookups
from application.imports.maps import Part
from application.imports.payment_lines import with_payment
from application.imports.people import NOTHING_SAID, People, SameNames
from application.imports.rows import STILL_OPEN, Line, Reader
from application.imports.table import Finding, Why
from application.imports.users import UserNames, names_in, with_log_ins
from application.streams import Change, Command, Decision, Streams
from domain.case_file import CaseFile
from domain.case_file import Event as CaseFileEvent
from domain.client import Client
from domain.invoice import Invoice
from domain.people import User, user_id


class Loading:
    """One attempt to load a file onto the log as it is now."""

    def __init__(
        self,
        log: Streams,
        command: Command,
        reader: Reader,
        *,
        follow: bool = False,
        recognise: bool = False,
        same_names: SameNames = NOTHING_SAID,
        lookups: Lookups = NO_LOOKUPS,
    ) -> None:
        self._draft = Draft(log, command, reader)
        self.people = People(self._draft, same_names, lookups.namesakes, lookups.numbered, recognise=recognise)
        self.clients = ClientLines(self._draft, recognise=recognise)
        self.case_files = CaseFileLines(self._draft, follow=follow)
        self.invoices = InvoiceLines(self._draft)
        self._named: set[str] = set()
        self._user_names = lookups.user_names
        self._users: dict[str, User] = {}
        self._warnings: list[Finding] = []

    @property
    def warnings(self) -> Sequence[Finding]:
        return [
            *self._warnings,
            *self._draft.warnings,
            *self.people.warnings,
            *self.clients.warnings,
            *self.case_files.warnings,
            *self.case_files.balances.warnings,
            *self.invoices.warnings,
            *self.invoices.balances.warnings,
        ]

    @property
    def recognised(self) -> Sequence[Recognised]:
        return [*self.people.recognised, *self.clients.recognised]

    def complete(self, lines: Sequence[Line], unreadable: Collection[int]) -> list[Line]:
        """The lines with whom and what they mean, before any of them is taken."""
        lines = self._with_log_ins(lines)
        completed = whole_principals(self.people.complete(lines, unreadable), unreadable)
        readable = [line for line in completed if line.row.line not in unreadable]
        self._draft.look_up(readable)
        self.case_files.expect(readable)
        self.invoices.balances.expect(line.invoice for line in readable if line.invoice)
        return completed

    def take(self, line: Line) -> bool:
        """Load all of a line, or raise `BadLine` and load nothing. False where it was all there before."""
        if findings := self._who_only_read(line):
            raise BadLine(findings)
        if (refused := self.people.refused(line)) is not None:
            raise BadLine([refused])
        client = self.clients.decide(line, line.client) if line.client else None
        case_file, changed = self._case_file(line, client)
        invoice = self._invoice(line, client)
        grown = False
        if line.client and client:
            grown |= self.clients.keep(line, line.client, client)
        if line.case_file and case_file:
            creditor = line.case_file.creditor.reference or ""
            if (new := self.people.creditors.get(creditor)) is not None:
                self.clients.keep_creditor(creditor, new)
            grown |= self.case_files.keep(line, line.case_file, case_file, changed)
        elif case_file:
            grown |= self._draft.keep(self._draft.case_files, case_file)
        if invoice:
            grown |= self.invoices.keep(line, invoice)
        if line.client and client and line.owed_from is not None:
            self._warnings += self.clients.differences(line, line.client, client)
        if grown:
            self._warnings += line.warnings
        self._warn_of_collectors(line)
        return grown

    def nothing_owed(self, lines: Sequence[Line]) -> list[Finding]:
        """What is said of the lines that say so: of a debt that is here, what is outstanding of it."""
        self._draft.look_up(lines)
        return [found for line in lines if line.settled and (found := self._nothing_owed(line, line.settled))]

    def _nothing_owed(self, line: Line, found: Finding) -> Finding:
        known_as = line.case_file.reference if line.case_file else ""
        known = self._draft.known(self._draft.case_files, CaseFile(), case_files.REFERENCE, known_as)
        outstanding = known.state.outstanding if known else None
        return found._replace(why=Why(STILL_OPEN, here=outstanding)) if outstanding else found

    def doubts(self, lines: Sequence[Line], left_out: Collection[int]) -> Sequence[Finding]:
        """What is doubtful besides of the lines that are bad."""
        bad = [line for line in lines if line.row.line in left_out]
        return [doubt for line in bad for doubt in (*line.warnings, *self.clients.doubts(line))]

    def decision(self) -> Decision:
        assigned = (self.clients.assigned(client) for client in self._draft.clients.values())
        clients = map(self.invoices.kept_for_accounting, assigned)
        changes = [Change(client.id, client.added, client.id) for client in clients]
        for file in filter(lambda file: file.added, self._draft.case_files.values()):
            before = Stream(file.id, CaseFile()).then(file.events[: file.stored]).state
            added = cast("Sequence[CaseFileEvent]", file.added)  # a case file's stream has no others
            changes += case_file_changes(self._draft.log, self._draft.command, file.id, before, added)
        changes += [Change(one.id, one.added, one.state.client_id) for one in self._draft.invoices.values()]
        return Decision([one for one in [*changes, *self.case_files.closed] if one.events], self._draft.claims)

    def _case_file(
        self, line: Line, client: Stream[Client] | None
    ) -> tuple[Stream[CaseFile] | None, ChangedDebt | None]:
        """With what was paid of it."""
        draft, said = self._draft, line.payment
        opened, changed = self.case_files.decide(line, line.case_file, client) if line.case_file else (None, None)
        if said is None:
            return self._settled(line, opened), changed
        known_as = line.case_file.reference if line.case_file else None
        paid = with_payment(
            draft,
            line,
            Part.PAYMENTS,
            said,
            known_as,
            lambda: opened or draft.known(draft.case_files, CaseFile(), case_files.REFERENCE, said.towards),
        )
        return self._settled(line, paid), changed

    def _settled(self, line: Line, case_file: Stream[CaseFile] | None) -> Stream[CaseFile] | None:
        row = line.case_file
        return self.case_files.settled(line, row, case_file) if row and case_file else case_file

    def _invoice(self, line: Line, client: Stream[Client] | None) -> Stream[Invoice] | None:
        """With what was paid of it."""
        said = line.invoice_payment
        invoice = self.invoices.decide(line, line.invoice, client) if line.invoice else None
        if said is None:
            return self.invoices.settled(line, line.invoice, invoice) if line.invoice and invoice else None
        number = line.invoice.number if line.invoice else None
        paid = with_payment(
            self._draft, line, Part.INVOICE_PAYMENTS, said, number, lambda: invoice or self.invoices.find(said.towards)
        )
        return self.invoices.settled(line, line.invoice, paid) if line.invoice else paid

    def _who_only_read(self, line: Line) -> Sequence[Finding]:
        """The collectors it names who have an account here by which they can't work."""
        why = Why("this user only reads here: choose somebody who works")
        return [
            self._draft.finding(line, part, "collector", why)
            for part, name in _collectors(line)
            if (user := self._user(name)).enabled and not user.works
        ]

    def _warn_of_collectors(self, line: Line) -> None:
        for part, name in _collectors(line):
            if name not in self._named:
                self._named.add(name)
                if not self._user(name).enabled:
                    why = Why("this collector has no account here")
                    self._warnings.append(self._draft.finding(line, part, "collector", why))

    def _with_log_ins(self, lines: Sequence[Line]) -> Sequence[Line]:
        if self._user_names is None or not names_in(lines):
            return lines
        self._draft.users = UserNames(map(self._user, self._user_names()))
        return [with_log_ins(line, self._draft.users, self._draft.finding) for line in lines]

    def _user(self, name: str) -> User:
        if name not in self._users:
            self._users[name] = self._draft.log.load_or_new(User(), user_id(name))
        return self._users[name]


def _collectors(line: Line) -> Sequence[tuple[Part, str]]:
    rows = ((Part.CLIENTS, line.client), (Part.CASE_FILES, line.case_file))
    return [(part, said.collector) for part, said in rows if said and said.collector]
