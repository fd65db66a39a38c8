"""What a list is asked for stands in its address: filters, order and page, so that it can be kept and sent on."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from api.pages.context import PageContext
from api.pages.forms import Form
from domain.errors import Invalid

LONGEST = 200
"""Characters of a filter; what is typed beyond them is left out."""


class UnknownFilter(Invalid):
    title = "This list has no filter of that kind"


class UnreadableFilter(UnknownFilter):
    title = "This is nothing that can be asked for here"


@dataclass(frozen=True, kw_only=True)
class ListAddress:
    """A list's own has a field for each filter: text as the address has it.

    One that a Python word has taken the name of ends with an underscore, which the address leaves out.
    """

    path: str
    sort: str = "name"

    @staticmethod
    def called(name: str) -> str:
        """What the address calls a filter."""
        return name.removesuffix("_")

    @property
    def usual(self) -> Self:
        """Everything, in the usual order. What is as usual is left out of an address."""
        return type(self)(path=self.path)

    def address(self, path: str | None = None, **changes: str) -> str:
        """With these changes, from the first page on unless a cursor is among them."""
        cursor = {"cursor": after} if (after := changes.pop("cursor", "")) else {}
        usual, known = asdict(self.usual), asdict(replace(self, **changes))
        told = {self.called(name): value for name, value in known.items() if value != usual[name]}
        query = urlencode(told | cursor)
        return f"{path or self.path}?{query}" if query else path or self.path

    def sheet(self, kind: str) -> str:
        """Where all of it is, as a file of that kind."""
        return self.address(f"{self.path}.{kind}")

    def reset(self) -> str:
        """Everything, in the same order."""
        return replace(self.usual, sort=self.sort).address()

    def turned(self, sort: str, *, most_first: bool = False) -> str:
        """By that column; the other way round where it is sorted so already. Of amounts people look for the most."""
        first, then = (f"-{sort}", sort) if most_first else (sort, f"-{sort}")
        return self.address(sort=then if self.sort == first else first)

    def direction(self, sort: str) -> str:
        return {sort: "ascending", f"-{sort}": "descending"}.get(self.sort, "")


A = TypeVar("A", bound=ListAddress)
T = TypeVar("T", bound=str)


def read(form: Form, usual: A) -> A:
    """What the form of an address's query asks otherwise than usual."""
    filters = asdict(usual).keys() - {"path"}
    said = {name: value[:LONGEST] for name in filters if (value := form.optional_text(usual.called(name)))}
    return replace(usual, **said)


def read_asked(context: PageContext, usual: A) -> tuple[A, str | None]:
    """What the address of this page asks, and the cursor."""
    query = context.request.query_params
    form = Form({name: query.getlist(name) for name in query})
    return read(form, usual), form.optional_text("cursor")


def one_of(known: Iterable[T], said: str, field: str) -> T | None:
    """What a filter says; refused where that is none of what it may say: the list would not be what was asked for."""
    chosen = next((one for one in known if one == said), None)
    if said and chosen is None:
        raise UnknownFilter(field=field, asked=f"{field}={said}")
    return chosen


def import_in(said: str) -> UUID | None:
    """Which import a list shows what came of."""
    try:
        return UUID(said) if said else None
    except ValueError:
        raise UnknownFilter(field="import", asked=f"import={said}") from None


def day_in(said: str, field: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UnknownFilter(field=field, asked=f"{field}={said}") from None
