"""Invoices that were issued elsewhere, and what was paid of them, from a file."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from receivables import BIGGEST, INVOICES_MAP, SAMPLE
from scenario import ANA, CARL, DEBTOR, DORA, STRANGER, TODAY, TOMORROW, WHEN_OPENED, euros

from application import invoices, payments
from application.case_files import open_case_file_from_invoices
from application.clients import register_client
from application.imports import BadRows, Wish, import_file
from application.imports.maps import Contents, parse_map
from application.imports.rows import AS_INVOICED
from application.imports.table import Finding, Row, Table
from application.issuer import describe_issuer
from application.payments import record_payment
from application.restrictions import block_client
from application.streams import Change, Claim, Command, Decision, change
from domain.client import ClientRegistered
from domain.client.details import Details
from domain.client.portfolio import ClientAssignedToCollector
from domain.client.restrictions import RetentionGround, RetentionSet
from domain.invoice import Invoice, Stage
from domain.invoice.following import InvoiceDisputed, InvoiceSent
from domain.invoice.issuing import Correction, InvoiceImported, Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import Line, NewLine
from domain.payments import Method, NewPayment, PaymentApproved, PaymentRecorded
from domain.people import RoleRequired
from domain.sending import Channel
from infrastructure.imports.tables import read_table

COLUMNS = ("number", "client_reference", "total", "currency", "issued_on", "due_on", "description", "quantity",
           "unit_price", "discount", "tax_rate", "withholding", "sent_on", "disputed")  # fmt: skip
PAYMENT_COLUMNS = ("reference", "invoice_number", "amount", "currency", "received_on", "method", "recorded_by",
                   "approved_by")  # fmt: skip
ISSUED, DUE = date(2026, 1, 10), date(2026, 2, 10)
SENT = InvoiceSent(Channel.MARKED, ISSUED)
US = Identity("Gestiones S.L.", "B58378431", "Calle Mayor 1", "28013", "Madrid", "ES")


def command(actor=DORA):
    return Command(uuid4(), actor, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def row(line=2, **said):
    cells = dict.fromkeys(COLUMNS, "") | {
        "number": f"A-{line}",
        "client_reference": "C-1",
        "total": "1.210,00",
        "currency": "EUR",
        "issued_on": str(ISSUED),
        "due_on": str(DUE),
    }
    return Row(line, tuple((cells | said).values()))


def paid(line=2, **said):
    cells = ("P-1", "A-2", "210.00", "EUR", "2026-02-01", "transfer", "", "")
    return Row(line, tuple((dict(zip(PAYMENT_COLUMNS, cells, strict=True)) | said).values()))


def load(store, *rows, contents=None, actor=DORA, mapping=None, dry_run=False, columns=None, **wish):
    """Invoices, or where its rows are shorter their payments."""
    payments_of = len(rows[0].cells) == len(PAYMENT_COLUMNS)
    return import_file(
        store.events,
        command(actor),
        Table(columns or (PAYMENT_COLUMNS if payments_of else COLUMNS), rows),
        contents or (Contents.INVOICE_PAYMENTS if payments_of else Contents.INVOICES),
        mapping=mapping,
        dry_run=dry_run,
        wish=Wish(**wish),
    )


def all_of(store, *kinds):
    return [known for known in store.events.since(0, 1_000_000) if isinstance(known.event, kinds or object)]


def events(store, *kinds):
    return [known.event for known in all_of(store, *kinds)]


def invoice(store, number, kind=invoices.IMPORTED_NUMBER):
    return store.events.load(Invoice(), store.events.claimed(kind, [number])[number])[0]


def issue(store, price=100):
    """An invoice of our own, issued today: its id and number."""
    describe_issuer(store.events, command(), identity=US)
    invoice_id = uuid4()
    draft = NewInvoice("EUR", [NewLine("Gestión", Decimal(1), Decimal(price))], due_days=30)
    invoices.draft_invoice(store.events, command(ANA), invoice_id, client_id=DEBTOR, invoice=draft)
    invoices.issue_invoice(store.events, command(ANA), invoice_id, issuance=Issuance(TODAY))
    return invoice_id, store.events.load(Invoice(), invoice_id)[0].number


@pytest.fixture
def store(store):
    for client_id, reference in ((DEBTOR, "C-1"), (STRANGER, "C-2")):
        register_client(store.events, command(), client_id, reference=reference, details=Details(reference))
    return store


# What is loaded


def test_an_invoice_keeps_its_number_and_without_a_price_its_line_is_the_total(store):
    report = load(store, row())
    assert (report.invoices, report.payments, report.skipped, report.bad, report.warnings) == (1, 0, 0, [], [])
    line = Line(Decimal(1), Decimal(1210), Decimal(0))
    assert events(store, InvoiceImported) == [
        InvoiceImported("A-2", DEBTOR, ISSUED, DUE, "EUR", (line,), euros("1210.00"), (AS_INVOICED,))
    ]
    assert not invoice(store, "A-2").sent


def test_clients_are_kept_for_accounting_from_their_last_invoice_on_where_that_is_not_over(store):
    rows = [row(2, issued_on="2024-12-31"), row(3, issued_on="2023-01-01"), row(4, issued_on="2013-12-31")]
    load(store, *rows, row(5, client_reference="C-2", issued_on="2013-12-31"))
    assert events(store, RetentionSet) == [RetentionSet(date(2031, 1, 1), RetentionGround.ACCOUNTING)]
    load(store, row(6, issued_on="2024-01-01"))
    assert len(events(store, RetentionSet)) == 1


def test_where_a_row_tells_the_price_it_tells_the_line_and_has_to_come_to_the_total(store):
    said = {"description": "Gestión de marzo", "quantity": "2", "unit_price": "500,00", "tax_rate": "21 %"}
    more = {"discount": "10", "withholding": "15"}
    load(store, row(2, **said), row(3, **said, **more, total="954.00"))
    first, second = events(store, InvoiceImported)
    assert first.lines == (Line(Decimal(2), Decimal(500), Decimal(21)),)
    assert first.descriptions == ("Gestión de marzo",)
    assert (first.payable, second.payable) == (euros("1210.00"), euros("954.00"))
    assert second.lines == (Line(Decimal(2), Decimal(500), Decimal(21), Decimal(10), Decimal(15)),)


def test_what_was_sent_and_disputed_is_marked_so_on_the_day_due_but_not_after_today(store):
    load(
        store,
        row(2, sent_on=str(ISSUED), disputed="sí"),
        row(3, due_on="2026-05-01", disputed="yes"),
        row(4, due_on="2026-01-01", disputed="yes"),
    )
    assert events(store, InvoiceSent) == [SENT]
    assert [disputed.disputed_on for disputed in events(store, InvoiceDisputed)] == [DUE, TODAY, ISSUED]


def test_payments_keep_the_people_of_the_file_and_are_approved_where_it_names_who_did(store):
    load(store, row())
    report = load(store, paid(recorded_by="luis", approved_by="eva"), paid(3, reference="P-2", amount="1000.00"))
    assert (report.invoices, report.payments) == (0, 2)
    first, second = events(store, PaymentRecorded)
    assert (first.amount, first.method, first.received_on) == (euros("210.00"), Method.TRANSFER, date(2026, 2, 1))
    assert (first.recorded_by, first.imported_by, second.recorded_by) == ("luis", "dora", "dora")
    assert events(store, PaymentApproved) == [PaymentApproved(first.payment_id, "eva")]
    assert invoice(store, "A-2").outstanding == euros("1000.00")


def test_a_payment_finds_invoices_that_were_issued_here_too(store):
    invoice_id, number = issue(store)
    load(store, paid(invoice_number=number, amount="30.00", approved_by="eva"))
    assert store.events.load(Invoice(), invoice_id)[0].outstanding == euros("70.00")


# The same file again


@pytest.mark.parametrize("how", [{}, {"leave_out_bad": True}, {"dry_run": True}])
def test_the_same_files_again_change_nothing_whatever_was_done_since(store, how):
    rows = [row(2, sent_on=str(ISSUED), disputed="sí"), row(3, unit_price="1000", tax_rate="21")]
    payment = paid(recorded_by="luis", approved_by="eva")
    load(store, *rows)
    load(store, payment)
    open_case_file_from_invoices(
        store.events,
        command(),
        uuid4(),
        reference="EXP-1",
        invoice_ids=list(store.events.claimed(invoices.IMPORTED_NUMBER, ["A-3"]).values()),
        opened_on=TODAY,
    )
    head = store.events.head()
    for again in (rows, [payment]):
        report = load(store, *again, **how)
        assert (report.skipped, report.bad) == (len(again), [])
    assert store.events.head() == head


def test_what_was_sent_or_disputed_since_is_loaded_from_the_next_export(store):
    load(store, row())
    report = load(store, row(sent_on=str(ISSUED), disputed="sí"))
    assert (report.invoices, report.skipped, report.bad) == (0, 0, [])
    assert events(store, InvoiceSent) == [SENT]
    assert len(events(store, InvoiceDisputed)) == 1


def test_an_invoice_that_is_there_already_and_differs_is_listed_by_what_differs(store):
    load(store, row(sent_on=str(ISSUED)))
    changed = row(client_reference="C-2", total="999", issued_on="2026-01-11", description="Otra", sent_on=str(TODAY))
    with pytest.raises(BadRows) as refused:
        load(store, changed)
    assert refused.value.report.bad == sorted(
        Finding(2, column, value, f"this is loaded already, and there it is {there}")
        for column, value, there in (
            ("client_reference", "C-2", "another"),
            ("total", "999", "1210.00 EUR"),
            ("issued_on", "2026-01-11", "2026-01-10"),
            ("description", "Otra", AS_INVOICED),
            ("sent_on", str(TODAY), ISSUED),
        )
    )


def test_a_payment_that_is_there_on_another_invoice_is_listed(store):
    load(store, row(2), row(3))
    load(store, paid())
    assert load(store, paid(invoice_number="A-3"), dry_run=True).bad == [
        Finding(2, "invoice_number", "A-3", "this is loaded already, and there it is another")
    ]


def test_a_voided_invoice_stays_void_and_that_is_a_warning(store):
    load(store, row())
    invoice_id = store.events.claimed(invoices.IMPORTED_NUMBER, ["A-2"])["A-2"]
    invoices.void_invoice(store.events, command(), invoice_id, reason="Repetida")
    report = load(store, row(sent_on=str(ISSUED)))
    assert (report.skipped, report.bad) == (1, [])
    assert report.warnings == [Finding(2, "number", "A-2", "this was voided here: it stays void")]
    assert invoice(store, "A-2").stage is Stage.VOID
    assert [found.column for found in load(store, paid(), dry_run=True).bad] == ["invoice_number"]


# Bad rows


BAD_INVOICES = [
    ({"number": ""}, "number", ""),
    ({"number": "4111 1111 1111 1111"}, "number", "4111 1111 1111 1111"),
    ({"client_reference": "C-9"}, "client_reference", "C-9"),
    ({"total": ""}, "total", ""),
    ({"total": "0"}, "total", "0"),
    ({"total": "-5,00"}, "total", "-5,00"),
    ({"total": "5.001,123"}, "total", "5.001,123"),
    ({"currency": "pts"}, "currency", "pts"),
    ({"issued_on": str(TOMORROW)}, "issued_on", str(TOMORROW)),
    ({"issued_on": "31/02/2026"}, "issued_on", "31/02/2026"),
    ({"due_on": "3026-01-10"}, "due_on", "3026-01-10"),
    ({"sent_on": "2026-01-09"}, "sent_on", "2026-01-09"),
    ({"sent_on": str(TOMORROW)}, "sent_on", str(TOMORROW)),
    ({"disputed": "quizá"}, "disputed", "quizá"),
    ({"description": "x" * 600}, "description", "x" * 600),
    ({"quantity": "2", "tax_rate": "21"}, "unit_price", ""),
    ({"unit_price": "1000", "tax_rate": "10"}, "total", "1.210,00"),
    ({"unit_price": "1000", "tax_rate": "121"}, "tax_rate", "121"),
    ({"unit_price": "1000", "quantity": "0"}, "quantity", "0"),
    ({"unit_price": "-1000"}, "total", "1.210,00"),
    ({"unit_price": "0"}, "total", "1.210,00"),
    ({"unit_price": "mil"}, "unit_price", "mil"),
]


def test_every_bad_invoice_is_listed_by_line_column_and_value_and_nothing_is_loaded(store):
    head = store.events.head()
    rows = [row(2), *(row(line, **said) for line, (said, _, _) in enumerate(BAD_INVOICES, start=3)), row(99)]
    with pytest.raises(BadRows) as refused:
        load(store, *rows)
    assert [found[:3] for found in refused.value.report.bad] == [
        (line, column, value) for line, (_, column, value) in enumerate(BAD_INVOICES, start=3)
    ]
    assert load(store, *rows, dry_run=True).bad == refused.value.report.bad
    assert store.events.head() == head

    report = load(store, *rows, leave_out_bad=True)
    assert (report.invoices, report.bad_rows) == (2, len(BAD_INVOICES))
    assert [known.number for known in events(store, InvoiceImported)] == ["A-2", "A-99"]


BAD_PAYMENTS = [
    ({"invoice_number": "A-9"}, "invoice_number", "A-9"),
    ({"amount": "0"}, "amount", "0"),
    ({"amount": "1210.01", "approved_by": "eva"}, "amount", "1210.01"),
    ({"currency": "USD"}, "currency", "USD"),
    ({"received_on": str(TOMORROW)}, "received_on", str(TOMORROW)),
    ({"method": "trueque"}, "method", "trueque"),
    ({"recorded_by": "eva", "approved_by": "eva"}, "approved_by", "eva"),
    ({"approved_by": "dora"}, "approved_by", "dora"),
]


def test_every_bad_payment_is_listed_by_line_column_and_value_and_nothing_is_loaded(store):
    load(store, row())
    head = store.events.head()
    bad = [paid(line, reference=f"P-{line}", **said) for line, (said, _, _) in enumerate(BAD_PAYMENTS, start=3)]
    with pytest.raises(BadRows) as refused:
        load(store, paid(), *bad)
    assert [found[:3] for found in refused.value.report.bad] == [
        (line, column, value) for line, (_, column, value) in enumerate(BAD_PAYMENTS, start=3)
    ]
    assert store.events.head() == head
    assert load(store, paid(), *bad, leave_out_bad=True).payments == 1


def test_numbers_of_our_own_series_are_not_imported(store):
    _, number = issue(store)
    assert [found.column for found in load(store, row(number=number), dry_run=True).bad] == ["number"]


def test_our_own_series_goes_on_where_the_imported_one_ends(store):
    load(store, row(number="F2026-0001"), row(3, number="F2026-0002"))
    assert [issue(store)[1], issue(store)[1]] == ["F2026-0003", "F2026-0004"]


def test_a_number_that_was_imported_while_we_issued_the_same_names_neither(store):
    imported, facts = uuid4(), {"issued_on": ISSUED, "due_on": DUE, "today": TODAY, "by": DORA}
    events = Invoice().import_("F2026-0001", DEBTOR, "EUR", [NewLine("Gestión", Decimal(1), Decimal(9))], **facts)
    claims = [Claim(invoices.IMPORTED_NUMBER, "F2026-0001", imported)]
    issue(store)
    change(store.events, command(), lambda _: Decision([Change(imported, events, DEBTOR)], claims))
    bad = load(store, paid(invoice_number="F2026-0001"), dry_run=True).bad
    assert [(found.column, str(found.why)) for found in bad] == [
        ("invoice_number", "An imported invoice and one that was issued here have this number")
    ]


def test_the_number_of_a_credit_note_is_no_invoices(store):
    load(store, row())
    invoice_id = store.events.claimed(invoices.IMPORTED_NUMBER, ["A-2"])["A-2"]
    note = uuid4()
    describe_issuer(store.events, command(), identity=US)
    invoices.issue_credit_note(
        store.events,
        command(),
        invoice_id,
        credit_note_id=note,
        correction=Correction.OTHER,
        lines=[NewLine("Descuento", Decimal(1), Decimal(10))],
        issuance=Issuance(TODAY),
        reason="Descuento",
    )
    [number] = [known.event.number for known in all_of(store) if getattr(known.event, "credit_note_id", None) == note]
    assert [found.column for found in load(store, paid(invoice_number=number), dry_run=True).bad] == ["invoice_number"]
    assert [found.column for found in load(store, row(number=number), dry_run=True).bad] == ["number"]


def test_an_invoice_in_collection_is_paid_through_its_case_file_alone(store):
    load(store, row())
    taken = list(store.events.claimed(invoices.IMPORTED_NUMBER, ["A-2"]).values())
    open_case_file_from_invoices(
        store.events, command(), uuid4(), reference="EXP-1", invoice_ids=taken, opened_on=TODAY
    )
    assert [found.column for found in load(store, paid(), dry_run=True).bad] == ["invoice_number"]


def test_a_client_whose_data_may_not_be_used_is_sent_no_invoice(store):
    block_client(store.events, command(), STRANGER, reason="Lo pide")
    bad = load(store, row(2), row(3, client_reference="C-2"), dry_run=True).bad
    assert [(found.line, found.column) for found in bad] == [(3, "client_reference")]


# Who may


def test_a_collector_imports_no_invoice(store):
    with pytest.raises(RoleRequired):
        load(store, row(), actor=CARL, dry_run=True)


def test_only_an_administrator_vouches_for_payments_that_were_decided_elsewhere(store):
    assert load(store, row(), actor=ANA).invoices == 1
    with pytest.raises(RoleRequired):
        load(store, paid(approved_by="eva"), actor=ANA, leave_out_bad=True)
    assert load(store, paid(), actor=ANA).payments == 1


# Invoiced receivables

RECEIVABLES_MAP = parse_map("""
[clients]
columns = { reference = "Cliente", name = "Nombre", collector = "Gestor" }
[invoices]
columns = { number = "Factura", client_reference = "Cliente", total = "Importe", issued_on = "Fecha", due_on = "Vence" }
constants = { currency = "EUR" }
[invoice_payments]
columns = { reference = "Recibo", invoice_number = "De", amount = "Importe", received_on = "Cobrada" }
constants = { currency = "EUR", method = "transfer", recorded_by = "luis", approved_by = "eva" }
""")
RECEIVABLES = {
    "contents": Contents.INVOICED_RECEIVABLES,
    "mapping": RECEIVABLES_MAP,
    "columns": ("Cliente", "Nombre", "Gestor", "Factura", "Importe", "Fecha", "Vence", "Recibo", "De", "Cobrada"),
}


def receivable(line, client, number, paid_on="", *, of=None, name="Ana", issued_on=ISSUED):
    cells = (client, name, "luis", number, "10.00", str(issued_on), str(DUE), f"R-{line}", of or number, paid_on)
    return Row(line, cells)


def test_a_row_registers_its_client_held_from_its_first_invoice_and_pays_where_it_tells_a_day(store):
    report = load(
        store,
        receivable(2, "7", "F-1", "2026-02-01"),
        receivable(3, "7", "F-2", issued_on=WHEN_OPENED.replace(day=1)),
        **RECEIVABLES,
    )
    assert (report.clients, report.invoices, report.payments) == (1, 2, 1)
    assert events(store, ClientRegistered)[2:] == [ClientRegistered("7", "Ana")]
    assert events(store, ClientAssignedToCollector) == [ClientAssignedToCollector("luis", date(2026, 1, 1))]
    assert (invoice(store, "F-1").outstanding, invoice(store, "F-2").outstanding) == (euros(10) - euros(10), euros(10))


def test_a_row_of_invoiced_receivables_is_loaded_whole_or_not_at_all(store):
    report = load(
        store,
        receivable(2, "7", "F-1", str(TOMORROW)),
        receivable(3, "8", "F-2", "2026-02-01", of="F-1"),
        receivable(4, "9", "F-3", name=""),
        **RECEIVABLES,
        leave_out_bad=True,
    )
    assert [(found.line, found.column) for found in report.bad] == [(2, "Cobrada"), (3, "De"), (4, "Nombre")]
    assert len(events(store)) == 2


def test_what_was_paid_since_is_loaded_from_the_next_export(store):
    load(store, receivable(2, "7", "F-1"), **RECEIVABLES)
    report = load(store, receivable(2, "7", "F-1", "2026-02-01"), **RECEIVABLES)
    assert (report.clients, report.invoices, report.payments, report.skipped) == (0, 0, 1, 0)


def test_invoiced_receivables_load_to_the_figures_that_the_file_itself_gives(store):
    table, mapping = read_table(BIGGEST.file), parse_map(INVOICES_MAP.read_text("utf-8"))
    report = import_file(store.events, command(), table, Contents.INVOICED_RECEIVABLES, mapping=mapping)
    assert (report.clients, report.invoices, report.payments, report.bad) == (
        BIGGEST.clients,
        BIGGEST.case_files,
        BIGGEST.case_files,
        [],
    )
    assert sum((one.payable.amount for one in events(store, InvoiceImported)), Decimal()) == BIGGEST.amount
    assert len(events(store, InvoiceDisputed)) == BIGGEST.disputed
    assert {one.stream: one.event.sent_on for one in all_of(store, InvoiceSent)} == {
        one.stream: one.event.issued_on for one in all_of(store, InvoiceImported)
    }
    received = {one.stream: one.event.received_on for one in all_of(store, PaymentRecorded)}
    assert len(events(store, PaymentApproved)) == len(received)
    for day, standing in BIGGEST.standing.items():
        issued = {one.stream: one.event for one in all_of(store, InvoiceImported) if one.event.issued_on <= day}
        unpaid = [known for stream, known in issued.items() if received[stream] > day]
        overdue = [known for known in unpaid if known.due_on < day]
        assert len(issued) == standing.issued
        for some, figure in ((unpaid, standing.unpaid), (overdue, standing.overdue)):
            assert (len(some), sum((one.payable.amount for one in some), Decimal())) == figure


def test_one_map_loads_them_in_one_file_or_in_three_to_the_same_and_again_to_nothing(store):
    table, mapping = read_table(SAMPLE.file), parse_map(INVOICES_MAP.read_text("utf-8"))
    for contents in (Contents.CLIENTS, Contents.INVOICES, Contents.INVOICE_PAYMENTS):
        assert import_file(store.events, command(), table, contents, mapping=mapping).bad == []
    head = store.events.head()
    report = import_file(store.events, command(), table, Contents.INVOICED_RECEIVABLES, mapping=mapping)
    assert (report.skipped, report.bad) == (SAMPLE.case_files, [])
    assert store.events.head() == head


def test_a_number_may_be_as_long_as_a_cards(store):
    assert load(store, row(number="4111111111111111")).bad == []
    assert load(store, paid(invoice_number="4111111111111111", reference="4111111111111111")).bad == []


def test_a_payment_is_there_once_for_a_case_file_or_an_invoice(store):
    """Its reference is of one realm, so that the same file loaded as both is not money twice."""
    load(store, row())
    load(store, paid())
    assert store.events.claimed(payments.REFERENCE, ["P-1"])
    invoice_id = store.events.claimed(invoices.IMPORTED_NUMBER, ["A-2"])["A-2"]
    again = NewPayment(euros(1), TODAY, Method.CASH, reference="P-3")
    record_payment(store.events, command(), Invoice, invoice_id, payment_id=UUID(int=9), payment=again)
    bad = load(store, paid(reference="P-3", amount="1", received_on=str(TODAY), method="cash"), dry_run=True)
    assert (bad.skipped, bad.bad) == (1, [])
