from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.imports.cells import Unreadable
from application.imports.columns import Orders
from application.imports.days import DAY_FIRST, MONTH_FIRST, OPEN, Days, day_format, proofs
from application.imports.maps import Section
from application.imports.table import Row, Table

THE_FIFTH = date(2026, 2, 5)


@pytest.mark.parametrize(
    "written",
    [
        "05/02/2026",
        "5/2/26",
        "5-2-2026",
        "05.02.26",
        "5 / 2 / 2026",
        "2026-02-05",
        "2026/2/5",
        "2026-02-05 00:00:00",
        "2026-02-05 05:02:32.250000000",
        "2026-02-05T23:30:00Z",
        "2026-02-05T10:00:00.123+01:00",
        "05/02/2026 9:30",
        "5/2/2026 9:30 p. m.",
        "5-feb-2026",
        "5 feb 2026",
        "5 FEB. 26",
        "5-feb-26",
        "05FEB2026",
        "5 febrero, 2026",
        "5º de febrero del 2026",
        "5 de febrero de 2026",
        "jueves, 5 de febrero de 2026",
        "Thursday, February 5, 2026",
        "Feb 5, 2026",
        "February 5th 2026",
        "20260205",
        "20260205.0",
        "46058",
        "46058.75",
        Decimal(46058),
        Decimal("46058.75"),
        date(2026, 2, 5),
    ],
)
def test_a_day_is_read_in_whatever_shape_it_is_typed(written):
    assert Days().read(written) == THE_FIFTH


@pytest.mark.parametrize(
    "written", ["feb-26", "feb-2026", "febrero de 2026", "February 2026", "mar. 26", "02/2026", "2026-02"]
)
def test_a_month_is_no_day_and_is_refused_as_that(written):
    with pytest.raises(Unreadable, match="a month without its day: write which day of it, such as 31/01/2026"):
        Days().read(written)


def test_march_is_no_tuesday():
    assert {Days().read(written) for written in ("mar 5 2026", "Marzo 5, 2026", "5-mar-26")} == {date(2026, 3, 5)}
    assert Days().read("mar 3/3/2026") == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("yymmdd", "260205"),
        ("yyyymmdd", "20260205"),
        ("ddmmyyyy", "05022026"),
        ("ddmmyy", "050226"),
        ("dd/mm/yyyy hh:mm", "05/02/2026 09:30"),
        ("yyyymmdd hh:mm:ss", "20260205 09:30:11"),
        ("yymmdd", Decimal(260205)),
        ("mm/dd/yyyy", "2/5/26"),
        ("mm/dd/yyyy", "2-5-2026"),
        ("yyyymmdd", "05/02/2026"),
    ],
)
def test_a_map_tells_days_without_separators_and_with_a_time_and_which_comes_first(form, written):
    assert Days([form]).read(written) == THE_FIFTH


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2026",
        "02/13/2026",
        "260205",
        "5022026",
        "45",
        "99999",
        "5/2",
        "5-feb",
        "5-foo-2026",
        "05/02-2026",
        "2026-02-05x",
        "32/1/2026",
        "0/1/2026",
        "1-1-1",
        "12",
        "ayer",
        "05022026",
        "2026-13-01",
    ],
)
def test_what_is_no_day_or_not_for_certain_is_not_read(written):
    with pytest.raises(Unreadable):
        Days().read(written)


@pytest.mark.parametrize("form", ["yymm", "dd/mm", "dmyyyy", "dd/mm/yyyy/yy", "", "mm:dd:yyyy", "yyyy"])
def test_a_format_without_a_day_a_month_and_a_year_is_none(form):
    with pytest.raises(Unreadable):
        day_format(form)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["01/02/2026", "1/13/2026", "1/14/2026"], MONTH_FIRST),
        (["1/13/2026", "02/02/2026"], MONTH_FIRST),
        (["01/02/2026", "1/13/2026"], None),
        (["01/02/2026", "13/1/2026"], DAY_FIRST),
        (["1/13/2026", "1/14/2026", "13/1/2026"], DAY_FIRST),
        (["01/02/2026", "2026-01-13", "", date(2026, 1, 13)], None),
    ],
)
def test_the_month_comes_first_only_where_a_column_proves_it_by_more_than_one_cell_that_may_be_mistyped(column, order):
    assert proofs(column).order == order


def test_a_column_that_proves_nothing_goes_with_the_others_of_its_file_if_they_agree():
    rows = [Row(2, ("01/02/2026", "1/13/2026")), Row(3, ("", "1/14/2026"))]
    section = Section({"opened_on": "a", "due_on": "b"})

    def order(*rows):
        return Orders(Table(("a", "b"), rows), [section]).of("a")

    assert order(*rows) == MONTH_FIRST
    assert order(*rows[:1]) == OPEN
    assert order(*rows, Row(4, ("13/01/2026", ""))) == DAY_FIRST


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_any_day_reads_as_itself_however_a_program_writes_it(day):
    for form in ("%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%d-%b-%Y", "%d/%m/%Y %H:%M"):
        assert Days().read(day.strftime(form)) == day
    assert Days().read(Decimal((day - date(1899, 12, 30)) // timedelta(days=1))) == day
