"""Phones in E.164 (ITU-T), e-mail addresses as RFC 5321 has them, postcodes. None of them is looked up anywhere."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.es import postal_code
from stdnum.exceptions import ValidationError

from domain.errors import Invalid


class PhoneNotValid(Invalid):
    title = "This is not a phone number; one of another country begins with + and its code"


class UnknownCountry(Invalid):
    title = "A country is its two-letter ISO 3166 code"


class EmailNotValid(Invalid):
    title = "This is not an e-mail address"


class PostcodeNotValid(Invalid):
    title = "This is not a postcode"


def phone(value: str, region: str, field: str = "phone") -> str:
    """In E.164: +34600123123. Raises `PhoneNotValid`."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise PhoneNotValid(field=field) from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise PhoneNotValid(field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_code(value: str, field: str = "country") -> str:
    """Raises `UnknownCountry`."""
    if not (len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()):  # noqa: PLR2004
        raise UnknownCountry(field=field)
    return value


def email(value: str, field: str = "email") -> str:
    """With its domain in small letters. Raises `EmailNotValid`."""
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise EmailNotValid(field=field) from None


def postcode(value: str, country: str, field: str = "postcode") -> str:
    """Of Spain five digits, the first two of a province (RD 2424/1983), with the nought that spreadsheets take away.

    Of other countries as it is written.
    """
    if country != "ES":
        return value
    try:
        return postal_code.validate(value.replace(" ", "").zfill(5))
    except ValidationError:
        raise PostcodeNotValid(field=field) from None
