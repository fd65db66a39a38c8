"""Clients blocked and merged, in whatever is kept about them elsewhere: tasks, portfolios, expenses; and substitutes."""

from io import BytesIO

import pytest
from office import PDF, euros, opening, upload
from openpyxl import load_workbook

NAME, PLACE, SAID = "Quintín Zarzalejos", "Calle del Cerezo 3", "vive con su hermana"


def registered(office, name, collector="carl", **more):
    client = office.client(name, **more)
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": collector, "from": "2026-01-01"})
    return client
