"""What the demo agency invoices: each month its creditors pay for what was collected; some are offered more.

Who looks after a creditor drafts, reminds by letter and records what comes in; a supervisor issues and approves. What
was invoiced before the year began was imported from another program.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from application import estimates, invoices, issuer, payments
from application.imports import import_file
from application.imports.maps import Contents
from application.imports.table import Row, Table
from domain.estimate import Answer, NewEstimate
from domain.invoice import Invoice
from domain.invoice.issuing import Issuance, NewInvoice
from domain.issuer import Identity
from domain.lines import NewLine, Treatment
from domain.money import Money
from domain.payments import Method, NewPayment
from domain.sending import Channel
from infrastructure.demo.agency import ELENA, SOFIA, TOMAS, Agency, Story
from infrastructure.demo.letters import remind_by_letter
from infrastructure.demo.people import Creditor

IDENTITY = Identity(
    name="Recobros del Levante, S.L. (demostración)",
    tax_id="B00000000",
    street="Calle de la Paz, 12",
    postcode="46003",
    city="Valencia",
    country="ES",
    email="facturas@levante.example",
    phone="+34960000000",
    iban="ES9121000418450200051332",
    footer="Registro Mercantil de Valencia: una empresa que no existe",
)

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip

OFFERS = (
    ("Auditoría de la cartera vencida", "1450.00"),
    ("Formación en recobro amistoso, 8 horas", "960.00"),
    ("Localización de deudores, lote de 50", "625.00"),
    ("Integración con el ERP", "2300.00"),
    ("Informe trimestral de morosidad", "380.00"),
)


def describe_issuer(agency: Agency) -> None:
    issuer.describe_issuer(agency.store, agency.command(ELENA, Random(IDENTITY.name)), identity=IDENTITY)  # noqa: S311 - chance, not secrecy


def bring_earlier_invoices(agency: Agency, claimants: Sequence[Creditor]) -> None:
    """Of the two months before the year, out of another program: most are paid, two have been overdue ever since."""
    columns = ("number", "client_reference", "total", "currency", "issued_on", "due_on", "description", "sent_on")
    paid_columns = ("reference", "invoice_number", "amount", "currency", "received_on", "method", "approved_by")
    day, invoiced, paid = agency.at.date(), list[Row](), list[Row]()
    for number, creditor in enumerate([*claimants, *claimants], start=1):
        issued_on, total = day - timedelta(days=72 - 2 * number), str(Decimal(creditor.amounts[0]) * Decimal("1.21"))
        due_on, code = issued_on + timedelta(days=30), f"{issued_on.year}/{300 + number}"
        what = "Comisión de cobro (del programa anterior)"
        cells = (code, creditor.client.reference, total, "EUR", *(str(one) for one in (issued_on, due_on)), what)
        invoiced.append(Row(number + 1, (*cells, str(issued_on))))
        if due_on < day and number % 7 != 0:
            received = ("transfer", SOFIA.name)
            paid.append(Row(len(paid) + 2, (f"ANT-{300 + number}", code, total, "EUR", str(due_on), *received)))
    for contents, header, rows in (
        (Contents.INVOICES, columns, invoiced),
        (Contents.INVOICE_PAYMENTS, paid_columns, paid),
    ):
        import_file(agency.store, agency.command(ELENA), Table(header, rows), contents)


def begin_invoices(agency: Agency, claimants: Sequence[Creditor], chance: Random) -> None:
    for creditor in claimants:
        agency.begin(_invoice_monthly(agency, creditor, chance), _beginning_after(agency), chance=chance)
    for number, (what, price) in enumerate(OFFERS):
        creditor = claimants[number]
        offered = agency.working_days_before_today(20 + 16 * number)
        agency.begin(_offer(agency, creditor, what, price, number, chance), offered, chance=chance)


def _invoice_monthly(agency: Agency, creditor: Creditor, chance: Random) -> Story:
    """Half of them pay to the day; a few are late, or pay in part."""
    while True:
        invoice_id = _draft(agency, creditor, chance)
        if (agency.today - agency.at.date()).days < 8:  # noqa: PLR2004 - what is new is still to be looked through
            return
        day = agency.at.date()
        invoices.issue_invoice(agency.store, agency.command(SOFIA, chance), invoice_id, issuance=Issuance(day))
        invoices.mark_as_sent(
            agency.store, agency.command(SOFIA, chance), invoice_id, channel=Channel.EMAIL, sent_on=day
        )
        agency.begin(remind_by_letter(agency, invoice_id, creditor.collector, chance), agency.day_in(37), chance=chance)
        if chance.random() < 0.9:  # noqa: PLR2004 - one of ten does not pay
            pays_in = chance.choice((12, 20, 28, 30, 41, 66))
            agency.begin(_pay(agency, creditor, invoice_id, chance), agency.day_in(pays_in), chance=chance)
        yield _beginning_after(agency)


def _draft(agency: Agency, creditor: Creditor, chance: Random) -> UUID:
    invoice_id = agency.new_id("invoice")
    month = MONTHS[(agency.at.date().replace(day=1) - timedelta(days=1)).month - 1]
    commission = Decimal(chance.randint(*creditor.amounts)) * Decimal("0.62")
    lines = [NewLine(f"Comisión de cobro, {month}", Decimal(1), commission, Decimal(21))]
    if chance.random() < 0.6:  # noqa: PLR2004 - three of five
        opened = Decimal(chance.randint(2, 9))
        lines.append(NewLine("Apertura de expedientes", opened, Decimal("12.50"), Decimal(21), Decimal(10)))
    if chance.random() < 0.4:  # noqa: PLR2004 - two of five
        lines.append(NewLine("Suplidos: burofaxes", Decimal(2), Decimal("32.90"), treatment=Treatment.NOT_SUBJECT))
    invoices.draft_invoice(
        agency.store,
        agency.command(creditor.collector, chance),
        invoice_id,
        client_id=creditor.client.id,
        invoice=NewInvoice("EUR", lines, 30),
    )
    return invoice_id


def _pay(agency: Agency, creditor: Creditor, invoice_id: UUID, chance: Random) -> Story:
    """All of it, most of the time; what came in the last days still waits for a decision."""
    invoice, _ = agency.store.load(Invoice(), invoice_id)
    whole = chance.random() < 0.88  # noqa: PLR2004 - seven of eight
    amount = invoice.outstanding if whole else Money.of_minor(invoice.outstanding.minor // 2, "EUR")
    payment_id = agency.new_id("payment")
    paid = NewPayment(amount, agency.at.date(), Method.TRANSFER, note=None if whole else "El resto, el mes que viene")
    payments.record_payment(
        agency.store,
        agency.command(creditor.collector, chance),
        Invoice,
        invoice_id,
        payment_id=payment_id,
        payment=paid,
    )
    yield agency.day_in(chance.randint(1, 4))
    decider = chance.choice((SOFIA, TOMAS))
    payments.approve_payment(agency.store, agency.command(decider, chance), Invoice, invoice_id, payment_id=payment_id)


def _offer(agency: Agency, creditor: Creditor, what: str, price: str, number: int, chance: Random) -> Story:
    """The first waits for its answer; of the others two are accepted, one is declined, one expires."""
    estimate_id = agency.new_id("estimate")
    lines = [NewLine(what, Decimal(1), Decimal(price), Decimal(21))]
    estimates.draft_estimate(
        agency.store,
        agency.command(creditor.collector, chance),
        estimate_id,
        client_id=creditor.client.id,
        estimate=NewEstimate("EUR", lines, 30),
    )
    estimates.mark_estimate_as_sent(
        agency.store,
        agency.command(creditor.collector, chance),
        estimate_id,
        channel=Channel.EMAIL,
        sent_on=agency.at.date(),
    )
    yield agency.day_in(9)
    answer = Answer(agency.at.date(), answered_by="Dirección financiera")
    match number:
        case 1 | 3:
            invoice_id = agency.new_id("invoice") if number == 3 else None  # noqa: PLR2004 - the first of the two
            estimates.accept_estimate(
                agency.store, agency.command(SOFIA, chance), estimate_id, answer=answer, invoice_id=invoice_id
            )
        case 2:
            estimates.decline_estimate(agency.store, agency.command(TOMAS, chance), estimate_id, answer=answer)
        case _:
            pass


def _beginning_after(agency: Agency) -> date:
    """A working day about the third of the next month that is still to come."""
    day = (agency.at.date().replace(day=1) + timedelta(days=31)).replace(day=3)
    return agency.day_in((day - agency.at.date()).days)
