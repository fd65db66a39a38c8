"""Whom the rows of a file mean, and which debts, where they do not say it by a reference of ours.

Who owes, or is owed, is known by reference, else by identification, else by name, else new. That a name alone makes
two people the same is for whoever imports to say: here it is told, and such rows are refused until it is said. A debt
is known by its creditor and the number that it has with that one: its reference is made of both, so that the same file,
and the next month's, mean the same case file.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid5

from application import case_files, clients, invoices, payments
from application.imports.client_lines import SAME_IDENTIFICATION, Recognised, shown_name
from application.imports.customer_numbers import digits, identity, told_apart
from application.imports.draft import Draft
from application.imports.known import NOBODY
from application.imports.maps import Part
from application.imports.payments_beside import payments_told_apart
from application.imports.payments_by_number import Numbered, named_by_reference
from application.imports.rows import CaseFileRow, ClientRow, CreditorRow, Line, PaymentRow
from application.imports.table import Finding, Why
from application.restrictions import one_with
from domain.case_file import CaseFile
from domain.client import Client, ClientRegistered
from domain.client.details import ClientRole, Details, Identification
from domain.client.restrictions import USABLE
from domain.folding import compact, may_be_one_name, words_of
from domain.invoice import Invoice
from domain.money import Money
from domain.payments import PaymentRecorded

SAY_WHETHER = Why("a client here has this name: say whether it is the same one")
SAY_WHICH = Why("several clients here have this name: say which of them it is, or that it is a new one")
OTHER_NAME_HERE = Why("%(name)s, who is here, has this identification and another name: say whether it is the same one")
SEVERAL_IN_FILE = Why("the file has several people of this name: an identification has to say which of them it is")

ANOTHER_HAS_IT = Why("somebody else here has this number: it is taken for one of whoever sent the file")

OTHER_CODE = Why(
    "line %(line)s has the same name and the code %(code)s, and both are taken for one person: if they are two, choose "
    "this column for the client's reference"
)

CODE = 8
"""How many digits of its id stand for a creditor that has no reference of its own."""

Namesakes = Callable[[Collection[str]], Mapping[str, Collection[UUID]]]
"""Who may have which of these names. Each is then looked at in the log."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody in the file who has the name of clients that are here (`like`).

    `taken` is the one that the file was understood to mean, None where it is somebody new; `undecided`: that has still
    to be said.
    """

    line: int
    who: ClientRole
    name: str
    like: Sequence[UUID]
    taken: UUID | None
    undecided: bool

    @property
    def key(self) -> str:
        """By which one answers whom it means."""
        return f"{self.who} {self.line}"


@dataclass(frozen=True, slots=True)
class SameNames:
    """What whoever imports says of people who are known by nothing but their name.

    `all`: who has the name of one client here is that client; `creditors`: that of one creditor here, to the letter, is
    that creditor. `chosen` answers single ones, by their keys: None is somebody new.
    """

    all: bool = False
    creditors: bool = False
    chosen: Mapping[str, UUID | None] = field(default_factory=dict[str, UUID | None])


NOTHING_SAID = SameNames()


@dataclass(slots=True)
class _Person:
    """Somebody whom rows name without a reference. `debtors`: whom those of their debts that are here say it is."""

    first: Line
    name: str
    identification: Identification | None
    rows: list[Line] = field(default_factory=list[Line])
    debtors: set[UUID] = field(default_factory=set[UUID])


class People:
    """`creditors` are those that are new; `identified` counts the people who were found by their identification."""

    def __init__(
        self,
        draft: Draft,
        said: SameNames,
        namesakes: Namesakes | None,
        numbered: Numbered | None,
        *,
        recognise: bool = False,
    ) -> None:
        """`recognise`: one identification is one person, whatever the names that go with it."""
        self._draft, self._said, self._find, self._recognise = draft, said, namesakes, recognise
        self._numbered = numbered
        self._refused: dict[int, Finding] = {}
        self.creditors: dict[str, Details] = {}
        self.namesakes: list[Namesake] = []
        self.recognised: list[Recognised] = []
        self.identified = 0
        self.warnings: list[Finding] = []

    def refused(self, line: Line) -> Finding | None:
        """Why it can't be told whom a line means."""
        return self._refused.get(line.row.line)

    def complete(self, lines: Sequence[Line], unreadable: Collection[int]) -> list[Line]:
        """The lines with the references that they lack; of those that are `unreadable`, only which debts they mean."""
        claimed = partial(self._claimed, clients.REFERENCE)
        completed = told_apart(self._with_debts(lines), self._code_of, claimed, self._is_another)
        readable = [line for line in completed if line.row.line not in unreadable]
        debtors = self._debtors(readable) if any(map(_lacks_debtor, readable)) else dict[int, str]()
        whole = [_completed(line, debtors.get(line.row.line, "")) for line in completed]
        if self._numbered is not None:
            whole = named_by_reference(self._draft, whole, self._numbered, self._refuse_number)
        whole = payments_told_apart(
            whole, partial(self._claimed, payments.REFERENCE), self._known_payment, self._draft.warnings
        )
        self._warn_of_codes([line for line in whole if line.row.line not in unreadable])
        return whole

    def _refuse_number(self, line: Line, why: Why) -> None:
        self._refuse([line], Part.PAYMENTS, "case_file_reference", why)

    def _known_payment(self, line: Line, reference: str) -> tuple[date, Money] | None:
        """When and how much was paid, of one that is here with this reference."""
        draft, paid = self._draft, self._claimed(payments.REFERENCE, [reference]).get(reference)
        debts = self._known_debts([line]) if paid else dict[str, UUID]()
        for debt in debts.values():
            stream = (
                draft.stream(draft.case_files, CaseFile(), debt)
                if line.case_file
                else draft.stream(draft.invoices, Invoice(), debt)
            )
            for event in stream.events:
                if isinstance(event, PaymentRecorded) and event.payment_id == paid:
                    return event.received_on, event.amount
        return None

    def _warn_of_codes(self, lines: Iterable[Line]) -> None:
        """Where two lines are of one person by name, and have other codes in a column that nothing is read of."""
        first: dict[str, dict[str, int]] = defaultdict(dict)
        for line in lines:
            unread = self._draft.unread_code(line)
            if unread is None or line.client is None or line.client.details.identification:
                continue
            column, code = unread
            codes = first[line.client.reference]
            if codes and code not in codes:
                why = Why(OTHER_CODE, line=next(iter(codes.values())), code=next(iter(codes)))
                self.warnings.append(Finding(line.row.line, column, code, why))
            codes.setdefault(code, line.row.line)

    # Debts

    def _with_debts(self, lines: Sequence[Line]) -> list[Line]:
        creditors = self._creditors(lines)
        accounts = {creditor: self._accounts(creditor) for creditor in {*creditors.values()}}
        references = {
            (said.creditor, said.number): _references(accounts[creditors[said.creditor]], said.number)
            for line in lines
            if (said := line.case_file) and said.number and not said.reference
        }
        known = self._claimed(case_files.REFERENCE, {one for several in references.values() for one in several})

        def completed(said: CaseFileRow) -> CaseFileRow:
            creditor = creditors[said.creditor]
            found = said if said.creditor.reference == creditor else replace(said, creditor=CreditorRow(creditor))
            if said.reference or not said.number:
                return found
            new, *others = references[said.creditor, said.number]
            ours = (one for one in others if one in known and self._is_owed_to(known[one], accounts[creditor]))
            return replace(found, reference=new if new in known else next(ours, new))

        return [replace(line, case_file=completed(line.case_file)) if line.case_file else line for line in lines]

    def _is_another(self, client_id: UUID, lines: Sequence[Line]) -> bool:
        """Whether lines that give a client's reference mean somebody else: by identification, else by a name most of
        which is another. They mean that client where a debt of theirs is here as that one's."""
        client_id = self._draft.survivor(client_id)
        there = self._draft.stream(self._draft.clients, Client(), client_id).state.details
        another = next((line for line in lines if line.client and there and _differs(line.client, there)), None)
        if another is None:
            return False
        for debt in self._known_debts(lines).values():
            debtor = self._draft.stream(self._draft.case_files, CaseFile(), debt).state.debtor_id
            if self._draft.survivor(debtor) == client_id:
                return False
        self.warnings.append(self._draft.finding(another, Part.CLIENTS, "reference", ANOTHER_HAS_IT))
        return True

    def _accounts(self, creditor: str | None) -> Mapping[UUID, str]:
        """The creditor, then those who are one with it, each with what stands for it in the references of its debts."""
        if creditor is None:
            return {}
        if creditor in self._draft.made:
            return {self._draft.made[creditor]: creditor[:CODE].upper()}
        found = self._draft.ids[clients.REFERENCE]
        known = found.get(creditor) or self._claimed(clients.REFERENCE, [creditor]).get(creditor)
        accounts = [known, *sorted(one_with(self._draft.log.store, [known]) - {known})] if known else []
        return {one: self._code(one) for one in accounts}

    def _code_of(self, creditor: str | None) -> str | None:
        """What stands for the creditor in references of what is its own; None is ourselves."""
        return next(iter(self._accounts(creditor).values()), None)

    def _code(self, creditor_id: UUID) -> str:
        registered = self._draft.stream(self._draft.clients, Client(), creditor_id).events[0]
        own = registered.reference if isinstance(registered, ClientRegistered) else ""
        return str(creditor_id)[:CODE].upper() if own in {"", str(creditor_id)} else own

    def _is_owed_to(self, case_file_id: UUID, accounts: Collection[UUID]) -> bool:
        return self._draft.stream(self._draft.case_files, CaseFile(), case_file_id).state.creditor_id in accounts

    def _creditors(self, lines: Iterable[Line]) -> Mapping[CreditorRow, str | None]:
        """The reference of each creditor that is told; None is ourselves. Many a file has it in the column of names."""
        references: dict[CreditorRow, str | None] = {}
        people: dict[CreditorRow, _Person] = {}
        for line in lines:
            if line.case_file:
                said = line.case_file.creditor
                references[said] = said.reference
                if said.reference is None and (said.name or said.identification):
                    people.setdefault(said, _Person(line, said.name or "", said.identification)).rows.append(line)
        by_reference = self._claimed(clients.REFERENCE, {said.name for said in people if said.name})
        references |= {said: said.name for said in people if said.name in by_reference}
        unknown = {said: person for said, person in people.items() if said.name not in by_reference}
        self._check_names_of_file(ClientRole.CREDITOR, unknown.values())
        references |= self._found(ClientRole.CREDITOR, unknown)
        made: dict[str, str] = {}
        for said, person in unknown.items():
            if references[said] is None:
                references[said] = made.setdefault(identity(said.name, said.identification), self._new_creditor(person))
        return references

    def _new_creditor(self, person: _Person) -> str:
        """The same for the same file, whatever is chosen of it before it is loaded."""
        new = uuid5(self._draft.command.correlation_id, f"creditor {person.first.row.line}")
        self._draft.made[str(new)] = new
        roles = (ClientRole.CREDITOR,)
        self.creditors[str(new)] = Details(person.name, identification=person.identification, roles=roles)
        return str(new)

    # Debtors

    def _debtors(self, lines: Iterable[Line]) -> Mapping[int, str]:
        """Whom each line means that has no reference of its client."""
        named = [(line, line.client) for line in lines if line.client]
        references = {
            identity(None, one.details.identification): one.reference
            for _, one in named
            if one.reference and one.details.identification
        }
        alike: dict[str, set[str]] = defaultdict(set)
        for _, one in named:
            if one.name and (one.reference or one.details.identification):
                alike[compact(one.name)].add(one.reference or _who(one, references))
        debts = self._known_debts([line for line, one in named if not one.reference])
        people: dict[str, _Person] = {}
        owers = {line.row.line: self._owed_by(line, one, debts) for line, one in named if not one.reference}
        self._check_names_of_file(
            ClientRole.DEBTOR,
            [
                _Person(
                    line,
                    one.name or "",
                    one.details.identification,
                    [] if one.reference or owers[line.row.line] else [line],
                )
                for line, one in sorted(named, key=lambda each: not each[1].reference)
            ],
        )
        for line, one in named:
            if one.reference:
                continue
            owed_by = owers[line.row.line]
            known = () if one.details.identification else sorted(alike.get(compact(one.name or ""), ()))
            if len(known) > 1 and owed_by is None:
                self._refuse([line], Part.CLIENTS, "name", SEVERAL_IN_FILE)
                continue
            who = f"{owed_by}" if len(known) > 1 else known[0] if known else _who(one, references)
            person = people.setdefault(who, _Person(line, one.name or "", one.details.identification))
            person.rows.append(line)
            person.debtors |= {owed_by} if owed_by else set()
        own = {*references.values()} | {one.reference for _, one in named}
        found = {who: who for who in people if who in own}
        found |= self._found(ClientRole.DEBTOR, {who: person for who, person in people.items() if who not in own})
        return {
            line.row.line: found.get(who) or self._new_debtor(person)
            for who, person in people.items()
            for line in person.rows
        }

    def _new_debtor(self, person: _Person) -> str:
        new = self._draft.new_id(person.first, Part.CLIENTS)
        self._draft.made[str(new)] = new
        return str(new)

    def _known_debts(self, lines: Sequence[Line]) -> Mapping[str, UUID]:
        """Those of these lines that are here: case files, and invoices."""
        references = {line.case_file.reference for line in lines if line.case_file}
        numbers = {line.invoice.number for line in lines if line.invoice}
        known = self._claimed(case_files.REFERENCE, references)
        return {**known, **self._claimed(invoices.IMPORTED_NUMBER, numbers)}

    def _owed_by(self, line: Line, said: ClientRow, debts: Mapping[str, UUID]) -> UUID | None:
        """Who owes what the line tells of, where that is here, if it goes by this name or identification."""
        draft, owed_by = self._draft, None
        if line.case_file and (debt := debts.get(line.case_file.reference)):
            owed_by = draft.stream(draft.case_files, CaseFile(), debt).state.debtor_id
        elif line.invoice and (debt := debts.get(line.invoice.number)):
            owed_by = draft.stream(draft.invoices, Invoice(), debt).state.client_id
        if owed_by is None or (there := draft.stream(draft.clients, Client(), owed_by).state.details) is None:
            return None
        same = said.name is not None and compact(said.name) == compact(there.name)
        identified = said.details.identification
        return (
            owed_by
            if same or (identified and there.identification and _same(identified, there.identification))
            else None
        )

    # Either

    def _found(self, who: ClientRole, people: Mapping[K, _Person]) -> dict[K, str]:
        """The references of those who are here: by the debts that they have, else by identification, else by name."""
        claims = {
            key: claim.value
            for key, person in people.items()
            for claim in clients.identification_claims(NOBODY, person.identification)
        }
        holders = self._claimed(clients.IDENTIFICATION, {*claims.values()})
        found: dict[K, UUID] = {}
        for key, person in people.items():
            if len(person.debtors) == 1:
                found[key] = self._draft.survivor(*person.debtors)
            elif (holder := holders.get(claims.get(key, ""))) is not None:
                found[key] = self._draft.survivor(holder)
                self._check_name_here(who, person, found[key])
                self.identified += any(line.row.line not in self._refused for line in person.rows)
        found |= self._of_the_name(who, {key: one for key, one in people.items() if key not in found and one.name})
        self._draft.ids[clients.REFERENCE].update({str(client_id): client_id for client_id in found.values()})
        return {key: str(client_id) for key, client_id in found.items()}

    def _check_names_of_file(self, who: ClientRole, people: Iterable[_Person]) -> None:
        """Of one identification with different names the later ones are bad, unless they are said to be one person.

        A person without rows is known otherwise: only others are held against the name.
        """
        first: dict[str, _Person] = {}
        for person in people:
            if person.identification is None or not person.name:
                continue
            before = first.setdefault(identity(None, person.identification), person)
            if before.name != person.name and not may_be_one_name(before.name, person.name):
                line, name = before.first.row.line, before.name
                why = Why(SAME_IDENTIFICATION, line=line, name=name)
                self._doubt_identification(who, person, why, NOBODY, (line, name))

    def _check_name_here(self, who: ClientRole, person: _Person, client_id: UUID) -> None:
        there = self._draft.stream(self._draft.clients, Client(), client_id).state.details
        if there is not None and person.name and not may_be_one_name(there.name, person.name):
            name = shown_name(
                self._draft.stream(self._draft.clients, Client(), client_id).state, self._draft.command.actor
            )
            self._doubt_identification(who, person, Why(OTHER_NAME_HERE, name=name), client_id)

    def _doubt_identification(
        self, who: ClientRole, person: _Person, why: Why, client_id: UUID, earlier: tuple[int, str] | None = None
    ) -> None:
        part, column = _IDENTIFICATION_OF[who]
        self.recognised += [Recognised(line.row.line, "", person.name, client_id, earlier) for line in person.rows]
        if self._recognise:
            self.warnings += [self._draft.finding(line, part, column, why) for line in person.rows]
        else:
            self._refuse(person.rows, part, column, why)

    def _of_the_name(self, who: ClientRole, people: Mapping[K, _Person]) -> dict[K, UUID]:
        names = {person.name for person in people.values()}
        candidates = self._find(names) if self._find and names else dict[str, Collection[UUID]]()
        found: dict[K, UUID] = {}
        for key, person in people.items():
            like = [one for one in sorted(candidates.get(person.name, ())) if self._may_be(one, person)]
            if not like:
                continue
            namesake = Namesake(person.first.row.line, who, person.name, like, None, undecided=False)
            chosen = self._said.chosen.get(namesake.key, NOBODY)
            if chosen is None or chosen in like:
                namesake = replace(namesake, taken=chosen)
            elif len(own := self._creditors_of_the_name(who, person.name, like)) == 1:
                namesake = replace(namesake, taken=own[0])
            elif self._said.all and len(like) == 1:
                namesake = replace(namesake, taken=like[0])
            else:
                namesake = replace(namesake, undecided=True)
                part, column = _NAME_OF[who]
                self._refuse(person.rows, part, column, SAY_WHICH if len(like) > 1 else SAY_WHETHER)
            self.namesakes.append(namesake)
            if namesake.taken is not None:
                found[key] = namesake.taken
        return found

    def _creditors_of_the_name(self, who: ClientRole, name: str, like: Iterable[UUID]) -> Sequence[UUID]:
        if not self._said.creditors or who is not ClientRole.CREDITOR:
            return ()
        there = {one: self._draft.stream(self._draft.clients, Client(), one).state.details for one in like}
        return [
            one for one, known in there.items() if known and known.name == name and ClientRole.CREDITOR in known.roles
        ]

    def _may_be(self, client_id: UUID, person: _Person) -> bool:
        client = self._draft.stream(self._draft.clients, Client(), client_id).state
        if client.details is None or client.restrictions != replace(USABLE, kept_until=client.restrictions.kept_until):
            return False
        there, ours = client.details.identification, person.identification
        another = bool(there and ours and there.valid and ours.valid and not _same(ours, there))
        return compact(client.details.name) == compact(person.name) and not another

    def _claimed(self, kind: str, values: Collection[str]) -> Mapping[str, UUID]:
        return self._draft.log.claimed(kind, values) if values else {}

    def _refuse(self, lines: Iterable[Line], part: Part, column: str, why: Why) -> None:
        for line in lines:
            self._refused.setdefault(line.row.line, self._draft.finding(line, part, column, why))


_IDENTIFICATION_OF = {
    ClientRole.CREDITOR: (Part.CASE_FILES, "creditor_identification"),
    ClientRole.DEBTOR: (Part.CLIENTS, "identification"),
}
_NAME_OF = {
    ClientRole.CREDITOR: (Part.CASE_FILES, "creditor_name"),
    ClientRole.DEBTOR: (Part.CLIENTS, "name"),
}


def _references(accounts: Mapping[UUID, str], number: str) -> Sequence[str]:
    """Of a debt of that number: the one that is made first, then those that it may have had before."""
    return list(dict.fromkeys([*(f"{code}-{number}" for code in accounts.values()), number]))


def _who(said: ClientRow, references: Mapping[str, str]) -> str:
    """A reference where another line gives the same identification one."""
    who = identity(said.name, said.details.identification)
    return references.get(who, who) if said.details.identification else who


def _differs(said: ClientRow, there: Details) -> bool:
    written, known = said.details.identification, there.identification
    if written and known and (_same(written, known) or (written.valid and known.valid)):
        return not _same(written, known)
    if said.reference in {said.name, there.name}:  # who is named by a number is named by nothing else
        return False
    words, others = {*words_of(said.name or "")}, {*words_of(there.name)}
    return bool(words) and 2 * len(words & others) <= min(len(words), len(others))


def _same(one: Identification, other: Identification) -> bool:
    return digits(one) == digits(other)


def _lacks_debtor(line: Line) -> bool:
    return line.client is not None and not line.client.reference


def _completed(line: Line, debtor: str) -> Line:
    """With what follows: who owes, and for what a payment beside it is."""
    client, case_file, invoice = line.client, line.case_file, line.invoice
    if client and not client.reference:
        client = replace(client, reference=debtor)
    if client and case_file and not case_file.debtor_reference:
        case_file = replace(case_file, debtor_reference=client.reference)
    if client and invoice and not invoice.client_reference:
        invoice = replace(invoice, client_reference=client.reference)
    payment = _beside(line.payment, case_file.reference) if line.payment and case_file else line.payment
    paid = _beside(line.invoice_payment, invoice.number) if line.invoice_payment and invoice else line.invoice_payment
    return replace(line, client=client, case_file=case_file, payment=payment, invoice=invoice, invoice_payment=paid)


def _beside(paid: PaymentRow, known_as: str) -> PaymentRow:
    """What it is for. A payment without a reference gets one later: see `payments_beside`."""
    return paid if paid.towards else replace(paid, towards=known_as)
