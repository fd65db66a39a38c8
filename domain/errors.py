"""The ways the domain says no. Each refusal is named for its rule and is of one of four kinds.

HTTP never appears here: see `api/http/problems.py`. Titles are English message ids, in Spanish in
`api/http/catalogues`.
"""


class Refusal(Exception):
    """A command that is not carried out. `details` name the field, the value or the rule, never personal data."""

    title: str

    def __init__(self, **details: object) -> None:
        super().__init__(self.title)
        self.details = details

    def __str__(self) -> str:
        named = ", ".join(f"{name}: {value}" for name, value in self.details.items())
        return f"{self.title} ({named})" if named else self.title


class NotFound(Refusal):
    title = "There is no such thing, or it is not yours to see"


class Forbidden(Refusal):
    """Somebody else may do this; this person may not."""


class Conflict(Refusal):
    """Nobody may do this while things stand as they do."""


class Invalid(Refusal):
    """What was given can't be right, whoever gives it; `field` names which part of it."""


class TextNotAllowed(Invalid):
    title = "A text is too long, empty, or holds characters that cannot be kept"


class CardNumberNotKept(Invalid):
    title = "This holds a full card number, which is kept nowhere: write its last four digits"


class ReasonRequired(Invalid):
    title = "This needs a reason"
