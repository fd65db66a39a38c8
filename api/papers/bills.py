"""What an invoice, a credit note and an estimate have in common on paper: lines with their working, totals, terms.

RD 1619/2012, art. 6.1 says what an invoice tells: number, days, both parties, each line's price before tax and its
rate, the base and tax of each rate, and why something is exempt or who else pays the tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

from api.http.catalogues import marked as _
from api.papers.press import Paper, Press, Speech
from domain.exchange import ConvertedTax
from domain.invoice.issuing import Recipient
from domain.issuer import Identity
from domain.lines import Line, Totals, Treatment
from domain.money import Money
from domain.personal import ERASED

TREATMENTS = {
    Treatment.TAXED: _("Taxed"),
    Treatment.REVERSE_CHARGE: _("Reverse charge"),
    Treatment.NOT_SUBJECT: _("Not subject"),
    Treatment.NOT_SUBJECT_BY_PLACE: _("Not subject by its place"),
    Treatment.EXEMPT_ART_20: _("Exempt"),
    Treatment.EXEMPT_EXPORT: _("Exempt export"),
    Treatment.EXEMPT_ART_22: _("Exempt"),
    Treatment.EXEMPT_ART_23_24: _("Exempt"),
    Treatment.EXEMPT_INTRA_COMMUNITY: _("Exempt supply within the EU"),
    Treatment.EXEMPT_OTHER: _("Exempt"),
}
"""In the column of the rate, where there is none."""

LAW = {
    Treatment.REVERSE_CHARGE: _(
        "Reverse charge: the tax is the recipient's to pay (art. 84.1.2 of Spanish VAT Act 37/1992)."
    ),
    Treatment.NOT_SUBJECT: _("Not subject to VAT (art. 7 of Spanish VAT Act 37/1992)."),
    Treatment.NOT_SUBJECT_BY_PLACE: _("Not subject to Spanish VAT by the rules on the place of supply."),
    Treatment.EXEMPT_ART_20: _("Exempt from VAT (art. 20 of Spanish VAT Act 37/1992)."),
    Treatment.EXEMPT_EXPORT: _("Exempt from VAT as an export (art. 21 of Spanish VAT Act 37/1992)."),
    Treatment.EXEMPT_ART_22: _("Exempt from VAT (art. 22 of Spanish VAT Act 37/1992)."),
    Treatment.EXEMPT_ART_23_24: _("Exempt from VAT (arts. 23 and 24 of Spanish VAT Act 37/1992)."),
    Treatment.EXEMPT_INTRA_COMMUNITY: _(
        "Exempt from VAT as a supply within the European Union (art. 25 of Spanish VAT Act 37/1992)."
    ),
    Treatment.EXEMPT_OTHER: _("Exempt from VAT."),
}
"""RD 1619/2012, art. 6.1.j and m: what is exempt says why, and a reverse charge says that it is one."""


@dataclass(frozen=True)
class Bill:
    """`facts` are what is told beside the number: days and the like; `reason` has a line of its own, being long.

    `takes_off`: its amounts are below zero.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    sender: Identity | None
    recipient: Recipient | None
    lines: Sequence[Line]
    descriptions: Sequence[str] | None
    totals: Totals
    payable: str
    reason: tuple[str, str] | None = None
    converted: ConvertedTax | None = None
    terms: Sequence[str] = ()
    note: str | None = None
    watermark: str = ""
    takes_off: bool = False


def print_bill(press: Press, name: str, says: Speech, bill: Bill) -> Paper:
    values = {**said_of(says, bill), "watermark": bill.watermark}
    return press.printed("bill", name, says, values, title=bill.title, sender=bill.sender, recipient=bill.recipient)


def said_of(says: Speech, bill: Bill) -> Mapping[str, Any]:
    """All that it says, in words and figures; on a page too."""
    currency = bill.totals.payable.currency
    return {
        "facts": [*bill.facts],
        "reason": bill.reason,
        **_lines(says, bill, currency),
        **_taxes(says, bill),
        "totals": _totals(says, bill),
        "payable": [bill.payable, says.money(_signed(bill, bill.totals.payable))],
        "notes": [
            *([_converted(says, bill, bill.converted)] if bill.converted else []),
            *(says._(LAW[one]) for one in LAW if any(line.treatment is one for line in bill.lines)),
        ],
        "terms": [*bill.terms],
        "note": bill.note or "",
    }


def _lines(says: Speech, bill: Bill, currency: str) -> Mapping[str, Any]:
    """The column of discounts is there where a line has one."""
    discounted = any(line.discount for line in bill.lines)
    headings = [
        says._("Description"),
        says._("Quantity"),
        says._("Unit price"),
        *([says._("Discount")] if discounted else []),
        says._("VAT"),
        says._("Amount (%(currency)s)", currency=currency),
    ]
    descriptions = bill.descriptions or [ERASED] * len(bill.lines)
    rows = [
        [
            description,
            says.exact(-line.quantity if bill.takes_off else line.quantity),
            says.exact(line.unit_price, currency),
            *([says.percent(line.discount) if line.discount else ""] if discounted else []),
            _rate(says, line.tax_rate, line.treatment),
            says.amount(_signed(bill, line.net_in(currency))),
        ]
        for line, description in zip(bill.lines, descriptions, strict=True)
    ]
    return {"headings": headings, "lines": rows}


def _taxes(says: Speech, bill: Bill) -> Mapping[str, Any]:
    """With the tax in the issuer's own currency, where the rest is in another."""
    own = bill.converted
    headings = [says._("VAT"), says._("Base"), says._("Tax")]
    if own:
        headings.append(says._("Tax (%(currency)s)", currency=own.tax.currency))
    rows = [
        [_rate(says, one.rate, one.treatment), *(says.amount(_signed(bill, part)) for part in (one.base, one.tax))]
        for one in bill.totals.taxes
    ]
    if own:
        nothing = Money.zero(own.tax.currency)
        for row, tax in zip(rows, chain(own.taxes, repeat(nothing)), strict=False):
            row.append(says.amount(_signed(bill, tax)))
    return {"taxes_headings": headings, "taxes": rows}


def _converted(says: Speech, bill: Bill, own: ConvertedTax) -> str:
    """RD 1619/2012, art. 12.1."""
    rate = own.exchange_rate
    return says._(
        "Tax in %(own)s: %(tax)s, at %(rate)s %(own)s for 1 %(currency)s on %(day)s (%(source)s).",
        own=own.tax.currency,
        tax=says.money(_signed(bill, own.tax)),
        rate=says.formats.decimal(rate.rate),
        currency=bill.totals.tax.currency,
        day=says.day(rate.on),
        source=rate.source,
    )


def _totals(says: Speech, bill: Bill) -> Sequence[tuple[str, str]]:
    totals = bill.totals
    parts = [(says._("Base"), totals.net), (says._("VAT"), totals.tax)]
    if totals.withheld:
        parts.append((says._("Total with tax"), totals.gross))
    withheld = [
        (
            says._(
                "Withholding, %(rate)s of %(base)s",
                rate=says.percent(one.rate),
                base=says.amount(_signed(bill, one.base)),
            ),
            -one.amount,
        )
        for one in totals.withheld
    ]
    return [(name, says.money(_signed(bill, amount))) for name, amount in (*parts, *withheld)]


def _rate(says: Speech, rate: Decimal, treatment: Treatment) -> str:
    return says.percent(rate) if treatment is Treatment.TAXED else says._(TREATMENTS[treatment])


def _signed(bill: Bill, amount: Money) -> Money:
    return -amount if bill.takes_off else amount
