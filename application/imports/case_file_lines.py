"""What a line says of a case file, and what is known of it by then; and what of a creditor's the file does not name."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from application import case_files
from application.imports.balances import Balances
from application.imports.debts import (
    FOLLOWED,
    MAY_CHANGE,
    TELLS_WHAT_IS_LEFT,
    ChangedDebt,
    NewDebt,
    OpenCaseFiles,
    WithdrawnDebt,
    withdrawals,
)
from application.imports.draft import BadLine, Draft, Stream
from application.imports.known import Facts, case_file_facts, differing
from application.imports.maps import Part
from application.imports.rows import CaseFileRow, Line
from application.imports.table import Finding, Why
from application.streams import Change
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, NewAction, Outcome
from domain.case_file.debt import Item
from domain.case_file.progress import ClosingReason
from domain.client import Client
from domain.errors import Refusal
from domain.people import RoleRequired

DISPUTED = "En disputa según el fichero importado"
"""What a dispute claims of which a file tells no more than that it is one."""


class CaseFileLines:
    """`follow`: what creditors tell otherwise of their debts is taken over."""

    def __init__(self, draft: Draft, *, follow: bool) -> None:
        self._draft, self._follow = draft, follow
        self._told: dict[UUID, CaseFileRow] = {}
        self._first: dict[tuple[object, ...], int] = {}  # the line that first told of a debt like that
        self.new: list[NewDebt] = []
        self.changed: list[ChangedDebt] = []
        self.closed: list[Change] = []
        self.balances = Balances(draft, Part.CASE_FILES)
        self._paid_from: dict[str, date] = {}
        self.warnings: list[Finding] = []

    def expect(self, lines: Sequence[Line]) -> None:
        """The lines that are to be decided: what was paid of a debt before it was due was paid of one that was open."""
        self.balances.expect(line.case_file for line in lines if line.case_file)
        for line in lines:
            if line.case_file and line.payment:
                known_as, day = line.case_file.known_as, line.payment.received_on
                self._paid_from[known_as] = min(day, self._paid_from.get(known_as, day))

    def decide(
        self, line: Line, said: CaseFileRow, client: Stream[Client] | None
    ) -> tuple[Stream[CaseFile], ChangedDebt | None]:
        """`client` is the line's own."""
        draft = self._draft
        by, today = draft.command.actor, draft.command.today
        with draft.about(line, Part.CASE_FILES):
            debtor_id, creditor_id = self._parties(line, said, client)
            if known := draft.known(draft.case_files, CaseFile(), case_files.REFERENCE, said.reference):
                claimed = known.state.debt.claimed
                reckoned = said.reckoned and said.principal.currency == claimed.currency
                said = replace(said, principal=claimed) if reckoned else said
                in_file: Facts = {
                    "creditor_reference": creditor_id,
                    "debtor_reference": debtor_id,
                    "principal": None if reckoned else said.principal,
                    "opened_on": said.opened_on,
                    "due_on": said.due_on,
                    "collector": said.collector,
                    "disputed": said.disputed or None,
                }
                return self._compared(line, said, in_file, known)
            opened_on, due_on = self._days(said)
            case_file = Stream(draft.new_id(line, Part.CASE_FILES), CaseFile())
            case_file = case_file.then(
                case_file.state.open(
                    said.reference,
                    creditor_id=creditor_id,
                    debtor_id=debtor_id,
                    currency=said.principal.currency,
                    opened_on=opened_on,
                    items=[Item(said.number or said.reference, min(opened_on, due_on), due_on, said.principal)],
                    today=today,
                    by=by,
                )
            )
            if said.collector:
                case_file = case_file.then(
                    case_file.state.assign_to_collector(said.collector, opened_on, today=today, by=by)
                )
            return self._disputed(line, case_file, min(due_on, today)) if said.disputed else case_file, None

    def settled(self, line: Line, said: CaseFileRow, case_file: Stream[CaseFile]) -> Stream[CaseFile]:
        """As far as the line leaves less to pay of a debt that is new here: of one that is here we know better."""
        day = None if case_file.stored else self._days(said)[0]
        return self.balances.settled(line, said, case_file, line.payment, supposed_on=day)

    def keep(self, line: Line, said: CaseFileRow, case_file: Stream[CaseFile], changed: ChangedDebt | None) -> bool:
        """Whether there is anything to it that was not in the books."""
        grown = self._draft.keep(self._draft.case_files, case_file)
        if case_file.id not in self._told:
            self._told[case_file.id] = said
            self._warn_of_likeness(line, said, case_file)
            if changed:
                self.changed.append(changed)
            elif not case_file.stored:
                self._draft.first[case_file.id] = line
                self.new.append(NewDebt(line.row.line, said.reference, said.principal))
            if case_file.state.closed_for is ClosingReason.WITHDRAWN:
                why = Why("this was withdrawn before: reopen the case file if it is to be collected again")
                self.warnings.append(self._draft.finding(line, Part.CASE_FILES, "reference", why))
        return grown or changed is not None

    def _warn_of_likeness(self, line: Line, said: CaseFileRow, case_file: Stream[CaseFile]) -> None:
        """Where the file tells of two debts that look like one. Each is a case file of its own all the same."""
        debtor = case_file.state.debtor_id
        likely: list[tuple[object, ...]] = [(debtor, said.principal, said.opened_on or said.due_on)]
        likely += [(debtor, said.number)] if said.number else []
        for what in likely:
            if (first := self._first.setdefault(what, line.row.line)) != line.row.line:
                why = Why("this looks like the debt of line %(line)s: it is loaded as another", line=first)
                self.warnings.append(self._draft.finding(line, Part.CASE_FILES, "reference", why))
                break

    def withdraw(self, find: OpenCaseFiles, named: Collection[str], *, close: bool) -> list[WithdrawnDebt]:
        """Which of the creditors' open case files the file does not name, of those that `find` finds."""
        creditors = {self._draft.case_files[case_file_id].state.creditor_id for case_file_id in self._told}
        candidates = {*find(creditors)} - self._draft.case_files.keys() if creditors else ()
        withdrawn: list[WithdrawnDebt] = []
        for debt, closing in withdrawals(self._draft.log, self._draft.command, candidates, creditors, named):
            withdrawn.append(debt)
            self.closed += closing if close else ()
        return sorted(withdrawn, key=lambda debt: debt.reference)

    def _compared(
        self, line: Line, said: CaseFileRow, in_file: Facts, known: Stream[CaseFile]
    ) -> tuple[Stream[CaseFile], ChangedDebt | None]:
        """With the books; a line about a case file that the file has told of before, with what it told then."""
        books, before = case_file_facts(known.events), self._told.get(known.id)
        for column in ("creditor_reference", "debtor_reference"):
            if self._is_one(in_file[column], books[column]):
                in_file[column] = books[column]
        due_on, principal = books["due_on"], known.state.debt.claimed
        books |= {"principal": before.principal, "due_on": before.due_on} if before else {"principal": principal}
        different = differing(in_file, books)
        if not different:
            return known, None
        same_currency = said.principal.currency == principal.currency
        if before or not same_currency or not MAY_CHANGE.issuperset(different):
            raise BadLine(self._draft.differences(line, Part.CASE_FILES, in_file, books, known.id))
        assert isinstance(due_on, date)  # noqa: S101 - a case file that is there was opened
        due_on_in_file = said.due_on or due_on
        changed = ChangedDebt(
            line=line.row.line,
            case_file_id=known.id,
            reference=said.reference,
            principal=principal,
            in_file=said.principal,
            due_on=due_on,
            due_on_in_file=due_on_in_file,
        )
        if changed.more and said.principal == known.state.outstanding:
            return known, replace(changed, refused=TELLS_WHAT_IS_LEFT)
        by, today = self._draft.command.actor, self._draft.command.today
        adjustment_id = self._draft.new_id(line, "adjustment")
        item = Item(said.number or said.reference, min(today, due_on_in_file), due_on_in_file, said.principal)
        try:
            followed = known.state.follow_creditor(adjustment_id, item, FOLLOWED, today=today, by=by)
        except RoleRequired:
            raise
        except Refusal as refusal:
            return known, replace(changed, refused=Why.refused(refusal))
        return known.then(followed) if self._follow else known, changed

    def _parties(self, line: Line, said: CaseFileRow, client: Stream[Client] | None) -> tuple[UUID, UUID | None]:
        """Who owes and who is owed; where neither is known, both are named."""
        references = {"debtor_reference": said.debtor_reference, "creditor_reference": said.creditor.reference}
        found: dict[str, UUID] = {}
        unknown: list[Finding] = []
        for column, reference in references.items():
            if reference is not None:
                try:
                    with self._draft.about(line, Part.CASE_FILES):
                        found[column] = self._draft.client_id(column, reference, line, client)
                except BadLine as bad:
                    unknown += bad.findings
        if unknown:
            raise BadLine(unknown)
        return found["debtor_reference"], found.get("creditor_reference")

    def _is_one(self, one: object, other: object) -> bool:
        """Whether two clients were merged since."""
        if one == other or not isinstance(one, UUID) or not isinstance(other, UUID):
            return False
        return self._draft.survivor(one) == self._draft.survivor(other)

    def _disputed(self, line: Line, case_file: Stream[CaseFile], day: date) -> Stream[CaseFile]:
        by, today = self._draft.command.actor, self._draft.command.today
        action = NewAction(day, Channel.INTERNAL, Direction.INCOMING, Outcome.DISPUTES)
        action_id, dispute_id = (self._draft.new_id(line, what) for what in ("action", "dispute"))
        disputed = case_file.then(case_file.state.log_action(action_id, action, today=today, by=by))
        return disputed.then(disputed.state.open_dispute(dispute_id, DISPUTED, day, today=today, by=by))

    def _days(self, said: CaseFileRow) -> tuple[date, date]:
        """From which it was open and when due. Where the file does not tell the first, it was open when due, when the
        file says that some of it was paid, and today: the earliest of these."""
        today = self._draft.command.today
        due_on = said.due_on or said.opened_on or today
        return said.opened_on or min(due_on, today, self._paid_from.get(said.known_as, today)), due_on
