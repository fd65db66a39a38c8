"""The reference that a debtor gives when paying, so that the money finds its debt: an ISO 11649 creditor reference.

It follows from the id of the case file or invoice, by nothing but a hash: what was opened or issued long ago has one
too, and no counter that a restored backup would count from again can give one debt the reference of another. Its own
reference is not what it is made from: EXP-2026-0365 and EXP-20260-365 are the same without their signs.
"""

from hashlib import sha256
from uuid import UUID

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are misread."""

LENGTH = 16
MISREAD = str.maketrans("ILO", "110")
BEGINS_AT_LEAST = 8
"""Signs that somebody who looks for a reference has to type: RF, the check digits, and four more."""


ENDS_AT_LEAST = 4
"""Signs of its end that somebody who looks for a reference has to type."""


def payment_reference(debt_id: UUID) -> str:
    """RF, two check digits, and 80 bits of the hash: 20 signs, as machines have it."""
    number = int.from_bytes(sha256(debt_id.bytes).digest()[: LENGTH * 5 // 8])
    return _checked("".join(SIGNS[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5)))


def printed(reference: str) -> str:
    """In groups of four, as people read it."""
    return iso11649.format(reference)


def typed(text: str) -> str | None:
    """How a reference begins that was typed like this, with or without its spaces and RF; None where it is none."""
    signs = iso11649.compact(text).translate(MISREAD)
    if signs.startswith("RF"):
        begins = len(signs) >= BEGINS_AT_LEAST and signs[2:4].isdecimal() and set(signs[4:]) <= set(SIGNS)
        return signs if begins else None
    return _checked(signs) if len(signs) == LENGTH and set(signs) <= set(SIGNS) else None


def backwards(text: str) -> str | None:
    """How a reference ends that was typed like this, its last sign first; None where it is too short, or none."""
    signs = iso11649.compact(text).translate(MISREAD)
    return signs[::-1] if len(signs) >= ENDS_AT_LEAST and set(signs) <= set(SIGNS) else None


def _checked(own: str) -> str:
    return f"RF{mod_97_10.calc_check_digits(own + 'RF')}{own}"
