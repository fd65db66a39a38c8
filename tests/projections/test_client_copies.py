"""The copies of a client that read models keep say the same of it, whichever is asked."""

from datetime import timedelta

from agency import ANA, CARL
from scenario import TODAY
from sqlalchemy import select

from application.clients import correct_client
from application.restrictions import block_client, merge_client, unblock_client, unmerge_client
from domain.client.details import Details
from domain.personal import BLOCKED
from projections.clients.tables import clients as known
from projections.desk.tables import clients as on_desk
from projections.invoices.tables import clients as invoiced
from projections.merging import merged_group
from projections.messages.tables import clients as written_to
from projections.portfolios.tables import clients as listed
from projections.tasks.tables import clients as visited

COPIES = (known, on_desk, invoiced, listed, visited, written_to)


def test_every_read_model_holds_the_same_clients_to_be_one_also_once_a_merging_in_between_is_undone(agency):
    last, between, first, other = (agency.register(name) for name in ("Ana", "Anita", "Ana R.", "Bea"))
    merge_client(agency.log, agency.command(), first, into=between, reason="es la misma")
    merge_client(agency.log, agency.command(), between, into=last, reason="es la misma")
    assert groups(agency, last, between, first, other) == [{last, between, first}] * 3 + [{other}]
    unmerge_client(agency.log, agency.command(), between, reason="era otra")
    assert groups(agency, last, between, first, other) == [{last}, {between, first}, {between, first}, {other}]
    unmerge_client(agency.log, agency.command(), first, reason="era otra")
    merge_client(agency.log, agency.command(), between, into=other, reason="es la misma")
    assert groups(agency, last, between, first, other) == [{last}, {between, other}, {first}, {between, other}]


def test_every_read_model_says_the_same_of_a_clients_name_its_holder_and_its_standing(agency):
    client = agency.register("Ana")
    assert said(agency, client) == ("Ana", None, "usable", "")
    agency.assign(client, ANA.name, TODAY)
    correct_client(agency.log, agency.command(), client, details=Details("Ana Ruiz"), reason="se casó")
    assert said(agency, client) == ("Ana Ruiz", None, "usable", ANA.name)
    block_client(agency.log, agency.command(), client, reason="lo pide")
    assert said(agency, client) == (BLOCKED, "Ana Ruiz", "blocked", ANA.name)
    unblock_client(agency.log, agency.command(), client, reason="ya no")
    assert said(agency, client) == ("Ana Ruiz", None, "usable", ANA.name)


def test_whoever_holds_a_client_from_the_latest_day_holds_it_in_every_read_model(agency):
    client, yesterday = agency.register("Ana"), TODAY - timedelta(days=1)
    for since, collector, holder in (
        (TODAY, ANA.name, ANA.name),
        (TODAY, CARL.name, CARL.name),  # of the same day, what was said last
        (yesterday, ANA.name, CARL.name),  # up to today
        (yesterday, None, CARL.name),
    ):
        agency.assign(client, collector, since)
        assert said(agency, client)[-1] == holder


def groups(agency, *clients):
    """Who is one with each of these, if all read models say the same."""
    with agency.desk() as db:
        found = [[{*db.execute(merged_group(table, one)).scalars()} for one in clients] for table in COPIES]
        several = [{*db.execute(merged_group(table, clients)).scalars()} for table in COPIES]
    assert all(one == found[0] for one in found)
    assert all(one == set().union(*found[0]) for one in several)
    return found[0]


def said(agency, client):
    """The name, the one that is hidden, the standing and the holder, if all read models say the same."""
    with agency.desk() as db:
        copies = [db.execute(select(table).where(table.c.client_id == client)).one() for table in COPIES]
    [(name, hidden, standing)] = {(one.name, one.hidden_name, one.standing) for one in copies if "name" in one._fields}
    [holder] = {one.collector for one in copies}
    return name, hidden, standing, holder
