"""How a document or notice reaches a client."""

from enum import StrEnum


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
