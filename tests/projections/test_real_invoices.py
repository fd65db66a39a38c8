"""A file of receivables loaded as invoices: the blocks show its figures, to the cent, on any day."""

from receivables import BIGGEST, INVOICES_MAP, of_the_biggest
from scenario import TODAY

from application.imports import import_file
from application.imports.maps import Contents, parse_map
from domain.people import OPERATOR
from infrastructure.imports.tables import read_table
from projections.invoices.listing import find_invoice
from projections.invoices.status import invoice_status


@of_the_biggest
def test_invoice_status_shows_the_figures_of_the_file(agency):
    table, mapping = read_table(BIGGEST.file), parse_map(INVOICES_MAP.read_text("utf-8"))
    report = import_file(agency.log, agency.command(), table, Contents.INVOICED_RECEIVABLES, mapping=mapping)
    assert (report.invoices, report.bad) == (BIGGEST.case_files, [])

    def shown(day, block):
        [one] = getattr(invoice_status(db, OPERATOR, day), block).sums
        return one.count, one.amount.amount

    with agency.desk() as db:
        for day, standing in BIGGEST.standing.items():
            assert shown(day, "total")[0] == standing.issued
            assert (shown(day, "pending"), shown(day, "overdue")) == (standing.unpaid, standing.overdue)
            assert shown(day, "paid")[0] == standing.issued - standing.unpaid[0]
        assert shown(TODAY, "paid") == shown(TODAY, "total") == (BIGGEST.case_files, BIGGEST.amount)
        for block in ("draft", "pending", "partial", "overdue"):
            assert shown(TODAY, block) == (0, 0)


def test_what_another_program_issued_is_overdue_though_nobody_says_when_it_was_sent(agency):
    invoice = agency.imported_invoice(agency.client("Deudora"))
    with agency.desk() as db:
        line = find_invoice(db, OPERATOR, TODAY, invoice)
        status = invoice_status(db, OPERATOR, TODAY)
    assert (line.status, line.sent_on) == ("overdue", None)
    assert [status.overdue.count, status.overdue_unsent.count, status.issued.count] == [1, 0, 0]
