"""Forms of several rows of fields."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TypeVar

from api.pages.forms import Form
from domain.errors import Refusal

T = TypeVar("T")


def as_typed(sent: Form, fields: Sequence[str]) -> Sequence[Sequence[str]]:
    return [*zip_longest(*(sent.many(name) for name in fields), fillvalue="")]


def typed_rows(form: Form, fields: Sequence[str], read: Callable[[Form], T]) -> list[T]:
    """What `read` makes of each row; those where nothing is typed are left out. A refusal tells which row it is in."""
    read_ones: list[T] = []
    for number, values in enumerate(as_typed(form, fields)):
        if any(value.strip() for value in values):
            try:
                read_ones.append(
                    read(replace(form, fields={name: [one] for name, one in zip(fields, values, strict=True)}))
                )
            except Refusal as refusal:
                refusal.details["row"] = number
                raise
    return read_ones
