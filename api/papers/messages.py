"""The papers of a message: what goes along with it, and the letter that it is by post."""

from datetime import date

from api.papers.estimates import print_estimate
from api.papers.invoices import print_invoice
from api.papers.letters import print_letter
from api.papers.press import Paper, Press
from domain.errors import NotFound
from domain.invoice.issuing import Recipient
from domain.message import Matter, MessageQueued


def print_enclosed(press: Press, told: MessageQueued) -> Paper:
    """The invoice or estimate as it goes along. Raises `NotFound` where nothing does."""
    if not told.attached:
        raise NotFound(id=told.matter_id)
    if told.matter is Matter.INVOICE:
        return print_invoice(press, told.matter_id)
    return print_estimate(press, told.matter_id)


def print_message(press: Press, told: MessageQueued, *, on: date) -> Paper:
    """As a letter. Its address has a line for the name, and those below it."""
    name, *street, town = told.to.splitlines() + [""] * (3 - len(told.to.splitlines()))
    recipient = Recipient(name, None, "\n".join(street), None, town)
    return print_letter(press, recipient, subject=told.subject, text=told.body, on=on, language=told.language)
