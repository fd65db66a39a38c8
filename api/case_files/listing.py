"""What lists of case files are asked for."""

from dataclasses import dataclass
from typing import Literal, get_args

from api.http.formats import as_amount
from api.pages.context import PageContext
from api.pages.list_address import ListAddress, import_in, one_of
from domain.case_file.progress import Stage
from projections.clients.listing import known_by
from projections.desk.case_files import Choice, Filters
from projections.desk.clients import ClientLine

HERE = "/escritorio/case-files"


CHOICES: tuple[Choice, ...] = get_args(Choice)


STATES: tuple[Literal["open", "closed", "all"], ...] = ("open", "closed", "all")


@dataclass(frozen=True, kw_only=True)
class Asked(ListAddress):
    """Clients by their short numbers."""

    path: str = HERE
    state: str = "open"
    stage: str = ""
    flag: str = ""
    collector: str = ""
    creditor: str = ""
    debtor: str = ""
    text: str = ""
    import_: str = ""
    sort: str = "next_action_on"


def filters_of(context: PageContext, asked: Asked, debtor: ClientLine | None, creditor: ClientLine | None) -> Filters:
    return Filters(
        state=one_of(STATES, asked.state, "state") or "open",
        stage=one_of([stage.value for stage in Stage], asked.stage, "stage"),
        flag=one_of(CHOICES, asked.flag, "flag"),
        collector=asked.collector or None,
        client_id=creditor.id if creditor else None,
        debtor_id=debtor.id if debtor else None,
        text=asked.text or None,
        amount=as_amount(asked.text, context.formats.decimal_mark) if asked.text else None,
        known=known_by(asked.text) if asked.text else None,
        import_id=import_in(asked.import_),
    )
