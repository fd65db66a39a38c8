"""The codes that an authenticator app shows: TOTP (RFC 6238) as all of them read it, SHA-1, six digits, 30 seconds."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

STEP_SECONDS = 30
DIGITS = 6
WINDOW = (-1, 0, 1)
"""Steps beside the present one whose codes are taken: clocks differ, and typing takes time."""

SECRET_BYTES = 20
"""As many as SHA-1 gives (RFC 4226, 4)."""


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - as every app has it


def steps_of(secret: bytes, code: str, now: datetime) -> Sequence[int]:
    """Those about now of which it is the code. All are compared, and each in the same time."""
    present, typed = step_at(now), code.encode()
    return [
        present + beside for beside in WINDOW if hmac.compare_digest(code_at(secret, present + beside).encode(), typed)
    ]
