"""By what a client is found, however it is typed: phone, e-mail, identification, account."""

import re
from collections.abc import Iterator
from contextlib import suppress

import phonenumbers

from domain.client.contacts import Medium
from domain.folding import LEAST, compact, tails

NO_NUMBER = re.compile(r"[$£¥€₡₦₩₪₱₲₴₹₺₽]|\d,\d{1,2}$")
"""What says that an amount is meant."""


def key_of(text: str) -> str:
    """Without what people put between figures; +34, 0034 and 34 are the same."""
    small = "".join(text.casefold().split())
    return small if "@" in small else re.sub(r"^00(?=[1-9][0-9]{7})", "", compact(small))


def keys_of(medium: Medium, value: str) -> list[str]:
    """Of a phone its number with and without the country's code."""
    keys = [key_of(value)]
    if medium is Medium.PHONE and value.startswith("+"):
        with suppress(phonenumbers.NumberParseException):  # kept as a file had it
            keys.append(phonenumbers.national_significant_number(phonenumbers.parse(value)))
    return [key for key in dict.fromkeys(keys) if key]


def parts_of(what: str, key: str) -> Iterator[str]:
    """By whose beginnings such a key is found: any three characters of a phone or identification, words of an e-mail.

    An account is found as it begins, and by its last figures, as bank and card statements show them.
    """
    yield compact(key)
    match what:
        case "email":
            yield from (compact(key[found.start() :]) for found in re.finditer(r"(?<![^\W_])[^\W_]{2}", key))
        case "account":
            yield from (key[-last:] for last in (4, 6, 8, 10))
        case _:
            yield from tails(key)


def fragment(text: str) -> str | None:
    """What is looked for among those, where it is long enough and no amount."""
    if NO_NUMBER.search(text.strip()):
        return None
    key = compact(key_of(text))
    return key if len(key) >= LEAST else None
