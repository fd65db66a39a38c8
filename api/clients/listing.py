"""Lists of clients: what they are asked for over HTTP and on their page, and their columns in a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from api.clients.views import ListedClient, Sort
from api.http.catalogues import marked as _
from api.http.formats import as_amount
from api.http.labels import CLIENT_ROLES
from api.http.shapes import Body, Cursor, Import, Limit, Search
from api.pages.sheets import Columns
from domain.client.details import ClientRole, Kind
from domain.money import Money
from domain.people import Actor
from projections.clients.listing import Filters
from projections.desk.search import owing_by


class ClientList(Body):
    """`text` is parts of a name in any order, or part of a phone, e-mail, identification, account or reference.

    Or of the reference or an item's number of a case file that the client owes on, or an amount of one.

    `unverified`: something of the client is as a file had it, seems wrong, and nobody has confirmed it.
    """

    collector: Search = None
    zone: Search = None
    city: Search = None
    kind: Kind | None = None
    role: ClientRole | None = None
    verified: bool | None = None
    unverified: bool | None = None
    blocked: Annotated[bool, Field(description="Those who are blocked alone: for auditors, who see them.")] = False
    reference: Search = None
    text: Search = None
    import_: Import = None
    sort: Sort = "name"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self, viewer: Actor, decimal_mark: str = ".") -> Filters:
        return Filters(
            collector=self.collector,
            zone=self.zone,
            city=self.city,
            kind=self.kind,
            role=self.role,
            verified=self.verified,
            reference=self.reference,
            text=self.text,
            unverified=self.unverified,
            import_id=self.import_,
            owing=owing_by(viewer, self.text, as_amount(self.text, decimal_mark)) if self.text else None,
            blocked=self.blocked,
        )


class ClientPage(ClientList):
    """What is known of who they are is one filter: `verified` is yes or no, doubtful, or blocked."""

    @model_validator(mode="before")
    @classmethod
    def _one_filter(cls, said: Mapping[str, Any]) -> Mapping[str, Any]:
        match said.get("verified"):
            case "doubtful":
                return {**said, "verified": None, "unverified": True}
            case "blocked":
                return {**said, "verified": None, "blocked": True}
            case _:
                return said


@dataclass(frozen=True, slots=True)
class ClientInCurrency:
    """A client with what it comes to in one currency; none where it comes to nothing at all."""

    line: ListedClient
    currency: str | None
    days_in_arrears: int | None

    def of(self, amounts: Sequence[Money]) -> Decimal | None:
        """Zero, where there is something else in that currency."""
        known = next((one.amount for one in amounts if one.currency == self.currency), None)
        return Money.zero(self.currency).amount if known is None and self.currency else known


COLUMNS: Columns[ClientInCurrency] = {
    _("Number"): lambda one, _: one.line.number,
    _("Reference"): lambda one, _: None if one.line.reference == str(one.line.id) else one.line.reference,
    _("Name"): lambda one, _: one.line.name,
    _("Identification"): lambda one, _: one.line.identification,
    _("Phone"): lambda one, context: ", ".join(map(context.formats.phone, one.line.phones)),
    _("E-mail"): lambda one, _: ", ".join(one.line.emails),
    _("City"): lambda one, _: one.line.city,
    _("Zone"): lambda one, _: one.line.zone,
    _("Collector"): lambda one, context: one.line.collector and context.person(one.line.collector),
    _("Is"): lambda one, context: ", ".join(context._(CLIENT_ROLES[role]) for role in one.line.roles),
    _("Verified"): lambda one, context: context._("Yes") if one.line.verified else context._("No"),
    _("Outstanding"): lambda one, _: one.of(one.line.outstanding),
    _("Collected"): lambda one, _: one.of(one.line.collected),
    _("Waiting for approval"): lambda one, _: one.of(one.line.waiting),
    _("Currency"): lambda one, _: one.currency,
    _("Days in arrears"): lambda one, _: one.days_in_arrears,
}
