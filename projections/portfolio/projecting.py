"""What events do to the rows of portfolios.

A case file's events name the case file alone, so `debts` tells whose it is; its figures lie in the debtor's partition,
where `settle` adds them up once a batch.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import case_file, people
from domain import payments as payment
from domain.case_file import debt, progress, work
from domain.client import ClientRegistered, contacts, portfolio, standing
from domain.client.details import Address, ClientCorrected
from domain.events import Recorded
from domain.personal import BLOCKED
from projections.portfolio.tables import (
    assignments,
    case_file_holdings,
    case_files,
    clients,
    debts,
    holdings,
    metadata,
    payments,
    phones,
    plans,
    substitutions,
    sums,
    users,
)
from projections.projection import NEVER, NOT_YET, Projection
from projections.rows import Row, Rows
from projections.sorting import sort_key


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, ClientRegistered | ClientCorrected | contacts.Event | portfolio.Event | standing.Event):
        return (("client", recorded.stream),)
    if isinstance(event, progress.CaseFileOpened):
        both = (event.debtor_id, event.creditor_id)
        return (("case_file", recorded.stream), *(("client", one) for one in both if one is not None))
    if isinstance(event, case_file.Event):
        return (("case_file", recorded.stream),)
    if isinstance(event, people.Event):
        return (("user", recorded.stream),)
    return ()


def project(rows: Rows, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, ClientRegistered):
        _registered(rows, recorded.stream, event)
    elif isinstance(event, ClientCorrected):
        client = rows.one(clients, recorded.stream)
        for column, value in _described(event).items():
            client[column] = value
    elif isinstance(event, contacts.Event):
        _reached(rows, recorded, event)
    elif isinstance(event, portfolio.Event):
        _assigned(rows, recorded, event)
    elif isinstance(event, standing.Event):
        _stands(rows.one(clients, recorded.stream), event)
    elif isinstance(event, progress.CaseFileOpened):
        _opened(rows, recorded.stream, event)
    elif isinstance(event, case_file.Event):
        _worked(rows, recorded.stream, event)
    elif isinstance(event, people.Event):
        _employed(rows, recorded.stream, event)


# Clients and who holds them


def _registered(rows: Rows, client_id: UUID, event: ClientRegistered) -> None:
    rows.add(
        clients,
        client_id,
        reference=event.reference,
        collector="",
        is_erased=False,
        is_creditor=False,
        standing="new",
        most_owed=0,
        last_action_on=NOT_YET,
        next_action_on=NEVER,
        **_described(event),
    )


def _described(event: ClientRegistered | ClientCorrected) -> dict[str, Any]:
    address = event.address or Address()
    return {
        "name": event.name,
        "name_key": sort_key(event.name),
        "street": address.street,
        "postcode": address.postcode,
        "city": address.city or "",
        "zone": event.zone or "",
    }


def _stands(client: Row, event: standing.Event) -> None:
    match event:
        case standing.ClientBlocked():
            client["hidden_name"], client["name"], client["name_key"] = client["name"], BLOCKED, sort_key(BLOCKED)
        case standing.ClientUnblocked():
            client["name"], client["hidden_name"] = client["hidden_name"], None
            client["name_key"] = sort_key(client["name"])
        case standing.ClientErased():
            client["hidden_name"], client["is_erased"] = None, True
        case _:
            pass


def _reached(rows: Rows, recorded: Recorded, event: contacts.Event) -> None:
    client_id = recorded.stream
    match event:
        case contacts.ContactAdded() if event.medium is contacts.Medium.PHONE:
            _phone(rows, recorded, event)
        case contacts.ContactChanged() if (event.contact_id,) in rows.all(phones, client_id):
            _phone(rows, recorded, event)
        case contacts.ContactRemoved():
            rows.remove(phones, client_id, event.contact_id)
        case contacts.ContactAdded() | contacts.ContactChanged():
            pass  # an e-mail address


def _phone(rows: Rows, recorded: Recorded, event: contacts.ContactAdded | contacts.ContactChanged) -> None:
    client_id = recorded.stream
    if event.preferred:
        for row in rows.all(phones, client_id).values():
            row["preferred"] = False
    rows.add(
        phones,
        client_id,
        contact_id=event.contact_id,
        position=recorded.position,
        value=event.value,
        whose=event.whose,
        preferred=event.preferred,
        usable=event.state in contacts.USABLE,
    )


def _assigned(rows: Rows, recorded: Recorded, event: portfolio.Event) -> None:
    client_id = recorded.stream
    rows.append(assignments, client_id=client_id, position=recorded.position, command_id=recorded.command_id)
    match event:
        case portfolio.ClientAssignedToCollector() | portfolio.ClientUnassigned():
            who = event.collector if isinstance(event, portfolio.ClientAssignedToCollector) else ""
            rows.add(
                holdings,
                client_id,
                from_on=event.from_on,
                to_on=NEVER,
                collector=who,
                actor=recorded.actor,
                recorded_at=recorded.recorded_at.replace(tzinfo=None),
            )
            _follow_one_another(rows, client_id)
            if event.plan_id is not None:
                rows.remove(plans, client_id, event.plan_id)
            rows.settle_later(client_id)
        case portfolio.AssignmentPlanned():
            rows.add(
                plans,
                client_id,
                plan_id=event.plan_id,
                collector=event.collector or "",
                from_on=event.from_on,
                actor=recorded.actor,
                command_id=recorded.command_id,
                correlation_id=recorded.correlation_id,
            )
        case portfolio.AssignmentCancelled() | portfolio.AssignmentLapsed():
            rows.remove(plans, client_id, event.plan_id)


def _follow_one_another(rows: Rows, client_id: UUID) -> None:
    """Each holding ends where the next begins; the last is in force, for none is from a day to come."""
    held = sorted(rows.all(holdings, client_id).values(), key=lambda row: row["from_on"])
    for row, following in zip(held, [*held[1:], None], strict=True):
        row["to_on"] = following["from_on"] if following else NEVER
    rows.one(clients, client_id)["collector"] = held[-1]["collector"]


# Case files


def _opened(rows: Rows, case_file_id: UUID, event: progress.CaseFileOpened) -> None:
    if event.creditor_id is not None:
        rows.one(clients, event.creditor_id)["is_creditor"] = True
    rows.add(debts, case_file_id, debtor_id=event.debtor_id)
    rows.add(
        case_files,
        event.debtor_id,
        case_file_id=case_file_id,
        currency=event.currency,
        collector=rows.one(clients, event.debtor_id)["collector"],
        is_open=True,
        outstanding=sum(item.amount.minor for item in event.items),
        owed=0,
        collected=0,
        last_action_on=NOT_YET,
        next_action_on=NEVER,
    )
    rows.settle_later(event.debtor_id)


def _worked(rows: Rows, case_file_id: UUID, event: case_file.Event) -> None:
    if isinstance(event, payment.Event) and not rows.all(debts, case_file_id):
        return  # of an invoice
    debtor_id = rows.one(debts, case_file_id)["debtor_id"]
    rows.fetch([("client", debtor_id)])
    file = rows.all(case_files, debtor_id)[(case_file_id,)]
    match event:
        case progress.CaseFileAssignedToCollector():
            _held(rows, file, event, event.collector)
        case progress.CaseFileUnassigned():
            _held(rows, file, event, None)
        case progress.CaseFileClosed():
            file["is_open"] = False
        case progress.CaseFileReopened():
            file["is_open"] = True
        case debt.ItemsAdded():
            file["outstanding"] += sum(item.amount.minor for item in event.items)
        case debt.CostCharged() | debt.InterestCharged() | debt.DebtAdjusted() | debt.CreditMoved():
            file["outstanding"] += event.amount.minor
        case debt.CreditReceived():
            file["outstanding"] -= event.amount.minor
        case work.ActionLogged():
            file["last_action_on"] = max(file["last_action_on"], event.done_on)
            if event.settles_next_action:
                file["next_action"], file["next_action_on"] = event.next_action, event.next_action_on or NEVER
        case payment.PaymentRecorded():
            known = {"payment_id": event.payment_id, "amount": event.amount.minor, "counted": False}
            rows.add(payments, case_file_id, **known)
            return
        case payment.PaymentApproved():
            _counts(rows, file, event.payment_id, counted=True)
        case payment.PaymentRejected() | payment.PaymentReturned() | payment.PaymentReopened():
            _counts(rows, file, event.payment_id, counted=False)
        case _:
            return
    rows.settle_later(debtor_id)


def _held(
    rows: Rows,
    file: Row,
    event: progress.CaseFileAssignedToCollector | progress.CaseFileUnassigned,
    collector: str | None,
) -> None:
    case_file_id = file["case_file_id"]
    rows.add(case_file_holdings, case_file_id, from_on=event.from_on, collector=collector)
    held = rows.all(case_file_holdings, case_file_id).values()
    file["own_collector"] = max(held, key=lambda row: row["from_on"])["collector"]


def _counts(rows: Rows, file: Row, payment_id: UUID, *, counted: bool) -> None:
    known = rows.all(payments, file["case_file_id"])[(payment_id,)]
    came = known["amount"] * (counted - known["counted"])
    known["counted"] = counted
    file["collected"] += came
    file["outstanding"] -= came


def settle(rows: Rows, client_id: UUID) -> None:
    """What follows for a client from its case files, of which its collector works those not assigned elsewhere."""
    client, files = rows.one(clients, client_id), [*rows.all(case_files, client_id).values()]
    for file in files:
        file["collector"] = file["own_collector"] or client["collector"]
        file["owed"] = max(0, file["outstanding"]) if file["is_open"] else 0
    is_open = [file for file in files if file["is_open"]]
    client["standing"] = "active" if is_open else "passive" if files else "new"
    client["last_action_on"] = max((file["last_action_on"] for file in files), default=NOT_YET)
    first: Any = min(is_open, key=lambda file: file["next_action_on"], default=None)
    client["next_action_on"] = first["next_action_on"] if first else NEVER
    client["next_action"] = first["next_action"] if first else None
    followed = [file for file in files if file["collector"] == client["collector"]]
    currencies = {file["currency"] for file in followed}
    for (currency,) in rows.all(sums, client_id).keys() - {(one,) for one in currencies}:
        rows.remove(sums, client_id, currency)
    for currency in sorted(currencies):
        inside = [file for file in followed if file["currency"] == currency]
        owed, collected = (sum(file[name] for file in inside) for name in ("owed", "collected"))
        rows.add(sums, client_id, currency=currency, owed=owed, collected=collected)
    client["most_owed"] = max((row["owed"] for row in rows.all(sums, client_id).values()), default=0)


# Users


def _employed(rows: Rows, user_id: UUID, event: people.Event) -> None:
    match event:
        case people.UserAdded():
            rows.add(users, user_id, name=event.name, enabled=True)
        case people.UserDisabled():
            rows.one(users, user_id)["enabled"] = False
        case people.UserEnabled():
            rows.one(users, user_id)["enabled"] = True
        case people.SubstituteAppointed():
            rows.add(
                substitutions,
                user_id,
                number=len(rows.all(substitutions, user_id)),
                substitution_id=event.substitution_id,
                substitute=rows.one(users, user_id)["name"],
                collector=event.collector,
                from_on=event.from_on,
                until_on=event.until_on,
            )
        case people.SubstituteEnded():
            for row in rows.all(substitutions, user_id).values():
                if row["substitution_id"] == event.substitution_id:
                    row["until_on"] = min(row["until_on"], event.ended_on - timedelta(days=1))
        case people.UserRolesChanged():
            pass


projection = Projection("portfolio", 1, metadata, touches, project, settle)
