"""The tabs of a client's page, each a title, a template and what that shows. Whoever adds one adds it to `TABS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from api.catalogues import marked as _
from api.histories import with_mergings
from api.web.client_history import client_history
from api.web.escritorio import charts
from api.web.tasks import in_tab, shown_tasks
from api.web.visit import Visit
from domain.days import next_month
from projections.clients.detail import ClientDetail, called, ever_merged_into
from projections.escritorio.case_files import Filters, list_case_files
from projections.escritorio.client_payments import collected_by_day, list_client_payments

PAYMENTS_SHOWN = CASE_FILES_SHOWN = 20


@dataclass(frozen=True)
class Tab:
    title: str
    template: str
    shown: Callable[[Visit, Connection, ClientDetail], Mapping[str, Any]]


def payments(visit: Visit, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    month = visit.today.replace(day=1)
    collected = collected_by_day(db, visit.viewer, client.line.id, month)
    return {
        "payments": list_client_payments(db, visit.viewer, client.line.id, None, PAYMENTS_SHOWN),
        "month": month,
        "charts": charts([(day, collected.get(day, [])) for day in _days(month)], visit.today),
    }


def case_files(visit: Visit, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    """Those on which it is the debtor, and those on which it is the creditor."""

    def listed(**who: Any) -> Any:
        filters = Filters(state="all", **who)
        return list_case_files(db, visit.viewer, visit.as_of, filters, "-opened_on", None, CASE_FILES_SHOWN)

    return {"owing": listed(debtor_id=client.line.id), "owed": listed(client_id=client.line.id)}


def tasks(visit: Visit, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    return shown_tasks(visit, db, in_tab(visit, client.line.id))


def history(visit: Visit, db: Connection, client: ClientDetail) -> Mapping[str, Any]:
    client_id = client.line.id
    merged = called(db, visit.viewer, ever_merged_into(db, client_id))
    return {"events": client_history(visit, with_mergings(visit.store, visit.viewer, client_id, merged), merged)}


TABS: Mapping[str, Tab] = {
    "payments": Tab(_("Its payments"), "client_payments.html", payments),
    "tasks": Tab(_("Tasks"), "client_tasks.html", tasks),
    "case-files": Tab(_("Case files"), "client_case_files.html", case_files),
    "history": Tab(_("History"), "client_history.html", history),
}
"""In the order they are shown, by what the address calls them. The first is open unless another is asked for."""


def _days(month: date) -> list[date]:
    return [month + timedelta(days=number) for number in range((next_month(month) - month).days)]
