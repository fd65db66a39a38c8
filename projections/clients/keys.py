"""By what a client is found exactly, however it is typed: phone, e-mail, identification, account."""

import re
from contextlib import suppress

import phonenumbers

from domain.client.contacts import Medium

LEAST = 4
"""So many characters at least are looked for."""


def folded(text: str) -> str:
    """Without what people put between figures; +34, 0034 and 34 are the same."""
    small = "".join(text.casefold().split())
    if "@" in small:
        return small
    return re.sub(r"^00(?=[1-9][0-9]{7})", "", re.sub(r"[^0-9a-zñ]", "", small))


def keys_of(medium: Medium, value: str) -> list[str]:
    """Of a phone its number with and without the country's code."""
    keys = [folded(value)]
    if medium is Medium.PHONE and value.startswith("+"):
        with suppress(phonenumbers.NumberParseException):  # kept as a file had it
            keys.append(phonenumbers.national_significant_number(phonenumbers.parse(value)))
    return [key for key in dict.fromkeys(keys) if key]
