"""The clients' tables: each partition is a client, and what is marked as personal is about that client."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, String, Table, Uuid
from sqlalchemy.types import TypeEngine

from domain.personal import ERASED
from projections.client_copies import copied_columns, mergings_table
from projections.erasure import about, rows_about
from projections.sorting import SORTED

metadata = MetaData()

CLIENT = {"kind": "client"}
COUNTER = {"kind": "counter"}

REGISTERED = UUID("5f0c1c1e-53a4-4c0f-9a6b-0f1d7f3f6a52")
"""The counter of the clients registered so far."""


NOWHERE = "~"
"""The city of whoever has none sorts after all others."""


def _personal(
    name: str, type_: type[TypeEngine[Any]] | TypeEngine[Any] = String, *, blank: object = ERASED, **options: Any
) -> Column[Any]:
    """`blank` is what it reads once the client is erased."""
    return Column(name, type_, info=about("client_id", blank=blank), **options)


clients = Table(
    "client_details",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("number", Integer, nullable=False),  # the how many-th that was registered: short, for people
    Column("reference", SORTED, nullable=False),
    *copied_columns(),
    Column("client_kind", String),
    _personal("identification_kind", blank=None),
    _personal("identification", blank=None),
    _personal("identification_valid", Boolean, blank=False, nullable=False),
    _personal("street", blank=None),
    _personal("postcode", blank=None),
    _personal("district", blank=None),
    _personal("country", blank=None),
    _personal("city", blank=None),
    _personal("city_key", SORTED, blank=NOWHERE, nullable=False),
    _personal("zone"),
    _personal("notes"),
    Column("is_creditor", Boolean, nullable=False),  # is said to be one…
    Column("is_debtor", Boolean, nullable=False),
    Column("is_owed", Boolean, nullable=False),  # …and has case files as one
    Column("owes", Boolean, nullable=False),
    Column("payment_days", Integer),
    Column("registered_at", DateTime, nullable=False),  # UTC
    Column("registered_by", String, nullable=False),
    Column("correlation_id", Uuid, nullable=False),  # of the import or the request that made it
    Column("address_valid", Boolean, nullable=False),
    Column("doubtful", Boolean, nullable=False),  # something of it is as a file had it, whoever verified it
    Column("verified_at", DateTime),
    Column("verified_by", String),
    Column("has_image", Boolean, nullable=False),
    Index("client_details_number", "number"),
    Index("client_details_correlation", "correlation_id"),
    Index("client_details_reference", "reference"),
    Index("client_details_doubtful", "doubtful", "name_key", "client_id"),
    Index("client_details_zone", "zone", "name_key", "client_id"),
    *(
        Index(f"client_details_{whose}_{column}", *by, column, "client_id")
        for whose, by in (("all", ()), ("own", ("collector",)))
        for column in ("name_key", "city_key", "number")
    ),
    info=CLIENT,
)

contacts = Table(
    "client_contacts",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("contact_id", Uuid, primary_key=True),
    Column("place", Integer, nullable=False),  # in the order they were added
    Column("medium", String, nullable=False),
    _personal("value", nullable=False),
    Column("contact_kind", String),
    _personal("whose"),
    Column("state", String, nullable=False),
    _personal("hours"),
    _personal("source"),
    Column("preferred", Boolean, nullable=False),
    info=CLIENT,
)

accounts = Table(
    "client_accounts",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("account_id", Uuid, primary_key=True),
    Column("account_kind", String, nullable=False),
    _personal("number", nullable=False),
    _personal("bank"),
    _personal("holder"),
    Column("valid", Boolean, nullable=False),
    info=CLIENT,
)

cards = Table(
    "client_cards",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("card_id", Uuid, primary_key=True),
    Column("brand", String, nullable=False),
    _personal("last_four", nullable=False),
    info=CLIENT,
)

credit_entries = Table(
    "client_credit_entries",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("entry_id", Uuid, primary_key=True),
    Column("noted_on", Date, nullable=False),
    _personal("source", nullable=False),
    _personal("score"),
    _personal("note"),
    Column("noted_by", String, nullable=False),
    info=CLIENT,
)

keys = Table(
    "client_keys",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("what", String, primary_key=True),  # identification, phone, email or account
    Column("key", SORTED, primary_key=True),
    Index("client_keys_key", "key", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""What a client is known by exactly, as `keys.key_of` writes it."""

fragments = Table(
    "client_fragments",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("fragment", SORTED, primary_key=True),
    Index("client_fragments_fragment", "fragment", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""By whose beginnings parts of these are found, and of the client's reference: see `keys.parts_of`.

No database but PostgreSQL has an index of trigrams, and that one not everywhere: a row for each ending needs none.
"""

words = Table(
    "client_name_words",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("word", SORTED, primary_key=True),
    Index("client_name_words_word", "word", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""The words of each name, by which similar ones are found."""

mergings = mergings_table("client_mergings", metadata)
"""Undone or not: what happened then lies in the streams of those that were merged."""

counters = Table(
    "client_counters",
    metadata,
    Column("counter_id", Uuid, primary_key=True),
    Column("reached", Integer, nullable=False),
    info=COUNTER,
)
