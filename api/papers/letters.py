"""A letter: an address in the window, what it is about, the text. For what is sent by post."""

from datetime import date

from api.papers.press import Paper, Press
from domain.invoice.issuing import Recipient
from domain.sending import Language


def print_letter(press: Press, recipient: Recipient, *, subject: str, text: str, on: date, language: Language) -> Paper:
    """`text` keeps its line ends; a blank line parts paragraphs. It is dated where the issuer is."""
    sender = press.issuer.identity
    says = press.speech(language, sender)
    day = says.day(on)
    said = {
        "dated": says._("%(city)s, %(day)s", city=sender.city, day=day) if sender else day,
        "paragraphs": [part.strip("\n") for part in text.split("\n\n") if part.strip()],
    }
    return press.printed("letter", subject, says, said, title=subject, sender=sender, recipient=recipient)
