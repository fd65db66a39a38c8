"""What each event does to the clients' rows."""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from domain import client
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered, restrictions
from domain.client.contacts import ContactAdded, ContactChanged, ContactRemoved, ContactState, Medium
from domain.client.details import (
    CHECKED,
    Address,
    ClientCorrected,
    ClientRole,
    ClientVerificationWithdrawn,
    ClientVerified,
    Identification,
)
from domain.client.finances import (
    AccountAdded,
    AccountRemoved,
    CardAdded,
    CardRemoved,
    CreditEntryAdded,
    CreditEntryRemoved,
)
from domain.client.image import ClientImageChanged, ClientImageRemoved
from domain.events import Recorded
from domain.folding import endings, words_of
from domain.skipping import QueueSkipped
from projections.client_copies import ClientCopies, copied, own_reference
from projections.client_numbers import next_number
from projections.clients import tables
from projections.clients.keys import key_of, keys_of, parts_of
from projections.projection import Projection
from projections.rows import Row, Rows
from projections.sorting import sort_key


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, ClientRegistered):
        return (("client", recorded.stream), ("counter", tables.REGISTERED))
    if isinstance(event, client.Event):
        return (("client", recorded.stream),)
    if isinstance(event, CaseFileOpened):
        return tuple(("client", one) for one in (event.debtor_id, event.creditor_id) if one is not None)
    return ()


def project(rows: Rows, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, client.Event):
        _client(rows, recorded, recorded.stream, event)
    elif isinstance(event, CaseFileOpened):
        rows.one(tables.clients, event.debtor_id)["owes"] = True
        if event.creditor_id is not None:
            rows.one(tables.clients, event.creditor_id)["is_owed"] = True


def _client(rows: Rows, recorded: Recorded, client_id: UUID, event: client.Event) -> None:
    match event:
        case ClientRegistered():
            row = rows.add(
                tables.clients,
                tables.Client(
                    client_id=client_id,
                    number=next_number(rows, tables.counters, tables.REGISTERED),
                    reference=own_reference(client_id, event),
                    **copied(client_id, event),
                    **_described(event),
                    is_owed=False,
                    owes=False,
                    payment_days=event.payment_days,
                    registered_at=recorded.recorded_at.replace(tzinfo=None),
                    registered_by=recorded.actor,
                    correlation_id=recorded.correlation_id,
                    address_valid=(event.address or Address()).valid,
                    doubtful=False,
                    verified_at=None,
                    verified_by=None,
                    has_image=False,
                ),
            )
            _found_by(rows, row, None, event)
            _doubt(rows, row)
            rows.settle_later(client_id)
        case ClientCorrected():
            copies.project(rows, client_id, event)
            row = rows.one(tables.clients, client_id)
            _found_by(rows, row, row["identification"], event)
            row.change(_described(event))
            row["payment_days"], row["address_valid"] = event.payment_days, (event.address or Address()).valid
            _doubt(rows, row)
            if not CHECKED.isdisjoint(event.changed):
                _verified(row, None)
        case ClientVerified():
            _verified(rows.one(tables.clients, client_id), recorded)
        case ClientVerificationWithdrawn():
            _verified(rows.one(tables.clients, client_id), None)
        case ContactAdded() | ContactChanged() | ContactRemoved():
            _contact(rows, client_id, event)
            _verified(rows.one(tables.clients, client_id), None)
            _doubt(rows, rows.one(tables.clients, client_id))
        case AccountAdded() | AccountRemoved():
            _account(rows, client_id, event)
            _verified(rows.one(tables.clients, client_id), None)
            _doubt(rows, rows.one(tables.clients, client_id))
        case CardAdded():
            rows.add(
                tables.cards,
                tables.Card(
                    client_id=client_id, card_id=event.card_id, brand=event.brand.value, last_four=event.last_four
                ),
            )
        case CardRemoved():
            rows.remove(tables.cards, client_id, event.card_id)
        case CreditEntryAdded():
            rows.add(
                tables.credit_entries,
                tables.CreditEntry(
                    client_id=client_id,
                    entry_id=event.entry_id,
                    noted_on=event.noted_on,
                    source=event.source,
                    score=event.score,
                    note=event.note,
                    noted_by=recorded.actor,
                ),
            )
        case CreditEntryRemoved():
            rows.remove(tables.credit_entries, client_id, event.entry_id)
        case ClientImageChanged() | ClientImageRemoved():
            rows.one(tables.clients, client_id)["has_image"] = isinstance(event, ClientImageChanged)
        case QueueSkipped():
            pass
        case event:
            copies.project(rows, client_id, event)
            if isinstance(event, restrictions.Event):
                _restricted(rows.one(tables.clients, client_id), event)


def _restricted(row: Row, event: restrictions.Event) -> None:
    match event:
        case restrictions.ClientBlocked():
            row["city_key"] = tables.NOWHERE
        case restrictions.ClientUnblocked():
            row["city_key"] = _city_key(row["city"])
        case restrictions.ClientErased():
            row["has_image"] = False
        case _:
            pass


def _city_key(city: str | None) -> str:
    return sort_key(city) if city else tables.NOWHERE


def _described(event: ClientRegistered | ClientCorrected) -> tables.Described:
    at, known = event.address or Address(), event.identification
    return tables.Described(
        client_kind=event.kind.value if event.kind else None,
        identification_kind=known.kind.value if known else None,
        identification=known.number if known else None,
        identification_valid=known is not None and known.valid,
        street=at.street,
        postcode=at.postcode,
        district=at.district,
        country=at.country,
        city=at.city,
        city_key=_city_key(at.city),
        zone=event.zone,
        notes=event.notes,
        is_creditor=ClientRole.CREDITOR in event.roles,
        is_debtor=ClientRole.DEBTOR in event.roles,
    )


def _found_by(rows: Rows, row: Row, before: str | None, event: ClientRegistered | ClientCorrected) -> None:
    """By its name and its identification, which was another one before."""
    _identify(rows, row["client_id"], before, event.identification)
    _name(rows, row["client_id"], event.name)


def _doubt(rows: Rows, row: Row) -> None:
    """Whether any of it is as a file had it, and wrong."""
    client_id = row["client_id"]
    row["doubtful"] = (
        (row["identification"] is not None and not row["identification_valid"])
        or not row["address_valid"]
        or any(one["state"] == ContactState.UNVERIFIED for one in rows.all(tables.contacts, client_id).values())
        or not all(one["valid"] for one in rows.all(tables.accounts, client_id).values())
    )


def _name(rows: Rows, client_id: UUID, name: str) -> None:
    there, wanted = {word for (word,) in rows.all(tables.words, client_id)}, words_of(name)
    for word in there.difference(wanted):
        rows.remove(tables.words, client_id, word)
    for word in wanted:
        if word not in there:
            rows.add(tables.words, tables.Word(client_id=client_id, word=word))


def _identify(rows: Rows, client_id: UUID, before: str | None, known: Identification | None) -> None:
    if before is not None:
        rows.remove(tables.keys, client_id, "identification", key_of(before))
    if known is not None:
        rows.add(tables.keys, tables.Key(client_id=client_id, what="identification", key=key_of(known.number)))
    if before != (known.number if known else None):
        rows.settle_later(client_id)


def _verified(row: Row, recorded: Recorded | None) -> None:
    row["verified_at"] = recorded.recorded_at.replace(tzinfo=None) if recorded else None
    row["verified_by"] = recorded.actor if recorded else None


def _contact(rows: Rows, client_id: UUID, event: ContactAdded | ContactChanged | ContactRemoved) -> None:
    known = rows.all(tables.contacts, client_id)
    match event:
        case ContactAdded(medium=medium):
            place = max((row["place"] for row in known.values()), default=0) + 1
            _reach(rows, client_id, event, medium, place)
        case ContactChanged():
            before = known[(event.contact_id,)]
            medium = Medium(before["medium"])
            _reach(rows, client_id, event, medium, before["place"])
        case ContactRemoved():
            medium = Medium(known[(event.contact_id,)]["medium"])
            rows.remove(tables.contacts, client_id, event.contact_id)
        case _:
            assert_never(event)
    _find_by_contacts(rows, client_id, medium)


def _reach(rows: Rows, client_id: UUID, event: ContactAdded | ContactChanged, medium: Medium, place: int) -> None:
    if event.preferred:
        for row in rows.all(tables.contacts, client_id).values():
            if row["medium"] == medium:
                row["preferred"] = False
    rows.add(
        tables.contacts,
        tables.Contact(
            client_id=client_id,
            contact_id=event.contact_id,
            place=place,
            medium=medium.value,
            value=event.value,
            contact_kind=event.kind.value if event.kind else None,
            whose=event.whose,
            state=event.state.value,
            hours=event.hours,
            source=event.source,
            preferred=event.preferred,
        ),
    )


def _find_by_contacts(rows: Rows, client_id: UUID, medium: Medium) -> None:
    """Two of them may share a key, such as one number with and one without its country."""
    known = rows.all(tables.contacts, client_id).values()
    wanted = {key for row in known if row["medium"] == medium for key in keys_of(medium, row["value"])}
    there = {key for what, key in rows.all(tables.keys, client_id) if what == medium}
    for key in there - wanted:
        rows.remove(tables.keys, client_id, medium.value, key)
    for key in sorted(wanted - there):
        rows.add(tables.keys, tables.Key(client_id=client_id, what=medium.value, key=key))
    if wanted != there:
        rows.settle_later(client_id)


def _account(rows: Rows, client_id: UUID, event: AccountAdded | AccountRemoved) -> None:
    rows.settle_later(client_id)
    if isinstance(event, AccountRemoved):
        number = rows.all(tables.accounts, client_id)[(event.account_id,)]["number"]
        rows.remove(tables.accounts, client_id, event.account_id)
        rows.remove(tables.keys, client_id, "account", key_of(number))
        return
    rows.add(
        tables.accounts,
        tables.Account(
            client_id=client_id,
            account_id=event.account_id,
            account_kind=event.kind.value,
            number=event.number,
            bank=event.bank,
            holder=event.holder,
            valid=event.valid,
        ),
    )
    rows.add(tables.keys, tables.Key(client_id=client_id, what="account", key=key_of(event.number)))


def _settle(rows: Rows, client_id: UUID) -> None:
    """The fragments follow from the keys: once a batch, whatever became of them in it."""
    wanted = {part for what, key in rows.all(tables.keys, client_id) for part in parts_of(what, key)}
    wanted.update(endings(rows.one(tables.clients, client_id)["reference"]))
    there = {fragment for (fragment,) in rows.all(tables.fragments, client_id)}
    for fragment in there - wanted:
        rows.remove(tables.fragments, client_id, fragment)
    for fragment in sorted(wanted - there):
        rows.add(tables.fragments, tables.Fragment(client_id=client_id, fragment=fragment))


copies = ClientCopies(tables.clients, tables.mergings)

projection = Projection(
    name="clients", version=6, metadata=tables.metadata, touches=touches, project=project, settle=_settle
)
