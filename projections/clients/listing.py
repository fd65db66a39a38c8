"""The list of clients, by whatever is known of them; and whom a person sees of them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, not_, or_, select, true

from domain.client.contacts import USABLE, ContactState, Medium
from domain.client.details import ClientRole, IdentificationKind, Kind
from domain.folding import words_of
from domain.people import Actor, Role
from domain.personal import GONE
from projections.client_copies import known_as
from projections.client_numbers import number_or_digits, short
from projections.clients.keys import fragment
from projections.clients.tables import clients, contacts, fragments, words
from projections.index_walk import each
from projections.pages import Order, Page, UnknownSort
from projections.sorting import begins, holds, sort_key


@dataclass(frozen=True, slots=True)
class ClientLine:
    """`number` is short, for people: C-00123 was the 123rd to be registered.

    `phones` and `emails` are those in use, the preferred one first; `unverified` those of them that are as a file had
    them, and nobody has confirmed. `roles` are what the client is said to be, and
    what its case files make it. `standing` is usable, blocked or erased; of one who is blocked nothing else is told.
    """

    id: UUID
    number: str
    reference: str
    name: str
    kind: Kind | None
    identification_kind: IdentificationKind | None
    identification: str | None
    phones: list[str]
    emails: list[str]
    unverified: list[str]
    city: str | None
    zone: str | None
    collector: str | None
    roles: list[ClientRole]
    verified: bool
    standing: str


@dataclass(frozen=True, slots=True)
class Filters:
    """`text` is parts of a name in any order, part of a phone, e-mail, identification, account or reference, or the
    short number.

    `unverified`: something of the client is as a file had it, seems wrong, and nobody has confirmed it.
    `blocked`: those alone, for an auditor; nobody else is told which they are.
    `import_id`: that import registered it. `owing` are those found by what they owe, where text is such.
    """

    collector: str | None = None
    zone: str | None = None
    city: str | None = None
    kind: Kind | None = None
    role: ClientRole | None = None
    verified: bool | None = None
    reference: str | None = None
    text: str | None = None
    unverified: bool | None = None
    import_id: UUID | None = None
    owing: Select[tuple[UUID]] | None = None
    blocked: bool = False


Sort = Literal["name", "-name", "city", "-city", "number", "-number", "reference", "-reference"]

SORTS: Mapping[str, ColumnElement[Any]] = {
    "name": clients.c.name_key,
    "city": clients.c.city_key,
    "number": clients.c.number,
    "reference": clients.c.reference,
}


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of another read model, one a client, by whose columns the list is sorted too."""

    client_id: ColumnElement[UUID]
    collector: ColumnElement[str]
    sorts: Mapping[str, ColumnElement[Any]]


def list_clients(
    db: Connection,
    viewer: Actor,
    filters: Filters,
    sort: str,
    cursor: str | None,
    limit: int,
    beside: Beside | None = None,
) -> Page[ClientLine]:
    name, descending, unveiled = sort.removeprefix("-"), sort.startswith("-"), sees_blocked(viewer)
    query = select(clients).where(clients.c.merged_into.is_(None), *held_by(viewer), *_chosen(filters, unveiled))
    if beside is not None and name in beside.sorts:
        order = Order((beside.sorts[name], beside.client_id), descending)
        same = (beside.client_id == clients.c.client_id, beside.collector == clients.c.collector)
        query = query.add_columns(beside.sorts[name]).where(*same)
    elif name in SORTS:
        order = Order((SORTS[name], clients.c.client_id), descending)
    else:
        raise UnknownSort(field="sort", known=sorted({*SORTS, *(beside.sorts if beside else ())}))
    found = list(db.execute(order.page(query, cursor, limit)))
    return order.shown(found, limit, lines(db, found[:limit], unveiled=unveiled))


def sees_blocked(viewer: Actor) -> bool:
    """Who is blocked, and what is known of them, is shown to auditors alone (GDPR, art. 18)."""
    return Role.AUDITOR in viewer.roles


def lines(db: Connection, rows: Sequence[Row[Any]], *, unveiled: bool = False) -> list[ClientLine]:
    """`unveiled`: also what is known of those who are blocked."""
    reached = _reached(db, [row.client_id for row in rows])
    return [
        _line(row, reached.get(row.client_id, {})) if unveiled or row.standing != "blocked" else _blocked(row)
        for row in rows
    ]


def survivor_of(db: Connection, client_id: UUID) -> UUID:
    """The client itself; or, where it was merged, whoever answers for it now."""
    return db.execute(select(clients.c.survivor_id).where(clients.c.client_id == client_id)).scalar() or client_id


def zones(db: Connection, viewer: Actor) -> Sequence[str]:
    """Those that there are."""
    if viewer.sees_all:
        return sorted((zone for (zone,) in db.execute(each(clients.c.zone)) if zone not in GONE), key=sort_key)
    own = select(clients.c.zone).where(clients.c.zone.is_not(None), NOT_BLOCKED, *held_by(viewer)).distinct()
    own = own.where(clients.c.zone.not_in(GONE))
    return sorted(db.execute(own).scalars(), key=sort_key)


def collectors(db: Connection) -> Sequence[str]:
    """Who holds clients today."""
    return [name for (name,) in db.execute(each(clients.c.collector)) if name]


def held_by(viewer: Actor) -> Sequence[ColumnElement[bool]]:
    """The own portfolio; whoever sees all, sees all of them."""
    return () if viewer.sees_all else (_own(viewer),)


def shown_to(viewer: Actor) -> ColumnElement[bool]:
    """Beside the own portfolio, a collector may look at those whom nobody holds as they owe nothing: creditors, say."""
    if viewer.sees_all:
        return true()
    return or_(_own(viewer), and_(clients.c.collector == "", clients.c.owes.is_(False)))


def _own(viewer: Actor) -> ColumnElement[bool]:
    """The one name of most people is compared as such: so lists are read in the order of their index."""
    held = clients.c.collector
    return held.in_(sorted(viewer.portfolios)) if viewer.stands_in_for else held == viewer.name


NOT_BLOCKED = clients.c.standing != "blocked"
"""Asked where a row's place in an answer would tell something of the client."""


def blocked_called(text: str) -> ColumnElement[bool]:
    """Those who are blocked and have words that begin so in their name."""
    asked = (select(words.c.client_id).where(begins(words.c.word, word)) for word in words_of(text))
    named = [clients.c.client_id.in_(ids) for ids in asked]
    return and_(clients.c.standing == "blocked", *named) if named else false()


def _chosen(filters: Filters, unveiled: bool) -> Sequence[ColumnElement[bool]]:  # noqa: FBT001 - whose list it is
    columns = clients.c
    equal = {
        columns.collector: filters.collector,
        columns.zone: filters.zone,
        columns.city_key: filters.city and sort_key(filters.city),
        columns.client_kind: filters.kind,
        columns.correlation_id: filters.import_id,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if filters.reference is not None:
        conditions.append(_known_as(filters.reference))
    told_by = filters.zone or filters.city or filters.kind or filters.role or filters.verified is not None
    if told_by and not unveiled:
        conditions.append(NOT_BLOCKED)
    if filters.blocked:
        conditions.append(columns.standing == "blocked" if unveiled else false())
    if filters.role is ClientRole.CREDITOR:
        conditions.append(or_(columns.is_creditor, columns.is_owed))
    if filters.role is ClientRole.DEBTOR:
        conditions.append(or_(columns.is_debtor, columns.owes))
    if filters.verified is not None:
        conditions.append(columns.verified_at.is_not(None) if filters.verified else columns.verified_at.is_(None))
    if filters.unverified is not None:
        doubted = and_(columns.doubtful, columns.verified_at.is_(None))
        conditions += [columns.standing == "usable", doubted if filters.unverified else not_(doubted)]
    if filters.text is not None:
        others = [one for one in (known_by(filters.text, unveiled=unveiled), filters.owing) if one is not None]
        asked = [holds(columns.name_key, filters.text), *(columns.client_id.in_(ids) for ids in others)]
        if (number := number_or_digits(filters.text)) is not None:
            asked.append(columns.number == number)
        if unveiled:
            asked.append(blocked_called(filters.text))
        conditions.append(or_(*asked))
    return conditions


def _known_as(reference: str) -> ColumnElement[bool]:
    """Whose `known_as` this is."""
    known = clients.c.reference == reference
    with suppress(ValueError):
        return or_(known, and_(clients.c.reference == "", clients.c.client_id == UUID(reference)))
    return known


def known_by(text: str, *, unveiled: bool = False) -> Select[tuple[UUID]] | None:
    """The ids of the clients with a phone, e-mail, identification, account or reference of which this is a part.

    None where it is part of none. Other read models' lists take it, for their rows are those clients'.
    """
    part = fragment(text)
    if part is None:
        return None
    return (
        select(fragments.c.client_id)
        .join(clients, clients.c.client_id == fragments.c.client_id)
        .where(begins(fragments.c.fragment, part), *([] if unveiled else [NOT_BLOCKED]))
        .correlate(None)
    )


def phones_of(db: Connection, ids: Collection[UUID]) -> Mapping[UUID, list[str]]:
    """Those in use of these clients, the preferred one first; of one who is blocked none."""
    seen = db.execute(select(clients.c.client_id).where(clients.c.client_id.in_(ids), NOT_BLOCKED)).scalars()
    reached = _reached(db, [*seen])
    return {client_id: of_each.get(Medium.PHONE, []) for client_id, of_each in reached.items()}


def unconfirmed(db: Connection, ids: Collection[UUID]) -> frozenset[str]:
    """What these clients' phones and e-mails are that nobody has confirmed: not to be dialled by a click."""
    query = select(contacts.c.value).where(
        contacts.c.client_id.in_(ids), contacts.c.state == ContactState.UNVERIFIED.value
    )
    return frozenset(db.execute(query).scalars())


def _reached(db: Connection, ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, list[str]]]:
    """By client and medium, what is in use; by `UNVERIFIED`, what of that nobody has confirmed."""
    found: dict[UUID, dict[str, list[str]]] = {}
    query = (
        select(contacts.c.client_id, contacts.c.medium, contacts.c.value, contacts.c.state)
        .where(contacts.c.client_id.in_(ids), contacts.c.state.in_(USABLE))
        .order_by(contacts.c.preferred.desc(), contacts.c.place)
    )
    for client_id, medium, value, state in db.execute(query):
        of_each = found.setdefault(client_id, {})
        of_each.setdefault(medium, []).append(value)
        if state == ContactState.UNVERIFIED:
            of_each.setdefault(state, []).append(value)
    return found


def _line(row: Row[Any], reached: Mapping[str, list[str]]) -> ClientLine:
    roles = {
        ClientRole.CREDITOR: row.is_creditor or row.is_owed,
        ClientRole.DEBTOR: row.is_debtor or row.owes,
    }
    return ClientLine(
        id=row.client_id,
        number=short(row.number),
        reference=known_as(row.client_id, row.reference),
        name=row.hidden_name or row.name,
        kind=Kind(row.client_kind) if row.client_kind else None,
        identification_kind=IdentificationKind(row.identification_kind) if row.identification_kind else None,
        identification=row.identification,
        phones=reached.get(Medium.PHONE, []),
        emails=reached.get(Medium.EMAIL, []),
        unverified=reached.get(ContactState.UNVERIFIED, []),
        city=row.city,
        zone=row.zone,
        collector=row.collector or None,
        roles=[role for role, is_one in roles.items() if is_one],
        verified=row.verified_at is not None,
        standing=row.standing,
    )


def _blocked(row: Row[Any]) -> ClientLine:
    number, collector = short(row.number), row.collector or None
    nothing: list[Any] = []
    return ClientLine(
        id=row.client_id,
        number=number,
        reference=known_as(row.client_id, row.reference),
        name=row.name,
        kind=None,
        identification_kind=None,
        identification=None,
        phones=nothing,
        emails=nothing,
        unverified=nothing,
        city=None,
        zone=None,
        collector=collector,
        roles=nothing,
        verified=False,
        standing=row.standing,
    )
