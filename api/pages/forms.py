"""What people type into a form, read as the body in which a program would say it. What cannot be right is refused at
its field, and is shown again.

A form is known by its name, for a page may hold several; `key` makes sending it twice safe. The hidden field of the
name is `form_name`: one called `form` would hide the form itself from htmx.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.http.countries import country_of
from api.http.problems import NotValid
from api.http.shapes import Body, MoneyBody, Why
from application.imports.cells import Unreadable, amount, beside
from application.streams import ChangedSinceSeen
from domain.errors import Invalid, Refusal
from domain.money import AmountNotAllowed, Money

B = TypeVar("B", bound=Body)
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


class SeveralRefused(Invalid):
    """Each is shown at its own field."""

    title = "Several fields are not right"

    def __init__(self, each: Sequence[Refusal]) -> None:
        super().__init__(field=each[0].details["field"])
        self.each = each


NO_SUCH: Mapping[type, type[Invalid]] = {
    MoneyBody: AmountNotAllowed,
    date: NotADay,
    time: NotATime,
    UUID: NotAChoice,
}
"""What is said of a field where its text is none of that type."""


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

    @property
    def reason(self) -> str:
        """Why it is done, where that is all the form asks for."""
        return self.read(Why).reason

    def refused(self, refusal: Refusal) -> "Form":
        """Once it is said that something changed meanwhile, the form goes on from what that is now."""
        version = refusal.details.get("version") if isinstance(refusal, ChangedSinceSeen) else None
        fields = {**self.fields, "seen": [str(version)]} if version else self.fields
        return replace(self, fields=fields, refusal=refusal)

    @property
    def _refusals(self) -> Sequence[Refusal]:
        if isinstance(self.refusal, SeveralRefused):
            return self.refusal.each
        return [] if self.refusal is None else [self.refusal]

    def error_at(self, field: str) -> Refusal | None:
        return next((one for one in self._refusals if field in _fields_of(one)), None)

    def refusals_besides(self, fields: Sequence[str]) -> Sequence[Refusal]:
        """Those that are at none of these, which are shown at the head of the form."""
        return [one for one in self._refusals if not {*_fields_of(one)} & {*fields}]

    @property
    def seen(self) -> int | None:
        """The version of what the form is about, as it was when the form was made."""
        return self.optional_number("seen")

    # Reading

    def read(self, body: type[B], currency: str = "", /, **known: object) -> B:
        """What a program would have sent: each field by its type, as people write it. All that is wrong is told.

        Amounts are in that `currency`. `known` is what this form says otherwise than by a field of that name.
        """
        kinds = {field.alias or name: _kind(field.annotation) for name, field in body.model_fields.items()}
        chosen = {"ask_first": self.asks_first, "again": not self.asks_first, "overpayment": self.overpayment}
        told: dict[str, object] = {name: chosen[name] for name in chosen.keys() & kinds.keys()} | known
        wrong: list[Refusal] = []
        for name, (kind, may_lack) in kinds.items():
            if name not in told:
                try:
                    value = self._value(name, kind, currency)
                except Invalid as refusal:
                    wrong.append(refusal)
                else:
                    if value is not None or may_lack:
                        told[name] = value
        try:
            read = body.model_validate(told)
        except ValidationError as error:
            read, at = None, [one.details["field"] for one in wrong]
            wrong += [
                _refused(one, field, kinds[field][0])
                for one in error.errors(include_url=False)
                if (field := str(one["loc"][0])) not in at
            ]
        if wrong or read is None:
            raise wrong[0] if len(wrong) == 1 else SeveralRefused(wrong)
        return read

    def _value(self, name: str, kind: Any, currency: str) -> object:
        """Of a field; None where nothing is typed. What stands for a body in a body is for the handler to read."""
        if kind is bool:
            return self.ticked(name)
        if get_origin(kind) in {Sequence, list}:
            return self.many(name) or None
        if (text := self.optional_text(name)) is None or (kind is not MoneyBody and _is_body(kind)):
            return None
        if kind is MoneyBody:
            return {"amount": f"{self.amount(name, currency).normalize():f}", "currency": currency}
        if kind is int:
            return self.number(name)
        return country_of(text, name) if name == "country" else text

    def optional_text(self, field: str) -> str | None:
        return CONTROL.sub("", self.value(field)).replace("\r\n", "\n").strip() or None

    def text(self, field: str) -> str:
        if (text := self.optional_text(field)) is None:
            raise FieldMissing(field=field)
        return text

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

    def money(self, field: str, currency: str) -> Money:
        return Money.of(self.amount(field, currency), currency, field=field)

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


def _fields_of(refusal: Refusal) -> Sequence[str]:
    """A refusal names its field as the API does, `items/amount`: here its last part. Some name several `fields`."""
    named = cast("Sequence[object]", refusal.details.get("fields", [refusal.details.get("field", "")]))
    return [str(one).rpartition("/")[2] for one in named]


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type of a field, and whether it may be null."""
    if get_origin(annotation) in {Union, UnionType}:
        [kind] = [one for one in get_args(annotation) if one is not NoneType]
        return _kind(kind)[0], True
    return (get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation), False


def _is_body(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Body)


def _refused(error: ErrorDetails, field: str, kind: Any) -> Refusal:
    """What the validator found, as it is said at a field of a form."""
    if error["type"] == "missing":
        return FieldMissing(field=field)
    if error["type"] in {"enum", "literal_error"}:
        return NotAChoice(field=field)
    no_such = NO_SUCH.get(kind)
    return NotValid(error, field=field) if no_such is None else no_such(field=field)
