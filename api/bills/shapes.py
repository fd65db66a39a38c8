"""What bodies of invoices and of estimates are made of."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from api.http.shapes import TIDY, WHOLE, Body, Day
from application.streams import Streams
from domain.issuer import DAYS_AT_MOST, ISSUER, Issuer
from domain.lines import MAX_LINES, NewLine, Treatment
from domain.sending import Channel

Number = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$", examples=["12.5"])]


Price = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$", examples=["100.00"])]


Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$", examples=["21"])]


Days = Annotated[int, Field(strict=True, ge=0, le=DAYS_AT_MOST), WHOLE]


class LineBody(Body):
    """Numbers are text: exact decimals. `unit_price` is before tax, in the document's currency; rates are percent.

    A price may be below zero, such as an advance that is taken off; line ends of a description are kept. A taxed line
    without a `tax_rate` has the usual one of the settings.
    """

    description: Annotated[str, Field(min_length=1, max_length=500, pattern=TIDY)]
    quantity: Number = "1"
    unit_price: Price
    tax_rate: Percent | None = None
    discount: Percent = "0"
    withholding: Percent = "0"
    treatment: Treatment = Treatment.TAXED

    def line(self, usual_rate: Decimal) -> NewLine:
        otherwise = usual_rate if self.treatment is Treatment.TAXED else Decimal(0)
        return NewLine(
            description=self.description,
            quantity=Decimal(self.quantity),
            unit_price=Decimal(self.unit_price),
            tax_rate=otherwise if self.tax_rate is None else Decimal(self.tax_rate),
            discount=Decimal(self.discount),
            withholding=Decimal(self.withholding),
            treatment=self.treatment,
        )


Lines = Annotated[Sequence[LineBody], Field(min_length=1, max_length=MAX_LINES)]


def read_lines(log: Streams, lines: Sequence[LineBody]) -> list[NewLine]:
    usual_rate = log.load_or_new(Issuer(), ISSUER).terms.tax_rate
    return [line.line(usual_rate) for line in lines]


class SentBody(Body):
    """What somebody sent by other means, or handed over."""

    channel: Channel = Channel.MARKED
    sent_on: Day | None = None
