"""Which passwords nobody may have."""

import pytest

from domain.passwords import PasswordIsCommon, PasswordIsName, PasswordTooLong, PasswordTooShort, check_password
from infrastructure.access.common_passwords import is_common, packed

NAMES = ("lucia", "Lucía Sanz de la Torre", "l.sanz", "Recobros del Levante, S.L.", "Lev")


def check(password, names=NAMES):
    check_password(password, names, is_common=is_common)


def refused(password, refusal, **details):
    with pytest.raises(refusal) as caught:
        check(password)
    assert caught.value.details == {"field": "password", **details}


@pytest.mark.parametrize(
    "password",
    [
        "doce letras ñ",
        "x" * 256,
        "lucia cobra muy bien",
        "492817365019",
        "ñandú-2026-río",
        "tres y doce ",
        "Sanz Sánchez Sanmartín",
    ],
)
def test_a_password_may_be_anything_else_and_needs_neither_digits_nor_signs(password):
    check(password)


@pytest.mark.parametrize("password", ["", "once letras", "ﬁ" * 5, "e\u0301" * 11])
def test_a_password_has_twelve_characters_as_they_are_typed(password):
    refused(password, PasswordTooShort, at_least=12)


def test_a_password_has_256_characters_at_most_also_once_it_is_normalized():
    for password in ("x" * 257, "\ufdfa" * 15):
        refused(password, PasswordTooLong, at_most=256)


@pytest.mark.parametrize(
    "password",
    [
        "lucia-lucia-lucia",
        "2026Lucia!!2026",
        "LUCÍA SANZ DE LA TORRE",
        "TorreSanzLucia",
        "l.sanz.1234567",
        "RecobrosDelLevante",
        "recobros-levante-26",
        "recobro1234567",
        "sanzxyz1234567",
        "Lev-1234567890",
    ],
)
def test_a_password_is_not_what_everybody_knows_of_the_user_or_the_firm_whatever_stands_around_it(password):
    refused(password, PasswordIsName)


def test_what_is_left_of_a_name_that_holds_another_does_not_make_a_password():
    names = ("Bel", "Anabel Ruiz")
    with pytest.raises(PasswordIsName):
        check("anabelabc12345", names)
    check("belabcd1234567", names)


@pytest.mark.parametrize("password", ["password1234", "PASSWORD1234", "qwertyqwerty", "123456789012", "1q2w3e4r5t6y"])
def test_a_password_is_none_of_the_commonest_however_its_capitals_are(password):
    refused(password, PasswordIsCommon)


@pytest.mark.parametrize(
    "password",
    [
        "contraseña12",
        "contraseña2026",
        "CONTRASENA2026",
        "Bienvenido-2026!",
        "qwerty-1234567",
        "hola.hola.hola",
        "usuario-clave-1",
        "administrador1",
        "lucia-contraseña",
    ],
)
def test_a_password_is_not_one_of_the_commonest_words_whatever_digits_or_signs_stand_around_it(password):
    refused(password, PasswordIsCommon)


@pytest.mark.parametrize("password", ["una contraseña muy larga", "lucia-aprueba"])
def test_a_password_may_have_a_common_word_among_others_or_as_part_of_one(password):
    check(password)


def test_the_list_of_the_commonest_holds_those_that_are_long_enough_each_once():
    short_and_long = ["corta", "una que es larga", "Una que es LARGA", "otra que es larga"]
    assert len(packed(short_and_long)) == 2 * len(packed(["una que es larga"]))
