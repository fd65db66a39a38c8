"""What an administrator sets."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from api.bills.shapes import Days, Percent
from api.http.shapes import WHOLE, Body, Line, MoneyBody, Name, Note
from application.correspondence import SECRET_AT_MOST, Secret
from domain.business import Kind
from domain.correspondence import STEPS_AT_MOST
from domain.correspondence.carriers import HEADERS_AT_MOST, Format, MailServer, Security
from domain.correspondence.templates import Template, TemplateKind
from domain.issuer import Identity, Numbered
from domain.people import Role
from domain.sending import Channel, Language


class Description(Body):
    """`country` is ISO 3166, `time_zone` as IANA names it."""

    name: Name
    kind: Kind
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    time_zone: Annotated[str, Field(max_length=64)]


class FourEyes(Body):
    """Switching it off needs a reason, and a payment so approved says so for ever."""

    required: StrictBool
    reason: Line | None = None


class Deadlines(Body):
    grace_days: Annotated[int, Field(strict=True, ge=0, le=30), WHOLE]
    idle_days: Annotated[int, Field(strict=True, ge=1, le=365), WHOLE]


class SessionLimits(Body):
    """Whoever asks nothing for so many minutes has to log in again, and everybody after so many hours."""

    idle_minutes: Annotated[int, Field(strict=True, ge=5, le=720), WHOLE]
    hours: Annotated[int, Field(strict=True, ge=1, le=24), WHOLE]


class SecondFactor(Body):
    """Whoever has one of these roles sets up a second factor before anything else."""

    roles: Annotated[Sequence[Role], Field(max_length=len(Role))]


class ChargeLimit(Body):
    """Up to that much in its currency a supervisor raises a debt alone; without `limit`, as much as there is."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    limit: MoneyBody | None = None


Code = Annotated[str, Field(pattern="^[A-Z][A-Z0-9]{0,9}$")]


class IdentityBody(Body):
    """`country` is ISO 3166; the tax identification is checked where the country's checks itself (ES, CO).

    `account` is where one is paid without an IBAN.
    """

    name: Name
    tax_id: Name
    street: Line
    postcode: Name
    city: Name
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    email: Name | None = None
    phone: Name | None = None
    iban: Name | None = None
    footer: Note | None = None
    account: Name | None = None

    def identity(self) -> Identity:
        return Identity(**self.model_dump())


class SeriesBody(Body):
    """By their codes, which the year follows: F2026-0001."""

    invoices: Code
    credit_notes: Code
    estimates: Code


class ContinuationBody(Body):
    """`after` is the last number that another program gave this year: 45 for F2026-0045."""

    numbered: Numbered
    after: Annotated[int, Field(strict=True, ge=1, lt=1_000_000), WHOLE]


class TermsBody(Body):
    due_days: Days
    estimate_days: Days
    tax_rate: Percent
    withholding: Percent = "0"
    language: Language = Language.SPANISH


ASCII = r"^[\x20-\x7e]+$"


class TemplateBody(Body):
    """`short` is an SMS. Placeholders are named in the language of the text; a GET tells which there are."""

    kind: TemplateKind
    language: Language
    subject: Line
    body: Note
    short: Note

    def template(self) -> Template:
        return Template(self.subject, self.body, self.short)


class WhichTemplate(Body):
    kind: TemplateKind
    language: Language


class StepBody(Body):
    days: Annotated[int, Field(strict=True, ge=1, le=365), WHOLE]
    channel: Channel
    template: TemplateKind


class PolicyBody(Body):
    on: StrictBool
    from_hour: Annotated[int, Field(strict=True, ge=0, le=23), WHOLE]
    steps: Annotated[Sequence[StepBody], Field(max_length=STEPS_AT_MOST)]


class MailServerBody(Body):
    """A server that asks for a password needs an encrypted connection."""

    host: Name
    port: Annotated[int, Field(strict=True, ge=1, le=65_535), WHOLE]
    security: Security = Security.STARTTLS
    user: Name | None = None
    sender: Name
    sender_name: Name
    reply_to: Name | None = None

    def server(self) -> MailServer:
        return MailServer(**self.model_dump())


class HeaderBody(Body):
    name: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9-]+$")]
    value: Annotated[str, Field(max_length=500, pattern=ASCII)]


class GatewayBody(Body):
    """{to}, {text}, {id} and {token} are filled in; any answer 2xx that holds `accepted_if` is an acceptance.

    Any other that holds `unknown_if` says that there is no such number: nothing is sent there any more.
    """

    url: Line
    method: Literal["POST", "PUT", "GET"] = "POST"
    format: Format = Format.JSON
    headers: Annotated[Sequence[HeaderBody], Field(max_length=HEADERS_AT_MOST)] = ()
    body: Note
    accepted_if: Name | None = None
    unknown_if: Name | None = None


class SecretBody(Body):
    """None takes it away. It is shown nowhere."""

    secret: Secret
    value: Annotated[str | None, Field(min_length=1, max_length=SECRET_AT_MOST)]


class TestBody(Body):
    channel: Literal[Channel.EMAIL, Channel.SMS] = Channel.EMAIL
    to: Name
