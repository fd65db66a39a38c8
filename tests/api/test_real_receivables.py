"""A file of receivables, loaded into an empty store: the desk shows its figures, to the cent."""

from office import NOW, add_people, command, euros, serving
from receivables import BIGGEST, MAP, of_the_biggest

from application.imports import import_file
from application.imports.maps import Contents, parse_map
from infrastructure.imports.tables import read_table
from infrastructure.read_models.served import rebuild


@of_the_biggest
def test_the_desk_shows_the_figures_of_the_file(store):
    report = import_file(
        store.events,
        command(),
        read_table(BIGGEST.file),
        Contents.RECEIVABLES,
        mapping=parse_map(MAP.read_text("utf-8")),
    )
    assert (report.case_files, report.clients, report.bad) == (BIGGEST.case_files, BIGGEST.clients, [])
    tokens = add_people(store)
    rebuild(store)
    with serving(store, tokens) as office:
        office.seen.position = report.position
        for month, collected in BIGGEST.collected.items():
            shown = office.ana.sees("/api/escritorio/collections-report", month=month)
            assert shown["totals"] == [euros(str(collected))]
            assert shown["count"] == len(shown["lines"])
        for day, standing in BIGGEST.standing.items():
            shown = office.ana.sees("/api/escritorio/summary", as_of=str(day))
            assert shown["case_files"] == standing.issued
            for figure in ("unpaid", "overdue"):
                count, amount = getattr(standing, figure)
                assert shown[figure] == {"count": count, "totals": [euros(str(amount))]}
        shown = office.ana.sees("/api/escritorio/summary")
        assert shown["flags"]["dispute"] == BIGGEST.disputed
        assert shown["totals"] == [
            {
                "principal": euros(str(BIGGEST.amount)),
                "collected": euros(str(BIGGEST.amount)),
                "outstanding": euros("0.00"),
                "credit": euros("0.00"),
            }
        ]
        assert shown["as_of"] == str(NOW.date())
        of_nobody = office.carl.sees("/api/escritorio/collections-report", month=next(iter(BIGGEST.collected)))
        assert (of_nobody["lines"], of_nobody["totals"]) == ([], [])
