"""Whatever is in a file that people send, reading it takes no more memory and time than it may, and the server none."""

import re
import resource
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import pytest
from openpyxl import Workbook
from PIL import Image

from application.files import NotAnImage, OthersAreRead, TooManyPixels, TooMuchToRead
from application.imports.table import Formula
from infrastructure.files import decoding
from infrastructure.files.decoding import MB, Bound, BoundedImages, BoundedTables
from infrastructure.files.images import PIXELS_AT_MOST
from infrastructure.imports import tables
from infrastructure.imports.tables import FileNotReadable, TooLarge, read_table

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def written(size, kind="PNG", mode="RGB", **how):
    made = BytesIO()
    Image.new(mode, size).save(made, kind, **how)
    return made.getvalue()


def workbook(**changed):
    """A small one, with parts of it changed."""
    book, made, kept = Workbook(), BytesIO(), BytesIO()
    for row in (["Número", "Importe"], ["A", 1]):
        book.active.append(row)
    book.save(made)
    with zipfile.ZipFile(made) as whole, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as crafted:
        for name in whole.namelist():
            stem = name.rpartition("/")[2].partition(".")[0]
            crafted.writestr(name, changed.get(stem, whole.read(name)))
    return kept.getvalue()


def sheet(rows):
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def rows_of_a_hundred(number):
    return number * f"<row>{100 * '<c><v>1</v></c>'}</row>"


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Importe</t></is></c></row>'

CRAFTED = {
    "styles that unpack to a hundred megabytes": lambda: {
        "styles": f"<styleSheet {MAIN}>{100 * MB * ' '}</styleSheet>"
    },
    "a row that stands at line a thousand million": lambda: {
        "sheet1": sheet(HEADER + '<row r="999999999"><c r="A999999999"><v>1</v></c></row>')
    },
    "rows that have one cell each, in the last column": lambda: {
        "sheet1": sheet(HEADER + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 2000)))
    },
    "millions of cells": lambda: {"sheet1": sheet(HEADER + rows_of_a_hundred(100_000))},
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_workbook_is_refused_by_name(tmp_path, name):
    (tmp_path / "book").write_bytes(workbook(**CRAFTED[name]()))
    with pytest.raises(TooLarge):
        BoundedTables().read_table([(tmp_path / "book").read_bytes()])


def test_a_workbook_that_takes_more_than_it_may_is_broken_off(tmp_path, monkeypatch):
    (tmp_path / "book").write_bytes(workbook(sheet1=sheet(HEADER + rows_of_a_hundred(20_000))))
    monkeypatch.setattr(decoding, "TABLES", Bound(1280 * MB, 2, patience=60))
    began = monotonic()
    with pytest.raises(TooMuchToRead):
        BoundedTables().read_table([(tmp_path / "book").read_bytes()])
    assert monotonic() - began < 60


def test_a_file_that_takes_more_memory_than_it_may_is_broken_off(tmp_path, monkeypatch):
    (tmp_path / "rows").write_bytes(b"a;b\n" + 20_000_000 * b";")
    monkeypatch.setattr(decoding, "TABLES", Bound(200 * MB, 60, patience=60))
    with pytest.raises(TooMuchToRead):
        BoundedTables().read_table([(tmp_path / "rows").read_bytes()])


@pytest.mark.whole("the largest pictures, sent together")
def test_the_largest_pictures_sent_together_take_the_memory_of_one():
    """Read one after the other: a process of its own counts its memory, and that of its children once they ended."""
    process = get_context("spawn").Process(target=read_six_together)
    process.start()
    process.join()
    assert process.exitcode == 0


def read_six_together():
    """With the memory that they may have, and all the time that a busy machine takes."""
    decoding.PICTURES = Bound(decoding.PICTURES.memory, 120, patience=600)
    largest = written((7000, 7000), mode="RGBA")
    images = BoundedImages()
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: images.portrait(largest, field="image"), range(6)))
    assert {Image.open(BytesIO(one)).size for one in made} == {(256, 256)}
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < decoding.PICTURES.memory
    assert own_memory() < decoding.PICTURES.memory


def own_memory():
    """The most that this process had at once, in bytes. `RUSAGE_SELF` would begin with what its parent had."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) * 1024


def test_a_picture_that_takes_more_memory_than_it_may_is_broken_off(monkeypatch):
    monkeypatch.setattr(decoding, "PICTURES", Bound(150 * MB, 10, patience=60))
    with pytest.raises(TooMuchToRead) as refused:
        BoundedImages().portrait(written((7000, 7000)), field="image")
    assert refused.value.details == {"field": "image"}


def test_where_its_turn_does_not_come_a_picture_is_refused(monkeypatch):
    bound = Bound(768 * MB, 10, patience=0)
    monkeypatch.setattr(decoding, "PICTURES", bound)
    with bound.turn, pytest.raises(OthersAreRead):
        BoundedImages().portrait(written((10, 10)), field="image")
    assert BoundedImages().portrait(written((10, 10)), field="image")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"GIF89a", NotAnImage), (written((PIXELS_AT_MOST // 5000 + 1, 5000), mode="1"), TooManyPixels)],
)
def test_what_is_no_picture_is_refused_as_ever(content, refusal):
    with pytest.raises(refusal) as refused:
        BoundedImages().redrawn(content, longest=100, field="logo")
    assert refused.value.details["field"] == "logo"


def test_a_table_is_read_there_as_it_is_here(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "is_small", lambda _: False)
    book = Workbook()
    for row in (
        ["Número", "Importe", "Día", "Suma"],
        ["A", 1.5, date(2026, 1, 2), "=B2*2"],
        ["Total", 1.5, None, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "book")
    table = BoundedTables().read_table([(tmp_path / "book").read_bytes()])
    assert table == read_table(tmp_path / "book")
    assert table.rows[0].cells[:3] == ("A", Decimal("1.5"), date(2026, 1, 2))
    assert isinstance(formula := table.rows[0].cells[3], Formula)
    assert formula.cell == "D2"


def test_what_is_wrong_with_a_table_is_told_as_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "is_small", lambda _: False)
    (tmp_path / "book").write_bytes(b"PK\x03\x04 and nothing")
    with pytest.raises(FileNotReadable) as refused:
        BoundedTables().read_table([(tmp_path / "book").read_bytes()])
    with pytest.raises(FileNotReadable) as here:
        tables.read_table(tmp_path / "book")
    assert refused.value.details == here.value.details
    assert refused.value.details["why"].message == here.value.details["why"].message
