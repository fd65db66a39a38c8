"""Which of many people are like a client that is here, such as those of a file that is to be loaded.

Only what an index finds as it stands, many at once: the same identification, phone, e-mail or account, and names of the
same words in whatever order and with whatever accents. Names that are only nearly the same are looked for one at a
time, while somebody is registered: see `duplicates`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from projections.clients.duplicates import SHOWN, Told
from projections.clients.keys import folded
from projections.clients.tables import clients, keys, words
from projections.sorting import words_of

AT_ONCE = 500
"""How many values one query names."""

Alike = Mapping[UUID, Sequence[str]]
"""Clients, and what each has in common: identification, phone, email, account, name."""


def likely_duplicates_of_each(db: Connection, several: Sequence[Told]) -> Mapping[int, Alike]:
    """By their place among the several; those who are like nobody are left out. At most some of each are told."""
    alike: dict[int, dict[UUID, list[str]]] = defaultdict(dict)
    for place, client_id, what in [*_of_the_same(db, several), *_of_the_same_name(db, several)]:
        found = alike[place]
        if client_id not in found and len(found) < SHOWN:
            found[client_id] = []
        if what not in found.get(client_id, [what]):
            found[client_id].append(what)
    return alike


def _of_the_same(db: Connection, several: Sequence[Told]) -> Iterator[tuple[int, UUID, str]]:
    wanted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, told in enumerate(several):
        for what, values in _known(told):
            for value in values:
                wanted[folded(value)][what].append(place)
    known = select(keys.c.key, keys.c.what, keys.c.client_id).join(clients, clients.c.client_id == keys.c.client_id)
    for some in _some([*wanted]):
        for key, what, client_id in db.execute(known.where(keys.c.key.in_(some), clients.c.standing == "usable")):
            for place in wanted[key].get(what, ()):
                yield place, client_id, what


def _known(told: Told) -> Iterator[tuple[str, Sequence[str]]]:
    yield "identification", [told.identification] if told.identification else []
    yield "phone", told.phones
    yield "email", told.emails
    yield "account", told.accounts


def _of_the_same_name(db: Connection, several: Sequence[Told]) -> Iterator[tuple[int, UUID, str]]:
    """By the longest word of each, which fewest others have."""
    wanted: dict[str, dict[frozenset[str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, told in enumerate(several):
        if own := frozenset(words_of(told.name)):
            wanted[max(own, key=lambda word: (len(word), word))][own].append(place)
    named = select(words.c.word, clients.c.client_id, clients.c.name).join(
        clients, clients.c.client_id == words.c.client_id
    )
    for some in _some([*wanted]):
        for word, client_id, name in db.execute(named.where(words.c.word.in_(some), clients.c.standing == "usable")):
            for place in wanted[word].get(frozenset(words_of(name)), ()):
                yield place, client_id, "name"


def _some(all_: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(all_), AT_ONCE):
        yield all_[start : start + AT_ONCE]
