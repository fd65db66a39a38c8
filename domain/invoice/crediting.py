"""What credit notes take off an invoice: never more than it has of each kind of line, and in the end exactly all of it.

A note's tax is not worked out by itself, or the cents of several notes would add up to more or less than the invoice's:
it is the tax of all that is credited by now, less what earlier notes took off. So in whichever order the lines of an
invoice are credited, base, tax and withholding of each rate end at zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal, localcontext

from domain.errors import Conflict, Invalid
from domain.exchange import ConvertedTax
from domain.invoice.issuing import CreditNoteIssued
from domain.lines import EXACT, Content, Line, TaxTotal, Totals, Treatment, Withheld, plain, summed_up, totals
from domain.money import Money, total
from domain.sending import Language

Kind = tuple[Decimal, Treatment, Decimal]
"""What lines that are taxed and withheld alike have in common."""

REST = {Language.SPANISH: "Resto de la factura {number}", Language.ENGLISH: "Rest of invoice {number}"}
"""The words of a line that stands for what earlier notes left of several."""

Rate = tuple[Decimal, Treatment]

SMALLEST_PRICE = Decimal("0.000001")


class CreditNoteTooLarge(Conflict):
    title = "A credit note cannot take off more than what is left of the invoice"


class NeverInvoiced(Conflict):
    title = "The invoice has no line of this tax rate, treatment and withholding: nothing of it can be credited"


class CreditedBeforeInvoiced(Invalid):
    title = "A credit note can't be dated before the invoice that it corrects"


class NothingCredited(Conflict):
    title = "This credit note takes off nothing"


def credited_by(
    lines: Sequence[Line], invoiced: Sequence[Line], notes: Sequence[CreditNoteIssued], currency: str
) -> Totals:
    """What a note for these lines takes off. Refused where that is more of a kind of line than the invoice has."""
    if not any(line.net for line in lines):
        raise NothingCredited(field="lines")
    by_now = [*_lines_of(notes), *lines]
    there, taken = _nets(invoiced), _nets(by_now)
    for number, line in enumerate(lines):
        kind = _kind(line)
        if kind not in there:
            raise NeverInvoiced(field=f"lines/{number}/{_never_invoiced(line, invoiced)}")
        if not min(there[kind], Decimal(0)) <= taken[kind] <= max(there[kind], Decimal(0)):
            raise CreditNoteTooLarge(field="lines", line=number)
    return _less(totals(by_now, currency), notes)


def all_that_is_left(
    invoiced: Content, notes: Sequence[CreditNoteIssued], currency: str, language: Language, number: str
) -> tuple[Content, Totals]:
    """As lines, of which there are none where nothing is left, and what they come to."""
    left = _less(totals(invoiced.lines, currency), notes)
    return (_rest(invoiced, notes, left, REST[language].format(number=number)) if notes else invoiced), left


def converted_by(converted: ConvertedTax, credited: Totals, notes: Sequence[CreditNoteIssued]) -> ConvertedTax:
    """The tax of a note in the issuer's own currency, at the invoice's rate: like the tax, less the earlier notes'."""
    rate, own = converted.exchange_rate, converted.tax.currency
    earlier, in_own = _taxes(notes), _converted_taxes(notes, own)
    nothing, no_tax = Money.zero(own), Money.zero(credited.payable.currency)
    each = tuple(
        rate.of(earlier.get(key, (no_tax, no_tax))[1] + one.tax, own) - in_own.get(key, nothing)
        for one in credited.taxes
        for key in [(one.rate, one.treatment)]
    )
    return ConvertedTax(rate, each, total(each, own))


def _less(due: Totals, notes: Sequence[CreditNoteIssued]) -> Totals:
    """What brings the notes so far to what is due. What comes to nothing is left out."""
    currency = due.payable.currency
    nothing = (Money.zero(currency), Money.zero(currency))
    taxes = {(one.rate, one.treatment): (one.base, one.tax) for one in due.taxes}
    for rate, (base, tax) in _taxes(notes).items():
        so_far = taxes.get(rate, nothing)
        taxes[rate] = so_far[0] - base, so_far[1] - tax
    withheld = {one.rate: (one.base, one.amount) for one in due.withheld}
    for one in (one for note in notes for one in note.withheld):
        base, amount = withheld.get(one.rate, nothing)
        withheld[one.rate] = base - one.base, amount - one.amount
    return summed_up(
        [TaxTotal(*rate, *sums) for rate, sums in taxes.items() if any(sums)],
        [Withheld(rate, *sums) for rate, sums in withheld.items() if any(sums)],
        currency,
    )


def _taxes(notes: Iterable[CreditNoteIssued]) -> Mapping[Rate, tuple[Money, Money]]:
    """Base and tax of each rate, of all notes together."""
    found: dict[Rate, tuple[Money, Money]] = {}
    for one in (one for note in notes for one in note.taxes):
        rate = one.rate, one.treatment
        known = found.get(rate)
        found[rate] = (known[0] + one.base, known[1] + one.tax) if known else (one.base, one.tax)
    return found


def _converted_taxes(notes: Iterable[CreditNoteIssued], own: str) -> Mapping[Rate, Money]:
    found: dict[Rate, Money] = {}
    for note in notes:
        for one, tax in zip(note.taxes, note.converted.taxes if note.converted else (), strict=False):
            rate = one.rate, one.treatment
            found[rate] = found.get(rate, Money.zero(own)) + tax
    return found


# What is left, as lines


def _rest(invoiced: Content, notes: Sequence[CreditNoteIssued], left: Totals, words: str) -> Content:
    """The lines that were not credited, in their own words; else, where parts of some were, one of each kind."""
    taken = Counter(_lines_of(notes))
    own = [one for one in zip(invoiced.lines, _words(invoiced), strict=True) if not _takes(taken, one[0])]
    if taken.total():
        own = [(line, words) for line in _of_each_kind(invoiced.lines, notes)]
    if not own and (left.taxes or left.withheld):  # cents that notes of an earlier release left
        kinds = {(kind[0], kind[1]): kind for kind in _nets(invoiced.lines)}
        own = [(_line(kinds[one.rate, one.treatment], Decimal(0)), words) for one in left.taxes]
    return Content(tuple(line for line, _ in own), tuple(said for _, said in own))


def _takes(taken: Counter[Line], line: Line) -> bool:
    """Whether a note has taken just this line, which it takes once."""
    found = taken[line] > 0
    taken[line] -= found
    return found


def _of_each_kind(invoiced: Sequence[Line], notes: Sequence[CreditNoteIssued]) -> list[Line]:
    """Never more than is left, so that they can be credited as they stand: what is finer than any price is left out."""
    left = _nets(invoiced)
    with localcontext(EXACT):
        for kind, net in _nets(_lines_of(notes)).items():
            left[kind] = left.get(kind, Decimal(0)) - net
        prices = {kind: net.quantize(SMALLEST_PRICE, rounding=ROUND_DOWN) for kind, net in left.items()}
    return [_line(kind, plain(price)) for kind, price in prices.items() if price]


def _line(kind: Kind, price: Decimal) -> Line:
    tax_rate, treatment, withholding = kind
    return Line(Decimal(1), price, tax_rate, withholding=withholding, treatment=treatment)


def _words(content: Content) -> Sequence[str]:
    return [line.description for line in content.as_written]


def _lines_of(notes: Iterable[CreditNoteIssued]) -> Sequence[Line]:
    return [line for note in notes for line in note.lines]


def _nets(lines: Iterable[Line]) -> dict[Kind, Decimal]:
    """The exact sum of each kind."""
    nets: dict[Kind, Decimal] = {}
    with localcontext(EXACT):
        for line in lines:
            nets[_kind(line)] = nets.get(_kind(line), Decimal(0)) + line.net
    return nets


def _kind(line: Line) -> Kind:
    return line.tax_rate, line.treatment, line.withholding


def _never_invoiced(line: Line, invoiced: Sequence[Line]) -> str:
    """Which part of the line it is that no line of the invoice has: of several, the one that says most."""
    if all(line.treatment is not one.treatment for one in invoiced):
        return "treatment"
    return "withholding" if any(line.tax_rate == one.tax_rate for one in invoiced) else "tax_rate"
