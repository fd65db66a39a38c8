"""Full numbers of payment cards, which are kept nowhere: how they are told from other numbers in what people type.

A card number has 13 to 19 digits, the last of which checks the others (Luhn, ISO/IEC 7812-1 annex B), and begins as its
issuer's do. Each issuer's lengths are asked for too: two phones in a row, an IBAN or a long invoice number would
otherwise pass for one more often. What still does by chance is one number of 16 digits in fifty.
"""

import re
from collections.abc import Iterator

BLANKS = r"[^\S\n]{1,2}|[^\S\n]?[-\u2010-\u2015][^\S\n]?"
DIGITS = re.compile(rf"(?<![\w.,])\d+(?:(?:{BLANKS})\d+)*(?![\w])")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b")
GROUPS = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4)})
"""As numbers are printed on cards."""

SHORTEST, LONGEST = 13, 19

ISSUERS = (
    (re.compile(r"4"), {13, 16, 19}),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile(r"3[47]"), {15}),  # American Express
    (re.compile(r"30[0-5]|3[689]"), {14, 16}),  # Diners Club
    (re.compile(r"6011|64[4-9]|65"), {16}),  # Discover
    (re.compile(r"352[89]|35[3-8]"), {16}),  # JCB
    (re.compile(r"62"), {16, 19}),  # UnionPay
    (re.compile(r"50(?:18|20|38)|5893|6304|67(?:59|6[1-3])"), {13, 14, 15, 16, 17, 18, 19}),  # Maestro
)


def holds_card_number(text: str, *, as_printed: bool = False) -> bool:
    """Whether any digits in it, with blanks or hyphens between or not, are a card's number.

    `as_printed`: only where they stand in a card's own groups. For references and numbers of invoices, which somebody
    else's program gave, and which nobody here can change.
    """
    for run in DIGITS.finditer(IBAN.sub("", text)):
        groups = re.findall(r"\d+", run[0])
        for some in _neighbours(groups):
            if as_printed and tuple(map(len, some)) not in GROUPS:
                continue
            if _is_card_number("".join(some)):
                return True
    return False


def _neighbours(groups: list[str]) -> Iterator[list[str]]:
    """Groups in a row that have as many digits as a card."""
    for start in range(len(groups)):
        digits = 0
        for end in range(start, len(groups)):
            digits += len(groups[end])
            if digits > LONGEST:
                break
            if digits >= SHORTEST:
                yield groups[start : end + 1]


def _is_card_number(digits: str) -> bool:
    issued = any(begins.match(digits) and len(digits) in lengths for begins, lengths in ISSUERS)
    return issued and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - the digits' sum
