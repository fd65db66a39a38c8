"""The commonest passwords that are long enough to be typed here: refused, as they are what is tried first.

They are those of at least 12 characters among the 303,872 passwords that stood most often (75 times or more) in 1,600
files of leaked ones: the file `Top304Thousand-probable-v2.txt` of Probable Wordlists, version 2.0, by berzerk0
(github.com/berzerk0/Probable-Wordlists), under CC BY-SA 4.0. What lies in `common_passwords.bin` is made of it and
under the same licence: the beginnings of their hashes, in order, so that the words themselves are nowhere to be read.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path

from domain.passwords import AT_LEAST, normalized

SIZE = 6
"""Bytes of each hash: of ten thousand million other passwords one would be taken for one of these."""


def is_common(password: str) -> bool:
    """However its capitals are set."""
    known, looked_for = _hashes(), _hash(password)
    place = bisect_left(range(len(known) // SIZE), looked_for, key=lambda n: known[n * SIZE : (n + 1) * SIZE])
    return known[place * SIZE : (place + 1) * SIZE] == looked_for


def packed(passwords: Iterable[str]) -> bytes:
    """What the file holds, of a list of passwords; those that are too short are left out."""
    return b"".join(sorted({_hash(one) for one in passwords if len(normalized(one)) >= AT_LEAST}))


def _hash(password: str) -> bytes:
    return blake2b(normalized(password).casefold().encode(), digest_size=SIZE).digest()


@cache
def _hashes() -> bytes:
    return Path(__file__).with_suffix(".bin").read_bytes()
