"""What bodies and parameters are made of. Money is text, days are ISO days: nothing is coerced that is not one."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from domain.case_file.debt import Item
from domain.case_file.schedule import Instalment
from domain.money import Money
from domain.personal import LINE, NAME, NOTE


def _iso(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    raise ValueError("a day is written YYYY-MM-DD")


def _clock(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(CLOCK, value):
        return time.fromisoformat(value)
    raise ValueError("a time of day is written HH:MM")


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 30.0 is 30, but no text is a number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?"  # as answers have it, too

Day = Annotated[date, BeforeValidator(_iso), WithJsonSchema({"type": "string", "format": "date"})]
ClockTime = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": f"^{CLOCK}$", "examples": ["10:30"]}),
]
WHOLE = BeforeValidator(_whole)
Month = Annotated[str, Field(pattern=r"^(19|20|21)\d{2}-(0[1-9]|1[0-2])$", description="YYYY-MM")]

TIDY = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # no control characters but tab and line ends
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, Field(min_length=1, max_length=NAME, pattern=TIDY)]
Line = Annotated[str, Field(max_length=LINE, pattern=TIDY)]
Note = Annotated[str, Field(max_length=NOTE, pattern=TIDY)]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$", examples=["55.94"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]

Search = Annotated[str | None, Field(min_length=1, max_length=NAME, pattern=PRINTABLE)]
Cursor = Annotated[str | None, Field(max_length=1000, pattern=r"^[A-Za-z0-9_=-]+$")]
Limit = Annotated[int, Field(ge=1, le=200)]
Import = Annotated[UUID | None, Field(alias="import", description="What that import brought in.")]
From = Annotated[Day | None, Field(alias="from")]

Version = Annotated[int | None, Field(strict=True, ge=0), WHOLE]


def sorted_by(columns: Iterable[str]) -> Any:
    """One of these columns, with a hyphen before it to turn it round."""
    return Field(pattern=f"^-?({'|'.join(columns)})$")


def first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MoneyBody(Body):
    amount: Amount
    currency: Currency

    def money(self, field: str = "amount") -> Money:
        return Money.of(Decimal(self.amount), self.currency, field=field)

    def limit(self) -> Money:
        return Money.limit(Decimal(self.amount), self.currency)

    def signed(self, field: str = "amount") -> Money:
        return Money.signed(Decimal(self.amount), self.currency, field=field)


class ItemBody(Body):
    number: Annotated[str, Field(max_length=NAME, pattern=TIDY)] = ""
    issued_on: Day
    due_on: Day
    amount: MoneyBody

    def item(self) -> Item:
        return Item(self.number, self.issued_on, self.due_on, self.amount.money("items/amount"))


class InstalmentBody(Body):
    due_on: Day
    amount: MoneyBody

    def instalment(self) -> Instalment:
        return Instalment(self.due_on, self.amount.money("instalments/amount"))


Items = Annotated[Sequence[ItemBody], Field(min_length=1, max_length=1000)]
Instalments = Annotated[Sequence[InstalmentBody], Field(min_length=1, max_length=600)]


class Why(Body):
    """What is done is done for a reason, which the audit trail keeps."""

    reason: Line
