"""The numbers by which creditors know their customers: two creditors may have given the same one to two people.

A file's reference of a client is taken for ours until lines of several creditors give it to different people, or a line
of one gives it to somebody other than who has it here. Then it is each creditor's own: with what stands for the
creditor it is the client's reference, as the number of a debt is that of a case file; and so it is from then on,
whatever file tells it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from uuid import UUID

from application.imports.rows import Line
from domain.client.details import Identification
from domain.folding import compact

Number = tuple[str | None, str]
"""Whose debt a line tells of, None where it is ours; and by what it knows who owes it."""


def told_apart(
    lines: Sequence[Line],
    code_of: Callable[[str | None], str | None],
    claimed: Callable[[Collection[str]], Mapping[str, UUID]],
    is_another: Callable[[UUID, Sequence[Line]], bool],
) -> list[Line]:
    """`code_of` tells what stands for a creditor, `claimed` which references are clients' here, `is_another` whether
    the lines of a number mean somebody other than that client."""
    numbers: dict[Number, list[Line]] = defaultdict(list)
    for line in lines:
        if number := _number(line):
            numbers[number].append(line)
    codes = {creditor: code_of(creditor) for creditor in {creditor for creditor, _ in numbers}}
    own = {(creditor, number): f"{codes[creditor]}-{number}" for creditor, number in numbers if codes[creditor]}
    known, here = claimed({*own.values()}), claimed({number for _, number in own})
    shared = _shared(lines) if len(codes) > 1 else set[str]()
    apart = {number for number, theirs in own.items() if theirs in known or number[1] in shared}
    apart |= {
        number
        for number in own.keys() - apart
        if (holder := here.get(number[1])) is not None and is_another(holder, numbers[number])
    }
    return [_known_as(line, own, apart) for line in lines]


def _known_as(line: Line, own: Mapping[Number, str], apart: Container[Number]) -> Line:
    number = _number(line)
    theirs = own.get(number) if number and number in apart else None
    if theirs is None or line.client is None or line.case_file is None:
        return line
    reference = line.client.reference
    owed_by = theirs if line.case_file.debtor_reference == reference else line.case_file.debtor_reference
    client, case_file = replace(line.client, reference=theirs), replace(line.case_file, debtor_reference=owed_by)
    return replace(line, client=client, case_file=case_file)


def _number(line: Line) -> Number | None:
    if line.client is None or not line.client.reference or line.case_file is None:
        return None
    return line.case_file.creditor.reference, line.client.reference


def _shared(lines: Sequence[Line]) -> set[str]:
    """Which references are different people with different creditors. Later rows of a client may tell no name."""
    people: dict[str, dict[str | None, set[str]]] = defaultdict(dict)
    for line in lines:
        if (number := _number(line)) and line.client and (line.client.name or line.client.details.identification):
            creditor, told = number
            who = identity(line.client.name, line.client.details.identification)
            people[told].setdefault(creditor, set()).add(who)
    return {
        told
        for told, of_each in people.items()
        if any(one.isdisjoint(other) for one, other in combinations(of_each.values(), 2))
    }


def identity(name: str | None, identification: Identification | None) -> str:
    """The same for whoever is one person by identification, else by name."""
    return f"number {digits(identification)}" if identification else f"name {compact(name or '')}"


def digits(identification: Identification) -> str:
    """However it was written, and of whatever kind a file takes it for."""
    return compact(identification.number)
