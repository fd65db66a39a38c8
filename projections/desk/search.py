"""One box for everything: case files, clients and payments, by reference, number, name or amount.

References are found by how they begin or end, a case file by its items' numbers too, a name by how each of its words
begins, so that an index answers. Whoever has another's exact reference learns who works on it: see `Held`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, not_, or_, select, true

from domain.folding import compact, words_of
from domain.money import Money
from domain.payment_reference import backwards, typed
from domain.people import Actor
from projections.amounts import amounts_to
from projections.client_copies import known_as
from projections.client_numbers import number_in, short
from projections.desk.clients import Held, find_by_reference, known_to, survives
from projections.desk.tables import (
    BACKWARDS,
    OPEN_PROMISES,
    case_files,
    client_words,
    clients,
    numbers,
    parties,
    payment_numbers,
    payments,
    promises,
)
from projections.desk.visibility import clients_of, held_by, visible_to
from projections.merging import merged_group
from projections.sorting import WORDS_AT_MOST, begins, begins_number

T = TypeVar("T")

LOOKED_AT = 200

FRAGMENT = 4
"""So many letters and digits of a payment's reference find it."""


@dataclass(frozen=True, slots=True)
class Hits(Generic[T]):
    """The first of what was found, and whether there is more."""

    items: list[T]
    more: bool


@dataclass(frozen=True, slots=True)
class CaseFileHit:
    """`party` is whose name was found, where it is not the debtor's."""

    id: UUID
    reference: str
    payment_reference: str
    client: str | None
    debtor: str
    party: str | None
    collector: str | None
    outstanding: Money
    credit: Money
    state: Literal["open", "closed"]
    stage: str


@dataclass(frozen=True, slots=True)
class ClientHit:
    """`owes` and `is_owed`: whether there are case files with this client as debtor, as creditor."""

    id: UUID
    number: str
    reference: str
    name: str
    collector: str | None
    owes: bool
    is_owed: bool


@dataclass(frozen=True, slots=True)
class PaymentHit:
    id: UUID
    reference: str | None
    amount: Money
    received_on: date
    state: str
    case_file_id: UUID
    case_file: str
    debtor: str
    collector: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """`elsewhere` is a case file of that very reference in somebody else's portfolio."""

    case_files: Hits[CaseFileHit]
    clients: Hits[ClientHit]
    payments: Hits[PaymentHit]
    elsewhere: Held | None


def search(
    db: Connection,
    viewer: Actor,
    text: str,
    amount: Decimal | None,
    limit: int,
    known: Select[tuple[UUID]] | None = None,
) -> Found:
    """So many of each kind at most. `amount` is what the text reads as a number, where it is one; `known` are clients
    that another read model knows by it."""
    files = _case_files(db, viewer, text, amount, limit, known)
    return Found(
        files,
        _clients(db, viewer, text, limit),
        _payments(db, viewer, text, amount, limit),
        None if any(is_exactly(file.reference, text) for file in files.items) else _elsewhere(db, viewer, text),
    )


def is_exactly(known: str | None, text: str) -> bool:
    return known is not None and known.casefold() == text.strip().casefold()


# Case files

_creditor, _debtor, _party = (clients.alias(role) for role in ("creditor", "debtor", "party"))


def _case_files(
    db: Connection,
    viewer: Actor,
    text: str,
    amount: Decimal | None,
    limit: int,
    known: Select[tuple[UUID]] | None,
) -> Hits[CaseFileHit]:
    """By reference or its end, payment reference or its end, amount, part of a number, debtor, party, in turn: each
    once. An open promise's amount is one of its amounts. Last those whose debtor is `known`, and another's: whoever
    works such a case file is shown it in the client's place."""
    query = (
        select(case_files, _debtor.c.name.label("debtor"), _creditor.c.name.label("creditor"))
        .join(_debtor, _debtor.c.client_id == case_files.c.debtor_id)
        .outerjoin(_creditor, _creditor.c.client_id == case_files.c.creditor_id)
        .where(*visible_to(viewer))
        .limit(LOOKED_AT)
    )
    asked = [query.where(case_files.c.reference.in_(_ways(text)))]
    if key := compact(text):
        asked.append(query.where(_numbered(numbers.c.ending == key)))
    asked.append(query.where(_reference(case_files.c.reference, text)))
    if (referred_to := typed(text)) is not None:
        asked.append(query.where(begins(case_files.c.payment_reference, referred_to)))
    if (last := backwards(text)) is not None:
        asked.append(query.where(_numbered(begins(numbers.c.ending, f"{BACKWARDS}{last}"))))
    if amount is not None:
        asked.extend(
            query.where(amounts_to(column, case_files.c.currency, amount))
            for column in (case_files.c.outstanding, case_files.c.principal)
        )
        promised = query.join(promises, promises.c.case_file_id == case_files.c.case_file_id)
        asked.append(promised.where(amounts_to(promises.c.amount, case_files.c.currency, amount), *OPEN_PROMISES))
    asked.append(query.where(_numbered(begins_number(numbers.c.ending, text))))
    if words := words_of(text)[:WORDS_AT_MOST]:
        owing = exists().where(case_files.c.debtor_id == client_words.c.client_id, *visible_to(viewer))
        asked.append(query.where(case_files.c.debtor_id.in_(_named(db, words, owing))))
        on_some = exists().where(parties.c.client_id == client_words.c.client_id)
        asked.append(
            query.add_columns(_party.c.name.label("party"))
            .join(parties, parties.c.case_file_id == case_files.c.case_file_id)
            .join(_party, _party.c.client_id == parties.c.client_id)
            .where(parties.c.client_id.in_(_named(db, words, on_some)))
        )
    if known is not None and not viewer.sees_all:
        anothers = not_(held_by(viewer, _debtor.c.collector))
        asked.append(query.where(case_files.c.debtor_id.in_(merged_group(clients, known)), anothers))
    found = _in_turn(db, asked, lambda row: row.case_file_id, lambda row: (not row.is_open, row.reference), limit)
    return _hits(found, limit, _case_file)


def _numbered(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return case_files.c.case_file_id.in_(select(numbers.c.case_file_id).where(condition))


def _case_file(row: Any) -> CaseFileHit:
    return CaseFileHit(
        id=row.case_file_id,
        reference=row.reference,
        payment_reference=row.payment_reference,
        client=row.creditor,
        debtor=row.debtor,
        party=getattr(row, "party", None),
        collector=row.collector or None,
        outstanding=Money.of_minor(max(row.outstanding, 0), row.currency),
        credit=Money.of_minor(max(-row.outstanding, 0), row.currency),
        state="open" if row.is_open else "closed",
        stage=row.stage,
    )


def _elsewhere(db: Connection, viewer: Actor, text: str) -> Held | None:
    if viewer.sees_all:
        return None
    return next((held for way in _ways(text) if (held := find_by_reference(db, way)) is not None), None)


# Clients


def _clients(db: Connection, viewer: Actor, text: str, limit: int) -> Hits[ClientHit]:
    return find_clients(db, text, limit, known_to(viewer))


def own(viewer: Actor) -> ColumnElement[bool]:
    """Those on whom this person may open a case file."""
    return and_(true(), *clients_of(viewer))


def find_clients(
    db: Connection, text: str, limit: int, condition: ColumnElement[bool], known: Select[tuple[UUID]] | None = None
) -> Hits[ClientHit]:
    """By short number, reference, name, in this order: each once. Whoever was merged leads to who survives.

    Last those who are `known` to another read model by what was typed.
    """
    query = select(clients).where(condition).limit(LOOKED_AT)
    asked: list[Select[Any]] = []
    if (number := number_in(text)) is not None:
        asked.append(query.where(survives(clients.c.number == number)))
    asked.append(query.where(survives(_reference(clients.c.reference, text))))
    with suppress(ValueError):  # whoever has no reference is known by the id, to programs
        asked.append(query.where(survives(clients.c.client_id == UUID(text.strip()))))
    if words := words_of(text)[:WORDS_AT_MOST]:
        shown = exists().where(clients.c.client_id == client_words.c.client_id, condition)
        asked.append(query.where(survives(clients.c.client_id.in_(_named(db, words, shown)))))
    if known is not None:
        asked.append(query.where(survives(clients.c.client_id.in_(known))))
    found = _in_turn(db, asked, lambda row: row.client_id, lambda row: (row.name_key, row.number), limit)
    return _hits(found, limit, _client)


def owing_by(viewer: Actor, text: str, amount: Decimal | None = None) -> Select[tuple[UUID]] | None:
    """Who owes on case files with this in their reference or an item's number, or of that amount: all of each client.

    None where there is nothing to look for. Other read models' lists take it, for their rows are those clients'.
    """
    asked = [_numbered(begins_number(numbers.c.ending, text))] if compact(text) else []
    if amount is not None:
        asked += [
            amounts_to(column, case_files.c.currency, amount)
            for column in (case_files.c.outstanding, case_files.c.principal)
        ]
    if not asked:
        return None
    return merged_group(clients, select(case_files.c.debtor_id).where(or_(*asked), *visible_to(viewer)))


def _client(row: Any) -> ClientHit:
    return ClientHit(
        row.client_id,
        short(row.number),
        known_as(row.client_id, row.reference),
        row.name,
        row.collector or None,
        owes=row.owes > 0,
        is_owed=row.is_owed > 0,
    )


# Payments


def _payments(db: Connection, viewer: Actor, text: str, amount: Decimal | None, limit: int) -> Hits[PaymentHit]:
    """By their own reference, then by part of it, then by amount: the latest first."""
    query = (
        select(
            payments,
            case_files.c.reference.label("case_file"),
            case_files.c.currency,
            case_files.c.collector,
            clients.c.name.label("debtor"),
        )
        .join(case_files, case_files.c.case_file_id == payments.c.case_file_id)
        .join(clients, clients.c.client_id == case_files.c.debtor_id)
        .where(*visible_to(viewer))
        .limit(LOOKED_AT)
    )
    asked = [query.where(_reference(payments.c.reference, text))]
    if len(key := compact(text)) >= FRAGMENT:
        known = select(payment_numbers.c.payment_id).where(begins(payment_numbers.c.ending, key))
        asked.append(query.where(payments.c.payment_id.in_(known)))
    if amount is not None:
        asked.append(query.where(amounts_to(payments.c.amount, case_files.c.currency, amount)))
    found = _in_turn(db, asked, lambda row: row.payment_id, lambda row: -row.position, limit)
    return _hits(found, limit, _payment)


def _payment(row: Any) -> PaymentHit:
    return PaymentHit(
        id=row.payment_id,
        reference=row.reference,
        amount=Money.of_minor(row.amount, row.currency),
        received_on=row.received_on,
        state=row.state,
        case_file_id=row.case_file_id,
        case_file=row.case_file,
        debtor=row.debtor,
        collector=row.collector or None,
    )


# References


def free_reference(db: Connection, year: int) -> str:
    """The next after the highest in use of the shape EXP-2026-0402. Somebody else may take it meanwhile."""
    start, known = f"EXP-{year}-", case_files.c.reference
    highest = db.execute(
        select(known).where(begins(known, start)).order_by(func.length(known).desc(), known.desc()).limit(LOOKED_AT)
    ).scalars()
    numbers = [
        int(reference[len(start) :]) for reference in highest if re.fullmatch(r"[0-9]{1,9}", reference[len(start) :])
    ]
    return f"{start}{max(numbers, default=0) + 1:04}"


# What is looked for


def _named(db: Connection, words: Sequence[str], condition: ColumnElement[bool]) -> Sequence[UUID]:
    """Clients of whose name each of these begins a word: not all, where a name is so common that nobody reads on."""
    longest, *others = sorted(words, key=len, reverse=True)  # likely the rarest: its index is gone through
    other = client_words.alias("other")
    also = (
        exists().where(other.c.client_id == client_words.c.client_id, begins(other.c.word, word)) for word in others
    )
    found = db.execute(
        select(client_words.c.client_id)
        .where(begins(client_words.c.word, longest), *also, condition)
        .order_by(client_words.c.word, client_words.c.client_id)
        .limit(LOOKED_AT)
    )
    return [*dict.fromkeys(found.scalars())]


def _ways(text: str) -> list[str]:
    """How a reference may be written that was typed like this."""
    typed = " ".join(text.split())
    return [*dict.fromkeys((typed, typed.upper(), typed.lower()))]


def _reference(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return or_(*(begins(column, way) for way in _ways(text)))


def _in_turn(
    db: Connection, asked: Iterable[Select[Any]], key: Callable[[Any], UUID], order: Callable[[Any], Any], limit: int
) -> Sequence[Any]:
    """What these find one after another, each once, until it is more than will be shown.

    They are put in order here: told to, a database may go through all rows in that order instead of asking the index.
    """
    found: dict[UUID, Any] = {}
    for query in asked:
        for row in sorted(db.execute(query), key=order):
            found.setdefault(key(row), row)
        if len(found) > limit:
            break
    return [*found.values()]


def _hits(found: Sequence[Any], limit: int, line: Callable[[Any], T]) -> Hits[T]:
    return Hits([line(row) for row in found[:limit]], len(found) > limit)
