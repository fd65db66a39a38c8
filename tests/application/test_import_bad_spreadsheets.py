"""Files as a small office has them, whose columns nobody matched: what is read of them, and what is said of it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from scenario import DORA, TODAY

from application.imports import Wish, import_file
from application.imports.maps import Contents, Part, Section
from application.imports.people import SameNames
from application.imports.table import Row, Table
from application.streams import Command
from domain.case_file.progress import CaseFileOpened
from domain.client import ClientRegistered


def table(written):
    """A CSV file's cells between semicolons, the first line its header."""
    header, *rows = [tuple(line.strip().split(";")) for line in written.strip().splitlines()]
    return Table(header, [Row(line, cells) for line, cells in enumerate(rows, start=2)])


def load(store, written, contents=Contents.RECEIVABLES, *, told=None, dry_run=False, **wish):
    command = Command(uuid4(), DORA, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())
    what = written if isinstance(written, Table) else table(written)
    said = {"leave_out_bad": True, "same_names": SameNames(all=True)} | wish
    return import_file(
        store.events,
        command,
        what,
        contents,
        told=told,
        dry_run=dry_run,
        wish=Wish(**said),
        namesakes=lambda names: {name: [known.stream for known in all_of(store, ClientRegistered)] for name in names},
    )


def all_of(store, *kinds):
    return [known for known in store.events.since(0, 10_000) if isinstance(known.event, kinds)]


def events(store, *kinds):
    return [known.event for known in all_of(store, *kinds)]


def said(findings):
    return [(one.line, one.column, str(one.why)) for one in findings]


# Whom a row means


@pytest.mark.parametrize("name", ["Cliente", "Deudor", "Nombre"])
@pytest.mark.parametrize("code", ["Cód. cliente", "Código", "Nº socio"])
@pytest.mark.parametrize("contents", [Contents.RECEIVABLES, Contents.INVOICED_RECEIVABLES])
def test_two_of_one_name_with_codes_of_their_own_are_two(store, contents, code, name):
    load(
        store,
        f"""{code};{name};Nº Factura;Fecha;Vencimiento;Importe;Moneda
        Z1;Zeta;F1;1/2/26;1/3/26;10,00;EUR
        Z2;Zeta;F2;1/2/26;1/3/26;20,00;EUR""",
        contents,
    )
    assert [(one.reference, one.name) for one in events(store, ClientRegistered)] == [("Z1", "Zeta"), ("Z2", "Zeta")]


def test_a_column_of_codes_is_who_owes_in_case_files_and_invoices_whatever_else_names_them(store):
    load(store, "Código;Nombre\nZ1;Zeta\nZ2;Zeta", Contents.CLIENTS)
    header = "Cód. cliente;Cliente;Nº Factura;Fecha;Vencimiento;Importe;Moneda"
    row = "Z2;Zeta;F2;1/2/26;1/3/26;20,00;EUR"
    for contents in (Contents.CASE_FILES, Contents.INVOICES):
        assert not load(store, f"{header}\n{row}", contents).bad
    z2 = all_of(store, ClientRegistered)[1].stream
    assert [one.debtor_id for one in events(store, CaseFileOpened)] == [z2]


def test_codes_that_nothing_is_read_of_never_let_two_become_one_without_a_word(store):
    columns = {"name": "Cliente"}, {"number": "Nº Factura", "principal": "Importe", "due_on": "Vencimiento"}
    report = load(
        store,
        """Cód. cliente;Cliente;Nº Factura;Vencimiento;Importe
        Z1;Zeta;F1;1/3/26;10,00
        Z1;Zeta;F2;1/3/26;20,00
        Z2;Zeta;F3;1/3/26;30,00""",
        told={Part.CLIENTS: Section(columns[0]), Part.CASE_FILES: Section(columns[1], {"currency": "EUR"})},
    )
    assert said(report.warnings) == [
        (
            4,
            "Cód. cliente",
            "line 2 has the same name and the code Z1, and both are taken for one person: if they are two, choose this "
            "column for the client's reference",
        )
    ]
