"""What an invoice and a credit note say once they are issued, and what stands against issuing them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from issued import (
    CREDIT_NUMBER,
    DRAFTED,
    ISSUED,
    ISSUED_ON,
    ISSUER,
    LINE,
    NOTE,
    RECIPIENT,
    SUMMED,
    issuing,
)
from scenario import ANA, DORA, EMIL, TODAY, euros, given

from domain.errors import ReasonRequired
from domain.exchange import ExchangeRate
from domain.invoice import Invoice
from domain.invoice.crediting import CreditedBeforeInvoiced, CreditNoteTooLarge, NothingCredited
from domain.invoice.issuing import (
    Correction,
    CreditNoteIssued,
    InvoiceImported,
    InvoiceNotIssued,
    Issuance,
    Kind,
    OperatedAfterIssue,
    Recipient,
    RecipientNotIdentified,
    totals_of,
)
from domain.invoice.settling import InvoiceSettledInCollection, InvoiceTakenIntoCollection
from domain.lines import NewLine, TaxTotal, Treatment, totals
from domain.money import Money
from domain.people import RoleRequired
from domain.printable import NotPrintable
from domain.sending import Language

WORK = NewLine("Gestión de marzo", Decimal(10), Decimal(100), Decimal(21))
PART = NewLine("Descuento", Decimal(1), Decimal(100), Decimal(21))
UNSEEN = "株式会社"
"""What the fonts cannot draw."""

CASE_FILE = UUID(int=22)
WAIVED = (
    InvoiceTakenIntoCollection(CASE_FILE, euros(1210), TODAY),
    InvoiceSettledInCollection(CASE_FILE, Money.zero("EUR"), euros(10), TODAY),
)
CREDITED = CreditNoteIssued(
    NOTE,
    "R2026-0001",
    "R2026",
    Correction.ART_80_ONE_TWO_SIX,
    TODAY,
    ISSUER,
    (LINE,),
    SUMMED.taxes,
    SUMMED.withheld,
    euros(1210),
    euros(1210),
    "Anulada",
    RECIPIENT,
    ("Gestión de marzo",),
)


def crediting(lines=None, *, number=CREDIT_NUMBER, why="Anulada", by=ANA, issuer=ISSUER, recipient=RECIPIENT):
    correction, issuance = Correction.ART_80_ONE_TWO_SIX, Issuance(number.taken_on)
    return lambda invoice: invoice.issue_credit_note(
        NOTE, number, correction, lines, why, issuance, issuer=issuer, recipient=recipient, by=by
    )


# Invoices


def test_it_says_all_that_its_draft_said_and_what_that_comes_to():
    line = replace(LINE, withholding=Decimal(15))
    earlier = ISSUED_ON - timedelta(days=9)
    draft = replace(DRAFTED, lines=(line,), language=Language.ENGLISH, operated_on=earlier, note="Gracias", due_days=0)
    told = totals([line], "EUR")
    given(Invoice(), draft).when(issuing()).then(
        replace(
            ISSUED,
            lines=(line,),
            withheld=told.withheld,
            payable=euros(1060),
            language=Language.ENGLISH,
            operated_on=earlier,
            due_on=ISSUED_ON,
            note="Gracias",
        )
    )
    given(Invoice(), draft).when(issuing(by=EMIL)).then_refused(RoleRequired)


def test_what_is_invoiced_may_be_of_a_later_day_once_that_is_confirmed():
    later = ISSUED_ON + timedelta(days=1)
    given(Invoice(), replace(DRAFTED, operated_on=ISSUED_ON)).when(issuing()).then(ISSUED)
    rent = given(Invoice(), replace(DRAFTED, operated_on=later))
    rent.when(issuing()).then_refused(
        OperatedAfterIssue, field="issued_on", operated_on=later, confirmed_by="later_operation_confirmed"
    )
    rent.when(issuing(later_operation_confirmed=True)).then(replace(ISSUED, operated_on=later))


@pytest.mark.parametrize(
    ("recipient", "price", "kind"),
    [
        (RECIPIENT, 1000, Kind.FULL),
        (RECIPIENT, 1, Kind.FULL),
        (Recipient("Alguien"), 400, Kind.SIMPLIFIED),
        (Recipient("Alguien"), Decimal("400.01"), None),
        (replace(RECIPIENT, tax_id=None), 1000, None),
        (replace(RECIPIENT, street=None), 1000, None),
    ],
)
def test_a_recipient_is_known_by_identification_and_street_or_is_invoiced_for_400_euros_at_most(recipient, price, kind):
    line = replace(LINE, quantity=Decimal(1), unit_price=Decimal(price), tax_rate=Decimal(0))
    draft = given(Invoice(), replace(DRAFTED, lines=(line,)))
    if kind is None:
        draft.when(issuing(recipient)).then_refused(RecipientNotIdentified, field="client_id")
    else:
        assert issuing(recipient)(draft.state)[0].kind is kind


@pytest.mark.parametrize(
    ("draft", "parties", "field"),
    [
        ({"note": UNSEEN}, {}, "note"),
        ({"lines": (LINE, LINE), "descriptions": ("Gestión", UNSEEN)}, {}, "lines/1/description"),
        ({}, {"recipient": replace(RECIPIENT, city=UNSEEN)}, "recipient/city"),
        ({}, {"issuer": replace(ISSUER, footer=UNSEEN)}, "issuer/footer"),
    ],
)
def test_nothing_is_issued_that_cannot_be_printed(draft, parties, field):
    given(Invoice(), replace(DRAFTED, **draft)).when(issuing(**parties)).then_refused(NotPrintable, field=field)


def test_a_rate_is_of_no_later_day_than_the_issue_even_where_what_is_invoiced_is():
    later = ISSUED_ON + timedelta(days=9)
    rate = ExchangeRate(Decimal("0.9205"), ISSUED_ON, "Banco de España")
    rent = given(Invoice(), replace(DRAFTED, currency="USD", operated_on=later)).state
    [issued] = issuing(rate=rate, later_operation_confirmed=True)(rent)
    assert issued.converted.exchange_rate == rate


# Imported


def test_an_imported_one_is_known_by_its_client_lines_and_days():
    imported = InvoiceImported("A-1", NOTE, ISSUED_ON, TODAY, "USD", (LINE,), Money.of(1210, "USD"), ("Gestión",))
    known = given(Invoice(), imported).state
    assert (known.client_id, known.number, known.issued_on, known.due_on) == (NOTE, "A-1", ISSUED_ON, TODAY)
    assert (known.imported, known.outstanding) == (True, Money.of(1210, "USD"))
    assert (known.as_written.currency, known.as_written.lines) == ("USD", [replace(WORK, description="Gestión")])


# Credit notes


@pytest.mark.parametrize("actor", [ANA, DORA])
def test_a_note_says_what_it_corrects_and_why_and_takes_off_what_its_lines_come_to(actor):
    given(Invoice(), DRAFTED, ISSUED).when(crediting(by=actor)).then(CREDITED)
    part = totals([replace(LINE, quantity=Decimal(1))], "EUR")
    given(Invoice(), DRAFTED, ISSUED).when(crediting([PART], by=actor)).then(
        replace(
            CREDITED,
            lines=(replace(LINE, quantity=Decimal(1)),),
            taxes=part.taxes,
            gross=euros(121),
            payable=euros(121),
            descriptions=("Descuento",),
        )
    )


def test_a_simplified_invoice_has_a_simplified_note():
    issued = given(Invoice(), DRAFTED, replace(ISSUED, kind=Kind.SIMPLIFIED))
    issued.when(crediting()).then(replace(CREDITED, correction=Correction.SIMPLIFIED))


def test_a_note_is_not_of_a_day_before_the_invoice():
    on_that_day, before = (replace(CREDIT_NUMBER, taken_on=ISSUED_ON - timedelta(days=days)) for days in (0, 1))
    issued = given(Invoice(), DRAFTED, ISSUED)
    issued.when(crediting(number=on_that_day)).then(replace(CREDITED, issued_on=ISSUED_ON))
    issued.when(crediting(number=before)).then_refused(CreditedBeforeInvoiced, field="issued_on", at_least=ISSUED_ON)


def test_what_stands_against_a_note_is_told_at_its_field():
    issued = given(Invoice(), DRAFTED, ISSUED)
    issued.when(crediting(why=" ")).then_refused(ReasonRequired, field="reason")
    issued.when(crediting(why=UNSEEN)).then_refused(NotPrintable, field="reason")
    issued.when(crediting([replace(PART, description=UNSEEN)])).then_refused(NotPrintable, field="lines/0/description")
    issued.when(crediting(recipient=replace(RECIPIENT, name=UNSEEN))).then_refused(NotPrintable, field="recipient/name")
    issued.when(crediting(issuer=replace(ISSUER, name=UNSEEN))).then_refused(NotPrintable, field="issuer/name")
    given(Invoice(), DRAFTED, ISSUED, CREDITED).when(crediting()).then_refused(NothingCredited, field="lines")
    given(Invoice(), DRAFTED).when(crediting()).then_refused(InvoiceNotIssued)


def test_a_note_leaves_what_the_case_file_gave_up():
    waived = given(Invoice(), DRAFTED, ISSUED, *WAIVED)
    waived.when(crediting()).then_refused(CreditNoteTooLarge, field="lines", left=euros(1200))


# Totals


def test_what_was_issued_comes_to_what_it_says_and_a_rate_that_took_nothing_off_comes_last():
    assert totals_of(ISSUED) == totals_of(CREDITED) == totals_of(replace(CREDITED, lines=())) == SUMMED
    nothing, reduced = Money.zero("EUR"), replace(LINE, tax_rate=Decimal(10))
    exempt = replace(LINE, tax_rate=Decimal(0), treatment=Treatment.EXEMPT_ART_20)
    told = totals_of(replace(CREDITED, lines=(reduced, LINE, exempt, reduced)))
    assert told == replace(
        SUMMED,
        taxes=(
            *SUMMED.taxes,
            TaxTotal(Decimal(10), Treatment.TAXED, nothing, nothing),
            TaxTotal(Decimal(0), Treatment.EXEMPT_ART_20, nothing, nothing),
        ),
    )
    line = replace(LINE, withholding=Decimal(15))
    summed = totals([line], "EUR")
    issued = replace(ISSUED, lines=(line,), withheld=summed.withheld, payable=summed.payable)
    assert totals_of(issued) == summed
