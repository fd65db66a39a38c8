"""Turns what a file says into events: every row is decided on by the real client and case file, as it is by then."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar, cast
from uuid import UUID, uuid5

from application import case_files, clients, payments
from application.collection import case_file_changes
from application.imports.known import (
    Several,
    case_file_facts,
    claims_of,
    client_facts,
    details_facts,
    payment_facts,
    references,
)
from application.imports.maps import Part
from application.imports.rows import CaseFileRow, ClientRow, Line, PaymentRow, Reader
from application.imports.table import Finding, Why
from application.streams import Aggregate, Change, Claim, Command, Decision, Streams
from domain.business import BUSINESS, Business
from domain.case_file import CaseFile
from domain.case_file import Event as CaseFileEvent
from domain.case_file.debt import Item
from domain.case_file.work import Channel, Direction, NewAction, Outcome
from domain.client import Client
from domain.client.contacts import Contact, Medium
from domain.errors import Invalid, Refusal
from domain.events import Event
from domain.holdings import Holding
from domain.payments import NewPayment
from domain.people import RoleRequired, User, user_id

A = TypeVar("A", bound=Aggregate)

DISPUTED = "En disputa según el fichero importado"
"""What a dispute claims of which a file tells no more than that it is one."""


class UnknownReference(Invalid):
    title = "Nothing has this reference"


class PaidElsewhere(Invalid):
    title = "In a file of receivables the payment of a row is for its own case file"


class BadLine(Exception):
    """Nothing of this line is loaded, for these reasons."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Stream(Generic[A]):
    """A stream with what this file adds to it. `stored` is how many of its events the log has."""

    id: UUID
    state: A
    events: tuple[Event, ...] = ()
    stored: int = 0

    def then(self, events: Sequence[Event]) -> "Stream[A]":
        state = self.state
        for event in events:
            state = state.evolve(event)
        return Stream(self.id, state, (*self.events, *events), self.stored)

    @property
    def added(self) -> Sequence[Event]:
        return self.events[self.stored :]


class Loading:
    """One attempt to load a file onto the log as it is now. New ids follow from the command and the line."""

    def __init__(self, log: Streams, command: Command, reader: Reader, lines: Iterable[Line]) -> None:
        self._log = log
        self._command = command
        self._reader = reader
        self._ids = {kind: dict(log.claimed(kind, values)) for kind, values in references(lines).items()}
        self._clients: dict[UUID, Stream[Client]] = {}
        self._case_files: dict[UUID, Stream[CaseFile]] = {}
        self._holders: dict[UUID, Holding] = {}
        self._claims: list[Claim] = []
        self._named: set[str] = set()
        self._country = log.load_or_new(Business(), BUSINESS).country
        self.warnings: list[Finding] = []

    def take(self, line: Line) -> bool:
        """Load all of a line, or raise `BadLine` and load nothing. False where it was all there before."""
        client = self._client(line, line.client) if line.client else None
        case_file = self._case_file(line, line.case_file, client) if line.case_file else None
        if line.payment:
            case_file = self._with_payment(line, line.payment, case_file)
        grown = [
            client is not None and self._keep(self._clients, client),
            case_file is not None and self._keep(self._case_files, case_file),
        ]
        if client and line.client and line.case_file:
            self._hold(client, line.client.collector, line.case_file.opened_on)
            self.warnings += self._client_differences(line, line.client, client)
        self._warn_of_collectors(line)
        return any(grown)

    def decision(self) -> Decision:
        assigned = [self._assigned(client) for client in self._clients.values()]
        changes = [Change(client.id, client.added, client.id) for client in assigned]
        for file in self._case_files.values():
            before = Stream(file.id, CaseFile()).then(file.events[: file.stored]).state
            added = cast("Sequence[CaseFileEvent]", file.added)  # a case file's stream has no others
            changes += case_file_changes(self._log, self._command, file.id, before, added)
        return Decision([change for change in changes if change.events], self._claims)

    # One line

    def _client(self, line: Line, said: ClientRow) -> Stream[Client]:
        by, today = self._command.actor, self._command.today
        with self._about(line, Part.CLIENTS):
            if known := self._known(self._clients, Client(), clients.REFERENCE, said.reference):
                if not line.case_file and (differences := self._client_differences(line, said, known)):
                    raise BadLine(differences)
                return known
            client = Stream(self._new_id(line, Part.CLIENTS), Client())
            client = client.then(client.state.register(said.reference, said.details, today=today, by=by, as_told=True))
            self._check_unclaimed(client)
            client = self._reached(line, said, client)
            if said.collector and not line.case_file:
                client = client.then(client.state.assign_to_collector(said.collector, today, today=today, by=by))
            return client

    def _reached(self, line: Line, said: ClientRow, client: Stream[Client]) -> Stream[Client]:
        """With its phones, e-mails and account: what is wrong of them is kept as it stands there."""
        by, country = self._command.actor, self._country
        for number, contact in enumerate(self._contacts(said)):
            contact_id = self._new_id(line, f"contact {number}")
            client = client.then(client.state.add_contact(contact_id, contact, region=country, by=by, as_told=True))
        if said.account is not None:
            account_id = self._new_id(line, "account")
            client = client.then(
                client.state.add_account(account_id, said.account, country=country, by=by, as_told=True)
            )
        return client

    def _contacts(self, said: ClientRow) -> Sequence[Contact]:
        """Tidied, each once."""
        tidy = [contact.checked(self._country, as_told=True) for contact in said.contacts]
        return [*{(one.medium, one.value): one for one in tidy}.values()]

    def _check_unclaimed(self, client: Stream[Client]) -> None:
        known = client.state.details.identification if client.state.details else None
        for claim in clients.identification_claims(client.id, known):
            if self._ids[claim.kind].get(claim.value, client.id) != client.id:
                raise clients.IdentificationInUse(field="identification")

    def _case_file(self, line: Line, said: CaseFileRow, client: Stream[Client] | None) -> Stream[CaseFile]:
        by, today = self._command.actor, self._command.today
        with self._about(line, Part.CASE_FILES):
            debtor_id = self._client_id("debtor_reference", said.debtor_reference, line, client)
            creditor_id = None
            if said.creditor_reference:
                creditor_id = self._client_id("creditor_reference", said.creditor_reference, line, client)
            if known := self._known(self._case_files, CaseFile(), case_files.REFERENCE, said.reference):
                told = {
                    "creditor_reference": creditor_id,
                    "debtor_reference": debtor_id,
                    "principal": said.principal,
                    "opened_on": said.opened_on,
                    "due_on": said.due_on,
                    "collector": said.collector,
                    "disputed": said.disputed or None,
                }
                if differences := self._differences(line, Part.CASE_FILES, told, case_file_facts(known.events)):
                    raise BadLine(differences)
                return known
            case_file = Stream(self._new_id(line, Part.CASE_FILES), CaseFile())
            case_file = case_file.then(
                case_file.state.open(
                    said.reference,
                    creditor_id=creditor_id,
                    debtor_id=debtor_id,
                    currency=said.principal.currency,
                    opened_on=said.opened_on,
                    items=[Item(said.reference, said.opened_on, said.due_on, said.principal)],
                    today=today,
                    by=by,
                )
            )
            if said.collector:
                case_file = case_file.then(
                    case_file.state.assign_to_collector(said.collector, said.opened_on, today=today, by=by)
                )
            return self._disputed(line, case_file, min(said.due_on, today)) if said.disputed else case_file

    def _disputed(self, line: Line, case_file: Stream[CaseFile], day: date) -> Stream[CaseFile]:
        by, today = self._command.actor, self._command.today
        action = NewAction(day, Channel.INTERNAL, Direction.INCOMING, Outcome.DISPUTES)
        disputed = case_file.then(case_file.state.log_action(self._new_id(line, "action"), action, today=today, by=by))
        return disputed.then(
            disputed.state.open_dispute(self._new_id(line, "dispute"), DISPUTED, day, today=today, by=by)
        )

    def _with_payment(self, line: Line, said: PaymentRow, opened: Stream[CaseFile] | None) -> Stream[CaseFile]:
        by, today = self._command.actor, self._command.today
        with self._about(line, Part.PAYMENTS):
            if line.case_file and line.case_file.reference != said.case_file_reference:
                raise PaidElsewhere(field="case_file_reference")
            case_file = opened or self._known(
                self._case_files, CaseFile(), case_files.REFERENCE, said.case_file_reference
            )
            if case_file is None:
                raise UnknownReference(field="case_file_reference")
            if known := self._ids[payments.REFERENCE].get(said.reference):
                told = {
                    "case_file_reference": case_file.id,
                    "amount": said.amount,
                    "received_on": said.received_on,
                    "method": said.method,
                    "recorded_by": said.recorded_by,
                    "approved_by": said.approved_by,
                }
                if differences := self._differences(
                    line, Part.PAYMENTS, told, payment_facts(case_file.id, case_file.events, known)
                ):
                    raise BadLine(differences)
                return case_file
            payment_id = self._new_id(line, Part.PAYMENTS)
            new = NewPayment(
                said.amount, said.received_on, said.method, reference=said.reference, recorded_by=said.recorded_by
            )
            paid = case_file.then(case_file.state.record_payment(payment_id, new, today=today, by=by))
            if said.approved_by:
                paid = paid.then(paid.state.approve_imported_payment(payment_id, said.approved_by, by=by))
            return paid

    # Who holds a client of a file of receivables: from the earliest day of its good rows

    def _hold(self, client: Stream[Client], collector: str | None, opened_on: date) -> None:
        if client.stored == 0:
            held = self._holders.setdefault(client.id, Holding(opened_on, collector))
            if opened_on < held.from_on:
                self._holders[client.id] = replace(held, from_on=opened_on)

    def _assigned(self, client: Stream[Client]) -> Stream[Client]:
        held = self._holders.get(client.id)
        if held is None or held.collector is None:
            return client
        by, today = self._command.actor, self._command.today
        return client.then(client.state.assign_to_collector(held.collector, held.from_on, today=today, by=by))

    # What is known

    def _known(self, kept: dict[UUID, Stream[A]], nothing: A, kind: str, reference: str) -> Stream[A] | None:
        stream = self._ids[kind].get(reference)
        if stream is None:
            return None
        if stream not in kept:
            stored = self._log.history(stream)
            kept[stream] = replace(Stream(stream, nothing).then(stored), stored=len(stored))
        return kept[stream]

    def _client_id(self, column: str, reference: str, line: Line, client: Stream[Client] | None) -> UUID:
        if client and line.client and line.client.reference == reference:
            return client.id
        if (found := self._ids[clients.REFERENCE].get(reference)) is None:
            raise UnknownReference(field=column)
        return found

    def _client_differences(self, line: Line, said: ClientRow, client: Stream[Client]) -> list[Finding]:
        told = details_facts(said.details.checked(as_told=True)) if said.name else details_facts(said.details)
        contacts = self._contacts(said)
        told |= {
            "name": said.name,
            "collector": said.collector,
            "phones": Several(one.value for one in contacts if one.medium is Medium.PHONE),
            "emails": Several(one.value for one in contacts if one.medium is Medium.EMAIL),
            "account": Several([said.account.checked(self._country, as_told=True).number] if said.account else ()),
        }
        known = client_facts(client.events)
        if held := self._holders.get(client.id):
            known["collector"] = held.collector
        return self._differences(line, Part.CLIENTS, told, known)

    def _differences(
        self, line: Line, part: Part, told: Mapping[str, object], known: Mapping[str, object]
    ) -> list[Finding]:
        """What a row leaves empty it does not say."""
        differences: list[Finding] = []
        for column, there in known.items():
            value = told[column]
            if value is not None and not _is_there(value, there):
                if column.endswith("_reference"):
                    why = Why("this is loaded already, and there it is another")
                elif there:
                    why = Why("this is loaded already, and there it is %(value)s", value=_written(there))
                else:
                    why = Why("this is loaded already, and there it is empty")
                differences.append(self._reader.finding(line.row, part, column, why))
        return differences

    # What is kept

    def _keep(self, kept: dict[UUID, Stream[A]], stream: Stream[A]) -> bool:
        before = kept.get(stream.id)
        new = stream.events[len(before.events) if before else 0 :]
        kept[stream.id] = stream
        for event in new:
            for claim in claims_of(stream.id, event):
                self._claims.append(claim)
                self._ids[claim.kind][claim.value] = claim.stream
        return bool(new)

    def _new_id(self, line: Line, what: str) -> UUID:
        return uuid5(self._command.id, f"{what} {line.row.line}")

    def _warn_of_collectors(self, line: Line) -> None:
        for part, said in ((Part.CLIENTS, line.client), (Part.CASE_FILES, line.case_file)):
            if said and (name := said.collector) and name not in self._named:
                self._named.add(name)
                if not self._log.load_or_new(User(), user_id(name)).enabled:
                    self.warnings.append(
                        self._reader.finding(line.row, part, "collector", Why("this collector has no account here"))
                    )

    @contextmanager
    def _about(self, line: Line, part: Part) -> Generator[None]:
        """A refusal makes the line bad; that this person may import nothing of the kind stops it all."""
        try:
            yield
        except RoleRequired:
            raise
        except Refusal as refusal:
            column = str(refusal.details.get("field", "reference"))
            raise BadLine([self._reader.finding(line.row, part, column, Why.refused(refusal))]) from None


def _is_there(value: object, there: object) -> bool:
    return value <= there if isinstance(value, Several) and isinstance(there, Several) else value == there


def _written(there: object) -> object:
    return ", ".join(sorted(there)) if isinstance(there, Several) else there
