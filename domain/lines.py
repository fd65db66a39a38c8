"""Lines of an invoice or an estimate, and what they add up to.

A line's net is exact; what is rounded is each rate's sum, once, half up, to the currency's minor unit. So the parts of
a document add up to its total to the cent. Rates and discounts are percentages.

A price may be below zero: an advance that was invoiced before is taken off the final invoice. The total may come to
nothing, as where advances paid it all: an invoice is to be issued all the same (RD 1619/2012, art. 2.1), and no rule
asks for an amount. Below zero it is no invoice: what is given back takes a credit note.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import TypeVar

from domain.errors import Invalid
from domain.money import MAX_MINOR, MINOR_DIGITS, Money, UnknownCurrency, total
from domain.personal import ERASED, lines_text

MAX_LINES = 200

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Room for any line's product in full: 12 + 6 digits, times 12 + 6, times a percentage."""

HUNDRED = Decimal(100)
LARGEST = Decimal(10**12)

K = TypeVar("K")


class Treatment(StrEnum):
    """How value added tax treats a line: lists L9 and L10 of Orden HAC/1177/2024 (VERI*FACTU)."""

    TAXED = "S1"
    REVERSE_CHARGE = "S2"
    NOT_SUBJECT = "N1"
    NOT_SUBJECT_BY_PLACE = "N2"
    EXEMPT_ART_20 = "E1"
    EXEMPT_EXPORT = "E2"
    EXEMPT_ART_22 = "E3"
    EXEMPT_ART_23_24 = "E4"
    EXEMPT_INTRA_COMMUNITY = "E5"
    EXEMPT_OTHER = "E6"


# What is refused


class LinesMissing(Invalid):
    title = "An invoice or estimate needs at least one line"


class TooManyLines(Invalid):
    title = "These are more lines than one invoice or estimate takes"


class QuantityNotAllowed(Invalid):
    title = "A quantity is above zero, of at most 12 digits and 6 decimals"


class PriceNotAllowed(Invalid):
    title = "A price has at most 12 digits and 6 decimals"


class RateNotAllowed(Invalid):
    title = "A percentage is between 0 and 100, with at most two decimals"


class UntaxedRate(Invalid):
    title = "Only a taxed line has a tax rate: here it is 0"


class TotalNotAllowed(Invalid):
    title = "The total must not be below zero, and have at most 12 digits"


# Lines


@dataclass(frozen=True, slots=True)
class Line:
    """What is charged, but for the words: `unit_price` is before tax, in the document's currency."""

    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    discount: Decimal = Decimal(0)
    withholding: Decimal = Decimal(0)
    treatment: Treatment = Treatment.TAXED

    @property
    def net(self) -> Decimal:
        """Before tax, not rounded."""
        with localcontext(EXACT):
            return self.quantity * self.unit_price * (HUNDRED - self.discount) / HUNDRED

    def net_in(self, currency: str) -> Money:
        """As it is shown. Nothing is added up of it."""
        return _rounded(self.net, currency)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as somebody writes it."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    withholding: Decimal = Decimal(0)
    treatment: Treatment = Treatment.TAXED


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """All lines of one rate and treatment: what is taxed, and the tax."""

    rate: Decimal
    treatment: Treatment
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the payer keeps back and pays to the tax office in our name (in Spain, LIRPF art. 99)."""

    rate: Decimal
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """`gross` is with tax, before anything is withheld; `payable` is what is owed."""

    taxes: tuple[TaxTotal, ...]
    withheld: tuple[Withheld, ...]
    net: Money
    tax: Money
    gross: Money
    payable: Money


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says of its lines: the numbers, and beside them the words, which are personal data."""

    lines: tuple[Line, ...]
    descriptions: tuple[str, ...]

    @property
    def as_written(self) -> list[NewLine]:
        """As somebody would write it again. Of a client who was erased there are no words left."""
        words = self.descriptions or (ERASED,) * len(self.lines)
        return [
            NewLine(
                description=said,
                quantity=one.quantity,
                unit_price=one.unit_price,
                tax_rate=one.tax_rate,
                discount=one.discount,
                withholding=one.withholding,
                treatment=one.treatment,
            )
            for one, said in zip(self.lines, words, strict=True)
        ]


def checked_lines(lines: Sequence[NewLine]) -> Content:
    """Tidied, or refused at the line, `lines/0/quantity` being the first one's quantity."""
    if not lines:
        raise LinesMissing(field="lines")
    if len(lines) > MAX_LINES:
        raise TooManyLines(field="lines", at_most=MAX_LINES)
    return Content(
        tuple(_checked(line, f"lines/{number}") for number, line in enumerate(lines)),
        tuple(lines_text(line.description, f"lines/{number}/description") for number, line in enumerate(lines)),
    )


def percentage(value: Decimal, field: str) -> Decimal:
    """Checked, and written one way alone, so that 21, 21.0 and 2.1E+1 are one rate."""
    if not value.is_finite() or not 0 <= value <= HUNDRED or value != round(value, 2):
        raise RateNotAllowed(field=field)
    return plain(value)


def totals(lines: Iterable[Line], currency: str) -> Totals:
    """Raises `UnknownCurrency`, and `TotalNotAllowed` where it is below zero or more than can be kept."""
    if currency not in MINOR_DIGITS:
        raise UnknownCurrency(field="currency", currency=currency)
    lines = [*lines]
    taxes = tuple(
        _taxed(rate, treatment, nets, currency)
        for (rate, treatment), nets in _nets(lines, lambda line: (line.tax_rate, line.treatment)).items()
    )
    withheld = tuple(
        _withheld(rate, nets, currency) for rate, nets in _nets(lines, lambda line: line.withholding).items() if rate
    )
    return summed_up(taxes, withheld, currency)


def summed_up(taxes: Iterable[TaxTotal], withheld: Iterable[Withheld], currency: str) -> Totals:
    taxes, withheld = tuple(taxes), tuple(withheld)
    net, tax = total((one.base for one in taxes), currency), total((one.tax for one in taxes), currency)
    payable = net + tax - total((one.amount for one in withheld), currency)
    if (net + tax).amount < 0 or payable.amount < 0 or (net + tax).minor >= MAX_MINOR:
        raise TotalNotAllowed(field="lines")
    return Totals(taxes=taxes, withheld=withheld, net=net, tax=tax, gross=net + tax, payable=payable)


def _nets(lines: Iterable[Line], of: Callable[[Line], K]) -> Mapping[K, Decimal]:
    """The exact sum of the lines' nets by what they have in common, in the order they came."""
    nets: dict[K, Decimal] = {}
    with localcontext(EXACT):
        for line in lines:
            nets[of(line)] = nets.get(of(line), Decimal(0)) + line.net
    return nets


def _taxed(rate: Decimal, treatment: Treatment, net: Decimal, currency: str) -> TaxTotal:
    base = _rounded(net, currency)
    return TaxTotal(rate, treatment, base, _percent(base, rate))


def _withheld(rate: Decimal, net: Decimal, currency: str) -> Withheld:
    base = _rounded(net, currency)
    return Withheld(rate, base, _percent(base, rate))


def _percent(base: Money, rate: Decimal) -> Money:
    return _rounded(base.amount * rate / HUNDRED, base.currency)


def _rounded(amount: Decimal, currency: str) -> Money:
    with localcontext(EXACT):
        minor = amount.scaleb(MINOR_DIGITS[currency]).quantize(Decimal(1))
        if abs(minor) >= MAX_MINOR:
            raise TotalNotAllowed(field="lines")
        return Money.of_minor(int(minor), currency)


def _checked(line: NewLine, field: str) -> Line:
    quantity = _number(line.quantity, QuantityNotAllowed, f"{field}/quantity")
    if quantity <= 0:
        raise QuantityNotAllowed(field=f"{field}/quantity")
    price = _number(line.unit_price, PriceNotAllowed, f"{field}/unit_price")
    rate, discount, withholding = (
        percentage(getattr(line, name), f"{field}/{name}") for name in ("tax_rate", "discount", "withholding")
    )
    if rate and line.treatment is not Treatment.TAXED:
        raise UntaxedRate(field=f"{field}/tax_rate", treatment=line.treatment)
    return Line(
        quantity=quantity,
        unit_price=price,
        tax_rate=rate,
        discount=discount,
        withholding=withholding,
        treatment=line.treatment,
    )


def _number(value: Decimal, refusal: type[Invalid], field: str) -> Decimal:
    if not value.is_finite() or abs(value) >= LARGEST or value != round(value, 6):
        raise refusal(field=field)
    return plain(value)


def plain(value: Decimal) -> Decimal:
    """Written one way alone: without an exponent, and without zeros at its end."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1), context=EXACT) if whole == value else value.normalize(EXACT)
