"""How a document or notice reaches a client."""

from enum import StrEnum

SMS_AT_MOST = 612
"""Characters: four parts of 153 (3GPP TS 23.040, GSM 7-bit)."""


class Channel(StrEnum):
    """`MARKED`: somebody handed it over and says so."""

    EMAIL = "email"
    SMS = "sms"
    POST = "post"
    MARKED = "marked"


class Language(StrEnum):
    """Of what a client is sent."""

    SPANISH = "es"
    ENGLISH = "en"
