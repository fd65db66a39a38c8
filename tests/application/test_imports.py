from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from receivables import BIGGEST, MAP, SAMPLE, of_the_biggest
from scenario import ANA, CARL, DORA, TODAY, TOMORROW, WHEN_OPENED, euros

from application import case_files, clients, payments
from application.assignments import assign_client
from application.business import add_user
from application.case_files import assign_case_file
from application.clients import register_client
from application.imports import BadRows, Wish, import_file
from application.imports.maps import Contents, Part, Section, parse_map
from application.imports.table import Finding, Row, Table
from application.payments import approve_payment, record_payment
from application.streams import AlreadyClaimed, Command
from domain.case_file import CaseFile
from domain.case_file.activity import ActionLogged, Outcome
from domain.case_file.debt import Item
from domain.case_file.progress import CaseFileAssignedToCollector, CaseFileOpened, DisputeOpened
from domain.client import ClientRegistered
from domain.client.contacts import ContactAdded, ContactState
from domain.client.details import Address, ClientRole, Details, Identification, IdentificationKind, Kind
from domain.client.finances import AccountAdded
from domain.client.portfolio import ClientAssignedToCollector
from domain.payments import Method, NewPayment, PaymentApproved, PaymentRecorded
from domain.people import Role, RoleRequired
from infrastructure.imports.tables import read_table

CLIENTS = Table(
    ("reference", "name", "kind", "zone", "collector"),
    [
        Row(2, ("C-1", "Ana Muñoz", "person", "Norte", "eva")),
        Row(3, ("C-2", "Talleres Gómez, S. L.", "company", "", "")),
    ],
)
CASE_FILES = Table(
    (
        "reference",
        "creditor_reference",
        "debtor_reference",
        "principal",
        "currency",
        "opened_on",
        "due_on",
        "collector",
        "disputed",
    ),
    [
        Row(2, ("EXP-1", "C-2", "C-1", "1.000,50", "EUR", "2026-01-10", "2026-02-10", "luis", "")),
        Row(3, ("EXP-2", "", "C-1", "80,00", "EUR", "2026-01-10", "2026-02-10", "", "sí")),
        Row(4, ("EXP-3", "", "C-1", "20,00", "EUR", "2026-01-10", "2026-05-10", "", "yes")),
    ],
)
PAYMENT_COLUMNS = (
    "reference",
    "case_file_reference",
    "amount",
    "currency",
    "received_on",
    "method",
    "recorded_by",
    "approved_by",
)
PAYMENTS = Table(
    PAYMENT_COLUMNS,
    [
        Row(2, ("P-1", "EXP-1", "500.50", "EUR", "2026-02-01", "transfer", "luis", "eva")),
        Row(3, ("P-2", "EXP-1", "100.00", "EUR", "2026-02-02", "cash", "", "")),
    ],
)

RECEIVABLES_MAP = parse_map("""
date_formats = ["dd/mm/yyyy"]

[clients]
columns = { reference = "Cliente", name = "Nombre", zone = "Zona", collector = "Gestor" }

[case_files]
columns = { reference = "Factura", debtor_reference = "Cliente", principal = "Importe", opened_on = "Fecha" }
[case_files.constants]
currency = "EUR"
due_on = "2026-02-28"

[payments]
columns = { reference = "Factura", case_file_reference = "Factura", amount = "Importe", received_on = "Cobrada" }
constants = { currency = "EUR", method = "transfer", recorded_by = "luis", approved_by = "eva" }
""")
RECEIVABLE_COLUMNS = ("Cliente", "Nombre", "Zona", "Gestor", "Factura", "Importe", "Fecha", "Cobrada")


def command(actor=DORA):
    return Command(uuid4(), actor, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def load(store, table, contents, *, actor=DORA, mapping=None, dry_run=False, open_case_files=None, **wish):
    return import_file(
        store.events,
        command(actor),
        table,
        contents,
        mapping=mapping,
        dry_run=dry_run,
        wish=Wish(**wish),
        open_case_files=open_case_files,
    )


def load_all(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    load(store, PAYMENTS, Contents.PAYMENTS)


def events(store, *kinds):
    return [known.event for known in store.events.since(0, 1_000_000) if isinstance(known.event, kinds or object)]


def head(store):
    return store.events.head()


def payment_row(line, **said):
    good = dict(zip(PAYMENT_COLUMNS, PAYMENTS.rows[1].cells, strict=True)) | {"reference": f"P-{line}"}
    return Row(line, tuple((good | said).values()))


def receivables(*rows):
    return Table(RECEIVABLE_COLUMNS, [Row(line, row) for line, row in enumerate(rows, start=2)])


# What is loaded


def test_clients_are_registered_and_held_from_today(store):
    report = load(store, CLIENTS, Contents.CLIENTS)
    assert events(store) == [
        ClientRegistered("C-1", "Ana Muñoz", Kind.PERSON, "Norte"),
        ClientAssignedToCollector("eva", TODAY),
        ClientRegistered("C-2", "Talleres Gómez, S. L.", Kind.COMPANY, None),
    ]
    assert (report.rows, report.clients, report.skipped, report.bad) == (2, 2, 0, [])
    assert report.position == head(store)[0] == 3


def test_case_files_are_opened_assigned_and_disputed_on_the_day_due_but_not_after_today(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    first, second, third = events(store, CaseFileOpened)
    assert (first.reference, first.items) == (
        "EXP-1",
        (Item("EXP-1", WHEN_OPENED, date(2026, 2, 10), euros("1000.50")),),
    )
    assert first.creditor_id is not None
    assert second.creditor_id is third.creditor_id is None
    assert events(store, CaseFileAssignedToCollector) == [CaseFileAssignedToCollector("luis", WHEN_OPENED)]
    assert [disputed.opened_on for disputed in events(store, DisputeOpened)] == [date(2026, 2, 10), TODAY]
    actions = events(store, ActionLogged)
    assert [(action.done_on, action.outcome) for action in actions] == [
        (date(2026, 2, 10), Outcome.DISPUTES),
        (TODAY, Outcome.DISPUTES),
    ]


def test_payments_keep_the_people_of_the_file_and_are_approved_where_it_names_who_did(store):
    load_all(store)
    first, second = events(store, PaymentRecorded)
    assert (first.amount, first.method, first.reference) == (euros("500.50"), Method.TRANSFER, "P-1")
    assert (first.recorded_by, first.imported_by) == ("luis", "dora")
    assert (second.recorded_by, second.imported_by) == ("dora", None)
    assert events(store, PaymentApproved) == [PaymentApproved(first.payment_id, "eva")]


def test_a_collector_without_an_account_is_a_warning_told_once(store):
    report = load(store, CLIENTS, Contents.CLIENTS)
    assert report.warnings == [Finding(2, "collector", "eva", "this collector has no account here")]


def test_a_line_that_names_a_collector_who_only_reads_is_not_loaded(store):
    add_user(store.events, command(), name="eva", roles=[Role.AUDITOR])
    why = "this user only reads here: choose somebody who works"
    with pytest.raises(BadRows) as refused:
        load(store, CLIENTS, Contents.CLIENTS)
    assert refused.value.report.bad == [Finding(2, "collector", "eva", why)]


def test_a_column_that_is_not_used_is_named_with_a_map_or_without(store):
    misspelt = Table(("reference", "name", "colector", ""), [Row(2, ("C-1", "Ana", "eva", ""))])
    mapped = {Part.CLIENTS: Section({"reference": "reference", "name": "name"})}
    for mapping in (None, mapped):
        report = load(store, misspelt, Contents.CLIENTS, mapping=mapping, dry_run=True)
        assert (report.unused, report.warnings) == (["colector"], [])


def test_a_name_in_several_columns_is_one_as_it_is_said(store):
    for header, cells, name in [
        (("Código", "Apellidos", "Nombre"), ("C-1", "Muñoz Ruiz", "Ana"), "Ana Muñoz Ruiz"),
        (("Código", "Nombre", "Primer apellido", "Segundo apellido"), ("C-2", "Eva", "Gil", "Mas"), "Eva Gil Mas"),
        (("Código", "Nombre", "Apellido1", "Apellido2"), ("C-3", "Luz", "Gil", ""), "Luz Gil"),
        (("Id", "First name", "Last name"), ("C-4", "John", "Smith"), "John Smith"),
        (("Código", "Nombre", "Apellidos"), ("C-5", "Bar Ejemplo, S.L.", ""), "Bar Ejemplo, S.L."),
        (("Código", "Nombre", "Apellidos"), ("C-6", "", "Muñoz Ruiz"), "Muñoz Ruiz"),
        (("Código", "Apellidos y nombre"), ("C-7", "Muñoz, Ana"), "Muñoz, Ana"),
        (("Código", "Apellidos"), ("C-8", "Muñoz"), "Muñoz"),
    ]:
        report = load(store, Table(header, [Row(2, cells)]), Contents.CLIENTS)
        assert (report.unused, events(store, ClientRegistered)[-1].name) == ([], name)


def test_payments_without_references_load_and_the_same_file_again_changes_nothing(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    header = ("Expediente", "Importe", "Moneda", "Fecha de cobro")
    paid = ("EXP-1", "10,00", "EUR", "2026-02-01")
    rows = [Row(2, paid), Row(3, paid), Row(4, ("EXP-1", "10,00", "EUR", "2026-02-02"))]
    assert load(store, Table(header, rows), Contents.PAYMENTS).payments == 3
    assert [one.reference for one in events(store, PaymentRecorded)] == [
        "EXP-1-20260201-10.00",
        "EXP-1-20260201-10.00-2",
        "EXP-1-20260202-10.00",
    ]
    again = load(store, Table(header, rows), Contents.PAYMENTS)
    assert (again.payments, again.skipped, again.bad) == (0, 3, [])


@pytest.mark.parametrize(
    ("contents", "header", "cells", "column", "says"),
    [
        (Contents.INVOICES, ("Factura", "Cliente", "Total", "Moneda", "Fecha", "Vto."),
         ("A-1", "C-1", "(242,00)", "EUR", "2026-01-10", "2026-02-10"), "Total", "is a credit note"),
        (Contents.CASE_FILES, ("Expediente", "Deudor", "Importe", "Moneda", "Fecha", "Vto."),
         ("A-1", "C-1", "-242,00", "EUR", "2026-01-10", "2026-02-10"), "Importe", "in the debtor's favour"),
        (Contents.PAYMENTS, ("Expediente", "Importe", "Moneda", "Fecha"),
         ("A-1", "242,00-", "EUR", "2026-01-10"), "Importe", "is a return"),
    ],
)  # fmt: skip
def test_an_amount_below_zero_is_refused_with_what_to_do(store, contents, header, cells, column, says):
    [found] = load(store, Table(header, [Row(2, cells)]), contents, dry_run=True).bad
    assert (found.column, says in found.why) == (column, True)


# The same file again


@pytest.mark.parametrize("how", [{}, {"leave_out_bad": True}, {"dry_run": True}])
def test_the_same_files_again_change_nothing(store, how):
    load_all(store)
    before = head(store)
    for table, contents in ((CLIENTS, "clients"), (CASE_FILES, "case-files"), (PAYMENTS, "payments")):
        report = load(store, table, Contents(contents), **how)
        assert (report.skipped, report.bad) == (len(table.rows), [])
    assert head(store) == before


def test_the_same_files_again_do_not_trip_over_the_work_done_since(store):
    load_all(store)
    [client] = store.events.claimed(clients.REFERENCE, ["C-1"]).values()
    [case_file] = store.events.claimed(case_files.REFERENCE, ["EXP-1"]).values()
    [payment] = store.events.claimed(payments.REFERENCE, ["P-2"]).values()
    add_user(store.events, command(), name="nora", roles=[Role.COLLECTOR])
    assign_client(store.events, command(), client, collector="nora", from_on=TODAY)
    assign_case_file(store.events, command(), case_file, collector="nora", from_on=TODAY)
    approve_payment(store.events, command(ANA), CaseFile, case_file, payment_id=payment)
    for table, contents in ((CLIENTS, "clients"), (CASE_FILES, "case-files"), (PAYMENTS, "payments")):
        assert load(store, table, Contents(contents)).skipped == len(table.rows)


def test_a_row_that_is_there_already_and_differs_is_listed_by_what_differs(store):
    load_all(store)
    before = head(store)
    changed = Table(CASE_FILES.header, [Row(2, ("EXP-1", "", "C-2", "999", "EUR", "2026-01-10", "2026-02-10", "", ""))])
    with pytest.raises(BadRows) as refused:
        load(store, changed, Contents.CASE_FILES)
    assert refused.value.report.bad == [
        Finding(2, "debtor_reference", "C-2", "this is loaded already, and there it is another"),
        Finding(2, "principal", "999", "this is loaded already, and there it is 1000.50 EUR"),
    ]
    assert head(store) == before


def test_a_payment_that_is_there_on_another_case_file_is_listed(store):
    load_all(store)
    moved = Table(PAYMENT_COLUMNS, [payment_row(2, reference="P-1", case_file_reference="EXP-2")])
    with pytest.raises(BadRows) as refused:
        load(store, moved, Contents.PAYMENTS)
    assert [finding.column for finding in refused.value.report.bad] == ["case_file_reference"]


def test_within_a_file_an_equal_row_is_skipped_and_a_different_one_is_bad(store):
    rows = [*CLIENTS.rows, Row(4, CLIENTS.rows[0].cells), Row(5, ("C-2", "Otra", "", "", ""))]
    report = load(store, Table(CLIENTS.header, rows), Contents.CLIENTS, leave_out_bad=True)
    assert (report.clients, report.skipped) == (2, 1)
    assert [(finding.line, finding.column) for finding in report.bad] == [(5, "name")]


def test_a_payment_recorded_by_hand_is_known_by_its_reference(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    [case_file] = store.events.claimed(case_files.REFERENCE, ["EXP-1"]).values()
    payment = NewPayment(euros("100.00"), date(2026, 2, 2), Method.CASH, reference="P-2")
    record_payment(store.events, command(), CaseFile, case_file, payment_id=uuid4(), payment=payment)
    report = load(store, PAYMENTS, Contents.PAYMENTS)
    assert (report.payments, report.skipped) == (1, 1)
    with pytest.raises(AlreadyClaimed):
        record_payment(store.events, command(), CaseFile, case_file, payment_id=uuid4(), payment=payment)


# Bad rows


BAD_PAYMENTS = [
    ({"amount": "0"}, "amount", "0"),
    ({"amount": "-5.00"}, "amount", "-5.00"),
    ({"amount": "5.001"}, "amount", "5.001"),
    ({"amount": "mucho"}, "amount", "mucho"),
    ({"currency": "USD"}, "currency", "USD"),
    ({"currency": "pts"}, "currency", "pts"),
    ({"received_on": str(TOMORROW)}, "received_on", str(TOMORROW)),
    ({"received_on": "2026-01-09"}, "received_on", "2026-01-09"),
    ({"received_on": "31/02/2026"}, "received_on", "31/02/2026"),
    ({"method": "trueque"}, "method", "trueque"),
    ({"method": ""}, "method", ""),
    ({"case_file_reference": "EXP-9"}, "case_file_reference", "EXP-9"),
    ({"recorded_by": "eva", "approved_by": "eva"}, "approved_by", "eva"),
    ({"approved_by": "dora"}, "approved_by", "dora"),
    ({"recorded_by": "x" * 201}, "recorded_by", "x" * 201),
    ({"recorded_by": "IbÃ¡Ã±ez"}, "recorded_by", "IbÃ¡Ã±ez"),
    ({"amount": "5000.00", "approved_by": "eva"}, "amount", "5000.00"),
]


@pytest.mark.parametrize(("said", "column", "value"), BAD_PAYMENTS)
def test_a_bad_row_is_listed_by_line_column_and_value_and_nothing_is_loaded(store, said, column, value):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    before = head(store)
    table = Table(PAYMENT_COLUMNS, [PAYMENTS.rows[0], payment_row(3, **said), payment_row(4)])
    with pytest.raises(BadRows) as refused:
        load(store, table, Contents.PAYMENTS)
    assert [(found.line, found.column, found.value) for found in refused.value.report.bad] == [(3, column, value)]
    assert head(store) == before
    assert load(store, table, Contents.PAYMENTS, dry_run=True).bad == refused.value.report.bad
    assert head(store) == before
    assert not store.events.claimed(payments.REFERENCE, ["P-1", "P-4"])

    report = load(store, table, Contents.PAYMENTS, leave_out_bad=True)
    assert (report.payments, report.bad_rows) == (2, 1)
    assert [payment.reference for payment in events(store, PaymentRecorded)] == ["P-1", "P-4"]


def test_every_cell_that_is_wrong_is_told(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    table = Table(PAYMENT_COLUMNS, [payment_row(2, amount="x", received_on="y", method="z")])
    bad = load(store, table, Contents.PAYMENTS, dry_run=True).bad
    assert [finding.column for finding in bad] == ["amount", "method", "received_on"]


def test_approved_payments_of_a_file_add_up_to_no_more_than_is_owed(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    halves = [payment_row(line, case_file_reference="EXP-2", amount="40.00", approved_by="eva") for line in (2, 3, 4)]
    report = load(store, Table(PAYMENT_COLUMNS, halves), Contents.PAYMENTS, leave_out_bad=True)
    assert (report.payments, [finding.line for finding in report.bad]) == (2, [4])


def test_a_payment_of_a_file_that_is_more_than_is_outstanding_with_what_waits_counted_is_warned_of(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    forty = [payment_row(line, case_file_reference="EXP-2", amount="40.00", approved_by="") for line in (2, 3, 4)]
    for dry_run in (True, False):
        report = load(store, Table(PAYMENT_COLUMNS, forty), Contents.PAYMENTS, dry_run=dry_run)
        warned = [(one.line, one.column, one.why) for one in report.warnings]
        assert warned == [(4, "amount", "more than is outstanding, with what waits counted")]


def test_case_files_for_clients_who_are_not_there_are_bad(store):
    bad = load(store, CASE_FILES, Contents.CASE_FILES, dry_run=True).bad
    found = [(finding.line, finding.column) for finding in bad]
    assert found == [(2, "creditor_reference"), *((line, "debtor_reference") for line in (2, 3, 4))]


# Who may


def test_a_collector_imports_nothing(store):
    unassigned = Table(CLIENTS.header, [CLIENTS.rows[1]])
    with pytest.raises(RoleRequired):
        load(store, unassigned, Contents.CLIENTS, actor=CARL, dry_run=True)


def test_only_an_administrator_vouches_for_payments_that_were_decided_elsewhere(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    with pytest.raises(RoleRequired):
        load(store, PAYMENTS, Contents.PAYMENTS, actor=ANA, leave_out_bad=True)
    undecided = Table(PAYMENT_COLUMNS, [PAYMENTS.rows[1]])
    assert load(store, undecided, Contents.PAYMENTS, actor=ANA).payments == 1


# Receivables


def test_the_first_good_row_of_a_client_registers_it_and_later_ones_need_only_its_reference(store):
    report = load(
        store,
        receivables(
            ("7", "Lejos", "Sur", "luis", "F-0", "10,00", "mañana", ""),
            ("7", "Ana", "Norte", "eva", "F-1", "1.234,56", "03/02/2026", "05/02/2026"),
            ("7", "", "", "", "F-2", "20,00", "02/01/2026", ""),
            ("7", "Anna", "Norte", "luis", "F-3", "1.000", "04/02/2026", ""),
        ),
        Contents.RECEIVABLES,
        mapping=RECEIVABLES_MAP,
        leave_out_bad=True,
    )
    debtor = ClientRegistered("7", "Ana", None, "Norte", roles=(ClientRole.DEBTOR,))
    assert events(store, ClientRegistered) == [debtor]
    assert events(store, ClientAssignedToCollector) == [ClientAssignedToCollector("eva", date(2026, 1, 2))]
    assert [found.line for found in report.bad] == [2]
    assert (5, "Nombre", "Anna") in [found[:3] for found in report.warnings]
    assert (5, "Gestor", "luis") in [found[:3] for found in report.warnings]
    principals = [opened.items[0].amount for opened in events(store, CaseFileOpened)]
    assert principals == [euros("1234.56"), euros("20.00"), euros("1000.00")]
    assert [payment.amount for payment in events(store, PaymentRecorded)] == [euros("1234.56")]


def test_a_row_of_receivables_is_loaded_whole_or_not_at_all(store):
    too_early = ("7", "Ana", "", "", "F-1", "10,00", "03/02/2026", "01/02/2026")
    report = load(store, receivables(too_early), Contents.RECEIVABLES, mapping=RECEIVABLES_MAP, leave_out_bad=True)
    assert [(found.line, found.column) for found in report.bad] == [(2, "Cobrada")]
    assert events(store) == []


def test_what_was_settled_since_is_loaded_from_the_next_export(store):
    unpaid = ("7", "Ana", "", "", "F-1", "10,00", "03/02/2026", "")
    paid = (*unpaid[:-1], "10/03/2026")
    load(store, receivables(unpaid), Contents.RECEIVABLES, mapping=RECEIVABLES_MAP)
    report = load(store, receivables(paid), Contents.RECEIVABLES, mapping=RECEIVABLES_MAP)
    assert (report.clients, report.case_files, report.payments, report.skipped) == (0, 0, 1, 0)


def test_a_file_of_receivables_that_is_loaded_after_its_clients_were_corrected_is_only_a_warning(store):
    register_client(store.events, command(), UUID(int=7), reference="7", details=Details("Ana Muñoz"))
    row = ("7", "Ana", "", "", "F-1", "10,00", "03/02/2026", "")
    report = load(store, receivables(row), Contents.RECEIVABLES, mapping=RECEIVABLES_MAP)
    assert (report.case_files, [found.column for found in report.warnings]) == (1, ["Nombre"])


@of_the_biggest
def test_receivables_load_to_the_figures_that_the_file_itself_gives(store):
    table = read_table(BIGGEST.file)
    report = load(store, table, Contents.RECEIVABLES, mapping=parse_map(MAP.read_text("utf-8")))
    assert (report.clients, report.case_files, report.payments) == (
        BIGGEST.clients,
        BIGGEST.case_files,
        BIGGEST.case_files,
    )
    assert sum((i.amount.amount for c in events(store, CaseFileOpened) for i in c.items), Decimal()) == BIGGEST.amount
    paid = events(store, PaymentRecorded)
    assert len(events(store, PaymentApproved)) == len(paid)
    assert len(events(store, DisputeOpened)) == BIGGEST.disputed
    assert {
        month: sum((p.amount.amount for p in paid if p.received_on.isoformat().startswith(month)), Decimal())
        for month in BIGGEST.collected
    } == BIGGEST.collected


def test_receivables_loaded_twice_are_there_once(store):
    table, mapping = read_table(SAMPLE.file), parse_map(MAP.read_text("utf-8"))
    load(store, table, Contents.RECEIVABLES, mapping=mapping)
    before = head(store)
    report = load(store, table, Contents.RECEIVABLES, mapping=mapping)
    assert (report.skipped, report.bad) == (SAMPLE.case_files, [])
    assert head(store) == before


# Others at the same time


class Meanwhile:
    """A store in which somebody else does something just before the first append."""

    def __init__(self, store, happens):
        self._store, self._happens = store, happens

    def append(self, decision, command, *, after):
        happens, self._happens = self._happens, lambda: None
        happens()
        return self._store.append(decision, command, after=after)

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_a_file_is_decided_on_again_where_somebody_takes_one_of_its_references_meanwhile(store):
    def registers():
        register_client(store.events, command(), uuid4(), reference="C-2", details=Details("Talleres Gómez, S. L."))

    racing = Meanwhile(store.events, registers)
    with pytest.raises(BadRows) as refused:
        import_file(racing, command(), CLIENTS, Contents.CLIENTS)
    assert [(found.line, found.column) for found in refused.value.report.bad] == [(3, "kind")]
    assert len(events(store, ClientRegistered)) == 1


def test_a_file_is_decided_on_again_where_a_case_file_of_it_changes_meanwhile(store):
    load(store, CLIENTS, Contents.CLIENTS)
    load(store, CASE_FILES, Contents.CASE_FILES)
    [case_file] = store.events.claimed(case_files.REFERENCE, ["EXP-1"]).values()

    def pays():
        payment = NewPayment(euros("1.00"), TODAY, Method.CASH)
        record_payment(store.events, command(), CaseFile, case_file, payment_id=uuid4(), payment=payment)

    import_file(Meanwhile(store.events, pays), command(), PAYMENTS, Contents.PAYMENTS)
    assert [payment.amount for payment in events(store, PaymentRecorded)] == [
        euros("1.00"),
        euros("500.50"),
        euros("100.00"),
    ]


def test_progress_is_told_to_the_last_row(store):
    reached = []
    how = {"dry_run": True, "progress": lambda *at: reached.append(at)}
    import_file(store.events, command(), CASE_FILES, Contents.CASE_FILES, **how)
    assert reached == [(3, 3)]


# What is known of clients beside their names

FULL = ("reference", "name", "identification", "identification_kind", "phones", "emails", "street", "city", "account",
        "roles", "payment_days", "notes")  # fmt: skip


def full_row(line, **said):
    cells = dict.fromkeys(FULL, "") | {"reference": f"C-{line}", "name": f"Ana {line}"} | said
    return Row(line, tuple(cells.values()))


def test_all_that_a_file_tells_of_a_client_is_registered(store):
    row = full_row(
        2,
        identification="12.345.678-z",
        phones="600 123 123| +57 601 3819090 |600123123",
        emails="ana@ejemplo.es",
        street="Calle Mayor 1",
        city="Vigo",
        account="ES91 2100 0418 4502 0005 1332",
        roles="debtor|creditor",
        payment_days="30",
        notes="Por la tarde",
    )
    assert load(store, Table(FULL, [row]), Contents.CLIENTS).bad == []
    registered, *contacts, account = events(store)
    assert registered == ClientRegistered(
        "C-2",
        "Ana 2",
        identification=Identification(IdentificationKind.NIF, "12345678Z"),
        address=Address("Calle Mayor 1", city="Vigo"),
        notes="Por la tarde",
        roles=(ClientRole.CREDITOR, ClientRole.DEBTOR),
        payment_days=30,
    )
    assert [(one.value, one.state) for one in contacts] == [
        ("+34600123123", ContactState.VALID),
        ("+576013819090", ContactState.VALID),
        ("ana@ejemplo.es", ContactState.VALID),
    ]
    assert (account.number, account.valid) == ("ES9121000418450200051332", True)
    again = load(store, Table(FULL, [row]), Contents.CLIENTS)
    assert (again.clients, again.skipped, again.bad) == (0, 1, [])


def test_what_is_wrong_is_kept_as_it_stands_there_and_claims_nothing(store):
    rows = [
        full_row(line, identification="1234-X", phones="600", emails="ana(arroba)ejemplo", account="ES91")
        for line in (2, 3)
    ]
    assert load(store, Table(FULL, rows), Contents.CLIENTS).bad == []
    registered = events(store, ClientRegistered)
    assert [one.identification for one in registered] == [
        Identification(IdentificationKind.NIT, "1234-X", valid=False)
    ] * 2
    assert {(one.value, one.state) for one in events(store, ContactAdded)} == {
        ("600", ContactState.UNVERIFIED),
        ("ana(arroba)ejemplo", ContactState.UNVERIFIED),
    }
    assert [one.valid for one in events(store, AccountAdded)] == [False, False]


def test_the_same_identification_twice_makes_the_second_row_bad(store):
    rows = [full_row(line, identification="12345678Z") for line in (2, 3)]
    report = load(store, Table(FULL, rows), Contents.CLIENTS, leave_out_bad=True)
    assert (report.clients, [(bad.line, bad.column) for bad in report.bad]) == (1, [(3, "identification")])


def test_a_row_that_says_another_phone_than_is_known_is_bad(store):
    load(store, Table(FULL, [full_row(2, phones="600123123")]), Contents.CLIENTS)
    report = load(store, Table(FULL, [full_row(2, phones="600123124")]), Contents.CLIENTS, dry_run=True)
    assert [(bad.column, str(bad.why)) for bad in report.bad] == [
        ("phones", "this is loaded already, and there it is +34600123123")
    ]
