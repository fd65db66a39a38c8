"""What people type into a form, read field by field. What cannot be right is refused at its field, and is shown again.

A form is known by its name, for a page may hold several; `key` makes sending it twice safe. The hidden field of the
name is `form_name`: one called `form` would hide the form itself from htmx.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, cast
from uuid import UUID

from api.http.countries import country_of
from application.imports.cells import Unreadable, amount, beside
from application.streams import ChangedSinceSeen
from domain.errors import Invalid, Refusal
from domain.money import Money

E = TypeVar("E", bound=StrEnum)

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FieldMissing(Invalid):
    title = "Fill this in"


class NotAnAmount(Invalid):
    title = "This is not an amount"


class OtherCurrency(Invalid):
    """An amount is in the currency of what it is for; `written` is what stands beside it instead."""

    title = "“%(written)s” is written here, and the currency is %(currency)s"

    def __init__(self, *, field: str, written: str, currency: str) -> None:
        super().__init__(field=field, written=written, currency=currency)


class NotADecimal(Invalid):
    title = "This is not a number"


class NotADay(Invalid):
    title = "This is not a day"


class NotATime(Invalid):
    title = "This is not a time of day"


class NotANumber(Invalid):
    title = "This is not a whole number"


class NotAChoice(Invalid):
    title = "Choose one of these"


@dataclass(frozen=True)
class Form:
    fields: Mapping[str, Sequence[str]]
    decimal_mark: str = ","
    refusal: Refusal | None = None

    @property
    def name(self) -> str:
        return self.value("form_name")

    @property
    def key(self) -> str:
        """The same when the same form is sent again."""
        return self.value("key")[:100]

    def value(self, field: str) -> str:
        """As it was typed, to be shown again."""
        return next(iter(self.fields.get(field, ())), "")

    @property
    def asks_first(self) -> bool:
        """Unless whoever sends it has seen what is doubtful, and says that it is meant so."""
        return not self.value("sure")

    @property
    def overpayment(self) -> bool:
        """Whether a payment is recorded as one: the form is for it, or it was chosen once that was found doubtful."""
        return self.ticked("overpayment") or self.value("sure") == "overpayment"

    def refused(self, refusal: Refusal) -> "Form":
        """Once it is said that something changed meanwhile, the form goes on from what that is now."""
        version = refusal.details.get("version") if isinstance(refusal, ChangedSinceSeen) else None
        fields = {**self.fields, "seen": [str(version)]} if version else self.fields
        return replace(self, fields=fields, refusal=refusal)

    def error_at(self, field: str) -> Refusal | None:
        """A refusal names its field as the API does, `items/amount`: here its last part. Some name several `fields`."""
        if self.refusal is None:
            return None
        fields = cast("Sequence[str]", self.refusal.details.get("fields", [self.refusal.details.get("field", "")]))
        return self.refusal if field in [one.rpartition("/")[2] for one in map(str, fields)] else None

    @property
    def seen(self) -> int | None:
        """The version of what the form is about, as it was when the form was made."""
        return self.optional_number("seen")

    # Reading

    def optional_text(self, field: str) -> str | None:
        return CONTROL.sub("", self.value(field)).replace("\r\n", "\n").strip() or None

    def text(self, field: str) -> str:
        if (text := self.optional_text(field)) is None:
            raise FieldMissing(field=field)
        return text

    def optional_country(self, field: str) -> str | None:
        """Its ISO 3166 code, of a name or a code."""
        text = self.optional_text(field)
        return country_of(text, field) if text else None

    def country(self, field: str) -> str:
        if (code := self.optional_country(field)) is None:
            raise FieldMissing(field=field)
        return code

    def many(self, field: str) -> Sequence[str]:
        return self.fields.get(field, ())

    def ids(self, field: str) -> list[UUID]:
        """Of all boxes of that name, each once. What is no id is left out."""
        found: dict[UUID, None] = {}
        for text in self.many(field):
            try:
                found[UUID(text)] = None
            except ValueError:
                continue
        return [*found]

    def ticked(self, field: str) -> bool:
        return bool(self.value(field))

    def optional_day(self, field: str) -> date | None:
        text = self.optional_text(field)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise NotADay(field=field) from None

    def day(self, field: str) -> date:
        if (day := self.optional_day(field)) is None:
            raise FieldMissing(field=field)
        return day

    def optional_time(self, field: str) -> time | None:
        text = self.optional_text(field)
        try:
            return time.fromisoformat(text) if text else None
        except ValueError:
            raise NotATime(field=field) from None

    def money(self, field: str, currency: str) -> Money:
        return Money.of(self.amount(field, currency), currency, field=field)

    def limit(self, field: str, currency: str) -> Money:
        return Money.limit(self.amount(field, currency), currency, field=field)

    def amount(self, field: str, currency: str) -> Decimal:
        """Of money in this currency, whose sign or code may stand on either side. Another's is refused by name."""
        text = self.text(field)
        written, meant = beside(text)
        if meant is not None and currency not in meant:
            raise OtherCurrency(field=field, written=written, currency=currency)
        return self._read(field, text, NotAnAmount)

    def decimal(self, field: str) -> Decimal:
        """A quantity or a rate, which is no money."""
        text = self.text(field)
        if beside(text)[1] is not None:
            raise NotADecimal(field=field)
        return self._read(field, text, NotADecimal)

    def _read(self, field: str, text: str, otherwise: type[Invalid]) -> Decimal:
        """With the decimal mark of the country; with the other one where it can mean nothing else."""
        try:
            return amount(text, self.decimal_mark)
        except Unreadable:
            try:
                return amount(text)
            except Unreadable:
                raise otherwise(field=field) from None

    def optional_decimal(self, field: str) -> Decimal | None:
        return self.decimal(field) if self.optional_text(field) else None

    def optional_number(self, field: str) -> int | None:
        return self.number(field) if self.optional_text(field) else None

    def number(self, field: str) -> int:
        text = self.text(field)
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise NotANumber(field=field)
        return int(text)

    def optional_choice(self, field: str, kind: type[E]) -> E | None:
        text = self.optional_text(field)
        try:
            return kind(text) if text else None
        except ValueError:
            raise NotAChoice(field=field) from None

    def choice(self, field: str, kind: type[E]) -> E:
        if (chosen := self.optional_choice(field, kind)) is None:
            raise FieldMissing(field=field)
        return chosen

    def optional_id(self, field: str) -> UUID | None:
        text = self.optional_text(field)
        try:
            return UUID(text) if text else None
        except ValueError:
            raise NotAChoice(field=field) from None

    def id(self, field: str) -> UUID:
        if (found := self.optional_id(field)) is None:
            raise FieldMissing(field=field)
        return found
