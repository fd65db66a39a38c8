"""A creditor's next file against the books: what is new, changed and withdrawn, and what comes of it where wished."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from scenario import ANA, BEA, CARL, DORA, TODAY, WHEN_OPENED, euros

from application import case_files, invoices, issuer
from application.clients import register_client
from application.debts import adjust_debt
from application.imports import NOT_ALL_READ, BadRows, Wish, import_file
from application.imports.debts import FOLLOWED, TELLS_WHAT_IS_LEFT, NewDebt, figures
from application.imports.lookups import Lookups
from application.imports.maps import Contents
from application.imports.table import Row, Table
from application.payments import approve_payment, record_payment
from application.restrictions import block_client, merge_client
from application.streams import Command
from domain.case_file import CaseFile
from domain.case_file.debt import AdjustmentKind, DebtAdjusted, Item, ItemsAdded, Part
from domain.case_file.progress import CaseFileClosed, CaseFileIsClosed, CaseFileOpened, ClosingReason, PaymentsWaiting
from domain.client import ClientRegistered
from domain.client.details import Details
from domain.invoice import Invoice
from domain.invoice.issuing import Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine
from domain.payments import Method, NewPayment, PaymentRecorded
from domain.people import RoleRequired

CREDITOR, OTHER, DEBTOR = (UUID(int=n) for n in (11, 12, 13))
COLUMNS = ("reference", "creditor_reference", "debtor_reference", "principal", "currency", "opened_on", "due_on")
DUE = date(2026, 2, 10)
US = Identity("Recobros del Sur S.L.", "B41234568", "Calle Sierpes 1", "41004", "Sevilla", "ES")


def command(actor=DORA):
    return Command(uuid4(), actor, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def debts(*told, creditor="ACREEDOR"):
    """Each its reference and its principal, and the day due where it is another."""
    rows = [(one[0], creditor, "DEUDOR", one[1], "EUR", str(WHEN_OPENED), *(one[2:] or [str(DUE)])) for one in told]
    return Table(COLUMNS, [Row(line, row) for line, row in enumerate(rows, start=2)])


def load(store, table, *, actor=DORA, dry_run=False, find=None, contents=Contents.CASE_FILES, **wish):
    """`find` all that there are, as a read model would that knows nothing of creditors, of closing or of files."""
    return import_file(
        store.events,
        command(actor),
        table,
        contents,
        dry_run=dry_run,
        wish=Wish(**wish),
        open_case_files=find or (lambda _: [known.stream for known in all_of(store, CaseFileOpened)]),
    )


def all_of(store, kind):
    return [known for known in store.events.since(0, 10_000) if isinstance(known.event, kind)]


def events(store, *kinds):
    return [known.event for known in all_of(store, kinds)]


def stream(store, reference):
    return store.events.claimed(case_files.REFERENCE, [reference])[reference]


@pytest.fixture
def books(store):
    """Last month's file, loaded."""
    for client_id, reference in ((CREDITOR, "ACREEDOR"), (OTHER, "OTRO"), (DEBTOR, "DEUDOR")):
        register_client(store.events, command(), client_id, reference=reference, details=Details(reference))
    load(store, LAST)
    return store


LAST = debts(("A", "100,00"), ("B", "200,00"), ("C", "300,00"), ("D", "400,00"), ("E", "500,00"))
NEXT = debts(("A", "100,00"), ("B", "250,00"), ("C", "120,50"), ("D", "400,00", "2026-04-10"), ("F", "60,00"))


def waits(store, reference):
    """A payment of it does."""
    payment = NewPayment(euros(1), TODAY, Method.CASH)
    record_payment(store.events, command(ANA), CaseFile, stream(store, reference), payment_id=uuid4(), payment=payment)


# What is told


def test_the_next_file_is_told_against_the_books_and_nothing_is_written(books):
    before = books.events.head()
    report = load(books, NEXT, dry_run=True)
    assert report.debts.new == [NewDebt(6, "F", euros(60))]
    changed = [
        (one.reference, one.principal, one.in_file, one.more, one.due_on_in_file) for one in report.debts.changed
    ]
    assert changed == [
        ("B", euros(200), euros(250), euros(50), DUE),
        ("C", euros(300), euros("120.50"), -euros("179.50"), DUE),
        ("D", euros(400), euros(400), euros(400) - euros(400), date(2026, 4, 10)),
    ]
    assert [(one.reference, one.outstanding, one.refused) for one in report.debts.withdrawn] == [
        ("E", euros(500), None)
    ]
    assert (report.rows, report.skipped, report.bad, report.case_files) == (5, 1, [], 1)
    told = figures(report.debts)
    assert (told.new.totals, told.more.totals, told.less.totals) == ([euros(60)], [euros(50)], [-euros("179.50")])
    assert (told.changed, told.due, told.withdrawn.totals) == (3, 1, [euros(500)])
    assert books.events.head() == before


def test_an_unchanged_file_is_told_to_be_unchanged(books):
    report = load(books, LAST, dry_run=True, follow=True, close_withdrawn=True)
    assert (report.skipped, report.debts.new, report.debts.changed, report.debts.withdrawn) == (5, [], [], [])


def test_what_each_currency_comes_to_is_told_apart(books):
    pesos = Table(COLUMNS, [Row(3, ("P", "ACREEDOR", "DEUDOR", "9000", "COP", str(WHEN_OPENED), str(DUE)))])
    rows = [*debts(("F", "60,00")).rows, *pesos.rows]
    told = figures(load(books, Table(COLUMNS, rows), dry_run=True).debts)
    assert [str(amount) for amount in told.new.totals] == ["9000.00 COP", "60.00 EUR"]


def test_what_was_waived_here_the_file_tells_all_the_same(books):
    adjust_debt(
        books.events,
        command(ANA),
        stream(books, "A"),
        adjustment_id=uuid4(),
        kind=AdjustmentKind.WAIVER,
        part=Part.PRINCIPAL,
        amount=-euros(10),
        adjusted_on=TODAY,
        reason="pronto pago",
    )
    assert load(books, LAST, dry_run=True).skipped == 5


def test_what_is_left_to_pay_is_not_taken_for_the_principal_or_payments_would_count_twice(books):
    case_file, paid = stream(books, "A"), uuid4()
    payment = NewPayment(euros(30), TODAY, Method.CASH)
    record_payment(books.events, command(ANA), CaseFile, case_file, payment_id=paid, payment=payment)
    approve_payment(books.events, command(BEA), CaseFile, case_file, payment_id=paid)
    report = load(books, debts(("A", "70,00"), ("B", "170,00")), follow=True)
    assert [(one.reference, one.refused) for one in report.debts.changed] == [("A", TELLS_WHAT_IS_LEFT), ("B", None)]
    assert [adjusted.amount for adjusted in events(books, DebtAdjusted)] == [-euros(30)]
    told = figures(report.debts)
    assert (told.changed, told.refused, told.less.totals) == (2, 1, [-euros(30)])


def test_anything_else_that_differs_is_an_error(books):
    dollars = Table(COLUMNS, [Row(2, ("A", "ACREEDOR", "DEUDOR", "100", "USD", str(WHEN_OPENED), str(DUE)))])
    elsewhere = debts(("A", "90,00"), creditor="OTRO")
    for table, columns in ((dollars, ["principal"]), (elsewhere, ["creditor_reference", "principal"])):
        report = load(books, table, dry_run=True)
        assert ([found.column for found in report.bad], report.debts.changed) == (columns, [])


def test_a_debt_told_twice_is_skipped_where_it_is_told_alike_and_an_error_otherwise(books):
    twice = debts(("B", "250,00"), ("B", "250,00"), ("B", "200,00"), ("F", "1,00"), ("F", "2,00"))
    for follow in (False, True):
        report = load(books, twice, dry_run=True, follow=follow)
        assert (len(report.debts.changed), report.skipped) == (1, 1)
        assert [(found.line, found.column) for found in report.bad] == [(4, "principal"), (6, "principal")]


# What comes of it


def test_unless_it_is_wished_only_what_is_new_is_loaded(books):
    report = load(books, NEXT)
    assert (report.case_files, report.followed, report.closed) == (1, 0, 0)
    assert events(books, ItemsAdded, DebtAdjusted, CaseFileClosed) == []


@pytest.mark.parametrize("actor", [ANA, DORA])
def test_debts_come_to_what_their_creditor_tells_and_are_unchanged_from_then_on(books, actor):
    report = load(books, NEXT, actor=actor, follow=True)
    assert (report.case_files, report.followed, report.closed) == (1, 2, 0)
    [added], [adjusted] = events(books, ItemsAdded), events(books, DebtAdjusted)
    assert added == ItemsAdded((Item("B", DUE, DUE, euros(50)),), TODAY)
    assert (adjusted.kind, adjusted.part, adjusted.amount, adjusted.reason) == (
        AdjustmentKind.CORRECTION,
        Part.PRINCIPAL,
        -euros("179.50"),
        FOLLOWED,
    )
    before = books.events.head()
    again = load(books, NEXT, actor=actor, follow=True)
    assert (again.skipped, [one.reference for one in again.debts.changed], again.followed) == (4, ["D"], 0)
    assert books.events.head() == before


def test_what_is_withdrawn_is_closed_and_the_same_file_again_closes_nothing(books):
    report = load(books, NEXT, close_withdrawn=True)
    [closed] = all_of(books, CaseFileClosed)
    assert (closed.stream, closed.event) == (stream(books, "E"), CaseFileClosed(TODAY, ClosingReason.WITHDRAWN))
    assert report.closed == 1
    before = books.events.head()
    again = load(books, NEXT, close_withdrawn=True)
    assert (again.closed, again.debts.withdrawn) == (0, [])
    assert books.events.head() == before


def test_only_those_that_were_asked_for_are_closed(books):
    some = debts(("A", "100,00"))
    load(books, some, close_withdrawn=True, find=lambda _: [stream(books, "C"), stream(books, "A")])
    assert [known.stream for known in all_of(books, CaseFileClosed)] == [stream(books, "C")]


def test_while_a_payment_waits_for_a_decision_a_case_file_stays_open_which_is_told(books):
    waits(books, "E")
    for dry_run in (True, False):
        report = load(books, NEXT, dry_run=dry_run, close_withdrawn=True)
        assert [(one.reference, one.refused.message) for one in report.debts.withdrawn] == [
            ("E", PaymentsWaiting.title)
        ]
    assert (report.closed, report.case_files) == (0, 1)


def test_a_payment_that_comes_while_the_file_is_decided_on_keeps_its_case_file_open(books):
    class Meanwhile:
        """Just before the first append."""

        paid = False

        def append(self, decision, command, *, after):
            if not self.paid:
                self.paid = True
                waits(books, "E")
            return books.events.append(decision, command, after=after)

        def __getattr__(self, name):
            return getattr(books.events, name)

    report = import_file(
        Meanwhile(),
        command(),
        NEXT,
        Contents.CASE_FILES,
        wish=Wish(close_withdrawn=True),
        open_case_files=lambda _: [stream(books, "E")],
    )
    assert (report.closed, [one.refused.message for one in report.debts.withdrawn]) == (0, [PaymentsWaiting.title])
    assert events(books, CaseFileClosed) == []


def test_the_debts_of_other_creditors_and_our_own_are_nothing_a_file_withdraws(books):
    load(books, debts(("X", "1,00"), creditor="OTRO"))
    load(books, debts(("Y", "1,00"), creditor=""))
    asked = []
    every = [known.stream for known in all_of(books, CaseFileOpened)]
    report = load(books, NEXT, dry_run=True, find=lambda creditors: asked.append(creditors) or every)
    assert (asked, [one.reference for one in report.debts.withdrawn]) == ([{CREDITOR}], ["E"])
    own = load(books, debts(("Z", "1,00"), creditor=""), dry_run=True)
    assert [one.reference for one in own.debts.withdrawn] == ["Y"]


def test_a_creditor_is_the_same_one_by_whichever_account(books):
    load(books, debts(("X", "1,00"), creditor="OTRO"))
    merge_client(books.events, command(), OTHER, into=CREDITOR, reason="la misma")
    report = load(books, NEXT, dry_run=True)
    assert {one.reference for one in report.debts.withdrawn} == {"E", "X"}


def test_what_a_bad_row_names_is_not_withdrawn_and_where_one_cannot_be_read_nothing_is(books):
    bad = debts(("A", "100,00"), ("E", "mucho"))
    report = load(books, bad, dry_run=True)
    assert {one.reference for one in report.debts.withdrawn} == {"B", "C", "D"}
    nameless = debts(("A", "100,00"), (" ", "1,00"))
    report = load(books, nameless, leave_out_bad=True, close_withdrawn=True)
    assert ([*report.debts.withdrawn], report.closed) == ([], 0)
    assert [found.why for found in report.warnings] == [NOT_ALL_READ]


def test_a_debt_that_was_withdrawn_and_is_told_again_is_pointed_out(books):
    load(books, NEXT, close_withdrawn=True)
    report = load(books, debts(("E", "550,00")), follow=True)
    assert [(found.line, found.column) for found in report.warnings] == [(2, "reference")]
    assert [one.refused.message for one in report.debts.changed] == [CaseFileIsClosed.title]
    assert (report.bad, report.followed) == ([], 0)


def test_a_collector_follows_and_closes_nothing(books):
    with pytest.raises(RoleRequired):
        load(books, NEXT, actor=CARL, follow=True, close_withdrawn=True)


# Invoices of ours in collection


@pytest.fixture
def in_collection(books):
    """An invoice of 121 euros that a case file of our own took over; the ids of both."""
    issuer.describe_issuer(books.events, command(), identity=US)
    invoice_id, case_file_id = uuid4(), uuid4()
    invoice = NewInvoice("EUR", [NewLine("Gestión", Decimal(1), Decimal(121))], 0)
    invoices.draft_invoice(books.events, command(ANA), invoice_id, client_id=DEBTOR, invoice=invoice)
    invoices.issue_invoice(books.events, command(ANA), invoice_id, issuance=Issuance(TODAY))
    case_files.open_case_file_from_invoices(
        books.events, command(ANA), case_file_id, reference="FAC", invoice_ids=[invoice_id], opened_on=TODAY
    )
    return invoice_id, case_file_id


def settlement(store, invoice_id):
    return store.events.load(Invoice(), invoice_id)[0].settlement


def test_what_is_withdrawn_gives_its_invoices_back(books, in_collection):
    invoice_id, case_file_id = in_collection
    assert settlement(books, invoice_id).in_collection == case_file_id
    report = load(books, debts(("Y", "1,00"), creditor=""), close_withdrawn=True)
    assert ([one.reference for one in report.debts.withdrawn], report.closed) == (["FAC"], 1)
    assert settlement(books, invoice_id).in_collection is None


def test_what_becomes_less_is_given_up_of_its_invoices(books, in_collection):
    invoice_id, _ = in_collection
    [item] = [opened.items[0] for opened in events(books, CaseFileOpened) if opened.reference == "FAC"]
    row = ("FAC", "", "DEUDOR", "100", "EUR", str(TODAY), str(item.due_on))
    report = load(books, Table(COLUMNS, [Row(2, row)]), follow=True)
    assert (report.bad, report.followed) == ([], 1)
    assert books.events.load(Invoice(), invoice_id)[0].outstanding == euros(100)


# Clients who are here under another reference

CLIENT_COLUMNS = ("reference", "name", "identification")
SAME = Table(CLIENT_COLUMNS, [Row(2, ("N-1", "Ana Muñoz", "12345678Z")), Row(3, ("N-2", "Muñoz, Ana", "12.345.678-z"))])


def test_who_has_the_identification_of_a_client_here_is_that_client_where_it_is_wished(store):
    load(store, Table(CLIENT_COLUMNS, SAME.rows[:1]), contents=Contents.CLIENTS)
    with pytest.raises(BadRows) as refused:
        load(store, SAME, contents=Contents.CLIENTS)
    assert [(found.line, found.column) for found in refused.value.report.bad] == [(3, "identification")]
    before = store.events.head()
    report = load(store, SAME, contents=Contents.CLIENTS, recognise=True)
    [registered] = all_of(store, ClientRegistered)
    assert [(one.line, one.reference, one.client_id) for one in report.recognised] == [(3, "N-2", registered.stream)]
    assert (report.skipped, report.newcomers, report.bad) == (2, [], [])
    assert store.events.head() == before


def test_who_has_the_identification_of_an_earlier_line_is_told_by_that_line_whatever_is_wished(store):
    wrong = [(3, "identification", "line 2 has the same identification: Ana Muñoz")]
    with pytest.raises(BadRows) as refused:
        load(store, SAME, contents=Contents.CLIENTS)
    assert [(one.line, one.column, one.why) for one in refused.value.report.bad] == wrong
    report = load(store, SAME, contents=Contents.CLIENTS, recognise=True)
    assert (report.clients, [(one.line, one.column, one.why) for one in report.warnings]) == (1, wrong)


def test_a_client_who_is_blocked_is_not_used_for_another_reference(store):
    load(store, Table(CLIENT_COLUMNS, SAME.rows[:1]), contents=Contents.CLIENTS)
    [registered] = all_of(store, ClientRegistered)
    block_client(store.events, command(), registered.stream, reason="lo pide")
    report = load(store, SAME, contents=Contents.CLIENTS, recognise=True, dry_run=True)
    assert (report.recognised, [found.line for found in report.bad]) == ([], [3])


# Payments by the numbers that the creditor's debts have

NUMBERED = ("Acreedor", "Cód. cliente", "Nombre", "Nº factura", "Importe", "Moneda", "Vencimiento")
PAID = ("case_file_reference", "amount", "currency", "received_on", "method")


def paid_by_number(store, *told):
    """Each the number, the amount and the day."""
    rows = [(number, amount, "EUR", day, "transfer") for number, amount, day in told]
    table = Table(PAID, [Row(line, row) for line, row in enumerate(rows, start=2)])
    return import_file(
        store.events,
        command(),
        table,
        Contents.PAYMENTS,
        wish=Wish(leave_out_bad=True),
        lookups=Lookups(
            numbered=lambda numbers: {one: [known.stream for known in all_of(store, CaseFileOpened)] for one in numbers}
        ),
    )


@pytest.fixture
def _numbered_debts(store, books):  # noqa: ARG001 - whose clients they are
    """Two creditors, of whom both have a debt numbered 7."""
    told = [("7", "ACREEDOR"), ("8", "ACREEDOR"), ("7", "OTRO")]
    rows = [(creditor, "DEUDOR", "Deudora", number, "100", "EUR", str(DUE)) for number, creditor in told]
    table = Table(NUMBERED, [Row(line, row) for line, row in enumerate(rows, start=2)])
    report = load(store, table, contents=Contents.RECEIVABLES)
    assert report.case_files == len(told)


@pytest.mark.usefixtures("_numbered_debts")
def test_a_payment_that_goes_by_the_number_of_one_debt_is_for_that_and_known_as_by_its_reference(store):
    [reference] = [one.reference for one in events(store, CaseFileOpened) if one.reference.startswith("ACREEDOR-8")]
    day = str(DUE)
    assert paid_by_number(store, ("8", "40", day)).payments == 1
    again = paid_by_number(store, ("8", "40", day))
    by_reference = paid_by_number(store, (reference, "40", day))
    assert (again.payments, again.skipped, by_reference.payments, by_reference.skipped) == (0, 1, 0, 1)
    [recorded] = events(store, PaymentRecorded)
    assert (recorded.amount.amount, recorded.received_on) == (40, DUE)


PAID_TOO = ("Cobrado", "Fecha cobro")


def file_of_8(store, paid, day):
    """What the creditor's file says of the debt numbered 8, and of what was paid of it."""
    row = ("ACREEDOR", "DEUDOR", "Deudora", "8", "100", "EUR", str(DUE), paid, str(day))
    return load(store, Table((*NUMBERED, *PAID_TOO), [Row(2, row)]), contents=Contents.RECEIVABLES, leave_out_bad=True)


@pytest.mark.usefixtures("_numbered_debts")
def test_a_debts_file_that_sums_up_several_payments_says_nothing_new_and_of_one_it_contradicts_it_is_refused(store):
    assert file_of_8(store, "40", DUE).payments == 1
    another_day = file_of_8(store, "40", DUE + timedelta(days=1))
    assert [one.column for one in another_day.bad] == ["Cobrado", "Fecha cobro"]
    assert str(another_day.bad[0].why) == "what was paid since belongs in a file of payments"
    assert paid_by_number(store, ("8", "10", str(DUE + timedelta(days=1)))).payments == 1
    summed_up = file_of_8(store, "50", DUE + timedelta(days=1))
    assert (summed_up.bad, summed_up.payments, len(events(store, PaymentRecorded))) == ([], 0, 2)


@pytest.mark.usefixtures("_numbered_debts")
def test_a_number_that_debts_of_several_have_names_none_of_them(store):
    report = paid_by_number(store, ("7", "40", str(DUE)), ("9", "40", str(DUE)))
    assert report.payments == 0
    assert [(one.line, one.value, str(one.why)[:30]) for one in report.bad] == [
        (2, "7", "several case files have a debt"),
        (3, "9", "No case file has this referenc"),
    ]
