"""What a list is asked for stands in its address: filters, order and page, so that it can be kept and sent on.

A list says once what it may be asked for, in the model that its JSON route takes (`listing.py` of its subject). Its
page takes the same, or a model that inherits that one and adds what only people's addresses say: clients by their
short numbers, a year.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError

from api.pages.context import PageContext
from domain.errors import Invalid
from projections.pages import CursorNotUnderstood, UnknownSort

LONGEST = 200
"""Characters of a filter; what is typed beyond them is left out."""

Q = TypeVar("Q", bound=BaseModel)


class UnknownFilter(Invalid):
    title = "This list has no filter of that kind"


class UnreadableFilter(UnknownFilter):
    title = "This is nothing that can be asked for here"


@dataclass(frozen=True)
class ListAddress(Generic[Q]):
    """`said` is what the address says otherwise than usual, but for the cursor; `query` what that means.

    `stays` are the names of what is kept where all filters are taken away.
    """

    path: str
    query: Q
    said: Mapping[str, str]
    stays: Sequence[str] = ("sort",)

    def value(self, name: str) -> str:
        """As the address says it, or as usual; empty where that is nothing."""
        return self.said.get(name) or _usual(type(self.query)).get(name, "")

    def address(self, path: str = "", **changes: str) -> str:
        """With these changes, from the first page on unless a cursor is among them."""
        chosen, usual = {**self.said, **changes}, _usual(type(self.query))
        return link(path or self.path, **{name: value for name, value in chosen.items() if value != usual.get(name)})

    def sheet(self, kind: str) -> str:
        """Where all of it is, as a file of that kind."""
        return self.address(f"{self.path}.{kind}")

    @property
    def filtered(self) -> bool:
        return not self.said.keys() <= {*self.stays}

    def reset(self) -> str:
        """Everything, in the same order."""
        return link(self.path, **{name: self.said[name] for name in self.said if name in self.stays})

    def turned(self, sort: str, *, most_first: bool = False) -> str:
        """By that column; the other way round where it is sorted so already. Of amounts people look for the most."""
        first, then = (f"-{sort}", sort) if most_first else (sort, f"-{sort}")
        return self.address(sort=then if self.value("sort") == first else first)

    def direction(self, sort: str) -> str:
        return {sort: "ascending", f"-{sort}": "descending"}.get(self.value("sort"), "")


def link(path: str, **said: object) -> str:
    """The address of a page that is asked for this; what is empty is left out."""
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{path}?{query}" if query else path


def read(
    context: PageContext, path: str, model: type[Q], *, stays: Sequence[str] = ("sort",), **otherwise: str
) -> ListAddress[Q]:
    """What the address of this page asks; `otherwise` is asked for where it does not say. How long a page is, is ours.

    Refused where it can't be asked for: the list would not be what was asked for.
    """
    asked, usual = context.request.query_params, _usual(model)
    known = {name: _tidy(next(iter(asked.getlist(name)), "")) for name in usual if name != "limit"}
    said = otherwise | {name: value for name, value in known.items() if value}
    try:
        query = model.model_validate(said)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        if name in _REFUSED:
            raise _REFUSED[name](field=name) from None
        raise UnknownFilter(field=name, asked=f"{name}={said[name]}") from None
    unusual = {name: value for name, value in said.items() if name != "cursor" and value != usual[name]}
    return ListAddress(path, query, unusual, stays)


_REFUSED: Mapping[str, type[Invalid]] = {"cursor": CursorNotUnderstood, "sort": UnknownSort}


def _tidy(value: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value).strip()[:LONGEST]


@cache
def _usual(model: type[BaseModel]) -> Mapping[str, str]:
    """What each filter is where an address does not say, by what addresses call it."""
    return {field.alias or name: str(field.default or "") for name, field in model.model_fields.items()}
