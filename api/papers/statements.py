"""A client's statement between two days: opening and closing balance, and every transaction between them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.http.catalogues import marked as _
from api.http.documents import PAPER_AT_MOST, TooLongForPaper
from api.http.labels import METHODS
from api.papers.press import Paper, Press, Speech
from application.invoices import recipient_of
from application.statements import Account, Kind, Transaction, statement
from domain.client import Client
from domain.invoice.issuing import check_paper
from domain.payment_reference import printed
from domain.sending import Language

SAID = {
    Kind.INVOICE: _("Invoice %(number)s, due on %(due)s.\nPayment reference: %(reference)s"),
    Kind.VOID: _("Invoice %(number)s is void"),
    Kind.CREDIT_NOTE: _("Credit note %(other)s on invoice %(number)s"),
    Kind.PAYMENT: _("Payment of invoice %(number)s: %(method)s"),
    Kind.RETURN: _("Payment of invoice %(number)s returned: %(method)s"),
    Kind.TRANSFER: _("%(moved)s moved from invoice %(other)s to invoice %(number)s"),
    Kind.REFUND: _("Credit of invoice %(number)s paid back"),
    Kind.TRANSFER_BACK: _("%(moved)s back from invoice %(number)s to invoice %(other)s"),
    Kind.COLLECTED: _("Collected of invoice %(number)s"),
    Kind.RETURNED_COLLECTED: _("Returned of what was collected of invoice %(number)s"),
    Kind.WAIVED: _("Given up of invoice %(number)s"),
}


def print_statement(
    press: Press,
    client_id: UUID,
    invoice_ids: Collection[UUID],
    *,
    from_day: date,
    to_day: date,
    language: Language | None = None,
) -> Paper:
    """In the language that new invoices begin with, where none is told. Raises `TooLongForPaper`, `NotPrintable`."""
    issuer, recipient = press.issuer, recipient_of(press.store.load(Client(), client_id)[0])
    check_paper(issuer.identity, recipient, ())
    says = press.speech(language or issuer.terms.language, issuer.identity)
    accounts = statement(press.store, invoice_ids, from_day, to_day)
    count = sum(len(one.transactions) for one in accounts)
    if count > PAPER_AT_MOST:
        raise TooLongForPaper(count=count, at_most=PAPER_AT_MOST)
    said = {
        "period": says._("From %(from)s to %(to)s", **{"from": says.day(from_day), "to": says.day(to_day)}),
        "headings": [says._(one) for one in (_("Day"), _("Transaction"), _("Charged"), _("Paid in"), _("Balance"))],
        "accounts": [_account(says, one, from_day, to_day) for one in accounts],
        "nothing": says._("Nothing was invoiced until then."),
    }
    return press.printed(
        "statement",
        says._("Statement %(from)s %(to)s", **{"from": from_day, "to": to_day}),
        says,
        said,
        title=says._("Statement of account"),
        sender=issuer.identity,
        recipient=recipient,
    )


def _account(says: Speech, account: Account, from_day: date, to_day: date) -> Mapping[str, Any]:
    balance = account.opening
    rows: list[Sequence[str]] = []
    for one in account.transactions:
        balance += one.owed
        rows.append([says.short_day(one.on), _told(says, one), *_columns(says, one), says.amount(balance)])
    return {
        "title": says._("Amounts in %(currency)s", currency=balance.currency),
        "opening": [says.short_day(from_day), says._("Balance before"), "", "", says.amount(account.opening)],
        "rows": rows,
        "closing": [says.short_day(to_day), _closing(says, account), "", "", says.money(account.closing)],
    }


def _closing(says: Speech, account: Account) -> str:
    return says._("Balance to your credit") if account.closing.amount < 0 else says._("Balance to be paid")


def _told(says: Speech, one: Transaction) -> str:
    return says._(
        SAID[one.kind],
        number=one.number,
        other=one.other,
        reference=printed(one.reference) if one.reference else "",
        due=says.short_day(one.due_on) if one.due_on else "",
        method=says._(METHODS[one.method]).lower() if one.method else "",
        moved=says.money(one.moved) if one.moved else "",
    )


def _columns(says: Speech, one: Transaction) -> tuple[str, str]:
    """Charged, and paid in."""
    if not one.owed:
        return "", ""
    return (says.amount(one.owed), "") if one.owed.amount > 0 else ("", says.amount(-one.owed))
