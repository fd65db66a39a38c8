"""Whoever is new, or has lost the password, sets an own one by a link, so that nobody else ever knows it.

The link goes by mail where mail is set up. Else it is shown once, to the administrator, who hands it over.
"""

from collections.abc import Mapping

from api.credentials import INVITATION_LIFE
from api.dependencies import PublicUrlMissing
from api.web.visit import Visit, Visitor
from application.correspondence import load_correspondence
from application.streams import Streams
from domain.access import PasswordLinkMade
from domain.message import Taken
from domain.people import User
from domain.sending import Channel


def goes_by_mail(visit: Visitor) -> bool:
    return visit.service.public_url is not None and load_correspondence(Streams(visit.service.store)).mail is not None


def link_made(visit: Visit, name: str) -> PasswordLinkMade:
    """As it is to be noted."""
    return PasswordLinkMade(visit.service.attempts.who(name))


def invite(visit: Visit, user: User) -> str | None:
    """The link to hand over, or None where it was mailed. The password before is dead, and so is all that it let in."""
    service = visit.service
    token = service.credentials.invite(user.name, now=service.clock())
    path = f"new-password/{token}"
    if user.email and goes_by_mail(visit):
        values: Mapping[str, object] = {
            "business": visit.business.name,
            "name": user.name,
            "link": service.link(path),
            "hours": INVITATION_LIFE.days * 24,
        }
        subject = visit._("%(business)s: set your password", **values)
        body = visit._(
            "You are the user %(name)s at %(business)s. By this link you set your own password. "
            "It works once, within %(hours)s hours:\n\n%(link)s",
            **values,
        )
        if isinstance(service.try_out(Channel.EMAIL, user.email, subject, body), Taken):
            return None
    try:
        return service.link(path)
    except PublicUrlMissing:
        # It is shown in the very browser that asked, and is sent nowhere.
        return f"{visit.request.base_url}{path}"
