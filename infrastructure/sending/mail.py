"""Hands one e-mail over to the mail server (SMTP, RFC 5321), and says what came of it.

Up to the message itself nothing can have been sent, whatever goes wrong; from then on silence means that nobody knows.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from domain.correspondence.carriers import MailServer, Security
from domain.message import Failure, OutcomeUnknown, Refused, Report, Taken

FOR_GOOD = 500
"""From this reply on trying again is no use: RFC 5321, 4.2.1."""

NO_MAILBOX = frozenset({550, 551, 553})
"""RFC 5321, 4.2.3: not found, not local, its name not allowed."""

NOBODY_THERE = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""RFC 3463, 3.2 and 3.3, RFC 7505: no such mailbox or system, a bad name, moved, takes no mail, disabled."""

LOST = (aiosmtplib.SMTPException, OSError)
"""What says that the server was not reached, or is not heard any more; TLS errors and `TimeoutError` are among them."""

FAILURES = range(400, 600)
"""Of the replies to a message, those that say that it was not taken: RFC 5321, 4.2.1. Anything else says nothing."""

ANSWERS = 6
"""So many times its patience a server may take until it is ready for the message, however many answers that takes."""


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` makes the Message-ID, the same at each attempt, by which what arrives twice shows once."""

    id: UUID
    to: str
    name: str
    subject: str
    body: str
    enclosed: bytes | None = None
    enclosed_as: str = ""


def hand_over_mail(server: MailServer, password: str | None, mail: Mail, *, at: datetime, patience: float) -> Report:
    """`patience` is how many seconds each answer of the server may take, and all of them but a few times that."""
    return asyncio.run(_hand_over(server, password, mail, at, patience))


async def _hand_over(server: MailServer, password: str | None, mail: Mail, at: datetime, patience: float) -> Report:
    if server.user is not None and password is None:
        return Refused(Failure.NOT_SET_UP)
    to = _ascii(mail.to)
    try:
        message = _written(server, mail, to, at)
    except ValueError:
        return Refused(Failure.REFUSED, for_good=True)
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        username=server.user,
        password=password,
        timeout=patience,
    )
    try:
        return await _refusal(client, server.sender, to, ANSWERS * patience) or await _outcome(client, message)
    finally:
        # No farewell, in TLS neither: once it has answered for the message, nothing can change that.
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()
        client.close()


async def _refusal(client: aiosmtplib.SMTP, sender: str, to: str, patience: float) -> Refused | None:
    """Up to where the server is ready for the message, which it is not after `patience` seconds."""
    try:
        async with asyncio.timeout(patience):
            return await _refused_sender(client, sender) or await _refused_recipient(client, to)
    except LOST as error:
        return Refused(Failure.UNREACHABLE, _answer(error))
    except ValueError as error:  # what it asked us to prove is no challenge of any kind
        return Refused(Failure.UNREACHABLE, type(error).__name__)


async def _refused_sender(client: aiosmtplib.SMTP, sender: str) -> Refused | None:
    """Whatever it says against the sender may be put right."""
    try:
        await client.connect()
        await client.mail(sender)
    except aiosmtplib.SMTPResponseException as error:
        return Refused(Failure.NOT_SET_UP if error.code >= FOR_GOOD else Failure.NOT_NOW, _answer(error))
    return None


async def _refused_recipient(client: aiosmtplib.SMTP, to: str) -> Refused | None:
    try:
        await client.rcpt(to)
    except aiosmtplib.SMTPResponseException as error:
        if _says_that_nobody_is_there(error):
            return Refused(Failure.NO_SUCH_ADDRESS, _answer(error), for_good=True)
        return _refused(error)
    return None


async def _outcome(client: aiosmtplib.SMTP, message: bytes) -> Report:
    try:
        response = await client.data(message)
    except aiosmtplib.SMTPResponseException as error:
        return _refused(error) if error.code in FAILURES else OutcomeUnknown(_answer(error))
    except LOST as error:
        return OutcomeUnknown(_answer(error))
    return Taken(response.message)


def _says_that_nobody_is_there(error: aiosmtplib.SMTPResponseException) -> bool:
    """Of the recipient. Where the reply has no enhanced code (RFC 3463) its number tells: 550 also refuses senders."""
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", error.message)
    return enhanced[0] in NOBODY_THERE if enhanced else error.code in NO_MAILBOX


def _refused(error: aiosmtplib.SMTPResponseException) -> Refused:
    for_good = error.code >= FOR_GOOD
    return Refused(Failure.REFUSED if for_good else Failure.NOT_NOW, _answer(error), for_good=for_good)


def _answer(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


def _ascii(address: str) -> str:
    """With its domain as DNS has it (RFC 5890)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _written(server: MailServer, mail: Mail, to: str, at: datetime) -> bytes:
    """Raises `ValueError` where an address can't be written in a header."""
    message = EmailMessage()
    message["From"] = Address(_as_it_reads(server.sender_name), addr_spec=server.sender)
    message["To"] = Address(_as_it_reads(mail.name), addr_spec=to)
    message["Subject"] = _as_it_reads(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{_ascii(server.sender).rpartition('@')[2]}>"
    if server.reply_to:
        message["Reply-To"] = Address(addr_spec=server.reply_to)
    message.set_content(mail.body)
    if mail.enclosed is not None:
        message.add_attachment(
            mail.enclosed, maintype="application", subtype="pdf", filename=_as_it_reads(mail.enclosed_as)
        )
    return message.as_bytes(policy=SMTP_LINES)


def _as_it_reads(text: str) -> str:
    """A text that looks like an encoded word (RFC 2047) would be decoded on its way into the header, and may hold line
    ends, and so headers, in that code."""
    return text.replace("=?", "= ?")
