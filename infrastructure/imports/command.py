"""What `recobro import` does with a file that was read."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TextIO
from uuid import UUID

from api.http.catalogues import translated
from api.http.formats import CURRENCIES, formats
from api.imports.column_mapping import guess, seen
from api.imports.jobs import asked, lookups
from api.imports.likenesses import NOBODY_ALIKE, likenesses
from api.imports.words import in_words, labelled
from application.imports import BadRows, Report, Wish, import_file
from application.imports.headings import are_spanish
from application.imports.maps import Contents, Map, map_of, with_creditor
from application.imports.table import Table
from application.streams import Command
from domain.business import BUSINESS, Business
from domain.people import OPERATOR
from infrastructure.files.decoding import BoundedTables
from infrastructure.imports.report_lines import lines
from infrastructure.read_models.leader import up_to_date
from infrastructure.stores import Store
from projections.desk.clients import named, open_case_files_of

TABLES = BoundedTables()


def load(
    store: Store,
    command: Command,
    table: Table,
    contents: Contents,
    *,
    mapping: Map | None,
    creditor: str | None,
    dry_run: bool,
    wish: Wish,
    left_out: TextIO | None,
    language: str,
    progress: Callable[[int, int], None],
) -> tuple[Report, Iterable[str]]:
    """What came of it, also in lines. Without a `mapping` columns are known by what people call them."""
    business, _ = store.events.load(Business(), BUSINESS)
    lists = partial(up_to_date, store)
    if mapping is None:
        mapping = map_of(guess(contents, seen(table), CURRENCIES.get(business.country, "EUR"), OPERATOR))
    if creditor is not None:
        mapping = with_creditor(mapping, creditor, table.columns)
    try:
        report = import_file(
            store.events,
            command,
            table,
            contents,
            mapping=mapping,
            dry_run=dry_run,
            wish=wish,
            lookups=lookups(lists),
            open_case_files=asked(lists, open_case_files_of) if dry_run or wish.close_withdrawn else None,
            progress=progress,
        )
    except BadRows as bad:
        report = bad.report
    if left_out is not None:
        into = "es" if are_spanish(table.header) else language
        in_its_words = partial(in_words, gettext=partial(translated, into=into), formats=formats(into, business))
        left = [labelled(finding, table.header, contents, in_its_words) for finding in report.of_bad_rows]
        TABLES.write_left_out(left_out, table, left, in_its_words)
    alike, names = NOBODY_ALIKE, dict[UUID, str]()
    if dry_run and (report.newcomers or report.recognised):
        with lists() as db:
            alike = likenesses(db, report)
            like = [found.client_id for one in alike.first for found in one.like]
            names = {client_id: line.name for client_id, line in named(db, OPERATOR, like).items()}
    return report, lines(table, contents, report, alike, names, command.correlation_id, dry_run=dry_run)
