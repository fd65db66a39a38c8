"""What read models find for the preview of a file: whom its clients are like, and what may be missing from it."""

from itertools import product

from agency import BEA
from scenario import TODAY

from application.case_files import close_case_file
from application.restrictions import block_client, merge_client
from domain.case_file.progress import ClosingReason
from domain.client.contacts import Contact, Medium
from domain.client.details import Identification, IdentificationKind
from domain.client.finances import account_of
from projections.clients.duplicates import SHOWN, Facts, likely_duplicates
from projections.clients.many_duplicates import AT_ONCE, likely_duplicates_of_each
from projections.desk.clients import debtors_of, open_case_files_of

IBAN = "ES9121000418450200051332"


def phone(value):
    return Contact(Medium.PHONE, value)


# Whom they are like


def test_many_at_once_are_like_whom_each_alone_is_like(agency):
    """But for names that are only nearly the same, which take too long for many."""
    agency.register("Ana Muñoz Gil", phone("600123123"), phone("600123124"))
    agency.register("Gil, Ana Munoz", Contact(Medium.EMAIL, "ana@ejemplo.es"))
    nif = Identification(IdentificationKind.NIF, "12345678Z")
    agency.register("Talleres Gómez, S.L.", accounts=[account_of(IBAN)], identification=nif)
    names = ("Ana Muñoz Gil", "MUÑOZ GIL ANA", "Talleres Gomez SL", "Nadie Parecido")
    phones = ((), ("+34600123123",), ("600 123 124", "600123123"))
    known = ({}, {"identification": "12345678Z"}, {"emails": ["Ana@Ejemplo.es"]}, {"accounts": [IBAN]})
    several = [Facts(name, phones=some, **more) for name, some, more in product(names, phones, known)]
    with agency.desk() as db:
        found = likely_duplicates_of_each(db, several)
        for place, told in enumerate(several):
            alone = {one.line.id: sorted(one.by) for one in likely_duplicates(db, BEA, told)}
            assert {client: sorted(by) for client, by in found.get(place, {}).items()} == alone
    assert len(found) == len(several) - 1  # nobody is like nobody


def test_who_is_blocked_or_merged_is_nobody_to_be_like(agency):
    one, other = agency.register("Ana Ruiz", phone("600123123")), agency.register("Ruiz Ana")
    merge_client(agency.log, agency.command(), one, into=other, reason="es la misma")
    alike = [Facts("Ana Ruiz", phones=["600123123"])]
    with agency.desk() as db:
        assert likely_duplicates_of_each(db, alike) == {0: {other: ["name"]}}
    block_client(agency.log, agency.command(), other, reason="lo pide")
    with agency.desk() as db:
        assert likely_duplicates_of_each(db, alike) == {}


def test_of_many_who_share_a_phone_some_are_told(agency):
    for number in range(SHOWN + 2):
        agency.register(f"Cliente {number}", phone("900900900"))
    many = [Facts(f"Nadie {number}", phones=["900900900"]) for number in range(AT_ONCE + 1)]
    with agency.desk() as db:
        found = likely_duplicates_of_each(db, many)
    assert {len(alike) for alike in found.values()} == {SHOWN}
    assert len(found) == len(many)


# What may be missing from a file


def test_the_open_case_files_of_a_creditor_are_found_by_any_of_its_accounts(agency):
    creditor, absorbed, other = (agency.register(name) for name in ("Telefónica", "Telefonica SA", "Endesa"))
    merge_client(agency.log, agency.command(), absorbed, into=creditor, reason="es la misma")
    debtor = agency.register("Ana Ruiz")
    one, two = (agency.case_file(debtor, creditor=account) for account in (creditor, creditor))
    of_other = agency.case_file(debtor, creditor=other)
    own = agency.case_file(debtor)
    close_case_file(agency.log, agency.command(day=TODAY), two, reason=ClosingReason.WITHDRAWN)
    with agency.desk() as db:
        assert open_case_files_of(db, [creditor]) == open_case_files_of(db, [absorbed]) == [one]
        assert open_case_files_of(db, [None]) == [own]
        assert {*open_case_files_of(db, {None, other, creditor})} == {own, of_other, one}
        assert open_case_files_of(db, []) == []
        assert debtors_of(db, [one, own]) == {one: "Ana Ruiz", own: "Ana Ruiz"}
