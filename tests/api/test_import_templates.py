"""Templates of files to import: each is read and matched as it is, in the words of any business, and its row loads."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from scenario import DORA, TODAY

from api.http.formats import formats
from api.http.words import words
from api.imports import column_mapping
from api.imports.column_names import LABELS
from api.imports.template_pages import COLUMNS, template
from api.pages.forms import Form
from application.imports import import_file
from application.imports.headings import column_of
from application.imports.maps import Contents, map_of
from application.streams import Command
from domain.business import Business, Kind
from infrastructure.documents import StoredTemplates
from infrastructure.imports.tables import read_table

BUSINESSES = [replace(Business(), kind=kind, country=country) for kind in Kind for country in ("ES", "CO")]
FIRST = {Contents.PAYMENTS: Contents.RECEIVABLES, Contents.INVOICE_PAYMENTS: Contents.INVOICED_RECEIVABLES}
"""What has to be here before a payment of it."""


def saved(path, contents, kind, business, language="es"):
    formatting = formats(language, business)
    sheet = template(contents, formatting, words(language, business).gettext)
    if kind == "xlsx":
        with StoredTemplates().workbook(sheet) as book:
            path.write_bytes(book.read())
    else:
        path.write_bytes(b"".join(StoredTemplates().csv(sheet, decimal_mark=formatting.decimal_mark)))
    return path


def matched(table, contents):
    """As the page shows it, and nobody changes anything."""
    file = column_mapping.seen(table)
    guessed = column_mapping.guess(contents, file, "EUR", DORA)
    fields = {f"columns.{part}.{ours}": [name] for part in guessed for ours, name in guessed[part]["columns"].items()}
    return column_mapping.typed(contents, file, Form(fields), DORA)


@pytest.mark.parametrize("contents", COLUMNS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_column_of_a_template_is_known_whatever_the_business_and_the_language(tmp_path, contents, kind):
    for business in BUSINESSES:
        for language in ("es", "en"):
            table = read_table(saved(tmp_path / "template", contents, kind, business, language))
            mapping, said = matched(table, contents), words(language, business).gettext
            columns = [(part, ours) for part in mapping for ours in mapping[part]["columns"]]
            assert {mapping[part]["columns"][ours]: said(LABELS[part, ours]) for part, ours in columns} == {
                name: name for name in table.header
            }
            assert column_mapping.lacking(contents, mapping) == []
            assert [
                one for one in column_mapping.words(mapping, column_mapping.seen(table)) if "" in one.words.values()
            ] == []


@pytest.mark.parametrize("contents", COLUMNS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("by", ["page", "command line"])
def test_the_row_of_a_template_loads(store, tmp_path, contents, kind, by):
    business = replace(Business(), kind=Kind.SERVICE_BUSINESS, country="ES")

    def load(contents, *, dry_run):
        table = read_table(saved(tmp_path / "template", contents, kind, business))
        command = Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())
        mapping = map_of(matched(table, contents)) if by == "page" else None
        return import_file(store.events, command, table, contents, mapping=mapping, dry_run=dry_run)

    if contents in FIRST:
        load(FIRST[contents], dry_run=False)
    report = load(contents, dry_run=True)
    assert ([*report.bad], [*report.warnings], report.rows) == ([], [], 1)
    assert report.clients + report.case_files + report.invoices + report.payments > 0


def test_every_name_that_we_have_for_a_column_is_known_as_that_column():
    for business in BUSINESSES:
        for language in ("es", "en"):
            said = words(language, business).gettext
            unknown = [key for key, name in LABELS.items() if column_of(*key, [said(name)]) is None]
            assert (business, language, unknown) == (business, language, [])


def test_a_template_is_downloaded_with_what_its_columns_take_by_who_may_import(office, tmp_path):
    def asked(name, path):
        return office.http.get(path, headers=office.browser(name))

    page = asked("ana", "/import").text
    for contents in COLUMNS:
        for kind in ("csv", "xlsx"):
            address = f"/import/templates/{contents}.{kind}"
            assert f'href="{address}"' in page
            assert asked("ana", address).status_code == 200
    (tmp_path / "template.xlsx").write_bytes(asked("ana", "/import/templates/receivables.xlsx").content)
    debts, notes = load_workbook(tmp_path / "template.xlsx").worksheets
    rows = [[cell.value for cell in row] for row in notes.iter_rows()]
    assert (debts.title, notes.title, rows[0]) == ("Deudas", "Notas", ["Columna", "Obligatoria", "Qué admite"])
    assert [row[0] for row in rows[1:]] == [cell.value for cell in debts[1]]
    assert ["Moneda", "Sí", "Tres letras, como EUR"] in rows
    assert asked("carl", "/import/templates/receivables.xlsx").status_code == 403
    assert asked("ana", "/import/templates/case-files.xlsx").status_code == 404
