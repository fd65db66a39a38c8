"""How a client is reached: numbers as the world writes them, one preferred, and where nothing is sent."""

from dataclasses import replace
from uuid import UUID

import pytest
from scenario import ANA, EMIL, given

from domain.client import Client, ClientRegistered
from domain.client.contacts import (
    CONTACTS_AT_MOST,
    Contact,
    ContactAdded,
    ContactChanged,
    ContactKind,
    ContactKnown,
    ContactRemoved,
    ContactState,
    DoNotContact,
    EmailNotValid,
    Medium,
    PhoneNotValid,
    TooManyContacts,
)
from domain.errors import NotFound, ReasonRequired
from domain.people import RoleRequired

REGISTERED = ClientRegistered("C-1", "Ana Ruiz")
ONE, TWO = UUID(int=1), UUID(int=2)
MOBILE = ContactAdded(ONE, Medium.PHONE, "+34600123123")


def phone(value, **more):
    return Contact(Medium.PHONE, value, **more)


def email(value, **more):
    return Contact(Medium.EMAIL, value, **more)


def adding(contact, **how):
    return lambda c: c.add_contact(ONE, contact, region="ES", by=ANA, **how)


def changing(contact, reason="Nos llamó"):
    return lambda c: c.change_contact(ONE, contact, reason, region="ES", by=ANA)


def changed(value, reason="Nos llamó", **more):
    told = {"kind": None, "whose": None, "state": ContactState.VALID, "hours": None, "source": None, "preferred": False}
    return ContactChanged(ONE, value, **{**told, **more}, reason=reason)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (phone("600 12 31 23"), "+34600123123"),
        (phone("+57 (601) 381-9090"), "+576013819090"),
        (phone("0034 912 345 678"), "+34912345678"),
        (email(" Ana.Ruiz@Ejemplo.ES "), "Ana.Ruiz@ejemplo.es"),
    ],
)
def test_a_contact_is_kept_as_the_world_writes_it(told, kept):
    given(Client(), REGISTERED).when(adding(told)).then(ContactAdded(ONE, told.medium, kept))


@pytest.mark.parametrize("typed", ["600", "12345678901234567890", "seiscientos", "", "600123123 ext 4"])
def test_a_wrong_phone_is_refused_at_its_field(typed):
    given(Client(), REGISTERED).when(adding(phone(typed))).then_refused(PhoneNotValid, field="phone")


@pytest.mark.parametrize("typed", ["ana", "ana@", "ana@ejemplo", "a b@ejemplo.es", ""])
def test_a_wrong_e_mail_is_refused_at_its_field(typed):
    given(Client(), REGISTERED).when(adding(email(typed))).then_refused(EmailNotValid, field="email")


@pytest.mark.parametrize("told", [phone(" 600 "), email("ana(arroba)ejemplo.es")])
def test_a_file_s_wrong_contact_is_kept_as_it_stood_there_and_unverified(told):
    given(Client(), REGISTERED).when(adding(told, as_told=True)).then(
        ContactAdded(ONE, told.medium, told.value.strip(), state=ContactState.UNVERIFIED)
    )


def test_all_that_is_known_of_a_contact_is_kept():
    told = phone("600123123", kind=ContactKind.WORK, whose="Su hermana", hours="Tardes", source="Contrato")
    given(Client(), REGISTERED).when(adding(told)).then(
        replace(MOBILE, kind=ContactKind.WORK, whose="Su hermana", hours="Tardes", source="Contrato")
    )


def test_the_same_number_written_otherwise_is_known_already():
    given(Client(), REGISTERED, replace(MOBILE, contact_id=TWO)).when(adding(phone("+34 600-123-123"))).then_refused(
        ContactKnown, field="phone"
    )


def test_of_each_medium_one_is_preferred():
    mail = ContactAdded(UUID(int=3), Medium.EMAIL, "ana@ejemplo.es", preferred=True)
    state = given(
        Client(),
        REGISTERED,
        mail,
        replace(MOBILE, preferred=True),
        ContactAdded(TWO, Medium.PHONE, "+34911", preferred=True),
    ).state
    assert [id_.int for id_, one in state.contacts.known.items() if one.preferred] == [3, 2]


def test_a_change_tells_all_of_it_and_why():
    given(Client(), REGISTERED, MOBILE).when(changing(phone("600123124", hours="Tardes"))).then(
        changed("+34600123124", hours="Tardes")
    )


def test_a_change_of_nothing_is_no_event():
    given(Client(), REGISTERED, MOBILE).when(changing(phone("+34 600123123"))).then()


def test_a_change_and_a_removal_need_a_reason():
    given(Client(), REGISTERED, MOBILE).when(changing(phone("600123124"), None)).then_refused(ReasonRequired)
    given(Client(), REGISTERED, MOBILE).when(lambda c: c.remove_contact(ONE, "", by=ANA)).then_refused(ReasonRequired)


def test_what_a_file_had_wrong_may_be_marked_wrong_but_not_valid():
    kept = ContactAdded(ONE, Medium.PHONE, "600", state=ContactState.UNVERIFIED)
    given(Client(), REGISTERED, kept).when(changing(phone("600", state=ContactState.WRONG))).then(
        changed("600", state=ContactState.WRONG)
    )
    given(Client(), REGISTERED, kept).when(changing(phone("600"))).then_refused(PhoneNotValid, field="phone")


def test_a_contact_is_removed():
    given(Client(), REGISTERED, MOBILE).when(lambda c: c.remove_contact(ONE, "Es de otro", by=ANA)).then(
        ContactRemoved(ONE, "Es de otro")
    )
    given(Client(), REGISTERED).when(lambda c: c.remove_contact(ONE, "Es de otro", by=ANA)).then_refused(NotFound)


def test_there_is_room_for_many_contacts_but_not_for_any_number():
    full = [ContactAdded(UUID(int=n + 10), Medium.PHONE, f"+346001{n:05}") for n in range(CONTACTS_AT_MOST)]
    given(Client(), REGISTERED, *full).when(adding(phone("600123123"))).then_refused(TooManyContacts)


def test_an_auditor_changes_no_contact():
    given(Client(), REGISTERED).when(
        lambda c: c.add_contact(ONE, phone("600123123"), region="ES", by=EMIL)
    ).then_refused(RoleRequired)


def test_nothing_is_sent_to_whom_it_is_not_welcome():
    asked_not_to = replace(MOBILE, state=ContactState.DO_NOT_CALL)
    contacts = given(Client(), REGISTERED, asked_not_to).state.contacts
    contacts.check_may_be_sent("600 123 124", "ES")
    with pytest.raises(DoNotContact):
        contacts.check_may_be_sent("600 12 31 23", "ES")
