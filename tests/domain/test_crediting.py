"""What credit notes take off an invoice: in the end exactly all of it, in whichever order, and never more."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from issued import CREDIT_NUMBER, DRAFTED, ISSUED, ISSUER, NOTE, RECIPIENT, issuing
from scenario import ANA, TODAY, euros, given

from domain.exchange import ConvertedTax, ExchangeRate, ExchangeRateMissing, ExchangeRateNotNeeded
from domain.invoice import Invoice
from domain.invoice.crediting import CreditNoteTooLarge, NeverInvoiced, NothingCredited
from domain.invoice.issuing import Correction, InvoiceImported, Issuance
from domain.lines import NewLine, Treatment, checked_lines, totals
from domain.money import Money

RATE = ExchangeRate(Decimal("0.920517"), DRAFTED.drafted_on, "Banco de España")


def line(price, tax_rate=21, **more):
    return NewLine("Servicio", Decimal(1), Decimal(str(price)), Decimal(tax_rate), **more)


def an_invoice(*lines, currency="EUR"):
    content = checked_lines(lines)
    draft = replace(DRAFTED, currency=currency, lines=content.lines, descriptions=content.descriptions)
    [issued] = issuing(rate=None if currency == "EUR" else RATE)(given(Invoice(), draft).state)
    return given(Invoice(), draft, issued).state


def credit(invoice, *lines, rate=None):
    """The invoice with a note more: for these lines, or for all that is left."""
    [note] = invoice.issue_credit_note(
        NOTE,
        CREDIT_NUMBER,
        Correction.OTHER,
        lines or None,
        "De más",
        Issuance(TODAY, rate),
        issuer=ISSUER,
        recipient=RECIPIENT,
        by=ANA,
    )
    return invoice.evolve(note)


def credited_one_by_one(invoice, lines):
    for one in lines:
        invoice = credit(invoice, one)
    return invoice


def is_credited_whole(invoice):
    content, left = invoice.left_to_credit
    return not (content.lines or left.net or left.tax or left.payable or invoice.owed)


FOUR = [line(price, 20) for price in ("68.33", "68.33", "57.50", "85.00")]


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_four_lines_credited_one_by_one_come_to_nothing_in_any_order(order):
    invoice = an_invoice(*FOUR)
    assert invoice.payable == euros("334.99")
    invoice = credited_one_by_one(invoice, [FOUR[place] for place in order])
    assert is_credited_whole(invoice)
    assert invoice.credited == euros("334.99")


@pytest.mark.parametrize(
    ("price", "notes"), [("10.03", ["12.14", "12.13", "12.14"]), ("10.02", ["12.12", "12.13", "12.12"])]
)
def test_three_lines_alike_leave_no_cent(price, notes):
    three = [line(price)] * 3
    invoice = credited_one_by_one(an_invoice(*three), three)
    assert [note.payable for note in invoice.credit_notes] == [euros(amount) for amount in notes]
    assert is_credited_whole(invoice)


PRICES = st.decimals("0.01", 1000, places=2) | st.decimals("0.0001", 10, places=4)
LINES = st.lists(
    st.builds(
        NewLine,
        st.just("Servicio"),
        st.sampled_from([Decimal(1), Decimal("1.5"), Decimal(3)]),
        PRICES,
        st.sampled_from([Decimal(0), Decimal(10), Decimal(20), Decimal(21), Decimal("5.2")]),
        st.sampled_from([Decimal(0), Decimal("33.33")]),
        st.sampled_from([Decimal(0), Decimal(15)]),
    ),
    min_size=1,
    max_size=7,
)


@for_any(LINES, st.sampled_from(["EUR", "USD", "CLP", "KWD"]), st.data())
def test_any_partition_of_the_lines_in_any_order_ends_at_exactly_nothing(lines, currency, data):
    invoice = an_invoice(*lines, currency=currency)
    whole = totals(invoice.content.lines, currency)
    left = data.draw(st.permutations(lines))
    while left:
        some = data.draw(st.integers(1, len(left)))
        before = invoice.credited
        invoice, left = credit(invoice, *left[:some]), left[some:]
        assert before <= invoice.credited <= whole.payable
        for note in invoice.credit_notes:
            assert all(one.base.amount >= 0 and one.tax.amount >= 0 for one in note.taxes)
    assert is_credited_whole(invoice)
    assert sum((one.tax for note in invoice.credit_notes for one in note.taxes), Money.zero(currency)) == whole.tax
    if invoice.converted:
        told = [note.converted.tax for note in invoice.credit_notes]
        assert sum(told, Money.zero("EUR")) == invoice.converted.tax


@for_any(LINES, st.integers(0, 7))
def test_all_that_is_left_is_credited_in_one_step_in_the_words_of_its_lines(lines, first):
    invoice = credited_one_by_one(an_invoice(*lines), lines[:first])
    if first >= len(lines):
        with pytest.raises(NothingCredited):
            credit(invoice)
        return
    rest, _ = invoice.left_to_credit
    assert sorted(map(repr, rest.lines)) == sorted(map(repr, checked_lines(lines[first:]).lines))
    assert is_credited_whole(credit(invoice))


def test_of_parts_of_lines_the_rest_is_one_line_a_kind():
    invoice = credit(an_invoice(line(100), line(50), line(30, 10)), line(20))
    content, left = invoice.left_to_credit
    assert [(one.tax_rate, one.net) for one in content.lines] == [(21, 130), (10, 30)]
    assert set(content.descriptions) == {"Resto de la factura F2026-0007"}
    assert left.payable == euros("190.30")
    assert is_credited_whole(credit(invoice))


SEVEN = NewLine("Servicio", Decimal(7), Decimal("0.333"), Decimal(10), discount=Decimal("33.33"))


def test_of_a_price_finer_than_any_other_the_rest_is_credited_as_it_stands():
    invoice = credit(an_invoice(SEVEN), replace(SEVEN, quantity=Decimal(2)))
    content, left = invoice.left_to_credit
    assert left.payable == euros("1.23")
    assert invoice.credited_by(content.lines) == left
    assert is_credited_whole(credit(invoice, *content.as_written))


@for_any(LINES, st.decimals("0.01", 1, places=2))
def test_what_is_left_of_a_part_of_the_first_line_can_be_credited_as_it_stands(lines, part):
    first = lines[0]
    invoice = credit(an_invoice(*lines), replace(first, quantity=part * first.quantity))
    content, _ = invoice.left_to_credit
    if any(one.net for one in content.lines):
        invoice = credit(invoice, *content.as_written)
    if invoice.left_to_credit[0].lines:
        assert is_credited_whole(credit(invoice))


def test_cents_that_an_earlier_release_left_are_credited_with_the_rest():
    """Each of these notes was rounded by itself: 12.12 three times, of 36.37."""
    invoice = an_invoice(*[line("10.02")] * 3)
    alone = credit(invoice, line("10.02")).credit_notes[0]
    old = replace(invoice, credit_notes=(alone,) * 3)
    assert old.owed == euros("0.01")
    assert is_credited_whole(credit(old))


TWO_RATES = (line(100), line(100, 10))


@pytest.mark.parametrize(
    ("lines", "refusal", "field"),
    [
        ([line(150, 10)], CreditNoteTooLarge, "lines"),
        ([line(60, 10), line("40.01", 10)], CreditNoteTooLarge, "lines"),
        ([line(10, 4)], NeverInvoiced, "lines/0/tax_rate"),
        ([line(10), line(10, withholding=Decimal(15))], NeverInvoiced, "lines/1/withholding"),
        ([line(10, 0, treatment=Treatment.EXEMPT_EXPORT)], NeverInvoiced, "lines/0/treatment"),
        ([line(0)], NothingCredited, "lines"),
        ([line(-10), line(20, 10)], CreditNoteTooLarge, "lines"),
    ],
)
def test_no_more_is_credited_of_a_rate_or_a_withholding_than_was_invoiced(lines, refusal, field):
    with pytest.raises(refusal) as caught:
        credit(an_invoice(*TWO_RATES), *lines)
    assert caught.value.details["field"] == field


def test_an_advance_that_is_taken_off_goes_with_its_line():
    work, advance = line(8500), line(-7500)
    invoice = an_invoice(work, advance)
    assert invoice.payable == euros(1210)
    with pytest.raises(CreditNoteTooLarge):
        credit(invoice, work)
    assert is_credited_whole(credit(invoice, work, advance))
    assert is_credited_whole(credit(an_invoice(work, line(-8500))))


def test_a_note_in_dollars_tells_its_tax_at_the_rate_of_the_invoice():
    invoice = an_invoice(line(5000), currency="USD")
    with pytest.raises(ExchangeRateNotNeeded) as refused:
        credit(invoice, line(1), rate=RATE)
    assert refused.value.details == {"field": "exchange_rate"}
    noted = credit(invoice, line(1000))
    assert noted.credit_notes[0].converted == ConvertedTax(RATE, (euros("193.31"),), euros("193.31"))
    assert credit(noted).credit_notes[1].converted.tax == euros("773.23")


def test_a_note_of_an_imported_invoice_in_dollars_takes_a_rate_of_its_own():
    lines = checked_lines([line(100)]).lines
    imported = InvoiceImported("A-1", ISSUED.client_id, TODAY, TODAY, "USD", lines, Money.of(121, "USD"), ("Servicio",))
    invoice = given(Invoice(), imported).state
    with pytest.raises(ExchangeRateMissing) as refused:
        credit(invoice)
    assert refused.value.details == {"field": "exchange_rate", "currency": "EUR"}
    assert credit(invoice, rate=RATE).credit_notes[0].converted.tax == euros("19.33")


def test_a_draft_in_dollars_owes_nothing_yet():
    assert not given(Invoice(), replace(DRAFTED, currency="USD")).state.owed
