"""The papers of a message: what goes along with it, and the letter that it is by post."""

from datetime import date

from api.papers.estimates import print_estimate
from api.papers.invoices import print_invoice
from api.papers.letters import print_letter
from api.papers.press import Paper, Press
from domain.errors import NotFound
from domain.invoice.issuing import Recipient
from domain.message import Matter, MessageQueued


def print_enclosed(press: Press, message: MessageQueued) -> Paper:
    """The invoice or estimate as it goes along. Raises `NotFound` where nothing does."""
    if not message.attached:
        raise NotFound(id=message.matter_id)
    if message.matter is Matter.INVOICE:
        return print_invoice(press, message.matter_id)
    return print_estimate(press, message.matter_id)


def print_message(press: Press, message: MessageQueued, *, on: date) -> Paper:
    """As a letter. Its address has a line for the name, and those below it."""
    name, *street, town = message.to.splitlines() + [""] * (3 - len(message.to.splitlines()))
    recipient = Recipient(name, None, "\n".join(street), None, town)
    return print_letter(press, recipient, subject=message.subject, text=message.body, on=on, language=message.language)
