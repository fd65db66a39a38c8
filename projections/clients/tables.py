"""The clients' tables: each partition is a client, and what is marked as personal is about that client."""

from datetime import date, datetime
from typing import Annotated, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import Index, MetaData

from projections.client_copies import Copied, OfClient, mergings_table
from projections.client_numbers import Counter
from projections.erasure import Cleared, Personal, about, rows_about
from projections.schema import Int32, PrimaryKey, table_of
from projections.sorting import Sorted

metadata = MetaData()

CLIENT = {"kind": "client"}
COUNTER = {"kind": "counter"}

REGISTERED = UUID("5f0c1c1e-53a4-4c0f-9a6b-0f1d7f3f6a52")
"""The counter of the clients registered so far."""


NOWHERE = "~"
"""The city of whoever has none sorts after all others."""


class _Numbered(OfClient):
    number: Int32  # the how many-th that was registered: short, for people
    reference: Sorted  # its `own_reference`


class Described(TypedDict):
    client_kind: NotRequired[str | None]
    identification_kind: NotRequired[Cleared[str | None]]
    identification: NotRequired[Cleared[str | None]]
    identification_valid: Annotated[bool, about("client_id", blank=False)]
    street: NotRequired[Cleared[str | None]]
    postcode: NotRequired[Cleared[str | None]]
    district: NotRequired[Cleared[str | None]]
    country: NotRequired[Cleared[str | None]]
    city: NotRequired[Cleared[str | None]]
    city_key: Annotated[Sorted, about("client_id", blank=NOWHERE)]
    zone: NotRequired[Personal[str | None]]
    notes: NotRequired[Personal[str | None]]
    is_creditor: bool  # is said to be one…
    is_debtor: bool


class Client(_Numbered, Copied, Described):
    is_owed: bool  # …and has case files as one
    owes: bool
    payment_days: NotRequired[Int32 | None]
    registered_at: datetime  # UTC
    registered_by: str
    correlation_id: UUID  # of the import or the request that made it
    address_valid: bool
    doubtful: bool  # something of it is as a file had it, whoever verified it
    verified_at: NotRequired[datetime | None]
    verified_by: NotRequired[str | None]
    has_image: bool


clients = table_of(
    Client,
    "client_details",
    metadata,
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


class Contact(OfClient):
    contact_id: PrimaryKey[UUID]
    place: Int32  # in the order they were added
    medium: str
    value: Personal[str]
    contact_kind: NotRequired[str | None]
    whose: NotRequired[Personal[str | None]]
    state: str
    hours: NotRequired[Personal[str | None]]
    source: NotRequired[Personal[str | None]]
    preferred: bool


contacts = table_of(
    Contact,
    "client_contacts",
    metadata,
    info=CLIENT,
)


class Account(OfClient):
    account_id: PrimaryKey[UUID]
    account_kind: str
    number: Personal[str]
    bank: NotRequired[Personal[str | None]]
    holder: NotRequired[Personal[str | None]]
    valid: bool


accounts = table_of(
    Account,
    "client_accounts",
    metadata,
    info=CLIENT,
)


class Card(OfClient):
    card_id: PrimaryKey[UUID]
    brand: str
    last_four: Personal[str]


cards = table_of(
    Card,
    "client_cards",
    metadata,
    info=CLIENT,
)


class CreditEntry(OfClient):
    entry_id: PrimaryKey[UUID]
    noted_on: date
    source: Personal[str]
    score: NotRequired[Personal[str | None]]
    note: NotRequired[Personal[str | None]]
    noted_by: str


credit_entries = table_of(
    CreditEntry,
    "client_credit_entries",
    metadata,
    info=CLIENT,
)


class Key(OfClient):
    what: PrimaryKey[str]  # identification, phone, email or account
    key: PrimaryKey[Sorted]


keys = table_of(
    Key,
    "client_keys",
    metadata,
    Index("client_keys_key", "key", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""What a client is known by exactly, as `keys.key_of` writes it."""


class Fragment(OfClient):
    fragment: PrimaryKey[Sorted]


fragments = table_of(
    Fragment,
    "client_fragments",
    metadata,
    Index("client_fragments_fragment", "fragment", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""By whose beginnings parts of these are found, and of the client's reference: see `keys.parts_of`.

No database but PostgreSQL has an index of trigrams, and that one not everywhere: a row for each ending needs none.
"""


class Word(OfClient):
    word: PrimaryKey[Sorted]


words = table_of(
    Word,
    "client_name_words",
    metadata,
    Index("client_name_words_word", "word", "client_id"),
    info={**CLIENT, **rows_about("client_id")},
)
"""The words of each name, by which similar ones are found."""

mergings = mergings_table("client_mergings", metadata)
"""Undone or not: what happened then lies in the streams of those that were merged."""

counters = table_of(
    Counter,
    "client_counters",
    metadata,
    info=COUNTER,
)
