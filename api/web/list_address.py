"""What a list is asked for stands in its address: filters, order and page, so that it can be kept and sent on."""

from dataclasses import asdict, dataclass, replace
from typing import Self, TypeVar
from urllib.parse import urlencode

from api.web.forms import Form

LONGEST = 200
"""Characters of a filter; what is typed beyond them is left out."""


@dataclass(frozen=True, kw_only=True)
class ListAddress:
    """A list's own has its `home`, and a field for each filter: text as the address has it."""

    sort: str = "name"

    @property
    def home(self) -> str:
        raise NotImplementedError

    @property
    def usual(self) -> Self:
        """Everything, in the usual order. What is as usual is left out of an address."""
        return type(self)()

    def address(self, path: str | None = None, **changes: str) -> str:
        """With these changes, from the first page on unless a cursor is among them."""
        cursor = {"cursor": after} if (after := changes.pop("cursor", "")) else {}
        usual, known = asdict(self.usual), asdict(replace(self, **changes))
        query = urlencode({name: value for name, value in known.items() if value != usual[name]} | cursor)
        return f"{path or self.home}?{query}" if query else path or self.home

    def reset(self) -> str:
        """Everything, in the same order."""
        return replace(self.usual, sort=self.sort).address()

    def turned(self, sort: str) -> str:
        """By that column; the other way round where it is sorted so already."""
        return self.address(sort=f"-{sort}" if self.sort == sort else sort)

    def direction(self, sort: str) -> str:
        return {sort: "ascending", f"-{sort}": "descending"}.get(self.sort, "")


A = TypeVar("A", bound=ListAddress)


def read(form: Form, usual: A) -> A:
    """What the form of an address's query asks otherwise than usual."""
    said = {name: value[:LONGEST] for name in asdict(usual) if (value := form.optional_text(name))}
    return replace(usual, **said)
