"""What is written to clients: a text for each kind of message and language, with placeholders for what differs.

`{numero}` in a Spanish text and `{number}` in an English one stand for the same. What is put in their place is never
searched for placeholders again.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Conflict, Invalid
from domain.personal import LINE, long_text, text
from domain.sending import SMS_AT_MOST, Language


class TemplateKind(StrEnum):
    INVOICE = "invoice"
    ESTIMATE = "estimate"
    FIRST_REMINDER = "first_reminder"
    SECOND_REMINDER = "second_reminder"
    LAST_REMINDER = "last_reminder"
    DEMAND = "demand"
    PROMISE_REMINDER = "promise_reminder"
    INSTALMENT_REMINDER = "instalment_reminder"


REMINDERS = (TemplateKind.FIRST_REMINDER, TemplateKind.SECOND_REMINDER, TemplateKind.LAST_REMINDER)
NOTICES = (TemplateKind.DEMAND, TemplateKind.PROMISE_REMINDER, TemplateKind.INSTALMENT_REMINDER)


class Placeholder(StrEnum):
    """`BUSINESS` is who writes; `OUTSTANDING` what is left to pay, `AMOUNT` what the message is about.

    What a debt is made of: `PRINCIPAL`, `COSTS`, `INTEREST` and `OWED_AGAIN` come to `TOTAL`, of which `PAID` is paid;
    `OWED_AGAIN` is credit that was paid out or moved away and is owed since its payment was returned. What GDPR,
    art. 14 asks for where the data come from somebody else: `SOURCE` is whom they come from, `CONTROLLER` who holds
    them, with address, and `CONTACT` how that one is reached. `ENCLOSED` is a sentence: that the invoice goes along, or
    goes along again; there is none where it does not.
    """

    NAME = "name"
    BUSINESS = "business"
    TODAY = "today"
    NUMBER = "number"
    REFERENCE = "reference"
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    DAYS_OVERDUE = "days_overdue"
    AMOUNT = "amount"
    OUTSTANDING = "outstanding"
    CREDITOR = "creditor"
    LINK = "link"
    PRINCIPAL = "principal"
    COSTS = "costs"
    INTEREST = "interest"
    OWED_AGAIN = "credit_owed_again"
    TOTAL = "total"
    PAID = "paid"
    ACCOUNT = "account"
    PAYMENT_REFERENCE = "payment_reference"
    SOURCE = "data_source"
    CONTROLLER = "controller"
    CONTACT = "contact"
    ENCLOSED = "enclosed"


SPANISH: Mapping[str, Placeholder] = {
    "nombre": Placeholder.NAME,
    "empresa": Placeholder.BUSINESS,
    "hoy": Placeholder.TODAY,
    "numero": Placeholder.NUMBER,
    "referencia": Placeholder.REFERENCE,
    "emitida": Placeholder.ISSUED_ON,
    "vencimiento": Placeholder.DUE_ON,
    "dias_vencida": Placeholder.DAYS_OVERDUE,
    "importe": Placeholder.AMOUNT,
    "pendiente": Placeholder.OUTSTANDING,
    "acreedor": Placeholder.CREDITOR,
    "enlace": Placeholder.LINK,
    "principal": Placeholder.PRINCIPAL,
    "gastos": Placeholder.COSTS,
    "intereses": Placeholder.INTEREST,
    "saldo_devuelto": Placeholder.OWED_AGAIN,
    "total": Placeholder.TOTAL,
    "pagado": Placeholder.PAID,
    "cuenta": Placeholder.ACCOUNT,
    "referencia_pago": Placeholder.PAYMENT_REFERENCE,
    "origen_datos": Placeholder.SOURCE,
    "responsable": Placeholder.CONTROLLER,
    "contacto": Placeholder.CONTACT,
    "adjunta": Placeholder.ENCLOSED,
}

ALWAYS = frozenset(
    {Placeholder.NAME, Placeholder.BUSINESS, Placeholder.TODAY, Placeholder.CONTROLLER, Placeholder.CONTACT}
)
TO_PAY = frozenset({Placeholder.ACCOUNT, Placeholder.PAYMENT_REFERENCE})
OF_INVOICE = (
    ALWAYS
    | TO_PAY
    | {
        Placeholder.NUMBER,
        Placeholder.ISSUED_ON,
        Placeholder.DUE_ON,
        Placeholder.AMOUNT,
        Placeholder.OUTSTANDING,
    }
)
OF_REMINDER = OF_INVOICE | {Placeholder.DAYS_OVERDUE, Placeholder.ENCLOSED}
OF_NOTICE = (
    ALWAYS
    | TO_PAY
    | {
        Placeholder.REFERENCE,
        Placeholder.OUTSTANDING,
        Placeholder.CREDITOR,
        Placeholder.PRINCIPAL,
        Placeholder.COSTS,
        Placeholder.INTEREST,
        Placeholder.OWED_AGAIN,
        Placeholder.TOTAL,
        Placeholder.PAID,
        Placeholder.SOURCE,
    }
)
OF_EXPECTED = OF_NOTICE | {Placeholder.AMOUNT, Placeholder.DUE_ON}

ALLOWED: Mapping[TemplateKind, frozenset[Placeholder]] = {
    TemplateKind.INVOICE: OF_INVOICE,
    TemplateKind.ESTIMATE: ALWAYS | {Placeholder.NUMBER, Placeholder.AMOUNT, Placeholder.DUE_ON, Placeholder.LINK},
    TemplateKind.FIRST_REMINDER: OF_REMINDER,
    TemplateKind.SECOND_REMINDER: OF_REMINDER,
    TemplateKind.LAST_REMINDER: OF_REMINDER,
    TemplateKind.DEMAND: OF_NOTICE,
    TemplateKind.PROMISE_REMINDER: OF_EXPECTED,
    TemplateKind.INSTALMENT_REMINDER: OF_EXPECTED,
}

_MARK = re.compile(r"\{([^{}]*)\}")
_MARK_AND_DOT = re.compile(r"\{(?P<name>[^{}]*)\}(?P<dot>\.?)")
"""A value that ends in a dot, as S.L. does, ends its sentence too."""
_EMPTY_PARAGRAPH = re.compile(r"\n\s*\n\s*\n")


class PlaceholderUnknown(Invalid):
    title = "There is no such placeholder in this message"


class AccountNotSet(Conflict):
    title = "The text says where to pay, and no account is set: an administrator sets it under settings, invoicing"


class ControllerNotSet(Conflict):
    title = "The text says who holds the data, which is not set: an administrator tells it under settings, invoicing"


class ContactNotSet(Conflict):
    title = "The text says how to reach us, which is not set: an administrator tells it under settings, invoicing"


NOT_SET: Mapping[Placeholder, type[Conflict]] = {
    Placeholder.ACCOUNT: AccountNotSet,
    Placeholder.CONTROLLER: ControllerNotSet,
    Placeholder.CONTACT: ContactNotSet,
}
"""What an administrator has to tell before a text can say it."""


class TemplateTooLong(Invalid):
    title = "This is too long for an SMS"


@dataclass(frozen=True, slots=True)
class Template:
    """Subject and body of an e-mail or a letter; `short` is an SMS."""

    subject: str
    body: str
    short: str

    def checked(self, kind: TemplateKind, language: Language) -> "Template":
        """Tidied. Raises `PlaceholderUnknown` with the field and the placeholder."""
        if len(self.short) > SMS_AT_MOST:
            raise TemplateTooLong(field="short", at_most=SMS_AT_MOST)
        known = named(kind, language)
        for field in ("subject", "body", "short"):
            for mark in _MARK.findall(getattr(self, field)):
                if mark not in known:
                    raise PlaceholderUnknown(field=field, placeholder=mark[:LINE], known=[*known])
        return Template(text(self.subject, "subject"), long_text(self.body, "body"), long_text(self.short, "short"))

    def filled(
        self,
        language: Language,
        values: Mapping[Placeholder, str],
        nothing: Collection[Placeholder] = (),
    ) -> "Template":
        """What there is no value for is left out: of the body the whole line, so that no sentence is cut short.

        And so is a line that tells nothing but amounts of `nothing`.
        """
        names = _names(language)

        def tells(line: str) -> bool:
            used = _used(line, language)
            return used <= values.keys() and not (used and used <= {*nothing})

        lines = [one for one in self.body.split("\n") if tells(one)]

        def put(mark: re.Match[str]) -> str:
            if mark["name"] not in names:
                return mark[0]
            value = values.get(names[mark["name"]], "")
            return value if value.endswith(".") else value + mark["dot"]

        filled = (_MARK_AND_DOT.sub(put, one).strip() for one in (self.subject, "\n".join(lines), self.short))
        return Template(*(_EMPTY_PARAGRAPH.sub("\n\n", one) for one in filled))

    def check_can_say(self, kind: TemplateKind, language: Language, values: Mapping[Placeholder, str]) -> None:
        """Raises what is not set. A demand lacks no line that it should have; subject and SMS have no line to lack."""
        said = (self.subject, self.short, *([self.body] if kind is TemplateKind.DEMAND else []))
        for placeholder in NOT_SET:
            if placeholder not in values and any(placeholder in _used(one, language) for one in said):
                raise NOT_SET[placeholder](field="template", placeholder=placeholder)


def named(kind: TemplateKind, language: Language) -> list[str]:
    """The names of the placeholders that a message of that kind may have, in the language that it is written in."""
    return [name for name, placeholder in _names(language).items() if placeholder in ALLOWED[kind]]


def _used(written: str, language: Language) -> set[Placeholder]:
    names = _names(language)
    return {names[mark] for mark in _MARK.findall(written) if mark in names}


def _names(language: Language) -> Mapping[str, Placeholder]:
    return SPANISH if language is Language.SPANISH else {one.value: one for one in Placeholder}
