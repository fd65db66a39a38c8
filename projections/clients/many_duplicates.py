"""Which of many people are like a client that is here, such as those of a file that is to be loaded.

Only what an index finds as it stands, many at once: the same identification, phone, e-mail or account, and names of the
same words in whatever order and with whatever accents. Names that are only nearly the same are looked for one at a
time, while somebody is registered: see `duplicates`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from domain.folding import compact, words_of
from projections.clients.duplicates import SHOWN, Facts
from projections.clients.keys import key_of
from projections.clients.tables import clients, keys, words

K = TypeVar("K")

AT_ONCE = 500
"""How many values one query names."""

Alike = Mapping[UUID, Sequence[str]]
"""Clients, and what each has in common: identification, phone, email, account, name."""


def likely_duplicates_of_each(db: Connection, several: Sequence[Facts]) -> Mapping[int, Alike]:
    """By their place among the several; those who are like nobody are left out. At most some of each are told."""
    alike: dict[int, dict[UUID, list[str]]] = defaultdict(dict)
    for place, client_id, what in [*_of_the_same(db, several), *_of_the_same_name(db, several)]:
        found = alike[place]
        if client_id not in found and len(found) < SHOWN:
            found[client_id] = []
        if what not in found.get(client_id, [what]):
            found[client_id].append(what)
    return alike


def namesakes(db: Connection, names: Collection[str]) -> Mapping[str, Collection[UUID]]:
    """Who has which of these names, however either is written."""
    found: dict[str, list[UUID]] = defaultdict(list)
    own = {name: compact(name) for name in names}
    for name, client_id, theirs in _of_a_word(db, {name: words_of(name) for name in names}):
        if compact(theirs) == own[name]:
            found[name].append(client_id)
    return found


def _of_the_same(db: Connection, several: Sequence[Facts]) -> Iterator[tuple[int, UUID, str]]:
    wanted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, facts in enumerate(several):
        for what, values in _known(facts):
            for value in values:
                wanted[key_of(value)][what].append(place)
    known = select(keys.c.key, keys.c.what, keys.c.client_id).join(clients, clients.c.client_id == keys.c.client_id)
    for some in _some([*wanted]):
        for key, what, client_id in db.execute(known.where(keys.c.key.in_(some), clients.c.standing == "usable")):
            for place in wanted[key].get(what, ()):
                yield place, client_id, what


def _known(facts: Facts) -> Iterator[tuple[str, Sequence[str]]]:
    yield "identification", [facts.identification] if facts.identification else []
    yield "phone", facts.phones
    yield "email", facts.emails
    yield "account", facts.accounts


def _of_the_same_name(db: Connection, several: Sequence[Facts]) -> Iterator[tuple[int, UUID, str]]:
    own = {place: words_of(facts.name) for place, facts in enumerate(several)}
    for place, client_id, name in _of_a_word(db, own):
        if frozenset(words_of(name)) == frozenset(own[place]):
            yield place, client_id, "name"


def _of_a_word(db: Connection, names: Mapping[K, Sequence[str]]) -> Iterator[tuple[K, UUID, str]]:
    """Clients that may have the same name, by the longest word of each, which fewest others have."""
    wanted: dict[str, list[K]] = defaultdict(list)
    for one, own in names.items():
        if own:
            wanted[max(own, key=lambda word: (len(word), word))].append(one)
    named = select(words.c.word, clients.c.client_id, clients.c.name).join(
        clients, clients.c.client_id == words.c.client_id
    )
    for some in _some([*wanted]):
        for word, client_id, name in db.execute(named.where(words.c.word.in_(some), clients.c.standing == "usable")):
            for one in wanted[word]:
                yield one, client_id, name


def _some(all_: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(all_), AT_ONCE):
        yield all_[start : start + AT_ONCE]
