"""What a line says of a client: who it is, how it is reached, whose it is."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from application import clients
from application.imports.draft import BadLine, Draft, Stream
from application.imports.known import Several, client_facts, details_facts
from application.imports.maps import Part
from application.imports.rows import ClientRow, Line
from application.imports.table import Finding, Why
from domain.business import BUSINESS, Business
from domain.client import Client, ClientRegistered
from domain.client.contacts import ContactAdded, ContactKnown, ContactState, Medium
from domain.client.details import ClientRole, Details, Identification
from domain.client.finances import AccountAdded
from domain.errors import Refusal
from domain.events import Event
from domain.folding import compact
from domain.holdings import Holding
from domain.people import Actor
from domain.personal import BLOCKED, ERASED

WRONG_IDENTIFICATION = Why("a digit or letter of this identification is wrong: it is kept, unverified")
WRONG_PHONE = Why("this is no phone number: it is kept, unverified, and nothing is sent there")
WRONG_EMAIL = Why("this is no e-mail address: it is kept, unverified, and nothing is sent there")
WRONG_POSTCODE = Why("this is no postcode: it is kept, unverified, and no letter is sent there")
WRONG_ACCOUNT = Why("a digit of this account is wrong or missing: it is kept, unverified")
SAME_IDENTIFICATION = Why("line %(line)s has the same identification: %(name)s")


NAMELESS = "?"
"""Stands for the name that a line lacks while the rest of it is looked at."""

NAME_NEEDED = Why("a name is needed: nobody here is known by the rest of the row")
IDENTIFICATION_HERE = Why("%(name)s, who is here, has this identification")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A client whom the file brings, by whatever others may be like it: values as they are kept."""

    line: int
    reference: str
    name: str
    identification: str | None
    phones: Sequence[str]
    emails: Sequence[str]
    accounts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A client whom the file takes for a new one, and who is here under another reference, with that identification;
    or whom an `earlier` line of the file tells of with it, under that name."""

    line: int
    reference: str
    name: str
    client_id: UUID
    earlier: tuple[int, str] | None = None


class ClientLines:
    """`recognise`: who has the identification of a client that is here is that client; otherwise such a line is bad."""

    def __init__(self, draft: Draft, *, recognise: bool) -> None:
        self._draft, self._recognise = draft, recognise
        self._country = draft.log.load_or_new(Business(), BUSINESS).country
        self._holders: dict[UUID, Holding] = {}
        self.newcomers: list[Newcomer] = []
        self.new_creditors: list[str] = []
        self.recognised: list[Recognised] = []
        self.warnings: list[Finding] = []

    def decide(self, line: Line, said: ClientRow) -> Stream[Client]:
        draft = self._draft
        by, today = draft.command.actor, draft.command.today
        with draft.about(line, Part.CLIENTS):
            if known := draft.known(draft.clients, Client(), clients.REFERENCE, said.reference):
                if line.owed_from is None and (differences := self.differences(line, said, known)):
                    raise BadLine(differences)
                return known
            if not said.name:
                raise BadLine([draft.finding(line, Part.CLIENTS, "name", NAME_NEEDED)])
            client = Stream(draft.made.get(said.reference) or draft.new_id(line, Part.CLIENTS), Client())
            details = said.details
            if line.case_file and not details.roles:
                details = replace(details, roles=(ClientRole.DEBTOR,))
            client = client.then(client.state.register(said.reference, details, today=today, by=by, as_told=True))
            if (same := self._of_same_identification(client)) is not None:
                return self._recognised(line, said, same)
            client = self._reached(line, said, client)
            if said.collector and line.owed_from is None:
                client = client.then(client.state.assign_to_collector(said.collector, today, today=today, by=by))
            return client

    def keep(self, line: Line, said: ClientRow, client: Stream[Client]) -> bool:
        """Whether anything is new of it."""
        if client.id not in self._draft.clients and not client.stored:
            self._draft.first[client.id] = line
            self.newcomers.append(_newcomer(line.row.line, said.reference, client.events))
            self.warnings += self._doubts(line, client)
        grown = self._draft.keep(self._draft.clients, client)
        if line.owed_from is not None:
            self._hold(client, said.collector, line.owed_from)
        return grown

    def keep_creditor(self, reference: str, details: Details) -> None:
        """One that the file names, and nobody here is, is registered by the first good row that tells of it."""
        client_id = self._draft.made[reference]
        known = self._draft.clients.get(client_id)
        if known is None or not known.events:
            by, today = self._draft.command.actor, self._draft.command.today
            client = Stream(client_id, Client())
            client = client.then(client.state.register(reference, details, today=today, by=by, as_told=True))
            self._draft.keep(self._draft.clients, client)
            self.new_creditors.append(reference)

    def differences(self, line: Line, said: ClientRow, client: Stream[Client]) -> list[Finding]:
        known, beside = client_facts(client.events), line.owed_from is not None
        in_file = details_facts(said.details.checked(as_told=True)) if said.name else details_facts(said.details)
        contacts = [one.checked(self._country, as_told=True) for one in said.contacts]
        in_file |= {
            "name": None if beside and compact(said.name or "") == compact(str(known["name"])) else said.name,
            "collector": said.collector,
            "phones": Several(one.value for one in contacts if one.medium is Medium.PHONE),
            "emails": Several(one.value for one in contacts if one.medium is Medium.EMAIL),
            "account": Several([said.account.checked(self._country, as_told=True).number] if said.account else ()),
        }
        if held := self._holders.get(client.id):
            known["collector"] = held.collector
        return self._draft.differences(line, Part.CLIENTS, in_file, known, client.id)

    def assigned(self, client: Stream[Client]) -> Stream[Client]:
        """To whoever holds it by a file of receivables: from the earliest day of its good rows."""
        held = self._holders.get(client.id)
        if held is None or held.collector is None:
            return client
        by, today = self._draft.command.actor, self._draft.command.today
        return client.then(client.state.assign_to_collector(held.collector, held.from_on, today=today, by=by))

    def _hold(self, client: Stream[Client], collector: str | None, owed_from: date) -> None:
        owed_from = min(owed_from, self._draft.command.today)
        if client.stored == 0:
            held = self._holders.setdefault(client.id, Holding(owed_from, collector))
            if owed_from < held.from_on:
                self._holders[client.id] = replace(held, from_on=owed_from)

    def _reached(self, line: Line, said: ClientRow, client: Stream[Client]) -> Stream[Client]:
        """With its phones, e-mails and account: what is wrong of them is kept as it stands there."""
        by, country = self._draft.command.actor, self._country
        for number, contact in enumerate(said.contacts):
            contact_id = self._draft.new_id(line, f"contact {number}")
            with suppress(ContactKnown):  # the row tells it twice
                client = client.then(client.state.add_contact(contact_id, contact, region=country, by=by, as_told=True))
        if said.account is not None:
            account_id = self._draft.new_id(line, "account")
            client = client.then(
                client.state.add_account(account_id, said.account, country=country, by=by, as_told=True)
            )
        return client

    def doubts(self, line: Line) -> list[Finding]:
        """Those of a line that is not loaded, so that all of it can be put right at once."""
        if (said := line.client) is None:
            return []
        by, today = self._draft.command.actor, self._draft.command.today
        client = Stream(self._draft.new_id(line, Part.CLIENTS), Client())
        details = replace(said.details, name=said.name or NAMELESS)
        with suppress(Refusal):
            client = client.then(client.state.register(str(client.id), details, today=today, by=by, as_told=True))
            client = self._reached(line, said, client)
        return self._doubts(line, client)

    def _doubts(self, line: Line, client: Stream[Client]) -> list[Finding]:
        """What is kept as it stood there, each with the part of its cell that it is."""
        found: list[tuple[str, str, Why]] = []
        told_in = line.client.told_in if line.client else dict[str, str]()
        for event in client.events:
            match event:
                case ClientRegistered(identification=Identification(valid=False) as known):
                    found.append(("identification", known.number, WRONG_IDENTIFICATION))
                case ContactAdded(medium=Medium.PHONE, state=ContactState.UNVERIFIED):
                    found.append((told_in.get(event.value, "phones"), event.value, WRONG_PHONE))
                case ContactAdded(medium=Medium.EMAIL, state=ContactState.UNVERIFIED):
                    found.append((told_in.get(event.value, "emails"), event.value, WRONG_EMAIL))
                case AccountAdded(valid=False):
                    found.append(("account", event.number, WRONG_ACCOUNT))
                case _:
                    pass
            if isinstance(event, ClientRegistered) and event.address is not None and not event.address.valid:
                found.append(("postcode", event.address.postcode or "", WRONG_POSTCODE))
        return [
            self._draft.finding(line, Part.CLIENTS, column, why)._replace(value=value) for column, value, why in found
        ]

    def _of_same_identification(self, client: Stream[Client]) -> UUID | None:
        known = client.state.details.identification if client.state.details else None
        claims = clients.identification_claims(client.id, known)
        return next((same for claim in claims if (same := self._draft.ids[claim.kind].get(claim.value))), None)

    def _recognised(self, line: Line, said: ClientRow, client_id: UUID) -> Stream[Client]:
        """Later lines of the file mean the same one by this reference."""
        client = self._draft.stream(self._draft.clients, Client(), client_id)
        first = self._draft.first.get(client_id)
        if first is not None:
            why = Why(SAME_IDENTIFICATION, line=first.row.line, name=first.name)
        else:
            why = Why(IDENTIFICATION_HERE, name=shown_name(client.state, self._draft.command.actor))
        finding = self._draft.finding(line, Part.CLIENTS, "identification", why)
        earlier = (first.row.line, first.name) if first is not None else None
        self.recognised.append(Recognised(line.row.line, said.reference, said.name or "", client_id, earlier))
        if not self._recognise:
            raise BadLine([finding])
        client.state.restrictions.check_usable()
        if first is not None:
            self.warnings.append(finding)
        self._draft.ids[clients.REFERENCE][said.reference] = client_id
        return client


def shown_name(client: Client, by: Actor) -> str:
    """As far as whoever imports may see it."""
    if client.details is None:
        return ERASED
    return client.details.name if client.restrictions.seen(by) else BLOCKED


def _newcomer(line: int, reference: str, events: Iterable[Event]) -> Newcomer:
    name, identification = "", None
    reached: dict[Medium, list[str]] = {medium: [] for medium in Medium}
    accounts: list[str] = []
    for event in events:
        match event:
            case ClientRegistered():
                name, identification = event.name, event.identification.number if event.identification else None
            case ContactAdded():
                reached[event.medium].append(event.value)
            case AccountAdded():
                accounts.append(event.number)
            case _:
                pass
    return Newcomer(
        line=line,
        reference=reference,
        name=name,
        identification=identification,
        phones=reached[Medium.PHONE],
        emails=reached[Medium.EMAIL],
        accounts=accounts,
    )
