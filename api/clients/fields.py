"""The fields of a client as people type them: details in one form, any number of phones and e-mails in rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.clients.inputs import AddressBody, ContactBody, DetailsBody, IdentificationBody
from api.http.shapes import Body
from api.pages.forms import Form
from api.pages.rows import as_typed
from domain.client.contacts import Contact, Medium
from domain.client.details import Details, IdentificationKind
from domain.errors import Refusal
from projections.clients.detail import ClientDetail, ContactLine

PARTS = ("value", "kind", "whose", "state", "hours", "source")
"""Of a phone or an e-mail: each is a field whose name begins with the medium's."""

DETAILS = (
    "name", "kind", "identification_kind", "identification", "street", "postcode", "district", "city", "country",
    "zone", "notes", "roles", "payment_days",
)  # fmt: skip

ROWS, MORE_ROWS, ROWS_AT_MOST = 2, 3, 50


def details_of(form: Form) -> Details:
    return form.read(DetailsBody, **nested(form)).details()


def nested(form: Form) -> Mapping[str, Body | None]:
    """What the details have in bodies of their own."""
    number = form.optional_text("identification")
    kind = form.choice("identification_kind", IdentificationKind) if number else None
    return {
        "identification": form.read(IdentificationBody, kind=kind, number=number) if number else None,
        "address": form.read(AddressBody),
    }


def as_fields(client: ClientDetail) -> Mapping[str, Sequence[str]]:
    """What is known, as the form shows it to be corrected."""
    line = client.line
    values = {
        "name": line.name,
        "kind": line.kind,
        "identification_kind": line.identification_kind or IdentificationKind.NIF,
        "identification": line.identification,
        "street": client.street,
        "postcode": client.postcode,
        "district": client.district,
        "country": client.country,
        "city": line.city,
        "zone": line.zone,
        "notes": client.notes,
        "payment_days": client.payment_days,
    }
    return {name: [str(value)] for name, value in values.items() if value is not None} | {"roles": client.said_to_be}


@dataclass(frozen=True)
class ContactRow:
    """As it was typed; `wrong` where it was refused."""

    medium: Medium
    number: int
    typed: Mapping[str, str]
    preferred: bool
    wrong: bool


def contact_rows(form: Form, medium: Medium, rows: int) -> Sequence[ContactRow]:
    """What was typed, and empty rows up to so many."""
    typed = as_typed(form, [f"{medium}_{part}" for part in PARTS])
    refused = form.refusal.details if form.refusal else {}
    wrong = refused.get("row") if refused.get("field") == medium else None
    empty = ("",) * len(PARTS)
    shown = [*typed, *[empty] * (min(max(rows, len(typed)), ROWS_AT_MOST) - len(typed))]
    preferred = form.value(f"{medium}_preferred")
    return [
        ContactRow(medium, number, dict(zip(PARTS, row, strict=True)), preferred == str(number), wrong == number)
        for number, row in enumerate(shown)
    ]


def contacts_of(form: Form, region: str) -> list[Contact]:
    """Those of which something was typed. A refusal tells which row it is in."""
    found: list[Contact] = []
    for medium in Medium:
        for row in contact_rows(form, medium, 0):
            if any(row.typed[part].strip() for part in ("value", "whose", "hours", "source")):
                try:
                    body = row_form(form, row).read(ContactBody, preferred=row.preferred)
                    found.append(body.contact(medium).checked(region))
                except Refusal as refusal:
                    if refusal.details.get("field") == "value":
                        refusal.details["field"] = medium.value
                    refusal.details["row"] = row.number
                    raise
    return found


def row_form(form: Form, row: ContactRow) -> Form:
    return Form({name: [value] for name, value in row.typed.items()}, form.decimal_mark)


def contact_fields(contact: ContactLine) -> Mapping[str, Sequence[str]]:
    values = {part: getattr(contact, part) for part in PARTS}
    return {name: [str(value)] for name, value in values.items() if value is not None} | {
        "preferred": ["yes"] if contact.preferred else []
    }
