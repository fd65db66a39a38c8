"""The words for what goes out: messages and their states, texts, channels."""

from collections.abc import Mapping

from api.http.catalogues import marked as _
from domain.correspondence.carriers import Format, Security
from domain.correspondence.templates import TemplateKind
from domain.message import Cancellation, Failure, Kind, Matter, State
from domain.sending import Channel, Language

NOTICE_KINDS: Mapping[str, str] = {
    TemplateKind.DEMAND: _("Demand for payment"),
    TemplateKind.PROMISE_REMINDER: _("Reminder of a promise"),
    TemplateKind.INSTALMENT_REMINDER: _("Reminder of an instalment"),
}

SENDING: Mapping[str, Mapping[str, str]] = {
    "message_state": {
        State.QUEUED: _("Waits to be sent"),
        State.HANDED_OVER: _("Being sent"),
        State.UNKNOWN: _("Nobody knows"),
        State.FAILED: _("Not sent"),
        State.ACCEPTED: _("Message sent"),
        State.CANCELLED: _("Message cancelled"),
    },
    "message_kind": {
        Kind.DOCUMENT: _("Document"),
        Kind.REMINDER: _("Reminder"),
        Kind.DEMAND: _("Demand for payment"),
        Kind.PROMISE_REMINDER: _("Reminder of a promise"),
        Kind.INSTALMENT_REMINDER: _("Reminder of an instalment"),
    },
    "matter": {
        Matter.INVOICE: _("Invoice"),
        Matter.ESTIMATE: _("Estimate"),
        Matter.CASE_FILE: _("Case file"),
    },
    "goes_by": {Channel.EMAIL: _("E-mail"), Channel.SMS: _("SMS"), Channel.POST: _("Post")},
    "why_not_sent": {
        Failure.REFUSED: _("It was refused"),
        Failure.NO_SUCH_ADDRESS: _("There is no such address or number"),
        Failure.NOT_NOW: _("It was not taken just now"),
        Failure.UNREACHABLE: _("The server was not reached"),
        Failure.NOT_SET_UP: _("What sends it is not set up as it should be"),
        Failure.NO_PAPER: _("Its PDF could not be made"),
        Cancellation.BY_HAND: _("Cancelled by somebody"),
        Cancellation.CLIENT: _("The client is blocked, erased or merged"),
        Cancellation.CONTACT: _("Nothing may be sent to that contact any more"),
        Cancellation.MATTER: _("What it is about is settled, or disputed"),
    },
    "template_kind": {
        TemplateKind.INVOICE: _("Invoice"),
        TemplateKind.ESTIMATE: _("Estimate"),
        TemplateKind.FIRST_REMINDER: _("First reminder"),
        TemplateKind.SECOND_REMINDER: _("Second reminder"),
        TemplateKind.LAST_REMINDER: _("Last reminder"),
        **NOTICE_KINDS,
    },
    "notice": NOTICE_KINDS,
    "written_in": {Language.SPANISH: _("Spanish"), Language.ENGLISH: _("English")},
    "security": {
        Security.STARTTLS: _("STARTTLS (port 587)"),
        Security.TLS: _("TLS (port 465)"),
        Security.NONE: _("None: only for a server on this machine, or without a password"),
    },
    "gateway_format": {Format.JSON: _("JSON"), Format.FORM: _("Form fields")},
}
