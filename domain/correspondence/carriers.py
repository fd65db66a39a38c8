"""Who carries messages: the mail server and the SMS gateway, as an administrator describes them.

Their secrets are in no event: a password is kept beside the log, and `{token}` stands for the gateway's wherever it
is to appear. Neither ever travels unencrypted, unless it stays on this machine.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from domain.addresses import email
from domain.errors import Invalid
from domain.personal import NAME, optional_text, text

HEADERS_AT_MOST = 20
PORTS = range(1, 65_536)


class Security(StrEnum):
    """`STARTTLS` (RFC 3207) is insisted on; `TLS` from the first byte (RFC 8314)."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Format(StrEnum):
    """How what takes the place of a placeholder in the body is written."""

    JSON = "json"
    FORM = "form"


class HostNotValid(Invalid):
    title = "This is the name or address of no server"


class PortNotValid(Invalid):
    title = "A port is 1 to 65535"


class SecretInTheClear(Invalid):
    title = "A password or token is only sent encrypted: choose TLS or https"


class AddressNotValid(Invalid):
    title = "This is not an address that begins with https://"


class GatewayIncomplete(Invalid):
    title = "The gateway's body or address must hold {to} and {text}"


class GatewayPlaceholderUnknown(Invalid):
    title = "Here only {to}, {text}, {id} and {token} are filled in"


class HeaderNotValid(Invalid):
    title = "A header is a name of letters, digits and hyphens, and a value on one line"


@dataclass(frozen=True, slots=True)
class MailServer:
    """`user` is None where the server asks for none. `sender` is the address that mail comes from."""

    host: str
    port: int
    security: Security
    user: str | None
    sender: str
    sender_name: str
    reply_to: str | None = None

    def checked(self) -> "MailServer":
        host = text(self.host, "host", at_most=NAME)
        if _address(host) is None and not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", host):
            raise HostNotValid(field="host")
        if self.port not in PORTS:
            raise PortNotValid(field="port")
        user = optional_text(self.user, "user", at_most=NAME)
        if user is not None and self.security is Security.NONE and not _here(host):
            raise SecretInTheClear(field="security")
        return MailServer(
            host=host,
            port=self.port,
            security=self.security,
            user=user,
            sender=email(self.sender, "sender"),
            sender_name=text(self.sender_name, "sender_name", at_most=NAME),
            reply_to=email(self.reply_to, "reply_to") if self.reply_to else None,
        )


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """One HTTP request a message, with {to}, {text}, {id} and {token} filled in.

    Any answer 2xx is an acceptance; `accepted_if` is a text that it must hold besides, where one is given. Any other
    that holds `unknown_if` says that there is no such number.
    """

    url: str
    method: str
    format: Format
    headers: tuple[tuple[str, str], ...]
    body: str
    accepted_if: str | None = None
    unknown_if: str | None = None

    def checked(self) -> "SmsGateway":
        url = text(self.url, "url")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "{" in parts.netloc:
            raise AddressNotValid(field="url")
        if parts.scheme == "http" and not _here(parts.hostname):
            raise SecretInTheClear(field="url")
        if len(self.headers) > HEADERS_AT_MOST:
            raise HeaderNotValid(field="headers", at_most=HEADERS_AT_MOST)
        for name, value in self.headers:
            _check_header(name, value)
        used = {mark for part in (url, self.body) for mark in placeholders(part)}
        if not {"to", "text"} <= used:
            raise GatewayIncomplete(field="body")
        for field, part in (("url", url), ("body", self.body), *(("headers", value) for _, value in self.headers)):
            if not placeholders(part) <= {"to", "text", "id", "token"}:
                raise GatewayPlaceholderUnknown(field=field)
        accepted_if = optional_text(self.accepted_if, "accepted_if", at_most=NAME)
        unknown_if = optional_text(self.unknown_if, "unknown_if", at_most=NAME)
        return replace(self, url=url, accepted_if=accepted_if, unknown_if=unknown_if)


def placeholders(written: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", written))


def _check_header(name: str, value: str) -> None:
    if not (re.fullmatch(r"[A-Za-z0-9-]{1,100}", name) and re.fullmatch(r"[\x20-\x7e]{1,500}", value)):
        raise HeaderNotValid(field="headers")


def _here(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
