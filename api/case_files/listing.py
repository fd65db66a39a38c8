"""Lists of case files: what they are asked for over HTTP and on their page, and their columns in a file."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from sqlalchemy import Connection

from api.clients.views import client_numbered
from api.http.catalogues import marked as _
from api.http.formats import as_amount
from api.http.labels import CASE_FILE_STATES, FLAGS, STAGES
from api.http.shapes import Body, Cursor, Import, Limit, Search, sorted_by
from api.pages.context import PageContext
from api.pages.sheets import Columns
from domain.case_file.progress import Stage
from projections.clients.listing import known_by
from projections.desk.case_files import SORTS, CaseFileLine, Choice, Filters
from projections.desk.clients import ClientLine

HERE = "/escritorio/case-files"


class CaseFileList(Body):
    """Which case files, in which order: a column, with a hyphen before it the largest or latest first."""

    state: Literal["open", "closed", "all"] = "open"
    stage: Stage | None = None
    flag: Choice | None = None
    collector: Search = None
    client_id: UUID | None = None
    debtor_id: UUID | None = None
    reference: Search = None
    text: Search = None
    import_: Import = None
    sort: Annotated[str, sorted_by(sorted(SORTS))] = "next_action_on"
    cursor: Cursor = None
    limit: Limit = 50

    def filters(self, decimal_mark: str = ".") -> Filters:
        return Filters(
            state=self.state,
            stage=self.stage and self.stage.value,
            flag=self.flag,
            collector=self.collector,
            client_id=self.client_id,
            debtor_id=self.debtor_id,
            reference=self.reference,
            text=self.text,
            amount=as_amount(self.text, decimal_mark) if self.text else None,
            known=known_by(self.text) if self.text else None,
            import_id=self.import_,
        )


class CaseFilePage(CaseFileList):
    """Clients by their short numbers."""

    creditor: str = ""
    debtor: str = ""

    def chosen(self, context: PageContext, db: Connection) -> tuple[Filters, ClientLine | None, ClientLine | None]:
        """With the debtor and the creditor that it names."""
        debtor, creditor = (client_numbered(db, context, number) for number in (self.debtor, self.creditor))
        filters = self.filters(context.formats.decimal_mark)
        if debtor:
            filters = replace(filters, debtor_id=debtor.id)
        if creditor:
            filters = replace(filters, client_id=creditor.id)
        return filters, debtor, creditor


COLUMNS: Columns[CaseFileLine] = {
    _("Case file"): lambda one, _: one.reference,
    _("Creditor"): lambda one, _: one.client,
    _("Debtor"): lambda one, _: one.debtor,
    _("Collector"): lambda one, context: one.collector and context.person(one.collector),
    _("Opened on"): lambda one, _: one.opened_on,
    _("Last action"): lambda one, _: one.last_action_on,
    _("Next action"): lambda one, _: one.next_action,
    _("Day of the next action"): lambda one, _: one.next_action_on,
    _("Principal"): lambda one, _: one.principal.amount,
    _("Collected"): lambda one, _: one.collected.amount,
    _("Waiting for approval"): lambda one, _: one.waiting.amount,
    _("Outstanding"): lambda one, _: one.outstanding.amount,
    _("Credit"): lambda one, _: one.credit.amount,
    _("Currency"): lambda one, _: one.principal.currency,
    _("Days in arrears"): lambda one, _: one.days_in_arrears,
    _("State"): lambda one, context: context._(CASE_FILE_STATES[one.state]),
    _("Stage"): lambda one, context: context._(STAGES[one.stage]),
    _("Flags"): lambda one, context: ", ".join(context._(FLAGS[flag]) for flag in one.flags),
}
