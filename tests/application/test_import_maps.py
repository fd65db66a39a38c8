import pytest
from receivables import ROOT

from application.imports.columns import ColumnsMissing
from application.imports.headings import own_map
from application.imports.maps import COLUMNS, Contents, MapNotAllowed, Part, parse_map
from application.imports.rows import Reader
from application.imports.table import Row, Table

CLIENTS = '[clients]\ncolumns = { reference = "Nº", name = "Nombre" }\n'


@pytest.mark.parametrize("file", sorted((ROOT / "maps").glob("*.toml")), ids=lambda file: file.name)
def test_every_map_that_is_shipped_can_be_used(file):
    assert parse_map(file.read_text("utf-8"))


def test_the_maps_shown_in_the_documentation_can_be_used():
    _, *blocks = (ROOT / "maps" / "README.md").read_text("utf-8").split("```toml\n")
    assert {part for block in blocks for part in parse_map(block.split("```")[0])} == set(Part)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[clients", "not TOML"),
        ("[customers]\n", "'customers'"),
        ('[clients]\ncolumns = { reference = "Nº", name = "N", nickname = "A" }', "'nickname'"),
        ('[clients]\ncolumns = { reference = "Nº", name = 5 }', "name is a text"),
        ('clients = "Nº"', "[clients] is a table"),
        (CLIENTS + 'constants = { name = "x" }', "both a column and a constant for name"),
        (CLIENTS + 'separator = ";"', "'separator'"),
        (CLIENTS + 'decimal_mark = ";"', "decimal_mark"),
        (CLIENTS + "date_formats = 5", "date_formats"),
        (CLIENTS + 'date_formats = ["dd/mm"]', "date_formats"),
        (CLIENTS + 'date_formats = ["%d/%m/%Y"]', "date_formats"),
        (CLIENTS + 'values = { colour = { a = "b" } }', "'colour'"),
    ],
)
def test_a_map_that_says_what_cannot_be_is_refused_by_name(text, told):
    with pytest.raises(MapNotAllowed) as refused:
        parse_map(text)
    assert told in refused.value.details["why"]


def test_a_map_that_names_a_column_the_file_lacks_is_refused():
    table = Table(("Nº", "Apellidos"), [Row(2, ("1", "Muñoz"))])
    with pytest.raises(ColumnsMissing) as refused:
        Reader(table, parse_map(CLIENTS), Contents.CLIENTS)
    assert refused.value.details == {"columns": ["Nombre"], "found": ["Nº", "Apellidos"]}


def test_our_own_columns_need_no_map_but_those_that_matter():
    header = ("reference", "amount")
    with pytest.raises(ColumnsMissing) as refused:
        Reader(Table(header, []), None, Contents.PAYMENTS)
    assert refused.value.details["columns"] == ["case_file_reference", "currency", "received_on"]
    assert own_map(Contents.CLIENTS, COLUMNS[Part.CLIENTS])
    with pytest.raises(ColumnsMissing) as refused:
        Reader(Table(("Nº",), []), parse_map('[clients]\ncolumns = { reference = "Nº" }'), Contents.CLIENTS)
    assert refused.value.details["columns"] == ["name"]


def test_a_file_of_several_parts_needs_the_columns_of_each_and_its_map_a_section_for_each():
    for contents in (Contents.RECEIVABLES, Contents.INVOICED_RECEIVABLES):
        with pytest.raises(ColumnsMissing):
            Reader(Table(("reference",), []), None, contents)
    with pytest.raises(MapNotAllowed) as refused:
        Reader(Table(("Nº", "Nombre"), []), parse_map(CLIENTS), Contents.RECEIVABLES)
    assert "case_files" in refused.value.details["why"]


def test_foreign_words_read_as_the_map_says():
    told = parse_map(CLIENTS + 'constants = { zone = "Norte" }\n[clients.values.name]\nNN = "Desconocido"\n')
    reader = Reader(Table(("Nº", "Nombre"), []), told, Contents.CLIENTS)
    line, findings = reader.read(Row(2, ("1", "NN")))
    assert (line.client.name, line.client.details.zone, findings) == ("Desconocido", "Norte", [])
