"""What people and programs tell of an invoice."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.bills.shapes import Days, Lines, read_lines
from api.http.shapes import Body, Currency, Day, Line, Name, Note, Version
from application import invoices
from application.streams import Streams
from domain.exchange import ExchangeRate
from domain.invoice.issuing import Correction, Issuance, NewInvoice
from domain.sending import Language


class DraftBody(Body):
    """Without `due_days` they are what is agreed with the client, or else what is usual."""

    currency: Currency = "EUR"
    lines: Lines
    due_days: Days | None = None
    language: Language = Language.SPANISH
    operated_on: Day | None = None
    note: Note | None = None

    def draft(self, log: Streams, client_id: UUID) -> NewInvoice:
        lines = read_lines(log, self.lines)
        days = invoices.usual_due_days(log, client_id) if self.due_days is None else self.due_days
        return NewInvoice(
            currency=self.currency,
            lines=lines,
            due_days=days,
            language=self.language,
            operated_on=self.operated_on,
            note=self.note,
        )


class ChangedDraftBody(DraftBody):
    """`seen` is the `version` that was read and is changed: refused where it is another by now."""

    seen: Version = None


class InvoiceBody(DraftBody):
    client_id: UUID


class ExchangeRateBody(Body):
    """What one unit of the invoice's currency is worth in the issuer's: on which day, and who published it."""

    rate: Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,12})?$", examples=["0.9205"])]
    on: Day
    source: Annotated[Name, Field(examples=["Banco de España"])]


class Issue(Body):
    """Today, where no day is said.

    Of an invoice in a foreign currency the tax is told in the issuer's own too, which takes an `exchange_rate`. A day
    in a tax quarter that is over, or before that of the series' last number, takes `earlier_day_confirmed`; one before
    the day of what is invoiced takes `later_operation_confirmed`.
    """

    issued_on: Day | None = None
    exchange_rate: ExchangeRateBody | None = None
    earlier_day_confirmed: Annotated[bool, Field(strict=True)] = False
    later_operation_confirmed: Annotated[bool, Field(strict=True)] = False

    def issuance(self, today: date) -> Issuance:
        given = self.exchange_rate
        rate = ExchangeRate(Decimal(given.rate), given.on, given.source) if given else None
        return Issuance(self.issued_on or today, rate, self.earlier_day_confirmed, self.later_operation_confirmed)


class IssueBody(Issue):
    """`seen` is the `version` of the draft that was read and is issued: refused where it is another by now."""

    seen: Version = None


class CreditNoteBody(Issue):
    """Without `lines` it takes off all that is left of the invoice. It takes a rate only where the invoice has none."""

    lines: Lines | None = None
    correction: Correction = Correction.ART_80_ONE_TWO_SIX
    reason: Line


class DisputeBody(Body):
    claim: Note
    disputed_on: Day | None = None


class DisputeEndBody(Body):
    result: Note
    ended_on: Day | None = None
