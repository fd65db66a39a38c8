"""Collections of case files and invoices alike: by day, and in the month's report, are what the log alone says."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from agency import ANA, BEA, CARL
from billing import EVERYTHING, BillingOffice
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from receivables import BIGGEST, INVOICES_MAP, of_the_biggest
from scenario import euros

from application import case_files
from application.imports import import_file
from application.imports.maps import Contents, parse_map
from application.streams import Change, Decision, change
from domain import payments
from domain.case_file.progress import CaseFileAssignedToCollector, CaseFileOpened, CaseFileUnassigned
from domain.client.portfolio import ClientAssignedToCollector, ClientUnassigned
from domain.days import next_month
from domain.invoice import Invoice
from domain.invoice.issuing import InvoiceImported, InvoiceIssued
from domain.people import OPERATOR
from infrastructure.imports.tables import read_table
from infrastructure.read_models.projector import Projector
from infrastructure.read_models.served import PROJECTIONS, rebuild
from projections.desk.calendar import calendar
from projections.desk.collections import collected_of_client, collections_report


@dataclass
class Paid:
    """A payment as the model knows it."""

    recorded: payments.PaymentRecorded
    state: str = "unapproved"
    returned_on: date | None = None
    credited_to: str | None = None


class Books:
    """What the log says of payments, of who owed, and of who held, gone through once."""

    def __init__(self, log):
        self.owed_by, self.held, self.paid = {}, {}, {}
        for one in log.since(0, 1_000_000):
            self.take(one.stream, one.event)

    def take(self, stream, event):
        match event:
            case CaseFileOpened(debtor_id=client) | InvoiceIssued(client_id=client) | InvoiceImported(client_id=client):
                self.owed_by[stream] = client
            case ClientAssignedToCollector() | CaseFileAssignedToCollector():
                self.held.setdefault(stream, {})[event.from_on] = event.collector
            case ClientUnassigned() | CaseFileUnassigned():
                self.held.setdefault(stream, {})[event.from_on] = None
            case payments.PaymentRecorded():
                self.paid[stream, event.payment_id] = Paid(event)
            case payments.CollectionMoved():
                self.paid[stream, event.payment_id].credited_to = event.collector
            case payments.PaymentReturned():
                self.decided(stream, event, "returned", event.returned_on)
            case payments.PaymentApproved():
                self.decided(stream, event, "approved")
            case payments.PaymentRejected() | payments.PaymentReopened() | payments.PaymentWithdrawn():
                self.decided(stream, event, "none")

    def decided(self, stream, event, state, returned_on=None):
        paid = self.paid[stream, event.payment_id]
        paid.state, paid.returned_on = state, returned_on

    def holder(self, stream, day):
        """The case file's own, else who held whoever owes it."""
        for held in (self.held.get(stream, {}), self.held.get(self.owed_by[stream], {})):
            days = [from_on for from_on in held if from_on <= day]
            if days and held[max(days)]:
                return held[max(days)]
        return None

    def lines(self, month):
        found = Counter()
        for (stream, payment_id), paid in self.paid.items():
            whose = paid.credited_to or self.holder(stream, paid.recorded.received_on)
            amount = paid.recorded.amount
            if paid.state in {"approved", "returned"} and month <= paid.recorded.received_on < next_month(month):
                found[paid.recorded.received_on, stream, payment_id, whose, "collected", amount] += 1
            if paid.state == "returned" and month <= paid.returned_on < next_month(month):
                found[paid.returned_on, stream, payment_id, whose, "returned", -amount] += 1
        return found

    def by_day(self, month, collector=None):
        """The report's lines added up: what went back is taken off on the day it went."""
        found = Counter()
        for (day, _, _, whose, _, amount), times in self.lines(month).items():
            if collector in {None, whose}:
                found[day, amount.currency] += times * amount.minor
        return found


MONTHS = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
"""In which whatever the office below does lies."""


def says_what_was_collected(db, books):
    for month in MONTHS:
        lines = books.lines(month)
        for viewer, collector in ((OPERATOR, None), (OPERATOR, "carl"), (ANA, None), (ANA, "carl"), (CARL, None)):
            report = collections_report(db, viewer, month, collector)
            own = {collector, None if viewer is OPERATOR else viewer.name} - {None}
            expected = Counter({one: n for one, n in lines.items() if own <= {one[3]}})
            assert shown(report) == expected
            assert report.count == expected.total()
            sums = Counter()
            for (*_, amount), n in expected.items():
                sums[amount.currency] += n * amount.minor
            assert {one.currency: one.minor for one in report.totals} == sums
        for viewer, collector in ((OPERATOR, None), (ANA, "ana"), (CARL, "carl")):
            days = calendar(db, viewer, month).days
            found = {(day.day, one.currency): one.minor for day in days for one in day.collected}
            assert found == books.by_day(month, collector)


def shown(report):
    return Counter(
        (one.day, one.case_file_id or one.invoice_id, one.payment_id, one.collector, one.kind, one.amount)
        for one in report.lines
    )


def test_whatever_happens_collections_are_what_the_log_says_live_and_rebuilt(agency):
    store = agency.store
    live = store.generations.open(1, making=True)
    live.create(PROJECTIONS)
    live.index(PROJECTIONS)
    projector = Projector(store.events, live, PROJECTIONS, partitions_kept=1)
    came = Counter()

    def holds():
        projector.catch_up()
        books = Books(store.events)
        with live.reading.connect() as db:
            says_what_was_collected(db, books)
            for month in MONTHS:
                for one in collections_report(db, OPERATOR, month, None).lines:
                    came["invoice" if one.invoice_id else "case file"] += 1

    @settings(max_examples=10, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.data())
    def law(data):
        office = BillingOffice(agency)
        office.begin(data, "register", "draft")
        file, invoice = agency.case_file(office.clients[0]), agency.imported_invoice(office.clients[0])
        office.files.append(file)
        office.invoices.append(invoice)
        agency.payment(file, 10)  # at least one of each, whatever else comes up
        agency.invoice_payment(invoice, 10)
        for _ in range(data.draw(st.integers(10, 60))):
            office.do_something()
            if data.draw(st.booleans()):
                projector.catch_up(data.draw(st.integers(1, 7)))
        holds()

    BillingOffice(agency).tell(EVERYTHING)
    holds()
    law()
    assert came.keys() == {"invoice", "case file"}
    store.generations.serve(1)
    rebuild(store)
    with closing(store.generations.open(store.generations.current())) as fresh, fresh.reading.connect() as db:
        says_what_was_collected(db, Books(store.events))
    live.close()


def test_what_a_client_paid_is_taken_off_on_the_day_it_went_back(agency):
    client, creditor = agency.client("Deudora", collector="ana"), agency.client("Acreedora")
    file, invoice = agency.case_file(client, creditor=creditor), agency.imported_invoice(client)
    agency.return_(file, agency.payment(file, 70, date(2026, 2, 20)), date(2026, 3, 4))
    agency.return_(file, agency.payment(file, 30, date(2026, 3, 2)), date(2026, 3, 4))
    agency.invoice_payment(invoice, 40, date(2026, 3, 2))

    def collected(db, viewer, of):
        found = collected_of_client(db, viewer, of, date(2026, 3, 1), date(2026, 4, 1))
        return {day.day: [int(one.amount) for one in sums] for day, sums in found.items()}

    with agency.desk() as db:
        for viewer in (ANA, BEA):
            assert collected(db, viewer, client) == {2: [70], 4: [-100]}
        assert collected(db, BEA, creditor) == {2: [30], 4: [-100]}
        assert collected(db, CARL, client) == {}


def test_a_collection_of_an_invoice_that_was_moved_counts_for_whom_it_was_moved_to(agency):
    client = agency.client("Cliente", collector="ana")
    invoice = agency.imported_invoice(client)
    payment = agency.invoice_payment(invoice, 10)

    def moved(log):
        log.load(Invoice(), invoice)
        return Decision([Change(invoice, [payments.CollectionMoved(payment, "carl", "estaba de baja")], client)])

    change(agency.log, agency.command(BEA), moved)
    with agency.desk() as db:
        [one] = collections_report(db, CARL, date(2026, 3, 1), None).lines
        assert (one.invoice_id, one.debtor, one.amount, one.collector) == (invoice, "Cliente", euros(10), "carl")
        assert collections_report(db, ANA, date(2026, 3, 1), None).count == 0


def test_what_a_case_file_that_took_invoices_over_collects_counts_once(agency):
    client = agency.client(collector="ana")
    invoice, file = agency.imported_invoice(client), uuid4()
    agency.invoice_payment(invoice, 100, date(2026, 3, 2))
    taken = {"reference": "E-1", "invoice_ids": [invoice], "opened_on": date(2026, 3, 3)}
    case_files.open_case_file_from_invoices(agency.log, agency.command(), file, **taken)
    agency.payment(file, 900, date(2026, 3, 4))
    with agency.desk() as db:
        report = collections_report(db, ANA, date(2026, 3, 1), None)
        assert [(one.invoice_id, one.case_file_id, one.amount) for one in report.lines] == [
            (invoice, None, euros(100)),
            (None, file, euros(900)),
        ]
        assert report.totals == [euros(1000)]
        assert agency.log.load(Invoice(), invoice)[0].outstanding.minor == 0


@of_the_biggest
def test_a_file_of_receivables_loaded_as_invoices_was_collected_as_one_loaded_as_case_files(agency):
    table, mapping = read_table(BIGGEST.file), parse_map(INVOICES_MAP.read_text("utf-8"))
    import_file(agency.log, agency.command(), table, Contents.INVOICED_RECEIVABLES, mapping=mapping)
    with agency.desk() as db:
        for month, collected in BIGGEST.collected.items():
            first = date.fromisoformat(f"{month}-01")
            assert collections_report(db, OPERATOR, first, None).totals == [euros(collected)]
            assert (
                sum(money.amount for day in calendar(db, OPERATOR, first).days for money in day.collected) == collected
            )
