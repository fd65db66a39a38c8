"""Which clients of a file that is to be loaded are like somebody who is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from application.imports import Report
from projections.clients.duplicates import Told
from projections.clients.many_duplicates import likely_duplicates_of_each

SHOWN = 50


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

    `first` are some of them: those who are recognised, then those who have most in common.
    """

    recognised: int
    similar: int
    first: Sequence[Alike]


NOBODY_ALIKE = Likenesses(0, 0, ())


def likenesses(db: Connection, report: Report) -> Likenesses:
    told = [Told(one.name, one.identification, one.phones, one.emails, one.accounts) for one in report.newcomers]
    known = [
        Alike(one.line, one.reference, one.name, [Likeness(one.client_id, ["identification"])])
        for one in report.recognised
    ]
    similar: list[Alike] = []
    for place, alike in likely_duplicates_of_each(db, told).items():
        most_first = sorted(alike, key=lambda client_id: (-len(alike[client_id]), client_id))
        one = report.newcomers[place]
        like = [Likeness(client_id, alike[client_id]) for client_id in most_first]
        similar.append(Alike(one.line, one.reference, one.name, like))
    similar.sort(key=lambda one: (-len(one.like[0].by), one.line))
    return Likenesses(len(known), len(similar), [*known, *similar][:SHOWN])
