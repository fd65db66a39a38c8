"""What a file of invoices says is left to pay, and of what base and tax its totals are made."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from scenario import DEBTOR, DORA, TODAY, euros

from application.clients import register_client
from application.imports import BadRows, import_file
from application.imports.balances import PAID_BEFORE
from application.imports.lookups import Lookups
from application.imports.maps import Contents
from application.imports.table import Row, Table
from application.payments import record_payment
from application.streams import Command
from domain.client.details import Details
from domain.invoice import Invoice
from domain.invoice.issuing import InvoiceImported
from domain.payments import Method, NewPayment, PaymentApproved, PaymentRecorded

HEADER = ("Factura", "Cliente", "Fecha", "Vto.", "Moneda", "Total", "Pendiente", "Base imponible", "Cuota IVA",
          "Importe cobrado", "Fecha de cobro")  # fmt: skip
ISSUED = date(2026, 1, 10)


def row(line=2, **said):
    told = {
        "number": "A/2026/1",
        "client": "C-1",
        "issued_on": str(ISSUED),
        "due_on": "2026-02-10",
        "currency": "EUR",
        "total": "1.210,00",
        "left": "",
        "base": "",
        "tax": "",
        "paid": "",
        "paid_on": "",
    }
    return Row(line, tuple((told | said).values()))


def command():
    return Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def load(store, *rows):
    return import_file(store.events, command(), Table(HEADER, rows), Contents.INVOICED_RECEIVABLES)


def events(store, kind):
    return [known.event for known in store.events.since(0, 1_000_000) if isinstance(known.event, kind)]


def imported(store):
    [id_] = [known.stream for known in store.events.since(0, 1000) if isinstance(known.event, InvoiceImported)]
    return id_, store.events.load(Invoice(), id_)[0]


@pytest.fixture
def store(store):
    register_client(store.events, command(), DEBTOR, reference="C-1", details=Details("C-1"))
    return store


@pytest.mark.parametrize(("left", "paid"), [("0,00", "1210.00"), ("605,00 €", "605.00"), (Decimal(0), "1210.00")])
def test_what_is_not_left_to_pay_was_paid_on_the_day_of_the_invoice(store, left, paid):
    report = load(store, row(left=left))
    [payment] = events(store, PaymentRecorded)
    assert (payment.amount, payment.received_on, payment.note) == (euros(paid), ISSUED, PAID_BEFORE)
    assert (report.payments, report.warnings, report.unused) == (1, [], [])
    again = load(store, row(left=left))
    assert (again.payments, again.skipped, again.warnings) == (0, 1, [])


WHO = {"Registrado por": "luis", "Aprobado por": "eva"}


@pytest.mark.parametrize("without", [(), ("Fecha de cobro",), ("Importe cobrado", "Fecha de cobro")])
def test_who_recorded_and_approved_what_was_paid_is_kept_where_only_what_is_left_tells_of_it(store, without):
    cells = {**dict(zip(HEADER, row(left="605,00").cells, strict=True)), **WHO}
    kept = {name: cell for name, cell in cells.items() if name not in without}
    table = Table(tuple(kept), [Row(2, tuple(kept.values()))])
    report = import_file(store.events, command(), table, Contents.INVOICED_RECEIVABLES)
    assert WHO.keys().isdisjoint(report.unused)
    [recorded], [approved] = events(store, PaymentRecorded), events(store, PaymentApproved)
    assert (recorded.recorded_by, recorded.imported_by, approved.approved_by) == ("luis", DORA.name, "eva")


def test_whoever_recorded_what_only_what_is_left_tells_of_did_not_approve_it(store):
    table = Table((*HEADER, *WHO), [Row(2, (*row(left="605,00").cells, "luis", "Luis"))])
    with pytest.raises(BadRows) as refused:
        import_file(store.events, command(), table, Contents.INVOICED_RECEIVABLES)
    assert [(one.line, one.column) for one in refused.value.report.bad] == [(2, "Aprobado por")]


def test_a_row_of_which_all_is_left_names_nobody_who_recorded_anything(store):
    table = Table((*HEADER, *WHO), [Row(2, (*row(left="1.210,00").cells, "nadie", "nadie"))])
    report = import_file(
        store.events, command(), table, Contents.INVOICED_RECEIVABLES, lookups=Lookups(user_names=list)
    )
    assert (report.payments, report.warnings) == (0, [])


def test_what_is_all_left_to_pay_or_not_told_was_not_paid(store):
    assert load(store, row(left="1.210,00"), row(3, number="A/2026/2")).payments == 0


def test_what_a_later_file_leaves_less_of_was_paid_since(store):
    load(store, row(left="1.210,00"))
    assert load(store, row(left="210,00")).payments == 1
    assert load(store, row(left="210,00")).payments == 0
    [payment] = events(store, PaymentRecorded)
    assert (payment.amount, payment.received_on) == (euros("1000.00"), TODAY)


def test_a_later_file_that_leaves_more_than_is_owed_here_is_a_warning_with_both_amounts(store):
    load(store, row(left="1.210,00"))
    told = NewPayment(euros("1000.00"), ISSUED, Method.TRANSFER)
    record_payment(store.events, command(), Invoice, imported(store)[0], payment_id=uuid4(), payment=told)
    report = load(store, row(left="1.210,00"))
    [warning] = report.warnings
    assert (warning.column, warning.value) == ("Pendiente", "1.210,00")
    assert (warning.why, report.payments) == (
        "here 210.00 EUR would be left to pay, 1210.00 EUR in the file",
        0,
    )


def test_a_payment_that_agrees_with_what_is_left_is_the_only_one(store):
    report = load(store, row(left="1.000,00", paid="210,00", paid_on="2026-02-01"))
    assert (report.payments, [one.received_on for one in events(store, PaymentRecorded)]) == (1, [date(2026, 2, 1)])


def test_payments_of_several_rows_agree_together(store):
    first = row(left="0,00", paid="210,00", paid_on="2026-02-01", number="A-9")
    report = load(store, first, row(3, left="0,00", number="A-9"))
    assert (report.payments, report.bad) == (2, [])
    assert sorted(one.amount.amount for one in events(store, PaymentRecorded)) == [210, 1000]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"left": "0,00", "paid": "210,00", "paid_on": "2026-02-01"}, "here 1000.00 EUR would be left"),
        ({"left": "1.500,00"}, "here 1210.00 EUR would be left"),
        ({"left": "-5,00"}, "less than nothing"),
    ],
)
def test_what_cannot_be_left_is_refused_at_its_cell(store, said, why):
    with pytest.raises(BadRows) as refused:
        load(store, row(**said))
    [found] = refused.value.report.bad
    assert (found.column, found.value, why in found.why) == ("Pendiente", said["left"], True)


@pytest.mark.parametrize(
    ("said", "price", "rate"),
    [
        ({"base": "1.000,00", "tax": "210,00"}, "1000.00", 21),
        ({"base": "1.100,00", "tax": "110,00"}, "1100.00", 10),
        ({"base": "33,33", "tax": "7,00", "total": "40,33"}, "33.33", 21),
        ({"base": "1.000,00", "tax": "75,00", "total": "1.075,00"}, "1000.00", "7.5"),
        ({"base": "1.210,00", "tax": "0,00"}, "1210.00", 0),
    ],
)
def test_the_rate_follows_from_a_base_and_its_tax(store, said, price, rate):
    report = load(store, row(**said))
    [event] = events(store, InvoiceImported)
    assert (event.lines[0].unit_price, event.lines[0].tax_rate) == (Decimal(price), Decimal(str(rate)))
    assert (report.warnings, report.unused) == ([], [])
    assert load(store, row(**said)).skipped == 1


@pytest.mark.parametrize(
    ("base", "tax", "withheld", "total", "rate"),
    [
        ("1.000,00", "210,00", "150,00", "1.060,00", "15"),
        ("1.000,00", "210,00", "-150,00", "1.060,00", "15"),
        ("200,00", "42,00", "30,00", "212,00", "15"),
        ("1.000,00", "210,00", "15", "1.060,00", "15"),
        ("300,00", "63,00", "57,00", "306,00", "19"),
    ],
)
def test_what_is_withheld_may_be_told_as_an_amount(store, base, tax, withheld, total, rate):
    header = (*HEADER, "IRPF")
    told = Row(2, (*row(base=base, tax=tax, total=total).cells, withheld))
    report = import_file(store.events, command(), Table(header, [told]), Contents.INVOICED_RECEIVABLES)
    [event] = events(store, InvoiceImported)
    line = event.lines[0]
    assert (line.unit_price, line.tax_rate, line.withholding) == (
        Decimal(base.replace(".", "")[:-3]),
        21,
        Decimal(rate),
    )
    amount = withheld != rate
    assert [(one.column, one.why) for one in report.warnings] == (
        [("IRPF", f"this was read as the amount withheld, which is {rate} %")] if amount else []
    )


@pytest.mark.parametrize("said", [{"base": "1.000,00", "tax": "200,00"}, {"base": "1.000,00"}])
def test_a_base_that_does_not_fit_is_a_warning_and_the_total_stays(store, said):
    report = load(store, row(**said))
    [event] = events(store, InvoiceImported)
    assert (event.payable, event.lines[0].tax_rate) == (euros("1210.00"), 0)
    [warning] = report.warnings
    assert (warning.column, warning.value) == ("Base imponible", "1.000,00")
    assert "does not come to 1210.00 EUR" in warning.why


def test_an_invoice_that_was_imported_without_its_tax_before_is_the_same_with_it(store):
    load(store, row())
    assert load(store, row(base="1.000,00", tax="210,00")).skipped == 1
