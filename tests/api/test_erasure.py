"""An erased client: nothing personal can be read anywhere, and every figure is as it was."""

from contextlib import closing
from pathlib import Path

import psycopg
from eventually import eventually
from office import euros, payment
from sqlalchemy import select

from infrastructure.read_models import PROJECTIONS, go_back, rebuild

NAME, PHONE, NOTE = "Quintín Zarzalejos", "655 123 987", "vive con su hermana en Cuacos"
"""Words that nothing else holds."""


def told_of(office):
    """A closed case file of somebody of whom there is all that there can be, and a stranger's."""
    file = office.case_file("EXP-1")
    debtor = office.client(
        NAME,
        zone="Cuacos de Yuste",
        notes=NOTE,
        address={"street": "Calle del Cerezo 3, Cuacos", "city": "Cuacos"},
        contacts=[{"medium": "phone", "value": PHONE}],
    )
    office.ana.does(f"/api/clients/{debtor}/assignment", {"collector": "carl", "from": "2026-01-01"})
    opened = {"debtor_id": debtor, "opened_on": "2026-01-10", "due_on": "2026-02-10", "principal": euros("300.00")}
    own = office.ana.does("/api/case-files", {"reference": "EXP-2", **opened})
    at = f"/api/case-files/{own}"
    said = {"phone": PHONE, "note": NOTE, "next_action": f"Llamar a {NAME}", "next_action_on": "2026-04-01"}
    office.carl.does(f"{at}/actions", {"channel": "call", "outcome": "contacted", **said})
    paid = office.carl.does(f"{at}/payments", payment("300.00", payer=NAME, note=NOTE))
    office.ana.does(f"{at}/payments/{paid}/rejection", {"reason": NOTE})
    office.ana.does(f"{at}/payments/{paid}/reopening", {"reason": "undo"})
    office.ana.does(f"{at}/payments/{paid}/approval")
    office.carl.does(f"{at}/closing", {"reason": "paid", "note": NOTE})
    return debtor, own, file


def figures(office):
    shown = [office.dora.sees("/api/escritorio/case-files", state=state)["items"] for state in ("open", "closed")]
    amounts = [(line["reference"], line["collected"], line["outstanding"]) for lines in shown for line in lines]
    return amounts, office.dora.sees("/api/escritorio/summary"), office.emil.sees("/api/audit/payments")["items"]


def without_reasons(figures):
    amounts, summary, changes = figures
    return amounts, summary, [{**change, "reason": None} for change in changes]


def holding(store, *texts):
    """The files of the store in which any of these can be read."""
    if store.folder is not None:
        files = [file for file in store.folder.rglob("*") if file.is_file()]
    else:
        with psycopg.connect(store.address, autocommit=True) as db:
            db.execute("CHECKPOINT")
            [(data,)] = db.execute("SHOW data_directory").fetchall()
            found = db.execute(
                "SELECT %s || '/base/' || oid FROM pg_database WHERE datname = current_database()", (data,)
            ).fetchall()
        files = [file for (folder,) in found for file in Path(folder).iterdir() if file.is_file()]
    contents = {file: file.read_bytes() for file in files}
    return sorted({file.name for file, content in contents.items() for text in texts if text.encode() in content})


def test_erasing_a_client_leaves_nothing_to_be_read_and_every_figure(office):
    store = office.store
    rebuild(store)  # so that a generation is kept from before
    debtor, own, _ = told_of(office)
    before = figures(office)
    assert office.carl.sees("/api/search", text="zarzalejos")["clients"]["items"]
    assert holding(store, NAME)
    office.dora.does(f"/api/clients/{debtor}/erasure", {"ground": "asked_for"})
    assert without_reasons(figures(office)) == without_reasons(before)
    eventually(lambda: holding(store, NAME, PHONE, NOTE, "zarzalejos", "Cuacos") == [])
    shown = office.ana.sees(f"/api/clients/{debtor}")
    line = shown["line"]
    assert (line["name"], line["zone"], line["standing"]) == ("[suprimido]", "[suprimido]", "erased")
    assert (line["phones"], shown["notes"], shown["street"]) == (["[suprimido]"], "[suprimido]", None)
    assert office.ana.sees("/api/search", text="zarzalejos")["clients"]["items"] == []
    line = office.ana.sees(f"/api/case-files/{own}")["line"]
    assert (line["debtor"], line["next_action"]) == ("[suprimido]", "[suprimido]")
    history = office.ana.sees(f"/api/case-files/{own}/history")["items"]
    assert {entry["data"].get("note") for entry in history} <= {None, "[suprimido]"}
    live = served(store)
    rebuild(store)
    assert served(store) == live
    assert store.events.verify().position
    go_back(store)
    assert served(store) == live


def served(store):
    """All rows of the current generation."""
    tables = [table for projection in PROJECTIONS for table in projection.tables]
    with closing(store.generations.open(store.generations.current())) as generation, generation.reading.connect() as db:
        return {table.name: sorted(map(tuple, db.execute(select(table))), key=repr) for table in tables}
