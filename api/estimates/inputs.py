"""What people and programs tell of an estimate."""

from datetime import date
from uuid import UUID

from pydantic import StrictBool

from api.bills.shapes import Days, Lines, read_lines
from api.http.shapes import Body, Currency, Day, Name, Note, Version
from application.streams import Streams
from domain.estimate import Answer, NewEstimate
from domain.sending import Language


class EstimateDraftBody(Body):
    currency: Currency = "EUR"
    lines: Lines
    valid_days: Days = 30
    language: Language = Language.SPANISH
    note: Note | None = None

    def draft(self, log: Streams) -> NewEstimate:
        return NewEstimate(self.currency, read_lines(log, self.lines), self.valid_days, self.language, self.note)


class ChangedEstimateBody(EstimateDraftBody):
    """`seen` is the `version` that was read and is changed: refused where it is another by now."""

    seen: Version = None


class EstimateBody(EstimateDraftBody):
    client_id: UUID


class CopyBody(Body):
    """For the same client, where no other is named."""

    client_id: UUID | None = None


class AnswerBody(Body):
    """What the client said: who said it, on which day (today where none is told), in which words."""

    answered_on: Day | None = None
    answered_by: Name | None = None
    note: Note | None = None

    def answer(self, today: date) -> Answer:
        return Answer(self.answered_on or today, answered_by=self.answered_by, note=self.note)


class AcceptanceBody(AnswerBody):
    """`invoice`: the draft of its invoice is made in the same step, and its id answered."""

    invoice: StrictBool = False
