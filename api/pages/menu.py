"""The menu that frames every page: groups of pages, each with its icon and the roles that use it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from api.http.catalogues import marked as _
from domain.people import Role

EVERYBODY = tuple(Role)


@dataclass(frozen=True)
class Entry:
    """A page of the menu. `within` are beginnings of the addresses where one is in this part, besides its own."""

    path: str
    icon: str
    name: str
    within: tuple[str, ...] = ()
    roles: tuple[Role, ...] = EVERYBODY
    first: bool = False  # on phones too

    def covers(self, path: str) -> int:
        """How much of the path is this part's: the longest wins. Nothing where it is elsewhere."""
        return max((len(start) for start in (self.path, *self.within) if f"{path}/".startswith(f"{start}/")), default=0)


@dataclass(frozen=True)
class Group:
    name: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group("", (Entry("/escritorio", "sun", _("Today"), first=True),)),
    Group(
        _("Portfolio"),
        (
            Entry("/escritorio/case-files", "folder", _("Case files"), ("/case-files",), first=True),
            Entry("/clients", "people", _("Clients"), first=True),
            Entry("/portfolios", "briefcase", _("Portfolios"), ("/reassignment", "/substitutes")),
            Entry("/tasks", "check", _("Tasks")),
        ),
    ),
    Group(
        _("Money"),
        (
            Entry(
                "/escritorio/unapproved-payments",
                "euro",
                _("Payments"),
                ("/escritorio/calendar", "/escritorio/collections-report", "/invoices/payments", "/receipts"),
                first=True,
            ),
            Entry("/invoices", "invoice", _("Invoices")),
            Entry("/estimates", "estimate", _("Estimates")),
            Entry("/expenses", "cash", _("Expenses"), ("/escritorio/expenses-report",)),
        ),
    ),
    Group(_("Contact"), (Entry("/messages", "msg", _("Messages")),)),
    Group(
        _("Office"),
        (
            Entry("/reports", "report", _("Reports"), ("/receivables", "/credits")),
            Entry("/import", "upload", _("Import"), roles=(Role.SUPERVISOR, Role.ADMINISTRATOR)),
            Entry("/audit", "shield", _("Audit"), roles=(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)),
            Entry("/users", "lock", _("Users"), roles=(Role.ADMINISTRATOR,)),
            Entry("/settings", "gear", _("Settings"), roles=(Role.ADMINISTRATOR,)),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """An entry in the reader's words, and whether the page shown is of its part."""

    path: str
    icon: str
    name: str
    is_current: bool


def menu(context: Any) -> Sequence[tuple[str, Sequence[Shown]]]:
    """The groups of what this viewer's roles use, in the reader's words; those without a page are left out."""
    groups = [(context.words.gettext(group.name) if group.name else "", [*_shown(context, group)]) for group in GROUPS]
    return [(name, entries) for name, entries in groups if entries]


def on_phones(context: Any) -> Sequence[Shown]:
    firsts = {entry.path for group in GROUPS for entry in group.entries if entry.first}
    return [entry for _name, entries in menu(context) for entry in entries if entry.path in firsts]


def _shown(context: Any, group: Group) -> Iterator[Shown]:
    here = context.request.url.path
    furthest = max((one.covers(here) for each in GROUPS for one in each.entries), default=0)
    for entry in group.entries:
        if context.may(*entry.roles):
            is_current = furthest > 0 and entry.covers(here) == furthest
            yield Shown(entry.path, entry.icon, context.words.gettext(entry.name), is_current)
