"""Clients who may be the same person: of the same identification, phone, e-mail or account, or of a similar name.

Candidates come from indexes: what is known exactly, and names that share the beginnings of words. How similar names are
is then reckoned for those few, whatever the accents and the order of the words.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz.fuzz import token_sort_ratio
from sqlalchemy import Connection, and_, func, not_, or_, select

from domain.folding import words_of
from domain.people import Actor
from projections.clients.keys import key_of
from projections.clients.listing import NOT_BLOCKED, ClientLine, lines, shown_to
from projections.clients.tables import clients, keys, words
from projections.sorting import begins

SIMILAR = 87
"""Of 100: Pérez García José is as José Pérez García, and Gonzales nearly as González; José and Josefa Pérez are not."""

BEGINNING = 4
WORDS_AT_MOST, LOOKED_AT, SHOWN = 6, 200, 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """`line` is None of a client in another's portfolio: of such a one only that it exists is told, and whom to ask.

    `by` is what they have in common: identification, phone, email, account, name.
    """

    line: ClientLine | None
    collector: str | None
    by: list[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody: values as they were typed."""

    name: str
    identification: str | None = None
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    accounts: Sequence[str] = ()


def likely_duplicates(
    db: Connection, viewer: Actor, facts: Facts, *, besides: UUID | None = None
) -> Sequence[Likeness]:
    """Those who have most in common first. `besides` is the client that all this is known of, if it is one already."""
    alike: dict[UUID, list[str]] = defaultdict(list)
    for client_id, what in _of_the_same(db, facts):
        alike[client_id].append(what)
    for client_id in _of_similar_name(db, facts.name):
        alike[client_id].append("name")
    alike.pop(besides or UUID(int=0), None)
    there = (clients.c.client_id.in_(alike), clients.c.standing == "usable")
    own = {one.id: one for one in lines(db, db.execute(select(clients).where(*there, shown_to(viewer))).all())}
    others = db.execute(select(clients.c.client_id, clients.c.collector).where(*there, not_(shown_to(viewer))))
    found = {client_id: Likeness(line, line.collector, alike[client_id]) for client_id, line in own.items()}
    found |= {client_id: Likeness(None, collector or None, alike[client_id]) for client_id, collector in others}
    order = sorted(found, key=lambda one: (alike[one] == ["name"], -len(alike[one]), one))
    return [found[client_id] for client_id in order[:SHOWN]]


def known_of(db: Connection, client_id: UUID) -> Facts:
    """What is known of a client, to be compared with others."""
    name = db.execute(select(clients.c.name).where(clients.c.client_id == client_id)).scalar_one()
    found: dict[str, list[str]] = defaultdict(list)
    for what, key in db.execute(select(keys.c.what, keys.c.key).where(keys.c.client_id == client_id)):
        found[what].append(key)
    return Facts(name, next(iter(found["identification"]), None), found["phone"], found["email"], found["account"])


def _of_the_same(db: Connection, facts: Facts) -> Collection[tuple[UUID, str]]:
    wanted = {
        "identification": [facts.identification] if facts.identification else [],
        "phone": facts.phones,
        "email": facts.emails,
        "account": facts.accounts,
    }
    same = [
        and_(keys.c.what == what, keys.c.key.in_([key_of(value) for value in values]))
        for what, values in wanted.items()
        if values
    ]
    if not same:
        return []
    found = db.execute(select(keys.c.client_id, keys.c.what).where(or_(*same)).distinct().limit(LOOKED_AT))
    return [(client_id, what) for client_id, what in found]


def _of_similar_name(db: Connection, name: str) -> Sequence[UUID]:
    """Two words begin alike, or the only one does; the more words, the sooner looked at."""
    own = words_of(name)[:WORDS_AT_MOST]
    if not own:
        return []
    alike = or_(*(begins(words.c.word, word[:BEGINNING]) for word in own))
    shared = func.count().label("shared")
    candidates = (
        select(words.c.client_id, shared)
        .where(alike)
        .group_by(words.c.client_id)
        .having(shared >= min(2, len(own)))
        .order_by(shared.desc(), words.c.client_id)
        .limit(LOOKED_AT)
        .subquery()
    )
    found = db.execute(
        select(clients.c.client_id, clients.c.name)
        .join(candidates, candidates.c.client_id == clients.c.client_id)
        .where(NOT_BLOCKED)
    )
    said = " ".join(own)
    return [
        client_id
        for client_id, other in found
        if token_sort_ratio(said, " ".join(words_of(other)[:WORDS_AT_MOST])) >= SIMILAR
    ]
