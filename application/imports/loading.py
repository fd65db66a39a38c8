"""Turns what a file says into events: every row is decided on by the real client and case file, as it is by then."""

from collections.abc import Iterable, Sequence
from typing import cast

from application import case_files, payments
from application.collection import case_file_changes
from application.imports.case_file_lines import CaseFileLines
from application.imports.client_lines import ClientLines
from application.imports.draft import BadLine, Draft, Stream, UnknownReference
from application.imports.known import Facts, payment_facts
from application.imports.maps import Part
from application.imports.rows import Line, PaymentRow, Reader
from application.imports.table import Finding, Why
from application.streams import Change, Command, Decision, Streams
from domain.case_file import CaseFile
from domain.case_file import Event as CaseFileEvent
from domain.errors import Invalid
from domain.payments import NewPayment
from domain.people import User, user_id


class PaidElsewhere(Invalid):
    title = "In a file of receivables the payment of a row is for its own case file"


class Loading:
    """One attempt to load a file onto the log as it is now."""

    def __init__(
        self,
        log: Streams,
        command: Command,
        reader: Reader,
        lines: Iterable[Line],
        *,
        follow: bool = False,
        recognise: bool = False,
    ) -> None:
        self._draft = Draft(log, command, reader, lines)
        self.clients = ClientLines(self._draft, recognise=recognise)
        self.case_files = CaseFileLines(self._draft, follow=follow)
        self._named: set[str] = set()
        self._warnings: list[Finding] = []

    @property
    def warnings(self) -> Sequence[Finding]:
        return [*self._warnings, *self.case_files.warnings]

    def take(self, line: Line) -> bool:
        """Load all of a line, or raise `BadLine` and load nothing. False where it was all there before."""
        draft = self._draft
        client = self.clients.decide(line, line.client) if line.client else None
        case_file, changed = self.case_files.decide(line, line.case_file, client) if line.case_file else (None, None)
        if line.payment:
            case_file = self._with_payment(line, line.payment, case_file)
        grown = False
        if line.client and client:
            grown |= self.clients.keep(line, line.client, client)
        if line.case_file and case_file:
            grown |= self.case_files.keep(line, line.case_file, case_file, changed)
        elif case_file:
            grown |= draft.keep(draft.case_files, case_file)
        if line.client and client and line.case_file:
            self._warnings += self.clients.differences(line, line.client, client)
        self._warn_of_collectors(line)
        return grown

    def decision(self) -> Decision:
        assigned = [self.clients.assigned(client) for client in self._draft.clients.values()]
        changes = [Change(client.id, client.added, client.id) for client in assigned]
        for file in filter(lambda file: file.added, self._draft.case_files.values()):
            before = Stream(file.id, CaseFile()).then(file.events[: file.stored]).state
            added = cast("Sequence[CaseFileEvent]", file.added)  # a case file's stream has no others
            changes += case_file_changes(self._draft.log, self._draft.command, file.id, before, added)
        return Decision([one for one in [*changes, *self.case_files.closed] if one.events], self._draft.claims)

    def _with_payment(self, line: Line, said: PaymentRow, opened: Stream[CaseFile] | None) -> Stream[CaseFile]:
        draft = self._draft
        by, today = draft.command.actor, draft.command.today
        with draft.about(line, Part.PAYMENTS):
            if line.case_file and line.case_file.reference != said.case_file_reference:
                raise PaidElsewhere(field="case_file_reference")
            case_file = opened or draft.known(
                draft.case_files, CaseFile(), case_files.REFERENCE, said.case_file_reference
            )
            if case_file is None:
                raise UnknownReference(field="case_file_reference")
            if known := draft.ids[payments.REFERENCE].get(said.reference):
                told: Facts = {
                    "case_file_reference": case_file.id,
                    "amount": said.amount,
                    "received_on": said.received_on,
                    "method": said.method,
                    "recorded_by": said.recorded_by,
                    "approved_by": said.approved_by,
                }
                if differences := draft.differences(
                    line, Part.PAYMENTS, told, payment_facts(case_file.id, case_file.events, known)
                ):
                    raise BadLine(differences)
                return case_file
            payment_id = draft.new_id(line, Part.PAYMENTS)
            new = NewPayment(
                said.amount, said.received_on, said.method, reference=said.reference, recorded_by=said.recorded_by
            )
            paid = case_file.then(case_file.state.record_payment(payment_id, new, today=today, by=by))
            if said.approved_by:
                paid = paid.then(paid.state.approve_imported_payment(payment_id, said.approved_by, by=by))
            return paid

    def _warn_of_collectors(self, line: Line) -> None:
        for part, said in ((Part.CLIENTS, line.client), (Part.CASE_FILES, line.case_file)):
            if said and (name := said.collector) and name not in self._named:
                self._named.add(name)
                if not self._draft.log.load_or_new(User(), user_id(name)).enabled:
                    why = Why("this collector has no account here")
                    self._warnings.append(self._draft.finding(line, part, "collector", why))
