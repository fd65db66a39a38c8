"""Which clients of a file that is to be loaded are like somebody who is here, or like each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz.fuzz import token_sort_ratio
from sqlalchemy import Connection

from application.imports import Report
from application.imports.client_lines import Newcomer
from domain.folding import words_of
from projections.clients.duplicates import SIMILAR, Facts
from projections.clients.many_duplicates import likely_duplicates_of_each

SHOWN = 50
COMPARED = 30
"""With so many of the names before that have its initials each is compared."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A client who is here, and what the file's has in common with it: identification, phone, email, account, name."""

    client_id: UUID
    by: Sequence[str]


@dataclass(frozen=True, slots=True)
class Alike:
    line: int
    reference: str
    name: str
    like: Sequence[Likeness]


@dataclass(frozen=True, slots=True)
class Likenesses:
    """`recognised` have the identification of somebody who is here, and `similar` something else in common.

    `first` are some of them: those who are recognised, then those who have most in common. `repeated` are the lines
    with the identification of an earlier one, which `within` tells.
    """

    recognised: int
    similar: int
    first: Sequence[Alike]
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients of one file who have something in common: the same person twice, it may be."""

    line: int
    name: str
    other_line: int
    other_name: str
    by: Sequence[str]


def within(report: Report) -> Sequence[Pair]:
    """Those who share a phone, e-mail, account or identification, or a name but for a letter or two.

    Each is compared with the first before it that has the same, and with some whose names have the same initials.
    """
    repeated = [Pair(*one.earlier, one.line, one.name, ["identification"]) for one in report.recognised if one.earlier]
    people = {one.line: one for one in report.newcomers}
    alike: dict[tuple[int, int], list[str]] = {}
    first: dict[tuple[str, str], int] = {}
    for one in report.newcomers:
        for what, key in _keys(one):
            before = first.setdefault((what, key), one.line)
            if before != one.line and what not in alike.setdefault((before, one.line), []):
                alike[before, one.line].append(what)
    named: dict[str, list[tuple[str, int]]] = {}
    for one in report.newcomers:
        words = sorted(words_of(one.name))
        said, initials = " ".join(words), "".join(word[:1] for word in words)
        others = named.setdefault(initials, [])
        same = (line for other, line in others[-COMPARED:] if token_sort_ratio(said, other) >= SIMILAR)
        if (earlier := next(same, None)) is not None:
            alike.setdefault((earlier, one.line), []).append("name")
        others.append((said, one.line))
    most_first = sorted(alike, key=lambda lines: (-len(alike[lines]), lines))
    pairs = [Pair(at, people[at].name, line, people[line].name, alike[at, line]) for at, line in most_first[:SHOWN]]
    return [*repeated, *pairs][:SHOWN]


def _keys(one: Newcomer) -> Iterator[tuple[str, str]]:
    if one.identification:
        yield "identification", one.identification
    yield from (("phone", value) for value in one.phones)
    yield from (("email", value) for value in one.emails)
    yield from (("account", value) for value in one.accounts)


NOBODY_ALIKE = Likenesses(0, 0, ())


def likenesses(db: Connection, report: Report) -> Likenesses:
    facts = [Facts(one.name, one.identification, one.phones, one.emails, one.accounts) for one in report.newcomers]
    known = [
        Alike(one.line, one.reference, one.name, [Likeness(one.client_id, ["identification"])])
        for one in report.recognised
        if one.earlier is None
    ]
    similar: list[Alike] = []
    for place, alike in likely_duplicates_of_each(db, facts).items():
        most_first = sorted(alike, key=lambda client_id: (-len(alike[client_id]), client_id))
        one = report.newcomers[place]
        like = [Likeness(client_id, alike[client_id]) for client_id in most_first]
        similar.append(Alike(one.line, one.reference, one.name, like))
    similar.sort(key=lambda one: (-len(one.like[0].by), one.line))
    repeated = len(report.recognised) - len(known)
    return Likenesses(len(known), len(similar), [*known, *similar][:SHOWN], repeated)
