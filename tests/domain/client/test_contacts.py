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
from domain.errors import NotFound, ReasonRequired, TextNotAllowed
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
    too_long = replace(told, value="x" * 201)
    given(Client(), REGISTERED).when(adding(too_long, as_told=True)).then_refused(TextNotAllowed, field=told.medium)


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


def test_a_contact_is_removed_once_and_may_be_added_again_while_the_others_stay():
    other, removed = ContactAdded(TWO, Medium.PHONE, "+34600123124"), ContactRemoved(ONE, "Es de otro")
    remove = lambda c: c.remove_contact(ONE, "Es de otro", by=ANA)  # noqa: E731 - asked twice
    given(Client(), REGISTERED, MOBILE, other).when(remove).then(removed)
    left = given(Client(), REGISTERED, MOBILE, other, removed)
    left.when(remove).then_refused(NotFound, id=ONE)
    left.when(adding(phone("600123124"))).then_refused(ContactKnown, field="phone")
    left.when(adding(phone("600123123"))).then(MOBILE)


def test_a_change_tells_whether_it_is_wrong_and_never_makes_an_e_mail_of_a_phone():
    wrong = given(Client(), REGISTERED, MOBILE, changed("+34600123123", state=ContactState.WRONG))
    wrong.when(changing(phone("+34600123123", state=ContactState.WRONG))).then()
    given(Client(), REGISTERED, MOBILE).when(changing(email("600123124"))).then(changed("+34600123124"))
    given(Client(), REGISTERED, MOBILE).when(changing(email("ana@ejemplo.es"))).then_refused(
        PhoneNotValid, field="phone"
    )


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


ALL_OF_IT = {
    "kind": ContactKind.HOME,
    "whose": "Su hermana",
    "hours": "Tardes",
    "source": "Contrato",
    "preferred": True,
}


def test_what_is_known_of_a_contact_stays_known_of_it():
    known = Contact(Medium.PHONE, "+34600123123", **ALL_OF_IT)
    added = given(Client(), REGISTERED, replace(MOBILE, **ALL_OF_IT))
    assert added.state.contacts.known == {ONE: known}
    assert given(Client(), REGISTERED, MOBILE, changed("+34600123123", **ALL_OF_IT)).state.contacts.known == {
        ONE: known
    }
    added.when(changing(replace(known, value="600123124"))).then(changed("+34600123124", **ALL_OF_IT))
    added.when(lambda c: c.find_contact_wrong(ONE, "550")).then(
        changed("+34600123123", reason="550", **ALL_OF_IT, state=ContactState.WRONG)
    )


def test_who_is_not_known_is_neither_changed_nor_found_wrong():
    for verb in (changing(phone("600123123")), lambda c: c.find_contact_wrong(ONE, "550")):
        given(Client(), REGISTERED).when(verb).then_refused(NotFound, id=ONE)


def test_a_contact_is_changed_into_none_that_is_known_already():
    other = replace(MOBILE, contact_id=TWO, value="+34600123124")
    given(Client(), REGISTERED, MOBILE, other).when(changing(phone("600123124"))).then_refused(
        ContactKnown, field="phone"
    )


@pytest.mark.parametrize("part", ["whose", "hours", "source"])
def test_what_is_told_of_a_contact_is_tidied_and_has_its_limit(part):
    given(Client(), REGISTERED).when(adding(phone("600123123", **{part: " A las 5 "}))).then(
        replace(MOBILE, **{part: "A las 5"})
    )
    given(Client(), REGISTERED).when(adding(phone("600123123", **{part: "x" * 201}))).then_refused(
        TextNotAllowed, field=part
    )


def learning(number, source="Vecinos"):
    return lambda c: c.learn_phone(TWO, number, source, region="ES")


def test_a_phone_that_somebody_gave_is_unverified_and_known_once():
    learned = ContactAdded(TWO, Medium.PHONE, "+34600123124", state=ContactState.UNVERIFIED, source="Vecinos")
    given(Client(), REGISTERED, MOBILE).when(learning("600 123 124")).then(learned)
    given(Client(), REGISTERED, MOBILE).when(learning("600 123 124", "V" * 300)).then(
        replace(learned, source="V" * 200)
    )
    given(Client(), REGISTERED).when(learning("el del bar")).then(replace(learned, value="el del bar"))
    given(Client(), REGISTERED, MOBILE).when(learning("0034 600 123 123")).then()
    mail = ContactAdded(ONE, Medium.EMAIL, "600123124@ejemplo.es")
    given(Client(), REGISTERED, mail).when(learning("600 123 124")).then(learned)


def test_a_phone_is_learned_while_there_is_room():
    full = [ContactAdded(UUID(int=n + 10), Medium.PHONE, f"+346001{n:05}") for n in range(CONTACTS_AT_MOST)]
    given(Client(), REGISTERED, *full).when(learning("600123123")).then()
    given(Client(), REGISTERED, *full[1:]).when(learning("600123123")).then(
        ContactAdded(TWO, Medium.PHONE, "+34600123123", state=ContactState.UNVERIFIED, source="Vecinos")
    )


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (ContactState.VALID, ONE),
        (ContactState.UNVERIFIED, ONE),
        (ContactState.WRONG, None),
        (ContactState.DO_NOT_CALL, None),
    ],
)
def test_a_phone_in_use_is_found_however_it_is_typed(state, found):
    contacts = given(Client(), REGISTERED, replace(MOBILE, state=state)).state.contacts
    assert contacts.with_phone("600 12 31 23", "ES") == found
    assert contacts.with_phone("600 12 31 24", "ES") is None
    mail = given(Client(), REGISTERED, ContactAdded(ONE, Medium.EMAIL, "+34600123123")).state.contacts
    assert mail.with_phone("600123123", "ES") is None


def test_a_refusal_says_how_many_contacts_there_may_be_and_where_nothing_is_sent():
    full = [ContactAdded(UUID(int=n + 10), Medium.PHONE, f"+346001{n:05}") for n in range(CONTACTS_AT_MOST)]
    given(Client(), REGISTERED, *full).when(adding(phone("600123123"))).then_refused(
        TooManyContacts, at_most=CONTACTS_AT_MOST
    )
    contacts = given(Client(), REGISTERED, replace(MOBILE, state=ContactState.DO_NOT_CALL)).state.contacts
    with pytest.raises(DoNotContact) as refused:
        contacts.check_may_be_sent("600123123", "ES")
    assert refused.value.details == {"field": "phone"}
